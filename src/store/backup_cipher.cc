#include "store/backup_cipher.h"

#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace dandang::store {

namespace {

// N = 2^17, r = 8, p = 1: 128 MiB and about a third of a second a guess.
constexpr uint64_t kScryptN = uint64_t{1} << 17U;
constexpr uint32_t kScryptR = 8;
constexpr uint32_t kScryptP = 1;
constexpr uint64_t kScryptMemory = uint64_t{160} << 20U;
constexpr size_t kSaltBytes = 32;
constexpr size_t kCheckBytes = 16;
constexpr size_t kSm4KeyBytes = 16;
constexpr size_t kGcmTagBytes = 16;
constexpr size_t kHmacTagBytes = 32;
constexpr mode_t kOthers = 077;

const char* digest_name(ledger::HashKind kind) {
  return kind == ledger::HashKind::kSm3 ? "SM3" : "SHA256";
}

Error no_algorithm(const std::string& what) {
  return {ErrorCode::kNotFound,
          {"本机的 OpenSSL 不能用 " + what, "this machine's OpenSSL cannot do " + what},
          "",
          {"用 Debian 的 OpenSSL 3.0", "use Debian's OpenSSL 3.0"}};
}

const unsigned char* data_of(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* data_of(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

OSSL_PARAM octets(const char* name, std::string_view bytes) {
  // OpenSSL does not write to what it is given here.
  return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(bytes.data()), bytes.size());
}

Result<SecretBytes> derive(const char* function, const OSSL_PARAM* parameters, size_t size) {
  EVP_KDF* kdf = EVP_KDF_fetch(nullptr, function, nullptr);
  EVP_KDF_CTX* context = kdf == nullptr ? nullptr : EVP_KDF_CTX_new(kdf);
  SecretBytes out(size);
  const bool done =
      context != nullptr &&
      EVP_KDF_derive(context, reinterpret_cast<unsigned char*>(out.data()), size, parameters) == 1;
  EVP_KDF_CTX_free(context);
  EVP_KDF_free(kdf);
  if (!done) return no_algorithm(function);
  return out;
}

Result<SecretBytes> scrypt(std::string_view passphrase, std::string_view salt) {
  uint64_t n = kScryptN;
  uint32_t r = kScryptR;
  uint32_t p = kScryptP;
  uint64_t memory = kScryptMemory;
  const std::array<OSSL_PARAM, 7> parameters = {
      octets(OSSL_KDF_PARAM_PASSWORD, passphrase),
      octets(OSSL_KDF_PARAM_SALT, salt),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
      OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
      OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory),
      OSSL_PARAM_construct_end()};
  return derive("SCRYPT", parameters.data(), BackupSecret::kKeyBytes);
}

// RFC 5869 with the store's hash.
Result<SecretBytes> hkdf(ledger::HashKind hash, std::string_view key, std::string_view salt,
                         std::string_view info, size_t size) {
  std::string digest = digest_name(hash);
  const std::array<OSSL_PARAM, 5> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
      octets(OSSL_KDF_PARAM_KEY, key), octets(OSSL_KDF_PARAM_SALT, salt),
      octets(OSSL_KDF_PARAM_INFO, info), OSSL_PARAM_construct_end()};
  return derive("HKDF", parameters.data(), size);
}

Result<SecretBytes> master_key(const BackupSecret& secret, const BackupManifest& manifest) {
  if (secret.kind() == BackupKeyKind::kPassphrase) return scrypt(secret.bytes(), manifest.salt);
  return SecretBytes(secret.bytes());
}

Result<SecretBytes> key_check(const SecretBytes& master, const BackupManifest& manifest) {
  return hkdf(manifest.hash, master.view(), manifest.salt, "dandang-backup/1 check", kCheckBytes);
}

