#include "store/deletion.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/text.h"
#include "ledger/commitment.h"
#include "ledger/hasher.h"
#include "ledger/leaf_body.h"
#include "record/open_list.h"
#include "store/apply.h"
#include "store/hold.h"
#include "store/ledger_log.h"
#include "store/ledger_table.h"
#include "store/record_names.h"
#include "store/schema.h"
#include "store/withdraw.h"

namespace dandang::store {

namespace {

using record::Catalogue;
using record::ChangeSet;
using record::ChangeSetId;
using record::Deletion;
using record::FieldKind;
using record::Tombstone;

Error refused(ErrorCode code, Text what, Text hint) {
  return {code, std::move(what), "", std::move(hint)};
}

std::string here(const Dialect& dialect, const std::string& alias) {
  return dialect.here.empty() ? "" : alias + "." + dialect.here;
}

// The day of a time written YYYY-MM-DDTHH:MM:SSZ.
Date day_of(const std::string& recorded_at) {
  const std::optional<Date> day = Date::parse_iso(recorded_at.substr(0, 10));
  DD_VERIFY(day.has_value());
  return *day;
}

Result<void> check_form(const ChangeSet& set) {
  const bool other = !set.versions.empty() || !set.coverage.empty() || !set.parameters.empty() ||
                     !set.packages.empty() || !set.withdrawals.empty() || set.undoes != 0 ||
                     !set.holds.empty() || !set.lifts.empty() || !set.idempotency_key.empty();
  if (other) {
    return refused(ErrorCode::kBadUsage,
                   {"删除必须单独成一批，不带幂等键",
                    "a deletion is a change set of its own, "
                    "without an idempotency key"},
                   {"把删除和其他写入分开", "write the rest in another change set"});
  }
  const std::string author = trimmed(set.author);
  const std::string approver = trimmed(set.approver);
  if (author.empty() || approver.empty() || author == approver) {
    return refused(ErrorCode::kBadUsage,
                   {"删除要有两个不同的人：经办人和复核人",
                    "a deletion needs two different persons: who does it and who approves it"},
                   {"写明两人的姓名", "name both"});
  }
  if (set.deletions.size() > record::kMaxDeletions) {
    return refused(ErrorCode::kLimit,
                   {"一批最多删除 100000 条记录", "at most 100,000 records are deleted at once"},
                   {"分几批删除", "delete them in several change sets"});
  }
  if (day_of(set.recorded_at) < set.due_on) {
    return refused(
        ErrorCode::kBadUsage,
        {"到期日 " + set.due_on.to_string() + " 在今后，不能提前删除",
         "the records are due as of " + set.due_on.to_string() + ", which has not come yet"},
        {"以今天或更早的日期为准", "give a day that is not after today"});
  }
  return {};
}

// A version that goes.
struct Going {
  int64_t version = 0;
  int64_t record = 0;
  ChangeSetId recorded_in = 0;
  ChangeSetId superseded_in = 0;
  int64_t source = 0;
  std::string commitment;
};

class Deleter {
 public:
  Deleter(SqlConnection& connection, const Catalogue& catalogue, const ChangeSet& change_set,
          ChangeSetId id)
      : connection_(connection),
        dialect_(connection.dialect()),
        catalogue_(catalogue),
        change_set_(change_set),
        id_(id) {}

  Result<size_t> run() {
    DD_RETURN_IF_ERROR(find());
    DD_RETURN_IF_ERROR(check_holds());
    DD_ASSIGN_OR_RETURN(
        bury_, connection_.prepare("INSERT INTO deletion (entry_table, entry, recorded_in, record,"
                                   " superseded_in, commitment, deleted_in, number)"
                                   " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"));
    for (auto& [type, of_type] : found_) DD_RETURN_IF_ERROR(delete_of_type(type, of_type));
    DD_RETURN_IF_ERROR(check_nothing_refers());
    DD_RETURN_IF_ERROR(erase_outcomes());
    DD_RETURN_IF_ERROR(erase_texts());
    DD_RETURN_IF_ERROR(delete_open_lists());
    DD_RETURN_IF_ERROR(open_lists());
    DD_RETURN_IF_ERROR(delete_sources());
    DD_RETURN_IF_ERROR(note_erasure());
    return versions_;
  }

