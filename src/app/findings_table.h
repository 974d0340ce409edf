#pragma once

#include <set>
#include <vector>

#include "evaluation/run.h"

namespace dandang::app {

// The rules with an answer for somebody: met, not met or not configured.
std::set<const policy::Rule*> answered_rules(const std::vector<evaluation::Finding>& findings);

// Counts of verdicts, a line a rule, on standard output; counts in the order of the rules.
void print_findings_table(const std::vector<const policy::Rule*>& rules,
                          const std::vector<evaluation::VerdictCounts>& counts, Language language);
// Of these findings.
std::vector<evaluation::VerdictCounts> counts_of(const std::vector<const policy::Rule*>& rules,
                                                 const std::vector<evaluation::Finding>& findings);

}  // namespace dandang::app
