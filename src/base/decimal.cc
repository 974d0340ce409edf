#include "base/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace dandang {
namespace {

__extension__ typedef unsigned __int128 Uint128;

// Digits a Uint128 holds whatever they are.
constexpr int kUint128Digits = 38;

constexpr std::array<Uint128, kUint128Digits + 1> kPowers = [] {
  std::array<Uint128, kUint128Digits + 1> powers{};
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

constexpr Uint128 power_of_ten(int exponent) {
  return kPowers[static_cast<size_t>(exponent)];
}

constexpr Uint128 magnitude_of(Int128 value) {
  const Uint128 bits = static_cast<Uint128>(value);
  return value < 0 ? ~bits + 1 : bits;
}

constexpr Int128 with_sign(Uint128 magnitude, bool negative) {
  const Int128 value = static_cast<Int128>(magnitude);
  return negative ? -value : value;
}

constexpr bool fits_int64(Int128 value) {
  return value == static_cast<int64_t>(value);
}

int bit_length(Uint128 value) {
  const uint64_t high = static_cast<uint64_t>(value >> 64);
  if (high != 0) return 128 - __builtin_clzll(high);
  const uint64_t low = static_cast<uint64_t>(value);
  return low == 0 ? 0 : 64 - __builtin_clzll(low);
}

// Decimal digits; zero has none.
int digit_count(Uint128 value) {
  const int low = (bit_length(value) * 1233) >> 12;  // 1233/4096 is just below log10(2)
  return value >= power_of_ten(low) ? low + 1 : low;
}

// 256 bits, least significant word first: a product of two coefficients, or one shifted far enough
// that another adds to it exactly.
struct Uint256 {
  static constexpr int kDigits = 77;  // that it holds whatever they are

  std::array<uint64_t, 4> words{};

  static Uint256 of(Uint128 value) {
    return {{static_cast<uint64_t>(value), static_cast<uint64_t>(value >> 64), 0, 0}};
  }
};

constexpr int kChunkDigits = 19;  // of the largest power of ten in 64 bits

constexpr uint64_t small_power_of_ten(int exponent) {
  return static_cast<uint64_t>(power_of_ten(exponent));
}

void multiply_by(Uint256& value, uint64_t factor) {
  uint64_t carry = 0;
  for (uint64_t& word : value.words) {
    const Uint128 product = static_cast<Uint128>(word) * factor + carry;
    word = static_cast<uint64_t>(product);
    carry = static_cast<uint64_t>(product >> 64);
  }
}

uint64_t divide_by(Uint256& value, uint64_t divisor) {
  uint64_t remainder = 0;
  for (size_t i = value.words.size(); i-- > 0;) {
    const Uint128 part = (static_cast<Uint128>(remainder) << 64) | value.words[i];
    value.words[i] = static_cast<uint64_t>(part / divisor);
    remainder = static_cast<uint64_t>(part % divisor);
  }
  return remainder;
}

void shift_left_digits(Uint256& value, int digits) {
  for (; digits > kChunkDigits; digits -= kChunkDigits) {
    multiply_by(value, small_power_of_ten(kChunkDigits));
  }
  multiply_by(value, small_power_of_ten(digits));
}

Uint256 product_of(Uint128 a, Uint128 b) {
  const uint64_t b_high = static_cast<uint64_t>(b >> 64);
  Uint256 low = Uint256::of(a);
  multiply_by(low, static_cast<uint64_t>(b));
  if (b_high == 0) return low;
  Uint256 high = Uint256::of(a);
  multiply_by(high, b_high);
  uint64_t carry = 0;
  for (size_t i = 1; i < low.words.size(); ++i) {
    const Uint128 sum = static_cast<Uint128>(low.words[i]) + high.words[i - 1] + carry;
    low.words[i] = static_cast<uint64_t>(sum);
    carry = static_cast<uint64_t>(sum >> 64);
  }
  return low;
}

void add_to(Uint256& value, const Uint256& other) {
  uint64_t carry = 0;
  for (size_t i = 0; i < value.words.size(); ++i) {
    const Uint128 sum = static_cast<Uint128>(value.words[i]) + other.words[i] + carry;
    value.words[i] = static_cast<uint64_t>(sum);
    carry = static_cast<uint64_t>(sum >> 64);
  }
}

bool is_less(const Uint256& a, const Uint256& b) {
  return std::lexicographical_compare(a.words.rbegin(), a.words.rend(), b.words.rbegin(),
                                      b.words.rend());
}

// `other` must not be the greater one.
void subtract_from(Uint256& value, const Uint256& other) {
  uint64_t borrow = 0;
  for (size_t i = 0; i < value.words.size(); ++i) {
    const Uint128 difference = static_cast<Uint128>(value.words[i]) - other.words[i] - borrow;
    value.words[i] = static_cast<uint64_t>(difference);
    borrow = static_cast<uint64_t>(difference >> 64) & 1;
  }
}

// Divides by 10^digits; true if anything was lost.
bool drop_digits(Uint256& value, int digits) {
  bool lost = false;
  for (; digits > 0; digits -= kChunkDigits) {
    lost |= divide_by(value, small_power_of_ten(std::min(digits, kChunkDigits))) != 0;
  }
  return lost;
}

int digit_count(const Uint256& value) {
  Uint256 rest = value;
  int dropped = 0;
  while (rest.words[2] != 0 || rest.words[3] != 0) {
    divide_by(rest, small_power_of_ten(kChunkDigits));
    dropped += kChunkDigits;
  }
  const Uint128 low = (static_cast<Uint128>(rest.words[1]) << 64) | rest.words[0];
  return low == 0 ? 0 : digit_count(low) + dropped;
}

// What is cut off: the first digit gone, and whether anything but zeros stood behind it.
struct Cut {
  int digit = 0;
  bool more = false;

  bool exact() const { return digit == 0 && !more; }
};

bool rounds_away(const Cut& cut, bool odd, bool negative, Rounding mode) {
  if (cut.exact()) return false;
  const bool above_half = cut.digit > 5 || (cut.digit == 5 && cut.more);
  const bool half = cut.digit == 5 && !cut.more;
  switch (mode) {
    case Rounding::kHalfEven:
      return above_half || (half && odd);
    case Rounding::kHalfUp:
      return above_half || half;
    case Rounding::kHalfDown:
      return above_half;
    case Rounding::kUp:
      return true;
    case Rounding::kDown:
      return false;
    case Rounding::kFloor:
      return negative;
    case Rounding::kCeiling:
      return !negative;
  }
  return false;
}

// Cuts `digits` (at least one) off the right of `value`; `more` says that the true value goes on
// behind its last digit.
Cut cut_digits(Uint128& value, int64_t digits, bool more) {
  if (digits > kUint128Digits) {
    // Less than half a unit: 2^128 has 39 digits and begins with a 3.
    const Cut cut{0, more || value != 0};
    value = 0;
    return cut;
  }
  const Uint128 unit = power_of_ten(static_cast<int>(digits) - 1);
  more |= value % unit != 0;
  value /= unit;
  const Cut cut{static_cast<int>(value % 10), more};
  value /= 10;
  return cut;
}

// A magnitude, not yet reduced, that decimal128 has room for (or that is too large for it).
struct Rounded {
  Uint128 coefficient;
  int64_t exponent;
};

// The digits that must go: those beyond 34, and those behind decimal128's last place.
int64_t surplus_digits(int digits, int64_t exponent) {
  return std::max<int64_t>(digits - Decimal::kDigits, Decimal::kMinExponent - exponent);
}

Rounded rounded(Uint128 value, int64_t exponent, bool more) {
  const int64_t surplus = surplus_digits(digit_count(value), exponent);
  if (surplus <= 0) return {value, exponent};
  const Cut cut = cut_digits(value, surplus, more);
  if (rounds_away(cut, (value & 1) != 0, false, Rounding::kHalfEven)) ++value;
  return {value, exponent + surplus};
}

Rounded rounded(Uint256 value, int64_t exponent) {
  // Down to what 128 bits hold, but never to so few that the last rounding happens here.
  const int surplus = digit_count(value) - kUint128Digits;
  bool more = false;
  if (surplus > 0) {
    more = drop_digits(value, surplus);
    exponent += surplus;
  }
  const Uint128 low = (static_cast<Uint128>(value.words[1]) << 64) | value.words[0];
  return rounded(low, exponent, more);
}

// Takes the trailing zeros away and counts them.
int strip_zeros(Uint128& value) {
  int stripped = 0;
  for (const int step : {16, 8, 4, 2, 1}) {
    // 10^n divides only what 2^n divides: nearly every number ends here, without a division.
    const uint64_t low_bits = (uint64_t{1} << step) - 1;
    while (value != 0 && (static_cast<uint64_t>(value) & low_bits) == 0) {
      const Uint128 unit = power_of_ten(step);
      if (value < unit) break;
      if (value >> 64 == 0) {
        const uint64_t small = static_cast<uint64_t>(value);
        const uint64_t small_unit = static_cast<uint64_t>(unit);
        if (small % small_unit != 0) break;
        value = small / small_unit;
      } else {
        const Uint128 quotient = value / unit;
        if (quotient * unit != value) break;
        value = quotient;
      }
      stripped += step;
    }
  }
  return stripped;
}

std::optional<Decimal> decimal_of(const Rounded& value, bool negative) {
  constexpr int64_t kFar = 1'000'000;  // far outside, and safely an int
  return Decimal::make(with_sign(value.coefficient, negative),
                       static_cast<int>(std::clamp(value.exponent, -kFar, kFar)));
}

// The magnitude's digits, right-aligned in a buffer of the caller's.
std::string_view digits_of(Uint128 magnitude, std::array<char, 40>& buffer) {
  size_t start = buffer.size();
  do {
    buffer[--start] = static_cast<char>('0' + static_cast<int>(magnitude % 10));
    magnitude /= 10;
  } while (magnitude != 0);
  return {buffer.data() + start, buffer.size() - start};
}

std::optional<Decimal> power_of(Decimal base, uint64_t exponent) {
  Decimal result(1);
  while (exponent != 0) {
    if ((exponent & 1) != 0) {
      const std::optional<Decimal> next = result.multiply(base);
      if (!next) return std::nullopt;
      result = *next;
    }
    exponent >>= 1;
    if (exponent == 0) break;  // one more square could leave the range without being needed
    const std::optional<Decimal> square = base.multiply(base);
    if (!square) return std::nullopt;
    base = *square;
  }
  return result;
}

}  // namespace

Decimal::Decimal(int64_t value) {
  Uint128 magnitude = magnitude_of(value);
  if (magnitude == 0) return;
  exponent_ = strip_zeros(magnitude);
  coefficient_ = with_sign(magnitude, value < 0);
}

std::optional<Decimal> Decimal::make(Int128 coefficient, int exponent) {
  const Rounded value = rounded(magnitude_of(coefficient), exponent, false);
  Uint128 magnitude = value.coefficient;
  Decimal result;
  if (magnitude == 0) return result;
  const int64_t last_place = value.exponent + strip_zeros(magnitude);
  // A reduced number may end left of kMaxExponent: what counts is its first digit.
  if (last_place + digit_count(magnitude) > kMaxExponent + kDigits) return std::nullopt;
  result.coefficient_ = with_sign(magnitude, coefficient < 0);
  result.exponent_ = static_cast<int32_t>(last_place);
  return result;
}

std::optional<Decimal> Decimal::parse(std::string_view text) {
  // Every number of the range written out plainly is shorter; longer is an attack or a mistake.
  constexpr size_t kMaxLength = 7000;
  if (text.size() > kMaxLength) return std::nullopt;

  size_t pos = 0;
  const auto is_digit = [&] { return pos < text.size() && text[pos] >= '0' && text[pos] <= '9'; };
  const auto is_one_of = [&](std::string_view set) {
    return pos < text.size() && set.find(text[pos]) != std::string_view::npos;
  };

  Uint128 coefficient = 0;
  int kept = 0;
  int64_t exponent = 0;
  bool more = false;
  // Digits beyond what 128 bits hold only matter by whether any of them is not zero.
  const auto read_digits = [&](bool behind_point) {
    const size_t start = pos;
    for (; is_digit(); ++pos) {
      const unsigned digit = static_cast<unsigned>(text[pos] - '0');
      if (kept < kUint128Digits) {
        coefficient = coefficient * 10 + digit;
        if (coefficient != 0) ++kept;
        if (behind_point) --exponent;
      } else {
        more |= digit != 0;
        if (!behind_point) ++exponent;
      }
    }
    return pos > start;
  };

  const bool negative = is_one_of("-");
  if (is_one_of("+-")) ++pos;
  const bool whole = read_digits(false);
  if (is_one_of(".")) {
    ++pos;
    if (!read_digits(true)) return std::nullopt;
  } else if (!whole) {
    return std::nullopt;
  }
  if (is_one_of("Ee")) {
    ++pos;
    const bool negative_exponent = is_one_of("-");
    if (is_one_of("+-")) ++pos;
    if (!is_digit()) return std::nullopt;
    constexpr int64_t kFar = 100'000;  // beyond it no coefficient of this length comes back
    int64_t written = 0;
    for (; is_digit(); ++pos) written = std::min(written * 10 + (text[pos] - '0'), kFar);
    exponent += negative_exponent ? -written : written;
  }
  if (pos != text.size()) return std::nullopt;
  return decimal_of(rounded(coefficient, exponent, more), negative);
}

std::optional<Decimal> Decimal::from_double(double value) {
  if (!std::isfinite(value)) return std::nullopt;
  constexpr int kBehindPoint = 14;  // 15 significant digits, as "%.15g" has
  std::array<char, 64> buffer;
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                          std::chars_format::scientific, kBehindPoint);
  if (error != std::errc()) return std::nullopt;
  return parse(std::string_view(buffer.data(), static_cast<size_t>(end - buffer.data())));
}

