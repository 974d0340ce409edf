#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace dandang::store {

// SHA-256 (FIPS 180-4) of parts, each told from the next by its length.
class Sha256 {
 public:
  Sha256();
  void add(std::string_view text);
  void add(int64_t number);
  // 64 hexadecimal digits. Once, at the end.
  std::string hex();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  void update(const void* bytes, size_t size);

  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

// Of the bytes alone.
std::string sha256_hex(std::string_view bytes);

}  // namespace dandang::store
