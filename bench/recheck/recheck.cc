// All rules over a county of officials again after one record changed, as a page would ask for it:
//
//   bench_recheck DIR --as-of DATE [--runs R]
//
// DIR is a data directory, whose records are in memory. Prints how long the whole evaluation takes,
// by columns and by the plain evaluator; then, for every type with records, how long an evaluation
// that is kept (evaluation/standing.h) takes after one of them changed. Fails if the findings
// differ from those of a run made anew.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "app/workspace.h"
#include "evaluation/run.h"
#include "evaluation/standing.h"

namespace {

using dandang::Cell;
using dandang::Date;
using dandang::evaluation::Finding;
using dandang::evaluation::ParameterUse;
using dandang::evaluation::Run;
using dandang::evaluation::RunOptions;
using dandang::evaluation::Standing;
using dandang::record::ChangeSet;
using dandang::record::Dataset;
using dandang::record::FieldKind;
using dandang::record::NewVersion;

[[noreturn]] void give_up(const std::string& what) {
  std::fprintf(stderr, "bench_recheck: %s\n", what.c_str());
  std::exit(2);
}

double now_ms() {
  using namespace std::chrono;
  return duration<double, std::milli>(steady_clock::now().time_since_epoch()).count();
}

bool same(const Finding& a, const Finding& b) {
  const auto same_row = [](const auto& x, const auto& y) {
    return x.kind == y.kind && x.row == y.row;
  };
  const auto same_use = [](const ParameterUse& x, const ParameterUse& y) {
    return x.parameter == y.parameter && x.by_authority == y.by_authority &&
           x.value.to_string() == y.value.to_string();
  };
  return a.rule == b.rule && same_row(a.subject, b.subject) && a.subject_key == b.subject_key &&
         a.identity_number == b.identity_number && a.verdict == b.verdict &&
         a.amount.to_string() == b.amount.to_string() && a.missing == b.missing &&
         a.flags == b.flags && a.excused == b.excused &&
         std::equal(a.evidence.begin(), a.evidence.end(), b.evidence.begin(), b.evidence.end(),
                    same_row) &&
         std::equal(a.parameters.begin(), a.parameters.end(), b.parameters.begin(),
                    b.parameters.end(), same_use);
}

bool same(const std::vector<Finding>& a, const std::vector<Finding>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const Finding& x, const Finding& y) { return same(x, y); });
}

struct Times {
  std::vector<double> ms;

  double median() {
    std::sort(ms.begin(), ms.end());
    return ms[ms.size() / 2];
  }
  double worst() const { return *std::max_element(ms.begin(), ms.end()); }
};

void measure_whole(const dandang::policy::PolicySet& set, const Dataset& data, Date day, int runs) {
  Times by_columns;
  Times by_plain;
  size_t findings = 0;
  for (int turn = 0; turn < runs; ++turn) {
    RunOptions plain;
    plain.by = RunOptions::By::kPlainEvaluator;
    double start = now_ms();
    Run columns_run(set, data, day);
    const auto fast = columns_run.findings();
    by_columns.ms.push_back(now_ms() - start);
    start = now_ms();
    Run plain_run(set, data, day, plain);
    const auto slow = plain_run.findings();
    by_plain.ms.push_back(now_ms() - start);
    findings = fast.size();
    if (!same(fast, slow)) give_up("columns and plain evaluator differ");
  }
  std::printf("findings=%zu columns_ms=%.1f plain_ms=%.1f\n", findings, by_columns.median(),
              by_plain.median());
}

// A change of one record, of a kind that goes with the turn: a field gets another record's value or
// none, the record is withdrawn, or it comes back.
ChangeSet change_of(const Dataset& data, size_t type, size_t row, int turn) {
  const auto& table = data.table(type);
  ChangeSet change;
  NewVersion version = dandang::record::version_of(data, type, row);
  const size_t field = static_cast<size_t>(turn) % version.cells.size();
  const auto& declared = table.type->fields[field];
  const bool is_key = std::find(table.type->key.begin(), table.type->key.end(), declared.name) !=
                      table.type->key.end();
  if (!is_key) {
    const size_t other = (row * 31 + static_cast<size_t>(turn) * 17 + 1) % table.size();
    const bool blank = turn % 5 == 4 && !declared.required;
    version.cells[field] =
        blank ? Cell() : dandang::record::version_of(data, type, other).cells[field];
  }
  change.versions.push_back(std::move(version));
  return change;
}

void measure_type(Standing& standing, size_t type, int changes, Times& all) {
  const Dataset& data = standing.data();
  const std::string name = data.catalogue().types[type].name;
  const size_t fields = data.catalogue().types[type].fields.size();
  Times times;
  size_t most = 0;
  std::string worst;
  int id = 1000;
  const auto apply = [&](const ChangeSet& change, const std::string& what) {
    const double start = now_ms();
    const auto renewal = standing.apply(change, ++id);
    const double took = now_ms() - start;
    if (!renewal) return;  // the record is referred to
    if (times.ms.empty() || took > times.worst()) worst = what;
    times.ms.push_back(took);
    most = std::max(most, renewal->evaluations);
  };
  for (int turn = 0; turn < changes; ++turn) {
    const size_t row = static_cast<size_t>(turn) * 7919 % data.table(type).size();
    const std::string field =
        data.catalogue().types[type].fields[static_cast<size_t>(turn) % fields].name;
    apply(change_of(data, type, row, turn), "set " + field);
    if (turn % 8 != 7) continue;
    // It goes, and comes again.
    ChangeSet back;
    back.versions.push_back(dandang::record::version_of(data, type, row));
    ChangeSet away;
    away.withdrawals.push_back({name, back.versions[0].key});
    apply(away, "withdraw");
    apply(back, "add");
  }
  if (times.ms.empty()) return;
  std::printf("  %s: rows=%zu changes=%zu median_ms=%.2f worst_ms=%.2f (%s) most_evaluations=%zu\n",
              name.c_str(), data.table(type).size(), times.ms.size(), times.median(), times.worst(),
              worst.c_str(), most);
  all.ms.insert(all.ms.end(), times.ms.begin(), times.ms.end());
}

void measure_standing(const dandang::policy::PolicySet& set, const Dataset& data, Date day,
                      int changes) {
  const double start = now_ms();
  Standing standing(set, data, day);
  const double made = now_ms() - start;
  Times all;
  for (size_t t = 0; t < data.catalogue().types.size(); ++t) {
    if (data.table(t).size() == 0) continue;
    measure_type(standing, t, changes, all);
    Run anew(set, standing.data(), day);
    if (!same(standing.findings(), anew.findings())) {
      give_up("the kept evaluation differs after changes of " + data.catalogue().types[t].name);
    }
  }
  std::printf("made_ms=%.1f changes=%zu median_ms=%.2f worst_ms=%.2f\n", made, all.ms.size(),
              all.median(), all.worst());
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
  if (directory.empty() || !day || runs < 1) give_up("DIR and --as-of DATE are needed");
  auto workspace = dandang::app::open_workspace(directory, std::nullopt);
  if (!workspace) give_up(workspace.error().to_string(dandang::Language::kEnglish));
  measure_whole(*workspace->policy, *workspace->data, *day, runs);
  constexpr int kChangesPerRun = 8;
  measure_standing(*workspace->policy, *workspace->data, *day, runs * kChangesPerRun);
  return 0;
}
