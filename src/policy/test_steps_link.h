#pragma once

#include "policy/formula_link.h"

namespace dandang::policy {

// Resolves what the steps of tests name: procedures, steps, forms, states, refusals. A step whose
// `do` names no procedure gets that of its case.
void link_test_steps(const FormulaLinker& linker);

// The names of refusals that are not names of guards (docs/procedures.md, "Refusals").
const std::vector<std::string>& refusal_words();

}  // namespace dandang::policy
