#include "ledger/canonical.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "ledger/commitment.h"
#include "ledger/test_log.h"

namespace dandang::ledger {
namespace {

// Made by a program of its own from the layout in canonical.h.
TEST(Canonical, WritesTheGoldenBytes) {
  Canonical record;
  record.begin("其他", "前一条");
  record.field("不留痕迹", "x");
  record.begin("年度考核", "610799|2025");
  record.attribute("valid_from", int64_t{-1});
  record.field("年度", int64_t{2025});
  record.field("等次", "优秀");
  EXPECT_EQ(
      to_hex(record.bytes()),
      "010000000ce5b9b4e5baa6e88083e6a0b80000000b3631303739397c32303235610000000a76616c69645f66"
      "726f6d69ffffffffffffffff6600000006e5b9b4e5baa66900000000000007e96600000006e7ad89e6aca174"
      "00000006e4bc98e7a780");
  Salt salt;
  for (size_t i = 0; i < salt.size(); ++i) salt[i] = static_cast<uint8_t>(i);
  auto sha = tests::sha256();
  auto sm3 = tests::must(Hasher::create(HashKind::kSm3));
  EXPECT_EQ(tests::hex_of(commit(sha, salt, record.bytes())),
            "ca9347d4172f906f879966a43676a9b5931c3a764638307223b2459191fcc5c3");
  EXPECT_EQ(tests::hex_of(commit(sm3, salt, record.bytes())),
            "4de1c320e8f1d49291ea4e096c75dc1840fbc5a96d62bf6efc3d844b8000209a");
}

TEST(Canonical, DifferentRecordsHaveDifferentBytes) {
  using Write = std::function<void(Canonical&)>;
  const std::vector<Write> records = {
      [](Canonical& r) { r.begin("a", "b"); },
      [](Canonical& r) { r.begin("ab", ""); },
      [](Canonical& r) { r.begin("", "ab"); },
      [](Canonical& r) { r.begin("a", "b"), r.field("c", ""); },
      [](Canonical& r) { r.begin("a", "b"), r.field("", "c"); },
      [](Canonical& r) { r.begin("a", "b"), r.attribute("c", ""); },
      [](Canonical& r) { r.begin("a", "b"), r.field("c", int64_t{0}); },
      [](Canonical& r) { r.begin("a", "b"), r.field("c", "0"); },
      [](Canonical& r) { r.begin("a", "b"), r.field("c", std::string_view("\0\0\0\0", 4)); },
      [](Canonical& r) { r.begin("a", "b"), r.field("c", "d"), r.field("e", "f"); },
      [](Canonical& r) { r.begin("a", "b"), r.field("c", "f"), r.field("e", "d"); },
      [](Canonical& r) { r.begin("a", "b"), r.attribute("c", "d"), r.field("e", "f"); },
      [](Canonical& r) {
        r.begin("a", "b"), r.field("c", std::string_view("df\0\0\0\1et\0\0\0\1f", 14));
      },
  };
  std::set<std::string> seen;
  Canonical record;
  for (const Write& write : records) {
    write(record);
    EXPECT_TRUE(seen.insert(std::string(record.bytes())).second) << to_hex(record.bytes());
  }
}

TEST(CanonicalDeathTest, NamesOutOfOrderAreABug) {
  Canonical record;
  record.begin("a", "b");
  record.field("b", "");
  EXPECT_DEATH(record.field("a", ""), "internal error");
  EXPECT_DEATH(record.field("b", ""), "internal error");
  EXPECT_DEATH(record.attribute("c", ""), "internal error");
}

}  // namespace
}  // namespace dandang::ledger
