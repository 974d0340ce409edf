#include "feel/evaluator.h"

#include <algorithm>
#include <set>

#include "feel/functions.h"
#include "feel/instance_of.h"
#include "feel/wording.h"

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
    case NodeKind::kPath:
      return true;
    default:
      return false;
  }
}

// A list's own elements, or the value as a list of one (DMN 1.5 §10.3.2).
List as_list(const Value& value) {
  if (value.is(Value::Kind::kList)) return value.list();
  List list;
  if (!value.is_null()) list.items.push_back(value);
  return list;
}

// ---- arithmetic: a result that its kind cannot hold is null ----

Value date_or_null(Date date) {
  static const Date kFirst = *Date::from_ymd(-9999, 1, 1);
  static const Date kLast = *Date::from_ymd(9999, 12, 31);
  return date < kFirst || date > kLast ? Value() : Value(date);
}

int64_t floored_days(int64_t seconds) {
  const int64_t days = seconds / 86400;
  return seconds % 86400 < 0 ? days - 1 : days;
}

Value add_days(Date date, int64_t days) {
  constexpr int64_t kMost = 10'000'000;  // more days than all years we know
  if (days > kMost || days < -kMost) return {};
  return date_or_null(date.add_days(days));
}

Value negated(const Value& value) {
  if (value.is_unknown()) return value;
  if (value.is(Value::Kind::kNumber)) return value.number().negate();
  int64_t amount = 0;
  if (value.is(Value::Kind::kMonthsDuration)) {
    if (__builtin_sub_overflow(int64_t{0}, value.months().months, &amount)) return {};
    return MonthsDuration{amount};
  }
  if (value.is(Value::Kind::kDaysDuration)) {
    if (__builtin_sub_overflow(int64_t{0}, value.days().seconds, &amount)) return {};
    return DaysDuration{amount};
  }
  return {};
}

Value concatenated(const std::string& a, const std::string& b) {
  if (a.size() + b.size() > kMaxTextBytes) return {};
  std::string out = a;
  out += b;
  return out;
}

Value sum_of(const Value& a, const Value& b) {
  using Kind = Value::Kind;
  if (a.is(Kind::kNumber) && b.is(Kind::kNumber)) return Value::from(a.number().add(b.number()));
  if (a.is(Kind::kString) && b.is(Kind::kString)) return concatenated(a.string(), b.string());
  if (a.is(Kind::kDate) && b.is(Kind::kMonthsDuration)) {
    return date_or_null(a.date().add_months(b.months().months));
  }
  if (a.is(Kind::kDate) && b.is(Kind::kDaysDuration)) {
    return add_days(a.date(), floored_days(b.days().seconds));
  }
  if (b.is(Kind::kDate) && !a.is(Kind::kDate)) return sum_of(b, a);
  if (a.kind() != b.kind()) return {};
  int64_t sum = 0;
  if (a.is(Kind::kMonthsDuration)) {
    if (__builtin_add_overflow(a.months().months, b.months().months, &sum)) return {};
    return MonthsDuration{sum};
  }
  if (a.is(Kind::kDaysDuration)) {
    if (__builtin_add_overflow(a.days().seconds, b.days().seconds, &sum)) return {};
    return DaysDuration{sum};
  }
  return {};
}

Value difference_of(const Value& a, const Value& b) {
  using Kind = Value::Kind;
  if (a.is(Kind::kNumber) && b.is(Kind::kNumber)) {
    return Value::from(a.number().subtract(b.number()));
  }
  if (a.is(Kind::kDate) && b.is(Kind::kDate)) {
    return DaysDuration{(int64_t{a.date().days()} - b.date().days()) * 86400};
  }
  // Nothing but a date or a duration takes a duration away.
  if (b.is(Kind::kMonthsDuration) || b.is(Kind::kDaysDuration)) return sum_of(a, negated(b));
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
    case Op::kAdd:
      return sum_of(a, b);
    case Op::kSubtract:
      return difference_of(a, b);
    case Op::kMultiply:
      return multiply_values(a, b);
    case Op::kDivide:
      return divide_values(a, b);
    case Op::kPower: {
      if (!a.is(Value::Kind::kNumber) || !b.is(Value::Kind::kNumber)) return {};
      const auto exponent = b.number().to_int64();
      return exponent ? Value::from(a.number().power(*exponent)) : Value();
    }
    default:
      return {};
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
    case Op::kLt:
      return *order < 0;
    case Op::kLe:
      return *order <= 0;
    case Op::kGt:
      return *order > 0;
    case Op::kGe:
      return *order >= 0;
    default:
      return {};
  }
}

