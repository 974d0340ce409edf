#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/result.h"

namespace dandang::app {

// What a command accepts.
struct CommandShape {
  std::string usage;  // one line, after "dandang "
  size_t min_positional = 0;
  size_t max_positional = 0;
  std::vector<std::string> values;    // options with one value: "--as-of"
  std::vector<std::string> lists;     // options with one or more values: "--rule"
  std::vector<std::string> switches;  // options without value: "--json"
};

struct Arguments {
  std::vector<std::string> positional;
  std::map<std::string, std::vector<std::string>> options;

  bool has(const std::string& name) const { return options.contains(name); }
  std::string value(const std::string& name) const;  // empty if not given
  std::vector<std::string> list(const std::string& name) const;
};

// Errors name the option and say what is accepted.
Result<Arguments> parse_arguments(const CommandShape& shape, const std::vector<std::string>& words);

// The option's date; an error if it is missing or is no date.
Result<Date> required_date(const Arguments& arguments, const std::string& name);

}  // namespace dandang::app
