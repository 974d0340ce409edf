#pragma once

#include <string>
#include <vector>

#include "policy/package.h"

namespace dandang::policy {

// The decision tables as a DMN 1.5 file, with the code lists of their inputs. Their set must
// be linked without errors.
std::string export_decisions(const std::vector<const Decision*>& decisions,
                             const std::string& name);

}  // namespace dandang::policy
