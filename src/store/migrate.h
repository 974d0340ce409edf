#pragma once

#include <cstdint>

#include "base/result.h"
#include "store/sql_connection.h"

namespace dandang::store {

// kUnsoundStore if it is no store of ours, kConflict if a newer dandang made it. Reads only.
Result<int64_t> check_marks(SqlConnection& connection);

// Makes the store's own tables and its marks, in one transaction. kExists if there is one already.
Result<void> make_store(SqlConnection& connection);

// Brings a store of an older schema version up to kSchemaVersion, step by step in one transaction.
Result<void> migrate(SqlConnection& connection, int64_t version);

}  // namespace dandang::store
