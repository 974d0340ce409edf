#include "document/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "document/report_build.h"
#include "document/report_html.h"
#include "document/report_markup.h"
#include "document/report_workbook.h"
#include "evaluation/package_tests.h"
#include "format/workbook.h"
#include "policy/link.h"

namespace dandang::document {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

namespace fs = std::filesystem;

const policy::PolicySet& policies() {
  static const policy::PolicySet kSet = [] {
    Diagnostics diagnostics;
    auto files = policy::read_package_files(DANDANG_SOURCE_DIR "/policies");
    return policy::load_packages(files.value(), diagnostics);
  }();
  return kSet;
}

// "姓名 | 年度", "甲 | 2024" …: a table as the packages' own tests write it.
policy::TestRecords table(std::string type, const std::vector<std::string>& lines) {
  policy::TestRecords records;
  records.type = std::move(type);
  for (const std::string& line : lines) {
    std::vector<std::string> cells;
    for (const std::string& cell : split(line, '|')) cells.push_back(trimmed(cell));
    if (records.header.empty()) {
      records.header = cells;
      continue;
    }
    records.rows.push_back(cells);
    records.row_places.emplace_back();
  }
  return records;
}

// Records, a run over them and its report.
class Scene {
 public:
  explicit Scene(std::vector<policy::TestRecords> given, const char* as_of = "2026-06-30") {
    policy::TestCase test;
    test.given = std::move(given);
    Diagnostics diagnostics;
    data_ = std::make_unique<record::Dataset>(
        evaluation::dataset_of(policies(), test, test.first, diagnostics));
    EXPECT_FALSE(diagnostics.has_errors()) << diagnostics.all()[0].to_string(Language::kChinese);
    data_->known_at = 7;
    data_->known_at_time = "2026-07-01T02:00:00Z";
    as_of_ = *Date::parse_iso(as_of);
  }

  Scene& set(const std::string& package, const std::string& name, const std::string& value) {
    data_->parameters.push_back(
        {package, name, value, *Date::parse_iso("2025-01-01"), "", "会议纪要3号"});
    return *this;
  }

  Report report(Language language = Language::kChinese) const {
    evaluation::Run run(policies(), *data_, as_of_);
    const std::vector<evaluation::Finding> findings = run.findings();
    return build_report({run, findings, "岚汀县委组织部", "2026-07-02", language});
  }

