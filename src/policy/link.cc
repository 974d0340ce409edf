#include "policy/link.h"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "policy/decision_link.h"
#include "policy/formula_link.h"
#include "policy/marks.h"
#include "policy/procedure_link.h"
#include "policy/procedure_proof.h"
#include "policy/scope.h"

namespace dandang::policy {
namespace {

using feel::Type;
using feel::TypeFrame;
using feel::TypePtr;

bool overlap(const Validity& a, const Validity& b) {
  return (!a.to || !b.from || *b.from <= *a.to) && (!b.to || !a.from || *a.from <= *b.to);
}

class Linker {
 public:
  Linker(PolicySet& set, Diagnostics& diagnostics)
      : set_(set),
        diagnostics_(diagnostics),
        linker_(
            set,
            [this](const Measure& measure) {
              // The set's own measures are mutable here; the scope only sees them as const.
              return measure_type(const_cast<Measure&>(measure));
            },
            diagnostics) {}

  void run() {
    check_catalogue();
    check_repeats();
    link_decisions();
    link_record_formulas();
    for (auto& [type, retention] : set_.retentions) link_retention(type, retention);
    for (Measure& measure : set_.measures) measure_type(measure);
    for (Subject& subject : set_.subjects) link_subject(subject);
    for (Rule& rule : set_.rules) link_rule(rule);
    for (Package& package : set_.packages) link_breakdown(package);
    link_procedures(linker_);
    prove_procedures(set_, diagnostics_);
    check_marks(set_, diagnostics_);
    check_tests();
  }

 private:
  Scope scope(const std::string& package) const { return linker_.scope(package); }
  void compile(Formula& formula, const std::string& package, const TypeFrame* frame) const {
    linker_.compile(formula, package, frame);
  }
  void expect(const Formula& formula, Type::Kind kind, const char* key) const {
    linker_.expect(formula, kind, key);
  }
  void unknown_reference(const Place& place, const std::string& what_zh, const std::string& what_en,
                         const std::string& name,
                         const std::vector<std::string>& candidates) const {
    linker_.unknown_reference(place, "undeclared-name", what_zh, what_en, name, candidates);
  }
  void need_field(const record::RecordType& type, const std::string& name,
                  const Place& place) const {
    linker_.need_field(type, name, place);
  }
  const record::RecordType* need_type(const std::string& name, const Place& place) const {
    return linker_.need_type(name, place);
  }
  void need_subject(const std::string& name, const Place& place) const {
    linker_.need_subject(name, place);
  }

  // ---- record types ----

  // A word that two values claim could be read either way.
  void check_code_words(const record::CodeList& list) {
    std::map<std::string, std::string> owner;
    for (const record::CodeValue& value : list.values) {
      std::vector<std::string> words = value.aliases;
      words.push_back(value.name);
      for (const std::string& word : words) {
        const auto [at, added] = owner.emplace(without_blanks(word), value.name);
        if (added || at->second == value.name) continue;
        diagnostics_.error("repeated-word", value.place,
                           {"代码表 " + list.name + " 里“" + word + "”既指“" + at->second +
                                "”又指“" + value.name + "”",
                            "in " + list.name + " the word \"" + word + "\" stands for both " +
                                at->second + " and " + value.name},
                           {"从其中一处删去它", "remove it from one of them"});
      }
    }
  }

  void check_catalogue() {
    const record::Catalogue& catalogue = *set_.catalogue;
    std::vector<std::string> lists;
    for (const record::CodeList& list : catalogue.code_lists) {
      lists.push_back(list.name);
      check_code_words(list);
    }
    for (const record::RecordType& type : catalogue.types) {
      for (const std::string& key : type.key) need_field(type, key, type.place);
      for (const std::string& key : type.absence_keys) need_field(type, key, type.place);
      if (type.valid != record::RecordType::Valid::kSnapshot) {
        need_field(type, type.valid_field, type.place);
      }
      need_field(type, type.name_field, type.place);
      if (!type.taken_with.empty()) need_type(type.taken_with, type.place);
      for (const record::RowCheck& check : type.checks) need_field(type, check.field, check.place);
      for (const record::Field& field : type.fields) {
        if (field.kind == record::FieldKind::kRef) need_type(field.ref_type, field.place);
        if (field.kind == record::FieldKind::kCode &&
            catalogue.find_code_list(field.code_list) == nullptr) {
          unknown_reference(field.place, "代码表", "code list", field.code_list, lists);
        }
      }
    }
  }

