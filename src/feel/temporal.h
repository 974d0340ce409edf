#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/date.h"
#include "base/decimal.h"

namespace dandang::feel {

// What a time says of its place: nothing (local time), an offset from UTC, or a region of the IANA
// list, whose offset hangs on the day.
struct Zone {
  enum class Kind : uint8_t { kLocal, kOffset, kRegion };
  Kind kind = Kind::kLocal;
  uint16_t region = 0;  // kRegion: its number (zone.h)
  int32_t offset = 0;   // kOffset: seconds east of UTC

  static Zone local() { return {}; }
  static Zone of_offset(int32_t seconds) { return {Kind::kOffset, 0, seconds}; }
  static Zone of_region(uint16_t region) { return {Kind::kRegion, region, 0}; }
  static Zone utc() { return of_offset(0); }
  bool is_local() const { return kind == Kind::kLocal; }
  bool operator==(const Zone&) const = default;
};

constexpr int64_t kNanosPerSecond = 1'000'000'000;
constexpr int64_t kSecondsPerDay = 86'400;
constexpr int64_t kNanosPerDay = kSecondsPerDay * kNanosPerSecond;

struct Time {
  int64_t nanoseconds = 0;  // since midnight, below kNanosPerDay
  Zone zone;

  int hour() const { return static_cast<int>(seconds() / 3600); }
  int minute() const { return static_cast<int>(seconds() / 60 % 60); }
  int second() const { return static_cast<int>(seconds() % 60); }
  int64_t seconds() const { return nanoseconds / kNanosPerSecond; }
  // The same in every part, as is() asks.
  bool operator==(const Time&) const = default;
};

struct DateTime {
  Date date;
  int64_t nanoseconds = 0;
  Zone zone;

  Time time() const { return {nanoseconds, zone}; }
  bool operator==(const DateTime&) const = default;
};

struct MonthsDuration {
  int64_t months = 0;
  auto operator<=>(const MonthsDuration&) const = default;
};

// seconds + nanoseconds / 10^9; the nanoseconds are never negative, so that order is by members.
struct DaysDuration {
  int64_t seconds = 0;
  int32_t nanoseconds = 0;
  auto operator<=>(const DaysDuration&) const = default;
};

// ---- text (DMN 1.5 §10.3.2.3, §10.3.4.1); no value where it is anything else ----

std::optional<Date> parse_date(std::string_view text);
std::optional<Time> parse_time(std::string_view text);
// A date alone is its midnight.
std::optional<DateTime> parse_date_and_time(std::string_view text);
std::optional<MonthsDuration> parse_months_duration(std::string_view text);
std::optional<DaysDuration> parse_days_duration(std::string_view text);

std::string to_text(const Time& time);
std::string to_text(const DateTime& moment);
std::string to_text(const MonthsDuration& duration);
std::string to_text(const DaysDuration& duration);

// ---- values: what comparisons and sums are made of ----

// Seconds east of UTC; none for a local time. A time in a region takes the region's standard time,
// because it names no day.
std::optional<int32_t> offset_of(const Time& time);
std::optional<int32_t> offset_of(const DateTime& moment);

// DMN 1.5 §10.3.2.3.6: a date stands for its midnight in UTC.
DateTime midnight_utc(Date date);

// Whole seconds decide, as DMN 1.5's value functions have it. No value where one is local and the
// other is not.
std::optional<int> compare(const Time& a, const Time& b);
std::optional<int> compare(const DateTime& a, const DateTime& b);

// ---- arithmetic (DMN 1.5 §10.3.2.3, tables 57 and following); none where a bound is passed ----

std::optional<Date> add(Date date, MonthsDuration duration);
std::optional<Date> add(Date date, DaysDuration duration);
std::optional<DateTime> add(const DateTime& moment, MonthsDuration duration);
std::optional<DateTime> add(const DateTime& moment, DaysDuration duration);
Time add(const Time& time, DaysDuration duration);
std::optional<MonthsDuration> add(MonthsDuration a, MonthsDuration b);
std::optional<DaysDuration> add(DaysDuration a, DaysDuration b);
std::optional<MonthsDuration> negate(MonthsDuration duration);
std::optional<DaysDuration> negate(DaysDuration duration);
std::optional<DaysDuration> subtract(const Time& a, const Time& b);
std::optional<DaysDuration> subtract(const DateTime& a, const DateTime& b);

// A duration as a number of months or seconds, and back: what is left of a month, or of a
// nanosecond, is cut off.
Decimal amount_of(MonthsDuration duration);
Decimal amount_of(DaysDuration duration);
std::optional<MonthsDuration> months_of(const Decimal& amount);
std::optional<DaysDuration> days_of(const Decimal& seconds);

}  // namespace dandang::feel
