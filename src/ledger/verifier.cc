#include "ledger/verifier.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

#include "ledger/proof.h"

namespace dandang::ledger {

Result<Verifier> Verifier::create(HashKind kind, std::string_view origin,
                                  const std::vector<VerifierKey>& keys,
                                  std::vector<KnownCheckpoint> checkpoints) {
  if (checkpoints.size() > kMaxCheckpoints) {
    return Error{ErrorCode::kLimit,
                 {"检查点超过 1000 个", "more than 1,000 checkpoints"},
                 std::to_string(checkpoints.size()),
                 {"分几次核对", "verify against some of them at a time"}};
  }
  DD_ASSIGN_OR_RETURN(auto hasher, Hasher::create(kind));
  Verifier verifier(std::move(hasher));
  verifier.given_order_.resize(checkpoints.size());
  std::iota(verifier.given_order_.begin(), verifier.given_order_.end(), size_t{0});
  const auto size_of = [&](size_t i) { return checkpoints[i].signed_checkpoint.checkpoint.size; };
  std::stable_sort(verifier.given_order_.begin(), verifier.given_order_.end(),
                   [&](size_t a, size_t b) { return size_of(a) < size_of(b); });
  for (const size_t i : verifier.given_order_) {
    Known& known = verifier.known_.emplace_back();
    known.given = std::move(checkpoints[i]);
    const SignedCheckpoint& given = known.given.signed_checkpoint;
    known.result.label = known.given.label;
    known.result.size = given.checkpoint.size;
    known.result.signatures = check_signatures(given.note, keys);
    known.result.signed_by_log = is_signed_by_log(given, keys);
    known.result.status = given.checkpoint.origin == origin && given.checkpoint.hash == kind
                              ? CheckpointStatus::kLogShorter  // until that size is reached
                              : CheckpointStatus::kOtherLog;
  }
  verifier.compare_checkpoints();
  return verifier;
}

void Verifier::add(Finding finding) {
  if (report_.findings.size() == kMaxFindings) {
    ++report_.findings_dropped;
  } else {
    report_.findings.push_back(std::move(finding));
  }
}

void Verifier::report_leaf(FindingKind kind, std::string subject) {
  add({kind, leaf_, change_set_, {}, 0, std::move(subject)});
}

void Verifier::append_leaf(const Hash& kept, const Hash& anew) {
  leaves_.kept.append(hasher_, kept);
  leaves_.anew.append(hasher_, anew);
  ++report_.leaves;
  compare_checkpoints();
}

// The checkpoints of the size the log now has.
void Verifier::compare_checkpoints() {
  std::optional<Hash> kept;
  std::optional<Hash> anew;
  for (; next_known_ < known_.size(); ++next_known_) {
    Known& known = known_[next_known_];
    if (known.result.size > report_.leaves) return;
    if (known.result.status == CheckpointStatus::kOtherLog) continue;
    if (!kept) {
      kept = leaves_.kept.root(hasher_);
      anew = leaves_.anew.root(hasher_);
    }
    const Hash& root = known.given.signed_checkpoint.checkpoint.root;
    known.by_kept = root == *kept;
    known.by_anew = root == *anew;
    known.result.status =
        known.by_kept || known.by_anew ? CheckpointStatus::kMatches : CheckpointStatus::kDiffers;
  }
}

// Leaves that are not there keep their places, so that those behind them keep theirs.
void Verifier::settle_place(uint64_t index) {
  leaf_ = report_.leaves;
  change_set_ = 0;
  if (index == report_.leaves) return;
  if (index < report_.leaves || index - report_.leaves > kMaxGap) {
    report_leaf(FindingKind::kLeafOutOfPlace, std::to_string(index));
    return;
  }
  report_leaf(FindingKind::kLeafMissing,
              std::to_string(report_.leaves) + "–" + std::to_string(index - 1));
  while (report_.leaves < index) append_leaf(Hash{}, Hash{});
  leaf_ = index;
}

void Verifier::begin_leaf(const StoredLeaf& leaf) {
  settle_place(leaf.index);
  change_set_ = leaf.change_set ? leaf.change_set->id : 0;
  body_.reset();
  kept_entries_ = EntryTree();
  anew_entries_.reset();
  differing_.clear();
  differing_dropped_ = 0;
  table_ = 0;

  if (!leaf.body) {
    report_leaf(FindingKind::kLeafMissing, {});
    append_leaf(leaf.hash.value_or(Hash{}), leaf.hash.value_or(Hash{}));
    return;
  }
  const Hash anew = hasher_.leaf(*leaf.body);
  if (leaf.hash && *leaf.hash != anew) report_leaf(FindingKind::kLeafDiffers, {});
  append_leaf(leaf.hash.value_or(anew), anew);
  auto body = decode_leaf_body(*leaf.body);
  if (!body || body->hash != hasher_.kind()) {
    report_leaf(FindingKind::kLeafUnreadable, {});
    return;
  }
  body_ = std::move(body).value();
  check_change_set(leaf);
}

void Verifier::check_change_set(const StoredLeaf& leaf) {
  if (body_->change_set <= last_change_set_) {
    report_leaf(FindingKind::kChangeSetAltered,
                std::to_string(body_->change_set) + " <= " + std::to_string(last_change_set_));
  }
  last_change_set_ = body_->change_set;
  if (!leaf.change_set) {
    change_set_ = body_->change_set;
    report_leaf(FindingKind::kChangeSetMissing, {});
    return;
  }
  const StoredLeaf::ChangeSet& stored = *leaf.change_set;
  const auto differs = [](const std::optional<Hash>& anew, const Hash& signed_hash) {
    return anew && *anew != signed_hash;
  };
  const std::array<std::pair<bool, const char*>, 5> parts = {{
      {stored.id != body_->change_set, "id"},
      {stored.recorded_at != body_->recorded_at, "recorded_at"},
      {differs(stored.author, body_->author), "author"},
      {differs(stored.reason, body_->reason), "reason"},
      {differs(stored.basis, body_->basis), "basis"},
  }};
  for (const auto& [altered, part] : parts) {
    if (altered) report_leaf(FindingKind::kChangeSetAltered, part);
  }
}

// The table's place in the body; entries come table by table, so it is nearly always the last.
std::optional<uint32_t> Verifier::table_index(std::string_view table) {
  const auto& tables = body_->tables;
  if (table_ < tables.size() && tables[table_] == table) return table_;
  const auto found = std::lower_bound(tables.begin(), tables.end(), table);
  if (found == tables.end() || *found != table) return std::nullopt;
  table_ = static_cast<uint32_t>(found - tables.begin());
  return table_;
}

void Verifier::entry(const StoredEntry& entry) {
  ++report_.entries;
  if (!entry.recomputed) ++report_.deleted;
  const bool differs = entry.recomputed && *entry.recomputed != entry.commitment;
  const auto finding = [&](FindingKind kind) {
    return Finding{
        kind, leaf_, change_set_, std::string(entry.table), entry.id, std::string(entry.key)};
  };
  if (!body_) {
    if (differs) add(finding(FindingKind::kRecordDiffers));
    return;
  }
  if (differs && !anew_entries_) anew_entries_ = kept_entries_;
  const auto table = table_index(entry.table);
  if (!table || !kept_entries_.add(hasher_, {*table, entry.id, entry.commitment})) {
    add(finding(FindingKind::kEntryOutOfPlace));
    return;
  }
  if (anew_entries_) {
    const Hash& anew = entry.recomputed ? *entry.recomputed : entry.commitment;
    DD_VERIFY(anew_entries_->add(hasher_, {*table, entry.id, anew}));
  }
  if (!differs) return;
  if (differing_.size() == kMaxFindings) {
    ++differing_dropped_;
  } else {
    differing_.push_back(finding(FindingKind::kRecordDiffers));
  }
}

void Verifier::end_leaf() {
  if (!body_) return;
  const bool kept = kept_entries_.root(hasher_) == body_->entries_root;
  const bool anew = anew_entries_ && anew_entries_->root(hasher_) == body_->entries_root;
  for (Finding& finding : differing_) {
    if (kept) finding.kind = FindingKind::kRecordAltered;
    if (anew) finding.kind = FindingKind::kCommitmentDamaged;
    add(std::move(finding));
  }
  report_.findings_dropped += differing_dropped_;
  if (kept || anew) return;
  const uint64_t found = kept_entries_.count();
  report_leaf(found < body_->entries   ? FindingKind::kEntriesMissing
              : found > body_->entries ? FindingKind::kEntriesAdded
                                       : FindingKind::kEntriesDiffer,
              std::to_string(found) + " / " + std::to_string(body_->entries));
}

// The log ends before the checkpoint: is what there is the beginning of what was signed? Of an
// empty log that is always so, and says nothing.
void Verifier::settle_shorter(Known& known) {
  if (known.result.status != CheckpointStatus::kLogShorter || report_.leaves == 0) return;
  const Checkpoint& later = known.given.signed_checkpoint.checkpoint;
  const auto proves = [&](const Frontier& leaves) {
    return verify_consistency(hasher_, report_.leaves, later.size, leaves.root(hasher_),
                              known.given.consistency, later.root);
  };
  known.by_kept = proves(leaves_.kept);
  known.by_anew = proves(leaves_.anew);
  if (known.by_kept || known.by_anew) {
    known.result.status = CheckpointStatus::kLogShorterButTrue;
  }
}

// Where a leaf's body and the hash kept of it disagree, a checkpoint over it says which is true.
void Verifier::settle_leaf_differences() {
  for (Finding& finding : report_.findings) {
    if (finding.kind != FindingKind::kLeafDiffers) continue;
    for (const Known& known : known_) {
      if (!known.result.signed_by_log || known.result.size <= finding.leaf) continue;
      if (known.by_kept) finding.kind = FindingKind::kLeafAltered;
      if (known.by_anew) finding.kind = FindingKind::kLeafHashDamaged;
    }
  }
}

Report Verifier::finish() {
  for (Known& known : known_) {
    settle_shorter(known);
    if (known.result.signed_by_log && (known.by_kept || known.by_anew)) {
      report_.anchored = std::max(report_.anchored, std::min(known.result.size, report_.leaves));
    }
  }
  settle_leaf_differences();
  report_.checkpoints.resize(known_.size());
  for (size_t i = 0; i < known_.size(); ++i) {
    report_.checkpoints[given_order_[i]] = std::move(known_[i].result);
  }
  return std::move(report_);
}

}  // namespace dandang::ledger
