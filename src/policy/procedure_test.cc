#include <gtest/gtest.h>

#include <algorithm>

#include "policy/link.h"
#include "policy/placeholders.h"

namespace dandang::policy {
namespace {

const char* kHead = R"(---
clause: T1
title: {zh: 测试, en: test}
---
```record 人
key: [身份证号]
named_by: 姓名
fields:
  身份证号: {type: identity number, required: true}
  姓名: {type: name, required: true}
  职务: {type: text}
```
```record 步
key: [程序, 案, 序]
fields:
  程序: {type: text, required: true}
  案: {type: text, required: true}
  序: {type: number, required: true}
  作为: {type: text}
  谁: {type: ref 人}
  身份: {type: text}
  何日: {type: day}
  从: {type: text}
  到: {type: text}
  填: {type: text}
  引: {type: text}
```
```steps 步
procedure: 程序
case: 案
order: 序
transition: 作为
by: 谁
role: 身份
on: 何日
from: 从
to: 到
content: 填
cites: 引
```
```role 机关
holds: 经办人.职务 = "机关"
```
```record 案件
key: [编号]
fields:
  编号: {type: text, required: true}
  当事人: {type: ref 人, required: true}
  结论: {type: 免|罚}
  重: {type: flag}
  立案日: {type: day}
```
```record 附件
key: [案件, 名]
fields:
  案件: {type: ref 案件, required: true}
  名: {type: text, required: true}
```
```procedure 办案
en: Case
cases: 案件
number: {field: 编号, start: 案}
subject: 当事人
self: 本人
roles:
  本人: 经办人 = 当事人
states:
  查: {en: checked}
  议: {en: discussed}
  结: {en: closed, final: true}
transitions:
  立:
    to: 查
    by: 机关
    form: [当事人, 重?]
    sets: {立案日: as_of}
  报:
    from: 查
    to: 议
    by: 机关
    rows: [附件]
    due: 进入日期 + duration("P10D")
  定:
    from: 议
    choose: {by: 结论, to: {免: 结, 罚: 查}}
    by: [机关, 本人]
    not_by: 步骤[作为 = "报"].谁
    form: [结论]
    writes:
      - record: 附件
        fields: {案件: 本案, 名: 每项}
        for_each: |
          ["甲", "乙"]
```
)";

// The packages of one clause file with the text behind the usual head.
PolicySet load(const std::string& text, Diagnostics& diagnostics) {
  return load_packages({{"t/policy.yaml", "prefix: T\ntitle: {zh: 包, en: package}\n"},
                        {"t/clauses/01.md", kHead + text}},
                       diagnostics);
}

std::string all_of(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    out += diagnostic.to_string(Language::kEnglish) + "\n";
  }
  return out;
}

TEST(Procedures, AreReadWithTheirSteps) {
  Diagnostics diagnostics;
  const PolicySet set = load(
      "```guard 重案不免\non: 办案.定\nrefuse_if: 重 and 结论 = \"免\"\n"
      "message: {zh: \"{人} 是重案\", en: \"{人} is grave\"}\nvalues: {人: 当事人.姓名}\n```\n"
      "```test\ntitle: 试\nas_of: 2025-01-01\nsteps:\n"
      "  - {on: 2025-01-02, by: 甲, do: 办案.立, case: W, with: {当事人: 乙}}\n"
      "  - on: 2025-01-03\n    by: 甲\n    do: 报\n    case: W\n    rows:\n      附件: |\n"
      "        名\n        一\n    refused: [by]\n"
      "  - {on: 2025-01-03, case: W, state: 查}\n```\n",
      diagnostics);
  ASSERT_TRUE(diagnostics.all().empty()) << all_of(diagnostics);
  const Procedure* procedure = set.find_procedure("办案");
  ASSERT_NE(procedure, nullptr);
  EXPECT_EQ(procedure->state, "办案状态");
  EXPECT_EQ(procedure->find_transition("立")->optional_form, std::vector<std::string>{"重"});
  EXPECT_EQ(procedure->find_transition("定")->chosen.size(), 2u);
  EXPECT_TRUE(procedure->find_transition("报")->due);
  EXPECT_TRUE(procedure->roles[0].holds);
  EXPECT_TRUE(set.guards[0].refuse_if);
  EXPECT_TRUE(set.guards[0].values[0].second);
  EXPECT_EQ(set.tests[0].steps[1].procedure, "办案") << "a step's procedure is that of its case";
  EXPECT_EQ(set.tests[0].steps[1].rows[0].rows.size(), 1u);
}

