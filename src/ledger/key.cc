#include "ledger/key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>

#include "ledger/bytes.h"

namespace dandang::ledger {
namespace {

using PkeyPtr = std::shared_ptr<EVP_PKEY>;
using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free)>;
using MdContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;

// c2sp.org/signed-note: 0xff begins a type without a number of its own; then a longer identifier.
constexpr std::string_view kEd25519Type{"\x01", 1};
constexpr std::string_view kSm2Type{
    "\xff"
    "dandang/sm2-sm3/v1\n"};
constexpr size_t kEd25519KeySize = 32;
constexpr size_t kSm2KeySize = 65;  // 0x04 || x || y
// The signer's identifier of GM/T 0009 §10, which goes into SM2's hash.
constexpr std::string_view kSm2Id = "1234567812345678";

std::string_view type_bytes(KeyKind kind) {
  return kind == KeyKind::kEd25519 ? kEd25519Type : kSm2Type;
}

size_t key_size(KeyKind kind) {
  return kind == KeyKind::kEd25519 ? kEd25519KeySize : kSm2KeySize;
}

const unsigned char* bytes_in(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Unicode's White_Space above U+0020; is_blank of the base layer also has what is invisible.
bool is_space(char32_t c) {
  return c == U' ' || c == U'\u0085' || c == U'\u00A0' || c == U'\u1680' ||
         (c >= U'\u2000' && c <= U'\u200A') || c == U'\u2028' || c == U'\u2029' || c == U'\u202F' ||
         c == U'\u205F' || c == U'\u3000';
}

// OpenSSL keeps what went wrong in a queue of the thread; nobody reads ours.
Error key_error(Text what, std::string_view where) {
  ERR_clear_error();
  return Error{ErrorCode::kBadInput,
               std::move(what),
               std::string(where.substr(0, 80)),
               {"向密钥的主人索取公钥文本，原样使用",
                "ask the key's owner for the text of the public key and use it unchanged"}};
}

Error failed(std::string_view name) {
  ERR_clear_error();
  return Error{ErrorCode::kIo,
               {"OpenSSL 没有完成密钥运算", "OpenSSL did not carry out the operation"},
               std::string(name),
               {"查看本机的 OpenSSL 是否支持 Ed25519 和 SM2",
                "see whether this machine's OpenSSL has Ed25519 and SM2"}};
}

PkeyPtr hold(EVP_PKEY* key) {
  return {key, &EVP_PKEY_free};
}

PkeyPtr public_key(KeyKind kind, std::string_view bytes) {
  if (kind == KeyKind::kEd25519) {
    return hold(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_in(bytes), bytes.size()));
  }
  // OpenSSL's parameters are not const, and are not written to.
  std::string group = "SM2";
  std::string point(bytes);
  std::array<OSSL_PARAM, 3> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size()),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()),
      OSSL_PARAM_construct_end()};
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "SM2", nullptr),
                            &EVP_PKEY_CTX_free);
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.data()) != 1) {
    return nullptr;
  }
  return hold(key);
}

// The bytes a verifier key carries; empty where there are none.
std::string public_bytes(EVP_PKEY* key, KeyKind kind) {
  std::string bytes(key_size(kind), '\0');
  auto* out = reinterpret_cast<unsigned char*>(bytes.data());
  size_t size = bytes.size();
  const bool got = kind == KeyKind::kEd25519
                       ? EVP_PKEY_get_raw_public_key(key, out, &size) == 1
                       : EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, out,
                                                         bytes.size(), &size) == 1;
  return got && size == bytes.size() ? bytes : std::string();
}

const char* digest_of(KeyKind kind) {
  return kind == KeyKind::kSm2 ? "SM3" : nullptr;
}

// OpenSSL 3.0 takes the signer's identifier only after the operation has begun. The context owns
// what it points to.
bool set_signer_id(EVP_PKEY_CTX* operation, KeyKind kind) {
  return kind != KeyKind::kSm2 ||
         EVP_PKEY_CTX_set1_id(operation, kSm2Id.data(), static_cast<int>(kSm2Id.size())) == 1;
}

// Without this OpenSSL asks the terminal for the words of an encrypted key.
int no_password(char*, int, int, void*) {
  return -1;
}

}  // namespace

bool is_key_name(std::string_view name) {
  if (name.empty() || name.size() > kMaxKeyNameBytes || !is_valid_utf8(name)) return false;
  const std::u32string points = to_code_points(name);
  return std::none_of(points.begin(), points.end(),
                      [](char32_t c) { return c < 0x20 || c == U'+' || is_space(c); });
}

Result<VerifierKey> VerifierKey::make(std::string_view name, KeyKind kind, std::string_view point) {
  if (!is_key_name(name)) {
    return Error{ErrorCode::kBadUsage,
                 {"密钥名称不能为空，不能有空格和加号，最长 256 字节",
                  "a key's name has no space and no plus, and 1 to 256 bytes"},
                 std::string(name.substr(0, kMaxKeyNameBytes)),
                 {"例如 gov.example/ledger", "for example gov.example/ledger"}};
  }
  VerifierKey key;
  key.name_ = std::string(name);
  key.kind_ = kind;
  key.typed_key_ = std::string(type_bytes(kind)) + std::string(point);
  if (point.size() == key_size(kind)) key.key_ = public_key(kind, point);
  if (!key.key_) return key_error({"不是有效的公钥", "not a public key"}, name);

  const std::string hashed = key.name_ + "\n" + key.typed_key_;
  std::array<unsigned char, 32> digest{};
  DD_VERIFY(
      EVP_Digest(hashed.data(), hashed.size(), digest.data(), nullptr, EVP_sha256(), nullptr) == 1);
  key.id_ = static_cast<uint32_t>(
      read_be({reinterpret_cast<const char*>(digest.data()), sizeof(uint32_t)}));
  return key;
}

