#include "store/history.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "base/date.h"
#include "store/dataset_parts.h"
#include "store/deletion.h"
#include "store/record_names.h"
#include "store/schema.h"

namespace dandang::store {

namespace {

using record::Catalogue;
using record::ChangeSetId;
using record::ChangeSetSummary;
using record::ChangeVisitor;
using record::Field;
using record::FieldKind;
using record::KeptVersion;
using record::NewVersion;
using record::RecordChange;
using record::RecordType;
using record::Source;

// Versions shown at once by versions_of; bounds what it holds.
constexpr int64_t kVersionsAtOnce = 2'000;

// A version as its row says, its refs still entity ids.
struct Row {
  NewVersion version;
  int64_t record = 0;
  int64_t version_id = 0;
  ChangeSetId recorded_in = 0;
  ChangeSetId superseded_in = 0;  // 0: current
  int64_t source = 0;
  std::vector<int64_t> refs;  // one a field; 0: blank, or no ref
};

std::optional<Date> day_at(const SqlRow& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return Date::from_days(static_cast<int32_t>(row.int64_at(column)));
}

// One type's versions, read by what finds them.
class VersionReader {
 public:
  static Result<std::unique_ptr<VersionReader>> make(SqlConnection& connection,
                                                     const RecordType& type) {
    DD_ASSIGN_OR_RETURN(const std::optional<StoredType> stored, stored_type(connection, type.name));
    std::unique_ptr<VersionReader> reader(new VersionReader(connection, type));
    if (!stored) return reader;
    reader->stored_ = true;
    DD_ASSIGN_OR_RETURN(const std::string fields,
                        select_fields(connection.dialect(), type, *stored));
    reader->columns_ =
        "record, version_id, recorded_in, superseded_in, key, valid_from, valid_to,"
        " valid_assumed, source, source_row" +
        fields;
    return reader;
  }

  // Whether the store knows the type at all.
  bool stored() const { return stored_; }
  const std::string& table() const { return table_; }

  // All rows whose `column` is one of the ids and that meet the condition, in order of version.
  Result<std::vector<Row>> read(const std::string& column, const std::vector<int64_t>& ids,
                                const std::string& condition = "") {
    std::map<int64_t, Row> rows;
    const SqlLookup lookup{table_, columns_, column, condition};
    DD_RETURN_IF_ERROR(
        connection_.look_up(lookup, ids, [&](size_t, const SqlRow& found) -> Result<void> {
          DD_ASSIGN_OR_RETURN(Row row, row_at(found));
          const int64_t id = row.version_id;
          rows.emplace(id, std::move(row));
          return {};
        }));
    std::vector<Row> out;
    for (auto& [id, row] : rows) out.push_back(std::move(row));
    DD_RETURN_IF_ERROR(name_refs(out));
    DD_RETURN_IF_ERROR(name_sources(out));
    return out;
  }

 private:
  VersionReader(SqlConnection& connection, const RecordType& type)
      : connection_(connection),
        type_(type),
        table_(record_table(connection.dialect(), type.name)) {}

  Result<Row> row_at(const SqlRow& found) const {
    Row row;
    row.record = found.int64_at(0);
    row.version_id = found.int64_at(1);
    row.recorded_in = found.int64_at(2);
    row.superseded_in = found.int64_at(3);
    row.version.type = type_.name;
    row.version.key = found.text_at(4);
    row.version.valid_from = day_at(found, 5);
    row.version.valid_to = day_at(found, 6);
    row.version.valid_assumed = found.int64_at(7) != 0;
    row.source = found.int64_at(8);
    row.version.source.row = static_cast<int>(found.int64_at(9));
    row.refs.resize(type_.fields.size());
    for (size_t f = 0; f < type_.fields.size(); ++f) {
      const int column = static_cast<int>(f) + 10;
      if (type_.fields[f].kind == FieldKind::kRef) {
        row.refs[f] = found.int64_at(column);
        row.version.cells.emplace_back();
      } else {
        DD_ASSIGN_OR_RETURN(Cell cell, stored_cell(connection_, found, column, type_.fields[f]));
        row.version.cells.push_back(std::move(cell));
      }
    }
    return row;
  }

