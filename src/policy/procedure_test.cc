#include <gtest/gtest.h>

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

TEST(Placeholders, AreNamesInBraces) {
  EXPECT_EQ(placeholders_in("甲{一}乙{ 二 }丙{}{三\n}四"), (std::vector<std::string>{"一", "二"}));
  EXPECT_EQ(fill_placeholders("{一}、{二}{", [](const std::string& name) { return name + "!"; }),
            "一!、二!{");
}

}  // namespace
}  // namespace dandang::policy
