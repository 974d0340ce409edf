#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "record/change_set.h"
#include "record/dataset.h"

// What the writers write and the reader expects: a change set follows from its writer and number
// alone, so that the store itself says what must be in it.
namespace dandang::faults {

struct Work {
  int writer = 0;
  int64_t number = 0;  // 1, 2, 3 … a writer
  int versions = 2;    // at least 2: one updates the writer's own record, the others are new
};

std::shared_ptr<const record::Catalogue> catalogue();
record::ChangeSet change_set(const Work& work);
// The work a change set's reason names; none if it names none.
std::optional<Work> work_of(const std::string& reason);

// One line a version and one for the parameter, sorted: what is to be written …
std::vector<std::string> lines_of(const record::ChangeSet& change_set);
// … and what the store tells of one change set, loaded as known at it.
std::vector<std::string> lines_of(const record::Dataset& dataset, const Work& work);
// FNV-1a of 64 bits over the lines, in hexadecimal. Against accidents, not against a forger.
std::string digest(const std::vector<std::string>& lines);

}  // namespace dandang::faults
