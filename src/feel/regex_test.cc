#include "feel/regex.h"

#include <gtest/gtest.h>

#include "feel/test_environment.h"
#include "feel/wording.h"

namespace dandang::feel {
namespace {

struct Case {
  const char* text;
  const char* expected;
};

void check(const std::vector<Case>& cases) {
  TestEnvironment environment;
  for (const Case& c : cases) EXPECT_EQ(environment.evaluate(c.text), c.expected) << c.text;
}

TEST(Regex, Matches) {
  check({
      {"matches(\"foobar\", \"^fo*b\")", "true"},
      {"matches(\"foobar\", \"o{2}b\")", "true"},
      {"matches(\"foobar\", \"^bar\")", "false"},
      {"matches(\"abc\", \"\")", "true"},
      {"matches(\"abc\\n\", \"c$\")", "false"},  // the end, not the line before it
      {"matches(\"abc\\ndef\", \"^def\")", "false"},
      {"matches(\"abc\\ndef\", \"^def\", \"m\")", "true"},
      {"matches(\"a\\nb\", \"a.b\")", "false"},
      {"matches(\"a\\nb\", \"a.b\", \"s\")", "true"},
      {"matches(\"ABC\", \"abc\", \"i\")", "true"},
      {"matches(\"ÄÖ\", \"äö\", \"i\")", "true"},
      {"matches(\"helloworld\", \"hello world\", \"x\")", "true"},
      {"matches(\"a b\", \"a[ ]b\", \"x\")", "true"},
      {"matches(\"a.b\", \"a.b\", \"q\")", "true"},
      {"matches(\"axb\", \"a.b\", \"q\")", "false"},
      {"matches(\"A.B\", \"a.b\", \"iq\")", "true"},
      {"matches(\"abc\", \"b\", \"z\")", "null"},
      {"matches(\"abc\", \"b\", null)", "true"},
      {"matches(\"追赶超越\", \"^.{4}$\")", "true"},
      {"matches(\"\U0001F40E\", \"^.$\")", "true"},
      {"matches(\"\U0001F40E\", \"^\\p{So}$\")", "true"},
      {"matches(\"abcab\", \"(ab)c\\1\")", "true"},
      {"matches(\"aB\", \"\\p{Ll}\\p{Lu}\")", "true"},
      {"matches(\"7\", \"[\\d-[5]]\")", "true"},
      {"matches(\"5\", \"[\\d-[5]]\")", "false"},
      {"matches(\"a-b\", \"^[a\\-b]+$\")", "true"},
      {"matches(\"x:y\", \"^\\i\\c*$\")", "true"},
      {"matches(\"a[b\", \"a[\\[]b\")", "true"},
      {"matches(\"a&&b\", \"^[a&b]+$\")", "true"},
      {"matches(input: \"abc\", pattern: \"B\", flags: \"i\")", "true"},
      {"matches([\"abc\"], \"b\")", "true"},
      {"matches(\"abc\", null)", "null"},
      {"matches(1, \"b\")", "null"},
  });
}

// What XPath refuses, although ICU would take it.
TEST(Regex, RefusesOtherSyntax) {
  for (const char* pattern :
       {"(?=a)",     "(?!a)", "(?<=a)",   "(?i)a",      "a++",
        "a*+",       "a**",   "\\\\bfoo", "\\\\x41",    "\\\\Qa\\\\E",
        "\\\\u0041", "[a",    "a]",       "(a",         "a)",
        "*a",        "a{2",   "a{,2}",    "a{3,2}",     "\\\\1",
        "(a\\\\1)",  "[b-a]", "[]",       "\\\\p{Foo}", "\\\\p{IsNoSuchBlock}",
        "\\\\"}) {
    TestEnvironment environment;
    EXPECT_EQ(environment.evaluate(worded("matches(\"a\", \"%\")", {pattern})), "null") << pattern;
  }
}

TEST(Regex, Replaces) {
  check({
      {"replace(\"abracadabra\", \"bra\", \"*\")", "\"a*cada*\""},
      {"replace(\"abracadabra\", \"a.*a\", \"*\")", "\"*\""},
      {"replace(\"abracadabra\", \"a.*?a\", \"*\")", "\"*c*bra\""},
      {"replace(\"abracadabra\", \"a(.)\", \"a$1$1\")", "\"abbraccaddabbra\""},
      {"replace(\"abcd\", \"(ab)|(cd)\", \"[1=$1][2=$2]\")", "\"[1=ab][2=][1=][2=cd]\""},
      {"replace(\"abc\", \"b\", \"$0$0\")", "\"abbc\""},
      {"replace(\"abc\", \"(b)\", \"$10\")", "\"ab0c\""},
      {"replace(\"abc\", \"b\", \"$1\")", "\"ac\""},
      {"replace(\"abc\", \"b\", \"\\\\$\")", "\"a$c\""},
      {"replace(\"abc\", \"b\", \"\\\\\\\\\")", "\"a\\c\""},
      {"replace(\"abc\", \"b\", \"$\")", "null"},
      {"replace(\"abc\", \"b\", \"\\\\x\")", "null"},
      {"replace(\"abc\", \"b*\", \"x\")", "null"},
      {"replace(\"abc\", \"\", \"x\")", "null"},
      {"replace(\"a.b.c\", \".\", \"$\", \"q\")", "\"a$b$c\""},
      {"replace(\"aBc\", \"b\", \"x\", \"i\")", "\"axc\""},
      {"replace(\"abc\", \"b\", \"x\", \"y\")", "null"},
      {"replace(\"追赶超越\", \"[赶超]+\", \"\U0001F40E\")", "\"追\U0001F40E越\""},
      {"replace(input: \"abc\", pattern: \"b\", replacement: \"x\")", "\"axc\""},
      {"replace(\"abc\", \"b\")", "null"},
      {"replace(\"abc\", \"b\", null)", "null"},
  });
}

TEST(Regex, Splits) {
  check({
      {"split(\"John Doe\", \"\\s\")", "[\"John\", \"Doe\"]"},
      {"split(\"a;b;c;;\", \";\")", "[\"a\", \"b\", \"c\", \"\", \"\"]"},
      {"split(\"a1b22c\", \"[0-9]+\")", "[\"a\", \"b\", \"c\"]"},
      {"split(\"\", \",\")", "[\"\"]"},
      {"split(\"abc\", \"x*\")", "null"},
      {"split(\"a|b\", \"|\")", "null"},
      {"split(\"a|b\", \"\\|\")", "[\"a\", \"b\"]"},
  });
}

// A pattern that would take for ever is stopped, and has no value.
TEST(Regex, IsBounded) {
  const std::string as(40, 'a');
  EXPECT_EQ(regex_matches(as + "b", "^(a+)+$", ""), std::nullopt);
  EXPECT_EQ(regex_matches(as + "b", "^(a|aa)+$", ""), std::nullopt);
  EXPECT_EQ(regex_replace(as + "b", "(a*)*c", "x", ""), std::nullopt);
  EXPECT_EQ(regex_matches(std::string(900'000, 'a'), "^(a|b)*$", ""), std::nullopt);  // its stack
  EXPECT_EQ(regex_matches("a", std::string(9000, 'a'), ""), std::nullopt);
  EXPECT_EQ(regex_matches("a", std::string(300, '(') + "a" + std::string(300, ')'), ""),
            std::nullopt);
  EXPECT_EQ(regex_matches(as, "(((a{1000}){1000}){1000}){1000}", ""), false);
  EXPECT_EQ(regex_replace(std::string(1000, 'a'), "a", std::string(2000, 'b'), ""), std::nullopt);
  EXPECT_EQ(regex_matches(std::string(900'000, 'a'), "a*b", ""), std::nullopt);
  EXPECT_EQ(regex_matches(std::string(900'000, 'a') + "b", "b$", ""), true);
}

// Searches count as work of the evaluation, so that many of them are stopped together.
TEST(Regex, IsCharged) {
  TestEnvironment environment;
  const std::string text =
      worded("for i in 1..100000 return matches(\"%b\", \"^(a+)+$\")", {std::string(40, 'a')});
  EXPECT_EQ(environment.evaluate(text), "unknown(stopped after 50000000 steps)");
  EvaluationLimits limits;
  limits.steps = 100'000;
  EXPECT_EQ(environment.evaluate("for i in 1..1000 return exp(i)", limits),
            "unknown(stopped after 100000 steps)");
  EXPECT_EQ(environment.evaluate("for i in 1..1000 return i ** 0.5", limits),
            "unknown(stopped after 100000 steps)");
}

// More patterns than are kept compiled.
TEST(Regex, ForgetsPatterns) {
  for (int i = 0; i < 500; ++i) {
    const std::string number = std::to_string(i);
    EXPECT_EQ(regex_matches("x" + number, "^x" + number + "$", ""), true);
  }
}

}  // namespace
}  // namespace dandang::feel
