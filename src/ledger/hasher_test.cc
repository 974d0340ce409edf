#include "ledger/hasher.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "ledger/commitment.h"
#include "ledger/test_log.h"

namespace dandang::ledger {
namespace {

using tests::hex_of;
using tests::must;

// Those of SM3 by `printf '' | openssl dgst -sm3`.
TEST(Hasher, GivesTheKnownHashes) {
  auto sha = tests::sha256();
  auto sm3 = must(Hasher::create(HashKind::kSm3));
  EXPECT_EQ(hex_of(sha.empty_root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex_of(sha.leaf("")),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  EXPECT_EQ(hex_of(sm3.empty_root()),
            "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b");
}

TEST(Hasher, SaysWithItsFirstByteWhatItHashes) {
  auto sha = tests::sha256();
  const Hash zero{};
  const std::string two_zeros(64, '\0');
  const Hash node = sha.node(zero, zero);
  EXPECT_NE(node, sha.leaf(two_zeros));
  EXPECT_NE(node, sha.commitment("", two_zeros));
  EXPECT_NE(sha.leaf(two_zeros), sha.commitment("", two_zeros));
}

TEST(Hasher, IsTheSameAfterAnyUse) {
  auto sha = tests::sha256();
  const Hash first = sha.leaf("年度考核");
  sha.node(first, first);
  auto moved = std::move(sha);
  EXPECT_EQ(moved.leaf("年度考核"), first);
}

TEST(Commitment, HidesBehindItsSaltAndBindsTheRecord) {
  auto sha = tests::sha256();
  Salt salt;
  for (size_t i = 0; i < salt.size(); ++i) salt[i] = static_cast<uint8_t>(i);
  const Hash commitment = commit(sha, salt, "优秀");
  EXPECT_NE(commit(sha, salt, "称职"), commitment);
  for (size_t bit = 0; bit < 128; ++bit) {
    Salt other = salt;
    other[bit / 8] ^= static_cast<uint8_t>(1U << bit % 8);
    EXPECT_NE(commit(sha, other, "优秀"), commitment);
  }
}

TEST(Commitment, SaltsAreAllDifferent) {
  std::vector<Salt> salts(10'000);
  must(fill_random(salts));
  std::sort(salts.begin(), salts.end());
  EXPECT_EQ(std::adjacent_find(salts.begin(), salts.end()), salts.end());
  EXPECT_TRUE(fill_random({}).has_value());
}

}  // namespace
}  // namespace dandang::ledger
