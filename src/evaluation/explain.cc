#include "evaluation/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "policy/scope.h"

namespace dandang::evaluation {

using feel::TraceNode;
using feel::Value;
using policy::Measure;
using policy::Rule;
using record::Field;
using record::FieldKind;

namespace {

constexpr size_t kMaxShown = 30;  // lines of one kind; the rest is counted

Text label_of(const std::string& zh, const std::string& en) {
  return {zh, en.empty() ? zh : en};
}

Text type_label(const Model& model, const std::string& name) {
  const record::RecordType* type = model.data().catalogue().find_type(name);
  return type == nullptr ? Text{name, name} : label_of(type->name, type->label_en);
}

Text field_label(const Model& model, const std::string& type_name, const std::string& field_name) {
  const record::RecordType* type = model.data().catalogue().find_type(type_name);
  const Field* field = type == nullptr ? nullptr : type->find_field(field_name);
  if (field != nullptr) return label_of(field->name, field->label_en);
  for (const Measure& measure : model.set().measures) {
    if (measure.on == type_name && measure.name == field_name) {
      return label_of(measure.name, measure.label_en);
    }
  }
  return {field_name, field_name};
}

// A field's value for people, in both languages; codes have English labels.
Text field_text(const Model& model, const feel::Entity& entity, size_t index) {
  const Field& field = model.type_of(entity).fields[index];
  const Column& column = model.table_of(entity).columns[index];
  if (column.is_blank(entity.row)) {
    const Value value = model.field_value(entity, index);
    if (value.is_unknown() || value.is_null()) return {"空白", "blank"};
    // What a blank means is the record type's to say: a formula or a value.
    // Named, never called a regulation: the package says there whose the figures are.
    return {"空白，按“" + field.blank.text + "”计为 " + value.to_string(),
            "blank, taken as " + value.to_string() + " by " + field.blank.text};
  }
  if (field.kind == FieldKind::kRef) {
    const Value value = model.field_value(entity, index);
    const std::string name = model.name_of(value.entity());
    return {name, name};
  }
  const std::string shown = record::to_display(field, column.cell_at(entity.row));
  if (field.kind == FieldKind::kFlag) return {shown, shown == "是" ? "yes" : "no"};
  if (field.kind == FieldKind::kMoney) return {shown + " 元", shown + " yuan"};
  if (field.kind != FieldKind::kCode) return {shown, shown};
  const record::CodeList* list = model.data().catalogue().find_code_list(field.code_list);
  const record::CodeValue* code = list == nullptr ? nullptr : list->find(shown);
  return code == nullptr ? Text{shown, shown} : label_of(code->shown(), code->label_en);
}

Text source_text(const record::Source& source) {
  if (source.row == 0) return {};
  return {fmt::format("（{}「{}」第 {} 行）", source.file, source.sheet, source.row),
          fmt::format(" ({}, sheet {}, row {})", source.file, source.sheet, source.row)};
}

}  // namespace

Text describe_record(const Model& model, const feel::Entity& record) {
  if (!model.is_record(record)) return {model.key_of(record), model.key_of(record)};
  const record::RecordType& type = model.type_of(record);
  Text out = label_of(type.name, type.label_en);
  out.zh += "：";
  out.en += ": ";
  bool first = true;
  for (size_t i = 0; i < type.fields.size(); ++i) {
    const Field& field = type.fields[i];
    // Whose record it is stands in the explanation's head; blanks that mean none say nothing.
    const bool own = field.kind == FieldKind::kRef && i == 0;
    const bool silent = model.table_of(record).columns[i].is_blank(record.row) &&
                        (field.blank.kind == record::Blank::Kind::kNone ||
                         field.blank.kind == record::Blank::Kind::kValue);
    if (own || silent || field.kind == FieldKind::kIdentityNumber) continue;
    const Text value = field_text(model, record, i);
    const Text label = label_of(field.name, field.label_en);
    out.zh += (first ? "" : "，") + label.zh + " " + value.zh;
    out.en += (first ? "" : ", ") + label.en + " " + value.en;
    first = false;
  }
  const Text source = source_text(model.table_of(record).sources[record.row]);
  return {out.zh + source.zh, out.en + source.en};
}

Text describe_amount(const Rule& rule, const Value& amount) {
  if (!amount.is(Value::Kind::kNumber)) return {};
  const std::string number = amount.number().to_string();
  if (rule.unit == "分") {
    const auto yuan = amount.number().divide(Decimal(100));
    std::string shown = yuan ? yuan->to_string() : number;
    const size_t point = shown.find('.');
    if (point == std::string::npos) {
      shown += ".00";
    } else if (shown.size() - point == 2) {
      shown += "0";
    }
    return {shown + " 元", shown + " yuan"};
  }
  static const std::map<std::string, std::string> kUnits = {
      {"日", "days"}, {"年", "years"}, {"月", "months"}, {"人", "persons"}, {"次", "times"}};
  const auto unit = kUnits.find(rule.unit);
  return {number + (rule.unit.empty() ? "" : " " + rule.unit),
          number + (unit == kUnits.end() ? "" : " " + unit->second)};
}

Text describe_cause(const Model& model, const feel::Cause& cause) {
  switch (cause.kind) {
    case feel::Cause::Kind::kParameter: {
      for (const policy::Parameter& parameter : model.set().parameters) {
        if (parameter.package != cause.record || parameter.name != cause.field) continue;
        const Text label = label_of(parameter.name, parameter.label_en);
        Text out{"本地标准“" + label.zh + "”还没有设定",
                 "the local standard \"" + label.en + "\" has not been set"};
        if (!parameter.why.empty()) {
          out.zh += "（" + parameter.why.in(Language::kChinese) + "）";
          out.en += " (" + parameter.why.in(Language::kEnglish) + ")";
        }
        out.zh += "；由主管机关研究确定后录入";
        out.en += "; the managing authority decides it and enters it";
        return out;
      }
      return {"参数 " + cause.field + " 没有设定", "parameter " + cause.field + " is not set"};
    }
    case feel::Cause::Kind::kOther:
      return cause.note;
    case feel::Cause::Kind::kFact:
      break;
  }
  const Text type = type_label(model, cause.record);
  if (cause.field.empty()) {
    if (!cause.note.empty()) {
      return {"“" + type.zh + "”台账从未导入，不能把没有记录当作没有；请导入这本台账",
              "the register \"" + type.en +
                  "\" was never taken in, and no record is not the same as none; import it"};
    }
    if (cause.key.empty()) {
      return {"“" + type.zh + "”可能不全；请补齐后再看",
              "\"" + type.en + "\" may be incomplete; complete it"};
    }
    return {"没有“" + type.zh + "”" + cause.key + " 的记录，请补报这一条",
            "no record of \"" + type.en + "\" for " + cause.key + "; supply it"};
  }
  const Text field = field_label(model, cause.record, cause.field);
  return {"“" + type.zh + "”的“" + field.zh + "”空白（" + cause.key + "）；请补填",
          "\"" + field.en + "\" is blank in \"" + type.en + "\" (" + cause.key + "); fill it in"};
}

Text describe_parameter(const Model& model, const ParameterUse& use) {
  const policy::Parameter& parameter = *use.parameter;
  const Text label = label_of(parameter.name, parameter.label_en);
  const bool set = !use.value.is_unknown();
  const std::string value = set ? use.value.to_string() : "";
  // A share or a word needs no unit behind it.
  const bool unit_shown =
      parameter.type == policy::ParameterType::kNumber && parameter.unit != "比例";
  Text out;
  out.zh = label.zh + (set ? " = " + value +
                                 (unit_shown && !parameter.unit.empty() ? " " + parameter.unit : "")
                           : " 未设定");
  out.en = label.en + (set ? " = " + value : ": not set");
  if (use.by_authority) {
    std::string basis;
    for (const record::ParameterValue& stored : model.data().parameters) {
      if (stored.package == parameter.package && stored.name == parameter.name)
        basis = stored.basis;
    }
    out.zh +=
        "（主管机关设定" + (basis.empty() ? "" : "，依据：" + basis) + "；文件本身没有这个数）";
    out.en += " (set by the authority" + (basis.empty() ? "" : ", basis: " + basis) +
              "; the document itself has no such figure)";
    return out;
  }
  if (!set) {
    out.zh += "（由主管机关设定）";
    out.en += " (for the authority to set)";
    return out;
  }
  out.zh += "（" + std::string(policy::source_word(parameter.source, Language::kChinese)) +
            (parameter.law.empty() ? "" : "：" + parameter.law.zh) +
            (parameter.why.empty() ? "" : "：" + parameter.why.zh) + "）";
  out.en += " (" + std::string(policy::source_word(parameter.source, Language::kEnglish)) +
            (parameter.law.empty() ? "" : ": " + parameter.law.in(Language::kEnglish)) +
            (parameter.why.empty() ? "" : ": " + parameter.why.in(Language::kEnglish)) + ")";
  return out;
}

namespace {

// Turns a trace into lines of reasons.
class Narrator {
 public:
  // With totals only, no single record's value is told, only how many there are.
  Narrator(const Model& model, bool totals_only) : model_(model), totals_only_(totals_only) {}

