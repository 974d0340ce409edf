#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace dandang {

// An array of plain values that owns them, or reads them where they lie in a mapped file. The first
// change of a mapped one copies it: the file is never written.
template <typename T>
class Flat {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Flat() = default;
  // What is mapped must outlive this and its copies.
  static Flat over(std::span<const T> mapped) {
    Flat out;
    out.mapped_ = mapped.data();
    out.mapped_size_ = mapped.size();
    return out;
  }

  size_t size() const { return mapped_ != nullptr ? mapped_size_ : owned_.size(); }
  const T* data() const { return mapped_ != nullptr ? mapped_ : owned_.data(); }
  const T& operator[](size_t i) const { return data()[i]; }
  std::span<const T> span() const { return {data(), size()}; }

  void push_back(const T& value) {
    if (mapped_ != nullptr) own();
    owned_.push_back(value);
  }
  void append(std::span<const T> values) {
    if (mapped_ != nullptr) own();
    owned_.insert(owned_.end(), values.begin(), values.end());
  }
  void set(size_t i, const T& value) {
    if (mapped_ != nullptr) own();
    owned_[i] = value;
  }

 private:
  void own() {
    owned_.assign(mapped_, mapped_ + mapped_size_);
    mapped_ = nullptr;
    mapped_size_ = 0;
  }

  std::vector<T> owned_;
  const T* mapped_ = nullptr;
  size_t mapped_size_ = 0;
};

// Texts one behind the other: millions of short ones without an allocation each.
class TextPool {
 public:
  TextPool() = default;
  // `ends[i]` is where text i ends in `bytes`; they rise and do not pass the bytes' size.
  TextPool(Flat<uint64_t> ends, Flat<char> bytes)
      : ends_(std::move(ends)), bytes_(std::move(bytes)) {}

  size_t size() const { return ends_.size(); }
  // Valid until the next append.
  std::string_view operator[](size_t i) const {
    const size_t begin = i == 0 ? 0 : ends_[i - 1];
    return {bytes_.data() + begin, ends_[i] - begin};
  }
  void append(std::string_view text) {
    bytes_.append(text);
    ends_.push_back(bytes_.size());
  }

  const Flat<uint64_t>& ends() const { return ends_; }
  const Flat<char>& bytes() const { return bytes_; }

 private:
  Flat<uint64_t> ends_;
  Flat<char> bytes_;
};

}  // namespace dandang
