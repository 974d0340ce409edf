#pragma once

#include <string>
#include <vector>

#include "record/change_set.h"
#include "record/dataset.h"
#include "record/record_type.h"

// New versions from cells, and back.
namespace dandang::record {

// The key of a record by its cells, in which a ref is the target's key; empty if all parts are
// blank. Of a type whose records repeat it lacks the number.
std::string key_of(const RecordType& type, const std::vector<Cell>& cells);

// Since when the version holds, as its cells say. Without its date it does not hold yet.
void set_valid_time(const RecordType& type, NewVersion& version);

// The version that the table's row holds, based on the change set that recorded it.
NewVersion version_at(const Dataset& data, size_t type_index, size_t row);

}  // namespace dandang::record