std::optional<Decimal> Decimal::add(const Decimal& other) const {
  if (other.is_zero()) return *this;
  if (is_zero()) return other;
  const bool ahead = exponent_ >= other.exponent_;
  const Decimal& a = ahead ? *this : other;
  const Decimal& b = ahead ? other : *this;
  const int shift = a.exponent_ - b.exponent_;

  constexpr int kFastShift = 18;  // 10^18 times an int64_t, plus another, is below 2^127
  if (shift <= kFastShift && fits_int64(a.coefficient_) && fits_int64(b.coefficient_)) {
    const Int128 shifted = a.coefficient_ * static_cast<Int128>(power_of_ten(shift));
    return make(shifted + b.coefficient_, b.exponent_);
  }

  const Uint128 a_magnitude = magnitude_of(a.coefficient_);
  constexpr int kExactDigits = Uint256::kDigits - 2;  // leaves room for a carry
  // Beyond that b is less than a millionth of a unit in the 34th digit of a, too little to move it.
  if (digit_count(a_magnitude) + shift > kExactDigits) return a;
  Uint256 sum = Uint256::of(a_magnitude);
  shift_left_digits(sum, shift);
  Uint256 addend = Uint256::of(magnitude_of(b.coefficient_));
  bool negative = a.is_negative();
  if (negative == b.is_negative()) {
    add_to(sum, addend);
  } else if (is_less(sum, addend)) {
    std::swap(sum, addend);
    subtract_from(sum, addend);
    negative = !negative;
  } else {
    subtract_from(sum, addend);
  }
  return decimal_of(rounded(sum, b.exponent_), negative);
}

