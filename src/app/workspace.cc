#include "app/workspace.h"

#include <pwd.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "app/snapshot_cache.h"
#include "base/date.h"
#include "policy/link.h"
#include "store/new_file.h"
#include "store/postgres_store.h"
#include "store/postgres_whole.h"
#include "store/sqlite_store.h"

namespace dandang::app {
namespace fs = std::filesystem;

namespace {

std::string store_path(const std::string& directory) {
  return (fs::path(directory) / "records.sqlite").string();
}

std::string address_path(const std::string& directory) {
  return (fs::path(directory) / "store.address").string();
}

Result<void> write_address(const std::string& directory, const std::string& address) {
  DD_ASSIGN_OR_RETURN(store::NewFile file, store::NewFile::create(address_path(directory)));
  DD_RETURN_IF_ERROR(file.write(address + "\n"));
  return file.publish();
}

template <typename T>
Result<std::unique_ptr<record::RecordStore>> as_port(Result<std::unique_ptr<T>> store) {
  if (!store) return store.error();
  return std::unique_ptr<record::RecordStore>(std::move(store).value());
}

}  // namespace

Result<std::unique_ptr<record::RecordStore>> create_store(const std::string& directory,
                                                          const StoreChoice& choice) {
  if (choice.address.empty())
    return as_port(store::SqliteStore::create(store_path(directory), choice.hash));
  Result<std::unique_ptr<record::RecordStore>> made =
      as_port(store::PostgresStore::create(choice.address, choice.region, choice.hash));
  if (!made) return made;
  DD_RETURN_IF_ERROR(write_address(directory, choice.address));
  return made;
}

Result<void> restore_store(const std::string& directory, const StoreChoice& choice,
                           const std::shared_ptr<store::BackupFile>& backup,
                           const store::BackupProgress& progress) {
  if (choice.address.empty()) {
    return store::restore_to_sqlite(*backup, store_path(directory), progress);
  }
  DD_RETURN_IF_ERROR(store::restore_to_postgres(backup, choice.address, choice.region, progress));
  return write_address(directory, choice.address);
}

Result<StorePlace> store_place(const std::string& directory) {
  std::error_code code;
  if (std::ifstream file(address_path(directory)); file) {
    std::string address;
    std::getline(file, address);
    return StorePlace{address, ""};
  }
  if (!fs::exists(store_path(directory), code)) {
    return Error{ErrorCode::kNotFound,
                 {"这里没有数据目录", "there is no data directory here"},
                 directory,
                 {"先运行 dandang init " + directory, "run dandang init " + directory + " first"}};
  }
  return StorePlace{"", store_path(directory)};
}

Result<std::unique_ptr<record::RecordStore>> open_store(const std::string& directory) {
  DD_ASSIGN_OR_RETURN(const StorePlace place, store_place(directory));
  if (!place.address.empty()) return store::open_postgres(place.address);
  return as_port(store::SqliteStore::open(place.file));
}

Result<std::unique_ptr<record::RecordStore>> open_store_to_read(const StorePlace& place) {
  if (!place.address.empty()) return as_port(store::PostgresStore::open_to_read(place.address));
  return as_port(store::SqliteStore::open_to_read(place.file));
}

std::string place_text(const StorePlace& place) {
  if (!place.address.empty()) return place.address;
  std::error_code code;
  return fs::weakly_canonical(fs::absolute(place.file, code), code).string();
}

namespace {

// The past is read from the store; a snapshot is of the present.
Result<record::Dataset> load_at(const std::string& directory, const Workspace& workspace,
                                record::ChangeSetId known_at) {
  record::RecordStore& store = *workspace.store;
  DD_ASSIGN_OR_RETURN(const auto last, store.change_set_at(std::nullopt));
  if (!last || last->id != known_at) return store.load(workspace.policy->catalogue, known_at);
  DD_ASSIGN_OR_RETURN(const StorePlace place, store_place(directory));
  return load_current(directory, place_text(place), store, workspace.policy->catalogue, known_at);
}

}  // namespace

Result<Workspace> open_workspace(const std::string& directory,
                                 const std::optional<std::string>& known_at) {
  Workspace out;
  DD_ASSIGN_OR_RETURN(out.store, open_store(directory));
  DD_ASSIGN_OR_RETURN(const auto at, out.store->change_set_at(known_at));
  if (!at) {
    return Error{ErrorCode::kNotFound,
                 {"那时还没有任何资料", "nothing was recorded by then"},
                 known_at.value_or(""),
                 {"换一个晚一些的时间", "choose a later time"}};
  }
  DD_ASSIGN_OR_RETURN(const auto stored, out.store->packages(at->id));
  std::vector<policy::SourceFile> files;
  for (const record::PackageFile& file : stored) files.push_back({file.path, file.content});
  Diagnostics diagnostics;
  out.policy = std::make_unique<policy::PolicySet>(policy::load_packages(files, diagnostics));
  if (diagnostics.has_errors()) {
    return Error{
        ErrorCode::kUnsoundStore,
        {"库里的政策包有错误：" + diagnostics.all().front().to_string(Language::kChinese),
         "a stored package is faulty: " + diagnostics.all().front().to_string(Language::kEnglish)},
        directory,
        {"用与建库时相同版本的程序打开", "open it with the version of the program that made it"}};
  }
  DD_RETURN_IF_ERROR(out.store->define(*out.policy->catalogue));
  DD_ASSIGN_OR_RETURN(record::Dataset data, load_at(directory, out, at->id));
  out.data = std::make_unique<record::Dataset>(std::move(data));
  return out;
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

Date today() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  return *Date::from_ymd(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday);
}

std::string author_or_account(const std::string& given) {
  if (!given.empty()) return given;
  const passwd* account = getpwuid(getuid());
  return account != nullptr ? account->pw_name : "uid " + std::to_string(getuid());
}

Result<std::optional<std::string>> known_at_time(const std::string& text) {
  if (text.empty()) return std::optional<std::string>();
  if (Date::parse_iso(text)) return std::optional<std::string>(text + "T23:59:59Z");
  const bool form = text.size() == 20 && Date::parse_iso(text.substr(0, 10)) && text[10] == 'T' &&
                    text[13] == ':' && text[16] == ':' && text[19] == 'Z';
  if (form) return std::optional<std::string>(text);
  return Error{ErrorCode::kBadUsage,
               {"“" + text + "”不是时间", "\"" + text + "\" is not a time"},
               "--known-at",
               {"写成 2026-06-30 或 2026-06-30T12:00:00Z（世界时）",
                "write 2026-06-30 or 2026-06-30T12:00:00Z (UTC)"}};
}

}  // namespace dandang::app
