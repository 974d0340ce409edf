#pragma once

#include "policy/formula_link.h"

namespace dandang::policy {

// Resolves the names and types the formulas of roles, calendars, steps, procedures, guards, lists
// and papers, and of the steps in tests.
void link_procedures(const FormulaLinker& linker);

}  // namespace dandang::policy
