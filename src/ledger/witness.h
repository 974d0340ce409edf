#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/checkpoint.h"
#include "ledger/tree.h"

namespace dandang::ledger {

constexpr size_t kMaxWitnessRequestBytes = kMaxNoteBytes + 4096;

// What a log sends another party to have a checkpoint countersigned; the body of an add-checkpoint
// request of c2sp.org/tlog-witness, carried as a file.
struct WitnessRequest {
  uint64_t old_size = 0;        // of the checkpoint that party countersigned last; 0: none yet
  Proof proof;                  // that the log of then is the beginning of the log of now
  SignedCheckpoint checkpoint;  // of now

  std::string to_string() const;
};

Result<WitnessRequest> parse_witness_request(std::string_view bytes);

// The checkpoint with the witness's signature added, if the log signed it and its log of `last`,
// the checkpoint this witness countersigned last, is the beginning of it. Without `last` the
// witness takes the log as it finds it. kConflict where the log took something back: the witness
// keeps both files, they are the proof. The witness keeps what it signed as the next `last`.
Result<Note> countersign(const WitnessRequest& request, const std::optional<SignedCheckpoint>& last,
                         const std::vector<VerifierKey>& log_keys, const SigningKey& witness);

}  // namespace dandang::ledger