  void narrate(const std::vector<TraceNode>& steps, std::vector<Reason>& out) {
    for (const TraceNode& step : steps) narrate_step(step, out);
  }

 private:
  static Reason::Mark mark_of(const Value& value) {
    if (value.is_true()) return Reason::Mark::kYes;
    if (value.is_false()) return Reason::Mark::kNo;
    if (value.is_unknown()) return Reason::Mark::kUnknown;
    return Reason::Mark::kPlain;
  }

  Text value_text(const Value& value) const {
    switch (value.kind()) {
      case Value::Kind::kNull:
        return {"无", "none"};
      case Value::Kind::kUnknown:
        return {"不知道", "not known"};
      case Value::Kind::kBoolean:
        return value.boolean() ? Text{"是", "yes"} : Text{"否", "no"};
      case Value::Kind::kList:
        return list_text(value.list());
      case Value::Kind::kContext:
        return context_text(value.context());
      case Value::Kind::kEntity:
        return short_record(value.entity());
      case Value::Kind::kString:
        return {code_shown(value.string()), code_label(value.string())};
      default:
        return {value.to_string(), value.to_string()};
    }
  }

  Text list_text(const feel::List& list) const {
    if (list.items.empty()) return {"没有", "none"};
    if (totals_only_) {
      const std::string count = std::to_string(list.items.size());
      return {"共 " + count + " 项", count + " values"};
    }
    Text out;
    for (size_t i = 0; i < list.items.size() && i < 8; ++i) {
      const Text item = value_text(list.items[i]);
      out.zh += (i == 0 ? "" : "、") + item.zh;
      out.en += (i == 0 ? "" : ", ") + item.en;
    }
    if (list.items.size() > 8) {
      out.zh += fmt::format("等 {} 项", list.items.size());
      out.en += fmt::format(" and {} more", list.items.size() - 8);
    }
    return out;
  }

