#include "procedure/case_tests.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "procedure/case_book.h"
#include "procedure/cells.h"
#include "procedure/step.h"

namespace dandang::procedure {

using evaluation::TestOutcome;
using policy::Guard;
using policy::Procedure;
using policy::TestAction;
using policy::TestCase;
using policy::Transition;
using record::Field;
using record::RecordType;

namespace {

const std::string kPersonName = "姓名";
const std::string kBlank = "unknown";

// What tests have come upon, of all that is declared.
struct Reached {
  std::set<std::string> taken;                             // "procedure.transition"
  std::set<std::pair<std::string, std::string>> refusals;  // "procedure.transition", name
  std::set<std::string> guards;
};

// What a test calls a case.
struct Labelled {
  std::string procedure;
  std::string key;
};

Text words_of(const std::vector<Refusal>& refusals) {
  Text out;
  for (const Refusal& refusal : refusals) {
    const bool first = out.zh.empty();
    out.zh += (first ? "" : "；") + refusal.name + "：" + refusal.message.zh;
    out.en += (first ? "" : "; ") + refusal.name + ": " + refusal.message.in(Language::kEnglish);
    for (const Text& missing : refusal.missing) {
      out.zh += "（" + missing.zh + "）";
      out.en += " (" + missing.in(Language::kEnglish) + ")";
    }
  }
  return out;
}

class TestDriver {
 public:
  TestDriver(const policy::PolicySet& set, const TestCase& test, Reached& reached,
             TestOutcome& outcome, Diagnostics& diagnostics)
      : set_(set),
        test_(test),
        reached_(reached),
        outcome_(outcome),
        diagnostics_(diagnostics),
        overrides_(evaluation::overrides_of(test, test.first)),
        data_(evaluation::dataset_of(set, test, test.first, diagnostics)) {}

  void run() {
    for (const TestAction& action : test_.steps) {
      if (!action.on) continue;
      if (action.transition.empty()) {
        look(action);
      } else {
        act(action);
      }
    }
  }

 private:
  void fail(const TestAction& action, const std::string& what, const std::string& expected,
            const std::string& actual, const Text& why = {}) {
    ++outcome_.failed;
    const std::string day = action.on->to_string();
    diagnostics_.error("test-failed", action.place,
                       {"测试“" + test_.title + "”（" + day + "）" + what + "：应为 " + expected +
                            "，实为 " + actual,
                        "test \"" + test_.title + "\" (" + day + ") " + what + ": expected " +
                            expected + ", got " + actual},
                       why);
  }

  // ---- how a case stands ----

  std::optional<CaseRef> find(const CaseBook& book, const TestAction& action) const {
    const auto label = labels_.find(action.label);
    const Procedure* procedure =
        set_.find_procedure(label != labels_.end() ? label->second.procedure : action.procedure);
    if (procedure == nullptr) return std::nullopt;
    if (label != labels_.end()) return book.find(*procedure, label->second.key);
    // One that was given as a record.
    return book.find(*procedure, record::key_text(split(action.label, '/')));
  }

  void look(const TestAction& action) {
    if (!action.expect.empty()) {
      policy::TestStep step;
      step.as_of = action.on;
      step.expect = action.expect;
      step.parameters = test_.first.parameters;
      step.place = action.place;
      evaluation::check_expectations(set_, test_, step, data_, outcome_, diagnostics_);
    }
    if (action.state || !action.values.empty()) check_case(action);
  }

  void check_case(const TestAction& action) {
    const CaseBook book(set_, data_);
    const auto one = find(book, action);
    if (!one) {
      fail(action, action.label, "案件", "没有这个案件");
      return;
    }
    if (action.state) {
      ++outcome_.expectations;
      const std::string state = book.standing(*one).state;
      if (state != *action.state) fail(action, action.label, *action.state, state);
    }
    const record::Table& table = data_.table(one->type);
    for (const auto& [name, word] : action.values) {
      ++outcome_.expectations;
      const auto index = table.type->field_index(name);
      if (!index) {
        fail(action, name, word, "没有这一项");
        continue;
      }
      const Field& field = table.type->fields[*index];
      const std::string is = shown(field, table.columns[*index].cell_at(one->row));
      const CellReading wanted =
          word == kBlank ? CellReading{} : read_word(set_, data_, field, replaced(field, word));
      const std::string should = wanted.fault ? word : shown(field, keyed(field, wanted.cell));
      if (is != should) fail(action, name, word, is.empty() ? "（空）" : is);
    }
  }

  // A ref in a table is a row, in a form a key: as a key both are alike.
  Cell keyed(const Field& field, const Cell& cell) const {
    const auto* key = std::get_if<std::string>(&cell);
    if (field.kind != record::FieldKind::kRef || key == nullptr) return cell;
    const auto row = data_.find_table(field.ref_type)->row_of(*key);
    return row ? Cell(static_cast<int64_t>(*row)) : Cell();
  }
  std::string shown(const Field& field, const Cell& cell) const {
    const auto* row = std::get_if<int64_t>(&cell);
    if (field.kind != record::FieldKind::kRef || row == nullptr) {
      return record::to_display(field, cell);
    }
    return record::key_for_display(
        data_.find_table(field.ref_type)->key(static_cast<size_t>(*row)));
  }

