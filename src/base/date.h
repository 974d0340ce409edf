#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dandang {

// A day of the proleptic Gregorian calendar, years -9999 to 9999.
class Date {
 public:
  constexpr Date() = default;
  // No value if there is no such day.
  static std::optional<Date> from_ymd(int year, int month, int day);
  static constexpr Date from_days(int32_t days_since_1970) { return Date(days_since_1970); }
  // Exactly YYYY-MM-DD.
  static std::optional<Date> parse_iso(std::string_view text);

  int year() const;
  int month() const;
  int day() const;
  constexpr int32_t days() const { return days_; }  // since 1970-01-01
  int weekday() const;                              // 1 Monday to 7 Sunday

  Date add_days(int64_t days) const { return Date(static_cast<int32_t>(days_ + days)); }
  // The corresponding day of the month `months` later; the last day where that month is shorter.
  Date add_months(int64_t months) const;
  Date end_of_month() const;
  std::string to_string() const;  // YYYY-MM-DD

  auto operator<=>(const Date&) const = default;

 private:
  explicit constexpr Date(int32_t days) : days_(days) {}
  int32_t days_ = 0;
};

// Whole months from `from` to `to`, negative if `to` is earlier (DMN 1.5: years and months
// duration).
int64_t whole_months_between(Date from, Date to);

int days_in_month(int year, int month);

}  // namespace dandang
