#include "evaluation/work_calendar.h"

#include <gtest/gtest.h>

#include <set>

#include "evaluation/package_tests.h"
#include "evaluation/test_findings.h"
#include "policy/link.h"

namespace dandang::evaluation {
namespace {

using feel::Value;
using policy::WorkFunction;

// Part of what the State Council's office announced for 2025, and one day of the list of 2026,
// which is otherwise not there. Of 2023 and 2024 the lists are there and name no day.
const char* kText = R"(---
clause: T1
title: {zh: 试, en: trial}
---
```record 人
key: [身份证号]
named_by: 姓名
fields:
  身份证号: {type: identity number, required: true}
  姓名: {type: name, required: true}
  收到: {type: day}
  办结: {type: day}
```
```record 放假
key: [日]
valid: {year: 年度}
fields:
  年度: {type: year, required: true}
  日: {type: day, required: true}
  类: {type: 休|班, required: true}
absence: {none: [年度]}
```
```calendar 工作日
over: 放假
day: 日
kind: 类
off: 休
on: 班
```
```rule T1.R1
name: 按期
subject: 人
title: {zh: 五个工作日内办结, en: Closed within five working days}
when: 办结 <= 工作日后(收到, 5) and 是工作日(收到) and 工作日数(收到, 办结) <= 5 and 工作日顺延(收到) = 收到
```
```test
title: 国庆假期不算，调休的周末算；没有录入的年份说出来
as_of: 2025-12-31
given:
  人: |
    姓名 | 收到 | 办结
    甲 | 2025-09-30 | 2025-10-14
    乙 | 2025-09-30 | 2025-10-15
    丙 | 2025-12-30 | 2025-12-31
  放假: |
    年度 | 日 | 类
    2025 | 2025-01-01 | 休
    2025 | 2025-09-28 | 班
    2025 | 2025-10-01 | 休
    2025 | 2025-10-02 | 休
    2025 | 2025-10-03 | 休
    2025 | 2025-10-04 | 休
    2025 | 2025-10-05 | 休
    2025 | 2025-10-06 | 休
    2025 | 2025-10-07 | 休
    2025 | 2025-10-08 | 休
    2025 | 2025-10-11 | 班
    2026 | 2026-01-04 | 班
coverage: {人: [], 放假: [2023, 2024, 2025]}
expect:
  T1.R1: {甲: met, 乙: not_met, 丙: insufficient}
missing:
  T1.R1: {丙: [放假 2026]}
```
)";

policy::PolicySet load() {
  Diagnostics diagnostics;
  policy::PolicySet set =
      policy::load_packages({{"t/policy.yaml", "prefix: T\nclauses: 1\ntitle: {zh: 试, en: t}\n"},
                             {"t/clauses/01.md", kText}},
                            diagnostics);
  for (const Diagnostic& each : diagnostics.all()) {
    ADD_FAILURE() << each.to_string(Language::kEnglish);
  }
  return set;
}

record::Dataset given(const policy::PolicySet& set) {
  Diagnostics diagnostics;
  return dataset_of(set, set.tests[0], set.tests[0].first, diagnostics);
}

Value day(const char* text) {
  return *Date::parse_iso(text);
}

struct WorkCase {
  WorkFunction function;
  std::vector<Value> arguments;
  const char* answer;  // "?KEY": unknown, with this key of the missing record
};

std::string answer_text(const Value& value) {
  if (!value.is_unknown()) return value.to_string();
  std::string out = "?";
  for (const feel::Cause& cause : value.causes()->items) {
    out +=
        (out.size() > 1 ? " " : "") +
        (cause.kind == feel::Cause::Kind::kOther ? cause.note.en : cause.record + " " + cause.key);
  }
  return out;
}

TEST(WorkDays, FollowTheListsAndTellTheYearThatIsMissing) {
  const policy::PolicySet set = load();
  const record::Dataset data = given(set);
  const WorkDays days(data, set.calendars[0]);
  const auto is = WorkFunction::kIsWorked;
  const auto after = WorkFunction::kAfter;
  const auto count = WorkFunction::kCount;
  const auto put_off = WorkFunction::kPutOff;
  const char* kTooLong = "?working days are counted over at most 10000 days";
  const WorkCase cases[] = {
      {is, {day("2025-01-01")}, "false"},
      {is, {day("2025-01-02")}, "true"},
      {is, {day("2025-09-27")}, "false"},  // a Saturday like any
      {is, {day("2025-09-28")}, "true"},   // a Sunday worked
      {is, {day("2025-10-08")}, "false"},  // a Wednesday off
      {is, {day("2025-10-11")}, "true"},   // a Saturday worked
      {is, {day("2026-01-01")}, "?放假 2026"},
      {is, {day("2026-01-04")}, "true"},  // named, though its year's list is not there
      {after, {day("2024-12-31"), 1}, "2025-01-02"},
      {after, {day("2025-09-26"), 1}, "2025-09-28"},
      {after, {day("2025-09-30"), 1}, "2025-10-09"},
      {after, {day("2025-09-30"), 3}, "2025-10-11"},
      {after, {day("2025-09-30"), 4}, "2025-10-13"},
      {after, {day("2025-10-01"), 0}, "2025-10-01"},
      {after, {day("2025-10-09"), -1}, "2025-09-30"},
      {after, {day("2025-12-30"), 1}, "2025-12-31"},
      {after, {day("2025-12-31"), 1}, "?放假 2026"},
      {after, {day("2023-01-02"), -2}, "?放假 2022"},
      {after, {day("2024-02-28"), 1}, "2024-02-29"},
      {after, {day("2024-02-28"), 2}, "2024-03-01"},
      {after, {day("2023-02-28"), 1}, "2023-03-01"},
      {after, {day("2025-04-30"), 1}, "2025-05-01"},
      {after, {day("2025-01-02"), 10'001}, kTooLong},
      {after, {day("2025-01-02"), *Decimal::parse("0.5")}, "null"},
      {count, {day("2025-09-30"), day("2025-10-11")}, "3"},
      {count, {day("2025-10-11"), day("2025-09-30")}, "-3"},
      {count, {day("2025-10-01"), day("2025-10-01")}, "0"},
      {count, {day("2024-01-31"), day("2024-02-29")}, "21"},
      {count, {day("2022-12-30"), day("2026-01-02")}, "?放假 2022 放假 2026"},
      {count, {day("2000-01-01"), day("2030-01-01")}, kTooLong},
      {put_off, {day("2025-10-01")}, "2025-10-09"},
      {put_off, {day("2025-10-11")}, "2025-10-11"},
      {put_off, {day("2025-10-12")}, "2025-10-13"},
      {put_off, {day("2026-01-01")}, "?放假 2026"},
      {put_off, {Value()}, "null"},
      {after,
       {Value::unknown(feel::Cause{feel::Cause::Kind::kFact, "人", "", "甲", {}}), 1},
       "?人 甲"},
  };
  int row = 0;
  for (const WorkCase& c : cases) {
    EXPECT_EQ(answer_text(days.call(c.function, c.arguments, [](uint32_t) {})), c.answer)
        << "row " << row;
    ++row;
  }
}

TEST(WorkDays, NameTheRowsTheAnswerRestsOn) {
  const policy::PolicySet set = load();
  const record::Dataset data = given(set);
  const WorkDays days(data, set.calendars[0]);
  std::set<std::string> used;
  const record::Table& table = *data.find_table("放假");
  days.call(WorkFunction::kAfter, {day("2025-09-27"), 1},
            [&](uint32_t row) { used.emplace(table.key(row)); });
  EXPECT_EQ(used, std::set<std::string>{"2025-09-28"});
}

TEST(WorkDays, AreTheSameInRulesByColumnsAndByRows) {
  const policy::PolicySet set = load();
  Diagnostics diagnostics;
  const TestOutcome outcome = run_package_tests(set, diagnostics);
  for (const Diagnostic& each : diagnostics.all()) {
    ADD_FAILURE() << each.to_string(Language::kEnglish);
  }
  EXPECT_EQ(outcome.failed, 0u);
  const auto difference =
      first_difference(set, given(set), *Date::parse_iso("2025-12-31"), Overrides{});
  EXPECT_FALSE(difference.has_value()) << difference->text;
}

}  // namespace
}  // namespace dandang::evaluation
