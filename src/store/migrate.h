#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "ledger/hasher.h"
#include "store/sql_connection.h"

namespace dandang::store {

// kUnsoundStore if it is no store of ours, kConflict if a newer dandang made it. Reads only.
Result<int64_t> check_marks(SqlConnection& connection);

// The error of who reads, and may not bring the store at the place up to date.
Error older_schema(const std::string& place);

// Makes the store's own tables and its marks, in one transaction. kExists if there is one already.
// Its ledger has the hash for good.
Result<void> make_store(SqlConnection& connection, ledger::HashKind hash);

// Brings a store of an older schema version up to kSchemaVersion, step by step in one transaction.
// A store that had no ledger gets one of SHA-256, which proves what is there from now on.
Result<void> migrate(SqlConnection& connection, int64_t version);

}  // namespace dandang::store