TEST(Procedures, GiveTheirCasesAStateField) {
  Diagnostics diagnostics;
  const PolicySet set = load("", diagnostics);
  const record::Field* field = set.catalogue->find_type("案件")->find_field("办案状态");
  ASSERT_NE(field, nullptr);
  EXPECT_EQ(field->kind, record::FieldKind::kCode);
  EXPECT_EQ(field->blank.kind, record::Blank::Kind::kNone);
  EXPECT_FALSE(field->required);
  const record::CodeList* states = set.catalogue->find_code_list(field->code_list);
  ASSERT_NE(states, nullptr);
  EXPECT_EQ(states->values.size(), 3u);
}

TEST(Procedures, StateIsAFieldToMeasures) {
  Diagnostics diagnostics;
  load("```measure 在办\non: 人\nvalue: count(案件[办案状态 != \"结\"])\n```\n", diagnostics);
  EXPECT_TRUE(diagnostics.all().empty()) << all_of(diagnostics);
}

// The head with one thing changed, and what is then said of it.
struct ProofCase {
  const char* what;
  const char* from;
  const char* to;
  const char* code;  // null: nothing is said
  const char* message;
};

class Proofs : public testing::TestWithParam<ProofCase> {};

TEST_P(Proofs, HoldOrAreToldWithTheWay) {
  const ProofCase& c = GetParam();
  std::string text = kHead;
  const size_t at = text.find(c.from);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, std::string(c.from).size(), c.to);
  Diagnostics diagnostics;
  load_packages(
      {{"t/policy.yaml", "prefix: T\ntitle: {zh: 包, en: package}\n"}, {"t/clauses/01.md", text}},
      diagnostics);
  if (c.code == nullptr) {
    EXPECT_TRUE(diagnostics.all().empty()) << c.what << ":\n" << all_of(diagnostics);
    return;
  }
  ASSERT_EQ(diagnostics.all().size(), 1u) << c.what << ":\n" << all_of(diagnostics);
  EXPECT_EQ(diagnostics.all()[0].code, c.code) << c.what;
  EXPECT_EQ(diagnostics.all()[0].message.en, c.message) << c.what;
}

INSTANTIATE_TEST_SUITE_P(
    Table, Proofs,
    testing::Values(
        ProofCase{"as it is", "en: Case", "en: A case", nullptr, nullptr},
        ProofCase{"a state nothing leads to", "  议: {en: discussed}\n",
                  "  议: {en: discussed}\n  悬: {en: hanging, final: true}\n", "unreachable-state",
                  "no way leads to the state \"悬\""},
        ProofCase{"never holds", "transitions:\n",
                  "never:\n  - {from: 查, to: 结, without: 议}\ntransitions:\n", nullptr, nullptr},
        ProofCase{"never from the opening holds", "transitions:\n",
                  "never:\n  - {to: 结, without: 议}\ntransitions:\n", nullptr, nullptr},
        ProofCase{"a way around", "transitions:\n",
                  "never:\n  - {from: 查, to: 结, without: 议}\n"
                  "transitions:\n  了: {from: 查, to: 结, by: 机关}\n",
                  "never-broken", "there is a way around \"议\": 查 —了→ 结"},
        ProofCase{"a way back to where it began", "transitions:\n",
                  "never:\n  - {from: 查, to: 查, without: 结}\ntransitions:\n", "never-broken",
                  "there is a way around \"结\": 查 —报→ 议 —定→ 查"},
        ProofCase{"opened by nobody's step", "  立:\n", "  立:\n    opened_by: [办案.定]\n",
                  "opening-not-mutual", "办案.定 does not say opens: [{case: 办案.立}]"},
        ProofCase{"opens without leave", "    rows: [附件]\n",
                  "    rows: [附件]\n    opens:\n      - {case: 办案.立, with: {当事人: 当事人}}\n",
                  "opening-not-mutual", "办案.立 does not say opened_by: [办案.报]"},
        ProofCase{"opens what opens it", "    form: [当事人, 重?]\n",
                  "    form: [当事人, 重?]\n    opened_by: [办案.立]\n    opens:\n"
                  "      - {case: 办案.立, with: {当事人: 当事人}}\n",
                  "opening-circle", "cases open each other in a circle: 办案.立 → 办案.立"}),
    [](const auto& test) { return "row" + std::to_string(test.index); });

