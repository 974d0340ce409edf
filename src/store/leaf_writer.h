#pragma once

#include <string>

#include "base/result.h"
#include "record/change_set.h"
#include "store/sql_connection.h"

namespace dandang::store {

// Kept beside a version; both empty: none.
struct Seal {
  std::string salt;        // 16 random bytes
  std::string commitment;  // 32 bytes that bind the salt and the version
};

// Joins a ledger to a change set, within its transaction: if it fails, nothing is written.
class LeafWriter {
 public:
  virtual ~LeafWriter() = default;
  // Each version that is written, in order of writing, and each withdrawal. These two may not use
  // the connection: rows are under way on it.
  virtual Result<Seal> seal(const record::NewVersion& version) = 0;
  virtual Result<void> withdraw(const record::Withdrawal& withdrawal) = 0;
  // After all of them, once a change set, before it is committed.
  virtual Result<void> finish(SqlConnection& connection, const record::ChangeSetSummary& change_set,
                              const record::ApplyOutcome& outcome) = 0;
};

}  // namespace dandang::store
