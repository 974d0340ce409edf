#include "base/date.h"

#include <algorithm>
#include <chrono>

namespace dandang {
namespace {

constexpr int kMinYear = -9999;
constexpr int kMaxYear = 9999;

// std::chrono ends here. Sums may pass our own years, and must then still read as outside them.
constexpr int kMinChronoYear = -32767;
constexpr int kMaxChronoYear = 32767;

constexpr int32_t days_of(int year, unsigned month, unsigned day) {
  const std::chrono::sys_days days{std::chrono::year{year} / static_cast<int>(month) /
                                   static_cast<int>(day)};
  return static_cast<int32_t>(days.time_since_epoch().count());
}

constexpr int32_t kMinChronoDays = days_of(kMinChronoYear, 1, 1);
constexpr int32_t kMaxChronoDays = days_of(kMaxChronoYear, 12, 31);

std::chrono::year_month_day calendar_of(Date date) {
  const int32_t days = std::clamp(date.days(), kMinChronoDays, kMaxChronoDays);
  return std::chrono::sys_days{std::chrono::days{days}};
}

// Months since year 0, so that differences and sums of months are those of integers.
int64_t month_number(const std::chrono::year_month_day& day) {
  return int64_t{12} * static_cast<int>(day.year()) + static_cast<unsigned>(day.month()) - 1;
}

bool read_digits(std::string_view text, int& value) {
  value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  return true;
}

void append_padded(std::string& out, int value, size_t width) {
  const std::string digits = std::to_string(value);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

}  // namespace

int days_in_month(int year, int month) {
  if (month < 1 || month > 12) return 0;
  if (month == 2) return std::chrono::year{year}.is_leap() ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

std::optional<Date> Date::from_ymd(int year, int month, int day) {
  if (year < kMinYear || year > kMaxYear) return std::nullopt;
  if (day < 1 || day > days_in_month(year, month)) return std::nullopt;
  return Date(days_of(year, static_cast<unsigned>(month), static_cast<unsigned>(day)));
}

std::optional<Date> Date::parse_iso(std::string_view text) {
  int year = 0;
  int month = 0;
  int day = 0;
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  if (!read_digits(text.substr(0, 4), year) || !read_digits(text.substr(5, 2), month) ||
      !read_digits(text.substr(8, 2), day)) {
    return std::nullopt;
  }
  return from_ymd(year, month, day);
}

int Date::year() const {
  return static_cast<int>(calendar_of(*this).year());
}

int Date::month() const {
  return static_cast<int>(static_cast<unsigned>(calendar_of(*this).month()));
}

int Date::day() const {
  return static_cast<int>(static_cast<unsigned>(calendar_of(*this).day()));
}

int Date::weekday() const {
  const int64_t since_monday = (int64_t{days_} + 3) % 7;  // 1970-01-01 was a Thursday
  return static_cast<int>(since_monday < 0 ? since_monday + 7 : since_monday) + 1;
}

Date Date::add_months(int64_t months) const {
  const std::chrono::year_month_day from = calendar_of(*this);
  // More months than the whole calendar has: bounded first, so that the sum cannot overflow.
  constexpr int64_t kMost = int64_t{12} * (kMaxChronoYear - kMinChronoYear + 1);
  const int64_t total = month_number(from) + std::clamp(months, -kMost, kMost);
  if (total < int64_t{12} * kMinChronoYear) return Date(kMinChronoDays);
  if (total > int64_t{12} * kMaxChronoYear + 11) return Date(kMaxChronoDays);
  const int64_t month_index = ((total % 12) + 12) % 12;
  const int year = static_cast<int>((total - month_index) / 12);
  const int month = static_cast<int>(month_index) + 1;
  const unsigned day = std::min(static_cast<unsigned>(from.day()),
                                static_cast<unsigned>(days_in_month(year, month)));
  return Date(days_of(year, static_cast<unsigned>(month), day));
}

Date Date::end_of_month() const {
  const std::chrono::year_month_day from = calendar_of(*this);
  const int year = static_cast<int>(from.year());
  const unsigned month = static_cast<unsigned>(from.month());
  return Date(
      days_of(year, month, static_cast<unsigned>(days_in_month(year, static_cast<int>(month)))));
}

std::string Date::to_string() const {
  const std::chrono::year_month_day date = calendar_of(*this);
  const int year = static_cast<int>(date.year());
  std::string out;
  if (year < 0) out += '-';
  append_padded(out, year < 0 ? -year : year, 4);
  out += '-';
  append_padded(out, static_cast<int>(static_cast<unsigned>(date.month())), 2);
  out += '-';
  append_padded(out, static_cast<int>(static_cast<unsigned>(date.day())), 2);
  return out;
}

int64_t whole_months_between(Date from, Date to) {
  if (to < from) return -whole_months_between(to, from);
  const std::chrono::year_month_day first = calendar_of(from);
  const std::chrono::year_month_day last = calendar_of(to);
  const int64_t months = month_number(last) - month_number(first);
  return last.day() < first.day() ? months - 1 : months;
}

}  // namespace dandang
