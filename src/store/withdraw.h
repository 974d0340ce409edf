#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "record/change_set.h"
#include "store/sql_connection.h"

// Parts of a change set that end what was there. All within the caller's transaction.
namespace dandang::store {

// 1 for an empty table of ours.
Result<int64_t> next_id(SqlConnection& connection, const std::string& table);

// kConflict, naming who changed the record and when, unless its current version was recorded in
// `based_on` (0: there is none).
Result<void> check_based_on(SqlConnection& connection, const std::string& type,
                            const std::string& key, record::ChangeSetId based_on,
                            record::ChangeSetId recorded_in);

// Ends the current versions. kBadInput for a record that is not there, that this change set has
// written, or that a current version of another record refers to.
Result<void> withdraw_records(SqlConnection& connection,
                              const std::vector<record::Withdrawal>& withdrawals,
                              record::ChangeSetId change_set);

// Ends the coverage and parameters that `undone` recorded, and lets what it had ended hold again.
// kNotFound if there is no such change set before this one.
Result<void> end_what_it_set(SqlConnection& connection, record::ChangeSetId undone,
                             record::ChangeSetId change_set);

}  // namespace dandang::store
