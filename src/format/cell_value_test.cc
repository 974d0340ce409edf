#include "format/cell_value.h"

#include <gtest/gtest.h>

#include "format/workbook.h"

namespace dandang::format {
namespace {

TEST(CellReference, is_letters_and_digits) {
  struct Case {
    std::string_view text;
    std::optional<CellReference> expected;
  };
  const Case cases[] = {
      {"A1", CellReference{1, 0}},  {"C7", CellReference{7, 2}},
      {"Z9", CellReference{9, 25}}, {"AA10", CellReference{10, 26}},
      {"b3", CellReference{3, 1}},  {"XFD1048576", CellReference{1048576, 16383}},
      {"", std::nullopt},           {"A", std::nullopt},
      {"7", std::nullopt},          {"A0", std::nullopt},
      {"A1B", std::nullopt},        {"AAAA1", std::nullopt},
      {"A99999999", std::nullopt},  {"$A$1", std::nullopt},
      {"甲1", std::nullopt},
  };
  for (const Case& c : cases) {
    const auto got = parse_cell_reference(c.text);
    ASSERT_EQ(got.has_value(), c.expected.has_value()) << c.text;
    if (!got) continue;
    EXPECT_EQ(got->row, c.expected->row) << c.text;
    EXPECT_EQ(got->column, c.expected->column) << c.text;
  }
  EXPECT_EQ(cell_name(2, 7), "C7");
  EXPECT_EQ(cell_name(26, 10), "AA10");
  EXPECT_EQ(cell_name(16383, 1048576), "XFD1048576");
}

TEST(CellNumber, has_fifteen_significant_digits) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"0", "0"},
      {"-0", "0"},
      {"12", "12"},
      {"+12", "12"},
      {"-12.50", "-12.5"},
      {".5", "0.5"},
      {"5.", "5"},
      {"0.30000000000000004", "0.3"},
      {"19999.990000000002", "19999.99"},
      {"0.1000000000000000055511151231257827", "0.1"},
      {"610726198001010000", "610726198001010000"},
      {"610726198001011234", "610726198001011000"},
      {"1.2E3", "1200"},
      {"1e-3", "0.001"},
      {"4.4999999999999998E-2", "0.045"},
      {"100000000000000000000", "100000000000000000000"},
      {"0.00000000000000000000000000001", "0.00000000000000000000000000001"},
      {"0.000000000000000000000000000012345678901234567",
       "0.0000000000000000000000000000123456789012346"},
  };
  for (const auto& [text, expected] : cases) {
    const auto got = parse_cell_number(text);
    ASSERT_TRUE(got.has_value()) << text;
    EXPECT_EQ(got->to_string(), expected) << text;
  }
  for (std::string_view text : {"", "-", ".", "NaN", "INF", "1e", "1e+", "1e999", "1e99999999999",
                                "0x10", "1,000", "1 2", "--1", "1.2.3", "十"}) {
    EXPECT_FALSE(parse_cell_number(text).has_value()) << text;
  }
}

TEST(Serial, is_a_day_of_its_system) {
  struct Case {
    std::string_view serial;
    std::string_view in_1900;
    std::string_view in_1904;
  };
  const Case cases[] = {
      {"-1", "", ""},
      {"0", "", "1904-01-01"},
      {"0.5", "", ""},
      {"1", "1900-01-01", "1904-01-02"},
      {"59", "1900-02-28", "1904-02-29"},
      {"60", "", "1904-03-01"},  // 1900-02-29 never was
      {"60.5", "", "1904-03-01"},
      {"61", "1900-03-01", "1904-03-02"},
      {"29221", "1980-01-01", "1984-01-02"},
      {"42735", "2016-12-31", "2021-01-01"},
      {"44197.75", "2021-01-01", "2025-01-02"},
      {"2957003", "9995-12-30", "9999-12-31"},
      {"2958465", "9999-12-31", ""},
      {"2958466", "", ""},
      {"1e300", "", ""},
  };
  for (const Case& c : cases) {
    const auto serial = *parse_cell_number(c.serial);
    const auto old = date_of_serial(serial, DateSystem::k1900);
    const auto newer = date_of_serial(serial, DateSystem::k1904);
    EXPECT_EQ(old ? old->to_string() : "", c.in_1900) << c.serial;
    EXPECT_EQ(newer ? newer->to_string() : "", c.in_1904) << c.serial;
    for (const DateSystem system : {DateSystem::k1900, DateSystem::k1904}) {
      const auto date = date_of_serial(serial, system);
      if (date && serial.is_integer()) {
        EXPECT_EQ(serial_of_date(*date, system), serial) << c.serial;
      }
    }
  }
}

TEST(CellText, has_its_escapes_decoded) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"plain", "plain"},
      {"a_x000D_b", "a\rb"},
      {"_x000d__x000A_", "\r\n"},
      {"_x005F_x000D_", "_x000D_"},
      {"_x4E2D__x6587_", "中文"},
      {"_xD83D__xDE00_", "\xF0\x9F\x98\x80"},
      {"_xD83D_!", "\xEF\xBF\xBD!"},
      {"_x0000_", "_x0000_"},
      {"_x12_", "_x12_"},
      {"_xGGGG_", "_xGGGG_"},
      {"_X000D_", "_X000D_"},
      {"_x_x0041_", "_xA"},
      {"tail_x", "tail_x"},
      {"tail_x00", "tail_x00"},
  };
  std::string scratch;
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(unescape_cell_text(text, scratch), expected) << text;
  }
}

}  // namespace
}  // namespace dandang::format
