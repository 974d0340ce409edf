#include "store/sqlite_connection.h"

#include <sqlite3.h>

namespace dandang::store {

namespace {

// SQLITE_TRANSIENT is a C cast; the name says what it asks for.
// NOLINTNEXTLINE(performance-no-int-to-ptr): as SQLite defines it
const auto kCopyText = reinterpret_cast<sqlite3_destructor_type>(-1);

Error error_of(int code, const std::string& detail, const std::string& path) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::kConflict,
              {"数据库正被另一个进程写入", "the store is being written by another process"},
              path,
              {"等它结束后重试", "try again when it is done"}};
    case SQLITE_FULL:
      return {ErrorCode::kIo,
              {"磁盘已满，未写入任何内容", "the disk is full, nothing was written"},
              path,
              {"腾出空间后重试", "free some space and try again"}};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {ErrorCode::kIo,
              {"数据库不可写", "the store cannot be written"},
              path,
              {"检查文件和目录的权限，以及磁盘是否只读挂载",
               "check the permissions of the file and its folder, and whether the disk is mounted "
               "read-only"}};
    case SQLITE_CANTOPEN:
      return {ErrorCode::kIo,
              {"打不开数据库文件", "the database file cannot be opened"},
              path,
              {"检查文件和目录的权限", "check the permissions of the file and its folder"}};
    case SQLITE_NOTADB:
      return {ErrorCode::kUnsoundStore,
              {"这个文件不是数据库", "the file is not a database"},
              path,
              {"检查路径；若原是数据库，请从备份恢复",
               "check the path; if it was a store, restore it from a backup"}};
    case SQLITE_CORRUPT:
      return {ErrorCode::kUnsoundStore,
              {"数据库已损坏（" + detail + "）", "the store is damaged (" + detail + ")"},
              path,
              {"保留原文件，从备份恢复", "keep the file and restore from a backup"}};
    case SQLITE_TOOBIG:
      return {ErrorCode::kLimit,
              {"文本超过数据库的长度上限", "a text is longer than the database allows"},
              path,
              {"把它拆成较短的几段", "split it into shorter ones"}};
    case SQLITE_IOERR:
      return {
          ErrorCode::kIo,
          {"读写磁盘失败（" + detail + "）", "reading or writing the disk failed (" + detail + ")"},
          path,
          {"检查磁盘后重试", "check the disk and try again"}};
    default:
      return {ErrorCode::kIo,
              {"数据库操作失败（" + detail + "）", "a database operation failed (" + detail + ")"},
              path,
              {"若重试仍失败，请报告此错误", "if it fails again, report this error"}};
  }
}

}  // namespace

void SqliteStatement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);  // repeats the last step's error, which was told then
}

void SqliteStatement::note_bind(int code) {
  if (code != SQLITE_OK && bind_failure_ == SQLITE_OK) bind_failure_ = code;
}

void SqliteStatement::bind_null(int parameter) {
  note_bind(sqlite3_bind_null(statement_.get(), parameter));
}

void SqliteStatement::bind(int parameter, int64_t value) {
  note_bind(sqlite3_bind_int64(statement_.get(), parameter, value));
}

void SqliteStatement::bind(int parameter, std::string_view text) {
  // A null pointer would bind NULL, and an empty view may have one.
  const char* bytes = text.data() != nullptr ? text.data() : "";
  note_bind(
      sqlite3_bind_text64(statement_.get(), parameter, bytes, text.size(), kCopyText, SQLITE_UTF8));
}

Result<bool> SqliteStatement::step() {
  if (bind_failure_ != SQLITE_OK) return connection_->error(bind_failure_);
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return connection_->error(code);
}

void SqliteStatement::reset() {
  sqlite3_reset(statement_.get());  // repeats the last step's error, which was told then
  bind_failure_ = SQLITE_OK;
}

Result<void> SqliteStatement::run() {
  Result<bool> row = step();
  while (row.has_value() && *row) row = step();
  reset();
  if (!row.has_value()) return row.error();
  return {};
}

bool SqliteStatement::is_null(int column) const {
  return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

int64_t SqliteStatement::int64_at(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view SqliteStatement::text_at(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void SqliteConnection::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::string& path) {
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &database,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  // SQLite gives a handle to close even where opening failed.
  std::unique_ptr<SqliteConnection> connection(new SqliteConnection(path, database));
  if (code != SQLITE_OK) return error_of(code, sqlite3_errstr(code), path);

  sqlite3_busy_timeout(database, kBusyTimeoutMilliseconds);
  sqlite3_extended_result_codes(database, 1);
  // A misspelt identifier must be an error, never a text; and a file from elsewhere may not run
  // anything of its own.
  sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  return connection;
}

Result<void> SqliteConnection::execute(const std::string& sql) {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error(code);
  return {};
}

Result<SqliteStatement> SqliteConnection::prepare(std::string_view sql) const {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return error(code);
  return SqliteStatement(this, statement);
}

Result<std::optional<int64_t>> SqliteConnection::integer(std::string_view sql) const {
  DD_ASSIGN_OR_RETURN(SqliteStatement statement, prepare(sql));
  DD_ASSIGN_OR_RETURN(const bool row, statement.step());
  if (!row || statement.is_null(0)) return std::optional<int64_t>();
  return std::optional<int64_t>(statement.int64_at(0));
}

int64_t SqliteConnection::last_insert_id() const {
  return sqlite3_last_insert_rowid(database_.get());
}

bool SqliteConnection::in_transaction() const {
  return sqlite3_get_autocommit(database_.get()) == 0;
}

Error SqliteConnection::error(int code) const {
  return error_of(code, sqlite3_errmsg(database_.get()), path_);
}

Result<SqliteTransaction> SqliteTransaction::begin(SqliteConnection& connection, Mode mode) {
  DD_RETURN_IF_ERROR(connection.execute(mode == Mode::kWrite ? "BEGIN IMMEDIATE" : "BEGIN"));
  return SqliteTransaction(&connection);
}

SqliteTransaction::~SqliteTransaction() {
  // Some failures (a full disk) have rolled back already.
  if (connection_ == nullptr || !connection_->in_transaction()) return;
  // If this fails too, the connection's end rolls back, and so does the next opening of the file.
  static_cast<void>(connection_->execute("ROLLBACK"));
}

Result<void> SqliteTransaction::commit() {
  DD_RETURN_IF_ERROR(connection_->execute("COMMIT"));
  connection_ = nullptr;
  return {};
}

std::string quoted(std::string_view identifier) {
  std::string out = "\"";
  for (const char c : identifier) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
  return out;
}

}  // namespace dandang::store
