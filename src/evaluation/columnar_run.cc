#include "evaluation/columnar_run.h"

#include <algorithm>

namespace dandang::evaluation {

using engine::Node;
using feel::Value;
namespace state = engine::state;

namespace {

// A rule's formulas in the order in which the plain evaluator looks at them.
std::vector<const Node*> formulas_of(const PlannedRule& planned) {
  std::vector<const Node*> out;
  for (const Node* node : {planned.year, planned.needs, planned.when, planned.gives,
                           planned.for_each, planned.excused, planned.done, planned.due}) {
    if (node != nullptr) out.push_back(node);
  }
  return out;
}

// A number of `scale` digits behind the point.
Value number_of(int64_t digits, int scale) {
  return Value::from(Decimal::make(digits, -scale));
}

}  // namespace

ColumnarRun::ColumnarRun(Model& model, const std::vector<const policy::Rule*>& rules,
                         unsigned threads)
    : model_(model), columns_(model), planner_(model, columns_) {
  for (const policy::Rule* rule : rules) plans_.push_back(planner_.plan(*rule));
  std::vector<const Node*> outputs;
  for (const PlannedRule& planned : plans_) {
    if (!planned.is_planned()) continue;
    planned_.emplace(planned.rule, &planned);
    for (const Node* node : formulas_of(planned)) {
      if (std::find(outputs.begin(), outputs.end(), node) == outputs.end()) {
        outputs.push_back(node);
      }
    }
  }
  model.evaluator().uses().clear();
  executor_ = std::make_unique<engine::Executor>(planner_.plans(), columns_, threads);
  executor_->run(outputs);
  evidence_ = std::make_unique<engine::Evidence>(*executor_, planner_.plans(),
                                                 engine::Evidence::Wanted::kRowsAndDefinitions);
  reasons_ = std::make_unique<Reasons>(model, columns_, *executor_);
}

bool ColumnarRun::conclusion(const policy::Rule& rule, const feel::Entity& subject, Answer& out) {
  const PlannedRule& planned = *planned_.at(&rule);
  const uint32_t row = columns_.engine_row(planned.table, subject.row);
  out.withdrawn = out.excused = out.pending = false;
  out.conclusion = out.amount = Value();
  return rule.is_duty ? duty_answer(planned, row, out) : rule_answer(planned, row, out);
}

bool ColumnarRun::answer(const policy::Rule& rule, const feel::Entity& subject, Answer& out) {
  out.used.clear();
  if (!conclusion(rule, subject, out)) return false;
  const PlannedRule& planned = *planned_.at(&rule);
  return out.withdrawn ||
         evidence(planned, columns_.engine_row(planned.table, subject.row), out.used);
}

ColumnarRun::Simple ColumnarRun::simple_answer(const policy::Rule& rule,
                                               const feel::Entity& subject) const {
  const PlannedRule& planned = *planned_.at(&rule);
  const bool condition_alone = !rule.is_duty && planned.when != nullptr &&
                               planned.needs == nullptr && planned.gives == nullptr;
  if (!condition_alone) return Simple::kOther;
  const uint32_t row = columns_.engine_row(planned.table, subject.row);
  const engine::State known = executor_->at(*planned.when, row).first;
  if (known == state::kTrue) return Simple::kYes;
  return known == state::kFalse ? Simple::kNo : Simple::kOther;
}

std::optional<Value> ColumnarRun::truth(const Node& node, uint32_t row) {
  const engine::State known = executor_->at(node, row).first;
  if ((known & state::kUndecided) == 0) {
    if (known == state::kNull) return Value();
    return Value(known == state::kTrue);
  }
  reasons_->begin();
  reasons_->add(node, row);
  if (!reasons_->sure() || reasons_->found() == nullptr) return std::nullopt;
  return Value::unknown(reasons_->found());
}

// As Run::evaluate_rule.
bool ColumnarRun::rule_answer(const PlannedRule& planned, uint32_t row, Answer& out) {
  if (planned.needs != nullptr) {
    const auto needs = truth(*planned.needs, row);
    if (!needs) return false;
    if (!needs->is_true()) {
      out.conclusion = needs->is_unknown() ? *needs : Value::unknown(planned.needs_causes);
      return true;
    }
  }
  if (planned.when != nullptr) {
    auto holds = truth(*planned.when, row);
    if (!holds) return false;
    out.conclusion = std::move(*holds);
    if (!out.conclusion.is_true()) return true;
  }
  if (planned.gives == nullptr) return true;
  const auto [known, digits] = executor_->at(*planned.gives, row);
  if (known == state::kValue && planned.gives->type == engine::Type::kNumber) {
    out.amount = number_of(digits, planned.gives->scale);
    // A number out of range is null, which the plain evaluator words.
    out.conclusion = true;
    return out.amount.is(Value::Kind::kNumber);
  }
  if ((known & state::kUndecided) == 0) {
    out.conclusion = Value();
    return true;
  }
  const auto lacking = truth(*planned.gives, row);
  if (!lacking) return false;
  out.conclusion = *lacking;
  return true;
}

// As Run::evaluate_duty.
bool ColumnarRun::duty_answer(const PlannedRule& planned, uint32_t row, Answer& out) {
  if (planned.for_each != nullptr) {
    const auto owed = truth(*planned.for_each, row);
    if (!owed) return false;
    out.withdrawn = owed->is_false();
    out.conclusion = *owed;
    if (!owed->is_true()) return true;
  }
  Value excused = false;
  if (planned.excused != nullptr) {
    const auto known = truth(*planned.excused, row);
    if (!known) return false;
    excused = *known;
    out.excused = excused.is_true();
    out.conclusion = excused;
    if (out.excused) return true;
  }
  const auto done = truth(*planned.done, row);
  if (!done) return false;
  out.conclusion = excused.is_unknown() ? feel::logical_or(excused, *done) : *done;
  if (out.conclusion.is_true() || planned.due == nullptr) return true;
  const auto [known, day] = executor_->at(*planned.due, row);
  if ((known & state::kUndecided) != 0) {
    const auto due = truth(*planned.due, row);
    if (!due) return false;
    out.conclusion = Value::unknown(feel::causes_of(out.conclusion, *due));
    return true;
  }
  if (known != state::kValue || planned.due->type != engine::Type::kDate) {
    // Null, or what is no date: null concludes, and what else it is the plain evaluator knows.
    out.conclusion = Value();
    return known == state::kNull && planned.due->type != engine::Type::kTruth;
  }
  out.pending = model_.as_of().days() <= day;
  return true;
}

bool ColumnarRun::evidence(const PlannedRule& planned, uint32_t row,
                           std::vector<engine::Used>& out) {
  const auto known = [&](const Node& node) { return executor_->at(node, row).first; };
  evidence_->begin(out);
  // After which formulas the plain evaluator looks at no further one.
  const auto goes_on = [](engine::State) { return true; };
  const auto if_true = [](engine::State s) { return s == state::kTrue; };
  const auto unless_true = [](engine::State s) { return s != state::kTrue; };
  using Goes = bool (*)(engine::State);
  const std::pair<const Node*, Goes> looks[] = {
      {planned.year, goes_on},     {planned.needs, if_true},    {planned.when, if_true},
      {planned.gives, goes_on},    {planned.for_each, if_true}, {planned.excused, unless_true},
      {planned.done, unless_true}, {planned.due, goes_on}};
  for (const auto& [node, goes] : looks) {
    if (node == nullptr) continue;
    evidence_->add(*node, row);
    if (!goes(known(*node))) break;
  }
  return evidence_->sure();
}

feel::Entity ColumnarRun::record(const engine::Used& used) const {
  return {&model_, used.table, columns_.record_row(used.table, used.row)};
}

std::vector<std::pair<const policy::Rule*, Text>> not_planned(const policy::PolicySet& set) {
  std::vector<std::pair<const policy::Rule*, Text>> out;
  for (const policy::Rule& rule : set.rules) {
    const record::Dataset nothing(set.catalogue);
    // A day on which the rule is in force.
    const auto in_force = [](const policy::Validity& validity) {
      return validity.from ? *validity.from : validity.to;
    };
    const policy::Package* package = set.find_package(rule.package);
    auto day = in_force(rule.validity);
    if (!day && package != nullptr) day = in_force(package->validity);
    Model model(set, nothing, day.value_or(*Date::from_ymd(2025, 1, 1)));
    RecordColumns columns(model);
    Planner planner(model, columns);
    PlannedRule planned = planner.plan(rule);
    if (!planned.is_planned()) out.emplace_back(&rule, std::move(planned.refused));
  }
  return out;
}

}  // namespace dandang::evaluation
