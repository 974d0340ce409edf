-- The tables of a province as duckdb.mjs loads them; {folder} is where the files are. Columns are as
-- narrow as they can be.
create type grade as enum ('excellent', 'competent', 'basic', 'incompetent', 'none');
create type honour_level as enum ('county', 'city', 'province', 'national');
create table person as from read_csv('{folder}/person.csv', columns = {
  person_id: 'INTEGER', unit_id: 'USMALLINT', city_id: 'USMALLINT', county_id: 'USMALLINT',
  post_level: 'UTINYINT', is_head: 'UTINYINT', birth: 'DATE', join_date: 'DATE',
  township: 'UTINYINT'});
create table unit as from read_csv('{folder}/unit.csv', columns = {
  unit_id: 'USMALLINT', county_id: 'USMALLINT', city_id: 'USMALLINT', unit_group: 'UTINYINT'});
create table unit_year as from read_csv('{folder}/unit_year.csv', columns = {
  unit_id: 'USMALLINT', year: 'SMALLINT', score: 'DECIMAL(5, 2)', rank: 'USMALLINT'});
create table yearly as from read_csv('{folder}/yearly.csv', columns = {
  person_id: 'INTEGER', year: 'SMALLINT', grade: 'grade', points: 'DECIMAL(5, 2)',
  peer_vote: 'DECIMAL(4, 1)', unit_id: 'USMALLINT'});
create table honour as from read_csv('{folder}/honour.csv', columns = {
  person_id: 'INTEGER', level: 'honour_level', date: 'DATE'});
create table sanction as from read_csv('{folder}/sanction.csv', columns = {
  person_id: 'INTEGER', kind: 'VARCHAR', date: 'DATE', months: 'UTINYINT'});
