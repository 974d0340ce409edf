#include "feel/evaluator.h"

#include <algorithm>
#include <set>

#include "feel/evaluator_internal.h"
#include "feel/functions.h"
#include "feel/properties.h"
#include "feel/type_expression.h"
#include "feel/wording.h"

namespace dandang::feel {
namespace {

bool is_traced(NodeKind kind) {
  switch (kind) {
    case NodeKind::kAnd:
    case NodeKind::kOr:
    case NodeKind::kCompare:
    case NodeKind::kBetween:
    case NodeKind::kIn:
    case NodeKind::kIf:
    case NodeKind::kSome:
    case NodeKind::kEvery:
    case NodeKind::kFilter:
    case NodeKind::kCall:
    case NodeKind::kName:
    case NodeKind::kPath:
      return true;
    default:
      return false;
  }
}

}  // namespace

List as_list(const Value& value) {
  if (value.is(Value::Kind::kList)) return value.list();
  List list;
  if (!value.is_null()) list.items.push_back(value);
  return list;
}

bool mentions(const Node& node, const std::string& name) {
  if (node.kind == NodeKind::kName && node.name == name) return true;
  return std::any_of(node.children.begin(), node.children.end(),
                     [&](const auto& child) { return mentions(*child, name); });
}

TypeExpressionPtr Environment::type(const std::string&) {
  return nullptr;
}

std::optional<DateTime> Environment::now() {
  return std::nullopt;
}

class Evaluator::Session {
 public:
  Session(Evaluator& evaluator, const Expression& expression)
      : evaluator_(evaluator), outer_(evaluator.expression_) {
    if (outer_ == nullptr) {
      evaluator_.steps_ = 0;
      evaluator_.stopped_ = {};
    }
    evaluator_.expression_ = &expression;
  }
  ~Session() { evaluator_.expression_ = outer_; }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // What was computed before a bound was passed cannot be told from what was not.
  Value result(Value value) {
    return evaluator_.stopped_.empty() ? std::move(value) : evaluator_.stop(evaluator_.stopped_);
  }

