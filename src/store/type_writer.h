#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "record/change_set.h"
#include "record/record_type.h"
#include "store/leaf_writer.h"
#include "store/sql_connection.h"

namespace dandang::store {

// Where a record stands: its entity id (0: nobody knows it), its current version (0: none), and the
// first version of it in the batch at hand.
struct RecordPlace {
  int64_t record = 0;
  int64_t former_record = 0;  // the entity id it had before it was withdrawn
  int64_t version = 0;
  record::ChangeSetId recorded_in = 0;  // of the current version
  const record::NewVersion* in_batch = nullptr;
};

// A version that has its place and goes in.
struct PlacedVersion {
  const record::NewVersion* version = nullptr;
  int64_t record = 0;
  int64_t current = 0;  // the version it succeeds; 0: none
  int64_t source = 0;   // 0: from no sheet
};

// One type's table while a change set is written, a batch of versions at a time. What it remembers
// is bounded by the batch: its own versions and the targets of its refs.
class TypeWriter {
 public:
  // kConflict if the store has no table for the type, or keeps a field in another form.
  static Result<std::unique_ptr<TypeWriter>> make(SqlConnection& connection,
                                                  const record::RecordType& type);

  const record::RecordType& type() const { return type_; }

  // Forgets the batch before. Keys given to ask_for must live until then.
  void start_batch();
  void ask_for(std::string_view key);
  // Finds all keys asked for since the last call.
  Result<void> look_up_asked();
  // Of a key that was asked for and looked up.
  RecordPlace& place(std::string_view key);
  int64_t new_record() { return next_record_++; }
  // The number the next row put will have.
  int64_t next_version() const { return next_version_; }

  // The rows under the versions' current ones, with SqlRow columns 0 valid_from, 1 valid_to,
  // 2 valid_assumed, then the fields.
  Result<void> read_current(const std::vector<PlacedVersion>& versions, const SqlVisitor& visit);
  Result<void> supersede(const std::vector<int64_t>& versions, record::ChangeSetId change_set);

  // Rows are put in runs; between start_rows and finish_rows nothing else may use the connection.
  Result<void> start_rows();
  Result<void> put_row(const PlacedVersion& placed, const std::vector<StoredValue>& values,
                       const Seal& seal, record::ChangeSetId change_set);
  Result<void> finish_rows();

 private:
  TypeWriter(SqlConnection& connection, const record::RecordType& type);

  Result<void> check_defined();
  Error not_defined(const std::string& name) const;
  Result<void> prepare();
  Result<void> look_up_withdrawn();

  SqlConnection& connection_;
  const record::RecordType& type_;
  std::string table_;
  std::string columns_;                   // of the fields, each after a comma
  std::vector<std::string> row_columns_;  // of put_row
  bool empty_ = false;                    // no version yet: nothing to look up
  bool has_withdrawn_ = false;
  int64_t next_record_ = 1;
  int64_t next_version_ = 1;
  std::unordered_map<std::string_view, RecordPlace> places_;
  std::vector<std::string_view> asked_;
  std::unique_ptr<SqlBulk> bulk_;
};

StoredValue stored_day(const std::optional<Date>& day);
// Whether the column of the row holds the value.
bool holds(const SqlRow& row, int column, const StoredValue& value);

// "花名册.xlsx:干部:3", as far as it is known.
std::string place_of(const record::Source& source);
// kBadInput about one version: what follows its name.
Error bad_version(const record::NewVersion& version, const Text& what, Text hint);

}  // namespace dandang::store
