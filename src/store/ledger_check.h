#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/verifier.h"
#include "store/sql_connection.h"

namespace dandang::store {

struct LedgerCheck {
  ledger::Report report;
  ledger::HashKind hash = ledger::HashKind::kSha256;
  ledger::Hash root{};  // of the leaves as they are
  // What the database itself finds damaged in its file, in its words; at most 100. What is read of
  // such a file may depend on how it is read.
  std::vector<std::string> damage;

  bool sound() const { return damage.empty() && report.sound(); }
};

// Told now and then how many change sets are done, of how many.
using LedgerProgress = std::function<void(uint64_t done, uint64_t all)>;

// Makes the ledger anew from the records and holds it against the one kept, in one pass and one
// transaction; writes nothing. Memory grows with the number of tables, not of records. The log's
// name is that of the first checkpoint. kConflict for a store of a version without ledger.
Result<LedgerCheck> check_ledger(SqlConnection& connection,
                                 const std::vector<ledger::VerifierKey>& keys,
                                 std::vector<ledger::KnownCheckpoint> checkpoints,
                                 const LedgerProgress& progress);
// The same within a transaction.
Result<LedgerCheck> check_ledger_within(SqlConnection& connection,
                                        const std::vector<ledger::VerifierKey>& keys,
                                        std::vector<ledger::KnownCheckpoint> checkpoints,
                                        const LedgerProgress& progress);

}  // namespace dandang::store
