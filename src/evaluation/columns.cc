#include "evaluation/columns.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace dandang::evaluation {
namespace {

using engine::Type;
using record::Blank;
using record::Field;
using record::FieldKind;
using record::RecordType;
namespace state = engine::state;

// A column's values while they are collected.
struct Collected {
  std::vector<int64_t> values;
  std::vector<engine::State> states;
  int64_t low = std::numeric_limits<int64_t>::max();
  int64_t high = std::numeric_limits<int64_t>::min();
  bool lacking = false;

  explicit Collected(size_t rows) : values(rows, 0), states(rows, state::kMissing) {}
  void set(size_t row, int64_t value) {
    values[row] = value;
    states[row] = state::kValue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  void lack(size_t row, engine::State why) {
    states[row] = why;
    lacking = true;
  }
};

Type type_of(FieldKind kind) {
  switch (kind) {
    case FieldKind::kDate:
    case FieldKind::kDay:
      return Type::kDate;
    case FieldKind::kYear:
    case FieldKind::kNumber:
    case FieldKind::kMoney:
    case FieldKind::kFlag:
      return Type::kNumber;
    case FieldKind::kRef:
      return Type::kRow;
    default:
      return Type::kWord;
  }
}

constexpr int kMaxScale = 6;
constexpr int64_t kLargest = int64_t{1} << 60;

// The number's digits with `scale` of them behind the point, if that says it exactly.
std::optional<int64_t> digits_at(const Decimal& number, int scale) {
  const auto digits = number.to_scaled(scale);
  if (!digits || *digits > kLargest || *digits < -kLargest) return std::nullopt;
  return digits;
}

std::optional<int> scale_of(const Column& column) {
  int scale = 0;
  for (size_t row = 0; row < column.size(); ++row) {
    if (column.is_blank(row)) continue;
    while (!digits_at(column.decimal_at(row), scale)) {
      if (++scale > kMaxScale) return std::nullopt;
    }
  }
  return scale;
}

// What a blank cell of the field is, where it is the same for every row.
struct BlankAs {
  engine::State state = state::kMissing;
  int64_t value = 0;
};

std::optional<BlankAs> blank_of(const Field& field, int scale, engine::Dictionary& dictionary) {
  switch (field.blank.kind) {
    case Blank::Kind::kUnknown:
      return BlankAs{state::kMissing, 0};
    case Blank::Kind::kNone:
    case Blank::Kind::kFormula:  // whoever reads the column puts the formula there
      return BlankAs{state::kNull, 0};
    case Blank::Kind::kValue:
      break;
  }
  if (field.kind == FieldKind::kFlag) {
    return BlankAs{state::kValue, field.blank.text == "true" ? 1 : 0};
  }
  if (type_of(field.kind) == Type::kWord) {
    return BlankAs{state::kValue, dictionary.add(field.blank.text)};
  }
  const auto number = Decimal::parse(field.blank.text);
  if (type_of(field.kind) != Type::kNumber || !number) return std::nullopt;
  const auto digits = digits_at(*number, scale);
  if (!digits) return std::nullopt;
  return BlankAs{state::kValue, *digits};
}

template <typename T>
void narrow(const Collected& from, std::vector<uint8_t>& data) {
  data.resize(from.values.size() * sizeof(T));
  auto* out = reinterpret_cast<T*>(data.data());
  for (size_t i = 0; i < from.values.size(); ++i) {
    const bool there = from.states[i] == state::kValue;
    out[i] = there ? static_cast<T>(from.values[i] - from.low) : T{0};
  }
}

uint8_t width_of(uint64_t range) {
  if (range <= std::numeric_limits<uint8_t>::max()) return 1;
  if (range <= std::numeric_limits<uint16_t>::max()) return 2;
  if (range <= std::numeric_limits<uint32_t>::max()) return 4;
  return 8;
}

}  // namespace

RecordColumns::RecordColumns(const Model& model) : model_(model) {
  const auto count = static_cast<uint32_t>(model.data().catalogue().types.size());
  holding_.resize(count);
  for (uint32_t table = 0; table < count; ++table) {
    panels_.push_back(lay_out(table));
    const size_t all = model.data().table(table).size();
    if (model.visible(table).size() == all) continue;
    holding_[table].assign(all, 0);
    for (const feel::Entity& row : model.visible(table)) holding_[table][row.row] = 1;
  }
}

size_t RecordColumns::rows(uint32_t table) const {
  const auto& panel = panels_[table];
  return panel ? panel->panel.periods * panel->panel.owners : model_.data().table(table).size();
}

const engine::Panel* RecordColumns::panel(uint32_t table) const {
  return panels_[table] ? &panels_[table]->panel : nullptr;
}

const uint8_t* RecordColumns::holding(uint32_t table) const {
  return holding_[table].empty() ? nullptr : holding_[table].data();
}

uint32_t RecordColumns::record_row(uint32_t table, uint32_t row) const {
  return panels_[table] ? panels_[table]->record_rows[row] : row;
}

uint32_t RecordColumns::engine_row(uint32_t table, uint32_t record_row) const {
  return panels_[table] ? panels_[table]->cells[record_row] : record_row;
}

size_t RecordColumns::bytes() const {
  size_t sum = 0;
  for (const auto& [key, held] : columns_) sum += held->data.size() + held->states.size();
  for (const auto& panel : panels_) {
    if (!panel) continue;
    sum += panel->present.size();
    sum += (panel->record_rows.size() + panel->cells.size()) * sizeof(uint32_t);
  }
  for (const auto& [key, rows] : lists_) {
    if (rows) sum += (rows->offsets.size() + rows->rows.size() * 2) * sizeof(uint32_t);
  }
  return sum;
}

// Rows of a type whose key is an owner and a year may lie as a panel, if it would not stand mostly
// empty and each owner's rows come in the order of their years.
std::unique_ptr<RecordColumns::HeldPanel> RecordColumns::lay_out(uint32_t table) const {
  const record::Table& records = model_.data().table(table);
  const RecordType& type = *records.type;
  const auto& rows = model_.visible(table);
  if (type.key.size() != 2 || rows.empty() || type.repeats) return nullptr;
  const auto owner = type.field_index(type.key[0]);
  const auto year = type.field_index(type.key[1]);
  if (!owner || !year || type.fields[*owner].kind != FieldKind::kRef ||
      type.fields[*year].kind != FieldKind::kYear) {
    return nullptr;
  }
  const auto owner_table = model_.data().catalogue().type_index(type.fields[*owner].ref_type);
  if (!owner_table || model_.owner_field(static_cast<uint32_t>(*owner_table), table) != *owner) {
    return nullptr;
  }
  const Column& owners = records.columns[*owner];
  const Column& years = records.columns[*year];
  auto held = std::make_unique<HeldPanel>();
  engine::Panel& panel = held->panel;
  int64_t last = std::numeric_limits<int64_t>::min();
  panel.first_period = std::numeric_limits<int64_t>::max();
  for (const feel::Entity& row : rows) {
    if (owners.is_blank(row.row) || years.is_blank(row.row)) return nullptr;
    panel.first_period = std::min(panel.first_period, years.int64_at(row.row));
    last = std::max(last, years.int64_at(row.row));
  }
  panel.owner_table = static_cast<uint32_t>(*owner_table);
  panel.owner_field = static_cast<uint32_t>(*owner);
  panel.period_name = type.key[1];
  panel.owners = model_.data().table(*owner_table).size();
  constexpr int64_t kMostPeriods = 200;
  if (last - panel.first_period >= kMostPeriods) return nullptr;
  panel.periods = static_cast<size_t>(last - panel.first_period + 1);
  const size_t cells = panel.periods * panel.owners;
  if (rows.size() * 5 < cells * 2) return nullptr;
  held->present.assign(cells, 0);
  held->record_rows.assign(cells, 0);
  held->cells.assign(records.size(), 0);
  std::vector<int64_t> latest(panel.owners, std::numeric_limits<int64_t>::min());
  for (const feel::Entity& row : rows) {
    const auto at = static_cast<size_t>(owners.int64_at(row.row));
    const int64_t period = years.int64_at(row.row);
    if (period <= latest[at]) return nullptr;
    latest[at] = period;
    const size_t cell = static_cast<size_t>(period - panel.first_period) * panel.owners + at;
    held->present[cell] = 1;
    held->record_rows[cell] = row.row;
    held->cells[row.row] = static_cast<uint32_t>(cell);
  }
  panel.present = held->present.data();
  return held;
}

const engine::Column* RecordColumns::column(uint32_t table, uint32_t field) {
  const auto key = std::pair(table, field);
  auto found = columns_.find(key);
  if (found == columns_.end()) found = columns_.emplace(key, build(table, field)).first;
  return found->second->usable ? &found->second->column : nullptr;
}

std::unique_ptr<RecordColumns::Held> RecordColumns::build(uint32_t table, uint32_t field_index) {
  const record::Table& records = model_.data().table(table);
  const Field& field = records.type->fields[field_index];
  const Column& source = records.columns[field_index];
  auto held = std::make_unique<Held>();
  engine::Column& column = held->column;
  column.type = type_of(field.kind);
  if (source.kind() == Column::Kind::kDecimal) {
    const auto scale = scale_of(source);
    held->usable = scale.has_value();
    column.scale = scale.value_or(0);
  }
  // A panel's rows that others refer to have moved.
  if (column.type == Type::kRow) {
    const auto target = model_.data().catalogue().type_index(field.ref_type);
    held->usable = target && panels_[*target] == nullptr;
  }
  const auto blank = blank_of(field, column.scale, dictionary_);
  held->usable = held->usable && blank.has_value();
  if (!held->usable) return held;
  const size_t count = rows(table);
  Collected collected(count);
  std::vector<int64_t> words;
  const HeldPanel* panel = panels_[table].get();
  for (size_t i = 0; i < count; ++i) {
    if (panel != nullptr && panel->present[i] == 0) continue;
    const size_t row = panel != nullptr ? panel->record_rows[i] : i;
    if (source.is_blank(row)) {
      if (blank->state == state::kValue) {
        collected.set(i, blank->value);
      } else {
        collected.lack(i, blank->state);
      }
    } else if (source.kind() == Column::Kind::kDecimal) {
      collected.set(i, *digits_at(source.decimal_at(row), column.scale));
    } else if (source.kind() == Column::Kind::kText) {
      const auto code = static_cast<size_t>(source.text_code_at(row));
      if (code >= words.size()) words.resize(code + 1, -1);
      if (words[code] < 0) words[code] = dictionary_.add(std::string(source.text_at(row)));
      collected.set(i, words[code]);
    } else {
      collected.set(i, source.int64_at(row));
    }
  }
  if (collected.low > collected.high) collected.low = collected.high = 0;
  column.low = collected.low;
  column.high = collected.high;
  held->usable = collected.high <= kLargest && collected.low >= -kLargest;
  if (!held->usable) return held;
  column.values.base = collected.low;
  column.values.width = width_of(static_cast<uint64_t>(collected.high - collected.low));
  switch (column.values.width) {
    case 1:
      narrow<uint8_t>(collected, held->data);
      break;
    case 2:
      narrow<uint16_t>(collected, held->data);
      break;
    case 4:
      narrow<uint32_t>(collected, held->data);
      break;
    default:
      narrow<uint64_t>(collected, held->data);
      break;
  }
  column.values.data = held->data.data();
  if (collected.lacking) {
    held->states = std::move(collected.states);
    column.values.states = held->states.data();
  }
  return held;
}

const engine::BackList* RecordColumns::back_list(uint32_t table, uint32_t owner_table) {
  const auto key = std::pair(table, owner_table);
  auto found = lists_.find(key);
  if (found == lists_.end()) found = lists_.emplace(key, list(table, owner_table)).first;
  return found->second ? &found->second->list : nullptr;
}

std::unique_ptr<RecordColumns::HeldList> RecordColumns::list(uint32_t table, uint32_t owner_table) {
  const size_t field = model_.owner_field(owner_table, table);
  const record::Table& records = model_.data().table(table);
  const Field& reference = records.type->fields[field];
  const Column& owners = records.columns[field];
  auto made = std::make_unique<HeldList>();
  made->list.table = table;
  made->list.owner_table = owner_table;
  made->list.reference = column(table, static_cast<uint32_t>(field));
  if (made->list.reference == nullptr || panels_[owner_table] != nullptr) return nullptr;
  const size_t owner_count = rows(owner_table);
  made->offsets.assign(owner_count + 1, 0);
  for (const feel::Entity& row : model_.visible(table)) {
    if (!owners.is_blank(row.row)) {
      ++made->offsets[static_cast<size_t>(owners.int64_at(row.row)) + 1];
    } else if (!reference.required && reference.blank.kind == Blank::Kind::kUnknown) {
      return nullptr;  // it may be anyone's
    }
  }
  for (size_t i = 0; i < owner_count; ++i) made->offsets[i + 1] += made->offsets[i];
  made->rows.resize(made->offsets.back());
  made->owners.resize(made->offsets.back());
  std::vector<uint32_t> next(made->offsets.begin(), made->offsets.end() - 1);
  for (const feel::Entity& row : model_.visible(table)) {
    if (owners.is_blank(row.row)) continue;
    const auto owner = static_cast<size_t>(owners.int64_at(row.row));
    const uint32_t at = next[owner]++;
    made->rows[at] = engine_row(table, row.row);
    made->owners[at] = static_cast<uint32_t>(owner);
  }
  made->list.offsets = made->offsets;
  made->list.rows = made->rows;
  made->list.owners = made->owners;
  return made;
}

}  // namespace dandang::evaluation
