#include "base/piece_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <cstdio>

namespace dandang {
namespace {

// Of every piece: wide enough for any type read from it, and a cache line.
constexpr size_t kAlignment = 64;

// Magic, the directory's size and checksum, the directory, the pieces on their boundaries.
struct Head {
  PieceMagic magic;
  uint64_t directory_size;
  uint64_t directory_sum;
};

uint64_t checksum(std::span<const uint8_t> bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

size_t padded(size_t size) {
  return (size + kAlignment - 1) / kAlignment * kAlignment;
}

Error unwritable(const std::string& path) {
  return {ErrorCode::kIo,
          {"缓存文件写不进去", "cannot write the cache file"},
          path,
          {"检查磁盘空间和权限", "check disk space and permissions"}};
}

}  // namespace

Error broken_piece_file(const std::string& path) {
  return {ErrorCode::kUnsoundStore,
          {"缓存文件不完整或不是本程序所写", "the cache file is cut short or not ours"},
          path,
          {"删掉它，会从记录重新生成", "delete it; it is made again from the records"}};
}

void PieceWriter::put_text(std::string_view text) {
  put(static_cast<uint32_t>(text.size()));
  directory_.insert(directory_.end(), text.begin(), text.end());
}

void PieceWriter::put_bytes(std::span<const uint8_t> piece) {
  put(static_cast<uint64_t>(offset_));
  put(static_cast<uint64_t>(piece.size()));
  put(checksum(piece));
  offset_ += padded(piece.size());
  pieces_.push_back(piece);
}

Result<size_t> PieceWriter::write(const std::string& path) const {
  const std::string beside = path + ".part";
  const int handle =
      ::open(beside.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
  std::FILE* file = handle < 0 ? nullptr : ::fdopen(handle, "wb");
  if (file == nullptr) {
    if (handle >= 0) ::close(handle);
    return unwritable(path);
  }
  static const uint8_t kZeros[kAlignment] = {};
  size_t written = 0;
  bool good = true;
  const auto put = [&](const void* data, size_t size) {
    good = good && (size == 0 || std::fwrite(data, size, 1, file) == 1);
    written += size;
  };
  const auto pad = [&] { put(kZeros, padded(written) - written); };
  const Head head = {magic_, directory_.size(), checksum(directory_)};
  put(&head, sizeof(head));
  put(directory_.data(), directory_.size());
  pad();
  for (const std::span<const uint8_t> piece : pieces_) {
    put(piece.data(), piece.size());
    pad();
  }
  good = std::fflush(file) == 0 && ::fsync(::fileno(file)) == 0 && good;
  good = std::fclose(file) == 0 && good;
  if (!good || std::rename(beside.c_str(), path.c_str()) != 0) {
    std::remove(beside.c_str());
    return unwritable(path);
  }
  return written;
}

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return Error{ErrorCode::kNotFound,
                 {"没有这个文件", "there is no such file"},
                 path,
                 {"检查路径", "check the path"}};
  }
  struct stat status = {};
  std::shared_ptr<const MappedFile> mapped;
  if (::fstat(file, &status) == 0 && status.st_size > 0) {
    const auto size = static_cast<size_t>(status.st_size);
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (data != MAP_FAILED) {
      mapped = std::make_shared<const MappedFile>(static_cast<const uint8_t*>(data), size);
    }
  }
  ::close(file);
  if (mapped == nullptr) return broken_piece_file(path);
  return mapped;
}

MappedFile::~MappedFile() {
  ::munmap(const_cast<uint8_t*>(data_), size_);
}

PieceReader::PieceReader(const MappedFile& file, const PieceMagic& magic, Check check)
    : data_(file.data()), size_(file.size()), check_(check) {
  Head head = {};
  require(size_ >= sizeof(head));
  if (good_) std::memcpy(&head, data_, sizeof(head));
  require(head.magic == magic && head.directory_size <= size_ - sizeof(head));
  if (!good_) return;
  at_ = sizeof(head);
  end_ = at_ + static_cast<size_t>(head.directory_size);
  start_ = padded(end_);
  require(checksum({data_ + at_, end_ - at_}) == head.directory_sum);
}

std::string PieceReader::get_text() {
  const auto length = get<uint32_t>();
  require(length <= end_ - at_);
  if (!good_) return {};
  std::string text(reinterpret_cast<const char*>(data_ + at_), length);
  at_ += length;
  return text;
}

std::span<const uint8_t> PieceReader::get_bytes() {
  const auto offset = get<uint64_t>();
  const auto length = get<uint64_t>();
  const auto sum = get<uint64_t>();
  require(start_ <= size_ && offset <= size_ - start_ && length <= size_ - start_ - offset &&
          offset % kAlignment == 0);
  if (!good_) return {};
  const std::span<const uint8_t> piece(data_ + start_ + offset, static_cast<size_t>(length));
  require(check_ == Check::kDirectory || checksum(piece) == sum);
  return piece;
}

}  // namespace dandang
