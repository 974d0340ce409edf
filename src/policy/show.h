#pragma once

#include <string>

#include "policy/package.h"

namespace dandang::policy {

// The packages as text for people: clause by clause its sense, parameters with their sources, rules
// with their force, and how many tests stand behind each.
std::string show(const PolicySet& set, Language language);

}  // namespace dandang::policy