 private:
  struct Asked {
    const Deletion* deletion = nullptr;
    int64_t record = 0;
    bool whole = true;  // no version of it stays
  };

  Result<void> find() {
    std::map<std::string, std::vector<const Deletion*>> by_type;
    std::set<std::pair<std::string_view, std::string_view>> seen;
    for (const Deletion& deletion : change_set_.deletions) {
      if (!seen.insert({deletion.type, deletion.key}).second) {
        return bad(deletion, {"在同一批中出现两次", "comes twice in one change set"});
      }
      by_type[deletion.type].push_back(&deletion);
    }
    for (const auto& [type, deletions] : by_type) {
      std::vector<std::string> keys;
      for (const Deletion* deletion : deletions) keys.push_back(deletion->key);
      DD_ASSIGN_OR_RETURN(const std::vector<int64_t> records,
                          find_records(connection_, type, keys));
      for (size_t i = 0; i < records.size(); ++i) {
        if (records[i] == 0) {
          return bad(*deletions[i], {"不存在，或者已删除", "does not exist, or was deleted"});
        }
        found_[type].push_back({deletions[i], records[i]});
      }
    }
    return {};
  }

  static Error bad(const Deletion& deletion, const Text& why) {
    const std::string id = shown_id(deletion.type, deletion.key);
    return refused(ErrorCode::kNotFound,
                   {"记录“" + id + "”" + why.zh, "record \"" + id + "\" " + why.en},
                   {"重新列出到期的记录", "list anew what is due"});
  }

  Result<void> check_holds() {
    std::vector<RecordId> records;
    std::vector<const Deletion*> deletions;
    for (const auto& [type, of_type] : found_) {
      for (const Asked& asked : of_type) {
        records.emplace_back(type, asked.record);
        deletions.push_back(asked.deletion);
      }
    }
    DD_ASSIGN_OR_RETURN(const auto held,
                        held_records(connection_, records, day_of(change_set_.recorded_at)));
    if (held.empty()) return {};
    const auto& [place, hold] = *held.begin();
    const std::string id = shown_id(deletions[place]->type, deletions[place]->key);
    const std::string number = std::to_string(hold);
    return refused(ErrorCode::kConflict,
                   {"记录“" + id + "”由第 " + number + " 号冻结保全，不能删除",
                    "record \"" + id + "\" is kept by hold " + number + " and cannot be deleted"},
                   {"冻结解除后再删除", "delete it after the hold is lifted"});
  }

  Result<void> delete_of_type(const std::string& type, std::vector<Asked>& asked) {
    DD_ASSIGN_OR_RETURN(const std::vector<Going> going, versions_of(type, asked));
    DD_RETURN_IF_ERROR(note_names(type, asked));
    DD_RETURN_IF_ERROR(note_lists(type, asked));
    for (const Going& version : going) {
      DD_RETURN_IF_ERROR(bury(version_entries(type), version.version, version.recorded_in,
                              version.record, version.superseded_in, version.commitment));
      touched_.insert(version.recorded_in);
      if (version.superseded_in != 0) touched_.insert(version.superseded_in);
      if (version.source != 0) sources_.insert(version.source);
    }
    versions_ += going.size();
    DD_RETURN_IF_ERROR(delete_withdrawals(type, going));
    DD_ASSIGN_OR_RETURN(const auto remove,
                        connection_.prepare("DELETE FROM " + record_table(dialect_, type) +
                                            dialect_.expand(" WHERE @here version_id = $1")));
    for (const Going& version : going) {
      remove->bind(1, version.version);
      DD_RETURN_IF_ERROR(remove->run());
    }
    return {};
  }

