#include "store/sql_store.h"

#include "store/apply.h"
#include "store/catch_up.h"
#include "store/deletion.h"
#include "store/history.h"
#include "store/hold.h"
#include "store/load.h"
#include "store/record_names.h"
#include "store/schema.h"

namespace dandang::store {

using record::ApplyOutcome;
using record::Catalogue;
using record::ChangeSet;
using record::ChangeSetId;
using record::ChangeSetSummary;
using record::Dataset;
using record::PackageFile;

namespace {

constexpr const char* kSummaryColumns = "SELECT id, recorded_at, author, reason, basis";

ChangeSetSummary summary_at(const SqlRow& row) {
  return {row.int64_at(0), std::string(row.text_at(1)), std::string(row.text_at(2)),
          std::string(row.text_at(3)), std::string(row.text_at(4))};
}

}  // namespace

Result<void> SqlStore::define(const Catalogue& catalogue) {
  return define_types(*connection_, catalogue);
}

Result<ApplyOutcome> SqlStore::apply(const Catalogue& catalogue, const ChangeSet& change_set) {
  return apply_with(catalogue, change_set, nullptr, &ledger_);
}

Result<ApplyOutcome> SqlStore::apply_stream(const Catalogue& catalogue, const ChangeSet& change_set,
                                            const record::VersionSource& source) {
  return apply_with(catalogue, change_set, source, &ledger_);
}

Result<ApplyOutcome> SqlStore::apply_with(const Catalogue& catalogue, const ChangeSet& change_set,
                                          const record::VersionSource& source, LeafWriter* leaf) {
  DD_ASSIGN_OR_RETURN(SqlTransaction transaction,
                      SqlTransaction::begin(*connection_, SqlConnection::Begin::kWrite));
  DD_ASSIGN_OR_RETURN(ApplyOutcome outcome,
                      write_change_set(*connection_, catalogue, change_set, source, leaf));
  DD_RETURN_IF_ERROR(transaction.commit());
  if (outcome.deleted > 0) {
    // The deletion stands, whatever becomes of the bytes: they are tried again.
    const Result<bool> erased = finish_erasure(*connection_);
    outcome.erasure_pending = !erased.has_value() || !*erased;
  }
  return outcome;
}

Result<ApplyOutcome> SqlStore::rehearse(const Catalogue& catalogue, const ChangeSet& change_set) {
  DD_ASSIGN_OR_RETURN(SqlTransaction transaction,
                      SqlTransaction::begin(*connection_, SqlConnection::Begin::kWrite));
  return write_change_set(*connection_, catalogue, change_set, nullptr, nullptr);
}

Result<std::vector<Result<ApplyOutcome>>> SqlStore::write_group(
    const std::vector<GroupItem>& items) {
  DD_ASSIGN_OR_RETURN(SqlTransaction transaction,
                      SqlTransaction::begin(*connection_, SqlConnection::Begin::kWrite));
  std::vector<Result<ApplyOutcome>> outcomes;
  for (const GroupItem& item : items) {
    DD_RETURN_IF_ERROR(connection_->execute("SAVEPOINT item"));
    outcomes.push_back(
        write_change_set(*connection_, *item.catalogue, *item.change_set, nullptr, &ledger_));
    const char* end = outcomes.back().has_value() ? "RELEASE SAVEPOINT item"
                                                  : "ROLLBACK TO SAVEPOINT item;"
                                                    "RELEASE SAVEPOINT item";
    DD_RETURN_IF_ERROR(connection_->execute(end));
  }
  DD_RETURN_IF_ERROR(transaction.commit());
  return outcomes;
}

std::vector<Result<ApplyOutcome>> SqlStore::apply_group(const std::vector<GroupItem>& items) {
  Result<std::vector<Result<ApplyOutcome>>> written = write_group(items);
  if (written.has_value()) return std::move(written).value();
  // Nothing of it is on disk, whatever was said of each before.
  return std::vector<Result<ApplyOutcome>>(items.size(), written.error());
}

Result<std::vector<ChangeSetSummary>> SqlStore::change_sets() {
  DD_ASSIGN_OR_RETURN(
      const auto statement,
      connection_->prepare(kSummaryColumns +
                           connection_->dialect().expand(" FROM change_set WHERE @here 1 = 1"
                                                         " ORDER BY id")));
  std::vector<ChangeSetSummary> summaries;
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, statement->step());
    if (!row) return summaries;
    summaries.push_back(summary_at(*statement));
  }
}

