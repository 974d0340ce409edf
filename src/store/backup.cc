#include "store/backup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <utility>

#include "store/copy_store.h"
#include "store/migrate.h"
#include "store/postgres_connection.h"
#include "store/schema.h"
#include "store/sqlite_connection.h"

namespace dandang::store {

namespace {

// A file the copy is made in. It loses its name once SQLite has it open, so that nothing of it is
// left however the process ends.
class Staging : public ByteSource {
 public:
  static Result<std::shared_ptr<Staging>> create(const std::string& folder) {
    std::error_code failure;
    std::string path = std::filesystem::absolute(folder, failure) / "backup-XXXXXX.partial";
    constexpr int kSuffix = sizeof ".partial" - 1;
    const int file = mkostemps(path.data(), kSuffix, O_CLOEXEC);
    if (file < 0) {
      return file_error(errno, {"数据目录里建不了临时文件", "no file can be made in the directory"},
                        folder);
    }
    return std::shared_ptr<Staging>(new Staging(file, std::move(path)));
  }
  ~Staging() override {
    forget_name();
    ::close(file_);
  }

  void forget_name() {
    if (named_) ::unlink(path_.c_str());
    named_ = false;
  }
  uint64_t size() const override {
    struct stat status {};
    return ::fstat(file_, &status) == 0 ? static_cast<uint64_t>(status.st_size) : 0;
  }
  const std::string& place() const override { return path_; }
  Result<void> read(uint64_t offset, size_t count, char* out) override {
    while (count > 0) {
      const ssize_t got = ::pread(file_, out, count, static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) {
        return file_error(got < 0 ? errno : EIO, {"读不了文件", "the file cannot be read"}, path_);
      }
      out += got;
      offset += static_cast<uint64_t>(got);
      count -= static_cast<size_t>(got);
    }
    return {};
  }

 private:
  Staging(int file, std::string path) : file_(file), path_(std::move(path)) {}

