#include "evaluation/nearest_change.h"

#include <gtest/gtest.h>

#include "evaluation/package_tests.h"
#include "policy/link.h"

namespace dandang::evaluation {
namespace {

// A small package: every kind of measure, and people of whom one thing or another is so.
std::string package_text(const std::string& rules, const std::string& given) {
  return R"(---
clause: T1
title: {zh: 试, en: trial}
---
```code 等次
values: {优秀: {en: excellent}, 称职: {en: competent}, 不称职: {en: incompetent}}
```
```code 级别
ordered: true
values: {县级: {en: county}, 市级: {en: city}, 省级: {en: province}}
```
```record 人
en: Person
key: [身份证号]
named_by: 姓名
fields:
  身份证号: {type: identity number, required: true}
  姓名: {type: name}
  出生: {type: date, agrees: birth, blank: unknown}
  参工: {type: date, en: began work, blank: unknown}
  旗: {type: flag, en: flag, blank: unknown}
  数: {type: number, en: figure, blank: unknown}
  词: {type: text, en: word, blank: unknown}
absence: {none: []}
```
```record 单位
en: Unit
key: [名称]
named_by: 名称
fields:
  名称: {type: name, required: true}
  类别: {type: text, en: kind, blank: unknown}
absence: {none: []}
```
```record 任职
en: Posting
key: [人, 自]
valid: {from: 自}
fields:
  人: {type: ref 人, required: true}
  单位: {type: ref 单位, en: unit, required: true}
  自: {type: date, en: since, blank: none}
```
```record 考核
en: Appraisal
key: [人, 年度]
valid: {from: 确定}
fields:
  人: {type: ref 人, required: true}
  年度: {type: year, en: year, required: true}
  等次: {type: code 等次, en: grade, required: true}
  确定: {type: date, en: final on, blank: none}
```
```record 单位考核
en: Unit appraisal
key: [单位, 年度]
fields:
  单位: {type: ref 单位, required: true}
  年度: {type: year, en: year, required: true}
  等次: {type: code 等次, en: grade, required: true}
```
```record 荣誉
en: Honour
key: [人, 时间]
valid: {from: 时间}
fields:
  人: {type: ref 人, required: true}
  级别: {type: code 级别, en: level, blank: unknown}
  时间: {type: date, en: granted, required: true}
  撤销: {type: date, en: revoked, blank: none}
absence: {none: []}
```
```record 积分
en: Points
key: [人, 年度]
fields:
  人: {type: ref 人, required: true}
  年度: {type: year, en: year, required: true}
  组: {type: text, en: group, blank: unknown}
  分: {type: number, en: points, blank: unknown}
```
```parameter
年数: {value: 3, source: text, unit: 年}
名额: {value: 2, source: text, unit: 人}
最低: {value: 市级, source: text, unit: 级别}
```
```measure 连优
on: 人
streak: {over: 考核, by: 年度, ending: 2024, length: 年数, holds: 等次 = "优秀"}
```
```measure 单位连优
on: 单位
streak: {over: 单位考核, by: 年度, ending: 2024, length: 2, holds: 等次 = "优秀"}
```
```measure 现任
on: 人
pick: {over: 任职, latest: 自}
```
```measure 今年分
on: 人
pick: {over: 积分, where: 年度 = 2024}
```
```measure 前位
on: 积分
rank: {of: 分, order: descending, within: [年度, 组]}
```
```measure 最高
on: 积分
aggregate: {max: 分, within: [年度, 组]}
```
)" + rules +
         "```test\ntitle: 试\nas_of: 2025-06-30\ngiven:\n" + given +
         "expect:\n  T1.R1: {甲: met}\n```\n";
}

std::string rule_text(const std::string& when, const std::string& bears = "for") {
  return "```rule T1.R1\nname: 规则一\nsubject: 人\nbears: " + bears + "\ntitle: 试\nwhen: |\n  " +
         when + "\n```\n";
}

struct World {
  policy::PolicySet set;
  std::unique_ptr<record::Dataset> data;
};

World load(const std::string& rules, const std::string& given) {
  Diagnostics diagnostics;
  World out;
  out.set = policy::load_packages(
      {{"t/policy.yaml", "prefix: T\nclauses: 1\ntitle: {zh: 试, en: trial}\n"},
       {"t/clauses/01.md", package_text(rules, given)}},
      diagnostics);
  if (!out.set.tests.empty()) {
    out.data = std::make_unique<record::Dataset>(
        dataset_of(out.set, out.set.tests[0], out.set.tests[0].first, diagnostics));
  }
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.code == "rule-without-test") continue;
    ADD_FAILURE() << diagnostic.to_string(Language::kChinese);
  }
  return out;
}

