#include "store/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

namespace dandang::store {

namespace {

const Text kCannotWrite{"写不了文件", "the file cannot be written"};

Error exists(const std::string& path) {
  return {ErrorCode::kExists,
          {"文件已存在", "the file exists already"},
          path,
          {"换一个路径；文件不会被覆盖", "choose another path; no file is written over"}};
}

}  // namespace

Error file_error(int code, const Text& what, const std::string& path) {
  const std::string detail = std::strerror(code);
  const bool full = code == ENOSPC || code == EDQUOT || code == EFBIG;
  return {code == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
          {what.zh + "（" + detail + "）", what.en + " (" + detail + ")"},
          path,
          full ? Text{"腾出磁盘空间后重试", "free some space on the disk and try again"}
               : Text{"检查目录是否存在、权限和磁盘",
                      "check that the folder exists, its permissions, and the disk"}};
}

std::string folder_of(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

Result<void> sync_folder(const std::string& folder) {
  const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const int failed = handle < 0 || ::fsync(handle) != 0 ? errno : 0;
  if (handle >= 0) ::close(handle);
  if (failed == 0) return {};
  return file_error(failed, {"无法将目录写入磁盘", "the folder cannot be synced"}, folder);
}

Result<NewFile> NewFile::create(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) return exists(path);
  const std::string folder = folder_of(path);
  int file = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) return NewFile(file, path, "");
  if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) {
    return file_error(errno, kCannotWrite, folder);
  }
  const std::string partial = path + ".partial";
  file = ::open(partial.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0) return NewFile(file, path, partial);
  if (errno == EEXIST) {
    Error left = exists(partial);
    left.hint = {"上次中断时留下的，删除后重试",
                 "an interruption left it: delete it and try again"};
    return left;
  }
  return file_error(errno, kCannotWrite, partial);
}

NewFile::~NewFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!partial_.empty()) ::unlink(partial_.c_str());
}

Result<void> NewFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return file_error(written < 0 ? errno : EIO, kCannotWrite, path_);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

Result<void> NewFile::publish() {
  if (::fsync(descriptor_) != 0) return file_error(errno, kCannotWrite, path_);
  int failed = 0;
  if (partial_.empty()) {
    const std::string own = "/proc/self/fd/" + std::to_string(descriptor_);
    if (::linkat(AT_FDCWD, own.c_str(), AT_FDCWD, path_.c_str(), AT_SYMLINK_FOLLOW) != 0) {
      failed = errno;
    }
  } else {
    if (::renameat2(AT_FDCWD, partial_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) == 0) {
      partial_.clear();
    } else if (errno != EINVAL || ::link(partial_.c_str(), path_.c_str()) != 0) {
      failed = errno;
    }
  }
  if (failed == EEXIST) return exists(path_);
  if (failed != 0) return file_error(failed, kCannotWrite, path_);
  return sync_folder(folder_of(path_));
}

}  // namespace dandang::store
