#pragma once

#include <cstdint>

#include "province.h"

namespace bench::province {

struct Options {
  uint32_t officials = 1'000'000;
  int years = 10;  // the last of them is kLastYear
  uint64_t seed = 1;
};

// An invented province: 107 counties, 14 city organs and one province organ for a million
// officials, about 9,000 units; fewer for fewer, but one of each. Whole numbers only, so that the
// same options give the same tables everywhere. Throws for more officials than 16 bits can number
// the units of, and for fewer than 100.
Province generate(const Options& options);

}  // namespace bench::province
