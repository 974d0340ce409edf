#pragma once

#include <string>

#include "policy/package.h"
#include "policy/reader.h"

namespace dandang::policy {

// The packages as text for people: clause by clause its sense, parameters with their sources, rules
// with their force, and how many tests stand behind each. Of `files`, what an authority attached:
// its own copy of the document, each clause below ours.
std::string show(const PolicySet& set, const std::vector<SourceFile>& files, Language language);

}  // namespace dandang::policy
