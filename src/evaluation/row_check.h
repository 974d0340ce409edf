#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "feel/evaluator.h"
#include "policy/package.h"

namespace dandang::evaluation {

// Evaluates record types' checks over rows that are about to be taken in.
class RowChecker {
 public:
  explicit RowChecker(const policy::PolicySet& set);
  ~RowChecker();

  // True: accept. False: refuse. No value: the cells do not say. References are not followed.
  std::optional<bool> check(const record::RecordType& type, size_t check_index,
                            const std::vector<Cell>& cells, Date sheet_date);

 private:
  class Row;
  const policy::PolicySet& set_;
  std::unique_ptr<Row> row_;
};

}  // namespace dandang::evaluation
