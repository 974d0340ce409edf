#pragma once

#include <optional>
#include <string>

#include "base/column.h"
#include "record/record_type.h"

namespace dandang::evaluation {

// The cell that a word in a test or a form means: dates as 2025-03-24, money in yuan, yes and no in
// the field's words or true and false. No value if it is none of the field's. Not for references.
std::optional<Cell> cell_of_word(const record::Catalogue& catalogue, const record::Field& field,
                                 const std::string& word);

}  // namespace dandang::evaluation
