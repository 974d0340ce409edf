// Roots, exponentials and logarithms, computed with 512 bits behind the point: 154 digits, of which
// 34 are kept. Whatever cancels, and however near to a half the rest lies, enough of them are left.

#include <array>
#include <cmath>

#include "base/decimal.h"

namespace dandang {
namespace {

__extension__ typedef unsigned __int128 Uint128;

// A number with its sign: eight words behind the point, one before it, least significant first.
struct Fixed {
  static constexpr size_t kWords = 9;
  std::array<uint64_t, kWords> words{};
  bool negative = false;

  uint64_t whole() const { return words[kWords - 1]; }
  bool is_zero() const {
    for (const uint64_t word : words) {
      if (word != 0) return false;
    }
    return true;
  }
};

Fixed fixed(uint64_t whole) {
  Fixed out;
  out.words[Fixed::kWords - 1] = whole;
  return out;
}

int compare_size(const Fixed& a, const Fixed& b) {
  for (size_t i = Fixed::kWords; i-- > 0;) {
    if (a.words[i] != b.words[i]) return a.words[i] < b.words[i] ? -1 : 1;
  }
  return 0;
}

Fixed add_size(const Fixed& a, const Fixed& b) {
  Fixed out;
  uint64_t carry = 0;
  for (size_t i = 0; i < Fixed::kWords; ++i) {
    const Uint128 sum = static_cast<Uint128>(a.words[i]) + b.words[i] + carry;
    out.words[i] = static_cast<uint64_t>(sum);
    carry = static_cast<uint64_t>(sum >> 64);
  }
  return out;
}

// `b` must not be the greater one.
Fixed subtract_size(const Fixed& a, const Fixed& b) {
  Fixed out;
  uint64_t borrow = 0;
  for (size_t i = 0; i < Fixed::kWords; ++i) {
    const Uint128 difference = static_cast<Uint128>(a.words[i]) - b.words[i] - borrow;
    out.words[i] = static_cast<uint64_t>(difference);
    borrow = static_cast<uint64_t>(difference >> 64) & 1;
  }
  return out;
}

Fixed negated(Fixed a) {
  a.negative = !a.negative;
  return a;
}

Fixed plus(const Fixed& a, const Fixed& b) {
  Fixed out;
  if (a.negative == b.negative) {
    out = add_size(a, b);
    out.negative = a.negative;
  } else if (compare_size(a, b) >= 0) {
    out = subtract_size(a, b);
    out.negative = a.negative;
  } else {
    out = subtract_size(b, a);
    out.negative = b.negative;
  }
  return out;
}

// Cut off behind the last word. Words before the point beyond the one there is are lost: callers
// keep their numbers small.
Fixed times(const Fixed& a, const Fixed& b) {
  std::array<uint64_t, 2 * Fixed::kWords> product{};
  for (size_t i = 0; i < Fixed::kWords; ++i) {
    uint64_t carry = 0;
    for (size_t j = 0; j < Fixed::kWords; ++j) {
      const Uint128 part = static_cast<Uint128>(a.words[i]) * b.words[j] + product[i + j] + carry;
      product[i + j] = static_cast<uint64_t>(part);
      carry = static_cast<uint64_t>(part >> 64);
    }
    product[i + Fixed::kWords] = carry;
  }
  Fixed out;
  for (size_t i = 0; i < Fixed::kWords; ++i) out.words[i] = product[i + Fixed::kWords - 1];
  out.negative = a.negative != b.negative;
  return out;
}

Fixed times(Fixed a, uint64_t factor) {
  uint64_t carry = 0;
  for (uint64_t& word : a.words) {
    const Uint128 product = static_cast<Uint128>(word) * factor + carry;
    word = static_cast<uint64_t>(product);
    carry = static_cast<uint64_t>(product >> 64);
  }
  return a;
}

Fixed over(Fixed a, uint64_t divisor) {
  uint64_t remainder = 0;
  for (size_t i = Fixed::kWords; i-- > 0;) {
    const Uint128 part = (static_cast<Uint128>(remainder) << 64) | a.words[i];
    a.words[i] = static_cast<uint64_t>(part / divisor);
    remainder = static_cast<uint64_t>(part % divisor);
  }
  return a;
}

Fixed from_double(double value) {
  Fixed out;
  out.negative = value < 0;
  double rest = std::abs(value);
  for (size_t i = Fixed::kWords; i-- > 0;) {
    const double whole = std::floor(rest);
    out.words[i] = static_cast<uint64_t>(whole);
    rest = std::ldexp(rest - whole, 64);
  }
  return out;
}

double approximate(const Fixed& a) {
  double out = 0;
  for (const uint64_t word : a.words) out = std::ldexp(out, -64) + static_cast<double>(word);
  return a.negative ? -out : out;
}

// e to the power of a small number, by the power series.
Fixed exp_of(const Fixed& x) {
  Fixed sum = fixed(1);
  Fixed term = fixed(1);
  for (uint64_t n = 1; !term.is_zero(); ++n) {
    term = over(times(term, x), n);
    sum = plus(sum, term);
  }
  return sum;
}

// The logarithm of a number from 1 to 10: each step of y + x / e^y - 1 doubles the digits that are
// right, beginning with a double's.
Fixed log_of(const Fixed& x) {
  Fixed y = from_double(std::log(approximate(x)));
  for (int step = 0; step < 4; ++step) {
    const Fixed ratio = times(x, exp_of(negated(y)));
    y = plus(y, plus(ratio, negated(fixed(1))));
  }
  return y;
}

const Fixed& log_of_ten() {
  static const Fixed kLog = log_of(fixed(10));
  return kLog;
}

// Magnitude times 10^exponent.
struct Scaled {
  Uint128 magnitude = 0;
  int exponent = 0;
};

// The digits of a number below 10 as an integer of up to 38 digits. What is cut off shows in the
// last of them, so that rounding to 34 digits cannot mistake it for nothing.
Scaled digits_of(Fixed value) {
  constexpr int kDigitsBehind = 37;
  Scaled out;
  for (int i = 0; i <= kDigitsBehind; ++i) {
    const uint64_t digit = value.whole();
    value.words[Fixed::kWords - 1] = 0;
    out.magnitude = out.magnitude * 10 + digit;
    value = times(value, 10);
  }
  if (!value.is_zero() && out.magnitude % 5 == 0) ++out.magnitude;
  out.exponent = -kDigitsBehind;
  return out;
}

// Up to 34 digits times 10^-places; places from 0 to 10^5, of which those too far behind count for
// nothing.
Fixed fixed_of(Uint128 magnitude, int places) {
  constexpr int kMostPlaces = 190;  // 34 digits behind that are behind the last word
  if (places > kMostPlaces) return {};
  Fixed out;
  // From the last digit on: each is divided by ten once for every place.
  for (int place = places; place > 0; --place) {
    out.words[Fixed::kWords - 1] += static_cast<uint64_t>(magnitude % 10);
    magnitude /= 10;
    out = over(out, 10);
  }
  out.words[Fixed::kWords - 1] += static_cast<uint64_t>(magnitude);
  return out;
}

int digit_count(Uint128 value) {
  int count = 0;
  for (; value != 0; value /= 10) ++count;
  return count;
}

}  // namespace

class DecimalMath {
 public:
  static Uint128 magnitude(const Decimal& value) {
    return static_cast<Uint128>(value.is_negative() ? -value.coefficient_ : value.coefficient_);
  }
  static int exponent(const Decimal& value) { return value.exponent_; }

