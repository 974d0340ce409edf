-- The tables of a province for sqlite3, run in the folder of the files with the database to be made.
-- Dates are texts, which order as dates do; points that are not there become null.
.bail on
pragma page_size = 16384;
pragma journal_mode = off;
pragma synchronous = off;
pragma cache_size = -1000000;
pragma temp_store = memory;
create table unit(unit_id integer primary key, county_id int, city_id int, unit_group int);
create table unit_year(unit_id int, year int, score real, rank int, primary key (year, unit_id))
  without rowid;
create table person(person_id integer primary key, unit_id int, city_id int, county_id int,
  post_level int, is_head int, birth text, join_date text, township int);
create table yearly(year int, person_id int, grade text, points real, peer_vote real, unit_id int,
  primary key (year, person_id)) without rowid;
create table honour(person_id int, level text, date text);
create table sanction(person_id int, kind text, date text, months int);
create temp table yearly_lines(person_id int, year int, grade text, points, peer_vote,
  unit_id int);
begin;
.mode csv
.import --skip 1 unit.csv unit
.import --skip 1 unit_year.csv unit_year
.import --skip 1 person.csv person
.import --skip 1 yearly.csv yearly_lines
.import --skip 1 honour.csv honour
.import --skip 1 sanction.csv sanction
insert into yearly select year, person_id, grade, nullif(points, ''), nullif(peer_vote, ''), unit_id
from yearly_lines;
commit;
analyze;
