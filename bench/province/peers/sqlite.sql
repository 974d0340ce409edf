-- The rules for sqlite3, as duckdb.sql has them: what each finds first, then one pass over persons.
drop table if exists temp.unit_bits;
drop table if exists temp.placed;
drop table if exists temp.events;
drop table if exists temp.incompetent;
drop table if exists temp.found;
drop table if exists temp.result;
drop table if exists temp.evidence;
create temp table unit_bits(unit_id integer primary key, bits int);
insert into unit_bits
with placed as (
  select unit_id, year,
    rank() over (partition by county_id, year order by score desc) * 100
      <= 15 * count(*) over (partition by county_id, year) as excellent,
    score = min(score) over (partition by county_id, unit_group, year)
      and count(*) over (partition by county_id, unit_group, year) >= 2 as last
  from unit_year join unit using (unit_id) where year between 2024 and 2026)
select unit_id, iif(sum(excellent) = 3, 2, 0) + iif(sum(last and year >= 2025) = 2, 64, 0)
from placed group by unit_id;
create temp table placed as
with pointed as materialized (
  select y.person_id, y.points,
    (u.county_id * 8 + (p.post_level + 1) / 2) * 2 + (y.year - 2025) as ranked
  from yearly y join person p using (person_id) join unit u on u.unit_id = y.unit_id
  where y.year in (2025, 2026) and y.points is not null),
sizes as materialized (select ranked, count(*) as n from pointed group by ranked),
ordered as (
  select person_id, ranked, rank() over (partition by ranked order by points) as below,
    points, row_number() over (partition by ranked order by points) as place
  from pointed),
least as materialized (
  select ranked, points as cut, n from ordered join sizes using (ranked)
  where n >= 10 and place = n - n / 10 + 1)
select person_id, 16 as bit from ordered join sizes using (ranked)
where below * 20 <= n group by person_id having count(*) = 2
union all
select person_id, 4 from pointed join least using (ranked)
where points >= cut group by person_id having count(*) = 2;
create temp table events as
select person_id, 4 as rule, 8 as bit, cast(substr(date, 1, 4) as int) as year from honour
where level in ('city', 'province', 'national') and date > '2021-12-31' and date <= '2026-12-31'
union all
select person_id, 8, 128, cast(substr(date, 1, 4) as int) from sanction
where date <= '2026-12-31' and date(date, '+' || months || ' months') > '2026-12-31';
create temp table incompetent(person_id integer primary key, year int);
insert into incompetent
with poor as materialized (
  select person_id, max(year) as year from yearly where grade = 'incompetent' and year <= 2026
  group by person_id),
later(year) as (values (2018), (2019), (2020), (2021), (2022), (2023), (2024), (2025), (2026))
select person_id, year from poor
where not exists (
  select 1 from later cross join yearly y on y.year = later.year and y.person_id = poor.person_id
  where later.year > poor.year and y.grade <> 'none');
create temp table found(person_id integer primary key, bits int);
insert into found
select person_id, sum(bit) from (
  select a.person_id, 1 as bit
  from yearly a join yearly b on b.year = 2025 and b.person_id = a.person_id
    join yearly c on c.year = 2026 and c.person_id = a.person_id
  where a.year = 2024 and a.grade = 'excellent' and b.grade = 'excellent'
    and c.grade = 'excellent'
  union all select person_id, bit from placed
  union all select distinct person_id, bit from events
  union all select person_id, 32 from incompetent)
group by person_id;
create temp table result(person_id integer primary key, mask int);
insert into result
with base as (
  select p.person_id, coalesce(f.bits, 0) | (coalesce(u.bits, 0) & iif(is_head, 66, 2)) as bits
  from person p left join found f on f.person_id = p.person_id
    left join unit_bits u on u.unit_id = p.unit_id),
promoted as (select person_id, bits, (bits & 13) <> 0 and (bits & 160) = 0 as promote from base)
select person_id, bits + 256 * promote + 512 * (promote and (bits & 2) <> 0)
  + 1024 * ((bits & 112) <> 0)
from promoted;
create temp table evidence as
select person_id, column2 as rule, column3 as year
from result join (values (1, 1, 2024), (1, 1, 2025), (1, 1, 2026), (2, 2, 2024), (2, 2, 2025),
  (2, 2, 2026), (4, 3, 2025), (4, 3, 2026), (16, 5, 2025), (16, 5, 2026), (64, 7, 2025),
  (64, 7, 2026)) on mask & column1
where mask & 87
union all select person_id, rule, year from events
union all select person_id, 6, year from incompetent;
