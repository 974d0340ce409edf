#include "store/sqlite_connection.h"

#include <sqlite3.h>

#include <filesystem>

#include "store/source_vfs.h"

namespace dandang::store {

namespace {

// SQLITE_TRANSIENT is a C cast; the name says what it asks for.
// NOLINTNEXTLINE(performance-no-int-to-ptr): as SQLite defines it
const auto kCopy = reinterpret_cast<sqlite3_destructor_type>(-1);

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
    case SQLITE_ERROR:
      // Statements are ours: what one of them does not find has been altered.
      return {ErrorCode::kUnsoundStore,
              {"数据库的结构与程序不符（" + detail + "）",
               "the store's tables are not those the program made (" + detail + ")"},
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

// Parameters and columns as in SQLite itself.
class SqliteStatement : public SqlStatement {
 public:
  SqliteStatement(const SqliteConnection& connection, sqlite3_stmt* statement)
      : connection_(connection), statement_(statement) {}

  void bind_null(int parameter) override {
    note_bind(sqlite3_bind_null(statement_.get(), parameter));
  }
  void bind(int parameter, int64_t value) override {
    note_bind(sqlite3_bind_int64(statement_.get(), parameter, value));
  }
  void bind(int parameter, std::string_view text) override {
    // A null pointer would bind NULL, and an empty view may have one.
    const char* bytes = text.data() != nullptr ? text.data() : "";
    note_bind(
        sqlite3_bind_text64(statement_.get(), parameter, bytes, text.size(), kCopy, SQLITE_UTF8));
  }
  void bind_bytes(int parameter, std::string_view bytes) override {
    const char* data = bytes.data() != nullptr ? bytes.data() : "";
    note_bind(sqlite3_bind_blob64(statement_.get(), parameter, data, bytes.size(), kCopy));
  }

  Result<bool> step() override {
    if (bind_failure_ != SQLITE_OK) return connection_.error(bind_failure_);
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return connection_.error(code);
  }
  void reset() override {
    sqlite3_reset(statement_.get());  // repeats the last step's error, which was told then
    bind_failure_ = SQLITE_OK;
  }

  bool is_null(int column) const override {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
  }
  int64_t int64_at(int column) const override {
    return sqlite3_column_int64(statement_.get(), column);
  }
  std::string_view text_at(int column) const override {
    const auto* bytes =
        reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    if (bytes == nullptr) return {};
    return {bytes, static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column))};
  }
  std::string_view bytes_at(int column) const override {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
    if (bytes == nullptr) return {};
    return {bytes, static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column))};
  }

 private:
  struct Finalize {
    // Repeats the last step's error, which was told then.
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  void note_bind(int code) {
    if (code != SQLITE_OK && bind_failure_ == SQLITE_OK) bind_failure_ = code;
  }

  const SqliteConnection& connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bind_failure_ = 0;
};

// A prepared INSERT, run once a row: within a transaction nothing of SQLite's is faster.
class SqliteBulk : public SqlBulk {
 public:
  explicit SqliteBulk(std::unique_ptr<SqlStatement> insert) : insert_(std::move(insert)) {}

  void put_null() override { insert_->bind_null(++parameter_); }
  void put(int64_t value) override { insert_->bind(++parameter_, value); }
  void put(std::string_view text) override { insert_->bind(++parameter_, text); }
  void put_bytes(std::string_view bytes) override { insert_->bind_bytes(++parameter_, bytes); }
  Result<void> end_row() override {
    parameter_ = 0;
    return insert_->run();
  }
  Result<void> finish() override { return {}; }

 private:
  std::unique_ptr<SqlStatement> insert_;
  int parameter_ = 0;
};

template <typename Key>
Result<void> look_up_each(SqlConnection& connection, const SqlLookup& lookup,
                          std::span<const Key> keys, const SqlVisitor& visit) {
  DD_ASSIGN_OR_RETURN(
      const std::unique_ptr<SqlStatement> find,
      connection.prepare("SELECT " + lookup.columns + " FROM " + lookup.table + " WHERE " +
                         lookup.key + " = $1" +
                         (lookup.condition.empty() ? "" : " AND " + lookup.condition)));
  for (size_t i = 0; i < keys.size(); ++i) {
    find->bind(1, keys[i]);
    while (true) {
      DD_ASSIGN_OR_RETURN(const bool row, find->step());
      if (!row) break;
      DD_RETURN_IF_ERROR(visit(i, *find));
    }
    find->reset();
  }
  return {};
}

}  // namespace

