#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "record/record_store.h"
#include "store/postgres_connection.h"

namespace dandang::store {

// The store at the address: of one region, or the whole of several.
Result<std::unique_ptr<record::RecordStore>> open_postgres(const std::string& address);

// Several regions read through one database, whose tables are partitioned by region and whose
// partitions may lie on other servers (scripts/postgres_whole.sql, docs/decisions/0013). Read only,
// and of the present only: a region is written, undone, verified and looked back at where it lies.
class PostgresWhole : public record::RecordStore {
 public:
  PostgresWhole(std::unique_ptr<PostgresConnection> connection, std::vector<std::string> regions)
      : connection_(std::move(connection)), regions_(std::move(regions)) {}

  // Nothing to make: the types are those the regions have.
  Result<void> define(const record::Catalogue& catalogue) override;
  Result<record::ApplyOutcome> apply(const record::Catalogue& catalogue,
                                     const record::ChangeSet& change_set) override;
  Result<record::ApplyOutcome> apply_stream(const record::Catalogue& catalogue,
                                            const record::ChangeSet& change_set,
                                            const record::VersionSource& source) override;
  Result<std::vector<record::ChangeSetSummary>> change_sets() override;
  // Of all regions together: the sum of their last change sets, and the latest time.
  Result<std::optional<record::ChangeSetSummary>> change_set_at(
      const std::optional<std::string>& time) override;
  // Those of the first region; load() sees to it that the others have the same.
  Result<std::vector<record::PackageFile>> packages(record::ChangeSetId known_at) override;
  // record::join_regions. kConflict also where a region was written to since `known_at` was asked.
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
  // A region's own directory answers these.
  Result<record::ApplyOutcome> rehearse(const record::Catalogue& catalogue,
                                        const record::ChangeSet& change_set) override;
  Result<std::vector<record::Hold>> holds(record::ChangeSetId known_at) override;
  Result<std::map<size_t, int64_t>> held(const std::vector<record::RecordName>& records,
                                         Date day) override;
  Result<void> withdrawn(const record::Catalogue& catalogue, const std::string& type,
                         const record::KeptVisitor& visit) override;
  Result<void> ended_versions(const std::string& type, const record::EndedVisitor& visit) override;
  Result<std::vector<record::Tombstone>> tombstones(record::ChangeSetId change_set) override;

 private:
  Error only_to_read() const;
  // The last change set of the region the connection stands on; 0: none.
  Result<record::ChangeSetSummary> last_change_set();

  std::unique_ptr<PostgresConnection> connection_;
  std::vector<std::string> regions_;
};

}  // namespace dandang::store
