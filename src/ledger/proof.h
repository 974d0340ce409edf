#pragma once

#include <cstdint>

#include "ledger/tree.h"

namespace dandang::ledger {

// RFC 9162 §2.1.3.2: the leaf with this hash is number `index` of the `size` leaves under `root`.
[[nodiscard]] bool verify_inclusion(Hasher& hasher, uint64_t index, uint64_t size, const Hash& leaf,
                                    const Proof& proof, const Hash& root);

// RFC 9162 §2.1.4.2: the tree of `first` leaves under `first_root` is the beginning of the tree of
// `second` leaves under `second_root`. Where the RFC says nothing: equal sizes need equal roots and
// an empty proof; the empty tree, with its one root and an empty proof, begins every tree.
[[nodiscard]] bool verify_consistency(Hasher& hasher, uint64_t first, uint64_t second,
                                      const Hash& first_root, const Proof& proof,
                                      const Hash& second_root);

}  // namespace dandang::ledger
