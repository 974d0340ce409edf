#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace dandang::store {

// A file that is there whole or not at all. Until it is published it has no name, so that nothing
// of it is left however the process ends; where the file system cannot do that (FAT, NFS) it is
// PATH.partial until then.
class NewFile {
 public:
  // Readable by its owner only. kExists where there is anything at the path.
  static Result<NewFile> create(const std::string& path);
  NewFile(NewFile&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)),
        path_(std::move(other.path_)),
        partial_(std::exchange(other.partial_, "")) {}
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile();

  const std::string& path() const { return path_; }
  Result<void> write(std::string_view bytes);
  // On disk, and there by its name. kExists where something came to the path meanwhile: no file is
  // ever written over. Once.
  Result<void> publish();

 private:
  NewFile(int descriptor, std::string path, std::string partial)
      : descriptor_(descriptor), path_(std::move(path)), partial_(std::move(partial)) {}

  int descriptor_;
  std::string path_;
  std::string partial_;  // the name until then; empty: none
};

// The names in a folder are on disk only when the folder is.
Result<void> sync_folder(const std::string& folder);
// "": the folder the process is in.
std::string folder_of(const std::string& path);

// What the system says of a call that failed on a file.
Error file_error(int code, const Text& what, const std::string& path);

}  // namespace dandang::store
