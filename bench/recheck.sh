#!/bin/bash
# All rules over a county of 2,000 officials again after one record changed, as pages ask for it.
#
#   bench/recheck.sh [OFFICIALS [RUNS]]      # 2000 and 21
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$root/build/release}
officials=${1:-2000}
runs=${2:-21}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [ -z "${BUILD:-}" ]; then
  (cd "$root" && cmake --preset release >&2 &&
    cmake --build --preset release --target dandang generate_samples bench_recheck >&2)
fi
"$build/samples/generate_samples" "$work/county" --officials "$officials" --years 5 >&2
(cd "$root" && "$build/dandang" init "$work/data") >&2
"$build/dandang" import "$work/data" "$work"/county/*.xlsx --partial --by bench >&2 || [ $? -eq 3 ]
# An authority that has set what the document leaves open.
for setting in 积分靠前比例=0.3 积分靠后比例=0.1 积分比较组最小人数=5; do
  "$build/dandang" parameter set "$work/data" "N.$setting" --from 2019-01-01 --basis bench --by bench >&2
done
echo "- $(date -u '+%Y-%m-%d %H:%M UTC'), commit $(git -C "$root" rev-parse --short HEAD)," \
  "$(lscpu | sed -n 's/^Model name: *//p'), load average $(cut -d' ' -f1-3 /proc/loadavg)"
echo "- $officials officials: $("$build/bench/recheck/bench_recheck" "$work/data" --as-of 2026-06-30 --runs "$runs")"
