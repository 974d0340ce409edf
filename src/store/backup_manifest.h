#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/bytes.h"
#include "ledger/hasher.h"

namespace dandang::store {

enum class BackupCipher { kNone, kAes256Gcm, kSm4CtrHmacSm3 };
// What the key is made of: nothing, the 32 bytes of a file, a passphrase by scrypt.
enum class BackupKeyKind { kNone, kFile, kPassphrase };

// The head of a backup file, a text in the clear: what is in it, to be looked at without a key.
// Nothing in it is personal.
struct BackupManifest {
  static constexpr size_t kMaxBytes = 4096;

  int64_t schema_version = 0;
  int64_t change_set = 0;   // the last one in it; 0: none
  std::string recorded_at;  // its time; empty: none
  std::string made_at;      // when the backup was made, UTC, as the caller says
  ledger::HashKind hash = ledger::HashKind::kSha256;  // of the ledger and of the content
  uint64_t leaves = 0;
  ledger::Hash root{};
  uint64_t content_bytes = 0;   // of the store's SQLite file
  ledger::Hash content_hash{};  // of the same
  BackupCipher cipher = BackupCipher::kNone;
  BackupKeyKind key = BackupKeyKind::kNone;
  std::string salt;       // 32 random bytes; none: not encrypted
  std::string key_check;  // 16 bytes made of the key: tells a wrong key from a damaged file

  // Ends with an empty line; the line before it is the hash of all before that.
  std::string to_text() const;
};

// Whether the bytes are the beginning of a backup, sound or not.
bool begins_backup(std::string_view bytes);

// `bytes` begin with the manifest, and may go on; gives its text's size beside it. kBadInput for
// what is no backup, kUnsoundStore for what to_text() did not write, kConflict for the format of a
// newer dandang.
struct ReadManifest {
  BackupManifest manifest;
  size_t bytes = 0;
};
Result<ReadManifest> read_backup_manifest(std::string_view bytes, const std::string& place);

// Words for people: "AES-256-GCM".
std::string_view cipher_name(BackupCipher cipher);
// What a store whose ledger has this hash is encrypted with.
BackupCipher cipher_for(ledger::HashKind hash);

}  // namespace dandang::store
