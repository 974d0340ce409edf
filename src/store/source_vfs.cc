#include "store/source_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace dandang::store {

namespace {

struct SourceFile {
  sqlite3_file base;  // first, as SQLite asks
  ByteSource* bytes;
};

ByteSource& bytes_of(sqlite3_file* file) {
  return *reinterpret_cast<SourceFile*>(file)->bytes;
}

int close_file(sqlite3_file* /*file*/) {
  return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* out, int count, sqlite3_int64 offset) {
  ByteSource& bytes = bytes_of(file);
  const auto start = static_cast<uint64_t>(offset);
  const auto wanted = static_cast<uint64_t>(count);
  const uint64_t there = start < bytes.size() ? std::min(wanted, bytes.size() - start) : 0;
  if (there > 0 && !bytes.read(start, there, static_cast<char*>(out))) return SQLITE_IOERR_READ;
  if (there == wanted) return SQLITE_OK;
  std::memset(static_cast<char*>(out) + there, 0, wanted - there);
  return SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* /*file*/, const void* /*in*/, int /*count*/,
               sqlite3_int64 /*offset*/) {
  return SQLITE_READONLY;
}

int truncate_file(sqlite3_file* /*file*/, sqlite3_int64 /*size*/) {
  return SQLITE_READONLY;
}

int sync_file(sqlite3_file* /*file*/, int /*flags*/) {
  return SQLITE_OK;
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(bytes_of(file).size());
  return SQLITE_OK;
}

int lock_file(sqlite3_file* /*file*/, int /*lock*/) {
  return SQLITE_OK;
}

int is_reserved(sqlite3_file* /*file*/, int* out) {
  *out = 0;
  return SQLITE_OK;
}

int control_file(sqlite3_file* /*file*/, int /*operation*/, void* /*argument*/) {
  return SQLITE_NOTFOUND;
}

int sector_size(sqlite3_file* /*file*/) {
  return 0;
}

// Nobody else changes the bytes: no locks, no journal.
int characteristics(sqlite3_file* /*file*/) {
  return SQLITE_IOCAP_IMMUTABLE;
}

constexpr sqlite3_io_methods kMethods = {
    1,         close_file, read_file,   write_file,   truncate_file, sync_file,       size_of_file,
    lock_file, lock_file,  is_reserved, control_file, sector_size,   characteristics, nullptr,
    nullptr,   nullptr,    nullptr,     nullptr,      nullptr};

int open_file(sqlite3_vfs* vfs, const char* /*name*/, sqlite3_file* file, int flags,
              int* flags_out) {
  file->pMethods = nullptr;
  if ((flags & SQLITE_OPEN_MAIN_DB) == 0) return SQLITE_CANTOPEN;
  auto* const opened = new (file) SourceFile{};
  opened->base.pMethods = &kMethods;
  opened->bytes = &static_cast<SourceVfs*>(vfs->pAppData)->bytes();
  if (flags_out != nullptr) *flags_out = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* /*vfs*/, const char* /*name*/, int /*sync*/) {
  return SQLITE_READONLY;
}

// There is nothing beside the database.
int access_file(sqlite3_vfs* /*vfs*/, const char* /*name*/, int /*flags*/, int* out) {
  *out = 0;
  return SQLITE_OK;
}

int full_name(sqlite3_vfs* /*vfs*/, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

}  // namespace

SourceVfs::SourceVfs(std::shared_ptr<ByteSource> bytes)
    : bytes_(std::move(bytes)),
      name_("dandang-" + std::to_string(reinterpret_cast<uintptr_t>(this))),
      // Randomness, sleep and time are the system's.
      vfs_(std::make_unique<sqlite3_vfs>(*sqlite3_vfs_find(nullptr))) {
  vfs_->szOsFile = sizeof(SourceFile);
  vfs_->pNext = nullptr;
  vfs_->zName = name_.c_str();
  vfs_->pAppData = this;
  vfs_->xOpen = open_file;
  vfs_->xDelete = delete_file;
  vfs_->xAccess = access_file;
  vfs_->xFullPathname = full_name;
  sqlite3_vfs_register(vfs_.get(), 0);
}

SourceVfs::~SourceVfs() {
  sqlite3_vfs_unregister(vfs_.get());
}

}  // namespace dandang::store
