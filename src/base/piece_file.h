#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/result.h"

namespace dandang {

// A file of arrays that are read where they lie, mapped, and a directory of small values that says
// what they are. It is a cache: written by this program for the machine it runs on (its byte order
// is the processor's), and can always be made again. Checksums tell a file that was cut short or
// damaged; they are no defence against whoever may write to it.
using PieceMagic = std::array<char, 8>;

class PieceWriter {
 public:
  explicit PieceWriter(const PieceMagic& magic) : magic_(magic) {}

  template <typename T>
  void put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>);
    const auto* bytes = reinterpret_cast<const uint8_t*>(&value);
    directory_.insert(directory_.end(), bytes, bytes + sizeof(T));
  }
  void put_text(std::string_view text);
  // The array must stay where it is until the file is written.
  template <typename T>
  void put_piece(std::span<const T> piece) {
    static_assert(std::is_trivially_copyable_v<T>);
    put_bytes({reinterpret_cast<const uint8_t*>(piece.data()), piece.size_bytes()});
  }

  // Bytes written. Whoever opens the path finds the whole file or what was there before; readable
  // by its owner only.
  Result<size_t> write(const std::string& path) const;

 private:
  void put_bytes(std::span<const uint8_t> piece);

  PieceMagic magic_;
  std::vector<uint8_t> directory_;
  std::vector<std::span<const uint8_t>> pieces_;
  size_t offset_ = 0;
};

// A file's bytes, for as long as they are needed.
class MappedFile {
 public:
  static Result<std::shared_ptr<const MappedFile>> open(const std::string& path);
  MappedFile(const uint8_t* data, size_t size) : data_(data), size_(size) {}
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  const uint8_t* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  const uint8_t* data_;
  size_t size_;
};

// Reads the directory in the order it was put; anything that does not fit makes it bad, and from
// then on it gives nothing.
class PieceReader {
 public:
  enum class Check {
    kDirectory,  // a piece is not looked at until it is used
    kPieces,     // every piece is read once
  };
  PieceReader(const MappedFile& file, const PieceMagic& magic, Check check);

  template <typename T>
  T get() {
    static_assert(std::is_trivially_copyable_v<T>);
    T value = {};
    if (!good_ || end_ - at_ < sizeof(T)) {
      good_ = false;
      return value;
    }
    std::memcpy(&value, data_ + at_, sizeof(T));
    at_ += sizeof(T);
    return value;
  }
  std::string get_text();
  template <typename T>
  std::span<const T> get_piece() {
    const std::span<const uint8_t> bytes = get_bytes();
    require(bytes.size() % sizeof(T) == 0);
    if (!good_) return {};
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }
  void require(bool holds) { good_ = good_ && holds; }
  bool good() const { return good_; }

 private:
  std::span<const uint8_t> get_bytes();

  const uint8_t* data_;
  size_t size_;
  Check check_;
  size_t at_ = 0;
  size_t end_ = 0;
  size_t start_ = 0;  // of the pieces
  bool good_ = true;
};

// The file at the path is not what write() left.
Error broken_piece_file(const std::string& path);

}  // namespace dandang
