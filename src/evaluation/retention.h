#pragma once

#include <string>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "policy/package.h"
#include "record/dataset.h"
#include "record/record_store.h"

// Which records are kept long enough (docs/retention.md). Says what may go; deletes nothing.
namespace dandang::evaluation {

struct DueRecord {
  std::string key;
  Date since;  // the first day on which it may go
  // Former versions only, those that this change set or an earlier one ended. 0: the whole record.
  record::ChangeSetId ended_by = 0;
  size_t versions = 0;  // of `ended_by`
};

struct RetentionOfType {
  const record::RecordType* type = nullptr;
  const policy::Retention* retention = nullptr;  // null: kept for ever
  size_t records = 0;                            // there now, or withdrawn
  // Parameters nobody has set, by name. Not empty: the clock does not run, and nothing is due.
  std::vector<std::string> unset;
  bool unusable = false;       // what `keep` gives is no duration: nothing is due either
  std::vector<DueRecord> due;  // in the store's order

  bool configured() const { return unset.empty() && !unusable; }
};

// All types of the catalogue, in its order. A period of years that begins on a day ends with the
// same day of its last year, and the record may go on the day after. A record whose date is blank
// is kept: its clock has not begun.
Result<std::vector<RetentionOfType>> find_due(const policy::PolicySet& set,
                                              const record::Dataset& data,
                                              record::RecordStore& store, Date as_of);

}  // namespace dandang::evaluation