TEST(Procedures, StatesThatOnlyLeadToEachOtherHaveNoWayOut) {
  std::string text = kHead;
  text.replace(text.find("{免: 结, 罚: 查}"), std::string("{免: 结, 罚: 查}").size(),
               "{免: 查, 罚: 查}");
  Diagnostics diagnostics;
  load_packages(
      {{"t/policy.yaml", "prefix: T\ntitle: {zh: 包, en: package}\n"}, {"t/clauses/01.md", text}},
      diagnostics);
  std::vector<std::string> codes;
  for (const Diagnostic& each : diagnostics.all()) codes.push_back(each.code);
  EXPECT_EQ(codes,
            (std::vector<std::string>{"dead-end-state", "dead-end-state", "unreachable-state"}));
}

TEST(Procedures, AStateOnlyLeadingToItselfIsADeadEnd) {
  Diagnostics diagnostics;
  load(
      "```record 册\nkey: [号]\nfields:\n  号: {type: text, required: true}\n```\n"
      "```procedure 在册\ncases: 册\nstates: {在: , 停: }\ntransitions:\n"
      "  进: {to: 在, by: 机关, form: [号]}\n  停: {from: 在, to: 停, by: 机关}\n"
      "  记: {from: 停, to: 停, by: 机关}\n```\n",
      diagnostics);
  ASSERT_EQ(diagnostics.all().size(), 1u) << all_of(diagnostics);
  EXPECT_EQ(diagnostics.all()[0].code, "dead-end-state");
  EXPECT_EQ(diagnostics.all()[0].message.en, "no way leads from the state \"停\" to an end");
}

// ---- marks ----

// What is marked, what reads it by a detour, and how the way is printed; null: nobody does.
struct MarkCase {
  const char* what;
  const char* text;
  const char* way;
};

const char* kMarked =
    "```record 函\nkey: [人, 号]\nfields:\n  人: {type: ref 人, required: true}\n"
    "  号: {type: text, required: true}\n  问: {type: number, mark: 函数}\n"
    "  答: {type: number}\n  算: {type: number, blank: 加(问)}\n```\n"
    "```measure 加\nargs: [甲]\nvalue: 甲 + 1\n```\n"
    "```guard 不计函数\non: {definition: [measure, list, rule]}\ncarries: [函数]\n"
    "except: [让]\nmessage: {zh: 不作指标, en: never a measure}\n```\n";

class Marks : public testing::TestWithParam<MarkCase> {};

