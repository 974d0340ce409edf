#include "store/postgres_store.h"

#include <utility>

#include "store/deletion.h"
#include "store/migrate.h"
#include "store/postgres_connection.h"
#include "store/schema.h"

namespace dandang::store {

Result<std::unique_ptr<PostgresStore>> PostgresStore::create(const std::string& address,
                                                             const std::string& region,
                                                             ledger::HashKind hash) {
  DD_ASSIGN_OR_RETURN(std::unique_ptr<PostgresConnection> connection,
                      PostgresConnection::open(address, region));
  DD_RETURN_IF_ERROR(make_store(*connection, hash));
  return std::make_unique<PostgresStore>(std::move(connection));
}

Result<std::unique_ptr<PostgresStore>> PostgresStore::open(const std::string& address) {
  DD_ASSIGN_OR_RETURN(std::unique_ptr<PostgresConnection> connection,
                      PostgresConnection::open(address, ""));
  DD_ASSIGN_OR_RETURN(const int64_t version, check_marks(*connection));
  DD_RETURN_IF_ERROR(migrate(*connection, version));
  // As for SQLite.
  static_cast<void>(finish_erasure(*connection));
  return std::make_unique<PostgresStore>(std::move(connection));
}

Result<std::unique_ptr<PostgresStore>> PostgresStore::open_to_read(const std::string& address) {
  DD_ASSIGN_OR_RETURN(std::unique_ptr<PostgresConnection> connection,
                      PostgresConnection::open(address, ""));
  DD_ASSIGN_OR_RETURN(const int64_t version, check_marks(*connection));
  if (version != kSchemaVersion) return older_schema(address);
  DD_RETURN_IF_ERROR(connection->execute("SET default_transaction_read_only = on"));
  return std::make_unique<PostgresStore>(std::move(connection));
}

}  // namespace dandang::store
