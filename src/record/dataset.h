#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/column.h"
#include "record/change_set.h"
#include "record/record_type.h"

namespace dandang::record {

// The records of one type known at one change set, as columns.
struct Table {
  explicit Table(const RecordType& record_type);

  const RecordType* type;
  std::vector<Column> columns;  // one a field; a ref is the target's row in its table
  std::vector<std::string> keys;
  std::vector<std::optional<Date>> valid_from;
  std::vector<std::optional<Date>> valid_to;
  std::vector<uint8_t> valid_assumed;
  std::vector<Source> sources;
  std::vector<ChangeSetId> recorded_in;
  std::unordered_map<std::string, size_t> row_by_key;

  size_t size() const { return keys.size(); }
  // Whether the record holds on that day.
  bool holds_on(size_t row, Date day) const;
  // "年度考核:610799…/2024", the id by which findings cite it.
  std::string record_id(size_t row) const;
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

  void add_coverage(const Coverage& coverage);
  // Whether the list of this type is complete for these keys. `key_values` follows the type's
  // absence_keys; an empty string stands for any.
  bool covers(const RecordType& type, const std::vector<std::string>& key_values) const;
  // Whether a row about the record of that key was refused, so that the list is open for it.
  bool is_open_for(const RecordType& type, const std::string& key,
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
  std::shared_ptr<const Catalogue> catalogue_;
  std::vector<Table> tables_;
  // Keys of refs until resolve_refs: [type][field] -> one text a row.
  std::vector<std::vector<std::vector<std::string>>> pending_refs_;
  std::unordered_map<std::string, std::vector<std::vector<std::string>>> coverage_;
  std::unordered_map<std::string, std::vector<Coverage>> open_;  // by type
};

}  // namespace dandang::record
