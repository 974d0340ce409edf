#include "policy/export_decisions.h"

#include <optional>

#include "dmn/export.h"

namespace dandang::policy {
namespace {

using dmn::InputDomain;
using feel::NodeKind;

std::string type_name(const InputDomain& domain, const std::string& code_list) {
  switch (domain.kind) {
    case InputDomain::Kind::kOpen:
      return {};
    case InputDomain::Kind::kNumber:
    case InputDomain::Kind::kWhole:
      return "number";
    case InputDomain::Kind::kDate:
      return "date";
    case InputDomain::Kind::kBoolean:
      return "boolean";
    case InputDomain::Kind::kText:
      return "string";
    case InputDomain::Kind::kWords:
      return code_list;
  }
  return {};
}

std::string literal_type(const feel::Node& node) {
  if (node.kind == NodeKind::kNumber) return "number";
  if (node.kind == NodeKind::kString) return "string";
  if (node.kind == NodeKind::kBoolean) return "boolean";
  return {};
}

// What every row of the output plainly is; empty if one of them has a formula.
std::string output_type(const dmn::DecisionTable& table, size_t output) {
  std::optional<std::string> common;
  for (const dmn::DecisionRule& rule : table.rules) {
    const std::string type = literal_type(*rule.outputs[output]->root);
    if (common && *common != type) return {};
    common = type;
  }
  return common.value_or("");
}

// The list that gives the order, without its brackets.
std::string values_of(const dmn::DecisionTable& table, size_t output) {
  if (output >= table.priorities.size() || table.priorities[output] == nullptr) return {};
  const std::string& text = table.priorities[output]->source.text;
  return text.substr(1, text.size() - 2);
}

bool gives_one_output(const dmn::DecisionTable& table) {
  return table.outputs.size() == 1 && table.hit_policy != dmn::HitPolicy::kCollect &&
         table.hit_policy != dmn::HitPolicy::kRuleOrder &&
         table.hit_policy != dmn::HitPolicy::kOutputOrder;
}

dmn::ExportedTable exported(const Decision& decision) {
  dmn::ExportedTable out;
  out.table = &decision.table;
  for (size_t i = 0; i < decision.inputs.size(); ++i) {
    const InputDomain& domain = decision.domains[i];
    out.inputs.push_back(
        {decision.inputs[i].name, type_name(domain, decision.code_lists[i]), domain.words, {}});
  }
  for (size_t i = 0; i < decision.outputs.size(); ++i) {
    out.outputs.push_back({decision.outputs[i].name,
                           output_type(decision.table, i),
                           {},
                           values_of(decision.table, i)});
  }
  if (gives_one_output(decision.table)) out.result_type = out.outputs[0].type;
  return out;
}

}  // namespace

std::string export_decisions(const std::vector<const Decision*>& decisions,
                             const std::string& name) {
  std::vector<dmn::ExportedTable> tables;
  for (const Decision* decision : decisions) tables.push_back(exported(*decision));
  return dmn::export_dmn(name, "urn:dandang:" + name, tables);
}

}  // namespace dandang::policy
