// Calls, of built-in functions and of those written in FEEL, and what a function carries along.

#include <algorithm>

#include "feel/evaluator.h"
#include "feel/functions.h"
#include "feel/regex.h"

namespace dandang::feel {

// A name bound in the text, or declared outside it, hides the built-in function of that name.
const Builtin* Evaluator::called_builtin(const Node& node, const Frame* frame) {
  const Node& callee = node.child(0);
  if (callee.kind != NodeKind::kName) return nullptr;
  const Builtin* builtin = find_builtin(callee.name);
  if (builtin == nullptr) return nullptr;
  for (const Frame* f = frame; f != nullptr; f = f->parent) {
    if (f->value == nullptr) continue;
    if (f->variable != nullptr) {
      if (*f->variable == callee.name) return nullptr;
    } else if (f->value->is(Value::Kind::kContext) &&
               f->value->context().find(callee.name) != nullptr) {
      return nullptr;
    }
  }
  return node.declared && environment_.lookup(callee.name) ? nullptr : builtin;
}

std::optional<std::vector<Value>> Evaluator::ordered_arguments(
    const std::vector<std::string>& names, std::vector<Value> args,
    const std::vector<std::string>& parameters) {
  std::vector<Value> ordered(parameters.size());
  size_t used = 0;
  for (size_t i = 0; i < args.size(); ++i) {
    const auto at = std::find(parameters.begin(), parameters.end(), names[i]);
    if (at == parameters.end()) return std::nullopt;
    const auto position = static_cast<size_t>(at - parameters.begin());
    ordered[position] = std::move(args[i]);
    used = std::max(used, position + 1);
  }
  ordered.resize(used);
  return ordered;
}

Value Evaluator::call_by_name(const Builtin& builtin, const Node& node, std::vector<Value> args) {
  const Builtin& meant = builtin.named(node.arg_names);
  const std::vector<std::string> parameters(meant.parameters.begin(), meant.parameters.end());
  auto ordered = ordered_arguments(node.arg_names, std::move(args), parameters);
  if (!ordered) return {};
  // A parameter that the call leaves out is null.
  const auto least = static_cast<size_t>(meant.min_args);
  if (ordered->size() < least) ordered->resize(least);
  return apply(meant, std::move(*ordered));
}

Value Evaluator::eval_call(const Node& node, const Frame* frame) {
  const Node& callee = node.child(0);
  std::vector<Value> args;
  args.reserve(node.children.size() - 1);
  for (size_t i = 1; i < node.children.size(); ++i) args.push_back(eval(node.child(i), frame));
  if (const Builtin* builtin = called_builtin(node, frame)) {
    return node.arg_names.empty() ? apply(*builtin, std::move(args))
                                  : call_by_name(*builtin, node, std::move(args));
  }
  TraceNode* trace = trace_;
  trace_ = nullptr;  // the function's own name is no step
  const Value function = eval(callee, frame);
  trace_ = trace;
  if (function.is_unknown()) return function;
  if (!function.is(Value::Kind::kFunction)) return {};
  if (!node.arg_names.empty()) {
    auto ordered =
        ordered_arguments(node.arg_names, std::move(args), function.function().parameters);
    if (!ordered) return {};
    args = std::move(*ordered);
  }
  return function.function().call(args);
}

Value Evaluator::function_of(const Builtin& builtin) {
  Function function;
  function.parameters.assign(builtin.parameters.begin(), builtin.parameters.end());
  function.call = [this, &builtin](const std::vector<Value>& args) { return apply(builtin, args); };
  return function;
}

namespace {

// A list of one for a parameter that wants no list is its element (DMN 1.5 §10.3.2.9.4). Whether an
// uncertain list is one of one is not known: such a list stays, and spreads.
void unwrap_singletons(const Builtin& builtin, std::vector<Value>& args) {
  for (size_t i = 0; i < args.size(); ++i) {
    if (!args[i].is(Value::Kind::kList) || builtin.wants_any(i)) continue;
    const List& list = args[i].list();
    if (list.items.size() != 1 || row_causes(list) != nullptr) continue;
    Value item = list.items[0];
    args[i] = std::move(item);
  }
}

// min(1, 2, 3) is min([1, 2, 3]). False for min(null), which has no list.
bool gather(std::vector<Value>& args) {
  const bool single = args.size() == 1;
  if (single && args[0].is_null()) return false;
  if (single && (args[0].is(Value::Kind::kList) || args[0].is_unknown())) return true;
  List list;
  list.items = std::move(args);
  args.clear();
  args.emplace_back(std::move(list));
  return true;
}

}  // namespace

Value Evaluator::apply(const Builtin& builtin, std::vector<Value> args) {
  const auto count = static_cast<int>(args.size());
  if (count < builtin.min_args || (builtin.max_args >= 0 && count > builtin.max_args)) return {};
  if (builtin.clock) {
    const auto now = environment_.now();
    return now ? builtin.call({Value(*now)}) : Value();
  }
  if (builtin.max_args < 0 && builtin.aggregate && !gather(args)) return {};
  unwrap_singletons(builtin, args);
  uint64_t work = builtin.cost;
  for (const Value& arg : args) work += arg.extent().weight;
  if (work > limits_.weight) return too_heavy();
  if (builtin.quadratic) work *= work;
  if (builtin.aggregate && !args.empty() && args[0].is(Value::Kind::kList)) {
    work <<= std::min(uncertain_rows(args[0].list()), kMaxTriedRows);
  }
  if (!charge(work)) return stop(stopped_);
  Value value = call_builtin(builtin, args);
  if (builtin.searches && !charge(take_regex_work())) return stop(stopped_);
  return value;
}

namespace {

// The values visible where the function is written travel with it, outermost first.
struct Captured {
  Value value;
  std::optional<std::string> variable;
};
using CapturedFrames = std::vector<Captured>;

CapturedFrames capture(const Frame* frame) {
  CapturedFrames captured;
  for (const Frame* f = frame; f != nullptr; f = f->parent) {
    if (f->value == nullptr) continue;
    captured.push_back({*f->value, {}});
    if (f->variable != nullptr) captured.back().variable = *f->variable;
  }
  std::reverse(captured.begin(), captured.end());
  return captured;
}

// The frames of what was captured, and of the arguments inside them.
class Bound {
 public:
  Bound(const CapturedFrames& captured, const std::vector<std::string>& names,
        const std::vector<Value>& args)
      : frames_(captured.size() + names.size()) {
    for (const Captured& c : captured) bind(c.value, c.variable ? &*c.variable : nullptr);
    for (size_t i = 0; i < names.size(); ++i) bind(args[i], &names[i]);
  }
  const Frame* top() const { return top_; }