SqliteConnection::SqliteConnection(std::string path, sqlite3* database,
                                   std::unique_ptr<SourceVfs> vfs)
    : path_(std::move(path)), vfs_(std::move(vfs)), database_(database) {}

SqliteConnection::~SqliteConnection() = default;

void SqliteConnection::Close::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::string& path) {
  return open(path, path, SQLITE_OPEN_READWRITE);
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open_to_read(const std::string& path) {
  DD_ASSIGN_OR_RETURN(auto connection, open(path, path, SQLITE_OPEN_READONLY));
  const Result<std::optional<int64_t>> seen = connection->integer("SELECT 1 FROM sqlite_schema");
  // A log beside the file must be read with it, and SQLite wants to write a file for that. Where it
  // cannot, and there is no log, the file is read as one that nobody changes.
  if (seen.has_value() || seen.error().code != ErrorCode::kIo) return connection;
  std::error_code failure;
  const auto log = std::filesystem::file_size(path + "-wal", failure);
  if (!failure && log != 0) return seen.error();
  std::string name = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') {
      constexpr const char* kDigits = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(c);
      name += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    } else {
      name += c;
    }
  }
  return open(path, name + "?immutable=1", SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open_to_read(
    std::shared_ptr<ByteSource> bytes) {
  const std::string place = bytes->place();
  auto vfs = std::make_unique<SourceVfs>(std::move(bytes));
  DD_ASSIGN_OR_RETURN(auto connection,
                      open(place, "content", SQLITE_OPEN_READONLY, std::move(vfs)));
  DD_RETURN_IF_ERROR(connection->execute("PRAGMA temp_store = MEMORY"));
  return connection;
}

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::string& path,
                                                                 const std::string& name, int flags,
                                                                 std::unique_ptr<SourceVfs> vfs) {
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(name.c_str(), &database, flags | SQLITE_OPEN_NOMUTEX,
                                   vfs == nullptr ? nullptr : vfs->name());
  // SQLite gives a handle to close even where opening failed.
  std::unique_ptr<SqliteConnection> connection(
      new SqliteConnection(path, database, std::move(vfs)));
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

const Dialect& SqliteConnection::dialect() const {
  // STRICT: a column holds what it says or nothing.
  static const Dialect dialect{
      "INTEGER", "TEXT", "BLOB", "", "", "", ") STRICT", ") STRICT, WITHOUT ROWID", true, 0};
  return dialect;
}

Result<void> SqliteConnection::execute(const std::string& sql) {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error(code);
  return {};
}

Result<std::unique_ptr<SqlStatement>> SqliteConnection::prepare(const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return error(code);
  // To SQLite "$2" is a name, numbered as it comes: the two numbers must be the same.
  for (int i = 1; i <= sqlite3_bind_parameter_count(statement); ++i) {
    DD_VERIFY(sqlite3_bind_parameter_name(statement, i) == "$" + std::to_string(i));
  }
  return std::unique_ptr<SqlStatement>(std::make_unique<SqliteStatement>(*this, statement));
}

Result<std::unique_ptr<SqlStatement>> SqliteConnection::prepare_scan(const std::string& sql) {
  return prepare(sql);
}

Result<std::unique_ptr<SqlBulk>> SqliteConnection::bulk(const std::string& table,
                                                        std::span<const std::string> columns) {
  std::string names;
  std::string markers;
  for (size_t i = 0; i < columns.size(); ++i) {
    names += (i > 0 ? ", " : "") + columns[i];
    markers += (i > 0 ? ", $" : "$") + std::to_string(i + 1);
  }
  DD_ASSIGN_OR_RETURN(
      std::unique_ptr<SqlStatement> insert,
      prepare("INSERT INTO " + table + " (" + names + ") VALUES (" + markers + ")"));
  return std::unique_ptr<SqlBulk>(std::make_unique<SqliteBulk>(std::move(insert)));
}

Result<void> SqliteConnection::look_up(const SqlLookup& lookup,
                                       std::span<const std::string_view> keys,
                                       const SqlVisitor& visit) {
  return look_up_each(*this, lookup, keys, visit);
}

Result<void> SqliteConnection::look_up(const SqlLookup& lookup, std::span<const int64_t> keys,
                                       const SqlVisitor& visit) {
  return look_up_each(*this, lookup, keys, visit);
}

Result<void> SqliteConnection::update_all(const std::string& table, const std::string& column,
                                          int64_t value, const std::string& key,
                                          std::span<const int64_t> ids) {
  DD_ASSIGN_OR_RETURN(
      const std::unique_ptr<SqlStatement> update,
      prepare("UPDATE " + table + " SET " + column + " = $1 WHERE " + key + " = $2"));
  update->bind(1, value);
  for (const int64_t id : ids) {
    update->bind(2, id);
    DD_RETURN_IF_ERROR(update->run());
  }
  return {};
}

Result<std::optional<SqlConnection::Marks>> SqliteConnection::marks() {
  DD_ASSIGN_OR_RETURN(const std::optional<int64_t> application, integer("PRAGMA application_id"));
  DD_ASSIGN_OR_RETURN(const std::optional<int64_t> version, integer("PRAGMA user_version"));
  if (application.value_or(0) == 0) return std::optional<Marks>();
  return std::optional<Marks>(Marks{*application, version.value_or(0)});
}

Result<void> SqliteConnection::set_marks(const Marks& marks) {
  return execute("PRAGMA application_id = " + std::to_string(marks.application) +
                 "; PRAGMA user_version = " + std::to_string(marks.schema_version));
}

Result<std::vector<SqlTable>> SqliteConnection::tables() {
  DD_ASSIGN_OR_RETURN(const auto rows,
                      prepare("SELECT t.name, c.name, c.type FROM sqlite_schema AS t,"
                              " pragma_table_info(t.name) AS c"
                              " WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'"
                              " ORDER BY t.name, c.cid"));
  return read_tables(*rows);
}

Result<void> SqliteConnection::copy_to(const std::string& path, const std::function<void()>& look) {
  constexpr int kStepsBetween = 20'000;
  std::function<void()> called = look;
  sqlite3_progress_handler(
      database_.get(), kStepsBetween,
      [](void* function) {
        (*static_cast<std::function<void()>*>(function))();
        return 0;
      },
      &called);
  const Result<void> done = execute("VACUUM INTO " + literal(path));
  sqlite3_progress_handler(database_.get(), 0, nullptr, nullptr);
  return done;
}

Result<std::vector<std::string>> SqliteConnection::damage() {
  DD_ASSIGN_OR_RETURN(const auto check, prepare("PRAGMA integrity_check(100)"));
  std::vector<std::string> out;
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, check->step());
    if (!row) return out;
    if (check->text_at(0) != "ok") out.emplace_back(check->text_at(0));
  }
}

