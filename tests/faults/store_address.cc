#include "store_address.h"

#include <sqlite3.h>

#include <utility>

#include "store/sqlite_store.h"

namespace dandang::faults {

namespace {

using StorePointer = std::unique_ptr<record::RecordStore>;

bool is_postgresql(const std::string& address) {
  return address.starts_with("postgresql://") || address.starts_with("postgres://");
}

Error no_such_adapter(const std::string& address) {
  return {ErrorCode::kBadUsage,
          {"这个版本没有 PostgreSQL 存储", "this version has no PostgreSQL adapter"},
          address,
          {"给出一个文件的路径", "give the path of a file"}};
}

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

}  // namespace

Result<StorePointer> create_store(const std::string& address) {
  if (is_postgresql(address)) return no_such_adapter(address);
  return as_port(store::SqliteStore::create(address));
}

Result<StorePointer> open_store(const std::string& address) {
  if (is_postgresql(address)) return no_such_adapter(address);
  return as_port(store::SqliteStore::open(address));
}

Result<std::string> database_check(const std::string& address) {
  if (is_postgresql(address)) return no_such_adapter(address);
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
  return found;
}

}  // namespace dandang::faults
