#!/bin/bash
# Kills, power losses, failing calls, full disks, clock jumps, bit flips, rollbacks, bad files and
# backups against the store and the command: docs/faults.md.
#
#   tests/faults/run.sh [--long] [--seed N] [T1 T2 T3 T4 T5 T6 T7 T8 T9 T11]
#
# Without BUILD it builds what it needs; BUILD=build/release says where that is built already.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
if [ -z "${BUILD:-}" ]; then
  BUILD=$root/build/release
  (cd "$root" && cmake --preset release >&2 && cmake --build --preset release -j2 --target fault_run >&2)
fi
exec "$BUILD/tests/faults/fault_run" "$@"
