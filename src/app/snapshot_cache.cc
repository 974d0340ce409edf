#include "app/snapshot_cache.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <utility>

#include "policy/link.h"
#include "record/difference.h"
#include "record/snapshot.h"

namespace dandang::app {
namespace fs = std::filesystem;

namespace {

using record::Catalogue;
using record::ChangeSetId;
using record::Dataset;
using record::RecordStore;

fs::path cache_folder(const std::string& directory) {
  return fs::path(directory) / "cache";
}

// DANDANG_SNAPSHOT_ROWS; no value: off.
std::optional<size_t> least_rows() {
  const char* set = std::getenv("DANDANG_SNAPSHOT_ROWS");
  if (set == nullptr) return kSnapshotRows;
  const std::string_view text = set;
  size_t rows = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), rows);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size()) {
    return std::nullopt;
  }
  return rows;
}

void tell(const std::string& what) {
  if (is_verbose()) std::fprintf(stderr, "snapshot: %s\n", what.c_str());
}

size_t rows_of(const Dataset& data) {
  size_t rows = 0;
  for (size_t t = 0; t < data.catalogue().types.size(); ++t) rows += data.table(t).size();
  return rows;
}

// What a snapshot of the change set says it is of.
template <typename Store>
Result<std::string> identity(Store& store, const std::string& place, ChangeSetId change_set) {
  DD_ASSIGN_OR_RETURN(const std::string state, store.state_of(change_set));
  return place + "\n" + state;
}

