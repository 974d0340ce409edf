#include "policy/act_link.h"

#include <algorithm>
#include <set>

#include "policy/case_frames.h"
#include "policy/placeholders.h"

namespace dandang::policy {
namespace {

using feel::Type;
using feel::TypeFrame;
using record::Field;
using record::FieldKind;
using record::RecordType;

class ActLinker {
 public:
  explicit ActLinker(const FormulaLinker& linker)
      : linker_(linker), set_(linker.set()), diagnostics_(linker.diagnostics()) {}

  void run() {
    for (Role& role : set_.roles) {
      const TypeFrame person = acting_person_frame(set_, nullptr);
      linker_.compile(role.holds, role.package, &person);
      linker_.expect(role.holds, Type::Kind::kBoolean, "holds");
    }
    for (const WorkCalendar& calendar : set_.calendars) check_calendar(calendar);
    if (set_.steps) check_steps(*set_.steps);
    for (Guard& guard : set_.guards) link_guard(guard);
    for (ListDeclaration& list : set_.lists) link_list(list);
    for (DocumentDeclaration& document : set_.documents) link_document(document);
  }

 private:
  // ---- calendars ----

  // One of the kinds, or a diagnostic; the field, if it is there and of such a kind.
  const Field* need_kind(const RecordType& type, const std::string& name, const Place& place,
                         const char* code, const std::vector<FieldKind>& kinds, const Text& what) {
    linker_.need_field(type, name, place, code);
    const Field* field = type.find_field(name);
    if (field == nullptr) return nullptr;
    if (std::find(kinds.begin(), kinds.end(), field->kind) != kinds.end()) return field;
    diagnostics_.error(
        code, place,
        {"字段 " + name + " 要是" + what.zh, "the field " + name + " must be " + what.en});
    return nullptr;
  }

  void check_calendar(const WorkCalendar& calendar) {
    constexpr const char* kCode = "calendar-type";
    const auto place = [&](const char* key) { return calendar.words.of(key, "", calendar.place); };
    if (calendar.over.empty()) return;
    const RecordType* type = linker_.need_type(calendar.over, place("over"));
    if (type == nullptr) return;
    need_kind(*type, calendar.day, place("day"), kCode, {FieldKind::kDay, FieldKind::kDate},
              {"日期", "a day"});
    const Field* kind = need_kind(*type, calendar.kind, place("kind"), kCode, {FieldKind::kCode},
                                  {"代码", "a code"});
    if (kind != nullptr) {
      const std::vector<std::string> words =
          linker_.scope(calendar.package).code_words(kind->code_list);
      for (const auto& [key, word] :
           {std::pair{"off", calendar.off}, std::pair{"on", calendar.on}}) {
        if (word.empty() || std::find(words.begin(), words.end(), word) != words.end()) continue;
        linker_.unknown_reference(place(key), kCode, kind->name + "的取值",
                                  "value of " + kind->name, word, words);
      }
    }
    const Field* year =
        type->absence_keys.size() == 1 ? type->find_field(type->absence_keys[0]) : nullptr;
    if (year != nullptr && year->kind == FieldKind::kYear) return;
    diagnostics_.error(kCode, place("over"),
                       {type->name + " 要写 absence: {none: [年度字段]}，才知道哪些年录入过",
                        type->name + " needs absence: {none: [its year]}, to know which years were "
                                     "taken in"},
                       {"在记录类型里加一个 year 字段，写进 absence",
                        "give the type a year field and name it in absence"});
  }

  // ---- where steps are kept ----

