// Names of one part and of several, and types.

#include "base/text.h"
#include "feel/functions.h"
#include "feel/parser_internal.h"

namespace dandang::feel {

std::string Parser::type_text() {
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

bool Parser::take_words(std::string_view words) {
  const std::vector<std::string> parts = split(words, ' ');
  for (size_t i = 0; i < parts.size(); ++i) {
    if (!is_word(parts[i], i)) return false;
  }
  at_ += parts.size();
  return true;
}

std::optional<std::string> Parser::property_name() {
  for (const char* name : {"start included", "end included", "time offset"}) {
    if (take_words(name)) return name;
  }
  return std::nullopt;
}

std::optional<std::string> Parser::parameter_name() {
  std::string name;
  while (peek().kind == TokenKind::kName) {
    name += (name.empty() ? "" : " ") + peek().text;
    ++at_;
  }
  if (name.empty()) return std::nullopt;
  return name;
}

bool Parser::starts_multi_part_name() {
  const size_t saved = at_;
  const bool found = multi_part_name().has_value();
  at_ = saved;
  return found;
}

bool Parser::is_known(std::string_view name) const {
  if (options_.names.contains(name) || keys_.contains(name) || is_builtin_name(name)) return true;
  for (const auto& scope : scopes_) {
    if (scope.contains(name)) return true;
  }
  return false;
}

std::optional<std::string> Parser::multi_part_name() {
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

std::optional<std::string> Parser::context_key() {
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

std::optional<std::string> Parser::variable_name() {
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

}  // namespace dandang::feel
