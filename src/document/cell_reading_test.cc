#include "document/cell_reading.h"

#include <ostream>

#include "document/test_catalogue.h"
#include "gtest/gtest.h"

namespace dandang::document {
namespace {

using record::FieldKind;

record::Field field_of(FieldKind kind) {
  record::Field field;
  field.name = "栏";
  field.kind = kind;
  return field;
}

// What the cell gives, as people write it; "!" and the code of a fault; "" for a blank.
std::string outcome(const record::Field& field, const CellReading& reading) {
  if (reading.fault) {
    EXPECT_FALSE(reading.fault->reason.zh.empty());
    EXPECT_FALSE(reading.fault->reason.en.empty());
    return "!" + reading.fault->code;
  }
  return record::to_display(field, reading.value);
}

struct Case {
  FieldKind kind;
  std::string word;  // as test_cell reads it
  std::string expected;
};

void PrintTo(const Case& each, std::ostream* out) {
  *out << each.word << " -> " << each.expected;
}

class CellReadingTest : public testing::TestWithParam<Case> {};

TEST_P(CellReadingTest, ReadsOrRefuses) {
  const record::Field field = field_of(GetParam().kind);
  const CellReader reader(field, nullptr);
  const format::WorkbookCell cell = test_cell(GetParam().word);
  EXPECT_EQ(outcome(field, reader.read(&cell)), GetParam().expected) << GetParam().word;
}

INSTANTIATE_TEST_SUITE_P(Text, CellReadingTest,
                         testing::Values(Case{FieldKind::kText, "  党委 书记 ", "党委 书记"},
                                         Case{FieldKind::kText, "　", ""},
                                         Case{FieldKind::kText, "", ""},
                                         Case{FieldKind::kText, "无", "无"},
                                         Case{FieldKind::kText, "12", "12"},
                                         Case{FieldKind::kText, "@2025-03-24", "2025-03-24"},
                                         Case{FieldKind::kText, "#REF!", "!error-cell"}));

INSTANTIATE_TEST_SUITE_P(Name, CellReadingTest,
                         testing::Values(Case{FieldKind::kName, "谢  欣", "谢欣"},
                                         Case{FieldKind::kName, "谢　欣", "谢欣"},
                                         Case{FieldKind::kName, "买买提•艾力", "买买提·艾力"},
                                         Case{FieldKind::kName, "买买提・艾力", "买买提·艾力"},
                                         Case{FieldKind::kName, "—", ""},
                                         Case{FieldKind::kName, "——", ""},
                                         Case{FieldKind::kName, "/", ""}));

INSTANTIATE_TEST_SUITE_P(
    IdentityNumber, CellReadingTest,
    testing::Values(Case{FieldKind::kIdentityNumber, "61079919790326656X", "61079919790326656X"},
                    Case{FieldKind::kIdentityNumber, " 610799 19790326 656x ",
                         "61079919790326656X"},
                    Case{FieldKind::kIdentityNumber, "６１０７９９１９７９０３２６６５６Ｘ",
                         "61079919790326656X"},
                    Case{FieldKind::kIdentityNumber, "''61079919790326656X", "61079919790326656X"},
                    Case{FieldKind::kIdentityNumber, "‘61079919790326656X’", "61079919790326656X"},
                    Case{FieldKind::kIdentityNumber, "610799197903266561", "!identity-check-digit"},
                    Case{FieldKind::kIdentityNumber, "'610799790326656", "!identity-old-number"},
                    Case{FieldKind::kIdentityNumber, "610799790326656", "!identity-numeric"},
                    Case{FieldKind::kIdentityNumber, "6.1079919E17", "!identity-numeric"},
                    Case{FieldKind::kIdentityNumber, "61079919790326", "!identity-numeric"},
                    Case{FieldKind::kIdentityNumber, "'61079919790326", "!identity-length"},
                    Case{FieldKind::kIdentityNumber, "6107991979O326656X", "!identity-characters"},
                    Case{FieldKind::kIdentityNumber, "610799197913326566", "!identity-birth-date"},
                    Case{FieldKind::kIdentityNumber, "无", ""},
                    Case{FieldKind::kIdentityNumber, "#N/A", "!error-cell"}));

INSTANTIATE_TEST_SUITE_P(Date, CellReadingTest,
                         testing::Values(Case{FieldKind::kDate, "@2025-03-24", "2025-03-24"},
                                         Case{FieldKind::kDate, "1975年3月", "1975-03-01"},
                                         Case{FieldKind::kDate, "'1975.1", "1975-01-01"},
                                         Case{FieldKind::kDate, "1975.03", "1975-03-01"},
                                         Case{FieldKind::kDate, "1975.12", "1975-12-01"},
                                         Case{FieldKind::kDate, "1975.2", "1975-02-01"},
                                         Case{FieldKind::kDate, "1975.1", "!date-ambiguous-month"},
                                         Case{FieldKind::kDate, "1975.13", "!date-impossible"},
                                         Case{FieldKind::kDate, "1975.031", "!date-unreadable"},
                                         Case{FieldKind::kDate, "197503", "1975-03-01"},
                                         Case{FieldKind::kDate, "19750315", "1975-03-15"},
                                         Case{FieldKind::kDate, "40936", "2012-01-28"},
                                         Case{FieldKind::kDate, "10000", "1927-05-18"},
                                         Case{FieldKind::kDate, "9999", "!date-year-only"},
                                         Case{FieldKind::kDate, "73051", "!date-unreadable"},
                                         Case{FieldKind::kDate, "1975", "!date-year-only"},
                                         Case{FieldKind::kDate, "-5", "!date-unreadable"},
                                         Case{FieldKind::kDate, "75.3", "!date-impossible"},
                                         Case{FieldKind::kDate, "'75.3", "!date-two-digit-year"},
                                         Case{FieldKind::kDate, "1975-02-30", "!date-impossible"},
                                         Case{FieldKind::kDate, "@1850-01-01", "!date-impossible"},
                                         Case{FieldKind::kDate, "无", ""},
                                         Case{FieldKind::kDate, "—", ""},
                                         Case{FieldKind::kDate, "暂无", ""},
                                         Case{FieldKind::kDate, "不详", "!date-unreadable"},
                                         Case{FieldKind::kDate, "#VALUE!", "!error-cell"}));

INSTANTIATE_TEST_SUITE_P(Day, CellReadingTest,
                         testing::Values(Case{FieldKind::kDay, "@2025-03-24", "2025-03-24"},
                                         Case{FieldKind::kDay, "2025.3.24", "2025-03-24"},
                                         Case{FieldKind::kDay, "20250324", "2025-03-24"},
                                         Case{FieldKind::kDay, "2025.03", "!day-missing"},
                                         Case{FieldKind::kDay, "2025年3月", "!day-missing"},
                                         Case{FieldKind::kDay, "202503", "!day-missing"},
                                         Case{FieldKind::kDay, "/", ""}));

INSTANTIATE_TEST_SUITE_P(Year, CellReadingTest,
                         testing::Values(Case{FieldKind::kYear, "2023", "2023"},
                                         Case{FieldKind::kYear, "'2023", "2023"},
                                         Case{FieldKind::kYear, "2023年", "2023"},
                                         Case{FieldKind::kYear, "2023 年度", "2023"},
                                         Case{FieldKind::kYear, "@2023-05-01", "2023"},
                                         Case{FieldKind::kYear, "1949", "1949"},
                                         Case{FieldKind::kYear, "2100", "2100"},
                                         Case{FieldKind::kYear, "1948", "!year-unreadable"},
                                         Case{FieldKind::kYear, "2101", "!year-unreadable"},
                                         Case{FieldKind::kYear, "23", "!year-unreadable"},
                                         Case{FieldKind::kYear, "2023.5", "!year-unreadable"},
                                         Case{FieldKind::kYear, "2023-2024", "!year-unreadable"},
                                         Case{FieldKind::kYear, "-", ""}));

INSTANTIATE_TEST_SUITE_P(
    Number, CellReadingTest,
    testing::Values(Case{FieldKind::kNumber, "90.79", "90.79"},
                    Case{FieldKind::kNumber, "'90.79", "90.79"},
                    Case{FieldKind::kNumber, "'1,234.5", "1234.5"},
                    Case{FieldKind::kNumber, "12，345", "12345"},
                    Case{FieldKind::kNumber, "'1,2", "!number-unreadable"},
                    Case{FieldKind::kNumber, "1,234,56", "!number-unreadable"},
                    Case{FieldKind::kNumber, "８５", "85"}, Case{FieldKind::kNumber, "85%", "0.85"},
                    Case{FieldKind::kNumber, "5天", "5"}, Case{FieldKind::kNumber, "6 个月", "6"},
                    Case{FieldKind::kNumber, "3个", "3"}, Case{FieldKind::kNumber, "88分", "88"},
                    Case{FieldKind::kNumber, "第3名", "3"}, Case{FieldKind::kNumber, "-2", "-2"},
                    Case{FieldKind::kNumber, "1年", "!number-unit"},
                    Case{FieldKind::kNumber, "约5", "!number-unreadable"},
                    Case{FieldKind::kNumber, "5左右", "!number-unreadable"},
                    Case{FieldKind::kNumber, "@2025-03-24", "!number-unreadable"},
                    Case{FieldKind::kNumber, "无", ""},
                    Case{FieldKind::kNumber, "#DIV/0!", "!error-cell"}));

INSTANTIATE_TEST_SUITE_P(
    Money, CellReadingTest,
    testing::Values(Case{FieldKind::kMoney, "19999.99", "19999.99"},
                    Case{FieldKind::kMoney, "45000", "45000.00"},
                    Case{FieldKind::kMoney, "'￥1,234.50", "1234.50"},
                    Case{FieldKind::kMoney, "¥1，234.50元", "1234.50"},
                    Case{FieldKind::kMoney, "1.2万元", "12000.00"},
                    Case{FieldKind::kMoney, "1.2万", "12000.00"},
                    Case{FieldKind::kMoney, "0", "0.00"},
                    Case{FieldKind::kMoney, "7613.455", "!money-not-whole-fen"},
                    Case{FieldKind::kMoney, "-1", "!money-negative"},
                    Case{FieldKind::kMoney, "'-1元", "!money-negative"},
                    Case{FieldKind::kMoney, "1e30", "!money-too-large"},
                    Case{FieldKind::kMoney, "五千元", "!money-unreadable"},
                    Case{FieldKind::kMoney, "5000美元", "!money-unreadable"},
                    Case{FieldKind::kMoney, "@2025-03-24", "!money-unreadable"},
                    Case{FieldKind::kMoney, "/", ""}));

INSTANTIATE_TEST_SUITE_P(
    Flag, CellReadingTest,
    testing::Values(Case{FieldKind::kFlag, "是", "是"}, Case{FieldKind::kFlag, "有", "是"},
                    Case{FieldKind::kFlag, "√", "是"}, Case{FieldKind::kFlag, "对", "是"},
                    Case{FieldKind::kFlag, "y", "是"}, Case{FieldKind::kFlag, "True", "是"},
                    Case{FieldKind::kFlag, "1", "是"}, Case{FieldKind::kFlag, "否", "否"},
                    Case{FieldKind::kFlag, "无", "否"}, Case{FieldKind::kFlag, "×", "否"},
                    Case{FieldKind::kFlag, "N", "否"}, Case{FieldKind::kFlag, "0", "否"},
                    Case{FieldKind::kFlag, "", ""}, Case{FieldKind::kFlag, "—", ""},
                    Case{FieldKind::kFlag, "可能", "!flag-unknown"},
                    Case{FieldKind::kFlag, "2", "!flag-unknown"}));

TEST(CellReadingTest, ANullCellIsBlank) {
  const record::Field field = field_of(FieldKind::kMoney);
  EXPECT_TRUE(is_blank(CellReader(field, nullptr).read(nullptr).value));
}

TEST(CellReadingTest, TheNumberFormatTellsOctoberFromJanuary) {
  format::WorkbookCell cell = test_cell("1975.1");
  cell.decimals = 2;
  const record::Field field = field_of(FieldKind::kDate);
  EXPECT_EQ(outcome(field, read_day(cell, false)), "1975-10-01");
  cell.decimals = 1;
  EXPECT_EQ(outcome(field, read_day(cell, false)), "!date-ambiguous-month");
  cell = test_cell("1975.2");
  cell.decimals = 2;  // shown as 1975.20
  EXPECT_EQ(outcome(field, read_day(cell, false)), "!date-impossible");
}

TEST(CellReadingTest, AColumnInTenThousandsMultiplies) {
  const record::Field field = field_of(FieldKind::kMoney);
  const CellReader reader(field, nullptr, 10'000);
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"1.2345", "12345.00"}, {"'1.2", "12000.00"},    {"1.2万元", "12000.00"},
      {"5000元", "5000.00"},  {"0.123456", "1234.56"}, {"0.1234567", "!money-not-whole-fen"}};
  for (const auto& [word, expected] : cases) {
    const format::WorkbookCell cell = test_cell(word);
    EXPECT_EQ(outcome(field, reader.read(&cell)), expected) << word;
  }
}

TEST(CellReadingTest, AUnitIsDroppedOnlyWhereItIsTheColumns) {
  record::Field field = field_of(FieldKind::kNumber);
  field.headings = {"影响期（月）"};
  const CellReader reader(field, nullptr);
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"6个月", "6"}, {"6月", "6"}, {"1年", "!number-unit"}, {"6天", "!number-unit"}};
  for (const auto& [word, expected] : cases) {
    const format::WorkbookCell cell = test_cell(word);
    EXPECT_EQ(outcome(field, reader.read(&cell)), expected) << word;
  }
}

