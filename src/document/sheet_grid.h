#pragma once

#include <cstdint>
#include <unordered_set>
#include <vector>

#include "format/workbook.h"

namespace dandang::document {

// A sheet as its reader sees it: what stands in a merged range counts for all of it.
// Rows are counted by their place among the rows that are not empty.
class SheetGrid {
 public:
  // Columns further right are not looked at; no office's table is that wide.
  static constexpr uint32_t kMaxColumns = 512;

  explicit SheetGrid(const format::Sheet& sheet);

  size_t row_count() const { return rows_.size(); }
  uint32_t row_number(size_t row) const { return rows_[row]->number; }
  uint32_t width() const { return width_; }
  const format::WorkbookRow& row(size_t row) const { return *rows_[row]; }
  // The row's own cell; null if there is nothing in it.
  const format::WorkbookCell* own(size_t row, uint32_t column) const;
  // Also what a range merged downwards gives to the row: the unit written once for its people.
  const format::WorkbookCell* at(size_t row, uint32_t column) const;
  // Whether the cell is merged with ones to its right, as titles and section lines are.
  bool spans_columns(size_t row, uint32_t column) const;

  // The first rows, where headings are looked for.
  static constexpr size_t kHeadRows = 40;
  // For one of them: also what a range merged to the right gives, the group heading over its
  // columns.
  const format::WorkbookCell* spread(size_t row, uint32_t column) const;
  // Merged ranges that touch one of the first rows.
  const std::vector<format::MergedRange>& head_merged() const { return head_merged_; }

 private:
  struct Down {
    uint32_t first_row, last_row;
    const format::WorkbookCell* cell;
  };

  void collect_head(const format::Sheet& sheet);
  void add_merged(const format::MergedRange& range);
  const format::WorkbookCell* find_at(uint32_t row_number, uint32_t column) const;

  std::vector<const format::WorkbookRow*> rows_;
  uint32_t width_ = 0;
  std::vector<std::vector<Down>> down_by_column_;
  std::unordered_set<uint64_t> wide_cells_;  // row number and column of ranges merged to the right
  std::vector<format::MergedRange> head_merged_;
  std::vector<std::vector<const format::WorkbookCell*>> head_;
};

}  // namespace dandang::document
