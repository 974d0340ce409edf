// The eight scenarios by which the program is accepted, each from its import to its last record, by
// the command alone and with the packages of the project.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <regex>
#include <source_location>

#include "base/text.h"
#include "office.h"

namespace dandang::tests {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

using Names = std::vector<std::string>;

// Those who act, as the county keeps them.
const char* const kUnits =
    "单位名称 | 单位类别\n"
    "云岫县委 | 党委\n"
    "云岫县委组织部 | 党委部门\n"
    "桐坞镇 | 乡镇\n"
    "岚溪镇 | 乡镇\n"
    "松坪镇 | 乡镇\n"
    "水利局 | 县直部门\n";
const char* const kGrants =
    "身份证号 | 办事角色 | 授权单位 | 授权起始日期\n"
    "纪一 | 纪检监察机关 | 云岫县委 | 2020-01-01\n"
    "纪二 | 纪检监察机关 | 云岫县委 | 2020-01-01\n"
    "组一 | 组织部门 | 云岫县委 | 2020-01-01\n"
    "组二 | 组织部门 | 云岫县委 | 2020-01-01\n"
    "常一 | 党委 | 云岫县委 | 2020-01-01\n"
    "部长 | 单位负责人 | 云岫县委组织部 | 2020-01-01\n"
    "信一 | 信访受理 | 云岫县委 | 2020-01-01\n"
    "上一 | 上级机关 |  | 2020-01-01\n";
// 性别 and 出生年月 follow from the invented numbers; they are left out.
std::string roster(const std::string& more) {
  std::string out = "姓名 | 身份证号 | 干部主管机关 | 单位 | 职务 | 任现职时间\n";
  for (const char* name : {"纪一", "纪二", "组一", "组二", "常一", "部长", "信一", "上一"}) {
    out += std::string(name) + " | " + name + " | 云岫县委 | 云岫县委 | 干部 | 2019-01-01\n";
  }
  return out + more;
}

const SheetText kSixFactors{"六项分析",
                            "因素 | 说明 | 评价\n"
                            "动机态度 | 为早日通水 | 有利\n"
                            "客观条件 | 地质有变 | 有利\n"
                            "程序方法 | 开过会 | 中性\n"
                            "性质程度 | 轻微 | 有利\n"
                            "后果影响 | 工期推迟 | 中性\n"
                            "挽回损失 | 全部挽回 | 有利\n"};
const Names kAnalysis{"情境=急难险重任务", "行为=先行先试", "原因=事出紧急",
                      "后果=未实现预期",   "明知故犯=否",   "不担当慢作为乱作为=否",
                      "明令禁止后仍为=否", "谋取私利=否",   "涉嫌犯罪=否"};
const Names kOpinion{
    "问责查核方式=调查核实", "问责审批机关=云岫县委", "问责规定依据=问责条例第七条",
    "问责处理程序=集体研究", "问责集体=否",           "问责本人过错=是"};

// What is told of one and not of the other, or otherwise.
Names differing(const std::map<std::string, std::string>& before,
                const std::map<std::string, std::string>& after) {
  Names out;
  for (const auto& [what, was] : before) {
    const auto now = after.find(what);
    if (now == after.end() || now->second != was) {
      out.push_back(what + ": " + was + ", now " + (now == after.end() ? "none" : now->second));
    }
  }
  for (const auto& [what, now] : after) {
    if (!before.contains(what)) out.push_back(what + ": none, now " + now);
  }
  return out;
}

// Registers nobody stands in yet: sent in empty, they say so.
const SheetText kNoSanctions{"处分台账", "身份证号 | 种类 | 生效时间\n"};
const SheetText kNoMeasures{"监督处置", "处置编号 | 身份证号 | 处置措施 | 处置日期\n"};
const SheetText kNoInaction{"不担当认定",
                            "认定编号 | 身份证号 | 认定来源 | 不担当表现 | 认定时间\n"};

// Three excellent years, and points near the front twice among five.
std::string grades(const std::string& name, int first) {
  std::string out;
  for (int year = first; year < first + 3; ++year) {
    out +=
        name + " | " + std::to_string(year) + " | 优秀 | " + std::to_string(year + 1) + "-03-20\n";
  }
  return out;
}
const std::string kGradeHeadings = "身份证号 | 年度 | 等次 | 确定时间\n";

Names with(Names words, const Names& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

// The step was taken and led to that state; the caller's line is told where not.
Step reached(const Step& step, const std::string& state,
             const std::source_location& where = std::source_location::current()) {
  if (!step.taken || step.to != state) {
    ADD_FAILURE_AT(where.file_name(), static_cast<int>(where.line()))
        << "not taken to " << state << " but \"" << step.to
        << "\", refused by: " << testing::PrintToString(step.refusals);
  }
  return step;
}

// A failed pilot: accountability is opened and the review with it; six factors; exempted; the
// correction done. He stands on the next list of those put first, and nothing is held against him.
TEST(Scenarios, OneTheExemptedInnovatorKeepsHisPlace) {
  Office office;
  office.import("名册", "2024-12-31",
                {{"单位名册", kUnits},
                 {"干部花名册", roster("王拓 | 王拓 | 云岫县委 | 水利局 | 副局长 | 2021-03-01\n")},
                 {"岗位授权", kGrants},
                 {"表彰奖励",
                  "身份证号 | 表彰名称 | 级别 | 表彰时间\n"
                  "王拓 | 抗旱先进个人 | 市厅级 | 2022-05-01\n"},
                 {"年度考核结果", kGradeHeadings + grades("王拓", 2022)},
                 {"追赶超越积分",
                  "身份证号 | 年度 | 比较组 | 积分\n"
                  "王拓 | 2023 | 县直 | 91\n组一 | 2023 | 县直 | 80\n"
                  "王拓 | 2024 | 县直 | 92\n组一 | 2024 | 县直 | 81\n"},
                 {"纪检意见",
                  "身份证号 | 意见时间 | 正在审查调查\n"
                  "王拓 | 2025-02-20 | 否\n"},
                 {"人选移出", "身份证号 | 移出时间 | 移出原因 | 移出理由\n"},
                 kNoSanctions,
                 kNoMeasures,
                 kNoInaction});
  office.set_standards({"积分靠前比例=0.5", "积分比较组最小人数=2", "纠错天数=90"}, "2023-01-01");
  EXPECT_THAT(office.listed("优先人选", "2025-03-21"), Contains("placed 王拓"));

  const Step opened =
      office.open("纪一", "2025-03-25", "问责",
                  {"干部=" + office.number_of("王拓"), "事实编号=事一", "承办机关=县纪委",
                   "问责承办人=" + office.number_of("纪一"), "问责启动情形=改革试点未达预期"});
  reached(opened, "调查中");
  ASSERT_EQ(opened.opened.count("容错评审"), 1U);
  const std::string w = "问责/" + opened.number;
  const std::string r = "容错评审/" + opened.opened.at("容错评审");

  // Five factors are not six.
  SheetText five = kSixFactors;
  five.rows = five.rows.substr(0, five.rows.rfind("挽回损失"));
  EXPECT_THAT(
      office
          .act("纪一", "2025-04-01", r, "提交分析", with(kAnalysis, {"--form", office.form(five)}))
          .refusals,
      ElementsAre("六项齐全"));
  reached(office.act("纪一", "2025-04-01", r, "提交分析",
                     with(kAnalysis, {"--form", office.form(kSixFactors)})),
          "待评审");
  reached(office.act("常一", "2025-04-10", r, "评审结论",
                     {"结论=免于", "引用情形=宁强办法第十条", "结论依据=问责条例第十七条",
                      "决定人须回避=否"}),
          "待纠错");
  reached(office.act("纪一", "2025-04-11", w, "提出意见", kOpinion), "待决定");
  EXPECT_THAT(
      office.act("常一", "2025-04-15", w, "决定", {"决定结果=诫勉", "问责处分种类=诫勉"}).refusals,
      ElementsAre("决定与容错结论不一"));
  reached(office.act("常一", "2025-04-15", w, "决定", {"决定结果=免于问责处分"}), "已决定");
  reached(office.act("纪一", "2025-04-16", w, "送达办结"), "问责已办结");
  reached(office.act("王拓", "2025-05-06", r, "报告纠错",
                     {"纠错措施=重新勘测", "纠错完成时间=2025-05-05", "汲取教训=先勘后建"}),
          "待核验");
  reached(office.act("纪二", "2025-05-08", r, "办结"), "评审已办结");

  const auto found = office.evaluated("2025-06-30", {"N4.R2", "N4.R8", "N12.R1", "N12.R2"});
  EXPECT_EQ(found.at("N4.R2 王拓"), "met");
  EXPECT_EQ(found.at("N4.R8 王拓"), "not_met");
  const std::string number = opened.opened.at("容错评审");
  EXPECT_EQ(found.at("N12.R1 " + number), "met");
  EXPECT_EQ(found.at("N12.R2 " + number), "not_met");
  EXPECT_THAT(office.listed("优先人选", "2025-06-30"), Contains("placed 王拓"));
  // Nothing was entered against him.
  office.say({"history", office.data(), "监督处置", opened.number}, 2);
  EXPECT_THAT(office.say({"case", "show", office.data(), r, "--as-of", "2025-06-30"}),
              AllOf(HasSubstr("评审已办结"), HasSubstr("先勘后建"), HasSubstr("核验人: 纪二")));
}

// Scenarios two and eight. 记过 with a mitigating finding: held back to the last day of its period,
// open to use on the day after; and a day of the past is told alike whatever was entered since.
TEST(Scenarios, TwoAndEightTheMitigatedOfficialReturnsAndThePastIsReplayed) {
  Office office;
  office.import("名册", "2022-12-31",
                {{"单位名册", kUnits},
                 {"干部花名册", roster("李缓 | 李缓 | 云岫县委 | 岚溪镇 | 副镇长 | 2019-03-01\n")},
                 {"岗位授权", kGrants},
                 {"表彰奖励",
                  "身份证号 | 表彰名称 | 级别 | 表彰时间\n"
                  "李缓 | 抗旱先进个人 | 市厅级 | 2021-05-01\n"},
                 {"年度考核结果", kGradeHeadings + grades("李缓", 2020)},
                 {"纪检意见",
                  "身份证号 | 意见时间 | 正在审查调查\n"
                  "李缓 | 2023-06-01 | 否\n"},
                 {"处分台账",
                  "身份证号 | 处分种类 | 生效时间 | 容错认定 | 登记时间\n"
                  "李缓 | 记过 | 2023-05-10 | 减轻 | 2023-05-10\n"},
                 {"追赶超越积分",
                  "身份证号 | 年度 | 比较组 | 积分\n"
                  "李缓 | 2021 | 镇街 | 91\n李缓 | 2022 | 镇街 | 92\n"}});
  office.set_standards({"积分靠前比例=1", "积分比较组最小人数=1"}, "2020-01-01");
  // On that day: held back by the sanction, and by nothing else.
  const std::string on_that_day = office.all_findings("2024-01-01");
  const Names list_on_that_day = office.listed("优先人选", "2024-01-01");
  EXPECT_THAT(list_on_that_day, Contains("held 李缓 N4.R8"));
  const std::string then = office.settle();

  // What came later: the three distinctions, judged by both offices before the period ends, and how
  // he did, written at its end. The register of 2023 is sent in again with the columns filled in.
  office.import("处分二", "2024-05-08",
                {{"处分台账",
                  "身份证号 | 处分种类 | 生效时间 | 容错认定 | 问题性质 | 动机 | 四种形态 | "
                  "现实表现 | 符合任职条件 | 登记时间 | 三项区分判定时间\n"
                  "李缓 | 记过 | 2023-05-10 | 减轻 | 工作原因 | 客观 | 第一种 | 突出 | 是 | "
                  "2023-05-10 | 2024-04-01\n"},
                 {"年度考核结果", kGradeHeadings + "李缓 | 2023 | 优秀 | 2024-03-20\n"},
                 {"追赶超越积分", "身份证号 | 年度 | 比较组 | 积分\n李缓 | 2023 | 镇街 | 93\n"}});
  auto found = office.evaluated("2024-05-10", {"N4.R2", "N4.R8", "N12.R3", "S17.R1"});
  EXPECT_EQ(found.at("N4.R8 李缓"), "met");
  EXPECT_EQ(found.at("N12.R3 李缓"), "not_met");
  EXPECT_EQ(found.at("S17.R1 李缓"), "not_met");
  EXPECT_THAT(office.listed("优先人选", "2024-05-10"), Contains("held 李缓 N4.R8"));
  const std::vector<std::string> proposal{"干部=" + office.number_of("李缓"),
                                          "建议使用理由=表现突出", "--cite", "S17.R1"};
  EXPECT_THAT(office.open("组一", "2024-05-10", "期满使用", proposal).refusals,
              ElementsAre("cites", "影响期未满不使用"));

  found = office.evaluated("2024-05-11", {"N4.R2", "N4.R8", "N12.R3", "S17.R1", "S17.R2"});
  EXPECT_EQ(found.at("N4.R2 李缓"), "met");
  EXPECT_EQ(found.at("N4.R8 李缓"), "not_met");
  EXPECT_EQ(found.at("N12.R3 李缓"), "met");
  EXPECT_EQ(found.at("S17.R1 李缓"), "met");
  EXPECT_EQ(found.at("S17.R2 李缓"), "met");
  EXPECT_THAT(office.listed("优先人选", "2024-05-11"), Contains("placed 李缓"));
  const Step used = reached(office.open("组一", "2024-05-11", "期满使用", proposal), "待会商");
  reached(office.act("纪一", "2024-05-15", used.number, "会商", {"纪检会商意见=同意"}), "待决定");
  reached(office.act("常一", "2024-05-20", used.number, "决定使用",
                     {"使用决定=合理使用", "使用决定理由=符合条件"}),
          "已决定");
  EXPECT_THAT(office.say({"case", "show", office.data(), used.number, "--as-of", "2024-05-20"}),
              HasSubstr("使用决定: 合理使用"));

  // Scenario eight. As known then, every finding is word for word what it was on that day; as known
  // now, the verdicts of that day stand, for what came later only filled in what was not asked
  // then.
  EXPECT_EQ(office.all_findings("2024-01-01", then), on_that_day);
  EXPECT_EQ(office.listed("优先人选", "2024-01-01", then), list_on_that_day);
  EXPECT_THAT(
      differing(office.evaluated("2024-01-01", {}, then), office.evaluated("2024-01-01", {})),
      ElementsAre("S16.R1b 工作原因: none, now 1"));
  EXPECT_EQ(office.listed("优先人选", "2024-01-01"), list_on_that_day);
  EXPECT_THAT(
      office.say({"history", office.data(), "处分", office.number_of("李缓") + "/记过/2023-05-10"}),
      HasSubstr("区分判定时间: （空） → 2024-04-01"));
}

// Last of eighteen two years running: a verification by N5.R2, the official heard, moved. A review
// is asked for on the 29th day after the decision was served, and refused on the 31st.
TEST(Scenarios, ThreeTwoYearsLastAndTheTermForAReview) {
  Office office;
  const char* const ranking =
      "重点工作事项 | 年度 | 范围 | 单位 | 名次 | 参评单位数 | 责任人身份证号\n"
      "茶园改造 | %Y | 全县 | 岚溪镇 | 18 | 18 | 陈末\n"
      "茶园改造 | %Y | 全县 | 松坪镇 | 17 | 18 | 吴次\n";
  const auto ranking_of = [&](const std::string& year) {
    return std::regex_replace(std::string(ranking), std::regex("%Y"), year);
  };
  office.import("名册", "2024-12-31",
                {{"单位名册", kUnits},
                 {"干部花名册", roster("陈末 | 陈末 | 云岫县委 | 岚溪镇 | 镇长 | 2020-01-01\n"
                                       "吴次 | 吴次 | 云岫县委 | 松坪镇 | 镇长 | 2020-01-01\n")},
                 {"岗位授权", kGrants},
                 {"年度考核结果", kGradeHeadings + "陈末 | 2024 | 称职 | 2025-03-20\n"},
                 {"容错案件", "容错编号 | 身份证号 | 容错受理时间\n"}});
  office.import("排名二〇二三", "2023-12-31", {{"重点工作排名", ranking_of("2023")}});
  const std::vector<std::string> trigger{"干部=" + office.number_of("陈末"), "触发事由=连年末位",
                                         "触发情形=茶园改造连续两年末位", "--cite", "N5.R2"};
  // One year is not two: the ranking of 2024 has not come in.
  EXPECT_THAT(office.open("组一", "2025-06-30", "县办法触发核实", trigger).refusals,
              ElementsAre("cites"));
  office.import("排名二〇二四", "2024-12-31", {{"重点工作排名", ranking_of("2024")}});
  const auto found = office.evaluated("2025-07-01", {"N5.R2"});
  EXPECT_EQ(found.at("N5.R2 陈末"), "met");
  EXPECT_EQ(found.at("N5.R2 吴次"), "not_met");
  EXPECT_THAT(
      office.say({"case", "tasks", office.data(), "--as-of", "2025-07-01"}),
      AllOf(HasSubstr("县办法触发核实  陈末  N5.R2"), Not(HasSubstr("县办法触发核实  吴次"))));

  // The trigger, and on the same day the verification: without a finding cited there is none.
  const Names start{"干部=" + office.number_of("陈末"), "核实事由=连年末位",
                    "启动情形=茶园改造连续两年末位"};
  EXPECT_THAT(office.open("组一", "2025-07-01", "调整核实", start).refusals,
              ElementsAre("启动要有认定"));
  reached(office.open("组一", "2025-07-01", "县办法触发核实", trigger), "已触发");
  const Step opened = reached(office.open("组一", "2025-07-01", "调整核实", start), "待核实");
  const std::string k = "调整核实/" + opened.number;
  // Nobody decides before he was heard.
  EXPECT_THAT(office.act("常一", "2025-07-02", k, "决定").refusals, Contains("from"));
  reached(office.act("组一", "2025-07-08", k, "听取意见", {"核实结论=属实", "本人意见=有异议"}),
          "待提请");
  reached(office.act("组一", "2025-07-10", k, "提请", {"建议结果=调整", "建议理由=连续末位"}),
          "待决定");
  reached(office.act("常一", "2025-07-20", k, "决定",
                     {"调整结果=调整", "决定机关=云岫县委", "决定文号=某组干〔2025〕8号",
                      "认定有过错=否"}),
          "待登记");
  reached(office.act("组一", "2025-07-21", k, "登记送达",
                     {"送达时间=2025-07-21", "免职生效日期=2025-07-21"}),
          "已送达");

  // Served on 21 July: 19 August is the 29th day after, 20 August the 30th and last, 21 August the
  // 31st. What is refused, or only tried, writes nothing, so all are asked of the same case.
  EXPECT_THAT(office.act("陈末", "2025-08-21", k, "申请复核").refusals, ElementsAre("until"));
  EXPECT_THAT(office.act("陈末", "2025-08-21", k, "直接申诉").refusals, ElementsAre("until"));
  EXPECT_TRUE(office.act("陈末", "2025-08-20", k, "申请复核", {"--dry-run"}).taken);
  reached(office.act("陈末", "2025-08-19", k, "申请复核"), "复核中");
  reached(
      office.act("常一", "2025-09-10", k, "复核决定", {"复核结果=维持", "复核送达时间=2025-09-10"}),
      "已复核");
  EXPECT_THAT(office.act("组一", "2025-09-25", k, "复核后办结").refusals,
              ElementsAre("not_before"));
  reached(office.act("组一", "2025-09-26", k, "复核后办结"), "已办结");

  // The last records: the case, and the posting that ended with the decision.
  EXPECT_THAT(office.say({"case", "show", office.data(), k, "--as-of", "2025-09-26"}),
              AllOf(HasSubstr("已办结"), HasSubstr("调整结果: 调整"), HasSubstr("2025-08-19")));
  EXPECT_THAT(
      office.say({"history", office.data(), "任职", office.number_of("陈末") + "/2020-01-01"}),
      HasSubstr("免职时间: （空） → 2025-07-21"));
}

// The draft that counts inquiries, beside the project's packages: named with the way the mark came.
void expect_inquiry_measures_refused(Office& office) {
  const fs::path packages = office.file("packages");
  const auto all = fs::copy_options::recursive;
  fs::copy(fs::path(DANDANG_SOURCE_DIR) / "policies", packages, all);
  fs::copy(fs::path(DANDANG_SOURCE_DIR) / "tests/data/inquiry-count-draft",
           packages / "inquiry-count-draft", all);
  const auto checked = run_dandang({"policy", "check", packages.string()});
  EXPECT_EQ(checked.code, 1) << checked.out;
  const std::string said = checked.out + checked.err;
  for (const char* path :
       {"“函询数量”：度量 监督动作 → 函询的记录 [carries-mark]",
        "“函询数量”：度量 监督力度 → 函询的记录 [carries-mark]",
        "“函询数量”：度量 力度换名 → 度量 监督力度 → 函询的记录 [carries-mark]",
        "“函询数量”：度量 函询处置数 → 监督处置.处置措施 [carries-mark]",
        "“函询数量”：度量 举报走函询 → 信访举报.处置方式 [carries-mark]",
        "“函询数量”：度量 状态数 → 信访举报.举报状态 [carries-mark]",
        "“函询数量”：度量 步骤数 → 办理步骤的记录 [carries-mark]",
        "“函询数量”：度量 呈批数 → 函询谈话呈批的记录 [carries-mark]",
        "“函询数量”：名单 监督排行 → 度量 力度换名 → 度量 监督力度 → 函询的记录 [carries-mark]",
        "“举报内容”：名单 举报名单 → 信访举报的记录 [carries-mark]",
        "“容错内容”：名单 容错名单 → 容错案件的记录 [carries-mark]",
        "“函询数量”：规则 X1.R1 → 度量 力度换名 → 度量 监督力度 → 函询的记录 [carries-mark]",
        "“诬告建议”：度量 诬告数 → 诬告建议的记录 [carries-mark]"}) {
    EXPECT_THAT(said, HasSubstr(path));
  }
  // A total of all measures taken reads no inquiry, and is let be.
  EXPECT_THAT(said, Not(HasSubstr("度量 处置总数")));
  // Nor can it be put in use: nothing is published.
  const auto published = run_dandang({"policy", "publish", office.data(), packages.string(), "--by",
                                      "考核办", "--basis", "监督力度排名方案"});
  EXPECT_NE(published.code, 0);
  EXPECT_THAT(published.out + published.err, HasSubstr("carries-mark"));
}

// Anonymous and vague: class A, left without inquiry with its reason, cleared; nothing of it on any
// list or paper about the person, and no measure of inquiries can be declared.
TEST(Scenarios, FourTheUnfoundedComplaintLeavesNoTrace) {
  Office office;
  office.import("名册", "2024-12-31",
                {{"单位名册", kUnits},
                 {"干部花名册", roster("周清 | 周清 | 云岫县委 | 岚溪镇 | 镇长 | 2020-01-01\n")},
                 {"岗位授权", kGrants},
                 {"表彰奖励",
                  "身份证号 | 表彰名称 | 级别 | 表彰时间\n"
                  "周清 | 抗旱先进个人 | 市厅级 | 2022-05-01\n"},
                 {"年度考核结果", kGradeHeadings + grades("周清", 2022)},
                 {"追赶超越积分",
                  "身份证号 | 年度 | 比较组 | 积分\n"
                  "周清 | 2023 | 镇街 | 91\n周清 | 2024 | 镇街 | 92\n"},
                 {"纪检意见",
                  "身份证号 | 意见时间 | 正在审查调查\n"
                  "周清 | 2025-02-20 | 否\n"},
                 kNoSanctions});
  office.set_standards({"积分靠前比例=1", "积分比较组最小人数=1", "澄清天数=30"}, "2023-01-01");
  const auto about_him = [&](const std::string& as_of) {
    Names out = split(office.all_findings(as_of), '\n');
    std::erase_if(out, [&](const std::string& line) {
      return line.find("\"subject\":\"" + office.number_of("周清") + "\"") == std::string::npos;
    });
    return out;
  };
  const Names before = about_him("2025-03-31");
  EXPECT_GT(before.size(), 20U);
  const std::string list_before =
      office.say({"list", office.data(), "优先人选", "--as-of", "2025-03-31", "--json"});
  EXPECT_THAT(list_before, HasSubstr("\"part\":\"placed\""));

  const Step entered =
      reached(office.open("信一", "2025-03-03", "举报处置",
                          {"收到日期=2025-03-03", "事项类别=选拔任用", "反映事项=说提拔不公",
                           "署名=否", "被反映人=" + office.number_of("周清"),
                           "举报承办人=" + office.number_of("组一")}),
              "待分类");
  const std::string& a = entered.number;
  const Names sorted{"有实质内容=否", "线索清楚=否", "问题严重=否", "明显不实=是",
                     "认定部门=云岫县委组织部"};
  EXPECT_TRUE(office.act("信一", "2025-03-05", a, "分类", sorted).waits);
  EXPECT_THAT(office.act("信一", "2025-03-05", a, "分类", sorted).refusals, ElementsAre("persons"));
  reached(office.act("组一", "2025-03-05", a, "分类", sorted), "待处置");
  EXPECT_EQ(office.evaluated("2025-03-05", {"S15.R1a"}).at("S15.R1a " + a), "met");
  // Class A may be left, but not without a reason.
  EXPECT_THAT(office.act("组一", "2025-03-06", a, "处置", {"处置方式=不函询"}).refusals,
              Contains("form"));
  reached(office.act("组一", "2025-03-06", a, "处置", {"处置方式=不函询", "处置理由=没有具体内容"}),
          "待澄清");
  EXPECT_THAT(office.act("部长", "2025-03-10", a, "澄清决定", {"澄清=已澄清"}).refusals,
              ElementsAre("澄清没有交代"));
  reached(office.act("部长", "2025-03-10", a, "澄清决定", {"澄清=已澄清", "澄清方式=谈话说明"}),
          "待反馈");
  reached(office.act("信一", "2025-03-11", a, "反馈办结"), "举报已办结");
  const auto found = office.evaluated("2025-03-31", {"N12.R8", "N12.R4b", "S15.R1d"});
  EXPECT_EQ(found.at("N12.R8 " + a), "met");
  EXPECT_EQ(found.at("N12.R4b " + a), "not_met");
  EXPECT_EQ(found.at("S15.R1d " + a), "not_met");

  // What is found and listed about him is word for word what it was without the complaint.
  EXPECT_EQ(about_him("2025-03-31"), before);
  EXPECT_EQ(office.say({"list", office.data(), "优先人选", "--as-of", "2025-03-31", "--json"}),
            list_before);

  // The paper by which he is put to the meeting. (A register form, .lrmx, is not made yet.)
  const Step motion = reached(
      office.open("组一", "2025-04-01", "选拔任用",
                  {"干部=" + office.number_of("周清"), "拟任职务=局长", "动议时间=2025-04-01",
                   "晋升=是", "拟任单位=水利局", "动议事由=职位空缺"}),
      "已动议");
  const std::string paper = office.say(
      {"case", "document", office.data(), motion.number, "任免呈报材料", "--as-of", "2025-04-01"});
  EXPECT_THAT(paper, AllOf(HasSubstr("周清"), Not(HasSubstr(a)), Not(HasSubstr("说提拔不公"))));
  expect_inquiry_measures_refused(office);
}

// A unit of thirty over its annual cycle. What is not there yet: the infoset fields A15 are the
// register 年度考核, which is written here; a register form (.lrmx) is not made by this version.
TEST(Scenarios, FiveTheAnnualCycleOfAUnitOfThirty) {
  Office office;
  const std::string headings =
      "姓名 | 身份证号 | 干部主管机关 | 单位 | 岗位类别 | 参加工作时间 | 任现职时间\n";
  std::string people;
  std::string lists =
      "身份证号 | 清单年度 | 清单制定时间 | 组织人事部门回执时间 | 考核部门回执时间\n";
  Names thirty{"何正", "沈副"};
  for (const char* tens : {"甲", "乙", "丙", "丁"}) {
    for (const char* ones : {"东", "南", "西", "北", "春", "夏", "秋"}) {
      thirty.push_back(std::string(tens) + ones);
    }
  }
  ASSERT_EQ(thirty.size(), 30U);
  for (const std::string& name : thirty) {
    const std::string post = name == "何正" ? "正职" : name == "沈副" ? "副职" : "其他干部";
    people += name + " | " + name + " | 云岫县委 | 岚溪镇 | " + post + " | 2002-07 | 2019-01-01\n";
    // All but one were filed on paper; the deputy's goes through the procedure below.
    if (name != "沈副") lists += name + " | 2024 | 2024-01-10 | 2024-03-01 | 2024-03-02\n";
  }
  for (const char* name : {"组一", "考一", "管一", "镇长", "镇人"}) {
    people += std::string(name) + " | " + name +
              " | 云岫县委 | 云岫县委 | 其他干部 | 2002-07 | "
              "2019-01-01\n";
  }
  office.import(
      "岚溪镇", "2023-12-31",
      {{"单位名册", kUnits},
       {"干部花名册", headings + people},
       {"岗位授权",
        "身份证号 | 办事角色 | 授权单位 | 授权起始日期\n"
        "组一 | 组织部门 | 云岫县委 | 2020-01-01\n"
        "考一 | 考核部门 | 云岫县委 | 2020-01-01\n"
        "管一 | 分管领导 | 岚溪镇 | 2020-01-01\n"
        "镇长 | 单位负责人 | 岚溪镇 | 2020-01-01\n"
        "镇人 | 组织人事 | 岚溪镇 | 2020-01-01\n"},
       {"目标任务清单备案", lists},
       {"年度考核结果", kGradeHeadings + "沈副 | 2023 | 称职 | 2024-03-20\n"},
       // Three places for excellent are taken by appraisals sent in on paper.
       {"年度考核办理",
        "被考核人身份证号 | 考核办理年度 | 考核所在单位 | 开始考核时间 | 拟定考核等次 | "
        "等次引用排名\n"
        "甲东 | 2024 | 岚溪镇 | 2025-01-05 | 优秀 | 是\n"
        "甲南 | 2024 | 岚溪镇 | 2025-01-05 | 优秀 | 是\n"
        "甲西 | 2024 | 岚溪镇 | 2025-01-05 | 优秀 | 是\n"},
       // Somebody else is excellent each year, and never in front by results.
       {"考核评分",
        "身份证号 | 评分年度 | 所在单位 | 实绩得分 | 民主测评分 | 拟定等次\n"
        "乙东 | 2021 | 岚溪镇 | 90 | 80 | 称职\n乙南 | 2021 | 岚溪镇 | 85 | 90 | 优秀\n"
        "乙西 | 2021 | 岚溪镇 | 80 | 80 | 称职\n乙东 | 2022 | 岚溪镇 | 85 | 90 | 优秀\n"
        "乙南 | 2022 | 岚溪镇 | 90 | 80 | 称职\n乙西 | 2022 | 岚溪镇 | 80 | 80 | 称职\n"
        "乙东 | 2023 | 岚溪镇 | 90 | 80 | 称职\n乙南 | 2023 | 岚溪镇 | 80 | 80 | 称职\n"
        "乙西 | 2023 | 岚溪镇 | 85 | 90 | 优秀\n沈副 | 2024 | 岚溪镇 | 85 | 90 | 优秀\n"
        "乙东 | 2024 | 岚溪镇 | 90 | 80 | 称职\n乙南 | 2024 | 岚溪镇 | 80 | 80 | 称职\n"}});
  office.set_standards({"优秀比例上限=0.15", "轮流观察年数=4", "轮流最少次数=4",
                        "轮流百分位上限=60", "清单备案截止日=03-31", "反馈截止日=02-28"},
                       "2020-01-01");

  // Lists filed: with one receipt it is not.
  const std::string deputy = office.number_of("沈副");
  const std::string chief = office.number_of("何正");
  const Step drawn = reached(office.open("沈副", "2024-01-10", "目标清单备案",
                                         {"干部=" + deputy, "年度=2024", "--form",
                                          office.form({"清单项",
                                                       "清单项编号 | 清单项内容 | 清单项职责\n"
                                                       "沈一 | 河堤东段 | 分管防汛\n"})}),
                             "拟定清单");
  const std::string list = "目标清单备案/" + drawn.number;
  reached(office.act("沈副", "2024-01-12", list, "提交清单"), "待确认清单");
  reached(office.act("管一", "2024-01-15", list, "确认清单"), "待备案");
  reached(office.act("镇人", "2024-03-20", list, "组织人事回执"), "待备案");
  EXPECT_THAT(office.act("镇人", "2024-03-20", list, "完成备案").refusals, ElementsAre("when"));
  reached(office.act("考一", "2024-03-31", list, "考核部门回执"), "待备案");
  reached(office.act("考一", "2024-03-31", list, "完成备案"), "已备案");
  const auto filed = office.evaluated("2024-04-30", {"N8.R1"});
  for (const std::string& name : thirty) EXPECT_EQ(filed.at("N8.R1 " + name), "met") << name;

  // The year's end: the ranking is fed back before any grade; ballots come as totals of groups.
  const auto begun = [&](const std::string& name, const std::string& on) {
    const Step step =
        reached(office.open("考一", on, "年度考核办理",
                            {"干部=" + office.number_of(name), "年度=2024", "考核单位=岚溪镇"}),
                "待总结");
    const std::string one = "年度考核办理/" + step.number;
    reached(office.act(name, on, one, "个人总结"), "待测评");
    return one;
  };
  const std::string b = begun("沈副", "2025-01-05");
  const std::string a = begun("何正", "2025-01-05");
  const auto ballots = [&](const std::string& groups) {
    return Names{"--form", office.form({"测评汇总", "测评组 | 测评人数 | 测评均分\n" + groups})};
  };
  // Who cast a ballot has no field, and a group so small that one could tell is refused.
  EXPECT_THAT(office
                  .act("考一", "2025-01-08", b, "民主测评",
                       {"--form", office.form({"测评汇总",
                                               "测评组 | 测评人数 | 测评均分 | 测评人\n"
                                               "A | 8 | 91 | 甲东\n"})})
                  .refusals,
              Contains("form"));
  EXPECT_THAT(office.act("考一", "2025-01-08", b, "民主测评", ballots("A | 4 | 91\nB | 26 | 88\n"))
                  .refusals,
              ElementsAre("测评组人数太少"));
  reached(office.act("考一", "2025-01-08", b, "民主测评", ballots("A | 8 | 91\nB | 22 | 88\n")),
          "待提等次");
  reached(office.act("考一", "2025-01-08", a, "民主测评", ballots("合并 | 30 | 90\n")), "待提等次");
  const Names excellent{"拟定等次=优秀", "引用排名=是", "等次依据=防汛排名第一"};
  EXPECT_THAT(office.act("镇长", "2025-01-09", b, "提出等次", excellent).refusals,
              Contains("收到排名才提等次"));
  const Step ranking = reached(
      office.open("考一", "2025-01-10", "排名反馈办理", {"单位=岚溪镇", "年度=2024"}), "待回执");
  reached(office.act("镇人", "2025-01-11", "排名反馈办理/" + ranking.number, "排名回执"), "已回执");

  // Fifteen in a hundred of thirty are four and a half, so four: one place is left.
  const Step places = reached(office.open("考一", "2025-01-11", "考核名额核定",
                                          {"单位=岚溪镇", "年度=2024", "应考核人数=30"}),
                              "名额已定");
  reached(office.act("镇长", "2025-01-12", b, "提出等次", excellent), "待审核");
  const std::string fifth = begun("丁秋", "2025-01-12");
  reached(office.act("考一", "2025-01-12", fifth, "民主测评", ballots("合并 | 30 | 89\n")),
          "待提等次");
  EXPECT_THAT(office.act("镇长", "2025-01-12", fifth, "提出等次", excellent).refusals,
              ElementsAre("优秀名额已满"));

  // The chief is graded by both departments of the superior, never by the unit.
  EXPECT_THAT(office
                  .act("镇长", "2025-01-12", a, "提出等次",
                       {"拟定等次=称职", "引用排名=是", "等次依据=排名第二"})
                  .refusals,
              ElementsAre("正职不由本单位定"));
  const Step joint = reached(office.open("组一", "2025-01-12", "正职联评办理",
                                         {"干部=" + chief, "年度=2024", "联评等次=称职"}),
                             "联评中");
  const std::string l = "正职联评办理/" + joint.number;
  reached(office.act("组一", "2025-01-13", l, "组织部门签署"), "联评中");
  EXPECT_THAT(office.act("考一", "2025-01-13", a, "联评提出", {"拟定等次=称职"}).refusals,
              ElementsAre("正职等次未联评"));
  reached(office.act("考一", "2025-01-13", l, "考核部门签署"), "联评中");
  reached(office.act("考一", "2025-01-13", l, "完成联评"), "已联评");
  reached(office.act("考一", "2025-01-14", a, "联评提出", {"拟定等次=称职"}), "待审核");

  // Final: the excellent grade is shown first; who proposed does not decide.
  reached(office.act("考一", "2025-01-15", b, "公示优秀", {"考核公示截止=2025-01-21"}),
          "考核公示中");
  EXPECT_THAT(office.act("组一", "2025-01-21", b, "审定优秀").refusals, ElementsAre("not_before"));
  reached(office.act("组一", "2025-01-22", b, "审定优秀"), "待通知");
  EXPECT_THAT(office.act("考一", "2025-01-22", a, "审定等次").refusals, ElementsAre("not_by"));
  reached(office.act("组一", "2025-01-22", a, "审定等次"), "待通知");
  const std::string m = "考核名额核定/" + places.number;
  EXPECT_THAT(office.act("考一", "2025-01-23", m, "汇总评优", {"评优人数=5"}).refusals,
              ElementsAre("评优超出名额"));
  reached(office.act("考一", "2025-01-23", m, "汇总评优", {"评优人数=4"}), "评优已汇总");
  reached(office.act("镇人", "2025-01-25", b, "书面通知", {"考核签收=已阅"}), "已通知");

  const auto found =
      office.evaluated("2025-01-26", {"N8.R7", "N8.R8", "N8.R8b", "N8.R9", "N8.R9b", "N8.R10"});
  EXPECT_EQ(found.at("N8.R7 何正"), "met");
  EXPECT_EQ(found.at("N8.R8 岚溪镇"), "met");
  EXPECT_EQ(found.at("N8.R8b 岚溪镇"), "not_met");
  EXPECT_EQ(found.at("N8.R9 岚溪镇/2024"), "4");
  EXPECT_EQ(found.at("N8.R9b 岚溪镇/2024"), "not_met");
  EXPECT_EQ(found.at("N8.R10 岚溪镇"), "met") << "taking turns is pointed out";
  // The last records: the grades of both, each from its case; of ballots only totals.
  EXPECT_THAT(office.say({"history", office.data(), "年度考核", deputy + "/2024"}),
              AllOf(HasSubstr("等次: 优秀"), HasSubstr("确定时间: 2025-01-22")));
  EXPECT_THAT(office.say({"history", office.data(), "年度考核", chief + "/2024"}),
              HasSubstr("等次: 称职"));
  EXPECT_THAT(office.say({"case", "show", office.data(), b, "--as-of", "2025-01-26"}),
              HasSubstr("测评组 A"));
}

// A degree read beside the work: registered before it began; two invoices; the degree certificate
// later than the diploma, the unit changed in between, and changed again before payment.
TEST(Scenarios, SixTheUnitOfTheLaterCertificatePaysThreeFifths) {
  Office office;
  const std::string headings =
      "姓名 | 身份证号 | 干部主管机关 | 单位 | 职务 | 任现职时间 | 免职时间\n";
  const std::string official = "秦学 | 秦学 | 云岫县委 | ";
  office.import("名册", "2020-12-31",
                {{"单位名册", kUnits},
                 {"干部花名册", headings + official + "松坪镇 | 干事 | 2019-01-01 | 2024-07-01\n" +
                                    "松人 | 松人 | 云岫县委 | 松坪镇 | 干部 | 2019-01-01 |\n"
                                    "岚人 | 岚人 | 云岫县委 | 岚溪镇 | 干部 | 2019-01-01 |\n"
                                    "松长 | 松长 | 云岫县委 | 松坪镇 | 镇长 | 2019-01-01 |\n"
                                    "岚长 | 岚长 | 云岫县委 | 岚溪镇 | 镇长 | 2019-01-01 |\n"
                                    "岚财 | 岚财 | 云岫县委 | 岚溪镇 | 会计 | 2019-01-01 |\n"},
                 {"岗位授权",
                  "身份证号 | 办事角色 | 授权单位 | 授权起始日期\n"
                  "松人 | 组织人事 | 松坪镇 | 2020-01-01\n"
                  "岚人 | 组织人事 | 岚溪镇 | 2020-01-01\n"
                  "松长 | 单位负责人 | 松坪镇 | 2020-01-01\n"
                  "岚长 | 单位负责人 | 岚溪镇 | 2020-01-01\n"
                  "岚财 | 财政部门 | 岚溪镇 | 2020-01-01\n"},
                 {"学费报销支付",
                  "报销编号 | 身份证号 | 报销学习形式 | 报销毕业证时间 | 付款单位 | "
                  "支付金额（元） | 支付时间\n"}});
  office.set_standards({"学费支付天数=90"}, "2020-01-01");
  const Step begun = reached(
      office.open("秦学", "2021-08-20", "学费报销办理",
                  {"干部=" + office.number_of("秦学"), "攻读形式=在职研究生（全国统一招生考试）",
                   "攻读院校=某大学", "计划入学时间=2021-09-01"}),
      "待核对");
  const std::string& s = begun.number;
  reached(office.act("松人", "2021-08-25", s, "核对形式", {"形式核对=符合", "核对依据=招生简章"}),
          "攻读中");
  // He moves on 2024-07-01, and again on 2024-09-01, before anything is paid.
  office.import(
      "名册二", "2024-08-01",
      {{"干部花名册", headings + official + "岚溪镇 | 干事 | 2024-07-01 | 2024-09-01\n"}});
  office.import("名册三", "2024-09-02",
                {{"干部花名册", headings + official + "水利局 | 干事 | 2024-09-01 |\n"}});
  const Names certificates{"攻读毕业证时间=2024-06-20", "攻读学位证时间=2024-07-10"};
  // 12345.64 and 7654.34: three fifths of the sum is 11999.988; rounded each, a fen less.
  const Names claim = with(certificates, {"--form", office.form({"学费票据",
                                                                 "票据号 | 票据费用 | 票据金额\n"
                                                                 "一号 | 学费 | 12345.64\n"
                                                                 "二号 | 学费 | 7654.34\n"})});
  EXPECT_THAT(office.act("秦学", "2024-07-09", s, "申请报销", claim).refusals,
              ElementsAre("两证齐全才申请"));
  reached(office.act("秦学", "2024-09-05", s, "申请报销", claim), "待验证书");
  for (const char* other : {"松坪镇", "水利局"}) {
    EXPECT_THAT(office
                    .act("岚人", "2024-09-06", s, "验证证书",
                         {"证书验证方式=学信网查验", "报销付款单位=" + std::string(other)})
                    .refusals,
                Contains("付款单位是当时单位"));
  }
  reached(office.act("岚人", "2024-09-06", s, "验证证书",
                     {"证书验证方式=学信网查验", "报销付款单位=岚溪镇"}),
          "待负责人批");
  EXPECT_THAT(office.act("松长", "2024-09-07", s, "负责人批准").refusals, ElementsAre("by"));
  reached(office.act("岚长", "2024-09-07", s, "负责人批准"), "待财务批");
  reached(office.act("岚财", "2024-09-08", s, "财务批准"), "待支付学费");
  reached(office.act("岚财", "2024-09-09", s, "支付学费"), "待归档");
  reached(office.act("岚人", "2024-09-10", s, "归档学费"), "学费已归档");

  std::map<std::string, std::string> told;
  for (const auto& [what, verdict] :
       office.evaluated("2024-09-30", {"N14.R3", "N14.R4", "N14.R5"})) {
    told[what.substr(0, what.find(' '))] = verdict;
  }
  EXPECT_THAT(told, ElementsAre(Pair("N14.R3", "1199999"), Pair("N14.R4", "not_met"),
                                Pair("N14.R5", "met")));
  EXPECT_THAT(office.say({"history", office.data(), "学费报销", s}),
              AllOf(HasSubstr("付款单位: 岚溪镇"), HasSubstr("支付金额: 11999.99")));
}

// Pay of two kinds of unit: one rank at exactly 1.20, one a fen below; what is short is printed,
// and the county's raise goes from its proposal to its report.
TEST(Scenarios, SevenTheTownshipRatioAndWhatIsShort) {
  Office office;
  office.import("收入", "2024-12-31",
                {{"单位名册", kUnits},
                 {"干部花名册", roster("甲镇 | 甲镇 | 云岫县委 | 岚溪镇 | 干事 | 2020-01-01\n"
                                       "乙县 | 乙县 | 云岫县委 | 水利局 | 干事 | 2020-01-01\n"
                                       "丙镇 | 丙镇 | 云岫县委 | 岚溪镇 | 干事 | 2020-01-01\n"
                                       "丁镇 | 丁镇 | 云岫县委 | 松坪镇 | 干事 | 2020-01-01\n"
                                       "戊县 | 戊县 | 云岫县委 | 水利局 | 干事 | 2020-01-01\n")},
                 {"岗位授权", std::string(kGrants) + "信一 | 人社部门 | 云岫县委 | 2020-01-01\n"
                                                     "部长 | 财政部门 | 云岫县委 | 2020-01-01\n"},
                 {"月均工资收入",
                  "身份证号 | 年度 | 单位类型 | 职级 | 月均收入（元）\n"
                  "甲镇 | 2024 | 乡镇机关 | 一级科员 | 6000.00\n"
                  "乙县 | 2024 | 县直机关 | 一级科员 | 5000.00\n"
                  "丙镇 | 2024 | 乡镇机关 | 二级科员 | 5900.01\n"
                  "丁镇 | 2024 | 乡镇机关 | 二级科员 | 5500.00\n"
                  "戊县 | 2024 | 县直机关 | 二级科员 | 5000.00\n"}});
  const auto found = office.evaluated("2025-03-01", {"S13.R1", "S13.R2"});
  EXPECT_EQ(found.at("S13.R1 一级科员"), "met");
  EXPECT_EQ(found.at("S13.R2 一级科员"), "not_met");
  EXPECT_EQ(found.at("S13.R1 二级科员"), "not_met");
  // 6000.00 less the mean of 5900.01 and 5500.00: 299.995, rounded up to the fen.
  EXPECT_EQ(found.at("S13.R2 二级科员"), "30000");
  EXPECT_THAT(office.say({"explain", office.data(), "--subject", "二级科员", "--rule", "S13.R2",
                          "--as-of", "2025-03-01"}),
              HasSubstr("300.00"));
  office.say({"report", office.data(), "--as-of", "2025-03-01", "--out", office.file("r.html")});
  EXPECT_THAT(read_file(office.file("r.html")), HasSubstr("300.00"));

  const Names proposal{"调整职级=二级科员", "测算应补=300.00", "拟调整额=300.00"};
  EXPECT_THAT(office.open("信一", "2025-03-02", "补贴标准调整办理", with(proposal, {"下调县直=是"}))
                  .refusals,
              ElementsAre("不靠压低县直达标"));
  const Step raise = reached(
      office.open("信一", "2025-03-02", "补贴标准调整办理", with(proposal, {"下调县直=否"})),
      "待批调整");
  reached(office.act("上一", "2025-03-20", raise.number, "批准调整标准",
                     {"调整批复文号=某批〔2025〕1号", "新标准起始=2025-07-01"}),
          "待发新标准");
  EXPECT_THAT(office.act("部长", "2025-06-30", raise.number, "发放新标准").refusals,
              ElementsAre("not_before"));
  reached(office.act("部长", "2025-07-01", raise.number, "发放新标准"), "待上报调整");
  reached(office.act("信一", "2025-07-10", raise.number, "上报调整"), "调整已上报");
  EXPECT_THAT(office.say({"case", "show", office.data(), raise.number, "--as-of", "2025-07-10"}),
              AllOf(HasSubstr("调整已上报"), HasSubstr("拟调整额: 300.00")));
}

}  // namespace
}  // namespace dandang::tests
