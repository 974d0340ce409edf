#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/column.h"
#include "base/date.h"
#include "base/flat.h"
#include "record/change_set.h"
#include "record/record_type.h"

namespace dandang {
class MappedFile;
}

namespace dandang::record {

// What is known of one record beside its fields.
struct RowHead {
  std::string_view key;
  std::optional<Date> valid_from;
  std::optional<Date> valid_to;
  bool valid_assumed = false;
  uint32_t place = 0;  // of the table's places
  int source_row = 0;
  ChangeSetId recorded_in = 0;
  int64_t number = 0;  // the store's own; 0: one more than the row's
};

// The records of one type known at one change set, as columns. Its parts may lie in a mapped file.
class Table {
 public:
  explicit Table(const RecordType& record_type);

  const RecordType* type;
  std::vector<Column> columns;  // one a field; a ref is the target's row in its table

  size_t size() const { return keys_.size(); }
  // Valid until a row is added.
  std::string_view key(size_t row) const { return keys_[row]; }
  // Of two rows with one key the first is found by it. None is found by the empty key.
  std::optional<size_t> row_of(std::string_view key) const;
  std::optional<Date> valid_from(size_t row) const;
  std::optional<Date> valid_to(size_t row) const;
  bool valid_assumed(size_t row) const { return valid_assumed_[row] != 0; }
  Source source(size_t row) const;
  ChangeSetId recorded_in(size_t row) const { return recorded_in_[row]; }
  // The store's own number of the record, by which rows of a loaded dataset rise.
  int64_t number(size_t row) const {
    return numbers_.size() == 0 ? static_cast<int64_t>(row) + 1 : numbers_[row];
  }
  // Whether the record holds on that day.
  bool holds_on(size_t row, Date day) const {
    return valid_from_[row] <= day.days() && day.days() <= valid_to_[row];
  }
  // "年度考核:610799…/2024", the id by which findings cite it.
  std::string record_id(size_t row) const;

  // A sheet rows come from, known from now on by the number returned.
  uint32_t add_place(std::string_view file, std::string_view sheet);
  // The columns are appended to beside it.
  void append(const RowHead& head);
  void set_validity(size_t row, std::optional<Date> from, std::optional<Date> to);
  // The record is there no more, on no day: its row stays, for the others to keep theirs.
  void withdraw(size_t row);
  bool is_withdrawn(size_t row) const {
    return valid_from_[row] == kStill && valid_to_[row] == kSinceEver;
  }
  // Whether a row is there that is not withdrawn.
  bool has_records() const;
  // All but the key and the number, which a record keeps for good. The cells are set beside it.
  void set_head(size_t row, const RowHead& head);
  // Keeps these rows only, in this order. Refs to the table are not followed.
  void keep_rows(std::span<const uint32_t> rows);

 private:
  friend class SnapshotWriter;
  friend class SnapshotReader;
  static constexpr int32_t kSinceEver = std::numeric_limits<int32_t>::min();
  static constexpr int32_t kStill = std::numeric_limits<int32_t>::max();
  struct Place {
    std::string file;
    std::string sheet;
  };

  TextPool keys_;
  Flat<int32_t> valid_from_;  // days since 1970-01-01
  Flat<int32_t> valid_to_;
  Flat<uint8_t> valid_assumed_;
  std::vector<Place> places_;
  Flat<uint32_t> source_place_;
  Flat<int32_t> source_row_;
  Flat<ChangeSetId> recorded_in_;
  Flat<int64_t> numbers_;  // empty where they are 1, 2, 3 …
  // Rows by the hash of their key, made when a key is first asked for: row + 1, 0 where none is.
  mutable std::vector<uint32_t> slots_;
  mutable size_t indexed_ = 0;
};

// Everything known at one change set.
class Dataset {
 public:
  explicit Dataset(std::shared_ptr<const Catalogue> catalogue);

  const Catalogue& catalogue() const { return *catalogue_; }
  Table& table(size_t type_index) { return tables_[type_index]; }
  const Table& table(size_t type_index) const { return tables_[type_index]; }
  const Table* find_table(std::string_view type) const;

  // Adds a version; refs must be resolvable by key once all rows are in (see resolve_refs).
  void append(size_t type_index, const NewVersion& version, ChangeSetId recorded_in);
  // Turns the keys of refs into rows. Returns how many point to nothing (they become blank).
  size_t resolve_refs();
  // After resolve_refs: each version stands in the place of the record's known one, or behind the
  // rows. Refs may point to each other; those that point to nothing become blank, and are counted.
  size_t put(const std::vector<NewVersion>& versions);

  void add_coverage(const Coverage& coverage);
  void clear_coverage();
  // Whether both know the same lists of the type, and the same rows that they are open for.
  bool same_coverage(const Dataset& other, const std::string& type) const;
  // Whether the list of this type is complete for these keys. `key_values` follows the type's
  // absence_keys; an empty string stands for any.
  bool covers(const RecordType& type, const std::vector<std::string>& key_values) const;
  // Whether a row about the record of that key was refused, so that the list is open for it.
  bool is_open_for(const RecordType& type, std::string_view key,
                   const std::vector<std::string>& key_values) const;
  // Whether the list is open for anybody.
  bool has_open(const RecordType& type) const;
  // Whether anything of the type was ever taken in.
  bool taken_in(const RecordType& type) const;

  ChangeSetId known_at = 0;
  std::string known_at_time;
  std::vector<ParameterValue> parameters;
  std::vector<PackageFile> packages;

 private:
  friend class SnapshotWriter;
  friend class SnapshotReader;
  friend class RegionJoiner;

  std::shared_ptr<const Catalogue> catalogue_;
  std::vector<Table> tables_;
  // Keys of refs until resolve_refs: [type][field] -> one text a row.
  std::vector<std::vector<std::vector<std::string>>> pending_refs_;
  std::unordered_map<std::string, std::vector<std::vector<std::string>>> coverage_;
  std::unordered_map<std::string, std::vector<Coverage>> open_;  // by type
  // What the tables' parts lie in, if they are mapped.
  std::shared_ptr<const MappedFile> backing_;
};

}  // namespace dandang::record
