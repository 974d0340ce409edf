#include "procedure/tasks.h"

#include <algorithm>
#include <set>

namespace dandang::procedure {

using evaluation::Model;
using feel::Entity;
using feel::Value;
using policy::Formula;
using policy::Procedure;
using policy::Transition;

namespace {

void add_missing(const Model& model, const Value& value, Task& task) {
  for (Text& cause : causes_of(model, value)) {
    if (std::find(task.missing.begin(), task.missing.end(), cause) == task.missing.end()) {
      task.missing.push_back(std::move(cause));
    }
  }
  if (value.is_unknown() && value.causes()->has_parameter()) task.not_configured = true;
}

class TaskFinder {
 public:
  TaskFinder(Model& model, const CaseBook& book, const TaskOptions& options)
      : model_(model), book_(book), options_(options) {
    const record::RecordType* people = policy::person_type(model.data().catalogue());
    if (people == nullptr) return;
    for (const Entity& person : model.visible(*model.data().catalogue().type_index(people->name))) {
      if (!options.person || *options.person == person.row) people_.push_back(person.row);
    }
  }

  std::vector<Task> run() {
    for (const Procedure& procedure : model_.set().procedures) {
      for (const CaseRef& one : book_.cases(procedure)) add_tasks(one, true);
    }
    return std::move(out_);
  }

  std::vector<Task> run(const CaseRef& one) {
    add_tasks(one, false);
    return std::move(out_);
  }

 private:
  void add_tasks(const CaseRef& one, bool awaited_only) {
    const Standing standing = book_.standing_on(one, model_.as_of());
    const policy::CaseState* state = one.procedure->find_state(standing.state);
    if (state == nullptr || state->final) return;
    std::vector<StepTaken> before = book_.steps(one);
    std::erase_if(before, [&](const StepTaken& step) { return model_.as_of() < step.on; });
    const CaseScope scope(model_, one, before, standing.entered, std::nullopt);
    for (const Transition& transition : one.procedure->transitions) {
      const auto& from = transition.from;
      if (std::find(from.begin(), from.end(), standing.state) == from.end()) continue;
      Task task;
      task.one = one;
      task.transition = &transition;
      task.state = standing.state;
      task.entered = standing.entered;
      if (task.entered) task.age = model_.as_of().days() - task.entered->days();
      task.roles = transition.by;
      if (!is_open(scope, transition, awaited_only, task)) continue;
      set_due(scope, transition, task);
      find_people(scope, before, task);
      if (options_.person && task.persons.empty() && task.told.empty()) continue;
      if (options_.overdue && !task.overdue) continue;
      out_.push_back(std::move(task));
    }
  }

  Value evaluate(const CaseScope& scope, const Formula& formula, Task& task) const {
    if (!formula) return {};
    Value value = scope.evaluate(formula);
    add_missing(model_, value, task);
    return value;
  }

  // What is not known is not taken off the list: it is shown with what is missing.
  bool is_open(const CaseScope& scope, const Transition& transition, bool awaited_only,
               Task& task) const {
    if (awaited_only && transition.wanted.written()) {
      const Value wanted = evaluate(scope, transition.wanted, task);
      if (!wanted.is_true() && !wanted.is_unknown()) return false;
    }
    // The form that some conditions speak of is not entered yet: only a clear no counts.
    if (transition.when && scope.evaluate(transition.when).is_false()) return false;
    if (transition.not_before) {
      const Value day = scope.evaluate(transition.not_before);
      if (day.is(Value::Kind::kDate) && model_.as_of() < day.date()) return false;
    }
    if (transition.until) {
      const Value day = scope.evaluate(transition.until);
      task.lapsed = day.is(Value::Kind::kDate) && day.date() < model_.as_of();
    }
    return true;
  }

  void set_due(const CaseScope& scope, const Transition& transition, Task& task) const {
    const Value due = evaluate(scope, transition.due, task);
    if (due.is(Value::Kind::kDate)) {
      task.due = due.date();
      task.overdue = due.date() < model_.as_of();
    }
    const Value after = evaluate(scope, transition.escalate_after, task);
    if (after.is(Value::Kind::kDate) && after.date() < model_.as_of()) {
      task.escalated_to = transition.escalate_to;
    }
  }

