#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/key.h"

namespace dandang::ledger {

// Writes the private key as PEM of PKCS#8, readable by its owner only (mode 0600), on disk before
// it returns. kExists where there is a file: a key is never written over.
Result<void> write_private_key(const std::string& path, const SigningKey& key);

// Reads such a file. kBadInput where others may read it: then it is no secret.
Result<SigningKey> read_private_key(const std::string& path, std::string_view name);

}  // namespace dandang::ledger
