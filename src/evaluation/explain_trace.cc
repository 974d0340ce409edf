#include "evaluation/explain_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "evaluation/describe.h"
#include "policy/scope.h"

namespace dandang::evaluation {

using feel::TraceNode;
using feel::Value;
using policy::Measure;
using policy::Rule;
using record::Field;

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
        return short_record(model_, value.entity());
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
    reason.text = short_record(model_, step.item);
    narrate(step.children, reason.parts);
    collapse(reason);
    add(std::move(reason), out);
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
    for (const policy::WorkCalendar& calendar : model_.set().calendars) {
      for (const policy::WorkFunction function : policy::kWorkFunctions) {
        if (policy::work_function_name(calendar, function) == name) {
          return policy::work_function_label(calendar, function);
        }
      }
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

}  // namespace

std::vector<Reason> narrate(const Model& model, bool totals_only,
                            const std::vector<TraceNode>& steps) {
  std::vector<Reason> out;
  Narrator(model, totals_only).narrate(steps, out);
  return out;
}

}  // namespace dandang::evaluation
