#include "feel/functions.h"

#include <gtest/gtest.h>

#include <set>

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

TEST(Functions, Date) {
  check({
      {"date(\"2024-02-29\")", "2024-02-29"},
      {"date(\"2023-02-29\")", "null"},
      {"date(\"2024-2-9\")", "null"},
      {"date(\"-2017-01-01\")", "-2017-01-01"},
      {"date(2024, 2, 29)", "2024-02-29"},
      {"date(-2017, 1, 1)", "-2017-01-01"},
      {"date(2024, 13, 1)", "null"},
      {"date(2024, 1.5, 1)", "null"},
      {"date(99999, 1, 1)", "99999-01-01"},
      {"date(1000000000, 1, 1)", "null"},
      {"date(2024, null, 1)", "null"},
      {"date(2024, 1)", "null"},
      {"date(date(\"2024-01-01\"))", "2024-01-01"},
      {"date(from: \"2024-01-01\")", "2024-01-01"},
      {"date(year: 2024, month: 8, day: 30)", "2024-08-30"},
      {"date(day: 30, month: 8, year: 2024)", "2024-08-30"},
      {"date(1)", "null"},
      {"date()", "null"},
      {"day of week(date(\"2024-05-06\"))", "\"Monday\""},
      {"day of week(\"2024-05-06\")", "null"},
  });
}

TEST(Functions, Duration) {
  check({
      {"duration(\"P1Y2M\")", "P1Y2M"},
      {"duration(\"P26M\")", "P2Y2M"},
      {"duration(\"P0Y\")", "P0M"},
      {"duration(\"-P1Y\")", "-P1Y"},
      {"duration(\"P999999999M\")", "P83333333Y3M"},
      {"duration(\"P1DT2H3M4S\")", "P1DT2H3M4S"},
      {"duration(\"PT1000M\")", "PT16H40M"},
      {"duration(\"PT24H\")", "P1D"},
      {"duration(\"P0D\")", "PT0S"},
      {"duration(\"PT0S\")", "PT0S"},
      {"duration(\"-PT1H2M\")", "-PT1H2M"},
      {"duration(\"P\")", "null"},
      {"duration(\"P1\")", "null"},
      {"duration(\"PT\")", "null"},
      {"duration(\"P1DT\")", "null"},
      {"duration(\"1Y\")", "null"},
      {"duration(\"P1H\")", "null"},
      {"duration(\"P1S\")", "null"},
      {"duration(\"P1M1Y\")", "null"},
      {"duration(\"P1Y1Y\")", "null"},
      {"duration(\"P1D1D\")", "null"},
      {"duration(\"PT1M1H\")", "null"},
      {"duration(\"P1Y1D\")", "null"},
      {"duration(\"P9999999999Y\")", "P9999999999Y"},
      {"duration(\"P9999999999999999999Y\")", "null"},
      {"duration(2017)", "null"},
      {"years and months duration(@\"2022-03-15\", @\"2024-03-14\")", "P1Y11M"},
      {"years and months duration(@\"2024-03-14\", @\"2022-03-15\")", "-P1Y11M"},
      {"years and months duration(from: @\"2023-01-01\", to: @\"2024-01-01\")", "P1Y"},
      {"years and months duration(@\"2023-01-01\", \"2024-01-01\")", "null"},
  });
}

