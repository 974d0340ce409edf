#include "feel/type_expression.h"

#include <gtest/gtest.h>

#include "feel/test_environment.h"

namespace dandang::feel {
namespace {

using Kind = TypeExpression::Kind;

// Types of a model, as the DMN layer gives them.
class Model : public TestEnvironment {
 public:
  Model() {
    types_["tNumbers"] = TypeExpression::list_of(TypeExpression::of(Kind::kNumber));
    types_["tLoan"] = parse_type("context<amount: number, from: date>");
    types_["tLoans"] = parse_type("list<tLoan>");
    types_["tAlias"] = TypeExpression::named("tNumbers");
    types_["tLoop"] = TypeExpression::named("tLoop");
    types_["tSelf"] = parse_type("list<tSelf>");
    auto small = std::make_shared<TypeExpression>();
    small->kind = Kind::kNumber;
    small->allows = [](const Value& value) { return Value(value.number() < Decimal(10)); };
    types_["tSmall"] = small;
    values["u"] = Value::unknown({Cause::Kind::kFact, "甲", "乙", "", {}});
  }
  TypeExpressionPtr type(const std::string& name) override {
    const auto found = types_.find(name);
    return found == types_.end() ? nullptr : found->second;
  }
  TypeLookup lookup() {
    return [this](const std::string& name) { return type(name); };
  }

