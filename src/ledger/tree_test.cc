#include "ledger/tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "ledger/proof.h"
#include "ledger/test_log.h"

namespace dandang::ledger {
namespace {

using tests::hash_of_hex;
using tests::must;

constexpr uint64_t kMost = 130;  // past two powers of two, on both sides
constexpr uint64_t kMostForEveryBit = 17;

// RFC 9162 §2.1.1, §2.1.3.1 and §2.1.4.1 as they stand there, recursively over the leaves.
class Plain {
 public:
  explicit Plain(std::vector<std::string> leaves) : leaves_(std::move(leaves)) {}

  Hash root(size_t begin, size_t end) {
    if (begin == end) return hasher_.empty_root();
    if (end - begin == 1) return hasher_.leaf(leaves_[begin]);
    const size_t k = split(end - begin);
    return hasher_.node(root(begin, begin + k), root(begin + k, end));
  }
  Proof path(size_t m, size_t begin, size_t end) {
    if (end - begin == 1) return {};
    const size_t k = split(end - begin);
    Proof proof = m < k ? path(m, begin, begin + k) : path(m - k, begin + k, end);
    proof.push_back(m < k ? root(begin + k, end) : root(begin, begin + k));
    return proof;
  }
  Proof subproof(size_t m, size_t begin, size_t end, bool known) {
    if (m == end - begin) return known ? Proof{} : Proof{root(begin, end)};
    const size_t k = split(end - begin);
    Proof proof =
        m <= k ? subproof(m, begin, begin + k, known) : subproof(m - k, begin + k, end, false);
    proof.push_back(m <= k ? root(begin + k, end) : root(begin, begin + k));
    return proof;
  }

 private:
  static size_t split(size_t n) {
    size_t k = 1;
    while (2 * k < n) k *= 2;
    return k;
  }

  std::vector<std::string> leaves_;
  Hasher hasher_ = tests::sha256();
};

std::vector<std::string> numbered_leaves(uint64_t count) {
  std::vector<std::string> leaves;
  for (uint64_t i = 0; i < count; ++i) leaves.push_back("leaf " + std::to_string(i));
  return leaves;
}

class TreeTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const std::string& leaf : leaves_) must(tree_.append(leaf));
    for (uint64_t size = 0; size <= kMost; ++size) roots_.push_back(must(tree_.root(size)));
  }
  bool included(uint64_t index, uint64_t size, const Proof& proof, const Hash& root) {
    return verify_inclusion(hasher_, index, size, hasher_.leaf(leaves_[index]), proof, root);
  }
  bool consistent(uint64_t first, uint64_t second, const Proof& proof) {
    return verify_consistency(hasher_, first, second, roots_[first], proof, roots_[second]);
  }

  std::vector<std::string> leaves_ = numbered_leaves(kMost);
  MemoryNodeStore store_;
  Tree tree_ = must(Tree::open(HashKind::kSha256, store_, 0));
  Hasher hasher_ = tests::sha256();
  std::vector<Hash> roots_;
};

// Calls `check` with the proof, one bit of it changed: every bit of short ones, and of long ones
// one bit of each hash.
void for_changed_bits(const Proof& proof, bool every_bit, uint64_t seed,
                      const std::function<void(const Proof&)>& check) {
  for (size_t i = 0; i < proof.size(); ++i) {
    for (size_t bit = 0; bit < 256; ++bit) {
      if (!every_bit && bit != (seed * 31 + i * 7) % 256) continue;
      Proof changed = proof;
      changed[i][bit / 8] ^= static_cast<uint8_t>(1U << bit % 8);
      check(changed);
    }
  }
}

