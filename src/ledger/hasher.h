#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "ledger/bytes.h"

struct evp_md_ctx_st;
struct evp_md_st;

namespace dandang::ledger {

// The hash of a log, chosen once when the log is made. The numbers stand in leaf bodies.
enum class HashKind : uint8_t { kSha256 = 1, kSm3 = 2 };

// What is hashed begins with a byte that says what it is, so that no leaf can be taken for a node
// (RFC 9162 §2.1.1) and no commitment for either. The hash itself is OpenSSL's; one context is used
// again and again, so that hashing takes no memory. Not for two threads at once.
class Hasher {
 public:
  // kNotFound where this OpenSSL has no such hash (SM3 can be left out of a build).
  static Result<Hasher> create(HashKind kind);
  ~Hasher();
  Hasher(Hasher&& other) noexcept;
  Hasher& operator=(Hasher&& other) noexcept;
  Hasher(const Hasher&) = delete;
  Hasher& operator=(const Hasher&) = delete;

  HashKind kind() const { return kind_; }
  Hash empty_root();                                              // HASH(), the root of no leaves
  Hash leaf(std::string_view data);                               // HASH(0x00 || data)
  Hash node(const Hash& left, const Hash& right);                 // HASH(0x01 || left || right)
  Hash commitment(std::string_view salt, std::string_view data);  // HASH(0x02 || salt || data)

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
    void operator()(evp_md_st* algorithm) const;
  };

  Hasher(HashKind kind, std::unique_ptr<evp_md_st, Free> algorithm);
  void begin();
  void add(std::string_view bytes);
  Hash finish();

  HashKind kind_;
  std::unique_ptr<evp_md_st, Free> algorithm_;
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

// "SHA-256", "SM3".
std::string_view hash_name(HashKind kind);

}  // namespace dandang::ledger
