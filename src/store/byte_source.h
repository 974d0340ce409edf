#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace dandang::store {

// Bytes that are read at any place: a file's, or those a backup holds.
class ByteSource {
 public:
  ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;
  virtual ~ByteSource() = default;

  virtual uint64_t size() const = 0;
  virtual const std::string& place() const = 0;  // for messages
  // `count` bytes from `offset` on, all of them below size().
  virtual Result<void> read(uint64_t offset, size_t count, char* out) = 0;
};

}  // namespace dandang::store
