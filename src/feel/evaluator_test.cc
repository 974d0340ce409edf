#include "feel/evaluator.h"

#include <gtest/gtest.h>

#include "feel/test_environment.h"
#include "feel/wording.h"

namespace dandang::feel {
namespace {

struct Case {
  const char* text;
  const char* expected;
};

void check(TestEnvironment& environment, const std::vector<Case>& cases) {
  for (const Case& c : cases) EXPECT_EQ(environment.evaluate(c.text), c.expected) << c.text;
}

void check(const std::vector<Case>& cases) {
  TestEnvironment environment;
  environment.values["年龄"] = Value(45);
  environment.values["first name"] = Value("欣");
  environment.values["空"] = Value();
  check(environment, cases);
}

TEST(Evaluator, Literals) {
  check({
      {"1.20", "1.2"},
      {"-0.50", "-0.5"},
      {".5 + .5", "1"},
      {"1e3", "1000"},
      {"1.23e-4", "0.000123"},
      {"\"优\\u79c0\"", "\"优秀\""},
      {"true", "true"},
      {"null", "null"},
      {"@\"2024-02-29\"", "2024-02-29"},
      {"@\"2023-02-29\"", "null"},
      {"@\"P1Y6M\"", "P1Y6M"},
      {"@\"P1DT2H\"", "P1DT2H"},
      {"[1, \"a\", null]", "[1, \"a\", null]"},
      {"{甲: 1, 乙: 甲 + 1}", "{甲: 1, 乙: 2}"},
      {"[1..3)", "[1..3)"},
      {"(< 5)", "<5"},
  });
}

TEST(Evaluator, Arithmetic) {
  check({
      {"1 + 2 * 3", "7"},
      {"(1 + 2) * 3", "9"},
      {"10 - 4 - 3", "3"},
      {"7 / 2", "3.5"},
      {"1 / 3 * 3", "0.9999999999999999999999999999999999"},
      {"1 / 0", "null"},
      {"2 ** 10", "1024"},
      {"3 ** 4 ** 5", "3486784401"},
      {"-3 ** 2", "9"},
      {"2 ** -2", "0.25"},
      {"2 ** 0.5", "1.414213562373095048801688724209698"},
      {"5 ** 2.55", "60.58617166606633673745724928244262"},
      {"8 ** (1 / 3)", "2"},
      {"(-8) ** 0.5", "null"},
      {"0 ** 0.5", "0"},
      {"0 ** -0.5", "null"},
      {"10 ** 6145", "null"},
      {"10 ** 1e30", "null"},
      {"0.5 ** 1e30", "0"},
      {"--5", "5"},
      {"\"a\" + \"b\"", "\"ab\""},
      {"\"a\" + 1", "null"},
      {"\"a\" - \"b\"", "null"},
      {"1 + null", "null"},
      {"true + true", "null"},
      {"-\"a\"", "null"},
      {"1e6144 * 10", "null"},
  });
}

TEST(Evaluator, DatesAndDurations) {
  check({
      {"@\"2024-01-31\" + @\"P1M\"", "2024-02-29"},
      {"@\"P1Y\" + @\"2024-02-29\"", "2025-02-28"},
      {"@\"2024-03-31\" - @\"P1M\"", "2024-02-29"},
      {"@\"2024-01-01\" + @\"P30D\"", "2024-01-31"},
      {"@\"2024-01-01\" + @\"PT36H\"", "2024-01-02"},
      {"@\"2024-01-02\" - @\"PT1S\"", "2024-01-01"},
      {"@\"2024-01-02\" - @\"-PT1S\"", "2024-01-02"},
      {"@\"2024-03-01\" - @\"2024-02-01\"", "P29D"},
      {"@\"2024-02-01\" - @\"2024-03-01\"", "-P29D"},
      {"@\"2024-01-01\" + @\"2024-01-01\"", "null"},
      {"@\"P1Y\" - @\"2024-01-01\"", "null"},
      {"@\"P1Y\" + @\"P2M\"", "P1Y2M"},
      {"@\"P1Y\" - @\"P2M\"", "P10M"},
      {"@\"P1D\" + @\"PT12H\"", "P1DT12H"},
      {"@\"P1Y\" + @\"P1D\"", "null"},
      {"@\"P1Y\" * 2.5", "P2Y6M"},
      {"-2.5 * @\"P1Y11M\"", "-P4Y9M"},
      {"@\"P10D\" / 4", "P2DT12H"},
      {"@\"P10D\" / @\"P4D\"", "2.5"},
      {"@\"P10D\" / @\"P1Y\"", "null"},
      {"@\"P1Y\" * @\"P1Y\"", "null"},
      {"@\"P1Y\" ** 2", "null"},
      {"-@\"P1Y2M\"", "-P1Y2M"},
      {"@\"2024-05-06\".year", "2024"},
      {"@\"2024-05-06\".month", "5"},
      {"@\"2024-05-06\".day", "6"},
      {"@\"2024-05-06\".weekday", "1"},
      {"@\"P2Y5M\".years", "2"},
      {"@\"P2Y5M\".months", "5"},
      {"@\"P2DT3H4M5S\".days", "2"},
      {"@\"P2DT3H4M5S\".seconds", "5"},
      {"@\"2024-01-01\" < @\"2024-01-02\"", "true"},
      {"@\"P1Y\" = @\"P12M\"", "true"},
      {"@\"P1D\" = @\"PT24H\"", "true"},
      {"@\"P1Y\" = @\"P365D\"", "null"},
  });
}

// Whatever leaves the years of FEEL, or 64 bits of a duration, has no value.
TEST(Evaluator, DatesAndDurationsAreBounded) {
  check({
      {"@\"9999-12-31\" + @\"P1D\"", "10000-01-01"},
      {"@\"999999999-12-31\" + @\"P1D\"", "null"},
      {"@\"999999999-12-31\" + @\"P1M\"", "null"},
      {"@\"999999999-12-31T23:59:59\" + @\"PT1S\"", "null"},
      {"@\"999999999-12-31T23:59:59@Europe/Paris\" - @\"PT1S\"",
       "999999999-12-31T23:59:58@Europe/Paris"},
      {"@\"-999999999-01-01\" - @\"P1D\"", "null"},
      {"@\"2024-01-01\" - @\"P999999999999D\"", "null"},
      {"@\"2024-01-01T00:00:00\" + @\"P99999999999999D\"", "null"},
      {"date(-999999999, 1, 1) + @\"P1D\"", "-999999999-01-02"},
      {"@\"2024-01-01\" + @\"P999999999Y\"", "null"},
      {"@\"P999999999Y\" * 1e10", "null"},
      {"@\"P999999999Y\" * 7e8 + @\"P999999999Y\" * 7e8", "null"},
      {"@\"P999999999D\" * 1e5 - @\"-P999999999D\" * 1e5", "null"},
      {"sum([@\"P999999999Y\" * 7e8, @\"P999999999Y\" * 7e8])", "null"},
      {"-(@\"P1M\" * -9223372036854775808)", "null"},
      {"abs(@\"P1M\" * -9223372036854775808)", "null"},
      {"@\"P1M\" * -9223372036854775808", "-P768614336404564650Y8M"},
      {"@\"P9999999999999999999D\"", "null"},
  });
}

TEST(Evaluator, Equality) {
  check({
      {"1 = 1.0", "true"},
      {"1 != 2", "true"},
      {"\"a\" = \"A\"", "false"},
      {"null = null", "true"},
      {"1 = null", "false"},
      {"1 != null", "true"},
      {"[] = null", "false"},
      // Different kinds are neither equal nor different.
      {"1 = \"1\"", "null"},
      {"1 != \"1\"", "null"},
      {"true = 1", "null"},
      {"{} = []", "null"},
      {"[1, 2] = [1, 2]", "true"},
      {"[1, 2] = [2, 1]", "false"},
      {"[1] = [1, 1]", "false"},
      {"[1, \"a\"] = [1, 2]", "null"},
      {"{a: 1, b: 2} = {b: 2, a: 1}", "true"},
      {"{a: 1} = {b: 1}", "false"},
      {"{a: 1} = {a: 1, b: 2}", "false"},
      {"[1..2] = [1..2]", "true"},
      {"[1..2] = [1..2)", "false"},
      {"(< 10) = (< 10)", "true"},
      {"(< 10) = (null..10)", "false"},
      {"(= 10) = [10..10]", "false"},
      {"(!= 10) = (!= 10)", "true"},
      {"100[1] = 100", "true"},
  });
}

TEST(Evaluator, Order) {
  check({
      {"1 < 2", "true"},
      {"2 <= 2", "true"},
      {"\"甲\" < \"乙\"", "false"},
      {"1 < \"2\"", "null"},
      {"null < 1", "null"},
      {"1 >= null", "null"},
      {"true > false", "null"},
      {"[1] < [2]", "null"},
      {"2 between 1 and 3", "true"},
      {"4 between 1 and 3", "false"},
      {"\"b\" between \"a\" and \"c\"", "true"},
      {"null between 1 and 10", "null"},
      {"2 between null and 10", "null"},
      {"20 between null and 10", "false"},
  });
}

TEST(Evaluator, In) {
  check({
      {"1 in (1, 2)", "true"},
      {"3 in (1, 2)", "false"},
      {"1 in [2, 3, 1]", "true"},
      {"1 in [[2..4], [1..3]]", "true"},
      {"5 in [[2..4], [1..3]]", "false"},
      {"2 in [1..3)", "true"},
      {"3 in [1..3)", "false"},
      {"1 in (1..3]", "false"},
      {"1 in ]1..3]", "false"},
      {"3 in [1..3[", "false"},
      {"10 in (1, < 5, >= 10)", "true"},
      {"7 in (<5, >10)", "false"},
      {"11 in !=10", "true"},
      {"10 in (=10)", "true"},
      {"5 in (< 5)", "false"},
      {"\"a\" in ([\"a\"..\"c\"], \"x\")", "true"},
      {"@\"2024-05-01\" in [@\"2024-01-01\"..@\"2024-12-31\"]", "true"},
      {"[1, 2] in [[1, 2], [3]]", "true"},
      {"[1, 2] in ([[1, 2, 3]], [[3]])", "false"},
      {"[1, 2] in [1, 2]", "true"},
      {"{a: 1} in [{b: 1}, {a: 1}]", "true"},
      // Another kind is no match.
      {"true in [false, 2, 3]", "false"},
      {"1 in \"1\"", "false"},
      {"null in [1, null]", "true"},
      {"null in [1..10]", "null"},
      {"5 in [null..10]", "null"},
      {"11 in [null..10]", "false"},
      {"5 in [\"a\"..\"c\"]", "null"},
      {"年龄 in [40..50] and true", "true"},
      {"年龄 in [50..60] or true", "true"},
  });
}

TEST(Evaluator, Logic) {
  check({
      {"true and null", "null"},
      {"false and null", "false"},
      {"true or null", "true"},
      {"false or null", "null"},
      {"true and 1", "null"},
      {"false and 1", "false"},
      {"not(null)", "null"},
      {"not(1)", "null"},
      {"not(\"true\")", "null"},
      {"if true then 1 else 2", "1"},
      {"if null then 1 else 2", "2"},
      {"if 1 then 1 else 2", "2"},
  });
}

TEST(Evaluator, PathsAndFilters) {
  check({
      {"{a: {b: 1}}.a.b", "1"},
      {"{a: 1}.b", "null"},
      {"null.a", "null"},
      {"1.a", "null"},
      {"[{a: 1}, {a: 2}].a", "[1, 2]"},
      {"[{a: 1}, {b: 2}].b", "[null, 2]"},
      {"[1..5).start", "1"},
      {"[1..5).end included", "false"},
      {"[1..5).start included", "true"},
      {"[1, 2, 3][2]", "2"},
      {"[1, 2, 3][-1]", "3"},
      {"[1, 2, 3][0]", "null"},
      {"[1, 2, 3][4]", "null"},
      {"[1, 2, 3][1.5]", "null"},
      {"[][1]", "null"},
      {"[1, 2, 3][item >= 2]", "[2, 3]"},
      {"[1, 2, 3][true]", "[1, 2, 3]"},
      {"[1, 2, 3][null]", "[]"},
      {"[1, 2, 3][\"a\"]", "[]"},
      {"[][item > 1]", "[]"},
      {"[{a: 1}, {a: 2}][a >= 2]", "[{a: 2}]"},
      {"[{a: 1}, {a: null}][a < 2]", "[{a: 1}]"},
      {"[{item: 1}, {item: 2}][item >= 2]", "[{item: 2}]"},
      {"[{a: 1}][b > 1]", "[]"},
      {"100[true]", "[100]"},
      {"\"foo\"[false]", "[]"},
      {"{a: 1}[a = 1]", "[{a: 1}]"},
      {"null[true]", "[]"},
      {"[{a: [1, 2]}, {a: [3]}].a", "[[1, 2], [3]]"},
      {"[1, 2, 3, 4][item > 1][item < 4]", "[2, 3]"},
      // A name of the row hides the one outside.
      {"[{年龄: 1}][年龄 = 1]", "[{年龄: 1}]"},
      {"[{岁: 45}][岁 = 年龄]", "[{岁: 45}]"},
      {"[1, 2][{a: item}.a = 1]", "[1]"},
  });
}

TEST(Evaluator, Iteration) {
  check({
      {"for x in [1, 2] return x * 10", "[10, 20]"},
      {"for x in 1..3 return x", "[1, 2, 3]"},
      {"for x in 3..1 return x", "[3, 2, 1]"},
      {"for x in [1..3] return x", "[1, 2, 3]"},
      {"for x in 1..2, y in [10, 20] return x + y", "[11, 21, 12, 22]"},
      {"for x in [[1, 2], [3]], y in x return y", "[1, 2, 3]"},
      {"for i in 1..5 return if i < 3 then i else partial[-1] + partial[-2]", "[1, 2, 3, 5, 8]"},
      {"for x in @\"2024-02-28\"..@\"2024-03-01\" return x",
       "[2024-02-28, 2024-02-29, 2024-03-01]"},
      {"for x in 5 return x", "[5]"},
      {"for x in [] return x", "[]"},
      {"for x in null return x", "null"},
      {"for x in \"a\"..\"c\" return x", "null"},
      {"for x in 1.5..3 return x", "null"},
      {"some x in [1, 2] satisfies x > 1", "true"},
      {"some x in [] satisfies true", "false"},
      {"every x in [1, 2] satisfies x > 1", "false"},
      {"every x in [] satisfies false", "true"},
      {"some x in [1, 2], y in [2, 3] satisfies x = y", "true"},
      {"every x in [1, null] satisfies x > 0", "null"},
      {"every x in [1, 2] satisfies if x = 1 then true else \"no\"", "null"},
      {"some x in [1, 2] satisfies if x = 1 then true else \"no\"", "true"},
      {"some x in null satisfies true", "null"},
  });
}

TEST(Evaluator, ContextsAndFunctions) {
  check({
      {"{a: 1, b: {c: a + 1}}.b.c", "2"},
      {"{a: 1, a: 2}", "null"},
      {"{f: function(x, y) x - y, r: f(5, 3)}.r", "2"},
      {"{f: function(x, y) x - y, r: f(y: 5, x: 3)}.r", "-2"},
      {"{f: function(x, y) x - y, r: f(x: 3)}.r", "null"},
      {"{f: function(x) x, r: f(z: 3)}.r", "null"},
      {"{f: function(x) x, r: f(1, 2)}.r", "null"},
      {"(function(x) x * 2)(4)", "8"},
      {"{k: 10, f: function(x) x * k, r: f(2)}.r", "20"},
      {"for g in (for k in [1, 2] return function(x) x + k) return g(10)", "[11, 12]"},
      // A function sees what is nearest where it is written.
      {"{x: 1, r: [{x: 2}][(function() x)() = 2]}.r", "[{x: 2}]"},
      {"{f: abs, r: f(-2)}.r", "2"},
      {"sort([3, 1, 2], function(a, b) a > b)", "[3, 2, 1]"},
      {"1(2)", "null"},
      {"没有(1)", "null"},
      {"没有", "null"},
      {"first name", "\"欣\""},
      {"年龄 + 1", "46"},
      {"空 = null", "true"},
  });
}

TEST(Evaluator, InstanceOf) {
  check({
      {"1 instance of number", "true"},
      {"1 instance of string", "false"},
      {"\"a\" instance of string", "true"},
      {"null instance of Any", "false"},
      {"1 instance of Any", "true"},
      {"null instance of number", "false"},
      {"@\"2024-01-01\" instance of date", "true"},
      {"@\"2024-01-01\" instance of date and time", "false"},
      {"@\"P1Y\" instance of years and months duration", "true"},
      {"@\"P1Y\" instance of days and time duration", "false"},
      {"[1, 2] instance of list<number>", "true"},
      {"[1, \"a\"] instance of list<number>", "false"},
      {"[1, null] instance of list<number>", "true"},
      {"[] instance of list<string>", "true"},
      {"[1] instance of number", "false"},
      {"{a: 1} instance of context<a: number>", "true"},
      {"{a: 1} instance of context<a: string>", "false"},
      {"{a: 1} instance of context<b: number>", "false"},
      {"{a: {b: 1}} instance of context<a: context<b: number>>", "true"},
      {"[1..2] instance of range<number>", "true"},
      {"(function() 1) instance of function<>->Any", "true"},
      {"1 instance of 没有", "null"},
  });
}

TEST(Evaluator, UnaryTests) {
  TestEnvironment environment;
  environment.values["线"] = Value(60);
  struct TestCase {
    const char* tests;
    Value input;
    const char* expected;
  };
  const std::vector<TestCase> cases = {
      {"-", Value(), "true"},
      {"1, 2", Value(2), "true"},
      {"not(1, 2)", Value(2), "false"},
      {"not(1, 2)", Value(3), "true"},
      {"< 线", Value(59), "true"},
      {"[线..100]", Value(60), "true"},
      {"? > 线 and ? < 80", Value(70), "true"},
      {"\"优秀\"", Value("优秀"), "true"},
      {"\"优秀\"", Value(1), "false"},
      {"null", Value(), "true"},
      {"true", Value(true), "true"},
      {"[1, 2, 3]", Value(2), "true"},
      {"> 5", Value("a"), "null"},
  };
  for (const TestCase& c : cases)
    EXPECT_EQ(environment.test(c.tests, c.input), c.expected) << c.tests;
}

// Records are values that live elsewhere.
class People : public EntitySource {
 public:
  bool has_member(const Entity&, const std::string& name) const override { return name == "年龄"; }
  Value member(const Entity& entity, const std::string&) const override {
    return Value(static_cast<int>(entity.row));
  }
  std::string describe(const Entity& entity) const override {
    return worded("干部 %", {std::to_string(entity.row)});
  }
};

TEST(Evaluator, Entities) {
  const People people;
  TestEnvironment environment;
  List list;
  for (uint32_t row : {30U, 40U, 50U}) list.items.emplace_back(Entity{&people, 0, row});
  environment.values["干部"] = list;
  environment.values["本人"] = Entity{&people, 0, 40};
  check(environment, {
                         {"本人", "干部 40"},
                         {"本人.年龄", "40"},
                         {"干部.年龄", "[30, 40, 50]"},
                         {"干部[年龄 > 30]", "[干部 40, 干部 50]"},
                         {"干部[item = 本人]", "[干部 40]"},
                         {"本人 = 干部[1]", "false"},
                         {"本人 < 干部[1]", "null"},
                         {"some x in 干部 satisfies x.年龄 = 50", "true"},
                         {"本人 instance of context", "true"},
                         {"count(干部)", "3"},
                     });
}

// Each bound gives unknown, with the bound as its cause, and leaves the evaluator fit for the next
// text.
TEST(Evaluator, Limits) {
  TestEnvironment environment;
  const std::vector<Case> cases = {
      {"for i in 1..1000000000 return i", "unknown(stopped: more than 5000 items in one value)"},
      {"for i in 1..1e12 return i", "unknown(stopped: more than 5000 items in one value)"},
      {"count(for d in @\"-999999999-01-01\"..@\"999999999-01-01\" return 1)",
       "unknown(stopped: more than 5000 items in one value)"},
      {"some x in 1..9e18 satisfies false", "unknown(stopped after 20000 steps)"},
      {"some x in [1..9000000000] satisfies false", "unknown(stopped after 20000 steps)"},
      {"every x in [1..9000], y in [1..9000] satisfies true", "unknown(stopped after 20000 steps)"},
      {"for i in 1..300 return partial", "unknown(stopped: more than 5000 items in one value)"},
      {"for i in 1..300 return [partial[-1]]",
       "unknown(stopped: a value nested more than 50 levels)"},
      {"{f: function(g, n) g(g, n + 1), r: f(f, 0)}.r",
       "unknown(stopped: nested more than 100 levels)"},
      {"{a: [1,1,1,1,1,1,1,1,1,1], b: [a,a,a,a,a,a,a,a,a,a], c: [b,b,b,b,b,b,b,b,b,b], "
       "d: [c,c,c,c,c,c,c,c,c,c]}.a",
       "unknown(stopped: more than 5000 items in one value)"},
      {"count(distinct values(for i in 1..200 return i))", "unknown(stopped after 20000 steps)"},
      {"count(sort(for i in 1..900 return i, function(a, b) a < b))",
       "unknown(stopped after 20000 steps)"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(environment.evaluate(c.text, {20'000, 100, 5'000, 50}), c.expected) << c.text;
  }
}

TEST(Evaluator, LimitsAreCountedAnew) {
  TestEnvironment environment;
  Diagnostics diagnostics;
  const auto endless =
      parse_expression(Source::plain("for i in 1..100000 return i"), {}, diagnostics);
  const auto small = parse_expression(Source::plain("1 + 1"), {}, diagnostics);
  Evaluator evaluator(environment, {1000, 100, 5000, 50});
  EXPECT_TRUE(evaluator.evaluate(*endless).is_unknown());
  EXPECT_FALSE(evaluator.stopped().empty());
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(in_words(evaluator.evaluate(*small)), "2");
    ASSERT_TRUE(evaluator.stopped().empty());
  }
}

// A text that grows without end ends at its bound.
TEST(Evaluator, TextsAreBounded) {
  TestEnvironment environment;
  std::string doubling = "{a0: \"0123456789abcdef\"";
  for (int i = 1; i <= 40; ++i) {
    const std::string before = std::to_string(i - 1);
    doubling += worded(", a%: a% + a%", {std::to_string(i), before, before});
  }
  EXPECT_EQ(environment.evaluate(worded("string length(%}.a16)", {doubling})), "1048576");
  EXPECT_EQ(environment.evaluate(worded("%}.a17", {doubling})), "null");
  EXPECT_EQ(environment.evaluate("string(for i in 1..110000 return \"0123456789\")"), "null");
  EXPECT_EQ(environment.evaluate("string join(for i in 1..110000 return \"0123456789\")"), "null");
}

// ---- what an answer rests on ----

class Facts : public Environment {
 public:
  std::optional<Value> lookup(const std::string& name) override {
    const int number = std::stoi(name.substr(1));
    evaluator->use_definition(number);
    return Value(name[0] == 't');
  }
  Evaluator* evaluator = nullptr;
};

TEST(Evaluator, UsesAreThoseThatDecided) {
  const std::vector<Case> cases = {
      {"t1", "1"},
      {"t1 and t2", "1 2"},
      {"t1 and f2", "2"},  // what failed decides
      {"f1 and t2", "1"},  // the other side is not even looked at
      {"t1 or f2", "1"},
      {"f1 or t2", "2"},
      {"f1 or f2", "1 2"},
      {"some x in [1] satisfies f1", "1"},
      {"[1, 2][t1 and f2]", "2 2"},
  };
  for (const Case& c : cases) {
    Facts facts;
    Diagnostics diagnostics;
    const auto expression = parse_expression(Source::plain(c.text), {}, diagnostics);
    Evaluator evaluator(facts);
    facts.evaluator = &evaluator;
    evaluator.evaluate(*expression);
    std::string uses;
    for (const Use& use : evaluator.uses()) {
      if (!uses.empty()) uses += ' ';
      uses += std::to_string(use.definition);
    }
    EXPECT_EQ(uses, c.expected) << c.text;
  }
}

std::string steps_of(const TraceNode& node) {
  std::string out = node.text;
  if (node.kind == TraceNode::Kind::kItem) out = node.value.to_string();
  for (const TraceNode& child : node.children) out += worded("(%)", {steps_of(child)});
  return out;
}

TEST(Evaluator, TraceFollowsTheText) {
  TestEnvironment environment;
  environment.values["年龄"] = Value(45);
  Diagnostics diagnostics;
  const auto expression =
      parse_expression(Source::plain("年龄 > 40 and (年龄 + 1 < 50 or false)"), {}, diagnostics);
  Evaluator evaluator(environment);
  TraceNode root;
  evaluator.trace_into(&root);
  evaluator.evaluate(*expression);
  EXPECT_EQ(steps_of(root),
            "(年龄 > 40 and (年龄 + 1 < 50 or false)(年龄 > 40(年龄))(年龄 + 1 < 50 or "
            "false(年龄 + 1 < 50(年龄))))");
}

}  // namespace
}  // namespace dandang::feel
