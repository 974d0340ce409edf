#pragma once

#include <string>
#include <string_view>

#include "feel/value.h"

namespace dandang::feel {

// What a date, time, duration or range answers to a name: @"2024-05-06".year (DMN 1.5 table 65).
// Null if it answers nothing.
Value property_of(const Value& value, const std::string& name);

// What @"text" stands for: a date, a date and time, a time or a duration; null if it is none.
Value temporal_value(std::string_view text);

}  // namespace dandang::feel
