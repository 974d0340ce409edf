#include "dmn/decision_table.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "feel/functions.h"

namespace dandang::dmn {
namespace {

using feel::Value;

struct PolicyWord {
  const char* word;
  TablePolicy policy;
};

constexpr std::array kPolicies = {
    PolicyWord{"unique", {HitPolicy::kUnique, Aggregation::kNone}},
    PolicyWord{"any", {HitPolicy::kAny, Aggregation::kNone}},
    PolicyWord{"priority", {HitPolicy::kPriority, Aggregation::kNone}},
    PolicyWord{"first", {HitPolicy::kFirst, Aggregation::kNone}},
    PolicyWord{"output-order", {HitPolicy::kOutputOrder, Aggregation::kNone}},
    PolicyWord{"rule-order", {HitPolicy::kRuleOrder, Aggregation::kNone}},
    PolicyWord{"collect", {HitPolicy::kCollect, Aggregation::kNone}},
    PolicyWord{"collect-sum", {HitPolicy::kCollect, Aggregation::kSum}},
    PolicyWord{"collect-min", {HitPolicy::kCollect, Aggregation::kMin}},
    PolicyWord{"collect-max", {HitPolicy::kCollect, Aggregation::kMax}},
    PolicyWord{"collect-count", {HitPolicy::kCollect, Aggregation::kCount}},
};

template <typename T>
T at_or_null(const std::vector<T>& items, size_t i) {
  return i < items.size() ? items[i] : T{};
}

// A rule that matches, or may match: then `why` says what that hangs on.
struct Match {
  Value output;
  feel::CausesPtr why;
};

// One evaluation of one table.
class TableRun {
 public:
  TableRun(const DecisionTable& table, const std::vector<Value>& inputs, feel::Evaluator& evaluator,
           const feel::Frame* frame)
      : table_(table), inputs_(inputs), evaluator_(evaluator), frame_(frame) {}

  Value result() {
    if (table_.broken) return {};
    const Value allowed = inputs_allowed();
    if (allowed.is_unknown()) return allowed;
    if (!allowed.is_true()) return {};
    find_matches();
    switch (table_.hit_policy) {
      case HitPolicy::kRuleOrder:
      case HitPolicy::kCollect:
        return collected();
      case HitPolicy::kOutputOrder:
        return order_by_priority() ? collected() : undecided();
      case HitPolicy::kPriority:
        return order_by_priority() ? single() : undecided();
      default:
        return single();
    }
  }

 private:
  Value output_of(const std::vector<ExpressionPtr>& outputs) {
    const auto value_of = [&](size_t i) {
      if (at_or_null(outputs, i) == nullptr) return Value();
      return coerced(evaluator_.evaluate(*outputs[i], frame_), at_or_null(table_.output_types, i),
                     evaluator_);
    };
    if (outputs.size() == 1) return value_of(0);
    feel::Context context;
    for (size_t i = 0; i < outputs.size(); ++i) {
      context.entries.emplace_back(table_.outputs[i], value_of(i));
    }
    return context;
  }

  // Nothing that is none of an input's values meets any rule (DMN 1.5 §8.2.5).
  Value inputs_allowed() {
    Value all = true;
    for (size_t i = 0; i < table_.input_values.size() && !all.is_false(); ++i) {
      const ExpressionPtr& values = table_.input_values[i];
      if (values == nullptr || inputs_[i].is_null()) continue;
      all = feel::logical_and(all, evaluator_.test(*values, inputs_[i], frame_));
    }
    return all;
  }

  void find_matches() {
    for (const DecisionRule& rule : table_.rules) {
      Value all = true;
      for (size_t i = 0; i < rule.tests.size() && !all.is_false(); ++i) {
        all = feel::logical_and(all, evaluator_.test(*rule.tests[i], inputs_[i], frame_));
      }
      if (!all.is_true() && !all.is_unknown()) continue;
      matches_.push_back({output_of(rule.outputs), all.is_unknown() ? all.causes() : nullptr});
      if (all.is_true() && table_.hit_policy == HitPolicy::kFirst) break;
    }
  }

  bool has_default() const {
    return std::any_of(table_.default_outputs.begin(), table_.default_outputs.end(),
                       [](const ExpressionPtr& output) { return output != nullptr; });
  }
  Value default_output() { return has_default() ? output_of(table_.default_outputs) : Value(); }

  // Every cause there is; null if nothing is in doubt.
  feel::CausesPtr causes() const {
    feel::CausesPtr all;
    for (const Match& match : matches_) {
      all = feel::Causes::merged(all, match.why);
      all = feel::Causes::merged(all, feel::causes_within(match.output));
    }
    return all;
  }
  Value undecided() const {
    auto all = causes();
    return all ? Value::unknown(all) : Value();
  }

  // ---- several matches ----

  Value collected() {
    const bool aggregates = table_.aggregation != Aggregation::kNone;
    const bool sure = std::any_of(matches_.begin(), matches_.end(),
                                  [](const Match& match) { return match.why == nullptr; });
    if (!sure && has_default()) return matches_.empty() ? default_output() : undecided();
    // Nothing says how contexts are added up.
    if (aggregates && table_.outputs.size() > 1 && table_.aggregation != Aggregation::kCount) {
      return {};
    }
    feel::List list;
    for (Match& match : matches_) list.push(std::move(match.output), match.why);
    if (!aggregates) return list;
    return feel::call_builtin(*feel::find_builtin(aggregate_function()), {Value(std::move(list))});
  }

