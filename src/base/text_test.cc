#include "base/text.h"

#include <gtest/gtest.h>

namespace dandang {
namespace {

TEST(Text, FallsBackToChineseWhereNobodyWroteEnglish) {
  const Text both{"姓名", "name"};
  const Text chinese_only{"姓名", ""};
  EXPECT_EQ(both.in(Language::kChinese), "姓名");
  EXPECT_EQ(both.in(Language::kEnglish), "name");
  EXPECT_EQ(chinese_only.in(Language::kEnglish), "姓名");
  EXPECT_FALSE(chinese_only.empty());
  EXPECT_TRUE(Text{}.empty());
}

struct DecodeCase {
  std::string bytes;
  std::u32string code_points;
  bool valid;
};

TEST(Utf8, DecodesOneByteAtATimeWhatIsDamaged) {
  const std::vector<DecodeCase> cases = {
      {"", U"", true},
      {"a", U"a", true},
      {std::string(1, '\0'), std::u32string(1, U'\0'), true},
      {"\x7F", U"\x7F", true},
      {"\xC2\x80", U"\u0080", true},
      {"\xDF\xBF", U"\u07FF", true},
      {"\xE0\xA0\x80", U"\u0800", true},
      {"低保", U"低保", true},
      {"\xEF\xBF\xBD", U"\uFFFD", true},  // written as such, not a sign of damage
      {"\xEF\xBF\xBF", U"\uFFFF", true},
      {"\xED\x9F\xBF", U"\uD7FF", true},
      {"\xEE\x80\x80", U"\uE000", true},
      {"𠮷", U"𠮷", true},
      {"\xF4\x8F\xBF\xBF", U"\U0010FFFF", true},
      {"\x80", U"\uFFFD", false},  // continuation without a lead
      {"\xBF\xBF", U"\uFFFD\uFFFD", false},
      {"\xC0\x80", U"\uFFFD\uFFFD", false},  // overlong
      {"\xC1\xBF", U"\uFFFD\uFFFD", false},
      {"\xE0\x9F\xBF", U"\uFFFD\uFFFD\uFFFD", false},
      {"\xF0\x8F\xBF\xBF", U"\uFFFD\uFFFD\uFFFD\uFFFD", false},
      {"\xED\xA0\x80", U"\uFFFD\uFFFD\uFFFD", false},  // surrogates
      {"\xED\xBF\xBF", U"\uFFFD\uFFFD\uFFFD", false},
      {"\xF4\x90\x80\x80", U"\uFFFD\uFFFD\uFFFD\uFFFD", false},  // beyond U+10FFFF
      {"\xF5\x80", U"\uFFFD\uFFFD", false},
      {"\xFE\xFF", U"\uFFFD\uFFFD", false},
      {"\xC2", U"\uFFFD", false},  // cut short
      {"\xE4\xBD", U"\uFFFD\uFFFD", false},
      {"\xF0\xA0\xAE", U"\uFFFD\uFFFD\uFFFD", false},
      {"a\xE4\xBD"
       "b",
       U"a\uFFFD\uFFFDb", false},
      {"\xE4低", U"\uFFFD低", false},                      // goes on at the next good one
      {"\xB5\xCD\xB1\xA3", U"\uFFFD\u0371\uFFFD", false},  // GBK
  };
  for (const DecodeCase& c : cases) {
    SCOPED_TRACE(testing::PrintToString(c.bytes));
    EXPECT_EQ(to_code_points(c.bytes), c.code_points);
    EXPECT_EQ(code_point_count(c.bytes), c.code_points.size());
    EXPECT_EQ(is_valid_utf8(c.bytes), c.valid);
  }
}

TEST(Utf8, EveryCodePointSurvivesTheRoundTrip) {
  for (char32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    if (code_point == 0xD800) code_point = 0xE000;
    std::string bytes;
    append_code_point(bytes, code_point);
    size_t pos = 0;
    ASSERT_EQ(next_code_point(bytes, pos), code_point);
    ASSERT_EQ(pos, bytes.size());
    ASSERT_TRUE(is_valid_utf8(bytes));
  }
}

TEST(Utf8, WritesTheReplacementForWhatIsNoCodePoint) {
  for (const char32_t code_point : {char32_t{0xD800}, char32_t{0xDFFF}, char32_t{0x110000}}) {
    std::string bytes;
    append_code_point(bytes, code_point);
    EXPECT_EQ(bytes, "\xEF\xBF\xBD");
  }
}

TEST(Blanks, AreTheOnesTheHeaderNames) {
  for (const char32_t c : U" \t\n\v\f\r\u00A0\u2000\u2005\u200B\u3000\uFEFF") {
    if (c != 0) {
      EXPECT_TRUE(is_blank(c)) << static_cast<uint32_t>(c);
    }
  }
  for (const char32_t c : U"a0_.\u0008\u000E\u00A1\u1FFF\u200C\u3001\uFEFE低\uFFFD") {
    EXPECT_FALSE(is_blank(c)) << static_cast<uint32_t>(c);
  }
}

struct BlankCase {
  std::string text;
  std::string without;
  std::string trimmed;
};

TEST(Blanks, GoEverywhereOrAtTheEnds) {
  const std::vector<BlankCase> cases = {
      {"", "", ""},
      {" \t\u3000", "", ""},
      {"张三", "张三", "张三"},
      {"\u3000张\u3000三 \r\n", "张三", "张\u3000三"},
      {"\uFEFF姓 名", "姓名", "姓 名"},
      {" a\u00A0b\u200B", "ab", "a\u00A0b"},
      {"x", "x", "x"},
      {" \xE4\xBD ", "\xE4\xBD", "\xE4\xBD"},
  };
  for (const BlankCase& c : cases) {
    EXPECT_EQ(without_blanks(c.text), c.without) << c.text;
    EXPECT_EQ(trimmed(c.text), c.trimmed) << c.text;
  }
}

TEST(HalfWidth, TakesFormsToAsciiAndLeavesTheRest) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", ""},
      {"ＡＢＣ１２３", "ABC123"},
      {"（一）", "(一)"},
      {"\uFF01\uFF5E", "!~"},
      {"\uFF00\uFF5F", "\uFF00\uFF5F"},
      {"甲\u3000乙", "甲 乙"},
      {"３２０１０１\uFF38", "320101X"},
      {"。、￥", "。、￥"},
      {"\xFF\xEF\xBC", "\xFF\xEF\xBC"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(to_half_width(text), expected) << text;
}

TEST(UpperAscii, LeavesEverythingElse) {
  EXPECT_EQ(to_upper_ascii("32010119900101001x"), "32010119900101001X");
  EXPECT_EQ(to_upper_ascii("az{`é低"), "AZ{`é低");
}

TEST(SplitAndJoin, AreInverse) {
  struct Case {
    std::string text;
    std::vector<std::string> parts;
  };
  const std::vector<Case> cases = {
      {"", {""}},
      {"a", {"a"}},
      {"a,b", {"a", "b"}},
      {",", {"", ""}},
      {",a,,b,", {"", "a", "", "b", ""}},
      {"低保,特困", {"低保", "特困"}},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(split(c.text, ','), c.parts) << c.text;
    EXPECT_EQ(join(c.parts, ","), c.text);
  }
  EXPECT_EQ(join({}, "、"), "");
  EXPECT_EQ(join({"甲", "乙", "丙"}, "、"), "甲、乙、丙");
}

TEST(Contains, FindsAPart) {
  EXPECT_TRUE(contains("最低生活保障", "生活"));
  EXPECT_TRUE(contains("abc", ""));
  EXPECT_FALSE(contains("abc", "abcd"));
  EXPECT_FALSE(contains("", "a"));
}

TEST(DisplayWidth, CountsTerminalColumns) {
  const std::vector<std::pair<std::string, size_t>> cases = {
      {"", 0},     {"abc", 3},    {"低保", 4},    {"A级", 3},      {"かな", 4},
      {"カナ", 4}, {"한글", 4},   {"（）", 4},    {"\u3000", 2},   {"。、《》", 8},
      {"ｱ", 1},    {"é", 1},      {"e\u0301", 1}, {"か\u3099", 2}, {"\u200B\uFEFF", 0},
      {"𠮷", 2},   {"😀", 2},      {"❤\uFE0F", 1}, {"\xFF", 1},     {"￥", 2},
      {"¥", 1},    {"\uD7A3", 2}, {"\uD7A4", 1},  {"\u10FF", 1},   {"\u1100", 2},
  };
  for (const auto& [text, width] : cases) EXPECT_EQ(display_width(text), width) << text;
}

struct MatchCase {
  std::string word;
  std::vector<std::string> candidates;
  std::string expected;
};

TEST(ClosestMatch, OffersOnlyLikelySlips) {
  const std::vector<MatchCase> cases = {
      {"家庭人均收人", {"家庭人均收入", "家庭人口"}, "家庭人均收入"},
      {"人均家庭收入", {"家庭人均收入"}, ""},  // four places differ
      {"收入", {"收人", "支出"}, "收人"},
      {"入收", {"收入"}, "收入"},  // neighbours swapped
      {"年龄", {"性别", "年令"}, "年令"},
      {"年", {"月"}, ""},  // nothing in common
      {"年", {"年龄"}, "年龄"},
      {"年龄", {"年"}, "年"},
      {"recieve", {"receive", "relieve"}, "receive"},
      {"income", {"incomes", "income"}, "income"},
      {"incme", {"income", "incomes"}, "income"},
      {"abcdef", {"abcxyz"}, ""},  // three of six is too far
      {"abcdef", {"abcdxy"}, "abcdxy"},
      {"abcdef", {"abcdxy", "abcdyx"}, "abcdxy"},  // the first of equals
      {"ab", {}, ""},
      {"", {"a"}, ""},
      {"a", {""}, ""},
      {"", {""}, ""},
      {"ca", {"abc"}, ""},
  };
  for (const MatchCase& c : cases) {
    EXPECT_EQ(closest_match(c.word, c.candidates), c.expected) << c.word;
  }
}

}  // namespace
}  // namespace dandang