TEST(CellReadingTest, FlagsKnowTheFieldsOwnWords) {
  record::Field field = field_of(FieldKind::kFlag);
  field.true_words = {"已撤销"};
  field.false_words = {"未撤销", "有"};
  const CellReader reader(field, nullptr);
  for (const auto& [word, expected] : std::vector<std::pair<std::string, std::string>>{
           {"已 撤销", "是"}, {"未撤销", "否"}, {"有", "否"}, {"是", "是"}}) {
    const format::WorkbookCell cell = test_cell(word);
    EXPECT_EQ(outcome(field, reader.read(&cell)), expected) << word;
  }
}

TEST(CellReadingTest, CodesAreFoundByNameAndAlias) {
  record::CodeList codes = test_codes("等次", {"优秀", "称职", "在职（全国）"});
  codes.values[1].aliases = {"合格", "2"};
  const record::Field field = field_of(FieldKind::kCode);
  const CellReader reader(field, &codes);
  for (const auto& [word, expected] :
       std::vector<std::pair<std::string, std::string>>{{"优 秀", "优秀"},
                                                        {"合格", "称职"},
                                                        {"2", "称职"},
                                                        {"在职(全国)", "在职（全国）"},
                                                        {"在职（全国）", "在职（全国）"},
                                                        {"", ""},
                                                        {"-", ""},
                                                        {"无", ""},
                                                        {"良", "!code-unknown"}}) {
    const format::WorkbookCell cell = test_cell(word);
    EXPECT_EQ(outcome(field, reader.read(&cell)), expected) << word;
  }
  const format::WorkbookCell cell = test_cell("良");
  EXPECT_NE(reader.read(&cell).fault->reason.zh.find("优秀、称职"), std::string::npos);
}

TEST(CellReadingTest, AnUnknownCodeNamesEightWordsAtMost) {
  const record::CodeList codes =
      test_codes("种类", {"一类", "二类", "三类", "四类", "五类", "六类", "七类", "八类", "九类"});
  const record::Field field = field_of(FieldKind::kCode);
  const format::WorkbookCell cell = test_cell("十类");
  const CellReading reading = CellReader(field, &codes).read(&cell);
  ASSERT_TRUE(reading.fault);
  EXPECT_NE(reading.fault->reason.zh.find("八类 等"), std::string::npos);
  EXPECT_EQ(reading.fault->reason.zh.find("九类"), std::string::npos);
}

TEST(CellReadingTest, AListMayHaveNoneAsAWord) {
  const record::CodeList codes = test_codes("容错", {"无", "从轻"});
  const record::Field field = field_of(FieldKind::kCode);
  const format::WorkbookCell cell = test_cell("无");
  EXPECT_EQ(outcome(field, CellReader(field, &codes).read(&cell)), "无");
}

}  // namespace
}  // namespace dandang::document
