#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "store/backup_file.h"
#include "store/ledger_check.h"

// A store as one file, and back (docs/backup.md). The file's content is a SQLite file without free
// pages, whatever database the store is in.
namespace dandang::store {

enum class BackupStep { kCopy, kVerify, kWrite };
using BackupProgress = std::function<void(BackupStep step, uint64_t done, uint64_t all)>;

// What is backed up.
struct BackupOrigin {
  std::string address;  // PostgreSQL; empty: the file
  std::string file;
  std::string folder;  // where the copy lies, without a name, until it is written out
};

struct BackupRequest {
  std::string path;                      // of the file to be made
  std::string made_at;                   // UTC, YYYY-MM-DDTHH:MM:SSZ
  const BackupSecret* secret = nullptr;  // null: not encrypted
};

// A new file with the store as it is after one change set; others write meanwhile. kUnsoundStore
// where the copy is not what its ledger says: such a backup could not be restored.
Result<BackupManifest> make_backup(const BackupOrigin& origin, const BackupRequest& request,
                                   const BackupProgress& progress);

// Reads the whole backup, and holds it against its manifest and the whole ledger against the
// records. kUnsoundStore where the file was altered or the store in it
// is not sound.
Result<void> check_backup(const std::shared_ptr<BackupFile>& backup,
                          const BackupProgress& progress);

// To a new SQLite file. check_backup comes before.
Result<void> restore_to_sqlite(BackupFile& backup, const std::string& path,
                               const BackupProgress& progress);
// To an empty database of PostgreSQL, in one transaction that ends with the check of the ledger.
Result<void> restore_to_postgres(const std::shared_ptr<BackupFile>& backup,
                                 const std::string& address, const std::string& region,
                                 const BackupProgress& progress);

}  // namespace dandang::store