TEST_P(Marks, AreCarriedByWhateverReadsThem) {
  const MarkCase& c = GetParam();
  Diagnostics diagnostics;
  load(std::string(kMarked) + c.text, diagnostics);
  std::vector<std::string> ways;
  for (const Diagnostic& each : diagnostics.all()) {
    if (each.code == "rule-without-test") continue;
    ASSERT_EQ(each.code, "carries-mark") << each.to_string(Language::kEnglish);
    ways.push_back(each.message.en.substr(each.message.en.find(": ") + 2));
  }
  if (c.way == nullptr) {
    EXPECT_TRUE(ways.empty()) << c.what << ": " << ways[0];
  } else {
    EXPECT_NE(std::find(ways.begin(), ways.end(), c.way), ways.end())
        << c.what << ": " << join(ways, "\n");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, Marks,
    testing::Values(
        MarkCase{"another field", "```measure 乙\non: 人\nvalue: sum(函.答)\n```\n", nullptr},
        MarkCase{"directly", "```measure 乙\non: 人\nvalue: sum(函.问)\n```\n",
                 "measure 乙 → 函.问"},
        MarkCase{"in a condition",
                 "```measure 乙\non: 人\nvalue: if count(函[问 > 1]) > 0 then 1 else 0\n```\n",
                 "measure 乙 → 函.问"},
        MarkCase{"by a blank's formula", "```measure 乙\non: 人\nvalue: sum(函.算)\n```\n",
                 "measure 乙 → 函.算 → 函.问"},
        MarkCase{"through a function's argument of no type",
                 "```measure 取\nargs: [某]\nvalue: 某.问\n```\n", "measure 取 → 函.问"},
        MarkCase{"as a streak's period",
                 "```measure 乙\non: 人\nstreak:\n  over: 函\n  by: 问\n  ending: 3\n  length: 2\n"
                 "  holds: 答 > 1\n```\n",
                 "measure 乙 → 函.问"},
        MarkCase{"a list's order by a measure of a measure",
                 "```measure 让\non: 人\nvalue: sum(函.问)\n```\n"
                 "```list 单\nof: 人\norder: [{by: 让 * 2}]\ncolumns: {姓名: 姓名}\n```\n",
                 "list 单 → measure 让 → 函.问"},
        MarkCase{"let through by name", "```measure 让\non: 人\nvalue: sum(函.问)\n```\n", nullptr},
        MarkCase{"a rule that gives an amount",
                 "```rule T1.R1\nname: 数\nsubject: 人\ntitle: {zh: 数, en: n}\n"
                 "gives: sum(函.问)\n```\n",
                 "rule T1.R1 → 函.问"},
        MarkCase{"a rule that only finds",
                 "```rule T1.R1\nname: 有\nsubject: 人\ntitle: {zh: 有, en: a}\n"
                 "when: sum(函.问) > 0\n```\n",
                 nullptr},
        MarkCase{"a measure of a rule's finding",
                 "```rule T1.R1\nname: 有\nsubject: 人\ntitle: {zh: 有, en: a}\n"
                 "when: sum(函.问) > 0\n```\n"
                 "```measure 乙\non: 人\nvalue: if 有 then 1 else 0\n```\n",
                 "measure 乙 → rule T1.R1 → 函.问"},
        MarkCase{
            "through a decision's cells",
            "```decision 表 unique\n| 甲: number | = 乙 |\n|---|---|\n| - | sum(函.问) |\n```\n"
            "```measure 乙\non: 人\nvalue: 表(1)\n```\n",
            "measure 乙 → decision 表 → 函.问"},
        MarkCase{"a group's condition",
                 "```subject 组\nof: 函\nby: [人]\nwhere: 问 > 1\n```\n"
                 "```measure 乙\non: 组\nvalue: count(members)\n```\n",
                 "measure 乙 → subject 组 → 函.问"}),
    [](const auto& test) { return "row" + std::to_string(test.index); });

// The head's step 立 opens cases, 报 only moves them.
std::string marked_step(const std::string& step) {
  std::string text = kHead;
  const std::string line = "  " + step + ":\n";
  return text.replace(text.find(line), line.size(), line + "    mark: 函数\n");
}

TEST(Marks, OfAStepLieOnTheStateAndTheSteps) {
  const auto ways_of = [](const std::string& head) {
    Diagnostics diagnostics;
    load_packages({{"t/policy.yaml", "prefix: T\ntitle: {zh: 包, en: package}\n"},
                   {"t/clauses/01.md",
                    head + "```guard 不计函数\non: {definition: [measure]}\ncarries: [函数]\n"
                           "message: {zh: 不作指标, en: never a measure}\n```\n"
                           "```measure 甲\non: 人\nvalue: count(案件[办案状态 = \"议\"])\n```\n"
                           "```measure 乙\non: 人\nvalue: count(步[作为 = \"报\"])\n```\n"
                           "```measure 丙\non: 人\nvalue: count(案件[重 = true])\n```\n"}},
                  diagnostics);
    std::vector<std::string> ways;
    for (const Diagnostic& each : diagnostics.all()) {
      ways.push_back(each.message.en.substr(each.message.en.find(": ") + 2));
    }
    return ways;
  };
  EXPECT_TRUE(ways_of(kHead).empty());
  EXPECT_EQ(ways_of(marked_step("报")),
            (std::vector<std::string>{"measure 甲 → 案件.办案状态", "measure 乙 → records of 步"}));
  EXPECT_EQ(ways_of(marked_step("立")),
            (std::vector<std::string>{"measure 甲 → records of 案件", "measure 乙 → records of 步",
                                      "measure 丙 → records of 案件"}));
}

TEST(Placeholders, AreNamesInBraces) {
  EXPECT_EQ(placeholders_in("甲{一}乙{ 二 }丙{}{三\n}四"), (std::vector<std::string>{"一", "二"}));
  EXPECT_EQ(fill_placeholders("{一}、{二}{", [](const std::string& name) { return name + "!"; }),
            "一!、二!{");
}

}  // namespace
}  // namespace dandang::policy
