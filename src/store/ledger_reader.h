#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/checkpoint.h"
#include "record/dataset.h"
#include "store/byte_source.h"
#include "store/ledger_check.h"
#include "store/sql_connection.h"

namespace dandang::store {

// A store's ledger, to be read and never written: of a store in use, of a copy, of a backup.
class LedgerReader {
 public:
  // kConflict for a store that has no ledger yet.
  static Result<LedgerReader> open_sqlite(const std::string& path);
  static Result<LedgerReader> open_postgres(const std::string& address);
  // Of the store in a backup, for instance (BackupFile).
  static Result<LedgerReader> open_bytes(std::shared_ptr<ByteSource> bytes);

  // check_ledger.
  Result<LedgerCheck> check(const std::vector<ledger::VerifierKey>& keys,
                            std::vector<ledger::KnownCheckpoint> checkpoints,
                            const LedgerProgress& progress);
  // What the log is now, as its nodes say, under the name.
  Result<ledger::Checkpoint> checkpoint(const std::string& origin);
  // From the first `size` leaves to the log as it is now. kConflict where it has not as many.
  Result<ledger::Proof> consistency(uint64_t size);

  // As those of RecordStore.
  Result<std::string> state_of(record::ChangeSetId change_set);
  Result<std::vector<record::PackageFile>> packages(record::ChangeSetId known_at);
  Result<record::Dataset> load(std::shared_ptr<const record::Catalogue> catalogue,
                               record::ChangeSetId known_at);

  struct Leaf {
    uint64_t index = 0;
    std::string body;
    ledger::Proof inclusion;  // in the log as it is now
  };
  // kNotFound where the change set has no leaf.
  Result<Leaf> leaf_of(int64_t change_set);

 private:
  explicit LedgerReader(std::unique_ptr<SqlConnection> connection)
      : connection_(std::move(connection)) {}
  static Result<LedgerReader> open(std::unique_ptr<SqlConnection> connection);

  std::unique_ptr<SqlConnection> connection_;
};

}  // namespace dandang::store
