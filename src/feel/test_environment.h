#pragma once

// What the tests of this folder share: names with values, and values as words.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "feel/evaluator.h"
#include "feel/parser.h"

namespace dandang::feel {

// The value as words; an unknown with its causes, a list with its maybes and whether it is open:
// "unknown(甲, 乙)", "[1, 2?, …]".
inline std::string in_words(const Value& value) {
  if (value.is_unknown()) {
    std::string out = "unknown(";
    const char* separator = "";
    for (const Cause& cause : value.causes()->items) {
      out += separator;
      out += cause.field.empty() ? cause.record : cause.field;
      if (cause.field.empty() && !cause.key.empty()) out += " " + cause.key;
      if (cause.kind == Cause::Kind::kOther) out += cause.note.en;
      separator = ", ";
    }
    return out + ")";
  }
  if (value.is(Value::Kind::kString)) return "\"" + value.string() + "\"";
  if (value.is(Value::Kind::kContext)) {
    std::string out = "{";
    const char* separator = "";
    for (const auto& [key, entry] : value.context().entries) {
      out += separator;
      out += key + ": " + in_words(entry);
      separator = ", ";
    }
    return out + "}";
  }
  if (!value.is(Value::Kind::kList)) return value.to_string();
  const List& list = value.list();
  std::string out = "[";
  const char* separator = "";
  for (size_t i = 0; i < list.items.size(); ++i) {
    out += separator;
    out += in_words(list.items[i]) + (list.is_maybe(i) ? "?" : "");
    separator = ", ";
  }
  if (open_causes(list) != nullptr) {
    out += separator;
    out += "…";
  }
  return out + "]";
}

class TestEnvironment : public Environment {
 public:
  std::optional<Value> lookup(const std::string& name) override {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  }

  // The value of the text, or its diagnostics, one a line.
  std::string evaluate(const std::string& text, EvaluationLimits limits = {}) {
    ParseOptions options;
    for (const auto& [name, value] : values) options.names.insert(name);
    Diagnostics diagnostics;
    const auto expression = parse_expression(Source::plain(text), options, diagnostics);
    if (expression == nullptr) return words_of(diagnostics);
    Evaluator evaluator(*this, limits);
    return in_words(evaluator.evaluate(*expression));
  }

  // Whether the input passes the unary tests.
  std::string test(const std::string& tests, const Value& input) {
    Diagnostics diagnostics;
    const auto expression = parse_unary_tests(Source::plain(tests), {}, diagnostics);
    if (expression == nullptr) return words_of(diagnostics);
    Evaluator evaluator(*this);
    return in_words(evaluator.test(*expression, input));
  }

  static std::string words_of(const Diagnostics& diagnostics) {
    std::string out;
    for (const Diagnostic& diagnostic : diagnostics.all()) {
      out += diagnostic.to_string(Language::kEnglish) + "\n";
    }
    return out;
  }

  std::map<std::string, Value> values;
};

}  // namespace dandang::feel
