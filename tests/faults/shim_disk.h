#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

// The books of a disk on which only what was synced is sure. Bytes are sure after fsync of their
// file, names (made, renamed, removed) after fsync of their folder. What is written through a
// mapping is not noticed: SQLite's "-shm" is written so, and is rebuilt from the log after a crash.
namespace dandang::faults {

constexpr uint64_t kPage = 4096;   // what may survive by itself
constexpr uint64_t kSector = 512;  // what is never torn

// Which syncs are honoured.
enum class Swallow {
  kNone,
  kCommits,  // not those of a write-ahead log after a commit: SQLite's synchronous=NORMAL
  kAll,      // synchronous=OFF
};

struct DiskFile {
  std::string path;  // by which it is reached now; empty: by none
  bool is_folder = false;
  std::string durable;              // its bytes as last synced
  std::set<uint64_t> dirty;         // pages written since
  bool written_since_call = false;  // since fsync was last called, honoured or not
  bool more_than_header = false;    // of these writes, one was not just a log's header
};

class Disk {
 public:
  explicit Disk(Swallow swallow) : swallow_(swallow) {}

  // A descriptor of a file or folder; `made` if the call made it. What was there before is sure.
  void opened(int descriptor, const std::string& path, bool made);
  void closed(int descriptor) { open_.erase(descriptor); }
  bool knows(int descriptor) const { return open_.count(descriptor) != 0; }
  bool is_folder(int descriptor) const { return open_.at(descriptor)->is_folder; }

  void written(int descriptor, uint64_t offset, uint64_t size);
  void resized(int descriptor, uint64_t before, uint64_t after);
  void synced(int descriptor);
  // A sync that failed: the kernel has dropped the pages and calls them clean; a later sync that
  // succeeds says nothing of them.
  void sync_failed(int descriptor);

  void folder_made(const std::string& path);
  void renamed(const std::string& from, const std::string& to);
  void removed(const std::string& path);

  // Makes the files what the disk surely holds. With `torn`, a part of what is unsure survives, as
  // `seed` says: whole pages, parts of pages in sectors, names up to some point.
  void lose_power(bool torn, uint64_t seed);

 private:
  using FilePointer = std::shared_ptr<DiskFile>;
  struct NameChange {
    std::string path;
    FilePointer file;  // none: removed
  };

  FilePointer reached_by(const std::string& path) const;
  void sync_names(const std::string& folder);
  bool honoured(DiskFile& file) const;
  void apply(const NameChange& change);

  Swallow swallow_;
  std::map<std::pair<dev_t, ino_t>, FilePointer> files_;
  std::map<int, FilePointer> open_;
  std::map<std::string, FilePointer> sure_names_;
  std::vector<NameChange> unsure_names_;  // oldest first
};

}  // namespace dandang::faults
