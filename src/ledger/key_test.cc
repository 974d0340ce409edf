#include "ledger/key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "ledger/key_file.h"
#include "ledger/note.h"
#include "ledger/test_log.h"

namespace dandang::ledger {
namespace {

using tests::must;

constexpr std::string_view kName = "gov.example/岚汀/ledger";

bool has_openssl() {
  return std::system("openssl version >/dev/null 2>&1") == 0;
}

bool runs(const std::string& command) {
  return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
}

struct CommandCase {
  KeyKind kind;
  std::string make_key;  // arguments of openssl
  std::string scheme;    // of pkeyutl
};

const std::vector<CommandCase>& command_cases() {
  static const std::vector<CommandCase> kCases = {
      {KeyKind::kEd25519, "genpkey -algorithm ed25519", "-rawin"},
      {KeyKind::kSm2, "genpkey -algorithm SM2",
       "-rawin -digest sm3 -pkeyopt distid:1234567812345678"},
  };
  return kCases;
}

TEST(VerifierKey, ReadsAndWritesTheKnownOnes) {
  for (const std::string_view text :
       {tests::kGoVerifier,
        std::string_view("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"),
        std::string_view("EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"),
        // A key whose base64 has a plus, under a name in Chinese.
        std::string_view(
            "gov.example/岚汀/ledger+55822769+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")}) {
    const auto key = VerifierKey::parse(text);
    ASSERT_TRUE(key.has_value()) << text;
    EXPECT_EQ(key->to_string(), text);
    EXPECT_EQ(key->kind(), KeyKind::kEd25519);
  }
  EXPECT_EQ(must(VerifierKey::parse(tests::kGoVerifier)).id(), 0xc74f20a3U);
}

TEST(VerifierKey, RefusesWhatIsNoKey) {
  const std::string sm2 = must(SigningKey::generate("a", KeyKind::kSm2)).verifier().to_string();
  const size_t key_at = sm2.rfind('+', 11) + 1;
  std::string off_curve = *from_base64(sm2.substr(key_at));
  off_curve.back() = static_cast<char>(off_curve.back() ^ 1);
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "a verifier key reads"},
      {"PeterNeumann", "a verifier key reads"},
      {"PeterNeumann+c74f20a3", "a verifier key reads"},
      {"+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "a verifier key reads"},
      {"a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "a verifier key reads"},
      {"PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T", "a verifier key reads"},
      {"PeterNeumann+c74f20a+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "a verifier key reads"},
      {"PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "this key id"},
      {"PeterNeumann2+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "this key id"},
      {"PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "not known here"},
      {"PeterNeumann+c74f20a3+ARpc2Q==", "not known here"},
      {sm2.substr(0, key_at) + to_base64(off_curve), "not a public key"},
  };
  for (const auto& [text, message] : cases) {
    const auto key = VerifierKey::parse(text);
    ASSERT_FALSE(key.has_value()) << text;
    EXPECT_THAT(key.error().to_string(Language::kEnglish), testing::HasSubstr(message)) << text;
  }
}

TEST(VerifierKey, ListsStandOneALine) {
  const std::string text = "# 县委组织部\n" + std::string(tests::kGoVerifier) + "\n\n  # 纪检\n" +
                           "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop\r\n";
  const auto keys = must(parse_verifier_keys(text));
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_EQ(keys[1].name(), "EnochRoot");
  EXPECT_FALSE(parse_verifier_keys(text + "junk\n").has_value());
  std::string many;
  for (size_t i = 0; i <= kMaxVerifierKeys; ++i) many += std::string(tests::kGoVerifier) + "\n";
  EXPECT_EQ(parse_verifier_keys(many).error().code, ErrorCode::kLimit);
}

TEST(KeyName, HasNoSpaceAndNoPlus) {
  for (const std::string name : {"a", "gov.example/岚汀", "—"}) EXPECT_TRUE(is_key_name(name));
  for (const std::string& name :
       {std::string(), std::string("a b"), std::string("a+b"), std::string("a\nb"),
        std::string("a\u3000b"), std::string("a\u00A0b"), std::string("\u2028"),
        std::string("\x80"), std::string(kMaxKeyNameBytes + 1, 'a')}) {
    EXPECT_FALSE(is_key_name(name)) << name;
    EXPECT_FALSE(SigningKey::generate(name, KeyKind::kEd25519).has_value());
  }
}

TEST(SigningKey, WhatItSignsItsVerifierTakesAndNothingElse) {
  for (const KeyKind kind : {KeyKind::kEd25519, KeyKind::kSm2}) {
    const auto key = must(SigningKey::generate(kName, kind));
    const auto other = must(SigningKey::generate(kName, kind));
    const std::string text = "岚汀县\n8\n";
    const auto signature = must(key.sign(text));
    const auto verifier = must(VerifierKey::parse(key.verifier().to_string()));
    EXPECT_EQ(signature.name, kName);
    EXPECT_EQ(signature.key_id, verifier.id());
    EXPECT_EQ(verifier.kind(), kind);
    EXPECT_TRUE(verifier.verify(text, signature.bytes));
    EXPECT_FALSE(other.verifier().verify(text, signature.bytes));
    EXPECT_FALSE(verifier.verify(text + "\n", signature.bytes));
    EXPECT_FALSE(verifier.verify(text, ""));
    EXPECT_FALSE(verifier.verify(text, signature.bytes + '\0'));
    for (size_t bit = 0; bit < signature.bytes.size() * 8; ++bit) {
      std::string changed = signature.bytes;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
      ASSERT_FALSE(verifier.verify(text, changed)) << bit;
    }
  }
}

TEST(SigningKey, SurvivesItsPem) {
  for (const KeyKind kind : {KeyKind::kEd25519, KeyKind::kSm2}) {
    const auto key = must(SigningKey::generate(kName, kind));
    const auto again = must(SigningKey::from_pem(kName, must(key.to_pem())));
    EXPECT_EQ(again.verifier().to_string(), key.verifier().to_string());
    EXPECT_TRUE(key.verifier().verify("x", must(again.sign("x")).bytes));
  }
}

TEST(SigningKey, RefusesOtherKeysAndNeverAsksForAPassword) {
  const tests::TemporaryFolder folder;
  const auto refusal = [](std::string_view pem) {
    const auto key = SigningKey::from_pem("a", pem);
    return key ? std::string("taken") : key.error().what.en;
  };
  const std::string no_pem = "not an unencrypted private key in PEM";
  EXPECT_EQ(refusal(""), no_pem);
  EXPECT_EQ(refusal("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), no_pem);
  EXPECT_EQ(refusal(std::string(kMaxPemBytes + 1, ' ')), no_pem);
  if (!has_openssl()) GTEST_SKIP() << "no openssl command";
  for (const char* algorithm : {"ed448", "RSA", "EC -pkeyopt ec_paramgen_curve:P-256"}) {
    ASSERT_TRUE(
        runs("openssl genpkey -algorithm " + std::string(algorithm) + " -out " + folder.file("k")));
    EXPECT_EQ(refusal(folder.read("k")), "not a private key of Ed25519 or SM2") << algorithm;
  }
  ASSERT_TRUE(
      runs("openssl genpkey -algorithm ed25519 -aes256 -pass pass:x -out " + folder.file("k")));
  EXPECT_EQ(refusal(folder.read("k")), no_pem);
  ASSERT_TRUE(runs("openssl genpkey -algorithm ed25519 -outpubkey " + folder.file("p") + " -out " +
                   folder.file("k")) ||
              runs("openssl pkey -in " + folder.file("k") + " -passin pass:x -pubout -out " +
                   folder.file("p")));
  EXPECT_EQ(refusal(folder.read("p")), no_pem);
}

TEST(SigningKey, TheOpensslCommandTakesItsSignatures) {
  if (!has_openssl()) GTEST_SKIP() << "no openssl command";
  for (const CommandCase& c : command_cases()) {
    SCOPED_TRACE(c.make_key);
    const tests::TemporaryFolder folder;
    const auto key = must(SigningKey::generate(kName, c.kind));
    const std::string text = "gov.example/岚汀/ledger\n0\n";
    const std::string verify = "openssl pkeyutl -verify " + c.scheme + " -inkey " +
                               folder.write("key", must(key.to_pem())) + " -in " +
                               folder.write("text", text) + " -sigfile " +
                               folder.write("signature", must(key.sign(text)).bytes);
    EXPECT_TRUE(runs(verify));
    folder.write("text", text + "\n");
    EXPECT_FALSE(runs(verify));
  }
}

TEST(SigningKey, ItsVerifierTakesTheOpensslCommandsSignatures) {
  if (!has_openssl()) GTEST_SKIP() << "no openssl command";
  for (const CommandCase& c : command_cases()) {
    SCOPED_TRACE(c.make_key);
    const tests::TemporaryFolder folder;
    const std::string text = "gov.example/岚汀/ledger\n0\n";
    ASSERT_TRUE(runs("openssl " + c.make_key + " -out " + folder.file("key")));
    ASSERT_TRUE(runs("openssl pkeyutl -sign " + c.scheme + " -inkey " + folder.file("key") +
                     " -in " + folder.write("text", text) + " -out " + folder.file("signature")));
    const auto key = must(SigningKey::from_pem(kName, folder.read("key")));
    EXPECT_EQ(key.verifier().kind(), c.kind);
    EXPECT_TRUE(key.verifier().verify(text, folder.read("signature")));
    EXPECT_FALSE(key.verifier().verify(text + "\n", folder.read("signature")));
  }
}

TEST(KeyFile, IsReadableByItsOwnerOnlyAndNeverWrittenOver) {
  const tests::TemporaryFolder folder;
  const auto key = must(SigningKey::generate(kName, KeyKind::kSm2));
  const std::string path = folder.file("key.pem");
  const mode_t before = umask(0);
  tests::must(write_private_key(path, key));
  umask(before);
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  EXPECT_THAT(folder.read("key.pem"), testing::StartsWith("-----BEGIN PRIVATE KEY-----\n"));
  EXPECT_EQ(must(read_private_key(path, kName)).verifier().to_string(), key.verifier().to_string());
  EXPECT_EQ(write_private_key(path, key).error().code, ErrorCode::kExists);
  EXPECT_EQ(must(read_private_key(path, kName)).verifier().to_string(), key.verifier().to_string());

  for (const mode_t mode : {0640U, 0604U, 0666U}) {
    ASSERT_EQ(chmod(path.c_str(), mode), 0);
    EXPECT_EQ(read_private_key(path, kName).error().what.en, "others can read this private key");
  }
  EXPECT_EQ(read_private_key(folder.file("none"), kName).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(write_private_key(folder.file("none/key"), key).error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(folder.file("none")));
}

}  // namespace
}  // namespace dandang::ledger