 private:
  void bind(const Value& value, const std::string* name) {
    frames_[used_] = Frame{top_, &value, name};
    top_ = &frames_[used_++];
  }

  std::vector<Frame> frames_;
  const Frame* top_ = nullptr;
  size_t used_ = 0;
};

}  // namespace

std::vector<Value> Evaluator::converted_arguments(const std::vector<Value>& args,
                                                  const std::vector<TypeExpressionPtr>& types) {
  std::vector<Value> converted = args;
  for (size_t i = 0; i < types.size(); ++i) {
    if (types[i] == nullptr) continue;
    converted[i] = charge(args[i].extent().weight) ? coerce(args[i], *types[i], type_lookup())
                                                   : stop(stopped_);
  }
  return converted;
}

Value Evaluator::eval_function(const Node& node, const Frame* frame) {
  const auto captured = std::make_shared<const CapturedFrames>(capture(frame));
  if (!charge(captured->size())) return stop(stopped_);
  Function function;
  for (const Captured& c : *captured) {
    function.depth = std::max(function.depth, c.value.extent().depth + 1);
  }
  function.parameters = node.names;
  function.parameter_types = node.types;
  const Expression* expression = expression_;
  function.call = [this, captured, expression, body = &node.child(0), types = node.types,
                   names = node.names](const std::vector<Value>& args) -> Value {
    if (args.size() != names.size()) return {};
    if (!charge(captured->size())) return stop(stopped_);
    const std::vector<Value> converted = converted_arguments(args, types);
    const Bound bound(*captured, names, converted);
    const Expression* outer = expression_;
    expression_ = expression;
    Value value = eval(*body, bound.top());
    expression_ = outer;
    return value;
  };
  return function;
}

}  // namespace dandang::feel
