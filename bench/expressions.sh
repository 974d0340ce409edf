#!/bin/bash
# FEEL one row at a time: plans, the plain evaluator, and the engines for Node that npm has.
#
#   bench/expressions.sh [SECONDS]      # of each measurement; 1 unless told
#
# Prints Markdown. Without Node or the npm registry the peers are left out, and it says so.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
build=${BUILD:-$root/build/release}
seconds=${1:-1}

if [ -z "${BUILD:-}" ]; then
  (cd "$root" && cmake --preset release >&2 &&
    cmake --build --preset release --target bench_expressions >&2)
fi
results=$(mktemp)
trap 'rm -f "$results"' EXIT
"$build/bench/expressions/bench_expressions" "$seconds" > "$results"
peers=$root/bench/expressions/peers
if command -v npm >/dev/null && (cd "$peers" && npm ci --silent >&2); then
  (cd "$peers" && node expressions.mjs "$seconds") >> "$results"
else
  echo "feelin and zen-engine left out: no Node, or the npm registry cannot be reached" >&2
fi

echo "### FEEL, one row at a time, one core: evaluations a second"
echo
echo "- $(date -u '+%Y-%m-%d %H:%M UTC'), commit $(git -C "$root" rev-parse --short HEAD)," \
  "$(lscpu | sed -n 's/^Model name: *//p'), load average $(cut -d' ' -f1-3 /proc/loadavg)"
echo
awk -F';' '
  !($1 in seen) { seen[$1] = 1; engines[++n] = $1 }
  !($2 in known) { known[$2] = 1; whats[++m] = $2 }
  { rate[$1, $2] = $3 }
  END {
    printf "| engine |"; for (j = 1; j <= m; ++j) printf " %s |", whats[j]
    printf "\n|---|"; for (j = 1; j <= m; ++j) printf "---|"; print ""
    for (i = 1; i <= n; ++i) {
      printf "| %s |", engines[i]
      for (j = 1; j <= m; ++j) printf " %d |", rate[engines[i], whats[j]]
      print ""
    }
  }' "$results"
