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
  if (is_group_table(table)) return model_.group_count(table - panels_.size());
  if (!is_record_table(table)) {
    return items_[table - panels_.size() - model_.set().subjects.size()]->items.names.size();
  }
  const auto& panel = panels_[table];
  return panel ? panel->panel.periods * panel->panel.owners : model_.data().table(table).size();
}

const engine::Panel* RecordColumns::panel(uint32_t table) const {
  const HeldPanel* held = panel_of(table);
  return held != nullptr ? &held->panel : nullptr;
}

const uint8_t* RecordColumns::holding(uint32_t table) const {
  const bool all = !is_record_table(table) || holding_[table].empty();
  return all ? nullptr : holding_[table].data();
}

uint32_t RecordColumns::record_row(uint32_t table, uint32_t row) const {
  const HeldPanel* held = panel_of(table);
  return held != nullptr ? held->record_rows[row] : row;
}

uint32_t RecordColumns::engine_row(uint32_t table, uint32_t record_row) const {
  const HeldPanel* held = panel_of(table);
  return held != nullptr ? held->cells[record_row] : record_row;
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
  for (const auto& [table, held] : group_references_)
    sum += held->data.size() + held->states.size();
  for (const auto& held : items_) {
    for (const HeldList* rows : {held->rows.get(), held->by_owner.get()}) {
      sum += (rows->offsets.size() + rows->rows.size() * 2) * sizeof(uint32_t);
    }
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

// A group's column holds what its members have in common: a field that makes the group.
std::unique_ptr<RecordColumns::Held> RecordColumns::build(uint32_t table, uint32_t field_index) {
  const bool grouped = is_group_table(table);
  size_t source_table = table;
  if (grouped) {
    const policy::Subject& subject = model_.set().subjects[table - panels_.size()];
    source_table = *model_.data().catalogue().type_index(subject.of);
    field_index = static_cast<uint32_t>(
        *model_.data().catalogue().types[source_table].field_index(subject.by[field_index]));
  }
  const record::Table& records = model_.data().table(source_table);
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
  const HeldPanel* panel = panel_of(table);
  for (size_t i = 0; i < count; ++i) {
    if (panel != nullptr && panel->present[i] == 0) continue;
    const size_t row = grouped            ? model_.members_of(group(table, i)).front().row
                       : panel != nullptr ? panel->record_rows[i]
                                          : i;
    if (source.is_blank(row)) {
      // What a formula puts there is the plain evaluator's.
      held->usable = held->usable && !(grouped && field.blank.kind == Blank::Kind::kFormula);
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
  held->usable = held->usable && collected.high <= kLargest && collected.low >= -kLargest;
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
  for (const auto& held : items_) {
    if (table == held->items.table) return &held->by_owner->list;
    if (owner_table == held->items.table) return &held->rows->list;
  }
  const auto key = std::pair(table, owner_table);
  auto found = lists_.find(key);
  if (found == lists_.end()) {
    auto made =
        is_group_table(owner_table) ? member_list(table, owner_table) : list(table, owner_table);
    found = lists_.emplace(key, std::move(made)).first;
  }
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

std::unique_ptr<RecordColumns::HeldList> RecordColumns::list_of(
    uint32_t table, uint32_t owner_table, const std::vector<std::vector<uint32_t>>& rows) {
  auto made = std::make_unique<HeldList>();
  made->offsets.push_back(0);
  for (size_t owner = 0; owner < rows.size(); ++owner) {
    made->rows.insert(made->rows.end(), rows[owner].begin(), rows[owner].end());
    made->owners.resize(made->rows.size(), static_cast<uint32_t>(owner));
    made->offsets.push_back(static_cast<uint32_t>(made->rows.size()));
  }
  made->list.table = table;
  made->list.owner_table = owner_table;
  made->list.offsets = made->offsets;
  made->list.rows = made->rows;
  made->list.owners = made->owners;
  return made;
}

// ---- groups and items ----

// Members that are surely in a group; who has others is told by Planner::complete.
std::unique_ptr<RecordColumns::HeldList> RecordColumns::member_list(uint32_t table,
                                                                    uint32_t group_table) {
  const size_t groups = rows(group_table);
  const size_t count = rows(table);
  if (groups == 0 && count > 0) return nullptr;  // no row to look at for those who are in none
  std::vector<std::vector<uint32_t>> members(groups);
  auto reference = std::make_unique<Held>();
  reference->data.assign(count * sizeof(uint32_t), 0);
  reference->states.assign(count, state::kNull);
  auto* group_of = reinterpret_cast<uint32_t*>(reference->data.data());
  for (size_t g = 0; g < groups; ++g) {
    const feel::Entity entity = group(group_table, g);
    const std::vector<feel::Entity>& all = model_.members_of(entity);
    for (size_t i = 0; i < all.size(); ++i) {
      if (!model_.is_surely_in(entity, i)) continue;
      const uint32_t row = engine_row(table, all[i].row);
      members[g].push_back(row);
      group_of[row] = static_cast<uint32_t>(g);
      reference->states[row] = state::kValue;
    }
  }
  engine::Column& column = reference->column;
  column.type = Type::kRow;
  column.high = static_cast<int64_t>(groups);
  column.values =
      engine::Vector{reference->data.data(), reference->states.data(), 0, sizeof(uint32_t)};
  auto made = list_of(table, group_table, members);
  made->list.reference = &column;
  group_references_[group_table] = std::move(reference);
  return made;
}

std::unique_ptr<RecordColumns::HeldItems> RecordColumns::find_items(uint32_t table,
                                                                    uint32_t owner_table,
                                                                    uint32_t field) const {
  const size_t owner_field = model_.owner_field(owner_table, table);
  const record::Table& records = model_.data().table(table);
  const Column& owners = records.columns[owner_field];
  std::vector<std::map<std::string, std::vector<uint32_t>>> by_owner(rows(owner_table));
  auto made = std::make_unique<HeldItems>();
  made->field = field;
  for (const feel::Entity& row : model_.visible(table)) {
    if (owners.is_blank(row.row)) continue;
    const auto owner = static_cast<size_t>(owners.int64_at(row.row));
    const feel::Value item = model_.field_value(row, field);
    if (item.is_unknown()) {
      made->items.unclear.push_back(static_cast<uint32_t>(owner));
    } else if (!item.is_null()) {
      by_owner[owner][item.to_string()].push_back(engine_row(table, row.row));
    }
  }
  std::vector<std::vector<uint32_t>> of_item;
  std::vector<std::vector<uint32_t>> of_owner(by_owner.size());
  for (size_t owner = 0; owner < by_owner.size(); ++owner) {
    for (auto& [name, rows_of_item] : by_owner[owner]) {
      of_owner[owner].push_back(static_cast<uint32_t>(of_item.size()));
      made->items.names.push_back(name);
      of_item.push_back(std::move(rows_of_item));
    }
  }
  made->items.table =
      static_cast<uint32_t>(panels_.size() + model_.set().subjects.size() + items_.size());
  made->rows = list_of(table, made->items.table, of_item);
  made->by_owner = list_of(made->items.table, owner_table, of_owner);
  return made;
}

const engine::Items* RecordColumns::items(uint32_t table, uint32_t owner_table, uint32_t field) {
  // A row that may be anyone's may be of any item.
  if (back_list(table, owner_table) == nullptr) return nullptr;
  for (const auto& held : items_) {
    if (held->rows->list.table == table && held->by_owner->list.owner_table == owner_table &&
        held->field == field) {
      return &held->items;
    }
  }
  items_.push_back(find_items(table, owner_table, field));
  return &items_.back()->items;
}

}  // namespace dandang::evaluation
