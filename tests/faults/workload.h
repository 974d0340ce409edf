#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
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

// Which versions of a change set: the writer's own record is updated by its next one.
enum class Which { kAll, kLasting };

// One line a version and one for the parameter, sorted: what is to be written …
std::vector<std::string> lines_of(const Work& work, Which which);
// … and what the store tells of that change set: all as known at it, what lasts at any later one.
class Told {
 public:
  explicit Told(const record::Dataset& dataset);
  std::vector<std::string> lines_of(record::ChangeSetId id, const Work& work, Which which) const;

 private:
  std::string row_line(size_t row) const;

  const record::Dataset& dataset_;
  std::unordered_map<record::ChangeSetId, std::vector<size_t>> rows_;
  std::unordered_multimap<std::string, size_t> parameters_;  // by name: which of the dataset's
};
// FNV-1a of 64 bits over the lines, in hexadecimal. Against accidents, not against a forger.
std::string digest(const std::vector<std::string>& lines);

}  // namespace dandang::faults
