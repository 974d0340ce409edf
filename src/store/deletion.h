#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "record/change_set.h"
#include "record/record_type.h"
#include "store/sql_connection.h"

// Lawful deletion (docs/retention.md): rows go, their entries in the ledger stay as tombstones.
namespace dandang::store {

// Beside the ledger's tables, what `deletion` calls the erased texts of change sets.
constexpr std::string_view kErasedReason = "change_set:reason";
constexpr std::string_view kErasedBasis = "change_set:basis";

// Erases what the change set deletes; the number of versions. Within its transaction, which must be
// rolled back on an error: kNotFound for a record that is not there, kConflict for one that a hold
// keeps or that a record that stays refers to, kBadUsage where the change set may not delete.
Result<size_t> delete_records(SqlConnection& connection, const record::Catalogue& catalogue,
                              const record::ChangeSet& change_set, record::ChangeSetId id);

// Takes the bytes of what was deleted out of the database's files, if that is still to be done.
// Outside a transaction. False: another process stands in the way.
Result<bool> finish_erasure(SqlConnection& connection);

// By type and version: those the change set recorded, ended or deleted.
Result<std::vector<record::Tombstone>> read_tombstones(SqlConnection& connection,
                                                       record::ChangeSetId change_set);
// The deleted versions of one record, by number.
Result<std::vector<record::Tombstone>> tombstones_of(SqlConnection& connection,
                                                     const std::string& type, int64_t record);
// The records of a type of which versions were deleted.
Result<std::set<int64_t>> records_with_deletions(SqlConnection& connection,
                                                 const std::string& type);

// What `deletion` calls the versions of a type; what it calls their withdrawals.
std::string version_entries(const std::string& type);
std::string withdrawal_entries(const std::string& type);

}  // namespace dandang::store
