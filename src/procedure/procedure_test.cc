#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "evaluation/package_tests.h"
#include "policy/link.h"
#include "procedure/case_book.h"
#include "procedure/case_tests.h"
#include "procedure/step.h"
#include "procedure/tasks.h"
#include "procedure/write_guards.h"

namespace dandang::procedure {
namespace {

using policy::PolicySet;
using testing::HasSubstr;

// The package tests/data/cases/help, with one piece of its text replaced.
PolicySet load(Diagnostics& diagnostics, const std::string& piece = "",
               const std::string& replacement = "") {
  auto files = policy::read_package_files(std::string(DANDANG_SOURCE_DIR) + "/tests/data/cases");
  EXPECT_TRUE(files.has_value());
  for (policy::SourceFile& file : *files) {
    const size_t at = piece.empty() ? std::string::npos : file.content.find(piece);
    if (at != std::string::npos) file.content.replace(at, piece.size(), replacement);
  }
  return policy::load_packages(*files, diagnostics);
}

std::string told(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& one : diagnostics.all()) out += one.to_string(Language::kEnglish) + "\n";
  return out;
}

Date day(const char* text) {
  return *Date::parse_iso(text);
}

TEST(CaseTests, ThePackageForTestsPasses) {
  Diagnostics diagnostics;
  const PolicySet set = load(diagnostics);
  ASSERT_FALSE(diagnostics.has_errors()) << told(diagnostics);
  const auto outcome = run_tests(set, diagnostics);
  EXPECT_EQ(told(diagnostics), "");
  EXPECT_EQ(outcome.failed, 0u);
  EXPECT_EQ(outcome.tests, 4u);
}

TEST(CaseTests, SayWhatFailsAndWhatIsNotTried) {
  struct Case {
    const char* name;
    const char* piece;
    const char* replacement;
    std::vector<const char*> told;  // a part of the message, and its code
  };
  const Case cases[] = {
      {"another refusal than expected",
       "理由: 不合条件}, refused: self}",
       "理由: 不合条件}, refused: by}",
       {"by 拒绝, got self 拒绝", "[test-failed]"}},
      {"refused against expectation",
       "refused: not_before}",
       "state: 待复核}",
       {"expected 可以办, got not_before 拒绝", "not before 2025-03-24"}},
      {"taken against expectation",
       "事由: 失业, 金额: 3000}, state: 待审核}",
       "事由: 失业, 金额: 3000}, refused: by}",
       {"expected by 拒绝, got 可以办"}},
      {"another state",
       "结论: 补正}, state: 待补正}",
       "结论: 补正}, state: 待复核}",
       {"W: expected 待复核, got 待补正"}},
      {"another value",
       "values: {办结日: 2025-03-25}}",
       "values: {办结日: 2025-03-26}}",
       {"办结日: expected 2025-03-26, got 2025-03-25"}},
      {"another placeholder",
       "values: {金额: 60000}}",
       "values: {金额: 1}}",
       {"{金额}: expected 1, got 60000"}},
      {"a step nobody takes",
       "with: {回访情况: 已解困}, state: 已访}",
       "with: {回访情况: \"\"}, refused: form}",
       {"no test takes 回访.访毕", "[step-without-test]"}},
      {"a guard that never refuses",
       "核定金额: 70000}, refused: 不发到单位}",
       "核定金额: 600}}",
       {"no test is refused by the guard 不发到单位", "[guard-without-test]"}},
      {"a condition that never refuses",
       "when: 金额 < 1000000",
       "when: 金额 < 100000000",
       {"no test of 帮扶办理.撤回 is refused by when", "[refusal-without-test]"}},
      {"a finding after the steps",
       "expect: {H1.R1: {甲: met}}",
       "expect: {H1.R1: {甲: not_met}}",
       {"H1.R1 甲: expected not_met, got met"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    Diagnostics diagnostics;
    const PolicySet set = load(diagnostics, c.piece, c.replacement);
    ASSERT_FALSE(diagnostics.has_errors()) << told(diagnostics);
    run_tests(set, diagnostics);
    for (const char* part : c.told) EXPECT_THAT(told(diagnostics), HasSubstr(part));
  }
}

// People of the package's first test with steps, and a case in 待审核 about 甲.
class Steps : public testing::Test {
 protected:
  Steps() : set_(load(diagnostics_)), data_(set_.catalogue) {
    EXPECT_FALSE(diagnostics_.has_errors()) << told(diagnostics_);
    data_ = evaluation::dataset_of(set_, set_.tests[1], set_.tests[1].first, diagnostics_);
  }

  StepRequest request(const char* transition, const char* by, const char* on, Words form = {}) {
    StepRequest out;
    out.procedure = "帮扶办理";
    out.transition = transition;
    const auto person = find_person(data_, by);
    EXPECT_TRUE(person.has_value());
    out.person = *person;
    out.on = day(on);
    out.form = std::move(form);
    if (out.transition != "申请") out.case_key = key_;
    return out;
  }
  StepOutcome take(const StepRequest& asked, const evaluation::Overrides& overrides = {}) {
    auto outcome = take_step(set_, data_, asked, overrides);
    EXPECT_TRUE(outcome.has_value());
    if (outcome->refusals.empty()) data_ = outcome->data;
    return std::move(outcome).value();
  }
  void open() {
    const auto outcome = take(request("申请", "收", "2025-03-01",
                                      {{"申请人", "甲"}, {"事由", "大病"}, {"金额", "2000"}}));
    ASSERT_TRUE(outcome.refusals.empty());
    key_ = outcome.case_key;
  }

  Diagnostics diagnostics_;
  PolicySet set_;
  record::Dataset data_;
  std::string key_;
};

TEST_F(Steps, RefusalsSayWhatAndWhy) {
  open();
  struct Case {
    const char* name;
    StepRequest request;
    std::vector<std::string> told;  // name: message
  };
  StepRequest foreign = request("审核", "审", "2025-03-05", {{"结论", "通过"}});
  foreign.cites = {"H9.R9"};
  StepRequest rows = request("撤回", "甲", "2025-03-05");
  rows.rows = {{"帮扶材料", {{{"材料名", "票据"}}}}};
  const Case cases[] = {
      {"role",
       request("审核", "主", "2025-03-05", {{"结论", "退回"}}),
       {"by: 主 does not act on that day as review"}},
      {"word",
       request("审核", "审", "2025-03-05", {{"结论", "同意"}}),
       {"form: \"同意\" is not a value of \"结论\"; it is one of 通过, 退回, 补正"}},
      {"missing and foreign",
       request("审核", "审", "2025-03-05", {{"事由", "x"}}),
       {"form: \"事由\" is not of this form", "form: \"结论\" is not filled in"}},
      {"money",
       request("申请", "收", "2025-03-05", {{"申请人", "甲"}, {"事由", "大病"}, {"金额", "3.005"}}),
       {"form: \"3.005\" is not a value of \"金额\"; enter one of its type"}},
      {"nobody",
       request("申请", "收", "2025-03-05", {{"申请人", "无"}, {"事由", "大病"}, {"金额", "3"}}),
       {"form: \"申请人\": there is no \"无\" among \"人\""}},
      {"day",
       request("撤回", "甲", "2025-02-28"),
       {"date: the day is before the last step's, 2025-03-01"}},
      {"state",
       request("补正", "甲", "2025-03-05", {{"事由", "大病"}}),
       {"form: at least one row of \"帮扶材料\" is needed",
        "from: the case is in \"to be reviewed\"; this step leaves \"to be completed\""}},
      {"citing another rule",
       foreign,
       {"cites: H9.R9 is not what this step rests on",
        "cites: no finding to rest on: H9.R9; with another reason, fill in \"理由\""}},
      {"rows that are not asked for", rows, {"form: rows of \"帮扶材料\" are not of this form"}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    auto outcome = take_step(set_, data_, c.request);
    ASSERT_TRUE(outcome.has_value());
    std::vector<std::string> lines;
    for (const Refusal& refusal : outcome->refusals) {
      lines.push_back(refusal.name + ": " + refusal.message.en);
      EXPECT_EQ(refusal.clause, "H1");
      EXPECT_NE(refusal.message.zh, "");
    }
    EXPECT_EQ(lines, c.told);
    EXPECT_TRUE(outcome->versions.empty()) << "a refused step writes nothing";
  }
}

TEST_F(Steps, AFormAtFaultDoesNotHideWhatIsRefusedAnyhow) {
  open();
  // 审核 is not 主's to take whatever the form says; the guard hangs on what is not known.
  const auto outcome =
      take(request("审核", "主", "2025-03-05", {{"结论", "同意"}, {"理由", "有"}}));
  std::vector<std::string> names;
  for (const Refusal& refusal : outcome.refusals) names.push_back(refusal.name);
  EXPECT_EQ(names, (std::vector<std::string>{"form", "by"}));
}

TEST_F(Steps, EveryVersionIsBasedOnWhatWasRead) {
  open();
  const auto outcome = take(request("审核", "审", "2025-03-05", {{"结论", "退回"}, {"理由", "x"}}));
  ASSERT_TRUE(outcome.refusals.empty());
  ASSERT_EQ(outcome.versions.size(), 2u);
  EXPECT_EQ(outcome.versions[0].type, "帮扶");
  EXPECT_EQ(outcome.versions[1].type, "步骤记录");
  for (const auto& version : outcome.versions) EXPECT_TRUE(version.based_on.has_value());
  EXPECT_EQ(outcome.from, "待审核");
  EXPECT_EQ(outcome.to, "已退回");
  EXPECT_EQ(outcome.role, "审核");
}

TEST_F(Steps, NumbersAreNotUsedAgain) {
  const auto asked =
      request("申请", "收", "2025-03-01", {{"申请人", "甲"}, {"事由", "大病"}, {"金额", "2000"}});
  const auto once_known = [](const std::string& type, const std::string& key) -> Result<bool> {
    return type == "帮扶" && key == "帮2025-0001";
  };
  auto outcome = take_step(set_, data_, asked, {}, once_known);
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->case_key, "帮2025-0002");
  outcome = take_step(set_, outcome->data, asked);
  EXPECT_EQ(outcome->case_key, "帮2025-0003");
  StepRequest next_year = asked;
  next_year.on = day("2026-01-05");
  outcome = take_step(set_, outcome->data, next_year);
  EXPECT_EQ(outcome->case_key, "帮2026-0001");
}

TEST_F(Steps, BoundsAreErrors) {
  auto large = request("申请", "收", "2025-03-01", {{"事由", std::string(kMaxFormBytes, 'x')}});
  EXPECT_EQ(take_step(set_, data_, large).error().code, ErrorCode::kLimit);
  auto many = request("申请", "收", "2025-03-01");
  many.rows = {{"帮扶材料", std::vector<Words>(kMaxRows + 1)}};
  EXPECT_EQ(take_step(set_, data_, many).error().code, ErrorCode::kLimit);
  auto unknown = request("申请", "收", "2025-03-01");
  unknown.transition = "申清";
  EXPECT_THAT(take_step(set_, data_, unknown).error().to_string(Language::kChinese),
              HasSubstr("是不是 申请？"));
}

// The task of the case on the day, told in a line.
std::string task_on(const PolicySet& set, const record::Dataset& data, const char* on,
                    const evaluation::Overrides& overrides, const TaskOptions& options = {}) {
  evaluation::Model model(set, data, day(on), overrides);
  const CaseBook book(set, data);
  std::string out;
  for (const Task& task : tasks(model, book, options)) {
    out += task.transition->name + " " + std::to_string(task.age.value_or(-1));
    for (const size_t person : task.persons) {
      const auto type = *data.catalogue().type_index("人");
      out +=
          " " + model.name_of({&model, static_cast<uint32_t>(type), static_cast<uint32_t>(person)});
    }
    if (task.due) out += " due " + task.due->to_string();
    if (task.overdue) out += " overdue";
    if (task.not_configured) out += " not configured";
    for (const std::string& role : task.escalated_to) out += " told " + role;
    if (task.second_person) out += " second";
    out += "\n";
  }
  return out;
}

TEST_F(Steps, TasksAreAwaitedStepsWithWhoAndByWhen) {
  open();
  evaluation::Overrides ten;
  ten.parameters["审核天数"] = "10";
  EXPECT_EQ(task_on(set_, data_, "2025-02-28", ten), "") << "it was not open then";
  EXPECT_EQ(task_on(set_, data_, "2025-03-11", ten), "审核 10 审 due 2025-03-11\n");
  EXPECT_EQ(task_on(set_, data_, "2025-03-12", ten), "审核 11 审 due 2025-03-11 overdue\n");
  EXPECT_EQ(task_on(set_, data_, "2025-03-22", ten),
            "审核 21 审 due 2025-03-11 overdue told 主管\n");
  EXPECT_EQ(task_on(set_, data_, "2025-03-12", {}), "审核 11 审 not configured\n")
      << "without a term nothing is overdue";
  TaskOptions only;
  only.person = *find_person(data_, "收");
  EXPECT_EQ(task_on(set_, data_, "2025-03-12", ten, only), "");
  only.person = *find_person(data_, "审");
  EXPECT_NE(task_on(set_, data_, "2025-03-12", ten, only), "");

  take(request("审核", "审", "2025-03-12", {{"结论", "通过"}}));
  EXPECT_EQ(task_on(set_, data_, "2025-03-13", ten), "") << "not before the 15th";
  EXPECT_EQ(task_on(set_, data_, "2025-03-15", ten), "复核 3 主 副\n");
  take(request("复核", "主", "2025-03-15", {{"核定金额", "1500"}}));
  EXPECT_EQ(task_on(set_, data_, "2025-03-15", ten), "复核 3 副 second\n");
  // As of a day in the past the case stands as it stood.
  EXPECT_EQ(task_on(set_, data_, "2025-03-11", ten), "审核 10 审 due 2025-03-11\n");
}

TEST_F(Steps, AFindingProposesWhatIsNotOpenYet) {
  const auto proposed = [&] {
    evaluation::Run run(set_, data_, day("2025-03-02"));
    const CaseBook book(set_, data_);
    std::string out;
    for (const Proposal& one : proposals(run, book)) {
      out += one.rule->id + " " + one.procedure->name + " " + run.model().name_of(one.subject);
    }
    return out;
  };
  EXPECT_EQ(proposed(), "H1.R1 帮扶办理 甲");
  open();
  EXPECT_EQ(proposed(), "");
}

TEST_F(Steps, GuardsOnRecordsReadTheRowsOwnCells) {
  evaluation::Model model(set_, data_, day("2025-03-01"));
  WriteGuards guards(model);
  const record::RecordType& type = *set_.catalogue->find_type("帮扶发放");
  EXPECT_TRUE(guards.guards("帮扶发放"));
  EXPECT_FALSE(guards.guards("帮扶"));
  std::vector<Cell> cells{std::string("a"), int64_t{2025}, int64_t{100}, std::string("个人")};
  EXPECT_TRUE(guards.check(type, cells, day("2025-03-01")).empty());
  cells[3] = std::string("单位");
  const auto refusals = guards.check(type, cells, day("2025-03-01"));
  ASSERT_EQ(refusals.size(), 1u);
  EXPECT_EQ(refusals[0].name, "不发到单位");
  EXPECT_EQ(refusals[0].field, "收款户名");
  cells[3] = Cell();
  EXPECT_EQ(guards.check(type, cells, day("2025-03-01")).size(), 1u) << "unknown refuses";
}

}  // namespace
}  // namespace dandang::procedure
