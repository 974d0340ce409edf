#include "document/sheet_recognition.h"

#include "document/test_catalogue.h"
#include "gtest/gtest.h"

namespace dandang::document {
namespace {

const record::Catalogue& catalogue() {
  static const record::Catalogue instance = test_catalogue();
  return instance;
}

SheetOutcome recognise(const format::Sheet& sheet, const std::string& file = "表.xlsx") {
  SheetOutcome outcome;
  const format::Workbook workbook = test_workbook(file, {});
  const SheetRecogniser recogniser(catalogue(), Date::from_ymd(2026, 7, 1).value());
  const auto found = recogniser.recognise(workbook, sheet, SheetGrid(sheet), outcome);
  EXPECT_EQ(found.has_value(), !outcome.type.empty());
  return outcome;
}

// "列B=年度考核.等次", "C~" for by part.
std::string field_at(const SheetOutcome& outcome, int column, const std::string& type) {
  for (const ColumnUse& use : outcome.columns) {
    if (use.column == column && use.type == type) return use.field + (use.by_part ? "~" : "");
  }
  return "";
}

struct Kind {
  std::string what;
  std::vector<std::string> lines;
  std::string type;
  std::string sheet = "Sheet1";
};

void PrintTo(const Kind& kind, std::ostream* out) {
  *out << kind.what;
}

class SheetKindTest : public testing::TestWithParam<Kind> {};

TEST_P(SheetKindTest, IsRecognised) {
  const SheetOutcome outcome = recognise(test_sheet(GetParam().sheet, GetParam().lines));
  EXPECT_EQ(outcome.type, GetParam().type) << outcome.note.zh;
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, SheetKindTest,
    testing::Values(
        Kind{"headings in the first row", {"单位名称|单位类别", "城关街道|镇街"}, "单位"},
        Kind{"title and caption above",
             {"单位名册", "填报单位：县委组织部||填报时间：2026年6月", "序号|单位名称|单位类别",
              "1|城关街道|镇街"},
             "单位"},
        Kind{"blanks and line breaks inside headings",
             {"序 号|姓  名|性\n别|身份\n证号", "1|谢欣|女|61079919790326656X"},
             "干部"},
        Kind{"aliases",
             {"2025年度", "姓名|身份证号码|考核结果", "谢欣|61079919790326656X|优秀"},
             "年度考核"},
        Kind{"other words of the trade for the number",
             {"2025年度", "姓名|公民身份号码|考核等次", "谢欣|61079919790326656X|优秀"},
             "年度考核"},
        Kind{"a person by name only",
             {"2025年度", "姓名|单位|考核等次", "谢欣|城关街道|优秀"},
             "年度考核"},
        Kind{"a unit's appraisal is not a person's",
             {"2025年", "单位|单位考核等次|得分", "城关街道|优秀|90"},
             "单位考核"},
        Kind{"commendations that repeat the person's particulars",
             {"受表彰干部情况",
              "姓名|性别|民族|出生年月|身份证号|职级|参加工作时间|表彰名称|表彰时间",
              "谢欣|女|汉族|1979.03|61079919790326656X|一级科员|2004-10-26|先进个人|2020.05"},
             "表彰"},
        Kind{"a register that shows last year's grade",
             {"2026年干部花名册", "姓名|性别|民族|出生年月|身份证号|职级|考核等次",
              "谢欣|女|汉族|1979.03|61079919790326656X|一级科员|优秀"},
             "干部"},
        Kind{"few columns, the title decides",
             {"2025年度体检名单", "姓名|身份证号|体检时间", "谢欣|61079919790326656X|2025.9.10"},
             "体检"},
        Kind{"few columns, the sheet's name gives the year",
             {"姓名|身份证号|体检时间", "谢欣|61079919790326656X|2025.9.10"},
             "体检",
             "2025年"},
        Kind{"a cover", {"干部考核资料汇编", "县委组织部", "二〇二六年六月"}, ""},
        Kind{"nothing", {}, ""}, Kind{"only blanks", {"  |　", " "}, ""},
        Kind{"an unknown kind", {"会议室|日期|用途", "一楼|5月|培训"}, ""},
        Kind{"required column missing",
             {"2025年度", "姓名|身份证号|确定时间", "谢欣|6|2026-03-24"},
             ""},
        Kind{"no year anywhere",
             {"姓名|身份证号|体检时间", "谢欣|61079919790326656X|2025.9.10"},
             ""},
        Kind{"headings far down",
             {"说明", "一、填报要求如下", "二、按月填报", "三、联系人见附件", "", "附件1", "",
              "单位名册", "单位名称|单位类别", "城关街道|镇街"},
             "单位"},
        Kind{"required marks", {"*单位名称|单位类别*", "城关街道|镇街"}, "单位"},
        Kind{"another county's roster",
             {"序号|姓名|身份证号|工作单位|职务|家庭住址|联系电话",
              "1|谢欣|61079919790326656X|城关街道|书记|x|1"},
             "干部"}));

TEST(SheetRecognitionTest, SaysWhichHeadingsItSawAndWhatLacked) {
  const SheetOutcome outcome = recognise(
      test_sheet("Sheet1", {"2025年度", "姓名|身份证号|确定时间|备注", "谢欣|6|2026-03-24|"}));
  EXPECT_NE(outcome.note.zh.find("姓名、身份证号、确定时间、备注"), std::string::npos)
      << outcome.note.zh;
  EXPECT_NE(outcome.note.zh.find("最接近"), std::string::npos) << outcome.note.zh;
  EXPECT_NE(outcome.note.zh.find("等次"), std::string::npos) << outcome.note.zh;
  EXPECT_NE(outcome.note.en.find("headings seen"), std::string::npos);
}

TEST(SheetRecognitionTest, SaysThatTheYearIsMissing) {
  const SheetOutcome outcome = recognise(
      test_sheet("体检", {"姓名|身份证号|体检时间", "谢欣|61079919790326656X|2025.9.10"}));
  EXPECT_EQ(outcome.type, "");
  EXPECT_NE(outcome.note.zh.find("没有写年度"), std::string::npos) << outcome.note.zh;
}

TEST(SheetRecognitionTest, AHiddenSheetIsReadAndSaidToBe) {
  format::Sheet sheet = test_sheet("Sheet1", {"单位名称|单位类别", "城关街道|镇街"});
  sheet.hidden = true;
  const SheetOutcome outcome = recognise(sheet);
  EXPECT_EQ(outcome.type, "单位");
  EXPECT_NE(outcome.note.zh.find("隐藏"), std::string::npos);
}

TEST(SheetRecognitionTest, TwoHeaderRowsWithMergedCells) {
  format::Sheet sheet = test_sheet(
      "2025年度", {"年度考核结果", "序号|基本情况|||考核情况|", "|姓名|身份证号|单位|等次|确定时间",
                   "1|谢欣|61079919790326656X|城关街道|优秀|2026-03-24"});
  sheet.merged = {{1, 1, 0, 5}, {2, 3, 0, 0}, {2, 2, 1, 3}, {2, 2, 4, 5}};
  const SheetOutcome outcome = recognise(sheet);
  EXPECT_EQ(outcome.type, "年度考核");
  EXPECT_EQ(outcome.header_first_row, 2);
  EXPECT_EQ(outcome.header_last_row, 3);
  EXPECT_EQ(field_at(outcome, 4, "年度考核"), "等次");
  EXPECT_EQ(outcome.columns[4].heading, "考核情况/等次");
}

TEST(SheetRecognitionTest, HeadingsMergedDownwardsOverTwoRows) {
  format::Sheet sheet = test_sheet("Sheet1", {"干部花名册", "姓名|身份证号|住址||性别", "||省|市|",
                                              "谢欣|61079919790326656X|陕|汉|女"});
  sheet.merged = {{1, 1, 0, 4}, {2, 3, 0, 0}, {2, 3, 1, 1}, {2, 2, 2, 3}, {2, 3, 4, 4}};
  const SheetOutcome outcome = recognise(sheet);
  EXPECT_EQ(outcome.type, "干部");
  EXPECT_EQ(outcome.header_first_row, 2);
  EXPECT_EQ(outcome.header_last_row, 3);
}

TEST(SheetRecognitionTest, GroupHeadingsLeftUnmerged) {
  const SheetOutcome outcome = recognise(
      test_sheet("Sheet1", {"姓名|身份证号|2024年度||2025年度|", "||等次|确定时间|等次|确定时间",
                            "谢欣|61079919790326656X|优秀|2025-03-24|称职|2026-03-24"}));
  EXPECT_EQ(outcome.type, "年度考核");
  EXPECT_EQ(outcome.header_last_row, 2);
  EXPECT_EQ(field_at(outcome, 4, "年度考核"), "等次");
  EXPECT_EQ(field_at(outcome, 5, "年度考核"), "确定时间");
}

TEST(SheetRecognitionTest, ThreeHeaderRows) {
  format::Sheet sheet =
      test_sheet("Sheet1", {"姓名|身份证号|年度考核|||", "||2024年度||2025年度|",
                            "||等次|确定时间|等次|确定时间",
                            "谢欣|61079919790326656X|优秀|2025-03-24|称职|2026-03-24"});
  sheet.merged = {{1, 3, 0, 0}, {1, 3, 1, 1}, {1, 1, 2, 5}, {2, 2, 2, 3}, {2, 2, 4, 5}};
  const SheetOutcome outcome = recognise(sheet);
  EXPECT_EQ(outcome.type, "年度考核");
  EXPECT_EQ(outcome.header_first_row, 1);
  EXPECT_EQ(outcome.header_last_row, 3);
  EXPECT_EQ(outcome.columns[5].heading, "年度考核/2025年度/确定时间");
}

struct PartCase {
  std::string heading;
  std::string field;  // of 干部 or 任职; "" not taken in
};

class HeadingPartTest : public testing::TestWithParam<PartCase> {};

TEST_P(HeadingPartTest, IsTakenOrLeft) {
  const SheetOutcome outcome = recognise(
      test_sheet("花名册", {"姓名|身份证号|" + GetParam().heading + "|民族", "谢欣|6107|x|汉族"}));
  ASSERT_EQ(outcome.type, "干部");
  EXPECT_EQ(field_at(outcome, 2, "干部"), GetParam().field) << GetParam().heading;
}

INSTANTIATE_TEST_SUITE_P(
    Headings, HeadingPartTest,
    testing::Values(PartCase{"性别", "性别"}, PartCase{"职级（公务员）", "职级"},
                    PartCase{"现职级", "职级~"}, PartCase{"拟任职级", ""},
                    PartCase{"目前职级", "职级~"}, PartCase{"配偶职级", ""},
                    PartCase{"对应职级", ""}, PartCase{"原职级", ""},
                    PartCase{"职级晋升情况说明", ""}, PartCase{"出生日期", "出生年月~"},
                    PartCase{"出生时间", "出生年月~"}, PartCase{"参加工作日期", "参加工作时间~"},
                    PartCase{"入党年月", "入党时间~"}, PartCase{"配偶性别", ""},
                    PartCase{"干部性别", "性别~"}, PartCase{"备注", ""}));

TEST(SheetRecognitionTest, TwoHeadingsThatFitAsWellLeaveTheFieldOpen) {
  const SheetOutcome outcome = recognise(
      test_sheet("花名册", {"姓名|身份证号|现职级|本人职级", "谢欣|61079919790326656X|甲|乙"}));
  EXPECT_EQ(field_at(outcome, 2, "干部"), "");
  EXPECT_EQ(field_at(outcome, 3, "干部"), "");
}

TEST(SheetRecognitionTest, ExactHeadingsGoBeforeParts) {
  const SheetOutcome outcome = recognise(
      test_sheet("花名册", {"现职级|职级|姓名|身份证号", "甲|乙|谢欣|61079919790326656X"}));
  EXPECT_EQ(field_at(outcome, 0, "干部"), "");
  EXPECT_EQ(field_at(outcome, 1, "干部"), "职级");
}

TEST(SheetRecognitionTest, AnotherUnitInTheBracketIsAnotherColumn) {
  const std::vector<std::string> head = {"姓名|身份证号|处分种类|生效时间|"};
  const auto field_of = [&](const std::string& heading) {
    return field_at(recognise(test_sheet("处分", {head[0] + heading, "谢欣|6|警告|2025-01-01|6"})),
                    4, "处分");
  };
  EXPECT_EQ(field_of("影响期（月）"), "月数");
  EXPECT_EQ(field_of("影响期(个月)"), "月数");
  EXPECT_EQ(field_of("影响期"), "月数");
  EXPECT_EQ(field_of("影响期（年）"), "");
}

TEST(SheetRecognitionTest, AColumnMayServeTwoTypes) {
  const SheetOutcome outcome =
      recognise(test_sheet("花名册", {"姓名|身份证号|工作单位|职务|任现职时间",
                                      "谢欣|61079919790326656X|城关|书记|2020.1"}));
  EXPECT_EQ(outcome.type, "干部");
  EXPECT_EQ(field_at(outcome, 2, "任职"), "单位");
  EXPECT_EQ(field_at(outcome, 3, "任职"), "职务");
  EXPECT_EQ(field_at(outcome, 4, "任职"), "任现职时间");
}

TEST(SheetRecognitionTest, TypesTakenAlongNeedAllTheirRequiredColumns) {
  const SheetOutcome outcome =
      recognise(test_sheet("花名册", {"姓名|身份证号|工作单位", "谢欣|61079919790326656X|城关"}));
  EXPECT_EQ(field_at(outcome, 2, "任职"), "");
}

struct CaptionCase {
  std::vector<std::string> above;
  std::string date;  // "" none
  int year = 0;
  std::string sheet = "Sheet1";
  std::string file = "表.xlsx";
};

class CaptionTest : public testing::TestWithParam<CaptionCase> {};

TEST_P(CaptionTest, GivesDateAndYear) {
  std::vector<std::string> lines = GetParam().above;
  lines.push_back("序号|单位名称|单位类别");
  lines.push_back("1|城关街道|镇街");
  const SheetOutcome outcome = recognise(test_sheet(GetParam().sheet, lines), GetParam().file);
  EXPECT_EQ(outcome.type, "单位");
  EXPECT_EQ(outcome.sheet_date ? outcome.sheet_date->to_string() : "", GetParam().date);
  EXPECT_EQ(outcome.sheet_year.value_or(0), GetParam().year);
  EXPECT_EQ(outcome.note.zh.find("按收到日期") != std::string::npos, GetParam().date.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Captions, CaptionTest,
    testing::Values(CaptionCase{{"单位名册", "填报单位：组织部||填报时间：2026年6月"},
                                "2026-06-30"},
                    CaptionCase{{"填报时间：2026年2月"}, "2026-02-28"},
                    CaptionCase{{"填表时间: 2026.06.15"}, "2026-06-15"},
                    CaptionCase{{"填报日期： 2026 年 6 月 15 日"}, "2026-06-15"},
                    CaptionCase{{"截止日期：2026/6/15"}, "2026-06-15"},
                    CaptionCase{{"截至2026年6月15日"}, "2026-06-15", 2026},
                    CaptionCase{{"（截止到2026年6月底）"}, "2026-06-30", 2026},
                    CaptionCase{{"统计时间|2026年6月"}, "2026-06-30"},
                    CaptionCase{{"填报时间：|@2026-06-15"}, "2026-06-15"},
                    CaptionCase{{"单位名册||2026年6月30日"}, "2026-06-30"},
                    CaptionCase{{"单位：组织部  时间：2026年6月"}, "2026-06-30"},
                    CaptionCase{{"2025年单位名册"}, "", 2025}, CaptionCase{{"单位名册"}, ""},
                    CaptionCase{{"2025年单位名册"}, "", 2024, "2024年"},
                    CaptionCase{{"单位名册"}, "", 2023, "Sheet1", "2023年度名册.xlsx"},
                    CaptionCase{{"2025年单位名册", "填报时间：2026年1月5日"}, "2026-01-05", 2025},
                    CaptionCase{{"考核年度：2025年"}, "", 2025}));

TEST(SheetRecognitionTest, TheDateMayStandAtTheFoot) {
  const SheetOutcome outcome = recognise(test_sheet(
      "Sheet1", {"单位名称|单位类别", "城关街道|镇街", "填表人：张三||填表时间：2026年6月"}));
  ASSERT_TRUE(outcome.sheet_date);
  EXPECT_EQ(outcome.sheet_date->to_string(), "2026-06-30");
}

}  // namespace
}  // namespace dandang::document
