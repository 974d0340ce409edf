// Preloaded into a program (LD_PRELOAD), it stands between the program and the disk. What it does
// is said by the environment; without it, nothing:
//   FAULT_FOLDER   only paths below this one are looked at
//   FAULT_CUT      "N": before the Nth call that changes something the power is cut: the process
//                  ends at once (exit 99) and its files become what was synced. "end": when it ends
//   FAULT_TORN     "SEED": a random part of what was not synced survives the cut
//   FAULT_SWALLOW  "all": fsync does nothing; "commits": fsync of a log after a commit does nothing
//   FAULT_FAIL     "N": the Nth call of all fails once, with the number in FAULT_ERRNO. A failed
//                  fsync loses what it was to write
//   FAULT_ONLY     a call's name ("fsync"): only these calls are counted and fail. Locks are left
//                  out unless named: SQLite tries again for ten seconds
//   FAULT_COUNT    a file into which the numbers of all calls and of changing calls are written
//   FAULT_CLOCK    seconds by which the clock is wrong, all over
// Counted are open, read, write, fsync, fsync-folder (of a folder), ftruncate, unlink, rename,
// mkdir, mmap, lock, close.

#include <sys/mman.h>
#include <sys/time.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <mutex>
#include <string>

#include "raw_calls.h"
#include "shim_disk.h"

