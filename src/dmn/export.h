#pragma once

#include <string>
#include <vector>

#include "dmn/decision_table.h"

namespace dandang::dmn {

// A table to be written as a DMN decision, its inputs as input data.
struct ExportedTable {
  struct Column {
    std::string name;
    std::string type;                // FEEL's own, or the name of a code list; empty: not known
    std::vector<std::string> words;  // the code list's
    std::string values;              // of an output: its values, the foremost first
  };
  const DecisionTable* table = nullptr;
  std::vector<Column> inputs;
  std::vector<Column> outputs;
  std::string result_type;  // of the decision; empty: not known
};

// A DMN 1.5 file with one decision a table. Inputs of one name and type are one input; other names
// that cells mention, such as parameters, become inputs without a type.
std::string export_dmn(const std::string& name, const std::string& space,
                       const std::vector<ExportedTable>& tables);

}  // namespace dandang::dmn
