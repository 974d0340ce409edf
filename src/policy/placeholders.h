#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace dandang::policy {

// {NAME} in messages of guards and texts of papers. A name holds no braces and no line break;
// braces around anything else are words.
std::vector<std::string> placeholders_in(std::string_view text);

// The text with each {NAME} replaced by its value.
std::string fill_placeholders(std::string_view text,
                              const std::function<std::string(const std::string&)>& value_of);

}  // namespace dandang::policy
