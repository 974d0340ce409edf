#pragma once

#include "evaluation/run.h"

namespace dandang::evaluation {

// Words for records, fields and values, in both languages.
Text label_of(const std::string& zh, const std::string& en);
Text type_label(const Model& model, const std::string& name);
// A cell's value for people; a reference is the target's row. Blank: 空白.
Text cell_text(const Model& model, const record::Field& field, const Cell& cell);
// A record by its type and the parts of its key that refer to nobody: 年度考核 2024.
Text short_record(const Model& model, const feel::Entity& entity);

}  // namespace dandang::evaluation
