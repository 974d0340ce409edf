#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "store/backup_manifest.h"

struct evp_cipher_ctx_st;
struct evp_cipher_st;
struct evp_mac_ctx_st;
struct evp_mac_st;
struct evp_md_ctx_st;

namespace dandang::store {

// Bytes that are wiped from memory when they go.
class SecretBytes {
 public:
  explicit SecretBytes(std::string_view bytes) : bytes_(bytes.begin(), bytes.end()) {}
  explicit SecretBytes(size_t size) : bytes_(size) {}
  SecretBytes(SecretBytes&& other) noexcept = default;
  SecretBytes& operator=(SecretBytes&& other) noexcept;
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;
  ~SecretBytes() { wipe(); }

  std::string_view view() const { return {bytes_.data(), bytes_.size()}; }
  char* data() { return bytes_.data(); }
  void shorten(size_t size);

 private:
  void wipe();

  std::vector<char> bytes_;
};

// What a backup's key is made of.
class BackupSecret {
 public:
  static constexpr size_t kKeyBytes = 32;
  static constexpr size_t kMinPassphraseBytes = 12;
  static constexpr size_t kMaxPassphraseBytes = 1024;

  // A file of exactly kKeyBytes bytes, or one whose first line is the passphrase. kBadInput for
  // another size, and where anybody but the owner may read it.
  static Result<BackupSecret> from_key_file(const std::string& path);
  static Result<BackupSecret> from_passphrase_file(const std::string& path);

  BackupKeyKind kind() const { return kind_; }
  std::string_view bytes() const { return bytes_.view(); }

 private:
  BackupSecret(BackupKeyKind kind, SecretBytes bytes) : kind_(kind), bytes_(std::move(bytes)) {}

  BackupKeyKind kind_;
  SecretBytes bytes_;
};

// The hash of bytes that come in parts.
class ContentHash {
 public:
  explicit ContentHash(ledger::HashKind kind);
  void add(std::string_view bytes);
  ledger::Hash finish();  // once, at the end

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};
ledger::Hash hash_of_bytes(ledger::HashKind kind, std::string_view bytes);

// Seals the content of a backup in chunks, each bound to its number, to being the last or not, and
// by the key to the whole manifest: as STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015), with a
// key of its own for each file. Without encryption a chunk is itself.
class ChunkCipher {
 public:
  static constexpr size_t kChunk = size_t{64} * 1024;

  // Of a backup to be made; `secret` null: not encrypted. Fills in cipher, key, salt and key_check,
  // after which the manifest must stay as it is.
  static Result<ChunkCipher> choose(const BackupSecret* secret, BackupManifest& manifest);
  // `secret` null: for a backup that is not encrypted. kBadUsage where the one is and the other is
  // not, or the key is of the other kind; kBadInput where it is not the key.
  static Result<ChunkCipher> create(const BackupManifest& manifest, const BackupSecret* secret,
                                    const std::string& place);

  size_t tag_bytes() const;  // by which a sealed chunk is longer
  Result<void> seal(uint64_t number, bool last, std::string_view plain, std::string& sealed);
  // False: it was altered, or belongs to another place or file.
  Result<bool> open(uint64_t number, bool last, std::string_view sealed, std::string& plain);

 private:
  struct Free {
    void operator()(evp_cipher_ctx_st* context) const;
    void operator()(evp_cipher_st* cipher) const;
    void operator()(evp_mac_ctx_st* context) const;
    void operator()(evp_mac_st* mac) const;
  };

  ChunkCipher(BackupCipher kind, SecretBytes key) : kind_(kind), key_(std::move(key)) {}
  // With the key that belongs to the whole manifest.
  static Result<ChunkCipher> keyed(const BackupManifest& manifest, const SecretBytes& master);
  Result<void> prepare();
  std::string nonce(uint64_t number, bool last) const;
  // The cipher's output, as long as `in`; with GCM, `tag` is written when sealing and asked for
  // when opening.
  bool run(int encrypt, const std::string& nonce, std::string_view in, std::string& tag,
           std::string& out);
  bool authenticate(const std::string& nonce, std::string_view sealed, std::string& tag);

  BackupCipher kind_;
  SecretBytes key_;  // of the cipher; behind it, for SM4, that of HMAC
  std::unique_ptr<evp_cipher_st, Free> cipher_;
  std::unique_ptr<evp_cipher_ctx_st, Free> context_;
  std::unique_ptr<evp_mac_st, Free> mac_;
  std::unique_ptr<evp_mac_ctx_st, Free> mac_context_;
};

}  // namespace dandang::store
