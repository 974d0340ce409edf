#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "store/sql_store.h"

namespace dandang::store {

// A store in a PostgreSQL database, for an authority that outgrows one machine.
class PostgresStore : public SqlStore {
 public:
  using SqlStore::SqlStore;

  // Makes the tables in the database, which must exist, at `address`: a connection URI without a
  // password. `region` (610726; may be empty) leads every key, so that an engine that spreads
  // tables over machines can keep a region together. kExists if there is a store already.
  static Result<std::unique_ptr<PostgresStore>> create(
      const std::string& address, const std::string& region,
      ledger::HashKind hash = ledger::HashKind::kSha256);
  static Result<std::unique_ptr<PostgresStore>> open(const std::string& address);
  // To look at and leave as it is. kConflict for a store of an older version.
  static Result<std::unique_ptr<PostgresStore>> open_to_read(const std::string& address);
};

}  // namespace dandang::store
