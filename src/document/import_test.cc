#include "document/import.h"

#include <algorithm>
#include <random>

#include "document/test_catalogue.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace dandang::document {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

const std::string kXie = "61079919790326656X";                   // 谢欣, a woman
const std::string kCheng = "610799197710016708";                 // 程敏远, a woman
const std::string kHao = test_identity_number("19980115", 665);  // 郝新, a man

format::Workbook units() {
  return test_workbook(
      "单位.xlsx",
      {test_sheet("单位", {"单位名称|单位类别", "城关街道|镇街", "县财政局|县直部门"})});
}

format::Workbook roster() {
  return test_workbook("花名册.xlsx",
                       {test_sheet("花名册", {"干部花名册", "填报时间：2026年6月",
                                              "序号|姓名|性别|身份证号|单位|职务|任现职时间",
                                              "1|谢欣|女|" + kXie + "|城关街道|党委书记|'2017.10",
                                              "2|程敏远|女|" + kCheng + "|县财政局|局长|'2020.11",
                                              "3|郝  新|男|" + kHao + "|县财政局|科员|"})});
}

class ImportTest : public testing::Test {
 protected:
  ImportTest()
      : catalogue_(std::make_shared<record::Catalogue>(test_catalogue())), known_(catalogue_) {
    options_.received_on = Date::from_ymd(2026, 7, 1).value();
  }

  ImportPlan plan(std::vector<format::Workbook> workbooks) {
    return plan_import(*catalogue_, known_, workbooks, options_);
  }
  // With the registers that the rows refer to.
  ImportPlan plan_with_registers(format::Sheet sheet, const std::string& file = "表.xlsx") {
    std::vector<format::Workbook> books = {units(), roster()};
    books.push_back(test_workbook(file, {std::move(sheet)}));
    return plan(std::move(books));
  }
  void know(const ImportPlan& plan) {
    for (const record::NewVersion& version : plan.versions) {
      known_.append(*catalogue_->type_index(version.type), version, 1);
    }
    for (const record::Coverage& coverage : plan.coverage) known_.add_coverage(coverage);
    known_.resolve_refs();
  }

  static std::vector<std::string> codes(const ImportPlan& plan) {
    std::vector<std::string> out;
    for (const Refusal& refusal : plan.refusals) out.push_back(refusal.code);
    return out;
  }
  // The records of a type, each as its fields' words parted by "|".
  std::vector<std::string> records(const ImportPlan& plan, const std::string& type) const {
    std::vector<std::string> out;
    const record::RecordType* record_type = catalogue_->find_type(type);
    for (const record::NewVersion& version : plan.versions) {
      if (version.type != type) continue;
      std::vector<std::string> words;
      for (size_t i = 0; i < version.cells.size(); ++i) {
        words.push_back(record::to_display(record_type->fields[i], version.cells[i]));
      }
      out.push_back(join(words, "|"));
    }
    return out;
  }
  static std::vector<std::string> coverage(const ImportPlan& plan, const std::string& type) {
    std::vector<std::string> out;
    for (const record::Coverage& each : plan.coverage) {
      if (each.type == type) out.push_back(join(each.key_values, "/"));
    }
    return out;
  }
  static std::vector<int> skipped_rows(const SheetOutcome& sheet) {
    std::vector<int> out;
    for (const SkippedLine& line : sheet.skipped) out.push_back(line.row);
    return out;
  }

  std::shared_ptr<record::Catalogue> catalogue_;
  record::Dataset known_;
  ImportOptions options_;
};

// ---- records ----

TEST_F(ImportTest, RegistersGiveRecordsAndWhatIsTakenAlong) {
  const ImportPlan out = plan({units(), roster()});
  EXPECT_THAT(codes(out), IsEmpty());
  EXPECT_THAT(records(out, "单位"), ElementsAre("城关街道|镇街", "县财政局|县直部门"));
  EXPECT_THAT(records(out, "干部"),
              ElementsAre("谢欣|女|||" + kXie + "|||", "程敏远|女|||" + kCheng + "|||",
                          "郝新|男|||" + kHao + "|||"));
  EXPECT_THAT(records(out, "任职"),
              ElementsAre(kXie + "|城关街道|党委书记|2017-10-01",
                          kCheng + "|县财政局|局长|2020-11-01", kHao + "|县财政局|科员|"));
  EXPECT_EQ(out.sheets[1].rows_taken, 3u);
  EXPECT_EQ(out.versions.back().source.row, 6);
  EXPECT_EQ(out.versions.back().key, record::key_text({kHao, "县财政局", "科员"}));
}

TEST_F(ImportTest, TheOrderOfFilesDoesNotMatter) {
  const ImportPlan out = plan({roster(), units()});
  EXPECT_THAT(codes(out), IsEmpty());
  EXPECT_THAT(out.versions, SizeIs(8));
}

