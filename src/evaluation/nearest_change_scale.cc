#include "evaluation/nearest_change_scale.h"

#include <algorithm>

namespace dandang::evaluation {

using record::FieldKind;

namespace {

constexpr size_t kRowsLookedAt = 4000;  // for a column's smallest step
constexpr int kMostDigits = 6;

bool is_date(FieldKind kind) {
  return kind == FieldKind::kDate || kind == FieldKind::kDay;
}

int digits_behind_point(const Decimal& number) {
  const std::string text = number.to_string();
  const size_t point = text.find('.');
  return point == std::string::npos ? 0 : static_cast<int>(text.size() - point - 1);
}

}  // namespace

Scale::Scale(const record::Table& table, size_t field) : kind_(table.type->fields[field].kind) {
  ordered_ = is_date(kind_) || kind_ == FieldKind::kYear || kind_ == FieldKind::kMoney ||
             kind_ == FieldKind::kNumber;
  if (kind_ != FieldKind::kNumber) return;
  const Column& column = table.columns[field];
  for (size_t row = 0; row < std::min(table.size(), kRowsLookedAt); ++row) {
    if (column.is_blank(row)) continue;
    digits_ = std::clamp(digits_behind_point(column.decimal_at(row)), digits_, kMostDigits);
  }
}

std::optional<int64_t> Scale::units_below(const Decimal& number) const {
  const auto scaled = number.multiply(Decimal::make(1, digits_).value_or(Decimal(1)));
  const auto whole = scaled ? scaled->round(0, Rounding::kFloor) : std::nullopt;
  return whole ? whole->to_int64() : std::nullopt;
}

std::optional<int64_t> Scale::units_of(const Cell& cell) const {
  if (!ordered_ || is_blank(cell)) return std::nullopt;
  if (const auto* integer = std::get_if<int64_t>(&cell)) {
    return kind_ == FieldKind::kNumber ? units_below(Decimal(*integer)) : *integer;
  }
  const auto* number = std::get_if<Decimal>(&cell);
  return number != nullptr ? units_below(*number) : std::nullopt;
}

Cell Scale::cell_at(int64_t units) const {
  if (kind_ != FieldKind::kNumber) return units;
  return Decimal::make(units, -digits_).value_or(Decimal(units));
}

}  // namespace dandang::evaluation
