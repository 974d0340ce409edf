#!/bin/bash
# Measures the rules in SQLite on a province's CSV files, by Debian's sqlite3, with one thread:
#
#   sqlite.sh FOLDER DATABASE [RUNS]
#
# DATABASE is made where it is not there. The first evaluation is not timed.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
folder=$1
database=$(realpath "$2")
runs=${3:-3}

if [ ! -f "$database" ]; then
  (cd "$folder" && sqlite3 "$database.new" <"$here/sqlite_load.sql" >/dev/null)
  mv "$database.new" "$database"
fi

statements() {
  echo 'pragma cache_size = -2000000; pragma temp_store = memory; pragma mmap_size = 4000000000;'
  cat "$here/sqlite.sql"
  echo '.timer on'
  for ((run = 0; run < runs; ++run)); do
    echo '.print run'
    cat "$here/sqlite.sql"
  done
  echo '.timer off'
  echo '.print checks'
  echo "select '{\"n\":' || count(*)"
  for bit in {0..10}; do echo "  || ',\"b$bit\":' || sum(mask & $((1 << bit)) <> 0)"; done
  echo "  || ',\"s1\":\"' || sum(mask * (person_id % 1000003)) || '\"' from result"
  echo "union all select ',\"ev\":' || count(*) || ',\"s2\":\"'"
  echo "  || sum((person_id % 1000003) * (rule * 10000 + year)) || '\"}' from evidence;"
}

statements | sqlite3 -bail "$database" | awk '
  /^run$/ { ++run; next }
  /^checks$/ { checking = 1; next }
  /^Run Time:/ { times[run] += $4 * 1000; next }
  checking { text = text $0 }
  END {
    for (i = 1; i <= run; ++i)
      for (j = i; j > 1 && times[j] < times[j - 1]; --j) {
        kept = times[j]; times[j] = times[j - 1]; times[j - 1] = kept
      }
    printf "sqlite threads=1 warm_ms=%.0f low_ms=%.0f high_ms=%.0f\n", times[int((run + 1) / 2)],
      times[1], times[run]
    print text
  }'
