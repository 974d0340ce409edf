#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/date.h"
#include "evaluation/model.h"
#include "policy/package.h"
#include "procedure/refusal.h"

namespace dandang::procedure {

// Guards on records that are about to be written, however they come in: over the row's own cells;
// references are not followed and read as unknown. Other names (parameters) are the model's.
class WriteGuards {
 public:
  explicit WriteGuards(evaluation::Model& model);
  ~WriteGuards();

  // Whether any guard is on records; on those of the type.
  bool any() const;
  bool guards(const std::string& type) const;
  // Why the row must not be written; empty: it may. `field` of a refusal is the first of the type's
  // fields that the guard's condition names.
  std::vector<Refusal> check(const record::RecordType& type, const std::vector<Cell>& cells,
                             Date on);

 private:
  class Row;
  evaluation::Model& model_;
  std::unique_ptr<Row> row_;
};

// The guard's words with its placeholders filled in.
Text filled(const Text& message, const std::vector<std::pair<std::string, Text>>& values);
// Whether the guard refuses where its condition gives this. What is not surely allowed is refused,
// unless the guard lets the unknown pass.
bool refuses(const policy::Guard& guard, const feel::Value& condition);

}  // namespace dandang::procedure
