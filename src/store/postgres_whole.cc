#include "store/postgres_whole.h"

#include <algorithm>
#include <utility>

#include "record/joined.h"
#include "store/load.h"
#include "store/postgres_store.h"
#include "store/schema.h"

namespace dandang::store {

using record::ApplyOutcome;
using record::Catalogue;
using record::ChangeSet;
using record::ChangeSetId;
using record::ChangeSetSummary;
using record::Dataset;

Result<std::unique_ptr<record::RecordStore>> open_postgres(const std::string& address) {
  DD_ASSIGN_OR_RETURN(std::unique_ptr<PostgresConnection> connection,
                      PostgresConnection::open(address, ""));
  DD_ASSIGN_OR_RETURN(std::vector<std::string> regions, connection->regions(kSchemaVersion));
  if (regions.size() > 1) {
    return std::unique_ptr<record::RecordStore>(
        std::make_unique<PostgresWhole>(std::move(connection), std::move(regions)));
  }
  connection.reset();
  DD_ASSIGN_OR_RETURN(std::unique_ptr<PostgresStore> store, PostgresStore::open(address));
  return std::unique_ptr<record::RecordStore>(std::move(store));
}

Error PostgresWhole::only_to_read() const {
  return {
      ErrorCode::kBadUsage,
      {"这里汇总了几个地区的库，只能查看现状、判断和出报告",
       "this is the whole of several regions: it can be evaluated and reported on as it is now"},
      connection_->place(),
      {"在该地区自己的数据目录上做", "do it in the data directory of the region"}};
}

Result<void> PostgresWhole::define(const Catalogue& /*catalogue*/) {
  return {};
}

Result<ApplyOutcome> PostgresWhole::apply(const Catalogue& /*catalogue*/,
                                          const ChangeSet& /*change_set*/) {
  return only_to_read();
}

Result<ApplyOutcome> PostgresWhole::apply_stream(const Catalogue& /*catalogue*/,
                                                 const ChangeSet& /*change_set*/,
                                                 const record::VersionSource& /*source*/) {
  return only_to_read();
}

Result<ApplyOutcome> PostgresWhole::rehearse(const Catalogue& /*catalogue*/,
                                             const ChangeSet& /*change_set*/) {
  return only_to_read();
}

Result<std::vector<record::Hold>> PostgresWhole::holds(ChangeSetId /*known_at*/) {
  return only_to_read();
}

Result<std::map<size_t, int64_t>> PostgresWhole::held(
    const std::vector<record::RecordName>& /*records*/, Date /*day*/) {
  return only_to_read();
}

Result<void> PostgresWhole::withdrawn(const Catalogue& /*catalogue*/, const std::string& /*type*/,
                                      const record::KeptVisitor& /*visit*/) {
  return only_to_read();
}

Result<void> PostgresWhole::ended_versions(const std::string& /*type*/,
                                           const record::EndedVisitor& /*visit*/) {
  return only_to_read();
}

Result<std::vector<record::Tombstone>> PostgresWhole::tombstones(ChangeSetId /*change_set*/) {
  return only_to_read();
}

Result<std::vector<ChangeSetSummary>> PostgresWhole::change_sets() {
  return only_to_read();
}

Result<ChangeSetSummary> PostgresWhole::last_change_set() {
  DD_ASSIGN_OR_RETURN(
      const auto last,
      connection_->prepare(connection_->dialect().expand(
          "SELECT id, recorded_at FROM change_set WHERE @here 1 = 1 ORDER BY id DESC LIMIT 1")));
  DD_ASSIGN_OR_RETURN(const bool row, last->step());
  ChangeSetSummary out;
  if (row) {
    out.id = last->int64_at(0);
    out.recorded_at = last->text_at(1);
  }
  return out;
}

Result<std::optional<ChangeSetSummary>> PostgresWhole::change_set_at(
    const std::optional<std::string>& time) {
  if (time) return only_to_read();
  ChangeSetSummary all;
  for (const std::string& region : regions_) {
    connection_->stand_on(region);
    DD_ASSIGN_OR_RETURN(const ChangeSetSummary last, last_change_set());
    all.id += last.id;
    all.recorded_at = std::max(all.recorded_at, last.recorded_at);
  }
  return all.id == 0 ? std::optional<ChangeSetSummary>() : std::optional<ChangeSetSummary>(all);
}

Result<std::vector<record::PackageFile>> PostgresWhole::packages(ChangeSetId /*known_at*/) {
  connection_->stand_on(regions_.front());
  DD_ASSIGN_OR_RETURN(const ChangeSetSummary last, last_change_set());
  return read_packages(*connection_, last.id);
}

Result<Dataset> PostgresWhole::load(std::shared_ptr<const Catalogue> catalogue,
                                    ChangeSetId known_at) {
  std::vector<record::RegionDataset> regions;
  for (const std::string& region : regions_) {
    connection_->stand_on(region);
    DD_ASSIGN_OR_RETURN(const ChangeSetSummary last, last_change_set());
    DD_ASSIGN_OR_RETURN(Dataset data, load_dataset(*connection_, catalogue, last.id));
    regions.push_back({region, std::move(data)});
  }
  DD_ASSIGN_OR_RETURN(Dataset whole, record::join_regions(std::move(regions)));
  if (whole.known_at == known_at) return whole;
  return Error{ErrorCode::kConflict,
               {"读取期间有地区写入了新内容", "a region was written to meanwhile"},
               connection_->place(),
               {"再运行一次", "run it again"}};
}

Result<std::optional<size_t>> PostgresWhole::catch_up(Dataset& /*dataset*/,
                                                      ChangeSetId /*known_at*/) {
  return std::optional<size_t>();
}

Result<std::string> PostgresWhole::state_of(ChangeSetId /*change_set*/) {
  return only_to_read();
}

Result<std::vector<record::KeptVersion>> PostgresWhole::history(const Catalogue& /*catalogue*/,
                                                                const std::string& /*type*/,
                                                                const std::string& /*key*/) {
  return only_to_read();
}

Result<void> PostgresWhole::versions_of(const Catalogue& /*catalogue*/, ChangeSetId /*change_set*/,
                                        const record::ChangeVisitor& /*visit*/) {
  return only_to_read();
}

}  // namespace dandang::store