std::optional<Decimal> Decimal::subtract(const Decimal& other) const {
  return add(other.negate());
}

std::optional<Decimal> Decimal::multiply(const Decimal& other) const {
  const int exponent = exponent_ + other.exponent_;
  if (fits_int64(coefficient_) && fits_int64(other.coefficient_)) {
    return make(coefficient_ * other.coefficient_, exponent);
  }
  const Uint256 product = product_of(magnitude_of(coefficient_), magnitude_of(other.coefficient_));
  return decimal_of(rounded(product, exponent), is_negative() != other.is_negative());
}

std::optional<Decimal> Decimal::divide(const Decimal& other) const {
  if (other.is_zero()) return std::nullopt;
  const Uint128 divisor = magnitude_of(other.coefficient_);
  const int chunk = kUint128Digits - digit_count(divisor);
  Uint128 remainder = magnitude_of(coefficient_);
  Uint128 quotient = remainder / divisor;
  remainder %= divisor;
  int64_t exponent = int64_t{exponent_} - other.exponent_;
  // Long division, as many digits at a time as a remainder has room for, until there is one digit
  // more than kept: it and whether a remainder is left decide the rounding.
  int digits = digit_count(quotient);
  while (remainder != 0 && digits <= kDigits) {
    const int step = std::min(chunk, kUint128Digits - digits);
    const Uint128 unit = power_of_ten(step);
    remainder *= unit;
    quotient = quotient * unit + remainder / divisor;
    remainder %= divisor;
    exponent -= step;
    digits = digit_count(quotient);
  }
  return decimal_of(rounded(quotient, exponent, remainder != 0),
                    is_negative() != other.is_negative());
}

