#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "record/change_set.h"
#include "record/dataset.h"
#include "record/record_type.h"
#include "store/sql_connection.h"

namespace dandang::store {

// RecordStore::packages and RecordStore::load over one connection.
Result<std::vector<record::PackageFile>> read_packages(SqlConnection& connection,
                                                       record::ChangeSetId known_at);
Result<record::Dataset> load_dataset(SqlConnection& connection,
                                     std::shared_ptr<const record::Catalogue> catalogue,
                                     record::ChangeSetId known_at);

}  // namespace dandang::store
