#include "store/withdraw.h"

#include <map>
#include <optional>
#include <utility>

#include "store/schema.h"

namespace dandang::store {

namespace {

using record::ChangeSetId;
using record::Withdrawal;

std::string id_of(const std::string& type, const std::string& key) {
  return type + ":" + record::key_for_display(key);
}

Error bad_withdrawal(const Withdrawal& withdrawal, const Text& why) {
  const std::string id = id_of(withdrawal.type, withdrawal.key);
  return {ErrorCode::kBadInput,
          {"记录“" + id + "”不能撤回：" + why.zh,
           "record \"" + id + "\" cannot be withdrawn: " + why.en},
          "",
          {"查看该记录的历史", "look at the record's history"}};
}

// "张三 at 2025-03-24T08:00:00Z, change set 3"
Result<Text> who_and_when(SqlConnection& connection, ChangeSetId change_set) {
  DD_ASSIGN_OR_RETURN(const auto find,
                      connection.prepare(connection.dialect().expand(
                          "SELECT author, recorded_at FROM change_set WHERE @here id = $1")));
  find->bind(1, change_set);
  DD_ASSIGN_OR_RETURN(const bool row, find->step());
  const std::string author(row ? find->text_at(0) : "");
  const std::string time(row ? find->text_at(1) : "");
  const std::string id = std::to_string(change_set);
  return Text{author + "于 " + time + "（第 " + id + " 次写入）",
              author + " at " + time + " (change set " + id + ")"};
}

// The change set that last withdrew the record; 0: none did.
Result<ChangeSetId> withdrawn_in(SqlConnection& connection, const std::string& type,
                                 const std::string& key) {
  DD_ASSIGN_OR_RETURN(const auto find, connection.prepare(connection.dialect().expand(
                                           "SELECT max(recorded_in) FROM withdrawal"
                                           " WHERE @here type = $1 AND key = $2")));
  find->bind(1, type);
  find->bind(2, key);
  DD_ASSIGN_OR_RETURN(const bool row, find->step());
  return row ? find->int64_at(0) : 0;
}

// A record to be withdrawn, as it stands.
struct Standing {
  const Withdrawal* withdrawal = nullptr;
  int64_t record = 0;
  int64_t version = 0;
  ChangeSetId recorded_in = 0;
};

Result<std::vector<Standing>> standing_of(SqlConnection& connection,
                                          const std::vector<const Withdrawal*>& withdrawals) {
  std::vector<Standing> standing;
  std::vector<std::string_view> keys;
  for (const Withdrawal* withdrawal : withdrawals) {
    standing.push_back({withdrawal});
    keys.emplace_back(withdrawal->key);
  }
  const SqlLookup lookup{record_table(connection.dialect(), withdrawals.front()->type),
                         "record, version_id, recorded_in", "key", "superseded_in IS NULL"};
  DD_RETURN_IF_ERROR(
      connection.look_up(lookup, keys, [&](size_t place, const SqlRow& row) -> Result<void> {
        standing[place].record = row.int64_at(0);
        standing[place].version = row.int64_at(1);
        standing[place].recorded_in = row.int64_at(2);
        return {};
      }));
  return standing;
}

Result<void> check_standing(SqlConnection& connection, const Standing& at, ChangeSetId change_set) {
  const Withdrawal& withdrawal = *at.withdrawal;
  if (withdrawal.based_on) {
    DD_RETURN_IF_ERROR(check_based_on(connection, withdrawal.type, withdrawal.key,
                                      *withdrawal.based_on, at.recorded_in));
  }
  if (at.version == 0) {
    return bad_withdrawal(withdrawal, {"没有这条记录", "there is no such record"});
  }
  if (at.recorded_in == change_set) {
    return bad_withdrawal(withdrawal, {"同一批里又写入了它", "the same change set also writes it"});
  }
  return {};
}

Result<void> withdraw_of_type(SqlConnection& connection, const std::string& type,
                              const std::vector<const Withdrawal*>& withdrawals,
                              ChangeSetId change_set) {
  DD_ASSIGN_OR_RETURN(const std::optional<StoredType> stored, stored_type(connection, type));
  if (!stored) {
    return bad_withdrawal(*withdrawals.front(), {"没有这类记录", "there is no such type"});
  }
  DD_ASSIGN_OR_RETURN(const std::vector<Standing> standing, standing_of(connection, withdrawals));
  std::vector<int64_t> versions;
  for (const Standing& at : standing) {
    DD_RETURN_IF_ERROR(check_standing(connection, at, change_set));
    versions.push_back(at.version);
  }
  DD_RETURN_IF_ERROR(connection.update_all(record_table(connection.dialect(), type),
                                           "superseded_in", change_set, "version_id", versions));
  const std::vector<std::string> columns = {"recorded_in", "type", "record", "key", "version_id"};
  DD_ASSIGN_OR_RETURN(const auto bulk, connection.bulk("withdrawal", columns));
  for (const Standing& at : standing) {
    bulk->put(change_set);
    bulk->put(std::string_view(type));
    bulk->put(at.record);
    bulk->put(std::string_view(at.withdrawal->key));
    bulk->put(at.version);
    DD_RETURN_IF_ERROR(bulk->end_row());
  }
  return bulk->finish();
}

// A field of some type that refers to a type of which records were withdrawn.
struct Referring {
  std::string type;
  std::string field;
};

Result<std::vector<Referring>> referring_to(SqlConnection& connection, const std::string& type) {
  DD_ASSIGN_OR_RETURN(const auto find,
                      connection.prepare(connection.dialect().expand(
                          "SELECT type, name FROM record_field WHERE @here ref_type = $1"
                          " ORDER BY type, name")));
  find->bind(1, type);
  std::vector<Referring> out;
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, find->step());
    if (!row) return out;
    out.push_back({std::string(find->text_at(0)), std::string(find->text_at(1))});
  }
}

