#include "policy/decision_link.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "dmn/table_analysis.h"
#include "feel/parser.h"
#include "feel/types.h"

namespace dandang::policy {
namespace {

using dmn::HitPolicy;
using dmn::InputDomain;
using feel::Type;
using feel::TypePtr;
using record::Field;
using record::FieldKind;

// What is known of an input: its values, and its code list, if it has one.
struct InputType {
  InputDomain domain;
  std::string code_list;

  bool operator==(const InputType&) const = default;
};

struct TypeWord {
  const char* word;
  InputDomain::Kind kind;
};

// As record fields name them; whole numbers are numbers that are counted.
constexpr std::array kTypeWords = {
    TypeWord{"number", InputDomain::Kind::kNumber}, TypeWord{"whole", InputDomain::Kind::kWhole},
    TypeWord{"year", InputDomain::Kind::kWhole},    TypeWord{"date", InputDomain::Kind::kDate},
    TypeWord{"day", InputDomain::Kind::kDate},      TypeWord{"flag", InputDomain::Kind::kBoolean},
    TypeWord{"text", InputDomain::Kind::kText},
};

TypePtr feel_type(const InputType& type) {
  switch (type.domain.kind) {
    case InputDomain::Kind::kOpen:
      return Type::any();
    case InputDomain::Kind::kNumber:
    case InputDomain::Kind::kWhole:
      return Type::of(Type::Kind::kNumber);
    case InputDomain::Kind::kDate:
      return Type::of(Type::Kind::kDate);
    case InputDomain::Kind::kBoolean:
      return Type::of(Type::Kind::kBoolean);
    case InputDomain::Kind::kText:
      return Type::of(Type::Kind::kString);
    case InputDomain::Kind::kWords:
      return Type::code(type.code_list);
  }
  return Type::any();
}

class DecisionLinker {
 public:
  DecisionLinker(Decision& decision, const PolicySet& set, const Scope& names,
                 Diagnostics& diagnostics)
      : decision_(decision), set_(set), names_(names), diagnostics_(diagnostics) {}

  void run() {
    const size_t errors = diagnostics_.error_count();
    decision_.domains.clear();
    decision_.code_lists.clear();
    for (size_t i = 0; i < decision_.inputs.size(); ++i) link_input(i);
    link_outputs();
    link_priorities();
    check_aggregation();
    if (decision_.table.broken || diagnostics_.error_count() > errors) return;
    dmn::check_table(decision_.table, decision_.domains,
                     decision_.partial ? dmn::Coverage::kPartial : dmn::Coverage::kWhole,
                     decision_.place, diagnostics_);
  }

 private:
  // ---- inputs ----

  void link_input(size_t i) {
    const DecisionColumn& column = decision_.inputs[i];
    InputType type = column.type.empty() ? type_of_fields(i) : written_type(column);
    check_column(i, type, diagnostics_);
    decision_.domains.push_back(std::move(type.domain));
    decision_.code_lists.push_back(std::move(type.code_list));
  }

  void check_column(size_t i, const InputType& type, Diagnostics& diagnostics) const {
    for (const dmn::DecisionRule& rule : decision_.table.rules) {
      feel::check_unary_tests(*rule.tests[i], feel_type(type), names_, diagnostics);
    }
  }

  InputType code_type(const std::string& list) const {
    return {{InputDomain::Kind::kWords, names_.code_words(list)}, list};
  }

  InputType written_type(const DecisionColumn& column) {
    if (column.type.starts_with("code ")) {
      const std::string list = trimmed(column.type.substr(5));
      if (set_.catalogue->find_code_list(list) != nullptr) return code_type(list);
    }
    std::vector<std::string> known;
    for (const TypeWord& word : kTypeWords) {
      if (column.type == word.word) return {{word.kind, {}}, {}};
      known.emplace_back(word.word);
    }
    for (const record::CodeList& list : set_.catalogue->code_lists) {
      known.push_back("code " + list.name);
    }
    const std::string close = closest_match(column.type, known);
    Text hint{"可用：number、whole、year、date、day、flag、text、code 代码表",
              "known: number, whole, year, date, day, flag, text, code LIST"};
    if (!close.empty()) hint = {"是不是 " + close + "？", "did you mean " + close + "?"};
    diagnostics_.error(
        "unknown-type", column.place,
        {"没有类型“" + column.type + "”", "there is no type \"" + column.type + "\""},
        std::move(hint));
    return {};
  }

  InputType type_of_field(const Field& field) const {
    switch (field.kind) {
      case FieldKind::kNumber:
      case FieldKind::kMoney:
        return {{InputDomain::Kind::kNumber, {}}, {}};
      case FieldKind::kYear:
        return {{InputDomain::Kind::kWhole, {}}, {}};
      case FieldKind::kDate:
      case FieldKind::kDay:
        return {{InputDomain::Kind::kDate, {}}, {}};
      case FieldKind::kFlag:
        return {{InputDomain::Kind::kBoolean, {}}, {}};
      case FieldKind::kCode:
        return code_type(field.code_list);
      default:
        return {};
    }
  }

