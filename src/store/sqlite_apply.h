#pragma once

#include <string_view>

#include "base/result.h"
#include "record/change_set.h"
#include "record/record_type.h"
#include "store/sqlite_connection.h"

namespace dandang::store {

// RecordStore::apply over one connection.
Result<record::ApplyOutcome> apply_change_set(SqliteConnection& connection,
                                              const record::Catalogue& catalogue,
                                              const record::ChangeSet& change_set);

// Exactly YYYY-MM-DDTHH:MM:SSZ, the one form of time whose text order is its order.
bool is_utc_time(std::string_view text);

}  // namespace dandang::store
