#include "engine/calendar.h"

#include <algorithm>

#include "base/date.h"

namespace dandang::engine {

bool Calendar::covers(int64_t low, int64_t high) const {
  return low_ <= low && high <= high_;
}

void Calendar::cover(int64_t low, int64_t high) {
  if (covers(low, high)) return;
  if (low_ <= high_) {
    low = std::min(low, low_);
    high = std::max(high, high_);
  }
  if (high - low > kMostDays) return;
  low_ = low;
  high_ = high;
  first_.clear();
  Date month = Date::from_days(low);
  month = month.add_days(1 - month.day());
  for (; month.days() <= high; month = month.add_months(1)) first_.push_back(month.days());
  first_.push_back(month.days());
}

void Calendar::add_months(const int64_t* days, const int64_t* months, const State* states,
                          int64_t* out, size_t count) const {
  // By the mean length, and two less: never too late, and then two or three steps.
  constexpr int64_t kMeanMonth = 141'110'772;  // 2^32 / 30.436875
  for (size_t i = 0; i < count; ++i) {
    if (states != nullptr && states[i] != state::kValue) {
      out[i] = 0;
      continue;
    }
    const int64_t guess = ((days[i] - first_[0]) * kMeanMonth >> 32) - 2;
    auto month = static_cast<size_t>(std::max<int64_t>(guess, 0));
    while (first_[month + 1] <= days[i]) ++month;
    const int64_t* target = first_.data() + static_cast<int64_t>(month) + months[i];
    out[i] = target[0] + std::min(days[i] - first_[month], target[1] - target[0] - 1);
  }
}

}  // namespace dandang::engine
