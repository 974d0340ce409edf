#pragma once

#include <string>

#include "base/result.h"
#include "policy/package.h"

namespace dandang::app {

// NAME or PREFIX.NAME; a bare name must be of one package only.
Result<const policy::Parameter*> find_parameter(const policy::PolicySet& set,
                                                const std::string& name);
// Whether a text is a value of the parameter's type and inside its range.
bool fits_parameter(const policy::Parameter& parameter, const std::string& value);
// "比例 0…1", for the refusal.
std::string range_of(const policy::Parameter& parameter);

}  // namespace dandang::app
