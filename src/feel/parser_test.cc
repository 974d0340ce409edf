#include "feel/parser.h"

#include <gtest/gtest.h>

#include "feel/wording.h"

namespace dandang::feel {
namespace {

std::string tree(const Node& node);

// The head and the children in brackets, each child behind its name if there is one.
std::string branch(std::string head, const Node& node, const std::vector<std::string>& names = {}) {
  for (size_t i = 0; i < node.children.size(); ++i) {
    if (i < names.size() && !names[i].empty()) head += worded(" %:", {names[i]});
    head += worded(" %", {tree(node.child(i))});
  }
  return worded("(%)", {head});
}

std::string call_tree(const Node& node) {
  std::string head = worded("call %", {tree(node.child(0))});
  for (size_t i = 1; i < node.children.size(); ++i) {
    head += ' ';
    if (!node.arg_names.empty()) head += worded("%:", {node.arg_names[i - 1]});
    head += tree(node.child(i));
  }
  return worded("(%)", {head});
}

std::string function_tree(const Node& node) {
  std::string head = "function";
  for (const std::string& name : node.names) head += worded(" %", {name});
  return worded("(% -> %)", {head, tree(node.child(0))});
}

// The tree in brackets: (and a (= b 1)).
std::string tree(const Node& node) {
  switch (node.kind) {
    case NodeKind::kNull:
      return "null";
    case NodeKind::kBoolean:
      return node.truth ? "true" : "false";
    case NodeKind::kNumber:
      return node.number.to_string();
    case NodeKind::kString:
      return worded("\"%\"", {node.name});
    case NodeKind::kAtLiteral:
      return worded("@%", {node.name});
    case NodeKind::kName:
      return node.name;
    case NodeKind::kPath:
      return worded("%.%", {tree(node.child(0)), node.name});
    case NodeKind::kFilter:
      return worded("%{%}", {tree(node.child(0)), tree(node.child(1))});
    case NodeKind::kCall:
      return call_tree(node);
    case NodeKind::kArithmetic:
    case NodeKind::kCompare:
      return branch(op_text(node.op), node);
    case NodeKind::kNegate:
      return branch("neg", node);
    case NodeKind::kBetween:
      return branch("between", node);
    case NodeKind::kIn:
      return branch("in", node);
    case NodeKind::kAnd:
      return branch("and", node);
    case NodeKind::kOr:
      return branch("or", node);
    case NodeKind::kIf:
      return branch("if", node);
    case NodeKind::kFor:
      return branch("for", node, node.names);
    case NodeKind::kSome:
      return branch("some", node, node.names);
    case NodeKind::kEvery:
      return branch("every", node, node.names);
    case NodeKind::kList:
      return branch("list", node);
    case NodeKind::kContext:
      return branch("context", node, node.names);
    case NodeKind::kRange:
      return worded("%%..%%", {node.closed_low ? "[" : "(", tree(node.child(0)),
                               tree(node.child(1)), node.closed_high ? "]" : ")"});
    case NodeKind::kFunction:
      return function_tree(node);
    case NodeKind::kInstanceOf:
      return worded("(instance % %)", {tree(node.child(0)), node.name});
    case NodeKind::kTest:
      return branch(worded("?%", {op_text(node.op)}), node);
    case NodeKind::kUnaryTests:
      return branch(node.negated ? "none of" : "any of", node);
    case NodeKind::kAnyTest:
      return "-";
  }
  return "";
}

std::string first_error(const Diagnostics& diagnostics) {
  if (diagnostics.all().empty()) return "no diagnostic";
  const Diagnostic& first = diagnostics.all()[0];
  return worded("%:% %",
                {std::to_string(first.place.line), std::to_string(first.place.column), first.code});
}

std::string parse(const std::string& text, const ParseOptions& options = {}) {
  Diagnostics diagnostics;
  const auto expression = parse_expression(Source::plain(text), options, diagnostics);
  return expression != nullptr ? tree(*expression->root) : first_error(diagnostics);
}

std::string parse_tests(const std::string& text) {
  Diagnostics diagnostics;
  const auto expression = parse_unary_tests(Source::plain(text), {}, diagnostics);
  return expression != nullptr ? tree(*expression->root) : first_error(diagnostics);
}

struct Case {
  const char* text;
  const char* expected;
};

void check(const std::vector<Case>& cases, const ParseOptions& options = {}) {
  for (const Case& c : cases) EXPECT_EQ(parse(c.text, options), c.expected) << c.text;
}

TEST(Parser, Precedence) {
  check({
      {"a or b and c", "(or a (and b c))"},
      {"a and b or c", "(or (and a b) c)"},
      {"a and b = c", "(and a (= b c))"},
      {"a = b + c", "(= a (+ b c))"},
      {"a + b * c", "(+ a (* b c))"},
      {"a - b - c", "(- (- a b) c)"},
      {"a / b / c", "(/ (/ a b) c)"},
      {"a * b ** c", "(* a (** b c))"},
      {"3 ** 4 ** 5", "(** (** 3 4) 5)"},
      {"-3 ** 2", "(** (neg 3) 2)"},
      {"2 ** -1", "(** 2 (neg 1))"},
      {"--a", "(neg (neg a))"},
      {"a - -b", "(- a (neg b))"},
      {"-a.b", "(neg a.b)"},
      {"-a[1]", "(neg a{1})"},
      {"(a + b) * c", "(* (+ a b) c)"},
      {"a instance of number = true", "(= (instance a number) true)"},
      {"a + b instance of number", "(+ a (instance b number))"},
      {"not(a) and b", "(and (call not a) b)"},
      {"a = b = c", "(= (= a b) c)"},
  });
}

TEST(Parser, Between) {
  check({
      {"a between 1 and 5", "(between a 1 5)"},
      {"a between 1 and 5 and b", "(and (between a 1 5) b)"},
      {"a between 1 + 1 and 5 * 2 or b", "(or (between a (+ 1 1) (* 5 2)) b)"},
  });
}

TEST(Parser, In) {
  check({
      {"x in (1, 2)", "(in x 1 2)"},
      {"x in (1)", "(in x 1)"},
      {"x in 1", "(in x 1)"},
      {"x in [1..3)", "(in x [1..3))"},
      {"x in (1..3]", "(in x (1..3])"},
      {"x in ]1..3[", "(in x (1..3))"},
      {"x in (<5, >10)", "(in x (?< 5) (?> 10))"},
      {"x in (< 5)", "(in x (?< 5))"},
      {"x in < 5", "(in x (?< 5))"},
      {"x in != 5", "(in x (?!= 5))"},
      {"x in ([1..2], [5..6])", "(in x [1..2] [5..6])"},
      {"x in [1, 2]", "(in x (list 1 2))"},
      {"x in [[1..2], [5..6]]", "(in x (list [1..2] [5..6]))"},
      {"x in y", "(in x y)"},
      {"x in (a and b, c)", "(in x (and a b) c)"},
      // Only the test belongs to "in".
      {"x in [1] and y", "(and (in x (list 1)) y)"},
      {"x in (1, 2) or y", "(or (in x 1 2) y)"},
      {"x in y and z = 1", "(and (in x y) (= z 1))"},
      {"x in <= 5 and z", "(and (in x (?<= 5)) z)"},
      {"x in (1 + 2) * 3", "(in x (* (+ 1 2) 3))"},
      {"x in (a).b", "(in x a.b)"},
      {"x in (a)[1]", "(in x a{1})"},
      {"x in (y in (z in (1 + 1) + 1) + 1) + 1", "(in x (+ (in y (+ (in z (+ (+ 1 1) 1)) 1)) 1))"},
  });
}

TEST(Parser, TextualForms) {
  check({
      {"if a then b else c", "(if a b c)"},
      {"if a then b else if c then d else e", "(if a b (if c d e))"},
      {"if a then b else c + 1", "(if a b (+ c 1))"},
      {"1 + if a then b else c", "(+ 1 (if a b c))"},
      {"for x in l return x + 1", "(for x: l (+ x 1))"},
      {"for x in 1..3 return x", "(for x: [1..3] x)"},
      {"for x in a, y in b return x * y", "(for x: a y: b (* x y))"},
      {"some x in l satisfies x > 1", "(some x: l (> x 1))"},
      {"every x in a, y in b satisfies x = y and z", "(every x: a y: b (and (= x y) z))"},
      {"function(a, b: number) a + b", "(function a b -> (+ a b))"},
      {"function() 1", "(function -> 1)"},
      {"f(1, 2)", "(call f 1 2)"},
      {"f(a: 1, b c: 2)", "(call f a:1 b c:2)"},
      {"f(1)(2)", "(call (call f 1) 2)"},
      {"(function(x) x)(1)", "(call (function x -> x) 1)"},
      {"a.b.c", "a.b.c"},
      {"a[b = 1].c[1]", "a{(= b 1)}.c{1}"},
      {"[]", "(list)"},
      {"[1, [2]]", "(list 1 (list 2))"},
      {"{}", "(context)"},
      {"{a: 1, \"b c\": 2}", "(context a: 1 b c: 2)"},
      {"{foo bar: 1, a+b: 2, 第1季度: 3}", "(context foo bar: 1 a+b: 2 第1季度: 3)"},
      {"@\"2024-01-01\"", "@2024-01-01"},
      {"(< 5)", "(?< 5)"},
      {"(= 5)", "(?= 5)"},
      {"[1..5]", "[1..5]"},
      {"(1..5)", "(1..5)"},
      {"[1..5[", "[1..5)"},
      {"[1..x[ and y", "(and [1..x) y)"},
      {"[1..x[1]]", "[1..x{1}]"},
      {"[1..(x[1])[", "[1..x{1})"},
      {"x instance of list<number>", "(instance x list<number>)"},
      {"x instance of years and months duration", "(instance x years and months duration)"},
      {"x instance of days and time duration and y", "(and (instance x days and time duration) y)"},
      {"x instance of function<number, string>->list<Any>",
       "(instance x function<number, string>->list<Any>)"},
      {"x instance of context<a: number, b: context<c: string>>",
       "(instance x context<a: number, b: context<c: string>>)"},
  });
}

TEST(Parser, NamesOfSeveralParts) {
  ParseOptions options;
  options.names = {"年度 考核", "first name", "a-b", "a - c", "影响期/月", "and more"};
  check(
      {
          {"年度 考核 + 1", "(+ 年度 考核 1)"},
          {"年度   考核", "年度 考核"},
          {"first name = last", "(= first name last)"},
          {"p.first name", "p.first name"},
          {"a-b", "a-b"},
          {"a - b", "a-b"},
          {"a-d", "(- a d)"},
          {"影响期/月 * 2", "(* 影响期/月 2)"},
          {"影响期/年", "(/ 影响期 年)"},
          {"string length(x)", "(call string length x)"},
          {"years and months duration(a, b)", "(call years and months duration a b)"},
          {"for my x in l return my x", "(for my x: l my x)"},
          {"{first step: 1, b: first step + 1}", "(context first step: 1 b: (+ first step 1))"},
          {"{first step: 1}.first step", "(context first step: 1).first step"},
          {"function(my arg) my arg * 2", "(function my arg -> (* my arg 2))"},
      },
      options);
  EXPECT_EQ(parse("first name"), "1:7 unexpected-token");
}

TEST(Parser, UnaryTests) {
  const std::vector<Case> cases = {
      {"-", "-"},
      {"1", "(any of 1)"},
      {"1, 2", "(any of 1 2)"},
      {"not(1, 2)", "(none of 1 2)"},
      {"< 5, [10..20]", "(any of (?< 5) [10..20])"},
      {">= 年限", "(any of (?>= 年限))"},
      {"? > 1 and ? < 5", "(any of (and (> ? 1) (< ? 5)))"},
      {"\"优秀\", \"称职\"", "(any of \"优秀\" \"称职\")"},
      {"null", "(any of null)"},
      {"-1", "(any of (neg 1))"},
      {"not(\"优秀\")", "(none of \"优秀\")"},
  };
  for (const Case& c : cases) EXPECT_EQ(parse_tests(c.text), c.expected) << c.text;
  EXPECT_EQ(parse_tests(""), "1:1 unexpected-end");
  EXPECT_EQ(parse_tests("1,"), "1:3 unexpected-end");
  EXPECT_EQ(parse_tests("not(1"), "1:6 expected-symbol");
}

TEST(Parser, Errors) {
  check({
      {"", "1:1 unexpected-end"},
      {"1 +", "1:4 unexpected-end"},
      {"(1 + 2", "1:7 expected-symbol"},
      {"1 + 2)", "1:6 unexpected-token"},
      {"[1, 2", "1:6 expected-symbol"},
      {"{a: 1", "1:6 expected-symbol"},
      {"{a b, c: 1}", "1:5 unexpected-token"},
      {"甲 乙", "1:3 unexpected-token"},
      {"if 甲 then 1", "1:12 if-without-else"},
      {"if 甲\n  1 else 2", "2:3 expected-word"},
      {"for x in l x", "1:12 expected-word"},
      {"some x in l", "1:12 expected-word"},
      {"等次 == \"优秀\"", "1:5 unexpected-token"},
      {"年限 => 5", "1:5 unexpected-token"},
      {"年限 =< 5", "1:5 unexpected-token"},
      {"1 + < 5", "1:5 unexpected-token"},
      {"a <> b", "1:4 unexpected-token"},
      {"then", "1:1 unexpected-token"},
      {"a.", "1:3 unexpected-end"},
      {"@5", "1:2 unexpected-token"},
      {"[1..2", "1:6 unexpected-end"},
      {"f(a: 1", "1:7 expected-symbol"},
      {"function(a) external {}", "1:13 external-function"},
      {"1e9999", "1:1 number-range"},
      {"x instance of list<number", "1:26 unexpected-end"},
      {"等次 = \"优秀", "1:6 unfinished-string"},
  });
}

TEST(Parser, Hints) {
  const std::vector<Case> cases = {
      {"a == b", "compare with a single ="},
      {"a => b", "write >= for \"at least\""},
      {"a =< b", "write <= for \"at most\""},
      {"a <> b", "write != for \"not equal\""},
      {"if a then b", "say what holds otherwise, for example else null"},
  };
  for (const Case& c : cases) {
    Diagnostics diagnostics;
    EXPECT_EQ(parse_expression(Source::plain(c.text), {}, diagnostics), nullptr) << c.text;
    ASSERT_EQ(diagnostics.all().size(), 1U) << c.text;
    EXPECT_EQ(diagnostics.all()[0].hint.en, c.expected) << c.text;
  }
}

// A slip the lexer can read around still makes the text unfit to run, and is all that is said.
TEST(Parser, FullWidthMarksAreRefused) {
  ParseOptions options;
  options.punctuation = Punctuation::kDiagnoseWide;
  check(
      {
          {"min（1，2）", "1:4 full-width-punctuation"},
          {"等次 ＝ “优秀”", "1:4 full-width-punctuation"},
          {"得分 > ８０", "1:6 full-width-digit"},
      },
      options);
  Diagnostics diagnostics;
  parse_expression(Source::plain("min（1，2）"), options, diagnostics);
  EXPECT_EQ(diagnostics.error_count(), 3U);
}

std::string repeated(const char* text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

// Whatever nests, with brackets or without, is refused beyond the bound and never overflows the
// stack.
TEST(Parser, NestingIsBounded) {
  EXPECT_EQ(parse(repeated("(", 199) + "1" + repeated(")", 199)), "1");
  EXPECT_EQ(parse(repeated("(", 200) + "1" + repeated(")", 200)), "1:201 too-deep");
  for (const char* text : {"(",
                           "[",
                           "-",
                           "{a:",
                           "f(",
                           "x[",
                           "if ",
                           "not(",
                           "x in (",
                           "(<",
                           "function() ",
                           "some x in ",
                           "[1, ",
                           "(1..",
                           "]1..",
                           "for x in 1..",
                           "a.b(",
                           "1 + ",
                           "1 ** ",
                           "a and ",
                           "a or ",
                           "1 = ",
                           "x between 1 and ",
                           "if a then 1 else ",
                           "if a then "}) {
    for (const size_t times : {size_t{210}, size_t{3000}}) {
      const std::string got = parse(worded("%1", {repeated(text, times)}));
      EXPECT_TRUE(got.ends_with(" too-deep")) << text << " " << times << ": " << got;
    }
  }
  for (const char* text : {"[1]", ".a", "(1)", " + 1", " * 1", " ** 1", " or a", " and a",
                           " in (1)", " = 1", " between 1 and 2"}) {
    EXPECT_TRUE(parse(worded("a%", {repeated(text, 3000)})).ends_with(" too-deep")) << text;
  }
  EXPECT_TRUE(
      parse(worded("x instance of %Any", {repeated("function<>->", 3000)})).ends_with(" too-deep"));
}

TEST(Parser, LengthIsBounded) {
  ParseOptions options;
  options.max_bytes = 10;
  EXPECT_EQ(parse("1234567890", options), "1234567890");
  EXPECT_EQ(parse("12345678901", options), "1:1 too-long");
}

// Brackets behind "in" are read twice at the most, however they nest.
TEST(Parser, NestedTestsAreReadOnce) {
  const std::string open = repeated("x in (", 90);
  EXPECT_TRUE(parse(open + "1" + repeated(")", 90)).starts_with("(in x (in x"));
  EXPECT_TRUE(parse(open + "1" + repeated(" + 1)", 90) + " + 1").starts_with("(in x (+ "));
  EXPECT_TRUE(parse(open + "1" + repeated(") + 1", 90)).starts_with("(in x (+ "));
  EXPECT_EQ(parse(open + "1"), "1:542 expected-symbol");
}

}  // namespace
}  // namespace dandang::feel
