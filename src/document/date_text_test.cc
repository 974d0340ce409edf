#include "document/date_text.h"

#include "document/plain_text.h"
#include "gtest/gtest.h"

namespace dandang::document {
namespace {

struct YearCase {
  std::string text;
  int year;  // 0: none
};

class YearInTest : public testing::TestWithParam<YearCase> {};

TEST_P(YearInTest, FindsTheYearSpokenOf) {
  EXPECT_EQ(year_in(GetParam().text).value_or(0), GetParam().year) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Texts, YearInTest,
    testing::Values(YearCase{"2021年度", 2021}, YearCase{"2021 年度干部考核结果", 2021},
                    YearCase{"2025", 2025}, YearCase{"２０２５年", 2025},
                    YearCase{"考核2024", 2024}, YearCase{"二〇二五年度考核", 2025},
                    YearCase{"二○二四年", 2024},
                    YearCase{"关于2025年度考核结果的通报（2026年3月）", 2025},
                    YearCase{"2025年体检名单 2026.06.30", 2025}, YearCase{"2021-2025年度", 0},
                    YearCase{"2021年、2022年", 0}, YearCase{"干部花名册", 0},
                    YearCase{"20250630导出", 0}, YearCase{"文号12345", 0}, YearCase{"1234年", 0},
                    YearCase{"2026年6月干部花名册", 2026}));

TEST(SplitYearTest, TakesTheYearOffAHeading) {
  EXPECT_EQ(split_year("2023年考核等次").year, 2023);
  EXPECT_EQ(split_year("2023年考核等次").rest, "考核等次");
  EXPECT_EQ(split_year("2023年度").rest, "");
  EXPECT_EQ(split_year("考核等次(2024年度)").rest, "考核等次()");
  EXPECT_FALSE(split_year("考核等次").year);
  EXPECT_FALSE(split_year("2023年6月").year);
  EXPECT_FALSE(split_year("2021年至2023年").year);
}

struct DateCase {
  std::string text;
  std::string date;  // empty: not one
  bool day_given;
  DateFault fault;
};

class ReadDateTest : public testing::TestWithParam<DateCase> {};

TEST_P(ReadDateTest, ReadsOrSaysWhyNot) {
  const DateReading reading = read_date(GetParam().text);
  EXPECT_EQ(reading.fault, GetParam().fault) << GetParam().text;
  if (GetParam().fault != DateFault::kNone) return;
  EXPECT_EQ(reading.date.to_string(), GetParam().date) << GetParam().text;
  EXPECT_EQ(reading.day_given, GetParam().day_given) << GetParam().text;
}

constexpr DateFault kGood = DateFault::kNone;

INSTANTIATE_TEST_SUITE_P(
    Texts, ReadDateTest,
    testing::Values(DateCase{"1975-03-01", "1975-03-01", true, kGood},
                    DateCase{"1975/3/1", "1975-03-01", true, kGood},
                    DateCase{"1975.3.1", "1975-03-01", true, kGood},
                    DateCase{"1975.3.1.", "1975-03-01", true, kGood},
                    DateCase{"1975 3 1", "1975-03-01", true, kGood},
                    DateCase{"2012 1 1", "2012-01-01", true, kGood},
                    DateCase{"1975年3月1日", "1975-03-01", true, kGood},
                    DateCase{"1975 年 3 月 1 日", "1975-03-01", true, kGood},
                    DateCase{"１９７５．０３．０１", "1975-03-01", true, kGood},
                    DateCase{"19750301", "1975-03-01", true, kGood},
                    DateCase{"1975-03-01 00:00:00", "1975-03-01", true, kGood},
                    DateCase{"1975-03-01T08:30:00", "1975-03-01", true, kGood},
                    DateCase{"1975.03", "1975-03-01", false, kGood},
                    DateCase{"1975.10", "1975-10-01", false, kGood},
                    DateCase{"1975.1", "1975-01-01", false, kGood},
                    DateCase{"1975年3月", "1975-03-01", false, kGood},
                    DateCase{"197503", "1975-03-01", false, kGood},
                    DateCase{"1975.03 (51岁)", "1975-03-01", false, kGood},
                    DateCase{"1975.03（51岁）", "1975-03-01", false, kGood},
                    DateCase{"1975.03\n（51岁）", "1975-03-01", false, kGood},
                    DateCase{"1975-02-30", "", false, DateFault::kImpossible},
                    DateCase{"1975.13", "", false, DateFault::kImpossible},
                    DateCase{"1975.00", "", false, DateFault::kImpossible},
                    DateCase{"1975.3.0", "", false, DateFault::kImpossible},
                    DateCase{"197513", "", false, DateFault::kImpossible},
                    DateCase{"1875.03", "", false, DateFault::kImpossible},
                    DateCase{"75.3", "", false, DateFault::kTwoDigitYear},
                    DateCase{"75年3月", "", false, DateFault::kTwoDigitYear},
                    DateCase{"'98.03", "", false, DateFault::kTwoDigitYear},
                    DateCase{"980301", "", false, DateFault::kTwoDigitYear},
                    DateCase{"1975", "", false, DateFault::kYearOnly},
                    DateCase{"1975年", "", false, DateFault::kYearOnly},
                    DateCase{"至今", "", false, DateFault::kUnreadable},
                    DateCase{"2017.10至今", "", false, DateFault::kUnreadable},
                    DateCase{"2017.10-2019.3", "", false, DateFault::kUnreadable},
                    DateCase{"", "", false, DateFault::kUnreadable}));

TEST(CompactTest, DropsWhatNobodySees) {
  EXPECT_EQ(compact(" 姓\n 名 "), "姓名");
  EXPECT_EQ(compact("\u202d610799\u202c"), "610799");
  EXPECT_EQ(compact("金额（元）"), "金额(元)");
  EXPECT_EQ(compact("ａｂｃ"), "ABC");
  EXPECT_EQ(without_trailing_bracket("金额(元)"), "金额");
  EXPECT_EQ(without_trailing_bracket("(元)"), "(元)");
  EXPECT_EQ(trailing_bracket("影响期(月)"), "月");
  EXPECT_EQ(trailing_bracket("影响期"), "");
  EXPECT_EQ(plain_name("阿卜杜•拉 "), "阿卜杜·拉");
  EXPECT_EQ(comparable_name("张 三（女）"), "张三");
}

}  // namespace
}  // namespace dandang::document