  // The versions that go, by number.
  Result<std::vector<Going>> versions_of(const std::string& type, std::vector<Asked>& asked) {
    std::vector<int64_t> records;
    for (const Asked& one : asked) records.push_back(one.record);
    std::vector<Going> going;
    std::vector<size_t> counts(asked.size(), 0);
    DD_RETURN_IF_ERROR(connection_.look_up(
        {record_table(dialect_, type),
         "version_id, record, recorded_in, superseded_in, source, commitment", "record", ""},
        records, [&](size_t place, const SqlRow& row) -> Result<void> {
          const ChangeSetId ended_by = asked[place].deletion->ended_by;
          const ChangeSetId superseded_in = row.int64_at(3);
          if (ended_by != 0 && (superseded_in == 0 || superseded_in > ended_by)) {
            asked[place].whole = false;
            return {};
          }
          ++counts[place];
          going.push_back({row.int64_at(0), row.int64_at(1), row.int64_at(2), superseded_in,
                           row.int64_at(4), std::string(row.bytes_at(5))});
          return {};
        }));
    for (size_t i = 0; i < asked.size(); ++i) {
      if (counts[i] == 0) {
        return bad(*asked[i].deletion, {"没有可删除的旧版本", "has no ended versions to delete"});
      }
    }
    std::sort(going.begin(), going.end(),
              [](const Going& a, const Going& b) { return a.version < b.version; });
    return going;
  }

  Result<void> bury(const std::string& table, int64_t entry, ChangeSetId recorded_in,
                    int64_t record, ChangeSetId superseded_in, std::string_view commitment) {
    const auto bind = [&](int parameter, int64_t value) {
      if (value != 0) {
        bury_->bind(parameter, value);
      } else {
        bury_->bind_null(parameter);
      }
    };
    bury_->bind(1, table);
    bury_->bind(2, entry);
    bury_->bind(3, recorded_in);
    bind(4, record);
    bind(5, superseded_in);
    bury_->bind_bytes(6, commitment);
    bury_->bind(7, id_);
    bury_->bind(8, ++buried_);
    return bury_->run();
  }

  // They hold the record's key.
  Result<void> delete_withdrawals(const std::string& type, const std::vector<Going>& going) {
    std::map<std::pair<ChangeSetId, int64_t>, std::string> commitments;  // by record
    DD_ASSIGN_OR_RETURN(const auto find, connection_.prepare(dialect_.expand(
                                             "SELECT record, recorded_in, version_id, commitment"
                                             " FROM withdrawal WHERE @here recorded_in = $1"
                                             " AND type = $2 AND record = $3")));
    for (const Going& version : going) {
      if (version.superseded_in == 0) continue;
      find->bind(1, version.superseded_in);
      find->bind(2, type);
      find->bind(3, version.record);
      DD_ASSIGN_OR_RETURN(const bool row, find->step());
      if (row && find->int64_at(2) == version.version) {
        commitments[{version.superseded_in, version.record}] = find->bytes_at(3);
      }
      find->reset();
    }
    DD_ASSIGN_OR_RETURN(const auto remove,
                        connection_.prepare(dialect_.expand(
                            "DELETE FROM withdrawal WHERE @here recorded_in = $1 AND type = $2"
                            " AND record = $3")));
    for (const auto& [place, commitment] : commitments) {
      const auto [recorded_in, record] = place;
      DD_RETURN_IF_ERROR(
          bury(withdrawal_entries(type), record, recorded_in, record, 0, commitment));
      remove->bind(1, recorded_in);
      remove->bind(2, type);
      remove->bind(3, record);
      DD_RETURN_IF_ERROR(remove->run());
    }
    return {};
  }

