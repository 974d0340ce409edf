#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/checkpoint.h"
#include "ledger/tree.h"

namespace dandang::ledger {

constexpr size_t kMaxExtraBytes = size_t{1024} * 1024;
constexpr size_t kMaxReceiptBytes = size_t{2} * 1024 * 1024;

// A .tlog-proof (c2sp.org/tlog-proof): that a leaf stands in the log, to be checked by whoever
// holds the leaf and the log's public key, without the log.
struct Receipt {
  // What the reader may need beside it, or empty; ours put the leaf's data here. Nothing vouches
  // for it until verify_receipt has hashed it.
  std::string extra;
  uint64_t index = 0;
  Proof proof;
  SignedCheckpoint checkpoint;

  std::string to_string() const;
};

Result<Receipt> parse_receipt(std::string_view bytes);

// That the leaf with this data is number `index` of the log, as the log signed. The signatures of
// the checkpoint come back, so that the reader sees who else vouches for it.
// kBadInput where the log's own signature is not there or not good, or the proof does not hold.
Result<std::vector<CheckedSignature>> verify_receipt(const Receipt& receipt,
                                                     std::string_view leaf_data,
                                                     const std::vector<VerifierKey>& keys);

}  // namespace dandang::ledger