  // ---- steps ----

  // What a test calls a case stands for its key where a record is meant.
  std::string replaced(const Field& field, const std::string& word) const {
    const auto label = labels_.find(word);
    if (field.kind != record::FieldKind::kRef || label == labels_.end()) return word;
    const Procedure* procedure = set_.find_procedure(label->second.procedure);
    if (procedure->cases != field.ref_type) return word;
    return record::key_for_display(label->second.key);
  }

  std::string word_for(const RecordType* type, const std::string& name,
                       const std::string& word) const {
    if (word == kBlank) return {};
    const Field* field = type != nullptr ? type->find_field(name) : nullptr;
    return field != nullptr ? replaced(*field, word) : word;
  }

  // Tables of tests may name the person by 姓名, whatever the field is called.
  std::string field_for(const RecordType& type, const std::string& name) const {
    const RecordType* person = policy::person_type(*set_.catalogue);
    if (type.find_field(name) != nullptr || name != kPersonName || person == nullptr) return name;
    for (const Field& field : type.fields) {
      if (field.kind == record::FieldKind::kRef && field.ref_type == person->name) {
        return field.name;
      }
    }
    return name;
  }

  StepRequest request_for(const TestAction& action, const Procedure& procedure,
                          const Transition& transition) const {
    StepRequest out;
    out.procedure = action.procedure;
    out.transition = action.transition;
    out.on = *action.on;
    out.cites = action.cites;
    if (!transition.from.empty()) {
      const CaseBook book(set_, data_);
      const auto one = find(book, action);
      out.case_key = one ? book.key(*one) : action.label;
    }
    const RecordType* type = set_.catalogue->find_type(procedure.cases);
    for (const auto& [field, word] : action.with) {
      out.form.emplace_back(field, word_for(type, field, word));
    }
    for (const policy::TestRecords& records : action.rows) {
      const RecordType* of = set_.catalogue->find_type(records.type);
      if (of == nullptr) continue;
      RowsEntered entered{records.type, {}};
      for (const auto& row : records.rows) {
        Words words;
        for (size_t c = 0; c < row.size(); ++c) {
          const std::string name = field_for(*of, records.header[c]);
          words.emplace_back(name, word_for(of, name, row[c]));
        }
        entered.rows.push_back(std::move(words));
      }
      out.rows.push_back(std::move(entered));
    }
    return out;
  }

  void act(const TestAction& action) {
    const Procedure* procedure = set_.find_procedure(action.procedure);
    const Transition* transition =
        procedure != nullptr ? procedure->find_transition(action.transition) : nullptr;
    if (transition == nullptr) return;  // said by the linker
    StepRequest request = request_for(action, *procedure, *transition);
    ++outcome_.expectations;
    std::optional<StepOutcome> last;
    for (const std::string& name : action.by) {
      const auto person = find_person(data_, name);
      if (!person) {
        fail(action, name, "名册里的人", person.error().to_string(Language::kChinese));
        return;
      }
      request.person = *person;
      auto outcome = take_step(set_, data_, request, overrides_);
      if (!outcome) {
        fail(action, action.transition, "可以试办", outcome.error().to_string(Language::kChinese));
        return;
      }
      if (outcome->refusals.empty()) data_ = outcome->data;
      last = std::move(outcome).value();
    }
    if (last) judge(action, *transition, *last);
  }

  void judge(const TestAction& action, const Transition& transition, const StepOutcome& outcome) {
    std::set<std::string> names;
    const std::string step = action.procedure + "." + action.transition;
    for (const Refusal& refusal : outcome.refusals) {
      names.insert(refusal.name);
      reached_.refusals.emplace(refusal.transition, refusal.name);
      reached_.guards.insert(refusal.name);
    }
    const std::set<std::string> wanted(action.refused.begin(), action.refused.end());
    if (names != wanted) {
      const auto told = [](const std::set<std::string>& of) {
        return of.empty() ? std::string("可以办")
                          : join(std::vector<std::string>(of.begin(), of.end()), "、") + " 拒绝";
      };
      fail(action, step, told(wanted), told(names), words_of(outcome.refusals));
      return;
    }
    if (!outcome.refusals.empty()) {
      check_placeholders(action, outcome);
      return;
    }
    if (outcome.waits) {
      if (action.state) check_case(action);
      return;
    }
    reached_.taken.insert(step);
    if (transition.from.empty() && !action.label.empty()) {
      labels_[action.label] = {action.procedure, outcome.case_key};
    }
    note_opened(action, outcome);
    if (action.state || !action.values.empty()) check_case(action);
  }

