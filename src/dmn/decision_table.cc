#include "dmn/decision_table.h"

namespace dandang::dmn {
namespace {

using feel::Value;

Value output_of(const DecisionTable& table, const DecisionRule& rule, feel::Evaluator& evaluator) {
  if (rule.outputs.size() == 1) return evaluator.evaluate(*rule.outputs[0]);
  feel::Context context;
  for (size_t i = 0; i < rule.outputs.size(); ++i) {
    context.entries.emplace_back(table.outputs[i], evaluator.evaluate(*rule.outputs[i]));
  }
  return context;
}

struct Matches {
  std::vector<Value> sure;
  std::vector<Value> possible;
  feel::CausesPtr causes;
};

Matches match(const DecisionTable& table, const std::vector<Value>& inputs,
              feel::Evaluator& evaluator) {
  Matches matches;
  for (const DecisionRule& rule : table.rules) {
    Value all = true;
    for (size_t i = 0; i < rule.tests.size() && !all.is_false(); ++i) {
      all = feel::logical_and(all, evaluator.test(*rule.tests[i], inputs[i]));
    }
    if (all.is_true()) {
      matches.sure.push_back(output_of(table, rule, evaluator));
      if (table.hit_policy == HitPolicy::kFirst) break;
    } else if (all.is_unknown()) {
      matches.possible.push_back(output_of(table, rule, evaluator));
      matches.causes = feel::Causes::merged(matches.causes, all.causes());
    }
  }
  return matches;
}

// The one value all outputs share; no value if they differ.
std::optional<Value> common_value(const std::vector<Value>& values) {
  if (values.empty()) return Value();
  for (const Value& value : values) {
    const bool both_null = value.is_null() && values[0].is_null();
    if (!both_null && !feel::equal(value, values[0]).is_true()) return std::nullopt;
  }
  return values[0];
}

}  // namespace

std::optional<HitPolicy> parse_hit_policy(std::string_view word) {
  if (word == "unique") return HitPolicy::kUnique;
  if (word == "any") return HitPolicy::kAny;
  if (word == "first") return HitPolicy::kFirst;
  if (word == "rule-order") return HitPolicy::kRuleOrder;
  if (word == "collect") return HitPolicy::kCollect;
  return std::nullopt;
}

Value evaluate(const DecisionTable& table, const std::vector<Value>& inputs,
               feel::Evaluator& evaluator) {
  const Matches matches = match(table, inputs, evaluator);
  if (table.hit_policy == HitPolicy::kRuleOrder || table.hit_policy == HitPolicy::kCollect) {
    if (matches.causes) return Value::unknown(matches.causes);
    feel::List list;
    list.items = matches.sure;
    return list;
  }
  if (!matches.causes) {
    if (table.hit_policy == HitPolicy::kFirst) {
      return matches.sure.empty() ? Value() : matches.sure.front();
    }
    if (table.hit_policy == HitPolicy::kUnique && matches.sure.size() > 1) return {};
    return common_value(matches.sure).value_or(Value());
  }
  // Some rule may or may not match: the result stands only if it is the same either way. With no sure
  // match, "no rule matches" is one of the ways unless the table is complete for the input, which a
  // unique table proves by giving the same output everywhere.
  std::vector<Value> all = matches.sure;
  all.insert(all.end(), matches.possible.begin(), matches.possible.end());
  if (matches.sure.empty()) all.emplace_back();
  const auto common = common_value(all);
  return common ? *common : Value::unknown(matches.causes);
}

}  // namespace dandang::dmn
