#include "app/arguments.h"

#include <algorithm>

namespace dandang::app {
namespace {

bool contains_word(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Error usage_error(const CommandShape& shape, Text what, std::string where) {
  return {ErrorCode::kBadUsage,
          std::move(what),
          std::move(where),
          {"用法：dandang " + shape.usage, "usage: dandang " + shape.usage}};
}

Error unknown_option(const CommandShape& shape, const std::string& word) {
  std::vector<std::string> known = shape.values;
  known.insert(known.end(), shape.lists.begin(), shape.lists.end());
  known.insert(known.end(), shape.switches.begin(), shape.switches.end());
  const std::string close = closest_match(word, known);
  Text what{"没有这个选项", "there is no such option"};
  if (!close.empty()) {
    what.zh += "（是不是 " + close + "？）";
    what.en += " (did you mean " + close + "?)";
  }
  return usage_error(shape, std::move(what), word);
}

}  // namespace

std::string Arguments::value(const std::string& name) const {
  const auto found = options.find(name);
  return found == options.end() || found->second.empty() ? std::string() : found->second.back();
}

std::vector<std::string> Arguments::list(const std::string& name) const {
  const auto found = options.find(name);
  return found == options.end() ? std::vector<std::string>() : found->second;
}

Result<Arguments> parse_arguments(const CommandShape& shape,
                                  const std::vector<std::string>& words) {
  Arguments out;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!word.starts_with("--")) {
      out.positional.push_back(word);
      continue;
    }
    std::string name = word;
    std::optional<std::string> attached;
    if (const size_t equals = word.find('='); equals != std::string::npos) {
      name = word.substr(0, equals);
      attached = word.substr(equals + 1);
    }
    if (contains_word(shape.switches, name) && !attached) {
      out.options[name];
      continue;
    }
    const bool list = contains_word(shape.lists, name);
    if (!list && !contains_word(shape.values, name)) return unknown_option(shape, word);
    auto& values = out.options[name];
    if (attached) {
      values.push_back(*attached);
      continue;
    }
    const size_t before = values.size();
    while (i + 1 < words.size() && !words[i + 1].starts_with("--")) {
      values.push_back(words[++i]);
      if (!list) break;
    }
    if (values.size() == before) {
      return usage_error(shape, {"选项后面缺少值", "the option needs a value"}, name);
    }
  }
  if (out.positional.size() < shape.min_positional) {
    return usage_error(shape, {"参数不够", "too few arguments"}, {});
  }
  if (out.positional.size() > shape.max_positional) {
    return usage_error(shape, {"多余的参数", "one argument too many"},
                       out.positional[shape.max_positional]);
  }
  return out;
}

Result<Date> required_date(const Arguments& arguments, const std::string& name) {
  const std::string text = arguments.value(name);
  if (text.empty()) {
    return Error{ErrorCode::kBadUsage,
                 {"缺少日期", "a date is missing"},
                 name,
                 {"写 " + name + " 2026-06-30，系统不会自己假定今天",
                  "write " + name + " 2026-06-30; no date is assumed"}};
  }
  const auto date = Date::parse_iso(text);
  if (!date) {
    return Error{ErrorCode::kBadUsage,
                 {"“" + text + "”不是日期", "\"" + text + "\" is not a date"},
                 name,
                 {"写成 2026-06-30 的形式", "write it as 2026-06-30"}};
  }
  return *date;
}

}  // namespace dandang::app
