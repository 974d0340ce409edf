#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dandang {

// A day of the proleptic Gregorian calendar. Records know the years -9999 to 9999, FEEL knows those
// up to kMaxFeelYear.
class Date {
 public:
  // DMN 1.5 has the lexical range of XML Schema; implementations agree on nine digits.
  static constexpr int kMaxFeelYear = 999'999'999;

  constexpr Date() = default;
  // No value if there is no such day in the years -9999 to 9999.
  static std::optional<Date> from_ymd(int year, int month, int day);
  // The same for the years of FEEL.
  static std::optional<Date> from_feel_ymd(int64_t year, int64_t month, int64_t day);
  static constexpr Date from_days(int64_t days_since_1970) { return Date(days_since_1970); }
  // Exactly YYYY-MM-DD.
  static std::optional<Date> parse_iso(std::string_view text);

  int year() const;
  int month() const;
  int day() const;
  constexpr int64_t days() const { return days_; }  // since 1970-01-01
  int weekday() const;                              // 1 Monday to 7 Sunday

  // Sums may pass the years, and then still read as outside them.
  Date add_days(int64_t days) const;
  // The corresponding day of the month `months` later; the last day where that month is shorter.
  Date add_months(int64_t months) const;
  Date end_of_month() const;
  std::string to_string() const;  // YYYY-MM-DD

  auto operator<=>(const Date&) const = default;

 private:
  explicit constexpr Date(int64_t days) : days_(days) {}
  int64_t days_ = 0;
};

// Whole months from `from` to `to`, negative if `to` is earlier (DMN 1.5: years and months
// duration).
int64_t whole_months_between(Date from, Date to);

int days_in_month(int year, int month);

}  // namespace dandang
