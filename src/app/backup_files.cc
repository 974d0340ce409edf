#include "app/backup_files.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

namespace dandang::app {
namespace fs = std::filesystem;

Result<std::optional<store::BackupSecret>> backup_secret(const Arguments& arguments) {
  const bool by_key = arguments.has("--key-file");
  if (by_key && arguments.has("--passphrase-file")) {
    return Error{ErrorCode::kBadUsage,
                 {"密钥文件与口令文件只能给一个", "give a key file or a passphrase file, not both"},
                 "--passphrase-file",
                 {"去掉其中一个", "leave one of them out"}};
  }
  if (!by_key && !arguments.has("--passphrase-file")) return std::optional<store::BackupSecret>();
  DD_ASSIGN_OR_RETURN(
      store::BackupSecret secret,
      by_key ? store::BackupSecret::from_key_file(arguments.value("--key-file"))
             : store::BackupSecret::from_passphrase_file(arguments.value("--passphrase-file")));
  return std::optional<store::BackupSecret>(std::move(secret));
}

bool is_backup(const std::string& path) {
  std::error_code code;
  if (!fs::is_regular_file(path, code)) return false;
  std::string bytes(store::BackupManifest::kMaxBytes, '\0');
  std::ifstream in(path, std::ios::binary);
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<size_t>(in.gcount()));
  return store::begins_backup(bytes);
}

Result<std::shared_ptr<store::BackupFile>> open_backup(const std::string& path,
                                                       const Arguments& arguments) {
  DD_ASSIGN_OR_RETURN(const std::optional<store::BackupSecret> secret, backup_secret(arguments));
  DD_ASSIGN_OR_RETURN(auto file, store::BackupFile::open(path, secret ? &*secret : nullptr));
  return std::shared_ptr<store::BackupFile>(std::move(file));
}

std::string last_backup_path(const std::string& directory) {
  return (fs::path(directory) / "last-backup").string();
}

void note_backup(const std::string& directory, const store::BackupManifest& manifest) {
  const std::string path = last_backup_path(directory);
  const std::string partial = path + ".partial";
  std::ofstream out(partial, std::ios::binary | std::ios::trunc);
  out << manifest.to_text();
  out.close();
  std::error_code code;
  fs::permissions(partial, fs::perms::owner_read | fs::perms::owner_write, code);
  if (out && !code) fs::rename(partial, path, code);
  if (!out || code) fs::remove(partial, code);
}

std::optional<store::BackupManifest> noted_backup(const std::string& directory) {
  std::ifstream in(last_backup_path(directory), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  auto read = store::read_backup_manifest(text, directory);
  if (!read) return std::nullopt;
  return std::move(read->manifest);
}

}  // namespace dandang::app
