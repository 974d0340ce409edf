#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "ledger/hasher.h"

namespace dandang::ledger {

// Merkle trees of RFC 9162 §2.1 (the tree of RFC 6962). Leaves are numbered from 0.
constexpr uint64_t kMaxTreeSize = uint64_t{1} << 48;
// No proof of such a tree is longer: one hash a level, and one more for a consistency proof.
constexpr size_t kMaxProofHashes = 63;
using Proof = std::vector<Hash>;

// All of a tree that is needed to append to it and to know its root: the roots of the complete
// subtrees it is made of, at most one a level.
class Frontier {
 public:
  uint64_t size() const { return size_; }
  // Appends the hash of a leaf; the tree has fewer than kMaxTreeSize. `made`, if given, gets the
  // roots of the complete subtrees that end with this leaf, from level 0 (the leaf) upward.
  void append(Hasher& hasher, const Hash& leaf, std::vector<Hash>* made = nullptr);
  Hash root(Hasher& hasher) const;

 private:
  friend class Tree;
  uint64_t size_ = 0;
  std::array<Hash, 49> peaks_{};  // by level; there where the bit of that level is set in size_
};

// The port a tree's nodes are kept behind: roots of complete subtrees only, which never change once
// written. Node (level, index) stands over the leaves [index << level, (index + 1) << level).
class NodeStore {
 public:
  struct Node {
    unsigned level = 0;
    uint64_t index = 0;
    bool operator==(const Node&) const = default;
  };

  virtual ~NodeStore() = default;
  // kUnsoundStore where the node is not there.
  virtual Result<Hash> read(Node node) = 0;
  virtual Result<void> write(Node node, const Hash& hash) = 0;
};

class MemoryNodeStore : public NodeStore {
 public:
  Result<Hash> read(Node node) override;
  Result<void> write(Node node, const Hash& hash) override;

 private:
  struct HashOfNode {
    size_t operator()(const Node& node) const { return node.index * 64 + node.level; }
  };
  std::unordered_map<Node, Hash, HashOfNode> nodes_;
};

// An append-only tree. Appending and every proof read or write O(log n) nodes.
class Tree {
 public:
  // The tree of the store's first `size` leaves. The store outlives the tree.
  static Result<Tree> open(HashKind kind, NodeStore& store, uint64_t size);

  uint64_t size() const { return frontier_.size(); }
  // Where a write fails the tree is as it was; the same append can be tried again.
  Result<void> append(std::string_view leaf_data);
  // The root when the tree had `size` leaves. kBadUsage if it never had as many.
  Result<Hash> root(uint64_t size);
  // RFC 9162 §2.1.3.1: from the leaf's sibling up, in the tree of `size` leaves. index < size.
  Result<Proof> inclusion_proof(uint64_t index, uint64_t size);
  // RFC 9162 §2.1.4.1: that the tree of `first` leaves is the beginning of that of `second`.
  // Empty where first is 0 or second. first <= second <= size().
  Result<Proof> consistency_proof(uint64_t first, uint64_t second);

 private:
  Tree(Hasher hasher, NodeStore& store) : hasher_(std::move(hasher)), store_(&store) {}
  Result<Hash> range_root(uint64_t begin, uint64_t end);
  Result<void> check_size(uint64_t size) const;

  Hasher hasher_;
  NodeStore* store_;
  Frontier frontier_;
  std::vector<Hash> made_;  // by the last append; kept to be used again
};

}  // namespace dandang::ledger
