#pragma once

#include <string>
#include <vector>

#include "county.h"

namespace samples {

// A row that an import must refuse, where the workbooks show it.
struct Refused {
  std::string file, sheet, fault, key;
  int row = 0;  // 1-based
};

// The answers the county implies, worked out rule by rule straight from its tables: the long way,
// with nothing shared and nothing clever, because the product is compared with it.
std::string truth_json(const County& county, const std::vector<Refused>& refused);

}  // namespace samples