TEST_F(ImportTest, ValidTimesFollowTheType) {
  const ImportPlan out =
      plan({units(), roster(),
            test_workbook("表彰.xlsx", {test_sheet("表彰", {"姓名|身份证号|表彰名称|表彰时间",
                                                            "谢欣|" + kXie + "|先进|2020.05"})}),
            test_workbook("考核.xlsx", {test_sheet("2025年度", {"姓名|身份证号|考核等次",
                                                                "谢欣|" + kXie + "|优秀"})})});
  ASSERT_THAT(codes(out), IsEmpty());
  for (const record::NewVersion& version : out.versions) {
    const std::string from = version.valid_from ? version.valid_from->to_string() : "";
    if (version.type == "干部" || version.type == "单位") {
      EXPECT_EQ(from, "");
      EXPECT_TRUE(version.valid_assumed);
    } else if (version.type == "表彰") {
      EXPECT_EQ(from, "2020-05-01");
      EXPECT_FALSE(version.valid_assumed);
    } else if (version.type == "年度考核") {
      EXPECT_EQ(from, "2025-01-01");
    } else if (version.type == "任职") {
      const bool dated = from == "2017-10-01" || from == "2020-11-01";
      EXPECT_NE(dated, version.valid_assumed) << from;
    }
    EXPECT_FALSE(version.valid_to);
  }
}

TEST_F(ImportTest, ARecordWithoutItsDateIsNotInForceYet) {
  catalogue_->types[5].key = {"干部", "表彰名称"};
  catalogue_->types[5].fields[4].required = false;
  const ImportPlan out = plan_with_registers(
      test_sheet("表彰", {"姓名|身份证号|表彰名称|表彰时间", "谢欣|" + kXie + "|先进|"}));
  ASSERT_THAT(codes(out), IsEmpty());
  EXPECT_EQ(out.versions.back().valid_from->to_string(), "9999-12-31");
}

TEST_F(ImportTest, YearsComeFromColumnNameTitleOrFile) {
  const std::string row = "谢欣|" + kXie + "|优秀";
  const auto year_of = [&](format::Sheet sheet, const std::string& file) {
    const ImportPlan out = plan_with_registers(std::move(sheet), file);
    const auto found = records(out, "年度考核");
    return found.size() == 1 ? found[0].substr(kXie.size() + 1, 4) : "";
  };
  EXPECT_EQ(
      year_of(test_sheet("2021年度", {"2022年考核", "姓名|身份证号|考核等次", row}), "2023.xlsx"),
      "2021");
  EXPECT_EQ(
      year_of(test_sheet("Sheet1", {"2022年考核", "姓名|身份证号|考核等次", row}), "2023.xlsx"),
      "2022");
  EXPECT_EQ(year_of(test_sheet("Sheet1", {"姓名|身份证号|考核等次", row}), "2023年.xlsx"), "2023");
  EXPECT_EQ(
      year_of(test_sheet("2021年度", {"姓名|身份证号|考核等次|年度", row + "|2019年"}), "a.xlsx"),
      "2019");
  EXPECT_EQ(year_of(test_sheet("2021年度", {"姓名|身份证号|2020年考核等次", row}), "a.xlsx"),
            "2020");
}

TEST_F(ImportTest, EachYearGroupOfAWideSheetGivesItsOwnRecord) {
  format::Sheet sheet = test_sheet(
      "近三年考核",
      {"姓名|身份证号|2023年度||2024年度||2025年度|", "||等次|确定时间|等次|确定时间|等次|确定时间",
       "谢欣|" + kXie + "|优秀|2024-03-24|称职|2025-03-24|优秀|2026-03-26",
       "程敏远|" + kCheng + "|||—|/|称职|2026-03-26", "郝新|" + kHao + "||||||"});
  sheet.merged = {{1, 2, 0, 0}, {1, 2, 1, 1}, {1, 1, 2, 3}, {1, 1, 4, 5}, {1, 1, 6, 7}};
  const ImportPlan out = plan_with_registers(std::move(sheet));
  EXPECT_THAT(codes(out), IsEmpty());
  EXPECT_THAT(
      records(out, "年度考核"),
      UnorderedElementsAre(kXie + "|2023|优秀|2024-03-24", kXie + "|2024|称职|2025-03-24",
                           kXie + "|2025|优秀|2026-03-26", kCheng + "|2025|称职|2026-03-26"));
  EXPECT_EQ(out.sheets[2].rows_taken, 2u);
  EXPECT_THAT(skipped_rows(out.sheets[2]), ElementsAre(5));
}

TEST_F(ImportTest, WideSheetsWithTheYearInEachHeading) {
  const ImportPlan out = plan_with_registers(test_sheet(
      "近两年", {"姓名|身份证号|2024年考核等次|2025年考核等次", "谢欣|" + kXie + "|优秀|称职"}));
  EXPECT_THAT(records(out, "年度考核"), ElementsAre(kXie + "|2024|优秀|", kXie + "|2025|称职|"));
}

