#include "store/hold.h"

#include <map>
#include <optional>
#include <set>
#include <string>

#include "store/record_names.h"
#include "store/schema.h"

namespace dandang::store {

namespace {

using record::ChangeSet;
using record::ChangeSetId;
using record::Hold;
using record::HoldLift;
using record::HoldReach;
using record::NewHold;

// A hold's version that no later one replaced.
struct StandingHold {
  int64_t version = 0;
  int64_t number = 0;
  HoldReach reach = HoldReach::kRecord;
  std::string type;
  int64_t record = 0;  // 0: the whole type
  Date from;
  std::optional<Date> to;
};

Result<std::vector<StandingHold>> standing_holds(SqlConnection& connection) {
  DD_ASSIGN_OR_RETURN(
      const auto find,
      connection.prepare(connection.dialect().expand(
          "SELECT version_id, hold, reach, type, record, valid_from, valid_to FROM hold"
          " WHERE @here superseded_in IS NULL ORDER BY hold")));
  std::vector<StandingHold> out;
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, find->step());
    if (!row) return out;
    StandingHold hold;
    hold.version = find->int64_at(0);
    hold.number = find->int64_at(1);
    hold.reach = static_cast<HoldReach>(find->int64_at(2));
    hold.type = find->text_at(3);
    hold.record = find->int64_at(4);
    hold.from = Date::from_days(find->int64_at(5));
    if (!find->is_null(6)) hold.to = Date::from_days(find->int64_at(6));
    out.push_back(std::move(hold));
  }
}

class HoldWriter {
 public:
  HoldWriter(SqlConnection& connection, ChangeSetId id) : connection_(connection), id_(id) {}

  Result<void> start() {
    const auto largest = [&](const char* column) {
      return connection_.integer("SELECT max(" + std::string(column) + ") FROM hold" +
                                 connection_.dialect().expand(" WHERE @here 1 = 1"));
    };
    DD_ASSIGN_OR_RETURN(const std::optional<int64_t> version, largest("version_id"));
    DD_ASSIGN_OR_RETURN(const std::optional<int64_t> number, largest("hold"));
    last_version_ = version.value_or(0);
    last_number_ = number.value_or(0);
    DD_ASSIGN_OR_RETURN(
        insert_, connection_.prepare("INSERT INTO hold (version_id, hold, reach, type, record,"
                                     " valid_from, valid_to, recorded_in)"
                                     " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"));
    return {};
  }

  Result<void> place(const NewHold& hold) {
    StandingHold row{0, ++last_number_, hold.reach, hold.type, 0, hold.from, {}};
    DD_ASSIGN_OR_RETURN(const std::optional<StoredType> stored,
                        stored_type(connection_, hold.type));
    if (!stored) return not_there(hold);
    if (hold.reach != HoldReach::kType) {
      DD_ASSIGN_OR_RETURN(const std::vector<int64_t> found,
                          find_records(connection_, hold.type, {hold.key}));
      row.record = found.front();
      if (row.record == 0) return not_there(hold);
    }
    return write(row);
  }

  Result<void> lift(const HoldLift& lift) {
    DD_ASSIGN_OR_RETURN(const std::vector<StandingHold> standing, standing_holds(connection_));
    for (StandingHold hold : standing) {
      if (hold.number != lift.hold) continue;
      if (hold.to) {
        return bad_lift(ErrorCode::kConflict, lift, {"已经解除", "was lifted before"});
      }
      if (lift.to < hold.from) {
        return bad_lift(ErrorCode::kBadInput, lift,
                        {"自 " + hold.from.to_string() + " 起生效，不能更早解除",
                         "begins on " + hold.from.to_string() + " and cannot end before"});
      }
      DD_RETURN_IF_ERROR(connection_.update_all("hold", "superseded_in", id_, "version_id",
                                                std::vector<int64_t>{hold.version}));
      hold.to = lift.to;
      return write(hold);
    }
    return bad_lift(ErrorCode::kNotFound, lift, {"不存在", "does not exist"});
  }

