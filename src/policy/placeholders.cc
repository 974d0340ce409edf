#include "policy/placeholders.h"

#include "base/text.h"

namespace dandang::policy {

std::string fill_placeholders(std::string_view text,
                              const std::function<std::string(const std::string&)>& value_of) {
  std::string out;
  size_t at = 0;
  while (at < text.size()) {
    const size_t open = text.find('{', at);
    const size_t end = open == std::string_view::npos ? open : text.find_first_of("{}\n", open + 1);
    if (end == std::string_view::npos) break;
    const std::string name = trimmed(text.substr(open + 1, end - open - 1));
    if (text[end] != '}' || name.empty()) {
      out += text.substr(at, end - at);
      at = end;
      // A brace that ends nothing is passed over; one that opens is looked at next.
      if (text[end] != '{') out += text[at++];
      continue;
    }
    out += text.substr(at, open - at);
    out += value_of(name);
    at = end + 1;
  }
  out += text.substr(at);
  return out;
}

std::vector<std::string> placeholders_in(std::string_view text) {
  std::vector<std::string> out;
  fill_placeholders(text, [&](const std::string& name) {
    out.push_back(name);
    return std::string();
  });
  return out;
}

}  // namespace dandang::policy