Value in_range(const Value& input, const Range& range) {
  switch (range.form) {
    case Range::Form::kEqual:
      return equal(input, range.low);
    case Range::Form::kNotEqual:
      return logical_not(equal(input, range.low));
    default:
      break;
  }
  const bool has_low = range.form != Range::Form::kBelow;
  const bool has_high = range.form != Range::Form::kAbove;
  const Op low_op = range.closed_low ? Op::kGe : Op::kGt;
  const Op high_op = range.closed_high ? Op::kLe : Op::kLt;
  const Value above = has_low ? compare_op(low_op, input, range.low) : Value(true);
  const Value below = has_high ? compare_op(high_op, input, range.high) : Value(true);
  return logical_and(above, below);
}

Range range_of_test(Op op, Value bound, Range range = {}) {
  switch (op) {
    case Op::kLt:
    case Op::kLe:
      range.form = Range::Form::kBelow;
      break;
    case Op::kGt:
    case Op::kGe:
      range.form = Range::Form::kAbove;
      break;
    case Op::kNe:
      range.form = Range::Form::kNotEqual;
      break;
    default:
      range.form = Range::Form::kEqual;
      break;
  }
  range.closed_low = op == Op::kGe;
  range.closed_high = op == Op::kLe;
  (range.form == Range::Form::kBelow ? range.high : range.low) = std::move(bound);
  return range;
}

// Null, from values of different kinds, is no match.
Value matches(const Value& input, const Value& test) {
  const Value same = equal(input, test);
  return same.is_null() ? Value(false) : same;
}

Value in_list(const Value& input, const List& list) {
  Value any = false;
  for (size_t i = 0; i < list.items.size() && !any.is_true(); ++i) {
    const Value& item = list.items[i];
    Value hit = item.is(Value::Kind::kRange) && !input.is(Value::Kind::kRange)
                    ? in_range(input, item.range())
                    : matches(input, item);
    if (list.is_maybe(i) && !hit.is_false()) {
      hit = Value::unknown(Causes::merged(list.maybe_causes, causes_of(hit, {})));
    }
    any = logical_or(any, hit);
  }
  const auto open = open_causes(list);
  return open ? logical_or(any, Value::unknown(open)) : any;
}

}  // namespace

Value satisfies_test(const Value& input, const Value& test) {
  if (const auto causes = causes_of(input, test)) return Value::unknown(causes);
  if (test.is(Value::Kind::kRange) && !input.is(Value::Kind::kRange)) {
    return in_range(input, test.range());
  }
  if (test.is(Value::Kind::kList)) {
    // A list is also in the list that equals it.
    const Value same = input.is(Value::Kind::kList) ? equal(input, test) : Value(false);
    return logical_or(same, in_list(input, test.list()));
  }
  return matches(input, test);
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
    case NodeKind::kAtLiteral: {
      const Builtin* date = find_builtin("date");
      const Value value = date->call({Value(node.name)});
      return value.is_null() ? find_builtin("duration")->call({Value(node.name)}) : value;
    }
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
      return instance_of(eval(node.child(0), frame), node.name);
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
    default:
      return {};
  }
}

Value Evaluator::eval_path(const Node& node, const Frame* frame) {
  const Value object = eval(node.child(0), frame);
  return member_of(object, node.name);
}

namespace {

// A list's openness with keys pinned by a filter; a later filter can pin more.
class Pinned : public Openness {
 public:
  Pinned(std::shared_ptr<const Openness> base, std::map<std::string, Value> pins)
      : base_(std::move(base)), pins_(std::move(pins)) {}
  const std::vector<std::string>& key_names() const override { return base_->key_names(); }
  bool row_has(const std::string& name) const override { return base_->row_has(name); }
  CausesPtr missing(const std::map<std::string, Value>& more) const override {
    std::map<std::string, Value> all = pins_;
    all.insert(more.begin(), more.end());
    return base_->missing(all);
  }

