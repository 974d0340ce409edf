#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/arguments.h"
#include "base/result.h"
#include "store/backup_file.h"

namespace dandang::app {

// What --key-file or --passphrase-file names; no value: neither was given.
Result<std::optional<store::BackupSecret>> backup_secret(const Arguments& arguments);

// Whether the file says that it is a backup.
bool is_backup(const std::string& path);
Result<std::shared_ptr<store::BackupFile>> open_backup(const std::string& path,
                                                       const Arguments& arguments);

// What the directory keeps of the last backup made of it: its manifest's text. It is a note, for
// `doctor`; nothing rests on it.
std::string last_backup_path(const std::string& directory);
void note_backup(const std::string& directory, const store::BackupManifest& manifest);
// No value: none is noted, or not legibly.
std::optional<store::BackupManifest> noted_backup(const std::string& directory);

}  // namespace dandang::app