  Text context_text(const feel::Context& context) const {
    const Value* place = context.find("名次");
    const Value* count = context.find("人数");
    if (place != nullptr && count != nullptr && context.entries.size() == 2) {
      return {"第 " + place->to_string() + " 名，共 " + count->to_string() + " 人",
              "place " + place->to_string() + " of " + count->to_string()};
    }
    Text out;
    for (const auto& [key, value] : context.entries) {
      const Text shown = value_text(value);
      out.zh += (out.zh.empty() ? "" : "，") + key + " " + shown.zh;
      out.en += (out.en.empty() ? "" : ", ") + key + " " + shown.en;
    }
    return out;
  }

  const Measure* find_measure(const std::string& name) const {
    for (const Measure& measure : model_.set().measures) {
      if (measure.name == name) return &measure;
    }
    return nullptr;
  }

  void narrate_step(const TraceNode& step, std::vector<Reason>& out) {
    switch (step.kind) {
      case TraceNode::Kind::kDefinition:
        return narrate_definition(step, out);
      case TraceNode::Kind::kItem:
        return narrate_item(step, out);
      case TraceNode::Kind::kExpression:
        return narrate_expression(step, out);
    }
  }

  void narrate_definition(const TraceNode& step, std::vector<Reason>& out) {
    Reason reason;
    reason.mark = mark_of(step.value);
    const Measure* measure = find_measure(step.text);
    const Text label =
        measure == nullptr ? rule_label(step.text) : label_of(measure->name, measure->label_en);
    const Text value = value_text(step.value);
    reason.text = {label.zh + "：" + value.zh, label.en + ": " + value.en};
    // What lies behind a pick or a place is the record itself, listed as evidence.
    const bool leaf = measure != nullptr && (measure->kind == Measure::Kind::kPick ||
                                             measure->kind == Measure::Kind::kRank ||
                                             measure->kind == Measure::Kind::kAggregate);
    if (!leaf) narrate(step.children, reason.parts);
    collapse(reason);
    add(std::move(reason), out);
  }

