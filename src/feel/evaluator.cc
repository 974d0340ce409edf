#include "feel/evaluator.h"

#include <algorithm>

#include "feel/functions.h"

namespace dandang::feel {
namespace {

const std::string kItemName = "item";
const std::string kInputName = "?";
const std::string kPartialName = "partial";

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
    case NodeKind::kPath: return true;
    default: return false;
  }
}

// A list's own elements, or the value as a list of one (DMN 1.5 §10.3.2.13.4).
List as_list(const Value& value) {
  if (value.is(Value::Kind::kList)) return value.list();
  List list;
  if (!value.is_null()) list.items.push_back(value);
  return list;
}

void push_item(List& list, Value item, bool maybe, const CausesPtr& why) {
  if (maybe && list.maybe.empty()) list.maybe.resize(list.items.size(), false);
  list.items.push_back(std::move(item));
  if (!list.maybe.empty() || maybe) list.maybe.push_back(maybe);
  if (maybe) list.maybe_causes = Causes::merged(list.maybe_causes, why);
}

bool is_maybe(const List& list, size_t i) { return i < list.maybe.size() && list.maybe[i]; }

Value add_values(const Value& a, const Value& b, int sign) {
  using Kind = Value::Kind;
  if (a.is(Kind::kNumber) && b.is(Kind::kNumber)) {
    return Value::from(sign > 0 ? a.number().add(b.number()) : a.number().subtract(b.number()));
  }
  if (a.is(Kind::kString) && b.is(Kind::kString) && sign > 0) return a.string() + b.string();
  if (a.is(Kind::kDate) && b.is(Kind::kMonthsDuration)) {
    return a.date().add_months(sign * b.months().months);
  }
  if (a.is(Kind::kDate) && b.is(Kind::kDaysDuration)) {
    return a.date().add_days(sign * (b.days().seconds / 86400));
  }
  if (sign > 0 && b.is(Kind::kDate) && !a.is(Kind::kDate)) return add_values(b, a, 1);
  if (sign < 0 && a.is(Kind::kDate) && b.is(Kind::kDate)) {
    return DaysDuration{int64_t{a.date().days() - b.date().days()} * 86400};
  }
  if (a.is(Kind::kMonthsDuration) && b.is(Kind::kMonthsDuration)) {
    return MonthsDuration{a.months().months + sign * b.months().months};
  }
  if (a.is(Kind::kDaysDuration) && b.is(Kind::kDaysDuration)) {
    return DaysDuration{a.days().seconds + sign * b.days().seconds};
  }
  return {};
}

Value scale_duration(const Value& duration, const std::optional<Decimal>& product) {
  if (!product) return {};
  const auto rounded = product->round(0, Rounding::kDown);
  const auto amount = rounded ? rounded->to_int64() : std::nullopt;
  if (!amount) return {};
  if (duration.is(Value::Kind::kMonthsDuration)) return MonthsDuration{*amount};
  return DaysDuration{*amount};
}

std::optional<Decimal> duration_amount(const Value& value) {
  if (value.is(Value::Kind::kMonthsDuration)) return Decimal(value.months().months);
  if (value.is(Value::Kind::kDaysDuration)) return Decimal(value.days().seconds);
  return std::nullopt;
}

Value multiply_values(const Value& a, const Value& b) {
  using Kind = Value::Kind;
  if (a.is(Kind::kNumber) && b.is(Kind::kNumber)) {
    return Value::from(a.number().multiply(b.number()));
  }
  if (const auto amount = duration_amount(a); amount && b.is(Kind::kNumber)) {
    return scale_duration(a, amount->multiply(b.number()));
  }
  if (const auto amount = duration_amount(b); amount && a.is(Kind::kNumber)) {
    return scale_duration(b, amount->multiply(a.number()));
  }
  return {};
}

Value divide_values(const Value& a, const Value& b) {
  using Kind = Value::Kind;
  if (a.is(Kind::kNumber) && b.is(Kind::kNumber)) return Value::from(a.number().divide(b.number()));
  const auto left = duration_amount(a);
  if (!left) return {};
  if (b.is(Kind::kNumber)) return scale_duration(a, left->divide(b.number()));
  if (a.kind() == b.kind()) return Value::from(left->divide(*duration_amount(b)));
  return {};
}

}  // namespace

