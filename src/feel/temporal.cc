#include "feel/temporal.h"

#include <algorithm>
#include <limits>

#include "feel/zone.h"

namespace dandang::feel {
namespace {

// The widest offset a clock is set to; the kit draws the line here.
constexpr int32_t kMaxOffset = 18 * 3600;

// Reads a text from left to right.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }
  bool next_is(char c) const { return !rest_.empty() && rest_[0] == c; }
  bool take(char c) {
    if (!next_is(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view digits() {
    size_t n = 0;
    while (n < rest_.size() && rest_[n] >= '0' && rest_[n] <= '9') ++n;
    const std::string_view out = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return out;
  }
  std::optional<int> two_digits() {
    const std::string_view two = rest_.substr(0, 2);
    if (two.size() < 2 || !is_digit(two[0]) || !is_digit(two[1])) return std::nullopt;
    rest_.remove_prefix(2);
    return (two[0] - '0') * 10 + (two[1] - '0');
  }

 private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  std::string_view rest_;
};

// At most 18 digits, which 64 bits hold whatever they are.
std::optional<int64_t> number_of(std::string_view digits) {
  if (digits.empty() || digits.size() > 18) return std::nullopt;
  int64_t value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

// Digits behind a point as nanoseconds; what is smaller is cut off.
int32_t nanoseconds_of(std::string_view fraction) {
  int32_t value = 0;
  for (size_t i = 0; i < 9; ++i) value = value * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
  return value;
}

std::optional<int64_t> read_year(Scanner& in) {
  const bool negative = in.take('-');
  const std::string_view digits = in.digits();
  if (digits.size() < 4 || digits.size() > 9) return std::nullopt;
  if (digits.size() > 4 && digits[0] == '0') return std::nullopt;
  const int64_t year = *number_of(digits);
  return negative ? -year : year;
}

std::optional<Date> read_date(Scanner& in) {
  const auto year = read_year(in);
  if (!year || !in.take('-')) return std::nullopt;
  const auto month = in.two_digits();
  if (!month || !in.take('-')) return std::nullopt;
  const auto day = in.two_digits();
  return day ? Date::from_feel_ymd(*year, *month, *day) : std::nullopt;
}

std::optional<Zone> read_offset(Scanner& in) {
  const bool negative = in.next_is('-');
  if (!in.take('-') && !in.take('+')) return std::nullopt;
  const auto hours = in.two_digits();
  if (!hours || !in.take(':')) return std::nullopt;
  const auto minutes = in.two_digits();
  std::optional<int> seconds = 0;
  if (in.take(':')) seconds = in.two_digits();
  if (!minutes || !seconds || *minutes > 59 || *seconds > 59) return std::nullopt;
  const int32_t offset = *hours * 3600 + *minutes * 60 + *seconds;
  if (offset > kMaxOffset) return std::nullopt;
  return Zone::of_offset(negative ? -offset : offset);
}

// The zone that ends the text.
std::optional<Zone> read_zone(Scanner& in) {
  if (in.at_end()) return Zone::local();
  std::optional<Zone> zone;
  if (in.take('Z') || in.take('z')) {
    zone = Zone::utc();
  } else if (in.take('@')) {
    const auto region = find_region(in.rest());
    return region ? std::optional(Zone::of_region(*region)) : std::nullopt;
  } else {
    zone = read_offset(in);
  }
  return in.at_end() ? zone : std::nullopt;
}

// Nanoseconds since midnight; 24:00:00 is the end of the day.
std::optional<int64_t> read_clock(Scanner& in) {
  const auto hour = in.two_digits();
  if (!hour || !in.take(':')) return std::nullopt;
  const auto minute = in.two_digits();
  if (!minute || !in.take(':')) return std::nullopt;
  const auto second = in.two_digits();
  if (!second) return std::nullopt;
  int32_t nanoseconds = 0;
  if (in.take('.')) {
    const std::string_view fraction = in.digits();
    if (fraction.empty()) return std::nullopt;
    nanoseconds = nanoseconds_of(fraction);
  }
  if (*hour > 24 || *minute > 59 || *second > 59) return std::nullopt;
  const int64_t seconds = *hour * 3600 + *minute * 60 + *second;
  const int64_t total = seconds * kNanosPerSecond + nanoseconds;
  return total > kNanosPerDay ? std::nullopt : std::optional(total);
}

std::optional<Date> within_years(Date date) {
  const int year = date.year();
  if (year > Date::kMaxFeelYear || year < -Date::kMaxFeelYear) return std::nullopt;
  return date;
}

// ---- durations ----

struct Unit {
  char letter;
  int64_t size;
};

struct Amounts {
  int64_t whole = 0;
  int32_t nanoseconds = 0;
  bool any = false;
};

// One amount and its unit, which must come behind `unit` in the list. False if there is none.
template <typename Iterator>
bool read_amount(Scanner& in, Iterator& unit, Iterator end, Amounts& out) {
  const auto amount = number_of(in.digits());
  if (!amount) return false;
  const bool has_point = in.take('.');
  const std::string_view fraction = has_point ? in.digits() : std::string_view();
  while (unit != end && !in.next_is(unit->letter)) ++unit;
  if (unit == end || (has_point && unit->letter != 'S')) return false;
  in.take(unit->letter);
  int64_t part = 0;
  if (__builtin_mul_overflow(*amount, unit->size, &part) ||
      __builtin_add_overflow(out.whole, part, &out.whole)) {
    return false;
  }
  out.nanoseconds = nanoseconds_of(fraction);
  out.any = true;
  ++unit;
  return true;
}

bool read_amounts(Scanner& in, std::initializer_list<Unit> units, Amounts& out) {
  auto unit = units.begin();
  while (!in.at_end() && !in.next_is('T')) {
    if (!read_amount(in, unit, units.end(), out)) return false;
  }
  return true;
}

// ---- seconds since 1970 ----

int64_t clock_seconds(const DateTime& moment) {
  return moment.date.days() * kSecondsPerDay + moment.nanoseconds / kNanosPerSecond;
}

int64_t utc_seconds(const DateTime& moment) {
  return clock_seconds(moment) - offset_of(moment).value_or(0);
}

std::optional<DateTime> from_clock(int64_t seconds, int64_t nanoseconds, Zone zone) {
  int64_t days = seconds / kSecondsPerDay;
  if (seconds % kSecondsPerDay < 0) --days;
  const auto date = within_years(Date::from_days(days));
  if (!date) return std::nullopt;
  return DateTime{*date, (seconds - days * kSecondsPerDay) * kNanosPerSecond + nanoseconds, zone};
}

int32_t offset_at(Zone zone, int64_t utc) {
  return zone.kind == Zone::Kind::kRegion ? region_offset(zone.region, utc) : zone.offset;
}

std::optional<DaysDuration> duration_of(int64_t seconds, int64_t nanoseconds) {
  if (nanoseconds < 0) {
    nanoseconds += kNanosPerSecond;
    if (__builtin_sub_overflow(seconds, int64_t{1}, &seconds)) return std::nullopt;
  } else if (nanoseconds >= kNanosPerSecond) {
    nanoseconds -= kNanosPerSecond;
    if (__builtin_add_overflow(seconds, int64_t{1}, &seconds)) return std::nullopt;
  }
  return DaysDuration{seconds, static_cast<int32_t>(nanoseconds)};
}

// ---- text out ----

void append_two(std::string& out, int64_t value) {
  if (value < 10) out += '0';
  out += std::to_string(value);
}

void append_fraction(std::string& out, int64_t nanoseconds) {
  if (nanoseconds == 0) return;
  std::string digits = std::to_string(nanoseconds);
  digits.insert(0, 9 - digits.size(), '0');
  digits.erase(digits.find_last_not_of('0') + 1);
  out += '.' + digits;
}

std::string zone_text(Zone zone) {
  if (zone.is_local()) return {};
  if (zone.kind == Zone::Kind::kRegion) return "@" + region_name(zone.region);
  if (zone.offset == 0) return "Z";
  const int32_t size = zone.offset < 0 ? -zone.offset : zone.offset;
  std::string out = zone.offset < 0 ? "-" : "+";
  append_two(out, size / 3600);
  out += ':';
  append_two(out, size / 60 % 60);
  if (size % 60 != 0) {
    out += ':';
    append_two(out, size % 60);
  }
  return out;
}

uint64_t magnitude(int64_t value) {
  return value < 0 ? uint64_t{0} - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
}

int sign_of(std::strong_ordering order) {
  return order < 0 ? -1 : order > 0 ? 1 : 0;
}

}  // namespace

std::optional<Date> parse_date(std::string_view text) {
  Scanner in(text);
  const auto date = read_date(in);
  return in.at_end() ? date : std::nullopt;
}

std::optional<Time> parse_time(std::string_view text) {
  Scanner in(text);
  const auto clock = read_clock(in);
  if (!clock) return std::nullopt;
  const auto zone = read_zone(in);
  return zone ? std::optional(Time{*clock % kNanosPerDay, *zone}) : std::nullopt;
}

std::optional<DateTime> parse_date_and_time(std::string_view text) {
  Scanner in(text);
  auto date = read_date(in);
  if (!date) return std::nullopt;
  if (in.at_end()) return DateTime{*date, 0, Zone::local()};
  if (!in.take('T')) return std::nullopt;
  const auto clock = read_clock(in);
  if (!clock) return std::nullopt;
  const auto zone = read_zone(in);
  if (*clock == kNanosPerDay) date = within_years(date->add_days(1));
  if (!zone || !date) return std::nullopt;
  return DateTime{*date, *clock % kNanosPerDay, *zone};
}

std::optional<MonthsDuration> parse_months_duration(std::string_view text) {
  Scanner in(text);
  const bool negative = in.take('-');
  Amounts amounts;
  if (!in.take('P') || !read_amounts(in, {{'Y', 12}, {'M', 1}}, amounts)) return std::nullopt;
  if (!amounts.any || !in.at_end()) return std::nullopt;
  return MonthsDuration{negative ? -amounts.whole : amounts.whole};
}

std::optional<DaysDuration> parse_days_duration(std::string_view text) {
  Scanner in(text);
  const bool negative = in.take('-');
  Amounts amounts;
  if (!in.take('P') || !read_amounts(in, {{'D', kSecondsPerDay}}, amounts)) return std::nullopt;
  if (in.take('T')) {
    amounts.any = false;  // T wants an amount of its own
    if (!read_amounts(in, {{'H', 3600}, {'M', 60}, {'S', 1}}, amounts)) return std::nullopt;
  }
  if (!amounts.any || !in.at_end()) return std::nullopt;
  const DaysDuration duration{amounts.whole, amounts.nanoseconds};
  return negative ? negate(duration) : std::optional(duration);
}

std::string to_text(const Time& time) {
  std::string out;
  append_two(out, time.hour());
  out += ':';
  append_two(out, time.minute());
  out += ':';
  append_two(out, time.second());
  append_fraction(out, time.nanoseconds % kNanosPerSecond);
  return out + zone_text(time.zone);
}

std::string to_text(const DateTime& moment) {
  return moment.date.to_string() + "T" + to_text(moment.time());
}

std::string to_text(const MonthsDuration& duration) {
  const uint64_t months = magnitude(duration.months);
  std::string out = duration.months < 0 ? "-P" : "P";
  if (months / 12 != 0) out += std::to_string(months / 12) + "Y";
  if (months % 12 != 0 || months == 0) out += std::to_string(months % 12) + "M";
  return out;
}

std::string to_text(const DaysDuration& duration) {
  const bool negative = duration.seconds < 0;
  const bool borrowed = negative && duration.nanoseconds != 0;
  const uint64_t seconds = magnitude(duration.seconds) - (borrowed ? 1 : 0);
  const int64_t nanoseconds =
      borrowed ? kNanosPerSecond - duration.nanoseconds : duration.nanoseconds;
  std::string out = negative ? "-P" : "P";
  if (seconds / 86'400 != 0) out += std::to_string(seconds / 86'400) + "D";
  const uint64_t rest = seconds % 86'400;
  const bool zero = seconds == 0 && nanoseconds == 0;
  if (rest != 0 || nanoseconds != 0 || zero) out += "T";
  if (rest / 3600 != 0) out += std::to_string(rest / 3600) + "H";
  if (rest / 60 % 60 != 0) out += std::to_string(rest / 60 % 60) + "M";
  if (rest % 60 != 0 || nanoseconds != 0 || zero) {
    out += std::to_string(rest % 60);
    append_fraction(out, nanoseconds);
    out += "S";
  }
  return out;
}

std::optional<int32_t> offset_of(const Time& time) {
  if (time.zone.is_local()) return std::nullopt;
  if (time.zone.kind == Zone::Kind::kOffset) return time.zone.offset;
  return region_standard_offset(time.zone.region);
}

std::optional<int32_t> offset_of(const DateTime& moment) {
  if (moment.zone.is_local()) return std::nullopt;
  if (moment.zone.kind == Zone::Kind::kOffset) return moment.zone.offset;
  return region_offset_by_clock(moment.zone.region, clock_seconds(moment));
}

DateTime midnight_utc(Date date) {
  return {date, 0, Zone::utc()};
}

std::optional<int> compare(const Time& a, const Time& b) {
  if (a.zone.is_local() != b.zone.is_local()) return std::nullopt;
  const int64_t left = a.seconds() - offset_of(a).value_or(0);
  const int64_t right = b.seconds() - offset_of(b).value_or(0);
  return sign_of(left <=> right);
}

std::optional<int> compare(const DateTime& a, const DateTime& b) {
  if (a.zone.is_local() != b.zone.is_local()) return std::nullopt;
  return sign_of(utc_seconds(a) <=> utc_seconds(b));
}

std::optional<Date> add(Date date, MonthsDuration duration) {
  return within_years(date.add_months(duration.months));
}

std::optional<Date> add(Date date, DaysDuration duration) {
  int64_t days = duration.seconds / kSecondsPerDay;
  if (duration.seconds % kSecondsPerDay < 0) --days;
  return within_years(date.add_days(days));
}

std::optional<DateTime> add(const DateTime& moment, MonthsDuration duration) {
  const auto date = add(moment.date, duration);
  if (!date) return std::nullopt;
  return DateTime{*date, moment.nanoseconds, moment.zone};
}

std::optional<DateTime> add(const DateTime& moment, DaysDuration duration) {
  int64_t nanoseconds = moment.nanoseconds % kNanosPerSecond + duration.nanoseconds;
  int64_t seconds = utc_seconds(moment) + nanoseconds / kNanosPerSecond;
  nanoseconds %= kNanosPerSecond;
  if (__builtin_add_overflow(seconds, duration.seconds, &seconds)) return std::nullopt;
  // Further than all years: bounded before the offset is asked for.
  constexpr int64_t kMost = (int64_t{Date::kMaxFeelYear} + 2) * 366 * kSecondsPerDay;
  if (seconds > kMost || seconds < -kMost) return std::nullopt;
  return from_clock(seconds + offset_at(moment.zone, seconds), nanoseconds, moment.zone);
}

Time add(const Time& time, DaysDuration duration) {
  const int64_t seconds = duration.seconds % kSecondsPerDay;
  const int64_t sum = time.nanoseconds + seconds * kNanosPerSecond + duration.nanoseconds;
  return {((sum % kNanosPerDay) + kNanosPerDay) % kNanosPerDay, time.zone};
}

std::optional<MonthsDuration> add(MonthsDuration a, MonthsDuration b) {
  int64_t sum = 0;
  if (__builtin_add_overflow(a.months, b.months, &sum)) return std::nullopt;
  return MonthsDuration{sum};
}

std::optional<DaysDuration> add(DaysDuration a, DaysDuration b) {
  int64_t sum = 0;
  if (__builtin_add_overflow(a.seconds, b.seconds, &sum)) return std::nullopt;
  return duration_of(sum, int64_t{a.nanoseconds} + b.nanoseconds);
}

std::optional<MonthsDuration> negate(MonthsDuration duration) {
  int64_t months = 0;
  if (__builtin_sub_overflow(int64_t{0}, duration.months, &months)) return std::nullopt;
  return MonthsDuration{months};
}

std::optional<DaysDuration> negate(DaysDuration duration) {
  int64_t seconds = 0;
  if (__builtin_sub_overflow(int64_t{0}, duration.seconds, &seconds)) return std::nullopt;
  return duration_of(seconds, -int64_t{duration.nanoseconds});
}

std::optional<DaysDuration> subtract(const Time& a, const Time& b) {
  if (a.zone.is_local() != b.zone.is_local()) return std::nullopt;
  const int64_t seconds =
      a.seconds() - offset_of(a).value_or(0) - b.seconds() + offset_of(b).value_or(0);
  return duration_of(seconds, a.nanoseconds % kNanosPerSecond - b.nanoseconds % kNanosPerSecond);
}

std::optional<DaysDuration> subtract(const DateTime& a, const DateTime& b) {
  if (a.zone.is_local() != b.zone.is_local()) return std::nullopt;
  return duration_of(utc_seconds(a) - utc_seconds(b),
                     a.nanoseconds % kNanosPerSecond - b.nanoseconds % kNanosPerSecond);
}

Decimal amount_of(MonthsDuration duration) {
  return Decimal(duration.months);
}

Decimal amount_of(DaysDuration duration) {
  // 64 bits of seconds and nine digits fit into 34.
  const Int128 total =
      static_cast<Int128>(duration.seconds) * kNanosPerSecond + duration.nanoseconds;
  return Decimal::make(total, -9).value_or(Decimal());
}

std::optional<MonthsDuration> months_of(const Decimal& amount) {
  const auto whole = amount.round(0, Rounding::kDown);
  const auto months = whole ? whole->to_int64() : std::nullopt;
  return months ? std::optional(MonthsDuration{*months}) : std::nullopt;
}

std::optional<DaysDuration> days_of(const Decimal& seconds) {
  const auto whole = seconds.round(0, Rounding::kFloor);
  const auto number = whole ? whole->to_int64() : std::nullopt;
  if (!number) return std::nullopt;
  const auto rest = seconds.subtract(*whole);
  const auto scaled = rest ? rest->multiply(Decimal(kNanosPerSecond)) : std::nullopt;
  const auto cut = scaled ? scaled->round(0, Rounding::kDown) : std::nullopt;
  const auto nanoseconds = cut ? cut->to_int64() : std::nullopt;
  if (!nanoseconds) return std::nullopt;
  return duration_of(*number, *nanoseconds);
}

}  // namespace dandang::feel