  // What people are called by, in records of a type that has an identity number: texts that say it
  // over again are erased too.
  Result<void> note_names(const std::string& type, const std::vector<Asked>& asked) {
    std::vector<int64_t> whole;
    for (const Asked& one : asked) {
      if (!one.whole) continue;
      whole.push_back(one.record);
      keys_.insert({type, one.deletion->key});
    }
    const record::RecordType* declared = catalogue_.find_type(type);
    if (declared == nullptr || whole.empty()) return {};
    std::string columns;
    int count = 0;
    bool person = false;
    for (const record::Field& field : declared->fields) {
      const bool number = field.kind == FieldKind::kIdentityNumber;
      if (!number && field.kind != FieldKind::kName) continue;
      person = person || number;
      columns += (count++ == 0 ? "" : ", ") + field_column(dialect_, field.name);
    }
    if (!person) return {};
    return connection_.look_up({record_table(dialect_, type), columns, "record", ""}, whole,
                               [&](size_t, const SqlRow& row) -> Result<void> {
                                 for (int column = 0; column < count; ++column) {
                                   const std::string_view name = row.text_at(column);
                                   if (!name.empty()) names_.emplace(name);
                                 }
                                 return {};
                               });
  }

  // Of which complete lists rows go. A list by anything but a year or a word counts as the whole
  // register: what is deleted may not be named by another record's key.
  Result<void> note_lists(const std::string& type, const std::vector<Asked>& asked) {
    const record::RecordType* declared = catalogue_.find_type(type);
    if (declared == nullptr || declared->absence != record::RecordType::Absence::kNone) return {};
    std::string columns;
    std::vector<FieldKind> kinds;
    for (const std::string& key : declared->absence_keys) {
      const record::Field* field = declared->find_field(key);
      if (field == nullptr ||
          (field->kind != FieldKind::kYear && field->kind != FieldKind::kCode)) {
        kinds.clear();
        break;
      }
      columns += ", " + field_column(dialect_, key);
      kinds.push_back(field->kind);
    }
    std::vector<int64_t> records;
    for (const Asked& one : asked) records.push_back(one.record);
    return connection_.look_up(
        {record_table(dialect_, type), "superseded_in" + columns, "record", ""}, records,
        [&](size_t place, const SqlRow& row) -> Result<void> {
          const ChangeSetId ended_by = asked[place].deletion->ended_by;
          if (ended_by != 0 && (row.is_null(0) || row.int64_at(0) > ended_by)) return {};
          std::vector<std::string> values;
          for (size_t k = 0; k < kinds.size(); ++k) {
            const int column = static_cast<int>(k) + 1;
            values.push_back(kinds[k] == FieldKind::kYear ? std::to_string(row.int64_at(column))
                                                          : std::string(row.text_at(column)));
          }
          bool& whole = lists_[{type, values}];
          whole = whole || asked[place].whole;
          return {};
        });
  }

