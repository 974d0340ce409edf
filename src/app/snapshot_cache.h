#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "record/dataset.h"
#include "record/record_store.h"
#include "store/ledger_reader.h"

// The records of a data directory as columns in a mapped file, DIR/cache/records.snapshot, readable
// by its owner only (docs/decisions/0012). It is never needed: whatever is the matter with it, the
// records are read from the store.
namespace dandang::app {

// From this many records on a snapshot is kept: fewer are read in a tenth of a second.
// DANDANG_SNAPSHOT_ROWS names another number, or `off`.
constexpr size_t kSnapshotRows = 100'000;
// A snapshot behind the store is caught up with in memory by each command; one behind by more than
// this share of the records is also written anew.
constexpr size_t kSnapshotShare = 100;

std::string snapshot_path(const std::string& directory);

// Whether somebody wants to be told what was done about the snapshot, on standard error:
// --verbose, DANDANG_VERBOSE.
bool is_verbose();

// The records known at the store's last change set, as RecordStore::load gives them. `place` says
// where the store is, so that a directory copied elsewhere starts without one.
Result<record::Dataset> load_current(const std::string& directory, const std::string& place,
                                     record::RecordStore& store,
                                     const std::shared_ptr<const record::Catalogue>& catalogue,
                                     record::ChangeSetId last);

// Takes the snapshot away, and whatever another command is about to write in its place: to be
// called once a change set that deletes what was kept is on disk. kIo where it stays.
Result<void> drop_snapshot(const std::string& directory);

// A snapshot held against the records, all of which are read for it.
struct SnapshotCheck {
  bool sound = true;
  Text words;
};
// No value: there is no snapshot.
Result<std::optional<SnapshotCheck>> check_snapshot(const std::string& directory,
                                                    const std::string& place,
                                                    store::LedgerReader& reader);

}  // namespace dandang::app
