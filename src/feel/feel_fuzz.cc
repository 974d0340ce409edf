// Any bytes as a formula and as a decision table's cell: read, checked and evaluated within tight
// bounds.

#include <cstdint>
#include <string>

#include "base/diagnostic.h"
#include "base/result.h"
#include "feel/evaluator.h"
#include "feel/parser.h"
#include "feel/types.h"

namespace dandang::feel {
namespace {

class NoNames : public Environment, public TypeEnvironment {
 public:
  std::optional<Value> lookup(const std::string&) override { return std::nullopt; }
  TypePtr lookup(const std::string&) const override { return nullptr; }
  TypePtr member(const Type&, const std::string&) const override { return nullptr; }
  std::vector<std::string> names() const override { return {}; }
  std::vector<std::string> member_names(const Type&) const override { return {}; }
  std::vector<std::string> code_words(const std::string&) const override { return {}; }
};

constexpr EvaluationLimits kLimits{20'000, 150, 20'000, 100};

// Plain FEEL knows no unknown but a bound that was passed, and what it gives can be written down.
void check_value(const Value& value, const Evaluator& evaluator) {
  DD_VERIFY(causes_within(value) == nullptr || !evaluator.stopped().empty());
  DD_VERIFY(value.to_string().size() <= 2 * kMaxTextBytes);
}

void run(const std::string& text, Punctuation punctuation) {
  ParseOptions options;
  options.punctuation = punctuation;
  options.names = {"年度 考核", "a-b", "first name"};
  NoNames names;
  Diagnostics diagnostics;
  if (const auto formula = parse_expression(Source::plain(text), options, diagnostics)) {
    check_types(*formula, names, nullptr, diagnostics);
    Evaluator evaluator(names, kLimits);
    check_value(evaluator.evaluate(*formula), evaluator);
  }
  if (const auto tests = parse_unary_tests(Source::plain(text), options, diagnostics)) {
    check_unary_tests(*tests, Type::of(Type::Kind::kNumber), names, diagnostics);
    Evaluator evaluator(names, kLimits);
    check_value(evaluator.test(*tests, Value(5)), evaluator);
  }
}

}  // namespace
}  // namespace dandang::feel

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  dandang::feel::run(text, dandang::feel::Punctuation::kStandard);
  dandang::feel::run(text, dandang::feel::Punctuation::kDiagnoseWide);
  return 0;
}
