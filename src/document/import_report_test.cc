#include "document/import_report.h"

#include "document/test_catalogue.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dandang::document {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

class ImportReportTest : public testing::Test {
 protected:
  ImportReportTest() {
    const auto catalogue = std::make_shared<record::Catalogue>(test_catalogue());
    const record::Dataset known(catalogue);
    ImportOptions options;
    options.received_on = Date::from_ymd(2026, 7, 1).value();
    const std::string good = test_identity_number("19790326", 664);
    plan_ = plan_import(
        *catalogue, known,
        {test_workbook(
            "名册.xlsx",
            {test_sheet(
                 "花名册",
                 {"干部花名册", "填报时间：2026年6月", "序号|姓名|干部性别|身份证号|出生年月|籍贯",
                  "1|谢欣|女|" + good + "|1979.03|陕西", "2|程敏远|不详|'12345|1977.13|",
                  "3|郝新|男||1998.01|", "合计|3", "注：到6月底", "说明：略"}),
             test_sheet("封面", {"干部名册"})})},
        options);
  }

  ImportPlan plan_;
};

TEST_F(ImportReportTest, TellsAnOfficeWhatBecameOfEachSheet) {
  const std::string text = to_text(plan_, Language::kChinese);
  EXPECT_THAT(text,
              HasSubstr("名册.xlsx「花名册」：认作「干部」（表头第 3 行，填报时间 2026-06-30），"
                        "收下 1 行，退回 2 行，略过 3 行\n"));
  EXPECT_THAT(text, HasSubstr("按相近表头认出，请核对：「干部性别」作为「性别」\n"));
  EXPECT_THAT(text, HasSubstr("没有录入的列：籍贯\n"));
  EXPECT_THAT(text, HasSubstr("略过的行：第 7 行（合计行），第 8–9 行（表注或落款）\n"));
  EXPECT_THAT(text, HasSubstr("名册.xlsx「封面」：未读取\n"));
  EXPECT_THAT(text, HasSubstr("没有找到表头"));
  EXPECT_THAT(
      text, HasSubstr("名册.xlsx「花名册」第 5 行 D 列（身份证号）：12345 —— 身份证号应为 18 位"));
  EXPECT_THAT(text, HasSubstr("第 6 行 D 列（身份证号）：（空） —— 没有填「身份证号」，请补上"));
  EXPECT_THAT(text, HasSubstr("共收下 1 行，退回 2 行（4 处问题）。"));
}

TEST_F(ImportReportTest, SpeaksEnglishToo) {
  const std::string text = to_text(plan_, Language::kEnglish);
  EXPECT_THAT(text, HasSubstr("1 rows taken, 2 refused, 3 passed over"));
  EXPECT_THAT(text, HasSubstr("row 7 (a total), row 8–9 (a note or signature)"));
  EXPECT_THAT(text, HasSubstr("row 6 column D (身份证号): (blank) —— \"身份证号\" is missing"));
  EXPECT_THAT(text, Not(HasSubstr("收下")));
}

TEST_F(ImportReportTest, NotesStandInTheCellsAtFault) {
  plan_.refusals.push_back(plan_.refusals.back());
  plan_.refusals.push_back(
      {"名册.xlsx", "花名册", 6, -1, "", "", "row", {"整行有问题", "the row"}});
  const auto notes = notes_for(plan_, "名册.xlsx", Language::kChinese);
  ASSERT_THAT(notes, SizeIs(5));
  EXPECT_EQ(format::cell_name(notes[0].column, notes[0].row), "C5");
  EXPECT_EQ(format::cell_name(notes[3].column, notes[3].row), "D6");
  EXPECT_EQ(notes[3].text, "没有填「身份证号」，请补上\n没有填「身份证号」，请补上");
  EXPECT_EQ(format::cell_name(notes[4].column, notes[4].row), "B6");  // its first column taken in
  EXPECT_THAT(notes_for(plan_, "别的.xlsx", Language::kChinese), SizeIs(0));
}

TEST_F(ImportReportTest, TablesHaveAColumnForEachHeader) {
  for (Language language : {Language::kChinese, Language::kEnglish}) {
    const auto sheets = report_sheets(plan_, language);
    ASSERT_THAT(sheets, SizeIs(3));
    EXPECT_THAT(sheets[0].rows, SizeIs(4));
    EXPECT_THAT(sheets[1].rows, SizeIs(2));
    EXPECT_THAT(sheets[2].rows, SizeIs(3));
    for (const format::OutputSheet& sheet : sheets) {
      EXPECT_EQ(sheet.widths.size(), sheet.header.size());
      for (const auto& row : sheet.rows) EXPECT_EQ(row.size(), sheet.header.size());
    }
  }
}

TEST_F(ImportReportTest, LongValuesAreCutAndStayOnOneLine) {
  plan_.refusals.resize(1);
  plan_.refusals[0].value = "一\n" + std::string(100, 'x');
  const std::string text = to_text(plan_, Language::kChinese);
  EXPECT_THAT(text, HasSubstr("一 " + std::string(38, 'x') + "… ——"));
}

}  // namespace
}  // namespace dandang::document
