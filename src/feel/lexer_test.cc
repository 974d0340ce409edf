#include "feel/lexer.h"

#include <gtest/gtest.h>

namespace dandang::feel {
namespace {

// The tokens as words: names bare, numbers with #, strings quoted, symbols in brackets.
std::string tokens_of(const std::string& text, Punctuation punctuation, Diagnostics& diagnostics) {
  std::string out;
  for (const Token& token : tokenize(Source::plain(text), punctuation, diagnostics)) {
    if (token.kind == TokenKind::kEnd) break;
    if (!out.empty()) out += ' ';
    switch (token.kind) {
      case TokenKind::kNumber:
        out += '#' + token.text;
        break;
      case TokenKind::kString:
        out += '"' + token.text + '"';
        break;
      case TokenKind::kSymbol:
        out += '<' + token.text + '>';
        break;
      default:
        out += token.text;
        break;
    }
  }
  return out;
}

struct Case {
  const char* text;
  const char* expected;
};

TEST(Lexer, Tokens) {
  const std::vector<Case> cases = {
      {"", ""},
      {"  \t\n\r\u3000\u00a0\ufeff ", ""},
      {"年度考核.等次", "年度考核 <.> 等次"},
      {"_a1 b2 ?", "_a1 b2 ?"},
      {"横綱 šome naïve Ω", "横綱 šome naïve Ω"},
      {"a·b", "a·b"},
      {"\U0001F40E = 1", "\U0001F40E <=> #1"},
      {"第1季度", "第1季度"},
      {"12 1.50 .5 007", "#12 #1.50 #.5 #007"},
      {"1e3 1E-3 2.5e+10 1e", "#1e3 #1E-3 #2.5e+10 #1 e"},
      {"1..3 1...5", "#1 <..> #3 #1 <..> #.5"},
      {"[1.5..2.5]", "<[> #1.5 <..> #2.5 <]>"},
      {"a<=b>=c!=d=e<f>g", "a <<=> b <>=> c <!=> d <=> e <<> f <>> g"},
      {"2**3*4", "#2 <**> #3 <*> #4"},
      {"function<a>->b", "function <<> a <>> <->> b"},
      {"a-b+c/d", "a <-> b <+> c </> d"},
      {"{a: @\"2024-01-01\"}", "<{> a <:> <@> \"2024-01-01\" <}>"},
      {"a // to the end\nb", "a b"},
      {"a /* over\nlines */ b", "a b"},
      {"a / b", "a </> b"},
      {"\"// no comment /* at all */\"", "\"// no comment /* at all */\""},
  };
  for (const Case& c : cases) {
    Diagnostics diagnostics;
    EXPECT_EQ(tokens_of(c.text, Punctuation::kStandard, diagnostics), c.expected) << c.text;
    EXPECT_EQ(diagnostics.all().size(), 0U) << c.text;
  }
}

TEST(Lexer, StringEscapes) {
  const std::vector<Case> cases = {
      {R"("a\"b")", "\"a\"b\""},
      {R"("a\\b")", "\"a\\b\""},
      {R"("\n\t\r\'")", "\"\n\t\r'\""},
      {R"("\u4f18\u79c0")", "\"优秀\""},
      {R"("\U01F40E")", "\"\U0001F40E\""},
      {R"("\uD83D\uDC0E")", "\"\U0001F40E\""},
      {R"("\uD83Dx")", "\"\ufffdx\""},
      // What is no escape stands for itself.
      {R"("\d\u12\U1FFFFF")", "\"\\d\\u12\\U1FFFFF\""},
  };
  for (const Case& c : cases) {
    Diagnostics diagnostics;
    EXPECT_EQ(tokens_of(c.text, Punctuation::kStandard, diagnostics), c.expected) << c.text;
    EXPECT_EQ(diagnostics.all().size(), 0U) << c.text;
  }
}

// What a Chinese keyboard gives is named, and read as if it were half-width.
TEST(Lexer, FullWidthPunctuationIsDiagnosed) {
  struct Wide {
    const char* text;
    const char* tokens;
    int column;
    const char* hint;
  };
  const std::vector<Wide> cases = {
      {"等次 ＝ \"优秀\"", "等次 <=> \"优秀\"", 4, "write the half-width ="},
      {"min（1, 2)", "min <(> #1 <,> #2 <)>", 4, "write the half-width ("},
      {"min(1，2)", "min <(> #1 <,> #2 <)>", 6, "write the half-width ,"},
      {"min(甲、乙)", "min <(> 甲 <,> 乙 <)>", 6, "write the half-width ,"},
      {"等次 = “优秀”", "等次 <=> \"优秀\"", 6, "write the half-width \""},
      {"得分 ≥ 80", "得分 <>=> #80", 4, "write the half-width >="},
      {"得分 > ８０", "得分 <>> #80", 6, "write 80"},
      {"得分 > ８．５", "得分 <>> #8.5", 6, "write 8.5"},
      {"年度考核［1］", "年度考核 <[> #1 <]>", 5, "write the half-width ["},
      {"甲。乙", "甲 <.> 乙", 2, "write the half-width ."},
  };
  for (const Wide& c : cases) {
    Diagnostics diagnostics;
    EXPECT_EQ(tokens_of(c.text, Punctuation::kDiagnoseWide, diagnostics), c.tokens) << c.text;
    ASSERT_GE(diagnostics.all().size(), 1U) << c.text;
    const Diagnostic& first = diagnostics.all()[0];
    EXPECT_TRUE(first.code == "full-width-punctuation" || first.code == "full-width-digit");
    EXPECT_EQ(first.place, (Place{"", 1, c.column})) << c.text;
    EXPECT_EQ(first.hint.en, c.hint) << c.text;
  }
}

// The standard allows most of them in names.
TEST(Lexer, StandardNamesMayHoldWideMarks) {
  Diagnostics diagnostics;
  EXPECT_EQ(tokens_of("影响期（月）", Punctuation::kStandard, diagnostics), "影响期（月）");
  EXPECT_EQ(diagnostics.all().size(), 0U);
}

TEST(Lexer, Errors) {
  struct Bad {
    const char* text;
    const char* code;
    int line;
    int column;
  };
  const std::vector<Bad> cases = {
      {"等次 = \"优秀", "unfinished-string", 1, 6}, {"等次\n  = \"优秀", "unfinished-string", 2, 5},
      {"1 + /* 说明", "unfinished-comment", 1, 5},  {"甲 # 乙", "unexpected-character", 1, 3},
      {"甲 & 乙", "unexpected-character", 1, 3},    {"甲 | 乙", "unexpected-character", 1, 3},
      {"年度 % 2", "unexpected-character", 1, 4},   {"\"a\\\"", "unfinished-string", 1, 1},
  };
  for (const Bad& c : cases) {
    Diagnostics diagnostics;
    tokenize(Source::plain(c.text), Punctuation::kStandard, diagnostics);
    ASSERT_EQ(diagnostics.all().size(), 1U) << c.text;
    EXPECT_EQ(diagnostics.all()[0].code, c.code) << c.text;
    EXPECT_EQ(diagnostics.all()[0].place, (Place{"", c.line, c.column})) << c.text;
    EXPECT_FALSE(diagnostics.all()[0].hint.empty()) << c.text;
  }
}

TEST(Lexer, DamagedUtf8IsReadOn) {
  Diagnostics diagnostics;
  EXPECT_EQ(tokens_of("a \xff\xfe b", Punctuation::kStandard, diagnostics), "a b");
  ASSERT_EQ(diagnostics.all().size(), 2U);
  EXPECT_EQ(diagnostics.all()[1].code, "unexpected-character");
  EXPECT_EQ(diagnostics.all()[1].place, (Place{"", 1, 4}));
}

TEST(Source, PlacesFollowTheFileTheTextStandsIn) {
  Source source = Source::plain("甲 and\n  乙", "a.md");
  EXPECT_EQ(source.place_at(0), (Place{"a.md", 1, 1}));
  EXPECT_EQ(source.place_at(4), (Place{"a.md", 1, 3}));  // behind one character of three bytes
  EXPECT_EQ(source.place_at(10), (Place{"a.md", 2, 3}));
  EXPECT_EQ(source.place_at(1000), (Place{"a.md", 2, 4}));
  source.lines = {{"a.md", 12, 9}, {"a.md", 13, 5}};
  EXPECT_EQ(source.place_at(4), (Place{"a.md", 12, 11}));
  EXPECT_EQ(source.place_at(10), (Place{"a.md", 13, 7}));
}

}  // namespace
}  // namespace dandang::feel
