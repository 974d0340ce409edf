#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "record/record_store.h"
#include "store/ledger_writer.h"
#include "store/sql_connection.h"

namespace dandang::store {

// One of several change sets committed together.
struct GroupItem {
  const record::Catalogue* catalogue = nullptr;
  const record::ChangeSet* change_set = nullptr;
};

// The storage port over a connection, the same for every database.
class SqlStore : public record::RecordStore {
 public:
  explicit SqlStore(std::unique_ptr<SqlConnection> connection)
      : connection_(std::move(connection)) {}

  Result<void> define(const record::Catalogue& catalogue) override;
  Result<record::ApplyOutcome> apply(const record::Catalogue& catalogue,
                                     const record::ChangeSet& change_set) override;
  Result<record::ApplyOutcome> apply_stream(const record::Catalogue& catalogue,
                                            const record::ChangeSet& change_set,
                                            const record::VersionSource& source) override;
  // As apply_stream, with `leaf` in the place of the store's own ledger; may be null.
  Result<record::ApplyOutcome> apply_with(const record::Catalogue& catalogue,
                                          const record::ChangeSet& change_set,
                                          const record::VersionSource& source, LeafWriter* leaf);
  // One transaction and one sync for all; one that fails takes no other with it. An outcome an
  // item, in order, once all are on disk.
  std::vector<Result<record::ApplyOutcome>> apply_group(const std::vector<GroupItem>& items);
  Result<record::ApplyOutcome> rehearse(const record::Catalogue& catalogue,
                                        const record::ChangeSet& change_set) override;

  Result<std::vector<record::ChangeSetSummary>> change_sets() override;
  Result<std::optional<record::ChangeSetSummary>> change_set_at(
      const std::optional<std::string>& time) override;
  Result<std::vector<record::PackageFile>> packages(record::ChangeSetId known_at) override;
  Result<record::Dataset> load(std::shared_ptr<const record::Catalogue> catalogue,
                               record::ChangeSetId known_at) override;
  Result<std::optional<size_t>> catch_up(record::Dataset& dataset,
                                         record::ChangeSetId known_at) override;
  Result<std::string> state_of(record::ChangeSetId change_set) override;
  Result<std::vector<record::KeptVersion>> history(const record::Catalogue& catalogue,
                                                   const std::string& type,
                                                   const std::string& key) override;
  Result<void> versions_of(const record::Catalogue& catalogue, record::ChangeSetId change_set,
                           const record::ChangeVisitor& visit) override;
  Result<std::vector<record::Hold>> holds(record::ChangeSetId known_at) override;
  Result<std::map<size_t, int64_t>> held(const std::vector<record::RecordName>& records,
                                         Date day) override;
  Result<void> withdrawn(const record::Catalogue& catalogue, const std::string& type,
                         const record::KeptVisitor& visit) override;
  Result<void> ended_versions(const std::string& type, const record::EndedVisitor& visit) override;
  Result<std::vector<record::Tombstone>> tombstones(record::ChangeSetId change_set) override;

 private:
  Result<std::vector<Result<record::ApplyOutcome>>> write_group(
      const std::vector<GroupItem>& items);

  std::unique_ptr<SqlConnection> connection_;
  LedgerLeafWriter ledger_;
};

}  // namespace dandang::store