 private:
  std::shared_ptr<const Openness> base_;
  std::map<std::string, Value> pins_;
};

// Whether the node's value hangs on the row that a filter looks at.
bool depends_on_row(const Node& node, const Openness& openness) {
  if (node.kind == NodeKind::kName && (node.name == kItemName || openness.row_has(node.name))) {
    return true;
  }
  return std::any_of(node.children.begin(), node.children.end(),
                     [&](const auto& child) { return depends_on_row(*child, openness); });
}

// Whether the node can only be true, false or null, so that a filter by it never means an index.
bool is_condition(const Node& node) {
  switch (node.kind) {
    case NodeKind::kBoolean:
    case NodeKind::kCompare:
    case NodeKind::kBetween:
    case NodeKind::kIn:
    case NodeKind::kAnd:
    case NodeKind::kOr:
    case NodeKind::kSome:
    case NodeKind::kEvery:
    case NodeKind::kInstanceOf:
      return true;
    case NodeKind::kIf:
      return is_condition(node.child(1)) && is_condition(node.child(2));
    case NodeKind::kCall: {
      if (node.child(0).kind != NodeKind::kName) return false;
      const Builtin* builtin = find_builtin(node.child(0).name);
      return builtin != nullptr && builtin->result == BasicType::kBoolean;
    }
    default:
      return false;
  }
}

}  // namespace

// If the condition pins keys of an open list by equality, what is known of those keys decides
// whether rows may be missing (docs/decisions/0001-unknown.md, "Lists").
std::shared_ptr<const Openness> Evaluator::closed_by_filter(const List& list, const Node& condition,
                                                            const Frame* frame) {
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
        const Node& other = c.child(1 - side);
        if (key.kind != NodeKind::kName ||
            std::find(keys.begin(), keys.end(), key.name) == keys.end() ||
            depends_on_row(other, *list.openness)) {
          continue;
        }
        const Value value = eval(other, frame);
        if (!value.is_unknown() && !value.is_null()) pinned.emplace(key.name, value);
      }
    }
  }
  uses_.resize(uses_before);
  trace_ = trace;
  if (pinned.empty()) return list.openness;
  auto result = std::make_shared<Pinned>(list.openness, std::move(pinned));
  if (result->missing({}) == nullptr) return nullptr;
  return result;
}

Value Evaluator::eval_filter(const Node& node, const Frame* frame) {
  return filter_list(eval(node.child(0), frame), node.child(1), frame);
}

// 1 is the first item, -1 the last.
Value Evaluator::index_into(const List& list, const Value& index) const {
  if (const auto causes = row_causes(list)) return Value::unknown(causes);
  const auto at = index.number().to_int64();
  const auto size = static_cast<int64_t>(list.items.size());
  if (!at || *at == 0 || *at > size || *at < -size) return {};
  return list.items[static_cast<size_t>(*at > 0 ? *at - 1 : size + *at)];
}

Value Evaluator::filter_list(const Value& source, const Node& condition, const Frame* frame) {
  if (source.is_unknown()) return source;
  const List list = as_list(source);
  List result;
  CausesPtr undecided;  // causes of rows whose condition is unknown
  bool decided = false;
  const size_t uses_before = uses_.size();
  std::vector<Use> rejected;
  for (size_t i = 0; i < list.items.size(); ++i) {
    const Frame item{frame, &list.items[i], nullptr};
    const size_t mark = uses_.size();
    const auto evaluate_item = [&] { return eval(condition, &item); };
    const Value keep = list.items[i].is(Value::Kind::kEntity)
                           ? traced_item(list.items[i].entity(), evaluate_item)
                           : evaluate_item();
    if (!stopped_.empty()) return stop(stopped_);
    if (keep.is(Value::Kind::kNumber)) return index_into(list, keep);
    decided = decided || !keep.is_unknown();
    if (keep.is_unknown()) undecided = Causes::merged(undecided, keep.causes());
    if (keep.is_true() || keep.is_unknown()) {
      const CausesPtr why = Causes::merged(keep.is_unknown() ? keep.causes() : nullptr,
                                           list.is_maybe(i) ? list.maybe_causes : nullptr);
      result.push(list.items[i], why);
    } else {
      rejected.insert(rejected.end(), uses_.begin() + static_cast<std::ptrdiff_t>(mark),
                      uses_.end());
      uses_.resize(mark);
    }
  }
  if (!is_condition(condition)) {
    // What is unknown for every row may be an index.
    if (undecided && !decided) return Value::unknown(undecided);
    if (list.items.empty()) {
      Value index = eval(condition, frame);
      if (index.is_unknown()) return index;
      if (index.is(Value::Kind::kNumber)) return index_into(list, index);
    }
  }
  // When nothing passes, the rows that failed are what the answer rests on.
  if (result.items.empty()) {
    uses_.resize(uses_before);
    uses_.insert(uses_.end(), rejected.begin(), rejected.end());
  }
  if (list.openness != nullptr) result.openness = closed_by_filter(list, condition, frame);
  return result;
}

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
      const auto& other = builtin->other_parameters;
      const bool is_other = std::any_of(
          other.begin(), other.end(), [&](const char* name) { return node.arg_names[0] == name; });
      const auto& names = is_other ? other : builtin->parameters;
      parameters.assign(names.begin(), names.end());
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
  if (builtin != nullptr) return apply(*builtin, std::move(args));
  return function.function().call(args);
}