// There is no index by the targets of refs, which every import would have to pay for: this reads
// each referring type once a change set that withdraws.
Result<void> check_nothing_refers(SqlConnection& connection, const std::string& type,
                                  ChangeSetId change_set) {
  const Dialect& dialect = connection.dialect();
  DD_ASSIGN_OR_RETURN(const std::vector<Referring> fields, referring_to(connection, type));
  for (const Referring& from : fields) {
    // CROSS JOIN: SQLite reads the tables in the order written.
    DD_ASSIGN_OR_RETURN(
        const auto find,
        connection.prepare("SELECT v.key, w.key FROM " + record_table(dialect, from.type) +
                           " AS v CROSS JOIN withdrawal AS w WHERE " +
                           (dialect.here.empty() ? "" : "v." + dialect.here + "w." + dialect.here) +
                           "v.superseded_in IS NULL AND w.record = v." +
                           field_column(dialect, from.field) +
                           " AND w.recorded_in = $1 AND w.type = $2 LIMIT 1"));
    find->bind(1, change_set);
    find->bind(2, type);
    DD_ASSIGN_OR_RETURN(const bool row, find->step());
    if (!row) continue;
    const std::string referrer = id_of(from.type, std::string(find->text_at(0)));
    return bad_withdrawal({type, std::string(find->text_at(1))},
                          {"“" + referrer + "”的“" + from.field + "”还指向它",
                           "the \"" + from.field + "\" of \"" + referrer + "\" still means it"});
  }
  return {};
}