Result<VerifierKey> VerifierKey::parse(std::string_view text) {
  const Error error =
      key_error({"公钥文本应写成“名称+标识+公钥”", "a verifier key reads 'name+keyid+key'"}, text);
  const size_t first = text.find('+');
  if (first == std::string_view::npos) return error;
  // The key's base64 may hold a plus of its own.
  const size_t second = text.find('+', first + 1);
  if (second != first + 9) return error;
  const std::string_view name = text.substr(0, first);
  const auto id = from_hex(text.substr(first + 1, 8));
  const auto typed = from_base64(text.substr(second + 1));
  if (!is_key_name(name) || !id || !typed) return error;

  for (const KeyKind kind : {KeyKind::kEd25519, KeyKind::kSm2}) {
    const std::string_view type = type_bytes(kind);
    if (typed->size() != type.size() + key_size(kind) || typed->substr(0, type.size()) != type) {
      continue;
    }
    DD_ASSIGN_OR_RETURN(auto key, make(name, kind, std::string_view(*typed).substr(type.size())));
    if (key.id_ != read_be(*id)) {
      return key_error({"公钥与它的标识不符", "the key does not have this key id"}, text);
    }
    return key;
  }
  return key_error({"不认识这种公钥", "a kind of key not known here"}, text);
}

std::string VerifierKey::to_string() const {
  std::string id;
  append_be(id, id_, sizeof(id_));
  return name_ + "+" + to_hex(id) + "+" + to_base64(typed_key_);
}

bool VerifierKey::verify(std::string_view text, std::string_view signature) const {
  const MdContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_PKEY_CTX* operation = nullptr;
  const bool good = context &&
                    EVP_DigestVerifyInit_ex(context.get(), &operation, digest_of(kind_), nullptr,
                                            nullptr, key_.get(), nullptr) == 1 &&
                    set_signer_id(operation, kind_) &&
                    EVP_DigestVerify(context.get(), bytes_in(signature), signature.size(),
                                     bytes_in(text), text.size()) == 1;
  ERR_clear_error();
  return good;
}

Result<std::vector<VerifierKey>> parse_verifier_keys(std::string_view text) {
  std::vector<VerifierKey> keys;
  for (const std::string& line : split(text, '\n')) {
    const std::string key = trimmed(line);
    if (key.empty() || key[0] == '#') continue;
    if (keys.size() == kMaxVerifierKeys) {
      return Error{ErrorCode::kLimit,
                   {"公钥超过 256 把", "more than 256 verifier keys"},
                   key.substr(0, 80),
                   {}};
    }
    DD_ASSIGN_OR_RETURN(auto parsed, VerifierKey::parse(key));
    keys.push_back(std::move(parsed));
  }
  return keys;
}

Result<SigningKey> SigningKey::make(std::string_view name, PkeyPtr key) {
  const bool ed25519 = EVP_PKEY_is_a(key.get(), "ED25519") == 1;
  if (!ed25519 && EVP_PKEY_is_a(key.get(), "SM2") != 1) {
    return key_error({"不是 Ed25519 或 SM2 私钥", "not a private key of Ed25519 or SM2"}, name);
  }
  const KeyKind kind = ed25519 ? KeyKind::kEd25519 : KeyKind::kSm2;
  SigningKey signing;
  DD_ASSIGN_OR_RETURN(signing.verifier_,
                      VerifierKey::make(name, kind, public_bytes(key.get(), kind)));
  signing.key_ = std::move(key);
  return signing;
}

Result<SigningKey> SigningKey::generate(std::string_view name, KeyKind kind) {
  PkeyPtr key =
      hold(EVP_PKEY_Q_keygen(nullptr, nullptr, kind == KeyKind::kEd25519 ? "ED25519" : "SM2"));
  if (!key) return failed(name);
  return make(name, std::move(key));
}

Result<SigningKey> SigningKey::from_pem(std::string_view name, std::string_view pem) {
  const Error error =
      key_error({"不是未加密的 PEM 私钥", "not an unencrypted private key in PEM"}, name);
  if (pem.size() > kMaxPemBytes) return error;
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  if (!bio) return failed(name);
  PkeyPtr key = hold(PEM_read_bio_PrivateKey(bio.get(), nullptr, &no_password, nullptr));
  ERR_clear_error();
  if (!key) return error;
  return make(name, std::move(key));
}

Result<std::string> SigningKey::to_pem() const {
  const BioPtr bio(BIO_new(BIO_s_secmem()), &BIO_free);
  if (!bio || PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr,
                                            nullptr) != 1) {
    return failed(verifier_.name());
  }
  char* data = nullptr;
  const auto size = static_cast<size_t>(BIO_get_mem_data(bio.get(), &data));
  return std::string(data, size);
}

Result<NoteSignature> SigningKey::sign(std::string_view text) const {
  const MdContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  const KeyKind kind = verifier_.kind_;
  EVP_PKEY_CTX* operation = nullptr;
  std::string bytes;
  size_t size = 0;
  if (!context ||
      EVP_DigestSignInit_ex(context.get(), &operation, digest_of(kind), nullptr, nullptr,
                            key_.get(), nullptr) != 1 ||
      !set_signer_id(operation, kind) ||
      EVP_DigestSign(context.get(), nullptr, &size, bytes_in(text), text.size()) != 1) {
    return failed(verifier_.name());
  }
  bytes.resize(size);
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size,
                     bytes_in(text), text.size()) != 1) {
    return failed(verifier_.name());
  }
  bytes.resize(size);
  return NoteSignature{verifier_.name_, verifier_.id_, bytes};
}

}  // namespace dandang::ledger
