#pragma once

#include <map>
#include <utility>
#include <vector>

#include "base/result.h"
#include "record/change_set.h"
#include "store/sql_connection.h"

// Legal holds: versions in a table of their own, written by change sets and never deleted.
namespace dandang::store {

// Places and lifts what the change set says. kNotFound for a record or hold that is not there;
// kConflict for a hold that was lifted before.
Result<void> write_holds(SqlConnection& connection, const record::ChangeSet& change_set,
                         record::ChangeSetId id);

Result<std::vector<record::Hold>> read_holds(SqlConnection& connection,
                                             record::ChangeSetId known_at);

using RecordId = std::pair<std::string, int64_t>;  // type, entity

// Which of the records a hold keeps on the day, by place, with its number. Reads what they refer
// to, in all versions, and what those refer to; not what refers to them.
Result<std::map<size_t, int64_t>> held_records(SqlConnection& connection,
                                               const std::vector<RecordId>& records, Date day);

}  // namespace dandang::store
