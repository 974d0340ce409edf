#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "record/change_set.h"
#include "record/record_type.h"
#include "store/sql_connection.h"

namespace dandang::store {

// A value as its column keeps it. Texts belong to the versions being written, or to whoever made
// the value.
using StoredValue = std::variant<std::monostate, int64_t, std::string_view>;

// Kept beside a version; both empty: none.
struct Seal {
  std::string salt;        // 16 random bytes
  std::string commitment;  // 32 bytes that bind the salt and the version
};

// A version as its row will stand.
struct VersionRow {
  const record::RecordType* type = nullptr;
  const record::NewVersion* version = nullptr;
  int64_t version_id = 0;
  int64_t record = 0;
  int64_t ends = 0;         // the version it succeeds; 0: none
  bool has_source = false;  // false: from no sheet
  record::ChangeSetId recorded_in = 0;
  const std::vector<StoredValue>* values = nullptr;  // in the order of the type's fields
};

// Joins a ledger to a change set, within its transaction: if it fails, nothing is written.
class LeafWriter {
 public:
  virtual ~LeafWriter() = default;
  // Once a change set, before anything of it is written. What an earlier one left unfinished is
  // forgotten.
  virtual Result<void> begin(SqlConnection& connection) = 0;
  // Each version that is written, in order of writing. May not use the connection: rows are under
  // way on it.
  virtual Result<Seal> seal(const VersionRow& row) = 0;
  // After all of it is written, once a change set, before it is committed.
  virtual Result<void> finish(SqlConnection& connection, const record::ChangeSet& change_set,
                              const record::ApplyOutcome& outcome) = 0;
};

}  // namespace dandang::store
