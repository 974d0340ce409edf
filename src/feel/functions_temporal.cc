// Functions of dates and times (DMN 1.5 §10.3.4.9 and §10.3.4.10).

#include "feel/functions_internal.h"

namespace dandang::feel {
namespace {

using Kind = Value::Kind;
using T = BasicType;

constexpr const char* kDays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                 "Friday", "Saturday", "Sunday"};
constexpr const char* kMonths[] = {"January",   "February", "March",    "April",
                                   "May",       "June",     "July",     "August",
                                   "September", "October",  "November", "December"};

std::optional<Date> day_of(const Value& value) {
  if (value.is(Kind::kDate)) return value.date();
  if (value.is(Kind::kDateTime)) return value.date_and_time().date;
  return std::nullopt;
}

Date first_of_year(int64_t year) {
  // The years on both sides of the calendar's end are asked for by the weeks of its last days.
  const int64_t within = std::clamp<int64_t>(year, -Date::kMaxFeelYear, Date::kMaxFeelYear);
  const Date first = Date::from_feel_ymd(within, 1, 1).value_or(Date());
  return first.add_months(12 * (year - within));
}

int64_t ordinal_of(Date day) {
  return day.days() - first_of_year(day.year()).days() + 1;
}

// ISO 8601: a week belongs to the year its Thursday lies in.
int64_t week_of(Date day) {
  const Date thursday = day.add_days(4 - day.weekday());
  return (ordinal_of(thursday) - 1) / 7 + 1;
}

Builtin of_day(const char* name, T result, Value (*call)(Date)) {
  return {.name = name,
          .parameters = {"date"},
          .min_args = 1,
          .max_args = 1,
          .result = result,
          .wants = "d",
          .call = [call](const Args& args) -> Value {
            const auto day = day_of(args[0]);
            return day ? call(*day) : Value();
          }};
}

Builtin of_clock(const char* name, T result, Value (*call)(const Args&)) {
  return {.name = name, .result = result, .call = call, .clock = true};
}

}  // namespace

void add_temporal_functions(Builtins& out) {
  out.push_back(of_day("day of year", T::kNumber, [](Date day) { return Value(ordinal_of(day)); }));
  out.push_back(
      of_day("day of week", T::kString, [](Date day) { return Value(kDays[day.weekday() - 1]); }));
  out.push_back(of_day("month of year", T::kString,
                       [](Date day) { return Value(kMonths[day.month() - 1]); }));
  out.push_back(of_day("week of year", T::kNumber, [](Date day) { return Value(week_of(day)); }));
  out.push_back(
      of_day("last day of month", T::kDate, [](Date day) { return Value(day.end_of_month()); }));
  out.push_back(of_clock("now", T::kDateTime, [](const Args& args) { return args[0]; }));
  out.push_back(of_clock("today", T::kDate,
                         [](const Args& args) { return Value(args[0].date_and_time().date); }));
}

}  // namespace dandang::feel
