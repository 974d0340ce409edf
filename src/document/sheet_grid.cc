#include "document/sheet_grid.h"

#include <algorithm>

#include "document/plain_text.h"

namespace dandang::document {
namespace {

using format::MergedRange;
using format::WorkbookCell;
using format::WorkbookRow;

constexpr size_t kMaxHeadMerged = 4096;

const WorkbookCell* find_in(const WorkbookRow& row, uint32_t column) {
  const auto found = std::lower_bound(
      row.cells.begin(), row.cells.end(), column,
      [](const WorkbookCell& cell, uint32_t wanted) { return cell.column < wanted; });
  return found != row.cells.end() && found->column == column && has_content(*found) ? &*found
                                                                                    : nullptr;
}

uint64_t place_of(uint32_t row_number, uint32_t column) {
  return (uint64_t{row_number} << 32) | column;
}

}  // namespace

SheetGrid::SheetGrid(const format::Sheet& sheet) {
  rows_.reserve(sheet.rows.size());
  for (const WorkbookRow& row : sheet.rows) {
    bool any = false;
    for (const WorkbookCell& cell : row.cells) {
      if (cell.column >= kMaxColumns || !has_content(cell)) continue;
      any = true;
      width_ = std::max(width_, cell.column + 1);
    }
    if (any) rows_.push_back(&row);
  }
  down_by_column_.resize(width_);
  for (const MergedRange& range : sheet.merged) add_merged(range);
  for (auto& ranges : down_by_column_) {
    std::stable_sort(ranges.begin(), ranges.end(),
                     [](const Down& a, const Down& b) { return a.first_row < b.first_row; });
  }
  collect_head(sheet);
}

void SheetGrid::collect_head(const format::Sheet& sheet) {
  head_.resize(std::min(rows_.size(), kHeadRows));
  if (head_.empty()) return;
  const uint32_t last = row_number(head_.size() - 1);
  for (const MergedRange& range : sheet.merged) {
    if (head_merged_.size() == kMaxHeadMerged) break;
    if (range.first_row <= last) head_merged_.push_back(range);
  }
  for (size_t row = 0; row < head_.size(); ++row) {
    head_[row].assign(width_, nullptr);
    for (const MergedRange& range : head_merged_) {
      if (row_number(row) < range.first_row || row_number(row) > range.last_row) continue;
      const WorkbookCell* cell = find_at(range.first_row, range.first_column);
      for (uint32_t c = range.first_column; c <= range.last_column && c < width_; ++c) {
        head_[row][c] = cell;
      }
    }
    for (const WorkbookCell& cell : rows_[row]->cells) {
      if (cell.column < width_ && has_content(cell)) head_[row][cell.column] = &cell;
    }
  }
}

void SheetGrid::add_merged(const MergedRange& range) {
  if (range.first_column >= width_) return;
  if (range.last_column > range.first_column) {
    wide_cells_.insert(place_of(range.first_row, range.first_column));
  }
  if (range.last_row <= range.first_row) return;
  const WorkbookCell* cell = find_at(range.first_row, range.first_column);
  if (cell != nullptr) {
    down_by_column_[range.first_column].push_back({range.first_row, range.last_row, cell});
  }
}

const WorkbookCell* SheetGrid::find_at(uint32_t row_number, uint32_t column) const {
  const auto found = std::lower_bound(
      rows_.begin(), rows_.end(), row_number,
      [](const WorkbookRow* row, uint32_t wanted) { return row->number < wanted; });
  return found != rows_.end() && (*found)->number == row_number ? find_in(**found, column)
                                                                : nullptr;
}

const WorkbookCell* SheetGrid::own(size_t row, uint32_t column) const {
  return find_in(*rows_[row], column);
}

const WorkbookCell* SheetGrid::at(size_t row, uint32_t column) const {
  if (const WorkbookCell* cell = own(row, column)) return cell;
  if (column >= width_ || down_by_column_[column].empty()) return nullptr;
  const std::vector<Down>& ranges = down_by_column_[column];
  const uint32_t number = row_number(row);
  auto after =
      std::upper_bound(ranges.begin(), ranges.end(), number,
                       [](uint32_t wanted, const Down& range) { return wanted < range.first_row; });
  if (after == ranges.begin()) return nullptr;
  --after;
  return number <= after->last_row ? after->cell : nullptr;
}

bool SheetGrid::spans_columns(size_t row, uint32_t column) const {
  return wide_cells_.count(place_of(row_number(row), column)) > 0;
}

const WorkbookCell* SheetGrid::spread(size_t row, uint32_t column) const {
  return row < head_.size() && column < width_ ? head_[row][column] : nullptr;
}

}  // namespace dandang::document
