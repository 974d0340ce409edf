#include "format/number_format.h"

#include <gtest/gtest.h>

namespace dandang::format {
namespace {

struct Case {
  std::string_view code;
  bool date;
  int decimals;
};

TEST(NumberFormat, reads_codes_as_offices_write_them) {
  const Case cases[] = {
      {"General", false, -1},
      {"G/通用格式", false, -1},
      {"#,##0;G/通用格式", false, 0},
      {"0", false, 0},
      {"0.00", false, 2},
      {"#,##0.00", false, 2},
      {"#,##0.0_);[Red]\\(#,##0.0\\)", false, 1},
      {"0.00_ ", false, 2},
      {"_ \"￥\"* #,##0.00_ ;_ \"￥\"* \\-#,##0.00_ ;_ \"￥\"* \"-\"??_ ;_ @_ ", false, 2},
      {"[$¥-804]#,##0.00", false, 2},
      {"0.0%", false, 3},
      {"0%", false, 2},
      {"0.00E+00", false, -1},
      {"##0.0e-0", false, -1},
      {"# ?/?", false, -1},
      {"@", false, -1},
      {"", false, -1},
      {"0.0,", false, -1},
      {"0!.0,", false, -1},  // ten thousands, a point as bare text
      {"0年", false, 0},
      {"0\"年\"", false, 0},
      {"0\"个月\"", false, 0},
      {"\"d\"0", false, 0},
      {"0\\d", false, 0},
      {"[Red]0.0", false, 1},
      {"[>100]\"y;m\"0.0;0", false, 1},
      {"yyyy-mm-dd", true, -1},
      {"yyyy/m/d;@", true, -1},
      {"yyyy\"年\"m\"月\"d\"日\"", true, -1},
      {"yyyy年m月d日", true, -1},
      {"[DBNum1][$-804]yyyy\"年\"m\"月\";@", true, -1},
      {"[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", true, -1},
      {"[$-804]aaaa", true, -1},
      {"e/m/d", true, -1},
      {"mmm-yy", true, -1},
      {"yyyy.mm", true, -1},
      {"h:mm AM/PM", true, -1},
      {"[=0]\"\";yyyy-mm-dd", true, -1},
      {"年月", true, -1},
      {"\"unfinished", false, -1},
      {"[unfinished", false, -1},
      {"\\", false, -1},
  };
  for (const Case& c : cases) {
    const NumberFormat format = parse_number_format(c.code);
    EXPECT_EQ(format.date, c.date) << c.code;
    EXPECT_EQ(int{format.decimals}, c.decimals) << c.code;
  }
}

TEST(NumberFormat, knows_the_undeclared_ones) {
  for (uint32_t id = 0; id < 200; ++id) {
    const bool date = (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
                      (id >= 50 && id <= 58);
    EXPECT_EQ(builtin_number_format(id).date, date) << id;
  }
  const std::pair<uint32_t, int> places[] = {{0, -1}, {1, 0},  {2, 2},   {3, 0},   {4, 2},
                                             {9, 2},  {10, 4}, {11, -1}, {12, -1}, {37, 0},
                                             {40, 2}, {44, 2}, {48, -1}, {49, -1}, {164, -1}};
  for (const auto& [id, decimals] : places) {
    EXPECT_EQ(int{builtin_number_format(id).decimals}, decimals) << id;
  }
}

}  // namespace
}  // namespace dandang::format
