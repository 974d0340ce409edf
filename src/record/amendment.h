#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "record/change_set.h"
#include "record/dataset.h"

namespace dandang::record {

// What an amendment did to one row of a table.
struct AmendedRow {
  size_t type = 0;
  size_t row = 0;
  bool appended = false;       // the row is new in its table
  std::vector<Cell> before;    // one a field, refs as rows; of an appended row all are blank
  std::vector<size_t> fields;  // those whose cells differ now
  // From when to when the record held before; not at all if it was not there.
  bool was_there = false;
  std::optional<Date> from_before;
  std::optional<Date> to_before;

  bool held_on(Date day) const {
    return was_there && (!from_before || *from_before <= day) && (!to_before || day <= *to_before);
  }
};

// What a change set changed in records held in memory.
struct Amendment {
  std::vector<AmendedRow> rows;    // each row once
  std::set<size_t> covered;        // types whose lists were taken in, or opened
  std::set<size_t> first_or_last;  // types that were never taken in before, or are not any more
  std::set<std::pair<std::string, std::string>> parameters;  // package and name
};

// Makes in memory the change set that a store has taken as `recorded_in`: what the store would load
// now, but that records withdrawn keep their (hidden) row. Nothing is changed if it fails:
// - kBadInput: a type, a ref or a withdrawn record that is not there, cells of another kind, or a
//   record that is withdrawn while another refers to it;
// - kBadUsage: it publishes packages or undoes another change set: load the records anew.
Result<Amendment> amend(Dataset& data, const ChangeSet& change_set, ChangeSetId recorded_in);

// A record as change sets write it: refs by key.
NewVersion version_of(const Dataset& data, size_t type, size_t row);

}  // namespace dandang::record
