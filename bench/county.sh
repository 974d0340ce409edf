#!/bin/bash
# Builds the release, generates a county of 1,500 officials and five years, and measures it:
#
#   bench/county.sh [REPETITIONS]
#
# Prints Markdown, and leaves nothing behind but build/release. Where the workload W3 of
# "workloads with peers' figures" lies in $PEERS, its workbook is read too, beside those peers that
# are installed. BUILD=FOLDER takes what is built there as it is, DANDANG=FILE another dandang.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$root/build/release}
dandang=${DANDANG:-$build/dandang}
peers=${PEERS:-$root/../shared/bench}
repetitions=${1:-5}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

build_release() {
  cd "$root"
  cmake --preset release >&2
  cmake --build --preset release --target dandang generate_samples bench_county >&2
}

describe_machine() {
  echo "- $(date -u '+%Y-%m-%d %H:%M UTC'), commit $(git -C "$root" rev-parse --short HEAD)$(
    [ -z "$(git -C "$root" status --porcelain -- src policies samples bench CMakeLists.txt)" ] ||
      echo ' with uncommitted changes')"
  echo "- $(lscpu | sed -n 's/^Model name: *//p'), $(nproc) CPUs$(
    lscpu | sed -n 's/^Hypervisor vendor: */, under /p'), $(
    awk '/MemTotal/ { printf "%.1f GiB", $2 / 1048576 }' /proc/meminfo), kernel $(uname -r)"
  echo "- $(. /etc/os-release && echo "$PRETTY_NAME"), $(c++ --version | head -1), release build;" \
    "files on $(df --output=fstype "$work" | tail -1)"
  [ -z "${BUILD:-}${DANDANG:-}" ] || echo "- not built by this run: $build, $dandang"
}

load() { echo "- load average $1: $(cut -d' ' -f1-3 /proc/loadavg)"; }

measure_county() {
  "$build/samples/generate_samples" "$work/county" --officials 1500 --years 5
  echo "### A county: 1,500 officials, five years"
  echo
  "$build/bench/bench_county" county "$dandang" "$root/policies" \
    "$work/county" "$work" "$repetitions"
}

# The peers that need no downloading, as NAME=COMMAND.
list_peers() {
  if c++ -O3 -march=native -std=c++20 -w "$peers/w3/inflate.cpp" -lz -o "$work/w3-inflate" \
    2>/dev/null; then
    echo "W3's own floor: zlib and one hand-written scan=$work/w3-inflate $work/w3.xlsx"
  fi
  if python3 -c 'import openpyxl' 2>/dev/null; then
    echo "openpyxl, read-only=python3 $peers/w3/openpyxl_read.py ro $work/w3.xlsx"
  fi
  if command -v soffice >/dev/null; then
    echo "LibreOffice, to CSV=soffice -env:UserInstallation=file://$work/profile --headless" \
      "--convert-to csv --outdir $work/csv $work/w3.xlsx"
  fi
}

measure_workbook() {
  python3 "$peers/w3/gen_xlsx.py" 20000 "$work/w3.xlsx" >/dev/null
  mapfile -t named < <(list_peers)
  echo
  echo "### A workbook of 20,000 rows and 24 columns (W3)"
  echo
  "$build/bench/bench_county" workbook "$dandang" "$root/policies" \
    "$work/w3.xlsx" "$work" "$repetitions" "${named[@]}"
}

[ -n "${BUILD:-}" ] || build_release
describe_machine
load before
echo
measure_county
[ ! -f "$peers/w3/gen_xlsx.py" ] || measure_workbook
echo
load after
