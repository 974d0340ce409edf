#pragma once

#include <string>
#include <vector>

#include "dmn/decision_table.h"
#include "dmn/table_analysis.h"
#include "feel/value.h"

namespace dandang::dmn {

// A piece of an input's axis, by a value that stands for all of it.
struct AxisPiece {
  feel::Value value;
  std::string words;  // for people: "0.5"; empty: any value
};

// An input's axis, cut at the constants of its column.
struct TableAxis {
  std::vector<AxisPiece> pieces;
  // One a rule: whether its cell tests nothing but constants.
  std::vector<bool> readable;
};

TableAxis axis_of(const DecisionTable& table, size_t input, const InputDomain& domain);

}  // namespace dandang::dmn
