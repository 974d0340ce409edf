#!/bin/bash
# Builds the release, invents a province of officials with ten years behind them, and measures its
# annual run: eight clauses with ranks within groups, three results of them, and all evidence.
#
#   bench/province.sh [--linear] [--sqlite] [OFFICIALS [REPETITIONS]]     # 1000000 and 11 unless told
#
# Prints Markdown: our engine beside a reference written by hand for these rules alone, DuckDB (by
# npm, fetched when it is first used), SQLite if wanted (Debian's sqlite3, about a minute), and the
# workload's own reference where $PEERS has it. Everybody must find the same, or the run fails.
# --linear measures reference and engine with 10,000 to 1,000,000 officials instead.
#
# DATA=FOLDER takes the CSV files that lie there. BUILD=FOLDER takes what is built there as it is.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$root/build/release}
programs=$build/bench/province
peers=${PEERS:-$root/../shared/bench}
linear=false
sqlite=false
while [[ ${1:-} == --* ]]; do
  case $1 in
    --linear) linear=true ;;
    --sqlite) sqlite=true ;;
    *) sed -n '2,5s/^# \?//p' "$0" >&2; exit 2 ;;
  esac
  shift
done
officials=${1:-1000000}
repetitions=${2:-11}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

build_release() {
  local targets=(province_generate province_reference)
  [ ! -f "$root/bench/province/province_engine.cc" ] || targets+=(province_engine)
  cd "$root"
  cmake --preset release >&2
  cmake --build --preset release --target "${targets[@]}" >&2
}

describe_machine() {
  echo "- $(date -u '+%Y-%m-%d %H:%M UTC'), commit $(git -C "$root" rev-parse --short HEAD)$(
    [ -z "$(git -C "$root" status --porcelain -- src bench CMakeLists.txt)" ] ||
      echo ' with uncommitted changes')"
  echo "- $(lscpu | sed -n 's/^Model name: *//p'), $(nproc) CPUs$(
    lscpu | sed -n 's/^Hypervisor vendor: */, under /p'), $(
    awk '/MemTotal/ { printf "%.1f GiB", $2 / 1048576 }' /proc/meminfo), kernel $(uname -r)"
  echo "- $(. /etc/os-release && echo "$PRETTY_NAME"), $(c++ --version | head -1), release build"
  [ -z "${BUILD:-}" ] || echo "- not built by this run: $build"
}

load() { echo "- load average $1: $(cut -d' ' -f1-3 /proc/loadavg)"; }

note() { echo "- $*" >>"$work/notes"; }

# What a line says of a name: value NAME LINE.
value() { tr ' ' '\n' <<<"$2" | sed -n "s/^$1=//p"; }

# Whoever is asked must find what was found before.
verify() {
  local who=$1 checks=$2
  if [ ! -s "$work/checks" ]; then
    echo "$checks" >"$work/checks"
  elif [ "$checks" != "$(cat "$work/checks")" ]; then
    printf '%s found\n  %s\nbut the reference\n  %s\n' "$who" "$checks" "$(cat "$work/checks")" >&2
    exit 1
  fi
}

# Runs a program whose last line are its checks, and keeps its other lines in $work/lines.
ask() {
  local who=$1
  shift
  "$@" >"$work/said" || { echo "$who failed: $*" >&2; exit 1; }
  verify "$who" "$(tail -1 "$work/said")"
  head -n -1 "$work/said" >"$work/lines"
}

ask_reference() {
  ask "the reference" "$programs/province_reference" "$1" --threads "$2" --runs "$repetitions"
}

ask_engine() {
  ask "the engine" "$programs/province_engine" "$1" --threads "$2" --runs "$repetitions" \
    --policies "$root/bench/province/policies" --snapshot "$work/columns"
}

# A row: its name, a line with threads and times, and what it is compared with.
row() {
  local name=$1 line=$2
  awk -v name="$name" -v threads="$(value threads "$line")" -v median="$(value warm_ms "$line")" \
    -v low="$(value low_ms "$line")" -v high="$(value high_ms "$line")" \
    -v reference="$3" -v engine="$4" 'BEGIN {
    spread = low == "" ? "" : sprintf(" (%s–%s)", low, high)
    faster = engine == "" ? "" : sprintf("%.2f", median / engine)
    printf "| %s | %s | %s%s | %.2f | %s |\n", name, threads, median, spread, median / reference,
      faster }'
}