namespace dandang::faults {
namespace {

constexpr int kCutExit = 99;

std::string setting(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

uint64_t number_setting(const char* name) {
  return std::strtoull(setting(name).c_str(), nullptr, 10);
}

Swallow swallow_setting() {
  const std::string value = setting("FAULT_SWALLOW");
  if (value == "all") return Swallow::kAll;
  return value == "commits" ? Swallow::kCommits : Swallow::kNone;
}

enum class Effect { kReads, kChanges };

class Shim {
 public:
  // Never destroyed: calls come until the very end of the process.
  static Shim& instance() {
    static Shim* const kShim = new Shim;
    return *kShim;
  }

  bool concerns(const char* path) const {
    return path != nullptr && !folder_.empty() &&
           std::strncmp(path, folder_.c_str(), folder_.size()) == 0;
  }
  bool concerns(int descriptor) const { return disk.knows(descriptor); }

  // Counts a call. True: it has to fail, and errno is set.
  bool fails(const char* call, Effect effect) {
    if (only_.empty() ? std::strcmp(call, "lock") == 0 : only_ != call) return false;
    ++calls_;
    if (effect == Effect::kChanges && ++changes_ == cut_at_) {
      lose_power();
      syscall(SYS_exit_group, kCutExit);
    }
    if (calls_ != fail_at_) return false;
    errno = errno_;
    return true;
  }

  void at_exit() {
    const std::lock_guard<std::mutex> lock(mutex);
    const std::string count = setting("FAULT_COUNT");
    if (!count.empty()) {
      if (std::FILE* file = std::fopen(count.c_str(), "w")) {
        std::fprintf(file, "%llu %llu\n", static_cast<unsigned long long>(calls_),
                     static_cast<unsigned long long>(changes_));
        std::fclose(file);
      }
    }
    if (setting("FAULT_CUT") == "end") lose_power();
    folder_.clear();  // the books are closed
  }

  std::mutex mutex;
  Disk disk{swallow_setting()};
  // The clock is asked for all the time; the environment is read once.
  const int64_t clock_offset = std::strtoll(setting("FAULT_CLOCK").c_str(), nullptr, 10);

 private:
  void lose_power() {
    disk.lose_power(!setting("FAULT_TORN").empty(), number_setting("FAULT_TORN"));
  }

  std::string folder_ = setting("FAULT_FOLDER");
  const std::string only_ = setting("FAULT_ONLY");
  const uint64_t cut_at_ = number_setting("FAULT_CUT");
  const uint64_t fail_at_ = number_setting("FAULT_FAIL");
  const int errno_ = static_cast<int>(number_setting("FAULT_ERRNO"));
  uint64_t calls_ = 0;
  uint64_t changes_ = 0;
};

using Lock = std::lock_guard<std::mutex>;

int open_file(const char* path, int flags, mode_t mode) {
  Shim& shim = Shim::instance();
  if (!shim.concerns(path)) return raw::open(path, flags, mode);
  const Lock lock(shim.mutex);
  const bool made = (flags & O_CREAT) != 0 && !raw::exists(path);
  if (shim.fails("open", made ? Effect::kChanges : Effect::kReads)) return -1;
  const int descriptor = raw::open(path, flags, mode);
  if (descriptor >= 0) shim.disk.opened(descriptor, path, made);
  return descriptor;
}

mode_t mode_of(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

ssize_t read_at(int descriptor, void* bytes, size_t size, off_t offset) {
  Shim& shim = Shim::instance();
  {
    const Lock lock(shim.mutex);
    if (shim.concerns(descriptor) && shim.fails("read", Effect::kReads)) return -1;
  }
  return syscall(SYS_pread64, descriptor, bytes, size, offset);
}

ssize_t write_at(int descriptor, const void* bytes, size_t size, off_t offset) {
  Shim& shim = Shim::instance();
  const Lock lock(shim.mutex);
  const bool concerned = shim.concerns(descriptor);
  if (concerned && shim.fails("write", Effect::kChanges)) return -1;
  const ssize_t put = syscall(SYS_pwrite64, descriptor, bytes, size, offset);
  if (concerned && put > 0) {
    shim.disk.written(descriptor, static_cast<uint64_t>(offset), static_cast<uint64_t>(put));
  }
  return put;
}

int sync_file(int descriptor, long call) {
  Shim& shim = Shim::instance();
  const Lock lock(shim.mutex);
  // The books say what is sure; the real disk need not be waited for.
  if (!shim.concerns(descriptor)) return static_cast<int>(syscall(call, descriptor));
  const char* const name = shim.disk.is_folder(descriptor) ? "fsync-folder" : "fsync";
  if (shim.fails(name, Effect::kChanges)) {
    shim.disk.sync_failed(descriptor);
    return -1;
  }
  shim.disk.synced(descriptor);
  return 0;
}

int resize_file(int descriptor, off_t size) {
  Shim& shim = Shim::instance();
  const Lock lock(shim.mutex);
  const bool concerned = shim.concerns(descriptor);
  if (concerned && shim.fails("ftruncate", Effect::kChanges)) return -1;
  const uint64_t before = raw::size_of(descriptor);
  const int done = static_cast<int>(syscall(SYS_ftruncate, descriptor, size));
  if (concerned && done == 0) {
    shim.disk.resized(descriptor, before, static_cast<uint64_t>(size));
  }
  return done;
}

void* map_file(void* address, size_t size, int protection, int flags, int descriptor,
               off_t offset) {
  Shim& shim = Shim::instance();
  {
    const Lock lock(shim.mutex);
    if (shim.concerns(descriptor) && shim.fails("mmap", Effect::kReads)) return MAP_FAILED;
  }
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the kernel's answer is an address
  return reinterpret_cast<void*>(
      syscall(SYS_mmap, address, size, protection, flags, descriptor, offset));
}

int control_file(int descriptor, int command, void* argument) {
  Shim& shim = Shim::instance();
  {
    const Lock lock(shim.mutex);
    if (command == F_SETLK && shim.concerns(descriptor) && shim.fails("lock", Effect::kReads)) {
      return -1;
    }
  }
  return static_cast<int>(syscall(SYS_fcntl, descriptor, command, argument));
}

__attribute__((destructor)) void end_of_process() {
  Shim::instance().at_exit();
}

}  // namespace
}  // namespace dandang::faults

namespace faults = dandang::faults;

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = faults::mode_of(flags, arguments);
  va_end(arguments);
  return faults::open_file(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = faults::mode_of(flags, arguments);
  va_end(arguments);
  return faults::open_file(path, flags, mode);
}

int close(int descriptor) {
  faults::Shim& shim = faults::Shim::instance();
  bool failing = false;
  {
    const faults::Lock lock(shim.mutex);
    failing = shim.concerns(descriptor) && shim.fails("close", faults::Effect::kReads);
    shim.disk.closed(descriptor);
  }
  // Also a close that fails has closed.
  const int done = static_cast<int>(syscall(SYS_close, descriptor));
  if (failing) errno = EIO;
  return failing ? -1 : done;
}

ssize_t pread(int descriptor, void* bytes, size_t size, off_t offset) {
  return faults::read_at(descriptor, bytes, size, offset);
}
ssize_t pread64(int descriptor, void* bytes, size_t size, off_t offset) {
  return faults::read_at(descriptor, bytes, size, offset);
}
ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t offset) {
  return faults::write_at(descriptor, bytes, size, offset);
}
ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off_t offset) {
  return faults::write_at(descriptor, bytes, size, offset);
}

