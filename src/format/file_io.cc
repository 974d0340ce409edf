#include "format/file_io.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "format/workbook_errors.h"

namespace dandang::format {
namespace {

const Text kCannotRead{"无法读取文件", "cannot read the file"};
const Text kCannotWrite{"无法写入文件", "cannot write the file"};

class FileDescriptor {
 public:
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  ~FileDescriptor() { close(); }

  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }
  int close() {
    const int status = number_ >= 0 ? ::close(number_) : 0;
    number_ = -1;
    return status;
  }

 private:
  int number_;
};

}  // namespace

Result<std::string> read_file(const std::string& path, uint64_t limit) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return io_error(path, kCannotRead, errno);
  struct stat status {};
  if (::fstat(file.number(), &status) != 0) return io_error(path, kCannotRead, errno);
  if (!S_ISREG(status.st_mode)) {
    return io_error(path, kCannotRead, S_ISDIR(status.st_mode) ? EISDIR : EINVAL);
  }
  if (static_cast<uint64_t>(status.st_size) > limit) {
    return file_too_large(base_name(path), limit);
  }
  std::string bytes;
  bytes.resize(static_cast<size_t>(status.st_size));
  size_t filled = 0;
  // One byte more than stated is asked for at the end: the file may grow while it is read.
  for (;;) {
    if (filled == bytes.size()) bytes.resize(bytes.size() + 1);
    const ssize_t got = ::read(file.number(), bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error(path, kCannotRead, errno);
    if (got == 0) break;
    filled += static_cast<size_t>(got);
    if (filled > limit) return file_too_large(base_name(path), limit);
  }
  bytes.resize(filled);
  return bytes;
}

Result<TemporaryFile> TemporaryFile::create(const std::string& path) {
  constexpr int kTries = 100;
  for (int i = 0; i < kTries; ++i) {
    std::string name = fmt::format("{}.{}-{}.tmp", path, ::getpid(), i);
    FileDescriptor file(::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (file.is_open()) return TemporaryFile(path, std::move(name));
    if (errno != EEXIST) return io_error(path, kCannotWrite, errno);
  }
  return io_error(path, kCannotWrite, EEXIST);
}

TemporaryFile::TemporaryFile(TemporaryFile&& other) noexcept
    : path_(std::move(other.path_)), name_(std::exchange(other.name_, {})) {}

TemporaryFile::~TemporaryFile() {
  if (!name_.empty()) ::unlink(name_.c_str());
}

Result<void> TemporaryFile::write(std::string_view bytes) {
  FileDescriptor file(::open(name_.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  if (!file.is_open()) return io_error(path_, kCannotWrite, errno);
  while (!bytes.empty()) {
    const ssize_t put = ::write(file.number(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return io_error(path_, kCannotWrite, errno);
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  if (file.close() != 0) return io_error(path_, kCannotWrite, errno);
  return {};
}

Result<void> TemporaryFile::commit() {
  {
    const FileDescriptor file(::open(name_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open() || ::fsync(file.number()) != 0) {
      return io_error(path_, kCannotWrite, errno);
    }
  }
  if (std::rename(name_.c_str(), path_.c_str()) != 0) return io_error(path_, kCannotWrite, errno);
  name_.clear();
  // The new name is durable once its folder is; some file systems cannot sync one, and the file
  // itself is whole in any case.
  const size_t slash = path_.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path_.substr(0, slash + 1);
  const FileDescriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.is_open()) (void)::fsync(directory.number());
  return {};
}

}  // namespace dandang::format
