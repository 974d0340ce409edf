#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/hasher.h"
#include "ledger/tree.h"

namespace dandang::ledger {

constexpr size_t kMaxTables = 1024;
constexpr size_t kMaxTableNameBytes = 256;
constexpr size_t kMaxLeafBodyBytes = size_t{512} * 1024;

// What a change set wrote, one row: the list of these is a tree of its own, so that a change set of
// millions of versions still has a small leaf.
struct Entry {
  uint32_t table = 0;  // place in LeafBody::tables
  uint64_t id = 0;     // of the version; unique in its table
  Hash commitment{};
};

// The root over a change set's entries, fed one at a time in order of (table, id). Takes O(log n)
// memory. The leaves of this tree are table (4 bytes), id (8 bytes), commitment.
class EntryTree {
 public:
  // False, and nothing added, where the entry does not come after the one before.
  bool add(Hasher& hasher, const Entry& entry);
  uint64_t count() const { return frontier_.size(); }
  Hash root(Hasher& hasher) const { return frontier_.root(hasher); }

 private:
  Frontier frontier_;
  uint32_t last_table_ = 0;
  uint64_t last_id_ = 0;
  std::string encoded_;  // kept to be used again
};

// The data of a log's leaf: one change set, in commitments. docs/ledger.md has it byte by byte.
struct LeafBody {
  HashKind hash = HashKind::kSha256;
  uint64_t change_set = 0;  // 1 to 2^63 - 1
  std::string recorded_at;  // UTC, YYYY-MM-DDTHH:MM:SSZ
  Hash author{};            // commitments
  Hash reason{};
  Hash basis{};
  std::vector<std::string> tables;  // those with entries, rising strictly by bytes
  uint64_t entries = 0;             // at least one a table, at most kMaxTreeSize
  Hash entries_root{};              // EntryTree::root; of no entries the empty tree's

  bool operator==(const LeafBody&) const = default;
};

// kBadUsage for a body that decode_leaf_body would not take.
Result<std::string> encode_leaf_body(const LeafBody& body);
// Takes only what encode_leaf_body writes.
Result<LeafBody> decode_leaf_body(std::string_view bytes);

}  // namespace dandang::ledger
