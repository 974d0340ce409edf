#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

#include "child.h"

namespace dandang::faults {

constexpr uint64_t kKilobyte = 1024;

// A tmpfs in a mount namespace of this process alone, gone with it.
class SmallDisk {
 public:
  explicit SmallDisk(std::filesystem::path folder) : folder_(std::move(folder)) {}
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk();

  // Empty: done; else why not.
  std::string resize(uint64_t bytes);

 private:
  std::filesystem::path folder_;
  bool mounted_ = false;
};

// Mounts of this process are its own from here on. Empty: done; else why not.
std::string own_namespace();

// A refusal a user can act on: exit 2, and words about the disk.
bool clear_error(const Outcome& outcome);

}  // namespace dandang::faults
