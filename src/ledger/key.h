#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

struct evp_pkey_st;

namespace dandang::ledger {

// What signs: Ed25519 (RFC 8032; signature type 0x01 of c2sp.org/signed-note), or SM2 with SM3
// (GB/T 32918.2, GM/T 0009), a type of our own (docs/ledger.md).
enum class KeyKind { kEd25519, kSm2 };

constexpr size_t kMaxKeyNameBytes = 256;
constexpr size_t kMaxVerifierKeys = 256;
constexpr size_t kMaxPemBytes = size_t{16} * 1024;

// Not empty, at most kMaxKeyNameBytes of UTF-8, no Unicode space, no control character, no '+'.
bool is_key_name(std::string_view name);

struct NoteSignature {
  std::string name;     // of the key
  uint32_t key_id = 0;  // of the key; tells keys of one name apart, and is no proof of anything
  std::string bytes;    // Ed25519: 64 bytes; SM2: the DER of GM/T 0009's SM2Signature

  bool operator==(const NoteSignature&) const = default;
};

// A public key with the name it is known by.
class VerifierKey {
 public:
  // "name+hexkeyid+base64(type || public key)", as signed notes have it.
  static Result<VerifierKey> parse(std::string_view text);
  std::string to_string() const;

  const std::string& name() const { return name_; }
  uint32_t id() const { return id_; }
  KeyKind kind() const { return kind_; }
  // Is the signature this key's over the text?
  [[nodiscard]] bool verify(std::string_view text, std::string_view signature) const;

 private:
  friend class SigningKey;
  static Result<VerifierKey> make(std::string_view name, KeyKind kind, std::string_view point);

  std::string name_;
  KeyKind kind_ = KeyKind::kEd25519;
  uint32_t id_ = 0;
  std::string typed_key_;  // type bytes || public key
  std::shared_ptr<evp_pkey_st> key_;
};

// Verifier keys, one a line. Blank lines and lines beginning with # are passed over.
Result<std::vector<VerifierKey>> parse_verifier_keys(std::string_view text);

// A private key with the name it signs under.
class SigningKey {
 public:
  static Result<SigningKey> generate(std::string_view name, KeyKind kind);
  // Unencrypted PEM of PKCS#8. Any other kind of key is refused.
  static Result<SigningKey> from_pem(std::string_view name, std::string_view pem);
  // The secret itself. The caller wipes it.
  Result<std::string> to_pem() const;

  const VerifierKey& verifier() const { return verifier_; }
  Result<NoteSignature> sign(std::string_view text) const;

 private:
  static Result<SigningKey> make(std::string_view name, std::shared_ptr<evp_pkey_st> key);

  VerifierKey verifier_;
  std::shared_ptr<evp_pkey_st> key_;
};

}  // namespace dandang::ledger
