#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "base/text.h"

namespace dandang::feel {

// The pattern with each % replaced by the next part.
std::string worded(std::string_view pattern, std::initializer_list<std::string_view> parts);

// The same in both languages.
inline Text worded(std::string_view zh, std::string_view en,
                   std::initializer_list<std::string_view> parts) {
  return {worded(zh, parts), worded(en, parts)};
}

}  // namespace dandang::feel
