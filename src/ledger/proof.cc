#include "ledger/proof.h"

#include <bit>

namespace dandang::ledger {
namespace {

bool is_odd(uint64_t number) {
  return (number & 1) != 0;
}

// Up to where the node is a right child again; the nodes on the way have no sibling.
void skip_lonely(uint64_t& fn, uint64_t& sn) {
  while (!is_odd(fn) && fn != 0) {
    fn >>= 1;
    sn >>= 1;
  }
}

}  // namespace

bool verify_inclusion(Hasher& hasher, uint64_t index, uint64_t size, const Hash& leaf,
                      const Proof& proof, const Hash& root) {
  if (index >= size) return false;
  uint64_t fn = index;
  uint64_t sn = size - 1;
  Hash r = leaf;
  for (const Hash& p : proof) {
    if (sn == 0) return false;
    if (is_odd(fn) || fn == sn) {
      r = hasher.node(p, r);
      skip_lonely(fn, sn);
    } else {
      r = hasher.node(r, p);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && r == root;
}

bool verify_consistency(Hasher& hasher, uint64_t first, uint64_t second, const Hash& first_root,
                        const Proof& proof, const Hash& second_root) {
  if (first > second) return false;
  if (first == second) return proof.empty() && first_root == second_root;
  if (first == 0) return proof.empty() && first_root == hasher.empty_root();
  if (proof.empty()) return false;

  uint64_t fn = first - 1;
  uint64_t sn = second - 1;
  while (is_odd(fn)) {
    fn >>= 1;
    sn >>= 1;
  }
  // A first tree that is complete is a node of the second, and the proof leaves it out.
  auto next = proof.begin();
  const Hash start = std::has_single_bit(first) ? first_root : *next++;
  Hash fr = start;
  Hash sr = start;
  for (; next != proof.end(); ++next) {
    if (sn == 0) return false;
    if (is_odd(fn) || fn == sn) {
      fr = hasher.node(*next, fr);
      sr = hasher.node(*next, sr);
      skip_lonely(fn, sn);
    } else {
      sr = hasher.node(sr, *next);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && fr == first_root && sr == second_root;
}

}  // namespace dandang::ledger