  // No row means none no longer: those who were asked about then may be among the deleted. Where
  // the record stays, that is so of the time before the deletion only.
  Result<void> open_lists() {
    DD_ASSIGN_OR_RETURN(int64_t id, next_id(connection_, "coverage"));
    DD_ASSIGN_OR_RETURN(const auto insert,
                        connection_.prepare("INSERT INTO coverage (id, type, key_names, key_values,"
                                            " recorded_in, source_row, open_for, ended_in)"
                                            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"));
    for (const auto& [list, whole] : lists_) {
      const auto& [type, values] = list;
      insert->bind(1, id++);
      insert->bind(2, type);
      insert->bind(3, record::key_text(catalogue_.find_type(type)->absence_keys));
      if (values.empty()) {
        insert->bind_null(4);
      } else {
        insert->bind(4, record::key_text(values));
      }
      insert->bind(5, id_);
      insert->bind(6, int64_t{0});
      insert->bind(7, record::kOpenForAnybody);
      if (whole) {
        insert->bind_null(8);
      } else {
        insert->bind(8, id_);
      }
      DD_RETURN_IF_ERROR(insert->run());
    }
    return {};
  }

  // By then the rows are gone: what still refers to them stays. There is no index by targets
  // (withdraw.cc), so this reads each referring type once.
  Result<void> check_nothing_refers() {
    DD_ASSIGN_OR_RETURN(const std::vector<RefField> fields, ref_fields(connection_));
    for (const RefField& field : fields) {
      if (!found_.contains(field.ref_type)) continue;
      const std::string column = "v." + field_column(dialect_, field.field);
      // CROSS JOIN: SQLite reads the tables in the order written.
      DD_ASSIGN_OR_RETURN(
          const auto find,
          connection_.prepare("SELECT v.key, d.record FROM " + record_table(dialect_, field.type) +
                              " AS v CROSS JOIN deletion AS d WHERE " + here(dialect_, "v") +
                              here(dialect_, "d") + "d.entry_table = $1 AND d.record = " + column +
                              " AND d.deleted_in = $2 AND NOT EXISTS (SELECT 1 FROM " +
                              record_table(dialect_, field.ref_type) + " s WHERE " +
                              here(dialect_, "s") + "s.record = d.record) LIMIT 1"));
      find->bind(1, version_entries(field.ref_type));
      find->bind(2, id_);
      DD_ASSIGN_OR_RETURN(const bool row, find->step());
      if (row) return still_meant(field, std::string(find->text_at(0)), find->int64_at(1));
    }
    return {};
  }

  Error still_meant(const RefField& field, const std::string& referrer, int64_t record) const {
    std::string key;
    for (const Asked& asked : found_.at(field.ref_type)) {
      if (asked.record == record) key = asked.deletion->key;
    }
    const std::string id = shown_id(field.ref_type, key);
    const std::string from = shown_id(field.type, referrer);
    return refused(ErrorCode::kConflict,
                   {"记录“" + id + "”不能删除：“" + from + "”的“" + field.field + "”还指向它",
                    "record \"" + id + "\" cannot be deleted: the \"" + field.field + "\" of \"" +
                        from + "\" still means it"},
                   {"那条记录也到期后一并删除，或先保留这条",
                    "delete that record with it once it is due too, or keep this one"});
  }

  // The digest of a change set that had an idempotency key is over what was in it.
  Result<void> erase_outcomes() {
    DD_ASSIGN_OR_RETURN(
        const auto find,
        connection_.prepare("SELECT l.outcome_commitment FROM change_set c JOIN ledger_leaf l ON " +
                            here(dialect_, "l") + "l.change_set = c.id WHERE " +
                            here(dialect_, "c") + "c.id = $1 AND c.idempotency_key <> ''"));
    DD_ASSIGN_OR_RETURN(const auto clear,
                        connection_.prepare(dialect_.expand(
                            "UPDATE change_set SET idempotency_key = '', content_digest = ''"
                            " WHERE @here id = $1")));
    DD_ASSIGN_OR_RETURN(const auto unsalt, connection_.prepare(dialect_.expand(
                                               "UPDATE ledger_leaf SET outcome_salt = $1"
                                               " WHERE @here change_set = $2")));
    for (const ChangeSetId touched : touched_) {
      find->bind(1, touched);
      DD_ASSIGN_OR_RETURN(const bool row, find->step());
      const std::string commitment(row ? find->bytes_at(0) : "");
      find->reset();
      if (!row) continue;
      DD_RETURN_IF_ERROR(bury(std::string(kChangeSetTable), touched, touched, 0, 0, commitment));
      clear->bind(1, touched);
      DD_RETURN_IF_ERROR(clear->run());
      unsalt->bind_bytes(1, bytes_of(ledger::Salt{}));
      unsalt->bind(2, touched);
      DD_RETURN_IF_ERROR(unsalt->run());
    }
    return {};
  }

  bool names_one(std::string_view text) const {
    return std::any_of(names_.begin(), names_.end(), [&](const std::string& name) {
      return text.find(name) != std::string_view::npos;
    });
  }

  struct ErasedTexts {
    ChangeSetId change_set = 0;
    bool reason = false;
    bool basis = false;
    std::string body;
    std::string salts;
  };

  // Reasons and bases that name a deleted person.
  Result<void> erase_texts() {
    if (names_.empty()) return {};
    if (names_one(change_set_.reason) || names_one(change_set_.basis)) {
      return refused(
          ErrorCode::kBadInput,
          {"删除的事由或依据写了被删除的人，会留在库里",
           "the reason or basis of the deletion names whom it deletes, and would stay"},
          {"改写事由和依据，不写姓名和身份证号", "write them without name and identity number"});
    }
    std::vector<ErasedTexts> erased;
    DD_ASSIGN_OR_RETURN(
        const auto find,
        connection_.prepare("SELECT c.id, c.reason, c.basis, l.body, l.text_salts FROM change_set c"
                            " JOIN ledger_leaf l ON " +
                            here(dialect_, "l") + "l.change_set = c.id WHERE " +
                            here(dialect_, "c") + "c.id < $1 ORDER BY c.id"));
    find->bind(1, id_);
    while (true) {
      DD_ASSIGN_OR_RETURN(const bool row, find->step());
      if (!row) break;
      ErasedTexts texts{find->int64_at(0), names_one(find->text_at(1)), names_one(find->text_at(2)),
                        std::string(find->bytes_at(3)), std::string(find->bytes_at(4))};
      if (texts.reason || texts.basis) erased.push_back(std::move(texts));
    }
    for (ErasedTexts& texts : erased) DD_RETURN_IF_ERROR(erase(texts));
    return {};
  }

  Result<void> erase(ErasedTexts& texts) {
    DD_ASSIGN_OR_RETURN(const ledger::LeafBody body, ledger::decode_leaf_body(texts.body));
    constexpr size_t kSalt = sizeof(ledger::Salt);
    const auto clear = [&](bool erased, std::string_view entry, const char* column, size_t place,
                           const ledger::Hash& commitment) -> Result<void> {
      if (!erased) return {};
      DD_RETURN_IF_ERROR(bury(std::string(entry), texts.change_set, texts.change_set, 0, 0,
                              ledger::bytes_of(commitment)));
      if (texts.salts.size() >= (place + 1) * kSalt) {
        texts.salts.replace(place * kSalt, kSalt, std::string(kSalt, '\0'));
      }
      return connection_.execute("UPDATE change_set SET " + std::string(column) + " = ''" +
                                 dialect_.expand(" WHERE @here id = ") +
                                 std::to_string(texts.change_set));
    };
    DD_RETURN_IF_ERROR(clear(texts.reason, kErasedReason, "reason", 1, body.reason));
    DD_RETURN_IF_ERROR(clear(texts.basis, kErasedBasis, "basis", 2, body.basis));
    DD_ASSIGN_OR_RETURN(const auto salts,
                        connection_.prepare(dialect_.expand(
                            "UPDATE ledger_leaf SET text_salts = $1 WHERE @here change_set = $2")));
    salts->bind_bytes(1, texts.salts);
    salts->bind(2, texts.change_set);
    return salts->run();
  }

  // A list that was left open for a person holds that person's key.
  Result<void> delete_open_lists() {
    DD_ASSIGN_OR_RETURN(const std::vector<RefField> fields, ref_fields(connection_));
    std::set<std::pair<std::string, std::string>> refers;  // type, target type
    for (const RefField& field : fields) refers.insert({field.type, field.ref_type});
    for (const auto& [type, key] : keys_) {
      DD_ASSIGN_OR_RETURN(const auto find,
                          connection_.prepare(dialect_.expand(
                              "SELECT id, type FROM coverage WHERE @here open_for = $1")));
      find->bind(1, key);
      std::vector<int64_t> ids;
      while (true) {
        DD_ASSIGN_OR_RETURN(const bool row, find->step());
        if (!row) break;
        if (refers.contains({std::string(find->text_at(1)), type}))
          ids.push_back(find->int64_at(0));
      }
      for (const int64_t row : ids) DD_RETURN_IF_ERROR(delete_coverage(row));
    }
    return {};
  }

  Result<void> delete_coverage(int64_t id) {
    DD_ASSIGN_OR_RETURN(const ledger::HashKind kind, ledger_hash(connection_));
    DD_ASSIGN_OR_RETURN(ledger::Hasher hasher, ledger::Hasher::create(kind));
    for (const LedgerTable& table : own_ledger_tables(dialect_)) {
      if (!table.name.starts_with("coverage")) continue;
      DD_ASSIGN_OR_RETURN(LedgerScan rows,
                          LedgerScan::open(connection_, table, LedgerScan::Read::kSeals,
                                           "t.id = " + std::to_string(id)));
      DD_ASSIGN_OR_RETURN(const bool row, rows.next());
      if (!row) continue;
      const ChangeSetId recorded_in = rows.change_set();
      const std::string commitment(ledger::bytes_of(rows.commitment(hasher)));
      DD_RETURN_IF_ERROR(bury(table.name, id, recorded_in, 0, 0, commitment));
    }
    DD_ASSIGN_OR_RETURN(
        const std::optional<int64_t> source,
        connection_.integer(dialect_.expand("SELECT source FROM coverage WHERE @here id = ") +
                            std::to_string(id)));
    if (source) sources_.insert(*source);
    return connection_.execute(dialect_.expand("DELETE FROM coverage WHERE @here id = ") +
                               std::to_string(id));
  }

  // Names of files and sheets that nothing left came from.
  Result<void> delete_sources() {
    DD_ASSIGN_OR_RETURN(const std::vector<std::string> types, stored_type_names(connection_));
    std::vector<std::string> tables{"coverage"};
    for (const std::string& type : types) tables.push_back(record_table(dialect_, type));
    for (const std::string& table : tables) {
      for (auto source = sources_.begin(); source != sources_.end();) {
        DD_ASSIGN_OR_RETURN(const std::optional<int64_t> used,
                            connection_.integer("SELECT 1 FROM " + table +
                                                dialect_.expand(" WHERE @here source = ") +
                                                std::to_string(*source) + " LIMIT 1"));
        source = used ? sources_.erase(source) : std::next(source);
      }
    }
    for (const int64_t source : sources_) {
      DD_RETURN_IF_ERROR(connection_.execute(
          dialect_.expand("DELETE FROM source WHERE @here id = ") + std::to_string(source)));
    }
    return {};
  }

  Result<void> note_erasure() {
    DD_ASSIGN_OR_RETURN(const auto insert,
                        connection_.prepare("INSERT INTO erasure (recorded_in, approver, due_on,"
                                            " versions, pending) VALUES ($1, $2, $3, $4, $5)"));
    insert->bind(1, id_);
    insert->bind(2, change_set_.approver);
    insert->bind(3, int64_t{change_set_.due_on.days()});
    insert->bind(4, static_cast<int64_t>(versions_));
    insert->bind(5, int64_t{1});
    return insert->run();
  }

  SqlConnection& connection_;
  const Dialect& dialect_;
  const Catalogue& catalogue_;
  const ChangeSet& change_set_;
  ChangeSetId id_;
  std::map<std::string, std::vector<Asked>> found_;  // by type
  std::unique_ptr<SqlStatement> bury_;
  int64_t buried_ = 0;
  size_t versions_ = 0;
  std::set<ChangeSetId> touched_;  // they recorded or ended what goes
  std::set<int64_t> sources_;
  std::set<std::pair<std::string, std::string>> keys_;  // of records that go whole, by type
  std::set<std::string> names_;                         // of people
  // By type and key values: whether a record goes whole.
  std::map<std::pair<std::string, std::vector<std::string>>, bool> lists_;
};

}  // namespace

Result<size_t> delete_records(SqlConnection& connection, const Catalogue& catalogue,
                              const ChangeSet& change_set, ChangeSetId id) {
  if (change_set.deletions.empty()) return size_t{0};
  DD_RETURN_IF_ERROR(check_form(change_set));
  return Deleter(connection, catalogue, change_set, id).run();
}

namespace {

const std::string kVersionsOf = "record:";

Result<std::vector<Tombstone>> read_where(SqlConnection& connection, const std::string& condition) {
  DD_ASSIGN_OR_RETURN(
      const auto find,
      connection.prepare(connection.dialect().expand(
          "SELECT entry_table, record, entry, recorded_in, superseded_in, deleted_in FROM deletion"
          " WHERE @here " +
          condition + " ORDER BY entry_table, entry")));
  std::vector<Tombstone> out;
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, find->step());
    if (!row) return out;
    if (!find->text_at(0).starts_with(kVersionsOf)) continue;
    out.push_back({std::string(find->text_at(0).substr(kVersionsOf.size())), find->int64_at(1),
                   find->int64_at(2), find->int64_at(3), find->int64_at(4), find->int64_at(5)});
  }
}

// Whose bytes are still in the files.
Result<std::vector<std::string>> pending_tables(SqlConnection& connection) {
  const Dialect& dialect = connection.dialect();
  DD_ASSIGN_OR_RETURN(
      const auto find,
      connection.prepare("SELECT DISTINCT d.entry_table FROM erasure e JOIN deletion d ON " +
                         here(dialect, "d") + "d.deleted_in = e.recorded_in WHERE " +
                         here(dialect, "e") + "e.pending = 1"));
  std::vector<std::string> out;
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, find->step());
    if (!row) break;
    const std::string_view entries = find->text_at(0);
    if (entries.starts_with(kVersionsOf)) {
      out.push_back(record_table(dialect, entries.substr(kVersionsOf.size())));
    }
  }
  if (!out.empty()) {
    out.insert(out.end(), {"withdrawal", "source", "coverage", "change_set", "ledger_leaf"});
  }
  return out;
}

}  // namespace

