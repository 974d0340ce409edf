#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace dandang {

__extension__ typedef __int128 Int128;  // an alias declaration cannot carry __extension__

enum class Rounding { kHalfEven, kHalfUp, kHalfDown, kUp, kDown, kFloor, kCeiling };

// A FEEL number (DMN 1.5 §10.3.2.3.1): decimal128's range and precision, 34 significant digits,
// half-even. Arithmetic that leaves the range, or divides by nothing, has no value (FEEL null).
// Trailing zeros carry no meaning: 1.20 equals 1.2, has the same hash, and prints as 1.2.
class Decimal {
 public:
  static constexpr int kDigits = 34;
  static constexpr int kMaxExponent = 6111;  // of the last digit, as in decimal128
  static constexpr int kMinExponent = -6176;

  constexpr Decimal() = default;
  Decimal(int64_t value);  // NOLINT(google-explicit-constructor): integers are decimals
  // coefficient * 10^exponent, rounded to 34 digits; no value when out of range.
  static std::optional<Decimal> make(Int128 coefficient, int exponent);
  // Optional sign, digits, optional point and digits, optional exponent (e or E). Nothing else.
  // More than 34 digits are rounded half-even.
  static std::optional<Decimal> parse(std::string_view text);
  // The decimal of 15 significant digits nearest to a binary double, as a spreadsheet cell means
  // it.
  static std::optional<Decimal> from_double(double value);

  std::optional<Decimal> add(const Decimal& other) const;
  std::optional<Decimal> subtract(const Decimal& other) const;
  std::optional<Decimal> multiply(const Decimal& other) const;
  std::optional<Decimal> divide(const Decimal& other) const;
  // Floored division's remainder, with the divisor's sign (DMN 1.5 §10.3.4.5 modulo).
  std::optional<Decimal> modulo(const Decimal& other) const;
  // Integer exponents exactly (by squaring, rounded at each step); others have no value here.
  std::optional<Decimal> power(int64_t exponent) const;
  // Any exponent: whole ones as above, others as exp(exponent * log(base)), for which the base must
  // not be negative.
  std::optional<Decimal> power(const Decimal& exponent) const;
  // Correct to the last of 34 digits; no value where there is none, or none in range. What is too
  // small for the range is zero.
  std::optional<Decimal> sqrt() const;
  std::optional<Decimal> exp() const;
  std::optional<Decimal> log() const;  // natural
  Decimal negate() const;
  Decimal abs() const;
  // To `scale` digits behind the point (may be negative).
  std::optional<Decimal> round(int scale, Rounding mode) const;

  bool is_zero() const { return coefficient_ == 0; }
  bool is_negative() const { return coefficient_ < 0; }
  bool is_integer() const;
  std::optional<int64_t> to_int64() const;  // exact, or no value
  // The digits of the number written with `scale` of them behind the point (12.5 at 2: 1250);
  // exact, or no value.
  std::optional<int64_t> to_scaled(int scale) const;
  double to_double() const;  // for display and charts only
  // Plain notation, no exponent, no trailing zeros behind the point ("27000", "0.05").
  std::string to_string() const;
  size_t hash() const;

  std::strong_ordering operator<=>(const Decimal& other) const;
  bool operator==(const Decimal& other) const { return (*this <=> other) == 0; }

 private:
  friend class DecimalMath;
  // Always reduced: no trailing zeros in the coefficient, zero is 0 * 10^0.
  Int128 coefficient_ = 0;
  int32_t exponent_ = 0;
};

}  // namespace dandang
