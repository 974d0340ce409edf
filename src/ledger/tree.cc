#include "ledger/tree.h"

#include <algorithm>
#include <bit>
#include <string>

namespace dandang::ledger {
namespace {

// The number of leaves on the left of a tree of n > 1: the largest power of two below n.
uint64_t left_size(uint64_t n) {
  return std::bit_floor(n - 1);
}

bool has_level(uint64_t size, unsigned level) {
  return (size >> level & 1) != 0;
}

}  // namespace

void Frontier::append(Hasher& hasher, const Hash& leaf, std::vector<Hash>* made) {
  DD_VERIFY(size_ < kMaxTreeSize);
  if (made != nullptr) made->assign(1, leaf);
  Hash node = leaf;
  unsigned level = 0;
  for (; has_level(size_, level); ++level) {
    node = hasher.node(peaks_[level], node);
    if (made != nullptr) made->push_back(node);
  }
  peaks_[level] = node;
  ++size_;
}

Hash Frontier::root(Hasher& hasher) const {
  if (size_ == 0) return hasher.empty_root();
  unsigned level = static_cast<unsigned>(std::countr_zero(size_));
  Hash root = peaks_[level];
  for (++level; level < peaks_.size(); ++level) {
    if (has_level(size_, level)) root = hasher.node(peaks_[level], root);
  }
  return root;
}

Result<Hash> MemoryNodeStore::read(Node node) {
  const auto found = nodes_.find(node);
  if (found != nodes_.end()) return found->second;
  return Error{ErrorCode::kUnsoundStore,
               {"账本缺少节点", "the ledger lacks a node"},
               std::to_string(node.level) + "/" + std::to_string(node.index),
               {"从备份恢复", "restore a backup"}};
}

Result<void> MemoryNodeStore::write(Node node, const Hash& hash) {
  nodes_[node] = hash;
  return {};
}

Result<Tree> Tree::open(HashKind kind, NodeStore& store, uint64_t size) {
  if (size > kMaxTreeSize) {
    return Error{ErrorCode::kLimit,
                 {"账本不能超过 2^48 条", "a ledger has at most 2^48 leaves"},
                 std::to_string(size),
                 {}};
  }
  DD_ASSIGN_OR_RETURN(auto hasher, Hasher::create(kind));
  Tree tree(std::move(hasher), store);
  for (unsigned level = 0; level < tree.frontier_.peaks_.size(); ++level) {
    if (!has_level(size, level)) continue;
    DD_ASSIGN_OR_RETURN(tree.frontier_.peaks_[level], store.read({level, (size >> level) - 1}));
  }
  tree.frontier_.size_ = size;
  return tree;
}

Result<void> Tree::append(std::string_view leaf_data) {
  const uint64_t index = size();
  if (index == kMaxTreeSize) {
    return Error{ErrorCode::kLimit,
                 {"账本不能超过 2^48 条", "a ledger has at most 2^48 leaves"},
                 std::to_string(index),
                 {"另立一个账本", "begin another ledger"}};
  }
  Frontier grown = frontier_;
  grown.append(hasher_, hasher_.leaf(leaf_data), &made_);
  for (unsigned level = 0; level < made_.size(); ++level) {
    DD_RETURN_IF_ERROR(store_->write({level, index >> level}, made_[level]));
  }
  frontier_ = grown;
  return {};
}

Result<void> Tree::check_size(uint64_t size) const {
  if (size <= frontier_.size()) return {};
  return Error{ErrorCode::kBadUsage,
               {"账本没有这么多条", "the ledger has not as many leaves"},
               std::to_string(size) + " > " + std::to_string(frontier_.size()),
               {"给出不超过现有条数的数", "give no more than it has"}};
}

// The root over the leaves [begin, end), a range that stands on its own in the tree: begin is a
// multiple of the smallest power of two not below its length.
Result<Hash> Tree::range_root(uint64_t begin, uint64_t end) {
  const uint64_t size = end - begin;
  if (size == 0) return hasher_.empty_root();
  std::optional<Hash> root;
  for (unsigned level = 0; size >> level != 0; ++level) {
    if (!has_level(size, level)) continue;
    DD_ASSIGN_OR_RETURN(const Hash peak, store_->read({level, (end >> level) - 1}));
    root = root ? hasher_.node(peak, *root) : peak;
    end -= uint64_t{1} << level;
  }
  return *root;
}

Result<Hash> Tree::root(uint64_t size) {
  DD_RETURN_IF_ERROR(check_size(size));
  return range_root(0, size);
}

Result<Proof> Tree::inclusion_proof(uint64_t index, uint64_t size) {
  DD_RETURN_IF_ERROR(check_size(size));
  if (index >= size) {
    return Error{ErrorCode::kBadUsage,
                 {"这一条不在该账本范围内", "the leaf is not in a ledger of this size"},
                 std::to_string(index) + " >= " + std::to_string(size),
                 {"条目从 0 数起", "leaves are numbered from 0"}};
  }
  Proof proof;
  uint64_t begin = 0;
  uint64_t end = size;
  while (end - begin > 1) {
    const uint64_t middle = begin + left_size(end - begin);
    const bool left = index < middle;
    DD_ASSIGN_OR_RETURN(const Hash sibling,
                        left ? range_root(middle, end) : range_root(begin, middle));
    proof.push_back(sibling);
    (left ? end : begin) = middle;
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

Result<Proof> Tree::consistency_proof(uint64_t first, uint64_t second) {
  DD_RETURN_IF_ERROR(check_size(second));
  if (first > second) {
    return Error{ErrorCode::kBadUsage,
                 {"前一个条数大于后一个", "the first size is larger than the second"},
                 std::to_string(first) + " > " + std::to_string(second),
                 {"先小后大", "give the smaller first"}};
  }
  Proof proof;
  if (first == 0 || first == second) return proof;
  uint64_t begin = 0;
  uint64_t end = second;
  while (first != end) {
    const uint64_t middle = begin + left_size(end - begin);
    const bool left = first <= middle;
    DD_ASSIGN_OR_RETURN(const Hash sibling,
                        left ? range_root(middle, end) : range_root(begin, middle));
    proof.push_back(sibling);
    (left ? end : begin) = middle;
  }
  // Whoever checks knows the root of the first tree, but not that of a part of it.
  if (begin != 0) {
    DD_ASSIGN_OR_RETURN(const Hash shared, range_root(begin, end));
    proof.push_back(shared);
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

}  // namespace dandang::ledger
