#include "feel/wording.h"

namespace dandang::feel {

std::string worded(std::string_view pattern, std::initializer_list<std::string_view> parts) {
  std::string out;
  const auto* next = parts.begin();
  for (const char c : pattern) {
    if (c == '%' && next != parts.end()) {
      out.append(*next++);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace dandang::feel
