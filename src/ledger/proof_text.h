#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/tree.h"

namespace dandang::ledger {

// A proof as C2SP's files have it: a line of base64 a hash.
std::string proof_lines(const Proof& proof);

// Takes such lines, at most kMaxProofHashes, and the blank line behind them off the front.
Result<Proof> take_proof_lines(std::string_view& rest);

// Takes a line "word number" off the front; the number is at most kMaxTreeSize.
Result<uint64_t> take_number_line(std::string_view& rest, std::string_view word);

}  // namespace dandang::ledger