  // ---- two declarations for one day ----

  void repeated(const Place& place, const std::string& what_zh, const std::string& what_en,
                const std::string& name, const Place& earlier) {
    diagnostics_.error("two-versions", place,
                       {what_zh + " " + name + " 在同一天有两个版本同时有效",
                        what_en + " " + name + " has two versions in force on one day"},
                       {"另一处在 " + earlier.file + ":" + std::to_string(earlier.line) +
                            "；给旧版写 to，给新版写 from",
                        "the other stands at " + earlier.file + ":" + std::to_string(earlier.line) +
                            "; close the older with to, open the newer with from"});
  }

  template <typename T, typename Same>
  void check_pairs(const std::vector<T>& items, const char* zh, const char* en, Same same) {
    for (size_t i = 0; i < items.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        if (same(items[i], items[j]))
          repeated(items[i].place, zh, en, items[i].name, items[j].place);
      }
    }
  }

  void check_repeats() {
    check_pairs(set_.catalogue->types, "记录类型", "record type",
                [](const auto& a, const auto& b) { return a.name == b.name; });
    check_pairs(set_.catalogue->code_lists, "代码表", "code list",
                [](const auto& a, const auto& b) { return a.name == b.name; });
    check_pairs(set_.parameters, "参数", "parameter", [](const Parameter& a, const Parameter& b) {
      return a.name == b.name && a.package == b.package;
    });
    check_pairs(set_.measures, "度量", "measure", [](const Measure& a, const Measure& b) {
      return a.name == b.name && a.package == b.package && a.on == b.on &&
             overlap(a.validity, b.validity);
    });
    check_pairs(set_.decisions, "决策表", "decision", [](const Decision& a, const Decision& b) {
      return a.name == b.name && a.package == b.package && overlap(a.validity, b.validity);
    });
    check_pairs(set_.subjects, "对象组", "subject",
                [](const Subject& a, const Subject& b) { return a.name == b.name; });
    check_pairs(set_.roles, "身份", "role", [](const Role& a, const Role& b) {
      return a.name == b.name && a.package == b.package;
    });
    check_pairs(set_.calendars, "工作日历", "calendar",
                [](const WorkCalendar& a, const WorkCalendar& b) { return a.name == b.name; });
    check_pairs(set_.procedures, "程序", "procedure", [](const Procedure& a, const Procedure& b) {
      return a.name == b.name && overlap(a.validity, b.validity);
    });
    check_pairs(set_.guards, "防线", "guard", [](const Guard& a, const Guard& b) {
      return a.name == b.name && overlap(a.validity, b.validity);
    });
    check_pairs(set_.lists, "名单", "list", [](const ListDeclaration& a, const ListDeclaration& b) {
      return a.name == b.name;
    });
    check_pairs(set_.documents, "文书", "document",
                [](const DocumentDeclaration& a, const DocumentDeclaration& b) {
                  return a.name == b.name;
                });
    check_rules();
    for (const Parameter& parameter : set_.parameters) check_versions(parameter);
  }

  void check_rules() {
    for (size_t i = 0; i < set_.rules.size(); ++i) {
      for (size_t j = 0; j < i; ++j) {
        const Rule& a = set_.rules[i];
        const Rule& b = set_.rules[j];
        const bool same_name = a.name == b.name && a.subject == b.subject && a.package == b.package;
        if ((a.id == b.id || same_name) && overlap(a.validity, b.validity)) {
          repeated(a.place, "规则", "rule", a.id == b.id ? a.id : a.name, b.place);
        }
      }
    }
  }

  // Dated values of one parameter must follow each other without gap or overlap.
  void check_versions(const Parameter& parameter) {
    std::vector<const ParameterVersion*> versions;
    for (const ParameterVersion& version : parameter.versions) versions.push_back(&version);
    std::stable_sort(versions.begin(), versions.end(), [](const auto* a, const auto* b) {
      return a->validity.from.value_or(Date::from_days(INT32_MIN)) <
             b->validity.from.value_or(Date::from_days(INT32_MIN));
    });
    for (size_t i = 1; i < versions.size(); ++i) {
      const ParameterVersion& before = *versions[i - 1];
      const ParameterVersion& after = *versions[i];
      if (overlap(before.validity, after.validity)) {
        repeated(after.place, "参数", "parameter", parameter.name, before.place);
      } else if (before.validity.to && after.validity.from &&
                 before.validity.to->add_days(1) < *after.validity.from) {
        diagnostics_.error(
            "version-gap", after.place,
            {"参数 " + parameter.name + " 在 " + before.validity.to->add_days(1).to_string() +
                 " 没有值",
             "parameter " + parameter.name + " has no value on " +
                 before.validity.to->add_days(1).to_string()},
            {"让前后两个版本首尾相接", "let one version begin the day after the other ends"});
      }
    }
  }

