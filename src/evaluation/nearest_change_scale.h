#pragma once

#include <optional>

#include "record/dataset.h"

namespace dandang::evaluation {

// A cell's value on a scale of whole units, if its kind has one: days, years, fen, and numbers by
// the smallest step that the column's values show.
class Scale {
 public:
  Scale(const record::Table& table, size_t field);
  bool is_ordered() const { return ordered_; }
  std::optional<int64_t> units_of(const Cell& cell) const;
  // Whole units at or below a number.
  std::optional<int64_t> units_below(const Decimal& number) const;
  Cell cell_at(int64_t units) const;

 private:
  record::FieldKind kind_;
  bool ordered_ = false;
  int digits_ = 0;
};

}  // namespace dandang::evaluation