  // Entity ids of refs to the keys of the records they mean.
  Result<void> name_refs(std::vector<Row>& rows) {
    for (size_t f = 0; f < type_.fields.size(); ++f) {
      const Field& field = type_.fields[f];
      if (field.kind != FieldKind::kRef) continue;
      std::map<int64_t, std::string> keys;
      for (const Row& row : rows) {
        if (row.refs[f] != 0) keys.try_emplace(row.refs[f]);
      }
      DD_RETURN_IF_ERROR(
          find_texts(record_table(connection_.dialect(), field.ref_type), "key", "record", keys));
      for (Row& row : rows) {
        if (row.refs[f] == 0) continue;
        const std::string& key = keys.at(row.refs[f]);
        if (key.empty()) {
          return leads_nowhere(connection_, type_, field);
        }
        row.version.cells[f] = key;
      }
    }
    return {};
  }

  Result<void> name_sources(std::vector<Row>& rows) {
    std::map<int64_t, std::string> files;
    for (const Row& row : rows) {
      if (row.source != 0) files.try_emplace(row.source);
    }
    std::map<int64_t, std::string> sheets = files;
    DD_RETURN_IF_ERROR(find_texts("source", "file", "id", files));
    DD_RETURN_IF_ERROR(find_texts("source", "sheet", "id", sheets));
    for (Row& row : rows) {
      if (row.source == 0) continue;
      row.version.source.file = files.at(row.source);
      row.version.source.sheet = sheets.at(row.source);
    }
    return {};
  }

  Result<void> find_texts(const std::string& table, const std::string& column,
                          const std::string& id, std::map<int64_t, std::string>& texts) {
    std::vector<int64_t> ids;
    for (const auto& [value, text] : texts) ids.push_back(value);
    return connection_.look_up(SqlLookup{table, column, id, ""}, ids,
                               [&](size_t place, const SqlRow& row) -> Result<void> {
                                 texts[ids[place]] = row.text_at(0);
                                 return {};
                               });
  }

  SqlConnection& connection_;
  const RecordType& type_;
  std::string table_;
  std::string columns_;
  bool stored_ = false;
};

Result<ChangeSetSummary> summary_of(SqlConnection& connection, ChangeSetId id) {
  DD_ASSIGN_OR_RETURN(
      const auto find,
      connection.prepare(connection.dialect().expand(
          "SELECT recorded_at, author, reason, basis FROM change_set WHERE @here id = $1")));
  find->bind(1, id);
  DD_ASSIGN_OR_RETURN(const bool row, find->step());
  if (!row) {
    return Error{ErrorCode::kNotFound,
                 {"没有第 " + std::to_string(id) + " 次写入",
                  "there is no change set " + std::to_string(id)},
                 connection.place(),
                 {"查看写入记录中的编号", "look up its number among the change sets"}};
  }
  return ChangeSetSummary{id, std::string(find->text_at(0)), std::string(find->text_at(1)),
                          std::string(find->text_at(2)), std::string(find->text_at(3))};
}

// Versions ended without a successor, by the change set that ended them.
Result<std::map<int64_t, ChangeSetId>> withdrawn_versions(SqlConnection& connection,
                                                          const std::string& type,
                                                          const std::string& key) {
  DD_ASSIGN_OR_RETURN(const auto find, connection.prepare(connection.dialect().expand(
                                           "SELECT version_id, recorded_in FROM withdrawal"
                                           " WHERE @here type = $1 AND key = $2")));
  find->bind(1, type);
  find->bind(2, key);
  std::map<int64_t, ChangeSetId> out;
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, find->step());
    if (!row) return out;
    out.emplace(find->int64_at(0), find->int64_at(1));
  }
}

// What one change set did to the records of one type.
class ChangesOfType {
 public:
  ChangesOfType(SqlConnection& connection, VersionReader& reader, std::string type,
                ChangeSetId change_set, const ChangeVisitor& visit)
      : connection_(connection),
        reader_(reader),
        type_(std::move(type)),
        change_set_(change_set),
        visit_(visit) {}

