#include "ledger/witness.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/test_log.h"

namespace dandang::ledger {
namespace {

using testing::HasSubstr;
using tests::must;

constexpr std::string_view kOrigin = "gov.example/岚汀/ledger";

// The log of one department and the key of another.
class WitnessTest : public testing::Test {
 protected:
  SignedCheckpoint checkpoint(Tree& tree) {
    return must(sign_checkpoint(
        {std::string(kOrigin), tree.size(), must(tree.root(tree.size())), HashKind::kSha256, {}},
        log_key_));
  }
  // As carried by hand: written to text and read again.
  WitnessRequest request(Tree& tree, uint64_t old_size) {
    const WitnessRequest made{old_size, must(tree.consistency_proof(old_size, tree.size())),
                              checkpoint(tree)};
    auto read = must(parse_witness_request(made.to_string()));
    EXPECT_EQ(read.to_string(), made.to_string());
    return read;
  }
  Result<Note> ask(const WitnessRequest& request, const std::optional<SignedCheckpoint>& last) {
    return countersign(request, last, {log_key_.verifier()}, witness_);
  }
  void grow(Tree& tree, const std::string& prefix, int count) {
    for (int i = 0; i < count; ++i) tests::must(tree.append(prefix + std::to_string(i)));
  }
  static std::string message(const Result<Note>& result) {
    return result ? std::string("signed") : result.error().to_string(Language::kEnglish);
  }

  SigningKey log_key_ = must(SigningKey::generate(kOrigin, KeyKind::kSm2));
  SigningKey witness_ = must(SigningKey::generate("gov.example/纪检", KeyKind::kSm2));
  MemoryNodeStore store_;
  Tree tree_ = must(Tree::open(HashKind::kSha256, store_, 0));
};

TEST_F(WitnessTest, SignsALogThatOnlyGrows) {
  std::optional<SignedCheckpoint> last;
  for (int round = 0; round < 20; ++round) {
    const uint64_t old_size = last ? last->checkpoint.size : 0;
    if (round != 10) grow(tree_, "a", round);  // and one that stands still
    const auto note = ask(request(tree_, old_size), last);
    ASSERT_EQ(message(note), "signed") << round;
    last = must(parse_signed_checkpoint(note->to_string()));
    const auto signatures =
        check_signatures(last->note, {log_key_.verifier(), witness_.verifier()});
    ASSERT_EQ(signatures.size(), 2U);
    EXPECT_EQ(signatures[1].status, SignatureStatus::kGood);
  }
}

TEST_F(WitnessTest, RefusesALogThatTookSomethingBack) {
  grow(tree_, "a", 10);
  const auto last =
      must(parse_signed_checkpoint(must(ask(request(tree_, 0), std::nullopt)).to_string()));
  const std::string conflict = "the log does not continue the one signed last";

  MemoryNodeStore other_store;
  Tree shorter = must(Tree::open(HashKind::kSha256, other_store, 0));
  grow(shorter, "a", 9);
  EXPECT_THAT(message(ask(request(shorter, 9), last)), HasSubstr(conflict));
  EXPECT_EQ(ask(request(shorter, 0), last).error().code, ErrorCode::kConflict);

  Tree fork = must(Tree::open(HashKind::kSha256, other_store, 9));
  grow(fork, "b", 6);
  EXPECT_THAT(message(ask(request(fork, 10), last)), HasSubstr(conflict));
  // As many leaves as before, but others.
  Tree same_size = must(Tree::open(HashKind::kSha256, other_store, 9));
  grow(same_size, "c", 1);
  EXPECT_THAT(message(ask(request(same_size, 10), last)), HasSubstr(conflict));
  // Nor is it talked out of what it signed.
  EXPECT_THAT(message(ask(request(fork, 0), last)), HasSubstr("does not begin where"));
}

TEST_F(WitnessTest, RefusesWhatItCannotHoldTheLogTo) {
  grow(tree_, "a", 3);
  const auto first = request(tree_, 0);
  const auto last = must(parse_signed_checkpoint(must(ask(first, std::nullopt)).to_string()));
  grow(tree_, "b", 3);
  const auto next = request(tree_, 3);

  EXPECT_THAT(message(countersign(next, last, {witness_.verifier()}, witness_)),
              HasSubstr("no good signature of the log"));
  // A file it never signed, or that was changed since.
  EXPECT_THAT(message(ask(next, first.checkpoint)), HasSubstr("of this witness"));
  auto changed = last;
  changed.note.signatures[1].bytes[20] ^= 1;
  EXPECT_THAT(message(ask(next, changed)), HasSubstr("of this witness"));

  const auto other_log = must(SigningKey::generate("other", KeyKind::kEd25519));
  auto of_other =
      must(sign_checkpoint({"other", 3, last.checkpoint.root, HashKind::kSha256, {}}, other_log));
  tests::must(sign(of_other.note, witness_));
  EXPECT_THAT(message(ask(next, of_other)), HasSubstr("of another log"));

  auto signed_already = next;
  tests::must(sign(signed_already.checkpoint.note, witness_));
  EXPECT_EQ(ask(signed_already, last).error().code, ErrorCode::kExists);
}

TEST_F(WitnessTest, RequestsAreReadStrictly) {
  grow(tree_, "a", 3);
  const std::string good = request(tree_, 2).to_string();
  const auto refusal = [](const std::string& text) {
    const auto read = parse_witness_request(text);
    return read ? std::string("taken") : read.error().to_string(Language::kEnglish);
  };
  EXPECT_EQ(refusal(good), "taken");
  EXPECT_THAT(refusal(""), HasSubstr("the line reads 'old number'"));
  EXPECT_THAT(refusal("old 02" + good.substr(5)), HasSubstr("the line reads 'old number'"));
  EXPECT_THAT(refusal("new 2" + good.substr(5)), HasSubstr("the line reads 'old number'"));
  EXPECT_THAT(refusal(good.substr(0, good.find("\n\n") + 1)), HasSubstr("no blank line"));
  EXPECT_THAT(refusal(std::string(kMaxWitnessRequestBytes + 1, 'a')), HasSubstr("at most 260 KiB"));
}

}  // namespace
}  // namespace dandang::ledger
