#pragma once

#include "app/arguments.h"
#include "base/result.h"
#include "record/record_store.h"

namespace dandang::app {

// The option by which somebody vouches for the clock (docs/decisions/0010-clock-once-ahead.md).
inline constexpr const char* kAfterClockFault = "--after-clock-fault";

// Stamps a change set with the clock. Where that is before the last change set's time it is refused
// (kConflict), unless the option says why: then it takes the last one's time, and its reason names
// the fault and the clock. kBadUsage for the option where the clock is not behind.
Result<void> stamp(record::RecordStore& store, const Arguments& arguments,
                   record::ChangeSet& change_set);

}  // namespace dandang::app
