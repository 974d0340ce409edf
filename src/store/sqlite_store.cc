#include "store/sqlite_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "store/deletion.h"
#include "store/migrate.h"
#include "store/schema.h"
#include "store/sqlite_connection.h"

namespace dandang::store {

namespace {

// Absolute, so that SQLite cannot take a path such as ":memory:" for something else than a file.
Result<std::string> absolute(const std::string& path) {
  std::error_code failure;
  const std::filesystem::path result = std::filesystem::absolute(path, failure);
  if (!path.empty() && !failure) return result.string();
  return Error{ErrorCode::kBadUsage,
               {"数据库路径无效", "the store's path cannot be used"},
               path,
               {"给出一个文件的路径", "give the path of a file"}};
}

Error system_error(int code, const Text& what, const std::string& path) {
  const std::string detail = std::strerror(code);
  return {ErrorCode::kIo,
          {what.zh + "（" + detail + "）", what.en + " (" + detail + ")"},
          path,
          {"检查目录是否存在、是否可写", "check that the folder exists and can be written"}};
}

// Makes the file in one step that fails if there is one, so that of two creations at once one is
// refused. Only the owner may read it: it will hold personal records.
Result<void> make_empty_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) {
    if (errno == EEXIST) {
      return Error{
          ErrorCode::kExists,
          {"文件已存在", "the file exists already"},
          path,
          {"换一个路径，或打开已有的数据库", "choose another path, or open the store there"}};
    }
    return system_error(errno, {"无法建立数据库文件", "the store's file cannot be made"}, path);
  }
  ::close(file);
  return {};
}

// The name of a new file is on disk only when its folder is.
Result<void> sync_folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0) {
    return system_error(errno, {"无法打开目录", "the folder cannot be opened"}, folder);
  }
  const int failed = ::fsync(handle) == 0 ? 0 : errno;
  ::close(handle);
  if (failed != 0) {
    return system_error(failed, {"无法将目录写入磁盘", "the folder cannot be synced"}, folder);
  }
  return {};
}

// What every connection needs; the file keeps only the journal mode.
Result<void> configure(SqliteConnection& connection) {
  return connection.execute(
      "PRAGMA journal_mode = WAL;"
      "PRAGMA synchronous = FULL;"
      "PRAGMA foreign_keys = ON;"
      // Nothing of the records may lie in temporary files.
      "PRAGMA temp_store = MEMORY;"
      // What is deleted or moved is overwritten, until the file is written anew (deletion.h).
      "PRAGMA secure_delete = ON;"
      // 64 MiB, so that the key indexes of a large import stay in memory.
      "PRAGMA cache_size = -65536;"
      // A large import's log gives its space back.
      "PRAGMA journal_size_limit = 67108864;");
}

Result<std::unique_ptr<SqliteConnection>> make_database(const std::string& path,
                                                        ledger::HashKind hash) {
  DD_ASSIGN_OR_RETURN(std::unique_ptr<SqliteConnection> connection, SqliteConnection::open(path));
  DD_RETURN_IF_ERROR(configure(*connection));
  DD_RETURN_IF_ERROR(make_store(*connection, hash));
  DD_RETURN_IF_ERROR(sync_folder_of(path));
  return connection;
}

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::create(const std::string& path,
                                                         ledger::HashKind hash) {
  DD_ASSIGN_OR_RETURN(const std::string file, absolute(path));
  DD_RETURN_IF_ERROR(make_empty_file(file));
  Result<std::unique_ptr<SqliteConnection>> connection = make_database(file, hash);
  if (!connection.has_value()) {
    // The file is ours and holds nothing: leaving it would make the next try fail.
    for (const char* suffix : {"", "-wal", "-shm"}) ::unlink((file + suffix).c_str());
    return connection.error();
  }
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(connection).value()));
}

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path) {
  DD_ASSIGN_OR_RETURN(const std::string file, absolute(path));
  std::error_code failure;
  const std::filesystem::file_status status = std::filesystem::status(file, failure);
  if (status.type() == std::filesystem::file_type::not_found) {
    return Error{
        ErrorCode::kNotFound,
        {"没有这个数据库", "there is no store"},
        file,
        {"检查路径，或先用 dandang init 建立", "check the path, or make one with dandang init"}};
  }
  if (std::filesystem::is_directory(status)) {
    return Error{ErrorCode::kUnsoundStore,
                 {"这是一个目录，不是数据库文件", "this is a folder, not a store's file"},
                 file,
                 {"检查路径", "check the path"}};
  }
  DD_ASSIGN_OR_RETURN(std::unique_ptr<SqliteConnection> connection, SqliteConnection::open(file));
  // Before anything that writes: a file that is not ours stays as it is.
  DD_ASSIGN_OR_RETURN(const int64_t version, check_marks(*connection));
  DD_RETURN_IF_ERROR(configure(*connection));
  DD_RETURN_IF_ERROR(migrate(*connection, version));
  // SQLite has made a new log by now, and does not say when the sync of its folder failed: without
  // the log's name on disk a power loss takes what is acknowledged from here on.
  DD_RETURN_IF_ERROR(sync_folder_of(file));
  // A deletion that was interrupted before its bytes were gone. That it still cannot be done is no
  // reason not to open.
  static_cast<void>(finish_erasure(*connection));
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(connection)));
}

Result<std::unique_ptr<SqliteStore>> SqliteStore::open_to_read(const std::string& path) {
  DD_ASSIGN_OR_RETURN(const std::string file, absolute(path));
  DD_ASSIGN_OR_RETURN(std::unique_ptr<SqliteConnection> connection,
                      SqliteConnection::open_to_read(file));
  DD_ASSIGN_OR_RETURN(const int64_t version, check_marks(*connection));
  if (version != kSchemaVersion) return older_schema(file);
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(connection)));
}

}  // namespace dandang::store
