#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace dandang::app {

// Absolute, without links, without a slash at its end; of a folder that need not be there.
std::filesystem::path canonical_folder(const std::string& directory);

// Makes the folder and those above it. A new folder's name is on the disk only when the folder
// above it is: else a power loss could take the store with all that was acknowledged in it.
Result<void> make_directory(const std::filesystem::path& directory);

}  // namespace dandang::app
