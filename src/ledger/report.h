#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "ledger/note.h"

namespace dandang::ledger {

// What a verification found wrong. One kind a thing somebody has to look at.
enum class FindingKind {
  kRecordAltered,      // the record is not what was committed to; the commitment is authentic
  kCommitmentDamaged,  // the record is what was committed to; the commitment beside it is not
  kRecordDiffers,      // record and commitment disagree, and the leaf bears out neither
  kEntryOutOfPlace,    // a version the leaf cannot hold: its table is not there, or its id repeats
  kEntriesMissing,     // fewer versions than the leaf says
  kEntriesAdded,       // more versions than the leaf says
  kEntriesDiffer,      // as many, but not those
  kChangeSetAltered,   // number, time, author, reason or basis is not what the leaf says
  kChangeSetMissing,   // a leaf without its change set
  kLeafMissing,        // a change set without its leaf, or a gap in the log
  kLeafOutOfPlace,     // a leaf whose index does not go on from the one before
  kLeafUnreadable,     // the leaf's body is no leaf body of this log
  kLeafAltered,        // the leaf's body is not what was signed
  kLeafHashDamaged,    // the leaf's body is what was signed; the hash kept of it is not
  kLeafDiffers,        // body and hash disagree, and no checkpoint bears out either
};

struct Finding {
  FindingKind kind = FindingKind::kRecordAltered;
  uint64_t leaf = 0;        // its index in the log
  uint64_t change_set = 0;  // 0: not known
  std::string table;        // findings on versions; else empty
  uint64_t id = 0;          // of the version
  std::string subject;      // the record's key; or which part of the change set; or the counts

  Text describe() const;
  bool operator==(const Finding&) const = default;
};

enum class CheckpointStatus {
  kMatches,            // the log at that size is the one signed
  kDiffers,            // it is not: a fork, or leaves altered
  kLogShorter,         // the log has lost leaves that were signed
  kLogShorterButTrue,  // the same, and what is left is proved to be its beginning
  kOtherLog,           // the checkpoint is of another log
};

struct CheckpointResult {
  std::string label;  // where it came from, as given
  uint64_t size = 0;
  CheckpointStatus status = CheckpointStatus::kDiffers;
  std::vector<CheckedSignature> signatures;
  bool signed_by_log = false;

  Text describe() const;
};

struct Report {
  uint64_t leaves = 0;
  uint64_t entries = 0;
  uint64_t deleted = 0;  // entries whose record is gone; only their commitments were checked
  std::vector<Finding> findings;
  uint64_t findings_dropped = 0;              // beyond Verifier::kMaxFindings, counted only
  std::vector<CheckpointResult> checkpoints;  // as given
  // The leaves below this number are those a checkpoint signed by the log bears out. What comes
  // after rests on this store alone.
  uint64_t anchored = 0;

  // Nothing was found, and every checkpoint given is signed by the log and matches.
  bool sound() const;
};

}  // namespace dandang::ledger
