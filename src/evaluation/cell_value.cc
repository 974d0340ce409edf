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

std::optional<feel::Value> value_of_blank(const record::Field& field) {
  const std::string& text = field.blank.text;
  if (field.blank.kind == record::Blank::Kind::kNone) return feel::Value();
  if (field.blank.kind != record::Blank::Kind::kValue) return std::nullopt;
  if (field.kind == FieldKind::kFlag) return feel::Value(text == "true");
  const bool is_word = field.kind == FieldKind::kText || field.kind == FieldKind::kCode;
  const auto number = is_word ? std::nullopt : Decimal::parse(text);
  return number ? feel::Value(*number) : feel::Value(text);
}

}  // namespace dandang::evaluation
