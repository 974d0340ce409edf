#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <string>

// The kernel's calls, past the interposed ones. 64-bit Linux.
namespace dandang::faults::raw {

inline int open(const char* path, int flags, mode_t mode = 0) {
  return static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}
inline void close(int descriptor) {
  syscall(SYS_close, descriptor);
}
inline ssize_t pread(int descriptor, void* bytes, size_t size, uint64_t offset) {
  return syscall(SYS_pread64, descriptor, bytes, size, offset);
}
inline ssize_t pwrite(int descriptor, const void* bytes, size_t size, uint64_t offset) {
  return syscall(SYS_pwrite64, descriptor, bytes, size, offset);
}
inline bool exists(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0;
}
inline uint64_t size_of(int descriptor) {
  struct stat status {};
  return ::fstat(descriptor, &status) == 0 ? static_cast<uint64_t>(status.st_size) : 0;
}

}  // namespace dandang::faults::raw
