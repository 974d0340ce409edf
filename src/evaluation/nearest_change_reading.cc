#include "evaluation/nearest_change_reading.h"

#include <algorithm>

namespace dandang::evaluation {

using feel::Value;
using policy::Measure;

Reading::Reading(const policy::PolicySet& set, const policy::Rule& rule) : set_(set) {
  read_subject(rule.is_duty ? rule.to : rule.subject);
  read_rule(rule);
}

Reading::Reading(const policy::PolicySet& set, const Measure& measure) : set_(set) {
  read_measure(static_cast<size_t>(&measure - set.measures.data()));
}

bool Reading::reads_list(const std::string& owner, const std::string& referring) const {
  if (names_.contains(referring)) return true;
  return std::any_of(measures_.begin(), measures_.end(), [&](size_t index) {
    const Measure& measure = set_.measures[index];
    return measure.on == owner && measure.over == referring;
  });
}

void Reading::read(const policy::Formula& formula) {
  if (formula) read(*formula.expression->root);
}

void Reading::read(const feel::Node& node) {
  using feel::NodeKind;
  if (node.kind == NodeKind::kName || node.kind == NodeKind::kPath) read_name(node.name);
  if (node.kind == NodeKind::kNumber) values_.emplace_back(node.number);
  if (node.kind == NodeKind::kString || node.kind == NodeKind::kAtLiteral) {
    values_.emplace_back(node.name);
    if (const auto date = Date::parse_iso(node.name)) values_.emplace_back(*date);
  }
  for (const auto& child : node.children) read(*child);
}

void Reading::read_name(const std::string& name) {
  if (!names_.insert(name).second) return;
  for (size_t i = 0; i < set_.parameters.size(); ++i) {
    if (set_.parameters[i].name == name) parameters_.insert(i);
  }
  for (size_t i = 0; i < set_.measures.size(); ++i) {
    if (set_.measures[i].name == name) read_measure(i);
  }
  for (const policy::Rule& rule : set_.rules) {
    if (rule.name == name) read_rule(rule);
  }
  for (const policy::Decision& decision : set_.decisions) {
    if (decision.name == name) read_decision(decision);
  }
  read_blanks(name);
}

void Reading::read_measure(size_t index) {
  if (!measures_.insert(index).second) return;
  const Measure& measure = set_.measures[index];
  for (const policy::Formula* formula : {&measure.value, &measure.where, &measure.ending,
                                         &measure.length, &measure.holds, &measure.least}) {
    read(*formula);
  }
  for (const std::string& name : {measure.by, measure.each, measure.latest}) {
    if (!name.empty()) read_name(name);
  }
  for (const std::string& name : measure.within) read_name(name);
}

void Reading::read_rule(const policy::Rule& rule) {
  if (!rules_.insert(&rule).second) return;
  for (const policy::Formula* formula : {&rule.year, &rule.needs, &rule.when, &rule.gives,
                                         &rule.for_each, &rule.due, &rule.done, &rule.excused}) {
    read(*formula);
  }
}

void Reading::read_decision(const policy::Decision& decision) {
  if (!decisions_.insert(&decision).second) return;
  for (const dmn::DecisionRule& rule : decision.table.rules) {
    for (const auto& cells : {rule.tests, rule.outputs}) {
      for (const auto& cell : cells) {
        if (cell != nullptr) read(*cell->root);
      }
    }
  }
}

void Reading::read_blanks(const std::string& field) {
  for (const auto& [place, formula] : set_.blank_formulas) {
    if (place.second == field) read(formula);
  }
}

void Reading::read_subject(const std::string& name) {
  for (const policy::Subject& subject : set_.subjects) {
    if (subject.name != name) continue;
    for (const std::string& field : subject.by) read_name(field);
    read(subject.where);
    read(subject.exists);
  }
}

}  // namespace dandang::evaluation
