#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "policy/package.h"
#include "policy/reader.h"

namespace dandang::policy {

// Resolves every name, parses and type-checks every formula, and proves what can be proved without
// records: nothing undeclared, nothing declared twice for one day, no cycle of measures, every rule
// tested.
void link(PolicySet& set, Diagnostics& diagnostics);

// read_packages and link in one; diagnostics are sorted by place.
PolicySet load_packages(const std::vector<SourceFile>& files, Diagnostics& diagnostics);

}  // namespace dandang::policy
