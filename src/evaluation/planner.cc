#include "evaluation/planner.h"

#include <algorithm>

#include "feel/functions.h"
#include "feel/wording.h"
#include "policy/scope.h"

namespace dandang::evaluation {

using engine::Compiler;
using engine::Node;
using engine::NodeKind;
using engine::Operand;
using engine::PlanFrame;
using engine::Type;
using feel::Value;
using policy::Measure;
using record::Blank;
using record::FieldKind;
using record::RecordType;
namespace state = engine::state;

namespace {

constexpr int kMaxDepth = 60;  // definitions inside definitions, as the model bounds them

std::vector<PlanFrame> row_of(uint32_t table) {
  return {PlanFrame{table, "", {}, false}};
}

}  // namespace

Planner::Planner(Model& model, engine::Tables& tables)
    : model_(model), tables_(tables), compiler_(plan_, tables, *this) {}

std::vector<int> Planner::take_definitions() {
  std::vector<int> out;
  auto& uses = model_.evaluator().uses();
  for (const feel::Use& use : uses) {
    if (use.definition < 0) continue;
    if (std::find(out.begin(), out.end(), use.definition) == out.end()) {
      out.push_back(use.definition);
    }
  }
  uses.clear();
  return out;
}

// ---- rules ----

const Node* Planner::formula(const policy::Formula& text, uint32_t table,
                             const std::optional<Operand>& year) {
  std::vector<PlanFrame> frames = row_of(table);
  if (year) {
    PlanFrame frame;
    frame.variable = "年";
    frame.bound = *year;
    frames.push_back(std::move(frame));
  }
  return compiler_.compile(*text.expression, std::move(frames));
}

std::optional<uint32_t> Planner::subject_table(const std::string& subject) {
  if (const auto type = model_.data().catalogue().type_index(subject)) {
    return static_cast<uint32_t>(*type);
  }
  const auto& subjects = model_.set().subjects;
  const auto found = std::find_if(subjects.begin(), subjects.end(),
                                  [&](const policy::Subject& s) { return s.name == subject; });
  if (found == subjects.end() || !tables_.has_groups()) return std::nullopt;
  model_.subjects(subject);  // groups are made when they are first asked for
  return static_cast<uint32_t>(model_.data().catalogue().types.size() +
                               static_cast<size_t>(found - subjects.begin()));
}

PlannedRule Planner::plan(const policy::Rule& rule) {
  PlannedRule planned;
  planned.rule = &rule;
  const auto table = subject_table(rule.subject);
  if (!table) {
    planned.refused = {"对象是分组", "is about groups"};
    return planned;
  }
  planned.table = *table;
  if (rule.needs) {
    planned.needs_causes =
        feel::Causes::one(feel::Cause{feel::Cause::Kind::kOther, "", "", "", rule.needs_reason});
  }
  const PackageOf scope(*this, rule.package);
  compiler_.forget_reason();
  std::optional<Operand> year;
  bool refused = false;
  if (rule.year) {
    year = compiler_.compile_operand(*rule.year.expression, row_of(planned.table));
    planned.year = compiler_.node_of(*year);
    refused = planned.year == nullptr;
    if (!refused && planned.year->is_constant()) {
      planned.year = compiler_.constant_on(planned.year, planned.table);
    }
  }
  const auto add = [&](const policy::Formula& text, const Node*& node) {
    if (!text || refused) return;
    node = formula(text, planned.table, year);
    refused = node == nullptr;
  };
  add(rule.needs, planned.needs);
  add(rule.when, planned.when);
  add(rule.gives, planned.gives);
  add(rule.for_each, planned.for_each);
  add(rule.excused, planned.excused);
  add(rule.done, planned.done);
  add(rule.due, planned.due);
  if (refused) {
    planned.refused = compiler_.reason();
    if (planned.refused.empty()) planned.refused = {"写法", "its form"};
  }
  return planned;
}

// A rule's value where another formula names it; as Model::evaluate_rule_value.
Operand Planner::rule_value(uint32_t table, const policy::Rule& rule) {
  const auto key = std::pair(table, &rule);
  if (const auto known = rules_.find(key); known != rules_.end()) return known->second;
  if (depth_ > kMaxDepth) return compiler_.refuse("规则互相引用太深", "rules refer too deep");
  const PackageOf scope(*this, rule.package);
  std::optional<Operand> year;
  if (rule.year) year = compiler_.compile_operand(*rule.year.expression, row_of(table));
  const policy::Formula& main = rule.is_duty ? rule.done : rule.when ? rule.when : rule.gives;
  const Node* value = main ? formula(main, table, year) : nullptr;
  if (value != nullptr && rule.excused) {
    value = compiler_.truth_or(value, formula(rule.excused, table, year), engine::Looks::kBoth);
  }
  if (value != nullptr && rule.needs) {
    const Node* needs = formula(rule.needs, table, year);
    if (needs == nullptr || needs->type != Type::kTruth) return {};
    Node node = *value;
    node.kind = NodeKind::kNeeds;
    node.table = table;
    node.may_lack = true;
    node.reads_row = false;
    node.definitions.clear();
    node.column = nullptr;
    node.list = nullptr;
    node.streak = nullptr;
    node.pick = nullptr;
    node.rank = nullptr;
    node.aggregate = nullptr;
    node.map = nullptr;
    node.causes =
        feel::Causes::one(feel::Cause{feel::Cause::Kind::kOther, "", "", "", rule.needs_reason});
    node.in = {needs, value};
    value = plan_.add(std::move(node));
  }
  if (value != nullptr && year && !year->is(Operand::Kind::kConstant)) {
    value = compiler_.called(value, {*year}, table);
  } else if (value != nullptr && year && !year->definitions.empty()) {
    value = compiler_.called(value, {*year}, table);
  }
  const Operand result = Operand::of(value);
  rules_.emplace(key, result);
  return result;
}

// ---- names ----

Operand Planner::member(Compiler&, uint32_t table, const std::string& name) {
  const auto found = model_.member_in(package_, table, name);
  if (!found) {
    Operand none;
    none.kind = Operand::Kind::kUnknownName;
    return none;
  }
  switch (found->kind) {
    case Model::Member::Kind::kField:
      return field(table, found->index);
    case Model::Member::Kind::kBackList: {
      Operand list;
      list.kind = Operand::Kind::kList;
      list.table = static_cast<uint32_t>(found->index);
      list.owner_table = table;
      return list;
    }
    case Model::Member::Kind::kMeasure:
      return measure(table, found->index);
    case Model::Member::Kind::kRule:
      return rule_value(table, model_.set().rules[found->index]);
    case Model::Member::Kind::kMembers: {
      Operand list;
      list.kind = Operand::Kind::kList;
      list.table = static_cast<uint32_t>(*model_.data().catalogue().type_index(group(table).of));
      list.owner_table = table;
      return list;
    }
    case Model::Member::Kind::kGroupKey:
      return group_key(table, found->index);
  }
  return {};
}

// A field that makes the group; it is known for every group there is.
Operand Planner::group_key(uint32_t table, size_t index) {
  const auto& types = model_.data().catalogue().types;
  const size_t of = *model_.data().catalogue().type_index(group(table).of);
  const record::Field& declared = *types[of].find_field(group(table).by[index]);
  const Node* value = compiler_.column(table, static_cast<uint32_t>(index));
  if (value == nullptr) return {};
  if (declared.kind == FieldKind::kFlag) value = truth_of(value);
  return referred(declared, value);
}

Operand Planner::field(uint32_t table, size_t index) {
  const record::Field& declared = type(table).fields[index];
  const engine::Panel* panel = tables_.panel(table);
  if (panel != nullptr && panel->owner_field == index) {
    Operand owner;
    owner.kind = Operand::Kind::kRow;
    owner.node = compiler_.owner_row(table);
    owner.table = panel->owner_table;
    owner.owner_of = table;
    return owner;
  }
  if (panel != nullptr && panel->period_name == declared.name) {
    return Operand::of(compiler_.period(table));
  }
  const Node* column = compiler_.column(table, static_cast<uint32_t>(index));
  if (column == nullptr) return {};
  const Node* value = column;
  if (declared.kind == FieldKind::kFlag) value = truth_of(column);
  if (declared.blank.kind == Blank::Kind::kFormula && column->may_lack) {
    const auto text = model_.set().blank_formulas.find({type(table).name, declared.name});
    if (text == model_.set().blank_formulas.end() || !text->second) return {};
    const PackageOf scope(*this, type(table).package);
    if (depth_ > kMaxDepth) return compiler_.refuse("公式互相引用太深", "formulas refer too deep");
    const Node* instead = formula(text->second, table, std::nullopt);
    if (instead == nullptr) return {};
    const Node* filled = compiler_.null_as(instead, state::kMissing);
    Node blank = {};
    blank.kind = NodeKind::kIsNull;
    blank.table = table;
    blank.in = {column};
    const Node* is_blank = plan_.add(std::move(blank));
    if (filled->type != value->type || !compiler_.align(filled, value)) {
      return compiler_.refuse("空白时的公式类型不同", "a blank's formula of another kind");
    }
    Node node = {};
    node.kind = NodeKind::kIf;
    node.type = value->type;
    node.scale = value->scale;
    node.table = table;
    node.low = std::min(value->low, filled->low);
    node.high = std::max(value->high, filled->high);
    node.may_lack = filled->may_lack;
    node.in = {is_blank, filled, value};
    value = plan_.add(std::move(node));
  }
  return referred(declared, value);
}

const Node* Planner::truth_of(const Node* flags) {
  Node node = {};
  node.kind = NodeKind::kTruthOf;
  node.table = flags->table;
  node.may_lack = flags->may_lack;
  node.in = {flags};
  return plan_.add(std::move(node));
}

// The field's value, or the row that it points to.
Operand Planner::referred(const record::Field& declared, const Node* value) {
  if (declared.kind != FieldKind::kRef) return Operand::of(value);
  const auto target = model_.data().catalogue().type_index(declared.ref_type);
  Operand row;
  row.kind = Operand::Kind::kRow;
  row.node = value;
  row.table = static_cast<uint32_t>(*target);
  return row;
}

Operand Planner::member_of(const feel::Entity& entity, const std::string& name) {
  model_.evaluator().uses().clear();
  const Value value = model_.member(entity, name);
  if (value.is(Value::Kind::kFunction)) {
    for (const policy::Package& package : model_.set().packages) {
      if (Value found = model_.lookup_from(package_, package.prefix).value_or(Value());
          found.is(Value::Kind::kEntity) && found.entity() == entity) {
        return function_named(package.id, name).value_or(Operand());
      }
    }
    return {};
  }
  return Operand::of(value, take_definitions());
}

std::optional<Operand> Planner::function_named(const std::string& package,
                                               const std::string& name) {
  const auto holds = [&](const auto& declared) {
    return declared.package == package && declared.name == name &&
           declared.validity.holds_on(model_.as_of());
  };
  for (const Measure& measure : model_.set().measures) {
    if (holds(measure) && measure.on.empty() && !measure.args.empty()) {
      return function_of(measure, false);
    }
  }
  for (const policy::Decision& decision : model_.set().decisions) {
    if (holds(decision)) return function_of(decision);
  }
  return std::nullopt;
}

Operand Planner::global(Compiler&, const std::string& name) {
  model_.evaluator().uses().clear();
  const std::optional<Value> value = model_.lookup_from(package_, name);
  if (!value) {
    Operand none;
    none.kind = Operand::Kind::kUnknownName;
    return none;
  }
  if (!value->is(Value::Kind::kFunction)) return Operand::of(*value, take_definitions());
  if (auto own = function_named(package_, name)) return *own;
  if (const policy::Package* package = model_.set().find_package(package_)) {
    for (const std::string& used : package->uses) {
      if (auto found = function_named(used, name)) return *found;
    }
  }
  for (const record::CodeList& list : model_.data().catalogue().code_lists) {
    if (list.ordered && policy::order_function(list) == name) return order_function(list);
  }
  return {};
}

// ---- functions ----

Operand Planner::function_of(const Measure& measure, bool on_row) {
  Operand function;
  function.kind = Operand::Kind::kFunction;
  function.call = [this, &measure, on_row](Compiler& compiler, size_t frame,
                                           const std::vector<Operand>& arguments) -> Operand {
    if (arguments.size() != measure.args.size() || !measure.value) {
      return compiler.refuse("函数的参数个数", "the function's number of arguments");
    }
    if (depth_ > kMaxDepth) return compiler.refuse("函数互相调用太深", "functions call too deep");
    const PackageOf scope(*this, measure.package);
    const auto row = on_row ? std::optional(frame) : std::nullopt;
    const Operand result = compiler.compile_operand(
        *measure.value.expression, compiler.frames_of_call(row, measure.args, arguments));
    return Operand::of(compiler.called(compiler.node_of(result), arguments, compiler.table()));
  };
  return function;
}

Operand Planner::function_of(const policy::Decision& decision) {
  Operand function;
  function.kind = Operand::Kind::kFunction;
  function.call = [this, &decision](Compiler& compiler, size_t,
                                    const std::vector<Operand>& arguments) -> Operand {
    const dmn::DecisionTable& table = decision.table;
    const bool plain = table.outputs.size() == 1 && table.input_values.empty() &&
                       table.default_outputs.empty() && table.priorities.empty() && !table.broken;
    const bool unique =
        table.hit_policy == dmn::HitPolicy::kUnique || table.hit_policy == dmn::HitPolicy::kAny;
    if (!plain || (!unique && table.hit_policy != dmn::HitPolicy::kFirst) ||
        arguments.size() != table.inputs.size()) {
      return compiler.refuse("这种决策表不能按列计算",
                             "this decision table is not computed by columns");
    }
    const PackageOf scope(*this, decision.package);
    const auto frames = compiler.frames_of_call(std::nullopt, {}, {});
    std::vector<std::pair<const Node*, const Node*>> rules;
    for (const dmn::DecisionRule& rule : table.rules) {
      const Node* condition = compiler.truth_constant(state::kTrue, compiler.table());
      for (size_t i = 0; i < arguments.size(); ++i) {
        const Node* test = compiler.compile_test(*rule.tests[i], arguments[i], frames);
        condition = compiler.truth_and(condition, test, engine::Looks::kInOrder);
        if (condition == nullptr) return {};
      }
      const Node* output = compiler.node_of(compiler.compile_operand(*rule.outputs[0], frames));
      if (output == nullptr) return {};
      rules.emplace_back(condition, output);
    }
    return Operand::of(
        compiler.called(compiler.choose(rules, unique), arguments, compiler.table()));
  };
  return function;
}

Operand Planner::order_function(const record::CodeList& list) {
  Operand function;
  function.kind = Operand::Kind::kFunction;
  function.call = [this, &list](Compiler& compiler, size_t,
                                const std::vector<Operand>& arguments) -> Operand {
    if (arguments.size() != 1) {
      return compiler.refuse("函数的参数个数", "the function's number of arguments");
    }
    const Operand& argument = arguments[0];
    if (argument.is(Operand::Kind::kConstant)) {
      if (argument.constant.is_unknown()) return argument;
      if (!argument.constant.is(Value::Kind::kString)) {
        return Operand::of(Value(), argument.definitions);
      }
      const auto order = list.order_of(argument.constant.string());
      return Operand::of(order ? Value(*order) : Value(), argument.definitions);
    }
    const Node* word = compiler.node_of(argument);
    if (word == nullptr || word->type != Type::kWord) {
      return compiler.refuse("排序函数的参数不是词", "the order of what is no word");
    }
    auto map = std::make_shared<std::vector<std::pair<engine::State, int64_t>>>();
    for (const record::CodeValue& value : list.values) {
      const auto at = static_cast<size_t>(tables_.dictionary().add(value.name));
      if (at >= map->size()) map->resize(at + 1, {state::kNull, 0});
      (*map)[at] = {state::kValue, *list.order_of(value.name)};
    }
    Node node = {};
    node.kind = NodeKind::kMapWord;
    node.type = Type::kNumber;
    node.table = word->table;
    node.low = 1;
    node.high = static_cast<int64_t>(list.values.size());
    node.may_lack = true;
    node.in = {word};
    node.map = std::move(map);
    return Operand::of(plan_.add(std::move(node)));
  };
  return function;
}

// ---- what is known of lists ----

bool Planner::pins(uint32_t list_table, const std::string& field) const {
  const RecordType& listed = type(list_table);
  const auto in = [&](const std::vector<std::string>& names) {
    return std::find(names.begin(), names.end(), field) != names.end();
  };
  return in(listed.key) || in(listed.absence_keys);
}

// As the plain evaluator names a row that may be missing.
feel::Cause Planner::missing_row(const RecordType& listed, const std::string& shown) const {
  feel::Cause cause{feel::Cause::Kind::kFact, listed.name, "", shown, {}};
  if (!model_.data().taken_in(listed)) {
    cause.note = {"从未交过这本台账", "this register was never taken in"};
  }
  return cause;
}

const Node* Planner::closed(uint32_t list_table, uint32_t owner_table, bool covered,
                            const std::vector<std::string>& keys, engine::State open,
                            const std::string& shown) {
  const RecordType& listed = type(list_table);
  const feel::CausesPtr causes =
      open == state::kMissing ? feel::Causes::one(missing_row(listed, shown)) : nullptr;
  if (!covered) {
    Node node = {};
    node.kind = NodeKind::kConstant;
    node.table = owner_table;
    node.constant_state = open;
    node.may_lack = true;
    node.causes = causes;
    return plan_.add(std::move(node));
  }
  const record::Table& owners = model_.data().table(owner_table);
  if (!model_.data().has_open(listed)) return compiler_.truth_constant(state::kTrue, owner_table);
  std::string name = record::key_text({listed.name, type(owner_table).name});
  for (const std::string& key : keys) name += "\x1f" + key;
  name += "\x1f" + std::to_string(open) + "\x1f" + shown;
  std::vector<engine::State> states(tables_.rows(owner_table), state::kTrue);
  for (size_t row = 0; row < owners.size(); ++row) {
    if (model_.data().is_open_for(listed, owners.key(row), keys)) states[row] = open;
  }
  return known_truth(name, owner_table, std::move(states), causes, nullptr);
}

// A truth that is what the states say: true, or unknown for these causes.
const Node* Planner::known_truth(const std::string& name, uint32_t table,
                                 std::vector<engine::State> states, const feel::CausesPtr& causes,
                                 std::shared_ptr<const std::vector<feel::CausesPtr>> row_causes) {
  auto& held = closed_[name];
  if (held == nullptr) {
    held = std::make_unique<Closed>();
    held->states = std::move(states);
    held->data.assign(held->states.size(), 1);
    held->column.type = Type::kNumber;
    held->column.values = engine::Vector{held->data.data(), held->states.data(), 0, 1};
    held->column.low = held->column.high = 1;
  }
  Node column = {};
  column.kind = NodeKind::kColumn;
  column.type = Type::kNumber;
  column.table = table;
  column.column = &held->column;
  column.may_lack = true;
  column.causes = causes;
  column.row_causes = std::move(row_causes);
  return truth_of(plan_.add(std::move(column)));
}

// Items are closed but where a row's item is not known; groups, but where a row may be a member.
const Node* Planner::complete_made(const Operand& list) {
  if (list.kept_only) {
    const auto found = items_.find(list.table);
    const RecordType& listed = type(found->second.of);
    if (!model_.data().taken_in(listed)) {
      return closed(found->second.of, list.owner_table, false, {}, state::kMissing, "");
    }
    std::vector<engine::State> states(tables_.rows(list.owner_table), state::kTrue);
    for (const uint32_t owner : found->second.items->unclear) states[owner] = state::kAsk;
    return known_truth("items\x1f" + std::to_string(list.table), list.owner_table,
                       std::move(states), nullptr, nullptr);
  }
  std::vector<engine::State> states(tables_.rows(list.owner_table), state::kTrue);
  for (uint32_t row = 0; row < states.size(); ++row) {
    const feel::Entity entity{&model_, list.owner_table, row};
    for (size_t i = 0; i < model_.members_of(entity).size(); ++i) {
      if (!model_.is_surely_in(entity, i)) states[row] = state::kAsk;
    }
  }
  return known_truth("members\x1f" + std::to_string(list.owner_table), list.owner_table,
                     std::move(states), nullptr, nullptr);
}

// As RegisterOpenness::missing; that a row with the whole key is on record is left to the plain
// evaluator.
const Node* Planner::complete(Compiler&, const Operand& list) {
  if (list.kept_only || list.owner_table >= model_.data().catalogue().types.size()) {
    return complete_made(list);
  }
  const RecordType& listed = type(list.table);
  const std::map<std::string, Value>& pinned = list.pinned;
  const std::string& owner = listed.fields[model_.owner_field(list.owner_table, list.table)].name;
  const bool whole_key = std::all_of(listed.key.begin(), listed.key.end(), [&](const auto& part) {
    return part == owner || pinned.contains(part);
  });
  std::vector<std::string> keys;
  bool covered = listed.absence == RecordType::Absence::kNone;
  for (const std::string& key : listed.absence_keys) {
    const auto at = pinned.find(key);
    covered = covered && at != pinned.end();
    keys.push_back(at == pinned.end() ? "" : at->second.to_string());
  }
  covered = covered && model_.data().covers(listed, keys);
  // A register without a row has none with the whole key.
  const bool may_be_there = whole_key && !model_.visible(list.table).empty();
  const engine::State open = may_be_there || list.may_pin_more ? state::kAsk : state::kMissing;
  std::string shown;
  const auto show = [&](const std::string& key) {
    const auto at = pinned.find(key);
    if (at == pinned.end()) return;
    if (!shown.empty()) shown += ' ';
    shown += at->second.to_string();
  };
  for (const std::string& key : listed.key) {
    if (key != owner) show(key);
  }
  for (const std::string& key : listed.absence_keys) {
    if (std::find(listed.key.begin(), listed.key.end(), key) == listed.key.end()) show(key);
  }
  return closed(list.table, list.owner_table, covered, keys, open, shown);
}

}  // namespace dandang::evaluation
