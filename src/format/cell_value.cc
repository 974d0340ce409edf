#include "format/cell_value.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "base/text.h"
#include "format/workbook.h"

namespace dandang::format {
namespace {

constexpr int32_t kDays1899_12_31 = -25568;  // since 1970-01-01; serial 1 is the day after
constexpr int32_t kDays1904_01_01 = -24107;  // serial 0
constexpr int32_t kDays9999_12_31 = 2932896;
constexpr int32_t kPhantomLeapDay = 60;  // 1900-02-29

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<uint32_t> hex_digit(char c) {
  if (is_digit(c)) return static_cast<uint32_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<uint32_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<uint32_t>(c - 'A' + 10);
  return std::nullopt;
}

// The unit of an escape at `at`, "_xHHHH_".
std::optional<uint32_t> escaped_unit(std::string_view text, size_t at) {
  if (at + 7 > text.size() || text[at] != '_' || text[at + 1] != 'x' || text[at + 6] != '_') {
    return std::nullopt;
  }
  uint32_t unit = 0;
  for (size_t i = at + 2; i < at + 6; ++i) {
    const auto digit = hex_digit(text[i]);
    if (!digit) return std::nullopt;
    unit = unit * 16 + *digit;
  }
  return unit;
}

}  // namespace

std::string cell_name(uint32_t column, uint32_t row) {
  std::string letters;
  for (uint64_t rest = uint64_t{column} + 1; rest > 0; rest = (rest - 1) / 26) {
    letters.insert(letters.begin(), static_cast<char>('A' + (rest - 1) % 26));
  }
  return fmt::format("{}{}", letters, row);
}

std::optional<CellReference> parse_cell_reference(std::string_view text) {
  CellReference out;
  size_t at = 0;
  while (at < text.size() && at < 3) {
    const char c = text[at];
    if (c >= 'A' && c <= 'Z') {
      out.column = out.column * 26 + static_cast<uint32_t>(c - 'A' + 1);
    } else if (c >= 'a' && c <= 'z') {
      out.column = out.column * 26 + static_cast<uint32_t>(c - 'a' + 1);
    } else {
      break;
    }
    ++at;
  }
  if (at == 0 || at == text.size() || text.size() - at > 7) return std::nullopt;
  for (; at < text.size(); ++at) {
    if (!is_digit(text[at])) return std::nullopt;
    out.row = out.row * 10 + static_cast<uint32_t>(text[at] - '0');
  }
  if (out.row == 0) return std::nullopt;
  --out.column;
  return out;
}

std::optional<uint32_t> parse_unsigned(std::string_view text) {
  uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view trim_ascii(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::optional<Decimal> parse_cell_number(std::string_view text) {
  constexpr int64_t kFifteenDigits = 1'000'000'000'000'000;
  if (text.starts_with('+')) text.remove_prefix(1);
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative) rest.remove_prefix(1);

  // Up to 18 digits are counted exactly; more can only be the tail of a binary number.
  int64_t coefficient = 0;
  int exponent = 0;
  bool too_long = false, any_digit = false, point = false;
  size_t at = 0;
  for (; at < rest.size(); ++at) {
    const char c = rest[at];
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (!is_digit(c)) break;
    any_digit = true;
    if (coefficient >= 1000 * kFifteenDigits / 10) {
      too_long = true;
      continue;
    }
    coefficient = coefficient * 10 + (c - '0');
    if (point) --exponent;
  }
  if (!any_digit) return std::nullopt;
  if (at < rest.size()) {
    if (rest[at] != 'e' && rest[at] != 'E') return std::nullopt;
    std::string_view power = rest.substr(at + 1);
    if (power.starts_with('+')) power.remove_prefix(1);
    int value = 0;
    const auto [end, error] = std::from_chars(power.data(), power.data() + power.size(), value);
    if (error != std::errc() || end != power.data() + power.size()) return std::nullopt;
    if (value < -400 || value > 400) return std::nullopt;
    exponent += value;
  }
  if (!too_long) {
    while (coefficient >= kFifteenDigits && coefficient % 10 == 0) {
      coefficient /= 10;
      ++exponent;
    }
    if (coefficient < kFifteenDigits && exponent >= -330 && exponent <= 290) {
      return Decimal::make(negative ? -coefficient : coefficient, exponent);
    }
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return Decimal::from_double(value);
}

std::optional<Date> date_of_serial(const Decimal& serial, DateSystem system) {
  const double value = std::floor(serial.to_double());
  if (!(value >= 0 && value <= 3'000'000)) return std::nullopt;
  const auto day = static_cast<int32_t>(value);
  int32_t days = 0;
  if (system == DateSystem::k1904) {
    if (day == 0 && !serial.is_integer()) return std::nullopt;
    days = kDays1904_01_01 + day;
  } else {
    if (day == 0 || day == kPhantomLeapDay) return std::nullopt;
    days = kDays1899_12_31 + (day < kPhantomLeapDay ? day : day - 1);
  }
  if (days > kDays9999_12_31) return std::nullopt;
  return Date::from_days(days);
}

Decimal serial_of_date(Date date, DateSystem system) {
  if (system == DateSystem::k1904) return Decimal(int64_t{date.days()} - kDays1904_01_01);
  const int64_t day = int64_t{date.days()} - kDays1899_12_31;
  return Decimal(day < kPhantomLeapDay ? day : day + 1);
}

bool is_cell_text_escape(std::string_view text, size_t at) {
  return escaped_unit(text, at).has_value();
}

std::string_view unescape_cell_text(std::string_view text, std::string& scratch) {
  size_t at = text.find("_x");
  if (at == std::string_view::npos) return text;
  scratch.clear();
  size_t copied = 0;
  for (; at != std::string_view::npos; at = text.find("_x", at)) {
    const auto unit = escaped_unit(text, at);
    // A zero unit would cut the text short wherever it is handed on as a C string.
    if (!unit || *unit == 0) {
      ++at;
      continue;
    }
    scratch.append(text, copied, at - copied);
    at += 7;
    char32_t code_point = *unit;
    if (*unit >= 0xD800 && *unit < 0xE000) {
      const auto low = *unit < 0xDC00 ? escaped_unit(text, at) : std::nullopt;
      if (low && *low >= 0xDC00 && *low < 0xE000) {
        code_point = 0x10000 + ((*unit - 0xD800) << 10) + (*low - 0xDC00);
        at += 7;
      } else {
        code_point = 0xFFFD;
      }
    }
    append_code_point(scratch, code_point);
    copied = at;
  }
  scratch.append(text, copied);
  return scratch;
}

}  // namespace dandang::format