TEST_F(ImportTest, ValuesMergedDownwardsCountForEveryRow) {
  format::Sheet sheet =
      test_sheet("排名", {"工作事项|年度|单位|名次|责任人身份证号",
                          "招商引资|2025|城关街道|1|" + kXie, "||县财政局|2|" + kCheng});
  sheet.merged = {{2, 3, 0, 0}, {2, 3, 1, 1}};
  const ImportPlan out = plan_with_registers(std::move(sheet));
  EXPECT_THAT(codes(out), IsEmpty());
  EXPECT_THAT(records(out, "重点工作排名"), ElementsAre("招商引资|2025||城关街道|1|" + kXie,
                                                        "招商引资|2025||县财政局|2|" + kCheng));
}

TEST_F(ImportTest, MoneyInTenThousands) {
  const auto amounts = [&](const std::vector<std::string>& head) {
    std::vector<std::string> lines = head;
    lines.push_back("谢欣|" + kXie + "|1.2345");
    return records(plan_with_registers(test_sheet("2025年", lines)), "月均收入");
  };
  EXPECT_THAT(amounts({"姓名|身份证号|收入(万元)"}), ElementsAre(kXie + "|2025||12345.00"));
  EXPECT_THAT(amounts({"单位：万元", "姓名|身份证号|收入"}), ElementsAre(kXie + "|2025||12345.00"));
  EXPECT_THAT(amounts({"单位：万元", "姓名|身份证号|收入（元）"}), IsEmpty());  // 1.2345 yuan
}

// ---- lines passed over ----

TEST_F(ImportTest, TotalsNotesAndHeadingsAgainAreListedNotRead) {
  const ImportPlan out = plan({test_workbook(
      "单位.xlsx",
      {test_sheet("单位名册",
                  {"单位名册", "序号|单位名称|单位类别", "1|城关街道|镇街", "", "镇街小计|1|",
                   "单位名册", "序号|单位名称|单位类别", "2|县财政局|县直部门", "3||", "合  计|2|",
                   "|总计：2|", "注：以上为2026年6月数据", "填表人：张三||审核人：李四"})})});
  EXPECT_THAT(codes(out), IsEmpty());
  EXPECT_THAT(records(out, "单位"), SizeIs(2));
  EXPECT_THAT(skipped_rows(out.sheets[0]), ElementsAre(5, 6, 7, 9, 10, 11, 12, 13));
}

TEST_F(ImportTest, TwoHeaderRowsAgain) {
  format::Sheet sheet =
      test_sheet("考核", {"姓名|身份证号|2025年度|", "||等次|确定时间",
                          "谢欣|" + kXie + "|优秀|2026-03-24", "姓名|身份证号|2025年度|",
                          "||等次|确定时间", "程敏远|" + kCheng + "|称职|2026-03-24"});
  sheet.merged = {{1, 2, 0, 0}, {1, 2, 1, 1}, {1, 1, 2, 3},
                  {4, 5, 0, 0}, {4, 5, 1, 1}, {4, 4, 2, 3}};
  const ImportPlan out = plan_with_registers(std::move(sheet));
  EXPECT_THAT(codes(out), IsEmpty());
  EXPECT_THAT(records(out, "年度考核"), SizeIs(2));
  EXPECT_THAT(skipped_rows(out.sheets[2]), ElementsAre(4, 5));
}

TEST_F(ImportTest, ListsOfSeveralYearsOneBelowTheOther) {
  format::Sheet sheet =
      test_sheet("考核", {"2024年度考核结果", "姓名|身份证号|考核等次", "谢欣|" + kXie + "|优秀",
                          "注：2023年的另报", "程敏远|" + kCheng + "|优秀", "2025年度考核结果",
                          "填报单位：组织部", "姓名|身份证号|考核等次", "谢欣|" + kXie + "|称职",
                          "2022年度", "谢欣|" + kXie + "|称职"});
  sheet.merged = {{1, 1, 0, 2}, {6, 6, 0, 2}, {10, 10, 0, 2}};
  const ImportPlan out = plan_with_registers(std::move(sheet));
  EXPECT_THAT(codes(out), IsEmpty());
  EXPECT_THAT(records(out, "年度考核"), ElementsAre(kXie + "|2024|优秀|", kCheng + "|2024|优秀|",
                                                    kXie + "|2025|称职|", kXie + "|2022|称职|"));
}

