#include "store/backup_manifest.h"

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"
#include "ledger/commitment.h"
#include "store/backup_cipher.h"

namespace dandang::store {

namespace {

constexpr std::string_view kFormat = "dandang-backup/";
constexpr std::string_view kFirstLine = "dandang-backup/1";
constexpr std::string_view kNone = "none";
constexpr std::string_view kKeyFile = "file";
constexpr std::string_view kScrypt = "scrypt 17 8 1";  // log2 N, r, p: backup_cipher.cc

constexpr std::array<BackupCipher, 3> kCiphers = {BackupCipher::kNone, BackupCipher::kAes256Gcm,
                                                  BackupCipher::kSm4CtrHmacSm3};

std::string_view key_words(BackupKeyKind kind) {
  if (kind == BackupKeyKind::kFile) return kKeyFile;
  return kind == BackupKeyKind::kPassphrase ? kScrypt : kNone;
}

std::string line(std::string_view name, const std::vector<std::string_view>& values) {
  std::string out(name);
  for (const std::string_view value : values) out.append(" ").append(value);
  return out + "\n";
}

Error damaged(const std::string& place) {
  return {ErrorCode::kUnsoundStore,
          {"备份文件的开头已损坏", "the head of the backup is damaged"},
          place,
          {"换一份备份", "take another backup"}};
}

// The values of the lines, in order; each line must have the name expected.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  // The words behind the name; empty for another line, which to_text() then shows.
  std::vector<std::string> take(std::string_view name) {
    const std::optional<std::string_view> found = ledger::take_line(rest_);
    if (!found) return {};
    std::vector<std::string> words = split(*found, ' ');
    if (words.front() != name) return {};
    words.erase(words.begin());
    return words;
  }
  uint64_t take_number(std::string_view name) { return number(take(name), 0); }
  static uint64_t number(const std::vector<std::string>& words, size_t place) {
    if (place >= words.size()) return 0;
    return ledger::from_decimal(words[place], INT64_MAX).value_or(0);
  }
  static std::string text(const std::vector<std::string>& words, size_t place) {
    return place < words.size() ? words[place] : "";
  }

 private:
  std::string_view rest_;
};

ledger::Hash hash_of(const std::optional<std::string>& bytes) {
  if (!bytes) return {};
  return ledger::to_hash(*bytes).value_or(ledger::Hash{});
}

BackupManifest parse(std::string_view text) {
  BackupManifest out;
  Lines lines(text);
  lines.take(kFirstLine);
  out.schema_version = static_cast<int64_t>(lines.take_number("schema"));
  out.change_set = static_cast<int64_t>(lines.take_number("change-set"));
  out.recorded_at = Lines::text(lines.take("recorded"), 0);
  out.made_at = Lines::text(lines.take("made"), 0);
  if (Lines::text(lines.take("hash"), 0) == ledger::hash_name(ledger::HashKind::kSm3)) {
    out.hash = ledger::HashKind::kSm3;
  }
  const std::vector<std::string> log = lines.take("ledger");
  out.leaves = Lines::number(log, 0);
  out.root = hash_of(ledger::from_base64(Lines::text(log, 1)));
  const std::vector<std::string> content = lines.take("content");
  out.content_bytes = Lines::number(content, 0);
  out.content_hash = hash_of(ledger::from_base64(Lines::text(content, 1)));
  const std::string cipher = Lines::text(lines.take("encryption"), 0);
  for (const BackupCipher known : kCiphers) {
    if (cipher_name(known) == cipher) out.cipher = known;
  }
  const std::string key = join(lines.take("key"), " ");
  if (key == kKeyFile) out.key = BackupKeyKind::kFile;
  if (key == kScrypt) out.key = BackupKeyKind::kPassphrase;
  out.salt = ledger::from_base64(Lines::text(lines.take("salt"), 0)).value_or("");
  out.key_check = ledger::from_base64(Lines::text(lines.take("check"), 0)).value_or("");
  return out;
}

}  // namespace

std::string_view cipher_name(BackupCipher cipher) {
  if (cipher == BackupCipher::kAes256Gcm) return "AES-256-GCM";
  return cipher == BackupCipher::kSm4CtrHmacSm3 ? "SM4-CTR+HMAC-SM3" : kNone;
}

BackupCipher cipher_for(ledger::HashKind hash) {
  return hash == ledger::HashKind::kSm3 ? BackupCipher::kSm4CtrHmacSm3 : BackupCipher::kAes256Gcm;
}

bool begins_backup(std::string_view bytes) {
  return bytes.starts_with(kFormat);
}

std::string BackupManifest::to_text() const {
  const auto number = [](auto value) { return std::to_string(value); };
  std::string out = line(kFirstLine, {});
  out += line("schema", {number(schema_version)});
  out += line("change-set", {number(change_set)});
  out += line("recorded", {recorded_at});
  out += line("made", {made_at});
  out += line("hash", {ledger::hash_name(hash)});
  out += line("ledger", {number(leaves), ledger::to_base64(ledger::bytes_of(root))});
  out +=
      line("content", {number(content_bytes), ledger::to_base64(ledger::bytes_of(content_hash))});
  out += line("encryption", {cipher_name(cipher)});
  out += line("key", {key_words(key)});
  out += line("salt", {ledger::to_base64(salt)});
  out += line("check", {ledger::to_base64(key_check)});
  out += line("head", {ledger::to_base64(ledger::bytes_of(hash_of_bytes(hash, out)))});
  return out + "\n";
}

Result<ReadManifest> read_backup_manifest(std::string_view bytes, const std::string& place) {
  if (!begins_backup(bytes)) {
    return Error{ErrorCode::kBadInput,
                 {"这不是担当的备份文件", "this is not a backup of dandang"},
                 place,
                 {"检查路径", "check the path"}};
  }
  if (!bytes.starts_with(std::string(kFirstLine) + "\n")) {
    return Error{ErrorCode::kConflict,
                 {"这份备份的格式本程序不认识", "this program does not know the backup's format"},
                 place,
                 {"用写出它的那个或更新的版本", "use the dandang that made it, or a newer one"}};
  }
  const size_t end = bytes.substr(0, BackupManifest::kMaxBytes).find("\n\n");
  if (end == std::string_view::npos) return damaged(place);
  const std::string_view text = bytes.substr(0, end + 2);
  ReadManifest out{parse(text), text.size()};
  // One manifest has one text: whatever else stands there is not ours.
  if (out.manifest.to_text() != text) return damaged(place);
  return out;
}

}  // namespace dandang::store