Result<SecretBytes> read_secret(const std::string& path, size_t limit) {
  const Error unreadable{ErrorCode::kNotFound,
                         {"读不了密钥或口令文件", "the key or passphrase file cannot be read"},
                         path,
                         {"检查路径和权限", "check the path and permissions"}};
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return unreadable;
  struct stat status {};
  SecretBytes bytes(limit + 1);
  const bool known = ::fstat(file, &status) == 0;
  const ssize_t size = ::read(file, bytes.data(), limit + 1);
  ::close(file);
  if (!known || size < 0) return unreadable;
  if ((status.st_mode & kOthers) != 0) {
    return Error{ErrorCode::kBadInput,
                 {"别人也能读这个密钥或口令文件", "others can read this key or passphrase file"},
                 path,
                 {"换一个，再用 chmod 600", "choose another one, and chmod 600"}};
  }
  bytes.shorten(static_cast<size_t>(size));
  return bytes;
}

}  // namespace

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  wipe();
  bytes_ = std::move(other.bytes_);
  return *this;
}

void SecretBytes::wipe() {
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

void SecretBytes::shorten(size_t size) {
  OPENSSL_cleanse(bytes_.data() + size, bytes_.size() - size);
  bytes_.resize(size);
}

Result<BackupSecret> BackupSecret::from_key_file(const std::string& path) {
  DD_ASSIGN_OR_RETURN(SecretBytes bytes, read_secret(path, kKeyBytes));
  if (bytes.view().size() == kKeyBytes) {
    return BackupSecret(BackupKeyKind::kFile, std::move(bytes));
  }
  return Error{ErrorCode::kBadInput,
               {"备份的密钥文件应正好是 32 个字节", "a backup's key file has exactly 32 bytes"},
               path,
               {"用 umask 077; openssl rand -out 文件 32 生成",
                "make one with umask 077; openssl rand -out FILE 32"}};
}

Result<BackupSecret> BackupSecret::from_passphrase_file(const std::string& path) {
  DD_ASSIGN_OR_RETURN(SecretBytes bytes, read_secret(path, kMaxPassphraseBytes));
  const size_t end = bytes.view().find_first_of("\r\n");
  if (end != std::string_view::npos) bytes.shorten(end);
  const size_t size = bytes.view().size();
  if (size >= kMinPassphraseBytes && size <= kMaxPassphraseBytes) {
    return BackupSecret(BackupKeyKind::kPassphrase, std::move(bytes));
  }
  return Error{ErrorCode::kBadInput,
               {"口令应有 12 到 1024 个字节", "a passphrase has 12 to 1024 bytes"},
               path,
               {"文件的第一行就是口令；用几个互不相干的词",
                "the file's first line is the passphrase; take several unrelated words"}};
}

void ContentHash::Free::operator()(evp_md_ctx_st* context) const {
  EVP_MD_CTX_free(context);
}

ContentHash::ContentHash(ledger::HashKind kind) : context_(EVP_MD_CTX_new()) {
  const EVP_MD* algorithm = EVP_get_digestbyname(digest_name(kind));
  DD_VERIFY(context_ != nullptr && algorithm != nullptr);
  DD_VERIFY(EVP_DigestInit_ex(context_.get(), algorithm, nullptr) == 1);
}

void ContentHash::add(std::string_view bytes) {
  DD_VERIFY(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}

ledger::Hash ContentHash::finish() {
  ledger::Hash out{};
  DD_VERIFY(EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) == 1);
  return out;
}

ledger::Hash hash_of_bytes(ledger::HashKind kind, std::string_view bytes) {
  ContentHash hash(kind);
  hash.add(bytes);
  return hash.finish();
}

void ChunkCipher::Free::operator()(evp_cipher_ctx_st* context) const {
  EVP_CIPHER_CTX_free(context);
}
void ChunkCipher::Free::operator()(evp_cipher_st* cipher) const {
  EVP_CIPHER_free(cipher);
}
void ChunkCipher::Free::operator()(evp_mac_ctx_st* context) const {
  EVP_MAC_CTX_free(context);
}
void ChunkCipher::Free::operator()(evp_mac_st* mac) const {
  EVP_MAC_free(mac);
}

Result<ChunkCipher> ChunkCipher::choose(const BackupSecret* secret, BackupManifest& manifest) {
  if (secret == nullptr) return ChunkCipher(BackupCipher::kNone, SecretBytes(size_t{0}));
  manifest.cipher = cipher_for(manifest.hash);
  manifest.key = secret->kind();
  manifest.salt.assign(kSaltBytes, '\0');
  if (RAND_bytes(data_of(manifest.salt), kSaltBytes) != 1) return no_algorithm("RAND_bytes");
  DD_ASSIGN_OR_RETURN(const SecretBytes master, master_key(*secret, manifest));
  DD_ASSIGN_OR_RETURN(const SecretBytes check, key_check(master, manifest));
  manifest.key_check = check.view();
  return keyed(manifest, master);
}

Result<ChunkCipher> ChunkCipher::create(const BackupManifest& manifest, const BackupSecret* secret,
                                        const std::string& place) {
  const BackupKeyKind given = secret == nullptr ? BackupKeyKind::kNone : secret->kind();
  if (given != manifest.key) {
    if (manifest.key == BackupKeyKind::kNone) {
      return Error{ErrorCode::kBadUsage,
                   {"这份备份没有加密", "this backup is not encrypted"},
                   place,
                   {"去掉密钥或口令", "leave the key or passphrase out"}};
    }
    const std::string option =
        manifest.key == BackupKeyKind::kFile ? "--key-file" : "--passphrase-file";
    return Error{ErrorCode::kBadUsage,
                 {"这份备份是加密的", "this backup is encrypted"},
                 place,
                 {"用 " + option + " 给出它的密钥", "give its key with " + option}};
  }
  if (secret == nullptr) return ChunkCipher(BackupCipher::kNone, SecretBytes(size_t{0}));
  DD_ASSIGN_OR_RETURN(const SecretBytes master, master_key(*secret, manifest));
  DD_ASSIGN_OR_RETURN(const SecretBytes check, key_check(master, manifest));
  if (check.view().size() != manifest.key_check.size() ||
      CRYPTO_memcmp(check.view().data(), manifest.key_check.data(), check.view().size()) != 0) {
    return Error{ErrorCode::kBadInput,
                 {"密钥或口令不是这份备份的", "this is not the backup's key or passphrase"},
                 place,
                 {"找出备份时用的那一个", "find the one it was made with"}};
  }
  return keyed(manifest, master);
}

// The key hangs on every byte of the manifest, so that none of it can be changed.
Result<ChunkCipher> ChunkCipher::keyed(const BackupManifest& manifest, const SecretBytes& master) {
  const size_t size = manifest.cipher == BackupCipher::kAes256Gcm ? BackupSecret::kKeyBytes
                                                                  : kSm4KeyBytes + kHmacTagBytes;
  DD_ASSIGN_OR_RETURN(SecretBytes key,
                      hkdf(manifest.hash, master.view(), manifest.salt,
                           "dandang-backup/1 content\n" + manifest.to_text(), size));
  ChunkCipher out(manifest.cipher, std::move(key));
  DD_RETURN_IF_ERROR(out.prepare());
  return out;
}

Result<void> ChunkCipher::prepare() {
  const bool gcm = kind_ == BackupCipher::kAes256Gcm;
  cipher_.reset(EVP_CIPHER_fetch(nullptr, gcm ? "AES-256-GCM" : "SM4-CTR", nullptr));
  context_.reset(EVP_CIPHER_CTX_new());
  const Error missing = no_algorithm(std::string(cipher_name(kind_)));
  if (cipher_ == nullptr || context_ == nullptr) return missing;
  if (gcm) return {};
  mac_.reset(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  if (mac_ != nullptr) mac_context_.reset(EVP_MAC_CTX_new(mac_.get()));
  if (mac_context_ == nullptr) return missing;
  return {};
}

size_t ChunkCipher::tag_bytes() const {
  if (kind_ == BackupCipher::kNone) return 0;
  return kind_ == BackupCipher::kAes256Gcm ? kGcmTagBytes : kHmacTagBytes;
}

// GCM: 3 zero bytes, 8 of the chunk's number, 1 for the last. SM4-CTR: 8 and 1, and 7 in which the
// cipher counts its blocks.
std::string ChunkCipher::nonce(uint64_t number, bool last) const {
  const bool gcm = kind_ == BackupCipher::kAes256Gcm;
  std::string out(gcm ? 3 : 0, '\0');
  ledger::append_be(out, number, 8);
  out += static_cast<char>(last ? 1 : 0);
  if (!gcm) out.append(7, '\0');
  return out;
}

bool ChunkCipher::run(int encrypt, const std::string& nonce, std::string_view in, std::string& tag,
                      std::string& out) {
  EVP_CIPHER_CTX* context = context_.get();
  const bool gcm = kind_ == BackupCipher::kAes256Gcm;
  const auto tag_size = static_cast<int>(kGcmTagBytes);
  out.resize(in.size());
  int size = 0;
  int rest = 0;
  const bool begun =
      EVP_CipherInit_ex2(context, cipher_.get(), data_of(key_.view()),
                         data_of(std::string_view(nonce)), encrypt, nullptr) == 1 &&
      (!gcm || encrypt == 1 ||
       EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, tag_size, tag.data()) == 1);
  if (!begun ||
      EVP_CipherUpdate(context, data_of(out), &size, data_of(in), static_cast<int>(in.size())) !=
          1 ||
      EVP_CipherFinal_ex(context, data_of(out) + size, &rest) != 1) {
    return false;
  }
  if (!gcm || encrypt == 0) return true;
  tag.resize(kGcmTagBytes);
  return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, tag_size, tag.data()) == 1;
}

