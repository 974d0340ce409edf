#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "record/change_set.h"
#include "record/dataset.h"

namespace dandang::record {

// The next versions of a change set too large to hold; an empty batch is the end. A batch is held
// while it is written.
using VersionSource = std::function<Result<std::vector<NewVersion>>()>;

using ChangeVisitor = std::function<Result<void>(const RecordChange&)>;
using KeptVisitor = std::function<Result<void>(const KeptVersion&)>;
using EndedVisitor = std::function<Result<void>(const EndedVersion&)>;

// The storage port. Adapters live in src/store; the same tests run on each of them.
// Records are kept on two time axes: when they held (valid_from, valid_to) and when they were
// recorded (from one change set until a later one). Nothing is overwritten.
class RecordStore {
 public:
  virtual ~RecordStore() = default;

  // Makes the tables of types that have none yet, and adds columns for new fields.
  virtual Result<void> define(const Catalogue& catalogue) = 0;
  // One transaction, acknowledged after it is on disk. Fails whole.
  // `define` must have been called with the types used. A version equal to the one known is
  // skipped.
  virtual Result<ApplyOutcome> apply(const Catalogue& catalogue, const ChangeSet& change_set) = 0;
  // The same, with more versions than memory holds: after the change set's own, those of the
  // source. A ref may mean a record of a later batch; kMaxForwardRefs of them may wait at once.
  virtual Result<ApplyOutcome> apply_stream(const Catalogue& catalogue, const ChangeSet& change_set,
                                            const VersionSource& source) = 0;

  // What `apply` would come to, or why it would be refused; nothing stays written.
  virtual Result<ApplyOutcome> rehearse(const Catalogue& catalogue,
                                        const ChangeSet& change_set) = 0;

  virtual Result<std::vector<ChangeSetSummary>> change_sets() = 0;
  // The last change set recorded at or before the time (UTC); without a time, the last of all.
  // No value: nothing recorded yet by then.
  virtual Result<std::optional<ChangeSetSummary>> change_set_at(
      const std::optional<std::string>& time) = 0;

  // The package files in force as known at the change set, by path.
  virtual Result<std::vector<PackageFile>> packages(ChangeSetId known_at) = 0;
  // All records, coverage and parameters as known at the change set.
  virtual Result<Dataset> load(std::shared_ptr<const Catalogue> catalogue,
                               ChangeSetId known_at) = 0;

  // Brings what load() gave for an earlier change set to this one, as load() would give it, by what
  // was written between. Returns how many records that touched. No value: something was written
  // that cannot be followed; then, as after an error, the dataset is of no use.
  virtual Result<std::optional<size_t>> catch_up(Dataset& dataset, ChangeSetId known_at) = 0;
  // A text that no other state of this store or of a store that went another way has: the change
  // set, its time, and the ledger's size and root as of then. Where the store lies is not in it.
  virtual Result<std::string> state_of(ChangeSetId change_set) = 0;

  // All versions of a record, the first recorded first; none: never known. Cells in the order of
  // the catalogue's fields.
  virtual Result<std::vector<KeptVersion>> history(const Catalogue& catalogue,
                                                   const std::string& type,
                                                   const std::string& key) = 0;
  // What a change set did, a record at a time: types by name, written before withdrawn, each in the
  // order of writing. The visitor may not use the store.
  virtual Result<void> versions_of(const Catalogue& catalogue, ChangeSetId change_set,
                                   const ChangeVisitor& visit) = 0;

  // ---- retention (docs/retention.md) ----

  // All holds known at the change set, lifted ones too, by number.
  virtual Result<std::vector<Hold>> holds(ChangeSetId known_at) = 0;
  // Which of the records a hold keeps on that day, by place, with the hold's number.
  virtual Result<std::map<size_t, int64_t>> held(const std::vector<RecordName>& records,
                                                 Date day) = 0;
  // The last version of each record of the type that was withdrawn and not taken in again. The
  // visitor may not use the store; nor that of ended_versions.
  virtual Result<void> withdrawn(const Catalogue& catalogue, const std::string& type,
                                 const KeptVisitor& visit) = 0;
  // All versions of the type that ended, those of a record in order of ending.
  virtual Result<void> ended_versions(const std::string& type, const EndedVisitor& visit) = 0;
  // The deleted versions that the change set recorded, ended or deleted, by type and number.
  virtual Result<std::vector<Tombstone>> tombstones(ChangeSetId change_set) = 0;
};

constexpr size_t kMaxForwardRefs = 1'000'000;

}  // namespace dandang::record
