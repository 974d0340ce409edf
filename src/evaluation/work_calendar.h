#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/date.h"
#include "feel/value.h"
#include "policy/work_function.h"
#include "record/dataset.h"

namespace dandang::evaluation {

// Which days are worked, by the rows of a calendar's record type. The days of a week say it where
// the list of the day's year was taken in and does not name the day; without that list a day is
// not known. Rows count whenever they hold: a list made in November speaks of next year's days.
class WorkDays {
 public:
  // A span of more days than that is not counted: the answer is unknown, with this as cause.
  static constexpr int64_t kMaxSpan = 10'000;

  WorkDays(const record::Dataset& data, const policy::WorkCalendar& calendar);

  // The function's value; `use` is told of every row the answer rests on.
  feel::Value call(policy::WorkFunction function, const std::vector<feel::Value>& arguments,
                   const std::function<void(uint32_t)>& use) const;

 private:
  using Use = std::function<void(uint32_t)>;
  struct Row {
    uint32_t row = 0;
    std::optional<bool> worked;  // none: its kind is neither of the calendar's words
  };

  // Unknown with the year as cause if its list was not taken in.
  feel::Value worked(Date day, const Use& use) const;
  feel::Value day_after(Date from, int64_t days, const Use& use) const;
  feel::Value count(Date from, Date to, const Use& use) const;
  feel::Value put_off(Date day, const Use& use) const;
  bool covers(int year) const;

  const record::Dataset& data_;
  const record::RecordType& type_;
  std::unordered_map<int64_t, Row> rows_;  // by day
  mutable std::map<int, bool> covered_;    // by year
};

}  // namespace dandang::evaluation
