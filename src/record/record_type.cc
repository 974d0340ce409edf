#include "record/record_type.h"

#include <string_view>

#include "base/date.h"
#include "base/result.h"
#include "record/change_set.h"

namespace dandang::record {

namespace {

template <typename T>
std::optional<size_t> index_by_name(const std::vector<T>& items, std::string_view name) {
  for (size_t i = 0; i < items.size(); ++i) {
    if (items[i].name == name) return i;
  }
  return std::nullopt;
}

template <typename T>
const T* find_by_name(const std::vector<T>& items, std::string_view name) {
  const std::optional<size_t> index = index_by_name(items, name);
  return index ? &items[*index] : nullptr;
}

// 45000.00 for 4500000 fen. Works on the magnitude, so that -5 fen is -0.05.
std::string money_text(int64_t fen) {
  const bool negative = fen < 0;
  const uint64_t magnitude =
      negative ? uint64_t{0} - static_cast<uint64_t>(fen) : static_cast<uint64_t>(fen);
  const uint64_t rest = magnitude % 100;
  std::string out = negative ? "-" : "";
  out += std::to_string(magnitude / 100);
  out += rest < 10 ? ".0" : ".";
  out += std::to_string(rest);
  return out;
}

std::string integer_text(FieldKind kind, int64_t value) {
  switch (kind) {
    case FieldKind::kDate:
    case FieldKind::kDay:
      return Date::from_days(static_cast<int32_t>(value)).to_string();
    case FieldKind::kMoney:
      return money_text(value);
    case FieldKind::kFlag:
      return value != 0 ? "是" : "否";
    case FieldKind::kText:
    case FieldKind::kName:
    case FieldKind::kIdentityNumber:
    case FieldKind::kYear:
    case FieldKind::kNumber:
    case FieldKind::kCode:
    case FieldKind::kRef:
      break;
  }
  return std::to_string(value);
}

}  // namespace

const CodeValue* CodeList::find(std::string_view word) const {
  const std::string wanted = without_blanks(word);
  if (wanted.empty()) return nullptr;
  // Nearly every cell is a name as declared: compare those first, without a copy of each.
  if (const CodeValue* value = find_by_name(values, wanted)) return value;
  // A name wins over another value's alias.
  for (const CodeValue& value : values) {
    if (without_blanks(value.name) == wanted) return &value;
  }
  for (const CodeValue& value : values) {
    for (const std::string& alias : value.aliases) {
      if (without_blanks(alias) == wanted) return &value;
    }
  }
  return nullptr;
}

std::optional<int> CodeList::order_of(std::string_view word) const {
  if (!ordered) return std::nullopt;
  const CodeValue* value = find(word);
  if (value == nullptr) return std::nullopt;
  return static_cast<int>(value - values.data()) + 1;
}

const Field* RecordType::find_field(std::string_view field_name) const {
  return find_by_name(fields, field_name);
}

std::optional<size_t> RecordType::field_index(std::string_view field_name) const {
  return index_by_name(fields, field_name);
}

const RecordType* Catalogue::find_type(std::string_view name) const {
  return find_by_name(types, name);
}

const CodeList* Catalogue::find_code_list(std::string_view name) const {
  return find_by_name(code_lists, name);
}

std::optional<size_t> Catalogue::type_index(std::string_view name) const {
  return index_by_name(types, name);
}

Column::Kind column_kind(FieldKind kind) {
  switch (kind) {
    case FieldKind::kNumber:
      return Column::Kind::kDecimal;
    case FieldKind::kText:
    case FieldKind::kName:
    case FieldKind::kIdentityNumber:
    case FieldKind::kCode:
      return Column::Kind::kText;
    case FieldKind::kDate:
    case FieldKind::kDay:
    case FieldKind::kYear:
    case FieldKind::kMoney:
    case FieldKind::kFlag:
    case FieldKind::kRef:
      return Column::Kind::kInt64;
  }
  DD_VERIFY(false);
  return Column::Kind::kText;
}

std::string to_display(const Field& field, const Cell& cell) {
  if (const auto* integer = std::get_if<int64_t>(&cell)) return integer_text(field.kind, *integer);
  if (const auto* decimal = std::get_if<Decimal>(&cell)) return decimal->to_string();
  if (const auto* text = std::get_if<std::string>(&cell)) {
    // A ref not yet resolved is the key of the record it means.
    return field.kind == FieldKind::kRef ? key_for_display(*text) : *text;
  }
  return {};
}

}  // namespace dandang::record
