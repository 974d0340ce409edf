#pragma once

#include <cstdint>
#include <string>

namespace dandang::record {

// Records deleted in one change set at the most: they are held in memory until it is written.
constexpr size_t kMaxDeletions = 100'000;

// A record whose content is to be erased for good: fields, key, source and salts of its versions.
// What stays says that it was there: its number, the numbers of its versions, their commitments and
// change sets. Cannot be undone.
struct Deletion {
  std::string type;
  std::string key;
  // Only the versions that this change set or an earlier one ended. 0: the whole record.
  int64_t ended_by = 0;
};

// What is left of a deleted version.
struct Tombstone {
  std::string type;
  int64_t record = 0;
  int64_t version = 0;
  int64_t recorded_in = 0;
  int64_t ended_in = 0;  // 0: it was current when deleted
  int64_t deleted_in = 0;
};

}  // namespace dandang::record
