#include "policy/procedure_link.h"

#include <algorithm>

#include "policy/act_link.h"
#include "policy/case_frames.h"
#include "policy/field_fit.h"
#include "policy/test_steps_link.h"

namespace dandang::policy {
namespace {

using feel::Type;
using feel::TypeFrame;
using record::Field;
using record::FieldKind;
using record::RecordType;

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool has(const std::vector<std::pair<std::string, Formula>>& formulas, const std::string& name) {
  return std::any_of(formulas.begin(), formulas.end(),
                     [&](const auto& each) { return each.first == name; });
}

class ProcedureLinker {
 public:
  ProcedureLinker(const FormulaLinker& linker, Procedure& procedure)
      : linker_(linker),
        set_(linker.set()),
        diagnostics_(linker.diagnostics()),
        procedure_(procedure),
        cases_(linker.need_type(procedure.cases, procedure.words.of("cases", "", procedure.place))),
        frames_(set_, procedure) {}

  void run() {
    if (cases_ == nullptr) return;
    link_head();
    for (Role& role : procedure_.roles) condition(role.holds, "holds");
    for (const std::string& role : procedure_.visible) {
      need_role(role, procedure_.words.of("visible", role, procedure_.place));
    }
    for (const NeverWithout& never : procedure_.never) link_never(never);
    for (Transition& transition : procedure_.transitions) link_transition(transition);
  }

 private:
  // ---- the head ----

  void link_head() {
    const WordPlaces& words = procedure_.words;
    linker_.need_field(*cases_, procedure_.number,
                       words.of("field", procedure_.number, procedure_.place), "unknown-field");
    const Place& subject_place = words.of("subject", "", procedure_.place);
    linker_.need_field(*cases_, procedure_.subject, subject_place, "unknown-field");
    const Field* subject = cases_->find_field(procedure_.subject);
    if (subject != nullptr && subject->kind != FieldKind::kRef) {
      diagnostics_.error("unknown-field", subject_place,
                         {"subject 要是引用记录的字段，" + subject->name + " 不是",
                          "subject is a ref field, which " + subject->name + " is not"},
                         {"写一个 type: ref … 的字段", "name a field of type ref"});
    }
    if (const Field* number = cases_->find_field(procedure_.number);
        number != nullptr && number->kind != FieldKind::kText) {
      diagnostics_.error("unknown-field", words.of("field", number->name, procedure_.place),
                         {"案号字段 " + number->name + " 要是 text",
                          "the number's field " + number->name + " must be text"},
                         {"换一个 type: text 的字段", "name a field of type text"});
    }
    if (!procedure_.self.empty()) {
      need_role(procedure_.self, words.of("self", "", procedure_.place));
      if (procedure_.subject.empty()) {
        diagnostics_.error(
            "unknown-field", words.of("self", "", procedure_.place),
            {"写了 self，还要写 subject", "self needs a subject"},
            {"补上 subject: 引用当事人的字段", "add subject: the ref to the person"});
      }
    }
    link_state_field();
    if (!set_.steps) {
      diagnostics_.error(
          "steps-type", procedure_.place,
          {"没有 steps 块，步骤无处记录", "there is no steps block to keep steps in"},
          {"在 common 里写一个 ```steps 记录类型", "write one ```steps RECORD TYPE in common"});
    }
  }

  // A state field the type declares itself must know every state.
  void link_state_field() {
    const Field* field = cases_->find_field(procedure_.state);
    const Place& place = procedure_.words.of("state", "", procedure_.place);
    const record::CodeList* list = field->kind == FieldKind::kCode
                                       ? set_.catalogue->find_code_list(field->code_list)
                                       : nullptr;
    if (list == nullptr) {
      diagnostics_.error("unknown-state", place,
                         {"状态字段 " + field->name + " 要是 code，blank: none",
                          "the state's field " + field->name + " must be a code, blank: none"},
                         {"去掉记录类型里的这个字段，由程序块加上",
                          "leave the field to the procedure, which adds it"});
      return;
    }
    for (const CaseState& state : procedure_.states) {
      const bool known =
          std::any_of(list->values.begin(), list->values.end(),
                      [&](const record::CodeValue& value) { return value.name == state.name; });
      if (known) continue;
      diagnostics_.error("unknown-state", state.place,
                         {"字段 " + field->name + " 里没有状态“" + state.name + "”",
                          "the field " + field->name + " has no state \"" + state.name + "\""});
    }
  }

