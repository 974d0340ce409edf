#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/checkpoint.h"
#include "ledger/hasher.h"
#include "ledger/key.h"
#include "ledger/tree.h"

// What the tests of this layer share.
namespace dandang::ledger::tests {

// The value, or the test stops.
template <typename T>
T must(Result<T> result) {
  if (!result) {
    ADD_FAILURE() << result.error().to_string(Language::kEnglish);
    std::abort();
  }
  return std::move(result).value();
}

inline void must(const Result<void>& result) {
  ASSERT_TRUE(result.has_value()) << result.error().to_string(Language::kEnglish);
}

inline Hash hash_of_hex(std::string_view hex) {
  return *to_hash(*from_hex(hex));
}
inline std::string hex_of(const Hash& hash) {
  return to_hex(bytes_of(hash));
}
inline Hash filled(uint8_t byte) {
  Hash hash;
  hash.fill(byte);
  return hash;
}
inline Hasher sha256() {
  return must(Hasher::create(HashKind::kSha256));
}

// The key and the note of the documentation of golang.org/x/mod/sumdb/note.
inline constexpr std::string_view kGoPem =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIIEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz\n"
    "-----END PRIVATE KEY-----\n";
inline constexpr std::string_view kGoVerifier =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
inline constexpr std::string_view kGoText =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
inline constexpr std::string_view kGoNote =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    "\n";

// The eight leaves the implementations of RFC 6962 test with.
inline std::vector<std::string> eight_leaves() {
  std::vector<std::string> leaves;
  for (const char* hex : {"", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                          "606162636465666768696a6b6c6d6e6f"}) {
    leaves.push_back(*from_hex(hex));
  }
  return leaves;
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "ledger-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() {
    std::error_code code;
    std::filesystem::remove_all(path_, code);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, std::string_view bytes) const {
    std::ofstream(file(name), std::ios::binary) << bytes;
    return file(name);
  }
  std::string read(const std::string& name) const {
    std::ifstream in(file(name), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

 private:
  std::filesystem::path path_;
};

}  // namespace dandang::ledger::tests
