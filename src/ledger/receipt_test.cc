#include "ledger/receipt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/test_log.h"

namespace dandang::ledger {
namespace {

using testing::HasSubstr;
using tests::must;

constexpr std::string_view kOrigin = "gov.example/岚汀/ledger";

// A log of the eight known leaves, of either hash.
struct Log {
  explicit Log(HashKind kind) : tree(must(Tree::open(kind, store, 0))) {
    for (const std::string& leaf : leaves) tests::must(tree.append(leaf));
    checkpoint = must(sign_checkpoint(
        {std::string(kOrigin), tree.size(), must(tree.root(tree.size())), kind, {}}, key));
  }
  Receipt receipt(uint64_t index) {
    return {leaves[index], index, must(tree.inclusion_proof(index, tree.size())), checkpoint};
  }

  std::vector<std::string> leaves = tests::eight_leaves();
  SigningKey key = must(SigningKey::from_pem(kOrigin, tests::kGoPem));
  MemoryNodeStore store;
  Tree tree;
  SignedCheckpoint checkpoint;
};

template <typename T>
std::string message(const Result<T>& result) {
  return result ? std::string("good") : result.error().to_string(Language::kEnglish);
}

TEST(Receipt, IsTheGoldenOneByteForByte) {
  Log log(HashKind::kSha256);
  const std::string golden =
      "c2sp.org/tlog-proof@v1\n"
      "extra QEFCQw==\n"
      "index 5\n"
      "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=\n"
      "yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA=\n"
      "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=\n"
      "\n"
      "gov.example/岚汀/ledger\n"
      "8\n"
      "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n"
      "\n"
      "— gov.example/岚汀/ledger "
      "VYInaYpMYBn9kn/4T1HLC26thq2vxwQKRYR67S3q2oE1K462fOUQlIXAODpUezU8m8eFWM3Um2oUxl4eBHf+"
      "grFHYQE=\n";
  Receipt receipt = log.receipt(5);
  receipt.extra = "@ABC";
  EXPECT_EQ(receipt.to_string(), golden);
  const auto read = must(parse_receipt(golden));
  EXPECT_EQ(read.to_string(), golden);
  EXPECT_EQ(message(verify_receipt(read, log.leaves[5], {log.key.verifier()})), "good");
}

TEST(Receipt, OfEveryLeafHoldsForThatLeafOnly) {
  for (const HashKind kind : {HashKind::kSha256, HashKind::kSm3}) {
    Log log(kind);
    for (uint64_t index = 0; index < log.leaves.size(); ++index) {
      const auto read = must(parse_receipt(log.receipt(index).to_string()));
      for (uint64_t leaf = 0; leaf < log.leaves.size(); ++leaf) {
        EXPECT_EQ(message(verify_receipt(read, log.leaves[leaf], {log.key.verifier()})) == "good",
                  leaf == index);
      }
    }
  }
}

TEST(Receipt, TellsWhoVouches) {
  Log log(HashKind::kSha256);
  const auto witness = must(SigningKey::generate("纪检", KeyKind::kSm2));
  Receipt receipt = log.receipt(0);
  EXPECT_THAT(message(verify_receipt(receipt, "", {witness.verifier()})),
              HasSubstr("no good signature of the log"));
  tests::must(sign(receipt.checkpoint.note, witness));
  EXPECT_THAT(message(verify_receipt(receipt, "", {witness.verifier()})),
              HasSubstr("no good signature of the log"));
  const auto signatures =
      must(verify_receipt(receipt, "", {witness.verifier(), log.key.verifier()}));
  ASSERT_EQ(signatures.size(), 2U);
  EXPECT_EQ(signatures[1].name, "纪检");
  EXPECT_EQ(signatures[1].status, SignatureStatus::kGood);
}

TEST(Receipt, NoChangeOfOneCharacterHolds) {
  Log log(HashKind::kSha256);
  Receipt receipt = log.receipt(5);
  receipt.extra.clear();  // nothing vouches for it
  const std::string text = receipt.to_string();
  for (size_t i = 0; i < text.size(); ++i) {
    for (const char c : {'\n', ' ', 'A', '0', '9'}) {
      if (text[i] == c) continue;
      std::string changed = text;
      changed[i] = c;
      const auto read = parse_receipt(changed);
      ASSERT_TRUE(!read || !verify_receipt(*read, log.leaves[5], {log.key.verifier()})) << changed;
    }
  }
}

TEST(Receipt, RefusesWhatIsNone) {
  Log log(HashKind::kSha256);
  const std::string good = log.receipt(5).to_string();
  const auto with = [&](std::string_view from, const std::string& to) {
    std::string text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  const size_t blank = good.find("\n\n");
  std::string lines;
  for (size_t i = 0; i < kMaxProofHashes; ++i) {
    lines += "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=\n";
  }
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "begins with"},
      {with("@v1", "@v2"), "begins with"},
      {with("extra ", "extra  "), "base64 of at most"},
      {with("extra QEFCQw==", "extra "), "base64 of at most"},
      {with("extra QEFCQw==", "extra " + to_base64(std::string(kMaxExtraBytes + 1, 'a'))),
       "base64 of at most"},
      {with("extra QEFCQw==\n", "extra QEFCQw==\nextra QEFCQw==\n"), "the line reads 'index"},
      {with("index 5", "index 05"), "the line reads 'index"},
      {with("index 5", "index"), "the line reads 'index"},
      {with("index 5", "index 281474976710657"), "the line reads 'index"},
      {with("index 5\n", ""), "the line reads 'index"},
      {with("vBoG", "vBo"), "a hash a line"},
      {with("\n\n", "\n" + lines + "\n"), "at most 63 lines"},
      {good.substr(0, blank + 1), "no blank line"},
      {good.substr(0, blank + 2), "a signed note is text"},
      {std::string(kMaxReceiptBytes + 1, 'a'), "at most 2 MiB"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_THAT(message(parse_receipt(text)), HasSubstr(expected)) << text.substr(0, 80);
  }
}

}  // namespace
}  // namespace dandang::ledger