TEST_F(ImportTest, EqualRowsOfARepeatingTypeAreNumbered) {
  const ImportPlan out = plan_with_registers(
      test_sheet("学费", {"身份证号|金额", kXie + "|100", kXie + "|100", kXie + "|200"}));
  EXPECT_THAT(codes(out), IsEmpty());
  std::vector<std::string> keys;
  for (const auto& version : out.versions) {
    if (version.type == "学费") keys.push_back(record::key_for_display(version.key));
  }
  EXPECT_THAT(keys, ElementsAre(kXie + "/100.00/1", kXie + "/100.00/2", kXie + "/200.00/1"));
}

TEST_F(ImportTest, AKeyMayHaveAPartThatIsBlank) {
  catalogue_->types[8].key = {"工作事项", "年度", "单位", "责任人"};
  const ImportPlan out = plan_with_registers(
      test_sheet("排名", {"工作事项|年度|单位|名次|责任人", "维稳|2025|县财政局|1|",
                          "维稳|2025|县财政局|1|" + kXie, "维稳|2025|县财政局|1|"}));
  EXPECT_THAT(codes(out), ElementsAre("duplicate-key"));
  EXPECT_THAT(records(out, "重点工作排名"), SizeIs(2));
}

TEST_F(ImportTest, AColumnMayBeRequiredThoughItsCellsAreNot) {
  catalogue_->types[1].fields[5].column_required = true;  // 职级
  EXPECT_EQ(plan({test_workbook("a.xlsx",
                                {test_sheet("花名册", {"姓名|性别|身份证号", "谢欣|女|" + kXie})})})
                .sheets[0]
                .type,
            "");
  const ImportPlan out = plan({test_workbook(
      "a.xlsx", {test_sheet("花名册", {"姓名|性别|身份证号|职级", "谢欣|女|" + kXie + "|"})})});
  EXPECT_THAT(codes(out), IsEmpty());
  EXPECT_THAT(records(out, "干部"), SizeIs(1));
}

TEST_F(ImportTest, SectionLinesAndColumnNumbers) {
  format::Sheet sheet = test_sheet(
      "花名册", {"姓名|身份证号|性别", "1|2|3", "一、县委办公室", "谢欣|" + kXie + "|女"});
  sheet.merged = {{3, 3, 0, 2}};
  const ImportPlan out = plan({test_workbook("a.xlsx", {sheet})});
  EXPECT_THAT(codes(out), IsEmpty());
  EXPECT_THAT(skipped_rows(out.sheets[0]), ElementsAre(2, 3));
}

TEST_F(ImportTest, AHalfFilledRowIsRefusedNotPassedOver) {
  const ImportPlan out = plan(
      {test_workbook("a.xlsx", {test_sheet("花名册", {"姓名|身份证号|性别", "谢欣",
                                                      "|" + kCheng + "|女", "|累计划拨|女"})})});
  EXPECT_THAT(codes(out), ElementsAre("missing", "missing", "missing", "identity-length"));
  EXPECT_EQ(out.sheets[0].rows_refused, 3u);
}

TEST_F(ImportTest, APersonWhoseNameBeginsLikeATotalIsAPerson) {
  const ImportPlan out = plan({test_workbook(
      "a.xlsx", {test_sheet("花名册", {"姓名|身份证号", "合计|" + kXie, "总计|" + kCheng})})});
  EXPECT_THAT(records(out, "干部"), SizeIs(2));
}

TEST_F(ImportTest, TheSecondLineOfAPersonWrittenOverTwo) {
  format::Sheet sheet =
      test_sheet("花名册", {"姓名|身份证号|子女|民族", "谢欣|" + kXie + "|长子|汉族", "||次子"});
  sheet.merged = {{2, 3, 0, 0}, {2, 3, 1, 1}};
  const ImportPlan out = plan({test_workbook("a.xlsx", {sheet})});
  EXPECT_THAT(codes(out), IsEmpty());
  EXPECT_THAT(skipped_rows(out.sheets[0]), ElementsAre(3));
}

// ---- refusals ----

TEST_F(ImportTest, AllFaultsOfARowAreReportedWithTheirPlaces) {
  const ImportPlan out = plan(
      {units(),
       test_workbook("花名册.xlsx",
                     {test_sheet("花名册", {"姓名|性别|出生年月|身份证号|参加工作时间|单位|职务",
                                            "谢欣|男|1980.03|" + kXie + "|2004.11|没有局|"})})});
  EXPECT_THAT(codes(out), ElementsAre("sex-differs", "birth-date-differs", "day-missing",
                                      "reference-unknown", "missing"));
  const Refusal& birth = out.refusals[1];
  EXPECT_EQ(birth.file, "花名册.xlsx");
  EXPECT_EQ(birth.sheet, "花名册");
  EXPECT_EQ(birth.row, 2);
  EXPECT_EQ(birth.column, 2);
  EXPECT_EQ(birth.heading, "出生年月");
  EXPECT_EQ(birth.value, "1980.03");
  EXPECT_THAT(birth.reason.zh, HasSubstr("1979.03"));
  EXPECT_FALSE(birth.reason.en.empty());
  EXPECT_THAT(records(out, "干部"), IsEmpty());
  EXPECT_THAT(records(out, "任职"), IsEmpty());
}

