#pragma once

#include <fmt/format.h>

#include <string>

#include "format/workbook.h"

namespace dandang::format {

// "number 3.5 places 2", for comparing cells in tables.
inline std::string described(const WorkbookCell& cell) {
  switch (cell.kind) {
    case CellKind::kBlank:
      return "blank";
    case CellKind::kText:
      return "text " + cell.text;
    case CellKind::kError:
      return "error " + cell.text;
    case CellKind::kBoolean:
      return cell.boolean ? "true" : "false";
    case CellKind::kDate:
      return fmt::format("date {} serial {}", cell.date.to_string(), cell.number.to_string());
    case CellKind::kNumber:
      return fmt::format("number {}{}", cell.number.to_string(),
                         cell.decimals < 0 ? "" : fmt::format(" places {}", cell.decimals));
  }
  return "?";
}

// Every cell of a sheet: "A1 text x; B1 true".
inline std::string described(const Sheet& sheet) {
  std::string out;
  for (const WorkbookRow& row : sheet.rows) {
    for (const WorkbookCell& cell : row.cells) {
      out += fmt::format("{}{} {}", out.empty() ? "" : "; ", cell_name(cell.column, row.number),
                         described(cell));
    }
  }
  return out;
}

}  // namespace dandang::format
