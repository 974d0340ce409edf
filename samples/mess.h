#pragma once

#include <string>

#include "county.h"
#include "sheet.h"

namespace samples {

// One fact in the many ways clerks type it. What is meant stays the same.
class Mess {
 public:
  explicit Mess(uint64_t seed) : prng_(seed) {}

  Cell name(const std::string& name);               // 纪　棠
  Cell identity(const std::string& identity);       // small x, blanks, full-width digits
  Cell birth(Day birth, bool with_age, Day today);  // 1975.03 (51岁)
  Cell month(Day date);                             // 1975.03, 197503, 1975年3月 and dates
  Cell date(Day date);                              // 2024-03-15, 2024年3月15日 and dates
  Cell grade(const std::string& grade);             // 优 秀
  Cell money(int64_t fen);                          // 33,333.33 and ￥8,000元
  Cell count(int number);
  Cell points(int tenths);

 private:
  Prng prng_;
};

}  // namespace samples
