#include "base/date.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace dandang {
namespace {

Date date(std::string_view text) {
  const std::optional<Date> parsed = Date::parse_iso(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(Date());
}

TEST(Date, ParsesExactlyIsoDates) {
  for (const std::string_view text :
       {"1970-01-01", "2024-02-29", "2000-02-29", "0000-02-29", "0001-01-01", "9999-12-31"}) {
    EXPECT_EQ(date(text).to_string(), text);
  }
  for (const std::string_view text :
       {"",           "2024",        "2024-1-1",    "2024-01-1",   "24-01-01",   "2024/01/01",
        "20240101",   "2024-13-01",  "2024-00-01",  "2024-01-00",  "2024-01-32", "2024-04-31",
        "2023-02-29", "1900-02-29",  " 2024-01-01", "2024-01-01 ", "2024-01-0a", "+024-01-01",
        "-024-01-01", "-2024-01-01", "2024-01-+1",  "2024--1-01",  "２０２４-01"}) {
    EXPECT_FALSE(Date::parse_iso(text).has_value()) << text;
  }
}

struct YmdCase {
  int year, month, day;
  int32_t days;
  int weekday;
};

TEST(Date, CountsDaysSince1970) {
  const std::vector<YmdCase> cases = {
      {1970, 1, 1, 0, 4},         {1969, 12, 31, -1, 3},    {1970, 1, 5, 4, 1},
      {2000, 2, 29, 11016, 2},    {2024, 12, 31, 20088, 2}, {1900, 3, 1, -25508, 4},
      {1, 1, 1, -719162, 1},      {0, 1, 1, -719528, 6},    {9999, 12, 31, 2932896, 5},
      {-9999, 1, 1, -4371587, 1}, {2026, 3, 1, 20513, 7},
  };
  for (const YmdCase& c : cases) {
    const std::optional<Date> made = Date::from_ymd(c.year, c.month, c.day);
    ASSERT_TRUE(made.has_value()) << c.year;
    EXPECT_EQ(made->days(), c.days);
    EXPECT_EQ(made->weekday(), c.weekday) << c.year;
    EXPECT_EQ(made->year(), c.year);
    EXPECT_EQ(made->month(), c.month);
    EXPECT_EQ(made->day(), c.day);
    EXPECT_EQ(Date::from_days(c.days), *made);
  }
}

TEST(Date, RefusesDaysThatAreNot) {
  EXPECT_FALSE(Date::from_ymd(2023, 2, 29));
  EXPECT_FALSE(Date::from_ymd(2023, 0, 1));
  EXPECT_FALSE(Date::from_ymd(2023, 13, 1));
  EXPECT_FALSE(Date::from_ymd(2023, -1, 1));
  EXPECT_FALSE(Date::from_ymd(2023, 1, -1));
  EXPECT_FALSE(Date::from_ymd(10000, 1, 1));
  EXPECT_FALSE(Date::from_ymd(-10000, 12, 31));
  constexpr int kMax = std::numeric_limits<int>::max();
  EXPECT_FALSE(Date::from_ymd(kMax, kMax, kMax));
}

TEST(Date, EveryDayFollowsTheOneBefore) {
  const int64_t first = Date::from_ymd(-9999, 1, 1)->days();
  const int64_t last = Date::from_ymd(9999, 12, 31)->days();
  int year = -9999, month = 1, day = 1;
  for (int64_t days = first; days <= last; days += 1) {
    const Date today = Date::from_days(days);
    ASSERT_EQ(today.year(), year);
    ASSERT_EQ(today.month(), month);
    ASSERT_EQ(today.day(), day);
    if (day < days_in_month(year, month)) {
      ++day;
    } else {
      ASSERT_EQ(today.end_of_month(), today);
      day = 1;
      month = month % 12 + 1;
      if (month == 1) ++year;
    }
  }
}

TEST(Date, KnowsTheYearsOfFeel) {
  for (const int64_t year :
       {-999'999'999, -400'000'001, -10'000, 10'000, 123'456'789, 999'999'999}) {
    for (const int64_t month : {1, 2, 3, 12}) {
      const auto made = Date::from_feel_ymd(year, month, 28);
      ASSERT_TRUE(made.has_value()) << year;
      EXPECT_EQ(made->year(), year);
      EXPECT_EQ(made->month(), month);
      EXPECT_EQ(made->day(), 28);
    }
  }
  EXPECT_FALSE(Date::from_feel_ymd(1'000'000'000, 1, 1));
  EXPECT_FALSE(Date::from_feel_ymd(-1'000'000'000, 12, 31));
  EXPECT_FALSE(Date::from_feel_ymd(10'001, 2, 29));
  EXPECT_EQ(Date::from_feel_ymd(999'999'999, 12, 31)->to_string(), "999999999-12-31");
  EXPECT_EQ(Date::from_feel_ymd(999'999'999, 12, 31)->add_days(1).year(), 1'000'000'000);
  EXPECT_GT(Date().add_days(std::numeric_limits<int64_t>::max()).year(), 999'999'999);
  EXPECT_LT(Date().add_days(std::numeric_limits<int64_t>::min()).year(), -999'999'999);
}

TEST(Date, NamesYearsBeforeZeroWithASign) {
  EXPECT_EQ(Date::from_ymd(-1, 2, 3)->to_string(), "-0001-02-03");
  EXPECT_EQ(Date::from_ymd(-9999, 12, 31)->to_string(), "-9999-12-31");
}

TEST(Date, ComparesByTime) {
  EXPECT_LT(date("2023-12-31"), date("2024-01-01"));
  EXPECT_EQ(Date(), date("1970-01-01"));
}

struct AddMonthsCase {
  const char* from;
  int64_t months;
  const char* expected;
};

TEST(Date, AddsMonthsAndStaysWithinTheMonth) {
  const std::vector<AddMonthsCase> cases = {
      {"2015-01-31", 1, "2015-02-28"},   {"2016-01-31", 1, "2016-02-29"},
      {"2015-01-31", 0, "2015-01-31"},   {"2015-01-31", 2, "2015-03-31"},
      {"2015-03-31", -1, "2015-02-28"},  {"2015-01-15", -1, "2014-12-15"},
      {"2015-12-15", 1, "2016-01-15"},   {"2016-02-29", 12, "2017-02-28"},
      {"2016-02-29", 48, "2020-02-29"},  {"2016-02-29", -12, "2015-02-28"},
      {"2015-01-01", 720, "2075-01-01"}, {"0001-01-31", -12, "0000-01-31"},
      {"2015-05-31", 18, "2016-11-30"},  {"2015-05-31", -18, "2013-11-30"},
  };
  for (const AddMonthsCase& c : cases) {
    EXPECT_EQ(date(c.from).add_months(c.months).to_string(), c.expected)
        << c.from << " + " << c.months;
  }
}

// Whoever adds may check the year afterwards, whatever was added.
TEST(Date, SumsBeyondTheCalendarReadAsBeyondIt) {
  constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
  constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
  EXPECT_EQ(date("9999-12-31").add_months(1).year(), 10000);
  EXPECT_EQ(Date::from_ymd(-9999, 1, 1)->add_months(-1).year(), -10000);
  for (const std::string_view text : {"0000-01-01", "2015-01-31", "9999-12-31"}) {
    EXPECT_GT(date(text).add_months(kMax).year(), 9999);
    EXPECT_LT(date(text).add_months(kMin).year(), -9999);
  }
  constexpr int32_t kMaxDays = std::numeric_limits<int32_t>::max();
  constexpr int32_t kMinDays = std::numeric_limits<int32_t>::min();
  EXPECT_GT(Date::from_days(kMaxDays).year(), 9999);
  EXPECT_LT(Date::from_days(kMinDays).year(), -9999);
  for (const int32_t days : {kMinDays, kMaxDays}) {
    const int weekday = Date::from_days(days).weekday();
    EXPECT_GE(weekday, 1);
    EXPECT_LE(weekday, 7);
    EXPECT_GT(std::abs(Date::from_days(days).add_months(kMax).year()), 9999);
    EXPECT_GT(std::abs(Date::from_days(days).end_of_month().year()), 9999);
  }
}

TEST(Date, AddsDays) {
  EXPECT_EQ(date("2024-02-28").add_days(1).to_string(), "2024-02-29");
  EXPECT_EQ(date("2023-02-28").add_days(1).to_string(), "2023-03-01");
  EXPECT_EQ(date("2024-01-01").add_days(-1).to_string(), "2023-12-31");
}

TEST(Date, FindsTheEndOfTheMonth) {
  EXPECT_EQ(date("2024-02-01").end_of_month().to_string(), "2024-02-29");
  EXPECT_EQ(date("1900-02-28").end_of_month().to_string(), "1900-02-28");
  EXPECT_EQ(date("2024-12-05").end_of_month().to_string(), "2024-12-31");
}

TEST(DaysInMonth, KnowsLeapYearsAndNoOtherMonths) {
  EXPECT_EQ(days_in_month(2000, 2), 29);
  EXPECT_EQ(days_in_month(1900, 2), 28);
  EXPECT_EQ(days_in_month(2024, 2), 29);
  EXPECT_EQ(days_in_month(2023, 4), 30);
  EXPECT_EQ(days_in_month(2023, 7), 31);
  EXPECT_EQ(days_in_month(2023, 8), 31);
  EXPECT_EQ(days_in_month(2023, 0), 0);
  EXPECT_EQ(days_in_month(2023, 13), 0);
}

struct BetweenCase {
  const char* from;
  const char* to;
  int64_t months;
};

TEST(WholeMonthsBetween, CountsCompleteMonths) {
  const std::vector<BetweenCase> cases = {
      {"2015-01-31", "2015-02-28", 0},      {"2015-01-31", "2015-03-30", 1},
      {"2015-01-31", "2015-03-31", 2},      {"2015-01-15", "2015-01-15", 0},
      {"2015-01-15", "2015-02-14", 0},      {"2015-01-15", "2015-02-15", 1},
      {"2014-12-31", "2015-01-30", 0},      {"2014-12-31", "2015-01-31", 1},
      {"2011-12-22", "2013-08-24", 20},     {"2013-08-24", "2011-12-22", -20},
      {"2016-02-29", "2017-02-28", 11},     {"2016-02-29", "2017-03-01", 12},
      {"0000-01-01", "9999-12-31", 119999},
  };
  for (const BetweenCase& c : cases) {
    EXPECT_EQ(whole_months_between(date(c.from), date(c.to)), c.months) << c.from << " " << c.to;
    EXPECT_EQ(whole_months_between(date(c.to), date(c.from)), -c.months) << c.from << " " << c.to;
  }
}

TEST(WholeMonthsBetween, IsTheMostMonthsThatFit) {
  const Date first = date("2015-11-01");
  for (int from = 0; from < 500; ++from) {
    for (int to = from; to < from + 400; to += 3) {
      const Date a = first.add_days(from);
      const Date b = first.add_days(to);
      const int64_t months = whole_months_between(a, b);
      ASSERT_LE(a.add_months(months), b);
      // A clipped day may be reached a month early: 31 January and a month is 28 February.
      if (a.day() <= 28) {
        ASSERT_GT(a.add_months(months + 1), b);
      }
    }
  }
}

}  // namespace
}  // namespace dandang
