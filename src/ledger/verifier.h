#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/checkpoint.h"
#include "ledger/leaf_body.h"
#include "ledger/report.h"
#include "ledger/tree.h"

namespace dandang::ledger {

// A checkpoint the log is held against, older or later than the log as it is.
struct KnownCheckpoint {
  std::string label;
  SignedCheckpoint signed_checkpoint;
  // Where the log is shorter: the proof that it is the beginning of the log signed, asked of
  // whoever has the longer one. May be empty.
  Proof consistency;
};

// One leaf as the store has it, and the change set that belongs to it.
struct StoredLeaf {
  uint64_t index = 0;
  std::optional<std::string_view> body;  // no value: it is gone
  std::optional<Hash> hash;              // as kept by the NodeStore; no value: not kept
  struct ChangeSet {
    uint64_t id = 0;
    std::string_view recorded_at;
    // Commitments made anew of what the store has; no value: lawfully deleted.
    std::optional<Hash> author, reason, basis;
  };
  std::optional<ChangeSet> change_set;  // no value: there is none
};

// One version of the change set as the store has it.
struct StoredEntry {
  std::string_view table;
  uint64_t id = 0;
  std::string_view key;            // to name the record by
  Hash commitment{};               // as kept beside the record
  std::optional<Hash> recomputed;  // made anew of the record; no value: lawfully deleted
};

// Holds a store against its ledger in one pass, in little memory, and names what was altered.
// Each thing is kept twice, as itself and as its hash. Two trees are built, of the hashes kept and
// of those made anew; the signed root says which of them is authentic, and so which of two that
// differ was altered.
//
//   Verifier v = create(...); for each leaf: v.begin_leaf(leaf); v.entry(...)…; v.end_leaf();
//   Report r = v.finish();
class Verifier {
 public:
  static constexpr size_t kMaxFindings = 10'000;
  static constexpr size_t kMaxCheckpoints = 1'000;
  // A larger gap in the log's numbers is a damaged number, not so many missing leaves.
  static constexpr uint64_t kMaxGap = 1'000'000;

  // kLimit for more checkpoints than kMaxCheckpoints; kNotFound where the hash is not there.
  static Result<Verifier> create(HashKind kind, std::string_view origin,
                                 const std::vector<VerifierKey>& keys,
                                 std::vector<KnownCheckpoint> checkpoints);

  // Leaves in order of index; one left out is missing.
  void begin_leaf(const StoredLeaf& leaf);
  // Entries in order of (table by bytes, id).
  void entry(const StoredEntry& entry);
  void end_leaf();
  Report finish();

 private:
  // Two trees over the same places: of what is kept and of what was made anew.
  struct Twin {
    Frontier kept;
    Frontier anew;
  };
  struct Known {
    KnownCheckpoint given;
    CheckpointResult result;
    bool by_kept = false;  // which of the twins matched
    bool by_anew = false;
  };

  explicit Verifier(Hasher hasher) : hasher_(std::move(hasher)) {}
  void add(Finding finding);
  void report_leaf(FindingKind kind, std::string subject);
  void append_leaf(const Hash& kept, const Hash& anew);
  void settle_place(uint64_t index);
  void compare_checkpoints();
  void check_change_set(const StoredLeaf& leaf);
  std::optional<uint32_t> table_index(std::string_view table);
  void settle_shorter(Known& known);
  void settle_leaf_differences();

  Hasher hasher_;
  Report report_;
  std::vector<Known> known_;  // by size
  size_t next_known_ = 0;
  std::vector<size_t> given_order_;  // known_[i] was given as number given_order_[i]
  Twin leaves_;
  uint64_t last_change_set_ = 0;

  // Of the leaf begun.
  uint64_t leaf_ = 0;
  uint64_t change_set_ = 0;
  std::optional<LeafBody> body_;
  EntryTree kept_entries_;
  std::optional<EntryTree> anew_entries_;  // once an entry differs; until then kept_entries_ is it
  std::vector<Finding> differing_;
  uint64_t differing_dropped_ = 0;
  uint32_t table_ = 0;
};

}  // namespace dandang::ledger