  Result<void> show_written() {
    DD_ASSIGN_OR_RETURN(const auto tombstones, read_tombstones(connection_, change_set_));
    for (const record::Tombstone& tombstone : tombstones) {
      if (tombstone.type == type_ && tombstone.ended_in == change_set_) {
        ended_and_deleted_.insert(tombstone.record);
      }
    }
    DD_ASSIGN_OR_RETURN(int64_t next, first_version(connection_, reader_.table(), change_set_));
    DD_ASSIGN_OR_RETURN(const int64_t end,
                        first_version(connection_, reader_.table(), change_set_ + 1));
    while (next < end) {
      std::vector<int64_t> ids;
      for (; next < end && std::ssize(ids) < kVersionsAtOnce; ++next) ids.push_back(next);
      DD_RETURN_IF_ERROR(show(ids));
    }
    return {};
  }

  Result<void> show_withdrawn() {
    const std::string sql = connection_.dialect().expand(
        "SELECT version_id, record FROM withdrawal WHERE @here recorded_in = $1 AND type = $2"
        " AND record > $3 ORDER BY record LIMIT " +
        std::to_string(kVersionsAtOnce));
    int64_t last = 0;
    while (true) {
      DD_ASSIGN_OR_RETURN(const auto find, connection_.prepare(sql));
      find->bind(1, change_set_);
      find->bind(2, type_);
      find->bind(3, last);
      std::vector<int64_t> ids;
      while (true) {
        DD_ASSIGN_OR_RETURN(const bool row, find->step());
        if (!row) break;
        ids.push_back(find->int64_at(0));
        last = find->int64_at(1);
      }
      if (ids.empty()) return {};
      DD_RETURN_IF_ERROR(show_ended(ids));
    }
  }

 private:
  Result<void> show(const std::vector<int64_t>& ids) {
    DD_ASSIGN_OR_RETURN(std::vector<Row> rows, reader_.read("version_id", ids));
    std::map<int64_t, Row> before;  // by record
    std::vector<int64_t> records;
    for (const Row& row : rows) records.push_back(row.record);
    DD_ASSIGN_OR_RETURN(
        std::vector<Row> ended,
        reader_.read("record", records, "superseded_in = " + std::to_string(change_set_)));
    for (Row& row : ended) before.emplace(row.record, std::move(row));
    for (Row& row : rows) {
      const std::string key = row.version.key;
      RecordChange change{type_, key, {}, std::move(row.version), 0, row.superseded_in};
      if (const auto found = before.find(row.record); found != before.end()) {
        change.before = std::move(found->second.version);
        change.recorded_before = found->second.recorded_in;
      } else {
        change.before_deleted = ended_and_deleted_.contains(row.record);
      }
      DD_RETURN_IF_ERROR(visit_(change));
    }
    return {};
  }

  Result<void> show_ended(const std::vector<int64_t>& ids) {
    DD_ASSIGN_OR_RETURN(std::vector<Row> rows, reader_.read("version_id", ids));
    std::vector<int64_t> records;
    for (const Row& row : rows) records.push_back(row.record);
    DD_ASSIGN_OR_RETURN(const auto later, next_after(records));
    for (Row& row : rows) {
      const std::string key = row.version.key;
      RecordChange change{type_, key, std::move(row.version), {}, row.recorded_in, 0};
      if (const auto found = later.find(row.record); found != later.end()) {
        change.touched_later = found->second;
      }
      DD_RETURN_IF_ERROR(visit_(change));
    }
    return {};
  }

  // By record, the first change set after this one that wrote it again.
  Result<std::map<int64_t, ChangeSetId>> next_after(const std::vector<int64_t>& records) {
    std::map<int64_t, ChangeSetId> out;
    const SqlLookup lookup{reader_.table(), "record, recorded_in", "record",
                           "recorded_in > " + std::to_string(change_set_)};
    DD_RETURN_IF_ERROR(
        connection_.look_up(lookup, records, [&](size_t, const SqlRow& row) -> Result<void> {
          const auto [place, added] = out.try_emplace(row.int64_at(0), row.int64_at(1));
          if (!added && row.int64_at(1) < place->second) place->second = row.int64_at(1);
          return {};
        }));
    return out;
  }

  SqlConnection& connection_;
  VersionReader& reader_;
  std::string type_;
  ChangeSetId change_set_;
  const ChangeVisitor& visit_;
  std::set<int64_t> ended_and_deleted_;  // records whose former version was deleted since
};