Result<bool> finish_erasure(SqlConnection& connection) {
  DD_ASSIGN_OR_RETURN(const std::vector<std::string> tables, pending_tables(connection));
  if (tables.empty()) return true;
  DD_ASSIGN_OR_RETURN(const bool gone, connection.erase_free_space(tables));
  if (!gone) return false;
  DD_RETURN_IF_ERROR(connection.execute(
      connection.dialect().expand("UPDATE erasure SET pending = 0 WHERE @here pending = 1")));
  return true;
}

Result<std::vector<Tombstone>> read_tombstones(SqlConnection& connection, ChangeSetId change_set) {
  const std::string id = std::to_string(change_set);
  return read_where(connection, "(recorded_in = " + id + " OR superseded_in = " + id +
                                    " OR deleted_in = " + id + ")");
}

Result<std::vector<Tombstone>> tombstones_of(SqlConnection& connection, const std::string& type,
                                             int64_t record) {
  return read_where(connection, "entry_table = " + literal(version_entries(type)) +
                                    " AND record = " + std::to_string(record));
}

Result<std::set<int64_t>> records_with_deletions(SqlConnection& connection,
                                                 const std::string& type) {
  DD_ASSIGN_OR_RETURN(const auto find,
                      connection.prepare(connection.dialect().expand(
                          "SELECT DISTINCT record FROM deletion WHERE @here entry_table = $1")));
  find->bind(1, version_entries(type));
  std::set<int64_t> out;
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, find->step());
    if (!row) return out;
    out.insert(find->int64_at(0));
  }
}

std::string version_entries(const std::string& type) {
  return kVersionsOf + type;
}

std::string withdrawal_entries(const std::string& type) {
  return "withdrawal:" + type;
}

}  // namespace dandang::store
