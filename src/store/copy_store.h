#pragma once

#include <functional>

#include "base/result.h"
#include "store/sql_connection.h"

namespace dandang::store {

// Told now and then how many rows are copied.
using RowProgress = std::function<void(uint64_t rows)>;

// Makes the tables of a store and copies into them all rows of another, whatever the databases of
// both, salts, commitments and the ledger with them: what the ledger says of one it says of the
// other. Both within a transaction; `to` has nothing in it. kConflict where `from` is of another
// schema version than this program makes.
Result<void> copy_store(SqlConnection& from, SqlConnection& to, const RowProgress& progress);

}  // namespace dandang::store
