#include "dmn/decision_table.h"

#include <gtest/gtest.h>

#include "feel/parser.h"
#include "feel/test_environment.h"

namespace dandang::dmn {
namespace {

using feel::Cause;
using feel::TestEnvironment;
using feel::Value;

struct Row {
  std::vector<const char*> tests;
  std::vector<const char*> outputs;
};

std::shared_ptr<const feel::Expression> parsed(const char* text, bool tests) {
  Diagnostics diagnostics;
  auto expression = tests ? feel::parse_unary_tests(feel::Source::plain(text), {}, diagnostics)
                          : feel::parse_expression(feel::Source::plain(text), {}, diagnostics);
  EXPECT_NE(expression, nullptr) << text << TestEnvironment::words_of(diagnostics);
  return expression;
}

DecisionTable table(HitPolicy policy, const std::vector<Row>& rows,
                    std::vector<std::string> outputs = {"结果"}) {
  DecisionTable out;
  out.hit_policy = policy;
  out.inputs.resize(rows[0].tests.size());
  out.outputs = std::move(outputs);
  for (const Row& row : rows) {
    DecisionRule rule;
    for (const char* test : row.tests) rule.tests.push_back(parsed(test, true));
    for (const char* output : row.outputs) rule.outputs.push_back(parsed(output, false));
    out.rules.push_back(std::move(rule));
  }
  return out;
}

std::string decide(const DecisionTable& decision, const std::vector<Value>& inputs) {
  TestEnvironment environment;
  environment.values["标准"] = Value::unknown({Cause::Kind::kParameter, "N", "标准", "", {}});
  feel::Evaluator evaluator(environment);
  return feel::in_words(evaluate(decision, inputs, evaluator));
}

Value blank() {
  return Value::unknown({Cause::Kind::kFact, "处分", "种类", "", {}});
}

TEST(DecisionTable, HitPolicyWords) {
  for (const std::string& word : hit_policy_words()) {
    const auto policy = parse_hit_policy(word);
    ASSERT_TRUE(policy) << word;
    EXPECT_EQ(hit_policy_word(*policy), word);
  }
  EXPECT_EQ(parse_hit_policy("collect-sum"), (TablePolicy{HitPolicy::kCollect, Aggregation::kSum}));
  EXPECT_EQ(parse_hit_policy("U"), std::nullopt);
  EXPECT_EQ(parse_dmn_hit_policy("", ""), (TablePolicy{}));
  EXPECT_EQ(parse_dmn_hit_policy("OUTPUT ORDER", ""),
            (TablePolicy{HitPolicy::kOutputOrder, Aggregation::kNone}));
  EXPECT_EQ(parse_dmn_hit_policy("COLLECT", "COUNT"),
            (TablePolicy{HitPolicy::kCollect, Aggregation::kCount}));
  EXPECT_EQ(parse_dmn_hit_policy("COLLECT", "MEAN"), std::nullopt);
}

TEST(DecisionTable, Unique) {
  const DecisionTable months =
      table(HitPolicy::kUnique, {{{"\"警告\""}, {"6"}}, {{"\"记过\", \"记大过\""}, {"12"}}});
  EXPECT_EQ(decide(months, {Value("警告")}), "6");
  EXPECT_EQ(decide(months, {Value("记大过")}), "12");
  EXPECT_EQ(decide(months, {Value("开除")}), "null");
  EXPECT_EQ(decide(months, {Value()}), "null");
  EXPECT_EQ(decide(months, {blank()}), "unknown(种类)");
}

TEST(DecisionTable, UniqueThatIsNot) {
  const DecisionTable overlapping =
      table(HitPolicy::kUnique, {{{"> 1"}, {"6"}}, {{"> 2"}, {"6"}}, {{"标准"}, {"6"}}});
  EXPECT_EQ(decide(overlapping, {Value(3)}), "null");  // two match, whatever the third does
  EXPECT_EQ(decide(overlapping, {Value(2)}), "unknown(标准)");
}

TEST(DecisionTable, Any) {
  const DecisionTable decision =
      table(HitPolicy::kAny, {{{"> 1"}, {"\"是\""}}, {{"> 2"}, {"\"是\""}}, {{"> 3"}, {"\"否\""}}});
  EXPECT_EQ(decide(decision, {Value(3)}), "\"是\"");
  EXPECT_EQ(decide(decision, {Value(4)}), "null");
  EXPECT_EQ(decide(decision, {Value(1)}), "null");
  EXPECT_EQ(decide(decision, {blank()}), "unknown(种类)");
}

TEST(DecisionTable, First) {
  const DecisionTable decision =
      table(HitPolicy::kFirst, {{{"< 5"}, {"1"}}, {{"< 10"}, {"1"}}, {{"-"}, {"2"}}});
  EXPECT_EQ(decide(decision, {Value(3)}), "1");
  EXPECT_EQ(decide(decision, {Value(12)}), "2");
  EXPECT_EQ(decide(decision, {blank()}), "unknown(种类)");
  const DecisionTable agreeing = table(HitPolicy::kFirst, {{{"< 5"}, {"1"}}, {{"-"}, {"1"}}});
  EXPECT_EQ(decide(agreeing, {blank()}), "1");
}

TEST(DecisionTable, FirstDoesNotLookBehindASureMatch) {
  const DecisionTable decision = table(HitPolicy::kFirst, {{{"-"}, {"1"}}, {{"< 5"}, {"标准"}}});
  EXPECT_EQ(decide(decision, {blank()}), "1");
}

TEST(DecisionTable, RuleOrderAndCollect) {
  for (const HitPolicy policy : {HitPolicy::kRuleOrder, HitPolicy::kCollect}) {
    const DecisionTable decision =
        table(policy, {{{"> 1"}, {"\"a\""}}, {{"> 标准"}, {"\"b\""}}, {{"> 0"}, {"\"c\""}}});
    EXPECT_EQ(decide(decision, {Value(1)}), "[\"b\"?, \"c\"]");
    EXPECT_EQ(decide(decision, {Value(2)}), "[\"a\", \"b\"?, \"c\"]");
    EXPECT_EQ(decide(decision, {Value("x")}), "[\"b\"?]");
  }
}

TEST(DecisionTable, SeveralInputsAndOutputs) {
  const DecisionTable decision =
      table(HitPolicy::kUnique,
            {{{"\"警告\"", "true"}, {"6", "\"轻\""}}, {{"\"警告\"", "false"}, {"9", "\"重\""}}},
            {"月数", "档"});
  EXPECT_EQ(decide(decision, {Value("警告"), Value(true)}), "{月数: 6, 档: \"轻\"}");
  EXPECT_EQ(decide(decision, {Value("警告"), blank()}), "unknown(种类)");
  // One input that fails decides, whatever the other is.
  EXPECT_EQ(decide(decision, {Value("记过"), blank()}), "null");
}

TEST(DecisionTable, OutputsMayBeUnknown) {
  const DecisionTable decision = table(HitPolicy::kAny, {{{"> 1"}, {"标准"}}, {{"> 2"}, {"标准"}}});
  EXPECT_EQ(decide(decision, {Value(2)}), "unknown(标准)");
  EXPECT_EQ(decide(decision, {Value(3)}), "unknown(标准)");
}

TEST(DecisionTable, Priority) {
  DecisionTable decision = table(
      HitPolicy::kPriority, {{{"> 1"}, {"\"轻\""}}, {{"> 2"}, {"\"重\""}}, {{"> 9"}, {"标准"}}});
  decision.priorities = {parsed("[\"重\", \"轻\"]", false)};
  EXPECT_EQ(decide(decision, {Value(2)}), "\"轻\"");
  EXPECT_EQ(decide(decision, {Value(3)}), "\"重\"");
  EXPECT_EQ(decide(decision, {Value(1)}), "null");
  EXPECT_EQ(decide(decision, {blank()}), "unknown(种类, 标准)");
  // Where an unknown output stands in the order nobody knows.
  EXPECT_EQ(decide(decision, {Value(10)}), "unknown(标准)");
}

TEST(DecisionTable, AnUnknownMatchBehindASureOneDoesNotDecide) {
  DecisionTable decision =
      table(HitPolicy::kPriority, {{{"> 标准"}, {"\"轻\""}}, {{"> 2"}, {"\"重\""}}});
  decision.priorities = {parsed("[\"重\", \"轻\"]", false)};
  EXPECT_EQ(decide(decision, {Value(3)}), "\"重\"");
  EXPECT_EQ(decide(decision, {Value(2)}), "unknown(标准)");
  decision.hit_policy = HitPolicy::kOutputOrder;
  EXPECT_EQ(decide(decision, {Value(3)}), "[\"重\", \"轻\"?]");
}

TEST(DecisionTable, CollectedValuesAreAddedUp) {
  DecisionTable decision =
      table(HitPolicy::kCollect, {{{"> 1"}, {"10"}}, {{"> 2"}, {"20"}}, {{"> 标准"}, {"0"}}});
  const auto decided = [&](Aggregation aggregation, int input) {
    decision.aggregation = aggregation;
    return decide(decision, {Value(input)});
  };
  EXPECT_EQ(decided(Aggregation::kSum, 3), "30");  // 0 or nothing: the same
  EXPECT_EQ(decided(Aggregation::kMax, 3), "20");
  EXPECT_EQ(decided(Aggregation::kMin, 3), "unknown(标准)");
  EXPECT_EQ(decided(Aggregation::kCount, 3), "unknown(标准)");
  decision.rules.pop_back();
  EXPECT_EQ(decided(Aggregation::kCount, 3), "2");
  EXPECT_EQ(decided(Aggregation::kCount, 0), "0");
  EXPECT_EQ(decided(Aggregation::kSum, 0), "null");
}

TEST(DecisionTable, DefaultsStandWhereNothingMatches) {
  DecisionTable decision = table(HitPolicy::kUnique, {{{"> 1"}, {"6"}}, {{"< 标准"}, {"6"}}});
  decision.default_outputs = {parsed("6", false)};
  EXPECT_EQ(decide(decision, {Value("x")}), "6");
  EXPECT_EQ(decide(decision, {Value(2)}), "unknown(标准)");  // two may match: null
  decision.hit_policy = HitPolicy::kAny;
  EXPECT_EQ(decide(decision, {Value(2)}), "6");
  EXPECT_EQ(decide(decision, {Value(1)}), "6");
  decision.default_outputs = {parsed("7", false)};
  EXPECT_EQ(decide(decision, {Value(1)}), "unknown(标准)");
  decision.rules.pop_back();
  EXPECT_EQ(decide(decision, {Value(1)}), "7");
}

TEST(DecisionTable, AnInputMustBeOneOfItsValues) {
  DecisionTable decision = table(HitPolicy::kUnique, {{{"-"}, {"6"}}});
  decision.input_values = {parsed("\"a\", \"b\"", true)};
  EXPECT_EQ(decide(decision, {Value("a")}), "6");
  EXPECT_EQ(decide(decision, {Value("c")}), "null");
  EXPECT_EQ(decide(decision, {blank()}), "unknown(种类)");
}

}  // namespace
}  // namespace dandang::dmn
