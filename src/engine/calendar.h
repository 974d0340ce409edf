#pragma once

#include <cstdint>
#include <vector>

#include "engine/vector.h"

namespace dandang::engine {

// The months of a stretch of years, laid out so that months are added to a column of dates without
// taking each date apart.
class Calendar {
 public:
  // Some 2,800 years; what reaches further is left to Date.
  static constexpr int64_t kMostDays = int64_t{1} << 20;

  // Makes ready for dates and sums of dates and months from `low` to `high`, days since 1970-01-01.
  // Does nothing if they are too many, or are covered.
  void cover(int64_t low, int64_t high);
  bool covers(int64_t low, int64_t high) const;
  // Date::add_months of each row that has a value; others give 0. States may be null.
  void add_months(const int64_t* days, const int64_t* months, const State* states, int64_t* out,
                  size_t count) const;

 private:
  int64_t low_ = 0;  // first_[0] <= low_, and high_ < the last of first_
  int64_t high_ = -1;
  std::vector<int64_t> first_;  // each month's first day, and the day behind the last month
};

}  // namespace dandang::engine
