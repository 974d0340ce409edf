#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/date.h"
#include "document/sheet_grid.h"

// What stands above a table's headings and below its last row.
namespace dandang::document {

struct Caption {
  std::string title;         // compact; without the lines that say who filled it in and when
  std::optional<Date> date;  // 填报时间; a month alone is its last day
  int64_t money_unit = 1;    // yuan, from 单位：万元
};

Caption read_caption(const SheetGrid& grid, size_t header_begin);

// 填报单位：…, 填报时间：…, 审核人：…
bool is_caption_cell(std::string_view compacted);

}  // namespace dandang::document
