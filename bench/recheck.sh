#!/bin/bash
# All rules over a county of 2,000 officials again after one record changed, as pages ask for it.
#
#   bench/recheck.sh [OFFICIALS [RUNS]]      # 2000 and 21
#
# Everything anew, by columns and plainly; then by an evaluation that is kept, for changes of single
# records of every type. Three times: with the parameters set that the documents leave open, without, and set again with
# 100 rules more over ten registers that were never taken in.
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
cp -r "$root/policies" "$work/policies"
mkdir -p "$work/policies/more/clauses"
cat > "$work/policies/more/policy.yaml" <<END
prefix: M
clauses: 1
title: {zh: 未交的台账, en: registers never taken in}
uses: [common]
END
{
  printf -- '---\nclause: M1\ntitle: {zh: 试, en: trial}\n---\n'
  for ((i = 0; i < 10; ++i)); do
    printf '```record 未交台账%d\nkey: [干部, 年度]\nabsence: {none: []}\nfields:\n' "$i"
    printf '  干部: {type: ref 干部, required: true}\n  年度: {type: year, required: true}\n'
    printf '  数值: {type: number, blank: unknown}\n```\n'
  done
  for ((i = 0; i < 100; ++i)); do
    register=未交台账$((i % 10))
    case $((i % 4)) in
      0) when="count($register[数值 > $i]) > 0" ;;
      1) when="some x in $register satisfies x.数值 > $i" ;;
      2) when="every x in $register[年度 = 2025] satisfies x.数值 > $i" ;;
      3) when="sum($register.数值) >= $i and count(年度考核) >= 0" ;;
    esac
    printf '```rule M1.R%d\nname: 添加%d\nsubject: 干部\ntitle: 试\nwhen: %s\n```\n' \
      $((i + 1)) $((i + 1)) "$when"
  done
  printf '```test\ntitle: 没有交过台账\nas_of: 2026-06-30\ngiven:\n  干部: |\n    姓名\n    甲\nexpect:\n'
  for ((i = 1; i <= 100; ++i)); do printf '  M1.R%d: {甲: insufficient}\n' "$i"; done
  printf '```\n'
} > "$work/policies/more/clauses/01-more.md"
county() {  # NAME POLICIES: a data directory with the county's workbooks taken in
  (cd "$root" && "$build/dandang" init "$work/$1" --policies "$2") >&2
  "$build/dandang" import "$work/$1" "$work"/county/*.xlsx --partial --by bench >&2 || [ $? -eq 3 ]
}
county unset "$root/policies"
county set "$root/policies"
county more "$work/policies"
# An authority that has set what the document leaves open.
for name in set more; do
  for setting in 积分靠前比例=0.3 积分靠后比例=0.1 积分比较组最小人数=5; do
    "$build/dandang" parameter set "$work/$name" "N.$setting" --from 2019-01-01 --basis bench --by bench >&2
  done
done
echo "- $(date -u '+%Y-%m-%d %H:%M UTC'), commit $(git -C "$root" rev-parse --short HEAD)," \
  "$(lscpu | sed -n 's/^Model name: *//p'), load average $(cut -d' ' -f1-3 /proc/loadavg)"
for name in set unset more; do
  echo "- $officials officials, $name: $("$build/bench/recheck/bench_recheck" "$work/$name" --as-of 2026-06-30 --runs "$runs")"
done
