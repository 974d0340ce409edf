#include "ledger/hasher.h"

#include <openssl/evp.h>

namespace dandang::ledger {
namespace {

constexpr std::string_view kLeafPrefix{"\x00", 1};
constexpr std::string_view kNodePrefix{"\x01", 1};
constexpr std::string_view kCommitmentPrefix{"\x02", 1};

}  // namespace

std::string_view hash_name(HashKind kind) {
  return kind == HashKind::kSha256 ? std::string_view("SHA-256") : std::string_view("SM3");
}

void Hasher::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}
void Hasher::Free::operator()(evp_md_st* algorithm) const {
  EVP_MD_free(algorithm);
}

Result<Hasher> Hasher::create(HashKind kind) {
  const std::string name(hash_name(kind));
  std::unique_ptr<evp_md_st, Free> algorithm(EVP_MD_fetch(nullptr, name.c_str(), nullptr));
  if (!algorithm) {
    return Error{ErrorCode::kNotFound,
                 {"本机的 OpenSSL 没有这种杂凑算法", "this machine's OpenSSL has no such hash"},
                 name,
                 {"安装带有该算法的 libcrypto", "install a libcrypto that has it"}};
  }
  return Hasher(kind, std::move(algorithm));
}

Hasher::Hasher(HashKind kind, std::unique_ptr<evp_md_st, Free> algorithm)
    : kind_(kind), algorithm_(std::move(algorithm)), context_(EVP_MD_CTX_new()) {
  DD_VERIFY(context_ != nullptr);
}

Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&& other) noexcept = default;
Hasher& Hasher::operator=(Hasher&& other) noexcept = default;

// A digest that is there can only fail for want of memory, which nothing here survives.
void Hasher::begin() {
  DD_VERIFY(EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) == 1);
}

void Hasher::add(std::string_view bytes) {
  DD_VERIFY(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}

Hash Hasher::finish() {
  Hash hash;
  unsigned int size = 0;
  DD_VERIFY(EVP_DigestFinal_ex(context_.get(), hash.data(), &size) == 1 && size == hash.size());
  return hash;
}

Hash Hasher::empty_root() {
  begin();
  return finish();
}

Hash Hasher::leaf(std::string_view data) {
  begin();
  add(kLeafPrefix);
  add(data);
  return finish();
}

Hash Hasher::node(const Hash& left, const Hash& right) {
  begin();
  add(kNodePrefix);
  add(bytes_of(left));
  add(bytes_of(right));
  return finish();
}

Hash Hasher::commitment(std::string_view salt, std::string_view data) {
  begin();
  add(kCommitmentPrefix);
  add(salt);
  add(data);
  return finish();
}

}  // namespace dandang::ledger