  void link_never(const NeverWithout& never) {
    if (!never.from.empty()) need_state(never.from, never.words.of("from", "", never.place));
    need_state(never.to, never.words.of("to", "", never.place));
    need_state(never.without, never.words.of("without", "", never.place));
  }

  // ---- what words name ----

  void need_state(const std::string& state, const Place& place) {
    if (state.empty() || procedure_.find_state(state) != nullptr) return;
    std::vector<std::string> known;
    for (const CaseState& each : procedure_.states) known.push_back(each.name);
    linker_.unknown_reference(place, "unknown-state", procedure_.name + "的状态",
                              "state of " + procedure_.name, state, known);
  }

  void need_role(const std::string& role, const Place& place) {
    if (procedure_.find_role(role) != nullptr ||
        set_.find_role(procedure_.package, role) != nullptr) {
      return;
    }
    std::vector<std::string> known;
    for (const Role& each : procedure_.roles) known.push_back(each.name);
    for (const Role& each : set_.roles) {
      if (set_.in_view(procedure_.package, each.package)) known.push_back(each.name);
    }
    linker_.unknown_reference(place, "unknown-role", "身份", "role", role, known);
  }

  void need_case_field(const std::string& field, const Place& place) {
    linker_.need_field(*cases_, field, place, "unknown-field");
  }

  // ---- formulas ----

  void compile(Formula& formula, const TypeFrame* frame) {
    linker_.compile(formula, procedure_.package, frame);
  }
  void condition(Formula& formula, const char* key) {
    compile(formula, frames_.frame());
    linker_.expect(formula, Type::Kind::kBoolean, key);
  }
  void day(Formula& formula, const char* key) {
    compile(formula, frames_.frame());
    linker_.expect(formula, Type::Kind::kDate, key);
  }

  // ---- transitions ----

  void link_transition(Transition& transition) {
    link_ways(transition);
    for (const std::string& role : transition.by) {
      need_role(role, transition.words.of("by", role, transition.place));
    }
    for (const std::string& role : transition.escalate_to) {
      need_role(role, transition.words.of("escalate", role, transition.place));
    }
    link_form(transition);
    link_rows(transition, transition.rows);
    link_rows(transition, transition.optional_rows);
    link_cites(transition);
    condition(transition.when, "when");
    condition(transition.wanted, "wanted");
    day(transition.not_before, "not_before");
    day(transition.until, "until");
    day(transition.due, "due");
    day(transition.escalate_after, "escalate.after");
    link_not_by(transition);
    for (auto& [name, formula] : transition.sets) link_set(transition, name, formula);
    for (CaseWrite& write : transition.writes) link_write(write);
    for (CaseOpening& opening : transition.opens) link_opening(opening);
    link_documents(transition);
  }

  void link_ways(const Transition& transition) {
    for (const std::string& state : transition.from) {
      need_state(state, transition.words.of("from", state, transition.place));
    }
    need_state(transition.to, transition.words.of("to", "", transition.place));
    for (const auto& [value, state] : transition.chosen) {
      need_state(state, transition.words.of("to", state, transition.place));
    }
    if (!transition.choose.empty()) link_choice(transition);
  }

