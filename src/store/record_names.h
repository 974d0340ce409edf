#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/sql_connection.h"

namespace dandang::store {

// The entities of keys, of withdrawn records too, in their order; 0: never known.
Result<std::vector<int64_t>> find_records(SqlConnection& connection, const std::string& type,
                                          const std::vector<std::string>& keys);
// The keys of entities, as above; empty: deleted, or never known.
Result<std::vector<std::string>> find_keys(SqlConnection& connection, const std::string& type,
                                           const std::vector<int64_t>& records);

// A field of some type that refers to records.
struct RefField {
  std::string type;
  std::string field;
  std::string ref_type;
};
// All that the store knows, of types no package declares any more too.
Result<std::vector<RefField>> ref_fields(SqlConnection& connection);

// "干部:610799…", as people read it.
std::string shown_id(const std::string& type, const std::string& key);

}  // namespace dandang::store