struct BirthCase {
  std::string birth;
  bool agrees;
};

TEST_F(ImportTest, BirthAgreesByMonthOrByDay) {
  for (const BirthCase& each : std::vector<BirthCase>{{"1979.03", true},
                                                      {"1979-03-26", true},
                                                      {"@1979-03-26", true},
                                                      {"@1979-03-01", true},
                                                      {"1979年3月", true},
                                                      {"1979-03-01", true},
                                                      {"1979/3/1", true},
                                                      {"1979-04-01", false},
                                                      {"1979-03-27", false},
                                                      {"@1979-03-27", false},
                                                      {"1979.04", false},
                                                      {"", true}}) {
    const ImportPlan out = plan({test_workbook(
        "a.xlsx",
        {test_sheet("花名册", {"姓名|身份证号|出生年月", "谢欣|" + kXie + "|" + each.birth})})});
    EXPECT_EQ(out.refusals.empty(), each.agrees) << each.birth;
  }
}

TEST_F(ImportTest, ASecondRowOfTheSameKeyIsRefusedAndNamesTheFirst) {
  const ImportPlan out =
      plan({units(), roster(),
            test_workbook("补充.xlsx",
                          {test_sheet("花名册", {"姓名|身份证号|性别", "谢欣|" + kXie + "|女"})})});
  ASSERT_THAT(codes(out), ElementsAre("duplicate-key"));
  EXPECT_THAT(out.refusals[0].reason.zh, HasSubstr("花名册.xlsx「花名册」第 4 行"));
  EXPECT_EQ(out.refusals[0].column, 1);
  EXPECT_THAT(records(out, "干部"), SizeIs(3));
}

TEST_F(ImportTest, ARefusedRowLeavesItsKeyToTheNext) {
  const ImportPlan out = plan({test_workbook(
      "a.xlsx", {test_sheet("花名册", {"姓名|身份证号|性别", "谢欣|" + kXie + "|未知",
                                       "谢欣|" + kXie + "|女"})})});
  EXPECT_THAT(codes(out), ElementsAre("code-unknown"));
  EXPECT_THAT(records(out, "干部"), SizeIs(1));
}

TEST_F(ImportTest, RowChecksRunOnGoodRowsAndNameTheirColumn) {
  options_.row_check = [&](const record::RecordType& type, size_t check,
                           const std::vector<Cell>& cells, Date sheet_date) -> std::optional<bool> {
    EXPECT_EQ(type.name, "干部");
    EXPECT_EQ(check, 0u);
    EXPECT_EQ(sheet_date.to_string(), "2026-06-30");
    const Cell& start = cells[6];
    if (is_blank(start)) return std::nullopt;
    return std::get<int64_t>(start) <= sheet_date.days();
  };
  const ImportPlan out = plan({test_workbook(
      "a.xlsx", {test_sheet("花名册", {"填报时间：2026年6月", "姓名|身份证号|参加工作时间",
                                       "谢欣|" + kXie + "|2031-07-01", "程敏远|" + kCheng + "|",
                                       "郝新|" + kHao + "|2020-07-01"})})});
  ASSERT_THAT(codes(out), ElementsAre("row-check"));
  EXPECT_EQ(out.refusals[0].column, 2);
  EXPECT_EQ(out.refusals[0].heading, "参加工作时间");
  EXPECT_THAT(records(out, "干部"), SizeIs(2));
}

TEST_F(ImportTest, GuardsRefuseRowsAtTheirPlace) {
  options_.write_guards = [&](const record::RecordType& type, const std::vector<Cell>& cells,
                              Date) -> std::vector<procedure::Refusal> {
    EXPECT_EQ(type.name, "干部");
    if (is_blank(cells[6])) return {};
    procedure::Refusal refusal;
    refusal.name = "不收";
    refusal.clause = "N8";
    refusal.message = {"不能收，请改正", "not taken; correct it"};
    refusal.field = "参加工作时间";
    refusal.missing = {{"缺单位", "the unit is missing"}};
    return {refusal};
  };
  const ImportPlan out = plan({test_workbook(
      "a.xlsx", {test_sheet("花名册", {"姓名|身份证号|参加工作时间", "谢欣|" + kXie + "|2020-07-01",
                                       "程敏远|" + kCheng + "|"})})});
  ASSERT_THAT(codes(out), ElementsAre("write-guard"));
  EXPECT_EQ(out.refusals[0].file, "a.xlsx");
  EXPECT_EQ(out.refusals[0].row, 2);
  EXPECT_EQ(out.refusals[0].heading, "参加工作时间");
  EXPECT_EQ(out.refusals[0].reason.zh, "防线“不收”（N8）：不能收，请改正；缺单位");
  EXPECT_THAT(records(out, "干部"), SizeIs(1));
}