 private:
  Evaluator& evaluator_;
  const Expression* outer_;
};

Value Evaluator::evaluate(const Expression& expression, const Frame* frame) {
  Session session(*this, expression);
  return session.result(eval(*expression.root, frame));
}

Value Evaluator::test(const Expression& tests, const Value& input, const Frame* frame) {
  Session session(*this, tests);
  return session.result(eval_tests(*tests.root, input, frame));
}

Value Evaluator::filter(const Value& list, const Expression& condition, const Frame* frame) {
  Session session(*this, condition);
  return session.result(filter_list(list, *condition.root, frame));
}

bool Evaluator::charge(uint64_t steps) {
  steps_ += steps;
  if (steps_ <= limits_.steps) return stopped_.empty();
  stop(worded("计算超过 % 步，已停止", "stopped after % steps", {std::to_string(limits_.steps)}));
  return false;
}

Value Evaluator::too_heavy() {
  return stop(worded("一个值里超过 % 项，已停止", "stopped: more than % items in one value",
                     {std::to_string(limits_.weight)}));
}

Value Evaluator::bounded(Value value) {
  const Extent extent = value.extent();
  if (extent.weight > limits_.weight) return too_heavy();
  if (extent.depth > limits_.value_depth) {
    return stop(worded("一个值嵌套超过 % 层，已停止", "stopped: a value nested more than % levels",
                       {std::to_string(limits_.value_depth)}));
  }
  return value;
}

Value Evaluator::stop(Text why) {
  if (stopped_.empty()) stopped_ = why;
  return Value::unknown(Cause{Cause::Kind::kOther, {}, {}, {}, std::move(why)});
}

Value Evaluator::traced(TraceNode step, const std::function<Value()>& body) {
  TraceNode* parent = trace_;
  trace_ = &step;
  step.value = body();
  trace_ = parent;
  Value value = step.value;
  parent->children.push_back(std::move(step));
  return value;
}

Value Evaluator::traced_definition(const std::string& name, const std::function<Value()>& body) {
  if (trace_ == nullptr) return body();
  TraceNode step;
  step.kind = TraceNode::Kind::kDefinition;
  step.text = name;
  return traced(std::move(step), body);
}

Value Evaluator::traced_item(Entity item, const std::function<Value()>& body) {
  if (trace_ == nullptr) return body();
  TraceNode step;
  step.kind = TraceNode::Kind::kItem;
  step.item = item;
  return traced(std::move(step), body);
}

Value Evaluator::eval(const Node& node, const Frame* frame) {
  if (!charge(1)) return stop(stopped_);
  if (depth_ >= limits_.depth) {
    return stop(worded("计算嵌套超过 % 层，已停止", "stopped: nested more than % levels",
                       {std::to_string(limits_.depth)}));
  }
  ++depth_;
  Value value;
  if (trace_ == nullptr) {
    value = eval_inner(node, frame);
  } else {
    TraceNode* parent = trace_;
    TraceNode step;
    step.node = &node;
    step.text = expression_->text_of(node);
    trace_ = &step;
    value = eval_inner(node, frame);
    trace_ = parent;
    step.value = value;
    if (is_traced(node.kind)) {
      parent->children.push_back(std::move(step));
    } else {
      for (TraceNode& child : step.children) parent->children.push_back(std::move(child));
    }
  }
  --depth_;
  return bounded(std::move(value));
}

Value Evaluator::eval_inner(const Node& node, const Frame* frame) {
  switch (node.kind) {
    case NodeKind::kNull:
      return {};
    case NodeKind::kBoolean:
      return node.truth;
    case NodeKind::kNumber:
      return node.number;
    case NodeKind::kString:
      return node.name;
    case NodeKind::kAtLiteral:
      return node.constant;
    case NodeKind::kName:
      return eval_name(node, frame);
    case NodeKind::kPath:
      return eval_path(node, frame);
    case NodeKind::kFilter:
      return eval_filter(node, frame);
    case NodeKind::kCall:
      return eval_call(node, frame);
    case NodeKind::kArithmetic:
      return eval_arithmetic(node, frame);
    case NodeKind::kNegate:
      return negated(eval(node.child(0), frame));
    case NodeKind::kCompare:
      return eval_compare(node, frame);
    case NodeKind::kBetween: {
      const Value input = eval(node.child(0), frame);
      const Value low = eval(node.child(1), frame);
      const Value high = eval(node.child(2), frame);
      return logical_and(compare_op(Op::kGe, input, low), compare_op(Op::kLe, input, high));
    }
    case NodeKind::kIn:
      return eval_in(node, frame);
    case NodeKind::kAnd:
    case NodeKind::kOr:
      return eval_junction(node, frame);
    case NodeKind::kIf:
      return eval_if(node, frame);
    case NodeKind::kFor:
      return eval_for(node, frame);
    case NodeKind::kSome:
    case NodeKind::kEvery:
      return eval_quantified(node, frame);
    case NodeKind::kList:
      return eval_list(node, frame);
    case NodeKind::kContext:
      return eval_context(node, frame);
    case NodeKind::kRange: {
      Range range;
      range.low = eval(node.child(0), frame);
      range.high = eval(node.child(1), frame);
      range.closed_low = node.closed_low;
      range.closed_high = node.closed_high;
      if (const auto causes = causes_of(range.low, range.high)) return Value::unknown(causes);
      return range;
    }
    case NodeKind::kFunction:
      return eval_function(node, frame);
    case NodeKind::kInstanceOf: {
      const Value value = eval(node.child(0), frame);
      if (!charge(value.extent().weight)) return stop(stopped_);
      return node.type ? instance_of(value, *node.type, type_lookup()) : Value();
    }
    case NodeKind::kTest: {
      // "< 5" standing alone is the range of what it accepts (DMN 1.5 rule 8).
      Value bound = eval(node.child(0), frame);
      return bound.is_unknown() ? bound : Value(range_of_test(node.op, std::move(bound)));
    }
    case NodeKind::kUnaryTests:
    case NodeKind::kAnyTest:
      return eval_tests(node, Value(), frame);
  }
  return {};
}

Value Evaluator::eval_name(const Node& node, const Frame* frame) {
  for (const Frame* f = frame; f != nullptr; f = f->parent) {
    if (f->value == nullptr) continue;
    if (f->variable != nullptr) {
      if (*f->variable == node.name) return *f->value;
      continue;
    }
    if (f->value->is(Value::Kind::kContext)) {
      if (const Value* found = f->value->context().find(node.name)) return *found;
    } else if (f->value->is(Value::Kind::kEntity)) {
      const Entity entity = f->value->entity();
      if (entity.source->has_member(entity, node.name)) return member_of(*f->value, node.name);
    }
    if (node.name == kItemName) return *f->value;
  }
  if (auto value = environment_.lookup(node.name)) return *value;
  if (const Builtin* builtin = find_builtin(node.name)) return function_of(*builtin);
  return {};
}

namespace {

// The openness of values computed from a list's rows: the rows' keys are no longer theirs.
class Unkeyed : public Openness {
 public:
  explicit Unkeyed(std::shared_ptr<const Openness> base) : base_(std::move(base)) {}
  const std::vector<std::string>& key_names() const override {
    static const std::vector<std::string> kNone;
    return kNone;
  }
  bool row_has(const std::string&) const override { return false; }
  CausesPtr missing(const std::map<std::string, Value>&) const override {
    return base_->missing({});
  }

