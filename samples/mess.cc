#include "mess.h"

namespace samples {
namespace {

constexpr size_t kHanBytes = 3;  // of one Chinese character in UTF-8
constexpr const char* kWideBlank = "　";

std::string padded(int number, size_t width) {
  std::string text = std::to_string(number);
  return std::string(width > text.size() ? width - text.size() : 0, '0') + text;
}

std::string full_width_digits(const std::string& text) {
  std::string wide;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      wide += "\xEF\xBC";
      wide += static_cast<char>(0x90 + (c - '0'));
    } else {
      wide += c;
    }
  }
  return wide;
}

std::string iso(Day date) {
  return padded(year_of(date), 4) + "-" + padded(month_of(date), 2) + "-" + padded(day_of(date), 2);
}

std::string year_month(Day date) {
  return padded(year_of(date), 4) + "." + padded(month_of(date), 2);
}

std::string grouped(int64_t yuan) {
  std::string text = std::to_string(yuan);
  for (size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

std::string cents(int64_t fen) {
  return "." + padded(static_cast<int>(fen % 100), 2);
}

double yuan(int64_t fen) {
  return static_cast<double>(fen) / 100.0;
}

}  // namespace

Cell Mess::name(const std::string& name) {
  const bool two = name.size() == 2 * kHanBytes;
  if (two && prng_.chance(45)) {
    const char* gap = prng_.chance(70) ? kWideBlank : "  ";
    return Cell::of_text(name.substr(0, kHanBytes) + gap + name.substr(kHanBytes));
  }
  return Cell::of_text(prng_.chance(4) ? name + " " : name);
}

Cell Mess::identity(const std::string& identity) {
  std::string text = identity;
  if (!text.empty() && text.back() == 'X' && prng_.chance(50)) text.back() = 'x';
  const int roll = prng_.below(100);
  if (roll < 3) return Cell::of_text(full_width_digits(text));
  if (roll < 7 && text.size() == 18) {
    return Cell::of_text(text.substr(0, 6) + " " + text.substr(6, 8) + " " + text.substr(14));
  }
  return Cell::of_text(roll < 10 ? " " + text : text);
}

Cell Mess::birth(Day birth, bool with_age, Day today) {
  if (!with_age) return month(birth);
  const bool had_birthday = month_of(birth) <= month_of(today);
  const int age = year_of(today) - year_of(birth) - (had_birthday ? 0 : 1);
  const std::string years = std::to_string(age) + "岁";
  return Cell::of_text(year_month(birth) +
                       (prng_.chance(60) ? " (" + years + ")" : "（" + years + "）"));
}

Cell Mess::month(Day date) {
  const std::string year = std::to_string(year_of(date));
  const std::string month = std::to_string(month_of(date));
  switch (prng_.below(12)) {
    case 0:
      return Cell::of_text(iso(day(year_of(date), month_of(date), 1)));
    case 1:
      return Cell::of_text(year + "年" + month + "月");
    case 2:
      return Cell::of_text(year + padded(month_of(date), 2));
    case 3:
      return Cell::of_text(year + "/" + month + "/1");
    case 4:
    case 5:
      return Cell::of_month(date);
    case 6:
      return Cell::of_text(prng_.chance(30) ? full_width_digits(year_month(date))
                                            : year_month(date));
    default:
      return Cell::of_text(year_month(date));
  }
}

Cell Mess::date(Day date) {
  const std::string year = std::to_string(year_of(date));
  const std::string month = std::to_string(month_of(date));
  const std::string day_text = std::to_string(day_of(date));
  switch (prng_.below(16)) {
    case 0:
      return Cell::of_text(year + "年" + month + "月" + day_text + "日");
    case 1:
      return Cell::of_text(year_month(date) + "." + padded(day_of(date), 2));
    case 2:
      return Cell::of_text(year + "/" + month + "/" + day_text);
    case 3:
      return Cell::of_text(year + padded(month_of(date), 2) + padded(day_of(date), 2));
    case 4:
      return Cell::of_text(prng_.chance(30) ? full_width_digits(iso(date)) : iso(date));
    case 5:
    case 6:
    case 7:
      return Cell::of_text(iso(date));
    default:
      return Cell::of_day(date, static_cast<size_t>(prng_.below(3)));
  }
}

Cell Mess::grade(const std::string& grade) {
  const bool two = grade.size() == 2 * kHanBytes;
  const int roll = prng_.below(100);
  if (two && roll < 8) {
    return Cell::of_text(grade.substr(0, kHanBytes) + (roll < 4 ? " " : kWideBlank) +
                         grade.substr(kHanBytes));
  }
  return Cell::of_text(roll < 11 ? grade + " " : grade);
}

Cell Mess::money(int64_t fen) {
  const int roll = prng_.below(100);
  if (roll < 12) return Cell::of_text(grouped(fen / 100) + cents(fen));
  if (roll < 20) {
    return Cell::of_text("￥" + grouped(fen / 100) + (fen % 100 == 0 ? "" : cents(fen)) + "元");
  }
  if (roll < 23) return Cell::of_text(full_width_digits(std::to_string(fen / 100) + cents(fen)));
  return roll < 60 ? Cell::of_number(yuan(fen)) : Cell::of_money(yuan(fen));
}

Cell Mess::count(int number) {
  const int roll = prng_.below(100);
  if (roll < 4) return Cell::of_text(full_width_digits(std::to_string(number)));
  return roll < 10 ? Cell::of_text(std::to_string(number)) : Cell::of_number(number);
}

Cell Mess::points(int tenths) {
  const std::string text = std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
  const int roll = prng_.below(100);
  if (roll < 2) return Cell::of_text(full_width_digits(text));
  return roll < 9 ? Cell::of_text(text) : Cell::of_number(static_cast<double>(tenths) / 10.0);
}

}  // namespace samples