// ---- references ----

TEST_F(ImportTest, PersonsAndUnitsMustBeInTheirRegisters) {
  const ImportPlan out = plan_with_registers(test_sheet(
      "2025年度",
      {"姓名|身份证号|考核等次", "戊不在|" + test_identity_number("19700101") + "|优秀"}));
  ASSERT_THAT(codes(out), ElementsAre("person-unknown"));
  EXPECT_THAT(out.refusals[0].reason.zh, HasSubstr("名册里没有这个人"));
}

TEST_F(ImportTest, AWrongNumberOfNobodyIsToldBoth) {
  const ImportPlan out = plan_with_registers(
      test_sheet("2025年度", {"姓名|身份证号|考核等次", "戊不在|610799197001010014|优秀"}));
  EXPECT_THAT(codes(out), ElementsAre("identity-check-digit", "person-unknown"));
}

TEST_F(ImportTest, ARegisterNeverTakenInIsSaidToBe) {
  const ImportPlan out = plan({test_workbook(
      "a.xlsx", {test_sheet("2025年度", {"姓名|身份证号|考核等次", "谢欣|" + kXie + "|优秀"})})});
  ASSERT_THAT(codes(out), ElementsAre("register-missing"));
  EXPECT_THAT(out.refusals[0].reason.zh, HasSubstr("还没有导入过「干部」名册"));
}

TEST_F(ImportTest, WhatIsKnownAlreadyMayBeReferredTo) {
  know(plan({units(), roster()}));
  const ImportPlan out = plan({test_workbook(
      "a.xlsx", {test_sheet("2025年度", {"姓名|身份证号|考核等次", "谢 欣|" + kXie + "|优秀",
                                         "程敏|" + kCheng + "|优秀"})})});
  EXPECT_THAT(codes(out), ElementsAre("name-differs"));
  EXPECT_THAT(records(out, "年度考核"), ElementsAre(kXie + "|2025|优秀|"));
}

TEST_F(ImportTest, ANearNameIsPointedAt) {
  const ImportPlan out =
      plan({units(),
            test_workbook("a.xlsx", {test_sheet("花名册", {"姓名|身份证号|单位|职务",
                                                           "谢欣|" + kXie + "|县财证局|局长"})})});
  ASSERT_THAT(codes(out), ElementsAre("reference-unknown"));
  EXPECT_THAT(out.refusals[0].reason.zh, HasSubstr("县财政局"));
}

TEST_F(ImportTest, NamesWithRemarksAndBlanksAgree) {
  const ImportPlan out = plan_with_registers(
      test_sheet("2025年度", {"姓名|身份证号|考核等次", "郝　新（挂职）|" + kHao + "|优秀"}));
  EXPECT_THAT(codes(out), IsEmpty());
}

TEST_F(ImportTest, APersonMayBeGivenByNameWhereOnlyOneHasIt) {
  const ImportPlan out = plan_with_registers(test_sheet(
      "2025年度", {"姓名|单位|考核等次", "谢 欣|城关街道|优秀", "王不在|城关街道|优秀"}));
  EXPECT_THAT(codes(out), ElementsAre("person-unknown"));
  EXPECT_THAT(records(out, "年度考核"), ElementsAre(kXie + "|2025|优秀|"));
}

TEST_F(ImportTest, TwoOfOneNameNeedTheNumberUnlessTheUnitTells) {
  const std::string other = test_identity_number("19850505", 664);
  const std::vector<format::Workbook> registers = {
      units(),
      test_workbook("花名册.xlsx", {test_sheet("花名册", {"姓名|身份证号|单位|职务",
                                                          "谢欣|" + kXie + "|城关街道|书记",
                                                          "谢欣|" + other + "|县财政局|局长"})})};
  auto with = registers;
  with.push_back(test_workbook(
      "a.xlsx", {test_sheet("2025年度", {"姓名|单位|考核等次", "谢欣|县财政局|优秀"})}));
  EXPECT_THAT(records(plan(with), "年度考核"), ElementsAre(other + "|2025|优秀|"));
  with = registers;
  with.push_back(test_workbook("a.xlsx", {test_sheet("2025年度", {"姓名|考核等次", "谢欣|优秀"})}));
  const ImportPlan out = plan(with);
  ASSERT_THAT(codes(out), ElementsAre("name-ambiguous"));
  EXPECT_THAT(out.refusals[0].reason.zh, HasSubstr("身份证号"));
}

