// Boxed iterators and filters: FEEL's own, run over a body that is boxed.

#include <map>

#include "dmn/model_evaluator.h"
#include "feel/parser.h"

namespace dandang::dmn {
namespace {

using feel::Value;

const std::string kDomain = "the list";
const std::string kBody = "the body";
const std::string kElement = "the element";
const std::string kPartial = "partial";

ExpressionPtr parsed(const char* text) {
  feel::ParseOptions options;
  options.names = {kDomain, kBody, kElement};
  Diagnostics none;
  return feel::parse_expression(feel::Source::plain(text), options, none);
}

struct Formulas {
  ExpressionPtr for_each = parsed("for x in the list return the body(x)");
  ExpressionPtr with_partial = parsed("for x in the list return the body(x, partial)");
  ExpressionPtr some = parsed("some x in the list satisfies the body(x)");
  ExpressionPtr every = parsed("every x in the list satisfies the body(x)");
  // Wrapped, so that no member of an element can stand before "the body".
  ExpressionPtr filter =
      parsed("(for x in the list return {the element: x})[the body(the element)].the element");
};

bool mentions(const feel::Node& node, const std::string& name) {
  if (node.kind == feel::NodeKind::kName && node.name == name) return true;
  for (const auto& child : node.children) {
    if (child != nullptr && mentions(*child, name)) return true;
  }
  return false;
}

// Whether the results so far are asked for: to hand them on costs a copy each time.
bool wants_partial(const Boxed& body) {
  if (body.expression != nullptr && mentions(*body.expression->root, kPartial)) return true;
  // A table's cells may ask too; who writes such a table waits for the copies.
  if (body.kind == Boxed::Kind::kTable) return true;
  for (const BoxedPtr& part : body.parts) {
    if (wants_partial(*part)) return true;
  }
  return false;
}

ExpressionPtr formula_of(const Boxed& boxed, bool partial) {
  static const Formulas kFormulas;
  switch (boxed.kind) {
    case Boxed::Kind::kFor:
      return partial ? kFormulas.with_partial : kFormulas.for_each;
    case Boxed::Kind::kSome:
      return kFormulas.some;
    case Boxed::Kind::kEvery:
      return kFormulas.every;
    default:
      return kFormulas.filter;
  }
}

}  // namespace

Value ModelEvaluator::eval_iterator(const Boxed& boxed, const feel::Frame* frame) {
  const Boxed& body = *boxed.parts[1];
  const bool partial = boxed.kind == Boxed::Kind::kFor && wants_partial(body);
  feel::Function function;
  function.parameters.emplace_back("x");
  if (partial) function.parameters.push_back(kPartial);
  function.call = [&](const Values& arguments) {
    FrameNames names(frame);
    if (boxed.kind == Boxed::Kind::kFilter) {
      names.bind_item(arguments[0]);
    } else {
      names.bind(boxed.variables[0].name, arguments[0]);
    }
    if (partial) names.bind(kPartial, arguments[1]);
    return eval(body, names.top());
  };
  const ExpressionPtr formula = formula_of(boxed, partial);
  Value domain = eval(*boxed.parts[0], frame);
  if (formula == nullptr || !stopped_.empty()) return stop(stopped_);
  FrameNames names(nullptr);
  names.bind(kDomain, std::move(domain));
  names.bind(kBody, std::move(function));
  return eval_formula(*formula, names.top());
}

}  // namespace dandang::dmn
