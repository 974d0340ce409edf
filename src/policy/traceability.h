#pragma once

#include <string>

#include "policy/package.h"

namespace dandang::policy {

// What stands behind each clause, as a Markdown table a package: rules, duties, guards, procedures
// with their steps, lists, papers, and how many tests. Made from the declarations alone, so that it
// cannot say more than they do.
std::string traceability(const PolicySet& set, Language language);

}  // namespace dandang::policy