const Date kAsOf = *Date::parse_iso("2025-06-30");

std::vector<Text> nearest_of(const World& world, size_t rule, const std::string& name,
                             ChangeBounds bounds = {}) {
  if (world.data == nullptr) return {};
  ChangeSearch search(world.set, *world.data, kAsOf, {}, bounds);
  Run run(world.set, *world.data, kAsOf);
  for (const feel::Entity& subject : run.model().subjects(world.set.rules[rule].subject)) {
    if (run.model().name_of(subject) != name) continue;
    const NearestChange nearest = search.find(world.set.rules[rule], subject);
    return describe_nearest(search.model(), world.set.rules[rule], nearest);
  }
  return {};
}

struct Case {
  const char* what;
  std::string rules;
  const char* given;
  std::vector<std::string> expected;  // of 甲, in Chinese
};

std::vector<std::string> in_chinese(const std::vector<Text>& lines) {
  std::vector<std::string> out;
  for (const Text& line : lines) out.push_back(line.zh);
  return out;
}

void expect_cases(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    EXPECT_EQ(in_chinese(nearest_of(load(c.rules, c.given), 0, "甲")), c.expected);
  }
}

TEST(NearestChange, ComparisonsGiveTheThresholdItself) {
  expect_cases({
      {"number up",
       rule_text("数 >= 10"),
       "  人: |\n    姓名 | 数\n    甲 | 7.5\n",
       {"若“人”的“数”由“7.5”改为“10”，即符合；差 1 项"}},
      {"number down, by the column's step",
       rule_text("数 >= 10"),
       "  人: |\n    姓名 | 数\n    甲 | 12.5\n",
       {"若“人”的“数”由“12.5”改为“9.9”，即不符合；差 1 项"}},
      {"strict",
       rule_text("数 > 10"),
       "  人: |\n    姓名 | 数\n    甲 | 7\n",
       {"若“人”的“数”由“7”改为“11”，即符合；差 1 项"}},
      {"date boundary",
       rule_text("参工 <= date(\"2015-06-30\")"),
       "  人: |\n    姓名 | 参工\n    甲 | 2016-01-01\n",
       {"若“人”的“参工”由“2016-01-01”改为“2015-06-30”，即符合；差 1 项"}},
      {"years of service",
       rule_text("years and months duration(参工, as_of).years >= 10"),
       "  人: |\n    姓名 | 参工\n    甲 | 2015-08-01\n",
       {"若“人”的“参工”由“2015-08-01”改为“2015-06-30”，即符合；差 1 项"}},
      {"a word",
       rule_text("词 = \"好\""),
       "  人: |\n    姓名 | 词\n    甲 | 坏\n",
       {"若“人”的“词”由“坏”改为“好”，即符合；差 1 项"}},
      {"a flag, adverse",
       rule_text("旗", "against"),
       "  人: |\n    姓名 | 旗\n    甲 | true\n",
       {"若“人”的“旗”由“是”改为“否”，即没有此情形；差 1 项"}},
      {"what the identity number says stays",
       rule_text("出生 > date(\"1990-01-01\")"),
       "  人: |\n    姓名 | 出生\n    甲 | 1980-01-01\n",
       {"所读记录里任何不超过 0 项的改动都不会改变结论"}},
  });
}

TEST(NearestChange, JunctionsAreTakenApart) {
  expect_cases({
      {"both needed",
       rule_text("数 >= 10 and 旗"),
       "  人: |\n    姓名 | 数 | 旗\n    甲 | 7 | false\n",
       {"若“人”的“旗”由“否”改为“是”，并且“人”的“数”由“7”改为“10”，即符合；差 2 项"}},
      {"either will do",
       rule_text("数 >= 10 or 旗"),
       "  人: |\n    姓名 | 数 | 旗\n    甲 | 7 | false\n",
       {"若“人”的“旗”由“否”改为“是”，即符合；差 1 项",
        "若“人”的“数”由“7”改为“10”，即符合；差 1 项"}},
      {"if",
       rule_text("if 旗 then 数 > 5 else 数 > 50"),
       "  人: |\n    姓名 | 数 | 旗\n    甲 | 7 | false\n",
       {"若“人”的“旗”由“否”改为“是”，即符合；差 1 项",
        "若“人”的“数”由“7”改为“51”，即符合；差 1 项"}},
      {"nothing in the records",
       rule_text("数 >= 10 and false"),
       "  人: |\n    姓名 | 数\n    甲 | 7\n",
       {"所读记录里任何不超过 1 项的改动都不会改变结论"}},
  });
}