Value Evaluator::function_of(const Builtin& builtin) {
  Function function;
  function.parameters.assign(builtin.parameters.begin(), builtin.parameters.end());
  function.call = [this, &builtin](const std::vector<Value>& args) { return apply(builtin, args); };
  return function;
}

Value Evaluator::apply(const Builtin& builtin, std::vector<Value> args) {
  const auto count = static_cast<int>(args.size());
  if (count < builtin.min_args || (builtin.max_args >= 0 && count > builtin.max_args)) return {};
  if (builtin.max_args < 0 && builtin.aggregate) {
    // min(1, 2, 3) is min([1, 2, 3]).
    const bool single = args.size() == 1;
    if (single && args[0].is_null()) return {};
    if (!single || !(args[0].is(Value::Kind::kList) || args[0].is_unknown())) {
      List list;
      list.items = std::move(args);
      args.clear();
      args.emplace_back(std::move(list));
    }
  }
  uint64_t work = 0;
  for (const Value& arg : args) work += arg.extent().weight;
  if (work > limits_.weight) return too_heavy();
  if (builtin.quadratic) work *= work;
  if (builtin.aggregate && !args.empty() && args[0].is(Value::Kind::kList)) {
    work <<= std::min(uncertain_rows(args[0].list()), kMaxTriedRows);
  }
  if (!charge(work)) return stop(stopped_);
  return call_builtin(builtin, args);
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
  if (!a.is_unknown() && !b.is_unknown() &&
      (equal(a, b).is_true() || (a.is_null() && b.is_null()))) {
    return a;
  }
  return Value::unknown(Causes::merged(condition.causes(), causes_of(a, b)));
}

void Evaluator::iterate_range(const Node& node, size_t index, const Frame* frame,
                              const Range& range, const CausesPtr& maybe, Iteration& iteration,
                              const Body& body) {
  const auto whole = [](const Value& value) -> std::optional<int64_t> {
    if (value.is(Value::Kind::kNumber)) return value.number().to_int64();
    if (value.is(Value::Kind::kDate)) return value.date().days();
    return std::nullopt;
  };
  const auto low = whole(range.low);
  const auto high = whole(range.high);
  if (!low || !high || range.low.kind() != range.high.kind()) {
    iteration.no_list = true;
    return;
  }
  const bool dates = range.low.is(Value::Kind::kDate);
  for (int64_t i = *low;; i += *low <= *high ? 1 : -1) {
    if (!charge(1)) return;
    const Value value = dates ? Value(Date::from_days(static_cast<int32_t>(i))) : Value(i);
    const Frame variable{frame, &value, &node.names[index]};
    iterate(node, index + 1, &variable, maybe, iteration, body);
    if (i == *high || !stopped_.empty()) return;
  }
}

void Evaluator::iterate(const Node& node, size_t index, const Frame* frame, const CausesPtr& maybe,
                        Iteration& iteration, const Body& body) {
  if (index == node.names.size()) return body(frame, maybe);
  const Value domain = eval(node.child(index), frame);
  if (domain.is_unknown()) {
    iteration.open = Causes::merged(iteration.open, domain.causes());
    return;
  }
  if (domain.is_null()) {
    iteration.no_list = true;
    iteration.open = Causes::merged(iteration.open, maybe);
    return;
  }
  if (domain.is(Value::Kind::kRange)) {
    return iterate_range(node, index, frame, domain.range(), maybe, iteration, body);
  }
  const List list = as_list(domain);
  iteration.open = Causes::merged(iteration.open, open_causes(list));
  for (size_t i = 0; i < list.items.size(); ++i) {
    const Frame variable{frame, &list.items[i], &node.names[index]};
    const CausesPtr why = list.is_maybe(i) ? Causes::merged(maybe, list.maybe_causes) : maybe;
    const auto run = [&]() -> Value {
      iterate(node, index + 1, &variable, why, iteration, body);
      return {};
    };
    if (!charge(1)) return;
    if (trace_ != nullptr && list.items[i].is(Value::Kind::kEntity)) {
      traced_item(list.items[i].entity(), run);
    } else {
      run();
    }
    if (!stopped_.empty()) return;
  }
}

