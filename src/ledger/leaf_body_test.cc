#include "ledger/leaf_body.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "ledger/test_log.h"

namespace dandang::ledger {
namespace {

using tests::filled;
using tests::must;

// Made by a program of its own from docs/ledger.md.
constexpr std::string_view kGolden =
    "64616e64616e672d6c6561662f310a010000000000000007323032362d30362d33305430313a30323a30335a"
    "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"
    "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b"
    "0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c"
    "00000002000e723ae5b9b4e5baa6e88083e6a0b80008723ae8a1a8e5bdb0"
    "00000000000000032e65e0f7d8dd7001e337b76550740c354e6456da16d178b33cf767e52a3addcf";

LeafBody golden_body() {
  auto hasher = tests::sha256();
  EntryTree tree;
  EXPECT_TRUE(tree.add(hasher, {0, 1, filled(1)}));
  EXPECT_TRUE(tree.add(hasher, {0, 2, filled(2)}));
  EXPECT_TRUE(tree.add(hasher, {1, 1, filled(3)}));
  return {HashKind::kSha256, 7,          "2026-06-30T01:02:03Z",   filled(10),
          filled(11),        filled(12), {"r:年度考核", "r:表彰"}, tree.count(),
          tree.root(hasher)};
}

TEST(LeafBody, IsTheGoldenOneByteForByte) {
  EXPECT_EQ(to_hex(must(encode_leaf_body(golden_body()))), kGolden);
  EXPECT_EQ(must(decode_leaf_body(*from_hex(kGolden))), golden_body());
  auto hasher = tests::sha256();
  EXPECT_EQ(tests::hex_of(hasher.leaf(*from_hex(kGolden))),
            "d48b84acea9b219c6228cf119e2d10727e84ea5c8010871eb6feab39f44efb43");
}

TEST(LeafBody, OneTextAValue) {
  const std::string bytes = *from_hex(kGolden);
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string changed = bytes;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    const auto body = decode_leaf_body(changed);
    if (!body) continue;
    ASSERT_NE(*body, golden_body()) << bit;
    ASSERT_EQ(must(encode_leaf_body(*body)), changed) << bit;
  }
  for (size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_FALSE(decode_leaf_body(bytes.substr(0, size)).has_value()) << size;
  }
  EXPECT_FALSE(decode_leaf_body(bytes + '\0').has_value());
}

TEST(LeafBody, HoldsItsBoundsBothWays) {
  struct Case {
    const char* name;
    std::function<void(LeafBody&)> change;
    const char* message;
  };
  const auto tables = [](std::vector<std::string> names) {
    return [names](LeafBody& b) { b.tables = names; };
  };
  const auto time = [](const char* text) { return [text](LeafBody& b) { b.recorded_at = text; }; };
  std::vector<std::string> many;
  for (size_t i = 0; i <= kMaxTables; ++i) many.push_back(std::to_string(10'000 + i));
  const std::vector<Case> cases = {
      {"no number", [](LeafBody& b) { b.change_set = 0; }, "1 to 2^63"},
      {"too large", [](LeafBody& b) { b.change_set = uint64_t{1} << 63; }, "1 to 2^63"},
      {"no time", time(""), "a time reads"},
      {"no such day", time("2026-02-29T00:00:00Z"), "a time reads"},
      {"hour 24", time("2026-02-28T24:00:00Z"), "a time reads"},
      {"minute 60", time("2026-02-28T23:60:00Z"), "a time reads"},
      {"no zone", time("2026-02-28T23:00:00+"), "a time reads"},
      {"fraction", time("2026-02-28T23:00:00.0Z"), "a time reads"},
      {"not rising", tables({"b", "a"}), "rising"},
      {"twice", tables({"a", "a"}), "rising"},
      {"empty name", tables({"", "a"}), "rising"},
      {"long name", tables({std::string(kMaxTableNameBytes + 1, 'a')}), "rising"},
      {"line feed", tables({"a\n"}), "rising"},
      {"no text", tables({"\xff"}), "rising"},
      {"too many tables", [&](LeafBody& b) { b.tables = many, b.entries = many.size(); },
       "at most 1,024 tables"},
      {"more tables than entries", [](LeafBody& b) { b.entries = 1; }, "at least one entry"},
      {"entries of no table", tables({}), "at least one entry"},
      {"too many entries", [](LeafBody& b) { b.entries = kMaxTreeSize + 1; }, "2^48"},
  };
  for (const Case& c : cases) {
    LeafBody body = golden_body();
    c.change(body);
    const auto encoded = encode_leaf_body(body);
    ASSERT_FALSE(encoded.has_value()) << c.name;
    EXPECT_THAT(encoded.error().to_string(Language::kEnglish), testing::HasSubstr(c.message))
        << c.name;
    EXPECT_EQ(encoded.error().code, ErrorCode::kBadUsage);
  }
  EXPECT_EQ(decode_leaf_body(std::string(kMaxLeafBodyBytes + 1, 'a')).error().code,
            ErrorCode::kLimit);
}

TEST(LeafBody, TheLargestAllowedFits) {
  LeafBody body = golden_body();
  body.tables.clear();
  for (size_t i = 0; i < kMaxTables; ++i) {
    body.tables.push_back(std::to_string(1000 + i) + std::string(kMaxTableNameBytes - 4, 'a'));
  }
  body.entries = kMaxTreeSize;
  EXPECT_EQ(must(decode_leaf_body(must(encode_leaf_body(body)))), body);
}

TEST(LeafBody, AChangeSetWithoutVersionsHasTheEmptyTree) {
  auto hasher = tests::sha256();
  LeafBody body = golden_body();
  body.tables.clear();
  body.entries = 0;
  body.entries_root = EntryTree().root(hasher);
  EXPECT_EQ(body.entries_root, hasher.empty_root());
  EXPECT_EQ(must(decode_leaf_body(must(encode_leaf_body(body)))), body);
}

TEST(EntryTree, TakesEntriesInOrderOnly) {
  auto hasher = tests::sha256();
  EntryTree tree;
  ASSERT_TRUE(tree.add(hasher, {0, 0, filled(1)}));
  ASSERT_TRUE(tree.add(hasher, {1, 5, filled(1)}));
  const Hash before = tree.root(hasher);
  EXPECT_FALSE(tree.add(hasher, {1, 5, filled(1)}));
  EXPECT_FALSE(tree.add(hasher, {1, 4, filled(1)}));
  EXPECT_FALSE(tree.add(hasher, {0, 9, filled(1)}));
  EXPECT_EQ(tree.root(hasher), before);
  EXPECT_EQ(tree.count(), 2U);
}

}  // namespace
}  // namespace dandang::ledger
