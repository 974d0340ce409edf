#include <cstdio>
#include <filesystem>
#include <memory>
#include <utility>

#include "app/backup_files.h"
#include "app/command.h"
#include "app/folders.h"
#include "app/ledger_files.h"
#include "app/store_choice.h"
#include "app/workspace.h"
#include "ledger/bytes.h"
#include "store/backup.h"

namespace dandang::app {
namespace fs = std::filesystem;

namespace {

// A bar for each step.
class Steps {
 public:
  Steps(Text copying, Language language) : copying_(std::move(copying)), language_(language) {}

  store::BackupProgress progress() {
    return [this](store::BackupStep step, uint64_t done, uint64_t all) {
      if (bar_ == nullptr || step != step_) {
        bar_.reset();  // the bar before goes first
        bar_ = std::make_unique<Progress>(label(step).in(language_), true);
        step_ = step;
      }
      bar_->update(done, all);
    };
  }

 private:
  Text label(store::BackupStep step) const {
    if (step == store::BackupStep::kCopy) return copying_;
    return step == store::BackupStep::kVerify ? Text{"核对", "verifying"} : Text{"写出", "writing"};
  }

  Text copying_;
  Language language_;
  store::BackupStep step_ = store::BackupStep::kCopy;
  std::unique_ptr<Progress> bar_;
};

// "up to change set 17 (2026-…), ledger 17 leaves, root …, 1.1 MB, AES-256-GCM"
Text described(const store::BackupManifest& manifest) {
  const std::string number = std::to_string(manifest.change_set);
  const std::string leaves = std::to_string(manifest.leaves);
  const std::string root = ledger::to_base64(ledger::bytes_of(manifest.root));
  const std::string bytes = std::to_string(manifest.content_bytes);
  const std::string cipher(store::cipher_name(manifest.cipher));
  const bool open = manifest.cipher == store::BackupCipher::kNone;
  return {"到第 " + number + " 批（" + manifest.recorded_at + "），账本 " + leaves + " 条，根 " +
              root + "，内容 " + bytes + " 字节，" + (open ? "未加密" : "加密 " + cipher),
          "up to change set " + number + " (" + manifest.recorded_at + "), ledger of " + leaves +
              " leaves, root " + root + ", " + bytes + " bytes, " +
              (open ? "not encrypted" : "encrypted with " + cipher)};
}

Result<store::BackupManifest> back_up(const Arguments& arguments, Language language) {
  const std::string& directory = arguments.positional[0];
  store::BackupRequest request;
  DD_ASSIGN_OR_RETURN(request.path,
                      required_value(arguments, "--out",
                                     {"没有写备份到哪里", "where to write the backup is missing"}));
  DD_ASSIGN_OR_RETURN(const std::optional<store::BackupSecret> secret, backup_secret(arguments));
  if (secret) request.secret = &*secret;
  request.made_at = utc_now();
  DD_ASSIGN_OR_RETURN(const StorePlace place, store_place(directory));
  Steps steps({"复制", "copying"}, language);
  DD_ASSIGN_OR_RETURN(
      store::BackupManifest manifest,
      store::make_backup({place.address, place.file, directory}, request, steps.progress()));
  note_backup(directory, manifest);
  return manifest;
}

Result<void> refuse_used(const fs::path& directory) {
  std::error_code code;
  if (!fs::exists(directory, code)) return {};
  if (fs::is_directory(directory, code) && fs::is_empty(directory, code)) return {};
  return Error{ErrorCode::kExists,
               {"目录已经存在，而且不是空的", "the directory exists and is not empty"},
               directory.string(),
               {"换一个新目录；已有的数据不会被覆盖",
                "choose a new one; existing data is never overwritten"}};
}

Result<store::BackupManifest> restore(const Arguments& arguments, Language language) {
  DD_ASSIGN_OR_RETURN(
      const std::string into,
      required_value(arguments, "--into", {"没有写恢复到哪里", "where to restore to is missing"}));
  const fs::path directory = canonical_folder(into);
  DD_RETURN_IF_ERROR(refuse_used(directory));
  DD_ASSIGN_OR_RETURN(const StoreChoice choice, store_choice(arguments));
  DD_ASSIGN_OR_RETURN(const auto backup, open_backup(arguments.positional[0], arguments));
  Steps steps({"读取", "reading"}, language);
  DD_RETURN_IF_ERROR(store::check_backup(backup, steps.progress()));
  std::error_code code;
  const bool made = !fs::exists(directory, code);
  if (made) DD_RETURN_IF_ERROR(make_directory(directory));
  const Result<void> done = restore_store(directory.string(), choice, backup, steps.progress());
  if (done) return backup->manifest();
  // Only what was made here, and only while it is empty.
  if (made) fs::remove(directory, code);
  return done.error();
}

int print_or_fail(const Result<store::BackupManifest>& manifest, const Text& done,
                  Language language) {
  if (!manifest) return fail(manifest.error(), language);
  std::printf("%s%s%s\n", done.in(language).c_str(), language == Language::kChinese ? "：" : ": ",
              described(*manifest).in(language).c_str());
  return kDone;
}

}  // namespace

int run_backup(const Words& words, Language language) {
  const CommandShape shape{"backup DIR --out FILE [--passphrase-file FILE | --key-file FILE]",
                           1,
                           1,
                           {"--out", "--passphrase-file", "--key-file"},
                           {},
                           {}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const std::string path = arguments->value("--out");
  return print_or_fail(back_up(*arguments, language), {"已备份到 " + path, "backed up to " + path},
                       language);
}

int run_restore(const Words& words, Language language) {
  const CommandShape shape{
      "restore FILE --into DIR [--passphrase-file FILE | --key-file FILE] [--store "
      "sqlite|postgresql://…] [--region CODE]",
      1,
      1,
      {"--into", "--passphrase-file", "--key-file", "--store", "--region"},
      {},
      {}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const std::string into = arguments->value("--into");
  return print_or_fail(restore(*arguments, language),
                       {"已核对并恢复到 " + into, "verified and restored to " + into}, language);
}

}  // namespace dandang::app
