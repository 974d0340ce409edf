#include "record/dataset.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <string_view>

#include "base/result.h"
#include "record/open_list.h"

namespace dandang::record {

namespace {

// A cell of another kind than the field's is a bug of whoever built the version.
void append_cell(Column& column, const Cell& cell) {
  if (is_blank(cell)) {
    column.append_blank();
    return;
  }
  switch (column.kind()) {
    case Column::Kind::kInt64: {
      const auto* integer = std::get_if<int64_t>(&cell);
      DD_VERIFY(integer != nullptr);
      column.append(*integer);
      return;
    }
    case Column::Kind::kDecimal: {
      if (const auto* integer = std::get_if<int64_t>(&cell)) {
        column.append(Decimal(*integer));
        return;
      }
      const auto* decimal = std::get_if<Decimal>(&cell);
      DD_VERIFY(decimal != nullptr);
      column.append(*decimal);
      return;
    }
    case Column::Kind::kText: {
      const auto* text = std::get_if<std::string>(&cell);
      DD_VERIFY(text != nullptr);
      column.append(std::string_view(*text));
      return;
    }
  }
}

bool matches(const std::vector<std::string>& entry, const std::vector<std::string>& query) {
  if (entry.size() != query.size()) return false;
  for (size_t i = 0; i < query.size(); ++i) {
    if (!query[i].empty() && query[i] != entry[i]) return false;
  }
  return true;
}

}  // namespace

Table::Table(const RecordType& record_type) : type(&record_type) {
  columns.reserve(record_type.fields.size());
  for (const Field& field : record_type.fields) columns.emplace_back(column_kind(field.kind));
}

namespace {

size_t hash_of(std::string_view key) {
  return std::hash<std::string_view>()(key);
}

// A day's number, or what stands for none.
int32_t stored_day(const std::optional<Date>& day, int32_t none) {
  return day ? static_cast<int32_t>(day->days()) : none;
}

}  // namespace

std::optional<size_t> Table::row_of(std::string_view key) const {
  if (key.empty()) return std::nullopt;
  if (slots_.size() < size() * 2) {
    slots_.assign(std::bit_ceil(size() * 2), 0);
    indexed_ = 0;
  }
  if (slots_.empty()) return std::nullopt;
  const size_t mask = slots_.size() - 1;
  // The slot of the key, or the empty one where it would lie.
  const auto slot_of = [&](std::string_view wanted) {
    size_t slot = hash_of(wanted) & mask;
    while (slots_[slot] != 0 && keys_[slots_[slot] - 1] != wanted) slot = (slot + 1) & mask;
    return slot;
  };
  for (; indexed_ < size(); ++indexed_) {
    if (keys_[indexed_].empty()) continue;
    uint32_t& slot = slots_[slot_of(keys_[indexed_])];
    if (slot == 0) slot = static_cast<uint32_t>(indexed_ + 1);
  }
  const uint32_t found = slots_[slot_of(key)];
  return found == 0 ? std::nullopt : std::optional<size_t>(found - 1);
}

std::optional<Date> Table::valid_from(size_t row) const {
  if (valid_from_[row] == kSinceEver) return std::nullopt;
  return Date::from_days(valid_from_[row]);
}

std::optional<Date> Table::valid_to(size_t row) const {
  if (valid_to_[row] == kStill) return std::nullopt;
  return Date::from_days(valid_to_[row]);
}

Source Table::source(size_t row) const {
  const Place& place = places_[source_place_[row]];
  return {place.file, place.sheet, source_row_[row]};
}

std::string Table::record_id(size_t row) const {
  return type->name + ":" + key_for_display(key(row));
}

uint32_t Table::add_place(std::string_view file, std::string_view sheet) {
  // Rows come sheet by sheet: the one wanted is mostly the last.
  for (size_t i = places_.size(); i-- > 0;) {
    if (places_[i].file == file && places_[i].sheet == sheet) return static_cast<uint32_t>(i);
  }
  places_.push_back({std::string(file), std::string(sheet)});
  return static_cast<uint32_t>(places_.size() - 1);
}

void Table::append(const RowHead& head) {
  keys_.append(head.key);
  valid_from_.push_back(stored_day(head.valid_from, kSinceEver));
  valid_to_.push_back(stored_day(head.valid_to, kStill));
  valid_assumed_.push_back(head.valid_assumed ? 1 : 0);
  source_place_.push_back(head.place);
  source_row_.push_back(head.source_row);
  recorded_in_.push_back(head.recorded_in);
  const auto next = static_cast<int64_t>(size());
  const int64_t number = head.number != 0 ? head.number : next;
  if (numbers_.size() == 0) {
    if (number == next) return;
    for (int64_t before = 1; before < next; ++before) numbers_.push_back(before);
  }
  numbers_.push_back(number);
}

void Table::set_head(size_t row, const RowHead& head) {
  set_validity(row, head.valid_from, head.valid_to);
  valid_assumed_.set(row, head.valid_assumed ? 1 : 0);
  source_place_.set(row, head.place);
  source_row_.set(row, head.source_row);
  recorded_in_.set(row, head.recorded_in);
}

namespace {

template <typename T>
Flat<T> chosen(const Flat<T>& values, std::span<const uint32_t> rows) {
  Flat<T> out;
  if (values.size() == 0) return out;
  for (const uint32_t row : rows) out.push_back(values[row]);
  return out;
}

}  // namespace

void Table::keep_rows(std::span<const uint32_t> rows) {
  Flat<int64_t> numbers;
  TextPool keys;
  for (const uint32_t row : rows) {
    numbers.push_back(number(row));
    keys.append(keys_[row]);
  }
  numbers_ = std::move(numbers);
  keys_ = std::move(keys);
  valid_from_ = chosen(valid_from_, rows);
  valid_to_ = chosen(valid_to_, rows);
  valid_assumed_ = chosen(valid_assumed_, rows);
  source_place_ = chosen(source_place_, rows);
  source_row_ = chosen(source_row_, rows);
  recorded_in_ = chosen(recorded_in_, rows);
  for (Column& column : columns) {
    const Column::Parts& parts = column.parts();
    column = Column(column.kind(), {chosen(parts.blank, rows), chosen(parts.integers, rows),
                                    chosen(parts.decimals, rows), parts.dictionary});
  }
  slots_.clear();
  indexed_ = 0;
}

void Table::set_validity(size_t row, std::optional<Date> from, std::optional<Date> to) {
  valid_from_.set(row, stored_day(from, kSinceEver));
  valid_to_.set(row, stored_day(to, kStill));
}

void Table::withdraw(size_t row) {
  valid_from_.set(row, kStill);
  valid_to_.set(row, kSinceEver);
}

bool Table::has_records() const {
  for (size_t row = 0; row < size(); ++row) {
    if (!is_withdrawn(row)) return true;
  }
  return false;
}

Dataset::Dataset(std::shared_ptr<const Catalogue> catalogue) : catalogue_(std::move(catalogue)) {
  tables_.reserve(catalogue_->types.size());
  pending_refs_.reserve(catalogue_->types.size());
  for (const RecordType& type : catalogue_->types) {
    tables_.emplace_back(type);
    pending_refs_.emplace_back(type.fields.size());
  }
}

const Table* Dataset::find_table(std::string_view type) const {
  const std::optional<size_t> index = catalogue_->type_index(type);
  return index ? &tables_[*index] : nullptr;
}

void Dataset::append(size_t type_index, const NewVersion& version, ChangeSetId recorded_in) {
  Table& table = tables_[type_index];
  const std::vector<Field>& fields = table.type->fields;
  DD_VERIFY(version.cells.size() == fields.size());
  for (size_t i = 0; i < fields.size(); ++i) {
    const Cell& cell = version.cells[i];
    if (fields[i].kind != FieldKind::kRef) {
      append_cell(table.columns[i], cell);
      continue;
    }
    // The target may come later: its column is filled by resolve_refs.
    const auto* key = std::get_if<std::string>(&cell);
    DD_VERIFY(key != nullptr || is_blank(cell));
    pending_refs_[type_index][i].push_back(key != nullptr ? *key : std::string());
  }
  table.append({version.key, version.valid_from, version.valid_to, version.valid_assumed,
                table.add_place(version.source.file, version.source.sheet), version.source.row,
                recorded_in});
}

size_t Dataset::resolve_refs() {
  size_t dangling = 0;
  for (size_t t = 0; t < tables_.size(); ++t) {
    const std::vector<Field>& fields = tables_[t].type->fields;
    for (size_t f = 0; f < fields.size(); ++f) {
      if (fields[f].kind != FieldKind::kRef) continue;
      const Table* target = find_table(fields[f].ref_type);
      Column& column = tables_[t].columns[f];
      for (const std::string& key : pending_refs_[t][f]) {
        if (key.empty()) {
          column.append_blank();
          continue;
        }
        if (target != nullptr) {
          if (const auto found = target->row_of(key)) {
            column.append(static_cast<int64_t>(*found));
            continue;
          }
        }
        column.append_blank();
        ++dangling;
      }
      pending_refs_[t][f].clear();
      pending_refs_[t][f].shrink_to_fit();
    }
  }
  return dangling;
}

size_t Dataset::put(const std::vector<NewVersion>& versions) {
  std::vector<const NewVersion*> replaced;
  for (const NewVersion& version : versions) {
    const auto type = catalogue_->type_index(version.type);
    DD_VERIFY(type.has_value());
    if (tables_[*type].row_of(version.key)) {
      replaced.push_back(&version);
    } else {
      append(*type, version, version.based_on.value_or(0));
    }
  }
  size_t dangling = resolve_refs();
  for (const NewVersion* version : replaced) {
    Table& table = tables_[*catalogue_->type_index(version->type)];
    const size_t row = *table.row_of(version->key);
    for (size_t f = 0; f < table.columns.size(); ++f) {
      const Field& field = table.type->fields[f];
      Cell cell = version->cells[f];
      if (field.kind == FieldKind::kRef && !is_blank(cell)) {
        const Table* target = find_table(field.ref_type);
        const auto found = target->row_of(std::get<std::string>(cell));
        if (!found) ++dangling;
        cell = found ? Cell(static_cast<int64_t>(*found)) : Cell();
      } else if (field.kind == FieldKind::kNumber) {
        if (const auto* whole = std::get_if<int64_t>(&cell)) cell = Decimal(*whole);
      }
      table.columns[f].set(row, cell);
    }
    table.set_validity(row, version->valid_from, version->valid_to);
  }
  return dangling;
}

void Dataset::add_coverage(const Coverage& coverage) {
  if (!coverage.open_for.empty()) {
    open_[coverage.type].push_back(coverage);
    return;
  }
  std::erase_if(open_[coverage.type], [&](const Coverage& open) {
    return coverage.key_values.empty() || open.key_values == coverage.key_values;
  });
  // Kept sorted and once: a register taken in every month is asked for once a subject.
  std::vector<std::vector<std::string>>& entries = coverage_[coverage.type];
  const auto place = std::lower_bound(entries.begin(), entries.end(), coverage.key_values);
  if (place == entries.end() || *place != coverage.key_values) {
    entries.insert(place, coverage.key_values);
  }
}

void Dataset::clear_coverage() {
  coverage_.clear();
  open_.clear();
}

bool Dataset::same_coverage(const Dataset& other, const std::string& type) const {
  const auto of_type = [&](const auto& lists) {
    const auto found = lists.find(type);
    return found == lists.end() ? typename std::decay_t<decltype(lists)>::mapped_type()
                                : found->second;
  };
  const auto same = [](const Coverage& a, const Coverage& b) {
    return a.key_values == b.key_values && a.source.file == b.source.file &&
           a.source.sheet == b.source.sheet && a.source.row == b.source.row &&
           a.open_for == b.open_for;
  };
  const std::vector<Coverage> open = of_type(open_);
  const std::vector<Coverage> others = of_type(other.open_);
  return of_type(coverage_) == of_type(other.coverage_) &&
         std::equal(open.begin(), open.end(), others.begin(), others.end(), same);
}

bool Dataset::covers(const RecordType& type, const std::vector<std::string>& key_values) const {
  if (type.absence_keys.empty()) return taken_in(type);
  const auto found = coverage_.find(type.name);
  if (found == coverage_.end()) return false;
  const std::vector<std::vector<std::string>>& entries = found->second;
  // The empty entry, "the whole register", sorts first.
  if (entries.front().empty()) return true;
  if (std::find(key_values.begin(), key_values.end(), "") == key_values.end()) {
    return std::binary_search(entries.begin(), entries.end(), key_values);
  }
  return std::any_of(entries.begin(), entries.end(),
                     [&](const auto& entry) { return matches(entry, key_values); });
}

bool Dataset::is_open_for(const RecordType& type, std::string_view key,
                          const std::vector<std::string>& key_values) const {
  const auto found = open_.find(type.name);
  if (found == open_.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(), [&](const Coverage& open) {
    return (open.open_for == key || open.open_for == kOpenForAnybody) &&
           (open.key_values.empty() || matches(open.key_values, key_values));
  });
}

bool Dataset::has_open(const RecordType& type) const {
  const auto found = open_.find(type.name);
  return found != open_.end() && !found->second.empty();
}

bool Dataset::taken_in(const RecordType& type) const {
  if (coverage_.contains(type.name)) return true;
  const Table* table = find_table(type.name);
  return table != nullptr && table->has_records();
}

}  // namespace dandang::record
