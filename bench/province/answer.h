#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "province.h"

namespace bench::province {

// The rules, judged at the end of kLastYear; their evidence names the years. Ranks are competition
// ranks, n is the size of the group that is ranked, a unit's county is the county of its row.
enum Rule : uint8_t {
  kExcellentThreeYears = 1,  // excellent in each of the last three years
  kOwnUnitExcellent = 2,     // its score: rank * 100 <= 15 * n in its county, each of three years
  kPointsAtTheTop = 3,       // rank * 10 <= n in county, post group and year, each of two years
  kHonoured = 4,             // by the city or above, within five years
  kPointsAtTheBottom = 5,    // rank from below * 20 <= n, as kPointsAtTheTop
  kLatestGradeIncompetent = 6,
  kHeadOfLastUnit =
      7,  // its score is the least of county and unit group, n >= 2, each of two years
  kUnderSanction = 8,
};
constexpr int kRules = 8;

// Bit r - 1 of a mask is rule r; these follow.
constexpr int kPromoteBit = 8;      // (r1 or r3 or r4) and not r8 and not r6
constexpr int kTiltBit = 9;         // promote and r2
constexpr int kReviewDownBit = 10;  // r5 or r6 or r7
constexpr int kMaskBits = 11;

struct EvidenceRow {
  uint32_t person = 0;  // row
  uint16_t year = 0;
  uint8_t rule = 0;

  auto operator<=>(const EvidenceRow&) const = default;
};

struct Answer {
  std::vector<uint16_t> mask;         // by row of person
  std::vector<EvidenceRow> evidence;  // in no particular order
};

// What answers are compared by, whoever gave them.
struct Checks {
  size_t persons = 0;
  std::array<size_t, kMaskBits> count{};
  int64_t mask_sum = 0;  // mask * (person id % 1000003)
  size_t evidence = 0;
  int64_t evidence_sum = 0;  // (person id % 1000003) * (rule * 10000 + year)

  bool operator==(const Checks&) const = default;
};

Checks checks(const Province& province, const Answer& answer);
// One line of JSON: n, b0 to b10, s1, ev, s2.
std::string to_string(const Checks& checks);

}  // namespace bench::province