  // ---- formulas ----

  void link_decisions() {
    for (Decision& decision : set_.decisions) {
      const NotingScope names(scope(decision.package), decision.reads);
      link_decision(decision, set_, names, diagnostics_);
    }
  }

  void link_record_formulas() {
    for (auto& [where, formula] : set_.blank_formulas) {
      const record::RecordType* type = set_.catalogue->find_type(where.first);
      if (type == nullptr) continue;
      const TypeFrame item{nullptr, Type::entity(type->name), ""};
      compile(formula, type->package, &item);
    }
    for (auto& [name, formulas] : set_.check_formulas) {
      const record::RecordType* type = set_.catalogue->find_type(name);
      if (type == nullptr) continue;
      const TypeFrame sheet_date{nullptr, Type::of(Type::Kind::kDate), "填报时间"};
      const TypeFrame item{&sheet_date, Type::entity(type->name), ""};
      for (Formula& formula : formulas) {
        compile(formula, type->package, &item);
        expect(formula, Type::Kind::kBoolean, "holds");
      }
    }
  }

  void link_retention(const std::string& name, Retention& retention) {
    compile(retention.keep, retention.package, nullptr);
    check_keep(retention.keep);
    const record::RecordType* type = set_.catalogue->find_type(name);
    for (size_t i = 0; type != nullptr && i < retention.path.size(); ++i) {
      need_field(*type, retention.path[i], retention.from_place);
      const record::Field* field = type->find_field(retention.path[i]);
      if (field == nullptr) return;
      const bool last = i + 1 == retention.path.size();
      const bool fits = last ? is_dated(*field) : field->kind == record::FieldKind::kRef;
      if (!fits) {
        diagnostics_.error(
            "type-mismatch", retention.from_place,
            {"from 里的“" + field->name + "”" + (last ? "不是日期或年份" : "不指向别的记录"),
             "\"" + field->name + "\" in from " +
                 (last ? "is no date or year" : "does not refer to another record")},
            {"写一个日期字段，或 withdrawn、superseded",
             "name a field with a date, or write withdrawn or superseded"});
        return;
      }
      type = last ? type : set_.catalogue->find_type(field->ref_type);
    }
  }

  static bool is_dated(const record::Field& field) {
    return field.kind == record::FieldKind::kDate || field.kind == record::FieldKind::kDay ||
           field.kind == record::FieldKind::kYear;
  }

  void check_keep(const Formula& keep) {
    if (!keep) return;
    if (Decimal::parse(trimmed(keep.source.text))) {
      diagnostics_.error("parameter-source", keep.place,
                         {"保存年限要写成参数，注明来源",
                          "how long records are kept is a parameter, with its source"},
                         {"声明一个参数，在 keep 里写它的名称",
                          "declare a parameter and write its name under keep"});
      return;
    }
    for (const Type::Kind kind :
         {Type::Kind::kNumber, Type::Kind::kMonthsDuration, Type::Kind::kDaysDuration}) {
      if (keep.type->is(kind)) return;
    }
    expect(keep, Type::Kind::kNumber, "keep");
  }

  // The type of a measure's value; links the measure first.
  TypePtr measure_type(Measure& measure) {
    if (measure.type != nullptr) return measure.type;
    if (!in_progress_.insert(&measure).second) {
      diagnostics_.error("measure-cycle", measure.place,
                         {"度量 " + measure.name + " 绕回了自己",
                          "measure " + measure.name + " depends on itself"},
                         {"去掉其中一处引用", "remove one of the references"});
      return Type::any();
    }
    need_subject(measure.on, measure.place);
    const TypePtr on = measure.on.empty() ? nullptr : Type::entity(measure.on);
    const TypeFrame item{nullptr, on, ""};
    TypePtr type = link_measure(measure, &item);
    in_progress_.erase(&measure);
    measure.type = type;
    return type;
  }

