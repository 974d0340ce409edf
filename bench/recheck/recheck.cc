// All rules over a county of officials, again after one record changed, as a page would ask for it:
//
//   bench_recheck DIR --as-of DATE [--runs R]
//
// DIR is a data directory. Prints how long the whole evaluation takes, by columns and by the plain
// evaluator, the county's records being in memory; and fails if the two differ.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "app/workspace.h"
#include "evaluation/run.h"

namespace {

using dandang::Cell;
using dandang::Date;
using dandang::evaluation::Finding;
using dandang::evaluation::Run;
using dandang::evaluation::RunOptions;

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "bench_recheck: %s\n", what.c_str());
  std::exit(2);
}

double now_ms() {
  using namespace std::chrono;
  return duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

bool same(const Finding& a, const Finding& b) {
  return a.rule == b.rule && a.subject_key == b.subject_key && a.verdict == b.verdict &&
         a.amount.to_string() == b.amount.to_string() && a.missing == b.missing &&
         std::equal(
             a.evidence.begin(), a.evidence.end(), b.evidence.begin(), b.evidence.end(),
             [](const auto& x, const auto& y) { return x.kind == y.kind && x.row == y.row; });
}

// Changes one word of one record of the type with the most records that have one.
void change_one(dandang::record::Dataset& data, int turn) {
  const auto& types = data.catalogue().types;
  size_t largest = 0;
  size_t field = 0;
  for (size_t t = 0; t < types.size(); ++t) {
    for (size_t f = 0; f < types[t].fields.size(); ++f) {
      if (types[t].fields[f].kind != dandang::record::FieldKind::kCode) continue;
      if (data.table(t).size() <= data.table(largest).size() && field != 0) continue;
      largest = t;
      field = f;
    }
  }
  auto& table = data.table(largest);
  const size_t row = static_cast<size_t>(turn) * 7919 % table.size();
  const size_t other = (row + 1) % table.size();
  table.columns[field].set(row, table.columns[field].cell_at(other));
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
  std::string directory;
  std::string as_of;
  int runs = 11;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--as-of" && i + 1 < argc) {
      as_of = argv[++i];
    } else if (word == "--runs" && i + 1 < argc) {
      runs = std::stoi(argv[++i]);
    } else {
      directory = word;
    }
  }
  const auto day = Date::parse_iso(as_of);
  if (directory.empty() || !day) give_up("DIR and --as-of DATE are needed");
  auto workspace = dandang::app::open_workspace(directory, std::nullopt);
  if (!workspace) give_up(workspace.error().to_string(dandang::Language::kEnglish));
  std::vector<double> by_columns;
  std::vector<double> by_plain;
  size_t findings = 0;
  for (int turn = 0; turn < runs; ++turn) {
    change_one(*workspace->data, turn);
    RunOptions plain;
    plain.by = RunOptions::By::kPlainEvaluator;
    double start = now_ms();
    Run columns_run(*workspace->policy, *workspace->data, *day);
    const auto fast = columns_run.findings();
    by_columns.push_back(now_ms() - start);
    start = now_ms();
    Run plain_run(*workspace->policy, *workspace->data, *day, plain);
    const auto slow = plain_run.findings();
    by_plain.push_back(now_ms() - start);
    findings = fast.size();
    if (!std::equal(fast.begin(), fast.end(), slow.begin(), slow.end(), same)) {
      give_up("columns and plain evaluator differ");
    }
  }
  std::printf("findings=%zu columns_ms=%.1f plain_ms=%.1f\n", findings, median(by_columns),
              median(by_plain));
  return 0;
}
