#include <gtest/gtest.h>

#include "evaluation/package_tests.h"
#include "policy/link.h"

namespace dandang::evaluation {
namespace {

// A duty with an excuse and a due date, judged for people of whom more or less is known.
const char* kClause = R"(---
clause: T1
title: {zh: 职责, en: duty}
---
```record 人
key: [身份证号]
named_by: 姓名
fields:
  身份证号: {type: identity number, required: true}
  姓名: {type: name}
  已办: {type: flag, blank: unknown}
  放弃: {type: flag, blank: unknown}
```
```parameter
期限: {type: date, unit: 日期, source: local}
```
```duty T1.R1
name: 办理
owes: 单位
to: 人
force: must
title: {zh: 办理, en: do it}
due: 期限
done: 已办
excused: 放弃
```
```test
title: 办了、放弃了、没办、不知道放弃没有
as_of: 2026-06-30
parameters: {期限: 2026-06-29}
given:
  人: |
    姓名 | 已办  | 放弃
    甲   | true  | false
    乙   | false | true
    丙   | false | false
    丁   | false |
    戊   | true  |
    己   |       | false
expect:
  T1.R1: {甲: met, 乙: met, 丙: not_met, 丁: insufficient, 戊: met, 己: insufficient}
also:
  - parameters: {期限: 2026-06-30}
    expect:
      T1.R1: {甲: met, 丙: pending, 丁: pending}
  - parameters: {期限: unset}
    expect:
      T1.R1: {甲: met, 丙: not_configured, 丁: not_configured}
```
)";

TEST(Duty, IsOpenOnlyIfNeitherDoneNorExcusedAndPastItsDate) {
  Diagnostics diagnostics;
  const policy::PolicySet set =
      policy::load_packages({{"t/policy.yaml", "prefix: T\ntitle: {zh: 包, en: package}\n"},
                             {"t/clauses/01.md", kClause}},
                            diagnostics);
  const TestOutcome outcome = run_package_tests(set, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    ADD_FAILURE() << diagnostic.to_string(Language::kEnglish);
  }
  EXPECT_EQ(outcome.expectations, 12u);
}

TEST(PackageTests, AWrongExpectationFails) {
  std::string wrong = kClause;
  wrong.replace(wrong.find("丙: not_met"), std::string("丙: not_met").size(), "丙: met");
  Diagnostics diagnostics;
  const policy::PolicySet set = policy::load_packages(
      {{"t/policy.yaml", "prefix: T\ntitle: {zh: 包, en: package}\n"}, {"t/clauses/01.md", wrong}},
      diagnostics);
  EXPECT_EQ(run_package_tests(set, diagnostics).failed, 1u);
}

}  // namespace
}  // namespace dandang::evaluation
