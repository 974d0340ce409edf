#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dandang::feel {

// Patterns as DMN 1.5 §10.3.4.3 has them: those of XPath and XQuery Functions 3.1 (XML Schema's
// with ^ $, groups that do not capture, reluctant quantifiers and back references), flags s m i x
// q.
//
// No value where the pattern, the flags or the replacement is not one, and where the search is
// stopped because it would take too long.
std::optional<bool> regex_matches(const std::string& input, const std::string& pattern,
                                  const std::string& flags);
// No value either where the pattern matches the empty text. $1 to $9… are groups, $0 all of it.
std::optional<std::string> regex_replace(const std::string& input, const std::string& pattern,
                                         const std::string& replacement, const std::string& flags);
std::optional<std::vector<std::string>> regex_split(const std::string& input,
                                                    const std::string& pattern);

// What this thread's searches have cost since it was last asked, in steps of an evaluation.
uint64_t take_regex_work();

// ---- its parts ----

struct RegexFlags {
  bool dot_all = false;      // s
  bool multi_line = false;   // m
  bool ignore_case = false;  // i
  bool blanks = false;       // x: blanks in the pattern mean nothing
  bool quoted = false;       // q: the pattern is plain text
};
std::optional<RegexFlags> read_regex_flags(std::string_view flags);

// The same pattern in ICU's syntax; no value if XPath would refuse it.
std::optional<std::string> to_icu_pattern(std::string_view pattern, const RegexFlags& flags);

}  // namespace dandang::feel
