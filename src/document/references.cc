#include "document/references.h"

#include <algorithm>

#include "document/plain_text.h"

namespace dandang::document {
namespace {

// Looking for a near name is quadratic; an office reads the first ones and sees the pattern.
constexpr size_t kNearestNames = 200;
constexpr size_t kNearestAmong = 5'000;

void add_key(std::vector<std::string>& keys, const std::string& key) {
  // A record is indexed once, under its name and its key: often the same word.
  if (keys.empty() || keys.back() != key) keys.push_back(key);
}

std::string spelt_alike(std::string_view name) {
  return compact(plain_name(name));
}

}  // namespace

References::References(const record::Catalogue& catalogue, const record::Dataset& known)
    : catalogue_(&catalogue), types_(catalogue.types.size()) {
  for (size_t i = 0; i < types_.size(); ++i) {
    types_[i].known = known.find_table(catalogue.types[i].name);
    const bool any = types_[i].known != nullptr && types_[i].known->size() > 0;
    types_[i].taken_in = any || known.taken_in(catalogue.types[i]);
  }
}

void References::expect(size_t type, size_t rows) {
  types_[type].expected = true;
  types_[type].batch.reserve(types_[type].batch.bucket_count() + rows);
}

void References::add(size_t type, const std::string& key, const std::string& name, RowId row) {
  const bool is_new = types_[type].batch.try_emplace(key, InBatch{row, false, name}).second;
  if (is_new && types_[type].named) {
    index_name(types_[type], name, key);
    index_name(types_[type], record::key_for_display(key), key);
  }
}

void References::accept(size_t type, const std::string& key, const std::string& name, RowId row) {
  InBatch& entry = types_[type].batch[key];
  if (entry.row != row) entry.name = name;
  entry.row = row;
  entry.accepted = true;
}

void References::withdraw(size_t type, const std::string& key) {
  const auto found = types_[type].batch.find(key);
  if (found != types_[type].batch.end()) found->second.accepted = false;
}

References::Found References::by_key(size_t type, const std::string& key) const {
  const TypeIndex& index = types_[type];
  const auto found = index.batch.find(key);
  const bool in_batch = found != index.batch.end();
  const bool accepted = in_batch && found->second.accepted;
  if (accepted || (index.known != nullptr && index.known->row_of(key).has_value())) {
    return {Found::State::kGood, key, 0};
  }
  if (in_batch) {
    if (index.closed) return {Found::State::kRefused, key, found->second.row};
    used_undecided_ = true;
    return {Found::State::kGood, key, 0};
  }
  const bool register_there = index.taken_in || index.expected;
  return {register_there ? Found::State::kMissing : Found::State::kNoRegister, {}, 0};
}

References::Found References::by_name(size_t type, std::string_view name, const Narrow& narrow) {
  index_names(type);
  const TypeIndex& index = types_[type];
  const std::vector<std::string>* keys = nullptr;
  if (const auto found = index.keys_by_name.find(spelt_alike(name));
      found != index.keys_by_name.end()) {
    keys = &found->second;
  } else if (const auto bare = index.keys_by_bare_name.find(comparable_name(name));
             bare != index.keys_by_bare_name.end()) {
    keys = &bare->second;
  }
  if (keys == nullptr) {
    const bool register_there = index.taken_in || index.expected;
    return {register_there ? Found::State::kMissing : Found::State::kNoRegister, {}, 0};
  }
  if (keys->size() == 1) return by_key(type, keys->front());
  const std::vector<std::string> left = narrow ? narrow(*keys) : *keys;
  if (left.size() == 1) return by_key(type, left.front());
  return {Found::State::kAmbiguous, {}, 0};
}

std::string References::name_of(size_t type, const std::string& key) const {
  const TypeIndex& index = types_[type];
  const auto found = index.batch.find(key);
  if (found != index.batch.end() && !found->second.name.empty()) return found->second.name;
  return known_name(index, type, key);
}

std::optional<References::RowId> References::accepted_row(size_t type,
                                                          const std::string& key) const {
  const auto found = types_[type].batch.find(key);
  if (found == types_[type].batch.end() || !found->second.accepted) return std::nullopt;
  return found->second.row;
}

std::optional<References::RowId> References::batch_row(size_t type, const std::string& key) const {
  const auto found = types_[type].batch.find(key);
  if (found == types_[type].batch.end()) return std::nullopt;
  return found->second.row;
}

std::string References::nearest_name(size_t type, std::string_view name) {
  TypeIndex& index = types_[type];
  const std::string wanted = spelt_alike(name);
  if (const auto found = index.nearest.find(wanted); found != index.nearest.end()) {
    return found->second;
  }
  index_names(type);
  if (index.nearest.size() >= kNearestNames || index.keys_by_name.size() > kNearestAmong) return {};
  std::vector<std::string> names;
  for (const auto& [known, keys] : index.keys_by_name) names.push_back(known);
  // In order, so that of two as near the same one is named every time.
  std::sort(names.begin(), names.end());
  return index.nearest.emplace(wanted, closest_match(wanted, names)).first->second;
}

bool References::stands(size_t type, const std::string& key) const {
  const TypeIndex& index = types_[type];
  return accepted_row(type, key) ||
         (index.known != nullptr && index.known->row_of(key).has_value());
}

void References::index_names(size_t type) {
  TypeIndex& index = types_[type];
  if (index.named) return;
  index.named = true;
  for (const auto& [key, record] : index.batch) {
    index_name(index, record.name, key);
    index_name(index, record::key_for_display(key), key);
  }
  if (index.known == nullptr) return;
  for (size_t row = 0; row < index.known->size(); ++row) {
    const std::string key(index.known->key(row));
    if (index.batch.count(key) > 0) continue;  // the batch has its present name
    index_name(index, known_name(index, type, key), key);
    index_name(index, record::key_for_display(key), key);
  }
}

void References::index_name(TypeIndex& index, const std::string& name,
                            const std::string& key) const {
  if (name.empty()) return;
  add_key(index.keys_by_name[spelt_alike(name)], key);
  add_key(index.keys_by_bare_name[comparable_name(name)], key);
}

std::string References::known_name(const TypeIndex& index, size_t type,
                                   const std::string& key) const {
  if (index.known == nullptr) return {};
  const std::optional<size_t> row = index.known->row_of(key);
  const auto field = index.known->type->field_index(catalogue_->types[type].name_field);
  if (!row || !field) return {};
  const Column& column = index.known->columns[*field];
  if (column.kind() != Column::Kind::kText || column.is_blank(*row)) return {};
  return std::string(column.text_at(*row));
}

}  // namespace dandang::document