std::optional<Decimal> Decimal::modulo(const Decimal& other) const {
  if (other.is_zero()) return std::nullopt;
  // The remainder of the magnitudes first: exact, because it is less than the divisor. Dividing
  // and multiplying back would lose it where the quotient has more than 34 digits.
  Uint128 divisor = magnitude_of(other.coefficient_);
  Uint128 remainder = magnitude_of(coefficient_);
  int exponent = other.exponent_;
  if (exponent_ >= other.exponent_) {
    const int chunk = kUint128Digits - digit_count(divisor);
    remainder %= divisor;
    for (int shift = exponent_ - other.exponent_; shift > 0 && remainder != 0; shift -= chunk) {
      remainder = remainder * power_of_ten(std::min(shift, chunk)) % divisor;
    }
  } else {
    const int shift = other.exponent_ - exponent_;
    exponent = exponent_;
    // Otherwise the divisor is the greater one, and the dividend is the remainder.
    if (shift + digit_count(divisor) <= kUint128Digits) {
      divisor *= power_of_ten(shift);
      remainder %= divisor;
    }
  }
  const std::optional<Decimal> result = make(with_sign(remainder, is_negative()), exponent);
  if (!result || result->is_zero() || is_negative() == other.is_negative()) return result;
  return result->add(other);
}

