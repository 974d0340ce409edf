#pragma once

#include <cstdint>
#include <string_view>

namespace dandang::format {

// What a cell's number format says about its value.
struct NumberFormat {
  bool date = false;  // shows a day or a time
  // Places behind the point the value is shown with; a percent sign moves the point by two, so that
  // 0.125 under 0.0% has 3. -1: the format does not fix them.
  int decimals = -1;
};

// The formats every workbook has without declaring them (ECMA-376 part 1, 18.8.30), the East Asian
// ones included.
NumberFormat builtin_number_format(uint32_t id);
NumberFormat parse_number_format(std::string_view code);

}  // namespace dandang::format
