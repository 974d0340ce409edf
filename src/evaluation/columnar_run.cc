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
}

ColumnarRun::Outcome ColumnarRun::outcome(const policy::Rule& rule, const feel::Entity& subject) {
  const PlannedRule& planned = *planned_.at(&rule);
  const uint32_t row = columns_.engine_row(planned.table, subject.row);
  return rule.is_duty ? duty_outcome(planned, row) : rule_outcome(planned, row);
}

ColumnarRun::Outcome ColumnarRun::rule_outcome(const PlannedRule& planned, uint32_t row) {
  Outcome outcome;
  const auto truth = [&](const Node* node) { return executor_->at(*node, row).first; };
  if (planned.needs != nullptr && truth(planned.needs) != state::kTrue) return outcome;
  if (planned.when != nullptr) {
    const engine::State holds = truth(planned.when);
    if (holds != state::kTrue && holds != state::kFalse) return outcome;
    outcome.verdict = holds == state::kTrue ? Verdict::kMet : Verdict::kNotMet;
    outcome.decided = true;
    if (outcome.verdict == Verdict::kNotMet) return outcome;
  }
  if (planned.gives == nullptr) return outcome;
  const auto [known, digits] = executor_->at(*planned.gives, row);
  outcome.decided = known == state::kValue && planned.gives->type == engine::Type::kNumber;
  if (!outcome.decided) return outcome;
  outcome.verdict = Verdict::kMet;
  outcome.amount = number_of(digits, planned.gives->scale);
  return outcome;
}

ColumnarRun::Outcome ColumnarRun::duty_outcome(const PlannedRule& planned, uint32_t row) {
  Outcome outcome;
  const auto truth = [&](const Node* node) { return executor_->at(*node, row).first; };
  if (planned.for_each != nullptr) {
    const engine::State owed = truth(planned.for_each);
    outcome.withdrawn = owed == state::kFalse;
    outcome.decided = outcome.withdrawn;
    if (owed != state::kTrue) return outcome;
  }
  if (planned.excused != nullptr) {
    const engine::State excused = truth(planned.excused);
    if (excused == state::kTrue) {
      outcome.decided = outcome.excused = true;
      outcome.verdict = Verdict::kMet;
      return outcome;
    }
    if (excused != state::kFalse) return outcome;
  }
  const engine::State done = truth(planned.done);
  if (done != state::kTrue && done != state::kFalse) return outcome;
  outcome.verdict = done == state::kTrue ? Verdict::kMet : Verdict::kNotMet;
  outcome.decided = true;
  if (done == state::kTrue || planned.due == nullptr) return outcome;
  const auto [known, day] = executor_->at(*planned.due, row);
  outcome.decided = known == state::kValue && planned.due->type == engine::Type::kDate;
  if (model_.as_of().days() <= day) outcome.verdict = Verdict::kPending;
  return outcome;
}

bool ColumnarRun::evidence(const policy::Rule& rule, const feel::Entity& subject,
                           std::vector<engine::Used>& out) {
  const PlannedRule& planned = *planned_.at(&rule);
  const uint32_t row = columns_.engine_row(planned.table, subject.row);
  const auto truth = [&](const Node* node) { return executor_->at(*node, row).first; };
  evidence_->begin(out);
  // What decides keeps the plain evaluator from looking at the rest. Two formulas may be one node.
  constexpr engine::State kNever = 0xff;
  const std::pair<const Node*, engine::State> looks[] = {
      {planned.year, kNever},       {planned.needs, kNever},    {planned.when, state::kFalse},
      {planned.gives, kNever},      {planned.for_each, kNever}, {planned.excused, state::kTrue},
      {planned.done, state::kTrue}, {planned.due, kNever}};
  for (const auto& [node, stops] : looks) {
    if (node == nullptr) continue;
    evidence_->add(*node, row);
    if (truth(node) == stops) break;
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
