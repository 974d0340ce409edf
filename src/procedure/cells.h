#pragma once

#include <optional>
#include <string>

#include "base/column.h"
#include "base/text.h"
#include "evaluation/model.h"
#include "policy/package.h"
#include "record/dataset.h"

namespace dandang::procedure {

// A cell for a field, or why there is none. References are keys, as change sets have them.
struct CellReading {
  Cell cell;
  std::optional<Text> fault;
};

// What a word entered in a form means; an empty word is a blank. Other records are named by key or
// by a name that only one has.
CellReading read_word(const policy::PolicySet& set, const record::Dataset& data,
                      const record::Field& field, const std::string& word);
// What a formula's value is in the field; null is a blank. Not for unknown values.
CellReading read_value(const policy::PolicySet& set, const evaluation::Model& model,
                       const record::Field& field, const feel::Value& value);

// A cell as a form shows it; references by key.
std::string word_of(const record::Field& field, const Cell& cell);
// A value of a formula as a message shows it.
Text text_of(const evaluation::Model& model, const feel::Value& value);

}  // namespace dandang::procedure
