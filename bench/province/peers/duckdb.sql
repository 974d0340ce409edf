-- The rules for DuckDB: what each finds first, as few rows as possible, then one join with all
-- persons. Ranks are taken among those only who lie above or below a quantile: nobody else can be
-- better, or worse, than they are.
create or replace temp table unit_bits as
with scored as (
  select unit_id, unit.county_id, unit_group, year, score
  from unit_year join unit using (unit_id) where year between 2024 and 2026),
placed as (
  select unit_id, year,
    rank() over (partition by county_id, year order by score desc) * 100
      <= 15 * count(*) over (partition by county_id, year) as excellent,
    score = min(score) over (partition by county_id, unit_group, year)
      and count(*) over (partition by county_id, unit_group, year) >= 2 as last
  from scored)
select unit_id,
  (if(count(*) filter (where excellent) = 3, 2, 0)
    + if(count(*) filter (where last and year >= 2025) = 2, 64, 0))::utinyint as bits
from placed group by unit_id;

create or replace temp table pointed as
select y.person_id, y.points,
  ((u.county_id::integer * 8 + (p.post_level + 1) // 2) * 2 + (y.year - 2025))::integer as ranked
from yearly y join person p using (person_id) join unit u on u.unit_id = y.unit_id
where y.year between 2025 and 2026 and y.points is not null;

create or replace temp table placed as
with cuts as (
  select ranked, count(*) as n, quantile_disc(points, [0.05, 0.9]) as cut
  from pointed group by ranked),
outer_rows as (
  select person_id, ranked, points, n, points >= cut[2] as upper, points <= cut[1] as lower
  from pointed join cuts using (ranked) where points >= cut[2] or points <= cut[1]),
upper_places as (
  select person_id, ranked, n,
    rank() over (partition by ranked order by points desc) as place
  from outer_rows where upper),
lower_places as (
  select person_id, ranked, n,
    rank() over (partition by ranked order by points) as place
  from outer_rows where lower)
select person_id, 4::utinyint as bit from upper_places where place * 10 <= n
group by person_id having count(*) = 2
union all
select person_id, 16::utinyint from lower_places where place * 20 <= n
group by person_id having count(*) = 2;

create or replace temp table events as
select person_id, 4::utinyint as rule, 8::utinyint as bit, year(date)::smallint as year
from honour
where level <> 'county' and date > date '2021-12-31' and date <= date '2026-12-31'
union all
select person_id, 8, 128, year(date) from sanction
where date <= date '2026-12-31' and date + to_months(months) > date '2026-12-31';

-- An incompetent year counts if no later one was graded. The last year tells for nearly everybody.
create or replace temp table ungraded as
select person_id, max(year) as year
from (select person_id, year from yearly where grade = 'incompetent' and year < 2026)
  anti join (select person_id from yearly where year = 2026 and grade <> 'none') using (person_id)
group by person_id;

create or replace temp table incompetent as
select person_id, 2026 as year from yearly where year = 2026 and grade = 'incompetent'
union all
select person_id, any_value(ungraded.year) from yearly join ungraded using (person_id)
where yearly.year < 2026 and grade <> 'none'
group by person_id having max(yearly.year) = any_value(ungraded.year);

create or replace temp table found as
select person_id, bit_or(bit) as bits from (
  select person_id, 1::utinyint as bit
  from (select person_id from yearly where year = 2024 and grade = 'excellent')
    join (select person_id from yearly where year = 2025 and grade = 'excellent') using (person_id)
    join (select person_id from yearly where year = 2026 and grade = 'excellent') using (person_id)
  union all select person_id, bit from placed
  union all select person_id, bit from events
  union all select person_id, 32 from incompetent)
group by person_id;

create or replace temp table result as
with base as (
  select person_id, (coalesce(f.bits, 0) | (coalesce(u.bits, 0) & if(is_head = 1, 66, 2)))::integer
    as bits
  from person left join found f using (person_id) left join unit_bits u using (unit_id)),
promoted as (
  select person_id, bits, bits & 13 <> 0 and bits & 160 = 0 as promote from base)
select person_id, (bits + if(promote, 256, 0) + if(promote and bits & 2 <> 0, 512, 0)
  + if(bits & 112 <> 0, 1024, 0))::smallint as mask
from promoted;

create or replace temp table evidence as
select person_id, rule::utinyint as rule, year::smallint as year
from (values (1, 1, 2024), (1, 1, 2025), (1, 1, 2026), (2, 2, 2024), (2, 2, 2025), (2, 2, 2026),
    (4, 3, 2025), (4, 3, 2026), (16, 5, 2025), (16, 5, 2026), (64, 7, 2025), (64, 7, 2026))
    pattern(bit, rule, year)
  join result on mask & bit <> 0 where mask & 87 <> 0
union all select person_id, rule, year from events
union all select person_id, 6, year from incompetent;