  void check_steps(const StepsType& steps) {
    constexpr const char* kCode = "steps-type";
    const auto place = [&](const char* key) { return steps.words.of(key, "", steps.place); };
    const RecordType* type = linker_.need_type(steps.type, steps.place);
    if (type == nullptr) return;
    for (const auto& [key, name] :
         {std::pair{"procedure", steps.procedure}, std::pair{"case", steps.case_key},
          std::pair{"transition", steps.transition}, std::pair{"role", steps.role},
          std::pair{"from", steps.from}, std::pair{"to", steps.to},
          std::pair{"content", steps.content}, std::pair{"cites", steps.cites}}) {
      need_kind(*type, name, place(key), kCode, {FieldKind::kText}, {" text", "text"});
    }
    need_kind(*type, steps.order, place("order"), kCode, {FieldKind::kNumber},
              {" number", "a number"});
    need_kind(*type, steps.on, place("on"), kCode, {FieldKind::kDay, FieldKind::kDate},
              {"日期", "a day"});
    const Field* by =
        need_kind(*type, steps.by, place("by"), kCode, {FieldKind::kRef}, {"引用", "a ref"});
    const RecordType* person = person_type(*set_.catalogue);
    if (by != nullptr && (person == nullptr || by->ref_type != person->name)) {
      diagnostics_.error(kCode, place("by"),
                         {"办理人要引用以身份证号为主键的记录类型",
                          "by must refer to the record type whose key is an identity number"});
    }
    const std::set<std::string> key(type->key.begin(), type->key.end());
    if (key == std::set<std::string>{steps.procedure, steps.case_key, steps.order}) return;
    diagnostics_.error(
        kCode, steps.place,
        {type->name + " 的主键要是 procedure、case、order 三个字段",
         "the key of " + type->name + " must be procedure, case and order"},
        {"写 key: [" + steps.procedure + ", " + steps.case_key + ", " + steps.order + "]",
         "write key: [" + steps.procedure + ", " + steps.case_key + ", " + steps.order + "]"});
  }

  // ---- guards ----

  void link_guard(Guard& guard) {
    switch (guard.kind) {
      case Guard::Kind::kTransition:
        link_on_steps(guard);
        break;
      case Guard::Kind::kWrite:
        link_on_writes(guard);
        break;
      case Guard::Kind::kDefinition:
        check_on_definitions(guard);
        break;
    }
    check_placeholders(guard.message.zh + "\n" + guard.message.en, guard.values, guard.place);
  }

  void link_formulas(Guard& guard, const TypeFrame* frame) {
    for (Formula* formula : {&guard.refuse_if, &guard.refuse_unless}) {
      linker_.recompile(*formula, guard.package, frame);
    }
    linker_.expect(guard.refuse_if, Type::Kind::kBoolean, "refuse_if");
    linker_.expect(guard.refuse_unless, Type::Kind::kBoolean, "refuse_unless");
    for (auto& [name, formula] : guard.values) linker_.recompile(formula, guard.package, frame);
  }

  // The formulas must fit the cases of every procedure named.
  void link_on_steps(Guard& guard) {
    std::vector<const Procedure*> linked;
    for (const std::string& target : guard.on) {
      const Place& place = guard.words.of("on", target, guard.place);
      const Procedure* procedure = procedure_of(guard, target, place);
      if (procedure == nullptr ||
          std::find(linked.begin(), linked.end(), procedure) != linked.end()) {
        continue;
      }
      linked.push_back(procedure);
      const size_t errors = diagnostics_.error_count();
      const CaseFrames frames(set_, *procedure);
      link_formulas(guard, frames.frame());
      if (diagnostics_.error_count() > errors) return;
    }
  }

  const Procedure* procedure_of(const Guard& guard, const std::string& target, const Place& place) {
    const size_t dot = target.find('.');
    const Procedure* procedure = set_.find_procedure(target.substr(0, dot));
    if (procedure != nullptr && set_.in_view(guard.package, procedure->package) &&
        dot != std::string::npos && procedure->find_transition(target.substr(dot + 1)) != nullptr) {
      return procedure;
    }
    std::vector<std::string> known;
    for (const Procedure& each : set_.procedures) {
      if (!set_.in_view(guard.package, each.package)) continue;
      for (const Transition& transition : each.transitions) {
        known.push_back(each.name + "." + transition.name);
      }
    }
    linker_.unknown_reference(place, "unknown-transition", "动作", "step", target, known);
    return nullptr;
  }

  // As checks of the row: its own cells.
  void link_on_writes(Guard& guard) {
    const TypeFrame sheet_date{nullptr, Type::of(Type::Kind::kDate), "填报时间"};
    for (const std::string& name : guard.on) {
      if (linker_.need_type(name, guard.words.of("write", name, guard.place)) == nullptr) continue;
      const size_t errors = diagnostics_.error_count();
      const TypeFrame item{&sheet_date, Type::entity(name), ""};
      link_formulas(guard, &item);
      if (diagnostics_.error_count() > errors) return;
    }
  }