 private:
  std::unique_ptr<record::Dataset> data_;
  Date as_of_;
};

std::vector<policy::TestRecords> small_county() {
  return {
      table("单位", {"单位名称 | 单位类别", "河口镇 | 镇街", "财政局 | 县直部门"}),
      table("干部",
            {"姓名 | 参加工作时间", "甲 | 2010-01-01", "乙 | 2000-01-01", "丙 | 2024-03-01"}),
      table("任职", {"姓名 | 单位 | 任现职时间", "甲 | 河口镇 | 2019-03-01",
                     "乙 | 财政局 | 2019-03-01", "丙 | 河口镇 | 2024-03-01"}),
      table("年度考核", {"姓名 | 年度 | 等次 | 确定时间", "甲 | 2023 | 优秀 | 2024-03-20",
                         "甲 | 2024 | 优秀 | 2025-03-20", "甲 | 2025 | 优秀 | 2026-03-20",
                         "乙 | 2023 | 优秀 | 2024-03-20", "乙 | 2025 | 不称职 | 2026-03-20"}),
      table("处分", {"姓名 | 种类 | 生效时间", "乙 | 记过 | 2026-01-10"}),
      table("体检", {"姓名 | 年度 | 体检时间", "甲 | 2025 | 2025-09-10"}),
      table("学费",
            {"姓名 | 学习形式 | 毕业证时间 | 学位证时间 | 费用类别 | 金额",
             "甲 | 在职研究生（全国统一招生考试） | 2024-06-30 | 2024-06-30 | 学费 | 45000.00"}),
  };
}

const RuleReport& rule_of(const Report& report, const std::string& id) {
  for (const RuleReport& rule : report.rules) {
    if (rule.id == id) return rule;
  }
  ADD_FAILURE() << "no rule " << id;
  static const RuleReport kNone;
  return kNone;
}

std::vector<std::string> names_of(const RuleReport& rule) {
  std::vector<std::string> names;
  for (const ReportRow& row : rule.rows) names.push_back(row.name);
  return names;
}

// Every element that is opened is closed, in order.
std::string first_unbalanced(const std::string& html) {
  const std::vector<std::string> void_tags{"meta", "br", "img", "link"};
  std::vector<std::string> open;
  for (size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
    if (html[at + 1] == '!') continue;
    const bool closing = html[at + 1] == '/';
    const size_t begin = at + (closing ? 2 : 1);
    const std::string tag = html.substr(begin, html.find_first_of(" >", begin) - begin);
    if (std::find(void_tags.begin(), void_tags.end(), tag) != void_tags.end()) continue;
    if (!closing) {
      open.push_back(tag);
    } else if (open.empty() || open.back() != tag) {
      return "</" + tag + "> at " + std::to_string(at);
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : "<" + open.back() + ">";
}

// Eighteen characters that are an identity number, anywhere in the text.
bool has_identity_number(const std::string& text) {
  return with_masked_identity_numbers(text) != text;
}

TEST(PageText, EscapesMarkup) {
  EXPECT_EQ(page_text("<b>\"甲\" & '乙'</b>"),
            "&lt;b&gt;&quot;甲&quot; &amp; &#39;乙&#39;&lt;/b&gt;");
}

TEST(PageText, ReplacesWhatIsNoText) {
  EXPECT_EQ(page_text(std::string("a\0b", 3)), "a\uFFFDb");
  EXPECT_EQ(page_text("a\xFFz"), "a\uFFFDz");
  EXPECT_EQ(page_text("a\u202Eb\nc"), "a\uFFFDb\nc");
}

TEST(PageText, MasksIdentityNumbersWhereverTheyStand) {
  EXPECT_EQ(page_text("610799197802086560"), "610799********6560");
  EXPECT_EQ(page_text("甲（61079919780208656X/2024）"), "甲（610799********656X/2024）");
  EXPECT_EQ(page_text("61079919780208656x、610799197802086560"),
            "610799********656x、610799********6560");
  // A longer or shorter run of digits is something else.
  EXPECT_EQ(page_text("6107991978020865601"), "6107991978020865601");
  EXPECT_EQ(page_text("61079919780208656"), "61079919780208656");
}

TEST(GroupedThousands, GroupsTheWholePartOnly) {
  EXPECT_EQ(grouped_thousands("1234567.89 元"), "1,234,567.89 元");
  EXPECT_EQ(grouped_thousands("123.4567 元"), "123.4567 元");
  EXPECT_EQ(grouped_thousands("-27000.00 元"), "-27,000.00 元");
  EXPECT_EQ(grouped_thousands("15 日"), "15 日");
  EXPECT_EQ(grouped_thousands(""), "");
}

TEST(BuildReport, HeadSaysWhenOnWhatAndUnderWhichDocuments) {
  const Report report = Scene(small_county()).report();
  EXPECT_EQ(report.as_of, "2026-06-30");
  std::map<std::string, std::string> facts;
  for (const ReportFact& fact : report.facts) facts[fact.label] = fact.value;
  EXPECT_EQ(facts["资料截至"], "第 7 批（2026-07-01T02:00:00Z）");
  EXPECT_EQ(facts["涉及范围"], "干部 3 人，单位 2 个");
  ASSERT_EQ(report.packages.size(), 2u);  // the shared records are no document
  EXPECT_EQ(report.packages[0].document_number, "宁办发〔2019〕45号");
}

TEST(BuildReport, CountsVerdictsAndNamesThoseMetWithUnitAndRecords) {
  const Report report = Scene(small_county()).report();
  const RuleReport& rule = rule_of(report, "N4.R2b");
  EXPECT_EQ(rule.counts.met, 1u);
  EXPECT_EQ(rule.counts.not_met, 1u);       // 乙: one bad year decides, whatever else is missing
  EXPECT_EQ(rule.counts.insufficient, 1u);  // 丙 has nothing on record
  EXPECT_EQ(rule.counts.all(), 3u);
  ASSERT_THAT(names_of(rule), ElementsAre("甲"));
  EXPECT_EQ(rule.rows[0].unit, "河口镇");
  ASSERT_EQ(rule.rows[0].records.size(), 3u);
  EXPECT_THAT(rule.rows[0].records[0], HasSubstr("年度 2023"));
}

TEST(BuildReport, ShowsMoneyInYuanAndItsTotal) {
  const Report report = Scene(small_county()).report();
  const RuleReport& rule = rule_of(report, "N14.R3");
  ASSERT_EQ(rule.rows.size(), 1u);
  EXPECT_EQ(rule.rows[0].name, "甲");
  EXPECT_EQ(rule.rows[0].amount_text, "27,000.00 元");
  EXPECT_EQ(rule.total, "27,000.00 元");
  // Which course of study, without the number that the row shows anyway.
  EXPECT_THAT(rule.rows[0].detail, HasSubstr("2024-06-30"));
  EXPECT_FALSE(has_identity_number(rule.rows[0].detail));
}

TEST(BuildReport, ListsDutiesThatAreNotDone) {
  const Report report = Scene(small_county()).report();
  const RuleReport& rule = rule_of(report, "N16.R6");
  EXPECT_THAT(names_of(rule), ElementsAre("乙", "丙"));
  EXPECT_EQ(hit_word(rule, Language::kChinese), "未落实");
  // The roster says when people were born: the row has only the place in it.
  for (const ReportRow& row : rule.rows) {
    for (const std::string& record : row.records) EXPECT_THAT(record, Not(HasSubstr("参加工作")));
  }
}

TEST(BuildReport, AsksToVerifyAndNeverConcludes) {
  const Report report = Scene(small_county()).report();
  const RuleReport& rule = rule_of(report, "S11.R1");
  EXPECT_THAT(names_of(rule), ElementsAre("乙"));
  EXPECT_EQ(hit_word(rule, Language::kChinese), "应予核实");
  EXPECT_FALSE(rule.rows[0].reasons.empty());
  const std::string html = to_html(report);
  EXPECT_THAT(html, HasSubstr("应予核实 1"));
  EXPECT_THAT(html, HasSubstr("不是结论，不得据此直接作出处理"));
  EXPECT_THAT(html, Not(HasSubstr("调整名单")));
}

TEST(BuildReport, AmountsForEverybodyAreCountedNotListed) {
  const Report report = Scene(small_county()).report();
  const RuleReport& rule = rule_of(report, "N16.R3");
  EXPECT_TRUE(rule.for_everybody);
  EXPECT_FALSE(rule.listed);
  EXPECT_EQ(rule.rows.size(), 3u);
  ASSERT_EQ(rule.by_value.size(), 3u);
  EXPECT_EQ(rule.by_value[0].label, "5 日");
  ASSERT_EQ(rule.by_unit.size(), 2u);
  EXPECT_EQ(rule.by_unit[0].label, "河口镇");
  EXPECT_EQ(rule.by_unit[0].count, 2u);
}

TEST(BuildReport, LongListsAreOnlyInTheWorkbook) {
  std::vector<std::string> people{"姓名 | 单位 | 任现职时间"};
  std::vector<std::string> awards{"姓名 | 表彰名称 | 级别 | 表彰时间"};
  for (int i = 0; i < 301; ++i) {
    const std::string name = "甲" + std::to_string(i);
    people.push_back(name + " | " + (i % 2 == 0 ? "河口镇" : "财政局") + " | 2019-03-01");
    awards.push_back(name + " | 先进个人 | 市厅级 | 2020-05-01");
  }
  const Report report = Scene({table("任职", people), table("表彰", awards)}).report();
  const RuleReport& rule = rule_of(report, "N4.R2a");
  EXPECT_FALSE(rule.listed);
  ASSERT_EQ(rule.by_unit.size(), 2u);
  EXPECT_EQ(rule.by_unit[0].count + rule.by_unit[1].count, 301u);
  EXPECT_THAT(to_html(report), HasSubstr("全部在工作簿“N4.R2a”表中"));
  for (const format::OutputSheet& sheet : to_sheets(report)) {
    if (!sheet.name.starts_with("N4.R2a ")) continue;
    EXPECT_EQ(sheet.rows.size(), 301u);
  }
}

TEST(BuildReport, UnitsComeInTheRegistersOrderWithTheirFindings) {
  const Report report = Scene(small_county()).report();
  ASSERT_GE(report.units.size(), 2u);
  std::map<std::string, UnitReport> units;
  for (const UnitReport& unit : report.units) units[unit.name] = unit;
  EXPECT_EQ(units["河口镇"].officials, 2u);
  EXPECT_EQ(units["财政局"].to_verify, 2u);        // the grade, and the sanction in force
  EXPECT_EQ(units["财政局"].neutral, 1u);          // sanctioned in the last three years
  EXPECT_EQ(units["河口镇"].duties_not_done, 2u);  // 丙: one examination, owed by both documents
  // 甲: grades, any merit, tuition; leave due is everybody's
  EXPECT_EQ(units["河口镇"].in_favour, 3u);
}

TEST(BuildReport, SaysWhatIsMissingForWhomAndWhatToDo) {
  const Report report = Scene(small_county()).report();
  const auto found = std::find_if(report.gaps.begin(), report.gaps.end(),
                                  [](const RuleGaps& gaps) { return gaps.id == "N4.R2b"; });
  ASSERT_NE(found, report.gaps.end());
  EXPECT_EQ(found->findings, 1u);
  std::map<std::string, std::vector<std::string>> by_what;
  for (const GapReport& gap : found->gaps) {
    for (const GapPerson& person : gap.people) by_what[gap.what].push_back(person.name);
  }
  bool told = false;
  for (const auto& [what, names] : by_what) {
    if (!contains(what, "年度考核") || !contains(what, "2024")) continue;
    told = true;
    EXPECT_THAT(names, ElementsAre("丙"));
    EXPECT_THAT(what, HasSubstr("补"));
  }
  EXPECT_TRUE(told);
}

TEST(BuildReport, ARegisterNeverTakenInConcernsEverybodyAlike) {
  const Report report = Scene(small_county()).report();  // no commendations
  const auto found = std::find_if(report.gaps.begin(), report.gaps.end(),
                                  [](const RuleGaps& gaps) { return gaps.id == "N4.R2a"; });
  ASSERT_NE(found, report.gaps.end());
  ASSERT_EQ(found->gaps.size(), 1u);
  EXPECT_TRUE(found->gaps[0].whole_register);
  EXPECT_THAT(to_html(report), HasSubstr("涉及全部 3 个对象"));
}

TEST(BuildReport, StandardsNotSetSayHowManyWaitAndHowToSetThem) {
  auto given = small_county();
  given.push_back(table("追赶超越积分", {"姓名 | 年度 | 比较组 | 积分", "甲 | 2024 | 镇街 | 95",
                                         "甲 | 2025 | 镇街 | 96"}));
  const Report report = Scene(std::move(given)).report();
  const auto found =
      std::find_if(report.open_parameters.begin(), report.open_parameters.end(),
                   [](const OpenParameter& open) { return open.label == "积分靠后比例"; });
  ASSERT_NE(found, report.open_parameters.end());
  EXPECT_GE(found->waiting, 1u);
  EXPECT_EQ(found->clause, "N5");
  EXPECT_EQ(found->command,
            "dandang parameter set DIR 积分靠后比例=值 --from 日期 --basis 依据 --by 经办人");
  EXPECT_FALSE(found->why.empty());
}

const UsedParameter* used(const Report& report, const std::string& label) {
  for (const UsedParameter& parameter : report.used_parameters) {
    if (parameter.label == label) return &parameter;
  }
  return nullptr;
}

TEST(BuildReport, NeverShowsAFigureOfTheAuthorityAsTheDocuments) {
  const Report report =
      Scene(small_county()).set("ningqiang-2019-45", "个人连续优秀年数", "2").report();
  const UsedParameter* parameter = used(report, "个人连续优秀年数");
  ASSERT_NE(parameter, nullptr);
  EXPECT_EQ(parameter->value, "2");
  EXPECT_EQ(parameter->origin, UsedParameter::Origin::kAuthority);
  EXPECT_EQ(parameter->origin_words, "主管机关设定");
  EXPECT_THAT(parameter->basis, HasSubstr("不是文件的数：文件原定为 3"));
  EXPECT_THAT(parameter->basis, HasSubstr("会议纪要3号"));
}

TEST(BuildReport, MarksAReadingOfOurs) {
  const Report report = Scene(small_county()).report();
  const UsedParameter* parameter = used(report, "报销起始日");
  ASSERT_NE(parameter, nullptr);
  EXPECT_EQ(parameter->origin, UsedParameter::Origin::kReading);
  EXPECT_EQ(parameter->origin_words, "本系统的理解");
  EXPECT_FALSE(parameter->basis.empty());
}

TEST(BuildReport, SpeaksEnglishWhenAsked) {
  const Report report = Scene(small_county()).report(Language::kEnglish);
  const std::string html = to_html(report);
  EXPECT_THAT(html, HasSubstr("<html lang=\"en\">"));
  EXPECT_THAT(html, HasSubstr("Graded excellent three years running"));
  EXPECT_THAT(html, HasSubstr("to verify 1"));
  EXPECT_EQ(first_unbalanced(html), "");
}

TEST(ToHtml, IsOneSoundPageWithNothingFromOutside) {
  const std::string html = to_html(Scene(small_county()).report());
  EXPECT_THAT(html, HasSubstr("<html lang=\"zh-CN\">"));
  EXPECT_EQ(first_unbalanced(html), "");
  for (const char* outside : {"<script", "http:", "https:", "src=", "url(", "@import", "onload"}) {
    EXPECT_THAT(html, Not(HasSubstr(outside)));
  }
}

TEST(ToHtml, EveryLinkHasItsTarget) {
  const std::string html = to_html(Scene(small_county()).report());
  for (size_t at = html.find("href=\"#"); at != std::string::npos;
       at = html.find("href=\"#", at + 1)) {
    const size_t begin = at + 7;
    const std::string target = html.substr(begin, html.find('"', begin) - begin);
    EXPECT_THAT(html, HasSubstr("id=\"" + target + "\""));
  }
}

TEST(ToHtml, MasksEveryIdentityNumberAndTheWorkbookHasThemWhole) {
  const Report report = Scene(small_county()).report();
  EXPECT_FALSE(has_identity_number(to_html(report)));
  bool whole = false;
  for (const format::OutputSheet& sheet : to_sheets(report)) {
    for (const auto& row : sheet.rows) {
      for (const format::OutputCell& cell : row) whole = whole || has_identity_number(cell.text);
    }
  }
  EXPECT_TRUE(whole);
}

TEST(ToHtml, EscapesEverythingThatComesFromRecords) {
  const std::string evil = "<img/onerror=x>&\"'";
  const Report report =
      Scene({table("任职", {"姓名 | 单位 | 任现职时间", evil + " | " + evil + " | 2019-03-01"}),
             table("表彰", {"姓名 | 表彰名称 | 授予机关 | 级别 | 表彰时间",
                            evil + " | " + evil + " | " + evil + " | 市厅级 | 2020-05-01"})})
          .report();
  const std::string html = to_html(report);
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, HasSubstr("&lt;img/onerror=x&gt;&amp;&quot;&#39;"));
  EXPECT_EQ(first_unbalanced(html), "");
}

TEST(ToHtml, AnEmptyStoreSaysWhatToDo) {
  const Report report = Scene({}).report();
  const std::string html = to_html(report);
  EXPECT_THAT(html, HasSubstr("先用 dandang import"));
  EXPECT_THAT(html, HasSubstr("没有一个判断因缺资料而作不出"));
  EXPECT_EQ(first_unbalanced(html), "");
}

TEST(ToHtml, BeforeAnythingWasInForceItSaysSo) {
  const Report report = Scene(small_county(), "1999-01-01").report();
  EXPECT_THAT(report.rules, IsEmpty());
  EXPECT_THAT(to_html(report), HasSubstr("这一天没有在施行的规则"));
}

TEST(ToHtml, TellsSharedGroundsOnceUnderAllNames) {
  Report report;
  RuleReport& rule = report.rules.emplace_back();
  rule.id = "X1.R1";
  rule.listed = true;
  for (const char* name : {"甲", "乙"}) {
    ReportRow& row = rule.rows.emplace_back();
    row.name = name;
    row.records = {"单位考核：年度 2024"};
  }
  const std::string html = to_html(report);
  const size_t first = html.find("单位考核：年度 2024");
  EXPECT_NE(first, std::string::npos);
  EXPECT_EQ(html.find("单位考核：年度 2024", first + 1), std::string::npos);
  EXPECT_THAT(html, HasSubstr(">乙<"));
}

TEST(ToSheets, HasASheetForEachRuleWithRowsAndMoneyAsMoney) {
  const std::vector<format::OutputSheet> sheets = to_sheets(Scene(small_county()).report());
  const auto tuition = std::find_if(sheets.begin(), sheets.end(), [](const auto& sheet) {
    return sheet.name.starts_with("N14.R3 ");
  });
  ASSERT_NE(tuition, sheets.end());
  EXPECT_THAT(tuition->caption, HasSubstr("27,000.00 元"));
  ASSERT_EQ(tuition->rows.size(), 1u);
  EXPECT_EQ(tuition->rows[0].size(), tuition->header.size());
  EXPECT_EQ(tuition->widths.size(), tuition->header.size());
  const auto& row = tuition->rows[0];
  const auto money = std::find_if(row.begin(), row.end(), [](const auto& cell) {
    return cell.kind == format::OutputCell::Kind::kMoney;
  });
  ASSERT_NE(money, row.end());
  EXPECT_EQ(money->fen, 2'700'000);
}

class WriteReport : public ::testing::Test {
 protected:
  WriteReport() : folder_(fs::temp_directory_path() / ("dandang_report_" + unique())) {
    fs::create_directories(folder_);
  }
  ~WriteReport() override { fs::remove_all(folder_); }

  static std::string unique() {
    return std::to_string(::testing::UnitTest::GetInstance()->random_seed()) + "_" +
           ::testing::UnitTest::GetInstance()->current_test_info()->name() + "_" +
           std::to_string(std::hash<std::string>()(fs::current_path().string()));
  }
  std::string path(const char* name) const { return (folder_ / name).string(); }
  bool is_empty() const { return fs::is_empty(folder_); }
  static std::string content(const std::string& file) {
    std::ostringstream out;
    out << std::ifstream(file, std::ios::binary).rdbuf();
    return out.str();
  }

  fs::path folder_;
};

TEST_F(WriteReport, WritesAPage) {
  const Report report = Scene(small_county()).report();
  ASSERT_TRUE(write_report(report, path("报告.HTML")));
  EXPECT_EQ(content(path("报告.HTML")), to_html(report));
}

TEST_F(WriteReport, WritesAWorkbookThatReadsBack) {
  ASSERT_TRUE(write_report(Scene(small_county()).report(), path("报告.xlsx")));
  const auto book = format::read_workbook(path("报告.xlsx"));
  ASSERT_TRUE(book) << book.error().to_string(Language::kChinese);
  EXPECT_EQ(book->sheets.front().name, "说明");
  EXPECT_EQ(book->sheets[1].name, "汇总");
  EXPECT_EQ(book->sheets.back().name, "所用标准");
}

TEST_F(WriteReport, SameFindingsSameBytes) {
  ASSERT_TRUE(write_report(Scene(small_county()).report(), path("a.xlsx")));
  ASSERT_TRUE(write_report(Scene(small_county()).report(), path("b.xlsx")));
  EXPECT_EQ(content(path("a.xlsx")), content(path("b.xlsx")));
  EXPECT_EQ(to_html(Scene(small_county()).report()), to_html(Scene(small_county()).report()));
}

TEST_F(WriteReport, WordComesLater) {
  const auto written = write_report(Report(), path("报告.docx"));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kBadUsage);
  EXPECT_THAT(written.error().to_string(Language::kChinese), HasSubstr("以后的版本"));
  EXPECT_THAT(written.error().to_string(Language::kEnglish), HasSubstr("later version"));
  EXPECT_TRUE(is_empty());
}

TEST_F(WriteReport, RefusesOtherEndings) {
  for (const char* name : {"报告", "报告.pdf", "报告.xls", ".html.d/报告"}) {
    const auto written = write_report(Report(), path(name));
    ASSERT_FALSE(written) << name;
    EXPECT_EQ(written.error().code, ErrorCode::kBadUsage);
  }
  EXPECT_TRUE(is_empty());
}

TEST_F(WriteReport, LeavesNothingWhereItCannotWrite) {
  EXPECT_FALSE(write_report(Report(), path("没有这个文件夹/报告.html")));
  EXPECT_FALSE(write_report(Report(), path("没有这个文件夹/报告.xlsx")));
  EXPECT_TRUE(is_empty());
}

// A report made by hand, so that only the page's own markup decides.
Report golden_report() {
  Report report;
  report.authority_name = "某县委组织部";
  report.as_of = "2026-06-30";
  report.officials = 2;
  report.facts = {{"基准日", "2026-06-30"}, {"资料截至", "第 1 批"}};
  report.packages = {{"某办法", "某办发〔2020〕1号", "某办公室"}};
  report.notes = {"软件只提出判断，由有权机关的人决定。"};
  RuleReport rule;
  rule.id = "X5.R1";
  rule.title = "连续两年末位";
  rule.mechanism = "能上能下";
  rule.clause = "X5";
  rule.clause_title = "核实";
  rule.document_number = "某办发〔2020〕1号";
  rule.force = "应当";
  rule.meaning = "应启动核实，不等于结论";
  rule.lists = RuleReport::Lists::kToVerify;
  rule.listed = true;
  rule.counts.met = 1;
  rule.counts.insufficient = 1;
  rule.parameters = {"连续年数 = 2 年（文件原定）"};
  rule.rows = {{"甲",
                "",
                "610799197802086560",
                "河口镇",
                true,
                std::nullopt,
                "",
                {"名次是 12"},
                {"排名：年度 2025（表.xlsx「排名」第 8 行）"},
                2}};
  report.rules = {rule};
  report.units = {{"河口镇", 2, 0, 1, 0, 0, 1, 0}};
  report.gaps_by_register = {{"排名", 1, ""}};
  report.gaps = {{"X5.R1",
                  "连续两年末位",
                  1,
                  {{"缺“排名”2024 的记录；请补报这一条",
                    false,
                    {{"乙", "2024", "610799197802086560", "河口镇"}}}}}};
  report.open_parameters = {{"比例", "比例", "X5", "某办发〔2020〕1号", "比例", "文件没有数字", 3,
                             "dandang parameter set DIR 比例=值"}};
  report.used_parameters = {{"连续年数", "X5", "某办发〔2020〕1号", "2", "年",
                             UsedParameter::Origin::kText, "文件原定", "", 2}};
  return report;
}

TEST(ToHtml, LooksAsAgreed) {
  const std::string file = DANDANG_SOURCE_DIR "/tests/golden/report-small.html";
  const std::string html = to_html(golden_report());
  if (std::getenv("DANDANG_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(file, std::ios::binary) << html;
  }
  std::ostringstream expected;
  expected << std::ifstream(file, std::ios::binary).rdbuf();
  EXPECT_EQ(html, expected.str()) << "if this is meant: DANDANG_UPDATE_GOLDEN=1, and read the diff";
}

}  // namespace
}  // namespace dandang::document
