// What lets records change under a model, so that many small changes can be tried on one of them
// (nearest_change_trial.h).

#include <algorithm>

#include "evaluation/model.h"

namespace dandang::evaluation {

using feel::Cause;
using feel::Causes;
using feel::CausesPtr;

const CausesPtr& Doubt::causes() {
  static const CausesPtr kCauses =
      Causes::one(Cause{Cause::Kind::kOther, {}, {}, {}, {"假设可以不同", "supposed to be open"}});
  return kCauses;
}

void Model::settle(const std::vector<size_t>& measures) {
  for (const size_t index : measures) {
    const policy::Measure& measure = set_.measures[index];
    if (measure.on.empty()) {
      measure_value(index, {});
    } else if (!group_values_.contains(index)) {
      traced(measure.name, measure.package, [&]() -> feel::Value {
        compute_group_values(index);
        return {};
      });
    }
  }
  evaluator_.uses().clear();
}

void Model::forget(const Forgotten& what) {
  std::erase_if(memo_, [&](const auto& entry) {
    const auto measure = static_cast<size_t>(entry.first >> 32);
    return !set_.measures[measure].on.empty() ||
           std::find(what.whole_run.begin(), what.whole_run.end(), measure) != what.whole_run.end();
  });
  work_days_.clear();
  for (const size_t measure : what.group_measures) group_values_.erase(measure);
  for (const size_t t : what.types) {
    index_rows_of(t);
    std::erase_if(back_index_, [&](const auto& entry) {
      return entry.first.first == t || entry.first.second == t;
    });
  }
  for (const auto& [type, row] : what.rows) index_row(type, row);
}

// One row came or went: the lists it stands in are mended rather than made again.
void Model::index_row(size_t type_index, size_t row) {
  const record::Table& table = data_.table(type_index);
  const bool there = table.holds_on(row, as_of_);
  const auto mend = [there](auto& sorted, const auto& value) {
    const auto at = std::lower_bound(sorted.begin(), sorted.end(), value);
    const bool known = at != sorted.end() && *at == value;
    if (there && !known) sorted.insert(at, value);
    if (!there && known) sorted.erase(at);
  };
  mend(visible_[type_index],
       feel::Entity{this, static_cast<uint32_t>(type_index), static_cast<uint32_t>(row)});
  for (auto& [key, lists] : back_index_) {
    if (key.second != type_index) continue;
    const size_t field = owner_field(key.first, type_index);
    const Column& column = table.columns[field];
    if (column.is_blank(row)) continue;  // a trial's records have an owner
    mend(lists[static_cast<size_t>(column.int64_at(row))], static_cast<uint32_t>(row));
  }
}

void Model::forget_groups() {
  for (size_t i = 0; i < groups_.size(); ++i) forget_groups_of(i);
}

void Model::forget_groups_of(size_t subject_index) {
  groups_[subject_index].clear();
  group_entities_[subject_index].clear();
  groups_built_[subject_index] = false;
}

std::string Model::group_identity(const feel::Entity& group) const {
  std::string out;
  for (const feel::Value& value : group_of(group).key) {
    out += value.is(feel::Value::Kind::kEntity) ? key_of(value.entity()) : value.to_string();
    out += value.is_null() ? "\x1e" : "\x1f";
  }
  return out;
}

const std::unordered_map<uint32_t, feel::Value>& Model::group_values(size_t measure) {
  settle({measure});
  return group_values_[measure];
}

}  // namespace dandang::evaluation
