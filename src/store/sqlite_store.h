#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "store/sql_store.h"

namespace dandang::store {

// The embedded store: one SQLite file, write-ahead logged, every commit synced to disk.
class SqliteStore : public SqlStore {
 public:
  using SqlStore::SqlStore;

  // Makes the file, readable by its owner only. kExists if there is anything at the path.
  // The ledger's hash is chosen here for good.
  static Result<std::unique_ptr<SqliteStore>> create(
      const std::string& path, ledger::HashKind hash = ledger::HashKind::kSha256);
  // Brings a store of an older version up to date. kNotFound without a file, kUnsoundStore if it is
  // no store of ours, kConflict if it was made by a newer dandang.
  static Result<std::unique_ptr<SqliteStore>> open(const std::string& path);
  // To look at and leave as it is. kConflict also for a store of an older version.
  static Result<std::unique_ptr<SqliteStore>> open_to_read(const std::string& path);
};

}  // namespace dandang::store
