#include "engine/calendar.h"

#include <gtest/gtest.h>

#include <random>

#include "base/date.h"

namespace dandang::engine {
namespace {

// Against the dates one by one: every day of the stretch, and every number of months that stays in.
TEST(CalendarTest, AddsMonthsAsDatesDo) {
  struct Stretch {
    int first_year;
    int last_year;
  };
  for (const auto& [first_year, last_year] :
       {Stretch{2017, 2026}, Stretch{1898, 1905}, Stretch{1600, 2400}, Stretch{-800, 1999}}) {
    const int64_t low = Date::from_ymd(first_year, 1, 17)->days();
    const int64_t high = Date::from_ymd(last_year, 12, 5)->days();
    Calendar calendar;
    calendar.cover(low, high);
    ASSERT_TRUE(calendar.covers(low, high));
    std::mt19937 random(20190801);
    std::vector<int64_t> days;
    std::vector<int64_t> months;
    std::vector<State> states;
    for (int64_t day = low; day <= high; ++day) {
      const int64_t most = 40 * 12;
      int64_t by = static_cast<int64_t>(random() % (2 * most)) - most;
      const int64_t sum = Date::from_days(day).add_months(by).days();
      if (sum < low || sum > high) by = 0;
      days.push_back(day);
      months.push_back(by);
      states.push_back(random() % 10 == 0 ? state::kMissing : state::kValue);
    }
    std::vector<int64_t> sums(days.size());
    for (const bool lacking : {false, true}) {
      calendar.add_months(days.data(), months.data(), lacking ? states.data() : nullptr,
                          sums.data(), days.size());
      for (size_t i = 0; i < days.size(); ++i) {
        const bool there = !lacking || states[i] == state::kValue;
        ASSERT_EQ(sums[i], there ? Date::from_days(days[i]).add_months(months[i]).days() : 0)
            << Date::from_days(days[i]).to_string() << " + " << months[i];
      }
    }
  }
}

TEST(CalendarTest, CoversWhatItWasAskedForAndNoMore) {
  Calendar calendar;
  EXPECT_FALSE(calendar.covers(0, 0));
  calendar.cover(100, 200);
  EXPECT_TRUE(calendar.covers(100, 200));
  EXPECT_FALSE(calendar.covers(99, 200));
  EXPECT_FALSE(calendar.covers(100, 201));
  calendar.cover(5000, 6000);
  EXPECT_TRUE(calendar.covers(100, 6000));
  calendar.cover(0, Calendar::kMostDays + 1);
  EXPECT_FALSE(calendar.covers(0, Calendar::kMostDays + 1));
  EXPECT_TRUE(calendar.covers(100, 6000));
}

}  // namespace
}  // namespace dandang::engine