TEST(NearestChange, StreaksNameTheFailingOrOneHeldPeriod) {
  expect_cases({
      {"one year fails",
       rule_text("连优"),
       "  考核: |\n    姓名 | 年度 | 等次 | 确定\n    甲 | 2022 | 优秀 | 2023-03-01\n"
       "    甲 | 2023 | 称职 | 2024-03-01\n    甲 | 2024 | 优秀 | 2025-03-01\n",
       {"若“考核 2023”的“等次”由“称职”改为“优秀”，即符合；差 1 项"}},
      {"a failing year and a missing one",
       rule_text("连优"),
       "  考核: |\n    姓名 | 年度 | 等次 | 确定\n"
       "    甲 | 2023 | 称职 | 2024-03-01\n    甲 | 2024 | 优秀 | 2025-03-01\n",
       {"若“考核 2023”的“等次”由“称职”改为“优秀”，并且另有一条“考核”（年度 2022，等次 优秀，确定 "
        "2025-06-30），即符合；差 2 项"}},
      {"all three fail",
       rule_text("连优"),
       "  考核: |\n    姓名 | 年度 | 等次 | 确定\n    甲 | 2022 | 称职 | 2023-03-01\n"
       "    甲 | 2023 | 称职 | 2024-03-01\n    甲 | 2024 | 不称职 | 2025-03-01\n",
       {"若“考核 2022”的“等次”由“称职”改为“优秀”，并且“考核 2023”的“等次”由“称职”改为“优秀”，并且"
        "“考核 2024”的“等次”由“不称职”改为“优秀”，即符合；差 3 项"}},
      {"held: any of the years",
       rule_text("连优"),
       "  考核: |\n    姓名 | 年度 | 等次 | 确定\n    甲 | 2022 | 优秀 | 2023-03-01\n"
       "    甲 | 2023 | 优秀 | 2024-03-01\n    甲 | 2024 | 优秀 | 2025-03-01\n",
       {"若“考核 2022”的“等次”由“优秀”改为“称职”，即不符合；差 1 项",
        "若“考核 2023”的“等次”由“优秀”改为“称职”，即不符合；差 1 项",
        "若“考核 2024”的“等次”由“优秀”改为“称职”，即不符合；差 1 项"}},
  });
}

TEST(NearestChange, ListsAreAddedToAndTakenFrom) {
  const std::string honoured =
      rule_text("some h in 荣誉 satisfies 级别序(h.级别) >= 级别序(最低) and h.撤销 = null");
  expect_cases({
      {"level one below",
       honoured,
       "  荣誉: |\n    姓名 | 级别 | 时间 | 撤销\n    甲 | 县级 | 2020-05-01 |\n",
       {"若“荣誉 2020-05-01”的“级别”由“县级”改为“市级”，即符合；差 1 项",
        "若另有一条“荣誉”（级别 市级，时间 2025-06-30），即符合；差 1 项"}},
      {"revoked",
       honoured,
       "  荣誉: |\n    姓名 | 级别 | 时间 | 撤销\n    甲 | 市级 | 2020-05-01 | 2024-01-01\n",
       {"若“荣誉 2020-05-01”的“撤销”由“2024-01-01”改为空白，即符合；差 1 项",
        "若另有一条“荣誉”（级别 市级，时间 2025-06-30），即符合；差 1 项"}},
      {"nothing on record",
       honoured,
       "  荣誉: |\n    姓名 | 级别 | 时间\n    乙 | 市级 | 2020-05-01\n"
       "  人: |\n    姓名\n    甲\n",
       {"若另有一条“荣誉”（级别 市级，时间 2025-06-30），即符合；差 1 项"}},
      {"one honour carries it",
       honoured,
       "  荣誉: |\n    姓名 | 级别 | 时间 | 撤销\n    甲 | 省级 | 2020-05-01 |\n",
       {"若“荣誉 2020-05-01”的“级别”由“省级”改为“县级”，即不符合；差 1 项",
        "若“荣誉 2020-05-01”的“时间”由“2020-05-01”改为“2025-07-01”，即不符合；差 1 项",
        "若“荣誉 2020-05-01”的“撤销”由空白改为“2025-06-30”，即不符合；差 1 项"}},
      {"a count",
       rule_text("count(荣誉) >= 2"),
       "  荣誉: |\n    姓名 | 级别 | 时间\n    乙 | 市级 | 2020-05-01\n  人: |\n    姓名\n    甲\n",
       {"若另有一条“荣誉”（时间 2025-06-30），并且另有一条“荣誉”（时间 "
        "2024-06-30），即符合；差 2 项"}},
  });
}