TEST_F(ImportTest, AMissingNumberIsNotMadeUpForByTheName) {
  const ImportPlan out = plan_with_registers(test_sheet(
      "2025年度", {"姓名|身份证号|考核等次", "谢欣||优秀", "程敏远|" + kCheng + "|优秀"}));
  ASSERT_THAT(codes(out), ElementsAre("missing"));
  EXPECT_EQ(out.refusals[0].column, 1);
  EXPECT_THAT(out.refusals[0].reason.zh, HasSubstr("身份证号"));
}

TEST_F(ImportTest, AColumnOfNumbersMayHoldAName) {
  const ImportPlan out = plan_with_registers(test_sheet(
      "排名",
      {"工作事项|年度|单位|名次|责任人", "招商引资|2025|城关街道|1|谢欣",
       "招商引资|2025|县财政局|2|" + kCheng, "维稳|2025|县财政局|1|", "维稳|2025|城关街道|2|—"}));
  EXPECT_THAT(codes(out), IsEmpty());
  EXPECT_THAT(
      records(out, "重点工作排名"),
      ElementsAre("招商引资|2025||城关街道|1|" + kXie, "招商引资|2025||县财政局|2|" + kCheng,
                  "维稳|2025||县财政局|1|", "维稳|2025||城关街道|2|"));
}

TEST_F(ImportTest, WhatHangsOnARefusedRowIsRefusedToo) {
  const ImportPlan out =
      plan({units(),
            test_workbook("花名册.xlsx",
                          {test_sheet("花名册", {"姓名|身份证号|性别", "谢欣|" + kXie + "|不详"})}),
            test_workbook("a.xlsx", {test_sheet("2025年度", {"姓名|身份证号|考核等次",
                                                             "谢欣|" + kXie + "|优秀"})})});
  ASSERT_THAT(codes(out), ElementsAre("code-unknown", "reference-refused"));
  EXPECT_THAT(out.refusals[1].reason.zh, HasSubstr("花名册.xlsx「花名册」第 2 行"));
}

TEST_F(ImportTest, AKnownRecordCarriesARowWhoseNewVersionIsRefused) {
  know(plan({units(), roster()}));
  const ImportPlan out =
      plan({test_workbook("花名册.xlsx",
                          {test_sheet("花名册", {"姓名|身份证号|性别", "谢欣|" + kXie + "|不详"})}),
            test_workbook("a.xlsx", {test_sheet("2025年度", {"姓名|身份证号|考核等次",
                                                             "谢欣|" + kXie + "|优秀"})})});
  EXPECT_THAT(codes(out), ElementsAre("code-unknown"));
  EXPECT_THAT(records(out, "年度考核"), SizeIs(1));
}

TEST_F(ImportTest, TypesThatReferToEachOtherSettle) {
  // A unit names its head, the head's post names the unit.
  catalogue_->types[0].fields.push_back(
      TestField("负责人", record::FieldKind::kRef, {"负责人身份证号"}).ref("干部").field);
  const auto units_led_by = [&](const std::string& person) {
    return test_workbook(
        "单位.xlsx",
        {test_sheet("单位名册", {"单位名称|单位类别|负责人身份证号", "城关街道|镇街|" + person})});
  };
  const auto persons = [&](const std::string& sex) {
    return test_workbook("花名册.xlsx",
                         {test_sheet("花名册", {"姓名|身份证号|性别|单位|职务",
                                                "谢欣|" + kXie + "|" + sex + "|城关街道|书记"})});
  };
  EXPECT_THAT(plan({units_led_by(kXie), persons("女")}).refusals, IsEmpty());
  const ImportPlan out = plan({units_led_by(kXie), persons("不详")});
  EXPECT_THAT(codes(out), UnorderedElementsAre("reference-refused", "code-unknown"));
  EXPECT_THAT(out.versions, IsEmpty());
}

// ---- coverage ----

TEST_F(ImportTest, CoverageSaysWhichListsAreThere) {
  const ImportPlan out = plan(
      {units(), roster(),
       test_workbook("体检.xlsx",
                     {test_sheet("体检", {"2025年度体检名单", "姓名|身份证号|体检时间"})}),
       test_workbook("排名.xlsx",
                     {test_sheet("排名", {"工作事项|年度|单位|名次", "招商引资|2024|城关街道|1",
                                          "招商引资|2025|城关街道|1", "维稳|2025|城关街道|1",
                                          "维稳|2025|县财政局|2"})}),
       test_workbook("处分.xlsx",
                     {test_sheet("处分", {"姓名|身份证号|处分种类|生效时间", "合计|0||"})})});
  EXPECT_THAT(codes(out), IsEmpty());
  EXPECT_THAT(coverage(out, "单位"), ElementsAre(""));
  EXPECT_THAT(coverage(out, "任职"), ElementsAre(""));
  EXPECT_THAT(coverage(out, "处分"), ElementsAre(""));
  EXPECT_THAT(coverage(out, "体检"), ElementsAre("2025"));
  EXPECT_THAT(coverage(out, "重点工作排名"),
              UnorderedElementsAre("招商引资/2024", "招商引资/2025", "维稳/2025"));
}