  void find_people(const CaseScope& scope, const std::vector<StepTaken>& before, Task& task) {
    std::optional<size_t> first;
    for (const StepTaken* step : book_.waiting(task.one, model_.as_of())) {
      if (step->transition == task.transition->name) first = step->by;
    }
    task.second_person = first.has_value();
    for (const uint32_t person : people_) {
      const CaseScope acting(model_, task.one, before, task.entered, person);
      if (holds_any(acting, person, task.escalated_to)) task.told.push_back(person);
      if (first == person || !holds_any(acting, person, task.roles)) continue;
      if (must_stand_aside(scope, acting, *task.transition)) continue;
      task.persons.push_back(person);
    }
  }

  // Roles of the package are the same for all cases.
  bool holds_any(const CaseScope& acting, uint32_t person, const std::vector<std::string>& roles) {
    const Procedure& procedure = *acting.one().procedure;
    const bool own_case = !roles.empty() && acting.is_subject();
    return std::any_of(roles.begin(), roles.end(), [&](const std::string& role) {
      if (own_case && role != procedure.self) return false;
      if (procedure.find_role(role) != nullptr) return acting.holds(role).is_true();
      const auto [known, added] = held_.try_emplace({procedure.package, role, person}, false);
      if (added) known->second = acting.holds(role).is_true();
      return known->second;
    });
  }

  static bool must_stand_aside(const CaseScope& scope, const CaseScope& acting,
                               const Transition& transition) {
    if (!transition.not_by) return false;
    const Value value = scope.evaluate(transition.not_by);
    const Value person(*acting.person());
    if (!value.is(Value::Kind::kList)) return feel::equal(value, person).is_true();
    const auto& items = value.list().items;
    return std::any_of(items.begin(), items.end(),
                       [&](const Value& one) { return feel::equal(one, person).is_true(); });
  }

  Model& model_;
  const CaseBook& book_;
  const TaskOptions& options_;
  std::vector<uint32_t> people_;
  std::map<std::tuple<std::string, std::string, uint32_t>, bool> held_;
  std::vector<Task> out_;
};

}  // namespace

std::vector<Task> tasks(Model& model, const CaseBook& book, const TaskOptions& options) {
  return TaskFinder(model, book, options).run();
}

std::vector<Task> next_steps(Model& model, const CaseBook& book, const CaseRef& one) {
  return TaskFinder(model, book, {}).run(one);
}

std::vector<Proposal> proposals(evaluation::Run& run, const CaseBook& book) {
  Model& model = run.model();
  std::vector<Proposal> out;
  for (const policy::Rule* rule : run.rules()) {
    const Procedure* procedure =
        rule->opens.empty() ? nullptr : model.set().find_procedure(rule->opens);
    if (procedure == nullptr || !procedure->validity.holds_on(model.as_of())) continue;
    std::set<size_t> open;  // rows of the subject's type
    for (const CaseRef& one : book.cases(*procedure)) {
      const policy::CaseState* state =
          procedure->find_state(book.standing_on(one, model.as_of()).state);
      const auto subject = book.subject(one);
      if (subject && state != nullptr && !state->final) open.insert(*subject);
    }
    const record::RecordType* cases = model.data().catalogue().find_type(procedure->cases);
    const record::Field* field = cases->find_field(procedure->subject);
    const auto wanted = rule->is_duty ? evaluation::Verdict::kNotMet : evaluation::Verdict::kMet;
    for (const Entity& subject : model.subjects(rule->subject)) {
      const bool same_type = field != nullptr && model.is_record(subject) &&
                             model.type_of(subject).name == field->ref_type;
      if (same_type && open.contains(subject.row)) continue;
      const evaluation::Finding finding = run.evaluate(*rule, subject);
      if (!evaluation::concerns(finding) || finding.verdict != wanted) continue;
      out.push_back({rule, procedure, subject});
    }
  }
  return out;
}

}  // namespace dandang::procedure
