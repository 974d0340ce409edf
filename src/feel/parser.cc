#include "feel/parser.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.h"
#include "feel/functions.h"
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

namespace {

using NodePtr = std::unique_ptr<Node>;

constexpr std::array kKeywords = {"if",   "then",  "else",      "for",      "in",      "return",
                                  "some", "every", "satisfies", "and",      "or",      "between",
                                  "true", "false", "null",      "function", "external"};

bool is_keyword(std::string_view word) {
  for (const char* keyword : kKeywords) {
    if (word == keyword) return true;
  }
  return false;
}

class Parser {
 public:
  Parser(const Source& source, const ParseOptions& options, Diagnostics& diagnostics)
      : source_(source),
        options_(options),
        diagnostics_(diagnostics),
        tokens_(tokenize(source, options.punctuation, diagnostics)) {
    scopes_.emplace_back();
  }

  NodePtr run_expression() {
    NodePtr node = expression();
    if (!failed_ && peek().kind != TokenKind::kEnd) unexpected();
    return failed_ ? nullptr : std::move(node);
  }

  NodePtr run_unary_tests() {
    NodePtr node = unary_tests();
    if (!failed_ && peek().kind != TokenKind::kEnd) unexpected();
    return failed_ ? nullptr : std::move(node);
  }

 private:
  const Token& peek(size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  bool is_symbol(std::string_view s, size_t ahead = 0) const {
    return peek(ahead).kind == TokenKind::kSymbol && peek(ahead).text == s;
  }
  bool is_word(std::string_view s, size_t ahead = 0) const {
    return peek(ahead).kind == TokenKind::kName && peek(ahead).text == s;
  }
  bool take_symbol(std::string_view s) {
    if (!is_symbol(s)) return false;
    ++at_;
    return true;
  }
  bool take_word(std::string_view s) {
    if (!is_word(s)) return false;
    ++at_;
    return true;
  }

  NodePtr fail(size_t offset, const char* code, Text message, Text hint = {}) {
    if (!failed_) {
      diagnostics_.error(code, source_.place_at(offset), std::move(message), std::move(hint));
    }
    failed_ = true;
    return nullptr;
  }

  NodePtr unexpected() {
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

  bool expect_symbol(std::string_view s) {
    if (take_symbol(s)) return true;
    const std::string shown =
        source_.text.substr(peek().span.begin, peek().span.end - peek().span.begin);
    Text message = shown.empty() ? worded("这里应有“%”", "\"%\" is expected here", {s})
                                 : worded("这里应有“%”，却是“%”",
                                          "\"%\" is expected here, not \"%\"", {s, shown});
    fail(peek().span.begin, "expected-symbol", std::move(message));
    return false;
  }
  bool expect_word(std::string_view s) {
    if (take_word(s)) return true;
    fail(peek().span.begin, "expected-word", worded("这里应有 %", "\"%\" is expected here", {s}));
    return false;
  }

  static NodePtr make(NodeKind kind, size_t begin) {
    auto node = std::make_unique<Node>();
    node->kind = kind;
    node->span = {begin, begin};
    return node;
  }
  // The node with its end and height, or null if it is too high: "a or b or …" and "a.b.c…" nest
  // without brackets.
  NodePtr finish(NodePtr node) {
    node->span.end = at_ > 0 ? tokens_[at_ - 1].span.end : node->span.begin;
    for (const auto& child : node->children) {
      node->height = std::max(node->height, child->height + 1);
    }
    return node->height > options_.max_depth ? too_deep(node->span.begin) : std::move(node);
  }
  NodePtr binary(NodeKind kind, Op op, NodePtr left, NodePtr right) {
    auto node = make(kind, left->span.begin);
    node->op = op;
    node->children.push_back(std::move(left));
    node->children.push_back(std::move(right));
    return finish(std::move(node));
  }

  struct DepthGuard {
    explicit DepthGuard(Parser& p) : parser(p), range_end(p.range_end_) { ++parser.depth_; }
    ~DepthGuard() {
      --parser.depth_;
      parser.range_end_ = range_end;
    }
    DepthGuard(const DepthGuard&) = delete;
    DepthGuard& operator=(const DepthGuard&) = delete;
    Parser& parser;
    bool range_end;
  };

  NodePtr too_deep(size_t offset) {
    return fail(offset, "too-deep",
                worded("公式嵌套超过 % 层", "nested more than % levels deep",
                       {std::to_string(options_.max_depth)}),
                {"把它拆成几个度量（measure）", "split it into several measures"});
  }

  NodePtr expression() {
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

  NodePtr disjunction() {
    return chain("or", NodeKind::kOr, [this] { return conjunction(); });
  }
  NodePtr conjunction() {
    return chain("and", NodeKind::kAnd, [this] { return comparison(); });
  }

  template <typename Next>
  NodePtr chain(std::string_view word, NodeKind kind, Next next) {
    NodePtr left = next();
    while (!failed_ && is_word(word)) {
      ++at_;
      NodePtr right = next();
      if (failed_) return nullptr;
      left = binary(kind, Op::kEq, std::move(left), std::move(right));
    }
    return failed_ ? nullptr : std::move(left);
  }

  std::optional<Op> comparison_op() const {
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

  NodePtr comparison() {
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

  NodePtr between(NodePtr left) {
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

  // DMN 1.5 rule 49c: "x in test" or "x in (test, test)".
  NodePtr in_tests(NodePtr left) {
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

  // Appends the tests between brackets. False if the bracket only begins an operand.
  bool bracketed_tests(Node& node) {
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

  bool goes_on_as_operand() const {
    for (const std::string_view s : {"+", "-", "*", "/", "**", ".", "[", "("}) {
      if (is_symbol(s)) return true;
    }
    return is_word("instance");
  }

  NodePtr additive() {
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

  NodePtr multiplicative() {
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

  NodePtr exponentiation() {
    NodePtr left = negation();
    while (!failed_ && take_symbol("**")) {
      NodePtr right = negation();
      if (failed_) return nullptr;
      left = binary(NodeKind::kArithmetic, Op::kPower, std::move(left), std::move(right));
    }
    return failed_ ? nullptr : std::move(left);
  }

  NodePtr negation() {
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
      test->children.push_back(std::move(node));
      return finish(std::move(test));
    }
    return failed_ ? nullptr : std::move(node);
  }

  // DMN 1.5 rules 54 to 56; kept as text, resolved by whoever evaluates it.
  std::string type_text() {
    const size_t begin = peek().span.begin;
    if (peek().kind != TokenKind::kName) {
      unexpected();
      return {};
    }
    for (const std::string_view name :
         {"years and months duration", "days and time duration", "date and time"}) {
      if (take_words(name)) return std::string(name);
    }
    if (const auto name = multi_part_name()) return *name;
    ++at_;
    while (is_symbol(".") && peek(1).kind == TokenKind::kName) at_ += 2;
    if (take_symbol("<")) {
      for (int open = 1; open > 0; ++at_) {
        if (peek().kind == TokenKind::kEnd) {
          unexpected();
          return {};
        }
        if (is_symbol("<")) ++open;
        if (is_symbol(">")) --open;
      }
      if (take_symbol("->")) {
        const DepthGuard guard(*this);
        if (depth_ > options_.max_depth) {
          too_deep(peek().span.begin);
          return {};
        }
        type_text();
        if (failed_) return {};
      }
    }
    return source_.text.substr(begin, tokens_[at_ - 1].span.end - begin);
  }

  // Takes the words, separated by blanks, if they all stand here.
  bool take_words(std::string_view words) {
    const std::vector<std::string> parts = split(words, ' ');
    for (size_t i = 0; i < parts.size(); ++i) {
      if (!is_word(parts[i], i)) return false;
    }
    at_ += parts.size();
    return true;
  }

  NodePtr postfix() {
    NodePtr node = primary();
    while (!failed_) {
      if (is_symbol(".")) {
        ++at_;
        node = path(std::move(node));
      } else if (is_symbol("[") && !closes_range()) {
        node = filter(std::move(node));
      } else if (is_symbol("(")) {
        node = call(std::move(node));
      } else {
        break;
      }
    }
    return failed_ ? nullptr : std::move(node);
  }

  // Whether the "[" here is the open end of a range, as in [1..5[, and not the begin of a filter.
  bool closes_range() const {
    if (!range_end_) return false;
    const TokenKind before = tokens_[at_ - 1].kind;
    if (before == TokenKind::kNumber || before == TokenKind::kString) return true;
    const Token& next = peek(1);
    if (next.kind == TokenKind::kEnd) return true;
    if (next.kind == TokenKind::kSymbol) {
      return next.text == ")" || next.text == "]" || next.text == "}" || next.text == ",";
    }
    return next.kind == TokenKind::kName &&
           (next.text == "and" || next.text == "or" || next.text == "then" || next.text == "else" ||
            next.text == "return" || next.text == "satisfies");
  }

  NodePtr path(NodePtr object) {
    if (peek().kind != TokenKind::kName) return unexpected();
    auto node = make(NodeKind::kPath, object->span.begin);
    node->name_at = peek().span.begin;
    // A range's own two names of several parts.
    if (take_words("start included")) {
      node->name = "start included";
    } else if (take_words("end included")) {
      node->name = "end included";
    } else if (const auto name = multi_part_name()) {
      node->name = *name;
    } else {
      node->name = peek().text;
      ++at_;
    }
    node->children.push_back(std::move(object));
    return finish(std::move(node));
  }

  NodePtr filter(NodePtr list) {
    auto node = make(NodeKind::kFilter, list->span.begin);
    ++at_;
    NodePtr condition = expression();
    if (failed_ || !expect_symbol("]")) return nullptr;
    node->children.push_back(std::move(list));
    node->children.push_back(std::move(condition));
    return finish(std::move(node));
  }

  NodePtr call(NodePtr function) {
    auto node = make(NodeKind::kCall, function->span.begin);
    ++at_;
    node->children.push_back(std::move(function));
    if (!take_symbol(")")) {
      do {
        std::string arg_name;
        const size_t saved = at_;
        if (peek().kind == TokenKind::kName) {
          if (const auto name = parameter_name(); name && take_symbol(":")) {
            arg_name = *name;
          } else {
            at_ = saved;
          }
        }
        NodePtr argument = expression();
        if (failed_) return nullptr;
        node->arg_names.push_back(arg_name);
        node->children.push_back(std::move(argument));
      } while (take_symbol(","));
      if (!expect_symbol(")")) return nullptr;
    }
    bool named = false;
    for (const std::string& name : node->arg_names) named = named || !name.empty();
    if (!named) node->arg_names.clear();
    return finish(std::move(node));
  }

  // A name before ":": parts up to the colon, joined by one blank.
  std::optional<std::string> parameter_name() {
    std::string name;
    while (peek().kind == TokenKind::kName) {
      name += (name.empty() ? "" : " ") + peek().text;
      ++at_;
    }
    if (name.empty()) return std::nullopt;
    return name;
  }

  bool starts_multi_part_name() {
    const size_t saved = at_;
    const bool found = multi_part_name().has_value();
    at_ = saved;
    return found;
  }

  bool is_known(std::string_view name) const {
    if (options_.names.contains(name) || keys_.contains(name) || is_builtin_name(name)) return true;
    for (const auto& scope : scopes_) {
      if (scope.contains(name)) return true;
    }
    return false;
  }

  // The longest known name of more than one part that starts here (DMN 1.5 §10.3.1.2, rules 25,
  // 27).
  std::optional<std::string> multi_part_name() {
    constexpr size_t kMaxParts = 16;
    if (peek().kind != TokenKind::kName) return std::nullopt;
    std::string name = peek().text;
    std::optional<std::string> best;
    size_t best_at = at_;
    for (size_t i = 1; i < kMaxParts; ++i) {
      const Token& token = peek(i);
      const bool part = token.kind == TokenKind::kName || token.kind == TokenKind::kNumber;
      const bool symbol = is_name_symbol(token);
      if (!part && !symbol) break;
      const bool after_symbol = peek(i - 1).kind == TokenKind::kSymbol;
      if (part && !after_symbol) name += ' ';
      name += token.text;
      if (part && is_known(name)) {
        best = name;
        best_at = at_ + i + 1;
      }
    }
    if (best) at_ = best_at;
    return best;
  }

  NodePtr primary() {
    const Token& token = peek();
    const size_t begin = token.span.begin;
    switch (token.kind) {
      case TokenKind::kNumber: {
        const auto number = Decimal::parse(token.text);
        if (!number) {
          return fail(begin, "number-range", {"数字超出范围", "the number is out of range"});
        }
        auto node = make(NodeKind::kNumber, begin);
        node->number = *number;
        ++at_;
        return finish(std::move(node));
      }
      case TokenKind::kString: {
        auto node = make(NodeKind::kString, begin);
        node->name = token.text;
        ++at_;
        return finish(std::move(node));
      }
      case TokenKind::kName:
        return name_or_keyword();
      case TokenKind::kSymbol:
        return bracketed();
      case TokenKind::kEnd:
        return unexpected();
    }
    return unexpected();
  }

  NodePtr name_or_keyword() {
    const size_t begin = peek().span.begin;
    if (const auto name = multi_part_name()) {
      auto node = make(NodeKind::kName, begin);
      node->name = *name;
      return finish(std::move(node));
    }
    const std::string word = peek().text;
    if (word == "true" || word == "false") {
      auto node = make(NodeKind::kBoolean, begin);
      node->truth = word == "true";
      ++at_;
      return finish(std::move(node));
    }
    if (word == "null") {
      auto node = make(NodeKind::kNull, begin);
      ++at_;
      return finish(std::move(node));
    }
    if (word == "if" || word == "for" || word == "some" || word == "every" || word == "function") {
      return expression();
    }
    if (is_keyword(word)) return unexpected();
    auto node = make(NodeKind::kName, begin);
    node->name = word;
    ++at_;
    return finish(std::move(node));
  }

  NodePtr bracketed() {
    const size_t begin = peek().span.begin;
    if (is_symbol("(")) return parenthesised(begin);
    if (is_symbol("[")) return list_or_range(begin);
    if (is_symbol("]")) return open_range(begin);
    if (is_symbol("{")) return context(begin);
    if (is_symbol("@")) {
      ++at_;
      if (peek().kind != TokenKind::kString) return unexpected();
      auto node = make(NodeKind::kAtLiteral, begin);
      node->name = peek().text;
      ++at_;
      return finish(std::move(node));
    }
    if (is_symbol("-")) return negation();
    return unexpected();
  }

  NodePtr parenthesised(size_t begin) {
    ++at_;
    // A comparison without left side is a range: (< 5) (DMN 1.5 rule 8).
    NodePtr inner = comparison_op() ? unary_comparison(peek().span.begin) : expression();
    if (failed_) return nullptr;
    if (take_symbol("..")) return range(begin, std::move(inner), false);
    if (!expect_symbol(")")) return nullptr;
    return inner;
  }

  NodePtr open_range(size_t begin) {
    ++at_;
    NodePtr low = expression();
    if (failed_) return nullptr;
    if (!expect_symbol("..")) return nullptr;
    return range(begin, std::move(low), false);
  }

  NodePtr range(size_t begin, NodePtr low, bool closed_low) {
    const DepthGuard guard(*this);
    if (depth_ > options_.max_depth) return too_deep(begin);
    auto node = make(NodeKind::kRange, begin);
    node->closed_low = closed_low;
    range_end_ = true;
    NodePtr high = additive();
    if (failed_) return nullptr;
    if (take_symbol("]")) {
      node->closed_high = true;
    } else if (take_symbol(")") || take_symbol("[")) {
      node->closed_high = false;
    } else {
      return unexpected();
    }
    node->children.push_back(std::move(low));
    node->children.push_back(std::move(high));
    return finish(std::move(node));
  }

  NodePtr list_or_range(size_t begin) {
    ++at_;
    auto node = make(NodeKind::kList, begin);
    if (take_symbol("]")) return finish(std::move(node));
    NodePtr first = expression();
    if (failed_) return nullptr;
    if (take_symbol("..")) return range(begin, std::move(first), true);
    node->children.push_back(std::move(first));
    while (take_symbol(",")) {
      NodePtr next = expression();
      if (failed_) return nullptr;
      node->children.push_back(std::move(next));
    }
    if (!expect_symbol("]")) return nullptr;
    return finish(std::move(node));
  }

  NodePtr context(size_t begin) {
    ++at_;
    auto node = make(NodeKind::kContext, begin);
    scopes_.emplace_back();
    if (!take_symbol("}")) {
      do {
        std::string key;
        if (peek().kind == TokenKind::kString) {
          key = peek().text;
          ++at_;
        } else if (const auto name = context_key()) {
          key = *name;
        } else {
          scopes_.pop_back();
          return unexpected();
        }
        if (!expect_symbol(":")) break;
        NodePtr value = expression();
        if (failed_) break;
        scopes_.back().insert(key);
        keys_.insert(key);
        node->names.push_back(key);
        node->children.push_back(std::move(value));
      } while (take_symbol(","));
      if (!failed_) expect_symbol("}");
    }
    scopes_.pop_back();
    return failed_ ? nullptr : finish(std::move(node));
  }

  // A context's key: names, digits and the marks a name may hold, up to the colon.
  std::optional<std::string> context_key() {
    if (peek().kind != TokenKind::kName) return std::nullopt;
    std::string name = peek().text;
    ++at_;
    while (!is_symbol(":")) {
      const bool part = peek().kind == TokenKind::kName || peek().kind == TokenKind::kNumber;
      if (!part && !is_name_symbol(peek())) return std::nullopt;
      if (part && tokens_[at_ - 1].kind != TokenKind::kSymbol) name += ' ';
      name += peek().text;
      ++at_;
    }
    return name;
  }

  // DMN 1.5 §10.3.1.2, rule 30 (additional name symbols).
  static bool is_name_symbol(const Token& token) {
    return token.kind == TokenKind::kSymbol && token.text.size() == 1 &&
           std::string_view("./-'+*").find(token.text[0]) != std::string_view::npos;
  }

  NodePtr if_expression() {
    auto node = make(NodeKind::kIf, peek().span.begin);
    ++at_;
    NodePtr condition = expression();
    if (failed_ || !expect_word("then")) return nullptr;
    NodePtr then_branch = expression();
    if (failed_) return nullptr;
    if (!is_word("else")) {
      return fail(peek().span.begin, "if-without-else",
                  {"if 缺少 else", "an \"if\" needs an \"else\""},
                  {"写出条件不成立时的值，例如 else null",
                   "say what holds otherwise, for example else null"});
    }
    ++at_;
    NodePtr else_branch = expression();
    if (failed_) return nullptr;
    node->children.push_back(std::move(condition));
    node->children.push_back(std::move(then_branch));
    node->children.push_back(std::move(else_branch));
    return finish(std::move(node));
  }

  // A variable's name, up to "in".
  std::optional<std::string> variable_name() {
    std::string name;
    while (peek().kind == TokenKind::kName && !is_word("in")) {
      name += (name.empty() ? "" : " ") + peek().text;
      ++at_;
    }
    if (name.empty()) {
      unexpected();
      return std::nullopt;
    }
    return name;
  }

  bool iterators(Node& node, bool ranges) {
    do {
      const auto name = variable_name();
      if (!name || !expect_word("in")) return false;
      NodePtr domain = expression();
      if (failed_) return false;
      if (ranges && take_symbol("..")) {
        auto range_node = make(NodeKind::kRange, domain->span.begin);
        NodePtr high = expression();
        if (failed_) return false;
        range_node->children.push_back(std::move(domain));
        range_node->children.push_back(std::move(high));
        domain = finish(std::move(range_node));
        if (failed_) return false;
      }
      scopes_.back().insert(*name);
      node.names.push_back(*name);
      node.children.push_back(std::move(domain));
    } while (take_symbol(","));
    return true;
  }

  NodePtr for_expression() {
    auto node = make(NodeKind::kFor, peek().span.begin);
    ++at_;
    scopes_.emplace_back();
    scopes_.back().insert("partial");
    NodePtr body;
    if (iterators(*node, true) && expect_word("return")) body = expression();
    scopes_.pop_back();
    if (failed_ || body == nullptr) return nullptr;
    node->children.push_back(std::move(body));
    return finish(std::move(node));
  }

  NodePtr quantified(NodeKind kind) {
    auto node = make(kind, peek().span.begin);
    ++at_;
    scopes_.emplace_back();
    NodePtr body;
    if (iterators(*node, false) && expect_word("satisfies")) body = expression();
    scopes_.pop_back();
    if (failed_ || body == nullptr) return nullptr;
    node->children.push_back(std::move(body));
    return finish(std::move(node));
  }

  NodePtr function_definition() {
    auto node = make(NodeKind::kFunction, peek().span.begin);
    ++at_;
    if (!expect_symbol("(")) return nullptr;
    scopes_.emplace_back();
    if (!take_symbol(")")) {
      do {
        const auto name = parameter_name();
        if (!name) {
          unexpected();
          break;
        }
        if (take_symbol(":")) type_text();
        scopes_.back().insert(*name);
        node->names.push_back(*name);
      } while (take_symbol(","));
      if (!failed_) expect_symbol(")");
    }
    if (!failed_ && is_word("external")) {
      fail(peek().span.begin, "external-function",
           {"不支持外部函数", "external functions are not supported"},
           {"改写成 FEEL 函数体", "write the body in FEEL"});
    }
    NodePtr body = failed_ ? nullptr : expression();
    scopes_.pop_back();
    if (failed_) return nullptr;
    node->children.push_back(std::move(body));
    return finish(std::move(node));
  }

  NodePtr unary_comparison(size_t begin) {
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

  NodePtr positive_unary_test() {
    if (comparison_op()) return unary_comparison(peek().span.begin);
    return expression();
  }

  NodePtr unary_tests() {
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

  const Source& source_;
  const ParseOptions& options_;
  Diagnostics& diagnostics_;
  std::vector<Token> tokens_;
  std::vector<KnownNames> scopes_;
  KnownNames keys_;  // of contexts read so far: their values may be asked for them anywhere
  std::set<size_t> operand_brackets_;  // tokens: brackets behind "in" known to begin an operand
  size_t at_ = 0;
  int depth_ = 0;
  bool range_end_ = false;  // reading a range's high end, outside any bracket inside it
  bool failed_ = false;
};

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
