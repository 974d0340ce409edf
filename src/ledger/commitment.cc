#include "ledger/commitment.h"

#include <openssl/rand.h>

#include <algorithm>

namespace dandang::ledger {

Result<void> fill_random(std::span<Salt> salts) {
  // OpenSSL counts bytes in an int.
  constexpr size_t kSaltsACall = size_t{1} << 20;
  static_assert(sizeof(Salt) == 16);
  while (!salts.empty()) {
    const auto part = salts.first(std::min(salts.size(), kSaltsACall));
    if (RAND_bytes(part.data()->data(), static_cast<int>(part.size_bytes())) != 1) {
      return Error{ErrorCode::kIo,
                   {"系统没有给出随机数", "the system gave no random bytes"},
                   "RAND_bytes",
                   {"稍后再试", "try again later"}};
    }
    salts = salts.subspan(part.size());
  }
  return {};
}

Hash commit(Hasher& hasher, const Salt& salt, std::string_view bytes) {
  return hasher.commitment({reinterpret_cast<const char*>(salt.data()), salt.size()}, bytes);
}

}  // namespace dandang::ledger
