#include "record/undo.h"

#include <algorithm>
#include <set>
#include <utility>

namespace dandang::record {

namespace {

using TypeAndKey = std::pair<std::string, std::string>;  // type, key

// Names shown in a refusal; the rest is counted.
constexpr size_t kNamed = 5;

bool same_files(const std::vector<PackageFile>& a, const std::vector<PackageFile>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const PackageFile& x, const PackageFile& y) {
                      return x.package == y.package && x.path == y.path && x.content == y.content;
                    });
}

Result<void> check_packages(RecordStore& store, ChangeSetId undone) {
  DD_ASSIGN_OR_RETURN(const auto before, store.packages(undone - 1));
  DD_ASSIGN_OR_RETURN(const auto after, store.packages(undone));
  if (same_files(before, after)) return {};
  return Error{
      ErrorCode::kConflict,
      {"第 " + std::to_string(undone) + " 次写入发布了政策包，不能这样撤销",
       "change set " + std::to_string(undone) + " published packages, which cannot be undone so"},
      "",
      {"重新发布原来的政策包", "publish the former packages again"}};
}

// What a later record still needs must stay: finds such records among those to be withdrawn, until
// no more are found, since one that stays needs others.
class Referrers {
 public:
  Referrers(const Dataset& data, std::set<TypeAndKey>& withdrawn,
            const std::set<TypeAndKey>& put_back, std::vector<UndoObstacle>& obstacles)
      : data_(data), withdrawn_(withdrawn), put_back_(put_back), obstacles_(obstacles) {}

  void keep_what_is_needed() {
    bool found = true;
    while (found && !withdrawn_.empty()) {
      found = false;
      for (size_t t = 0; t < data_.catalogue().types.size(); ++t) {
        if (keep_for(data_.table(t))) found = true;
      }
    }
  }

 private:
  bool keep_for(const Table& table) {
    bool found = false;
    for (size_t f = 0; f < table.columns.size(); ++f) {
      const Field& field = table.type->fields[f];
      if (field.kind != FieldKind::kRef) continue;
      const Table* target = data_.find_table(field.ref_type);
      for (size_t row = 0; row < table.size(); ++row) {
        if (table.columns[f].is_blank(row)) continue;
        const TypeAndKey self{table.type->name, std::string(table.key(row))};
        if (withdrawn_.contains(self) || put_back_.contains(self)) continue;
        const auto target_row = static_cast<size_t>(table.columns[f].int64_at(row));
        if (withdrawn_.erase({field.ref_type, std::string(target->key(target_row))}) == 0) continue;
        obstacles_.push_back(
            {field.ref_type, std::string(target->key(target_row)), 0, table.record_id(row)});
        found = true;
      }
    }
    return found;
  }

  const Dataset& data_;
  std::set<TypeAndKey>& withdrawn_;
  const std::set<TypeAndKey>& put_back_;
  std::vector<UndoObstacle>& obstacles_;
};

Error refusal(ChangeSetId undone, const std::vector<UndoObstacle>& obstacles) {
  Text names;
  for (size_t i = 0; i < obstacles.size() && i < kNamed; ++i) {
    const UndoObstacle& o = obstacles[i];
    const std::string id = o.type + ":" + key_for_display(o.key);
    const std::string later = std::to_string(o.changed_in);
    const bool changed = o.changed_in != 0;
    names.zh += (i > 0 ? "；" : "") + id +
                (changed                 ? "（第 " + later + " 次写入又改动）"
                 : o.referred_by.empty() ? "（原来的内容已删除）"
                                         : "（" + o.referred_by + " 指向它）");
    names.en += (i > 0 ? "; " : "") + id +
                (changed                 ? " (changed again by change set " + later + ")"
                 : o.referred_by.empty() ? " (what it was before is deleted)"
                                         : " (" + o.referred_by + " refers to it)");
  }
  const std::string count = std::to_string(obstacles.size());
  return {ErrorCode::kConflict,
          {"第 " + std::to_string(undone) + " 次写入有 " + count + " 条记录不能撤销：" + names.zh +
               (obstacles.size() > kNamed ? "……" : ""),
           count + " records of change set " + std::to_string(undone) +
               " cannot be put back: " + names.en + (obstacles.size() > kNamed ? " …" : "")},
          "",
          {"先撤销后来的写入，或只撤销其余记录",
           "undo the later change sets first, or undo the other records only"}};
}

Result<void> check_no_deletion(RecordStore& store, ChangeSetId undone) {
  DD_ASSIGN_OR_RETURN(const std::vector<Tombstone> tombstones, store.tombstones(undone));
  const bool deletes =
      std::any_of(tombstones.begin(), tombstones.end(),
                  [&](const Tombstone& tombstone) { return tombstone.deleted_in == undone; });
  if (!deletes) return {};
  const std::string id = std::to_string(undone);
  return Error{ErrorCode::kConflict,
               {"第 " + id + " 次写入是删除，内容已不存在，不能撤销",
                "change set " + id +
                    " is a deletion: what it deleted is gone, and it cannot be "
                    "undone"},
               "",
               {"需要的话重新导入；那会是新的记录",
                "take the records in again if they are needed; they will be new ones"}};
}

}  // namespace

Result<Undo> make_undo(RecordStore& store, const std::shared_ptr<const Catalogue>& catalogue,
                       ChangeSetId undone, const ChangeSet& by, UndoScope scope) {
  DD_RETURN_IF_ERROR(check_no_deletion(store, undone));
  Undo out;
  ChangeSet& set = out.change_set;
  set.recorded_at = by.recorded_at;
  set.author = by.author;
  set.reason = by.reason;
  set.basis = by.basis;
  set.undoes = undone;

  std::set<TypeAndKey> withdrawn;
  std::set<TypeAndKey> put_back;
  const auto collect = [&](const RecordChange& change) -> Result<void> {
    if (change.before_deleted) {
      out.left.push_back({change.type, change.key, 0, ""});
    } else if (change.touched_later != 0) {
      out.left.push_back({change.type, change.key, change.touched_later, ""});
    } else if (change.before) {
      set.versions.push_back(*change.before);
      set.versions.back().based_on = change.after ? undone : 0;
      put_back.emplace(change.type, change.key);
    } else {
      withdrawn.emplace(change.type, change.key);
    }
    return {};
  };
  DD_RETURN_IF_ERROR(store.versions_of(*catalogue, undone, collect));
  DD_RETURN_IF_ERROR(check_packages(store, undone));
  if (!withdrawn.empty()) {
    DD_ASSIGN_OR_RETURN(const auto last, store.change_set_at(std::nullopt));
    DD_ASSIGN_OR_RETURN(const Dataset data, store.load(catalogue, last ? last->id : 0));
    Referrers(data, withdrawn, put_back, out.left).keep_what_is_needed();
  }
  for (const auto& [type, key] : withdrawn) set.withdrawals.push_back({type, key, undone});
  if (scope == UndoScope::kAll && !out.left.empty()) return refusal(undone, out.left);
  return out;
}

}  // namespace dandang::record
