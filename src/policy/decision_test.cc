// Decision tables of packages: what their header says, what is proved of them, and their export.

#include <gtest/gtest.h>

#include "dmn/decision_table.h"
#include "dmn/model_evaluator.h"
#include "feel/test_environment.h"
#include "policy/export_decisions.h"
#include "policy/link.h"

namespace dandang::policy {
namespace {

using feel::Value;

const char* kHead =
    "---\nclause: T1\ntitle: {zh: 测试, en: test}\n---\n"
    "```code 级别\nordered: true\nvalues: [低, 中, 高]\n```\n"
    "```record 人\nkey: [身份证号]\nfields:\n  身份证号: {type: identity number, required: true}\n"
    "  年份: {type: year}\n  级别: {type: code 级别}\n  在职: {type: flag}\n```\n";
constexpr int kHeadLines = 16;

PolicySet load(const std::string& text, Diagnostics& diagnostics) {
  return load_packages({{"t/policy.yaml", "prefix: T\ntitle: {zh: 包, en: package}\n"},
                        {"t/clauses/01.md", kHead + text}},
                       diagnostics);
}

std::string decision(const std::string& fence, const std::vector<std::string>& rows) {
  std::string out = "```decision " + fence + "\n";
  for (size_t i = 0; i < rows.size(); ++i) {
    out += rows[i] + "\n";
    if (i == 0) out += "|---|\n";
  }
  return out + "```\n";
}

// "code line" of each diagnostic, the line within the text.
std::string diagnosed(const std::string& text) {
  Diagnostics diagnostics;
  load(text, diagnostics);
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    if (!out.empty()) out += ", ";
    out += diagnostic.code + " " + std::to_string(diagnostic.place.line - kHeadLines);
  }
  return out;
}

TEST(Decisions, GapsAndOverlapsAreFound) {
  EXPECT_EQ(diagnosed(decision("甲 unique", {"|x|= y|", "|< 1|1|", "|>= 1|2|"})), "");
  EXPECT_EQ(diagnosed(decision("甲 unique", {"|x|= y|", "|< 1|1|", "|> 1|2|"})), "table-gap 1");
  EXPECT_EQ(diagnosed(decision("甲 unique partial", {"|x|= y|", "|< 1|1|", "|> 1|2|"})), "");
  EXPECT_EQ(diagnosed(decision("甲 unique", {"|x|= y|", "|<= 1|1|", "|>= 1|2|"})),
            "table-overlap 5");
  EXPECT_EQ(diagnosed(decision("甲 any", {"|x|= y|", "|<= 1|1|", "|>= 1|1|"})), "");
  EXPECT_EQ(diagnosed(decision("甲 first", {"|x|= y|", "|-|1|", "|>= 1|2|"})), "table-masked 5");
  EXPECT_EQ(diagnosed(decision("甲 collect", {"|x|= y|", "|< 1|1|", "|> 1|2|"})), "");
  EXPECT_EQ(diagnosed("```parameter\n标准: {value: 3, source: text}\n```\n" +
                      decision("甲 unique", {"|x|= y|", "|< 标准|1|", "|>= 标准|2|"})),
            "table-unchecked 7");
  // Where the last row takes all that is left, nothing is in doubt.
  EXPECT_EQ(diagnosed("```parameter\n标准: {value: 3, source: text}\n```\n" +
                      decision("甲 first", {"|x|= y|", "|< 标准|1|", "|-|2|"})),
            "");
}

TEST(Decisions, ATableThatDoesNotReadIsNotJudged) {
  EXPECT_EQ(diagnosed(decision("甲 unique", {"|x|= y|", "|< |1|", "|> 1|2|"})), "unexpected-end 4");
}

TEST(Decisions, InputsAreWhatTheFieldsOfTheirNameAre) {
  EXPECT_EQ(diagnosed(decision("甲 unique", {"|级别|= y|", "|\"低\", \"中\"|1|", "|\"高\"|2|"})),
            "");
  EXPECT_EQ(diagnosed(decision("甲 unique", {"|级别|= y|", "|\"低\"|1|", "|\"高\"|2|"})),
            "table-gap 1");
  EXPECT_EQ(diagnosed(decision("甲 unique", {"|年份|= y|", "|<= 2019|1|", "|>= 2020|2|"})), "");
  EXPECT_EQ(diagnosed(decision("甲 unique", {"|在职|= y|", "|true|1|"})), "table-gap 1");
  // Another thing of the same name: its cells say so.
  EXPECT_EQ(diagnosed(decision("甲 unique", {"|级别|= y|", "|< 3|1|", "|>= 3|2|"})), "");
}

TEST(Decisions, InputsAreWhatTheirHeaderSays) {
  EXPECT_EQ(diagnosed(decision("甲 unique", {"|x: whole|= y|", "|<= 9|1|", "|>= 10|2|"})), "");
  EXPECT_EQ(diagnosed(decision("甲 unique", {"|x: code 级别|= y|", "|\"低\"|1|"})), "table-gap 1");
  EXPECT_EQ(diagnosed(decision("甲 unique", {"|x: code 级别|= y|", "|\"底\"|1|"})),
            "unknown-code 4");
  EXPECT_EQ(diagnosed(decision("甲 unique", {"|x: numbr|= y|", "|-|1|"})), "unknown-type 2");
}

TEST(Decisions, TheFormOfATable) {
  EXPECT_EQ(diagnosed(decision("甲 unique", {"|= y|x|", "|1|-|"})), "decision-table 1");
  EXPECT_EQ(diagnosed(decision("甲 unique", {"|x|", "|-|"})), "decision-table 1");
  EXPECT_EQ(diagnosed(decision("甲 partial", {"|x|= y|", "|-|1|"})), "hit-policy 1");
  EXPECT_EQ(diagnosed(decision("甲 priority", {"|x|= y|", "|-|1|"})), "decision-table 1");
  EXPECT_EQ(diagnosed(decision("甲 collect-sum", {"|x|= y|= z|", "|-|1|2|"})), "decision-table 1");
  EXPECT_EQ(diagnosed(decision("甲 collect-count", {"|x|= y|= z|", "|-|1|2|"})), "");
}

// The table's value, as the package gives it and as its export does.
void expect_both(const std::string& text, const std::vector<std::pair<std::string, Value>>& inputs,
                 const std::string& wanted) {
  Diagnostics diagnostics;
  const PolicySet set = load(text, diagnostics);
  ASSERT_FALSE(diagnostics.has_errors()) << diagnostics.all()[0].to_string(Language::kEnglish);
  ASSERT_EQ(set.decisions.size(), 1U);
  const Decision& table = set.decisions[0];
  feel::TestEnvironment environment;
  for (const auto& [name, value] : inputs) environment.values[name] = value;
  feel::Evaluator evaluator(environment);
  std::vector<Value> arguments;
  for (const DecisionColumn& column : table.inputs) {
    arguments.push_back(environment.values[column.name]);
  }
  EXPECT_EQ(feel::in_words(dmn::evaluate(table.table, arguments, evaluator)), wanted);

  const std::string xml = export_decisions({&table}, "t");
  const dmn::ModelSet models = dmn::ModelSet::read({"t.dmn", xml}, {}, diagnostics);
  EXPECT_EQ(diagnostics.error_count(), 0U) << xml;
  ASSERT_NE(models.main(), nullptr) << xml;
  dmn::ModelEvaluator exported;
  for (const auto& [name, value] : inputs) {
    const dmn::Element* input = models.main()->find(name);
    ASSERT_NE(input, nullptr) << name;
    exported.give(*input, value);
  }
  const dmn::Element* element = models.main()->find(table.name);
  ASSERT_NE(element, nullptr);
  EXPECT_EQ(feel::in_words(exported.evaluate(*element)), wanted) << xml;
}

TEST(Decisions, AnExportGivesTheSameResults) {
  const std::string two =
      decision("甲 unique", {"|级别|x: number|= 天数|= 说明|", "|\"低\"|< 5|1|\"a & <b>\"|",
                             "|\"低\"|>= 5|1 + 1|\"c\"|", "|\"中\", \"高\"|-|3|\"d\"|"});
  expect_both(two, {{"级别", Value("低")}, {"x", Value(2)}}, "{天数: 1, 说明: \"a & <b>\"}");
  expect_both(two, {{"级别", Value("高")}, {"x", Value(2)}}, "{天数: 3, 说明: \"d\"}");
  const std::string ordered = decision(
      "甲 priority", {"|x|= y: code 级别|", "|> 1|\"低\"|", "|> 2|\"高\"|", "|> 3|\"中\"|"});
  expect_both(ordered, {{"x", Value(9)}}, "\"高\"");
  expect_both(ordered, {{"x", Value(2)}}, "\"低\"");
  const std::string listed =
      decision("甲 output-order", {"|x|= y: \"b\", \"a\"|", "|> 1|\"a\"|", "|> 2|\"b\"|"});
  expect_both(listed, {{"x", Value(9)}}, "[\"b\", \"a\"]");
  const std::string sum = decision("甲 collect-sum", {"|x|= y|", "|> 1|10|", "|> 2|20|"});
  expect_both(sum, {{"x", Value(9)}}, "30");
  expect_both(sum, {{"x", Value(0)}}, "null");
  const std::string first = decision("甲 first", {"|x|= y|", "|not(1, 2)|\"a\"|", "|-|null|"});
  expect_both(first, {{"x", Value(9)}}, "\"a\"");
  expect_both(first, {{"x", Value(1)}}, "null");
}

TEST(Decisions, ParametersInCellsAreInputsOfTheExport) {
  const std::string text = "```parameter\n标准: {value: 3, source: text}\n```\n" +
                           decision("甲 first", {"|x|= y|", "|< 标准|1|", "|-|标准 * 2|"});
  expect_both(text, {{"x", Value(2)}, {"标准", Value(3)}}, "1");
  expect_both(text, {{"x", Value(5)}, {"标准", Value(3)}}, "6");
}

}  // namespace
}  // namespace dandang::policy
