#include "store/sha256.h"

#include <openssl/evp.h>

#include "base/result.h"

namespace dandang::store {

namespace {

std::string hex_of(const unsigned char* bytes, size_t size) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (size_t i = 0; i < size; ++i) {
    out += kDigits[bytes[i] >> 4U];
    out += kDigits[bytes[i] & 15U];
  }
  return out;
}

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  DD_VERIFY(context_ != nullptr);
  DD_VERIFY(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
}

void Sha256::update(const void* bytes, size_t size) {
  DD_VERIFY(EVP_DigestUpdate(context_.get(), bytes, size) == 1);
}

void Sha256::add(std::string_view text) {
  add(static_cast<int64_t>(text.size()));
  update(text.data(), text.size());
}

void Sha256::add(int64_t number) {
  unsigned char bytes[8];
  for (unsigned char& byte : bytes) {
    byte = static_cast<unsigned char>(number);
    number >>= 8;
  }
  update(bytes, sizeof bytes);
}

std::string Sha256::hex() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  DD_VERIFY(EVP_DigestFinal_ex(context_.get(), digest, &size) == 1);
  return hex_of(digest, size);
}

std::string sha256_hex(std::string_view bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  DD_VERIFY(EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr) == 1);
  return hex_of(digest, size);
}

}  // namespace dandang::store
