#pragma once

#include "policy/formula_link.h"

namespace dandang::policy {

// Whether what the formula gives can be kept in the field: its type, and the words it names if the
// field is a code. The formula is linked.
void fit_field(const FormulaLinker& linker, const record::Field& field, const Formula& formula);

}  // namespace dandang::policy