 private:
  Result<void> write(const StandingHold& hold) {
    insert_->bind(1, ++last_version_);
    insert_->bind(2, hold.number);
    insert_->bind(3, static_cast<int64_t>(hold.reach));
    insert_->bind(4, hold.type);
    if (hold.record != 0) {
      insert_->bind(5, hold.record);
    } else {
      insert_->bind_null(5);
    }
    insert_->bind(6, int64_t{hold.from.days()});
    if (hold.to) {
      insert_->bind(7, int64_t{hold.to->days()});
    } else {
      insert_->bind_null(7);
    }
    insert_->bind(8, id_);
    return insert_->run();
  }

  static Error not_there(const NewHold& hold) {
    const std::string id =
        hold.reach == HoldReach::kType ? hold.type : shown_id(hold.type, hold.key);
    return {ErrorCode::kNotFound,
            {"没有可冻结的“" + id + "”", "there is no \"" + id + "\" to hold"},
            "",
            {"检查类型和主键", "check the type and the key"}};
  }

  static Error bad_lift(ErrorCode code, const HoldLift& lift, const Text& why) {
    const std::string number = std::to_string(lift.hold);
    return {code,
            {"第 " + number + " 号冻结" + why.zh, "hold " + number + " " + why.en},
            "",
            {"用 dandang hold list 查看", "look with dandang hold list"}};
  }

  SqlConnection& connection_;
  ChangeSetId id_;
  int64_t last_version_ = 0;
  int64_t last_number_ = 0;
  std::unique_ptr<SqlStatement> insert_;
};

// What records refer to, and what those refer to, as far as it goes.
class References {
 public:
  explicit References(SqlConnection& connection) : connection_(connection) {}

  Result<void> follow(const std::vector<RecordId>& records) {
    DD_ASSIGN_OR_RETURN(const std::vector<RefField> fields, ref_fields(connection_));
    for (const RefField& field : fields) fields_[field.type].push_back(field);
    std::set<RecordId> reached(records.begin(), records.end());
    std::map<std::string, std::vector<int64_t>> next;  // by type
    for (const auto& [type, record] : reached) next[type].push_back(record);
    while (!next.empty()) {
      std::map<std::string, std::vector<int64_t>> found;
      for (const auto& [type, ids] : next) {
        DD_RETURN_IF_ERROR(targets_of(type, ids, [&](const RecordId& from, const RecordId& to) {
          referrers_[to].push_back(from);
          if (reached.insert(to).second) found[to.first].push_back(to.second);
        }));
      }
      next = std::move(found);
    }
    return {};
  }

  // The record itself, and all that lead to it.
  std::set<RecordId> leading_to(const RecordId& record) const {
    std::set<RecordId> out{record};
    std::vector<RecordId> open{record};
    while (!open.empty()) {
      const RecordId at = open.back();
      open.pop_back();
      const auto found = referrers_.find(at);
      if (found == referrers_.end()) continue;
      for (const RecordId& from : found->second) {
        if (out.insert(from).second) open.push_back(from);
      }
    }
    return out;
  }

 private:
  template <typename Use>
  Result<void> targets_of(const std::string& type, const std::vector<int64_t>& records,
                          const Use& use) {
    const auto of_type = fields_.find(type);
    if (of_type == fields_.end()) return {};
    const Dialect& dialect = connection_.dialect();
    std::string columns;
    for (const RefField& field : of_type->second) {
      columns += (columns.empty() ? "" : ", ") + field_column(dialect, field.field);
    }
    return connection_.look_up({record_table(dialect, type), columns, "record", ""}, records,
                               [&](size_t place, const SqlRow& row) -> Result<void> {
                                 for (size_t f = 0; f < of_type->second.size(); ++f) {
                                   const int column = static_cast<int>(f);
                                   if (row.is_null(column)) continue;
                                   use(RecordId{type, records[place]},
                                       RecordId{of_type->second[f].ref_type, row.int64_at(column)});
                                 }
                                 return {};
                               });
  }