  // What is chosen by is entered, and each of its words leads somewhere.
  void link_choice(const Transition& transition) {
    const Place& place = transition.words.of("choose", transition.choose, transition.place);
    need_case_field(transition.choose, place);
    const Field* field = cases_->find_field(transition.choose);
    if (field == nullptr) return;
    if (!has(transition.form, field->name)) {
      diagnostics_.error("choose-values", place,
                         {"choose 的字段 " + field->name + " 不在必填的 form 里",
                          "the field of choose, " + field->name + ", must be entered by the form"},
                         {"把它写进 form，不带问号", "name it in form without a question mark"});
    }
    std::vector<std::string> words = linker_.scope(procedure_.package).code_words(field->code_list);
    if (field->kind == FieldKind::kFlag) words = {"true", "false"};
    if (words.empty()) {
      diagnostics_.error(
          "choose-values", place,
          {"choose 的字段要是代码或者是否（flag）", "the field of choose must be a code or a flag"},
          {"换一个字段，或者改它的类型", "name another field, or change its type"});
      return;
    }
    for (const auto& [value, state] : transition.chosen) {
      if (has(words, value)) continue;
      linker_.unknown_reference(transition.words.of("chosen", value, place), "choose-values",
                                field->name + "的取值", "value of " + field->name, value, words);
    }
    for (const std::string& word : words) {
      const bool leads = std::any_of(transition.chosen.begin(), transition.chosen.end(),
                                     [&](const auto& each) { return each.first == word; });
      if (leads) continue;
      diagnostics_.error("choose-values", place,
                         {field->name + " 为“" + word + "”时不知道到哪个状态",
                          "no state is given for " + field->name + " = \"" + word + "\""},
                         {"在 choose.to 里补上 " + word, "add " + word + " under choose.to"});
    }
  }

  bool is_numbered(const std::string& field) const { return field == procedure_.number; }

  void link_form(const Transition& transition) {
    for (const auto* fields : {&transition.form, &transition.optional_form}) {
      for (const std::string& name : *fields) {
        const Place& place = transition.words.of("form", name, transition.place);
        need_case_field(name, place);
        if (name != procedure_.state && !is_numbered(name)) continue;
        diagnostics_.error("unknown-field", place,
                           {name + " 由程序填写，不能写进 form",
                            name + " is filled in by the program, not entered"},
                           {"从 form 里删去", "remove it from the form"});
      }
    }
    if (!transition.departs.empty()) {
      const Place& place = transition.words.of("departs", "", transition.place);
      need_case_field(transition.departs, place);
      if (!has(transition.form, transition.departs) &&
          !has(transition.optional_form, transition.departs)) {
        diagnostics_.error("unknown-field", place,
                           {"departs 的字段要写进 form（带问号）",
                            "the field of departs must stand in the form (with a question mark)"},
                           {"在 form 里加 " + transition.departs + "?",
                            "add " + transition.departs + "? to the form"});
      }
    }
    if (transition.from.empty()) check_opening_form(transition);
  }

  // What the record cannot be without must come from somewhere when the case is opened.
  void check_opening_form(const Transition& transition) {
    for (const Field& field : cases_->fields) {
      const bool demanded = field.required;
      if (!demanded || is_numbered(field.name) || has(transition.form, field.name) ||
          has(transition.sets, field.name)) {
        continue;
      }
      diagnostics_.error(
          "opening-form", transition.place,
          {"动作 " + transition.name + " 开案时没有填 " + cases_->name + " 必填的 " + field.name,
           "step " + transition.name + " opens a case without " + field.name + ", which " +
               cases_->name + " requires"},
          {"写进 form（不带问号）、sets，或者由 number 编号",
           "name it in form without a question mark, in sets, or let number give it"});
    }
  }