  const char* aggregate_function() const {
    switch (table_.aggregation) {
      case Aggregation::kSum:
        return "sum";
      case Aggregation::kMin:
        return "min";
      case Aggregation::kMax:
        return "max";
      default:
        return "count";
    }
  }

  // ---- one of several matches ----

  static bool same(const Value& a, const Value& b) { return feel::equal(a, b).is_true(); }

  // Every result that is still possible; no value if the rules that surely match already break the
  // policy.
  std::optional<std::vector<Value>> possible_results() {
    const HitPolicy policy = table_.hit_policy;
    const bool in_order = policy == HitPolicy::kFirst || policy == HitPolicy::kPriority;
    std::vector<Value> results;
    size_t sure = 0;
    for (const Match& match : matches_) {
      if (match.why == nullptr) ++sure;
      if (match.why == nullptr && !in_order && sure_differs(match.output)) return std::nullopt;
      results.push_back(match.output);
      if (match.why == nullptr && in_order) break;
    }
    if (policy == HitPolicy::kUnique && sure > 1) return std::nullopt;
    if (sure == 0) results.push_back(default_output());
    // One match too many is null for a unique table.
    if (policy == HitPolicy::kUnique && matches_.size() > 1) results.emplace_back();
    return results;
  }

  // Two outputs of which one is unknown may yet be the same.
  bool sure_differs(const Value& output) const {
    return std::any_of(matches_.begin(), matches_.end(), [&](const Match& other) {
      return other.why == nullptr && feel::equal(other.output, output).is_false();
    });
  }

  Value single() {
    const auto results = possible_results();
    if (!results) return {};
    if (results->size() == 1) return results->front();
    for (const Value& result : *results) {
      // Known to differ where no rule is in doubt: the policy is broken.
      if (!same(result, results->front())) return undecided();
    }
    return results->front();
  }

  // ---- priorities: the order of the outputs' values, the first output before the second ----

  // The value's place in the list; behind all of them if it is not in it. No value: unknown.
  static std::optional<size_t> rank_in(const feel::List& list, const Value& value) {
    for (size_t i = 0; i < list.items.size(); ++i) {
      const Value hit = feel::satisfies_test(value, list.items[i]);
      if (hit.is_unknown()) return std::nullopt;
      if (hit.is_true()) return i;
    }
    return list.items.size();
  }

  // False if something unknown decides about the order.
  bool order_by_priority() {
    std::vector<std::pair<std::vector<size_t>, Match>> ranked;
    for (Match& match : matches_) ranked.push_back({{}, match});
    for (size_t i = 0; i < table_.outputs.size(); ++i) {
      const ExpressionPtr values = at_or_null(table_.priorities, i);
      if (values == nullptr || matches_.size() < 2) continue;
      const Value list = evaluator_.evaluate(*values, frame_);
      if (!list.is(Value::Kind::kList)) return false;
      for (auto& [ranks, match] : ranked) {
        const auto rank = rank_in(list.list(), part_of(match.output, i));
        if (!rank) return false;
        ranks.push_back(*rank);
      }
    }
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    matches_.clear();
    for (auto& [ranks, match] : ranked) matches_.push_back(std::move(match));
    return true;
  }

  Value part_of(const Value& output, size_t i) const {
    if (table_.outputs.size() == 1) return output;
    return output.context().entries[i].second;
  }

  const DecisionTable& table_;
  const std::vector<Value>& inputs_;
  feel::Evaluator& evaluator_;
  const feel::Frame* frame_;
  std::vector<Match> matches_;
};

}  // namespace

std::optional<TablePolicy> parse_hit_policy(std::string_view word) {
  for (const PolicyWord& known : kPolicies) {
    if (word == known.word) return known.policy;
  }
  return std::nullopt;
}

std::vector<std::string> hit_policy_words() {
  std::vector<std::string> words;
  for (const PolicyWord& known : kPolicies) words.emplace_back(known.word);
  return words;
}

std::string hit_policy_word(TablePolicy policy) {
  for (const PolicyWord& known : kPolicies) {
    if (policy == known.policy) return known.word;
  }
  return {};
}

std::optional<TablePolicy> parse_dmn_hit_policy(std::string_view policy,
                                                std::string_view aggregation) {
  std::string word;
  for (const char c : policy.empty() ? "UNIQUE" : policy) {
    const bool gap = c == ' ' || c == '_';
    word += gap ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (word != "collect" || aggregation.empty()) return parse_hit_policy(word);
  word += '-';
  for (const char c : aggregation) {
    word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return parse_hit_policy(word);
}

Value evaluate(const DecisionTable& table, const std::vector<Value>& inputs,
               feel::Evaluator& evaluator, const feel::Frame* frame) {
  return TableRun(table, inputs, evaluator, frame).result();
}

}  // namespace dandang::dmn
