#include "feel/properties.h"

#include "feel/zone.h"

namespace dandang::feel {
namespace {

using Kind = Value::Kind;

Value clock_property(const Time& time, const std::optional<int32_t>& offset,
                     const std::string& name) {
  if (name == "hour") return time.hour();
  if (name == "minute") return time.minute();
  if (name == "second") return time.second();
  if (name == "time offset") return offset ? Value(DaysDuration{*offset}) : Value();
  if (name == "timezone" && time.zone.kind == Zone::Kind::kRegion) {
    return region_name(time.zone.region);
  }
  return {};
}

Value day_property(Date date, const std::string& name) {
  if (name == "year") return date.year();
  if (name == "month") return date.month();
  if (name == "day") return date.day();
  if (name == "weekday") return date.weekday();
  return {};
}

Value duration_property(const DaysDuration& duration, const std::string& name) {
  // A part of a second counts towards zero.
  const bool borrowed = duration.seconds < 0 && duration.nanoseconds != 0;
  const int64_t seconds = duration.seconds + (borrowed ? 1 : 0);
  if (name == "days") return seconds / kSecondsPerDay;
  if (name == "hours") return seconds % kSecondsPerDay / 3600;
  if (name == "minutes") return seconds % 3600 / 60;
  if (name == "seconds") return seconds % 60;
  return {};
}

Value range_property(const Range& range, const std::string& name) {
  const bool equal = range.form == Range::Form::kEqual;
  if (name == "start") return range.low;
  if (name == "end") return equal ? range.low : range.high;
  if (name == "start included") return equal || range.closed_low;
  if (name == "end included") return equal || range.closed_high;
  return {};
}

}  // namespace

Value property_of(const Value& value, const std::string& name) {
  switch (value.kind()) {
    case Kind::kDate:
      return day_property(value.date(), name);
    case Kind::kTime:
      return clock_property(value.time(), offset_of(value.time()), name);
    case Kind::kDateTime: {
      const DateTime& moment = value.date_and_time();
      Value property = day_property(moment.date, name);
      if (!property.is_null()) return property;
      return clock_property(moment.time(), offset_of(moment), name);
    }
    case Kind::kMonthsDuration:
      if (name == "years") return value.months().months / 12;
      if (name == "months") return value.months().months % 12;
      return {};
    case Kind::kDaysDuration:
      return duration_property(value.days(), name);
    case Kind::kRange:
      return range_property(value.range(), name);
    default:
      return {};
  }
}

Value temporal_value(std::string_view text) {
  if (const auto date = parse_date(text)) return *date;
  if (const auto moment = parse_date_and_time(text)) return *moment;
  if (const auto time = parse_time(text)) return *time;
  if (const auto months = parse_months_duration(text)) return *months;
  return Value::from(parse_days_duration(text));
}

}  // namespace dandang::feel