  // Where the first digit stands: 0 for 1 to 10.
  static int order(const Decimal& value) {
    return digit_count(magnitude(value)) - 1 + exponent(value);
  }

  // A value below 2^63, with all the digits that words have room for.
  static Fixed to_fixed(const Decimal& value) {
    Uint128 whole = magnitude(value);
    int places = -exponent(value);
    for (; places < 0; ++places) whole *= 10;
    Fixed out = fixed_of(whole, places);
    out.negative = value.is_negative();
    return out;
  }

  static Fixed log(const Decimal& value) {
    const Uint128 digits = magnitude(value);
    const Fixed mantissa = log_of(fixed_of(digits, digit_count(digits) - 1));
    const int tens = order(value);
    Fixed shift = times(log_of_ten(), static_cast<uint64_t>(tens < 0 ? -tens : tens));
    shift.negative = tens < 0;
    return plus(mantissa, shift);
  }

  // e^x = 10^n * e^(x - n log 10), with n such that the rest is below log 10.
  static std::optional<Decimal> exp(const Fixed& x) {
    constexpr uint64_t kBeyond = 15'000;  // the range ends before
    if (x.whole() >= kBeyond) {
      return x.negative ? std::optional(Decimal()) : std::nullopt;
    }
    const double tens_exact = approximate(x) / std::log(10.0);
    const int tens = static_cast<int>(std::floor(tens_exact));
    Fixed shift = times(log_of_ten(), static_cast<uint64_t>(tens < 0 ? -tens : tens));
    shift.negative = tens >= 0;
    const Fixed rest = plus(x, shift);
    return decimal(exp_of(rest), tens);
  }

