#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "policy/package.h"

namespace dandang::app {

// An error with the closest known id if one of the rules asked for is not declared.
Result<void> check_rules(const policy::PolicySet& set, const std::vector<std::string>& wanted);

}  // namespace dandang::app
