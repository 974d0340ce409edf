#include "ledger/key_file.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace dandang::ledger {
namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr mode_t kOthers = 077;

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

Error io_error(Text what, const std::string& path) {
  return Error{errno == EEXIST   ? ErrorCode::kExists
               : errno == ENOENT ? ErrorCode::kNotFound
                                 : ErrorCode::kIo,
               std::move(what),
               path,
               {std::strerror(errno), std::strerror(errno)}};
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// The name of a new file is on disk once its folder is.
bool sync_folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const File file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return file.get() >= 0 && ::fsync(file.get()) == 0;
}

}  // namespace

Result<void> write_private_key(const std::string& path, const SigningKey& key) {
  const Text what{"写不了私钥文件", "cannot write the private key"};
  const File file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, kOwnerOnly));
  if (file.get() < 0) return io_error(what, path);
  auto pem = key.to_pem();
  if (!pem) {
    ::unlink(path.c_str());
    return pem.error();
  }
  const bool written = ::fchmod(file.get(), kOwnerOnly) == 0 && write_all(file.get(), *pem) &&
                       ::fsync(file.get()) == 0 && sync_folder_of(path);
  const Error error = io_error(what, path);
  OPENSSL_cleanse(pem->data(), pem->size());
  if (written) return {};
  ::unlink(path.c_str());
  return error;
}

Result<SigningKey> read_private_key(const std::string& path, std::string_view name) {
  const Text what{"读不了私钥文件", "cannot read the private key"};
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) return io_error(what, path);
  if ((status.st_mode & kOthers) != 0) {
    return Error{ErrorCode::kBadInput,
                 {"别人也能读这个私钥文件", "others can read this private key"},
                 path,
                 {"换一把密钥，再用 chmod 600", "make another key, and chmod 600"}};
  }
  std::string pem(kMaxPemBytes, '\0');
  const ssize_t size = ::read(file.get(), pem.data(), pem.size());
  if (size < 0) return io_error(what, path);
  auto key = SigningKey::from_pem(name, std::string_view(pem).substr(0, static_cast<size_t>(size)));
  OPENSSL_cleanse(pem.data(), pem.size());
  return key;
}

}  // namespace dandang::ledger