Value arithmetic(Op op, const Value& a, const Value& b) {
  switch (op) {
    case Op::kAdd: return add_values(a, b, 1);
    case Op::kSubtract: return add_values(a, b, -1);
    case Op::kMultiply: return multiply_values(a, b);
    case Op::kDivide: return divide_values(a, b);
    case Op::kPower: {
      if (!a.is(Value::Kind::kNumber) || !b.is(Value::Kind::kNumber)) return {};
      const auto exponent = b.number().to_int64();
      return exponent ? Value::from(a.number().power(*exponent)) : Value();
    }
    default: return {};
  }
}

namespace {

Value compare_op(Op op, const Value& a, const Value& b) {
  if (const auto causes = causes_of(a, b)) return Value::unknown(causes);
  if (op == Op::kEq) return equal(a, b);
  if (op == Op::kNe) return logical_not(equal(a, b));
  const auto order = compare(a, b);
  if (!order) return {};
  switch (op) {
    case Op::kLt: return *order < 0;
    case Op::kLe: return *order <= 0;
    case Op::kGt: return *order > 0;
    case Op::kGe: return *order >= 0;
    default: return {};
  }
}

Value in_range(const Value& input, const Range& range) {
  const Value above = range.low.is_null()
                          ? Value(true)
                          : compare_op(range.closed_low ? Op::kGe : Op::kGt, input, range.low);
  const Value below = range.high.is_null()
                          ? Value(true)
                          : compare_op(range.closed_high ? Op::kLe : Op::kLt, input, range.high);
  return logical_and(above, below);
}

}  // namespace

Value satisfies_test(const Value& input, const Value& test) {
  if (test.is_unknown()) return test;
  if (test.is(Value::Kind::kRange)) return in_range(input, test.range());
  if (test.is(Value::Kind::kList) && !input.is(Value::Kind::kList)) {
    Value any = false;
    for (const Value& item : test.list().items) {
      any = logical_or(any, satisfies_test(input, item));
    }
    if (any.is_true()) return any;
    if (const auto causes = Causes::merged(open_causes(test.list()), test.list().maybe_causes)) {
      return logical_or(any, Value::unknown(causes));
    }
    return any;
  }
  return equal(input, test);
}

Value Evaluator::evaluate(const Expression& expression, const Frame* frame) {
  const Expression* outer = expression_;
  expression_ = &expression;
  Value value = eval(*expression.root, frame);
  expression_ = outer;
  if (outer == nullptr) steps_ = 0;
  return value;
}

Value Evaluator::test(const Expression& tests, const Value& input, const Frame* frame) {
  const Expression* outer = expression_;
  expression_ = &tests;
  Value value = eval_tests(*tests.root, input, frame);
  expression_ = outer;
  return value;
}

Value Evaluator::stop(Text why) {
  if (stopped_.empty()) stopped_ = why;
  return Value::unknown(Cause{Cause::Kind::kOther, {}, {}, {}, std::move(why)});
}

Value Evaluator::traced_definition(const std::string& name, const std::function<Value()>& body) {
  if (trace_ == nullptr) return body();
  TraceNode* parent = trace_;
  TraceNode step;
  step.kind = TraceNode::Kind::kDefinition;
  step.text = name;
  trace_ = &step;
  step.value = body();
  trace_ = parent;
  Value value = step.value;
  parent->children.push_back(std::move(step));
  return value;
}

Value Evaluator::traced_item(Entity item, const std::function<Value()>& body) {
  if (trace_ == nullptr) return body();
  TraceNode* parent = trace_;
  TraceNode step;
  step.kind = TraceNode::Kind::kItem;
  step.item = item;
  trace_ = &step;
  step.value = body();
  trace_ = parent;
  Value value = step.value;
  parent->children.push_back(std::move(step));
  return value;
}