TEST(Functions, NumberAndString) {
  check({
      {"number(\"1000.5\")", "1000.5"},
      {"number(\"abc\")", "null"},
      {"number(\"1,000,000.01\", \",\", \".\")", "1000000.01"},
      {"number(\"1.000.000,01\", \".\", \",\")", "1000000.01"},
      {"number(\"1 000 000.01\", \" \", \".\")", "1000000.01"},
      {"number(\"1.000.000,01\", \".\")", "null"},
      {"number(\"1,000\", \",\", null)", "1000"},
      {"number(\"1,000\", \":\", \".\")", "null"},
      {"number(\"1,000\", \",\", \",\")", "null"},
      {"number(\"1000.01\", null, \".\")", "1000.01"},
      {"number(\"1,0.5\", null, \",\")", "null"},
      {"number(from: \"1,5\", grouping separator: null, decimal separator: \",\")", "1.5"},
      {"number(null)", "null"},
      {"string(1.50)", "\"1.5\""},
      {"string(true)", "\"true\""},
      {"string(\"a\")", "\"a\""},
      {"string(null)", "null"},
      {"string(@\"2024-01-01\")", "\"2024-01-01\""},
      {"string([1, \"a\", {b: null}])", "\"[1, \"a\", {b: null}]\""},
      {"string([1..2)) + \"\"", "\"[1..2)\""},
      {"string([\"a\\\"b\"])", "\"[\"a\\\"b\"]\""},
      {"string({\"a b\": 1, \"{\": 2, \"\": 3})", "\"{a b: 1, \"{\": 2, \"\": 3}\""},
      {"string(@\"10:00:00.50@Europe/Paris\")", "\"10:00:00.5@Europe/Paris\""},
  });
}

TEST(Functions, Rounding) {
  check({
      {"decimal(2.5, 0)", "2"},
      {"decimal(1.115, 2)", "1.12"},
      {"floor(-1.5)", "-2"},
      {"floor(1.56, 1)", "1.5"},
      {"ceiling(-1.5)", "-1"},
      {"ceiling(1.56, 1)", "1.6"},
      {"round up(5.5, 0)", "6"},
      {"round up(-1.126, 2)", "-1.13"},
      {"round down(-5.5, 0)", "-5"},
      {"round half up(-5.5, 0)", "-6"},
      {"round half down(5.5, 0)", "5"},
      {"round half up(1250, -2)", "1300"},
      {"round up(5.5, 6177)", "null"},
      {"round up(5.5)", "null"},
      {"floor(\"1.5\")", "null"},
      {"floor(1.5, null)", "null"},
      {"abs(-3)", "3"},
      {"abs(@\"-P1Y\")", "P1Y"},
      {"abs(\"a\")", "null"},
      {"modulo(-12, 5)", "3"},
      {"modulo(12, -5)", "-3"},
      {"modulo(10.1, 4.5)", "1.1"},
      {"modulo(1, 0)", "null"},
      {"odd(5)", "true"},
      {"odd(-4)", "false"},
      {"even(0)", "true"},
      {"even(1.5)", "null"},
      {"even(null)", "null"},
      {"even(number: 4)", "true"},
      {"even(n: 4)", "null"},
      {"sqrt(16)", "4"},
      {"sqrt(2)", "1.414213562373095048801688724209698"},
      {"sqrt(-1)", "null"},
      {"log(10)", "2.302585092994045684017991454684364"},
      {"log(0)", "null"},
      {"log(-1)", "null"},
      {"exp(1)", "2.718281828459045235360287471352662"},
      {"exp(0)", "1"},
      {"exp(15000)", "null"},
      {"exp(-15000)", "0"},
      {"exp(1e6000)", "null"},
      {"exp(\"1\")", "null"},
      {"round half down(5.5)", "null"},
      {"round half down(-1.125, 2)", "-1.12"},
      {"floor([1.5])", "1"},
      {"floor([1.5, 2])", "null"},
  });
}