  void link_rows(const Transition& transition, const std::vector<std::string>& types) {
    for (const std::string& name : types) {
      const Place& place = transition.words.of("rows", name, transition.place);
      const RecordType* type = linker_.need_type(name, place);
      if (type == nullptr) continue;
      const bool refers =
          std::any_of(type->fields.begin(), type->fields.end(), [&](const Field& field) {
            return field.kind == FieldKind::kRef && field.ref_type == cases_->name;
          });
      if (refers) continue;
      diagnostics_.error("unknown-field", place,
                         {name + " 没有引用 " + cases_->name + " 的字段，不能随动作录入",
                          name + " has no ref to " + cases_->name + " and cannot come with a step"},
                         {"给它加一个 ref " + cases_->name + " 字段",
                          "give it a field of type ref " + cases_->name});
    }
  }

  void link_cites(const Transition& transition) {
    const Field* subject = cases_->find_field(procedure_.subject);
    for (const std::string& id : transition.cites) {
      const Place& place = transition.words.of("cites", id, transition.place);
      const auto rule = std::find_if(set_.rules.begin(), set_.rules.end(), [&](const Rule& each) {
        return each.id == id && set_.in_view(procedure_.package, each.package);
      });
      if (rule == set_.rules.end()) {
        std::vector<std::string> known;
        for (const Rule& each : set_.rules) known.push_back(each.id);
        linker_.unknown_reference(place, "undeclared-name", "规则", "rule", id, known);
        continue;
      }
      if (rule->subject == cases_->name) continue;
      if (subject != nullptr && rule->subject == subject->ref_type) continue;
      diagnostics_.error(
          "type-mismatch", place,
          {"规则 " + id + " 说的是 " + rule->subject + "，不是案件的当事人",
           "rule " + id + " is about " + rule->subject + ", not about the subject of these cases"},
          {"写 subject: 引用 " + rule->subject + " 的字段，或者换一条规则",
           "give the procedure a subject of that type, or cite another rule"});
    }
  }

  void link_not_by(Transition& transition) {
    compile(transition.not_by, frames_.frame());
    if (!transition.not_by) return;
    feel::TypePtr type = transition.not_by.type;
    if (type->is(Type::Kind::kList)) type = type->element;
    const RecordType* person = person_type(*set_.catalogue);
    const bool open = type->is(Type::Kind::kAny) || type->is(Type::Kind::kNull);
    if (open || person == nullptr || (type->is(Type::Kind::kEntity) && type->name == person->name))
      return;
    const Text found = type->describe();
    diagnostics_.error(
        "type-mismatch", transition.not_by.place,
        {"not_by 要一个人或者一列人，却是" + found.zh,
         "not_by wants a person or a list of persons, this is a " + found.en},
        {"例：步骤[动作 = \"…\"].办理人", "as by the steps' field of who took them"});
  }

  void link_set(const Transition& transition, const std::string& name, Formula& formula) {
    const Place& place = transition.words.of("sets", name, transition.place);
    need_case_field(name, place);
    compile(formula, frames_.frame());
    if (const Field* field = cases_->find_field(name)) fit_field(linker_, *field, formula);
    if (name != procedure_.state && !is_numbered(name) && !has(transition.form, name)) return;
    diagnostics_.error("unknown-field", place,
                       {name + " 不能由 sets 填写：它是状态、案号，或者已在 form 里",
                        name + " cannot be set: it is the state, the number, or entered already"},
                       {"从 sets 或者 form 里删去", "remove it from sets or from form"});
  }

  void link_write(CaseWrite& write) {
    compile(write.for_each, frames_.frame());
    TypeFrame item{frames_.frame(), Type::any(), kEachItem};
    const TypeFrame* frame = frames_.frame();
    if (write.for_each) {
      const feel::TypePtr& type = write.for_each.type;
      if (type->is(Type::Kind::kList)) item.type = type->element;
      linker_.expect(write.for_each, Type::Kind::kList, "for_each");
      frame = &item;
    }
    compile(write.when, frame);
    linker_.expect(write.when, Type::Kind::kBoolean, "when");
    const RecordType* type =
        linker_.need_type(write.type, write.words.of("record", "", write.place));
    for (auto& [name, formula] : write.fields) {
      compile(formula, frame);
      if (type == nullptr) continue;
      linker_.need_field(*type, name, write.words.of("fields", name, formula.place),
                         "unknown-field");
      if (const Field* field = type->find_field(name)) fit_field(linker_, *field, formula);
    }
    if (type == nullptr) return;
    for (const std::string& key : type->key) {
      const Field* field = type->find_field(key);
      if (field == nullptr || !field->required || has(write.fields, key)) continue;
      diagnostics_.error("unknown-field", write.place,
                         {"写入 " + type->name + " 缺主键字段 " + key,
                          "what is written to " + type->name + " lacks its key " + key},
                         {"在 fields 里补上 " + key, "add " + key + " to fields"});
    }
  }