int fsync(int descriptor) {
  return faults::sync_file(descriptor, SYS_fsync);
}
int fdatasync(int descriptor) {
  return faults::sync_file(descriptor, SYS_fdatasync);
}
int ftruncate(int descriptor, off_t size) noexcept {
  return faults::resize_file(descriptor, size);
}
int ftruncate64(int descriptor, off_t size) noexcept {
  return faults::resize_file(descriptor, size);
}

int unlink(const char* path) noexcept {
  faults::Shim& shim = faults::Shim::instance();
  const faults::Lock lock(shim.mutex);
  const bool concerned = shim.concerns(path);
  if (concerned && shim.fails("unlink", faults::Effect::kChanges)) return -1;
  const int done = static_cast<int>(syscall(SYS_unlinkat, AT_FDCWD, path, 0));
  if (concerned && done == 0) shim.disk.removed(path);
  return done;
}

int rename(const char* from, const char* to) noexcept {
  faults::Shim& shim = faults::Shim::instance();
  const faults::Lock lock(shim.mutex);
  const bool concerned = shim.concerns(from);
  if (concerned && shim.fails("rename", faults::Effect::kChanges)) return -1;
  const int done = static_cast<int>(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0));
  if (concerned && done == 0) shim.disk.renamed(from, to);
  return done;
}

int mkdir(const char* path, mode_t mode) noexcept {
  faults::Shim& shim = faults::Shim::instance();
  const faults::Lock lock(shim.mutex);
  const bool concerned = shim.concerns(path);
  if (concerned && shim.fails("mkdir", faults::Effect::kChanges)) return -1;
  const int done = static_cast<int>(syscall(SYS_mkdirat, AT_FDCWD, path, mode));
  if (concerned && done == 0) shim.disk.folder_made(path);
  return done;
}

void* mmap(void* address, size_t size, int protection, int flags, int descriptor,
           off_t offset) noexcept {
  return faults::map_file(address, size, protection, flags, descriptor, offset);
}
void* mmap64(void* address, size_t size, int protection, int flags, int descriptor,
             off_t offset) noexcept {
  return faults::map_file(address, size, protection, flags, descriptor, offset);
}

int fcntl(int descriptor, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  return faults::control_file(descriptor, command, argument);
}
int fcntl64(int descriptor, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  return faults::control_file(descriptor, command, argument);
}

time_t time(time_t* out) noexcept {
  timespec now{};
  syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
  now.tv_sec += faults::Shim::instance().clock_offset;
  if (out != nullptr) *out = now.tv_sec;
  return now.tv_sec;
}

int clock_gettime(clockid_t clock, timespec* out) noexcept {
  const int done = static_cast<int>(syscall(SYS_clock_gettime, clock, out));
  if (done == 0 && clock == CLOCK_REALTIME) {
    out->tv_sec += faults::Shim::instance().clock_offset;
  }
  return done;
}

}  // extern "C"
