#include "record/change_set.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace dandang::record {

namespace {

// U+001F, "unit separator": no sheet, form or name contains it.
constexpr char kKeySeparator = '\x1f';

}  // namespace

std::string key_text(const std::vector<std::string>& parts) {
  return join(parts, std::string_view(&kKeySeparator, 1));
}

std::string key_for_display(std::string_view key) {
  std::string out(key);
  std::replace(out.begin(), out.end(), kKeySeparator, '/');
  return out;
}

}  // namespace dandang::record