// What is left of the record's versions that were deleted.
Result<void> add_deleted(SqlConnection& connection, const RecordType& type, int64_t record,
                         const std::string& key, std::vector<KeptVersion>& out) {
  DD_ASSIGN_OR_RETURN(const auto tombstones, tombstones_of(connection, type.name, record));
  for (const record::Tombstone& tombstone : tombstones) {
    KeptVersion kept;
    kept.version.type = type.name;
    kept.version.key = key;
    DD_ASSIGN_OR_RETURN(kept.recorded, summary_of(connection, tombstone.recorded_in));
    if (tombstone.ended_in != 0) {
      DD_ASSIGN_OR_RETURN(kept.ended, summary_of(connection, tombstone.ended_in));
    }
    DD_ASSIGN_OR_RETURN(kept.deleted, summary_of(connection, tombstone.deleted_in));
    out.push_back(std::move(kept));
  }
  return {};
}

Error not_declared(const std::string& type) {
  return {ErrorCode::kBadInput,
          {"类型“" + type + "”没有声明", "nobody declared the type \"" + type + "\""},
          "",
          {"检查政策包里的类型名", "check the name in the packages"}};
}

}  // namespace

Result<int64_t> first_version(SqlConnection& connection, const std::string& table,
                              ChangeSetId change_set) {
  const Dialect& dialect = connection.dialect();
  DD_ASSIGN_OR_RETURN(const std::optional<int64_t> last,
                      connection.integer("SELECT max(version_id) FROM " + table +
                                         dialect.expand(" WHERE @here 1 = 1")));
  DD_ASSIGN_OR_RETURN(const auto find,
                      connection.prepare("SELECT recorded_in FROM " + table +
                                         dialect.expand(" WHERE @here version_id >= $1"
                                                        " ORDER BY @key version_id LIMIT 1")));
  int64_t low = 1;
  int64_t high = last.value_or(0) + 1;
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    find->bind(1, middle);
    DD_ASSIGN_OR_RETURN(const bool row, find->step());
    const bool before = row && find->int64_at(0) < change_set;
    find->reset();
    if (before) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

Result<std::vector<KeptVersion>> read_history(SqlConnection& connection, const Catalogue& catalogue,
                                              const std::string& type, const std::string& key) {
  const RecordType* declared = catalogue.find_type(type);
  if (declared == nullptr) return not_declared(type);
  DD_ASSIGN_OR_RETURN(SqlTransaction transaction,
                      SqlTransaction::begin(connection, SqlConnection::Begin::kRead));
  DD_ASSIGN_OR_RETURN(const auto reader, VersionReader::make(connection, *declared));
  std::vector<KeptVersion> out;
  if (!reader->stored()) return out;
  DD_ASSIGN_OR_RETURN(const std::vector<int64_t> found, find_records(connection, type, {key}));
  const int64_t record = found.front();
  if (record == 0) return out;
  DD_RETURN_IF_ERROR(add_deleted(connection, *declared, record, key, out));
  DD_ASSIGN_OR_RETURN(std::vector<Row> rows, reader->read("record", {record}));
  DD_ASSIGN_OR_RETURN(const auto withdrawn, withdrawn_versions(connection, type, key));
  for (Row& row : rows) {
    KeptVersion kept;
    kept.version = std::move(row.version);
    DD_ASSIGN_OR_RETURN(kept.recorded, summary_of(connection, row.recorded_in));
    if (row.superseded_in != 0) {
      DD_ASSIGN_OR_RETURN(kept.ended, summary_of(connection, row.superseded_in));
    }
    kept.withdrawn = withdrawn.contains(row.version_id);
    out.push_back(std::move(kept));
  }
  return out;
}

Result<void> read_versions_of(SqlConnection& connection, const Catalogue& catalogue,
                              ChangeSetId change_set, const ChangeVisitor& visit) {
  DD_ASSIGN_OR_RETURN(SqlTransaction transaction,
                      SqlTransaction::begin(connection, SqlConnection::Begin::kRead));
  DD_RETURN_IF_ERROR(summary_of(connection, change_set));
  DD_ASSIGN_OR_RETURN(const std::vector<std::string> types, stored_type_names(connection));
  for (const std::string& type : types) {
    // Of a type no package declares any more nobody can name the fields: versions without cells.
    RecordType undeclared;
    undeclared.name = type;
    const RecordType* declared = catalogue.find_type(type);
    DD_ASSIGN_OR_RETURN(
        const auto reader,
        VersionReader::make(connection, declared != nullptr ? *declared : undeclared));
    ChangesOfType changes(connection, *reader, type, change_set, visit);
    DD_RETURN_IF_ERROR(changes.show_written());
    DD_RETURN_IF_ERROR(changes.show_withdrawn());
  }
  return {};
}

Result<void> read_withdrawn(SqlConnection& connection, const Catalogue& catalogue,
                            const std::string& type, const record::KeptVisitor& visit) {
  const RecordType* declared = catalogue.find_type(type);
  if (declared == nullptr) return not_declared(type);
  const Dialect& dialect = connection.dialect();
  DD_ASSIGN_OR_RETURN(SqlTransaction transaction,
                      SqlTransaction::begin(connection, SqlConnection::Begin::kRead));
  DD_ASSIGN_OR_RETURN(const auto reader, VersionReader::make(connection, *declared));
  if (!reader->stored()) return {};
  const auto here = [&](const std::string& alias) {
    return dialect.here.empty() ? "" : alias + "." + dialect.here;
  };
  // The last withdrawal of each record that has no current version.
  const std::string sql = "SELECT w.record, max(w.version_id) FROM withdrawal w WHERE " +
                          here("w") +
                          "w.type = $1 AND w.record > $2 AND NOT EXISTS (SELECT 1 FROM " +
                          reader->table() + " v WHERE " + here("v") +
                          "v.record = w.record AND v.superseded_in IS NULL)"
                          " GROUP BY w.record ORDER BY w.record LIMIT " +
                          std::to_string(kVersionsAtOnce);
  int64_t last = 0;
  while (true) {
    std::vector<int64_t> versions;
    {
      DD_ASSIGN_OR_RETURN(const auto find, connection.prepare(sql));
      find->bind(1, type);
      find->bind(2, last);
      while (true) {
        DD_ASSIGN_OR_RETURN(const bool row, find->step());
        if (!row) break;
        last = find->int64_at(0);
        versions.push_back(find->int64_at(1));
      }
    }
    if (versions.empty()) return {};
    DD_ASSIGN_OR_RETURN(std::vector<Row> rows, reader->read("version_id", versions));
    for (Row& row : rows) {
      KeptVersion kept;
      kept.version = std::move(row.version);
      kept.recorded.id = row.recorded_in;
      DD_ASSIGN_OR_RETURN(kept.ended, summary_of(connection, row.superseded_in));
      kept.withdrawn = true;
      DD_RETURN_IF_ERROR(visit(kept));
    }
  }
}

Result<void> read_ended(SqlConnection& connection, const std::string& type,
                        const record::EndedVisitor& visit) {
  const Dialect& dialect = connection.dialect();
  DD_ASSIGN_OR_RETURN(SqlTransaction transaction,
                      SqlTransaction::begin(connection, SqlConnection::Begin::kRead));
  DD_ASSIGN_OR_RETURN(const std::optional<StoredType> stored, stored_type(connection, type));
  if (!stored) return {};
  const std::string of_set = dialect.here.empty() ? "" : "c." + dialect.here;
  const std::string of_version = dialect.here.empty() ? "" : "v." + dialect.here;
  DD_ASSIGN_OR_RETURN(
      const auto find,
      connection.prepare_scan("SELECT v.key, v.superseded_in, c.recorded_at FROM " +
                              record_table(dialect, type) + " v JOIN change_set c ON " + of_set +
                              "c.id = v.superseded_in WHERE " + of_version +
                              "v.superseded_in IS NOT NULL ORDER BY v.record, v.superseded_in"));
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, find->step());
    if (!row) return {};
    DD_RETURN_IF_ERROR(
        visit({std::string(find->text_at(0)), find->int64_at(1), std::string(find->text_at(2))}));
  }
}

}  // namespace dandang::store
