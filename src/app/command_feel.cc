#include <boost/json.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "app/command.h"
#include "feel/evaluator.h"
#include "feel/parser.h"
#include "feel/types.h"

namespace dandang::app {
namespace {

namespace json = boost::json;
using feel::Value;

// A JSON number becomes the decimal of 15 digits it was written as, so that 0.1 stays 0.1.
Value value_of(const json::value& in) {
  switch (in.kind()) {
    case json::kind::bool_:
      return in.get_bool();
    case json::kind::int64:
      return in.get_int64();
    case json::kind::uint64:
      return Value::from(Decimal::parse(std::to_string(in.get_uint64())));
    case json::kind::double_:
      return Value::from(Decimal::from_double(in.get_double()));
    case json::kind::string:
      return std::string(in.get_string());
    case json::kind::array: {
      feel::List list;
      for (const json::value& item : in.get_array()) list.items.push_back(value_of(item));
      return list;
    }
    case json::kind::object: {
      feel::Context context;
      for (const auto& [key, value] : in.get_object()) {
        context.entries.emplace_back(std::string(key), value_of(value));
      }
      return context;
    }
    case json::kind::null:
      return {};
  }
  return {};
}

// The context's names are all there is; their types are not looked at.
class ContextTypes : public feel::TypeEnvironment {
 public:
  explicit ContextTypes(const feel::Context& context) : context_(context) {}
  feel::TypePtr lookup(const std::string& name) const override {
    return context_.find(name) != nullptr ? feel::Type::any() : nullptr;
  }
  feel::TypePtr member(const feel::Type&, const std::string&) const override { return nullptr; }
  std::vector<std::string> names() const override {
    std::vector<std::string> out;
    for (const auto& [name, value] : context_.entries) out.push_back(name);
    return out;
  }
  std::vector<std::string> member_names(const feel::Type&) const override { return {}; }
  std::vector<std::string> code_words(const std::string&) const override { return {}; }

 private:
  const feel::Context& context_;
};

class NoNames : public feel::Environment {
 public:
  std::optional<Value> lookup(const std::string&) override { return std::nullopt; }
};

Result<Value> read_context(const std::string& path) {
  if (path.empty()) return Value(feel::Context{});
  constexpr size_t kMaxBytes = 16 << 20;
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in || text.str().size() > kMaxBytes) {
    return Error{ErrorCode::kIo,
                 {"读不了文件，或者超过 16 MB", "cannot read the file, or it is over 16 MB"},
                 path,
                 {}};
  }
  boost::system::error_code code;
  const json::value parsed = json::parse(text.str(), code);
  if (code || !parsed.is_object()) {
    return Error{ErrorCode::kBadInput,
                 {"不是 JSON 对象", "not a JSON object"},
                 path,
                 {"写成 {\"名称\": 值} 的形式", "write {\"name\": value}"}};
  }
  return value_of(parsed);
}

Result<Value> evaluate(const std::string& text, const Value& context, Language language) {
  feel::ParseOptions options;
  for (const auto& [name, value] : context.context().entries) options.names.insert(name);
  Diagnostics diagnostics;
  const auto expression =
      feel::parse_expression(feel::Source::plain(text, "EXPR"), options, diagnostics);
  if (expression == nullptr) {
    const Diagnostic& first = diagnostics.all().front();
    return Error{
        ErrorCode::kBadInput, {first.to_string(language), first.to_string(language)}, {}, {}};
  }
  // What cannot be right still has a value in FEEL, null: give it, and say why beside it.
  feel::check_types(*expression, ContextTypes(context.context()), nullptr, diagnostics);
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    std::fprintf(stderr, "%s\n", diagnostic.to_string(language).c_str());
  }
  NoNames names;
  feel::Evaluator evaluator(names);
  const feel::Frame frame{nullptr, &context, nullptr};
  Value value = evaluator.evaluate(*expression, &frame);
  if (!evaluator.stopped().empty()) {
    return Error{ErrorCode::kLimit, evaluator.stopped(), {}, {}};
  }
  return value;
}

}  // namespace

int run_feel(const Words& words, Language language) {
  if (!words.empty() && words[0] == "tck") return run_feel_tck(words, language);
  const CommandShape shape{"feel eval EXPR [--context FILE.json]", 2, 2, {"--context"}, {}, {}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  if (arguments->positional[0] != "eval") {
    return fail(Error{ErrorCode::kBadUsage,
                      {"没有这个子命令", "there is no such subcommand"},
                      arguments->positional[0],
                      {"用 eval 或 tck", "use eval or tck"}},
                language);
  }
  const auto context = read_context(arguments->value("--context"));
  if (!context) return fail(context.error(), language);
  const auto value = evaluate(arguments->positional[1], *context, language);
  if (!value) return fail(value.error(), language);
  const bool quoted = value->is(Value::Kind::kString);
  std::printf("%s%s%s\n", quoted ? "\"" : "", value->to_string().c_str(), quoted ? "\"" : "");
  return kDone;
}

}  // namespace dandang::app
