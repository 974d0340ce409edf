#include "policy/test_steps_link.h"

#include <algorithm>
#include <map>

namespace dandang::policy {
namespace {

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

class TestLinker {
 public:
  TestLinker(const FormulaLinker& linker, TestCase& test)
      : linker_(linker), set_(linker.set()), diagnostics_(linker.diagnostics()), test_(test) {}

  void run() {
    for (TestAction& action : test_.steps) {
      for (const TestExpectation& expectation : action.expect) check_rule(expectation);
      if (!action.transition.empty()) {
        link_action(action);
      } else if (action.state || !action.values.empty()) {
        check_standing(action);
      }
    }
  }

 private:
  Place place(const TestAction& action, const char* key, const std::string& word = {}) const {
    return action.words.of(key, word, action.place);
  }

  void check_rule(const TestExpectation& expectation) {
    std::vector<std::string> ids;
    for (const Rule& rule : set_.rules) ids.push_back(rule.id);
    if (has(ids, expectation.rule)) return;
    linker_.unknown_reference(expectation.place, "undeclared-name", "规则", "rule",
                              expectation.rule, ids);
  }

  void link_action(TestAction& action) {
    const Transition* transition = resolve(action);
    if (transition == nullptr) return;
    const Procedure& procedure = *set_.find_procedure(action.procedure);
    if (!action.label.empty()) labels_[action.label] = action.procedure;
    check_form(action, *transition);
    check_rows(action, *transition);
    for (const std::string& rule : action.cites) {
      if (has(transition->cites, rule)) continue;
      linker_.unknown_reference(place(action, "cites", rule), "undeclared-name",
                                transition->name + "可引用的规则",
                                "rule " + transition->name + " can cite", rule, transition->cites);
    }
    check_refused(action);
    check_state(action, procedure);
    for (const auto& [opened, label] : action.opened) {
      labels_[label] = opened;
      const bool opens =
          std::any_of(transition->opens.begin(), transition->opens.end(),
                      [&, name = opened](const auto& each) { return each.procedure == name; });
      if (opens) continue;
      std::vector<std::string> known;
      for (const CaseOpening& each : transition->opens) known.push_back(each.procedure);
      linker_.unknown_reference(action.place, "unknown-transition", transition->name + "所开的案",
                                "case opened by " + transition->name, opened, known);
    }
  }

  const Transition* resolve(TestAction& action) {
    if (action.procedure.empty()) {
      const auto at = labels_.find(action.label);
      if (at == labels_.end()) {
        diagnostics_.error(
            "undeclared-name", place(action, "case"),
            {"不知道“" + action.label + "”是哪个程序的案件",
             "it is not known what procedure the case \"" + action.label + "\" is of"},
            {"把 do 写成 程序.动作，或者先在前面的步骤里开这个案",
             "write do as PROCEDURE.STEP, or open the case in an earlier step"});
        return nullptr;
      }
      action.procedure = at->second;
    }
    const Procedure* procedure = set_.find_procedure(action.procedure);
    const Transition* transition =
        procedure == nullptr ? nullptr : procedure->find_transition(action.transition);
    if (transition != nullptr) return transition;
    std::vector<std::string> known;
    for (const Procedure& each : set_.procedures) {
      if (procedure != nullptr && &each != procedure) continue;
      for (const Transition& t : each.transitions) known.push_back(each.name + "." + t.name);
    }
    linker_.unknown_reference(place(action, "do"), "unknown-transition", "动作", "step",
                              action.procedure + "." + action.transition, known);
    return nullptr;
  }

  // A field that is not in the form may stand here if that is what the step is refused for.
  void check_form(const TestAction& action, const Transition& transition) {
    if (has(action.refused, "form")) return;
    for (const auto& [field, value] : action.with) {
      if (has(transition.form, field) || has(transition.optional_form, field)) continue;
      std::vector<std::string> known = transition.form;
      known.insert(known.end(), transition.optional_form.begin(), transition.optional_form.end());
      linker_.unknown_reference(place(action, "with", field), "unknown-field",
                                transition.name + "的表单项",
                                "field of the form of " + transition.name, field, known);
    }
  }

  void check_rows(const TestAction& action, const Transition& transition) {
    for (const TestRecords& records : action.rows) {
      std::vector<std::string> known = transition.rows;
      known.insert(known.end(), transition.optional_rows.begin(), transition.optional_rows.end());
      if (!has(known, records.type) && !has(action.refused, "form")) {
        linker_.unknown_reference(records.place, "unknown-field", transition.name + "的 rows",
                                  "rows of " + transition.name, records.type, known);
      }
      const record::RecordType* type = linker_.need_type(records.type, records.place);
      if (type == nullptr) continue;
      for (const std::string& name : records.header) {
        if (name != "姓名") linker_.need_field(*type, name, records.place, "unknown-field");
      }
    }
  }

  void check_refused(const TestAction& action) {
    std::vector<std::string> known = refusal_words();
    for (const Guard& guard : set_.guards) {
      if (guard.kind != Guard::Kind::kDefinition) known.push_back(guard.name);
    }
    for (const std::string& name : action.refused) {
      if (has(known, name)) continue;
      linker_.unknown_reference(place(action, "refused", name), "undeclared-name", "防线", "guard",
                                name, known);
    }
  }

  void check_standing(const TestAction& action) {
    const auto at = labels_.find(action.label);
    if (at == labels_.end()) return;
    if (const Procedure* procedure = set_.find_procedure(at->second)) {
      check_state(action, *procedure);
    }
  }

  void check_state(const TestAction& action, const Procedure& procedure) {
    if (!action.state || procedure.find_state(*action.state) != nullptr) return;
    std::vector<std::string> known;
    for (const CaseState& state : procedure.states) known.push_back(state.name);
    linker_.unknown_reference(place(action, "state"), "unknown-state", procedure.name + "的状态",
                              "state of " + procedure.name, *action.state, known);
  }

  const FormulaLinker& linker_;
  PolicySet& set_;
  Diagnostics& diagnostics_;
  TestCase& test_;
  std::map<std::string, std::string> labels_;  // what the test calls a case -> its procedure
};

}  // namespace

const std::vector<std::string>& refusal_words() {
  static const std::vector<std::string> kWords{"from",       "by",    "self", "not_by",
                                               "persons",    "form",  "date", "when",
                                               "not_before", "until", "cites"};
  return kWords;
}

void link_test_steps(const FormulaLinker& linker) {
  for (TestCase& test : linker.set().tests) TestLinker(linker, test).run();
}

}  // namespace dandang::policy
