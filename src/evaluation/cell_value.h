#pragma once

#include "base/column.h"
#include "feel/value.h"
#include "record/record_type.h"

namespace dandang::evaluation {

// What a cell that is neither blank nor a reference means in formulas: dates as dates, flags as
// booleans, money as fen.
feel::Value value_of_cell(const record::Field& field, const Cell& cell);

}  // namespace dandang::evaluation
