#include "document/caption.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "document/date_text.h"
#include "document/plain_text.h"

namespace dandang::document {
namespace {

using format::CellKind;
using format::WorkbookCell;

constexpr size_t kFootRows = 6;

// Longer words first: 截止时间 before 截止.
constexpr std::array<std::string_view, 24> kDateLabels = {
    "填报时间", "填报日期", "填表时间", "填表日期", "截止时间", "截止日期", "截至时间", "截至日期",
    "统计时间", "统计日期", "制表时间", "制表日期", "上报时间", "上报日期", "报送时间", "报送日期",
    "更新时间", "更新日期", "数据时间", "截至",     "截止",     "时间:",    "日期:",    "时点"};

Date day_meant(const DateReading& reading) {
  return reading.day_given ? reading.date : reading.date.end_of_month();
}

std::optional<Date> date_at(std::string_view text) {
  size_t end = 0;
  const DateReading reading = read_date_prefix(text, end);
  if (reading.fault != DateFault::kNone) return std::nullopt;
  return day_meant(reading);
}

std::optional<Date> date_of_cell(const WorkbookCell& cell) {
  if (cell.kind == CellKind::kDate) return cell.date;
  if (cell.kind != CellKind::kText) return std::nullopt;
  const DateReading reading = read_date(cell.text);
  if (reading.fault != DateFault::kNone) return std::nullopt;
  return day_meant(reading);
}

std::string_view behind_label(std::string_view text) {
  for (bool again = true; again;) {
    again = false;
    for (std::string_view word : {"时间", "日期", "为", "到", "至", "于", ":", "(", "."}) {
      if (!starts_with(text, word)) continue;
      text.remove_prefix(word.size());
      again = true;
    }
  }
  return text;
}

// The date behind a label; in the next cell where the label stands alone.
std::optional<Date> labelled_date(const format::WorkbookRow& row, size_t index) {
  const WorkbookCell& cell = row.cells[index];
  if (cell.kind != CellKind::kText) return std::nullopt;
  const std::string text = compact_date(cell.text);
  for (std::string_view label : kDateLabels) {
    const size_t at = text.find(label);
    if (at == std::string::npos) continue;
    const std::string_view rest = behind_label(std::string_view(text).substr(at + label.size()));
    if (!rest.empty()) {
      if (const auto date = date_at(rest)) return date;
      continue;
    }
    for (size_t next = index + 1; next < row.cells.size(); ++next) {
      if (has_content(row.cells[next])) return date_of_cell(row.cells[next]);
    }
  }
  return std::nullopt;
}

std::optional<Date> labelled_date(const format::WorkbookRow& row) {
  for (size_t i = 0; i < row.cells.size(); ++i) {
    if (const auto date = labelled_date(row, i)) return date;
  }
  return std::nullopt;
}

bool is_date_alone(const WorkbookCell& cell) {
  return date_of_cell(cell).has_value();
}

int64_t money_unit_in(std::string_view compacted) {
  for (std::string_view label : {"单位:", "单位(", "("}) {
    const size_t at = compacted.find(label);
    if (at == std::string_view::npos) continue;
    std::string_view rest = compacted.substr(at + label.size());
    if (starts_with(rest, "人民币")) rest.remove_prefix(std::string_view("人民币").size());
    if (starts_with(rest, "万元")) return 10'000;
    if (starts_with(rest, "千元")) return 1'000;
  }
  return 1;
}

std::optional<Date> foot_date(const SheetGrid& grid, size_t header_begin) {
  const size_t from =
      std::max(header_begin + 1, grid.row_count() - std::min(kFootRows, grid.row_count()));
  for (size_t row = from; row < grid.row_count(); ++row) {
    const bool signed_line = std::any_of(
        grid.row(row).cells.begin(), grid.row(row).cells.end(), [](const WorkbookCell& cell) {
          return cell.kind == CellKind::kText && is_caption_cell(compact(cell.text));
        });
    if (!signed_line) continue;
    if (const auto date = labelled_date(grid.row(row))) return date;
  }
  return std::nullopt;
}

}  // namespace

bool is_caption_cell(std::string_view compacted) {
  const size_t colon = compacted.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view label = compacted.substr(0, colon);
  for (std::string_view word : {"单位", "时间", "日期", "人", "部门", "电话", "机关", "盖章",
                                "签字", "签章", "盖章)", "公章)", "签字)", "签章)", "时点"}) {
    if (ends_with(label, word)) return true;
  }
  return false;
}

Caption read_caption(const SheetGrid& grid, size_t header_begin) {
  Caption caption;
  std::optional<Date> bare_date;
  for (size_t row = 0; row < header_begin; ++row) {
    if (!caption.date) caption.date = labelled_date(grid.row(row));
    for (const WorkbookCell& cell : grid.row(row).cells) {
      if (!has_content(cell)) continue;
      const std::string text = compact(shown_text(cell));
      if (caption.money_unit == 1) caption.money_unit = money_unit_in(text);
      if (is_date_alone(cell)) {
        if (!bare_date) bare_date = date_of_cell(cell);
      } else if (!is_caption_cell(text)) {
        caption.title += text + " ";
      }
    }
  }
  if (!caption.date) caption.date = bare_date;
  if (!caption.date) caption.date = foot_date(grid, header_begin);
  return caption;
}

}  // namespace dandang::document