  Text rule_label(const std::string& name) const {
    for (const Rule& rule : model_.set().rules) {
      if (rule.name == name) return rule.title;
    }
    return {name, name};
  }

  void narrate_item(const TraceNode& step, std::vector<Reason>& out) {
    if (totals_only_) return;
    Reason reason;
    reason.mark = mark_of(step.value);
    reason.text = short_record(step.item);
    narrate(step.children, reason.parts);
    collapse(reason);
    add(std::move(reason), out);
  }

  // A record by its type and the parts of its key that are not the subject's own number.
  Text short_record(const feel::Entity& entity) const {
    if (!model_.is_record(entity)) return {model_.key_of(entity), model_.key_of(entity)};
    const record::RecordType& type = model_.type_of(entity);
    Text out = label_of(type.name, type.label_en);
    for (const std::string& key : type.key) {
      const size_t i = *type.field_index(key);
      if (type.fields[i].kind == FieldKind::kRef ||
          model_.table_of(entity).columns[i].is_blank(entity.row)) {
        continue;
      }
      const Text value = field_text(model_, entity, i);
      out.zh += " " + value.zh;
      out.en += " " + value.en;
    }
    return out;
  }

  // What the operands of a comparison were, in words: 等次是“优秀”.
  void narrate_expression(const TraceNode& step, std::vector<Reason>& out) {
    const feel::NodeKind kind = step.node->kind;
    if (kind == feel::NodeKind::kName || kind == feel::NodeKind::kPath) {
      return narrate_name(step, out);
    }
    const bool junction = kind == feel::NodeKind::kAnd || kind == feel::NodeKind::kOr ||
                          kind == feel::NodeKind::kSome || kind == feel::NodeKind::kEvery ||
                          kind == feel::NodeKind::kCall || kind == feel::NodeKind::kFilter;
    if (junction) return narrate(step.children, out);
    Reason reason;
    reason.mark = mark_of(step.value);
    const Text operands = operand_text(step);
    reason.text = {"要求 " + one_line(worded(step, Language::kChinese)) + operands.zh,
                   "asked: " + one_line(worded(step, Language::kEnglish)) + operands.en};
    for (const TraceNode& child : step.children) narrate_step(child, reason.parts);
    // A value already told with the comparison is not told again, unless there is more behind it.
    std::erase_if(reason.parts, [](const Reason& part) {
      return part.mark == Reason::Mark::kPlain && part.parts.empty();
    });
    add(std::move(reason), out);
  }

