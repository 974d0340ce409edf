#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "feel/ast.h"

namespace dandang::engine {

// What is known of one row's value, a byte a row. A truth is nothing but such a byte; zero is FEEL
// null for both. Missing and unset are the two kinds of unknown (decision 0001); kAsk marks a row
// that the plain evaluator must answer.
using State = uint8_t;
namespace state {
constexpr State kNull = 0;
constexpr State kTrue = 1;   // of a truth
constexpr State kValue = 1;  // of anything else: there is a value
constexpr State kFalse = 2;
constexpr State kMissing = 4;  // a fact is missing
constexpr State kUnset = 8;    // a parameter is not set
constexpr State kAsk = 16;
constexpr State kUnknown = kMissing | kUnset;
constexpr State kUndecided = kUnknown | kAsk;
}  // namespace state

// Kinds of value that columns hold. All but truths are 64-bit integers: a number's digits without
// its point, a day's number, a word's place in the dictionary, a row's place in its table.
enum class Type : uint8_t { kTruth, kNumber, kDate, kMonths, kDays, kWord, kRow };

// A run of values: `width` bytes each, unsigned, added to `base`. Truths are in `states` alone.
// No states: every row has a value.
struct Vector {
  const uint8_t* data = nullptr;
  const State* states = nullptr;
  int64_t base = 0;
  uint8_t width = 8;

  int64_t value_at(size_t i) const;
  State state_at(size_t i) const { return states == nullptr ? state::kValue : states[i]; }
  // The rows from `row` on.
  Vector from(size_t row) const {
    return {data + row * width, states == nullptr ? nullptr : states + row, base, width};
  }
};

inline int64_t Vector::value_at(size_t i) const {
  switch (width) {
    case 1:
      return base + data[i];
    case 2:
      return base + reinterpret_cast<const uint16_t*>(data)[i];
    case 4:
      return base + reinterpret_cast<const uint32_t*>(data)[i];
    default:
      return base + reinterpret_cast<const int64_t*>(data)[i];
  }
}

// A column as it lies in memory or in a mapped file.
struct Column {
  Type type = Type::kNumber;
  int scale = 0;  // kNumber: digits behind the point
  Vector values;
  int64_t low = 0;  // of the values that are there
  int64_t high = 0;
};

// Memory for one chunk of rows; given back all at once.
class Scratch {
 public:
  template <typename T>
  T* take(size_t count) {
    return reinterpret_cast<T*>(take_bytes(count * sizeof(T)));
  }
  void reset() {
    block_ = 0;
    used_ = 0;
  }
  size_t bytes() const;

 private:
  static constexpr size_t kBlock = size_t{1} << 20;
  static constexpr size_t kAlignment = 64;
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    size_t size = 0;
  };
  std::byte* take_bytes(size_t count);

  std::vector<Block> blocks_;
  size_t block_ = 0;
  size_t used_ = 0;
};

}  // namespace dandang::engine
