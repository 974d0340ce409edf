#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "ledger/hasher.h"
#include "policy/package.h"
#include "record/dataset.h"
#include "record/record_store.h"
#include "store/backup.h"

namespace dandang::app {

// A data directory opened: its store, the packages in force as known at a change set, the records.
struct Workspace {
  std::unique_ptr<record::RecordStore> store;
  std::unique_ptr<policy::PolicySet> policy;
  std::unique_ptr<record::Dataset> data;
};

// Where the records of a data directory lie.
struct StoreChoice {
  std::string address;  // postgresql://…, without a password; empty: SQLite in the directory
  std::string region;   // leads every key on PostgreSQL
  ledger::HashKind hash = ledger::HashKind::kSha256;  // of the ledger, for good
};

// On PostgreSQL the directory keeps a file that names the address.
Result<std::unique_ptr<record::RecordStore>> create_store(const std::string& directory,
                                                          const StoreChoice& choice);
// Fills an empty directory from a backup, which was checked before (store/backup.h).
Result<void> restore_store(const std::string& directory, const StoreChoice& choice,
                           const std::shared_ptr<store::BackupFile>& backup,
                           const store::BackupProgress& progress);
// Where the records of a data directory are; kNotFound where it is none.
struct StorePlace {
  std::string address;  // PostgreSQL; empty: the file
  std::string file;
};
Result<StorePlace> store_place(const std::string& directory);
// One text for one place, however the directory was written.
std::string place_text(const StorePlace& place);
Result<std::unique_ptr<record::RecordStore>> open_store(const std::string& directory);
// To look at and leave as it is: nothing is brought up to date.
Result<std::unique_ptr<record::RecordStore>> open_store_to_read(const StorePlace& place);

// Opens the directory as known at the time (UTC); without a time, at the last change set.
Result<Workspace> open_workspace(const std::string& directory,
                                 const std::optional<std::string>& known_at);

// UTC now, as change sets are stamped. The only clock of the program.
std::string utc_now();
Date today();
// Who runs the command: --by, else the account.
std::string author_or_account(const std::string& given);
// "2026-06-30" or "2026-06-30T12:00:00Z"; a day alone means its end.
Result<std::optional<std::string>> known_at_time(const std::string& text);

}  // namespace dandang::app
