// if, for, some, every and function.

#include "feel/parser_internal.h"
#include "feel/type_expression.h"

namespace dandang::feel {

NodePtr Parser::if_expression() {
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

bool Parser::iterators(Node& node) {
  do {
    const auto name = variable_name();
    if (!name || !expect_word("in")) return false;
    NodePtr domain = expression();
    if (failed_) return false;
    if (take_symbol("..")) {
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

NodePtr Parser::for_expression() {
  auto node = make(NodeKind::kFor, peek().span.begin);
  ++at_;
  scopes_.emplace_back();
  scopes_.back().insert("partial");
  NodePtr body;
  if (iterators(*node) && expect_word("return")) body = expression();
  scopes_.pop_back();
  if (failed_ || body == nullptr) return nullptr;
  node->children.push_back(std::move(body));
  return finish(std::move(node));
}

NodePtr Parser::quantified(NodeKind kind) {
  auto node = make(kind, peek().span.begin);
  ++at_;
  scopes_.emplace_back();
  NodePtr body;
  if (iterators(*node) && expect_word("satisfies")) body = expression();
  scopes_.pop_back();
  if (failed_ || body == nullptr) return nullptr;
  node->children.push_back(std::move(body));
  return finish(std::move(node));
}

NodePtr Parser::function_definition() {
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
      const bool typed = take_symbol(":");
      node->types.push_back(typed ? parse_type(type_text()) : nullptr);
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

}  // namespace dandang::feel
