#pragma once

#include "base/diagnostic.h"
#include "policy/package.h"

namespace dandang::policy {

// Refuses measures, lists and rules that read what a guard on definitions forbids them to rest on,
// at any depth, and prints the way it is read (docs/procedures.md, "Marks"). The set is linked.
void check_marks(const PolicySet& set, Diagnostics& diagnostics);

}  // namespace dandang::policy
