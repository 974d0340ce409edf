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
  EXPECT_EQ(parse_hit_policy("unique"), HitPolicy::kUnique);
  EXPECT_EQ(parse_hit_policy("any"), HitPolicy::kAny);
  EXPECT_EQ(parse_hit_policy("first"), HitPolicy::kFirst);
  EXPECT_EQ(parse_hit_policy("rule-order"), HitPolicy::kRuleOrder);
  EXPECT_EQ(parse_hit_policy("collect"), HitPolicy::kCollect);
  EXPECT_EQ(parse_hit_policy("U"), std::nullopt);
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

}  // namespace
}  // namespace dandang::dmn
