#include "app/parameter_value.h"

namespace dandang::app {

using policy::Parameter;

Result<const Parameter*> find_parameter(const policy::PolicySet& set, const std::string& name) {
  std::vector<const Parameter*> found;
  std::vector<std::string> names;
  for (const Parameter& parameter : set.parameters) {
    const policy::Package* package = set.find_package(parameter.package);
    const std::string qualified =
        (package != nullptr ? package->prefix : "") + "." + parameter.name;
    if (parameter.name == name || qualified == name) found.push_back(&parameter);
    names.push_back(parameter.name);
  }
  if (found.size() == 1) return found[0];
  if (found.size() > 1) {
    return Error{ErrorCode::kBadUsage,
                 {"几个政策包都有这个参数", "several packages have this parameter"},
                 name,
                 {"写成 N." + name + " 的形式，指明是哪个政策包",
                  "write N." + name + " to say which package"}};
  }
  std::string close = closest_match(name, names);
  // Part of a name (积分靠前 for 积分靠前比例) is a likely slip too.
  for (const std::string& candidate : names) {
    if (close.empty() && contains(candidate, name)) close = candidate;
  }
  return Error{ErrorCode::kNotFound,
               {"没有这个参数", "there is no such parameter"},
               name,
               close.empty() ? Text{"dandang parameter list DIR --as-of 日期 列出全部",
                                    "dandang parameter list DIR --as-of DATE lists them"}
                             : Text{"是不是“" + close + "”？", "did you mean \"" + close + "\"?"}};
}

bool fits_parameter(const Parameter& parameter, const std::string& value) {
  switch (parameter.type) {
    case policy::ParameterType::kNumber: {
      const auto number = Decimal::parse(value);
      return number && (!parameter.min || *parameter.min <= *number) &&
             (!parameter.max || *number <= *parameter.max);
    }
    case policy::ParameterType::kDate:
      return Date::parse_iso(value).has_value();
    case policy::ParameterType::kFlag:
      return value == "true" || value == "false";
    case policy::ParameterType::kText:
      return !value.empty();
  }
  return false;
}

std::string range_of(const Parameter& parameter) {
  std::string out = parameter.unit;
  if (parameter.min || parameter.max) {
    out += " " + (parameter.min ? parameter.min->to_string() : "") + "…" +
           (parameter.max ? parameter.max->to_string() : "");
  }
  return out;
}

}  // namespace dandang::app
