#pragma once

#include <string_view>

#include "base/result.h"
#include "record/change_set.h"
#include "record/record_store.h"
#include "record/record_type.h"
#include "store/leaf_writer.h"
#include "store/sql_connection.h"

namespace dandang::store {

// RecordStore::apply_stream within the caller's transaction, which must be rolled back (to a
// savepoint at least) if it fails. `source` may be empty, `leaf` null.
Result<record::ApplyOutcome> write_change_set(SqlConnection& connection,
                                              const record::Catalogue& catalogue,
                                              const record::ChangeSet& change_set,
                                              const record::VersionSource& source,
                                              LeafWriter* leaf);

// Exactly YYYY-MM-DDTHH:MM:SSZ, the one form of time whose text order is its order.
bool is_utc_time(std::string_view text);

}  // namespace dandang::store
