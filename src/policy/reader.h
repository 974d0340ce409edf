#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"
#include "policy/package.h"

namespace dandang::policy {

// One file of a package; the path is relative to the packages' folder:
// "common/clauses/01-people.md".
struct SourceFile {
  std::string path;
  std::string content;
};

// Bounds on what is read.
struct ReadLimits {
  size_t files = 2000;
  size_t file_bytes = 2 << 20;
};

// All policy.yaml and .md files below `path`: a folder of packages, or one package (the packages it
// uses are then looked for beside it). Paths are sorted.
Result<std::vector<SourceFile>> read_package_files(const std::string& path,
                                                   const ReadLimits& limits = {});

// SHA-256 over paths and contents, in hex: names exactly this set of packages.
std::string digest_of(const std::vector<SourceFile>& files);

// Declarations as written; nothing is linked yet.
PolicySet read_packages(const std::vector<SourceFile>& files, Diagnostics& diagnostics);

}  // namespace dandang::policy
