#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "feel/ast.h"
#include "feel/operators.h"
#include "feel/type_expression.h"
#include "feel/value.h"

namespace dandang::feel {

struct Builtin;

// Whether the node can only be true, false or null, so that a filter by it never means an index.
bool is_condition(const Node& node);

// Names outside the expression: parameters, measures, as_of. No value: not declared.
class Environment {
 public:
  virtual ~Environment() = default;
  virtual std::optional<Value> lookup(const std::string& name) = 0;
  // What a type name beside FEEL's own stands for, as in "x instance of tLoan". Null: not known.
  virtual TypeExpressionPtr type(const std::string& name);
  // The moment that now() and today() speak of. There is no clock in here: without it they are
  // null.
  virtual std::optional<DateTime> now();
};

// Names bound around an expression, innermost first. An item frame answers the members of its value
// and "item"; a variable frame answers its own name.
struct Frame {
  const Frame* parent = nullptr;
  const Value* value = nullptr;
  const std::string* variable = nullptr;  // null: an item frame
};

// A step of an evaluation, kept when somebody wants an explanation.
struct TraceNode {
  enum class Kind { kExpression, kItem, kDefinition };
  Kind kind = Kind::kExpression;
  const Node* node = nullptr;  // kExpression
  std::string text;            // the expression's own words, or the definition's name
  Entity item;                 // kItem: the row the step is about
  Value value;
  std::vector<TraceNode> children;
};

// What a value rests on: a record that was read, or a definition (parameter, measure) by its
// number.
struct Use {
  Entity row;
  int definition = -1;

  bool operator==(const Use&) const = default;
};

// Bounds of one outermost call of evaluate(), test() or filter(). Past one of them the result is
// unknown, with the bound as its cause.
struct EvaluationLimits {
  uint64_t steps = 50'000'000;  // nodes evaluated, and values that functions walk through
  int depth = 400;              // nested evaluations, definitions included
  uint64_t weight = 5'000'000;  // values inside one value (Extent)
  int value_depth = 400;        // nesting of one value
};

// The plain evaluator: one row at a time, slow and obvious; the columnar engine must agree with it.
// Unknown (docs/decisions/0001-unknown.md) only ever enters through the environment and entities,
// so that plain FEEL texts mean what the standard says.
class Evaluator {
 public:
  explicit Evaluator(Environment& environment, EvaluationLimits limits = {})
      : environment_(environment), limits_(limits) {}

  Value evaluate(const Expression& expression, const Frame* frame = nullptr);
  // A unary test (kUnaryTests) about an input.
  Value test(const Expression& tests, const Value& input, const Frame* frame = nullptr);

  // The rows of a list that satisfy the condition, each bound as item, as list[condition] gives
  // them.
  Value filter(const Value& list, const Expression& condition, const Frame* frame);

  // Uses are appended as values are read, and dropped again where they did not decide.
  std::vector<Use>& uses() { return uses_; }
  void use(Entity row) { uses_.push_back({row, -1}); }
  void use_definition(int definition) { uses_.push_back({{}, definition}); }

  // While set, steps are recorded as children of the node.
  void trace_into(TraceNode* node) { trace_ = node; }
  TraceNode* trace() const { return trace_; }
  // Runs `body` as a definition's own step in the trace.
  Value traced_definition(const std::string& name, const std::function<Value()>& body);
  Value traced_item(Entity item, const std::function<Value()>& body);

  // Why the last outermost evaluation was cut short, if a limit was passed; empty otherwise.
  // Nothing computed since is to be kept.
  const Text& stopped() const { return stopped_; }

 private:
  Value traced(TraceNode step, const std::function<Value()>& body);
  Value eval(const Node& node, const Frame* frame);
  Value eval_inner(const Node& node, const Frame* frame);
  Value eval_name(const Node& node, const Frame* frame);
  Value eval_path(const Node& node, const Frame* frame);
  Value eval_filter(const Node& node, const Frame* frame);
  Value filter_list(const Value& source, const Node& condition, const Frame* frame);
  Value eval_call(const Node& node, const Frame* frame);
  Value eval_arithmetic(const Node& node, const Frame* frame);
  Value eval_compare(const Node& node, const Frame* frame);
  Value eval_in(const Node& node, const Frame* frame);
  Value eval_junction(const Node& node, const Frame* frame);
  Value eval_if(const Node& node, const Frame* frame);
  Value eval_for(const Node& node, const Frame* frame);
  Value eval_quantified(const Node& node, const Frame* frame);
  Value eval_list(const Node& node, const Frame* frame);
  Value eval_context(const Node& node, const Frame* frame);
  Value eval_function(const Node& node, const Frame* frame);
  Value eval_tests(const Node& node, const Value& input, const Frame* frame);
  Value eval_test(const Node& node, const Value& input, const Frame* frame);

  Value member_of(const Value& value, const std::string& name);
  // What a named call means by its names; no value if one of them is nobody's.
  static std::optional<std::vector<Value>> ordered_arguments(
      const std::vector<std::string>& names, std::vector<Value> args,
      const std::vector<std::string>& parameters);
  const Builtin* called_builtin(const Node& node, const Frame* frame);
  Value call_by_name(const Builtin& builtin, const Node& node, std::vector<Value> args);
  Value apply(const Builtin& builtin, std::vector<Value> args);
  TypeLookup type_lookup() {
    return [this](const std::string& name) { return environment_.type(name); };
  }
  Value function_of(const Builtin& builtin);
  // The arguments as the parameters' types want them; a type that is null wants nothing.
  std::vector<Value> converted_arguments(const std::vector<Value>& args,
                                         const std::vector<TypeExpressionPtr>& types);
  Value index_into(const List& list, const Value& index) const;
  // What iterators come upon beside their items.
  struct Iteration {
    CausesPtr open;        // domains that are unknown, or whose rows may be missing
    bool no_list = false;  // a domain is null
  };
  // Called for each combination; `maybe` says what its presence hangs on, null if it is surely
  // there.
  using Body = std::function<void(const Frame*, const CausesPtr& maybe)>;
  void iterate(const Node& node, size_t index, const Frame* frame, const CausesPtr& maybe,
               Iteration& iteration, const Body& body);
  void iterate_range(const Node& node, size_t index, const Frame* frame, const Range& range,
                     const CausesPtr& maybe, Iteration& iteration, const Body& body);
  std::shared_ptr<const Openness> closed_by_filter(const List& list, const Node& condition,
                                                   const Frame* frame);
  void drop_uses(size_t from, size_t to) {
    uses_.erase(uses_.begin() + static_cast<std::ptrdiff_t>(from),
                uses_.begin() + static_cast<std::ptrdiff_t>(to));
  }
  Value stop(Text why);
  // Counts work that is no node of its own; false once the steps are used up.
  bool charge(uint64_t steps);
  Value bounded(Value value);
  Value too_heavy();
  // Keeps `expression_` and, around the outermost call, the counters.
  class Session;

  Environment& environment_;
  EvaluationLimits limits_;
  const Expression* expression_ = nullptr;
  std::vector<Use> uses_;
  TraceNode* trace_ = nullptr;
  uint64_t steps_ = 0;
  int depth_ = 0;
  Text stopped_;
};

}  // namespace dandang::feel
