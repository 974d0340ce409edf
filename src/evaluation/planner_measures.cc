// The planner's part that knows the kinds of measure (docs/packages.md).

#include <algorithm>

#include "evaluation/planner.h"

namespace dandang::evaluation {

using engine::Node;
using engine::NodeKind;
using engine::Operand;
using engine::PlanFrame;
using engine::Type;
using feel::Value;
using policy::Measure;
using record::RecordType;
namespace state = engine::state;

namespace {

// Rows of `list` owned by rows of `table`.
std::vector<PlanFrame> owned(uint32_t table, uint32_t list) {
  return {PlanFrame{table, "", {}, false}, PlanFrame{list, "", {}, true}};
}

}  // namespace

Operand Planner::measure(uint32_t table, size_t index) {
  const auto key = std::pair(table, index);
  const auto known = measures_.find(key);
  if (known != measures_.end()) {
    const auto& [operand, why] = known->second;
    return operand.is(Operand::Kind::kNone) ? compiler_.refuse(why.zh, why.en) : operand;
  }
  Operand compiled = compiled_measure(table, index);
  measures_.emplace(key, std::pair(compiled, compiler_.reason()));
  return compiled;
}

Operand Planner::compiled_measure(uint32_t table, size_t index) {
  constexpr int kMaxMeasures = 60;
  const Measure& measure = model_.set().measures[index];
  if (depth_ > kMaxMeasures) return compiler_.refuse("度量互相引用太深", "measures refer too deep");
  if (!measure.args.empty()) return function_of(measure, true);
  const bool on_group = table >= model_.data().catalogue().types.size();
  if (on_group && measure.kind != Measure::Kind::kValue) {
    return compiler_.refuse("分组上的这种度量", "this kind of measure on a group");
  }
  switch (measure.kind) {
    case Measure::Kind::kValue: {
      if (!measure.value) return {};
      const PackageOf scope(*this, measure.package);
      return compiler_.compile_operand(*measure.value.expression,
                                       {PlanFrame{table, "", {}, false}});
    }
    case Measure::Kind::kPick:
      return pick(measure, table);
    case Measure::Kind::kStreak:
      return streak(measure, table);
    case Measure::Kind::kRank:
      return rank(measure, table);
    case Measure::Kind::kAggregate:
      return aggregate(measure, table);
  }
  return {};
}

// The formula's value if it is the same for every row.
Value Planner::constant(const policy::Formula& text, std::vector<int>& definitions) {
  if (!text) return {};
  const Operand value = compiler_.compile_operand(*text.expression, {});
  if (!value.is(Operand::Kind::kConstant)) {
    compiler_.refuse("期数因人而异", "the periods differ from row to row");
    return {};
  }
  definitions.insert(definitions.end(), value.definitions.begin(), value.definitions.end());
  return value.constant;
}

Operand Planner::periods(const Measure& measure, engine::StreakPlan& plan) {
  std::vector<int> definitions;
  const Value ending = constant(measure.ending, definitions);
  const Value length = constant(measure.length, definitions);
  if (ending.is_unknown() || length.is_unknown()) {
    return Operand::of(Value::unknown(feel::causes_of(ending, length)), definitions);
  }
  const auto whole = [](const Value& value) {
    return value.is(Value::Kind::kNumber) ? value.number().to_int64() : std::nullopt;
  };
  const auto last = whole(ending);
  const auto count = whole(length);
  constexpr int64_t kMaxLength = 200;
  constexpr int64_t kMaxPeriod = 1'000'000;
  if (!last || !count || *count < 1 || *count > kMaxLength || *last > kMaxPeriod ||
      *last < -kMaxPeriod) {
    return compiler_.refuse("期数不是可用的整数", "periods that are no usable whole numbers");
  }
  plan.first = *last - *count + 1;
  plan.last = *last;
  return Operand::of(ending, definitions);
}

bool Planner::streak_holds(const Measure& measure, uint32_t table, engine::StreakPlan& plan) {
  plan.holds = compiler_.compile(*measure.holds.expression, owned(table, plan.table));
  if (plan.holds == nullptr) return false;
  if (plan.holds->type != Type::kTruth) compiler_.refuse("条件不是是非", "is no truth");
  return plan.holds->type == Type::kTruth;
}

Operand Planner::streak(const Measure& measure, uint32_t table) {
  if (!measure.each.empty()) return streak_each(measure, table);
  const PackageOf scope(*this, measure.package);
  const auto list = static_cast<uint32_t>(*model_.data().catalogue().type_index(measure.over));
  const RecordType& listed = type(list);
  auto plan = std::make_shared<engine::StreakPlan>();
  plan->table = list;
  const Operand ending = periods(measure, *plan);
  if (!ending.is(Operand::Kind::kConstant) || ending.constant.is_unknown()) return ending;
  const size_t by = *listed.field_index(measure.by);
  const engine::Panel* panel = tables_.panel(list);
  if (panel != nullptr && panel->owner_table == table && panel->period_name == measure.by) {
    plan->panel = panel;
  } else {
    plan->rows = tables_.back_list(list, table);
    plan->period = compiler_.column(list, static_cast<uint32_t>(by));
    if (plan->rows == nullptr || plan->period == nullptr) {
      return compiler_.refuse("有的行不知属于谁", "some rows have no known owner");
    }
    const std::string& owner = listed.fields[model_.owner_field(table, list)].name;
    plan->one_a_period = std::all_of(listed.key.begin(), listed.key.end(), [&](const auto& part) {
      return part == owner || part == measure.by;
    });
  }
  if (!streak_holds(measure, table, *plan)) return {};
  for (int64_t period = plan->first; period <= plan->last; ++period) {
    std::vector<std::string> keys;
    for (const std::string& key : listed.absence_keys) {
      keys.push_back(key == measure.by ? std::to_string(period) : "");
    }
    const bool covered =
        listed.absence == RecordType::Absence::kNone && model_.data().covers(listed, keys);
    plan->absent.push_back(
        closed(list, table, covered, keys, state::kMissing, std::to_string(period)));
  }
  Node node = {};
  node.kind = NodeKind::kStreak;
  node.table = table;
  node.may_lack = true;
  node.streak = std::move(plan);
  const Node* result = plan_.add(std::move(node));
  if (ending.definitions.empty()) return Operand::of(result);
  // The periods rest on parameters, which are looked at before the rows.
  return Operand::of(compiler_.called(result, {ending}, table));
}

// By owner: whether its one row of the period is on record, whatever item it is of, so that there
// can be no other.
std::vector<bool> Planner::owners_with_one(const Measure& measure, uint32_t owner_table,
                                           int64_t period) const {
  const size_t list = *model_.data().catalogue().type_index(measure.over);
  const RecordType& listed = model_.data().catalogue().types[list];
  const size_t owner_field = model_.owner_field(owner_table, list);
  const size_t by = *listed.field_index(measure.by);
  std::vector<bool> out(tables_.rows(owner_table), false);
  const bool one_a_period =
      std::all_of(listed.key.begin(), listed.key.end(), [&](const std::string& part) {
        return part == listed.fields[owner_field].name || part == measure.by;
      });
  if (!one_a_period) return out;
  const Column& owners = model_.data().table(list).columns[owner_field];
  for (const feel::Entity& row : model_.visible(list)) {
    if (owners.is_blank(row.row)) continue;
    if (!feel::equal(model_.field_value(row, by), Value(period)).is_true()) continue;
    out[static_cast<size_t>(owners.int64_at(row.row))] = true;
  }
  return out;
}

// On rows that are items: true where no row of the period can be missing (Model::missing_period).
const Node* Planner::items_absent(const Measure& measure, uint32_t owner_table,
                                  const engine::Items& items, int64_t period) {
  const RecordType& listed =
      type(static_cast<uint32_t>(*model_.data().catalogue().type_index(measure.over)));
  const engine::BackList& by_owner = *tables_.back_list(items.table, owner_table);
  const record::Table& owners = model_.data().table(owner_table);
  const std::string shown = std::to_string(period);
  std::vector<engine::State> states(items.names.size(), state::kTrue);
  auto causes = std::make_shared<std::vector<feel::CausesPtr>>(items.names.size());
  const std::vector<bool> has_one = owners_with_one(measure, owner_table, period);
  for (size_t item = 0; item < items.names.size(); ++item) {
    std::vector<std::string> keys;
    for (const std::string& key : listed.absence_keys) {
      keys.push_back(key == measure.by ? shown : key == measure.each ? items.names[item] : "");
    }
    const uint32_t owner = by_owner.owners[item];
    const bool covered = listed.absence == RecordType::Absence::kNone &&
                         model_.data().covers(listed, keys) &&
                         !model_.data().is_open_for(listed, owners.key(owner), keys);
    if (covered || has_one[owner]) continue;
    states[item] = state::kMissing;
    (*causes)[item] = feel::Causes::one(missing_row(listed, items.names[item] + " " + shown));
  }
  const std::string name = "absent\x1f" + std::to_string(items.table) + "\x1f" + measure.by +
                           "\x1f" + measure.each + "\x1f" + shown;
  return known_truth(name, items.table, std::move(states), nullptr, std::move(causes));
}

// A list of items: those on record for the owner whose streak holds (Model::compute_streak).
Operand Planner::streak_each(const Measure& measure, uint32_t table) {
  const PackageOf scope(*this, measure.package);
  const auto list = static_cast<uint32_t>(*model_.data().catalogue().type_index(measure.over));
  const RecordType& listed = type(list);
  auto plan = std::make_shared<engine::StreakPlan>();
  plan->table = list;
  const Operand ending = periods(measure, *plan);
  if (!ending.is(Operand::Kind::kConstant) || ending.constant.is_unknown()) return ending;
  const engine::Items* items =
      tables_.items(list, table, static_cast<uint32_t>(*listed.field_index(measure.each)));
  plan->period = compiler_.column(list, static_cast<uint32_t>(*listed.field_index(measure.by)));
  if (items == nullptr || plan->period == nullptr) {
    return compiler_.refuse("有的行不知属于谁", "some rows have no known owner");
  }
  plan->rows = tables_.back_list(list, items->table);
  const std::string& owner = listed.fields[model_.owner_field(table, list)].name;
  plan->one_a_period = std::all_of(listed.key.begin(), listed.key.end(), [&](const auto& part) {
    return part == owner || part == measure.by || part == measure.each;
  });
  if (!streak_holds(measure, table, *plan)) return {};
  for (int64_t period = plan->first; period <= plan->last; ++period) {
    plan->absent.push_back(items_absent(measure, table, *items, period));
  }
  Node node = {};
  node.kind = NodeKind::kStreak;
  node.table = items->table;
  node.may_lack = true;
  node.streak = std::move(plan);
  items_[items->table] = {items, list};
  Operand found;
  found.kind = Operand::Kind::kList;
  found.table = items->table;
  found.owner_table = table;
  found.kept_only = true;
  found.where = plan_.add(std::move(node));
  found.filters = {found.where};
  found.definitions = ending.definitions;
  return found;
}

Operand Planner::pick(const Measure& measure, uint32_t table) {
  const PackageOf scope(*this, measure.package);
  const auto list = static_cast<uint32_t>(*model_.data().catalogue().type_index(measure.over));
  auto plan = std::make_shared<engine::PickPlan>();
  plan->list.table = list;
  const engine::Panel* panel = tables_.panel(list);
  const bool by_period = panel != nullptr && panel->owner_table == table &&
                         (measure.latest.empty() || measure.latest == panel->period_name);
  if (by_period) {
    plan->list.panel = panel;
  } else {
    plan->list.rows = tables_.back_list(list, table);
    if (plan->list.rows == nullptr) {
      return compiler_.refuse("有的行不知属于谁", "some rows have no known owner");
    }
  }
  Operand rows;
  rows.table = list;
  rows.owner_table = table;
  if (measure.where) {
    plan->list.where = compiler_.compile_filter(*measure.where.expression, owned(table, list));
    if (plan->list.where == nullptr) return {};
    plan->list.filters = {plan->list.where};
    compiler_.pin(*measure.where.expression, rows, owned(table, list));
    const auto period = panel == nullptr ? rows.pinned.end() : rows.pinned.find(panel->period_name);
    if (period != rows.pinned.end() && period->second.is(Value::Kind::kNumber)) {
      plan->list.only_period = period->second.number().to_int64();
    }
  }
  plan->takes_latest = !measure.latest.empty();
  if (plan->takes_latest && !by_period) {
    plan->latest =
        compiler_.column(list, static_cast<uint32_t>(*type(list).field_index(measure.latest)));
    if (plan->latest == nullptr) return {};
  }
  plan->complete = complete(compiler_, rows);
  Node node = {};
  node.kind = NodeKind::kPick;
  node.type = Type::kRow;
  node.table = table;
  node.high = static_cast<int64_t>(tables_.rows(list));
  node.may_lack = true;
  node.pick = std::move(plan);
  Operand row;
  row.kind = Operand::Kind::kRow;
  row.node = plan_.add(std::move(node));
  row.table = list;
  return row;
}

// ---- places and folds ----

const engine::GroupPlan* Planner::groups(const Measure& measure, uint32_t table) {
  engine::GroupPlan plan;
  plan.table = table;
  plan.value = compiler_.compile(*measure.value.expression, {PlanFrame{table, "", {}, false}});
  if (plan.value == nullptr) return nullptr;
  const bool ordered = plan.value->type == Type::kNumber || plan.value->type == Type::kDate ||
                       plan.value->type == Type::kMonths;
  constexpr int64_t kMostRange = int64_t{1} << 32;
  if (!ordered || plan.value->is_constant() ||
      plan.value->high - plan.value->low >= kMostRange - 2) {
    compiler_.refuse("排名的值不能按列计算", "the ranked value is not computed by columns");
    return nullptr;
  }
  const engine::Panel* panel = tables_.panel(table);
  size_t cells = 1;
  constexpr size_t kMostGroups = size_t{1} << 20;
  for (const std::string& name : measure.within) {
    if (panel != nullptr && panel->period_name == name) {
      plan.within_period = true;
      continue;
    }
    const Operand key = member(compiler_, table, name);
    const Node* node = compiler_.node_of(key);
    if (node == nullptr) return nullptr;
    if (node->type == Type::kTruth || node->high - node->low >= static_cast<int64_t>(kMostGroups)) {
      compiler_.refuse("分组太多", "too many groups");
      return nullptr;
    }
    cells *= static_cast<size_t>(node->high - node->low) + 2;
    if (cells > kMostGroups) {
      compiler_.refuse("分组太多", "too many groups");
      return nullptr;
    }
    plan.within.push_back(node);
  }
  return plan_.add(std::move(plan));
}

Operand Planner::rank(const Measure& measure, uint32_t table) {
  const PackageOf scope(*this, measure.package);
  engine::RankPlan plan;
  plan.groups = groups(measure, table);
  if (plan.groups == nullptr) return {};
  plan.descending = measure.descending;
  plan.name = measure.name;
  if (measure.least) {
    const Value least = constant(measure.least, plan.definitions);
    if (least.is_unknown()) {
      plan.least_state = least.causes()->has_parameter() ? state::kUnset : state::kMissing;
      plan.least_causes = least.causes();
    } else if (least.is(Value::Kind::kNumber)) {
      const auto ceiling = least.number().round(0, Rounding::kCeiling);
      const auto whole = ceiling ? ceiling->to_int64() : std::nullopt;
      if (!whole) return compiler_.refuse("最小人数", "the smallest group");
      plan.least = *whole;
    }
  }
  Operand operand;
  operand.kind = Operand::Kind::kRank;
  operand.table = table;
  operand.rank = plan_.add(std::move(plan));
  return operand;
}

Operand Planner::aggregate(const Measure& measure, uint32_t table) {
  const PackageOf scope(*this, measure.package);
  static const std::map<std::string, engine::Fold> kFolds = {{"min", engine::Fold::kMin},
                                                             {"max", engine::Fold::kMax},
                                                             {"sum", engine::Fold::kSum},
                                                             {"count", engine::Fold::kCount}};
  const auto fold = kFolds.find(measure.function);
  if (fold == kFolds.end()) {
    return compiler_.refuse("汇总函数“" + measure.function + "”",
                            "the aggregate " + measure.function);
  }
  engine::AggregatePlan plan;
  plan.groups = groups(measure, table);
  if (plan.groups == nullptr) return {};
  plan.fold = fold->second;
  const Node& value = *plan.groups->value;
  const auto rows = static_cast<int64_t>(tables_.rows(table));
  Node node = {};
  node.kind = NodeKind::kAggregate;
  node.table = table;
  node.may_lack = true;
  const bool counts = plan.fold == engine::Fold::kCount;
  node.type = counts ? Type::kNumber : value.type;
  node.scale = counts ? uint8_t{0} : value.scale;
  node.low = counts ? 0 : value.low;
  node.high = counts ? rows : value.high;
  if (plan.fold == engine::Fold::kSum &&
      (value.type != Type::kNumber ||
       __builtin_mul_overflow(std::min<int64_t>(value.low, 0), rows, &node.low) ||
       __builtin_mul_overflow(std::max<int64_t>(value.high, 0), rows, &node.high))) {
    return compiler_.refuse("合计可能过大", "the sum may be too large");
  }
  node.aggregate = plan_.add(plan);
  return Operand::of(plan_.add(std::move(node)));
}

}  // namespace dandang::evaluation
