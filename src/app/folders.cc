#include "app/folders.h"

#include <fcntl.h>
#include <unistd.h>

namespace dandang::app {
namespace fs = std::filesystem;

namespace {

Error cannot_make(const fs::path& directory) {
  return {ErrorCode::kIo,
          {"建不了目录", "cannot make the directory"},
          directory.string(),
          {"检查上级目录和权限", "check the parent folder and permissions"}};
}

}  // namespace

fs::path canonical_folder(const std::string& directory) {
  std::error_code code;
  const fs::path out = fs::weakly_canonical(fs::absolute(directory, code), code);
  return out.has_filename() ? out : out.parent_path();
}

Result<void> make_directory(const fs::path& directory) {
  const fs::path above = directory.parent_path();
  std::error_code code;
  if (!fs::exists(above, code)) DD_RETURN_IF_ERROR(make_directory(above));
  if (!fs::create_directory(directory, code)) return cannot_make(directory);
  const int folder = ::open(above.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = folder >= 0 && ::fsync(folder) == 0;
  if (folder >= 0) ::close(folder);
  if (!synced) return cannot_make(directory);
  return {};
}

}  // namespace dandang::app
