#pragma once

#include "policy/formula_link.h"

namespace dandang::policy {

// Links what stands beside procedures: roles, calendars, the steps' type, guards, lists, papers.
void link_acts(const FormulaLinker& linker);

}  // namespace dandang::policy
