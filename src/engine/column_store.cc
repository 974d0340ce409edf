#include "engine/column_store.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace dandang::engine {
namespace {

constexpr PieceMagic kMagic = {'D', 'D', 'C', 'O', 'L', 'S', '0', '3'};

template <typename T>
std::vector<uint8_t> bytes_of(const std::vector<T>& values) {
  std::vector<uint8_t> bytes(values.size() * sizeof(T));
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

template <typename T>
std::vector<uint8_t> narrowed(const std::vector<int64_t>& values, const std::vector<State>& states,
                              int64_t low) {
  std::vector<T> out(values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    const bool there = states.empty() || states[i] == state::kValue;
    out[i] = there ? static_cast<T>(values[i] - low) : T{0};
  }
  return bytes_of(out);
}

}  // namespace

void ColumnStore::Piece::own(std::vector<uint8_t> values) {
  owned = std::move(values);
  data = owned.data();
  size = owned.size();
}

void ColumnStore::add_table(uint32_t table, size_t rows) {
  tables_[table] = rows;
}

void ColumnStore::add_column(uint32_t table, uint32_t field, Type type, int scale,
                             const std::vector<int64_t>& values, std::vector<State> states) {
  auto held = std::make_unique<HeldColumn>();
  Column& column = held->column;
  column.type = type;
  column.scale = scale;
  column.low = std::numeric_limits<int64_t>::max();
  column.high = std::numeric_limits<int64_t>::min();
  for (size_t i = 0; i < values.size(); ++i) {
    if (!states.empty() && states[i] != state::kValue) continue;
    column.low = std::min(column.low, values[i]);
    column.high = std::max(column.high, values[i]);
  }
  if (column.low > column.high) column.low = column.high = 0;
  column.values.base = column.low;
  const auto range = static_cast<uint64_t>(column.high) - static_cast<uint64_t>(column.low);
  if (range <= std::numeric_limits<uint8_t>::max()) {
    column.values.width = 1;
    held->values.own(narrowed<uint8_t>(values, states, column.low));
  } else if (range <= std::numeric_limits<uint16_t>::max()) {
    column.values.width = 2;
    held->values.own(narrowed<uint16_t>(values, states, column.low));
  } else if (range <= std::numeric_limits<uint32_t>::max()) {
    column.values.width = 4;
    held->values.own(narrowed<uint32_t>(values, states, column.low));
  } else {
    column.values.width = 8;
    held->values.own(narrowed<uint64_t>(values, states, column.low));
  }
  const bool lacking =
      std::any_of(states.begin(), states.end(), [](State s) { return s != state::kValue; });
  if (lacking) held->states.own(std::move(states));
  columns_[{table, field}] = std::move(held);
  connect();
}

void ColumnStore::add_panel(uint32_t table, Panel panel, std::vector<uint8_t> present) {
  auto held = std::make_unique<HeldPanel>();
  held->panel = std::move(panel);
  held->present.own(std::move(present));
  panels_[table] = std::move(held);
  connect();
}

void ColumnStore::add_back_list(uint32_t table, uint32_t field, uint32_t owner_table) {
  const Column& reference = *column(table, field);
  std::vector<uint32_t> offsets(rows(owner_table) + 1, 0);
  const size_t count = rows(table);
  for (size_t i = 0; i < count; ++i) {
    if (reference.values.state_at(i) != state::kValue) continue;
    ++offsets[static_cast<size_t>(reference.values.value_at(i)) + 1];
  }
  for (size_t i = 0; i + 1 < offsets.size(); ++i) offsets[i + 1] += offsets[i];
  std::vector<uint32_t> listed(offsets.back());
  std::vector<uint32_t> owners(offsets.back());
  std::vector<uint32_t> next(offsets);
  for (size_t i = 0; i < count; ++i) {
    if (reference.values.state_at(i) != state::kValue) continue;
    const auto owner = static_cast<uint32_t>(reference.values.value_at(i));
    const uint32_t at = next[owner]++;
    listed[at] = static_cast<uint32_t>(i);
    owners[at] = owner;
  }
  auto held = std::make_unique<HeldList>();
  held->field = field;
  held->list.table = table;
  held->list.owner_table = owner_table;
  held->offsets.own(bytes_of(offsets));
  held->rows.own(bytes_of(listed));
  held->owners.own(bytes_of(owners));
  lists_[{table, owner_table}] = std::move(held);
  connect();
}

// Lets the views point to where the bytes lie.
void ColumnStore::connect() {
  for (auto& [key, held] : columns_) {
    held->column.values.data = held->values.data;
    held->column.values.states = held->states.size == 0 ? nullptr : held->states.data;
  }
  for (auto& [table, held] : panels_) held->panel.present = held->present.data;
  for (auto& [key, held] : lists_) {
    held->list.offsets = held->offsets.as<uint32_t>();
    held->list.rows = held->rows.as<uint32_t>();
    held->list.owners = held->owners.as<uint32_t>();
    const auto reference = columns_.find({held->list.table, held->field});
    held->list.reference = reference == columns_.end() ? nullptr : &reference->second->column;
  }
}

size_t ColumnStore::rows(uint32_t table) const {
  const auto found = tables_.find(table);
  return found == tables_.end() ? 0 : found->second;
}

const Column* ColumnStore::column(uint32_t table, uint32_t field) {
  const auto found = columns_.find({table, field});
  return found == columns_.end() ? nullptr : &found->second->column;
}

const Panel* ColumnStore::panel(uint32_t table) const {
  const auto found = panels_.find(table);
  return found == panels_.end() ? nullptr : &found->second->panel;
}

const BackList* ColumnStore::back_list(uint32_t table, uint32_t owner_table) {
  const auto found = lists_.find({table, owner_table});
  return found == lists_.end() ? nullptr : &found->second->list;
}

size_t ColumnStore::bytes() const {
  size_t sum = 0;
  for (const auto& [key, held] : columns_) sum += held->values.size + held->states.size;
  for (const auto& [table, held] : panels_) sum += held->present.size;
  for (const auto& [key, held] : lists_) {
    sum += held->offsets.size + held->rows.size + held->owners.size;
  }
  return sum;
}

Result<size_t> ColumnStore::save(const std::string& path) const {
  PieceWriter writer(kMagic);
  writer.put(static_cast<uint32_t>(tables_.size()));
  for (const auto& [table, rows] : tables_) {
    writer.put(table);
    writer.put(static_cast<uint64_t>(rows));
  }
  writer.put(static_cast<uint32_t>(columns_.size()));
  for (const auto& [key, held] : columns_) {
    writer.put(key.first);
    writer.put(key.second);
    writer.put(held->column.type);
    writer.put(static_cast<int32_t>(held->column.scale));
    writer.put(held->column.values.base);
    writer.put(held->column.values.width);
    writer.put(held->column.low);
    writer.put(held->column.high);
    writer.put_piece(held->values.bytes());
    writer.put_piece(held->states.bytes());
  }
  writer.put(static_cast<uint32_t>(panels_.size()));
  for (const auto& [table, held] : panels_) {
    writer.put(table);
    writer.put(held->panel.owner_table);
    writer.put(held->panel.owner_field);
    writer.put_text(held->panel.period_name);
    writer.put(held->panel.first_period);
    writer.put(static_cast<uint64_t>(held->panel.periods));
    writer.put(static_cast<uint64_t>(held->panel.owners));
    writer.put_piece(held->present.bytes());
  }
  writer.put(static_cast<uint32_t>(lists_.size()));
  for (const auto& [key, held] : lists_) {
    writer.put(key.first);
    writer.put(key.second);
    writer.put(held->field);
    writer.put(static_cast<uint64_t>(held->list.rows.size()));
    writer.put_piece(held->offsets.bytes());
    writer.put_piece(held->rows.bytes());
    writer.put_piece(held->owners.bytes());
  }
  writer.put(static_cast<uint32_t>(dictionary_.size()));
  for (size_t i = 0; i < dictionary_.size(); ++i) {
    writer.put_text(dictionary_.word(static_cast<int64_t>(i)));
  }
  return writer.write(path);
}

Result<ColumnStore> ColumnStore::open(const std::string& path) {
  ColumnStore store;
  DD_ASSIGN_OR_RETURN(store.file_, MappedFile::open(path));
  PieceReader reader(*store.file_, kMagic, PieceReader::Check::kDirectory);
  // A piece that must be `wanted` bytes, or, where none is allowed, nothing.
  const auto get_piece = [&](Piece& piece, uint64_t wanted, bool or_none = false) {
    const auto bytes = reader.get_piece<uint8_t>();
    reader.require(bytes.size() == wanted || (or_none && bytes.empty()));
    piece.data = bytes.data();
    piece.size = bytes.size();
  };
  const auto tables = reader.get<uint32_t>();
  reader.require(tables <= kMostTables);
  for (uint32_t i = 0; i < tables && reader.good(); ++i) {
    const auto table = reader.get<uint32_t>();
    const auto rows = reader.get<uint64_t>();
    reader.require(rows <= kMostRows);
    store.tables_[table] = static_cast<size_t>(rows);
  }
  const auto columns = reader.get<uint32_t>();
  for (uint32_t i = 0; i < columns && reader.good(); ++i) {
    const auto table = reader.get<uint32_t>();
    const auto field = reader.get<uint32_t>();
    auto held = std::make_unique<HeldColumn>();
    held->column.type = reader.get<Type>();
    held->column.scale = reader.get<int32_t>();
    held->column.values.base = reader.get<int64_t>();
    held->column.values.width = reader.get<uint8_t>();
    held->column.low = reader.get<int64_t>();
    held->column.high = reader.get<int64_t>();
    const uint8_t width = held->column.values.width;
    reader.require(width == 1 || width == 2 || width == 4 || width == 8);
    reader.require(held->column.type <= Type::kRow);
    get_piece(held->values, store.rows(table) * width);
    get_piece(held->states, store.rows(table), true);
    store.columns_[{table, field}] = std::move(held);
  }
  const auto panels = reader.get<uint32_t>();
  for (uint32_t i = 0; i < panels && reader.good(); ++i) {
    const auto table = reader.get<uint32_t>();
    auto held = std::make_unique<HeldPanel>();
    held->panel.owner_table = reader.get<uint32_t>();
    held->panel.owner_field = reader.get<uint32_t>();
    held->panel.period_name = reader.get_text();
    held->panel.first_period = reader.get<int64_t>();
    held->panel.periods = reader.get<uint64_t>();
    held->panel.owners = reader.get<uint64_t>();
    reader.require(held->panel.owners == store.rows(held->panel.owner_table) &&
                   held->panel.periods <= kMostRows &&
                   held->panel.periods * held->panel.owners == store.rows(table));
    get_piece(held->present, store.rows(table));
    store.panels_[table] = std::move(held);
  }
  const auto lists = reader.get<uint32_t>();
  for (uint32_t i = 0; i < lists && reader.good(); ++i) {
    const auto table = reader.get<uint32_t>();
    const auto owner_table = reader.get<uint32_t>();
    auto held = std::make_unique<HeldList>();
    held->field = reader.get<uint32_t>();
    held->list.table = table;
    held->list.owner_table = owner_table;
    const auto listed = reader.get<uint64_t>();
    reader.require(listed <= kMostRows);
    get_piece(held->offsets, (store.rows(owner_table) + 1) * sizeof(uint32_t));
    get_piece(held->rows, listed * sizeof(uint32_t));
    get_piece(held->owners, listed * sizeof(uint32_t));
    store.lists_[{table, owner_table}] = std::move(held);
  }
  const auto words = reader.get<uint32_t>();
  for (uint32_t i = 0; i < words && reader.good(); ++i) {
    reader.require(store.dictionary_.add(reader.get_text()) == static_cast<int64_t>(i));
  }
  if (!reader.good()) return broken_piece_file(path);
  store.connect();
  return store;
}

}  // namespace dandang::engine
