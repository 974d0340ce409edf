#include <algorithm>

#include "base/text.h"
#include "evaluation/explain.h"
#include "evaluation/run.h"
#include "procedure/cells.h"
#include "procedure/step_taker.h"
#include "procedure/write_guards.h"

namespace dandang::procedure {

using feel::Value;
using policy::Formula;
using policy::Guard;
using policy::Procedure;
using policy::Transition;

void StepTaker::judge(Taking& taking) {
  check_state(taking);
  if (!table(taking).row_of(taking.key)) return;
  with_scope(taking, [&](const CaseScope& scope) {
    if (!taking.along) check_person(taking, scope);
    check_not_by(taking, scope);
    check_when(taking, scope);
    check_dates(taking, scope);
    check_cites(taking, scope);
    check_guards(taking, scope);
  });
  if (!taking.along) check_persons(taking);
}

void StepTaker::check_state(const Taking& taking) {
  const Transition& transition = *taking.transition;
  const Procedure& procedure = *taking.procedure;
  if (taking.opens) {
    if (!transition.from.empty()) {
      refuse(taking, "from",
             {"“" + transition.name + "”不能开启案件，要写明案件",
              "\"" + transition.name + "\" opens no case; name the case"});
    }
    if (!procedure.validity.holds_on(request_.on)) {
      refuse(taking, "when",
             {"这个流程在这一天不施行", "the procedure is not in force on the day"});
    }
    return;
  }
  const std::string& state = taking.standing.state;
  if (!contains_word(transition.from, state)) {
    const Text now = state_label(procedure, state);
    std::vector<std::string> zh;
    std::vector<std::string> en;
    for (const std::string& from : transition.from) {
      zh.push_back(from);
      en.push_back(state_label(procedure, from).en);
    }
    if (state.empty()) {
      refuse(taking, "from",
             {"这条记录不是在这里办理的案件", "this record is no case driven here"});
    } else if (transition.from.empty()) {
      refuse(taking, "from",
             {"案件已经开启，现在是“" + now.zh + "”", "the case is open already: " + now.en});
    } else {
      refuse(
          taking, "from",
          {"案件现在是“" + now.zh + "”，这一步要在“" + join(zh, "”或“") + "”时办",
           "the case is in \"" + now.en + "\"; this step leaves \"" + join(en, "\" or \"") + "\""});
    }
  }
  if (!taking.before.empty() && request_.on < taking.before.back().on) {
    const std::string last = taking.before.back().on.to_string();
    refuse(taking, "date",
           {"日期早于上一步（" + last + "）", "the day is before the last step's, " + last});
  }
}

void StepTaker::check_person(Taking& taking, const CaseScope& scope) {
  const std::vector<std::string>& by = taking.transition->by;
  const std::vector<std::string> held = scope.held(by);
  std::vector<std::string> zh;
  std::vector<std::string> en;
  for (const std::string& role : by) {
    const Text label = role_label(set_, *taking.procedure, role);
    zh.push_back(label.zh);
    en.push_back(label.en);
  }
  const std::string person = scope.model().name_of(*scope.person());
  if (!held.empty()) {
    taking.role = held.front();
    if (!taking.opens && !scope.visible()) {
      refuse(taking, "by", {person + "看不到这个案件", person + " may not see this case"});
    }
    return;
  }
  Value any = false;
  for (const std::string& role : by) any = feel::logical_or(any, scope.holds(role));
  if (any.is_true()) {  // then it is the subject's own case
    refuse(taking, "self",
           {person + "是案件的当事人，不能以别的身份办理自己的案件",
            person + " is the case's subject and acts in it as nothing else"});
    return;
  }
  // Only the procedure's own roles speak of the case.
  const bool of_case = std::any_of(by.begin(), by.end(), [&](const std::string& role) {
    return taking.procedure->find_role(role) != nullptr;
  });
  if (of_case && hangs_on_form(taking, any)) return;
  if (by.empty()) {
    refuse(taking, "by",
           {"这一步只随别的流程打开：" + join(taking.transition->opened_by, "、"),
            "only another step opens it: " + join(taking.transition->opened_by, ", ")});
    return;
  }
  refuse(taking, "by",
         {person + "在这一天不是" + join(zh, "、") + "，办不了这一步",
          person + " does not act on that day as " + join(en, " or ")},
         causes_of(scope.model(), any));
}

void StepTaker::check_not_by(const Taking& taking, const CaseScope& scope) {
  const Formula& formula = taking.transition->not_by;
  if (!formula.written()) return;
  const Value value = evaluate(scope, formula);
  Value named = false;
  const auto add = [&](const Value& one) {
    if (!one.is_null()) named = feel::logical_or(named, feel::equal(one, *scope.person()));
  };
  if (value.is(Value::Kind::kList)) {
    const feel::List& list = value.list();
    for (const Value& one : list.items) add(one);
    if (list.openness != nullptr && !named.is_true()) {
      const feel::CausesPtr open = list.openness->missing({});
      if (open != nullptr) named = Value::unknown(open);
    }
  } else {
    add(value);
  }
  if (named.is_false() || hangs_on_form(taking, named)) return;
  const std::string person = scope.model().name_of(*scope.person());
  if (named.is_true()) {
    refuse(
        taking, "not_by",
        {person + "要回避：不能由同一人再办这一步", person + " must stand aside from this step"});
  } else {
    refuse(taking, "not_by",
           {"说不清" + person + "是否要回避",
            "it is not known whether " + person + " must stand aside"},
           causes_of(scope.model(), named));
  }
}

void StepTaker::check_when(const Taking& taking, const CaseScope& scope) {
  if (!taking.transition->when.written()) return;
  const Value value = evaluate(scope, taking.transition->when);
  if (value.is_true() || hangs_on_form(taking, value)) return;
  refuse(taking, "when",
         value.is_false() ? Text{"现在不具备办这一步的条件：" + taking.transition->when.source.text,
                                 "the step is not open: " + taking.transition->when.source.text}
                          : Text{"说不清现在能不能办这一步：" + taking.transition->when.source.text,
                                 "it is not known whether the step is open: " +
                                     taking.transition->when.source.text},
         causes_of(scope.model(), value));
}

void StepTaker::check_dates(const Taking& taking, const CaseScope& scope) {
  const auto check = [&](const char* name, const Formula& formula, bool earliest) {
    if (!formula.written()) return;
    const Value value = evaluate(scope, formula);
    if (value.is(Value::Kind::kDate)) {
      const bool good = earliest ? value.date() <= request_.on : request_.on <= value.date();
      if (good) return;
      const std::string day = value.date().to_string();
      refuse(taking, name,
             earliest ? Text{"最早 " + day + " 才能办", "not before " + day}
                      : Text{"最晚 " + day + " 以前办，已经过了", "only until " + day});
      return;
    }
    if (hangs_on_form(taking, value)) return;
    refuse(taking, name, {"说不清这一步的期限", "the step's date is not known"},
           causes_of(scope.model(), value));
  };
  check("not_before", taking.transition->not_before, true);
  check("until", taking.transition->until, false);
}

// Whom a finding is about, for the case: its subject, the case itself, or a group the subject
// makes.
feel::Entity StepTaker::citing_subject(const CaseScope& scope, const policy::Rule& rule) const {
  if (rule.subject == scope.one().procedure->cases) return scope.record();
  const auto subject = scope.subject();
  if (!subject) return {};
  if (scope.model().type_of(*subject).name == rule.subject) return *subject;
  for (const feel::Entity& group : scope.model().subjects(rule.subject)) {
    if (!scope.model().is_group(group)) break;
    for (const policy::Subject& declared : set_.subjects) {
      if (declared.name != rule.subject) continue;
      for (const std::string& by : declared.by) {
        const Value value = scope.model().member(group, by);
        if (value.is(Value::Kind::kEntity) && value.entity() == *subject) return group;
      }
    }
  }
  return {};
}

void StepTaker::check_cites(Taking& taking, const CaseScope& scope) {
  const Transition& transition = *taking.transition;
  if (transition.cites.empty() && (request_.cites.empty() || taking.along)) return;
  evaluation::RunOptions options;
  options.overrides = overrides_;
  evaluation::Run run(set_, draft_.data(), request_.on, options);
  const std::vector<const policy::Rule*> in_force = run.rules();
  const bool chosen = !request_.cites.empty() && !taking.along;
  bool stands = false;
  std::vector<Text> missing;
  for (const std::string& id : chosen ? request_.cites : transition.cites) {
    if (!contains_word(transition.cites, id)) {
      refuse(taking, "cites", {"这一步不能引用 " + id, id + " is not what this step rests on"});
      continue;
    }
    const auto rule = std::find_if(in_force.begin(), in_force.end(),
                                   [&](const policy::Rule* one) { return one->id == id; });
    feel::Entity subject = rule == in_force.end() ? feel::Entity{} : citing_subject(scope, **rule);
    if (subject.source == nullptr) continue;
    run.model().subjects((*rule)->subject);
    subject.source = &run.model();
    const evaluation::Finding finding = run.evaluate(**rule, subject);
    if (!evaluation::concerns(finding)) continue;
    const auto wanted = (*rule)->is_duty ? evaluation::Verdict::kNotMet : evaluation::Verdict::kMet;
    const bool fits = finding.verdict == wanted;
    stands = stands || fits;
    for (const feel::Cause& cause : finding.missing) {
      missing.push_back(evaluation::describe_cause(run.model(), cause));
    }
    if (!fits && !chosen) continue;
    taking.cites += (taking.cites.empty() ? "" : "; ") + id + " " + verdict_id(finding.verdict);
  }
  if (stands || transition.cites.empty()) return;
  if (!transition.departs.empty()) {
    const auto field = taking.type->field_index(transition.departs);
    if (field && !table(taking).columns[*field].is_blank(scope.one().row)) return;
  }
  if (!taking.form.sound && !missing.empty()) return;
  const std::string rules = join(chosen ? request_.cites : transition.cites, "、");
  const std::string otherwise =
      transition.departs.empty() ? "" : "；另有理由的填“" + transition.departs + "”";
  const std::string otherwise_en =
      transition.departs.empty() ? ""
                                 : "; with another reason, fill in \"" + transition.departs + "\"";
  refuse(
      taking, "cites",
      {"没有认定可以引用：" + rules + otherwise, "no finding to rest on: " + rules + otherwise_en},
      std::move(missing));
}

void StepTaker::check_guards(const Taking& taking, const CaseScope& scope) {
  const std::string step = taking.procedure->name + "." + taking.transition->name;
  for (const Guard& guard : set_.guards) {
    if (guard.kind != Guard::Kind::kTransition || !contains_word(guard.on, step) ||
        !guard.validity.holds_on(request_.on)) {
      continue;
    }
    const Formula& condition =
        guard.refuse_unless.written() ? guard.refuse_unless : guard.refuse_if;
    const Value value = condition ? scope.evaluate(condition, guard.package) : Value();
    if (!refuses(guard, value) || hangs_on_form(taking, value)) continue;
    std::vector<std::pair<std::string, Text>> values;
    for (const auto& [name, formula] : guard.values) {
      if (formula) {
        values.emplace_back(name, text_of(scope.model(), scope.evaluate(formula, guard.package)));
      }
    }
    refuse(taking, guard.name, filled(guard.message, values), causes_of(scope.model(), value));
    outcome_.refusals.back().clause = guard.clause;
    outcome_.refusals.back().values = std::move(values);
  }
}

// The first person's entry waits; a second one must enter the same.
void StepTaker::check_persons(Taking& taking) {
  if (taking.transition->persons != 2) return;
  if (taking.opens) {
    refuse(taking, "persons",
           {"开启案件的一步不能由两人分别填报", "a step that opens a case is not entered by two"});
    return;
  }
  const StepTaken* first = nullptr;
  for (const StepTaken& step : taking.before) {
    if (!step.to.empty()) {
      first = nullptr;
    } else if (step.transition == taking.transition->name) {
      first = &step;
    }
  }
  taking.waits = first == nullptr;
  if (first == nullptr) return;
  if (first->by == request_.person) {
    refuse(taking, "persons", {"第二次填报要由另一人办理", "a second person must enter it"});
    return;
  }
  if (!taking.form.sound) return;
  const std::vector<std::string> differing = differing_fields(
      content_of(draft_.data().catalogue(), *taking.type, taking.form), first->content);
  if (differing.empty()) return;
  refuse(taking, "persons",
         {"两人填报不一致：" + join(differing, "、"),
          "the two entries differ: " + join(differing, ", ")});
}

}  // namespace dandang::procedure
