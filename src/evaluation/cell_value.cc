#include "evaluation/cell_value.h"

namespace dandang::evaluation {

using record::FieldKind;

feel::Value value_of_cell(const record::Field& field, const Cell& cell) {
  switch (field.kind) {
    case FieldKind::kDate:
    case FieldKind::kDay:
      return Date::from_days(static_cast<int32_t>(std::get<int64_t>(cell)));
    case FieldKind::kYear:
    case FieldKind::kMoney:
      return std::get<int64_t>(cell);
    case FieldKind::kFlag:
      return std::get<int64_t>(cell) != 0;
    case FieldKind::kNumber:
      return std::get<Decimal>(cell);
    default:
      return std::get<std::string>(cell);
  }
}

}  // namespace dandang::evaluation