TEST(Functions, Texts) {
  check({
      {"substring(\"追赶超越\", 2)", "\"赶超越\""},
      {"substring(\"追赶超越\", 2, 2)", "\"赶超\""},
      {"substring(\"追赶超越\", -2, 1)", "\"超\""},
      {"substring(\"abc\", 0)", "null"},
      {"substring(\"abc\", 4)", "null"},
      {"substring(\"abc\", 1, 0)", "null"},
      {"substring(\"abc\", 1, 9)", "\"abc\""},
      {"string length(\"追赶\U0001F40E\")", "3"},
      {"string length(null)", "null"},
      {"upper case(\"aBc1优\")", "\"ABC1优\""},
      {"lower case(\"AbC\")", "\"abc\""},
      {"contains(\"追赶超越\", \"赶超\")", "true"},
      {"contains(\"abc\", \"\")", "true"},
      {"contains(\"abc\", null)", "null"},
      {"starts with(\"abc\", \"ab\")", "true"},
      {"ends with(\"abc\", \"ab\")", "false"},
      {"substring before(\"a/b/c\", \"/\")", "\"a\""},
      {"substring before(\"abc\", \"x\")", "\"\""},
      {"substring after(\"a/b/c\", \"/\")", "\"b/c\""},
      {"substring after(\"abc\", \"x\")", "\"\""},
      {"substring(\"foobar\", 3.8)", "\"obar\""},
      {"substring(\"\U0001F40Eab\", 2)", "\"ab\""},
      {"substring(\"\U0001F40Eab\", 1, 1)", "\"\U0001F40E\""},
      {"upper case(\"äß\")", "\"ÄSS\""},
      {"lower case(\"ÄÖ\")", "\"äö\""},
      {"upper case([\"a\"])", "\"A\""},
      {"split(\"a;b;;c\", \";\")", "[\"a\", \"b\", \"\", \"c\"]"},
      {"split(\"abc\", \"\")", "null"},
      {"string join([\"a\", null, \"c\"], \"、\")", "\"a、c\""},
      {"string join([], \"x\")", "\"\""},
      {"string join([\"a\"], null)", "\"a\""},
      {"string join(\"a\", \"x\")", "\"a\""},
      {"string join([1], \"x\")", "null"},
      {"string join(delimiter: \"-\", list: [\"a\", \"b\"])", "\"a-b\""},
      {"string join([\"a\"], \"x\", \"y\")", "null"},
  });
}

TEST(Functions, Aggregates) {
  check({
      {"count([])", "0"},
      {"count([1, null])", "2"},
      {"count(null)", "null"},
      {"count(1, 2, 3)", "3"},
      {"min([3, 1, 2])", "1"},
      {"max(3, 1, 2)", "3"},
      {"max([\"a\", \"c\", \"b\"])", "\"c\""},
      {"max([@\"2024-01-01\", @\"2023-01-01\"])", "2024-01-01"},
      {"min([])", "null"},
      {"max([1, \"a\"])", "null"},
      {"min([1, null])", "null"},
      {"min(4)", "4"},
      {"sum([1, 2.5])", "3.5"},
      {"sum(1, 2)", "3"},
      {"sum([])", "null"},
      {"sum([1, null])", "null"},
      {"sum([@\"P1Y\", @\"P2M\"])", "P1Y2M"},
      {"sum([@\"P1Y\", @\"P2D\"])", "null"},
      {"mean([1, 2, 6])", "3"},
      {"mean([])", "null"},
      {"mean([1, null])", "null"},
      {"median([8, 2, 5, 3, 4])", "4"},
      {"median([6, 1, 2, 3])", "2.5"},
      {"median([])", "null"},
      {"median([1, \"a\"])", "null"},
      {"product([2, 3, 4])", "24"},
      {"product([])", "null"},
      {"stddev([2, 4, 7, 5])", "2.081665999466132735282297706979931"},
      {"stddev([47])", "null"},
      {"stddev([1, \"a\"])", "null"},
      {"mode([6, 3, 9, 6, 6])", "[6]"},
      {"mode([3, 6, 1, 9, 6, 1, 3])", "[1, 3, 6]"},
      {"mode([])", "[]"},
      {"mode([1, null])", "null"},
      {"mode(1, 1, 2)", "[1]"},
      {"all([true, true])", "true"},
      {"all([true, null])", "null"},
      {"all([false, null])", "false"},
      {"all([true, 123])", "null"},
      {"all([])", "true"},
      {"all(true, false)", "false"},
      {"all(null)", "null"},
      {"all()", "null"},
      {"any([false, true, null])", "true"},
      {"any([false, null])", "null"},
      {"any([])", "false"},
      {"any(list: [true])", "true"},
      {"all(l: [true])", "null"},
  });
}