  // A name that is itself a condition (符合任职条件) is told with its answer.
  void narrate_name(const TraceNode& step, std::vector<Reason>& out) {
    const bool defined =
        std::any_of(step.children.begin(), step.children.end(),
                    [](const auto& child) { return child.kind == TraceNode::Kind::kDefinition; });
    if (!defined && (step.value.is(Value::Kind::kBoolean) || step.value.is_unknown())) {
      const Text label = name_label(step);
      const Text value = value_text(step.value);
      add({Reason::Mark::kPlain, {label.zh + "：" + value.zh, label.en + ": " + value.en}, {}},
          out);
      return;
    }
    narrate(step.children, out);
  }

  static std::string one_line(const std::string& text) {
    std::string out;
    for (const char c : text) {
      const bool blank = c == '\n' || c == ' ';
      if (blank && (out.empty() || out.back() == ' ')) continue;
      out += blank ? ' ' : c;
    }
    return out;
  }

  struct Replacement {
    size_t begin = 0;
    size_t end = 0;
    std::string text;
  };

  // The expression as people read it: in English its declared names and code words translated; in
  // Chinese only what is no Chinese word (as_of, null, <=).
  std::string worded(const TraceNode& step, Language language) const {
    std::vector<Replacement> replacements;
    if (language == Language::kEnglish) {
      collect_replacements(*step.node, replacements);
    } else {
      collect_chinese(*step.node, replacements);
    }
    std::sort(replacements.begin(), replacements.end(),
              [](const Replacement& a, const Replacement& b) { return a.begin < b.begin; });
    std::string out;
    size_t at = 0;
    const size_t origin = step.node->span.begin;
    for (const Replacement& r : replacements) {
      if (r.begin < origin + at || r.end > origin + step.text.size()) continue;
      out += step.text.substr(at, r.begin - origin - at) + r.text;
      at = r.end - origin;
    }
    return out + step.text.substr(at);
  }

  void collect_replacements(const feel::Node& node, std::vector<Replacement>& out) const {
    const bool path = node.kind == feel::NodeKind::kPath;
    if (path || node.kind == feel::NodeKind::kName) {
      const std::string label = declared_label(node.name);
      // A path's own name stands at its end.
      if (!label.empty()) out.push_back({node.span.end - node.name.size(), node.span.end, label});
    }
    if (node.kind == feel::NodeKind::kNull)
      out.push_back({node.span.begin, node.span.end, "blank"});
    if (node.kind == feel::NodeKind::kString) {
      const std::string label = code_label(node.name);
      if (label != node.name) out.push_back({node.span.begin, node.span.end, "\"" + label + "\""});
    }
    for (const auto& child : node.children) collect_replacements(*child, out);
  }

  static void collect_chinese(const feel::Node& node, std::vector<Replacement>& out) {
    if (node.kind == feel::NodeKind::kName && node.name == "as_of") {
      out.push_back({node.span.begin, node.span.end, "查询日"});
    }
    if (node.kind == feel::NodeKind::kNull) out.push_back({node.span.begin, node.span.end, "空白"});
    if (node.kind == feel::NodeKind::kCompare) {
      // The operator stands between the two sides; only blanks are beside it.
      const char* sign = node.op == feel::Op::kLe   ? " ≤ "
                         : node.op == feel::Op::kGe ? " ≥ "
                         : node.op == feel::Op::kNe ? " ≠ "
                                                    : nullptr;
      const size_t begin = node.child(0).span.end;
      if (sign != nullptr && begin <= node.child(1).span.begin) {
        out.push_back({begin, node.child(1).span.begin, sign});
      }
    }
    for (const auto& child : node.children) collect_chinese(*child, out);
  }

  std::string code_shown(const std::string& word) const {
    for (const record::CodeList& list : model_.data().catalogue().code_lists) {
      const record::CodeValue* code = list.find(word);
      if (code != nullptr && code->name == word) return code->shown();
    }
    return word;
  }

