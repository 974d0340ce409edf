// The kinds of measure (docs/packages.md, "Measures"): pick, streak, rank, aggregate.

#include <algorithm>
#include <functional>
#include <limits>
#include <set>

#include "evaluation/model.h"
#include "feel/functions.h"
#include "feel/wording.h"

namespace dandang::evaluation {

using feel::Cause;
using feel::Causes;
using feel::CausesPtr;
using feel::Entity;
using feel::Frame;
using feel::List;
using feel::Value;
using policy::Measure;

// The periods a streak looks at: first to last, both inside.
struct Model::Window {
  int64_t first = 0;
  int64_t last = 0;
};

Value Model::measure_value(size_t index, const Entity& on) const {
  const Measure& measure = set_.measures[index];
  const auto compute = [&]() -> Value {
    if (measure.kind == Measure::Kind::kRank) return rank_value(index, on);
    if (measure.kind == Measure::Kind::kAggregate) return aggregate_value(index, on);
    const size_t before = evaluator_.uses().size();
    Value value = compute_measure(measure, on);
    // A figure of the whole county rests on every record there is; citing them all would tell
    // nobody anything, so only its parameters count as what a finding rests on.
    if (measure.on.empty()) {
      auto& uses = evaluator_.uses();
      uses.erase(std::remove_if(uses.begin() + static_cast<std::ptrdiff_t>(before), uses.end(),
                                [](const feel::Use& use) { return use.definition < 0; }),
                 uses.end());
    }
    return value;
  };
  if (evaluator_.trace() != nullptr) return traced(measure.name, measure.package, compute);
  const uint64_t key = static_cast<uint64_t>(index) << 32 | on.row;
  const auto found = memo_.find(key);
  if (found != memo_.end()) {
    auto& uses = evaluator_.uses();
    uses.insert(uses.end(), found->second.uses.begin(), found->second.uses.end());
    return found->second.value;
  }
  const size_t mark = evaluator_.uses().size();
  Value value = traced(measure.name, measure.package, compute);
  const auto& uses = evaluator_.uses();
  // What a bound cut short depends on who asked first.
  if (!evaluator_.stopped().empty()) return value;
  memo_.emplace(key, Memo{value, {uses.begin() + static_cast<std::ptrdiff_t>(mark), uses.end()}});
  return value;
}

Value Model::compute_measure(const Measure& measure, const Entity& on) const {
  const Value item(on);
  const Frame item_frame{nullptr, &item, nullptr};
  const Frame* frame = on.source != nullptr ? &item_frame : nullptr;
  switch (measure.kind) {
    case Measure::Kind::kValue:
      return evaluator_.evaluate(*measure.value.expression, frame);
    case Measure::Kind::kPick:
      return compute_pick(measure, on, frame);
    case Measure::Kind::kStreak:
      return compute_streak(measure, on, frame);
    default:
      return {};
  }
}

// The latest of several rows is what the answer rests on, not those it comes after.
void Model::rest_on(const Measure& measure, const Value& row, const Frame* frame,
                    size_t mark) const {
  evaluator_.uses().resize(mark);
  if (measure.where) {
    feel::TraceNode* trace = evaluator_.trace();
    evaluator_.trace_into(nullptr);
    const Frame item{frame, &row, nullptr};
    evaluator_.evaluate(*measure.where.expression, &item);
    evaluator_.trace_into(trace);
  }
  evaluator_.use(row.entity());
}

// The one row that answers the condition. None: null if the list is known to be complete, else
// unknown; several: unknown.
Value Model::compute_pick(const Measure& measure, const Entity& on, const Frame* frame) const {
  const auto over = data_.catalogue().type_index(measure.over);
  const size_t mark = evaluator_.uses().size();
  Value rows = on.source != nullptr ? back_list(on, *over) : all_rows(*over);
  if (measure.where) rows = evaluator_.filter(rows, *measure.where.expression, frame);
  if (rows.is_unknown()) return rows;
  const List& list = rows.list();
  CausesPtr causes = list.maybe_causes;
  if (list.items.empty()) {
    causes = Causes::merged(causes, feel::open_causes(list));
    return causes ? Value::unknown(causes) : Value();
  }
  if (causes) return Value::unknown(causes);
  if (list.items.size() == 1) {
    evaluator_.use(list.items[0].entity());
    return list.items[0];
  }
  const Cause several{Cause::Kind::kOther, measure.over, "", key_of(on),
                      feel::worded("有 % 条“%”，分不清用哪一条", "% records of %, no telling which",
                                   {std::to_string(list.items.size()), measure.over})};
  if (measure.latest.empty()) return Value::unknown(several);
  const size_t field = *data_.catalogue().types[*over].field_index(measure.latest);
  const Value* best = nullptr;
  Value best_value;
  bool tie = false;
  for (const Value& row : list.items) {
    const Value value = field_value(row.entity(), field);
    if (value.is_unknown()) return value;
    // A row without a date was assumed to hold since ever: any dated one is later.
    const auto order = best == nullptr        ? std::optional<int>(1)
                       : value.is_null()      ? std::optional<int>(best_value.is_null() ? 0 : -1)
                       : best_value.is_null() ? std::optional<int>(1)
                                              : feel::compare(value, best_value);
    if (!order) return Value::unknown(several);
    if (*order > 0) {
      best = &row;
      best_value = value;
      tie = false;
    } else if (*order == 0) {
      tie = true;
    }
  }
  if (tie) return Value::unknown(several);
  rest_on(measure, *best, frame, mark);
  return *best;
}

// ---- streak ----

// A period holds if a row of it does. If none does it fails, unless a row may be missing that
// would: what the record type says absence means. A period that fails decides, whatever is missing
// elsewhere.
Value Model::streak_over(const Measure& measure, const Entity& on, const Frame* frame,
                         const std::vector<uint32_t>& rows, const Window& window,
                         const Value* each) const {
  const auto over = static_cast<uint32_t>(*data_.catalogue().type_index(measure.over));
  const size_t by = *data_.catalogue().types[over].field_index(measure.by);
  Value all = true;
  for (int64_t period = window.first; period <= window.last; ++period) {
    Value any = false;
    for (const uint32_t row : rows) {
      const Entity entity{this, over, row};
      // A row whose period or owner is unknown may be this one's.
      const Value owner = field_value(entity, owner_field(on.kind, over));
      Value of_period = feel::logical_and(feel::equal(owner, Value(on)),
                                          feel::equal(field_value(entity, by), Value(period)));
      if (const CausesPtr doubt = doubt_of(entity)) {
        of_period = feel::logical_and(of_period, Value::unknown(doubt));
      }
      if (!of_period.is_true() && !of_period.is_unknown()) continue;
      evaluator_.use(entity);
      const Value item(entity);
      const Frame row_frame{frame, &item, nullptr};
      const Value holds = evaluator_.traced_item(
          entity, [&] { return evaluator_.evaluate(*measure.holds.expression, &row_frame); });
      any = feel::logical_or(any, feel::logical_and(of_period, holds));
    }
    if (!any.is_true()) {
      any = feel::logical_or(any, missing_period(measure, on, Value(period), each));
    }
    all = feel::logical_and(all, any.is_null() ? Value(false) : any);
  }
  return all;
}

// False if no row of the period can be missing, else unknown.
Value Model::missing_period(const Measure& measure, const Entity& on, const Value& period,
                            const Value* each) const {
  const auto over = *data_.catalogue().type_index(measure.over);
  const record::RecordType& type = data_.catalogue().types[over];
  std::map<std::string, Value> pinned{{measure.by, period}};
  if (each != nullptr) pinned.emplace(measure.each, *each);
  // The item's own list may be known where its other keys are not: any list of that item and period
  // will do.
  std::vector<std::string> keys;
  for (const std::string& key : type.absence_keys) {
    const auto at = pinned.find(key);
    keys.push_back(at == pinned.end() ? "" : at->second.to_string());
  }
  if (type.absence == record::RecordType::Absence::kNone && data_.covers(type, keys) &&
      !data_.is_open_for(type, table_of(on).key(on.row), keys)) {
    return false;
  }
  const Value rows = back_list(on, over);
  const auto& openness = rows.list().openness;
  if (openness == nullptr || openness->missing(pinned) == nullptr) return false;
  const std::string shown = each != nullptr
                                ? feel::worded("% %", {each->to_string(), period.to_string()})
                                : period.to_string();
  Cause cause{Cause::Kind::kFact, type.name, "", shown, {}};
  if (!data_.taken_in(type)) {
    cause.note = {"从未交过这本台账", "this register was never taken in"};
  }
  return Value::unknown(std::move(cause));
}

Value Model::compute_streak(const Measure& measure, const Entity& on, const Frame* frame) const {
  const Value ending = evaluator_.evaluate(*measure.ending.expression, frame);
  const Value length = evaluator_.evaluate(*measure.length.expression, frame);
  if (const auto causes = feel::causes_of(ending, length)) return Value::unknown(causes);
  constexpr int64_t kMaxLength = 200;
  constexpr int64_t kMaxPeriod = 1'000'000;
  const auto whole = [](const Value& value) {
    const auto number = value.is(Value::Kind::kNumber) ? value.number().to_int64() : std::nullopt;
    return number.value_or(std::numeric_limits<int64_t>::max());
  };
  const int64_t last = whole(ending);
  const int64_t count = whole(length);
  if (count < 1 || count > kMaxLength || last > kMaxPeriod || last < -kMaxPeriod) {
    return Value::unknown(Cause{Cause::Kind::kOther,
                                measure.over,
                                "",
                                "",
                                {"连续年数或末次年度不是可用的整数",
                                 "the length or the last period is not a usable whole number"}});
  }
  const Window window{last - count + 1, last};
  const auto over = *data_.catalogue().type_index(measure.over);
  const record::RecordType& type = data_.catalogue().types[over];
  std::vector<uint32_t> rows = referring_rows(on, over);
  const std::vector<uint32_t>& ownerless = ownerless_rows(on, over);
  rows.insert(rows.end(), ownerless.begin(), ownerless.end());
  if (measure.each.empty()) return streak_over(measure, on, frame, rows, window, nullptr);
  if (!data_.taken_in(type)) {
    return Value::unknown(Cause{Cause::Kind::kFact,
                                type.name,
                                "",
                                "",
                                {"从未交过这本台账", "this register was never taken in"}});
  }
  const size_t each_field = *type.field_index(measure.each);
  struct Item {
    Value value;
    std::vector<uint32_t> rows;
  };
  std::map<std::string, Item> by_item;
  for (const uint32_t row : rows) {
    const Value value = field_value({this, static_cast<uint32_t>(over), row}, each_field);
    // A row whose item is unknown may belong to any, or to one not seen yet.
    if (value.is_unknown()) return value;
    if (value.is_null()) continue;
    Item& item = by_item[value.to_string()];
    item.value = value;
    item.rows.push_back(row);
  }
  List list;
  for (const auto& [name, item] : by_item) {
    const size_t mark = evaluator_.uses().size();
    const Value holds = streak_over(measure, on, frame, item.rows, window, &item.value);
    if (holds.is_true() || holds.is_unknown()) {
      list.push(item.value, holds.is_unknown() ? holds.causes() : nullptr);
    } else {
      evaluator_.uses().resize(mark);
    }
  }
  return list;
}

// ---- rank and aggregate: computed once for all rows ----

namespace {

// A group's key as words: "2024 镇街正职 ".
std::string group_words(std::string key) {
  std::replace(key.begin(), key.end(), '\x1f', ' ');
  return key;
}

}  // namespace

void Model::compute_group_values(size_t index) const {
  const size_t mark = evaluator_.uses().size();
  group_values_[index].clear();
  Grouping& grouping = groupings_[index];
  grouping = {};
  const auto type = *data_.catalogue().type_index(set_.measures[index].on);
  for (const Entity& row : visible_[type]) enter_group(index, row);
  const Value least = least_of(index);
  for (const auto& [key, members] : grouping.groups) value_group(index, key, members, least);
  evaluator_.uses().resize(mark);
}

Value Model::least_of(size_t index) const {
  const Measure& measure = set_.measures[index];
  return measure.least ? evaluator_.evaluate(*measure.least.expression) : Value(1);
}

// Puts the row, with what it is ranked or aggregated by, into its group. Who has none gets its
// value at once.
void Model::enter_group(size_t index, const Entity& row) const {
  const Measure& measure = set_.measures[index];
  const auto group = group_text(row, measure.within);
  const Value item(row);
  const Frame frame{nullptr, &item, nullptr};
  const bool is_rank = measure.kind == Measure::Kind::kRank;
  Value value;
  if (group || is_rank) value = evaluator_.evaluate(*measure.value.expression, &frame);
  // Nobody without a value has a place; the others' group counts those with one (decision 0004).
  if (!group || (is_rank && (value.is_unknown() || value.is_null()))) {
    group_values_[index][row.row] =
        value.is_unknown()
            ? value
            : Value::unknown(Cause{Cause::Kind::kFact, measure.on, measure.name, key_of(row), {}});
    return;
  }
  Grouping& grouping = groupings_[index];
  const auto at = grouping.groups.try_emplace(*group).first;
  std::vector<Grouped>& members = at->second;
  const auto place = std::upper_bound(
      members.begin(), members.end(), row.row,
      [](uint32_t wanted, const Grouped& member) { return wanted < member.row.row; });
  members.insert(place, {row, std::move(value)});
  grouping.group_of[row.row] = &at->first;
}

void Model::value_group(size_t index, const std::string& key, const std::vector<Grouped>& members,
                        const Value& least) const {
  if (set_.measures[index].kind == Measure::Kind::kRank) {
    place_group(index, key, members, least);
    return;
  }
  const feel::Builtin* function = feel::find_builtin(set_.measures[index].function);
  List list;
  for (const Grouped& member : members) list.items.push_back(member.value);
  const Value value = feel::call_builtin(*function, {Value(std::move(list))});
  for (const Grouped& member : members) group_values_[index][member.row.row] = value;
}

void Model::place_group(size_t index, const std::string& key, const std::vector<Grouped>& members,
                        const Value& least) const {
  const Measure& measure = set_.measures[index];
  auto& values = group_values_[index];
  std::vector<const Grouped*> sorted;
  for (const Grouped& member : members) sorted.push_back(&member);
  std::stable_sort(sorted.begin(), sorted.end(), [&](const Grouped* a, const Grouped* b) {
    const int order = feel::compare(a->value, b->value).value_or(0);
    return measure.descending ? order > 0 : order < 0;
  });
  const auto count = static_cast<int64_t>(sorted.size());
  const bool too_small = least.is(Value::Kind::kNumber) && Decimal(count) < least.number();
  int64_t place = 1;
  for (size_t i = 0; i < sorted.size(); ++i) {
    if (i > 0 && feel::compare(sorted[i]->value, sorted[i - 1]->value) != 0) {
      place = static_cast<int64_t>(i) + 1;
    }
    Value& out = values[sorted[i]->row.row];
    if (least.is_unknown()) {
      out = least;
    } else if (too_small) {
      const std::string size = std::to_string(count);
      const std::string wanted = least.number().to_string();
      out = Value::unknown(
          Cause{Cause::Kind::kOther, measure.on, measure.name, key_of(sorted[i]->row),
                feel::worded("%比较组只有 % 人，少于 % 人，不排名",
                             "the comparison group %has %, fewer than %: no places",
                             {group_words(key), size, wanted})});
    } else {
      feel::Context context;
      context.entries = {{"名次", Value(place)}, {"人数", Value(count)}};
      out = Value(std::move(context));
    }
  }
}

std::map<uint32_t, Value> Model::renew_group_values(size_t index,
                                                    const std::vector<uint32_t>& rows) {
  const size_t mark = evaluator_.uses().size();
  Grouping& grouping = groupings_[index];
  auto& values = group_values_[index];
  const auto type = *data_.catalogue().type_index(set_.measures[index].on);
  std::map<uint32_t, Value> before;
  std::set<std::string> touched;
  const auto leave = [&](uint32_t row) {
    if (const auto value = values.find(row); value != values.end()) {
      before.emplace(row, std::move(value->second));
      values.erase(value);
    }
    const auto group = grouping.group_of.find(row);
    if (group == grouping.group_of.end()) return;
    touched.insert(*group->second);
    std::erase_if(grouping.groups[*group->second],
                  [&](const Grouped& member) { return member.row.row == row; });
    grouping.group_of.erase(group);
  };
  const auto join = [&](uint32_t row) {
    if (!data_.table(type).holds_on(row, as_of_)) return;
    enter_group(index, {this, static_cast<uint32_t>(type), row});
    const auto group = grouping.group_of.find(row);
    if (group != grouping.group_of.end()) touched.insert(*group->second);
  };
  const auto value_touched = [&](const std::string& key, const Value& least) {
    const auto group = grouping.groups.find(key);
    for (const Grouped& member : group->second) {
      if (const auto value = values.find(member.row.row); value != values.end()) {
        before.emplace(member.row.row, value->second);
      }
    }
    if (group->second.empty()) {
      grouping.groups.erase(group);
    } else {
      value_group(index, key, group->second, least);
    }
  };
  traced(set_.measures[index].name, set_.measures[index].package, [&]() -> Value {
    for (const uint32_t row : rows) {
      leave(row);
      join(row);
    }
    const Value least = least_of(index);
    for (const std::string& key : touched) value_touched(key, least);
    return {};
  });
  evaluator_.uses().resize(mark);
  return before;
}

Value Model::rank_value(size_t index, const Entity& row) const {
  if (doubt_ != nullptr && doubt_->of_group_value(index, row.row)) {
    return Value::unknown(Doubt::causes());
  }
  if (!group_values_.contains(index)) {
    feel::TraceNode* trace = evaluator_.trace();
    evaluator_.trace_into(nullptr);
    compute_group_values(index);
    evaluator_.trace_into(trace);
  }
  // The smallest group is part of what the place rests on.
  if (set_.measures[index].least) evaluator_.evaluate(*set_.measures[index].least.expression);
  evaluator_.use(row);
  return group_value(index, row);
}

// A record that does not hold on the day is not among those that have one.
Value Model::group_value(size_t index, const Entity& row) const {
  const auto& values = group_values_.at(index);
  const auto found = values.find(row.row);
  if (found != values.end()) return found->second;
  const Measure& measure = set_.measures[index];
  return Value::unknown(Cause{Cause::Kind::kFact, measure.on, measure.name, key_of(row), {}});
}

Value Model::aggregate_value(size_t index, const Entity& row) const {
  if (doubt_ != nullptr && doubt_->of_group_value(index, row.row)) {
    return Value::unknown(Doubt::causes());
  }
  if (!group_values_.contains(index)) {
    feel::TraceNode* trace = evaluator_.trace();
    evaluator_.trace_into(nullptr);
    compute_group_values(index);
    evaluator_.trace_into(trace);
  }
  return group_value(index, row);
}

}  // namespace dandang::evaluation
