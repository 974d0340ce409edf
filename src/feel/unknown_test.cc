// The truth tables of docs/decisions/0001-unknown.md.

#include <gtest/gtest.h>

#include "feel/test_environment.h"

namespace dandang::feel {
namespace {

// A register's rows for one person, by year: which years' lists were taken in completely is
// `covered`.
class YearRegister : public Openness {
 public:
  YearRegister(std::vector<int> covered, std::vector<int> on_record)
      : covered_(std::move(covered)), on_record_(std::move(on_record)) {}

  const std::vector<std::string>& key_names() const override { return keys_; }
  bool row_has(const std::string& name) const override {
    return name == "年度" || name == "等次" || name == "补录年度";
  }
  CausesPtr missing(const std::map<std::string, Value>& pinned) const override {
    const auto year = pinned.find("年度");
    std::string shown;
    if (year != pinned.end()) {
      for (const auto& years : {covered_, on_record_}) {
        for (const int known : years) {
          if (equal(year->second, Value(known)).is_true()) return nullptr;
        }
      }
      shown = year->second.to_string();
    }
    return Causes::one({Cause::Kind::kFact, "考核", "", shown, {}});
  }

 private:
  std::vector<std::string> keys_{"年度"};
  std::vector<int> covered_;
  std::vector<int> on_record_;
};

Value row(int year, const char* grade) {
  Context context;
  Context details;
  details.entries = {{"年度", Value(1999)}};
  context.entries = {{"年度", Value(year)}, {"等次", Value(grade)}, {"明细", Value(details)}};
  return context;
}

TestEnvironment make_environment() {
  TestEnvironment environment;
  auto& values = environment.values;
  values["甲"] = Value::unknown({Cause::Kind::kFact, "干部", "甲", "", {}});
  values["乙"] = Value::unknown({Cause::Kind::kFact, "干部", "乙", "", {}});
  values["标准"] = Value::unknown({Cause::Kind::kParameter, "N", "标准", "", {}});
  values["三"] = Value(3);
  values["年度"] = Value(2023);
  List some;  // 2 is there only if 甲 holds
  some.push(Value(1), nullptr);
  some.push(Value(2), values["甲"].causes());
  values["或缺"] = some;
  List register_rows;  // rows of 2022 and 2024; the list of 2023 was taken in, too
  register_rows.items = {row(2022, "称职"), row(2024, "优秀")};
  register_rows.openness =
      std::make_shared<YearRegister>(std::vector<int>{2023}, std::vector<int>{2022, 2024});
  values["考核"] = register_rows;
  List blank_row = register_rows;
  Context unknown_grade;
  unknown_grade.entries = {{"年度", Value(2021)}, {"等次", values["乙"]}};
  blank_row.items = {row(2022, "称职"), Value(unknown_grade)};
  blank_row.openness = nullptr;
  values["缺等次"] = blank_row;
  return environment;
}

struct Case {
  const char* text;
  const char* expected;
};

void check(const std::vector<Case>& cases) {
  TestEnvironment environment = make_environment();
  for (const Case& c : cases) {
    EXPECT_EQ(environment.evaluate(c.text), c.expected) << c.text;
  }
}

TEST(Unknown, And) {
  check({
      {"甲 and true", "unknown(甲)"},
      {"true and 甲", "unknown(甲)"},
      {"甲 and false", "false"},
      {"false and 甲", "false"},
      {"甲 and 乙", "unknown(乙, 甲)"},
      {"甲 and null", "unknown(甲)"},
      {"null and 甲", "unknown(甲)"},
      {"null and true", "null"},
      {"null and false", "false"},
      {"null and null", "null"},
      {"甲 and 乙 and false", "false"},
  });
}

TEST(Unknown, Or) {
  check({
      {"甲 or false", "unknown(甲)"},
      {"false or 甲", "unknown(甲)"},
      {"甲 or true", "true"},
      {"true or 甲", "true"},
      {"甲 or 乙", "unknown(乙, 甲)"},
      {"甲 or null", "unknown(甲)"},
      {"null or 甲", "unknown(甲)"},
      {"null or false", "null"},
      {"null or true", "true"},
      {"甲 or 标准", "unknown(甲, 标准)"},
  });
}

TEST(Unknown, Not) {
  check({{"not(甲)", "unknown(甲)"}, {"not(null)", "null"}, {"not(甲 and false)", "true"}});
}

TEST(Unknown, Comparison) {
  check({
      {"甲 = 1", "unknown(甲)"},
      {"1 != 甲", "unknown(甲)"},
      {"甲 < 1", "unknown(甲)"},
      {"1 >= 甲", "unknown(甲)"},
      {"甲 = 乙", "unknown(乙, 甲)"},
      // A blank is not "no": FEEL's null would make these false and true.
      {"甲 = null", "unknown(甲)"},
      {"甲 != null", "unknown(甲)"},
      {"null = null", "true"},
      {"null = 1", "false"},
      {"null < 1", "null"},
      {"[1, 甲] = [1, 2]", "unknown(甲)"},
      {"[1, 甲] = [2, 2]", "false"},
      {"[1, 甲] = [1]", "false"},
      {"{a: 甲, b: 1} = {a: 2, b: 2}", "false"},
      {"{a: 甲, b: 1} = {a: 2, b: 1}", "unknown(甲)"},
      {"或缺 = [1, 2]", "unknown(甲)"},
      {"考核 = []", "unknown(考核)"},
  });
}

TEST(Unknown, Between) {
  check({
      {"甲 between 1 and 3", "unknown(甲)"},
      {"0 between 1 and 甲", "false"},
      {"2 between 1 and 甲", "unknown(甲)"},
      {"4 between 甲 and 3", "false"},
      {"2 between null and 3", "null"},
      {"4 between null and 3", "false"},
  });
}

TEST(Unknown, In) {
  check({
      {"甲 in (1, 2)", "unknown(甲)"},
      {"1 in (1, 甲)", "true"},
      {"1 in (甲, 1)", "true"},
      {"2 in (1, 甲)", "unknown(甲)"},
      {"1 in [1, 甲]", "true"},
      {"2 in [1, 甲]", "unknown(甲)"},
      {"2 in [1..甲]", "unknown(甲)"},
      {"2 in (< 甲)", "unknown(甲)"},
      {"2 in (< 甲, > 1)", "true"},
      {"1 in 或缺", "true"},
      {"2 in 或缺", "unknown(甲)"},
      {"3 in 或缺", "false"},
      {"\"优秀\" in 考核.等次", "true"},
      {"\"不称职\" in 考核.等次", "unknown(考核)"},
  });
}

TEST(Unknown, Arithmetic) {
  check({
      {"甲 + 1", "unknown(甲)"},
      {"1 - 甲", "unknown(甲)"},
      {"甲 * 0", "unknown(甲)"},
      {"甲 / 乙", "unknown(乙, 甲)"},
      {"甲 ** 2", "unknown(甲)"},
      {"-甲", "unknown(甲)"},
      {"甲 + null", "unknown(甲)"},
      {"\"a\" + 甲", "unknown(甲)"},
      {"[1..甲]", "unknown(甲)"},
      {"甲 instance of number", "unknown(甲)"},
      {"[1, 甲] instance of list<number>", "unknown(甲)"},
      {"[\"a\", 甲] instance of list<number>", "false"},
  });
}

TEST(Unknown, If) {
  check({
      {"if 甲 then 1 else 1", "1"},
      {"if 甲 then 1 else 2", "unknown(甲)"},
      {"if 甲 then null else null", "null"},
      {"if 甲 then 乙 else 1", "unknown(乙, 甲)"},
      {"if 甲 then [1, 2] else [1, 2]", "[1, 2]"},
      {"if 甲 then [乙] else [乙]", "unknown(甲)"},
      {"if true then 1 else 甲", "1"},
      {"if null then 甲 else 2", "2"},
  });
}

TEST(Unknown, Filter) {
  check({
      {"[1, 2, 3][item > 1]", "[2, 3]"},
      {"[1, 2, 3][if item = 2 then 甲 else true]", "[1, 2?, 3]"},
      {"[1, 2, 3][item > 甲]", "[1?, 2?, 3?]"},
      {"[1, 2, 3][item > 1 and 甲]", "[2?, 3?]"},
      {"[1, 甲][item = 1]", "[1, unknown(甲)?]"},
      {"甲[item > 1]", "unknown(甲)"},
      {"或缺[item = 2]", "[2?]"},
      {"或缺[item = 1]", "[1]"},
      {"或缺[1]", "unknown(甲)"},
      // What is unknown may be an index.
      {"[1, 2][甲]", "unknown(甲)"},
      {"[][甲]", "unknown(甲)"},
      {"[][甲 = 1]", "[]"},
      {"考核[1]", "unknown(考核)"},
      {"缺等次[等次 = \"优秀\"].年度", "[2021?]"},
      {"缺等次[等次 = \"优秀\" and 年度 = 2020]", "[]"},
  });
}

TEST(Unknown, OpenListIsClosedByPinningItsKey) {
  check({
      {"考核.年度", "[2022, 2024, …]"},
      {"考核[年度 = 2024].等次", "[\"优秀\"]"},
      {"考核[2024 = 年度 and 等次 = \"称职\"]", "[]"},  // the row is there, and fails
      {"考核[等次 = \"称职\" and 年度 = 2024]", "[]"},
      {"考核[年度 = 2023]", "[]"},   // this year's list was taken in
      {"考核[年度 = 2021]", "[…]"},  // this one was not
      {"count(考核[年度 = 2021])", "unknown(考核 2021)"},
      {"count(考核[年度 = 三 * 674 + 1])", "0"},
      {"考核[等次 = \"优秀\"][年度 = 2023]", "[]"},
      {"考核[年度 = 2023][等次 = \"优秀\"]", "[]"},
      // Pins nothing: another comparison, an alternative, a negation, an unknown year, a null.
      {"考核[年度 >= 2024].年度", "[2024, …]"},
      {"考核[年度 = 2023 or 等次 = \"优秀\"].年度", "[2024, …]"},
      {"考核[not(年度 != 2023)].年度", "[…]"},
      {"考核[年度 = 甲].年度", "[2022?, 2024?, …]"},
      {"考核[年度 = null].年度", "[…]"},
      // The other side speaks of the row itself, though a name outside is spelt the same.
      {"考核[年度 = 年度].年度", "[2022, 2024, …]"},
      {"考核[年度 = item.年度].年度", "[2022, 2024, …]"},
      {"考核[补录年度 = 2023].年度", "[…]"},
      // What is computed from the rows has no keys any more.
      {"考核.年度[item = 2023]", "[…]"},
      {"考核.明细[年度 = 2023]", "[…]"},  // not the year of the appraisal
  });
}

TEST(Unknown, SomeAndEvery) {
  check({
      {"some x in [1, 甲] satisfies x = 1", "true"},
      {"some x in [2, 甲] satisfies x = 1", "unknown(甲)"},
      {"every x in [1, 甲] satisfies x = 1", "unknown(甲)"},
      {"every x in [2, 甲] satisfies x = 1", "false"},
      {"some x in 甲 satisfies x = 1", "unknown(甲)"},
      {"every x in 甲 satisfies x = 1", "unknown(甲)"},
      {"some x in [] satisfies 甲", "false"},
      {"every x in [] satisfies 甲", "true"},
      {"some x in null satisfies true", "null"},
      {"every x in null satisfies true", "null"},
      {"some x in [1, null] satisfies x > 1", "null"},
      {"some x in [2, null] satisfies x > 1", "true"},
      {"every x in [2, null] satisfies x > 1", "null"},
      {"every x in [1, null] satisfies x > 1", "false"},
      // A row that may be absent matters only if it would change the answer.
      {"some x in 或缺 satisfies x = 1", "true"},
      {"some x in 或缺 satisfies x = 2", "unknown(甲)"},
      {"some x in 或缺 satisfies x = 3", "false"},
      {"every x in 或缺 satisfies x = 1", "unknown(甲)"},
      {"every x in 或缺 satisfies x < 3", "true"},
      {"every x in 或缺 satisfies x > 1", "false"},
      {"some x in 考核 satisfies x.等次 = \"优秀\"", "true"},
      {"some x in 考核 satisfies x.等次 = \"不称职\"", "unknown(考核)"},
      {"every x in 考核 satisfies x.等次 = \"优秀\"", "false"},
      {"every x in 考核 satisfies x.等次 != \"不称职\"", "unknown(考核)"},
      {"some x in [1], y in 或缺 satisfies x + y = 2", "true"},
      {"some x in [1], y in 或缺 satisfies x + y = 3", "unknown(甲)"},
      {"some x in 或缺, y in [] satisfies 乙", "false"},
  });
}

TEST(Unknown, For) {
  check({
      {"for x in [1, 甲] return x + 1", "[2, unknown(甲)]"},
      {"for x in 或缺 return x + 1", "[2, 3?]"},
      {"count(for x in 或缺 return partial)", "unknown(甲)"},
      {"for x in 甲 return x", "unknown(甲)"},
      {"for x in 考核 return x.年度", "unknown(考核)"},
      {"for x in null return x", "null"},
      {"for x in 1..甲 return x", "unknown(甲)"},
  });
}

TEST(Unknown, CountSumMinMaxMean) {
  check({
      {"count([1, 甲])", "2"},
      {"count(甲)", "unknown(甲)"},
      {"count(或缺)", "unknown(甲)"},
      {"count(或缺[item = 3])", "0"},
      {"count(考核)", "unknown(考核)"},
      {"sum([1, 甲])", "unknown(甲)"},
      {"sum(1, 甲)", "unknown(甲)"},
      {"sum(或缺)", "unknown(甲)"},
      {"sum([0, 1][item = 1 or 甲])", "1"},
      {"min(或缺)", "1"},
      {"max(或缺)", "unknown(甲)"},
      {"max([2, 1][item = 2 or 甲])", "2"},
      {"min([1, 甲])", "unknown(甲)"},
      {"max(考核.年度)", "unknown(考核)"},
      {"mean([1, 甲])", "unknown(甲)"},
      {"mean([{a: 1, v: 2}, {a: 2, v: 2}][a = 1 or 甲].v)", "2"},
      {"mean([{a: 1, v: 2}, {a: 2, v: 3}][a = 1 or 甲].v)", "unknown(甲)"},
      {"median([1, 甲, 3])", "unknown(甲)"},
      {"product([0, 甲])", "unknown(甲)"},
      {"sum([])", "null"},
      {"count(null)", "null"},
      // With more than ten rows in doubt the choices are not tried.
      {"max(for x in 1..10 return x)", "10"},
      {"min([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10][item = 0 or 甲])", "0"},
      {"min([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11][item = 0 or 甲])", "unknown(甲)"},
  });
}

TEST(Unknown, ListContainsAllAny) {
  check({
      {"list contains([1, 甲], 1)", "true"},
      {"list contains([2, 甲], 1)", "unknown(甲)"},
      {"list contains([1], 甲)", "unknown(甲)"},
      {"list contains(或缺, 1)", "true"},
      {"list contains(或缺, 2)", "unknown(甲)"},
      {"list contains(或缺, 3)", "false"},
      {"list contains(考核.等次, \"优秀\")", "true"},
      {"list contains(考核.等次, \"不称职\")", "unknown(考核)"},
      {"all([false, 甲])", "false"},
      {"all([true, 甲])", "unknown(甲)"},
      {"all([])", "true"},
      {"any([true, 甲])", "true"},
      {"any([false, 甲])", "unknown(甲)"},
      {"any([])", "false"},
      {"all([true, false][item or 甲])", "unknown(甲)"},
      {"all([true, true][甲 = 1])", "true"},
      {"any([false, false][甲 = 1])", "false"},
      {"all([null, 甲])", "unknown(甲)"},
  });
}

TEST(Unknown, OtherFunctions) {
  check({
      {"string(甲)", "unknown(甲)"},
      {"string([1, 甲])", "unknown(甲)"},
      {"string({a: 甲})", "unknown(甲)"},
      {"string join([\"a\", 甲])", "unknown(甲)"},
      {"substring(\"abc\", 甲)", "unknown(甲)"},
      {"floor(甲)", "unknown(甲)"},
      {"date(2024, 甲, 1)", "unknown(甲)"},
      {"is(甲, null)", "unknown(甲)"},
      {"distinct values([1, 1, 甲])", "unknown(甲)"},
      {"distinct values([[甲], [1]])", "unknown(甲)"},
      {"index of([[甲]], [1])", "unknown(甲)"},
      {"sort([2, 甲])", "unknown(甲)"},
      {"sort([2, 1], function(x, y) 甲)", "unknown(甲)"},
      {"flatten([[1], 甲])", "unknown(甲)"},
      {"count(flatten([或缺, [3]]))", "unknown(甲)"},
      {"append([1], 甲)", "unknown(甲)"},
      {"reverse([1, 甲])", "[unknown(甲), 1]"},
      {"concatenate([1], [甲])", "[1, unknown(甲)]"},
      {"concatenate([1], 或缺)", "unknown(甲)"},
      {"sublist([1, 甲, 3], 2, 1)", "[unknown(甲)]"},
      {"remove([1, 甲], 1)", "[unknown(甲)]"},
      {"get value({a: 甲, b: 1}, \"b\")", "1"},
      {"{f: count, n: f(或缺)}.n", "unknown(甲)"},
      {"get value({a: {b: 甲}}, [\"a\", \"b\"])", "unknown(甲)"},
      {"get value({a: 甲}, [\"a\", \"b\"])", "unknown(甲)"},
      {"get value({a: 1}, [\"a\", 甲])", "unknown(甲)"},
      {"context put({a: 甲}, \"b\", 1)", "unknown(甲)"},
      {"context merge([{a: 1}, 甲])", "unknown(甲)"},
      {"context([{key: \"a\", value: 甲}])", "unknown(甲)"},
      {"list replace([1, 甲], 1, 5)", "unknown(甲)"},
      {"list replace([1, 2], function(a, b) 甲, 5)", "unknown(甲)"},
      {"mode([1, 甲])", "unknown(甲)"},
      {"mode(或缺)", "unknown(甲)"},
      {"stddev([1, 2, 甲])", "unknown(甲)"},
      {"sqrt(甲)", "unknown(甲)"},
      {"sqrt([甲])", "unknown(甲)"},
      {"abs(或缺)", "unknown(甲)"},
      {"matches(甲, \"a\")", "unknown(甲)"},
      {"split(\"a\", 甲)", "unknown(甲)"},
      {"before(甲, 1)", "unknown(甲)"},
      {"range(甲)", "unknown(甲)"},
      {"time(甲, 1, 1)", "unknown(甲)"},
      {"day of year(甲)", "unknown(甲)"},
      {"甲.time offset", "unknown(甲)"},
      {"@\"10:00:00\" + 甲", "unknown(甲)"},
      {"if 甲 then @\"10:00:00.1\" else @\"10:00:00.2\"", "unknown(甲)"},
      {"for i in (甲..5] return i", "unknown(甲)"},
  });
}

TEST(Unknown, PathsAndCalls) {
  check({
      {"甲.年度", "unknown(甲)"},
      {"null.年度", "null"},
      {"{a: 甲}.a", "unknown(甲)"},
      {"缺等次.等次", "[\"称职\", unknown(乙)]"},
      {"甲(1)", "unknown(甲)"},
      {"{f: function(x) if x > 0 then 1 else 1, n: f(甲)}.n", "1"},
      {"{f: function(x) x, n: f(甲)}.n", "unknown(甲)"},
      {"{f: function(x) 1, n: f(甲)}.n", "1"},
  });
}

// Left unknown although every filling would agree.
TEST(Unknown, IsNotSolved) {
  check({
      {"甲 = 甲", "unknown(甲)"},
      {"甲 or not(甲)", "unknown(甲)"},
      {"甲 - 甲", "unknown(甲)"},
      {"甲 * 0", "unknown(甲)"},
      {"count([1, 2, 3][item < 3 or 甲]) >= 2", "unknown(甲)"},
      {"考核[年度 in (2022, 2024)].年度", "[2022, 2024, …]"},
  });
}

TEST(Unknown, UnaryTests) {
  TestEnvironment environment = make_environment();
  const Value unknown = environment.values["甲"];
  EXPECT_EQ(environment.test("-", unknown), "true");
  EXPECT_EQ(environment.test("1, 2", unknown), "unknown(甲)");
  EXPECT_EQ(environment.test("not(1, 2)", unknown), "unknown(甲)");
  EXPECT_EQ(environment.test("甲, 1", Value(1)), "true");
  EXPECT_EQ(environment.test("甲, 1", Value(2)), "unknown(甲)");
  EXPECT_EQ(environment.test("not(甲, 1)", Value(1)), "false");
  EXPECT_EQ(environment.test("< 甲", Value(2)), "unknown(甲)");
  EXPECT_EQ(environment.test("? > 1 or true", unknown), "true");
}

TEST(Unknown, CausesKeepAParameterBeyondTheirCap) {
  CausesPtr causes = Causes::one({Cause::Kind::kParameter, "N", "标准", "", {}});
  for (size_t i = 0; i < 3 * Causes::kMaxCauses; ++i) {
    causes = Causes::merged(
        causes, Causes::one({Cause::Kind::kFact, "干部", std::to_string(1000 + i), "", {}}));
  }
  EXPECT_EQ(causes->items.size(), Causes::kMaxCauses);
  EXPECT_TRUE(causes->more);
  EXPECT_TRUE(causes->has_parameter());
}

// Plain FEEL never meets the unknown, whatever is wrong with a text.
TEST(Unknown, DoesNotComeFromPlainFeel) {
  TestEnvironment environment;
  for (const char* text : {"没有的名称", "1 / 0", "null.a", "[][1]", "1 + \"a\"", "date(\"x\")",
                           "foo(1)", "\"a\" < 1", "some x in [null] satisfies x > 1",
                           "if null then 1 else 没有", "sum([1, \"a\"])", "1e6144 * 10"}) {
    EXPECT_EQ(environment.evaluate(text), "null") << text;
  }
}

}  // namespace
}  // namespace dandang::feel
