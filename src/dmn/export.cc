#include "dmn/export.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "dmn/xml_document.h"
#include "feel/functions.h"

namespace dandang::dmn {
namespace {

using feel::Node;
using feel::NodeKind;

constexpr const char* kModelSpace = "https://www.omg.org/spec/DMN/20230324/MODEL/";

const char* policy_attribute(HitPolicy policy) {
  switch (policy) {
    case HitPolicy::kUnique:
      return "UNIQUE";
    case HitPolicy::kAny:
      return "ANY";
    case HitPolicy::kPriority:
      return "PRIORITY";
    case HitPolicy::kFirst:
      return "FIRST";
    case HitPolicy::kOutputOrder:
      return "OUTPUT ORDER";
    case HitPolicy::kRuleOrder:
      return "RULE ORDER";
    case HitPolicy::kCollect:
      return "COLLECT";
  }
  return "UNIQUE";
}

const char* aggregation_attribute(Aggregation aggregation) {
  switch (aggregation) {
    case Aggregation::kNone:
      return "";
    case Aggregation::kSum:
      return "SUM";
    case Aggregation::kMin:
      return "MIN";
    case Aggregation::kMax:
      return "MAX";
    case Aggregation::kCount:
      return "COUNT";
  }
  return "";
}

// Names that a formula takes from outside it: not bound within, not built in.
void collect_names(const Node& node, std::set<std::string> bound, std::set<std::string>& names) {
  bound.insert(node.names.begin(), node.names.end());
  if (node.kind == NodeKind::kName && !bound.contains(node.name) &&
      !feel::is_builtin_name(node.name)) {
    names.insert(node.name);
  }
  for (const auto& child : node.children) collect_names(*child, bound, names);
}

std::string attribute(const char* name, const std::string& value) {
  return value.empty() ? std::string()
                       : " " + std::string(name) + "=\"" + escaped_xml(value) + "\"";
}

std::string text_of(const ExpressionPtr& cell) {
  return "<text>" + escaped_xml(cell->source.text) + "</text>";
}

std::string quoted_words(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "\"" : ", \"") + word + "\"";
  return out;
}

class Exporter {
 public:
  explicit Exporter(const std::vector<ExportedTable>& tables) : tables_(tables) {
    for (const ExportedTable& table : tables) {
      for (const auto& column : table.inputs) add_input(column.name, column.type, column.words);
      for (const std::string& name : other_names(table)) add_input(name, "", {});
    }
  }

  std::string run(const std::string& name, const std::string& space) {
    out_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<definitions xmlns=\"" +
           std::string(kModelSpace) + "\"" + attribute("namespace", space) +
           attribute("name", name) + " id=\"definitions\">\n";
    for (const auto& [list, words] : code_lists_) write_code_list(list, words);
    size_t number = 0;
    for (const auto& [input, type] : inputs_) {
      ids_[input] = "input" + std::to_string(++number);
      out_ += "  <inputData id=\"" + ids_[input] + "\"" + attribute("name", input) + "><variable" +
              attribute("name", input) + attribute("typeRef", type) + "/></inputData>\n";
    }
    for (size_t i = 0; i < tables_.size(); ++i) write_decision(tables_[i], i + 1);
    return out_ + "</definitions>\n";
  }

 private:
  void add_input(const std::string& name, const std::string& type,
                 const std::vector<std::string>& words) {
    const auto [input, is_new] = inputs_.try_emplace(name, type);
    // Two tables may mean different things by one name: then nothing is said of its type.
    if (!is_new && input->second != type) input->second.clear();
    if (!words.empty()) code_lists_[type] = words;
  }

  static std::set<std::string> other_names(const ExportedTable& exported) {
    std::set<std::string> names;
    for (const DecisionRule& rule : exported.table->rules) {
      for (const auto& cell : rule.tests) collect_names(*cell->root, {"?"}, names);
      for (const auto& cell : rule.outputs) {
        collect_names(*cell->root, {"?", "item", "partial"}, names);
      }
    }
    for (const auto& column : exported.inputs) names.erase(column.name);
    return names;
  }

  void write_code_list(const std::string& name, const std::vector<std::string>& words) {
    out_ += "  <itemDefinition" + attribute("name", name) +
            "><typeRef>string</typeRef><allowedValues><text>" + escaped_xml(quoted_words(words)) +
            "</text></allowedValues></itemDefinition>\n";
  }

  void write_decision(const ExportedTable& exported, size_t number) {
    const std::string id = "decision" + std::to_string(number);
    const DecisionTable& table = *exported.table;
    out_ += "  <decision id=\"" + id + "\"" + attribute("name", table.name) + ">\n    <variable" +
            attribute("name", table.name) + attribute("typeRef", exported.result_type) + "/>\n";
    std::set<std::string> needed = other_names(exported);
    for (const auto& column : exported.inputs) needed.insert(column.name);
    for (const std::string& input : needed) {
      out_ += "    <informationRequirement><requiredInput href=\"#" + ids_[input] +
              "\"/></informationRequirement>\n";
    }
    out_ += "    <decisionTable" + attribute("hitPolicy", policy_attribute(table.hit_policy)) +
            attribute("aggregation", aggregation_attribute(table.aggregation)) + ">\n";
    write_header(exported);
    for (const DecisionRule& rule : table.rules) write_rule(rule);
    out_ += "    </decisionTable>\n  </decision>\n";
  }

  void write_header(const ExportedTable& exported) {
    for (const auto& column : exported.inputs) {
      out_ += "      <input><inputExpression" + attribute("typeRef", column.type) + "><text>" +
              escaped_xml(column.name) + "</text></inputExpression></input>\n";
    }
    for (const auto& column : exported.outputs) {
      out_ += "      <output" + attribute("name", column.name) + attribute("typeRef", column.type) +
              ">";
      if (!column.values.empty()) {
        out_ += "<outputValues><text>" + escaped_xml(column.values) + "</text></outputValues>";
      }
      out_ += "</output>\n";
    }
  }

  void write_rule(const DecisionRule& rule) {
    out_ += "      <rule>";
    for (const auto& cell : rule.tests) out_ += "<inputEntry>" + text_of(cell) + "</inputEntry>";
    for (const auto& cell : rule.outputs) {
      out_ += "<outputEntry>" + text_of(cell) + "</outputEntry>";
    }
    out_ += "</rule>\n";
  }

  const std::vector<ExportedTable>& tables_;
  std::map<std::string, std::string> inputs_;  // types by name
  std::map<std::string, std::string> ids_;
  std::map<std::string, std::vector<std::string>> code_lists_;
  std::string out_;
};

}  // namespace

std::string export_dmn(const std::string& name, const std::string& space,
                       const std::vector<ExportedTable>& tables) {
  return Exporter(tables).run(name, space);
}

}  // namespace dandang::dmn
