#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "record/change_set.h"
#include "record/record_store.h"
#include "record/record_type.h"
#include "store/sql_connection.h"

namespace dandang::store {

// RecordStore::history and RecordStore::versions_of over one connection.
Result<std::vector<record::KeptVersion>> read_history(SqlConnection& connection,
                                                      const record::Catalogue& catalogue,
                                                      const std::string& type,
                                                      const std::string& key);
Result<void> read_versions_of(SqlConnection& connection, const record::Catalogue& catalogue,
                              record::ChangeSetId change_set, const record::ChangeVisitor& visit);
// RecordStore::withdrawn and RecordStore::ended_versions.
Result<void> read_withdrawn(SqlConnection& connection, const record::Catalogue& catalogue,
                            const std::string& type, const record::KeptVisitor& visit);
Result<void> read_ended(SqlConnection& connection, const std::string& type,
                        const record::EndedVisitor& visit);

// The first version recorded in the change set or later, by its number; one more than the last
// where there is none. Versions lie in the order they were recorded, so a few steps find it.
Result<int64_t> first_version(SqlConnection& connection, const std::string& table,
                              record::ChangeSetId change_set);

}  // namespace dandang::store
