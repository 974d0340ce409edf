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

// A rule that matches, or may match: then `why` says what that hangs on.
struct Match {
  Value output;
  feel::CausesPtr why;
};

std::vector<Match> matches_of(const DecisionTable& table, const std::vector<Value>& inputs,
                              feel::Evaluator& evaluator) {
  std::vector<Match> matches;
  for (const DecisionRule& rule : table.rules) {
    Value all = true;
    for (size_t i = 0; i < rule.tests.size() && !all.is_false(); ++i) {
      all = feel::logical_and(all, evaluator.test(*rule.tests[i], inputs[i]));
    }
    if (!all.is_true() && !all.is_unknown()) continue;
    matches.push_back(
        {output_of(table, rule, evaluator), all.is_unknown() ? all.causes() : nullptr});
    if (all.is_true() && table.hit_policy == HitPolicy::kFirst) break;
  }
  return matches;
}

Value all_matches(std::vector<Match> matches) {
  feel::List list;
  for (Match& match : matches) list.push(std::move(match.output), match.why);
  return list;
}

bool same(const Value& a, const Value& b) {
  return feel::equal(a, b).is_true();
}

// Every result that is still possible; no value if the rules that surely match already break the
// policy.
std::optional<std::vector<Value>> possible_results(HitPolicy policy,
                                                   const std::vector<Match>& matches) {
  std::vector<Value> results;
  size_t sure = 0;
  for (const Match& match : matches) {
    if (match.why == nullptr) ++sure;
    if (match.why == nullptr && policy != HitPolicy::kFirst) {
      // Two outputs of which one is unknown may yet be the same.
      for (const Match& other : matches) {
        if (other.why == nullptr && feel::equal(other.output, match.output).is_false()) {
          return std::nullopt;
        }
      }
    }
    results.push_back(match.output);
  }
  if (policy == HitPolicy::kUnique && sure > 1) return std::nullopt;
  // That no rule matches, and for a unique table that one too many does, gives null.
  const bool may_break = policy == HitPolicy::kUnique && matches.size() > 1;
  if (sure == 0 || may_break) results.emplace_back();
  return results;
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
  std::vector<Match> matches = matches_of(table, inputs, evaluator);
  if (table.hit_policy == HitPolicy::kRuleOrder || table.hit_policy == HitPolicy::kCollect) {
    return all_matches(std::move(matches));
  }
  const auto results = possible_results(table.hit_policy, matches);
  if (!results) return {};
  if (results->size() == 1) return results->front();
  feel::CausesPtr causes;
  for (const Match& match : matches) {
    causes = feel::Causes::merged(causes, match.why);
    causes = feel::Causes::merged(causes, feel::causes_within(match.output));
  }
  for (const Value& result : *results) {
    if (same(result, results->front())) continue;
    // Known to differ where no rule is in doubt: the policy is broken.
    return causes ? Value::unknown(causes) : Value();
  }
  return results->front();
}

}  // namespace dandang::dmn
