#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/result.h"
#include "ledger/hasher.h"

namespace dandang::ledger {

// What a leaf holds instead of a record: HASH(0x02 || salt || bytes). It binds whoever made it to
// the bytes and, while the salt is secret or gone, says nothing of them.
using Salt = std::array<uint8_t, 16>;

// From OpenSSL's generator, one call for all of them. kIo where it has no randomness to give.
Result<void> fill_random(std::span<Salt> salts);

Hash commit(Hasher& hasher, const Salt& salt, std::string_view bytes);

}  // namespace dandang::ledger