  TypePtr link_measure(Measure& measure, const TypeFrame* item) {
    switch (measure.kind) {
      case Measure::Kind::kValue:
        return link_value(measure, item);
      case Measure::Kind::kPick: {
        const record::RecordType* over = need_type(measure.over, measure.place);
        if (over == nullptr) return Type::any();
        need_field(*over, measure.latest, measure.place);
        const TypeFrame row{item, Type::entity(measure.over), ""};
        compile(measure.where, measure.package, &row);
        expect(measure.where, Type::Kind::kBoolean, "where");
        return Type::entity(measure.over);
      }
      case Measure::Kind::kStreak:
        return link_streak(measure, item);
      case Measure::Kind::kRank:
        compile(measure.value, measure.package, item);
        compile(measure.least, measure.package, nullptr);
        need_group(measure);
        return Type::context(
            {{"名次", Type::of(Type::Kind::kNumber)}, {"人数", Type::of(Type::Kind::kNumber)}});
      case Measure::Kind::kAggregate:
        compile(measure.value, measure.package, item);
        need_group(measure);
        if (measure.function == "count") return Type::of(Type::Kind::kNumber);
        return measure.value.type ? measure.value.type : Type::any();
    }
    return Type::any();
  }

  void need_group(const Measure& measure) {
    const record::RecordType* on = set_.catalogue->find_type(measure.on);
    if (on == nullptr) {
      diagnostics_.error("measure-on", measure.place,
                         {"度量 " + measure.name + " 要写在一种记录上（on）",
                          "measure " + measure.name + " must be on a record type"});
      return;
    }
    for (const std::string& name : measure.within) need_group_key(measure, *on, name);
  }

  // A field of the record, or a measure on it: 年度, or the county that the unit lies in.
  void need_group_key(const Measure& measure, const record::RecordType& type,
                      const std::string& name) {
    const TypePtr on = Type::entity(type.name);
    if (scope(measure.package).member(*on, name) == nullptr) {
      need_field(type, name, measure.place);
    }
  }

  TypePtr link_value(Measure& measure, const TypeFrame* item) {
    std::vector<TypeFrame> frames(measure.args.size());
    const TypeFrame* top = item;
    for (size_t i = 0; i < measure.args.size(); ++i) {
      frames[i] = TypeFrame{top, Type::any(), measure.args[i]};
      top = &frames[i];
    }
    compile(measure.value, measure.package, top);
    return measure.value.type ? measure.value.type : Type::any();
  }

  TypePtr link_streak(Measure& measure, const TypeFrame* item) {
    const record::RecordType* over = need_type(measure.over, measure.place);
    if (over == nullptr) return Type::any();
    need_field(*over, measure.by, measure.place);
    need_field(*over, measure.each, measure.place);
    const TypeFrame row{item, Type::entity(measure.over), ""};
    compile(measure.ending, measure.package, item);
    compile(measure.length, measure.package, item);
    compile(measure.holds, measure.package, &row);
    expect(measure.ending, Type::Kind::kNumber, "ending");
    expect(measure.length, Type::Kind::kNumber, "length");
    expect(measure.holds, Type::Kind::kBoolean, "holds");
    if (measure.each.empty()) return Type::of(Type::Kind::kBoolean);
    const record::Field* each = over->find_field(measure.each);
    return Type::list_of(each != nullptr ? field_type(*each) : Type::any());
  }

  void link_subject(Subject& subject) {
    const record::RecordType* of = need_type(subject.of, subject.place);
    if (of == nullptr) return;
    for (const std::string& by : subject.by) need_field(*of, by, subject.place);
    need_field(*of, subject.key, subject.place);
    const TypeFrame item{nullptr, Type::entity(subject.of), ""};
    compile(subject.where, subject.package, &item);
    expect(subject.where, Type::Kind::kBoolean, "where");
    const TypeFrame group{nullptr, Type::entity(subject.name), ""};
    compile(subject.exists, subject.package, &group);
    expect(subject.exists, Type::Kind::kBoolean, "exists");
  }

