#pragma once

// The parser behind parser.h, in parts: parser.cc has the operators, parser_operand.cc what they
// work on, parser_forms.cc the forms that begin with a keyword, parser_names.cc the names.

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "feel/parser.h"

namespace dandang::feel {

using NodePtr = std::unique_ptr<Node>;

// Recursive descent over the tokens. After a failure every part returns null, and one diagnostic
// says what was wrong.
class Parser {
 public:
  Parser(const Source& source, const ParseOptions& options, Diagnostics& diagnostics);
  NodePtr run_expression();
  NodePtr run_unary_tests();

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

  NodePtr fail(size_t offset, const char* code, Text message, Text hint = {});
  NodePtr unexpected();
  bool expect_symbol(std::string_view s);
  bool expect_word(std::string_view s);

  static NodePtr make(NodeKind kind, size_t begin) {
    auto node = std::make_unique<Node>();
    node->kind = kind;
    node->span = {begin, begin};
    return node;
  }
  // The node with its end and height, or null if it is too high: "a or b or …" and "a.b.c…" nest
  // without brackets.
  NodePtr finish(NodePtr node);
  NodePtr binary(NodeKind kind, Op op, NodePtr left, NodePtr right);

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
  NodePtr too_deep(size_t offset);
  NodePtr expression();

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

  std::optional<Op> comparison_op() const;
  NodePtr comparison();
  NodePtr between(NodePtr left);

  // DMN 1.5 rule 49c: "x in test" or "x in (test, test)".
  NodePtr in_tests(NodePtr left);

  // Appends the tests between brackets. False if the bracket only begins an operand.
  bool bracketed_tests(Node& node);
  bool goes_on_as_operand() const;
  NodePtr additive();
  NodePtr multiplicative();
  NodePtr exponentiation();
  NodePtr negation();

  // DMN 1.5 rules 54 to 56; kept as text, resolved by whoever evaluates it.
  std::string type_text();

  // Takes the words, separated by blanks, if they all stand here.
  bool take_words(std::string_view words);
  NodePtr postfix();

  // Whether the "[" here is the open end of a range, as in [1..5[, and not the begin of a filter.
  bool closes_range() const;
  NodePtr path(NodePtr object);

  // The names of several parts that values of FEEL themselves answer.
  std::optional<std::string> property_name();
  NodePtr filter(NodePtr list);
  NodePtr call(NodePtr function);

  // A name before ":": parts up to the colon, joined by one blank.
  std::optional<std::string> parameter_name();
  bool starts_multi_part_name();
  bool is_known(std::string_view name) const;

  // The longest known name of more than one part that starts here (DMN 1.5 §10.3.1.2, rules 25,
  // 27).
  std::optional<std::string> multi_part_name();
  NodePtr primary();
  NodePtr name_or_keyword();
  NodePtr bracketed();
  NodePtr parenthesised(size_t begin);
  NodePtr open_range(size_t begin);
  NodePtr range(size_t begin, NodePtr low, bool closed_low);
  NodePtr list_or_range(size_t begin);
  NodePtr context(size_t begin);

  // A context's key: names, digits and the marks a name may hold, up to the colon.
  std::optional<std::string> context_key();

  // DMN 1.5 §10.3.1.2, rule 30 (additional name symbols).
  static bool is_name_symbol(const Token& token) {
    return token.kind == TokenKind::kSymbol && token.text.size() == 1 &&
           std::string_view("./-'+*").find(token.text[0]) != std::string_view::npos;
  }

  NodePtr if_expression();

  // A variable's name, up to "in".
  std::optional<std::string> variable_name();
  bool iterators(Node& node);
  NodePtr for_expression();
  NodePtr quantified(NodeKind kind);
  NodePtr function_definition();
  NodePtr unary_comparison(size_t begin);

  NodePtr positive_unary_test() {
    if (comparison_op()) return unary_comparison(peek().span.begin);
    return expression();
  }

  NodePtr unary_tests();

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

}  // namespace dandang::feel
