-- Makes the present database the whole of several regions: for every table of theirs one that is
-- partitioned by region, a partition a region, each a foreign table on the region's own server. Before:
--
--   CREATE EXTENSION postgres_fdw;
--   CREATE SERVER region_610700 FOREIGN DATA WRAPPER postgres_fdw
--     OPTIONS (host 'db1.example', dbname 'dandang', fetch_size '10000', updatable 'false');
--   CREATE USER MAPPING FOR CURRENT_USER SERVER region_610700 OPTIONS (user 'reader', …);
--
-- and so for each region; then psql -v ON_ERROR_STOP=1 -f postgres_whole.sql. To be run again when a
-- region has tables or columns it had not: nothing is kept here, all of it is made anew.
-- The account needs SELECT there and nothing more. Local partitions are regions as well: a schema
-- region_… with the tables of a store.
BEGIN;
DO $$
DECLARE
  server record;
  foreign_table record;
  name text;
  region text;
BEGIN
  FOR foreign_table IN
    SELECT c.oid::regclass AS name FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'p'
  LOOP
    EXECUTE format('DROP TABLE %s CASCADE', foreign_table.name);
  END LOOP;
  FOR server IN
    SELECT s.srvname AS name FROM pg_foreign_server s
    WHERE s.srvname LIKE 'region\_%' ORDER BY s.srvname
  LOOP
    EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', server.name);
    EXECUTE format('CREATE SCHEMA %I', server.name);
    EXECUTE format('IMPORT FOREIGN SCHEMA public FROM SERVER %I INTO %I', server.name, server.name);
    -- STRICT: one region a server, no more and no less.
    EXECUTE format('SELECT region FROM %I.store', server.name) INTO STRICT region;
    FOR foreign_table IN
      SELECT c.relname AS name FROM pg_class c
      WHERE c.relnamespace = server.name::regnamespace AND c.relkind = 'f'
    LOOP
      name := format('%I.%I', current_schema(), foreign_table.name);
      IF to_regclass(name) IS NULL THEN
        EXECUTE format('CREATE TABLE %s (LIKE %I.%I) PARTITION BY LIST (region)', name, server.name,
                       foreign_table.name);
      END IF;
      EXECUTE format('ALTER TABLE %s ATTACH PARTITION %I.%I FOR VALUES IN (%L)', name, server.name,
                     foreign_table.name, region);
    END LOOP;
  END LOOP;
END $$;
COMMIT;