Result<void> end_rows(SqlConnection& connection, const std::string& table,
                      const std::string& columns, ChangeSetId undone, ChangeSetId change_set) {
  const Dialect& dialect = connection.dialect();
  DD_ASSIGN_OR_RETURN(const int64_t next, next_id(connection, table));
  // What the undone one had ended holds again, as new rows in their old order.
  DD_ASSIGN_OR_RETURN(
      const auto again,
      connection.prepare("INSERT INTO " + table + " (id, " + columns +
                         ", recorded_in) SELECT id + " + std::to_string(next) + ", " + columns +
                         dialect.expand(", CAST($1 AS @int) FROM ") + table +
                         dialect.expand(" WHERE @here ended_in = $2")));
  again->bind(1, change_set);
  again->bind(2, undone);
  DD_RETURN_IF_ERROR(again->run());
  DD_ASSIGN_OR_RETURN(const auto end,
                      connection.prepare("UPDATE " + table +
                                         dialect.expand(" SET ended_in = $1 WHERE @here"
                                                        " recorded_in = $2 AND ended_in IS NULL")));
  end->bind(1, change_set);
  end->bind(2, undone);
  return end->run();
}

}  // namespace

Result<int64_t> next_id(SqlConnection& connection, const std::string& table) {
  DD_ASSIGN_OR_RETURN(const std::optional<int64_t> last,
                      connection.integer("SELECT max(id) FROM " + table +
                                         connection.dialect().expand(" WHERE @here 1 = 1")));
  return last.value_or(0) + 1;
}

Result<void> check_based_on(SqlConnection& connection, const std::string& type,
                            const std::string& key, ChangeSetId based_on, ChangeSetId recorded_in) {
  if (based_on == recorded_in) return {};
  const std::string id = id_of(type, key);
  const Text hint{"重新读取该记录，核对后再提交", "read the record again, compare, and send again"};
  ChangeSetId changed_in = recorded_in;
  if (changed_in == 0) {
    DD_ASSIGN_OR_RETURN(changed_in, withdrawn_in(connection, type, key));
  }
  if (changed_in == 0) {
    return Error{ErrorCode::kConflict,
                 {"记录“" + id + "”不存在", "record \"" + id + "\" does not exist"},
                 "",
                 hint};
  }
  DD_ASSIGN_OR_RETURN(const Text who, who_and_when(connection, changed_in));
  const bool withdrawn = recorded_in == 0;
  return Error{
      ErrorCode::kConflict,
      {"记录“" + id + "”已由" + who.zh + (withdrawn ? "撤回" : "改动"),
       "record \"" + id + "\" was " + (withdrawn ? "withdrawn" : "changed") + " by " + who.en},
      "",
      hint};
}

Result<void> withdraw_records(SqlConnection& connection, const std::vector<Withdrawal>& withdrawals,
                              ChangeSetId change_set) {
  std::map<std::string, std::vector<const Withdrawal*>> by_type;
  std::map<std::pair<std::string_view, std::string_view>, const Withdrawal*> seen;
  for (const Withdrawal& withdrawal : withdrawals) {
    if (!seen.try_emplace({withdrawal.type, withdrawal.key}, &withdrawal).second) {
      return bad_withdrawal(withdrawal, {"在同一批中出现两次", "it comes twice in one change set"});
    }
    by_type[withdrawal.type].push_back(&withdrawal);
  }
  for (const auto& [type, of_type] : by_type) {
    DD_RETURN_IF_ERROR(withdraw_of_type(connection, type, of_type, change_set));
  }
  for (const auto& [type, of_type] : by_type) {
    DD_RETURN_IF_ERROR(check_nothing_refers(connection, type, change_set));
  }
  return {};
}

Result<void> end_what_it_set(SqlConnection& connection, ChangeSetId undone,
                             ChangeSetId change_set) {
  if (undone < 1 || undone >= change_set) {
    return Error{ErrorCode::kNotFound,
                 {"没有第 " + std::to_string(undone) + " 次写入可撤销",
                  "there is no change set " + std::to_string(undone) + " to undo"},
                 connection.place(),
                 {"查看写入记录中的编号", "look up its number among the change sets"}};
  }
  DD_RETURN_IF_ERROR(end_rows(connection, "coverage",
                              "type, key_names, key_values, source, source_row, open_for", undone,
                              change_set));
  return end_rows(connection, "parameter", "package, name, value, valid_from, for_body, basis",
                  undone, change_set);
}

}  // namespace dandang::store