Value Evaluator::eval_quantified(const Node& node, const Frame* frame) {
  const bool some = node.kind == NodeKind::kSome;
  const Node& condition = *node.children.back();
  Iteration iteration;
  CausesPtr causes;
  bool decided = false;
  bool has_null = false;
  const size_t start = uses_.size();
  std::vector<Use> deciding;
  iterate(node, 0, frame, nullptr, iteration, [&](const Frame* inner, const CausesPtr& maybe) {
    const size_t mark = uses_.size();
    const Value value = eval(condition, inner);
    if (trace_ != nullptr) trace_->value = value;
    const bool is_null = !value.is(Value::Kind::kBoolean) && !value.is_unknown();
    if (value.is_unknown()) {
      causes = Causes::merged(Causes::merged(causes, value.causes()), maybe);
    } else if (!is_null && value.boolean() != some) {
      return;  // this row leaves the answer as it is
    } else if (maybe) {
      causes = Causes::merged(causes, maybe);
    } else if (is_null) {
      has_null = true;
    } else {
      decided = true;
      deciding.insert(deciding.end(), uses_.begin() + static_cast<std::ptrdiff_t>(mark),
                      uses_.end());
    }
  });
  if (!stopped_.empty()) return stop(stopped_);
  if (iteration.no_list && !iteration.open) return {};
  if (decided && !iteration.no_list) {
    uses_.resize(start);
    uses_.insert(uses_.end(), deciding.begin(), deciding.end());
    return some;
  }
  causes = Causes::merged(causes, iteration.open);
  if (causes) return Value::unknown(causes);
  if (has_null) return {};
  return !some;
}

Value Evaluator::eval_for(const Node& node, const Frame* frame) {
  List result;
  uint64_t weight = 0;
  Iteration iteration;
  const Node& body = *node.children.back();
  const bool wants_partial = mentions(body, kPartialName);
  iterate(node, 0, frame, nullptr, iteration, [&](const Frame* inner, const CausesPtr& maybe) {
    // Copying what came before is quadratic; only texts that say "partial" pay for it.
    if (wants_partial && !charge(result.items.size())) return;
    const Value partial = wants_partial ? Value(result) : Value();
    const Frame with_partial{inner, &partial, &kPartialName};
    Value value = eval(body, wants_partial ? &with_partial : inner);
    weight += value.extent().weight;
    if (weight > limits_.weight) {
      too_heavy();
      return;
    }
    result.push(std::move(value), maybe);
  });
  if (!stopped_.empty()) return stop(stopped_);
  if (iteration.open) return Value::unknown(iteration.open);
  if (iteration.no_list) return {};
  return result;
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

Value Evaluator::eval_function(const Node& node, const Frame* frame) {
  // The values visible where the function is written travel with it, outermost first.
  struct Captured {
    Value value;
    std::optional<std::string> variable;
  };
  auto captured = std::make_shared<std::vector<Captured>>();
  Function function;
  for (const Frame* f = frame; f != nullptr; f = f->parent) {
    if (f->value == nullptr) continue;
    captured->push_back({*f->value, {}});
    if (f->variable != nullptr) captured->back().variable = *f->variable;
    function.depth = std::max(function.depth, f->value->extent().depth + 1);
  }
  if (!charge(captured->size())) return stop(stopped_);
  std::reverse(captured->begin(), captured->end());
  function.parameters = node.names;
  const Expression* expression = expression_;
  const Node* body = &node.child(0);
  function.call = [this, captured, expression, body,
                   names = node.names](const std::vector<Value>& args) -> Value {
    if (args.size() != names.size()) return {};
    if (!charge(captured->size())) return stop(stopped_);
    std::vector<Frame> frames(captured->size() + names.size());
    const Frame* top = nullptr;
    size_t n = 0;
    const auto bind = [&](const Value& value, const std::string* name) {
      frames[n] = Frame{top, &value, name};
      top = &frames[n++];
    };
    for (const Captured& c : *captured) bind(c.value, c.variable ? &*c.variable : nullptr);
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
