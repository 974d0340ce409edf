#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "evaluation/run.h"
#include "evaluation/standing.h"
#include "feel/value.h"

// What tests of the columnar engine share: findings made both ways, and where they differ.
namespace dandang::evaluation {

// The sanitizers make evaluation some twenty times slower: with them the longest comparisons take a
// part of their rounds. The release build takes all.
#ifdef __SANITIZE_ADDRESS__
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

// All that a finding says, as text; equal texts are equal findings.
inline std::string finding_text(const Finding& finding, const Model& model) {
  std::string out = finding.rule->id + " " + finding.subject_key;
  if (!finding.identity_number.empty()) out += " (" + finding.identity_number + ")";
  out += std::string(": ") + verdict_id(finding.verdict);
  if (finding.excused) out += " excused";
  if (!finding.amount.is_null()) out += " " + finding.amount.to_string();
  out += "\n    evidence:";
  for (const feel::Entity& row : finding.evidence) {
    out += " " + model.record_id(row) + "#" + std::to_string(row.row);
  }
  out += "\n    parameters:";
  for (const ParameterUse& use : finding.parameters) {
    out += " " + use.parameter->name + "=" + use.value.to_string();
    out += use.by_authority ? "!" : "";
  }
  out += "\n    missing:";
  for (const feel::Cause& cause : finding.missing) {
    out += " [" + std::to_string(static_cast<int>(cause.kind)) + " " + cause.record + " " +
           cause.field + " " + cause.key + " " + cause.note.zh + "]";
  }
  out += "\n    flags:";
  for (const std::string& flag : finding.flags) out += " " + flag;
  return out + "\n";
}

struct Difference {
  std::string rule;
  std::string text;
};

// Whether the counts are those of the findings.
inline std::optional<Difference> count_difference(const std::vector<const policy::Rule*>& rules,
                                                  const std::vector<VerdictCounts>& counts,
                                                  const std::vector<Finding>& findings) {
  std::map<const policy::Rule*, VerdictCounts> expected;
  for (const Finding& finding : findings) {
    ++expected[finding.rule][static_cast<size_t>(finding.verdict)];
  }
  for (size_t i = 0; i < rules.size(); ++i) {
    if (counts[i] == expected[rules[i]]) continue;
    return Difference{rules[i]->id, "  its counts are not those of its findings\n"};
  }
  return std::nullopt;
}

// Evaluates every rule both ways and tells the first finding that is not the same.
inline std::optional<Difference> first_difference(const policy::PolicySet& set,
                                                  const record::Dataset& data, Date as_of,
                                                  const Overrides& overrides,
                                                  unsigned threads = 2) {
  RunOptions options;
  options.overrides = overrides;
  options.threads = threads;
  Run by_columns(set, data, as_of, options);
  options.by = RunOptions::By::kPlainEvaluator;
  Run plainly(set, data, as_of, options);
  const std::vector<Finding> a = by_columns.findings();
  const std::vector<Finding> b = plainly.findings();
  for (size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const auto text = [&](const std::vector<Finding>& findings, Run& run) {
      return i < findings.size() ? finding_text(findings[i], run.model())
                                 : std::string("no finding\n");
    };
    const std::string left = text(a, by_columns);
    const std::string right = text(b, plainly);
    if (left == right) continue;
    const Finding& named = i < b.size() ? b[i] : a[i];
    return Difference{named.rule->id, "  by columns: " + left + "  plainly:    " + right};
  }
  options.by = RunOptions::By::kColumns;
  Run counting(set, data, as_of, options);
  return count_difference(counting.rules(), counting.counts(), b);
}

// The first finding of a kept evaluation that a run made anew does not make, as text.
inline std::optional<std::string> standing_difference(Standing& standing,
                                                      const policy::PolicySet& set, Date as_of,
                                                      bool plainly) {
  RunOptions options;
  if (plainly) options.by = RunOptions::By::kPlainEvaluator;
  Run anew(set, standing.data(), as_of, options);
  const std::vector<Finding> kept = standing.findings();
  const std::vector<Finding> made = anew.findings();
  for (size_t i = 0; i < std::max(kept.size(), made.size()); ++i) {
    const std::string left = i < kept.size() ? finding_text(kept[i], standing.model()) +
                                                   std::to_string(kept[i].subject.row)
                                             : std::string("no finding\n");
    const std::string right =
        i < made.size() ? finding_text(made[i], anew.model()) + std::to_string(made[i].subject.row)
                        : std::string("no finding\n");
    if (left != right) return "  kept: " + left + "\n  anew: " + right + "\n";
  }
  return std::nullopt;
}

}  // namespace dandang::evaluation