  void link_rule(Rule& rule) {
    need_subject(rule.subject, rule.place);
    const TypeFrame item{nullptr, Type::entity(rule.subject), ""};
    compile(rule.year, rule.package, nullptr);
    expect(rule.year, Type::Kind::kNumber, "year");
    const TypeFrame with_year{&item, rule.year.written() ? Type::of(Type::Kind::kNumber) : nullptr,
                              rule.year.written() ? "年" : ""};
    const TypeFrame* frame = rule.year.written() ? &with_year : &item;
    for (Formula* formula : {&rule.needs, &rule.when, &rule.for_each, &rule.done, &rule.excused}) {
      compile(*formula, rule.package, frame);
    }
    compile(rule.gives, rule.package, frame);
    compile(rule.due, rule.package, frame);
    for (auto& [name, formula] : rule.flags) {
      compile(formula, rule.package, frame);
      expect(formula, Type::Kind::kBoolean, "flags");
    }
    expect(rule.needs, Type::Kind::kBoolean, "needs");
    expect(rule.when, Type::Kind::kBoolean, "when");
    expect(rule.for_each, Type::Kind::kBoolean, "for_each");
    expect(rule.done, Type::Kind::kBoolean, "done");
    expect(rule.excused, Type::Kind::kBoolean, "excused");
    expect(rule.gives, Type::Kind::kNumber, "gives");
    expect(rule.due, Type::Kind::kDate, "due");
    check_opens(rule);
    const Package* package = set_.find_package(rule.package);
    if (package != nullptr && package->prefix.empty() && rule.law.empty()) {
      diagnostics_.error("rule-citation", rule.place,
                         {"规则 " + rule.id + " 没有写依据", "rule " + rule.id + " cites nothing"},
                         {"写 law: 法规名 条", "write law: NAME art. N"});
    }
  }

  // A warning: what a rule proposes may be done where no procedure is declared for it.
  void check_opens(const Rule& rule) {
    if (rule.opens.empty() || set_.find_procedure(rule.opens) != nullptr) return;
    diagnostics_.warning(
        "unknown-procedure", rule.place,
        {"规则 " + rule.id + " 提议的程序“" + rule.opens + "”没有声明",
         "rule " + rule.id + " proposes a procedure that is not declared: " + rule.opens},
        {"写一个 ```procedure " + rule.opens + "，或者改 opens",
         "declare ```procedure " + rule.opens + ", or change opens"});
  }

  void link_breakdown(Package& package) {
    Breakdown& breakdown = package.breakdown;
    if (breakdown.of.empty() || need_type(breakdown.of, breakdown.place) == nullptr) return;
    const TypeFrame item{nullptr, Type::entity(breakdown.of), ""};
    compile(breakdown.by, package.id, &item);
    if (breakdown.unit.written()) compile(breakdown.unit, package.id, &item);
  }

  // ---- tests ----

  void check_tests() {
    std::set<std::string> tested;
    std::vector<std::string> ids;
    for (const Rule& rule : set_.rules) ids.push_back(rule.id);
    const auto note = [&](const TestStep& step) {
      for (const TestExpectation& expectation : step.expect) {
        tested.insert(expectation.rule);
        if (std::find(ids.begin(), ids.end(), expectation.rule) == ids.end()) {
          unknown_reference(expectation.place, "规则", "rule", expectation.rule, ids);
        }
      }
    };
    for (const TestCase& test : set_.tests) {
      note(test.first);
      for (const TestStep& step : test.also) note(step);
      for (const TestRecords& records : test.given) check_given(records);
    }
    for (const Rule& rule : set_.rules) {
      if (tested.contains(rule.id)) continue;
      diagnostics_.error("rule-without-test", rule.place,
                         {"规则 " + rule.id + " 没有测试", "rule " + rule.id + " has no test"},
                         {"在同一文件写 ```test，expect 里给出它的结论",
                          "write a ```test in this file that expects something of it"});
    }
  }

  void check_given(const TestRecords& records) {
    const record::RecordType* type = need_type(records.type, records.place);
    if (type == nullptr) return;
    for (const std::string& name : records.header) {
      // People are named by a short name even where the type only has a ref to them.
      const bool person = name == "姓名";
      const bool field = type->find_field(name) != nullptr;
      if (!person && !field) need_field(*type, name, records.place);
    }
  }

  PolicySet& set_;
  Diagnostics& diagnostics_;
  FormulaLinker linker_;
  std::set<const Measure*> in_progress_;
};

}  // namespace

void link(PolicySet& set, Diagnostics& diagnostics) {
  Linker(set, diagnostics).run();
}

PolicySet load_packages(const std::vector<SourceFile>& files, Diagnostics& diagnostics) {
  PolicySet set = read_packages(files, diagnostics);
  link(set, diagnostics);
  diagnostics.sort();
  return set;
}

}  // namespace dandang::policy