  SqlConnection& connection_;
  std::map<std::string, std::vector<RefField>> fields_;
  std::map<RecordId, std::vector<RecordId>> referrers_;
};

}  // namespace

Result<void> write_holds(SqlConnection& connection, const ChangeSet& change_set, ChangeSetId id) {
  if (change_set.holds.empty() && change_set.lifts.empty()) return {};
  HoldWriter writer(connection, id);
  DD_RETURN_IF_ERROR(writer.start());
  for (const NewHold& hold : change_set.holds) DD_RETURN_IF_ERROR(writer.place(hold));
  for (const HoldLift& lift : change_set.lifts) DD_RETURN_IF_ERROR(writer.lift(lift));
  return {};
}

Result<std::vector<Hold>> read_holds(SqlConnection& connection, ChangeSetId known_at) {
  const Dialect& dialect = connection.dialect();
  const std::string here = dialect.here.empty() ? "" : "c." + dialect.here;
  DD_ASSIGN_OR_RETURN(
      const auto find,
      connection.prepare(
          "SELECT h.hold, h.reach, h.type, h.record, h.valid_from, h.valid_to, c.id,"
          " c.recorded_at, c.author, c.reason, c.basis FROM hold h JOIN change_set c ON " +
          here + "c.id = h.recorded_in WHERE " + (dialect.here.empty() ? "" : "h." + dialect.here) +
          "h.recorded_in <= $1 ORDER BY h.version_id"));
  find->bind(1, known_at);
  std::map<int64_t, Hold> holds;
  std::map<std::string, std::vector<std::pair<int64_t, int64_t>>> records;  // hold, record by type
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, find->step());
    if (!row) break;
    const int64_t number = find->int64_at(0);
    const record::ChangeSetSummary summary{
        find->int64_at(6), std::string(find->text_at(7)), std::string(find->text_at(8)),
        std::string(find->text_at(9)), std::string(find->text_at(10))};
    const auto [place, added] = holds.try_emplace(number);
    Hold& hold = place->second;
    if (!added) {
      hold.to = Date::from_days(find->int64_at(5));
      hold.lifted = summary;
      continue;
    }
    hold.number = number;
    hold.reach = static_cast<HoldReach>(find->int64_at(1));
    hold.type = find->text_at(2);
    hold.from = Date::from_days(find->int64_at(4));
    hold.placed = summary;
    if (!find->is_null(3)) records[hold.type].emplace_back(number, find->int64_at(3));
  }
  for (const auto& [type, of_type] : records) {
    std::vector<int64_t> ids;
    for (const auto& [number, record] : of_type) ids.push_back(record);
    DD_ASSIGN_OR_RETURN(std::vector<std::string> keys, find_keys(connection, type, ids));
    for (size_t i = 0; i < ids.size(); ++i) holds[of_type[i].first].key = std::move(keys[i]);
  }
  std::vector<Hold> out;
  for (auto& [number, hold] : holds) out.push_back(std::move(hold));
  return out;
}

Result<std::map<size_t, int64_t>> held_records(SqlConnection& connection,
                                               const std::vector<RecordId>& records, Date day) {
  std::map<size_t, int64_t> out;
  DD_ASSIGN_OR_RETURN(std::vector<StandingHold> holds, standing_holds(connection));
  std::erase_if(holds, [&](const StandingHold& hold) { return !record::holds_on(hold.to, day); });
  if (holds.empty()) return out;
  References references(connection);
  DD_RETURN_IF_ERROR(references.follow(records));
  for (const StandingHold& hold : holds) {
    std::set<RecordId> covered;
    if (hold.reach == HoldReach::kRecord) covered = {{hold.type, hold.record}};
    if (hold.reach == HoldReach::kReferring) {
      covered = references.leading_to({hold.type, hold.record});
    }
    for (size_t i = 0; i < records.size(); ++i) {
      const bool keeps = hold.reach == HoldReach::kType ? records[i].first == hold.type
                                                        : covered.contains(records[i]);
      if (keeps) out.try_emplace(i, hold.number);
    }
  }
  return out;
}

}  // namespace dandang::store
