#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_set>

#include "feel/value.h"

namespace dandang::evaluation {

// Facts left open on purpose, while a search asks whether they matter at all (nearest_change.h).
// What is doubted reads as unknown. As decided means decided (docs/decisions/0001-unknown.md), a
// verdict that stands in spite of the doubt stands whatever the facts are.
class Doubt {
 public:
  void add_cell(size_t type, size_t row, size_t field) { cells_.insert(key(type, row, field)); }
  // Whether the record is there at all.
  void add_row(size_t type, size_t row) { rows_.insert(key(type, row, 0)); }
  // The place or the group's value that a measure gives to a row.
  void add_group_value(size_t measure, size_t row) { group_values_.insert(key(measure, row, 0)); }

  bool of_cell(size_t type, size_t row, size_t field) const {
    return cells_.contains(key(type, row, field));
  }
  bool of_row(size_t type, size_t row) const { return rows_.contains(key(type, row, 0)); }
  bool of_group_value(size_t measure, size_t row) const {
    return group_values_.contains(key(measure, row, 0));
  }
  static const feel::CausesPtr& causes();

 private:
  // Types and fields are a few hundred at the most, rows fewer than 2^32.
  static uint64_t key(size_t kind, size_t row, size_t field) {
    return static_cast<uint64_t>(kind) << 48 | static_cast<uint64_t>(row) << 16 |
           static_cast<uint64_t>(field);
  }

  std::unordered_set<uint64_t> cells_;
  std::unordered_set<uint64_t> rows_;
  std::unordered_set<uint64_t> group_values_;
};

}  // namespace dandang::evaluation