 private:
  std::shared_ptr<const Openness> base_;
};

}  // namespace

Value Evaluator::member_of(const Value& value, const std::string& name) {
  using Kind = Value::Kind;
  switch (value.kind()) {
    case Kind::kUnknown:
      return value;
    case Kind::kEntity: {
      const Entity entity = value.entity();
      return entity.source->member(entity, name);
    }
    case Kind::kContext: {
      const Value* found = value.context().find(name);
      return found != nullptr ? *found : Value();
    }
    case Kind::kList: {
      const List& list = value.list();
      List result;
      result.maybe_causes = list.maybe_causes;
      result.maybe = list.maybe;
      if (list.openness) result.openness = std::make_shared<Unkeyed>(list.openness);
      if (!charge(list.items.size())) return stop(stopped_);
      for (const Value& item : list.items) result.items.push_back(member_of(item, name));
      return result;
    }
    default:
      return property_of(value, name);
  }
}

Value Evaluator::eval_path(const Node& node, const Frame* frame) {
  const Value object = eval(node.child(0), frame);
  return member_of(object, node.name);
}

namespace {

// Steps: some forty products for a whole exponent, a logarithm and an exponential for another.
uint64_t power_cost(const Value& exponent) {
  const bool whole = exponent.is(Value::Kind::kNumber) && exponent.number().to_int64();
  return whole ? 50 : 1500;
}

}  // namespace

Value Evaluator::eval_arithmetic(const Node& node, const Frame* frame) {
  const Value a = eval(node.child(0), frame);
  const Value b = eval(node.child(1), frame);
  if (const auto causes = causes_of(a, b)) return Value::unknown(causes);
  if (node.op == Op::kPower && !charge(power_cost(b))) return stop(stopped_);
  return arithmetic(node.op, a, b);
}

Value Evaluator::eval_compare(const Node& node, const Frame* frame) {
  const Value a = eval(node.child(0), frame);
  const Value b = eval(node.child(1), frame);
  if (!charge(std::min(a.extent().weight, b.extent().weight))) return stop(stopped_);
  return compare_op(node.op, a, b);
}

Value Evaluator::eval_in(const Node& node, const Frame* frame) {
  const Value input = eval(node.child(0), frame);
  Value any = false;
  for (size_t i = 1; i < node.children.size(); ++i) {
    any = logical_or(any, eval_test(node.child(i), input, frame));
    if (any.is_true()) break;
  }
  return any;
}

Value Evaluator::eval_tests(const Node& node, const Value& input, const Frame* frame) {
  if (node.kind == NodeKind::kAnyTest) return true;
  if (node.kind != NodeKind::kUnaryTests) return eval_test(node, input, frame);
  Value any = false;
  for (const auto& child : node.children) {
    any = logical_or(any, eval_test(*child, input, frame));
    if (any.is_true()) break;
  }
  return node.negated ? logical_not(any) : any;
}

Value Evaluator::eval_test(const Node& node, const Value& input, const Frame* frame) {
  const Frame with_input{frame, &input, &kInputName};
  if (node.kind == NodeKind::kTest) {
    return compare_op(node.op, input, eval(node.child(0), &with_input));
  }
  Value test = eval(node, &with_input);
  // An expression about "?" is itself the answer (DMN 1.5 §10.3.2).
  if (mentions(node, kInputName)) return test;
  if (!charge(test.extent().weight)) return stop(stopped_);
  return satisfies_test(input, test);
}

Value Evaluator::eval_junction(const Node& node, const Frame* frame) {
  const bool is_and = node.kind == NodeKind::kAnd;
  const size_t start = uses_.size();
  Value left = eval(node.child(0), frame);
  if (is_and ? left.is_false() : left.is_true()) return left;
  const size_t middle = uses_.size();
  const Value right = eval(node.child(1), frame);
  // The side that decides is what the answer rests on.
  if (is_and ? right.is_false() : right.is_true()) drop_uses(start, middle);
  return is_and ? logical_and(left, right) : logical_or(left, right);
}

Value Evaluator::eval_if(const Node& node, const Frame* frame) {
  const Value condition = eval(node.child(0), frame);
  if (!condition.is_unknown()) return eval(node.child(condition.is_true() ? 1 : 2), frame);
  Value a = eval(node.child(1), frame);
  const Value b = eval(node.child(2), frame);
  if (!a.is_unknown() && !b.is_unknown() && identical(a, b).is_true()) return a;
  return Value::unknown(Causes::merged(condition.causes(), causes_of(a, b)));
}

Value Evaluator::eval_list(const Node& node, const Frame* frame) {
  List list;
  uint64_t weight = 0;
  for (const auto& child : node.children) {
    list.items.push_back(eval(*child, frame));
    weight += list.items.back().extent().weight;
    if (weight > limits_.weight) return too_heavy();
  }
  return list;
}

Value Evaluator::eval_context(const Node& node, const Frame* frame) {
  Context context;
  uint64_t weight = 0;
  context.entries.reserve(node.names.size());
  // Each entry sees those before it.
  std::vector<Frame> frames(node.names.size());
  const Frame* top = frame;
  std::set<std::string_view> keys;
  bool repeated = false;
  for (size_t i = 0; i < node.names.size(); ++i) {
    repeated = !keys.insert(node.names[i]).second || repeated;
    context.entries.emplace_back(node.names[i], eval(node.child(i), top));
    const Value& value = context.entries.back().second;
    weight += value.extent().weight;
    if (weight > limits_.weight) return too_heavy();
    frames[i] = Frame{top, &value, &node.names[i]};
    top = &frames[i];
  }
  if (repeated) return {};
  return context;
}

}  // namespace dandang::feel
