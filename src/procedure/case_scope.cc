#include "procedure/case_scope.h"

#include <algorithm>

#include "evaluation/describe.h"
#include "evaluation/explain.h"

namespace dandang::procedure {

using evaluation::Model;
using feel::Cause;
using feel::Entity;
using feel::Value;
using policy::Procedure;
using policy::Role;

namespace {

Value unknown_because(Text why) {
  return Value::unknown(Cause{Cause::Kind::kOther, {}, {}, {}, std::move(why)});
}

Value steps_value(const Model& model, const std::vector<StepTaken>& before) {
  feel::List list;
  const auto type = model.set().steps ? model.data().catalogue().type_index(model.set().steps->type)
                                      : std::optional<size_t>();
  if (type) {
    for (const StepTaken& step : before) {
      list.items.emplace_back(
          Entity{&model, static_cast<uint32_t>(*type), static_cast<uint32_t>(step.row)});
    }
  }
  return list;
}

const Role* role_of(const policy::PolicySet& set, const Procedure& procedure,
                    const std::string& name, bool& own) {
  const Role* role = procedure.find_role(name);
  own = role != nullptr;
  return own ? role : set.find_role(procedure.package, name);
}

}  // namespace

CaseScope::CaseScope(Model& model, const CaseRef& one, const std::vector<StepTaken>& before,
                     const std::optional<Date>& entered, std::optional<size_t> person)
    : model_(model),
      one_(one),
      record_{&model, static_cast<uint32_t>(one.type), static_cast<uint32_t>(one.row)} {
  const record::RecordType* people = policy::person_type(model.data().catalogue());
  if (person && people != nullptr) {
    const auto type = model.data().catalogue().type_index(people->name);
    person_ = Entity{&model, static_cast<uint32_t>(*type), static_cast<uint32_t>(*person)};
  }
  names_.emplace_back(
      policy::kActingPerson,
      person_ ? Value(*person_) : unknown_because({"还没有人经办", "nobody acts yet"}));
  names_.emplace_back(policy::kThisCase, record_);
  names_.emplace_back(policy::kStepsSoFar, steps_value(model, before));
  names_.emplace_back(policy::kEnteredState,
                      entered
                          ? Value(*entered)
                          : unknown_because({"没有记载案件哪天进入现在的状态",
                                             "no step says when the case came into its state"}));
}

std::optional<Entity> CaseScope::subject() const {
  const record::Table& table = model_.data().table(one_.type);
  const auto field = table.type->field_index(one_.procedure->subject);
  if (!field) return std::nullopt;
  const Value value = model_.field_value(record_, *field);
  if (!value.is(Value::Kind::kEntity)) return std::nullopt;
  return value.entity();
}

Value CaseScope::evaluate(const policy::Formula& formula) const {
  return evaluate(formula, one_.procedure->package);
}

Value CaseScope::evaluate(const policy::Formula& formula, const std::string& package) const {
  Value value = model_.evaluate(formula, package, record_, names_);
  model_.evaluator().uses().clear();
  return value;
}

Value CaseScope::evaluate_item(const policy::Formula& formula, const Value& item) const {
  Model::Names names = names_;
  names.emplace_back(policy::kEachItem, item);
  Value value = model_.evaluate(formula, one_.procedure->package, record_, names);
  model_.evaluator().uses().clear();
  return value;
}

Value CaseScope::holds(const std::string& name) const {
  bool own = false;
  const Role* role = role_of(model_.set(), *one_.procedure, name, own);
  if (role == nullptr || !role->holds || !person_) return false;
  if (own) return evaluate(role->holds);
  // Who acts as what outside this procedure has nothing to do with the case.
  const Model::Names person{{policy::kActingPerson, Value(*person_)}};
  Value value = model_.evaluate(role->holds, role->package, Entity{}, person);
  model_.evaluator().uses().clear();
  return value;
}

bool CaseScope::is_subject() const {
  const auto about = subject();
  return about && person_ && *about == *person_;
}

std::vector<std::string> CaseScope::held(const std::vector<std::string>& roles) const {
  std::vector<std::string> out;
  const bool own_case = is_subject();
  for (const std::string& role : roles) {
    if (own_case && role != one_.procedure->self) continue;
    if (holds(role).is_true()) out.push_back(role);
  }
  return out;
}

bool CaseScope::visible() const {
  return !held(visible_roles(*one_.procedure)).empty();
}

std::vector<std::string> visible_roles(const Procedure& procedure) {
  if (!procedure.visible.empty()) return procedure.visible;
  std::vector<std::string> out;
  for (const policy::Transition& transition : procedure.transitions) {
    for (const std::string& role : transition.by) {
      if (std::find(out.begin(), out.end(), role) == out.end()) out.push_back(role);
    }
  }
  return out;
}

Text role_label(const policy::PolicySet& set, const Procedure& procedure, const std::string& name) {
  bool own = false;
  const Role* role = role_of(set, procedure, name, own);
  return evaluation::label_of(name, role != nullptr ? role->label_en : "");
}

Text state_label(const Procedure& procedure, const std::string& state) {
  const policy::CaseState* found = procedure.find_state(state);
  return evaluation::label_of(state, found != nullptr ? found->label_en : "");
}

std::vector<Text> causes_of(const Model& model, const Value& value) {
  std::vector<Text> out;
  if (!value.is_unknown()) return out;
  for (const Cause& cause : value.causes()->items) {
    out.push_back(evaluation::describe_cause(model, cause));
  }
  return out;
}

}  // namespace dandang::procedure