  // A number below 100 and its decimal shift.
  static std::optional<Decimal> decimal(const Fixed& value, int tens) {
    Fixed scaled = value;
    scaled.negative = false;
    if (scaled.is_zero()) return Decimal();
    if (scaled.whole() >= 10) {
      scaled = over(scaled, 10);
      ++tens;
    }
    // Zeros in front would be digits lost behind.
    while (scaled.whole() == 0) {
      scaled = times(scaled, 10);
      --tens;
    }
    const Scaled digits = digits_of(scaled);
    const Int128 coefficient = static_cast<Int128>(digits.magnitude);
    return Decimal::make(value.negative ? -coefficient : coefficient, digits.exponent + tens);
  }

  // The root of a number below 10^4 by Newton's steps on its inverse: y (3 - x y^2) / 2.
  static Fixed sqrt_of(const Fixed& x) {
    Fixed y = from_double(1.0 / std::sqrt(approximate(x)));
    for (int step = 0; step < 6; ++step) {
      const Fixed error = plus(fixed(3), negated(times(x, times(y, y))));
      y = over(times(y, error), 2);
    }
    return times(x, y);
  }
};

std::optional<Decimal> Decimal::sqrt() const {
  if (is_negative()) return std::nullopt;
  if (is_zero()) return *this;
  // Digits from 1 to 100, and an even power of ten, whose root is one.
  const Uint128 digits = DecimalMath::magnitude(*this);
  const int order = DecimalMath::order(*this);
  const bool odd = order % 2 != 0;
  Fixed mantissa = fixed_of(digits, digit_count(digits) - 1);
  if (odd) mantissa = times(mantissa, 10);
  const int half = (odd ? order - 1 : order) / 2;
  return DecimalMath::decimal(DecimalMath::sqrt_of(mantissa), half);
}

std::optional<Decimal> Decimal::exp() const {
  if (is_zero()) return Decimal(1);
  constexpr int kMostOrder = 5;
  if (DecimalMath::order(*this) >= kMostOrder) {
    return is_negative() ? std::optional(Decimal()) : std::nullopt;
  }
  return DecimalMath::exp(DecimalMath::to_fixed(*this));
}

std::optional<Decimal> Decimal::log() const {
  if (is_negative() || is_zero()) return std::nullopt;
  const Fixed value = DecimalMath::log(*this);
  if (*this == Decimal(1)) return Decimal();
  // Thousands become a number below ten, and the place is put back.
  Fixed scaled = value;
  int tens = 0;
  for (; scaled.whole() >= 10; ++tens) scaled = over(scaled, 10);
  return DecimalMath::decimal(scaled, tens);
}

std::optional<Decimal> Decimal::power(const Decimal& exponent) const {
  if (const auto whole = exponent.to_int64()) return power(*whole);
  if (is_negative()) return std::nullopt;
  if (is_zero()) return exponent.is_negative() ? std::nullopt : std::optional(Decimal());
  if (*this == Decimal(1)) return *this;
  const Fixed logarithm = DecimalMath::log(*this);
  const double size = std::abs(exponent.to_double() * approximate(logarithm));
  constexpr double kBeyond = 20'000;  // the range of numbers ends before
  if (size > kBeyond) {
    const bool grows = exponent.is_negative() == logarithm.negative;
    return grows ? std::nullopt : std::optional(Decimal());
  }
  // Words hold no larger exponent; with one the base is a hair beside 1.
  constexpr int kMostOrder = 18;
  if (DecimalMath::order(exponent) >= kMostOrder) return std::nullopt;
  return DecimalMath::exp(times(DecimalMath::to_fixed(exponent), logarithm));
}

}  // namespace dandang