 private:
  std::map<std::string, TypeExpressionPtr> types_;
};

TEST(TypeExpression, IsRead) {
  const std::vector<std::pair<const char*, Kind>> kinds = {
      {"number", Kind::kNumber},
      {" date  and\ttime ", Kind::kDateTime},
      {"dateTime", Kind::kDateTime},
      {"days and time duration", Kind::kDaysDuration},
      {"dayTimeDuration", Kind::kDaysDuration},
      {"yearMonthDuration", Kind::kMonthsDuration},
      {"list<list<number>>", Kind::kList},
      {"list", Kind::kList},
      {"context<a: number, first name: list<string>>", Kind::kContext},
      {"range<date>", Kind::kRange},
      {"function<>->Any", Kind::kFunction},
      {"function < number , string > -> list<date>", Kind::kFunction},
      {"tLoan", Kind::kNamed},
      {"other.tLoan", Kind::kNamed},
  };
  for (const auto& [text, kind] : kinds) {
    const auto type = parse_type(text);
    ASSERT_NE(type, nullptr) << text;
    EXPECT_EQ(type->kind, kind) << text;
  }
  for (const char* text : {"", "list<", "list<number", "list<number>>", "list<a, b>", "number<a>",
                           "context<a>", "context<a: >", "function<a> ->", "tLoan<a>", "<a>"}) {
    EXPECT_EQ(parse_type(text), nullptr) << text;
  }
  std::string deep = "number";
  for (int i = 0; i < 60; ++i) deep = "list<" + deep + ">";
  EXPECT_EQ(parse_type(deep), nullptr);
}

struct Case {
  const char* text;
  const char* expected;
};

TEST(TypeExpression, IsAskedForInFormulas) {
  Model model;
  const std::vector<Case> cases = {
      {"[1, 2] instance of tNumbers", "true"},
      {"[1, \"a\"] instance of tNumbers", "false"},
      {"[1, 2] instance of tAlias", "true"},
      {"1 instance of tNumbers", "false"},
      {"{amount: 1, from: @\"2024-01-01\", more: 1} instance of tLoan", "true"},
      {"{amount: 1, from: null} instance of tLoan", "true"},
      {"{amount: 1} instance of tLoan", "false"},
      {"[{amount: 1, from: @\"2024-01-01\"}] instance of list<tLoan>", "true"},
      {"5 instance of tSmall", "true"},
      {"50 instance of tSmall", "false"},
      {"1 instance of tLoop", "null"},
      {"[[[]]] instance of tSelf", "true"},
      {"1 instance of tNobody", "null"},
      {"[1] instance of list<tNobody>", "null"},
      {"@\"10:00:00\" instance of time", "true"},
      {"@\"10:00:00\" instance of date and time", "false"},
      {"@\"2024-01-01T10:00:00\" instance of date and time", "true"},
      {"@\"2024-01-01T10:00:00\" instance of dateTime", "true"},
      {"@\"2024-01-01T10:00:00\" instance of date", "false"},
      {"[1..2] instance of range<number>", "true"},
      {"[1..2] instance of range<string>", "false"},
      {"(< 5) instance of range<number>", "true"},
      {"(function(a: number) a) instance of function<number>->number", "true"},
      {"(function(a: number) a) instance of function<string>->number", "false"},
      {"(function(a: number) a) instance of function<number, number>->number", "false"},
      {"(function(a) a) instance of function<string>->number", "true"},
      {"abs instance of function<number>->number", "true"},
      {"u instance of number", "unknown(乙)"},
      {"[u] instance of list<number>", "unknown(乙)"},
      {"[u, \"a\"] instance of list<number>", "false"},
      {"{a: u} instance of context<a: number>", "unknown(乙)"},
      {"[1, 2][item instance of number]", "[1, 2]"},
      {"1 instance of number and true", "true"},
  };
  for (const Case& c : cases) EXPECT_EQ(model.evaluate(c.text), c.expected) << c.text;
}

// What a formal parameter makes of its argument (DMN 1.5 §10.3.2.9.4).
TEST(TypeExpression, ConvertsArguments) {
  Model model;
  const std::vector<Case> cases = {
      {"(function(a: number) a)(5)", "5"},
      {"(function(a: number) a)(\"5\")", "null"},
      {"(function(a: number) a)(null)", "null"},
      {"(function(a: number) a)([5])", "5"},
      {"(function(a: number) a)([5, 6])", "null"},
      {"(function(a: number) a)([\"5\"])", "null"},
      {"(function(a: list<number>) a)(5)", "[5]"},
      {"(function(a: list<number>) a)([5, 6])", "[5, 6]"},
      {"(function(a: list<number>) a)(\"5\")", "null"},
      {"(function(a: list<number>) a)([5, \"6\"])", "null"},
      {"(function(a: tNumbers) a)(5)", "[5]"},
      {"(function(a: tSmall) a)(50)", "null"},
      {"(function(a: tSmall) a)([5])", "5"},
      {"(function(a: date and time) a)(@\"2024-01-01\")", "2024-01-01T00:00:00Z"},
      {"(function(a: date) a)(@\"2024-01-01T10:00:00\")", "null"},
      {"(function(a: list<date and time>) a)(@\"2024-01-01\")", "[2024-01-01T00:00:00Z]"},
      {"(function(a: Any) a)([5])", "[5]"},
      {"(function(a) a)([5])", "[5]"},
      {"(function(a: tNobody) a)(5)", "null"},
      {"(function(a: string, b) [a, b])(1, 2)", "[null, 2]"},
      {"(function(a: number) a)(u)", "unknown(乙)"},
      {"(function(a: number) 1)(u)", "1"},
      {"(function(a: list<number>) count(a))([u])", "unknown(乙)"},
      {"(function(f: function<number>->number) f(-2))(abs)", "2"},
      {"{f: function(a b: number, c: string) a b, r: f(c: \"x\", a b: 7)}.r", "7"},
  };
  for (const Case& c : cases) EXPECT_EQ(model.evaluate(c.text), c.expected) << c.text;
}

TEST(TypeExpression, ConvertsForTheModel) {
  Model model;
  const Value unknown = model.values["u"];
  EXPECT_EQ(in_words(coerce(Value(5), *parse_type("tNumbers"), model.lookup())), "[5]");
  EXPECT_EQ(in_words(coerce(unknown, *parse_type("number"), model.lookup())), "unknown(乙)");
  EXPECT_EQ(in_words(coerce(Value(5), *parse_type("string"))), "null");
  EXPECT_EQ(in_words(instance_of(Value(5), "number")), "true");
  EXPECT_EQ(in_words(instance_of(Value(5), "number<")), "null");
  // A list of which more may be missing is not one of one.
  List list;
  list.push(Value(5), unknown.causes());
  EXPECT_EQ(in_words(coerce(list, *parse_type("number"))), "unknown(乙)");
}

}  // namespace
}  // namespace dandang::feel
