#include "base/date.h"

#include <algorithm>

namespace dandang {
namespace {

constexpr int kMinYear = -9999;
constexpr int kMaxYear = 9999;

// Beyond this the calendar is not computed. It is more than any year of ours, so that a sum that
// passes the years still reads as outside them.
constexpr int64_t kFarYear = 1'200'000'000;

struct Calendar {
  int64_t year = 0;
  int month = 1;
  int day = 1;
};

constexpr int64_t kDaysPerEra = 146'097;  // 400 years

constexpr int64_t floor_divide(int64_t a, int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

// Days since 1970-01-01. Years are counted from March, so that the leap day ends one.
constexpr int64_t days_of(int64_t year, int month, int day) {
  const int64_t from_march = month > 2 ? month - 3 : month + 9;
  const int64_t y = month > 2 ? year : year - 1;
  const int64_t era = floor_divide(y, 400);
  const int64_t year_of_era = y - era * 400;
  const int64_t day_of_year = (153 * from_march + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  constexpr int64_t kEpoch = 719'468;  // 1970-01-01, counted from 0000-03-01
  return era * kDaysPerEra + day_of_era - kEpoch;
}

constexpr int64_t kMinDays = days_of(-kFarYear, 1, 1);
constexpr int64_t kMaxDays = days_of(kFarYear, 12, 31);

constexpr Calendar calendar_of_days(int64_t days) {
  const int64_t since = days + 719'468;
  const int64_t era = floor_divide(since, kDaysPerEra);
  // Short numbers from here on: dates are taken apart by the million.
  const auto day_of_era = static_cast<uint32_t>(since - era * kDaysPerEra);
  const uint32_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const uint32_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const uint32_t from_march = (5 * day_of_year + 2) / 153;
  Calendar out;
  out.day = static_cast<int>(day_of_year - (153 * from_march + 2) / 5) + 1;
  out.month = static_cast<int>(from_march < 10 ? from_march + 3 : from_march - 9);
  out.year = year_of_era + era * 400 + (out.month <= 2 ? 1 : 0);
  return out;
}

Calendar calendar_of(Date date) {
  return calendar_of_days(std::clamp(date.days(), kMinDays, kMaxDays));
}

// Months since year 0, so that differences and sums of months are those of integers.
int64_t month_number(const Calendar& day) {
  return 12 * day.year + day.month - 1;
}

bool is_leap(int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int month_length(int64_t year, int64_t month) {
  if (month < 1 || month > 12) return 0;
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

bool read_digits(std::string_view text, int& value) {
  value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  return true;
}

void append_padded(std::string& out, int64_t value, size_t width) {
  const std::string digits = std::to_string(value);
  if (digits.size() < width) out.append(width - digits.size(), '0');
  out += digits;
}

}  // namespace

int days_in_month(int year, int month) {
  return month_length(year, month);
}

std::optional<Date> Date::from_ymd(int year, int month, int day) {
  if (year < kMinYear || year > kMaxYear) return std::nullopt;
  return from_feel_ymd(year, month, day);
}

std::optional<Date> Date::from_feel_ymd(int64_t year, int64_t month, int64_t day) {
  if (year < -kMaxFeelYear || year > kMaxFeelYear) return std::nullopt;
  if (day < 1 || day > month_length(year, month)) return std::nullopt;
  return Date(days_of(year, static_cast<int>(month), static_cast<int>(day)));
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
  return static_cast<int>(calendar_of(*this).year);
}

int Date::month() const {
  return calendar_of(*this).month;
}

int Date::day() const {
  return calendar_of(*this).day;
}

int Date::weekday() const {
  // 1970-01-01 was a Thursday.
  const int64_t since_monday = (days_ % 7 + 7 + 3) % 7;
  return static_cast<int>(since_monday) + 1;
}

Date Date::add_days(int64_t days) const {
  const int64_t from = std::clamp(days_, kMinDays, kMaxDays);
  return Date(std::clamp(from + std::clamp(days, 2 * kMinDays, 2 * kMaxDays), kMinDays, kMaxDays));
}

Date Date::add_months(int64_t months) const {
  const Calendar from = calendar_of(*this);
  // More months than the whole calendar has: bounded first, so that the sum cannot overflow.
  constexpr int64_t kMost = 12 * (2 * kFarYear + 1);
  const int64_t total = month_number(from) + std::clamp(months, -kMost, kMost);
  if (total < -12 * kFarYear) return Date(kMinDays);
  if (total > 12 * kFarYear + 11) return Date(kMaxDays);
  const int64_t year = floor_divide(total, 12);
  const int month = static_cast<int>(total - year * 12) + 1;
  return Date(days_of(year, month, std::min(from.day, month_length(year, month))));
}

Date Date::end_of_month() const {
  const Calendar from = calendar_of(*this);
  return Date(days_of(from.year, from.month, month_length(from.year, from.month)));
}

std::string Date::to_string() const {
  const Calendar date = calendar_of(*this);
  std::string out;
  if (date.year < 0) out += '-';
  append_padded(out, date.year < 0 ? -date.year : date.year, 4);
  out += '-';
  append_padded(out, date.month, 2);
  out += '-';
  append_padded(out, date.day, 2);
  return out;
}

int64_t whole_months_between(Date from, Date to) {
  if (to < from) return -whole_months_between(to, from);
  const Calendar first = calendar_of(from);
  const Calendar last = calendar_of(to);
  const int64_t months = month_number(last) - month_number(first);
  return last.day < first.day ? months - 1 : months;
}

}  // namespace dandang