// Of those who write or take away the snapshot; readers need none.
class CacheLock {
 public:
  enum class Wait { kNo, kYes };
  CacheLock(const fs::path& folder, Wait wait) {
    file_ = ::open((folder / "lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
    const int mode = LOCK_EX | (wait == Wait::kNo ? LOCK_NB : 0);
    held_ = file_ >= 0 && ::flock(file_, mode) == 0;
  }
  ~CacheLock() {
    if (file_ >= 0) ::close(file_);
  }
  CacheLock(const CacheLock&) = delete;
  CacheLock& operator=(const CacheLock&) = delete;
  bool held() const { return held_; }

 private:
  int file_ = -1;
  bool held_ = false;
};

// The snapshot of any earlier change set of this very store; an error says why there is none.
Result<Dataset> open_fitting(const std::string& path, const std::string& place, RecordStore& store,
                             const std::shared_ptr<const Catalogue>& catalogue, ChangeSetId last) {
  DD_ASSIGN_OR_RETURN(const record::SnapshotHead head, record::read_snapshot_head(path));
  const auto misfit = [&](const Text& what) { return Error{ErrorCode::kConflict, what, path, {}}; };
  if (head.known_at > last) {
    return misfit({"属于更晚的一次写入", "is of a later change set"});
  }
  DD_ASSIGN_OR_RETURN(const std::string store_now, identity(store, place, head.known_at));
  if (store_now != head.store) {
    return misfit({"属于别的库，或另一段历史", "is of another store, or of another history"});
  }
  return record::open_snapshot(catalogue, head.store, head.known_at, path);
}

// Nothing is told of a failure but to whoever asked: it costs time, and no answer.
void save(const Dataset& data, const std::string& directory, const std::string& place,
          RecordStore& store) {
  const fs::path folder = cache_folder(directory);
  std::error_code code;
  if (fs::create_directory(folder, code)) {
    fs::permissions(folder, fs::perms::owner_all, code);
  }
  const CacheLock lock(folder, CacheLock::Wait::kNo);
  if (!lock.held()) return tell("not written: another command is at it, or the folder is not ours");
  // Under the lock: whoever deletes records takes the snapshot away afterwards, and what was read
  // before must not come back.
  const auto last = store.change_set_at(std::nullopt);
  if (!last || !*last || (*last)->id != data.known_at) return tell("not written: out of date");
  const auto now = identity(store, place, data.known_at);
  if (!now) return tell(now.error().to_string(Language::kEnglish));
  const auto written = record::save_snapshot(data, *now, snapshot_path(directory));
  if (!written) return tell(written.error().to_string(Language::kEnglish));
  tell("written, change set " + std::to_string(data.known_at) + ", " + std::to_string(*written) +
       " bytes");
}

}  // namespace

bool is_verbose() {
  const char* set = std::getenv("DANDANG_VERBOSE");
  return set != nullptr && *set != '\0';
}

std::string snapshot_path(const std::string& directory) {
  return (cache_folder(directory) / "records.snapshot").string();
}

Result<Dataset> load_current(const std::string& directory, const std::string& place,
                             RecordStore& store, const std::shared_ptr<const Catalogue>& catalogue,
                             ChangeSetId last) {
  const std::optional<size_t> least = least_rows();
  if (!least) return store.load(catalogue, last);
  Result<Dataset> opened = open_fitting(snapshot_path(directory), place, store, catalogue, last);
  if (opened) {
    if (opened->known_at == last) {
      tell("opened, change set " + std::to_string(last));
      return opened;
    }
    const ChangeSetId since = opened->known_at;
    const auto touched = store.catch_up(*opened, last);
    if (touched && *touched) {
      tell("opened, change set " + std::to_string(since) + ", " + std::to_string(**touched) +
           " records followed to " + std::to_string(last));
      if (**touched * kSnapshotShare > rows_of(*opened)) save(*opened, directory, place, store);
      return opened;
    }
    tell(touched ? "cannot follow what was written since"
                 : touched.error().to_string(Language::kEnglish));
  } else {
    tell(opened.error().to_string(Language::kEnglish));
  }
  DD_ASSIGN_OR_RETURN(Dataset data, store.load(catalogue, last));
  if (rows_of(data) >= *least) save(data, directory, place, store);
  return data;
}

Result<void> drop_snapshot(const std::string& directory) {
  const fs::path folder = cache_folder(directory);
  std::error_code code;
  if (!fs::exists(folder, code)) return {};
  const CacheLock lock(folder, CacheLock::Wait::kYes);
  const std::string path = snapshot_path(directory);
  bool gone = lock.held();
  for (const std::string& file : {path, path + ".part"}) {
    fs::remove(file, code);
    gone = gone && !code;
  }
  if (gone) return {};
  return Error{ErrorCode::kIo,
               {"快照删不掉，里面还有已删除的内容",
                "the snapshot cannot be taken away, and holds what was deleted"},
               path,
               {"手工删除整个 cache 目录", "delete the folder cache by hand"}};
}

Result<std::optional<SnapshotCheck>> check_snapshot(const std::string& directory,
                                                    const std::string& place,
                                                    store::LedgerReader& reader) {
  const std::string path = snapshot_path(directory);
  std::error_code code;
  if (!fs::exists(path, code)) return std::optional<SnapshotCheck>();
  const auto unused = [](const std::string& zh, const std::string& en) {
    return std::optional<SnapshotCheck>(
        {true, {"快照" + zh + "，不会被使用", "snapshot: " + en + ", and is not used"}});
  };
  const auto head = record::read_snapshot_head(path);
  if (!head) return unused("已损坏", "damaged");
  const auto now = identity(reader, place, head->known_at);
  if (!now || *now != head->store) return unused("属于别的库或别的历史", "of another store");
  DD_ASSIGN_OR_RETURN(const auto stored, reader.packages(head->known_at));
  std::vector<policy::SourceFile> files;
  for (const record::PackageFile& file : stored) files.push_back({file.path, file.content});
  Diagnostics diagnostics;
  const policy::PolicySet set = policy::load_packages(files, diagnostics);
  const auto opened = record::open_snapshot(set.catalogue, head->store, head->known_at, path);
  if (!opened) return unused("已损坏或声明不同", "damaged, or of other declarations");
  DD_ASSIGN_OR_RETURN(const Dataset data, reader.load(set.catalogue, head->known_at));
  const std::string number = std::to_string(head->known_at);
  if (const auto difference = record::first_difference(*opened, data)) {
    return std::optional<SnapshotCheck>(
        {false,
         {"快照（第 " + number + " 批）与数据库不同：" + difference->zh,
          "the snapshot (change set " + number +
              ") differs from the database: " + difference->en}});
  }
  return std::optional<SnapshotCheck>(
      {true,
       {"快照（第 " + number + " 批）与数据库逐行相同",
        "the snapshot (change set " + number + ") equals the database row by row"}});
}

}  // namespace dandang::app
