// Operands: literals, names, brackets, and what follows them.

#include <array>

#include "feel/functions.h"
#include "feel/parser_internal.h"
#include "feel/properties.h"
#include "feel/wording.h"

namespace dandang::feel {
namespace {

constexpr std::array kKeywords = {"if",   "then",  "else",      "for",      "in",      "return",
                                  "some", "every", "satisfies", "and",      "or",      "between",
                                  "true", "false", "null",      "function", "external"};

bool is_keyword(std::string_view word) {
  for (const char* keyword : kKeywords) {
    if (word == keyword) return true;
  }
  return false;
}

}  // namespace

NodePtr Parser::postfix() {
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

bool Parser::closes_range() const {
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

NodePtr Parser::path(NodePtr object) {
  if (peek().kind != TokenKind::kName) return unexpected();
  auto node = make(NodeKind::kPath, object->span.begin);
  node->name_at = peek().span.begin;
  if (const auto property = property_name()) {
    node->name = *property;
  } else if (const auto name = multi_part_name()) {
    node->name = *name;
  } else {
    node->name = peek().text;
    ++at_;
  }
  node->children.push_back(std::move(object));
  return finish(std::move(node));
}

NodePtr Parser::filter(NodePtr list) {
  auto node = make(NodeKind::kFilter, list->span.begin);
  ++at_;
  NodePtr condition = expression();
  if (failed_ || !expect_symbol("]")) return nullptr;
  node->children.push_back(std::move(list));
  node->children.push_back(std::move(condition));
  return finish(std::move(node));
}

NodePtr Parser::call(NodePtr function) {
  auto node = make(NodeKind::kCall, function->span.begin);
  node->declared = function->kind == NodeKind::kName && options_.names.contains(function->name);
  ++at_;
  node->children.push_back(std::move(function));
  if (!take_symbol(")")) {
    do {
      std::string arg_name;
      const size_t saved = at_;
      if (peek().kind == TokenKind::kName) {
        if (const auto name = context_key(); name && take_symbol(":")) {
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

NodePtr Parser::primary() {
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

NodePtr Parser::name_or_keyword() {
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

NodePtr Parser::bracketed() {
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
    node->constant = temporal_value(node->name);
    ++at_;
    return finish(std::move(node));
  }
  if (is_symbol("-")) return negation();
  return unexpected();
}

NodePtr Parser::parenthesised(size_t begin) {
  ++at_;
  // A comparison without left side is a range: (< 5) (DMN 1.5 rule 8).
  NodePtr inner = comparison_op() ? unary_comparison(peek().span.begin) : expression();
  if (failed_) return nullptr;
  if (take_symbol("..")) return range(begin, std::move(inner), false);
  if (!expect_symbol(")")) return nullptr;
  return inner;
}

NodePtr Parser::open_range(size_t begin) {
  ++at_;
  NodePtr low = expression();
  if (failed_) return nullptr;
  if (!expect_symbol("..")) return nullptr;
  return range(begin, std::move(low), false);
}

NodePtr Parser::range(size_t begin, NodePtr low, bool closed_low) {
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

NodePtr Parser::list_or_range(size_t begin) {
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

NodePtr Parser::context(size_t begin) {
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

}  // namespace dandang::feel