std::optional<Decimal> Decimal::power(int64_t exponent) const {
  const uint64_t bits = static_cast<uint64_t>(exponent);
  if (exponent >= 0) return power_of(*this, bits);
  if (is_zero()) return std::nullopt;
  const uint64_t times = ~bits + 1;
  if (const std::optional<Decimal> whole = power_of(*this, times)) return Decimal(1).divide(*whole);
  // x^n is too large, and still 1/x^n is in range, or as good as zero.
  const std::optional<Decimal> inverse = Decimal(1).divide(*this);
  return inverse ? power_of(*inverse, times) : std::nullopt;
}

Decimal Decimal::negate() const {
  Decimal result = *this;
  result.coefficient_ = -coefficient_;
  return result;
}

Decimal Decimal::abs() const {
  return is_negative() ? negate() : *this;
}

std::optional<Decimal> Decimal::round(int scale, Rounding mode) const {
  const int64_t last_place = -int64_t{scale};
  if (is_zero() || exponent_ >= last_place) return *this;
  Uint128 value = magnitude_of(coefficient_);
  const Cut cut = cut_digits(value, last_place - exponent_, false);
  if (rounds_away(cut, (value & 1) != 0, is_negative(), mode)) ++value;
  return decimal_of({value, last_place}, is_negative());
}