  int file_;
  std::string path_;
  bool named_ = true;
};

ByteProgress step_of(const BackupProgress& progress, BackupStep step) {
  return [&progress, step](uint64_t done, uint64_t all) {
    if (progress) progress(step, done, all);
  };
}

Result<void> copy_sqlite(const std::string& file, Staging& staging, const ByteProgress& tell) {
  DD_ASSIGN_OR_RETURN(const auto from, SqliteConnection::open_to_read(file));
  DD_ASSIGN_OR_RETURN(const int64_t version, check_marks(*from));
  if (version != kSchemaVersion) return older_schema(file);
  DD_ASSIGN_OR_RETURN(const auto pages, from->integer("PRAGMA page_count"));
  DD_ASSIGN_OR_RETURN(const auto page_size, from->integer("PRAGMA page_size"));
  const auto all = static_cast<uint64_t>(pages.value_or(0) * page_size.value_or(0));
  return from->copy_to(staging.place(), [&] {
    const uint64_t done = staging.size();
    if (done > 0) staging.forget_name();
    tell(std::min(done, all), all);
  });
}

Result<void> copy_postgres(const std::string& address, Staging& staging, const ByteProgress& tell) {
  DD_ASSIGN_OR_RETURN(const auto from, PostgresConnection::open(address, ""));
  DD_ASSIGN_OR_RETURN(const int64_t version, check_marks(*from));
  if (version != kSchemaVersion) return older_schema(address);
  DD_ASSIGN_OR_RETURN(const auto to, SqliteConnection::open(staging.place()));
  // What fails is thrown away whole; a journal beside a file without a name cannot be.
  DD_RETURN_IF_ERROR(to->execute(
      "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA temp_store = MEMORY;"
      "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536"));
  staging.forget_name();
  DD_ASSIGN_OR_RETURN(SqlTransaction reading,
                      SqlTransaction::begin(*from, SqlConnection::Begin::kRead));
  // An estimate of all tables of the store: the bar only has to move.
  DD_ASSIGN_OR_RETURN(const auto rows,
                      from->integer("SELECT sum(greatest(reltuples, 0))::int8 FROM pg_class WHERE"
                                    " relnamespace = current_schema()::regnamespace"
                                    " AND relkind = 'r'"));
  const auto all = static_cast<uint64_t>(rows.value_or(0));
  DD_ASSIGN_OR_RETURN(SqlTransaction writing,
                      SqlTransaction::begin(*to, SqlConnection::Begin::kMake));
  DD_RETURN_IF_ERROR(
      copy_store(*from, *to, [&](uint64_t done) { tell(std::min(done, all), all); }));
  return writing.commit();
}

Error unsound(const std::string& place) {
  return {ErrorCode::kUnsoundStore,
          {"库与它的账本不相符", "the store is not what its ledger says"},
          place,
          {"用 dandang verify 查看；要留作证据，请另行复制整个数据目录",
           "look with dandang verify; to keep it as evidence copy the whole data directory"}};
}

// What the store in the bytes is, once it is found sound.
Result<BackupManifest> manifest_of_store(const std::shared_ptr<ByteSource>& bytes,
                                         const ByteProgress& tell) {
  DD_ASSIGN_OR_RETURN(const auto store, SqliteConnection::open_to_read(bytes));
  BackupManifest out;
  DD_ASSIGN_OR_RETURN(out.schema_version, check_marks(*store));
  if (out.schema_version != kSchemaVersion) return older_schema(bytes->place());
  DD_ASSIGN_OR_RETURN(const LedgerCheck check, check_ledger(*store, {}, {}, tell));
  if (!check.sound()) return unsound(bytes->place());
  out.hash = check.hash;
  out.leaves = check.report.leaves;
  out.root = check.root;
  DD_ASSIGN_OR_RETURN(const auto last, store->prepare("SELECT id, recorded_at FROM change_set"
                                                      " ORDER BY id DESC LIMIT 1"));
  DD_ASSIGN_OR_RETURN(const bool row, last->step());
  if (!row) return out;
  out.change_set = last->int64_at(0);
  out.recorded_at = last->text_at(1);
  return out;
}

}  // namespace

Result<BackupManifest> make_backup(const BackupOrigin& origin, const BackupRequest& request,
                                   const BackupProgress& progress) {
  // First, so that a path that cannot be is told before the work.
  DD_ASSIGN_OR_RETURN(NewFile file, NewFile::create(request.path));
  DD_ASSIGN_OR_RETURN(const std::shared_ptr<Staging> staging, Staging::create(origin.folder));
  const ByteProgress copying = step_of(progress, BackupStep::kCopy);
  DD_RETURN_IF_ERROR(origin.address.empty() ? copy_sqlite(origin.file, *staging, copying)
                                            : copy_postgres(origin.address, *staging, copying));
  staging->forget_name();
  Result<BackupManifest> manifest =
      manifest_of_store(staging, step_of(progress, BackupStep::kVerify));
  if (!manifest) {
    Error error = manifest.error();
    // The copy has no name any more.
    if (error.where == staging->place()) {
      error.where = origin.address.empty() ? origin.file : origin.address;
    }
    return error;
  }
  manifest->made_at = request.made_at;
  return write_backup_file(*staging, std::move(manifest).value(), request.secret, file,
                           step_of(progress, BackupStep::kWrite));
}

Result<void> check_backup(const std::shared_ptr<BackupFile>& backup,
                          const BackupProgress& progress) {
  const BackupManifest& said = backup->manifest();
  DD_RETURN_IF_ERROR(backup->read_all(nullptr, step_of(progress, BackupStep::kCopy)));
  DD_ASSIGN_OR_RETURN(const BackupManifest found,
                      manifest_of_store(backup, step_of(progress, BackupStep::kVerify)));
  if (found.schema_version == said.schema_version && found.change_set == said.change_set &&
      found.recorded_at == said.recorded_at && found.hash == said.hash &&
      found.leaves == said.leaves && found.root == said.root) {
    return {};
  }
  return Error{
      ErrorCode::kBadInput,
      {"备份里的库不是它的开头所说的", "the store in the backup is not what its head says"},
      backup->place(),
      {"换一份备份", "take another backup"}};
}

Result<void> restore_to_sqlite(BackupFile& backup, const std::string& path,
                               const BackupProgress& progress) {
  DD_ASSIGN_OR_RETURN(NewFile file, NewFile::create(path));
  // Read again: what is checked here is what is written.
  DD_RETURN_IF_ERROR(backup.read_all([&](std::string_view bytes) { return file.write(bytes); },
                                     step_of(progress, BackupStep::kWrite)));
  return file.publish();
}

Result<void> restore_to_postgres(const std::shared_ptr<BackupFile>& backup,
                                 const std::string& address, const std::string& region,
                                 const BackupProgress& progress) {
  DD_ASSIGN_OR_RETURN(const auto from, SqliteConnection::open_to_read(backup));
  DD_ASSIGN_OR_RETURN(const auto to, PostgresConnection::open(address, region));
  DD_ASSIGN_OR_RETURN(SqlTransaction reading,
                      SqlTransaction::begin(*from, SqlConnection::Begin::kRead));
  DD_ASSIGN_OR_RETURN(SqlTransaction writing,
                      SqlTransaction::begin(*to, SqlConnection::Begin::kMake));
  DD_ASSIGN_OR_RETURN(const std::optional<SqlConnection::Marks> there, to->marks());
  if (there) {
    return Error{ErrorCode::kExists,
                 {"这里已经有一个数据库", "there is a store already"},
                 address,
                 {"换一个空的数据库", "choose an empty database"}};
  }
  // The ledger has an entry for about each row.
  const uint64_t all = backup->size() / 256;
  DD_RETURN_IF_ERROR(copy_store(*from, *to, [&](uint64_t done) {
    if (progress) progress(BackupStep::kWrite, std::min(done, all), all);
  }));
  DD_ASSIGN_OR_RETURN(const LedgerCheck check,
                      check_ledger_within(*to, {}, {}, step_of(progress, BackupStep::kVerify)));
  if (!check.sound() || check.root != backup->manifest().root) return unsound(address);
  return writing.commit();
}

}  // namespace dandang::store