  void note_opened(const TestAction& action, const StepOutcome& outcome) {
    for (const OpenedCase& opened : outcome.opened) {
      reached_.taken.insert(opened.procedure + "." + opened.transition);
    }
    for (const auto& [procedure, label] : action.opened) {
      ++outcome_.expectations;
      const auto opened = std::find_if(
          outcome.opened.begin(), outcome.opened.end(),
          [&, wanted = procedure](const OpenedCase& one) { return one.procedure == wanted; });
      if (opened == outcome.opened.end()) {
        fail(action, action.transition, "打开 " + procedure, "没有打开");
      } else {
        labels_[label] = {procedure, opened->key};
      }
    }
  }

  void check_placeholders(const TestAction& action, const StepOutcome& outcome) {
    for (const auto& [name, word] : action.values) {
      ++outcome_.expectations;
      std::vector<std::string> found;
      for (const Refusal& refusal : outcome.refusals) {
        for (const auto& [key, value] : refusal.values) {
          if (key == name) found.push_back(value.zh);
        }
      }
      if (std::find(found.begin(), found.end(), word) == found.end()) {
        fail(action, "{" + name + "}", word, found.empty() ? "没有这个占位" : join(found, "；"));
      }
    }
  }

  const policy::PolicySet& set_;
  const TestCase& test_;
  Reached& reached_;
  TestOutcome& outcome_;
  Diagnostics& diagnostics_;
  evaluation::Overrides overrides_;
  record::Dataset data_;
  std::map<std::string, Labelled> labels_;
};

// ---- what no test tries ----

void require_steps(const policy::PolicySet& set, const Reached& reached, Diagnostics& diagnostics) {
  for (const Procedure& procedure : set.procedures) {
    for (const Transition& transition : procedure.transitions) {
      const std::string step = procedure.name + "." + transition.name;
      if (!reached.taken.contains(step)) {
        diagnostics.error("step-without-test", transition.place,
                          {"没有测试办过 " + step, "no test takes " + step},
                          {"在 ```test 的 steps 里办一次", "take it in the steps of a ```test"});
      }
      const std::pair<const char*, bool> conditions[] = {
          {"when", transition.when.written()},   {"not_before", transition.not_before.written()},
          {"until", transition.until.written()}, {"not_by", transition.not_by.written()},
          {"cites", !transition.cites.empty()},
      };
      for (const auto& [name, written] : conditions) {
        if (!written || reached.refusals.contains({step, name})) continue;
        diagnostics.error("refusal-without-test", transition.words.of(name, "", transition.place),
                          {"没有测试因 " + std::string(name) + " 被拒绝过：" + step,
                           "no test of " + step + " is refused by " + name},
                          {"补一步 refused: " + std::string(name),
                           "add a step with refused: " + std::string(name)});
      }
    }
  }
}

// Whether some step writes records of the type; else only imports do, which no test drives.
bool is_written(const policy::PolicySet& set, const std::string& type) {
  return std::any_of(set.procedures.begin(), set.procedures.end(), [&](const Procedure& one) {
    return one.cases == type ||
           std::any_of(one.transitions.begin(), one.transitions.end(), [&](const auto& transition) {
             const auto has = [&](const std::vector<std::string>& types) {
               return std::find(types.begin(), types.end(), type) != types.end();
             };
             return has(transition.rows) || has(transition.optional_rows) ||
                    std::any_of(transition.writes.begin(), transition.writes.end(),
                                [&](const auto& write) { return write.type == type; });
           });
  });
}

void require_guards(const policy::PolicySet& set, const Reached& reached,
                    Diagnostics& diagnostics) {
  for (const Guard& guard : set.guards) {
    if (guard.kind == Guard::Kind::kDefinition || reached.guards.contains(guard.name)) continue;
    const bool tested = guard.kind == Guard::Kind::kTransition ||
                        std::any_of(guard.on.begin(), guard.on.end(),
                                    [&](const std::string& type) { return is_written(set, type); });
    if (!tested) continue;
    diagnostics.error(
        "guard-without-test", guard.place,
        {"没有测试被防线 " + guard.name + " 拒绝过",
         "no test is refused by the guard " + guard.name},
        {"补一步 refused: [" + guard.name + "]", "add a step with refused: [" + guard.name + "]"});
  }
}

}  // namespace

TestOutcome run_tests(const policy::PolicySet& set, Diagnostics& diagnostics) {
  TestOutcome outcome;
  Reached reached;
  evaluation::run_rule_tests(set, outcome, diagnostics);
  for (const TestCase& test : set.tests) {
    if (test.steps.empty()) continue;
    ++outcome.tests;
    TestDriver(set, test, reached, outcome, diagnostics).run();
  }
  evaluation::require_reached(set, outcome, diagnostics);
  require_steps(set, reached, diagnostics);
  require_guards(set, reached, diagnostics);
  return outcome;
}

}  // namespace dandang::procedure
