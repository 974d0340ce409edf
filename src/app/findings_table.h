#pragma once

#include <vector>

#include "evaluation/run.h"

namespace dandang::app {

// Counts of verdicts, a line a rule, on standard output.
void print_findings_table(const std::vector<const policy::Rule*>& rules,
                          const std::vector<evaluation::Finding>& findings, Language language);

}  // namespace dandang::app
