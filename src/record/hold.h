#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/date.h"

namespace dandang::record {

// What a legal hold keeps from deletion.
enum class HoldReach {
  kRecord,     // this record
  kReferring,  // this record, every record one of whose versions refers to it, and on from there
  kType,       // every record of the type
};

// A hold to be placed. It protects from the moment it is recorded, whatever its first day.
struct NewHold {
  HoldReach reach = HoldReach::kRecord;
  std::string type;
  std::string key;  // of a record that is there, or was withdrawn; empty for kType
  Date from;
};

// The hold ends: on this day it does not hold any more.
struct HoldLift {
  int64_t hold = 0;
  Date to;
};

// A hold in force keeps records until its end; without an end, for ever.
inline bool holds_on(const std::optional<Date>& to, Date day) {
  return !to || day < *to;
}

}  // namespace dandang::record