Value Evaluator::eval(const Node& node, const Frame* frame) {
  if (!stopped_.empty()) return stop(stopped_);
  if (++steps_ > limits_.steps) {
    return stop({"计算超过 " + std::to_string(limits_.steps) + " 步，已停止",
                 "stopped after " + std::to_string(limits_.steps) + " steps"});
  }
  if (depth_ >= limits_.depth) {
    return stop({"计算嵌套超过 " + std::to_string(limits_.depth) + " 层，已停止",
                 "stopped: nested more than " + std::to_string(limits_.depth) + " levels"});
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
  return value;
}

Value Evaluator::eval_inner(const Node& node, const Frame* frame) {
  switch (node.kind) {
    case NodeKind::kNull: return {};
    case NodeKind::kBoolean: return node.truth;
    case NodeKind::kNumber: return node.number;
    case NodeKind::kString: return node.name;
    case NodeKind::kAtLiteral: {
      const Builtin* date = find_builtin("date");
      const Value value = date->call({Value(node.name)});
      return value.is_null() ? find_builtin("duration")->call({Value(node.name)}) : value;
    }
    case NodeKind::kName: return eval_name(node, frame);
    case NodeKind::kPath: return eval_path(node, frame);
    case NodeKind::kFilter: return eval_filter(node, frame);
    case NodeKind::kCall: return eval_call(node, frame);
    case NodeKind::kArithmetic: return eval_arithmetic(node, frame);
    case NodeKind::kNegate: {
      const Value value = eval(node.child(0), frame);
      if (value.is_unknown()) return value;
      if (value.is(Value::Kind::kNumber)) return value.number().negate();
      if (value.is(Value::Kind::kMonthsDuration)) return MonthsDuration{-value.months().months};
      if (value.is(Value::Kind::kDaysDuration)) return DaysDuration{-value.days().seconds};
      return {};
    }
    case NodeKind::kCompare: return eval_compare(node, frame);
    case NodeKind::kBetween: {
      const Value input = eval(node.child(0), frame);
      const Value low = eval(node.child(1), frame);
      const Value high = eval(node.child(2), frame);
      return logical_and(compare_op(Op::kGe, input, low), compare_op(Op::kLe, input, high));
    }
    case NodeKind::kIn: return eval_in(node, frame);
    case NodeKind::kAnd:
    case NodeKind::kOr: return eval_junction(node, frame);
    case NodeKind::kIf: return eval_if(node, frame);
    case NodeKind::kFor: return eval_for(node, frame);
    case NodeKind::kSome:
    case NodeKind::kEvery: return eval_quantified(node, frame);
    case NodeKind::kList: return eval_list(node, frame);
    case NodeKind::kContext: return eval_context(node, frame);
    case NodeKind::kRange: {
      Range range;
      range.low = eval(node.child(0), frame);
      range.high = eval(node.child(1), frame);
      range.closed_low = node.closed_low;
      range.closed_high = node.closed_high;
      if (const auto causes = causes_of(range.low, range.high)) return Value::unknown(causes);
      return range;
    }
    case NodeKind::kFunction: return eval_function(node, frame);
    case NodeKind::kInstanceOf: {
      const Value value = eval(node.child(0), frame);
      if (value.is_unknown()) return value;
      using Kind = Value::Kind;
      const std::string& type = node.name;
      if (type == "Any") return !value.is_null();
      if (type == "number") return value.is(Kind::kNumber);
      if (type == "string") return value.is(Kind::kString);
      if (type == "boolean") return value.is(Kind::kBoolean);
      if (type == "date") return value.is(Kind::kDate);
      if (type == "years and months duration") return value.is(Kind::kMonthsDuration);
      if (type == "days and time duration") return value.is(Kind::kDaysDuration);
      if (type.starts_with("list")) return value.is(Kind::kList);
      if (type.starts_with("context")) return value.is(Kind::kContext);
      return {};
    }
    case NodeKind::kTest: {
      // "< 5" standing alone is the range of what it accepts (DMN 1.5 rule 8).
      const Value bound = eval(node.child(0), frame);
      if (bound.is_unknown()) return bound;
      Range range;
      const bool upper = node.op == Op::kLt || node.op == Op::kLe;
      (upper ? range.high : range.low) = bound;
      range.closed_low = node.op == Op::kGe;
      range.closed_high = node.op == Op::kLe;
      return range;
    }
    case NodeKind::kUnaryTests:
    case NodeKind::kAnyTest: {
      Frame none;
      return eval_tests(node, Value(), frame != nullptr ? frame : &none);
    }
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
    if (node.name == kItemName) return *f->value;
    if (f->value->is(Value::Kind::kContext)) {
      if (const Value* found = f->value->context().find(node.name)) return *found;
    } else if (f->value->is(Value::Kind::kEntity)) {
      const Entity entity = f->value->entity();
      if (entity.source->has_member(entity, node.name)) return member_of(*f->value, node.name);
    }
  }
  if (auto value = environment_.lookup(node.name)) return *value;
  if (const Builtin* builtin = find_builtin(node.name)) {
    return Function{{}, builtin->call};
  }
  return {};
}

Value Evaluator::member_of(const Value& value, const std::string& name) {
  using Kind = Value::Kind;
  switch (value.kind()) {
    case Kind::kUnknown: return value;
    case Kind::kEntity: {
      const Entity entity = value.entity();
      use(entity);
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
      result.openness = list.openness;
      for (const Value& item : list.items) result.items.push_back(member_of(item, name));
      return result;
    }
    case Kind::kDate:
      if (name == "year") return value.date().year();
      if (name == "month") return value.date().month();
      if (name == "day") return value.date().day();
      if (name == "weekday") return value.date().weekday();
      return {};
    case Kind::kMonthsDuration:
      if (name == "years") return value.months().months / 12;
      if (name == "months") return value.months().months % 12;
      return {};
    case Kind::kDaysDuration:
      if (name == "days") return value.days().seconds / 86400;
      if (name == "hours") return value.days().seconds % 86400 / 3600;
      if (name == "minutes") return value.days().seconds % 3600 / 60;
      if (name == "seconds") return value.days().seconds % 60;
      return {};
    case Kind::kRange:
      if (name == "start") return value.range().low;
      if (name == "end") return value.range().high;
      if (name == "start included") return value.range().closed_low;
      if (name == "end included") return value.range().closed_high;
      return {};
    default: return {};
  }
}

Value Evaluator::eval_path(const Node& node, const Frame* frame) {
  const Value object = eval(node.child(0), frame);
  return member_of(object, node.name);
}

// If the condition pins keys of an open list by equality, what is known of those keys decides
// whether rows may be missing (docs/decisions/0001-unknown.md, "Lists").
std::shared_ptr<const Openness> Evaluator::closed_by_filter(const List& list,
                                                            const Node& condition,
                                                            const Frame* frame, bool found) {
  std::map<std::string, Value> pinned;
  std::vector<const Node*> conjuncts{&condition};
  const auto& keys = list.openness->key_names();
  TraceNode* trace = trace_;
  trace_ = nullptr;
  const size_t uses_before = uses_.size();
  while (!conjuncts.empty()) {
    const Node& c = *conjuncts.back();
    conjuncts.pop_back();
    if (c.kind == NodeKind::kAnd) {
      conjuncts.push_back(c.children[0].get());
      conjuncts.push_back(c.children[1].get());
    } else if (c.kind == NodeKind::kCompare && c.op == Op::kEq) {
      for (const size_t side : {size_t{0}, size_t{1}}) {
        const Node& key = c.child(side);
        if (key.kind != NodeKind::kName ||
            std::find(keys.begin(), keys.end(), key.name) == keys.end()) {
          continue;
        }
        const Value value = eval(c.child(1 - side), frame);
        if (!value.is_unknown() && !value.is_null()) pinned.emplace(key.name, value);
      }
    }
  }
  uses_.resize(uses_before);
  trace_ = trace;
  if (pinned.empty()) return list.openness;

  // Wraps the list's own openness with the pins, so that later filters can add more.
  class Pinned : public Openness {
   public:
    Pinned(std::shared_ptr<const Openness> base, std::map<std::string, Value> pins, bool row_found)
        : base_(std::move(base)), pins_(std::move(pins)), found_(row_found) {}
    const std::vector<std::string>& key_names() const override { return base_->key_names(); }
    CausesPtr missing(const std::map<std::string, Value>& more, bool also) const override {
      std::map<std::string, Value> all = pins_;
      all.insert(more.begin(), more.end());
      return base_->missing(all, found_ || also);
    }

   private:
    std::shared_ptr<const Openness> base_;
    std::map<std::string, Value> pins_;
    bool found_;
  };
  auto result = std::make_shared<Pinned>(list.openness, std::move(pinned), found);
  if (result->missing({}, found) == nullptr) return nullptr;
  return result;
}

Value Evaluator::filter(const Value& list, const Expression& condition, const Frame* frame) {
  const Expression* outer = expression_;
  expression_ = &condition;
  Value value = filter_list(list, *condition.root, frame);
  expression_ = outer;
  return value;
}

Value Evaluator::eval_filter(const Node& node, const Frame* frame) {
  return filter_list(eval(node.child(0), frame), node.child(1), frame);
}

Value Evaluator::filter_list(const Value& source, const Node& condition, const Frame* frame) {
  if (source.is_unknown()) return source;
  const List list = as_list(source);
  List result;
  bool found = false;
  const size_t uses_before = uses_.size();
  std::vector<Use> rejected;
  for (size_t i = 0; i < list.items.size(); ++i) {
    const Frame item{frame, &list.items[i], nullptr};
    const size_t mark = uses_.size();
    const auto evaluate_item = [&] { return eval(condition, &item); };
    const Value keep = list.items[i].is(Value::Kind::kEntity)
                           ? traced_item(list.items[i].entity(), evaluate_item)
                           : evaluate_item();
    if (keep.is(Value::Kind::kNumber)) {
      // An index, not a condition: 1 is the first, -1 the last.
      const auto causes = Causes::merged(list.maybe_causes, open_causes(list));
      if (causes) return Value::unknown(causes);
      const auto index = keep.number().to_int64();
      const auto size = static_cast<int64_t>(list.items.size());
      if (!index || *index == 0 || *index > size || *index < -size) return {};
      return list.items[static_cast<size_t>(*index > 0 ? *index - 1 : size + *index)];
    }
    if (keep.is_true() || keep.is_unknown()) {
      found = found || keep.is_true();
      const bool maybe = keep.is_unknown() || is_maybe(list, i);
      push_item(result, list.items[i], maybe,
                keep.is_unknown() ? keep.causes() : list.maybe_causes);
    } else {
      rejected.insert(rejected.end(), uses_.begin() + static_cast<std::ptrdiff_t>(mark),
                      uses_.end());
      uses_.resize(mark);
    }
  }
  // When nothing passes, the rows that failed are what the answer rests on.
  if (result.items.empty()) {
    uses_.resize(uses_before);
    uses_.insert(uses_.end(), rejected.begin(), rejected.end());
  }
  if (list.openness != nullptr) result.openness = closed_by_filter(list, condition, frame, found);
  return result;
}

namespace {

// An aggregate over a list some of whose rows may be absent: the value if every choice of rows gives
// the same, else unknown. Choices are tried up to kMaxTried maybes.
Value aggregate_with_maybes(const Builtin& builtin, const List& list,
                            const std::vector<Value>& rest) {
  constexpr size_t kMaxTried = 10;
  std::vector<size_t> maybes;
  for (size_t i = 0; i < list.items.size(); ++i) {
    if (is_maybe(list, i)) maybes.push_back(i);
  }
  if (maybes.size() > kMaxTried) return Value::unknown(list.maybe_causes);
  std::optional<Value> result;
  for (size_t choice = 0; choice < (size_t{1} << maybes.size()); ++choice) {
    List chosen;
    size_t m = 0;
    for (size_t i = 0; i < list.items.size(); ++i) {
      if (is_maybe(list, i) && (choice >> m++ & 1) == 0) continue;
      chosen.items.push_back(list.items[i]);
    }
    std::vector<Value> args{Value(std::move(chosen))};
    args.insert(args.end(), rest.begin(), rest.end());
    const Value value = builtin.call(args);
    if (value.is_unknown()) return Value::unknown(Causes::merged(value.causes(), list.maybe_causes));
    if (result && !(result->is_null() && value.is_null()) && !equal(*result, value).is_true()) {
      return Value::unknown(list.maybe_causes);
    }
    result = value;
  }
  return *result;
}

Value call_builtin(const Builtin& builtin, const std::vector<Value>& args) {
  CausesPtr causes;
  for (const Value& arg : args) {
    if (arg.is_unknown()) causes = Causes::merged(causes, arg.causes());
  }
  // list contains, all, any and the like decide for themselves about unknown elements; a whole
  // argument that is unknown leaves nothing to decide.
  if (causes) return Value::unknown(causes);
  for (const Value& arg : args) {
    if (!arg.is(Value::Kind::kList)) continue;
    const List& list = arg.list();
    if (const auto open = open_causes(list)) {
      if (builtin.aggregate) return Value::unknown(Causes::merged(open, list.maybe_causes));
      causes = Causes::merged(causes, open);
    }
    if (list.has_maybes()) {
      if (builtin.aggregate && &arg == &args[0]) {
        return aggregate_with_maybes(builtin, list, {args.begin() + 1, args.end()});
      }
      causes = Causes::merged(causes, list.maybe_causes);
    }
  }
  if (causes) return Value::unknown(causes);
  return builtin.call(args);
}

}  // namespace

Value Evaluator::eval_call(const Node& node, const Frame* frame) {
  const Node& callee = node.child(0);
  std::vector<Value> args;
  for (size_t i = 1; i < node.children.size(); ++i) args.push_back(eval(node.child(i), frame));

  const Builtin* builtin = nullptr;
  Value function;
  if (callee.kind == NodeKind::kName) builtin = find_builtin(callee.name);
  if (builtin == nullptr) {
    TraceNode* trace = trace_;
    trace_ = nullptr;  // the function's own name is no step
    function = eval(callee, frame);
    trace_ = trace;
    if (function.is_unknown()) return function;
    if (!function.is(Value::Kind::kFunction)) return {};
  }
  if (!node.arg_names.empty()) {
    std::vector<std::string> parameters;
    if (builtin != nullptr) {
      parameters.assign(builtin->parameters.begin(), builtin->parameters.end());
    } else {
      parameters = function.function().parameters;
    }
    std::vector<Value> ordered(parameters.size());
    size_t used = 0;
    for (size_t i = 0; i < args.size(); ++i) {
      const auto at = std::find(parameters.begin(), parameters.end(), node.arg_names[i]);
      if (at == parameters.end()) return {};
      const auto position = static_cast<size_t>(at - parameters.begin());
      ordered[position] = args[i];
      used = std::max(used, position + 1);
    }
    ordered.resize(used);
    args = std::move(ordered);
  }
  if (builtin != nullptr) {
    const auto count = static_cast<int>(args.size());
    if (count < builtin->min_args || (builtin->max_args >= 0 && count > builtin->max_args)) return {};
    // min(1, 2, 3) is min([1, 2, 3]).
    if (builtin->max_args < 0 && builtin->aggregate &&
        !(args.size() == 1 && (args[0].is(Value::Kind::kList) || args[0].is_unknown()))) {
      List list;
      list.items = std::move(args);
      args.clear();
      args.emplace_back(std::move(list));
    }
    return call_builtin(*builtin, args);
  }
  return function.function().call(args);
}

Value Evaluator::eval_arithmetic(const Node& node, const Frame* frame) {
  const Value a = eval(node.child(0), frame);
  const Value b = eval(node.child(1), frame);
  if (const auto causes = causes_of(a, b)) return Value::unknown(causes);
  return arithmetic(node.op, a, b);
}

Value Evaluator::eval_compare(const Node& node, const Frame* frame) {
  const Value a = eval(node.child(0), frame);
  const Value b = eval(node.child(1), frame);
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

namespace {

bool mentions(const Node& node, const std::string& name) {
  if (node.kind == NodeKind::kName && node.name == name) return true;
  return std::any_of(node.children.begin(), node.children.end(),
                     [&](const auto& child) { return mentions(*child, name); });
}

}  // namespace

Value Evaluator::eval_test(const Node& node, const Value& input, const Frame* frame) {
  const Frame with_input{frame, &input, &kInputName};
  if (node.kind == NodeKind::kTest) {
    return compare_op(node.op, input, eval(node.child(0), &with_input));
  }
  const Value test = eval(node, &with_input);
  // An expression about "?" is itself the answer (DMN 1.5 §10.3.2.6).
  if (mentions(node, kInputName)) return test;
  if (test.is_unknown() || input.is_unknown()) {
    return Value::unknown(causes_of(test, input));
  }
  return satisfies_test(input, test);
}

Value Evaluator::eval_junction(const Node& node, const Frame* frame) {
  const bool is_and = node.kind == NodeKind::kAnd;
  const size_t start = uses_.size();
  const Value left = eval(node.child(0), frame);
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
  const Value a = eval(node.child(1), frame);
  const Value b = eval(node.child(2), frame);
  if (!a.is_unknown() && !b.is_unknown() && (equal(a, b).is_true() || (a.is_null() && b.is_null()))) {
    return a;
  }
  return Value::unknown(Causes::merged(condition.causes(), causes_of(a, b)));
}

bool Evaluator::iterate(const Node& node, size_t index, const Frame* frame, CausesPtr& causes,
                        bool maybe,
                        const std::function<bool(const Frame*, bool)>& body) {
  if (index == node.names.size()) return body(frame, maybe);
  const Value domain = eval(node.child(index), frame);
  if (domain.is_unknown()) {
    causes = Causes::merged(causes, domain.causes());
    return true;
  }
  List list;
  if (domain.is(Value::Kind::kRange)) {
    const Range& range = domain.range();
    const auto low = range.low.is(Value::Kind::kNumber) ? range.low.number().to_int64()
                     : range.low.is(Value::Kind::kDate) ? std::optional<int64_t>(range.low.date().days())
                                                        : std::nullopt;
    const auto high = range.high.is(Value::Kind::kNumber) ? range.high.number().to_int64()
                      : range.high.is(Value::Kind::kDate)
                          ? std::optional<int64_t>(range.high.date().days())
                          : std::nullopt;
    if (!low || !high) return true;
    const bool dates = range.low.is(Value::Kind::kDate);
    const int64_t step = *low <= *high ? 1 : -1;
    const auto span = static_cast<uint64_t>(step > 0 ? *high - *low : *low - *high);
    if (span >= limits_.list_items) {
      stop({"迭代超过 " + std::to_string(limits_.list_items) + " 项，已停止",
            "stopped: more than " + std::to_string(limits_.list_items) + " iterations"});
      return false;
    }
    for (int64_t i = *low;; i += step) {
      list.items.push_back(dates ? Value(Date::from_days(static_cast<int32_t>(i))) : Value(i));
      if (i == *high) break;
    }
  } else {
    list = as_list(domain);
    causes = Causes::merged(causes, open_causes(list));
  }
  for (size_t i = 0; i < list.items.size(); ++i) {
    const Frame variable{frame, &list.items[i], &node.names[index]};
    const bool uncertain = maybe || is_maybe(list, i);
    bool go_on = true;
    const auto run = [&]() -> Value {
      go_on = iterate(node, index + 1, &variable, causes, uncertain, body);
      return {};
    };
    if (trace_ != nullptr && list.items[i].is(Value::Kind::kEntity)) {
      traced_item(list.items[i].entity(), run);
    } else {
      run();
    }
    if (list.has_maybes() && is_maybe(list, i)) causes = Causes::merged(causes, list.maybe_causes);
    if (!go_on || !stopped_.empty()) return false;
  }
  return true;
}

Value Evaluator::eval_quantified(const Node& node, const Frame* frame) {
  const bool some = node.kind == NodeKind::kSome;
  const Node& condition = *node.children.back();
  CausesPtr causes;
  bool decided = false;
  bool has_null = false;
  const size_t start = uses_.size();
  std::vector<Use> deciding;
  iterate(node, 0, frame, causes, false, [&](const Frame* inner, bool maybe) {
    const size_t mark = uses_.size();
    const Value value = eval(condition, inner);
    if (trace_ != nullptr) trace_->value = value;
    if (value.is_unknown()) {
      causes = Causes::merged(causes, value.causes());
    } else if (!value.is(Value::Kind::kBoolean)) {
      has_null = true;
    } else if (value.boolean() == some && !maybe) {
      decided = true;
      deciding.insert(deciding.end(), uses_.begin() + static_cast<std::ptrdiff_t>(mark),
                      uses_.end());
    }
    return true;
  });
  if (!stopped_.empty()) return stop(stopped_);
  if (decided) {
    uses_.resize(start);
    uses_.insert(uses_.end(), deciding.begin(), deciding.end());
    return some;
  }
  if (causes) return Value::unknown(causes);
  if (has_null) return {};
  return !some;
}

Value Evaluator::eval_for(const Node& node, const Frame* frame) {
  List result;
  CausesPtr causes;
  const Node& body = *node.children.back();
  const bool wants_partial = mentions(body, kPartialName);
  iterate(node, 0, frame, causes, false, [&](const Frame* inner, bool maybe) {
    // Copying what came before is quadratic; only texts that say "partial" pay for it.
    const Value partial = wants_partial ? Value(List{result.items, {}, nullptr, nullptr}) : Value();
    const Frame with_partial{inner, &partial, &kPartialName};
    push_item(result, eval(body, wants_partial ? &with_partial : inner), maybe, causes);
    return result.items.size() < limits_.list_items;
  });
  if (!stopped_.empty()) return stop(stopped_);
  if (causes) return Value::unknown(causes);
  return result;
}

Value Evaluator::eval_list(const Node& node, const Frame* frame) {
  List list;
  for (const auto& child : node.children) list.items.push_back(eval(*child, frame));
  return list;
}

Value Evaluator::eval_context(const Node& node, const Frame* frame) {
  Context context;
  context.entries.reserve(node.names.size());
  for (size_t i = 0; i < node.names.size(); ++i) {
    const Value so_far(context);
    const Frame inner{frame, &so_far, nullptr};
    context.entries.emplace_back(node.names[i], eval(node.child(i), &inner));
  }
  return context;
}

Value Evaluator::eval_function(const Node& node, const Frame* frame) {
  // The values visible where the function is written travel with it.
  auto captured = std::make_shared<std::vector<std::pair<std::string, Value>>>();
  auto items = std::make_shared<std::vector<Value>>();
  for (const Frame* f = frame; f != nullptr; f = f->parent) {
    if (f->value == nullptr) continue;
    if (f->variable != nullptr) {
      captured->emplace_back(*f->variable, *f->value);
    } else {
      items->push_back(*f->value);
    }
  }
  Function function;
  function.parameters = node.names;
  const Expression* expression = expression_;
  const Node* body = &node.child(0);
  function.call = [this, captured, items, expression, body,
                   names = node.names](const std::vector<Value>& args) -> Value {
    if (args.size() != names.size()) return {};
    std::vector<Frame> frames(items->size() + captured->size() + names.size());
    const Frame* top = nullptr;
    size_t n = 0;
    const auto bind = [&](const Value& value, const std::string* name) {
      frames[n] = Frame{top, &value, name};
      top = &frames[n++];
    };
    for (auto it = items->rbegin(); it != items->rend(); ++it) bind(*it, nullptr);
    for (auto it = captured->rbegin(); it != captured->rend(); ++it) bind(it->second, &it->first);
    for (size_t i = 0; i < names.size(); ++i) bind(args[i], &names[i]);
    const Expression* outer = expression_;
    expression_ = expression;
    Value value = eval(*body, top);
    expression_ = outer;
    return value;
  };
  return function;
}

}  // namespace dandang::feel