TEST(Functions, Lists) {
  check({
      {"list contains([1, 2], 2)", "true"},
      {"list contains([1, null], null)", "true"},
      {"list contains([\"1\"], 1)", "false"},
      {"list contains([[1], [2]], [2])", "true"},
      {"list contains(1, 1)", "true"},
      {"list contains(null, 1)", "null"},
      {"append([1], 2, 3)", "[1, 2, 3]"},
      {"append([], [1])", "[[1]]"},
      {"append(1, 2)", "[1, 2]"},
      {"concatenate([1], [2, 3], [])", "[1, 2, 3]"},
      {"concatenate([1], 2)", "[1, 2]"},
      {"concatenate([1], null)", "null"},
      {"insert before([1, 3], 2, 2)", "[1, 2, 3]"},
      {"insert before([1, 3], -1, 2)", "[1, 2, 3]"},
      {"insert before([1], 3, 2)", "null"},
      {"remove([1, 2, 3], 2)", "[1, 3]"},
      {"remove([1, 2, 3], -1)", "[1, 2]"},
      {"remove([1], 2)", "null"},
      {"list replace([2, 4, 7, 8], 3, 6)", "[2, 4, 6, 8]"},
      {"list replace([2, 4, 7, 8], -1, 6)", "[2, 4, 7, 6]"},
      {"list replace([2, 4, 7, 8], 0, 6)", "null"},
      {"list replace([2, 4, 7, 8], 5, 6)", "null"},
      {"list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)", "[5, 5, 7, 8]"},
      {"list replace([2, 4], function(item, newItem) null, 5)", "null"},
      {"list replace([2, 4], function(item) true, 5)", "null"},
      {"list replace([2, 4], null, 5)", "null"},
      {"list replace(list: [2, 4], position: 1, newItem: 5)", "[5, 4]"},
      {"list replace(list: [2], match: function(a, b) true, newItem: 5)", "[5]"},
      {"list replace(null, 1, 5)", "null"},
      {"list replace(1, 1, 5)", "[5]"},
      {"reverse([1, 2, 3])", "[3, 2, 1]"},
      {"sublist([1, 2, 3], 2)", "[2, 3]"},
      {"sublist([1, 2, 3], -2, 1)", "[2]"},
      {"sublist([1, 2, 3], 2, 5)", "null"},
      {"sublist([1, 2, 3], 0)", "null"},
      {"index of([1, 2, null, 2], 2)", "[2, 4]"},
      {"index of([1, null], null)", "[2]"},
      {"union([1, 2], [2, 3])", "[1, 2, 3]"},
      {"distinct values([1, 2, 1, null, null])", "[1, 2, null]"},
      {"flatten([[1, [2]], 3, []])", "[1, 2, 3]"},
      {"flatten(null)", "null"},
      {"sort([3, 1, 2])", "[1, 2, 3]"},
      {"sort([\"b\", \"a\"])", "[\"a\", \"b\"]"},
      {"sort([1, \"a\"])", "null"},
      {"sort([])", "[]"},
      {"sort([3, 1, 2], function(x, y) x > y)", "[3, 2, 1]"},
      {"sort([3, 1, 2], function(x, y) null)", "null"},
      {"sort([3, 1, 2], 1)", "null"},
      {"sort(list: [2, 1], precedes: function(x, y) x < y)", "[1, 2]"},
  });
}

// Equal items keep their order, and a function that is no order ends all the same.
TEST(Functions, SortIsStableAndSurvivesNonsense) {
  check({
      {"sort([{k: 1, n: \"a\"}, {k: 0, n: \"b\"}, {k: 1, n: \"c\"}, {k: 0, n: \"d\"}], "
       "function(x, y) x.k < y.k).n",
       "[\"b\", \"d\", \"a\", \"c\"]"},
      {"count(sort(for i in 1..100 return i, function(x, y) true))", "100"},
  });
}

