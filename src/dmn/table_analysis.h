#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "dmn/decision_table.h"

namespace dandang::dmn {

// What values an input can have, as far as is known.
struct InputDomain {
  enum class Kind {
    kOpen,  // every value of the kinds that the column's cells speak of
    kNumber,
    kWhole,  // whole numbers: years, counts
    kDate,
    kBoolean,
    kText,
    kWords,  // these words and no others
  };
  Kind kind = Kind::kOpen;
  std::vector<std::string> words;

  bool operator==(const InputDomain&) const = default;
};

struct TableFinding {
  enum class Kind {
    kGap,        // no rule matches
    kOverlap,    // two rules match where the policy allows one, or one result
    kMasked,     // a rule never counts: it matches nothing, or others come before it everywhere
    kUnchecked,  // a cell the analysis cannot look into
  };
  Kind kind = Kind::kGap;
  std::vector<size_t> rules;          // kOverlap: two; kMasked and kUnchecked: one
  std::vector<std::string> examples;  // inputs where it is so: "工龄 = 0.5"; empty: for all
};

struct TableAnalysis {
  std::vector<TableFinding> findings;
  size_t more_gaps = 0;    // beyond those in `findings`
  bool too_large = false;  // nothing is said of gaps, overlaps and masked rules
  // Whether what was not looked into may hide a gap, or an overlap.
  bool maybe_gaps = false;
  bool maybe_overlaps = false;
};

// How many combinations of cells are looked at, and how many findings of a kind are given.
struct AnalysisLimits {
  size_t steps = 200'000;
  size_t findings = 20;
};

// Finds what is wrong with the table without evaluating it: each input's axis falls into points and
// the intervals between them at the constants of its column, and within one such piece every test
// has one answer. Tests of anything but constants are not looked into. One domain an input.
TableAnalysis analyse(const DecisionTable& table, const std::vector<InputDomain>& domains,
                      const AnalysisLimits& limits = {});

// Whether the table means to have a result for every input.
enum class Coverage { kWhole, kPartial };

// The findings as diagnostics: table-overlap (an error), table-gap, table-masked, table-unchecked.
// `place` is the table's own.
void check_table(const DecisionTable& table, const std::vector<InputDomain>& domains,
                 Coverage coverage, const Place& place, Diagnostics& diagnostics);

}  // namespace dandang::dmn
