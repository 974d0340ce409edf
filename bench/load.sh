#!/bin/bash
# Builds the release and takes a province of officials into SQLite and into PostgreSQL, beside what
# the databases' own loaders need for the very same rows:
#
#   bench/load.sh [OFFICIALS]     # 1000000 unless told
#
# Prints Markdown. Ours is what an import does behind reading workbooks: every key looked up, every
# ref followed, every version sealed into the ledger, change sets of 200,000 versions, each on disk
# before the next. The loaders get the rows as our tables hold them, without the seals, by
# `sqlite3 .import` and psql's \copy, into tables without any index and into tables with ours.
#
# DATA=FOLDER takes the CSV files that lie there, BUILD=FOLDER what is built there. PostgreSQL 15
# is started on a socket of its own, with its own defaults (fsync on) but for max_wal_size.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$root/build/release}
programs=$build/bench/province
officials=${1:-1000000}
pg=/usr/lib/postgresql/15/bin
work=$(mktemp -d)
chmod 755 "$work"

as_server() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
clean_up() {
  [ ! -f "$work/pg/data/postmaster.pid" ] ||
    as_server $pg/pg_ctl -D "$work/pg/data" -m immediate -w stop >/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT

[ -n "${BUILD:-}" ] || {
  cmake --preset release -S "$root" >&2
  cmake --build --preset release --target province_generate province_load >&2
}

value() { tr ' ' '\n' <<<"$2" | sed -n "s/^$1=//p"; }
# Seconds a command takes, into $seconds, and of this machine's processors into $cpu.
timed() {
  local TIMEFORMAT='%R %U %S'
  read -r seconds user system < <({ time "$@" >&3; } 2>&1 3>/dev/null | tail -1)
  cpu=$(awk -v a="$user" -v b="$system" 'BEGIN { print a + b }')
}
row() {  # NAME SECONDS CPU BYTES PEAK OURS OUR-CPU
  awk -v name="$1" -v s="$2" -v cpu="$3" -v b="$4" -v peak="$5" -v ours="$6" -v ours_cpu="$7" \
    -v rows="$rows" 'BEGIN {
    printf "| %s | %.1f | %s | %.0f | %.0f | %s | %s | %s |\n", name, s,
      cpu == "" ? "" : sprintf("%.1f", cpu), rows / s, b / 1e6, peak,
      ours == "" ? "" : sprintf("%.2f", ours / s), ours_cpu == "" ? "" : sprintf("%.2f", ours_cpu / cpu) }'
}

load_ours() { said=$("$programs/province_load" "$data" --policies "$root/bench/province/policies" \
  --store "$@" | grep '^load'); }

# The columns of a table of ours, without the seals, quoted, with commas.
columns() {
  sqlite3 "$work/ours.sqlite" "SELECT group_concat('\"' || name || '\"', ', ')
    FROM pragma_table_info('r:$1') WHERE name NOT IN ('salt', 'commitment', 'superseded_in')"
}
types() { sqlite3 "$work/ours.sqlite" "SELECT name FROM record_type ORDER BY name"; }

sqlite_tables() {  # WITH-INDEXES
  echo 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;'
  local names
  for type in $(types); do
    names=$(columns "$type")
    if $1; then
      echo "CREATE TABLE \"r:$type\" (${names/\"version_id\"/version_id INTEGER PRIMARY KEY});"
      echo "CREATE UNIQUE INDEX \"key:$type\" ON \"r:$type\" (key);"
      echo "CREATE INDEX \"record:$type\" ON \"r:$type\" (record);"
    else
      echo "CREATE TABLE \"r:$type\" ($names);"
    fi
  done
  echo '.mode csv'
  for type in $(types); do echo ".import '$work/$type.csv' r:$type"; done
}
import_sqlite() { sqlite_tables "$2" | sqlite3 -bail "$1" >/dev/null; }

psql_() { psql -X -q -A -t -v ON_ERROR_STOP=1 -h "$work/pg" -U postgres "$@"; }
copy_postgres() {  # DATABASE WITH-INDEXES
  local schema
  for type in $(types); do
    if $2; then schema='INCLUDING INDEXES INCLUDING DEFAULTS'; else schema='INCLUDING DEFAULTS'; fi
    echo "CREATE SCHEMA IF NOT EXISTS c_$2;"
    echo "CREATE TABLE c_$2.\"r:$type\" (LIKE \"r:$type\" $schema);"
    echo "\\copy c_$2.\"r:$type\" ($(columns "$type")) FROM '$work/$type.csv' (FORMAT csv)"
  done | psql_ "$1"
}
size_of() { psql_ ours -c "SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname = '$1'"; }

data=${DATA:-$work/province}
[ -n "${DATA:-}" ] ||
  "$programs/province_generate" "$data" --officials "$officials" >/dev/null
echo "- $(date -u '+%Y-%m-%d %H:%M UTC'), commit $(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo ?)," \
  "$(lscpu | sed -n 's/^Model name: *//p'), $(nproc) CPUs"
echo "- load average before: $(cut -d' ' -f1-3 /proc/loadavg)"

load_ours "$work/ours.sqlite"
rows=$(value rows "$said")
ours=$(value seconds "$said")
ours_cpu=$(value cpu "$said")
echo
echo "$rows rows; MB as the database holds them; peak of our process, beside the rows it was given;" \
  "CPU where the database runs in the loader's process."
echo
echo "| into | seconds | CPU, s | rows a second | MB | peak, MB | ours, times it | by CPU |"
echo "|---|---|---|---|---|---|---|---|"
row "**SQLite, ours with the ledger**" "$ours" "$ours_cpu" "$(stat -c %s "$work/ours.sqlite")" \
  "$(value peak_mb "$said")" "" ""
for type in $(types); do
  sqlite3 -csv "$work/ours.sqlite" "SELECT $(columns "$type") FROM \"r:$type\"" >"$work/$type.csv"
done
for indexes in false true; do
  timed import_sqlite "$work/import.sqlite" $indexes
  row "SQLite, \`.import\`, $($indexes && echo our || echo no) indexes" "$seconds" "$cpu" \
    "$(stat -c %s "$work/import.sqlite")" "" "$ours" "$ours_cpu"
  rm -f "$work"/import.sqlite*
done

if [ -x $pg/initdb ]; then
  mkdir "$work/pg"
  [ "$(id -u)" != 0 ] || chown postgres "$work/pg"
  as_server $pg/initdb -D "$work/pg/data" -A trust -U postgres -E UTF8 --locale=C >/dev/null
  as_server $pg/pg_ctl -D "$work/pg/data" -l "$work/pg/log" -w start \
    -o "-k '$work/pg' -c listen_addresses= -c max_wal_size=8GB" >/dev/null
  psql_ postgres -c 'CREATE DATABASE ours'
  load_ours "postgresql://postgres@/ours?host=$work/pg" --region 61
  ours=$(value seconds "$said")
  row "**PostgreSQL, ours with the ledger**" "$ours" "" "$(size_of public)" \
    "$(value peak_mb "$said")" "" ""
  for indexes in false true; do
    timed copy_postgres ours $indexes
    row "PostgreSQL, \`COPY\`, $($indexes && echo our || echo no) indexes" "$seconds" "" \
      "$(size_of c_$indexes)" "" "$ours" ""
  done
fi
echo
echo "- load average after: $(cut -d' ' -f1-3 /proc/loadavg)"