  // ---- cases opened with a step ----

  void link_opening(CaseOpening& opening) {
    for (auto& [name, formula] : opening.fields) compile(formula, frames_.frame());
    compile(opening.when, frames_.frame());
    linker_.expect(opening.when, Type::Kind::kBoolean, "when");
    const Place& place = opening.words.of("case", "", opening.place);
    const Procedure* target = set_.find_procedure(opening.procedure);
    const Transition* entry =
        target == nullptr ? nullptr : target->find_transition(opening.transition);
    if (entry == nullptr || !entry->from.empty()) {
      unknown_opening(opening, target, place);
      return;
    }
    const RecordType* cases = set_.catalogue->find_type(target->cases);
    if (cases == nullptr) return;
    for (const auto& [name, formula] : opening.fields) {
      if (!has(entry->form, name) && !has(entry->optional_form, name)) {
        std::vector<std::string> known = entry->form;
        known.insert(known.end(), entry->optional_form.begin(), entry->optional_form.end());
        linker_.unknown_reference(opening.words.of("with", name, formula.place), "unknown-field",
                                  entry->name + " 的表单项", "field of the form of " + entry->name,
                                  name, known);
        continue;
      }
      if (const Field* field = cases->find_field(name)) fit_field(linker_, *field, formula);
    }
    for (const std::string& name : entry->form) {
      if (has(opening.fields, name)) continue;
      diagnostics_.error("unknown-field", opening.place,
                         {"开 " + target->name + " 案缺表单项 " + name,
                          "the case of " + target->name + " is opened without " + name},
                         {"在 with 里补上 " + name, "add " + name + " to with"});
    }
  }

  void unknown_opening(const CaseOpening& opening, const Procedure* target, const Place& place) {
    std::vector<std::string> known;
    for (const Procedure& each : set_.procedures) {
      if (target != nullptr && &each != target) continue;
      for (const Transition& transition : each.transitions) {
        if (transition.from.empty()) known.push_back(each.name + "." + transition.name);
      }
    }
    linker_.unknown_reference(place, "unknown-transition", "开案的动作", "step that opens a case",
                              opening.procedure + "." + opening.transition, known);
  }

  void link_documents(const Transition& transition) {
    for (const std::string& name : transition.documents) {
      const DocumentDeclaration* document = set_.find_document(name);
      if (document != nullptr && document->of == procedure_.name) continue;
      std::vector<std::string> known;
      for (const DocumentDeclaration& each : set_.documents) {
        if (each.of == procedure_.name) known.push_back(each.name);
      }
      linker_.unknown_reference(transition.words.of("documents", name, transition.place),
                                "undeclared-name", procedure_.name + "的文书",
                                "document of " + procedure_.name, name, known);
    }
  }

  const FormulaLinker& linker_;
  PolicySet& set_;
  Diagnostics& diagnostics_;
  Procedure& procedure_;
  const RecordType* cases_;
  CaseFrames frames_;
};

}  // namespace

void link_procedures(const FormulaLinker& linker) {
  PolicySet& set = linker.set();
  link_acts(linker);
  for (Procedure& procedure : set.procedures) ProcedureLinker(linker, procedure).run();
  link_test_steps(linker);
}

}  // namespace dandang::policy
