#include "record/version.h"

#include <algorithm>

namespace dandang::record {

std::string key_of(const RecordType& type, const std::vector<Cell>& cells) {
  std::vector<std::string> parts;
  bool any = false;
  for (const std::string& name : type.key) {
    const auto index = type.field_index(name);
    if (!index) continue;
    const Field& field = type.fields[*index];
    const Cell& cell = cells[*index];
    any = any || !is_blank(cell);
    const auto* target = field.kind == FieldKind::kRef ? std::get_if<std::string>(&cell) : nullptr;
    parts.push_back(target != nullptr ? *target : to_display(field, cell));
  }
  return any ? key_text(parts) : std::string();
}

void set_valid_time(const RecordType& type, NewVersion& version) {
  const auto index = type.field_index(type.valid_field);
  const auto* value = index ? std::get_if<int64_t>(&version.cells[*index]) : nullptr;
  switch (type.valid) {
    case RecordType::Valid::kAlways:
      return;
    case RecordType::Valid::kSnapshot:
      version.valid_assumed = true;
      return;
    case RecordType::Valid::kYear:
      version.valid_from = std::nullopt;
      if (value != nullptr) version.valid_from = Date::from_ymd(static_cast<int>(*value), 1, 1);
      return;
    case RecordType::Valid::kFrom:
      break;
  }
  if (value != nullptr) {
    version.valid_from = Date::from_days(static_cast<int32_t>(*value));
  } else if (type.taken_with.empty()) {
    version.valid_from = Date::from_ymd(9999, 12, 31);
  }
}

NewVersion version_at(const Dataset& data, size_t type_index, size_t row) {
  const Table& table = data.table(type_index);
  NewVersion out;
  out.type = table.type->name;
  out.key = std::string(table.key(row));
  for (size_t f = 0; f < table.columns.size(); ++f) {
    Cell cell = table.columns[f].cell_at(row);
    const Field& field = table.type->fields[f];
    if (field.kind == FieldKind::kRef && !is_blank(cell)) {
      const Table* target = data.find_table(field.ref_type);
      cell = std::string(target->key(static_cast<size_t>(std::get<int64_t>(cell))));
    }
    out.cells.push_back(std::move(cell));
  }
  out.valid_from = table.valid_from(row);
  out.valid_to = table.valid_to(row);
  out.valid_assumed = table.valid_assumed(row);
  out.source = table.source(row);
  out.based_on = table.recorded_in(row);
  return out;
}

}  // namespace dandang::record