# DuckDB is fetched into the build folder once. `npm ci` wants the packages of every system to be
# had, some mirrors have those of this one only: then `npm install` takes the same, as locked.
fetch_duckdb() (
  mkdir -p "$programs/peers" && cp "$root"/bench/province/peers/* "$programs/peers/" &&
    cd "$programs/peers" || return 1
  [ -d node_modules/@duckdb/node-api ] || npm ci --no-audit --no-fund >"$work/npm" 2>&1 ||
    npm install --no-audit --no-fund >"$work/npm" 2>&1
)

build_peers_reference() {
  [ -f "$peers/w1/w1.cpp" ] &&
    c++ -O3 -march=native -std=c++20 -w -pthread "$peers/w1/w1.cpp" -o "$work/w1"
}

measure_with() {
  local data=$1 threads=$2 line reference reference_line engine='' engine_line=''
  ask_reference "$data" "$threads"
  reference_line=$(grep '^reference' "$work/lines")
  reference=$(value warm_ms "$reference_line")
  local scan megabytes
  scan=$(grep '^scan' "$work/lines")
  megabytes=$(awk -v bytes="$(value bytes "$scan")" 'BEGIN { printf "%.1f MB", bytes / 1e6 }')
  row "reading the $megabytes needed once" "$scan" "$reference" "" >>"$work/rows"
  if [ -x "$programs/province_engine" ]; then
    ask_engine "$data" "$threads"
    engine_line=$(grep '^engine' "$work/lines")
    engine=$(value warm_ms "$engine_line")
    note "engine, $threads thread(s): from stored columns to masks and evidence" \
      "$(value snapshot_ms "$engine_line") ms; columns $(value columns_bytes "$engine_line")" \
      "bytes, beside them $(value engine_bytes "$engine_line")"
  fi
  row "reference" "$reference_line" "$reference" "$engine" >>"$work/rows"
  if [ -x "$work/w1" ]; then
    "$work/w1" eval "$threads" "$repetitions" "$data" >"$work/said"
    verify "the workload's own reference" "$(tail -1 "$work/said")"
    line=$(sed -nE "s/^eval threads=([0-9]+) warm wall: min ([0-9.]+) median ([0-9.]+) max ([0-9.]+).*/\
threads=\1 warm_ms=\3 low_ms=\2 high_ms=\4/p" "$work/said")
    row "the workload's own reference" "$line" "$reference" "$engine" >>"$work/rows"
  fi
  [ -z "$engine_line" ] || row "**engine**" "$engine_line" "$reference" "$engine" >>"$work/rows"
  $duckdb || return 0
  local files=(--sql "$programs/peers/duckdb.sql")
  [ ! -f "$peers/w1/duckdb_tuned.sql" ] || files+=(--sql "$peers/w1/duckdb_tuned.sql")
  ask DuckDB node "$programs/peers/duckdb.mjs" "$data" --threads "$threads" \
    --runs "$(((repetitions + 1) / 2))" "${files[@]}"
  while read -r line; do
    local whose="our SQL"
    [ "$(value sql "$line")" = duckdb.sql ] || whose="the workload's tuned SQL"
    row "DuckDB, $whose" "$line" "$reference" "$engine" >>"$work/rows"
  done < <(grep '^duckdb' "$work/lines")
}

measure_sqlite() {
  ask SQLite "$root/bench/province/peers/sqlite.sh" "$1" "$work/sqlite" 3
  local reference engine
  reference=$(sed -nE 's/^\| reference \| 1 \| ([0-9.]+).*/\1/p' "$work/rows")
  engine=$(sed -nE 's/^\| \*\*engine\*\* \| 1 \| ([0-9.]+).*/\1/p' "$work/rows")
  row "SQLite $(sqlite3 --version | cut -d' ' -f1)" "$(cat "$work/lines")" "$reference" "$engine" \
    >>"$work/rows"
}

measure_province() {
  local data=${DATA:-$work/province} threads
  [ -n "${DATA:-}" ] ||
    "$programs/province_generate" "$data" --officials "$officials" >"$work/generated"
  echo "### A province's annual run: $(($(wc -l <"$data/person.csv") - 1)) officials"
  echo
  for threads in 1 2; do measure_with "$data" "$threads"; done
  ! $sqlite || measure_sqlite "$data"
  echo "Milliseconds, median (smallest–largest) of $repetitions evaluations from warm columns or" \
    "tables, of DuckDB $(((repetitions + 1) / 2)), of SQLite 3."
  echo
  echo "| who | threads | ms | times the reference | times the engine |"
  echo "|---|---|---|---|---|"
  cat "$work/rows"
  echo
  echo "- all found \`$(cat "$work/checks")\`"
  [ ! -s "$work/generated" ] || echo "- $(cat "$work/generated")"
  [ ! -s "$work/notes" ] || sort -u "$work/notes"
}

# Nanoseconds an official, which ought to stay the same.
measure_linear() {
  local count threads who line cells
  echo "### From 10,000 officials to 1,000,000"
  echo
  echo "Milliseconds, and nanoseconds an official."
  echo
  if [ -x "$programs/province_engine" ]; then
    who=(reference engine)
  else
    who=(reference)
  fi
  printf '| officials |'
  for name in "${who[@]}"; do printf ' %s, 1 thread | 2 threads |' "$name"; done
  printf '\n|---|'
  for name in "${who[@]}"; do printf -- '---|---|'; done
  echo
  for count in 10000 30000 100000 300000 1000000; do
    rm -rf "$work/checks" "$work/province"
    "$programs/province_generate" "$work/province" --officials "$count" >/dev/null
    printf '| %s |' "$count"
    for name in "${who[@]}"; do
      for threads in 1 2; do
        "ask_$name" "$work/province" "$threads"
        line=$(grep "^$name" "$work/lines")
        awk -v ms="$(value warm_ms "$line")" -v count="$count" \
          'BEGIN { printf " %.2f: %.1f |", ms, ms * 1e6 / count }'
      done
    done
    echo
  done
}

[ -n "${BUILD:-}" ] || build_release
[ -x "$programs/province_engine" ] || note "no province_engine was built: the engine is left out"
duckdb=false
if ! $linear; then
  if command -v npm >/dev/null && fetch_duckdb; then
    duckdb=true
  else
    note "no npm, or it could not fetch DuckDB: left out"
  fi
  build_peers_reference || note "no $peers/w1/w1.cpp: the workload's own reference is left out"
fi
describe_machine
load before
echo
if $linear; then measure_linear; else measure_province; fi
echo
load after
