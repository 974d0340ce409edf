// Functions that make values of other values (DMN 1.5 §10.3.4.1), and those of any kind.

#include "base/text.h"
#include "feel/functions_internal.h"

namespace dandang::feel {
namespace {

using Kind = Value::Kind;
using T = BasicType;

Value date_of(const Value& from) {
  switch (from.kind()) {
    case Kind::kDate:
      return from;
    case Kind::kDateTime:
      return from.date_and_time().date;
    case Kind::kString:
      return Value::from(parse_date(from.string()));
    default:
      return {};
  }
}

Value date_function(const Args& args) {
  if (args.size() == 1) return date_of(args[0]);
  if (args.size() != 3) return {};
  const auto year = whole_number(args[0]);
  const auto month = whole_number(args[1]);
  const auto day = whole_number(args[2]);
  if (!year || !month || !day) return {};
  return Value::from(Date::from_feel_ymd(*year, *month, *day));
}

Value date_and_time_of(const Value& from) {
  switch (from.kind()) {
    case Kind::kDateTime:
      return from;
    case Kind::kDate:
      return midnight_utc(from.date());
    case Kind::kString:
      return Value::from(parse_date_and_time(from.string()));
    default:
      return {};
  }
}

Value date_and_time_function(const Args& args) {
  if (args.size() == 1) return date_and_time_of(args[0]);
  const bool is_day = args[0].is(Kind::kDate) || args[0].is(Kind::kDateTime);
  if (!is_day || !args[1].is(Kind::kTime)) return {};
  const Time& time = args[1].time();
  return DateTime{date_of(args[0]).date(), time.nanoseconds, time.zone};
}

Value time_of(const Value& from) {
  switch (from.kind()) {
    case Kind::kTime:
      return from;
    case Kind::kDateTime:
      return from.date_and_time().time();
    case Kind::kDate:
      return midnight_utc(from.date()).time();
    case Kind::kString:
      return Value::from(parse_time(from.string()));
    default:
      return {};
  }
}

// The zone of an offset given as a duration; null is local time.
std::optional<Zone> zone_of(const Value& offset) {
  if (offset.is_null()) return Zone::local();
  if (!offset.is(Kind::kDaysDuration)) return std::nullopt;
  constexpr int64_t kMost = int64_t{18} * 3600;
  const DaysDuration& duration = offset.days();
  if (duration.nanoseconds != 0 || duration.seconds > kMost || duration.seconds < -kMost) {
    return std::nullopt;
  }
  return Zone::of_offset(static_cast<int32_t>(duration.seconds));
}

Value time_function(const Args& args) {
  if (args.size() == 1) return time_of(args[0]);
  if (args.size() < 3 || !args[2].is(Kind::kNumber)) return {};
  const auto hour = whole_number(args[0]);
  const auto minute = whole_number(args[1]);
  const auto second = days_of(args[2].number());
  const auto zone = args.size() > 3 ? zone_of(args[3]) : Zone::local();
  if (!hour || !minute || !second || !zone) return {};
  if (*hour < 0 || *hour > 23 || *minute < 0 || *minute > 59) return {};
  if (second->seconds < 0 || second->seconds > 59) return {};
  const int64_t seconds = *hour * 3600 + *minute * 60 + second->seconds;
  return Time{seconds * kNanosPerSecond + second->nanoseconds, *zone};
}

Value duration_function(const Args& args) {
  if (args[0].is(Kind::kMonthsDuration) || args[0].is(Kind::kDaysDuration)) return args[0];
  if (!args[0].is(Kind::kString)) return {};
  if (const auto months = parse_months_duration(args[0].string())) return *months;
  return Value::from(parse_days_duration(args[0].string()));
}

Value months_between(const Args& args) {
  const Value from = args[0].is(Kind::kString) ? Value() : date_of(args[0]);
  const Value to = args[1].is(Kind::kString) ? Value() : date_of(args[1]);
  if (!from.is(Kind::kDate) || !to.is(Kind::kDate)) return {};
  return MonthsDuration{whole_months_between(from.date(), to.date())};
}

// A separator among those allowed, the default where it is null; no value if it is another.
std::optional<std::string> separator(const Args& args, size_t at, std::string_view allowed,
                                     std::string otherwise) {
  if (args.size() <= at || args[at].is_null()) return otherwise;
  if (!args[at].is(Kind::kString)) return std::nullopt;
  const std::string& given = args[at].string();
  if (given.size() != 1 || allowed.find(given) == std::string_view::npos) return std::nullopt;
  return given;
}

Value number_function(const Args& args) {
  if (!args[0].is(Kind::kString)) {
    return args.size() == 1 && args[0].is(Kind::kNumber) ? args[0] : Value();
  }
  const auto group = separator(args, 1, " ,.", "");
  // Without a decimal separator of its own, a number grouped by points has none.
  const auto point = separator(args, 2, ",.", group == "." ? "" : ".");
  if (!group || !point || (!point->empty() && *point == *group)) return {};
  std::string text = args[0].string();
  if (!group->empty()) std::erase(text, (*group)[0]);
  if (*point == ",") {
    if (contains(text, ".")) return {};
    std::replace(text.begin(), text.end(), ',', '.');
  }
  return Value::from(Decimal::parse(text));
}

Value string_function(const Args& args) {
  if (args[0].is_null()) return {};
  std::string text = args[0].to_string();
  return text.size() > kMaxTextBytes ? Value() : Value(std::move(text));
}

Value not_function(const Args& args) {
  return logical_not(args[0]);
}

Value is_function(const Args& args) {
  return identical(args[0], args[1]);
}

Builtin conversion(const char* name, std::vector<const char*> parameters, int min_args, T result,
                   const char* wants, Value (*call)(const Args&)) {
  const int count = static_cast<int>(parameters.size());
  return {.name = name,
          .parameters = std::move(parameters),
          .min_args = min_args,
          .max_args = count,
          .result = result,
          .wants = wants,
          .call = call};
}

// date(from: …) beside date(year: …, month: …, day: …).
std::vector<Builtin> also_from(const char* wants) {
  return {{.parameters = {"from"}, .min_args = 1, .max_args = 1, .wants = wants}};
}

}  // namespace

void add_conversion_functions(Builtins& out) {
  // "v": any value that is no list.
  out.push_back(conversion("date", {"year", "month", "day"}, 1, T::kDate, "v", date_function));
  out.back().others = also_from("v");
  out.push_back(
      conversion("date and time", {"date", "time"}, 1, T::kDateTime, "v", date_and_time_function));
  out.back().others = also_from("v");
  out.push_back(
      conversion("time", {"hour", "minute", "second", "offset"}, 1, T::kTime, "v", time_function));
  out.back().others = also_from("v");
  out.push_back(conversion("duration", {"from"}, 1, T::kAny, "s", duration_function));
  out.push_back(conversion("years and months duration", {"from", "to"}, 2, T::kMonthsDuration, "d",
                           months_between));
  out.push_back(conversion("number", {"from", "grouping separator", "decimal separator"}, 1,
                           T::kNumber, "vs", number_function));
  out.push_back(conversion("string", {"from"}, 1, T::kString, ".", string_function));
  out.push_back(conversion("not", {"negand"}, 1, T::kBoolean, "b", not_function));
  out.push_back(conversion("is", {"value1", "value2"}, 2, T::kBoolean, ".", is_function));
}

}  // namespace dandang::feel
