#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/column.h"
#include "base/date.h"
#include "record/deletion.h"
#include "record/hold.h"

namespace dandang::record {

using ChangeSetId = int64_t;  // 1, 2, 3 … in the order they were recorded

// Where a record came from. Row 0: not from a sheet.
struct Source {
  std::string file;
  std::string sheet;
  int row = 0;  // 1-based, as the office sees it
};

// A new version of one record. References hold the key of the record they mean.
struct NewVersion {
  std::string type;
  std::vector<Cell> cells;  // one a field, in the type's order; a ref is the target's key text
  std::string key;          // key_text() of the cells
  // When it holds (valid time). No value: since ever / still.
  std::optional<Date> valid_from;
  std::optional<Date> valid_to;
  bool valid_assumed = false;  // the source does not say since when; the snapshot's date is assumed
  Source source;
  // The change set that recorded the version the writer has read; 0: there was none. If the record
  // has changed since, the whole change set is refused. No value: nobody asks.
  std::optional<ChangeSetId> based_on = {};
};

// The record's current version ends without a successor. Taken in again, it is the same record.
struct Withdrawal {
  std::string type;
  std::string key;
  std::optional<ChangeSetId> based_on = {};  // as of a NewVersion
};

// "This sheet is the complete list of `type` for these keys." Empty keys: the whole register.
// With `open_for`: it is complete but for the record of that key, because a row about it was
// refused; no row there does not mean none. Taking the list in again for the same keys closes it.
struct Coverage {
  std::string type;
  std::vector<std::string> key_values;  // in the order of the type's absence_keys
  Source source;
  std::string open_for = {};
};

// A parameter's value as the authority set it.
struct ParameterValue {
  std::string package;
  std::string name;
  std::string value;
  Date from;
  std::string for_body;  // empty: the whole store
  std::string basis;
};

// The text of one file of a package in force.
struct PackageFile {
  std::string package;
  std::string path;  // relative to the packages' folder
  std::string content;
};

// One write: all or nothing.
struct ChangeSet {
  std::string
      recorded_at;  // UTC, YYYY-MM-DDTHH:MM:SSZ; given by the caller, there is no hidden clock
  std::string author;
  std::string reason;
  std::string basis;
  std::vector<NewVersion> versions;
  std::vector<Coverage> coverage;
  std::vector<ParameterValue> parameters;
  // If any, they replace the whole set of packages in force.
  std::vector<PackageFile> packages;
  // Every record that refers to one of these must be changed or withdrawn with it.
  std::vector<Withdrawal> withdrawals = {};
  // The change set whose coverage and parameters end with this one; what that one had itself ended
  // holds again. 0: none. Records are not touched by it: make_undo (undo.h) gives their versions.
  ChangeSetId undoes = 0;
  // The caller's name for this write: the same key with the same content is written once, however
  // often it is sent. At most kMaxIdempotencyKey bytes; empty: none.
  std::string idempotency_key = {};
  std::vector<NewHold> holds = {};
  std::vector<HoldLift> lifts = {};
  // A change set that deletes does nothing else. It names a second person beside its author, and
  // the day for which the records were found to be due, which is not after the day of recording.
  std::vector<Deletion> deletions = {};
  std::string approver = {};
  Date due_on = {};
};

constexpr size_t kMaxIdempotencyKey = 200;

struct ChangeSetSummary {
  ChangeSetId id = 0;
  std::string recorded_at;
  std::string author;
  std::string reason;
  std::string basis;
};

struct ApplyOutcome {
  ChangeSetId id = 0;
  size_t added = 0;      // records that were not there
  size_t changed = 0;    // new versions of records that were
  size_t unchanged = 0;  // equal to what was known: nothing written
  size_t withdrawn = 0;
  size_t deleted = 0;  // versions
  // The deleted bytes still lie in the database's files, because another process was using them;
  // the next command that opens the store tries again.
  bool erasure_pending = false;
  bool repeated = false;  // written before under the same idempotency key; nothing written now
};

// One version of a record, as kept.
struct KeptVersion {
  NewVersion version;  // refs by key
  ChangeSetSummary recorded;
  // The change set that ended it. No value: it is the current one.
  std::optional<ChangeSetSummary> ended;
  bool withdrawn = false;  // ended without a successor
  // The content is gone: `version` has no cells.
  std::optional<ChangeSetSummary> deleted = {};
};

// A hold as kept.
struct Hold {
  int64_t number = 0;  // 1, 2, 3 … in the order they were placed
  HoldReach reach = HoldReach::kRecord;
  std::string type;
  std::string key;  // empty for kType, and where the record was deleted after the hold
  Date from;
  std::optional<Date> to;  // no value: until it is lifted
  ChangeSetSummary placed;
  std::optional<ChangeSetSummary> lifted;
};

struct RecordName {
  std::string type;
  std::string key;
};

// A version that a later change set ended.
struct EndedVersion {
  std::string key;
  ChangeSetId ended_in = 0;
  std::string ended_at;  // UTC
};

// What one change set did to one record.
struct RecordChange {
  std::string type;
  std::string key;
  std::optional<NewVersion> before;  // none: the record was new
  std::optional<NewVersion> after;   // none: withdrawn
  ChangeSetId recorded_before = 0;   // of `before`
  // The next change set that touched the record; 0: it stands as this one left it.
  ChangeSetId touched_later = 0;
  bool before_deleted = false;  // there was a version before, and its content was deleted since
};

// The parts of a key joined with U+001F, the form in which records are found and compared.
std::string key_text(const std::vector<std::string>& parts);
// A key for people: the parts joined with "/".
std::string key_for_display(std::string_view key);

}  // namespace dandang::record
