#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/hasher.h"
#include "ledger/note.h"

namespace dandang::ledger {

constexpr size_t kMaxOriginBytes = 256;
constexpr size_t kMaxExtensionLines = 16;
constexpr size_t kMaxExtensionBytes = 1024;  // a line

// What a log says of itself at one size (c2sp.org/tlog-checkpoint): the text of a signed note.
// A log of SM3 says so in its first extension line, "hash SM3"; without it the hash is SHA-256.
struct Checkpoint {
  std::string origin;  // who the log is; the name of the key that signs for it
  uint64_t size = 0;   // leaves, at most kMaxTreeSize
  Hash root{};
  HashKind hash = HashKind::kSha256;
  std::vector<std::string> extensions;  // further lines, as they stand

  std::string text() const;
  bool operator==(const Checkpoint&) const = default;
};

// Takes only what Checkpoint::text writes.
Result<Checkpoint> parse_checkpoint(std::string_view text);

struct SignedCheckpoint {
  Checkpoint checkpoint;
  Note note;
};

Result<SignedCheckpoint> parse_signed_checkpoint(std::string_view bytes);

// The checkpoint as a note with the log's own signature. kBadUsage where the key has another name
// than the origin, or the checkpoint passes a bound.
Result<SignedCheckpoint> sign_checkpoint(const Checkpoint& checkpoint, const SigningKey& key);

// One key's word on this note: good only where the log's own key, whose name is the origin, signed
// it. Signatures of others do not stand in for it.
bool is_signed_by_log(const SignedCheckpoint& checkpoint, const std::vector<VerifierKey>& keys);

}  // namespace dandang::ledger
