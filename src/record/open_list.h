#pragma once

#include <string_view>

namespace dandang::record {

// In Coverage::open_for: no row means none for nobody, because rows were deleted. No key is written
// so. Taking the list in again closes it.
constexpr std::string_view kOpenForAnybody = "\x1e";

}  // namespace dandang::record
