#include "ledger/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger/test_log.h"

namespace dandang::ledger {
namespace {

using testing::HasSubstr;
using tests::must;

constexpr std::string_view kOrigin = "gov.example/岚汀/ledger";
// The eight known leaves, signed by `openssl pkeyutl -sign -rawin` with the key of kGoPem.
constexpr std::string_view kGolden =
    "gov.example/岚汀/ledger\n"
    "8\n"
    "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n"
    "\n"
    "— gov.example/岚汀/ledger "
    "VYInaYpMYBn9kn/4T1HLC26thq2vxwQKRYR67S3q2oE1K462fOUQlIXAODpUezU8m8eFWM3Um2oUxl4eBHf+grFHYQE="
    "\n";

Checkpoint golden_checkpoint() {
  return {std::string(kOrigin),
          8,
          tests::hash_of_hex("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
          HashKind::kSha256,
          {}};
}

template <typename T>
std::string message(const Result<T>& result) {
  return result ? std::string("taken") : result.error().to_string(Language::kEnglish);
}

TEST(Note, ReadsTheKnownOneAndSignsItTheSame) {
  const Note note = must(parse_note(tests::kGoNote));
  EXPECT_EQ(note.text, tests::kGoText);
  EXPECT_EQ(note.to_string(), tests::kGoNote);
  const auto key = must(VerifierKey::parse(tests::kGoVerifier));
  EXPECT_TRUE(is_trusted(check_signatures(note, {key})));

  Note again{std::string(tests::kGoText), {}};
  tests::must(sign(again, must(SigningKey::from_pem("PeterNeumann", tests::kGoPem))));
  EXPECT_EQ(again.to_string(), tests::kGoNote);
}

TEST(Note, IsSplitAtItsLastBlankLine) {
  const std::string text = "a\n\nb\n\n— x AAAAAAE=\n";
  const Note note = must(parse_note(text));
  EXPECT_EQ(note.text, "a\n\nb\n");
  EXPECT_EQ(note.signatures, (std::vector<NoteSignature>{{"x", 0, "\x01"}}));
  EXPECT_EQ(note.to_string(), text);
}

TEST(Note, RefusesWhatIsNone) {
  std::string many = "a\n\n";
  for (size_t i = 0; i <= kMaxNoteSignatures; ++i) many += "— x AAAAAAE=\n";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "a signed note is text"},
      {"a", "a signed note is text"},
      {"a\n", "a signed note is text"},
      {"a\n\n", "the note has no signature"},
      {"\n\n", "the note has no signature"},
      {"a\n— x AAAAAAE=\n", "a signed note is text"},
      {"a\n\n— x AAAAAAE=", "a signed note is text"},
      {"a\n\n— x AAAAAAE=\n\n", "the note has no signature"},
      {"a\n\n- x AAAAAAE=\n", "a signature line reads"},
      {"a\n\n—x AAAAAAE=\n", "a signature line reads"},
      {"a\n\n—  AAAAAAE=\n", "a signature line reads"},
      {"a\n\n— x  AAAAAAE=\n", "a signature line reads"},
      {"a\n\n— x AAAAAAE= \n", "a signature line reads"},
      {"a\n\n— x+y AAAAAAE=\n", "a signature line reads"},
      {"a\n\n— x\u3000y AAAAAAE=\n", "a signature line reads"},
      {"a\n\n— x AAAAAA==\n", "a signature line reads"},  // a key id and no signature
      {"a\n\n— x AAAAAAF=\n", "a signature line reads"},  // not canonical
      {"a\n\n— x AAAAAAE=\nb\n", "a signature line reads"},
      {"a\r\n\n— x AAAAAAE=\n", "without control characters"},
      {"a\t\n\n— x AAAAAAE=\n", "without control characters"},
      {"\xff\n\n— x AAAAAAE=\n", "without control characters"},
      {many, "at most 64 signatures"},
      {std::string(kMaxNoteBytes + 1, 'a'), "at most 256 KiB"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_THAT(message(parse_note(text)), HasSubstr(expected)) << text.substr(0, 40);
  }
}

TEST(Note, TellsGoodBadAndUnknownSignaturesApart) {
  const auto log = must(SigningKey::generate("log", KeyKind::kEd25519));
  const auto witness = must(SigningKey::generate("witness", KeyKind::kSm2));
  const auto stranger = must(SigningKey::generate("log", KeyKind::kEd25519));  // the same name
  Note note{"text\n", {}};
  for (const SigningKey* key : {&log, &witness, &stranger}) tests::must(sign(note, *key));
  EXPECT_EQ(sign(note, witness).error().code, ErrorCode::kExists);

  using enum SignatureStatus;
  const auto statuses = [&](const Note& n) {
    std::vector<SignatureStatus> found;
    for (const auto& s : check_signatures(n, {witness.verifier(), log.verifier()})) {
      found.push_back(s.status);
    }
    return found;
  };
  EXPECT_EQ(statuses(note), (std::vector{kGood, kGood, kUnknownKey}));
  EXPECT_TRUE(is_trusted(check_signatures(note, {log.verifier()})));
  EXPECT_FALSE(is_trusted(check_signatures(note, {})));

  Note changed = note;
  changed.text = "texts\n";
  EXPECT_EQ(statuses(changed), (std::vector{kBad, kBad, kUnknownKey}));
  // One bad signature of a known key spoils the good one.
  Note spoiled = note;
  spoiled.signatures[1].bytes[10] ^= 1;
  EXPECT_EQ(statuses(spoiled), (std::vector{kGood, kBad, kUnknownKey}));
  EXPECT_FALSE(is_trusted(check_signatures(spoiled, {witness.verifier(), log.verifier()})));
  EXPECT_TRUE(is_trusted(check_signatures(spoiled, {log.verifier()})));
}

TEST(Checkpoint, IsTheGoldenOneByteForByte) {
  const auto key = must(SigningKey::from_pem(kOrigin, tests::kGoPem));
  const auto made = must(sign_checkpoint(golden_checkpoint(), key));
  EXPECT_EQ(made.note.to_string(), kGolden);
  const auto read = must(parse_signed_checkpoint(kGolden));
  EXPECT_EQ(read.checkpoint, golden_checkpoint());
  EXPECT_TRUE(is_signed_by_log(read, {key.verifier()}));
}

TEST(Checkpoint, NoChangeOfOneByteIsTaken) {
  const auto key = must(SigningKey::from_pem(kOrigin, tests::kGoPem)).verifier();
  for (size_t i = 0; i < kGolden.size(); ++i) {
    for (const char c : {'\n', ' ', 'A', '0', '9', '='}) {
      std::string changed(kGolden);
      if (changed[i] == c) continue;
      changed[i] = c;
      const auto read = parse_signed_checkpoint(changed);
      ASSERT_FALSE(read.has_value() && is_signed_by_log(*read, {key})) << i << " " << c;
    }
    const auto cut = parse_signed_checkpoint(kGolden.substr(0, i));
    ASSERT_FALSE(cut.has_value() && is_signed_by_log(*cut, {key})) << i;
  }
}

TEST(Checkpoint, AWitnessDoesNotStandInForTheLog) {
  const auto key = must(SigningKey::generate("witness", KeyKind::kEd25519));
  auto checkpoint = must(parse_signed_checkpoint(kGolden));
  tests::must(sign(checkpoint.note, key));
  EXPECT_FALSE(is_signed_by_log(checkpoint, {key.verifier()}));
  EXPECT_FALSE(is_signed_by_log(checkpoint, {}));
  EXPECT_EQ(sign_checkpoint(golden_checkpoint(), key).error().code, ErrorCode::kBadUsage);
}

TEST(Checkpoint, SaysWhichHashItIsOf) {
  Checkpoint checkpoint = golden_checkpoint();
  checkpoint.hash = HashKind::kSm3;
  checkpoint.extensions = {"附注"};
  EXPECT_THAT(checkpoint.text(), testing::EndsWith("=\nhash SM3\n附注\n"));
  EXPECT_EQ(must(parse_checkpoint(checkpoint.text())), checkpoint);

  // Written as another's line it would change the hash.
  const auto key = must(SigningKey::from_pem(kOrigin, tests::kGoPem));
  checkpoint.hash = HashKind::kSha256;
  checkpoint.extensions = {"hash SM3"};
  EXPECT_THAT(message(sign_checkpoint(checkpoint, key)), HasSubstr("read as another"));
}

TEST(Checkpoint, RefusesWhatIsNone) {
  const std::string root = "XcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n";
  std::string lines;
  for (size_t i = 0; i < kMaxExtensionLines; ++i) lines += "x\n";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"log\n0\n" + root, "taken"},
      {"log of the county\n281474976710656\n" + root + lines, "taken"},
      {"", "the first line"},
      {"\n0\n" + root, "the first line"},
      {std::string(kMaxOriginBytes + 1, 'a') + "\n0\n" + root, "the first line"},
      {"log", "the first line"},
      {"log\n", "the second line"},
      {"log\n00\n" + root, "the second line"},
      {"log\n-1\n" + root, "the second line"},
      {"log\n 1\n" + root, "the second line"},
      {"log\n281474976710657\n" + root, "the second line"},
      {"log\n1\n", "the third line"},
      {"log\n1\nXcna\n", "the third line"},
      {"log\n1\n" + root.substr(0, root.size() - 1), "the third line"},
      {"log\n1\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyh=\n", "the third line"},
      {"log\n1\n" + root + lines + "x\n", "at most 16 extension lines"},
      {"log\n1\n" + root + "\n", "at most 16 extension lines"},
      {"log\n1\n" + root + std::string(kMaxExtensionBytes + 1, 'a') + "\n",
       "at most 16 extension lines"},
      {"log\n1\n" + root + "x", "no line feed"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_THAT(message(parse_checkpoint(text)), HasSubstr(expected)) << text;
  }
}

}  // namespace
}  // namespace dandang::ledger
