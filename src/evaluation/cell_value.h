#pragma once

#include <optional>

#include "base/column.h"
#include "feel/value.h"
#include "record/record_type.h"

namespace dandang::evaluation {

// What a cell that is neither blank nor a reference means in formulas: dates as dates, flags as
// booleans, money as fen.
feel::Value value_of_cell(const record::Field& field, const Cell& cell);

// What a blank cell means where the field says it outright: none (null), or a value. No value: it
// is unknown, or a formula's.
std::optional<feel::Value> value_of_blank(const record::Field& field);

}  // namespace dandang::evaluation