TEST(Tree, HasTheRootsOfTheKnownEightLeaves) {
  const std::vector<std::string> roots = {
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  MemoryNodeStore store;
  Tree tree = must(Tree::open(HashKind::kSha256, store, 0));
  for (const std::string& leaf : tests::eight_leaves()) must(tree.append(leaf));
  for (size_t size = 0; size < roots.size(); ++size) {
    EXPECT_EQ(tests::hex_of(must(tree.root(size))), roots[size]);
  }
  const Proof known = {
      hash_of_hex("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"),
      hash_of_hex("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
      hash_of_hex("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")};
  EXPECT_EQ(must(tree.inclusion_proof(5, 8)), known);
}

TEST(Tree, OfSm3IsAnotherTree) {
  MemoryNodeStore store;
  Tree tree = must(Tree::open(HashKind::kSm3, store, 0));
  must(tree.append(""));
  // printf '\0' | openssl dgst -sm3
  EXPECT_EQ(tests::hex_of(must(tree.root(1))),
            "2daef60e7a0b8f5e024c81cd2ab3109f2b4f155cf83adeb2ae5532f74a157fdf");
}

TEST_F(TreeTest, AgreesWithTheRfcReadPlainly) {
  Plain plain(leaves_);
  Frontier frontier;
  for (uint64_t size = 0; size <= kMost; ++size) {
    ASSERT_EQ(roots_[size], plain.root(0, size));
    ASSERT_EQ(roots_[size], frontier.root(hasher_));
    if (size < kMost) frontier.append(hasher_, hasher_.leaf(leaves_[size]));
    for (uint64_t m = 0; m < size; ++m) {
      ASSERT_EQ(must(tree_.inclusion_proof(m, size)), plain.path(m, 0, size));
      if (m == 0) continue;
      ASSERT_EQ(must(tree_.consistency_proof(m, size)), plain.subproof(m, 0, size, true));
    }
  }
}

TEST_F(TreeTest, EveryInclusionProofHoldsAndNoOther) {
  for (uint64_t size = 1; size <= kMost; ++size) {
    for (uint64_t index = 0; index < size; ++index) {
      SCOPED_TRACE(testing::Message() << index << " of " << size);
      const Proof proof = must(tree_.inclusion_proof(index, size));
      ASSERT_LE(proof.size(), kMaxProofHashes);
      ASSERT_TRUE(included(index, size, proof, roots_[size]));

      for_changed_bits(proof, size <= kMostForEveryBit, size * kMost + index, [&](const Proof& p) {
        ASSERT_FALSE(included(index, size, p, roots_[size]));
      });
      const Hash leaf = hasher_.leaf(leaves_[index]);
      for (uint64_t other = 0; other <= kMost; ++other) {
        if (other != index) {
          ASSERT_FALSE(verify_inclusion(hasher_, other, size, leaf, proof, roots_[size]));
        }
        if (other != size) {
          ASSERT_FALSE(verify_inclusion(hasher_, index, other, leaf, proof, roots_[other]));
        }
      }
      Proof longer = proof;
      longer.push_back(roots_[1]);
      ASSERT_FALSE(included(index, size, longer, roots_[size]));
      if (proof.empty()) continue;
      ASSERT_FALSE(included(index, size, Proof(proof.begin(), proof.end() - 1), roots_[size]));
      ASSERT_FALSE(included(index, size, Proof(proof.begin() + 1, proof.end()), roots_[size]));
    }
  }
}

TEST_F(TreeTest, EveryConsistencyProofHoldsAndNoOther) {
  for (uint64_t second = 0; second <= kMost; ++second) {
    for (uint64_t first = 0; first <= second; ++first) {
      SCOPED_TRACE(testing::Message() << first << " to " << second);
      const Proof proof = must(tree_.consistency_proof(first, second));
      ASSERT_LE(proof.size(), kMaxProofHashes);
      ASSERT_TRUE(consistent(first, second, proof));

      for_changed_bits(proof, second <= kMostForEveryBit, second * kMost + first,
                       [&](const Proof& p) { ASSERT_FALSE(consistent(first, second, p)); });
      for (uint64_t other = 0; other <= kMost; ++other) {
        // The empty proof is that of a tree to itself, and from nothing to anything.
        const bool other_first =
            other == first || (proof.empty() && (other == 0 || other == second));
        ASSERT_TRUE(other_first || !consistent(other, second, proof)) << other;
        const bool other_second =
            other == second || (proof.empty() && (first == 0 || other == first));
        ASSERT_TRUE(other_second || !consistent(first, other, proof)) << other;
      }
      Proof longer = proof;
      longer.push_back(roots_[1]);
      ASSERT_FALSE(consistent(first, second, longer));
      if (proof.empty()) continue;
      ASSERT_FALSE(consistent(first, second, Proof(proof.begin(), proof.end() - 1)));
      ASSERT_FALSE(consistent(first, second, Proof(proof.begin() + 1, proof.end())));
      ASSERT_FALSE(
          verify_consistency(hasher_, first, second, roots_[first - 1], proof, roots_[second]));
      ASSERT_FALSE(
          verify_consistency(hasher_, first, second, roots_[first], proof, roots_[second - 1]));
    }
  }
}

TEST_F(TreeTest, GoesOnFromItsStoreAtAnySize) {
  for (uint64_t size = 0; size < kMost; ++size) {
    Tree again = must(Tree::open(HashKind::kSha256, store_, size));
    must(again.append(leaves_[size]));
    ASSERT_EQ(must(again.root(size + 1)), roots_[size + 1]);
  }
}

TEST_F(TreeTest, RefusesWhatItCannotHave) {
  const auto message = [](const auto& result) {
    return result ? std::string("none") : result.error().to_string(Language::kEnglish);
  };
  EXPECT_THAT(message(tree_.root(kMost + 1)), testing::StartsWith("the ledger has not as many"));
  EXPECT_THAT(message(tree_.inclusion_proof(5, 5)), testing::StartsWith("the leaf is not in"));
  EXPECT_THAT(message(tree_.inclusion_proof(0, kMost + 1)),
              testing::StartsWith("the ledger has not as many"));
  EXPECT_THAT(message(tree_.consistency_proof(4, 3)), testing::StartsWith("the first size"));
  EXPECT_THAT(message(tree_.consistency_proof(4, kMost + 1)),
              testing::StartsWith("the ledger has not as many"));
  EXPECT_THAT(message(Tree::open(HashKind::kSha256, store_, kMaxTreeSize + 1)),
              testing::StartsWith("a ledger has at most 2^48"));
  EXPECT_THAT(message(Tree::open(HashKind::kSha256, store_, kMost + 5)),
              testing::StartsWith("the ledger lacks a node"));
}

// A store that fails once, at the write asked for.
class FailingStore : public MemoryNodeStore {
 public:
  Result<void> write(Node node, const Hash& hash) override {
    if (left_-- == 0) return Error{ErrorCode::kIo, {"写不了", "cannot write"}, {}, {}};
    return MemoryNodeStore::write(node, hash);
  }
  void fail_after(int writes) { left_ = writes; }

 private:
  int left_ = -1;
};

TEST(Tree, IsAsItWasWhereAWriteFails) {
  for (int writes = 0; writes < 4; ++writes) {
    FailingStore store;
    Tree tree = must(Tree::open(HashKind::kSha256, store, 0));
    for (int i = 0; i < 7; ++i) must(tree.append(std::to_string(i)));
    const Hash before = must(tree.root(7));
    store.fail_after(writes);
    EXPECT_FALSE(tree.append("7").has_value());
    EXPECT_EQ(tree.size(), 7U);
    EXPECT_EQ(must(tree.root(7)), before);
    must(tree.append("7"));
    EXPECT_EQ(must(tree.root(8)), Plain({"0", "1", "2", "3", "4", "5", "6", "7"}).root(0, 8));
  }
}

}  // namespace
}  // namespace dandang::ledger
