#pragma once

#include <string>

namespace dandang::feel {

// Unicode's full case mapping, of no particular language.
std::string to_upper_case(const std::string& text);
std::string to_lower_case(const std::string& text);

}  // namespace dandang::feel
