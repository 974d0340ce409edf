#include "feel/types.h"

#include <gtest/gtest.h>

#include "feel/parser.h"

namespace dandang::feel {
namespace {

// A small county: officials with appraisals, a parameter, a function.
class County : public TypeEnvironment {
 public:
  TypePtr lookup(const std::string& name) const override {
    if (name == "年限") return Type::of(Type::Kind::kNumber);
    if (name == "as_of") return Type::of(Type::Kind::kDate);
    if (name == "干部") return Type::list_of(Type::entity("干部"));
    if (name == "本人") return Type::entity("干部");
    if (name == "本单位") return Type::entity("单位");
    if (name == "级别序") {
      return Type::function({{"值", Type::code("级别")}}, Type::of(Type::Kind::kNumber));
    }
    return nullptr;
  }
  TypePtr member(const Type& entity, const std::string& name) const override {
    if (entity.name == "干部") {
      if (name == "姓名") return Type::of(Type::Kind::kString);
      if (name == "年龄") return Type::of(Type::Kind::kNumber);
      if (name == "党员") return Type::of(Type::Kind::kBoolean);
      if (name == "任职时间") return Type::of(Type::Kind::kDate);
      if (name == "单位") return Type::entity("单位");
      if (name == "年度考核") return Type::list_of(Type::entity("年度考核"));
    }
    if (entity.name == "年度考核") {
      if (name == "年度") return Type::of(Type::Kind::kNumber);
      if (name == "等次") return Type::code("考核等次");
    }
    if (entity.name == "单位" && name == "单位名称") return Type::of(Type::Kind::kString);
    return nullptr;
  }
  std::vector<std::string> names() const override {
    return {"年限", "as_of", "干部", "本人", "本单位", "级别序"};
  }
  std::vector<std::string> member_names(const Type& entity) const override {
    if (entity.name == "干部") return {"姓名", "年龄", "党员", "任职时间", "单位", "年度考核"};
    if (entity.name == "年度考核") return {"年度", "等次"};
    return {"单位名称"};
  }
  std::vector<std::string> code_words(const std::string& code_list) const override {
    if (code_list == "考核等次") return {"优秀", "称职", "基本称职", "不称职"};
    if (code_list == "级别") return {"县级", "市级", "省级"};
    return {};
  }
};

std::string name_of(const Type& type) {
  if (type.is(Type::Kind::kList)) return "list of " + name_of(*type.element);
  return type.describe().en;
}

// The type of the text about an official, or its diagnostics: "line:column code hint".
std::string type_of(const std::string& text) {
  const County county;
  Diagnostics diagnostics;
  const auto expression = parse_expression(Source::plain(text), {}, diagnostics);
  std::string out;
  if (expression != nullptr) {
    const TypeFrame official{nullptr, Type::entity("干部"), ""};
    out = name_of(*check_types(*expression, county, &official, diagnostics));
  }
  diagnostics.sort();
  if (diagnostics.all().empty()) return out;
  out.clear();
  for (const Diagnostic& d : diagnostics.all()) {
    if (!out.empty()) out += "; ";
    out += std::to_string(d.place.line) + ":" + std::to_string(d.place.column) + " " + d.code;
  }
  return out;
}

struct Case {
  const char* text;
  const char* expected;
};

void check(const std::vector<Case>& cases) {
  for (const Case& c : cases) EXPECT_EQ(type_of(c.text), c.expected) << c.text;
}

TEST(Types, OfValues) {
  check({
      {"1", "number"},
      {"\"a\"", "text"},
      {"true", "yes-or-no value"},
      {"null", "null"},
      {"@\"2024-01-01\"", "date"},
      {"@\"P1Y\"", "years-and-months duration"},
      {"@\"PT1H\"", "days duration"},
      {"@\"10:00:00\"", "time"},
      {"@\"2024-01-01T10:00:00\"", "date and time"},
      {"time(\"10:00:00Z\")", "time"},
      {"date and time(\"2024-01-01T10:00:00\")", "date and time"},
      {"@\"10:00:00\".hour", "number"},
      {"@\"10:00:00Z\".time offset", "days duration"},
      {"@\"2024-01-01T10:00:00\".timezone", "text"},
      {"range(\"[1..2]\")", "range"},
      {"date(\"2024-01-01\")", "date"},
      {"duration(\"P1M\")", "years-and-months duration"},
      {"[1, 2]", "list of number"},
      {"[1, null]", "list of number"},
      {"[1, \"a\"]", "list of any value"},
      {"[]", "list of any value"},
      {"{a: 1}.a", "number"},
      {"{a: 1, b: a}.b", "number"},
      {"[1..2]", "range"},
      {"function(x) x", "function"},
  });
}

TEST(Types, OfNames) {
  check({
      {"年龄", "number"},
      {"item.年龄", "number"},
      {"年限", "number"},
      {"干部", "list of record of 干部"},
      {"年度考核", "list of record of 年度考核"},
      {"年度考核.等次", "list of code of 考核等次"},
      {"单位.单位名称", "text"},
      {"任职时间.year", "number"},
      {"年度考核[年度 = 2024]", "list of record of 年度考核"},
      {"年度考核[1].等次", "code of 考核等次"},
      {"年度考核[等次 = \"优秀\"].年度", "list of number"},
      {"some x in 年度考核 satisfies x.等次 = \"优秀\"", "yes-or-no value"},
      {"for x in 年度考核 return x.年度 + 1", "list of number"},
      {"for i in 1..3 return i * 2", "list of number"},
      {"for i in 1..3 return partial[-1]", "list of any value"},
      {"[{岁: 1}][岁 = 1]", "list of context"},
      {"if 党员 then 1 else null", "number"},
      {"if 党员 then 1 else \"a\"", "any value"},
      {"count", "function"},
      {"{f: count}.f([1])", "any value"},
  });
}

TEST(Types, OfOperators) {
  check({
      {"1 + 2", "number"},
      {"\"a\" + \"b\"", "text"},
      {"任职时间 + @\"P1Y\"", "date"},
      {"@\"P1Y\" + 任职时间", "date"},
      {"as_of - 任职时间", "days duration"},
      {"as_of - @\"2024-01-01T10:00:00Z\"", "days duration"},
      {"@\"2024-01-01T10:00:00\" + @\"P1M\"", "date and time"},
      {"@\"10:00:00\" - @\"PT1H\"", "time"},
      {"@\"10:00:00\" - @\"09:00:00\"", "days duration"},
      {"day of year(@\"2024-01-01T10:00:00Z\")", "number"},
      {"@\"10:00:00\" < @\"11:00:00\"", "yes-or-no value"},
      {"@\"P1Y\" - @\"P1M\"", "years-and-months duration"},
      {"@\"P1Y\" * 2", "years-and-months duration"},
      {"2 * @\"P1Y\"", "years-and-months duration"},
      {"@\"P1Y\" / @\"P1M\"", "number"},
      {"as_of - 任职时间 > @\"P30D\"", "yes-or-no value"},
      {"years and months duration(任职时间, as_of) >= @\"P2Y\"", "yes-or-no value"},
      {"年龄 between 1 and 年限", "yes-or-no value"},
      {"年龄 in [1..年限]", "yes-or-no value"},
      {"年龄 in (1, > 5, [7..9])", "yes-or-no value"},
      {"姓名 in [\"a\", \"b\"]", "yes-or-no value"},
      {"-年龄", "number"},
      {"sum(年度考核.年度)", "number"},
      {"max(1, 2)", "number"},
      {"min([任职时间, as_of])", "date"},
      {"append([1], 2)", "list of number"},
      {"list contains(年度考核.等次, \"优秀\")", "yes-or-no value"},
      {"级别序(\"省级\") >= 级别序(值: \"市级\")", "yes-or-no value"},
      {"单位 = 本单位", "yes-or-no value"},
      {"null = 年龄", "yes-or-no value"},
  });
}

TEST(Types, Names) {
  check({
      {"年纪 > 5", "1:1 undeclared-name"},
      {"年龄 > 5 and\n  年现 > 1", "2:3 undeclared-name"},
      {"单位.名称", "1:4 unknown-member"},
      {"年度考核.等级", "1:6 unknown-member"},
      {"年龄.x", "1:4 unknown-member"},
      {"年度考核[等级 = \"优秀\"]", "1:6 undeclared-name"},
      {"some x in 年度考核 satisfies y.等次 = \"优秀\"", "1:26 undeclared-name"},
      {"{a: b, b: 1}", "1:5 undeclared-name"},
      {"coutn(年度考核)", "1:1 unknown-function"},
      {"年龄(1)", "1:1 not-a-function"},
      {"没有的函数(1)", "1:1 unknown-function"},
  });
}

TEST(Types, Mismatches) {
  check({
      {"年龄 > \"5\"", "1:1 type-mismatch"},
      {"党员 and 年龄", "1:8 type-mismatch"},
      {"if 年龄 then 1 else 2", "1:4 type-mismatch"},
      {"姓名 + 1", "1:1 type-mismatch"},
      {"任职时间 + 1", "1:1 type-mismatch"},
      {"@\"P1Y\" + 1", "1:1 type-mismatch"},
      {"@\"P1Y\" * @\"P1Y\"", "1:1 type-mismatch"},
      {"1 / @\"P1Y\"", "1:1 type-mismatch"},
      {"as_of - 任职时间 > @\"P1M\"", "1:1 type-mismatch"},  // days are no months
      {"-姓名", "1:1 type-mismatch"},
      {"党员 > true", "1:1 type-mismatch"},
      {"本人 < 本人", "1:1 type-mismatch"},
      {"本人 = 本单位", "1:1 type-mismatch"},
      {"年度考核 = 1", "1:1 type-mismatch"},
      {"年龄 between \"a\" and 5", "1:1 type-mismatch"},
      {"年龄 in (\"a\", 5)", "1:8 type-mismatch"},
      {"年龄 in [\"a\"..\"b\"]", "1:7 type-mismatch"},
      {"姓名 in [\"a\", 1]", "1:13 type-mismatch"},
      {"年龄 in 党员", "1:7 type-mismatch"},
      {"年度考核[姓名]", "1:6 type-mismatch"},
      {"every x in 年度考核 satisfies x.年度", "1:27 type-mismatch"},
      {"contains(年度考核.等次, \"优秀\")", "1:10 type-mismatch"},
      {"string length(年龄)", "1:15 type-mismatch"},
      {"substring(姓名, \"1\")", "1:15 type-mismatch"},
      {"not(年龄)", "1:5 type-mismatch"},
      {"list contains(年度考核.年度, \"2024\")", "1:24 type-mismatch"},
      {"[1..\"a\"]", "1:1 type-mismatch"},
  });
}

TEST(Types, CodeWords) {
  check({
      {"年度考核[等次 = \"优\"]", "1:11 unknown-code"},
      {"年度考核[\"优\" = 等次]", "1:6 unknown-code"},
      {"年度考核[等次 in (\"优秀\", \"良好\")]", "1:19 unknown-code"},
      {"年度考核[等次 in [\"优秀\", \"良好\"]]", "1:19 unknown-code"},
      {"list contains(年度考核.等次, \"良好\")", "1:24 unknown-code"},
      {"级别序(\"部级\")", "1:5 unknown-code"},
      {"级别序(值: \"部级\")", "1:8 unknown-code"},
      {"年度考核[等次 = 姓名]", "list of record of 年度考核"},
  });
}

TEST(Types, Arguments) {
  check({
      {"string length()", "1:1 argument-count"},
      {"substring(姓名, 1, 2, 3)", "1:1 argument-count"},
      {"级别序()", "1:1 argument-count"},
      {"级别序(\"省级\", \"市级\")", "1:1 argument-count"},
      {"string join(lst: [\"a\"])", "1:18 unknown-argument"},
      {"级别序(级别: \"省级\")", "1:9 unknown-argument"},
      {"date(from: \"2024-01-01\")", "date"},
      {"substring(string: 姓名, 1)", "1:23 unknown-argument"},
      {"@\"2024-13-01\"", "1:1 bad-literal"},
      {"date(\"2024-02-30\")", "1:6 bad-literal"},
      {"duration(\"1年\")", "1:10 bad-literal"},
      {"time(\"25:00:00\")", "1:6 bad-literal"},
      {"date and time(\"2024\")", "1:15 bad-literal"},
      {"@\"10:00:00\" + @\"P1M\"", "1:1 type-mismatch"},
      {"day of year(\"2024-01-01\")", "1:13 type-mismatch"},
      {"time(from: \"10:00:00\")", "time"},
      {"context put(context: {a: 1}, keys: [\"a\"], value: 1).a", "any value"},
      // Packages have no clock.
      {"now()", "1:1 no-clock"},
      {"任职时间 < today()", "1:8 no-clock"},
  });
}

TEST(Types, Hints) {
  const County county;
  const std::vector<Case> cases = {
      {"年令 > 5", "did you mean \"年龄\"?"},
      {"单位.单位名", "did you mean \"单位名称\"?"},
      {"coutn(年度考核)", "did you mean \"count\"?"},
      {"string lenght(姓名)", ""},  // two words: not read as one name
      {"年度考核[等次 = \"优\"]", "did you mean \"优秀\"?"},
      {"级别序(\"中央\")", "allowed: 县级, 市级, 省级"},
      {"string join(lists: [\"a\"])", "did you mean \"list\"?"},
      {"补贴标准 > 5", "declare it as a parameter, measure or record field, or check the spelling"},
  };
  for (const Case& c : cases) {
    Diagnostics diagnostics;
    const auto expression = parse_expression(Source::plain(c.text), {}, diagnostics);
    if (expression == nullptr) {
      EXPECT_EQ(std::string(c.expected), "") << c.text;
      continue;
    }
    const TypeFrame official{nullptr, Type::entity("干部"), ""};
    check_types(*expression, county, &official, diagnostics);
    ASSERT_EQ(diagnostics.all().size(), 1U) << c.text;
    EXPECT_EQ(diagnostics.all()[0].hint.en, c.expected) << c.text;
    EXPECT_FALSE(diagnostics.all()[0].message.zh.empty());
  }
}

TEST(Types, UnaryTests) {
  const County county;
  struct Cell {
    const char* tests;
    TypePtr input;
    const char* expected;
  };
  const TypePtr number = Type::of(Type::Kind::kNumber);
  const TypePtr grade = Type::code("考核等次");
  const std::vector<Cell> cases = {
      {"-", number, ""},
      {"1, > 5, [7..9]", number, ""},
      {"\"a\"", number, "1:1 type-mismatch"},
      {"> \"a\"", number, "1:3 type-mismatch"},
      {"? > 5 and ? < 年限", number, ""},
      {"true", number, "1:1 type-mismatch"},
      {"\"优秀\", \"称职\"", grade, ""},
      {"not(\"优秀\", \"良好\")", grade, "1:11 unknown-code"},
      {"[\"优秀\", \"良好\"]", grade, "1:8 unknown-code"},
      {"null", grade, ""},
      {"年现", number, "1:1 undeclared-name"},
      {"\"a\", 1", Type::any(), ""},
  };
  for (const Cell& c : cases) {
    Diagnostics diagnostics;
    const auto tests = parse_unary_tests(Source::plain(c.tests), {}, diagnostics);
    ASSERT_NE(tests, nullptr) << c.tests;
    check_unary_tests(*tests, c.input, county, diagnostics);
    std::string out;
    for (const Diagnostic& d : diagnostics.all()) {
      out += std::to_string(d.place.line) + ":" + std::to_string(d.place.column) + " " + d.code;
    }
    EXPECT_EQ(out, c.expected) << c.tests;
  }
}

// Lists inside lists are read once each, however they nest.
TEST(Types, NestedListsAreCheckedOnce) {
  std::string text;
  for (int i = 0; i < 80; ++i) text += "1 in [";
  text += "1";
  for (int i = 0; i < 80; ++i) text += "]";
  Diagnostics diagnostics;
  const auto expression = parse_expression(Source::plain(text), {}, diagnostics);
  ASSERT_NE(expression, nullptr);
  const County county;
  check_types(*expression, county, nullptr, diagnostics);
  EXPECT_GT(diagnostics.error_count(), 0U);  // a number in a list of yes and no
}

}  // namespace
}  // namespace dandang::feel
