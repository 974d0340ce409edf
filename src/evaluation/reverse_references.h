#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "record/amendment.h"
#include "record/dataset.h"

namespace dandang::evaluation {

// Records before an amendment, as those who refer to each other saw them; the dataset is amended
// already. Lists of who refers to a record are made when they are first asked for, and kept.
class ReverseReferences {
 public:
  explicit ReverseReferences(const record::Dataset& data) : data_(data) {}

  // Until settle(), answers are as before the amendment, which must last so long.
  void begin(const record::Amendment& amendment);
  void settle();

  // Rows of the type whose reference in the field is to the row; of an appended row, none.
  const std::vector<uint32_t>& referring(size_t type, size_t field, size_t row);
  // The row that a reference is to; -1 if it is blank.
  int64_t target(size_t type, size_t field, size_t row) const;

 private:
  using Place = std::pair<size_t, size_t>;
  const record::Dataset& data_;
  std::map<Place, const record::AmendedRow*> amended_;             // by type and row
  std::map<Place, std::vector<std::vector<uint32_t>>> referring_;  // by type and field
};

}  // namespace dandang::evaluation