  std::string code_label(const std::string& word) const {
    for (const record::CodeList& list : model_.data().catalogue().code_lists) {
      const record::CodeValue* code = list.find(word);
      if (code != nullptr && !code->label_en.empty()) return code->label_en;
    }
    return word;
  }

  // Values of the names and paths directly in the expression.
  Text operand_text(const TraceNode& step) const {
    Text out;
    std::set<std::string> told;
    for (const TraceNode& child : step.children) collect_operands(child, told, out);
    if (out.empty()) return out;
    return {"；" + out.zh, "; " + out.en};
  }

  void collect_operands(const TraceNode& step, std::set<std::string>& told, Text& out) const {
    if (step.kind != TraceNode::Kind::kExpression) return;
    const bool leaf =
        step.node->kind == feel::NodeKind::kName || step.node->kind == feel::NodeKind::kPath;
    const bool plain =
        !step.value.is(Value::Kind::kEntity) && !step.value.is(Value::Kind::kFunction);
    if (leaf && plain && told.insert(step.text).second) {
      const Text value = value_text(step.value);
      const Text label = name_label(step);
      out.zh += (out.zh.empty() ? "" : "，") + label.zh + "是 " + value.zh;
      out.en += (out.en.empty() ? "" : ", ") + label.en + " is " + value.en;
      return;
    }
    if (leaf) return;
    for (const TraceNode& child : step.children) collect_operands(child, told, out);
  }

  // A name's English label: of a parameter, a measure or a field, whichever is declared.
  Text name_label(const TraceNode& step) const {
    const std::string& name = step.node->name;
    if (name == "as_of") return {"查询日", "the day asked"};
    const std::string label = declared_label(name);
    return label.empty() ? Text{step.text, step.text} : Text{name, label};
  }

  // Empty if nothing of that name is declared with an English label.
  std::string declared_label(const std::string& name) const {
    if (name == "年") return "the year";
    if (name == "as_of") return "the day asked";
    for (const record::CodeList& list : model_.data().catalogue().code_lists) {
      if (list.ordered && policy::order_function(list) == name) return "order of";
    }
    for (const policy::Parameter& parameter : model_.set().parameters) {
      if (parameter.name == name) return parameter.label_en;
    }
    if (const Measure* measure = find_measure(name)) return measure->label_en;
    for (const record::RecordType& type : model_.data().catalogue().types) {
      if (type.name == name) return type.label_en;
      if (const Field* field = type.find_field(name)) return field->label_en;
    }
    if (name == "名次") return "place";
    if (name == "人数") return "group size";
    return {};
  }

  // One part that only repeats the whole says nothing new: take its own parts instead.
  static void collapse(Reason& reason) {
    if (reason.parts.size() == 1 && reason.parts[0].parts.empty() &&
        reason.parts[0].mark == reason.mark) {
      reason.text.zh += "——" + reason.parts[0].text.zh;
      reason.text.en += " - " + reason.parts[0].text.en;
      reason.parts.clear();
    }
  }

  static void add(Reason reason, std::vector<Reason>& out) {
    const bool repeated = std::any_of(out.begin(), out.end(), [&](const Reason& other) {
      return other.text == reason.text && other.mark == reason.mark;
    });
    if (!repeated) out.push_back(std::move(reason));
  }