TEST_F(ImportTest, AListWithRefusedRowsIsSaidToBeIncomplete) {
  const ImportPlan out = plan_with_registers(
      test_sheet("处分", {"姓名|身份证号|处分种类|生效时间", "谢欣|" + kXie + "|警告|2025.01"}));
  EXPECT_THAT(codes(out), ElementsAre("day-missing"));
  EXPECT_THAT(out.sheets[2].note.zh, HasSubstr("1 行没有收下"));
  // The register is taken in, but stays open for the person whose row was refused.
  EXPECT_THAT(coverage(out, "处分"), ElementsAre("", ""));
  EXPECT_EQ(out.coverage.back().open_for, kXie);
}

// ---- bounds ----

TEST_F(ImportTest, ASheetWithoutAColumnKeepsWhatIsKnownOfIt) {
  know(plan({units(), roster()}));
  const auto before = records(plan({units(), roster()}), "干部");
  const auto again = plan(
      {units(),
       test_workbook("花名册.xlsx",
                     {test_sheet("花名册", {"干部花名册", "填报时间：2026年7月",
                                            "序号|姓名|身份证号|单位|职务|任现职时间",
                                            "1|谢欣|" + kXie + "|城关街道|党委书记|'2017.10"})})});
  EXPECT_THAT(again.refusals, testing::IsEmpty());
  const auto after = records(again, "干部");
  ASSERT_EQ(after.size(), 1u);
  EXPECT_EQ(after[0], before[0]);  // 性别 had no column, and is still 女
}

TEST_F(ImportTest, ProgressEndsWithAllRows) {
  size_t done = 0;
  size_t all = 0;
  options_.progress = [&](size_t d, size_t a) { done = d, all = a; };
  plan({units(), roster()});
  EXPECT_EQ(done, all);
  EXPECT_EQ(all, 5u);
}

TEST_F(ImportTest, RandomSheetsNeverStopIt) {
  const std::vector<std::string> words = {"姓名",
                                          "身份证号",
                                          "单位",
                                          "考核等次",
                                          "2025年度",
                                          "单位名称",
                                          "单位类别",
                                          "处分种类",
                                          "生效时间",
                                          "表彰名称",
                                          "表彰时间",
                                          "合计",
                                          "注：",
                                          "填报时间：2026年6月",
                                          kXie,
                                          kCheng,
                                          "谢欣",
                                          "镇街",
                                          "优秀",
                                          "警告",
                                          "2025-01-01",
                                          "@2025-01-01",
                                          "#N/A",
                                          "1",
                                          "2025",
                                          "1975.1",
                                          "",
                                          "",
                                          "",
                                          "\xff\xfe",
                                          "（",
                                          "年度",
                                          "收入(万元)",
                                          "1.5",
                                          "名次",
                                          "工作事项",
                                          "——",
                                          "\x1f",
                                          std::string(50, 'a')};
  std::mt19937 random(20260630);
  const auto upto = [&](size_t n) {
    return std::uniform_int_distribution<size_t>(0, n - 1)(random);
  };
  size_t recognised = 0;
  for (int round = 0; round < 150; ++round) {
    std::vector<format::Workbook> books;
    for (size_t b = 0; b < 3; ++b) {
      std::vector<std::string> lines;
      const size_t rows = upto(12);
      for (size_t r = 0; r < rows; ++r) {
        std::vector<std::string> cells;
        for (size_t c = 0; c < 6; ++c) {
          cells.push_back(words[upto(r < 2 ? 12 : words.size())]);
        }
        lines.push_back(join(cells, "|"));
      }
      format::Sheet sheet = test_sheet(words[upto(words.size())], lines);
      for (size_t m = 0; m < upto(5); ++m) {
        const auto row = static_cast<uint32_t>(upto(8) + 1);
        const auto column = static_cast<uint32_t>(upto(6));
        sheet.merged.push_back({row, row + static_cast<uint32_t>(upto(3)), column,
                                column + static_cast<uint32_t>(upto(3))});
      }
      books.push_back(test_workbook("f" + std::to_string(b), {sheet}));
    }
    const ImportPlan out = plan(std::move(books));
    for (const SheetOutcome& sheet : out.sheets) {
      recognised += sheet.type.empty() ? 0u : 1u;
      EXPECT_TRUE(!sheet.type.empty() || !sheet.note.zh.empty());
    }
    for (const Refusal& refusal : out.refusals) {
      EXPECT_FALSE(refusal.reason.zh.empty());
      EXPECT_FALSE(refusal.code.empty());
    }
    for (const record::NewVersion& version : out.versions) EXPECT_FALSE(version.key.empty());
  }
  EXPECT_GT(recognised, 10u);
}

}  // namespace
}  // namespace dandang::document
