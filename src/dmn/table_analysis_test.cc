#include "dmn/table_analysis.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "feel/parser.h"

namespace dandang::dmn {
namespace {

using Row = std::vector<const char*>;  // the tests, then one output

constexpr InputDomain kNumber{InputDomain::Kind::kNumber, {}};
constexpr InputDomain kWhole{InputDomain::Kind::kWhole, {}};

DecisionTable table(HitPolicy policy, const std::vector<Row>& rows) {
  DecisionTable out;
  out.hit_policy = policy;
  const std::vector<std::string> names{"甲", "乙", "丙", "丁", "戊", "己", "庚", "辛"};
  out.inputs.assign(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(rows[0].size() - 1));
  out.outputs = {"结果"};
  for (const Row& row : rows) {
    DecisionRule rule;
    Diagnostics diagnostics;
    for (size_t i = 0; i < row.size(); ++i) {
      const auto source = feel::Source::plain(row[i]);
      const bool output = i + 1 == row.size();
      (output ? rule.outputs : rule.tests)
          .push_back(output ? feel::parse_expression(source, {}, diagnostics)
                            : feel::parse_unary_tests(source, {}, diagnostics));
    }
    EXPECT_FALSE(diagnostics.has_errors()) << row[0];
    out.rules.push_back(std::move(rule));
  }
  return out;
}

// "gap 甲 = 1; overlap 1 2 甲 = 3; masked 2; unchecked 3"
std::string found(const DecisionTable& decision, const std::vector<InputDomain>& domains = {},
                  const AnalysisLimits& limits = {}) {
  const TableAnalysis analysis = analyse(decision, domains, limits);
  if (analysis.too_large) return "too large";
  std::vector<std::string> out;
  for (const TableFinding& finding : analysis.findings) {
    const char* words[] = {"gap", "overlap", "masked", "unchecked"};
    std::string line = words[static_cast<size_t>(finding.kind)];
    for (const size_t rule : finding.rules) line += " " + std::to_string(rule + 1);
    for (const std::string& example : finding.examples) line += " " + example;
    out.push_back(line);
  }
  if (analysis.more_gaps > 0) out.push_back("more " + std::to_string(analysis.more_gaps));
  return join(out, "; ");
}

TEST(TableAnalysis, AWholeLineOfNumbers) {
  EXPECT_EQ(found(table(HitPolicy::kUnique, {{"< 1", "0"}, {"[1..10)", "5"}, {">= 10", "9"}})), "");
  EXPECT_EQ(found(table(HitPolicy::kUnique, {{"< 1", "0"}, {"(1..10)", "5"}, {">= 10", "9"}})),
            "gap 甲 = 1");
  EXPECT_EQ(found(table(HitPolicy::kUnique, {{"<= 9", "0"}, {">= 10", "9"}})), "gap 甲 = 9.5");
  EXPECT_EQ(found(table(HitPolicy::kUnique, {{"<= 9", "0"}, {">= 10", "9"}}), {kWhole}), "");
  EXPECT_EQ(found(table(HitPolicy::kUnique, {{"<= 10", "0"}, {">= 10", "9"}})),
            "overlap 1 2 甲 = 10");
  EXPECT_EQ(found(table(HitPolicy::kUnique, {{"5", "0"}})), "gap 甲 = 4; gap 甲 = 6");
  EXPECT_EQ(found(table(HitPolicy::kUnique, {{"-", "0"}}), {kNumber}), "");
}

TEST(TableAnalysis, WordsYesAndNoAndDates) {
  const DecisionTable words = table(HitPolicy::kUnique, {{"\"a\", \"b\"", "1"}, {"\"c\"", "2"}});
  EXPECT_EQ(found(words), "gap 甲 = …");
  EXPECT_EQ(found(words, {{InputDomain::Kind::kWords, {"a", "b", "c"}}}), "");
  EXPECT_EQ(found(words, {{InputDomain::Kind::kWords, {"a", "b", "c", "d"}}}), "gap 甲 = \"d\"");
  EXPECT_EQ(found(table(HitPolicy::kUnique, {{"not(\"a\")", "1"}, {"\"a\"", "2"}})), "");
  EXPECT_EQ(found(table(HitPolicy::kUnique, {{"true", "1"}})), "gap 甲 = false");
  EXPECT_EQ(found(table(HitPolicy::kUnique,
                        {{"<= date(\"2020-01-01\")", "1"}, {">= date(\"2020-01-02\")", "2"}})),
            "");
  EXPECT_EQ(
      found(table(HitPolicy::kUnique, {{"< @\"2020-01-01\"", "1"}, {"> @\"2020-01-01\"", "2"}})),
      "gap 甲 = 2020-01-01");
}

TEST(TableAnalysis, ConditionsAboutTheInput) {
  EXPECT_EQ(found(table(HitPolicy::kUnique, {{"? < 3 or ? > 5", "1"}, {"? between 3 and 5", "2"}})),
            "");
  EXPECT_EQ(found(table(HitPolicy::kUnique, {{"not(? in (1, 2))", "1"}, {"2", "2"}})),
            "gap 甲 = 1");
}

TEST(TableAnalysis, SeveralInputs) {
  EXPECT_EQ(found(table(HitPolicy::kUnique, {{"< 1", "true", "0"}, {">= 1", "-", "1"}})),
            "gap 甲 = 0 乙 = false");
  // What holds for all of the rest is said once.
  EXPECT_EQ(found(table(HitPolicy::kUnique, {{"< 1", "true", "0"}, {"< 1", "false", "1"}})),
            "gap 甲 = 1; gap 甲 = 2");
  EXPECT_EQ(found(table(HitPolicy::kUnique,
                        {{"< 5", "-", "0"}, {"-", "true", "1"}, {">= 5", "false", "1"}})),
            "overlap 1 2 甲 = 4 乙 = true");
}

TEST(TableAnalysis, AnyAllowsOverlapsThatAgree) {
  EXPECT_EQ(found(table(HitPolicy::kAny, {{"> 1", "1"}, {"-", "1"}})), "");
  EXPECT_EQ(found(table(HitPolicy::kAny, {{"> 1", "1"}, {"-", "2"}})), "overlap 1 2 甲 = 2");
  EXPECT_EQ(found(table(HitPolicy::kAny, {{"> 1", "1"}, {"-", "1 + 1"}})), "");
}

TEST(TableAnalysis, RulesThatNeverCount) {
  EXPECT_EQ(found(table(HitPolicy::kFirst, {{"< 5", "1"}, {"-", "2"}, {"> 7", "3"}})), "masked 3");
  EXPECT_EQ(found(table(HitPolicy::kFirst, {{"< 5", "1"}, {">= 5", "2"}, {"3", "3"}})), "masked 3");
  EXPECT_EQ(found(table(HitPolicy::kCollect, {{"< 5", "1"}, {"[5..1]", "2"}})),
            "gap 甲 = 5; gap 甲 = 6; masked 2");
}

TEST(TableAnalysis, WhatIsNotConstantIsSaidAndNotJudged) {
  const DecisionTable decision =
      table(HitPolicy::kUnique, {{"< 标准", "1"}, {"> 5", "2"}, {"< 7", "3"}});
  EXPECT_EQ(found(decision), "overlap 2 3 甲 = 6; unchecked 1");
  EXPECT_EQ(found(table(HitPolicy::kUnique, {{"< 标准", "1"}, {">= 5", "2"}})), "unchecked 1");
  EXPECT_EQ(found(table(HitPolicy::kUnique, {{"contains(?, \"a\")", "1"}})), "unchecked 1");
  // A row that may match takes nothing from those behind it.
  EXPECT_EQ(found(table(HitPolicy::kFirst, {{"< 标准", "1"}, {"-", "2"}})), "unchecked 1");
}

TEST(TableAnalysis, IsBounded) {
  const Row row{"< 1", "< 2", "< 3", "< 4", "< 5", "< 6", "< 7", "< 8", "1"};
  std::vector<Row> rows(4, row);
  rows[1] = {"-", "-", "-", "-", "-", "-", "-", "-", "1"};
  EXPECT_EQ(found(table(HitPolicy::kFirst, rows), {}, {100, 20}), "too large");
  EXPECT_EQ(found(table(HitPolicy::kUnique, {{"1, 3, 5, 7", "1"}}), {}, {1000, 2}),
            "gap 甲 = 0; gap 甲 = 2; more 3");
}

TEST(TableAnalysis, Diagnostics) {
  Diagnostics diagnostics;
  check_table(table(HitPolicy::kUnique, {{"< 1", "0"}, {"< 0", "1"}}), {}, Coverage::kWhole,
              {"f.md", 3, 1}, diagnostics);
  ASSERT_EQ(diagnostics.all().size(), 2U);
  EXPECT_EQ(diagnostics.all()[0].code, "table-gap");
  EXPECT_EQ(diagnostics.all()[0].message.zh, "没有一行管到 甲 = 1；甲 = 2");
  EXPECT_EQ(diagnostics.all()[1].message.en, "row 2 overlaps row 1: both match 甲 = -1");
  Diagnostics partial;
  check_table(table(HitPolicy::kUnique, {{"< 1", "0"}}), {}, Coverage::kPartial, {}, partial);
  EXPECT_TRUE(partial.all().empty());
}

}  // namespace
}  // namespace dandang::dmn