// A page keeps bytes of cells that moved from it, which secure_delete does not reach: only a file
// written anew is without them. Then the log, which still holds the old pages, gives its place up.
Result<bool> SqliteConnection::erase_free_space(const std::vector<std::string>& /*tables*/) {
  const auto clean = [&]() -> Result<bool> {
    // The new file is made beside the old one; memory would hold all of it.
    DD_ASSIGN_OR_RETURN(const std::optional<int64_t> pages, integer("PRAGMA page_count"));
    DD_ASSIGN_OR_RETURN(const std::optional<int64_t> size, integer("PRAGMA page_size"));
    constexpr int64_t kMaxInMemory = int64_t{256} * 1024 * 1024;
    const bool large = pages.value_or(0) * size.value_or(0) > kMaxInMemory;
    if (large) DD_RETURN_IF_ERROR(execute("PRAGMA temp_store = FILE"));
    const Result<void> vacuumed = execute("VACUUM");
    if (large) DD_RETURN_IF_ERROR(execute("PRAGMA temp_store = MEMORY"));
    if (!vacuumed.has_value()) return vacuumed.error();
    DD_ASSIGN_OR_RETURN(const std::optional<int64_t> busy,
                        integer("PRAGMA wal_checkpoint(TRUNCATE)"));
    return busy.value_or(1) == 0;
  };
  // Whoever reads meanwhile keeps the old pages for as long: no use in waiting for it to end.
  constexpr int kShortWaitMilliseconds = 1'000;
  sqlite3_busy_timeout(database_.get(), kShortWaitMilliseconds);
  Result<bool> done = clean();
  sqlite3_busy_timeout(database_.get(), kBusyTimeoutMilliseconds);
  if (!done.has_value() && done.error().code == ErrorCode::kConflict) return false;
  return done;
}

Result<void> SqliteConnection::begin(Begin mode) {
  return execute(mode == Begin::kRead ? "BEGIN" : "BEGIN IMMEDIATE");
}

bool SqliteConnection::in_transaction() const {
  return sqlite3_get_autocommit(database_.get()) == 0;
}

Error SqliteConnection::error(int code) const {
  return error_of(code, sqlite3_errmsg(database_.get()), path_);
}

}  // namespace dandang::store
