#include "policy/work_function.h"

#include <utility>

namespace dandang::policy {

using feel::Type;

std::string work_function_name(const WorkCalendar& calendar, WorkFunction function) {
  switch (function) {
    case WorkFunction::kIsWorked:
      return "是" + calendar.name;
    case WorkFunction::kAfter:
      return calendar.name + "后";
    case WorkFunction::kCount:
      return calendar.name + "数";
    case WorkFunction::kPutOff:
      return calendar.name + "顺延";
  }
  return {};
}

std::string work_function_label(const WorkCalendar& calendar, WorkFunction function) {
  if (calendar.label_en.empty()) return {};
  switch (function) {
    case WorkFunction::kIsWorked:
      return "is a " + calendar.label_en;
    case WorkFunction::kAfter:
      return calendar.label_en + "s after";
    case WorkFunction::kCount:
      return calendar.label_en + "s between";
    case WorkFunction::kPutOff:
      return calendar.label_en + " on or after";
  }
  return {};
}

std::optional<CalendarFunction> find_work_function(const PolicySet& set, std::string_view package,
                                                   std::string_view name) {
  for (const WorkCalendar& calendar : set.calendars) {
    if (!set.in_view(package, calendar.package)) continue;
    for (const WorkFunction function : kWorkFunctions) {
      if (work_function_name(calendar, function) == name) {
        return CalendarFunction{&calendar, function};
      }
    }
  }
  return std::nullopt;
}

feel::TypePtr work_function_type(WorkFunction function) {
  const auto day = Type::of(Type::Kind::kDate);
  const auto number = Type::of(Type::Kind::kNumber);
  switch (function) {
    case WorkFunction::kIsWorked:
      return Type::function({{"日期", day}}, Type::of(Type::Kind::kBoolean));
    case WorkFunction::kAfter:
      return Type::function({{"日期", day}, {"天数", number}}, day);
    case WorkFunction::kCount:
      return Type::function({{"起", day}, {"止", day}}, number);
    case WorkFunction::kPutOff:
      return Type::function({{"日期", day}}, day);
  }
  return Type::any();
}

}  // namespace dandang::policy
