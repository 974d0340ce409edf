#include "shim_disk.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>

#include "raw_calls.h"

namespace dandang::faults {

namespace {

constexpr uint64_t kLogHeader = 32;  // bytes, at the start of a SQLite write-ahead log

// The bookkeeping itself must not fail: a test that cannot tell what is sure proves nothing.
void require(bool holds, const std::string& what) {
  if (holds) return;
  std::fprintf(stderr, "fault_shim: %s\n", what.c_str());
  std::abort();
}

std::string read_range(int descriptor, uint64_t from, uint64_t size) {
  std::string out(size, '\0');
  uint64_t filled = 0;
  while (filled < size) {
    const ssize_t got = raw::pread(descriptor, out.data() + filled, size - filled, from + filled);
    require(got >= 0, "cannot read back what was written");
    if (got == 0) break;
    filled += static_cast<uint64_t>(got);
  }
  out.resize(filled);
  return out;
}

std::string read_whole(const std::string& path) {
  const int file = raw::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  require(file >= 0, "cannot read " + path);
  std::string out = read_range(file, 0, raw::size_of(file));
  raw::close(file);
  return out;
}

void write_whole(const std::string& path, const std::string& bytes) {
  const int file = raw::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  require(file >= 0, "cannot restore " + path);
  uint64_t done = 0;
  while (done < bytes.size()) {
    const ssize_t put = raw::pwrite(file, bytes.data() + done, bytes.size() - done, done);
    require(put > 0, "cannot restore the bytes of " + path);
    done += static_cast<uint64_t>(put);
  }
  raw::close(file);
}

void put_page(std::string& image, uint64_t page, std::string_view bytes) {
  const uint64_t start = page * kPage;
  if (image.size() < start + bytes.size()) image.resize(start + bytes.size());
  image.replace(start, bytes.size(), bytes);
}

std::string folder_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

// What a torn disk holds of one file.
std::string torn_image(const DiskFile& file, std::mt19937_64& random) {
  std::string image = file.durable;
  const std::string now = file.path.empty() ? std::string() : read_whole(file.path);
  if (now.size() < image.size() && random() % 2 == 0) image.resize(now.size());
  for (const uint64_t page : file.dirty) {
    if (page * kPage >= now.size()) continue;
    const std::string_view bytes = std::string_view(now).substr(page * kPage, kPage);
    const uint64_t kept = random() % 3;  // none, all, or some first sectors
    if (kept == 1) put_page(image, page, bytes);
    if (kept == 2) {
      put_page(image, page, bytes.substr(0, (random() % (kPage / kSector)) * kSector));
    }
  }
  return image;
}

}  // namespace

void Disk::opened(int descriptor, const std::string& path, bool made) {
  struct stat status {};
  require(::fstat(descriptor, &status) == 0, "cannot look at " + path);
  FilePointer& file = files_[{status.st_dev, status.st_ino}];
  // A number of a removed file may be given again.
  if (file == nullptr || made) {
    file = std::make_shared<DiskFile>();
    file->path = path;
    file->is_folder = S_ISDIR(status.st_mode);
    if (made) {
      unsure_names_.push_back({path, file});
    } else {
      if (!file->is_folder) {
        file->durable = read_range(descriptor, 0, static_cast<uint64_t>(status.st_size));
      }
      sure_names_[path] = file;
    }
  }
  open_[descriptor] = file;
}

void Disk::written(int descriptor, uint64_t offset, uint64_t size) {
  if (size == 0) return;
  DiskFile& file = *open_.at(descriptor);
  for (uint64_t page = offset / kPage; page <= (offset + size - 1) / kPage; ++page) {
    file.dirty.insert(page);
  }
  file.written_since_call = true;
  if (offset != 0 || size != kLogHeader) file.more_than_header = true;
}

void Disk::resized(int descriptor, uint64_t before, uint64_t after) {
  const uint64_t low = std::min(before, after);
  const uint64_t high = std::max(before, after);
  if (high > low) written(descriptor, low, high - low);
}

bool Disk::honoured(DiskFile& file) const {
  const bool after_commit =
      file.path.ends_with("-wal") && file.written_since_call && file.more_than_header;
  file.written_since_call = false;
  file.more_than_header = false;
  return swallow_ == Swallow::kNone || (swallow_ == Swallow::kCommits && !after_commit);
}

void Disk::synced(int descriptor) {
  DiskFile& file = *open_.at(descriptor);
  if (!honoured(file)) return;
  if (file.is_folder) {
    sync_names(file.path);
    return;
  }
  const uint64_t size = raw::size_of(descriptor);
  file.durable.resize(size);
  for (const uint64_t page : file.dirty) {
    if (page * kPage >= size) continue;
    put_page(file.durable, page,
             read_range(descriptor, page * kPage, std::min(kPage, size - page * kPage)));
  }
  file.dirty.clear();
}

void Disk::sync_failed(int descriptor) {
  DiskFile& file = *open_.at(descriptor);
  file.dirty.clear();
  file.written_since_call = false;
  file.more_than_header = false;
}

Disk::FilePointer Disk::reached_by(const std::string& path) const {
  for (const auto& [number, file] : files_) {
    if (file->path == path) return file;
  }
  return nullptr;
}

void Disk::folder_made(const std::string& path) {
  const int folder = raw::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  require(folder >= 0, "cannot open " + path);
  opened(folder, path, true);
  closed(folder);
  raw::close(folder);
}

void Disk::renamed(const std::string& from, const std::string& to) {
  const FilePointer file = reached_by(from);
  require(file != nullptr, "renamed without having been opened: " + from);
  if (const FilePointer replaced = reached_by(to)) replaced->path.clear();
  file->path = to;
  unsure_names_.push_back({from, nullptr});
  unsure_names_.push_back({to, file});
}

void Disk::removed(const std::string& path) {
  const FilePointer file = reached_by(path);
  if (file == nullptr) return;  // never opened: nothing hangs on it
  file->path.clear();
  unsure_names_.push_back({path, nullptr});
}

void Disk::apply(const NameChange& change) {
  if (change.file != nullptr) {
    sure_names_[change.path] = change.file;
  } else {
    sure_names_.erase(change.path);
  }
}

void Disk::sync_names(const std::string& folder) {
  std::vector<NameChange> others;
  for (const NameChange& change : unsure_names_) {
    if (folder_of(change.path) == folder) {
      apply(change);
    } else {
      others.push_back(change);
    }
  }
  unsure_names_ = std::move(others);
}

void Disk::lose_power(bool torn, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::set<std::string> paths;
  for (const auto& [path, file] : sure_names_) paths.insert(path);
  for (const NameChange& change : unsure_names_) paths.insert(change.path);

  std::map<const DiskFile*, std::string> images;
  for (const auto& [number, file] : files_) {
    if (!file->is_folder) images[file.get()] = torn ? torn_image(*file, random) : file->durable;
  }
  // Names reach the disk in their order: of two changes the later never survives alone.
  const size_t kept = torn ? random() % (unsure_names_.size() + 1) : 0;
  for (size_t i = 0; i < kept; ++i) apply(unsure_names_[i]);

  // A name is reached only through its folder.
  const auto gone = [&](const std::string& path) {
    if (sure_names_.count(path) == 0) return true;
    return std::any_of(paths.begin(), paths.end(), [&](const std::string& folder) {
      return path.starts_with(folder + "/") && sure_names_.count(folder) == 0;
    });
  };
  for (auto path = paths.rbegin(); path != paths.rend(); ++path) {
    if (!gone(*path)) continue;
    if (::unlinkat(AT_FDCWD, path->c_str(), 0) != 0) {
      ::unlinkat(AT_FDCWD, path->c_str(), AT_REMOVEDIR);
    }
  }
  for (const std::string& path : paths) {
    if (gone(path) || sure_names_[path]->is_folder) continue;
    write_whole(path, images.count(sure_names_[path].get()) != 0 ? images[sure_names_[path].get()]
                                                                 : sure_names_[path]->durable);
  }
}

}  // namespace dandang::faults
