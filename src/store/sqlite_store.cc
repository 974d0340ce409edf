#include "store/sqlite_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "store/sqlite_apply.h"
#include "store/sqlite_load.h"
#include "store/sqlite_schema.h"

namespace dandang::store {

namespace {

using record::ApplyOutcome;
using record::Catalogue;
using record::ChangeSet;
using record::ChangeSetId;
using record::ChangeSetSummary;
using record::Dataset;
using record::PackageFile;

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
      // 64 MiB, so that the key indexes of a large import stay in memory.
      "PRAGMA cache_size = -65536;"
      // A large import's log gives its space back.
      "PRAGMA journal_size_limit = 67108864;");
}

Result<void> check_marks(const SqliteConnection& connection) {
  DD_ASSIGN_OR_RETURN(const std::optional<int64_t> application,
                      connection.integer("PRAGMA application_id"));
  if (application != kApplicationId) {
    return Error{ErrorCode::kUnsoundStore,
                 {"这个文件不是担当的数据库", "the file is not a dandang store"},
                 connection.path(),
                 {"检查路径；若是一次中断的 init 留下的，请删除后重新 init",
                  "check the path; if an interrupted init left it, delete it and init again"}};
  }
  DD_ASSIGN_OR_RETURN(const std::optional<int64_t> version,
                      connection.integer("PRAGMA user_version"));
  if (version.value_or(0) > kSchemaVersion) {
    const std::string theirs = std::to_string(*version);
    const std::string ours = std::to_string(kSchemaVersion);
    return Error{ErrorCode::kConflict,
                 {"数据库的结构版本是 " + theirs + "，本程序只认识到 " + ours,
                  "the store has schema version " + theirs + ", this program knows up to " + ours},
                 connection.path(),
                 {"换用建立它的那个或更新的版本", "use the dandang that made it, or a newer one"}};
  }
  if (version.value_or(0) < 1) {
    return Error{ErrorCode::kUnsoundStore,
                 {"数据库没有结构版本", "the store has no schema version"},
                 connection.path(),
                 {"从备份恢复", "restore from a backup"}};
  }
  return {};
}

Result<std::unique_ptr<SqliteConnection>> make_database(const std::string& path) {
  DD_ASSIGN_OR_RETURN(std::unique_ptr<SqliteConnection> connection, SqliteConnection::open(path));
  DD_RETURN_IF_ERROR(configure(*connection));
  DD_RETURN_IF_ERROR(make_own_tables(*connection));
  DD_RETURN_IF_ERROR(sync_folder_of(path));
  return connection;
}

constexpr const char* kSummaryColumns = "SELECT id, recorded_at, author, reason, basis";

ChangeSetSummary summary_at(const SqliteStatement& statement) {
  return {statement.int64_at(0), std::string(statement.text_at(1)),
          std::string(statement.text_at(2)), std::string(statement.text_at(3)),
          std::string(statement.text_at(4))};
}

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::create(const std::string& path) {
  DD_ASSIGN_OR_RETURN(const std::string file, absolute(path));
  DD_RETURN_IF_ERROR(make_empty_file(file));
  Result<std::unique_ptr<SqliteConnection>> connection = make_database(file);
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
  DD_RETURN_IF_ERROR(check_marks(*connection));
  DD_RETURN_IF_ERROR(configure(*connection));
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(connection)));
}

Result<void> SqliteStore::define(const Catalogue& catalogue) {
  return define_types(*connection_, catalogue);
}

Result<ApplyOutcome> SqliteStore::apply(const Catalogue& catalogue, const ChangeSet& change_set) {
  return apply_change_set(*connection_, catalogue, change_set);
}

Result<std::vector<ChangeSetSummary>> SqliteStore::change_sets() {
  DD_ASSIGN_OR_RETURN(
      SqliteStatement statement,
      connection_->prepare(std::string(kSummaryColumns) + " FROM change_set ORDER BY id"));
  std::vector<ChangeSetSummary> summaries;
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, statement.step());
    if (!row) return summaries;
    summaries.push_back(summary_at(statement));
  }
}

Result<std::optional<ChangeSetSummary>> SqliteStore::change_set_at(
    const std::optional<std::string>& time) {
  if (time && !is_utc_time(*time)) {
    return Error{ErrorCode::kBadInput,
                 {"“" + *time + "”不是 YYYY-MM-DDTHH:MM:SSZ 形式的时间",
                  "\"" + *time + "\" is not a time written YYYY-MM-DDTHH:MM:SSZ"},
                 "",
                 {"改用 2025-03-24T08:00:00Z 这样的写法", "write it like 2025-03-24T08:00:00Z"}};
  }
  // Times never go backwards, so the last in time is the last by id.
  DD_ASSIGN_OR_RETURN(SqliteStatement statement,
                      connection_->prepare(std::string(kSummaryColumns) +
                                           " FROM change_set WHERE ?1 IS NULL OR recorded_at <= ?1"
                                           " ORDER BY id DESC LIMIT 1"));
  if (time) statement.bind(1, *time);
  DD_ASSIGN_OR_RETURN(const bool row, statement.step());
  if (!row) return std::optional<ChangeSetSummary>();
  return std::optional<ChangeSetSummary>(summary_at(statement));
}

Result<std::vector<PackageFile>> SqliteStore::packages(ChangeSetId known_at) {
  return read_packages(*connection_, known_at);
}

Result<Dataset> SqliteStore::load(std::shared_ptr<const Catalogue> catalogue,
                                  ChangeSetId known_at) {
  return load_dataset(*connection_, std::move(catalogue), known_at);
}

}  // namespace dandang::store