bool ChunkCipher::authenticate(const std::string& nonce, std::string_view sealed,
                               std::string& tag) {
  std::string digest = digest_name(ledger::HashKind::kSm3);
  const std::array<OSSL_PARAM, 2> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_end()};
  const std::string_view key = key_.view().substr(kSm4KeyBytes);
  size_t size = 0;
  tag.resize(kHmacTagBytes);
  EVP_MAC_CTX* context = mac_context_.get();
  return EVP_MAC_init(context, data_of(key), key.size(), parameters.data()) == 1 &&
         EVP_MAC_update(context, data_of(std::string_view(nonce)), nonce.size()) == 1 &&
         EVP_MAC_update(context, data_of(sealed), sealed.size()) == 1 &&
         EVP_MAC_final(context, data_of(tag), &size, tag.size()) == 1 && size == tag.size();
}

Result<void> ChunkCipher::seal(uint64_t number, bool last, std::string_view plain,
                               std::string& sealed) {
  if (kind_ == BackupCipher::kNone) {
    sealed = plain;
    return {};
  }
  const std::string place = nonce(number, last);
  std::string tag;
  const bool done = run(1, place, plain, tag, sealed) &&
                    (kind_ == BackupCipher::kAes256Gcm || authenticate(place, sealed, tag));
  if (!done) return no_algorithm(std::string(cipher_name(kind_)));
  sealed += tag;
  return {};
}

Result<bool> ChunkCipher::open(uint64_t number, bool last, std::string_view sealed,
                               std::string& plain) {
  if (kind_ == BackupCipher::kNone) {
    plain = sealed;
    return true;
  }
  if (sealed.size() < tag_bytes()) return false;
  const std::string_view body = sealed.substr(0, sealed.size() - tag_bytes());
  std::string tag(sealed.substr(body.size()));
  const std::string place = nonce(number, last);
  if (kind_ == BackupCipher::kSm4CtrHmacSm3) {
    std::string expected;
    if (!authenticate(place, body, expected)) return no_algorithm("HMAC-SM3");
    if (CRYPTO_memcmp(expected.data(), tag.data(), tag.size()) != 0) return false;
  }
  return run(0, place, body, tag, plain);
}

}  // namespace dandang::store
