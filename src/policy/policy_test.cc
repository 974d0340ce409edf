#include <gtest/gtest.h>

#include "policy/link.h"
#include "policy/show.h"
#include "policy/yaml.h"

namespace dandang::policy {
namespace {

const char* kHead =
    "---\nclause: T1\ntitle: {zh: 测试, en: test}\n---\n"
    "```record 人\nkey: [身份证号]\nfields:\n  身份证号: {type: identity number, required: true}\n"
    "  年龄: {type: number}\n  等次: {type: 优秀|称职}\n```\n";
constexpr int kHeadLines = 11;

// The packages of one clause file with the text behind the usual head.
PolicySet load(const std::string& text, Diagnostics& diagnostics) {
  return load_packages({{"t/policy.yaml", "prefix: T\ntitle: {zh: 包, en: package}\n"},
                        {"t/clauses/01.md", kHead + text}},
                       diagnostics);
}

struct FaultCase {
  const char* what;
  const char* text;
  const char* code;
  int line;  // of the text, 1-based
  int column;
};

class Faults : public testing::TestWithParam<FaultCase> {};

TEST_P(Faults, AreToldWithTheirPlace) {
  const FaultCase& c = GetParam();
  Diagnostics diagnostics;
  load(c.text, diagnostics);
  bool found = false;
  std::string all;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    all += diagnostic.to_string(Language::kEnglish) + "\n";
    found = found || (diagnostic.code == c.code && diagnostic.place.line == kHeadLines + c.line &&
                      diagnostic.place.column == c.column);
  }
  EXPECT_TRUE(found) << c.what << ": wanted " << c.code << " at " << kHeadLines + c.line << ":"
                     << c.column << ", got\n"
                     << all;
}

INSTANTIATE_TEST_SUITE_P(
    Table, Faults,
    testing::Values(
        FaultCase{"block of unknown kind", "```messure 甲\nvalue: 1\n```\n", "unknown-block", 1, 1},
        FaultCase{"block without name", "```measure\nvalue: 1\n```\n", "missing-name", 1, 1},
        FaultCase{"key nobody knows", "```measure 甲\nvalu: 1\n```\n", "unknown-key", 2, 1},
        FaultCase{"retention from no field",
                  "```record 事\nkey: [号]\nfields:\n  号: {type: text, required: true}\n  人: "
                  "{type: ref 人}\n  日: {type: day}\nretention: {keep: 年数, from: 天, then: "
                  "delete, basis: {zh: 甲, en: a}}\n```\n```parameter\n年数: {unit: 年, source: "
                  "local}\n名: {type: text, source: local}\n```\n",
                  "undeclared-name", 7, 29},
        FaultCase{"retention from no date",
                  "```record 事\nkey: [号]\nfields:\n  号: {type: text, required: true}\n  人: "
                  "{type: ref 人}\n  日: {type: day}\nretention: {keep: 年数, from: 号, then: "
                  "delete, basis: {zh: 甲, en: a}}\n```\n```parameter\n年数: {unit: 年, source: "
                  "local}\n名: {type: text, source: local}\n```\n",
                  "type-mismatch", 7, 29},
        FaultCase{"retention through no ref",
                  "```record 事\nkey: [号]\nfields:\n  号: {type: text, required: true}\n  人: "
                  "{type: ref 人}\n  日: {type: day}\nretention: {keep: 年数, from: 日.号, then: "
                  "delete, basis: {zh: 甲, en: a}}\n```\n```parameter\n年数: {unit: 年, source: "
                  "local}\n名: {type: text, source: local}\n```\n",
                  "type-mismatch", 7, 29},
        FaultCase{"retention from another's number",
                  "```record 事\nkey: [号]\nfields:\n  号: {type: text, required: true}\n  人: "
                  "{type: ref 人}\n  日: {type: day}\nretention: {keep: 年数, from: 人.年龄, then: "
                  "delete, basis: {zh: 甲, en: a}}\n```\n```parameter\n年数: {unit: 年, source: "
                  "local}\n名: {type: text, source: local}\n```\n",
                  "type-mismatch", 7, 29},
        FaultCase{"retention by no parameter",
                  "```record 事\nkey: [号]\nfields:\n  号: {type: text, required: true}\n  人: "
                  "{type: ref 人}\n  日: {type: day}\nretention: {keep: 年, from: 日, then: "
                  "delete, basis: {zh: 甲, en: a}}\n```\n```parameter\n年数: {unit: 年, source: "
                  "local}\n名: {type: text, source: local}\n```\n",
                  "undeclared-name", 7, 19},
        FaultCase{"retention by a text",
                  "```record 事\nkey: [号]\nfields:\n  号: {type: text, required: true}\n  人: "
                  "{type: ref 人}\n  日: {type: day}\nretention: {keep: 名, from: 日, then: "
                  "delete, basis: {zh: 甲, en: a}}\n```\n```parameter\n年数: {unit: 年, source: "
                  "local}\n名: {type: text, source: local}\n```\n",
                  "type-mismatch", 7, 19},
        FaultCase{"retention by a bare number",
                  "```record 事\nkey: [号]\nfields:\n  号: {type: text, required: true}\n  人: "
                  "{type: ref 人}\n  日: {type: day}\nretention: {keep: 5, from: 日, then: delete, "
                  "basis: {zh: 甲, en: a}}\n```\n```parameter\n年数: {unit: 年, source: "
                  "local}\n名: {type: text, source: local}\n```\n",
                  "parameter-source", 7, 19},
        FaultCase{"retention with another end",
                  "```record 事\nkey: [号]\nfields:\n  号: {type: text, required: true}\n  人: "
                  "{type: ref 人}\n  日: {type: day}\nretention: {keep: 年数, from: 日, then: "
                  "burn, basis: {zh: 甲, en: a}}\n```\n```parameter\n年数: {unit: 年, source: "
                  "local}\n名: {type: text, source: local}\n```\n",
                  "unknown-word", 7, 38},
        FaultCase{"retention without basis",
                  "```record 事\nkey: [号]\nfields:\n  号: {type: text, required: true}\n  人: "
                  "{type: ref 人}\n  日: {type: day}\nretention: {keep: 年数, from: 日, then: "
                  "delete}\n```\n```parameter\n年数: {unit: 年, source: local}\n名: {type: text, "
                  "source: local}\n```\n",
                  "missing-key", 7, 13},
        FaultCase{"retention with a key nobody knows",
                  "```record 事\nkey: [号]\nfields:\n  号: {type: text, required: true}\n  人: "
                  "{type: ref 人}\n  日: {type: day}\nretention: {keep: 年数, from: 日, then: "
                  "delete, basis: 甲, days: 3}\n```\n```parameter\n年数: {unit: 年, source: "
                  "local}\n名: {type: text, source: local}\n```\n",
                  "unknown-key", 7, 56},
        FaultCase{"no kind of measure", "```measure 甲\nen: a\n```\n", "measure-kind", 1, 1},
        FaultCase{"measure that needs itself", "```measure 甲\nvalue: 甲 + 1\n```\n",
                  "measure-cycle", 1, 1},
        FaultCase{"name in a literal block",
                  "```measure 甲\non: 人\nvalue: |\n  年龄 +\n    年令\n```\n", "undeclared-name",
                  5, 5},
        FaultCase{"full-width bracket", "```measure 甲\non: 人\nvalue: max（年龄, 3)\n```\n",
                  "full-width-punctuation", 3, 11},
        FaultCase{"quoted formula", "```measure 甲\nvalue: \"1 + 1\"\n```\n", "feel-style", 2, 9},
        FaultCase{"broken YAML", "```measure 甲\nvalue: a: b\n```\n", "yaml", 2, 9},
        FaultCase{
            "sentence cut at a comma",
            "```parameter\n甲: {value: 1, source: reading, why: {zh: 由, en: one, two}}\n```\n",
            "words-cut", 2, 54},
        FaultCase{"parameter without source", "```parameter\n甲: {value: 1}\n```\n",
                  "parameter-source", 2, 1},
        FaultCase{"law that cites nothing", "```parameter\n甲: {value: 1, source: law}\n```\n",
                  "parameter-source", 2, 1},
        FaultCase{"two parameters of one name",
                  "```parameter\n甲: {value: 1, source: text}\n```\n```parameter\n甲: {value: 2, "
                  "source: text}\n```\n",
                  "two-versions", 5, 1},
        FaultCase{"word not in its list",
                  "```rule T1.R1\nname: 乙\nsubject: 人\nforce: must\ntitle: {zh: 乙, en: "
                  "b}\nwhen: 等次 = \"优胜\"\n```\n",
                  "unknown-code", 6, 12},
        FaultCase{"rule without test",
                  "```rule T1.R1\nname: 乙\nsubject: 人\nforce: must\ntitle: {zh: 乙, en: "
                  "b}\nwhen: 年龄 > 3\n```\n",
                  "rule-without-test", 1, 1},
        FaultCase{"field of unknown type",
                  "```record 丙\nkey: [名]\nfields:\n  名: {type: txt}\n```\n", "unknown-type", 4,
                  13},
        FaultCase{"reference to no type",
                  "```record 丙\nkey: [名]\nfields:\n  名: {type: ref 丁}\n```\n",
                  "undeclared-name", 4, 3},
        FaultCase{"word two codes claim",
                  "```code 丙\nvalues:\n  甲: {aliases: [子]}\n  乙: {aliases: [子]}\n```\n",
                  "repeated-word", 4, 3},
        FaultCase{"table row too short",
                  "```decision 丙 unique\n| 甲 | = 乙 |\n|---|---|\n| 1 |\n```\n", "decision-table",
                  4, 3},
        FaultCase{"no hit policy", "```decision 丙\n| 甲 | = 乙 |\n|---|---|\n| 1 | 2 |\n```\n",
                  "hit-policy", 1, 1}),
    [](const auto& test) { return "row" + std::to_string(test.index); });

TEST(Packages, VersionsThatFollowEachOtherAreSound) {
  Diagnostics diagnostics;
  const PolicySet set = load(
      "```parameter\n甲:\n  source: text\n  versions:\n    - {value: 1, to: 2024-12-31}\n"
      "    - {value: 2, from: 2025-01-01}\n```\n",
      diagnostics);
  EXPECT_FALSE(diagnostics.has_errors()) << diagnostics.all()[0].to_string(Language::kEnglish);
  ASSERT_EQ(set.parameters.size(), 1u);
  EXPECT_EQ(set.parameters[0].versions.size(), 2u);
}

TEST(Packages, DigestNamesExactlyTheseFiles) {
  const std::vector<SourceFile> files{{"t/policy.yaml", "a"}, {"t/clauses/01.md", "b"}};
  EXPECT_EQ(digest_of(files), digest_of(files));
  EXPECT_NE(digest_of(files), digest_of({{"t/policy.yaml", "ab"}, {"t/clauses/01.md", ""}}));
  EXPECT_EQ(digest_of(files).size(), 64u);
}

TEST(Packages, AFolderWithoutPackagesIsRefused) {
  const auto files = read_package_files("/nonexistent");
  ASSERT_FALSE(files.has_value());
  EXPECT_EQ(files.error().code, ErrorCode::kNotFound);
}

TEST(Yaml, KeepsScalarsAsWritten) {
  Diagnostics diagnostics;
  const YamlNode node = parse_yaml("a: 1.20\nb: on\nc: 12-31\nd:\n", "f", 1, diagnostics);
  EXPECT_EQ(node.find("a")->text, "1.20");
  EXPECT_EQ(node.find("b")->text, "on");
  EXPECT_EQ(node.find("c")->text, "12-31");
  EXPECT_TRUE(node.find("d")->is_none());
  EXPECT_EQ(node.find("c")->place, (Place{"f", 3, 4}));
}

TEST(Show, TellsSourcesAndForce) {
  Diagnostics diagnostics;
  const PolicySet set = load("```parameter\n甲: {unit: 人, source: local}\n```\n", diagnostics);
  const std::string text = show(set, {}, Language::kChinese);
  EXPECT_NE(text.find("未设定"), std::string::npos) << text;
  EXPECT_NE(text.find("本地设定"), std::string::npos) << text;
}

}  // namespace
}  // namespace dandang::policy