TEST(NearestChange, RanksGiveTheValueNeededAndNameNobody) {
  const std::string rule = rule_text("今年分.前位.名次 <= 名额");
  expect_cases({
      {"up to the last place, ties share it",
       rule,
       "  积分: |\n    姓名 | 年度 | 组 | 分\n    甲 | 2024 | 一 | 60\n    乙 | 2024 | 一 | 90\n"
       "    丙 | 2024 | 一 | 80.5\n    丁 | 2024 | 二 | 70\n",
       {"若“积分 2024”的“分”由“60”改为“80.5”，即符合；差 1 项"}},
      {"down below it",
       rule,
       "  积分: |\n    姓名 | 年度 | 组 | 分\n    甲 | 2024 | 一 | 95\n    乙 | 2024 | 一 | 90\n"
       "    丙 | 2024 | 一 | 80.5\n",
       {"若“积分 2024”的“分”由“95”改为“80.4”，即不符合；差 1 项"}},
      {"the group's best",
       rule_text("今年分.分 = 今年分.最高"),
       "  积分: |\n    姓名 | 年度 | 组 | 分\n    甲 | 2024 | 一 | 60\n    乙 | 2024 | 一 | 90\n",
       {"若“积分 2024”的“分”由“60”改为“90”，即符合；差 1 项"}},
  });
}

TEST(NearestChange, PicksLeadToTheRowAndBeyond) {
  expect_cases({
      {"the unit's year",
       rule_text("现任.单位.单位连优"),
       "  任职: |\n    姓名 | 单位 | 自\n    甲 | 河口镇 | 2020-01-01\n"
       "  单位考核: |\n    单位 | 年度 | 等次\n    河口镇 | 2023 | 称职\n    河口镇 | 2024 | "
       "优秀\n",
       {"若“单位考核 2023”的“等次”由“称职”改为“优秀”，即符合；差 1 项"}},
      {"another unit",
       rule_text("现任.单位.类别 = \"镇\""),
       "  任职: |\n    姓名 | 单位 | 自\n    甲 | 某局 | 2020-01-01\n"
       "  单位: |\n    名称 | 类别\n    某局 | 局\n    某镇 | 镇\n",
       {"若“任职 2020-01-01”的“单位”由“某局”改为“某镇”，即符合；差 1 项",
        "若“单位 某局”的“类别”由“局”改为“镇”，即符合；差 1 项",
        "若另有一条“任职”（单位 某镇，自 2025-06-30），即符合；差 1 项"}},
  });
}

TEST(NearestChange, RulesThatReferToRulesAreFollowed) {
  const std::string rules =
      rule_text("规则二 and 旗") +
      "```rule T1.R2\nname: 规则二\nsubject: 人\ntitle: 试\nwhen: 数 > 5\n```\n";
  expect_cases({{"one of them",
                 rules,
                 "  人: |\n    姓名 | 数 | 旗\n    甲 | 3 | true\n",
                 {"若“人”的“数”由“3”改为“6”，即符合；差 1 项"}}});
}

TEST(NearestChange, DutiesAreDoneOrNot) {
  const std::string duty =
      "```duty T1.R1\nname: 职责\nowes: 单位\nto: 人\ntitle: 试\ndue: date(\"2025-01-01\")\n"
      "done: count(荣誉[时间.year = 2024]) >= 1\n```\n";
  expect_cases({{"not done",
                 duty,
                 "  荣誉: |\n    姓名 | 级别 | 时间\n    甲 | 市级 | 2023-05-01\n",
                 {"若“荣誉 2023-05-01”的“时间”由“2023-05-01”改为“2024-01-01”，即为已落实；差 1 项",
                  "若另有一条“荣誉”（时间 2024-06-30），即为已落实；差 1 项"}},
                {"done",
                 duty,
                 "  荣誉: |\n    姓名 | 级别 | 时间\n    甲 | 市级 | 2024-05-01\n",
                 {"若“荣誉 2024-05-01”的“时间”由“2024-05-01”改为“2023-12-31”，即为未落实；差 1 项",
                  "若没有“荣誉 2024-05-01”这一条，即为未落实；差 1 项"}}});
}

TEST(NearestChange, ASearchThatIsCutSaysSo) {
  const World world =
      load(rule_text("数 >= 10 and 旗"), "  人: |\n    姓名 | 数 | 旗\n    甲 | 7 | false\n");
  ChangeBounds bounds;
  bounds.evaluations = 4;
  const auto lines = in_chinese(nearest_of(world, 0, "甲", bounds));
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_NE(lines[0].find("次试算之内没有找到"), std::string::npos) << lines[0];
}

}  // namespace
}  // namespace dandang::evaluation
