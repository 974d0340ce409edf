#include "small_disk.h"

#include <sched.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstring>

namespace dandang::faults {

SmallDisk::~SmallDisk() {
  if (mounted_) umount2(folder_.c_str(), MNT_DETACH);
}

std::string SmallDisk::resize(uint64_t bytes) {
  const std::string options = "size=" + std::to_string(bytes);
  const unsigned long flags = mounted_ ? MS_REMOUNT : 0;
  if (mount("tmpfs", folder_.c_str(), "tmpfs", flags, options.c_str()) != 0) {
    return std::strerror(errno);
  }
  mounted_ = true;
  return "";
}

std::string own_namespace() {
  if (unshare(CLONE_NEWNS) != 0) return std::strerror(errno);
  if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return std::strerror(errno);
  return "";
}

bool clear_error(const Outcome& outcome) {
  return outcome.code == 2 && (outcome.err.find("disk") != std::string::npos ||
                               outcome.err.find("space") != std::string::npos ||
                               outcome.err.find("too large") != std::string::npos);
}

}  // namespace dandang::faults