bool Decimal::is_integer() const {
  return exponent_ >= 0;
}

std::optional<int64_t> Decimal::to_int64() const {
  return to_scaled(0);
}

std::optional<int64_t> Decimal::to_scaled(int scale) const {
  if (coefficient_ == 0) return 0;
  constexpr int kMaxZeros = 18;  // behind the first digit of an int64_t
  const int zeros = exponent_ + scale;
  if (zeros < 0 || zeros > kMaxZeros || !fits_int64(coefficient_)) return std::nullopt;
  const Int128 value = coefficient_ * static_cast<Int128>(power_of_ten(zeros));
  if (!fits_int64(value)) return std::nullopt;
  return static_cast<int64_t>(value);
}

double Decimal::to_double() const {
  std::array<char, 40> buffer;
  std::string text(is_negative() ? "-" : "");
  const std::string_view digits = digits_of(magnitude_of(coefficient_), buffer);
  text.append(digits).append("e").append(std::to_string(exponent_));
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc()) return value;
  // Out of a double's range, on the side the exponent tells.
  const bool tiny = exponent_ + static_cast<int>(digits.size()) < 0;
  const double limit = tiny ? 0.0 : std::numeric_limits<double>::infinity();
  return is_negative() ? -limit : limit;
}

std::string Decimal::to_string() const {
  std::array<char, 40> buffer;
  const std::string_view digits = digits_of(magnitude_of(coefficient_), buffer);
  std::string out(is_negative() ? "-" : "");
  if (exponent_ >= 0) return out.append(digits).append(static_cast<size_t>(exponent_), '0');
  const size_t behind_point = static_cast<size_t>(-exponent_);
  if (digits.size() > behind_point) {
    const size_t before_point = digits.size() - behind_point;
    out.append(digits.substr(0, before_point)).append(".").append(digits.substr(before_point));
  } else {
    out.append("0.").append(behind_point - digits.size(), '0').append(digits);
  }
  return out;
}

size_t Decimal::hash() const {
  // Equal numbers have equal fields, because they are reduced.
  constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15;
  const Uint128 bits = static_cast<Uint128>(coefficient_);
  uint64_t state = static_cast<uint64_t>(exponent_);
  for (const uint64_t word : {static_cast<uint64_t>(bits), static_cast<uint64_t>(bits >> 64)}) {
    state = (state ^ word) * kMultiplier;
    state ^= state >> 32;
  }
  return state;
}

std::strong_ordering Decimal::operator<=>(const Decimal& other) const {
  if (exponent_ == other.exponent_ || is_zero() || other.is_zero() ||
      is_negative() != other.is_negative()) {
    // A zero counts as less than any positive coefficient, whatever the exponents.
    return coefficient_ < other.coefficient_   ? std::strong_ordering::less
           : coefficient_ > other.coefficient_ ? std::strong_ordering::greater
                                               : std::strong_ordering::equal;
  }
  const std::strong_ordering further =
      is_negative() ? std::strong_ordering::less : std::strong_ordering::greater;
  const std::strong_ordering nearer =
      is_negative() ? std::strong_ordering::greater : std::strong_ordering::less;
  Uint128 left = magnitude_of(coefficient_);
  Uint128 right = magnitude_of(other.coefficient_);
  const int left_first = exponent_ + digit_count(left);
  const int right_first = other.exponent_ + digit_count(right);
  if (left_first != right_first) return left_first > right_first ? further : nearer;
  // The first digits stand in one place, so lining up the last ones stays within 34 digits.
  const int shift = exponent_ - other.exponent_;
  if (shift > 0) {
    left *= power_of_ten(shift);
  } else {
    right *= power_of_ten(-shift);
  }
  return left > right ? further : left < right ? nearer : std::strong_ordering::equal;
}

}  // namespace dandang
