#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "dmn/item_type.h"
#include "feel/ast.h"
#include "feel/evaluator.h"

namespace dandang::dmn {

// DMN 1.5 §8.2.8.
enum class HitPolicy { kUnique, kAny, kPriority, kFirst, kOutputOrder, kRuleOrder, kCollect };
// What a collecting table makes of its outputs (DMN 1.5 §8.2.9).
enum class Aggregation { kNone, kSum, kMin, kMax, kCount };

struct TablePolicy {
  HitPolicy policy = HitPolicy::kUnique;
  Aggregation aggregation = Aggregation::kNone;

  bool operator==(const TablePolicy&) const = default;
};

// As packages write it: "unique", "output-order", "collect-sum".
std::optional<TablePolicy> parse_hit_policy(std::string_view word);
std::vector<std::string> hit_policy_words();
std::string hit_policy_word(TablePolicy policy);
// As DMN writes it: the attributes hitPolicy and aggregation.
std::optional<TablePolicy> parse_dmn_hit_policy(std::string_view policy,
                                                std::string_view aggregation);

using ExpressionPtr = std::shared_ptr<const feel::Expression>;

struct DecisionRule {
  std::vector<ExpressionPtr> tests;    // one an input
  std::vector<ExpressionPtr> outputs;  // one an output
  Place place;
};

struct DecisionTable {
  std::string name;
  HitPolicy hit_policy = HitPolicy::kUnique;
  Aggregation aggregation = Aggregation::kNone;
  std::vector<std::string> inputs;   // names; a call gives them in this order
  std::vector<std::string> outputs;  // one: its value is the result; several: a context
  std::vector<DecisionRule> rules;
  // Each of these is empty, or one an input or output with null where there is none.
  std::vector<ExpressionPtr> input_values;     // tests that the inputs must pass
  std::vector<ExpressionPtr> priorities;       // lists: the outputs' values, the foremost first
  std::vector<ExpressionPtr> default_outputs;  // the result where no rule matches
  std::vector<const ItemType*> output_types;
  // In a DMN model a cell that does not read makes the whole table null.
  bool broken = false;
};

// The table's value for the inputs. Null where no rule matches and there is no default, where an
// input is none of its values, or where a policy that allows one match only meets several that
// differ. An unknown input gives a value only if every rule it may match agrees
// (docs/decisions/0001-unknown.md).
feel::Value evaluate(const DecisionTable& table, const std::vector<feel::Value>& inputs,
                     feel::Evaluator& evaluator, const feel::Frame* frame = nullptr);

}  // namespace dandang::dmn