  void check_on_definitions(const Guard& guard) {
    const std::vector<std::string> kinds{"measure", "list", "order", "rule"};
    for (const std::string& kind : guard.on) {
      if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) continue;
      diagnostics_.error(
          "guard-form", guard.words.of("definition", kind, guard.place),
          {"definition 里没有“" + kind + "”", "definition cannot be \"" + kind + "\""},
          {"可用：measure、list、order、rule", "one of: measure, list, order, rule"});
    }
  }

  void check_placeholders(const std::string& text,
                          const std::vector<std::pair<std::string, Formula>>& values,
                          const Place& place) {
    std::set<std::string> told;
    for (const std::string& name : placeholders_in(text)) {
      const bool known = std::any_of(values.begin(), values.end(),
                                     [&](const auto& value) { return value.first == name; });
      if (known || !told.insert(name).second) continue;
      std::vector<std::string> names;
      for (const auto& [value, formula] : values) names.push_back(value);
      linker_.unknown_reference(place, "placeholder", "占位名", "value for the placeholder", name,
                                names);
    }
  }

  // ---- lists ----

  void link_list(ListDeclaration& list) {
    linker_.need_subject(list.of, list.words.of("of", "", list.place));
    const TypeFrame item{nullptr, Type::entity(list.of), ""};
    linker_.compile(list.where, list.package, &item);
    linker_.expect(list.where, Type::Kind::kBoolean, "where");
    for (ListDeclaration::Order& order : list.order) {
      linker_.compile(order.by, list.package, &item);
      if (!order.by) continue;
      const Type& type = *order.by.type;
      const bool ordered = type.is(Type::Kind::kAny) || type.is(Type::Kind::kNumber) ||
                           type.is(Type::Kind::kDate) || type.is(Type::Kind::kString);
      if (ordered) continue;
      const Text found = type.describe();
      diagnostics_.error("list-form", order.by.place,
                         {found.zh + "没有先后，不能用来排序", "a " + found.en + " has no order"},
                         {"写数字、日期或者文字的公式", "order by a number, a date or a text"});
    }
    for (auto& [name, formula] : list.columns) linker_.compile(formula, list.package, &item);
    for (const std::string& id : list.except) check_except(list, id);
  }

  void check_except(const ListDeclaration& list, const std::string& id) {
    const Place& place = list.words.of("except", id, list.place);
    std::vector<std::string> known;
    for (const Rule& rule : set_.rules) {
      if (!set_.in_view(list.package, rule.package)) continue;
      known.push_back(rule.id);
      if (rule.id != id) continue;
      if (rule.subject == list.of) return;
      diagnostics_.error(
          "list-form", place,
          {"规则 " + id + " 说的是 " + rule.subject + "，名单列的是 " + list.of,
           "rule " + id + " is about " + rule.subject + ", the list is of " + list.of});
      return;
    }
    linker_.unknown_reference(place, "list-form", "规则", "rule", id, known);
  }

  // ---- papers ----

  void link_document(DocumentDeclaration& document) {
    const Place& of = document.words.of("of", "", document.place);
    const Procedure* procedure = set_.find_procedure(document.of);
    if (procedure == nullptr || !set_.in_view(document.package, procedure->package)) {
      std::vector<std::string> known;
      for (const Procedure& each : set_.procedures) known.push_back(each.name);
      linker_.unknown_reference(of, "document-form", "程序", "procedure", document.of, known);
      return;
    }
    const CaseFrames frames(set_, *procedure);
    for (auto& [name, formula] : document.shows) {
      linker_.compile(formula, document.package, frames.frame());
    }
    linker_.compile(document.withdrawn, document.package, frames.frame());
    linker_.expect(document.withdrawn, Type::Kind::kDate, "withdrawn");
    if (document.withdrawn.written() && !document.is_public) {
      diagnostics_.error(
          "document-form", document.withdrawn.place,
          {"withdrawn 只用于公开的文书", "withdrawn goes with public papers"},
          {"写 public: true，或者删去 withdrawn", "write public: true, or remove it"});
    }
    check_placeholders(document.body, document.shows,
                       document.words.of("body", "", document.place));
    check_placeholders(document.title.zh + "\n" + document.title.en, document.shows,
                       document.place);
  }

  const FormulaLinker& linker_;
  PolicySet& set_;
  Diagnostics& diagnostics_;
};

}  // namespace

void link_acts(const FormulaLinker& linker) {
  ActLinker(linker).run();
}

}  // namespace dandang::policy