  // An input without a type is what every record field of its name is, if the cells agree.
  InputType type_of_fields(size_t i) const {
    std::optional<InputType> found;
    for (const record::RecordType& type : set_.catalogue->types) {
      for (const Field& field : type.fields) {
        if (field.name != decision_.inputs[i].name) continue;
        InputType next = type_of_field(field);
        if (found && *found != next) return {};
        found = std::move(next);
      }
    }
    if (!found) return {};
    Diagnostics would_say;
    check_column(i, *found, would_say);
    return would_say.has_errors() ? InputType{} : *found;
  }

  // ---- outputs ----

  void link_outputs() {
    TypePtr common;  // of all rows, if there is one output
    for (const dmn::DecisionRule& rule : decision_.table.rules) {
      for (const auto& output : rule.outputs) {
        const TypePtr type = feel::check_types(*output, names_, nullptr, diagnostics_);
        const bool same = common == nullptr || common->kind == type->kind;
        common = same && rule.outputs.size() == 1 ? type : Type::any();
      }
    }
    decision_.result = result_of(common == nullptr ? Type::any() : common);
  }

  // What comes out where a rule's output is of the type.
  TypePtr result_of(const TypePtr& output) const {
    switch (decision_.table.hit_policy) {
      case HitPolicy::kOutputOrder:
      case HitPolicy::kRuleOrder:
        return Type::list_of(output);
      case HitPolicy::kCollect:
        if (decision_.table.aggregation == dmn::Aggregation::kNone) return Type::list_of(output);
        if (decision_.table.aggregation == dmn::Aggregation::kCount) {
          return Type::of(Type::Kind::kNumber);
        }
        return output;
      default:
        return output;
    }
  }

  // The values of an output as a list, the foremost first. Of an ordered code list that is the
  // highest.
  feel::Source values_of(const DecisionColumn& column) const {
    feel::Source source;
    source.text = "[" + column.type + "]";
    source.file = column.place.file;
    source.lines = {column.place};
    if (!column.type.starts_with("code ")) return source;
    const auto* list = set_.catalogue->find_code_list(trimmed(column.type.substr(5)));
    if (list == nullptr) return source;
    std::vector<std::string> words;
    for (const record::CodeValue& value : list->values) words.push_back("\"" + value.name + "\"");
    if (list->ordered) std::reverse(words.begin(), words.end());
    source.text = "[" + join(words, ", ") + "]";
    return source;
  }

  void link_priorities() {
    const HitPolicy policy = decision_.table.hit_policy;
    if (policy != HitPolicy::kPriority && policy != HitPolicy::kOutputOrder) return;
    decision_.table.priorities.clear();
    bool any = false;
    for (const DecisionColumn& column : decision_.outputs) {
      decision_.table.priorities.push_back(nullptr);
      if (column.type.empty()) continue;
      const feel::ParseOptions options{feel::Punctuation::kDiagnoseWide, {}, 200, 64 << 10};
      auto values = feel::parse_expression(values_of(column), options, diagnostics_);
      if (values == nullptr) return;
      feel::check_types(*values, names_, nullptr, diagnostics_);
      decision_.table.priorities.back() = std::move(values);
      any = true;
    }
    if (any) return;
    diagnostics_.error(
        "decision-table", decision_.place,
        {"命中规则 priority、output-order 要写明结果的先后",
         "the hit policies priority and output-order need the order of the results"},
        {"在结果列的表头写，最先的在前：= 名称: \"重\", \"轻\"，或者 = 名称: code 代码表",
         "write it in the output's header, the foremost first: = NAME: \"a\", \"b\", or = NAME: "
         "code LIST"});
  }

  void check_aggregation() {
    const dmn::Aggregation aggregation = decision_.table.aggregation;
    const bool adds =
        aggregation != dmn::Aggregation::kNone && aggregation != dmn::Aggregation::kCount;
    if (!adds || decision_.table.outputs.size() < 2) return;
    diagnostics_.error("decision-table", decision_.place,
                       {"求和、最小、最大只能有一个结果列",
                        "collect-sum, collect-min and collect-max take one output"});
  }

  Decision& decision_;
  const PolicySet& set_;
  const Scope& names_;
  Diagnostics& diagnostics_;
};

}  // namespace

void link_decision(Decision& decision, const PolicySet& set, const Scope& names,
                   Diagnostics& diagnostics) {
  DecisionLinker(decision, set, names, diagnostics).run();
}

}  // namespace dandang::policy
