#include "record/dataset.h"

#include <algorithm>
#include <string_view>

#include "base/result.h"

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

bool Table::holds_on(size_t row, Date day) const {
  if (valid_from[row] && day < *valid_from[row]) return false;
  return !valid_to[row] || day <= *valid_to[row];
}

std::string Table::record_id(size_t row) const {
  return type->name + ":" + key_for_display(keys[row]);
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
  // Of two rows with one key the first is found by it.
  table.row_by_key.try_emplace(version.key, table.keys.size());
  table.keys.push_back(version.key);
  table.valid_from.push_back(version.valid_from);
  table.valid_to.push_back(version.valid_to);
  table.valid_assumed.push_back(version.valid_assumed ? 1 : 0);
  table.sources.push_back(version.source);
  table.recorded_in.push_back(recorded_in);
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
          if (const auto found = target->row_by_key.find(key); found != target->row_by_key.end()) {
            column.append(static_cast<int64_t>(found->second));
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

bool Dataset::is_open_for(const RecordType& type, const std::string& key,
                          const std::vector<std::string>& key_values) const {
  const auto found = open_.find(type.name);
  if (found == open_.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(), [&](const Coverage& open) {
    return open.open_for == key &&
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
  return table != nullptr && table->size() > 0;
}

}  // namespace dandang::record