TEST(Functions, Contexts) {
  check({
      {"get value({a: 1}, \"a\")", "1"},
      {"get value({a: 1}, \"b\")", "null"},
      {"get value(null, \"a\")", "null"},
      {"get entries({a: 1, b: 2})", "[{key: \"a\", value: 1}, {key: \"b\", value: 2}]"},
      {"get entries(1)", "null"},
      {"get value({a: {b: 1}}, [\"a\", \"b\"])", "1"},
      {"get value({a: {b: 1}}, [\"a\", \"c\"])", "null"},
      {"get value({a: 1}, [\"a\", \"b\"])", "null"},
      {"get value({a: 1}, [])", "null"},
      {"get value({a: 1}, [1])", "null"},
      {"get value(m: {a: {b: 1}}, keys: [\"a\", \"b\"])", "1"},
      {"get value(m: {a: 1}, key: [\"a\"])", "null"},
      {"get value([{a: 1}], \"a\")", "1"},
      {"context([{key: \"a\", value: 1}, {key: \"b\", value: null}])", "{a: 1, b: null}"},
      {"context({key: \"a\", value: 1})", "{a: 1}"},
      {"context([{key: \"a\", value: 1}, {key: \"a\", value: 2}])", "null"},
      {"context([{key: 1, value: 1}])", "null"},
      {"context([{key: \"a\"}])", "null"},
      {"context([1])", "null"},
      {"context([])", "{}"},
      {"context put({a: 1}, \"b\", 2)", "{a: 1, b: 2}"},
      {"context put({a: 1, b: 2}, \"a\", 3)", "{a: 3, b: 2}"},
      {"context put({a: {b: 1}}, [\"a\", \"b\"], 3)", "{a: {b: 3}}"},
      {"context put({a: 1}, [\"x\", \"y\"], 3)", "null"},
      {"context put({a: 1}, [], 3)", "null"},
      {"context put(context: {a: 1}, keys: [\"a\"], value: 3)", "{a: 3}"},
      {"context put(context: {a: 1}, key: [\"a\"], value: 3)", "null"},
      {"context put(1, \"a\", 3)", "null"},
      {"context merge([{a: 1}, {b: 2}, {a: 3}])", "{a: 3, b: 2}"},
      {"context merge([{a: 1}, null])", "null"},
      {"context merge(null)", "null"},
      {"is(1, 1)", "true"},
      {"is(value1: 1)", "false"},
      {"is([1, \"a\"], [1, \"a\"])", "true"},
      {"is([1], 1)", "false"},
      {"not([true])", "false"},
      {"is(1, \"1\")", "false"},
      {"is(null, null)", "true"},
      {"is(@\"P0Y\", @\"P0D\")", "false"},
      {"not(true)", "false"},
      {"not(negand: false)", "true"},
  });
}

TEST(Functions, EveryNameIsFound) {
  std::set<std::string_view> names;
  for (const Builtin& builtin : builtins()) {
    EXPECT_EQ(find_builtin(builtin.name), &builtin) << "declared twice: " << builtin.name;
    EXPECT_TRUE(is_builtin_name(builtin.name));
    EXPECT_EQ(builtin.parameters.empty(), builtin.clock) << builtin.name;
    names.insert(builtin.name);
  }
  EXPECT_EQ(names.size(), builtins().size());
}

// No function breaks on a kind of value it does not expect.
TEST(Functions, EveryKindOfArgumentIsSurvived) {
  const std::vector<std::string> values = {"null",
                                           "true",
                                           "0",
                                           "-1.5",
                                           "1e6000",
                                           "\"\"",
                                           "\"a\"",
                                           "[]",
                                           "[[null]]",
                                           "{}",
                                           "{a: [1]}",
                                           "[1..2]",
                                           "(< 5)",
                                           "count",
                                           "@\"P1Y\"",
                                           "@\"-P1D\"",
                                           "@\"2024-01-31\"",
                                           "function(x, y) x",
                                           "@\"10:00:00\"",
                                           "@\"2024-01-31T10:00:00@Asia/Dhaka\""};
  TestEnvironment environment;
  size_t calls = 0;
  for (const Builtin& builtin : builtins()) {
    for (const std::string& first : values) {
      for (const std::string& second : values) {
        for (const char* call_of : {"%(%)", "%(%, %)", "%(%, %, %)"}) {
          const std::string call = worded(call_of, {builtin.name, first, second, first});
          EXPECT_EQ(environment.evaluate(call).find("unknown"), std::string::npos) << call;
          ++calls;
        }
      }
    }
  }
  EXPECT_GT(calls, 40'000U);
}

}  // namespace
}  // namespace dandang::feel
