#include "app/ledger_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

#include "app/workspace.h"
#include "ledger/key_file.h"

namespace dandang::app {
namespace fs = std::filesystem;

namespace {

constexpr size_t kMaxKeyFileBytes = size_t{256} * 1024;

Error file_error(const std::string& path, const Text& what) {
  return {errno == EEXIST ? ErrorCode::kExists : ErrorCode::kIo,
          what,
          path,
          {std::strerror(errno), std::strerror(errno)}};
}

}  // namespace

Result<store::LedgerReader> open_ledger(const std::string& path) {
  std::error_code code;
  if (fs::is_regular_file(path, code)) return store::LedgerReader::open_sqlite(path);
  DD_ASSIGN_OR_RETURN(const StorePlace place, store_place(path));
  if (!place.address.empty()) return store::LedgerReader::open_postgres(place.address);
  return store::LedgerReader::open_sqlite(place.file);
}

Result<std::string> read_small_file(const std::string& path, size_t limit) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes(limit + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!in.eof() || in.bad()) {
    if (in.gcount() == static_cast<std::streamsize>(bytes.size())) {
      return Error{ErrorCode::kLimit,
                   {"文件超过 " + std::to_string(limit) + " 字节",
                    "the file has more than " + std::to_string(limit) + " bytes"},
                   path,
                   {"检查是不是给错了文件", "check that it is the right file"}};
    }
    return Error{ErrorCode::kNotFound,
                 {"读不了文件", "the file cannot be read"},
                 path,
                 {"检查路径和权限", "check the path and permissions"}};
  }
  bytes.resize(static_cast<size_t>(in.gcount()));
  return bytes;
}

Result<void> write_new_file(const std::string& path, const std::string& bytes) {
  const Text what{"写不了文件", "the file cannot be written"};
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (file < 0) return file_error(path, what);
  const bool written =
      ::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
      ::fsync(file) == 0;
  const Error error = file_error(path, what);
  ::close(file);
  if (written) return {};
  ::unlink(path.c_str());
  return error;
}

std::string public_key_path(const std::string& path) {
  return path + ".pub";
}

Result<ledger::SigningKey> read_signing_key(const std::string& path) {
  DD_ASSIGN_OR_RETURN(const std::string text,
                      read_small_file(public_key_path(path), kMaxKeyFileBytes));
  DD_ASSIGN_OR_RETURN(const std::vector<ledger::VerifierKey> keys,
                      ledger::parse_verifier_keys(text));
  const Error misfit{
      ErrorCode::kBadInput,
      {"公钥文件与私钥不是一对", "the public key's file is not that of this key"},
      public_key_path(path),
      {"把 key new 写出的两个文件放在一起", "keep the two files of key new side by side"}};
  if (keys.size() != 1) return misfit;
  DD_ASSIGN_OR_RETURN(ledger::SigningKey key, ledger::read_private_key(path, keys.front().name()));
  if (key.verifier().to_string() != keys.front().to_string()) return misfit;
  return key;
}

Result<std::vector<ledger::VerifierKey>> read_verifier_keys(const Arguments& arguments,
                                                            const std::string& option) {
  std::vector<ledger::VerifierKey> keys;
  for (const std::string& path : arguments.list(option)) {
    DD_ASSIGN_OR_RETURN(const std::string text, read_small_file(path, kMaxKeyFileBytes));
    DD_ASSIGN_OR_RETURN(std::vector<ledger::VerifierKey> more, ledger::parse_verifier_keys(text));
    for (ledger::VerifierKey& key : more) keys.push_back(std::move(key));
  }
  return keys;
}

Result<ledger::SignedCheckpoint> read_checkpoint(const std::string& path) {
  DD_ASSIGN_OR_RETURN(const std::string bytes, read_small_file(path, ledger::kMaxNoteBytes));
  return ledger::parse_signed_checkpoint(bytes);
}

Result<std::string> required_value(const Arguments& arguments, const std::string& option,
                                   const Text& why) {
  if (arguments.has(option)) return arguments.value(option);
  return Error{ErrorCode::kBadUsage, why, option, {"补上 " + option, "add " + option}};
}

}  // namespace dandang::app
