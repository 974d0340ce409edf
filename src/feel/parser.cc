#include "feel/parser.h"

#include <algorithm>

#include "base/text.h"
#include "feel/parser_internal.h"
#include "feel/type_expression.h"
#include "feel/wording.h"

namespace dandang::feel {

const char* op_text(Op op) {
  switch (op) {
    case Op::kAdd:
      return "+";
    case Op::kSubtract:
      return "-";
    case Op::kMultiply:
      return "*";
    case Op::kDivide:
      return "/";
    case Op::kPower:
      return "**";
    case Op::kEq:
      return "=";
    case Op::kNe:
      return "!=";
    case Op::kLt:
      return "<";
    case Op::kLe:
      return "<=";
    case Op::kGt:
      return ">";
    case Op::kGe:
      return ">=";
  }
  return "?";
}

Parser::Parser(const Source& source, const ParseOptions& options, Diagnostics& diagnostics)
    : source_(source),
      options_(options),
      diagnostics_(diagnostics),
      tokens_(tokenize(source, options.punctuation, diagnostics)) {
  scopes_.emplace_back();
}

NodePtr Parser::run_expression() {
  NodePtr node = expression();
  if (!failed_ && peek().kind != TokenKind::kEnd) unexpected();
  return failed_ ? nullptr : std::move(node);
}

NodePtr Parser::run_unary_tests() {
  NodePtr node = unary_tests();
  if (!failed_ && peek().kind != TokenKind::kEnd) unexpected();
  return failed_ ? nullptr : std::move(node);
}

NodePtr Parser::fail(size_t offset, const char* code, Text message, Text hint) {
  if (!failed_) {
    diagnostics_.error(code, source_.place_at(offset), std::move(message), std::move(hint));
  }
  failed_ = true;
  return nullptr;
}

NodePtr Parser::unexpected() {
  const Token& token = peek();
  if (token.kind == TokenKind::kEnd) {
    return fail(token.span.begin, "unexpected-end",
                {"公式没有写完", "the formula stops before it is complete"},
                {"补上后半部分", "write the rest of it"});
  }
  const std::string shown =
      source_.text.substr(token.span.begin, token.span.end - token.span.begin);
  Text hint{"检查前面是否缺少运算符、逗号或者括号",
            "look for a missing operator, comma or bracket before it"};
  const bool after_operator = at_ > 0 && tokens_[at_ - 1].kind == TokenKind::kSymbol;
  const std::string pair = after_operator ? tokens_[at_ - 1].text + shown : shown;
  if (pair == "==") hint = {"比较用一个 =", "compare with a single ="};
  if (pair == "<>" || pair == "=!") hint = {"不等于写 !=", "write != for \"not equal\""};
  if (pair == "=>") hint = {"大于等于写 >=", "write >= for \"at least\""};
  if (pair == "=<") hint = {"小于等于写 <=", "write <= for \"at most\""};
  return fail(token.span.begin, "unexpected-token",
              worded("这里不应出现“%”", "\"%\" is not expected here", {shown}), std::move(hint));
}

bool Parser::expect_symbol(std::string_view s) {
  if (take_symbol(s)) return true;
  const std::string shown =
      source_.text.substr(peek().span.begin, peek().span.end - peek().span.begin);
  Text message = shown.empty() ? worded("这里应有“%”", "\"%\" is expected here", {s})
                               : worded("这里应有“%”，却是“%”", "\"%\" is expected here, not \"%\"",
                                        {s, shown});
  fail(peek().span.begin, "expected-symbol", std::move(message));
  return false;
}

bool Parser::expect_word(std::string_view s) {
  if (take_word(s)) return true;
  fail(peek().span.begin, "expected-word", worded("这里应有 %", "\"%\" is expected here", {s}));
  return false;
}

NodePtr Parser::finish(NodePtr node) {
  node->span.end = at_ > 0 ? tokens_[at_ - 1].span.end : node->span.begin;
  for (const auto& child : node->children) {
    node->height = std::max(node->height, child->height + 1);
  }
  return node->height > options_.max_depth ? too_deep(node->span.begin) : std::move(node);
}

NodePtr Parser::binary(NodeKind kind, Op op, NodePtr left, NodePtr right) {
  auto node = make(kind, left->span.begin);
  node->op = op;
  node->children.push_back(std::move(left));
  node->children.push_back(std::move(right));
  return finish(std::move(node));
}

NodePtr Parser::too_deep(size_t offset) {
  return fail(offset, "too-deep",
              worded("公式嵌套超过 % 层", "nested more than % levels deep",
                     {std::to_string(options_.max_depth)}),
              {"把它拆成几个度量（measure）", "split it into several measures"});
}

NodePtr Parser::expression() {
  const DepthGuard guard(*this);
  range_end_ = false;
  if (depth_ > options_.max_depth) return too_deep(peek().span.begin);
  if (!starts_multi_part_name()) {
    if (is_word("if")) return if_expression();
    if (is_word("for")) return for_expression();
    if (is_word("some")) return quantified(NodeKind::kSome);
    if (is_word("every")) return quantified(NodeKind::kEvery);
    if (is_word("function")) return function_definition();
  }
  return disjunction();
}

std::optional<Op> Parser::comparison_op() const {
  if (peek().kind != TokenKind::kSymbol) return std::nullopt;
  const std::string& t = peek().text;
  if (t == "=") return Op::kEq;
  if (t == "!=") return Op::kNe;
  if (t == "<") return Op::kLt;
  if (t == "<=") return Op::kLe;
  if (t == ">") return Op::kGt;
  if (t == ">=") return Op::kGe;
  return std::nullopt;
}

NodePtr Parser::comparison() {
  NodePtr left = additive();
  while (!failed_) {
    if (const auto op = comparison_op()) {
      ++at_;
      NodePtr right = additive();
      if (failed_) return nullptr;
      left = binary(NodeKind::kCompare, *op, std::move(left), std::move(right));
    } else if (take_word("between")) {
      left = between(std::move(left));
    } else if (take_word("in")) {
      left = in_tests(std::move(left));
    } else {
      break;
    }
  }
  return failed_ ? nullptr : std::move(left);
}

NodePtr Parser::between(NodePtr left) {
  auto node = make(NodeKind::kBetween, left->span.begin);
  NodePtr low = additive();
  if (failed_ || !expect_word("and")) return nullptr;
  NodePtr high = additive();
  if (failed_) return nullptr;
  node->children.push_back(std::move(left));
  node->children.push_back(std::move(low));
  node->children.push_back(std::move(high));
  return finish(std::move(node));
}

NodePtr Parser::in_tests(NodePtr left) {
  auto node = make(NodeKind::kIn, left->span.begin);
  node->children.push_back(std::move(left));
  // "(1..5]" is a range, "(a, b)" a list of tests, and "(a + b) * c" one test. Which it is shows
  // behind the bracket; what was found is kept, so that nested ones are read twice at the most.
  const size_t open = at_;
  if (is_symbol("(") && !operand_brackets_.contains(open)) {
    if (bracketed_tests(*node)) return failed_ ? nullptr : finish(std::move(node));
    operand_brackets_.insert(open);
    at_ = open;
  }
  NodePtr test = comparison_op() ? unary_comparison(peek().span.begin) : additive();
  if (failed_) return nullptr;
  node->children.push_back(std::move(test));
  return finish(std::move(node));
}

bool Parser::bracketed_tests(Node& node) {
  const DepthGuard guard(*this);
  if (depth_ > options_.max_depth) {
    too_deep(peek().span.begin);
    return true;
  }
  const size_t begin = peek().span.begin;
  ++at_;
  std::vector<NodePtr> tests;
  do {
    NodePtr test = positive_unary_test();
    if (failed_) return true;
    tests.push_back(std::move(test));
  } while (take_symbol(","));
  if (tests.size() == 1 && take_symbol("..")) {
    NodePtr test = range(begin, std::move(tests[0]), false);
    if (!failed_) node.children.push_back(std::move(test));
    return true;
  }
  if (!expect_symbol(")")) return true;
  if (tests.size() == 1 && goes_on_as_operand()) return false;
  for (auto& test : tests) node.children.push_back(std::move(test));
  return true;
}

bool Parser::goes_on_as_operand() const {
  for (const std::string_view s : {"+", "-", "*", "/", "**", ".", "[", "("}) {
    if (is_symbol(s)) return true;
  }
  return is_word("instance");
}

NodePtr Parser::additive() {
  NodePtr left = multiplicative();
  while (!failed_ && (is_symbol("+") || is_symbol("-"))) {
    const Op op = peek().text == "+" ? Op::kAdd : Op::kSubtract;
    ++at_;
    NodePtr right = multiplicative();
    if (failed_) return nullptr;
    left = binary(NodeKind::kArithmetic, op, std::move(left), std::move(right));
  }
  return failed_ ? nullptr : std::move(left);
}

NodePtr Parser::multiplicative() {
  NodePtr left = exponentiation();
  while (!failed_ && (is_symbol("*") || is_symbol("/"))) {
    const Op op = peek().text == "*" ? Op::kMultiply : Op::kDivide;
    ++at_;
    NodePtr right = exponentiation();
    if (failed_) return nullptr;
    left = binary(NodeKind::kArithmetic, op, std::move(left), std::move(right));
  }
  return failed_ ? nullptr : std::move(left);
}

NodePtr Parser::exponentiation() {
  NodePtr left = negation();
  while (!failed_ && take_symbol("**")) {
    NodePtr right = negation();
    if (failed_) return nullptr;
    left = binary(NodeKind::kArithmetic, Op::kPower, std::move(left), std::move(right));
  }
  return failed_ ? nullptr : std::move(left);
}

NodePtr Parser::negation() {
  if (is_symbol("-")) {
    const DepthGuard guard(*this);
    if (depth_ > options_.max_depth) return too_deep(peek().span.begin);
    auto node = make(NodeKind::kNegate, peek().span.begin);
    ++at_;
    NodePtr operand = negation();
    if (failed_) return nullptr;
    node->children.push_back(std::move(operand));
    return finish(std::move(node));
  }
  NodePtr node = postfix();
  if (!failed_ && is_word("instance") && is_word("of", 1)) {
    at_ += 2;
    auto test = make(NodeKind::kInstanceOf, node->span.begin);
    test->name = type_text();
    if (failed_) return nullptr;
    test->type = parse_type(test->name);
    test->children.push_back(std::move(node));
    return finish(std::move(test));
  }
  return failed_ ? nullptr : std::move(node);
}

NodePtr Parser::unary_comparison(size_t begin) {
  const DepthGuard guard(*this);
  if (depth_ > options_.max_depth) return too_deep(begin);
  auto node = make(NodeKind::kTest, begin);
  node->op = *comparison_op();
  ++at_;
  NodePtr operand = additive();
  if (failed_) return nullptr;
  node->children.push_back(std::move(operand));
  return finish(std::move(node));
}

NodePtr Parser::unary_tests() {
  auto node = make(NodeKind::kUnaryTests, peek().span.begin);
  if (is_symbol("-") && peek(1).kind == TokenKind::kEnd) {
    ++at_;
    node->kind = NodeKind::kAnyTest;
    return finish(std::move(node));
  }
  const bool negated = is_word("not") && is_symbol("(", 1);
  if (negated) at_ += 2;
  node->negated = negated;
  do {
    NodePtr test = positive_unary_test();
    if (failed_) return nullptr;
    node->children.push_back(std::move(test));
  } while (take_symbol(","));
  if (negated && !expect_symbol(")")) return nullptr;
  return finish(std::move(node));
}

namespace {

bool within_bytes(const Source& source, const ParseOptions& options, Diagnostics& diagnostics) {
  if (source.text.size() <= options.max_bytes) return true;
  diagnostics.error("too-long", source.place_at(0),
                    worded("公式超过 % 字节", "the formula is longer than % bytes",
                           {std::to_string(options.max_bytes)}),
                    {"拆成几个度量（measure）", "split it into several measures"});
  return false;
}

template <typename Run>
std::shared_ptr<const Expression> parse(Source source, const ParseOptions& options,
                                        Diagnostics& diagnostics, Run run) {
  if (!within_bytes(source, options, diagnostics)) return nullptr;
  const size_t errors_before = diagnostics.error_count();
  auto expression = std::make_shared<Expression>();
  expression->source = std::move(source);
  Parser parser(expression->source, options, diagnostics);
  expression->root = run(parser);
  // A slip that the lexer could read around still makes the text unfit to run.
  if (expression->root == nullptr || diagnostics.error_count() > errors_before) return nullptr;
  return expression;
}

}  // namespace

std::shared_ptr<const Expression> parse_expression(Source source, const ParseOptions& options,
                                                   Diagnostics& diagnostics) {
  return parse(std::move(source), options, diagnostics,
               [](Parser& parser) { return parser.run_expression(); });
}

std::shared_ptr<const Expression> parse_unary_tests(Source source, const ParseOptions& options,
                                                    Diagnostics& diagnostics) {
  return parse(std::move(source), options, diagnostics,
               [](Parser& parser) { return parser.run_unary_tests(); });
}

}  // namespace dandang::feel
