#pragma once

#include <memory>
#include <string>

#include "store/byte_source.h"

struct sqlite3_vfs;

namespace dandang::store {

// Lets SQLite read a database that lies in a ByteSource: nothing of it is written anywhere, so that
// an encrypted backup is looked through without its content ever lying on a disk in the clear.
// For one connection, which must not outlive it.
class SourceVfs {
 public:
  explicit SourceVfs(std::shared_ptr<ByteSource> bytes);
  SourceVfs(const SourceVfs&) = delete;
  SourceVfs& operator=(const SourceVfs&) = delete;
  ~SourceVfs();

  const char* name() const { return name_.c_str(); }
  ByteSource& bytes() const { return *bytes_; }

 private:
  std::shared_ptr<ByteSource> bytes_;
  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
};

}  // namespace dandang::store
