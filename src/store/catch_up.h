#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/result.h"
#include "record/dataset.h"
#include "store/sql_connection.h"

namespace dandang::store {

// RecordStore::state_of and RecordStore::catch_up over one connection.
Result<std::string> read_state_of(SqlConnection& connection, record::ChangeSetId change_set);
Result<std::optional<size_t>> catch_up_dataset(SqlConnection& connection, record::Dataset& dataset,
                                               record::ChangeSetId known_at);

}  // namespace dandang::store
