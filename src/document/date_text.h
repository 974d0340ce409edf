#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/date.h"

// Dates and years inside the words of a sheet.
namespace dandang::document {

enum class DateFault { kNone, kUnreadable, kTwoDigitYear, kYearOnly, kImpossible };

struct DateReading {
  DateFault fault = DateFault::kUnreadable;
  Date date;  // its month's first day if no day was given
  bool day_given = false;
};

// A date from the start of a text made by compact_date; `end` comes to stand behind it.
DateReading read_date_prefix(std::string_view compacted, size_t& end);
// The text as a whole is one date; a bracket or a time of day behind it is ignored.
DateReading read_date(std::string_view text);
// A date given by year, month and day (0: none), with the bounds offices' records keep to.
DateReading make_date(int year, int month, int day);

constexpr int kFirstYear = 1949;
constexpr int kLastYear = 2100;

// The one year a title speaks of: "2025年度" counts more than "2025年", that more than "2025",
// that more than the year of "2026年3月". No value if there is none, or two that count the same.
std::optional<int> year_in(std::string_view text);

struct YearAndRest {
  std::optional<int> year;
  std::string rest;  // without the year and its 年 or 年度
};
// For a heading already compact: "2023年考核等次" is 考核等次 of 2023.
YearAndRest split_year(std::string_view heading);

}  // namespace dandang::document
