#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "feel/ast.h"
#include "feel/evaluator.h"

namespace dandang::dmn {

// DMN 1.5 §8.2.8. Aggregating collects and priorities come with DMN models.
enum class HitPolicy { kUnique, kAny, kFirst, kRuleOrder, kCollect };

std::optional<HitPolicy> parse_hit_policy(std::string_view word);

struct DecisionRule {
  std::vector<std::shared_ptr<const feel::Expression>> tests;    // one an input
  std::vector<std::shared_ptr<const feel::Expression>> outputs;  // one an output
  Place place;
};

struct DecisionTable {
  std::string name;
  HitPolicy hit_policy = HitPolicy::kUnique;
  std::vector<std::string> inputs;   // names; a call gives them in this order
  std::vector<std::string> outputs;  // one: its value is the result; several: a context
  std::vector<DecisionRule> rules;
};

// The table's value for the inputs. Null where no rule matches, or where a policy that allows one
// match only meets several that differ. An unknown input gives a value only if every rule it may
// match agrees (docs/decisions/0001-unknown.md).
feel::Value evaluate(const DecisionTable& table, const std::vector<feel::Value>& inputs,
                     feel::Evaluator& evaluator);

}  // namespace dandang::dmn