  const Model& model_;
  bool totals_only_;
};

// What is said of the subject: 符合“…” for what speaks for it, 有此情形 for the rest, so that
// nothing adverse reads as praise.
struct Predicate {
  std::string holds, fails, asks;
};

Predicate predicate_zh(const Rule& rule) {
  const std::string& title = rule.title.zh;
  if (rule.is_duty) {
    return {"这项职责已落实：" + title, "这项职责没有落实：" + title,
            "这项职责是否落实（" + title + "）"};
  }
  if (rule.bearing == policy::Bearing::kFor) {
    return {"符合“" + title + "”", "不符合“" + title + "”", "是否符合“" + title + "”"};
  }
  return {"有此情形：" + title, "没有此情形：" + title, "是否有此情形（" + title + "）"};
}

bool only_other_causes(const Finding& finding) {
  return !finding.missing.empty() &&
         std::all_of(finding.missing.begin(), finding.missing.end(),
                     [](const auto& c) { return c.kind == feel::Cause::Kind::kOther; });
}

Text conclusion_of(const Explanation& e, const Model& model) {
  const Rule& rule = *e.finding.rule;
  const std::string& who = e.subject_name;
  const std::string& title = rule.title.in(Language::kEnglish);
  const std::string zh = fmt::format("截至 {}，{}：", model.as_of().to_string(), who);
  const std::string en = fmt::format("As of {}, {}: ", model.as_of().to_string(), who);
  const Predicate predicate = predicate_zh(rule);
  const Text amount = describe_amount(rule, e.finding.amount);
  switch (e.finding.verdict) {
    case Verdict::kMet:
      if (e.finding.excused)
        return {zh + rule.title.zh + "，已说明不适用。", en + "excused: " + title + "."};
      if (!amount.empty()) {
        return {zh + rule.title.zh + "为 " + amount.zh + "。", en + title + ": " + amount.en + "."};
      }
      return {zh + predicate.holds + "。", en + (rule.is_duty ? "done: " : "yes: ") + title + "."};
    case Verdict::kNotMet:
      return {zh + predicate.fails + "。",
              en + (rule.is_duty ? "not done: " : "no: ") + title + "."};
    case Verdict::kInsufficient:
      if (only_other_causes(e.finding)) {
        return {zh + predicate.asks + "，不具备比较条件，不作判断。",
                en + "nothing to compare with, so nothing is said: " + title + "."};
      }
      return {zh + predicate.asks + "，资料不足，不能判断；缺资料不等于没有。",
              en + "not enough on record to say: " + title + ". Missing is not the same as no."};
    case Verdict::kNotConfigured:
      return {zh + predicate.asks + "，主管机关还没有设定标准，不能判断。",
              en + "cannot be said, the authority has not set the standard: " + title + "."};
    case Verdict::kPending:
      return {zh + "这项职责还没有到期：" + rule.title.zh + "。",
              en + "not yet due: " + title + "."};
  }
  return {};
}

}  // namespace

Explanation explain(Run& run, const Rule& rule, const feel::Entity& subject) {
  Model& model = run.model();
  Explanation out;
  TraceNode root;
  model.evaluator().trace_into(&root);
  out.finding = run.evaluate(rule, subject);
  model.evaluator().trace_into(nullptr);
  out.finding.rule = &rule;
  out.subject_name = model.name_of(subject);
  if (model.is_group(subject) || model.type_of(subject).name_field.empty()) {
    // A group about a person is called by the person, with the rest of its key.
    const std::string key = model.key_of(subject);
    if (out.subject_name != key) out.subject_name += "（" + key + "）";
  }
  out.clause = model.set().find_clause(rule.clause);
  out.package = model.set().find_package(rule.package);
  out.conclusion = conclusion_of(out, model);
  Narrator(model, rule.totals_only).narrate(root.children, out.reasons);
  for (const feel::Entity& record : out.finding.evidence) {
    out.records.push_back(describe_record(model, record));
    if (model.table_of(record).valid_assumed[record.row] == 0) continue;
    const Text label = type_label(model, model.type_of(record).name);
    const Text note{
        "“" + label.zh + "”按填报时的情况认定，此前何时起如此没有说明",
        "\"" + label.en + "\" is taken as it stood when reported; since when is not stated"};
    if (std::find(out.assumed.begin(), out.assumed.end(), note) == out.assumed.end()) {
      out.assumed.push_back(note);
    }
  }
  for (const ParameterUse& use : out.finding.parameters) {
    out.parameters.push_back(describe_parameter(model, use));
  }
  for (const feel::Cause& cause : out.finding.missing) {
    out.missing.push_back(describe_cause(model, cause));
  }
  return out;
}

namespace {

void append_reasons(const std::vector<Reason>& reasons, Language language, int depth,
                    std::string& out) {
  constexpr int kMaxDepth = 8;
  const char* marks[] = {"✓", "✗", "？", "·"};
  size_t shown = 0;
  for (const Reason& reason : reasons) {
    if (++shown > kMaxShown) {
      out += fmt::format("{:{}}…… {}\n", "", depth * 2 + 2,
                         language == Language::kChinese
                             ? fmt::format("还有 {} 项", reasons.size() - kMaxShown)
                             : fmt::format("{} more", reasons.size() - kMaxShown));
      break;
    }
    out += fmt::format("{:{}}{} {}\n", "", depth * 2 + 2, marks[static_cast<size_t>(reason.mark)],
                       reason.text.in(language));
    if (depth < kMaxDepth) append_reasons(reason.parts, language, depth + 1, out);
  }
}

void append_lines(const char* head, const std::vector<Text>& lines, Language language,
                  std::string& out) {
  if (lines.empty()) return;
  out += fmt::format("\n{}\n", head);
  for (size_t i = 0; i < lines.size() && i < kMaxShown; ++i) {
    out += "  " + lines[i].in(language) + "\n";
  }
  if (lines.size() > kMaxShown) {
    out += fmt::format("  …… {}\n", lines.size() - kMaxShown);
  }
}

}  // namespace

std::string to_text(const Explanation& e, const Model& model, Language language) {
  const bool zh = language == Language::kChinese;
  const Rule& rule = *e.finding.rule;
  std::string out = e.conclusion.in(language) + "\n";
  if (!rule.finding.empty() && !rule.is_duty && e.finding.verdict == Verdict::kMet) {
    out += fmt::format("{}{}{}\n", zh ? "意味着：" : "Which means: ", rule.finding.in(language),
                       zh ? "。" : ".");
  }
  if (!rule.finding.empty() && rule.is_duty && e.finding.verdict == Verdict::kNotMet) {
    out += fmt::format("{}{}{}\n", zh ? "下一步：" : "Next: ", rule.finding.in(language),
                       zh ? "。" : ".");
  }
  if (!e.finding.flags.empty()) {
    out += fmt::format("{}{}\n",
                       zh ? "提示：" : "Note: ", fmt::join(e.finding.flags, zh ? "、" : ", "));
  }
  append_lines(zh ? "还缺什么" : "What is missing", e.missing, language, out);
  if (!e.reasons.empty()) {
    out += zh ? "\n怎么看出来的\n" : "\nHow it follows\n";
    append_reasons(e.reasons, language, 0, out);
  }
  append_lines(zh ? "所据记录" : "On these records", e.records, language, out);
  append_lines(zh ? "所用标准" : "By these standards", e.parameters, language, out);
  append_lines(zh ? "推定" : "Assumed", e.assumed, language, out);
  if (e.package != nullptr && e.clause != nullptr) {
    out += zh ? "\n依据\n" : "\nUnder\n";
    const std::string clause = zh ? fmt::format("第 {} 条", e.clause->number) : e.clause->id;
    out += fmt::format(zh ? fmt::runtime("  {} {} {}（{}）\n") : fmt::runtime("  {} {} {} ({})\n"),
                       e.package->document_number, e.clause->number > 0 ? clause : e.clause->id,
                       e.clause->title.in(language), rule.id);
    if (!rule.law.empty()) out += "  " + rule.law.in(language) + "\n";
  }
  const record::Dataset& data = model.data();
  const std::string known_at = std::to_string(data.known_at);
  out += zh ? "\n资料截止：第 " + known_at + " 批（" + data.known_at_time +
                  "）。软件只提出判断，由有权机关的人决定。\n"
            : "\nRecords as known at change set " + known_at + " (" + data.known_at_time +
                  "). Software finds; people decide.\n";
  return out;
}

}  // namespace dandang::evaluation