Result<std::optional<ChangeSetSummary>> SqlStore::change_set_at(
    const std::optional<std::string>& time) {
  if (time && !is_utc_time(*time)) {
    return Error{ErrorCode::kBadInput,
                 {"“" + *time + "”不是 YYYY-MM-DDTHH:MM:SSZ 形式的时间",
                  "\"" + *time + "\" is not a time written YYYY-MM-DDTHH:MM:SSZ"},
                 "",
                 {"改用 2025-03-24T08:00:00Z 这样的写法", "write it like 2025-03-24T08:00:00Z"}};
  }
  // Times never go backwards, so the last in time is the last by id.
  DD_ASSIGN_OR_RETURN(
      const auto statement,
      connection_->prepare(kSummaryColumns + connection_->dialect().expand(
                                                 " FROM change_set WHERE @here recorded_at <= $1"
                                                 " ORDER BY id DESC LIMIT 1")));
  // After every time written YYYY-…
  statement->bind(1, time ? std::string_view(*time) : ":");
  DD_ASSIGN_OR_RETURN(const bool row, statement->step());
  if (!row) return std::optional<ChangeSetSummary>();
  return std::optional<ChangeSetSummary>(summary_at(*statement));
}

Result<std::vector<PackageFile>> SqlStore::packages(ChangeSetId known_at) {
  return read_packages(*connection_, known_at);
}

Result<Dataset> SqlStore::load(std::shared_ptr<const Catalogue> catalogue, ChangeSetId known_at) {
  return load_dataset(*connection_, std::move(catalogue), known_at);
}

Result<std::optional<size_t>> SqlStore::catch_up(Dataset& dataset, ChangeSetId known_at) {
  return catch_up_dataset(*connection_, dataset, known_at);
}

Result<std::string> SqlStore::state_of(ChangeSetId change_set) {
  return read_state_of(*connection_, change_set);
}

Result<std::vector<record::KeptVersion>> SqlStore::history(const Catalogue& catalogue,
                                                           const std::string& type,
                                                           const std::string& key) {
  return read_history(*connection_, catalogue, type, key);
}

Result<void> SqlStore::versions_of(const Catalogue& catalogue, ChangeSetId change_set,
                                   const record::ChangeVisitor& visit) {
  return read_versions_of(*connection_, catalogue, change_set, visit);
}

Result<std::vector<record::Hold>> SqlStore::holds(ChangeSetId known_at) {
  return read_holds(*connection_, known_at);
}

Result<std::map<size_t, int64_t>> SqlStore::held(const std::vector<record::RecordName>& records,
                                                 Date day) {
  DD_ASSIGN_OR_RETURN(SqlTransaction transaction,
                      SqlTransaction::begin(*connection_, SqlConnection::Begin::kRead));
  std::map<std::string, std::vector<size_t>> by_type;
  for (size_t i = 0; i < records.size(); ++i) by_type[records[i].type].push_back(i);
  std::vector<RecordId> ids(records.size());
  for (const auto& [type, places] : by_type) {
    std::vector<std::string> keys;
    for (const size_t place : places) keys.push_back(records[place].key);
    DD_ASSIGN_OR_RETURN(const std::vector<int64_t> found, find_records(*connection_, type, keys));
    for (size_t i = 0; i < places.size(); ++i) ids[places[i]] = {type, found[i]};
  }
  return held_records(*connection_, ids, day);
}

Result<void> SqlStore::withdrawn(const Catalogue& catalogue, const std::string& type,
                                 const record::KeptVisitor& visit) {
  return read_withdrawn(*connection_, catalogue, type, visit);
}

Result<void> SqlStore::ended_versions(const std::string& type, const record::EndedVisitor& visit) {
  return read_ended(*connection_, type, visit);
}

Result<std::vector<record::Tombstone>> SqlStore::tombstones(ChangeSetId change_set) {
  return read_tombstones(*connection_, change_set);
}

}  // namespace dandang::store
