#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "record/record_store.h"
#include "store/sqlite_connection.h"

namespace dandang::store {

// The embedded store: one SQLite file, write-ahead logged, every commit synced to disk.
class SqliteStore : public record::RecordStore {
 public:
  // Makes the file, readable by its owner only. kExists if there is anything at the path.
  static Result<std::unique_ptr<SqliteStore>> create(const std::string& path);
  // kNotFound without a file, kUnsoundStore if it is no store of ours, kConflict if it was made by
  // a newer dandang.
  static Result<std::unique_ptr<SqliteStore>> open(const std::string& path);

  Result<void> define(const record::Catalogue& catalogue) override;
  Result<record::ApplyOutcome> apply(const record::Catalogue& catalogue,
                                     const record::ChangeSet& change_set) override;
  Result<std::vector<record::ChangeSetSummary>> change_sets() override;
  Result<std::optional<record::ChangeSetSummary>> change_set_at(
      const std::optional<std::string>& time) override;
  Result<std::vector<record::PackageFile>> packages(record::ChangeSetId known_at) override;
  Result<record::Dataset> load(std::shared_ptr<const record::Catalogue> catalogue,
                               record::ChangeSetId known_at) override;

 private:
  explicit SqliteStore(std::unique_ptr<SqliteConnection> connection)
      : connection_(std::move(connection)) {}

  std::unique_ptr<SqliteConnection> connection_;
};

}  // namespace dandang::store
