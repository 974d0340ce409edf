#include "base/decimal.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <limits>
#include <random>
#include <vector>

namespace dandang {
namespace {

constexpr std::string_view kNone = "null";

std::string show(const std::optional<Decimal>& value) {
  return value ? value->to_string() : std::string(kNone);
}

Decimal dec(std::string_view text) {
  const std::optional<Decimal> parsed = Decimal::parse(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(Decimal());
}

// The same words for the same number, and short enough to put in a table: what is written with an
// exponent is compared as a number.
std::string plain(std::string_view text) {
  return text == kNone ? std::string(kNone) : dec(text).to_string();
}

struct ParseCase {
  std::string text;
  std::string expected;
};

TEST(DecimalParse, ReadsNumbersAndPrintsThemPlainly) {
  const std::vector<ParseCase> cases = {
      {"0", "0"},
      {"-0", "0"},
      {"+0.000", "0"},
      {"0e9999", "0"},
      {"0e-9999", "0"},
      {"1", "1"},
      {"+1", "1"},
      {"-1", "-1"},
      {"1.20", "1.2"},
      {"27000", "27000"},
      {"0.05", "0.05"},
      {".5", "0.5"},
      {"-.5", "-0.5"},
      {"007", "7"},
      {"00.10", "0.1"},
      {"1e3", "1000"},
      {"1E+3", "1000"},
      {"1.5e-3", "0.0015"},
      {"12.34e1", "123.4"},
      {"123456789012345678901234567890.1234", "123456789012345678901234567890.1234"},
      // 35 digits and more: half-even, decided by everything behind the 34th
      {"1000000000000000000000000000000000.5", "1000000000000000000000000000000000"},
      {"1000000000000000000000000000000001.5", "1000000000000000000000000000000002"},
      {"1000000000000000000000000000000000.50000000000000000001",
       "1000000000000000000000000000000001"},
      {"1000000000000000000000000000000000.49999999999999999999",
       "1000000000000000000000000000000000"},
      {"99999999999999999999999999999999995", "100000000000000000000000000000000000"},
      {"99999999999999999999999999999999994", "99999999999999999999999999999999990"},
      {"0.00000000000000000000000000000000000000000000000001",
       "0.00000000000000000000000000000000000000000000000001"},
  };
  for (const ParseCase& c : cases) EXPECT_EQ(show(Decimal::parse(c.text)), c.expected) << c.text;
}

TEST(DecimalParse, RefusesEverythingElse) {
  for (const std::string_view text :
       {"",      ".",   "+",   "-",     "e",     "1e",    "1e+", "1.",  "1.e3", ".e3",
        "e3",    " 1",  "1 ",  "1,000", "1_000", "1.2.3", "--1", "+-1", "0x10", "1e1.5",
        "1e++1", "inf", "nan", "NaN",   "-",     "１",    "1元", "1f",  "1e1e1"}) {
    EXPECT_FALSE(Decimal::parse(text).has_value()) << text;
  }
  EXPECT_FALSE(Decimal::parse(std::string_view("1\0", 2)).has_value());
}

TEST(DecimalParse, RefusesTextsLongerThanAnyNumber) {
  EXPECT_EQ(show(Decimal::parse(std::string(6999, '0') + "1")), "1");
  EXPECT_FALSE(Decimal::parse(std::string(7000, '0') + "1"));
  EXPECT_EQ(show(Decimal::parse(std::string("0.") + std::string(6000, '0') + "1e6001")), "1");
  EXPECT_EQ(show(Decimal::parse(std::string("1") + std::string(6990, '0') + "e-6990")), "1");
  EXPECT_EQ(show(Decimal::parse("1e99999999999999999999999999")), kNone);
  EXPECT_EQ(show(Decimal::parse("1e-99999999999999999999999999")), "0");
}

const std::string kNines(34, '9');

TEST(DecimalRange, EndsWhereDecimal128Ends) {
  const std::string greatest = kNines + "e6111";
  EXPECT_EQ(show(Decimal::parse(greatest)), kNines + std::string(6111, '0'));
  EXPECT_EQ(show(Decimal::parse("1e6144")), std::string("1") + std::string(6144, '0'));
  EXPECT_FALSE(Decimal::parse("1e6145"));
  EXPECT_FALSE(Decimal::parse("10e6144"));
  EXPECT_FALSE(Decimal::parse(kNines + "5e6110"));  // rounds up and out
  EXPECT_EQ(Decimal::parse(kNines + "4e6110"), dec(greatest));
  EXPECT_EQ(show(Decimal::parse("1e-6176")), std::string("0.") + std::string(6175, '0') + "1");
  // What is too small is rounded to the last place, as decimal128 does, down to nothing.
  EXPECT_EQ(Decimal::parse("5e-6177"), Decimal(0));
  EXPECT_EQ(Decimal::parse("51e-6178"), dec("1e-6176"));
  EXPECT_EQ(Decimal::parse("15e-6177"), dec("2e-6176"));
  EXPECT_EQ(Decimal::parse("25e-6177"), dec("2e-6176"));
  EXPECT_EQ(Decimal::parse("1e-7000"), Decimal(0));
  EXPECT_EQ(Decimal::parse(kNines + "e-6177"), dec("1e-6143"));

  constexpr int kIntMax = std::numeric_limits<int>::max();
  constexpr int kIntMin = std::numeric_limits<int>::min();
  EXPECT_FALSE(Decimal::make(1, kIntMax));
  EXPECT_EQ(Decimal::make(1, kIntMin), Decimal(0));
  EXPECT_EQ(Decimal::make(0, kIntMax), Decimal(0));
}

TEST(DecimalMake, RoundsWhatDoesNotFit) {
  const Int128 half = static_cast<Int128>(1) << 126;
  const Int128 most = (half - 1) + half;
  const Int128 least = -most - 1;
  EXPECT_EQ(show(Decimal::make(most, 0)), "170141183460469231731687303715884100000");
  EXPECT_EQ(show(Decimal::make(least, 0)), "-170141183460469231731687303715884100000");
  EXPECT_EQ(show(Decimal::make(120, -2)), "1.2");
  EXPECT_EQ(show(Decimal::make(12, 2)), "1200");
}

TEST(DecimalInt64, GoesThereAndBack) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  for (const int64_t value : std::vector<int64_t>{0, 1, -1, 10, -100, 27000, kMax, kMin, kMax - 7,
                                                  1'000'000'000'000'000'000}) {
    EXPECT_EQ(Decimal(value).to_int64(), value);
    EXPECT_EQ(Decimal(value).to_string(), std::to_string(value));
    EXPECT_TRUE(Decimal(value).is_integer());
  }
  for (const std::string_view text :
       {"0.5", "9223372036854775808", "-9223372036854775809", "1e19", "1e6144", "1e-6176"}) {
    EXPECT_FALSE(dec(text).to_int64().has_value()) << text;
  }
  EXPECT_FALSE(dec("1.5").is_integer());
  EXPECT_TRUE(dec("1.50e1").is_integer());
}

struct DoubleCase {
  double value;
  std::string expected;
};

TEST(DecimalScaled, GivesTheDigitsExactlyOrNothing) {
  struct Case {
    const char* number;
    int scale;
    std::optional<int64_t> digits;
  };
  const Case cases[] = {
      {"12.5", 2, 1250},
      {"12.5", 1, 125},
      {"12.5", 0, std::nullopt},
      {"-0.01", 2, -1},
      {"0", 6, 0},
      {"0.000", 0, 0},
      {"1200", 0, 1200},
      {"1200", -2, 12},
      {"1200", -3, std::nullopt},
      {"9223372036854775807", 0, 9223372036854775807},
      {"922337203685477580.8", 1, std::nullopt},
      {"-922337203685477580.8", 1, std::numeric_limits<int64_t>::min()},
      {"1e18", 1, std::nullopt},
      {"1e6000", 0, std::nullopt},
      {"1e-6000", 20, std::nullopt},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(dec(c.number).to_scaled(c.scale), c.digits) << c.number << " at " << c.scale;
  }
}

TEST(DecimalDouble, MeansWhatASpreadsheetShows) {
  const std::vector<DoubleCase> cases = {
      {0.0, "0"},
      {-0.0, "0"},
      {0.1, "0.1"},
      {0.1 + 0.2, "0.3"},
      {1.005, "1.005"},
      {-1234.56, "-1234.56"},
      {860.0, "860"},
      {1.0 / 3.0, "0.333333333333333"},
      {123456789012345678.0, "123456789012346000"},
      {1e21, "1000000000000000000000"},
      {999999999999999.9, "1000000000000000"},
      {std::numeric_limits<double>::infinity(), "null"},
      {-std::numeric_limits<double>::infinity(), "null"},
      {std::numeric_limits<double>::quiet_NaN(), "null"},
  };
  for (const DoubleCase& c : cases) EXPECT_EQ(show(Decimal::from_double(c.value)), c.expected);
  EXPECT_EQ(Decimal::from_double(std::numeric_limits<double>::max()), dec("1.79769313486232e308"));
  EXPECT_EQ(Decimal::from_double(std::numeric_limits<double>::denorm_min()),
            dec("4.94065645841247e-324"));
}

TEST(DecimalDouble, IsTheNearestOne) {
  const std::vector<std::pair<std::string, double>> cases = {
      {"0", 0.0},
      {"0.1", 0.1},
      {"-2.5", -2.5},
      {"1e308", 1e308},
      {"4.9e-324", 4.9e-324},
      {"0.1234567890123456789012345678901234", 0.1234567890123456789012345678901234},
      {"1e400", std::numeric_limits<double>::infinity()},
      {"-1e6144", -std::numeric_limits<double>::infinity()},
      {"1e-400", 0.0},
      {"1e-6176", 0.0},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(dec(text).to_double(), expected) << text;
}

struct BinaryCase {
  std::string a, b, expected;
};

TEST(DecimalAdd, RoundsTheExactSumOnce) {
  const std::string tie = "1000000000000000000000000000000000";  // 34 digits
  const std::vector<BinaryCase> cases = {
      {"0", "0", "0"},
      {"1", "2", "3"},
      {"1", "-1", "0"},
      {"0.1", "0.2", "0.3"},
      {"1e20", "-1", "99999999999999999999"},
      {"9223372036854775807", "9223372036854775807", "18446744073709551614"},
      {kNines, "1", "1e34"},
      {kNines, "0.4", kNines},
      {kNines, "0.5", "1e34"},
      {tie, "0.5", tie},
      {tie, "0.5000000000000000000000000000000001", "1000000000000000000000000000000001"},
      {tie, "1e-6000", tie},
      {"1e6000", "1e-6000", "1e6000"},
      {"1e6000", "-1e-6000", "1e6000"},
      // a tie that only a far smaller number breaks
      {"1e40", "1", "1e40"},
      {"1e34", "-1e-6000", "1e34"},
      {"1e33", "-0.5", "999999999999999999999999999999999.5"},
      {"1e33", "-0.05", "1e33"},  // 33 nines, .95: the even neighbour
      {"1e33", "-0.06", "999999999999999999999999999999999.9"},
      {"1e33", "-0.04", "1e33"},
      {kNines + "e6111", "1e6111", "null"},
      {kNines + "e6111", "1e6110", kNines + "e6111"},
      {kNines + "e6111", "5e6110", "null"},
      {"1e-6176", "-1e-6176", "0"},
      {"1e-6176", "1e-6176", "2e-6176"},
  };
  for (const BinaryCase& c : cases) {
    EXPECT_EQ(show(dec(c.a).add(dec(c.b))), plain(c.expected)) << c.a << " + " << c.b;
    EXPECT_EQ(show(dec(c.b).add(dec(c.a))), plain(c.expected)) << c.b << " + " << c.a;
    EXPECT_EQ(show(dec(c.a).subtract(dec(c.b).negate())), plain(c.expected));
  }
}

TEST(DecimalMultiply, RoundsTheExactProductOnce) {
  const std::vector<BinaryCase> cases = {
      {"0", "5", "0"},
      {"0", "1e6144", "0"},
      {"3", "-4", "-12"},
      {"0.7", "860", "602"},
      {"1.1", "1.1", "1.21"},
      {"9223372036854775807", "9223372036854775807",
       "85070591730234615847396907784232500000"},  // 38 digits: ...32501249
      {kNines, kNines, "99999999999999999999999999999999980000000000000000000000000000000000"},
      {kNines, "1e6111", kNines + "e6111"},
      {"1e3072", "1e3072", "1e6144"},
      {"1e3073", "1e3072", "null"},
      {"1e-3088", "1e-3088", "1e-6176"},
      {"1e-3088", "5e-3089", "0"},
      {"1e-3088", "6e-3089", "1e-6176"},
      {"1e-6176", "1e-6176", "0"},
      {"33333333333333333333", "3", "99999999999999999999"},
  };
  for (const BinaryCase& c : cases) {
    EXPECT_EQ(show(dec(c.a).multiply(dec(c.b))), plain(c.expected)) << c.a << " * " << c.b;
    EXPECT_EQ(show(dec(c.b).multiply(dec(c.a))), plain(c.expected)) << c.b << " * " << c.a;
  }
}

TEST(DecimalDivide, GivesThirtyFourDigits) {
  const std::vector<BinaryCase> cases = {
      {"1", "0", "null"},
      {"0", "0", "null"},
      {"0", "7", "0"},
      {"6", "3", "2"},
      {"1", "8", "0.125"},
      {"1", "3", "0.3333333333333333333333333333333333"},
      {"2", "3", "0.6666666666666666666666666666666667"},
      {"-1", "7", "-0.1428571428571428571428571428571429"},
      {"1", kNines, "1.000000000000000000000000000000000e-34"},
      {kNines, "3", "3333333333333333333333333333333333"},
      {kNines, "2", "5e33"},  // ...9.5 in 35 digits rounds to the even neighbour
      {"1e6144", "1e-1", "null"},
      {"1e-6176", "2", "0"},
      {"3e-6176", "2", "2e-6176"},
      {"1", "1e6144", "1e-6144"},
      {"10000000000000000000000000000000015", "2", "5000000000000000000000000000000010"},
      {"2380", "12", "198.3333333333333333333333333333333"},
  };
  for (const BinaryCase& c : cases) {
    EXPECT_EQ(show(dec(c.a).divide(dec(c.b))), plain(c.expected)) << c.a << " / " << c.b;
  }
}

TEST(DecimalModulo, HasTheDivisorsSign) {
  const std::vector<BinaryCase> cases = {
      {"12", "5", "2"},
      {"-12", "5", "3"},
      {"12", "-5", "-3"},
      {"-12", "-5", "-2"},
      {"10.1", "4.5", "1.1"},
      {"-10.1", "4.5", "3.4"},
      {"10.1", "-4.5", "-3.4"},
      {"-10.1", "-4.5", "-1.1"},
      {"5", "0", "null"},
      {"0", "5", "0"},
      {"10", "5", "0"},
      {"-10", "5", "0"},
      {"0.3", "0.1", "0"},
      {"3", "7e30", "3"},
      {"-3", "7e30", "6999999999999999999999999999997"},
      {"1e6144", "7", "1"},  // 6144 is a multiple of 6, the order of 10 modulo 7
      {"1e6143", "7", "5"},
      {"-1e6144", "7", "6"},
      {"1e-6176", "1e6144", "1e-6176"},
      {"-1e-6176", "1", "1"},  // as near as 34 digits come
      {kNines, "1e-6176", "0"},
      {"1e100", kNines, "1e32"},  // 10^34 is 1 more than the divisor: 10^100 leaves 10^(100 mod 34)
  };
  for (const BinaryCase& c : cases) {
    EXPECT_EQ(show(dec(c.a).modulo(dec(c.b))), plain(c.expected)) << c.a << " mod " << c.b;
  }
}

struct PowerCase {
  std::string base;
  int64_t exponent;
  std::string expected;
};

TEST(DecimalPower, TakesIntegerExponents) {
  const std::vector<PowerCase> cases = {
      {"2", 0, "1"},
      {"0", 0, "1"},
      {"0", 3, "0"},
      {"0", -1, "null"},
      {"2", 10, "1024"},
      {"-2", 3, "-8"},
      {"-2", 2, "4"},
      {"2", -2, "0.25"},
      {"-2", -3, "-0.125"},
      {"1.1", 2, "1.21"},
      {"10", 6144, "1e6144"},
      {"10", 6145, "null"},
      {"10", -6176, "1e-6176"},  // though 10^6176 has no value
      {"10", -6177, "0"},
      {"0.1", 6176, "1e-6176"},
      {"0.1", -6144, "1e6144"},
      {"0.1", -6145, "null"},
      {"1", std::numeric_limits<int64_t>::max(), "1"},
      {"1", std::numeric_limits<int64_t>::min(), "1"},
      {"-1", std::numeric_limits<int64_t>::max(), "-1"},
      {"-1", std::numeric_limits<int64_t>::min(), "1"},
      {"2", std::numeric_limits<int64_t>::max(), "null"},
      {"2", std::numeric_limits<int64_t>::min(), "0"},
      {"3", -1, "0.3333333333333333333333333333333333"},
  };
  for (const PowerCase& c : cases) {
    EXPECT_EQ(show(dec(c.base).power(c.exponent)), plain(c.expected))
        << c.base << " ^ " << c.exponent;
  }
}

struct RoundCase {
  std::string value;
  int scale;
  // In the order of Rounding: half-even, half-up, half-down, up, down, floor, ceiling.
  std::array<std::string, 7> expected;
};

TEST(DecimalRound, KnowsSevenModes) {
  const std::vector<RoundCase> cases = {
      {"5.5", 0, {"6", "6", "5", "6", "5", "5", "6"}},
      {"2.5", 0, {"2", "3", "2", "3", "2", "2", "3"}},
      {"1.6", 0, {"2", "2", "2", "2", "1", "1", "2"}},
      {"1.1", 0, {"1", "1", "1", "2", "1", "1", "2"}},
      {"1.0", 0, {"1", "1", "1", "1", "1", "1", "1"}},
      {"-1.1", 0, {"-1", "-1", "-1", "-2", "-1", "-2", "-1"}},
      {"-1.6", 0, {"-2", "-2", "-2", "-2", "-1", "-2", "-1"}},
      {"-2.5", 0, {"-2", "-3", "-2", "-3", "-2", "-3", "-2"}},
      {"-5.5", 0, {"-6", "-6", "-5", "-6", "-5", "-6", "-5"}},
      {"2.51", 0, {"3", "3", "3", "3", "2", "2", "3"}},
      {"0.5", 0, {"0", "1", "0", "1", "0", "0", "1"}},
      {"-0.5", 0, {"0", "-1", "0", "-1", "0", "-1", "0"}},
      {"0.05", 0, {"0", "0", "0", "1", "0", "0", "1"}},
      {"1e-6176", 0, {"0", "0", "0", "1", "0", "0", "1"}},
      {"-1e-6176", 2, {"0", "0", "0", "-0.01", "0", "-0.01", "0"}},
      {"1.125", 2, {"1.12", "1.13", "1.12", "1.13", "1.12", "1.12", "1.13"}},
      {"-1.125", 2, {"-1.12", "-1.13", "-1.12", "-1.13", "-1.12", "-1.13", "-1.12"}},
      {"9.995", 2, {"10", "10", "9.99", "10", "9.99", "9.99", "10"}},
      {"1250", -2, {"1200", "1300", "1200", "1300", "1200", "1200", "1300"}},
      {"50", -2, {"0", "100", "0", "100", "0", "0", "100"}},
      {"5", -2, {"0", "0", "0", "100", "0", "0", "100"}},
      {"0", -2, {"0", "0", "0", "0", "0", "0", "0"}},
      {"0.1", 50, {"0.1", "0.1", "0.1", "0.1", "0.1", "0.1", "0.1"}},
      {"1", -6144, {"0", "0", "0", "1e6144", "0", "0", "1e6144"}},
      {"1", -6145, {"0", "0", "0", "null", "0", "0", "null"}},
      {"-1", std::numeric_limits<int>::min(), {"0", "0", "0", "null", "0", "null", "0"}},
      {"1.5", std::numeric_limits<int>::max(), {"1.5", "1.5", "1.5", "1.5", "1.5", "1.5", "1.5"}},
      {kNines + "e-1",
       0,
       {"1e33", "1e33", "1e33", "1e33", "999999999999999999999999999999999",
        "999999999999999999999999999999999", "1e33"}},
  };
  constexpr std::array kModes = {Rounding::kHalfEven, Rounding::kHalfUp, Rounding::kHalfDown,
                                 Rounding::kUp,       Rounding::kDown,   Rounding::kFloor,
                                 Rounding::kCeiling};
  for (const RoundCase& c : cases) {
    for (size_t i = 0; i < kModes.size(); ++i) {
      EXPECT_EQ(show(dec(c.value).round(c.scale, kModes[i])), plain(c.expected[i]))
          << c.value << " to " << c.scale << " mode " << i;
    }
  }
}

TEST(DecimalCompare, OrdersExactlyAtAnyDistance) {
  const std::vector<std::string> ascending = {"-9e6144",
                                              "-1e6144",
                                              "-1e34",
                                              "-" + kNines,
                                              "-1.5",
                                              "-1.499999999999999999999999999999999",
                                              "-1",
                                              "-0.1",
                                              "-1e-6176",
                                              "0",
                                              "1e-6176",
                                              "2e-6176",
                                              "0.1",
                                              "0.11",
                                              "0.2",
                                              "1",
                                              "1.000000000000000000000000000000001",
                                              "1.5",
                                              "2",
                                              "9",
                                              "10",
                                              "11",
                                              "100",
                                              "9223372036854775807",
                                              "9223372036854775808",
                                              kNines,
                                              "1e34",
                                              "1e100",
                                              "1e6144",
                                              "1.1e6144"};
  for (size_t i = 0; i < ascending.size(); ++i) {
    for (size_t j = 0; j < ascending.size(); ++j) {
      const Decimal a = dec(ascending[i]);
      const Decimal b = dec(ascending[j]);
      EXPECT_EQ(a <=> b, i <=> j) << ascending[i] << " ? " << ascending[j];
      EXPECT_EQ(a == b, i == j);
    }
  }
}

TEST(DecimalHash, IsTheSameForTheSameNumber) {
  const std::vector<std::array<std::string, 3>> same = {
      {"1.2", "1.20", "12e-1"}, {"0", "-0.00", "0e10"}, {"100", "1e2", "100.0"}};
  for (const auto& words : same) {
    for (const std::string& word : words) {
      EXPECT_EQ(dec(word), dec(words[0]));
      EXPECT_EQ(dec(word).hash(), dec(words[0]).hash());
    }
  }
  EXPECT_NE(dec("1").hash(), dec("10").hash());
  EXPECT_NE(dec("1").hash(), dec("-1").hash());
}

TEST(DecimalSign, NegatesAndTakesTheMagnitude) {
  EXPECT_EQ(dec("1.5").negate(), dec("-1.5"));
  EXPECT_EQ(dec("-1.5").abs(), dec("1.5"));
  EXPECT_EQ(Decimal().negate(), Decimal());
  EXPECT_FALSE(Decimal().negate().is_negative());
  EXPECT_TRUE(Decimal().is_zero());
  EXPECT_TRUE(dec("-1").is_negative());
}

// DANDANG_TEST_SEED repeats a run that failed.
uint64_t test_seed() {
  static const uint64_t seed = [] {
    const char* set = std::getenv("DANDANG_TEST_SEED");
    const uint64_t value = set != nullptr ? std::strtoull(set, nullptr, 10)
                                          : (static_cast<uint64_t>(std::random_device{}()) << 32) +
                                                std::random_device{}();
    std::cout << "DANDANG_TEST_SEED=" << value << std::endl;
    return value;
  }();
  return seed;
}

// Numbers as texts, and rather those at which arithmetic goes wrong: all nines, a one and zeros,
// a five in the place that decides, exponents that just meet or that lie at the ends of the range.
class Numbers {
 public:
  Numbers() : engine_(test_seed()) {}

  int between(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine_); }

  std::string next() {
    const int length = between(0, 3) == 0 ? 34 : between(1, 34);
    std::string digits(static_cast<size_t>(length), '0');
    const int shape = between(0, 5);
    for (char& digit : digits) {
      digit = static_cast<char>('0' + (shape == 0 ? 9 : shape == 1 ? 0 : between(0, 9)));
    }
    if (shape <= 2) {  // one end or one place different
      digits[static_cast<size_t>(between(0, length - 1))] = static_cast<char>('0' + between(0, 9));
      if (between(0, 1) == 0) digits.back() = '5';
      if (between(0, 1) == 0) digits.front() = static_cast<char>('1' + between(0, 8));
    }
    std::string text(between(0, 1) == 0 ? "-" : "");
    return text.append(digits).append("e").append(std::to_string(exponent()));
  }

 private:
  int exponent() {
    switch (between(0, 9)) {
      case 0:
        return between(-6176, 6111);
      case 1:
        return between(6050, 6111);
      case 2:
        return between(-6176, -6100);
      case 3:
        return between(-3120, -3060);  // products at the ends of the range
      case 4:
        return between(3020, 3080);
      case 5:
        return 0;
      case 6:
        return between(-80, 80);
      default:
        return between(-40, 10);
    }
  }

  std::mt19937_64 engine_;
};

constexpr int kRounds = 50'000;

TEST(DecimalProperties, HoldForAnyNumbers) {
  Numbers numbers;
  for (int i = 0; i < kRounds && !testing::Test::HasFailure(); ++i) {
    const std::string a_text = numbers.next();
    const std::string b_text = numbers.next();
    SCOPED_TRACE(a_text + " , " + b_text);
    const Decimal a = dec(a_text);
    const Decimal b = dec(b_text);
    const std::optional<Decimal> sum = a.add(b);

    EXPECT_EQ(Decimal::parse(a.to_string()), a);
    EXPECT_EQ(sum, b.add(a));
    EXPECT_EQ(a.multiply(b), b.multiply(a));
    EXPECT_EQ(a.add(a.negate()), Decimal(0));
    EXPECT_EQ(a.subtract(b), b.negate().add(a));
    EXPECT_EQ(a.multiply(Decimal(1)), a);
    EXPECT_EQ(a.divide(Decimal(1)), a);
    if (!a.is_zero()) {
      EXPECT_EQ(a.divide(a), Decimal(1));
    }
    EXPECT_EQ(a == b, (a <=> b) == 0);
    EXPECT_EQ(a <=> b, b.negate() <=> a.negate());
    if (a == b) {
      EXPECT_EQ(a.hash(), b.hash());
    }
    // Order and sum agree, except where rounding swallows the smaller number.
    if (sum && *sum != a) {
      EXPECT_EQ(*sum > a, !b.is_negative());
    }
    EXPECT_EQ(a.power(2), a.multiply(a));

    if (!b.is_zero()) {
      const std::optional<Decimal> rest = a.modulo(b);
      ASSERT_TRUE(rest.has_value());
      EXPECT_LE(rest->abs(), b.abs());
      if (!rest->is_zero()) {
        EXPECT_EQ(rest->is_negative(), b.is_negative());
      }
    }

    const int scale = numbers.between(-50, 50);
    const std::optional<Decimal> floor = a.round(scale, Rounding::kFloor);
    const std::optional<Decimal> ceiling = a.round(scale, Rounding::kCeiling);
    if (floor && ceiling) {
      EXPECT_LE(*floor, a);
      EXPECT_GE(*ceiling, a);
      for (const Rounding mode : {Rounding::kHalfEven, Rounding::kHalfUp, Rounding::kHalfDown,
                                  Rounding::kUp, Rounding::kDown}) {
        const std::optional<Decimal> rounded = a.round(scale, mode);
        EXPECT_TRUE(rounded == floor || rounded == ceiling);
        EXPECT_EQ(rounded->round(scale, mode), rounded);
      }
      EXPECT_EQ(a.negate().round(scale, Rounding::kFloor), ceiling->negate());
    }
  }
}

TEST(DecimalProperties, AgreeWithIntegers) {
  Numbers numbers;
  for (int i = 0; i < kRounds && !testing::Test::HasFailure(); ++i) {
    const int64_t a = numbers.between(-2'000'000'000, 2'000'000'000);
    const int64_t b = numbers.between(-2000, 2000);
    SCOPED_TRACE(std::to_string(a) + " , " + std::to_string(b));
    EXPECT_EQ(Decimal(a).add(b), Decimal(a + b));
    EXPECT_EQ(Decimal(a).subtract(b), Decimal(a - b));
    EXPECT_EQ(Decimal(a).multiply(b), Decimal(a * b));
    EXPECT_EQ(Decimal(a) <=> Decimal(b), a <=> b);
    if (b == 0) continue;
    const int64_t rest = a % b;
    EXPECT_EQ(Decimal(a).modulo(b), Decimal(rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest));
    EXPECT_EQ(Decimal(a).divide(b)->round(0, Rounding::kDown), Decimal(a / b));
  }
}

TEST(DecimalProperties, DoublesOfFifteenDigitsComeBack) {
  Numbers numbers;
  for (int i = 0; i < kRounds && !testing::Test::HasFailure(); ++i) {
    const int64_t digits =
        numbers.between(0, 999'999'999) * int64_t{1'000'000} + numbers.between(0, 999'999);
    const std::optional<Decimal> number = Decimal::make(digits, numbers.between(-300, 290));
    ASSERT_TRUE(number.has_value());
    EXPECT_EQ(Decimal::from_double(number->to_double()), number) << show(number);
  }
}

#ifdef DANDANG_HAS_INTEL_DECIMAL

// Intel's decimal library, an independent decimal128. Its header defines macros and warns; these
// are the functions used here, as the build without global state ("000") has them.
struct alignas(16) Bid128 {
  uint64_t words[2];
};
extern "C" {
Bid128 __bid128_from_string(char* text, unsigned rounding, unsigned* flags);
void __bid128_to_string(char* text, Bid128 value, unsigned* flags);
Bid128 __bid128_add(Bid128 a, Bid128 b, unsigned rounding, unsigned* flags);
Bid128 __bid128_sub(Bid128 a, Bid128 b, unsigned rounding, unsigned* flags);
Bid128 __bid128_mul(Bid128 a, Bid128 b, unsigned rounding, unsigned* flags);
Bid128 __bid128_div(Bid128 a, Bid128 b, unsigned rounding, unsigned* flags);
Bid128 __bid128_fmod(Bid128 a, Bid128 b, unsigned* flags);
Bid128 __bid128_quantize(Bid128 a, Bid128 exponent, unsigned rounding, unsigned* flags);
int __bid128_quiet_less(Bid128 a, Bid128 b, unsigned* flags);
int __bid128_quiet_equal(Bid128 a, Bid128 b, unsigned* flags);
double __bid128_to_binary64(Bid128 value, unsigned rounding, unsigned* flags);
}

enum IntelRounding : unsigned {
  kNearestEven = 0,
  kToFloor = 1,
  kToCeiling = 2,
  kToZero = 3,
  kNearestAway = 4
};

Bid128 intel_of(std::string text) {
  unsigned flags = 0;
  return __bid128_from_string(text.data(), kNearestEven, &flags);
}

// No value for infinities and NaN, as ours.
std::optional<Decimal> ours_of(Bid128 value) {
  std::array<char, 64> text{};
  unsigned flags = 0;
  __bid128_to_string(text.data(), value, &flags);
  return Decimal::parse(text.data());
}

TEST(DecimalDifferential, AgreesWithIntelsLibrary) {
  constexpr int kDifferentialRounds = 100'000;
  Numbers numbers;
  int overflows = 0;
  for (int i = 0; i < kDifferentialRounds && !testing::Test::HasFailure(); ++i) {
    std::string a_text = numbers.next();
    const std::string b_text = numbers.next();
    if (i % 4 == 0) {  // longer than fits: the parsers must round alike
      a_text.insert(a_text.find('e'), std::to_string(numbers.between(0, 1'000'000'000)));
    }
    SCOPED_TRACE(a_text + " , " + b_text);
    const Bid128 x = intel_of(a_text);
    const Bid128 y = intel_of(b_text);
    const std::optional<Decimal> parsed = Decimal::parse(a_text);
    ASSERT_EQ(show(parsed), show(ours_of(x)));
    if (!parsed) continue;
    const Decimal a = *parsed;
    const Decimal b = dec(b_text);
    unsigned flags = 0;
    const std::optional<Decimal> product = a.multiply(b);
    if (!product) ++overflows;
    EXPECT_EQ(show(a.add(b)), show(ours_of(__bid128_add(x, y, kNearestEven, &flags))));
    EXPECT_EQ(show(a.subtract(b)), show(ours_of(__bid128_sub(x, y, kNearestEven, &flags))));
    EXPECT_EQ(show(product), show(ours_of(__bid128_mul(x, y, kNearestEven, &flags))));
    EXPECT_EQ(show(a.divide(b)), show(ours_of(__bid128_div(x, y, kNearestEven, &flags))));
    EXPECT_EQ(a < b, __bid128_quiet_less(x, y, &flags) != 0);
    EXPECT_EQ(a == b, __bid128_quiet_equal(x, y, &flags) != 0);
    EXPECT_EQ(a.to_double(), __bid128_to_binary64(x, kNearestEven, &flags));
    // Theirs has the dividend's sign: they are the same number where both have one sign.
    if (i % 8 == 0 && !b.is_zero()) {
      EXPECT_EQ(show(a.abs().modulo(b.abs())),
                show(ours_of(__bid128_fmod(intel_of(a.abs().to_string()),
                                           intel_of(b.abs().to_string()), &flags))));
    }
  }
  EXPECT_GT(overflows, 0);
}

TEST(DecimalDifferential, RoundsAsIntelsLibrary) {
  constexpr std::array<std::pair<Rounding, IntelRounding>, 5> kModes = {{
      {Rounding::kHalfEven, kNearestEven},
      {Rounding::kHalfUp, kNearestAway},
      {Rounding::kDown, kToZero},
      {Rounding::kFloor, kToFloor},
      {Rounding::kCeiling, kToCeiling},
  }};
  Numbers numbers;
  int compared = 0;
  for (int i = 0; i < kRounds && !testing::Test::HasFailure(); ++i) {
    const std::string text = numbers.next();
    const int scale = numbers.between(-45, 45);
    SCOPED_TRACE(text + " to " + std::to_string(scale));
    const Bid128 quantum = intel_of("1e" + std::to_string(-scale));
    for (const auto& [mode, intel_mode] : kModes) {
      unsigned flags = 0;
      const std::optional<Decimal> theirs =
          ours_of(__bid128_quantize(intel_of(text), quantum, intel_mode, &flags));
      if (!theirs) continue;  // a quantize pads with zeros, and has room for 34 digits only
      ++compared;
      EXPECT_EQ(show(dec(text).round(scale, mode)), show(theirs));
    }
  }
  EXPECT_GT(compared, kRounds);
}

#else

TEST(DecimalDifferential, AgreesWithIntelsLibrary) {
  GTEST_SKIP() << "built without Intel's decimal library (Debian: libintelrdfpmath-dev)";
}

#endif

}  // namespace
}  // namespace dandang
