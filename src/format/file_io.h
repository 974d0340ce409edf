#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace dandang::format {

// The whole file; kLimit beyond `limit` bytes, whatever its stated size.
Result<std::string> read_file(const std::string& path, uint64_t limit);

// A name beside `path` that nothing has, for a file to be renamed to `path` when it is whole.
class TemporaryFile {
 public:
  static Result<TemporaryFile> create(const std::string& path);
  TemporaryFile(TemporaryFile&& other) noexcept;
  TemporaryFile& operator=(TemporaryFile&&) = delete;
  ~TemporaryFile();

  const std::string& name() const { return name_; }
  Result<void> write(std::string_view bytes);
  // On the disk before it has its name, so that a power cut leaves the old file or the new one.
  Result<void> commit();

 private:
  TemporaryFile(std::string path, std::string name)
      : path_(std::move(path)), name_(std::move(name)) {}

  std::string path_;
  std::string name_;  // empty once committed
};

}  // namespace dandang::format
