#pragma once

#include <string>
#include <vector>

#include "app/arguments.h"
#include "base/result.h"
#include "record/change_set.h"
#include "record/record_type.h"

// How commands name records and change sets.
namespace dandang::app {

// "change set 3  2026-…  张三  import (basis)"
Text heading_of(const record::ChangeSetSummary& summary);
// The key as people write it: its parts with "/" between them.
std::string key_from_words(const std::string& shown_key);
Error no_such_type(const record::Catalogue& catalogue, const std::string& name);
// kBadUsage for the first of the options that is missing or empty.
Result<void> need_words(const Arguments& arguments, const std::vector<std::string>& options);

}  // namespace dandang::app
