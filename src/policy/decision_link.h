#pragma once

#include "base/diagnostic.h"
#include "policy/package.h"
#include "policy/scope.h"

namespace dandang::policy {

// Type-checks the table's cells, finds what values its inputs can have and in which order its
// outputs stand, and proves what can be proved of it: table-gap, table-overlap, table-masked.
void link_decision(Decision& decision, const PolicySet& set, const Scope& names,
                   Diagnostics& diagnostics);

}  // namespace dandang::policy
