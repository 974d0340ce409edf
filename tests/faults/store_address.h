#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "record/record_store.h"

// The only place of these tests that knows which adapters there are.
namespace dandang::faults {

// "/path/of/a/file": SQLite. "postgresql://…": PostgreSQL.
bool is_postgresql(const std::string& address);
Result<std::unique_ptr<record::RecordStore>> create_store(const std::string& address);
Result<std::unique_ptr<record::RecordStore>> open_store(const std::string& address);

// What the database's own check says of the store, and then its ledger: "ok", or what it found
// first. No store must be open.
Result<std::string> database_check(const std::string& address);

}  // namespace dandang::faults
