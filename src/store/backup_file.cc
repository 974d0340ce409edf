#include "store/backup_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace dandang::store {

namespace {

constexpr uint64_t kChunk = ChunkCipher::kChunk;

const Text kCannotRead{"读不了文件", "the file cannot be read"};

uint64_t chunk_count(uint64_t bytes) {
  return (bytes + kChunk - 1) / kChunk;
}

Error altered(const std::string& place, const Text& what) {
  return {ErrorCode::kUnsoundStore, what, place, {"换一份备份", "take another backup"}};
}

// As many bytes as there are, up to `count`.
Result<size_t> read_at(int file, uint64_t offset, char* out, size_t count,
                       const std::string& place) {
  size_t done = 0;
  while (done < count) {
    const ssize_t got = ::pread(file, out + done, count - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return file_error(errno, kCannotRead, place);
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return done;
}

// Calls use(number, last, bytes) for each chunk of the content.
template <typename Use>
Result<void> each_chunk(ByteSource& content, const Use& use) {
  const uint64_t count = chunk_count(content.size());
  std::string bytes;
  for (uint64_t number = 0; number < count; ++number) {
    const uint64_t start = number * kChunk;
    bytes.resize(std::min(kChunk, content.size() - start));
    DD_RETURN_IF_ERROR(content.read(start, bytes.size(), bytes.data()));
    DD_RETURN_IF_ERROR(use(number, number + 1 == count, bytes));
  }
  return {};
}

Result<ReadManifest> read_head(int file, const std::string& path) {
  std::string head(BackupManifest::kMaxBytes, '\0');
  DD_ASSIGN_OR_RETURN(const size_t size, read_at(file, 0, head.data(), head.size(), path));
  head.resize(size);
  return read_backup_manifest(head, path);
}

class Descriptor {
 public:
  explicit Descriptor(int file) : file_(file) {}
  ~Descriptor() {
    if (file_ >= 0) ::close(file_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return file_; }
  int release() { return std::exchange(file_, -1); }

 private:
  int file_;
};

}  // namespace

Result<BackupManifest> write_backup_file(ByteSource& content, BackupManifest manifest,
                                         const BackupSecret* secret, NewFile& file,
                                         const ByteProgress& progress) {
  const uint64_t all = 2 * content.size();  // hashed, then written
  uint64_t done = 0;
  const auto tell = [&](size_t bytes) {
    done += bytes;
    if (progress) progress(done, all);
  };
  ContentHash hash(manifest.hash);
  DD_RETURN_IF_ERROR(each_chunk(content, [&](uint64_t, bool, const std::string& bytes) {
    hash.add(bytes);
    tell(bytes.size());
    return Result<void>();
  }));
  manifest.content_bytes = content.size();
  manifest.content_hash = hash.finish();
  DD_ASSIGN_OR_RETURN(ChunkCipher cipher, ChunkCipher::choose(secret, manifest));
  DD_RETURN_IF_ERROR(file.write(manifest.to_text()));
  std::string sealed;
  const auto write = [&](uint64_t number, bool last, const std::string& bytes) -> Result<void> {
    DD_RETURN_IF_ERROR(cipher.seal(number, last, bytes, sealed));
    tell(bytes.size());
    return file.write(sealed);
  };
  DD_RETURN_IF_ERROR(each_chunk(content, write));
  DD_RETURN_IF_ERROR(file.publish());
  return manifest;
}

Result<BackupManifest> BackupFile::manifest_of(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return file_error(errno, kCannotRead, path);
  DD_ASSIGN_OR_RETURN(ReadManifest head, read_head(file.get(), path));
  return std::move(head.manifest);
}

Result<std::unique_ptr<BackupFile>> BackupFile::open(const std::string& path,
                                                     const BackupSecret* secret) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
    return file_error(errno, kCannotRead, path);
  }
  DD_ASSIGN_OR_RETURN(ReadManifest head, read_head(file.get(), path));
  DD_ASSIGN_OR_RETURN(ChunkCipher cipher, ChunkCipher::create(head.manifest, secret, path));
  const uint64_t content = head.manifest.content_bytes;
  const uint64_t expected = head.bytes + content + chunk_count(content) * cipher.tag_bytes();
  const auto found = static_cast<uint64_t>(status.st_size);
  if (found != expected) {
    const std::string sizes = std::to_string(found) + " / " + std::to_string(expected);
    return found < expected
               ? altered(path, {"备份文件被截断了（字节 " + sizes + "）",
                                "the backup is cut short (bytes " + sizes + ")"})
               : altered(path, {"备份文件后面多出了内容（字节 " + sizes + "）",
                                "something follows behind the backup (bytes " + sizes + ")"});
  }
  return std::unique_ptr<BackupFile>(new BackupFile(path, file.release(), head.bytes,
                                                    std::move(head.manifest), std::move(cipher)));
}

BackupFile::~BackupFile() {
  ::close(descriptor_);
}

Result<const std::string*> BackupFile::chunk(uint64_t number) {
  Held& held = held_[number % held_.size()];
  if (held.number == number) return &std::as_const(held.plain);
  held.number = UINT64_MAX;
  const uint64_t tag = cipher_.tag_bytes();
  const bool last = number + 1 == chunk_count(size());
  sealed_.resize(std::min(kChunk, size() - number * kChunk) + tag);
  DD_ASSIGN_OR_RETURN(const size_t got, read_at(descriptor_, head_ + number * (kChunk + tag),
                                                sealed_.data(), sealed_.size(), path_));
  bool sound = got == sealed_.size();
  if (sound) {
    DD_ASSIGN_OR_RETURN(sound, cipher_.open(number, last, sealed_, held.plain));
  }
  if (!sound) {
    const std::string which = std::to_string(number);
    return altered(path_, {"备份文件第 " + which + " 块被改动过",
                           "chunk " + which + " of the backup was altered"});
  }
  held.number = number;
  return &std::as_const(held.plain);
}

Result<void> BackupFile::read(uint64_t offset, size_t count, char* out) {
  DD_VERIFY(offset <= size() && count <= size() - offset);
  while (count > 0) {
    DD_ASSIGN_OR_RETURN(const std::string* const plain, chunk(offset / kChunk));
    const size_t from = offset % kChunk;
    const size_t part = std::min<size_t>(count, plain->size() - from);
    std::copy_n(plain->data() + from, part, out);
    out += part;
    offset += part;
    count -= part;
  }
  return {};
}

Result<void> BackupFile::read_all(const Use& use, const ByteProgress& progress) {
  ContentHash hash(manifest_.hash);
  uint64_t done = 0;
  DD_RETURN_IF_ERROR(each_chunk(*this, [&](uint64_t, bool, const std::string& bytes) {
    hash.add(bytes);
    done += bytes.size();
    if (progress) progress(done, size());
    return use ? use(bytes) : Result<void>();
  }));
  if (hash.finish() == manifest_.content_hash) return {};
  return altered(path_, {"备份的内容与它的杂凑值不符：被改动过",
                         "the backup's content is not what its hash says: it was altered"});
}

}  // namespace dandang::store
