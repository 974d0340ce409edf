#include "store_address.h"

#include <sqlite3.h>

#include <utility>

#include "store/ledger_reader.h"
#include "store/postgres_store.h"
#include "store/sqlite_store.h"

namespace dandang::faults {

namespace {

using StorePointer = std::unique_ptr<record::RecordStore>;

template <typename T>
Result<StorePointer> as_port(Result<std::unique_ptr<T>> store) {
  if (!store) return store.error();
  return StorePointer(std::move(store).value());
}

Error unsound(const std::string& address, const std::string& detail) {
  return {ErrorCode::kUnsoundStore,
          {"数据库自检失败（" + detail + "）", "the database's check failed (" + detail + ")"},
          address,
          {"从备份恢复", "restore from a backup"}};
}

// "ok", or what the ledger finds first.
Result<std::string> ledger_check(Result<store::LedgerReader> reader) {
  if (!reader) return reader.error();
  DD_ASSIGN_OR_RETURN(const store::LedgerCheck check, reader->check({}, {}, nullptr));
  if (check.sound()) return std::string("ok");
  if (check.report.findings.empty()) return std::string("the ledger is not sound");
  return check.report.findings.front().describe().en;
}

}  // namespace

bool is_postgresql(const std::string& address) {
  return address.starts_with("postgresql://") || address.starts_with("postgres://");
}

Result<StorePointer> create_store(const std::string& address) {
  if (is_postgresql(address)) {
    return as_port(store::PostgresStore::create(address, "", ledger::HashKind::kSha256));
  }
  return as_port(store::SqliteStore::create(address));
}

Result<StorePointer> open_store(const std::string& address) {
  if (is_postgresql(address)) return as_port(store::PostgresStore::open(address));
  return as_port(store::SqliteStore::open(address));
}

Result<std::string> database_check(const std::string& address) {
  if (is_postgresql(address)) {
    return ledger_check(store::LedgerReader::open_postgres(address));
  }
  sqlite3* database = nullptr;
  std::string found;
  const auto take_first = [](void* text, int, char** columns, char**) {
    auto& out = *static_cast<std::string*>(text);
    if (out.empty()) out = columns[0];
    return 0;
  };
  int code = sqlite3_open_v2(address.c_str(), &database, SQLITE_OPEN_READWRITE, nullptr);
  if (code == SQLITE_OK) {
    code = sqlite3_exec(database, "PRAGMA integrity_check(1)", take_first, &found, nullptr);
  }
  const std::string detail = sqlite3_errstr(code);
  sqlite3_close(database);
  if (code != SQLITE_OK) return unsound(address, detail);
  if (found != "ok") return found;
  return ledger_check(store::LedgerReader::open_sqlite(address));
}

}  // namespace dandang::faults
