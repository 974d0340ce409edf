// The compiler's part that knows values: arithmetic, comparisons, truths, functions.

#include <algorithm>

#include "engine/compiler.h"
#include "feel/evaluator.h"
#include "feel/functions.h"

namespace dandang::engine {

using feel::Op;
using feel::Value;
using Ast = feel::Node;
using AstKind = feel::NodeKind;

namespace {

// Far enough from the ends of 64 bits that sums of two stay inside.
constexpr int64_t kLargest = int64_t{1} << 61;
constexpr int kMaxScale = 9;

bool fits(Int128 value) {
  return value <= kLargest && value >= -kLargest;
}

// The number's digits and how many of them stand behind the point.
std::optional<std::pair<int64_t, int>> digits_of(const Decimal& number) {
  Decimal shifted = number;
  for (int scale = 0; scale <= kMaxScale; ++scale) {
    if (const auto digits = shifted.to_int64()) {
      if (!fits(*digits)) return std::nullopt;
      return std::pair(*digits, scale);
    }
    const auto next = shifted.multiply(Decimal(10));
    if (!next) return std::nullopt;
    shifted = *next;
  }
  return std::nullopt;
}

State state_of(const Value& unknown) {
  return unknown.causes()->has_parameter() ? state::kUnset : state::kMissing;
}

}  // namespace

const Node* Compiler::truth_constant(State known, uint32_t on_table) {
  Node node = {};
  node.kind = NodeKind::kConstant;
  node.table = on_table;
  node.constant_state = known;
  node.may_lack = (known & (state::kTrue | state::kFalse)) == 0;
  return plan_.add(std::move(node));
}

const Node* Compiler::constant_on(const Node* constant, uint32_t on_table) {
  if (constant->table == on_table) return constant;
  Node node = *constant;
  node.table = on_table;
  return plan_.add(std::move(node));
}

const Node* Compiler::null_as(const Node* value, State instead) {
  if (!value->may_lack) return value;
  Node node = {};
  node.kind = NodeKind::kNullAs;
  node.type = value->type;
  node.scale = value->scale;
  node.table = value->table;
  node.low = value->low;
  node.high = value->high;
  node.may_lack = true;
  node.constant_state = instead;
  node.in = {value};
  return plan_.add(std::move(node));
}

const Node* Compiler::unknown_as_ask(const Node* truth) {
  Node node = {};
  node.kind = NodeKind::kUnknownAsAsk;
  node.table = truth->table;
  node.may_lack = true;
  node.in = {truth};
  return plan_.add(std::move(node));
}

const Node* Compiler::node_of(const Operand& operand) {
  if (operand.is(Operand::Kind::kNode)) return operand.node;
  if (operand.is(Operand::Kind::kRow)) {
    return operand.node != nullptr ? operand.node
                                   : refuse_node("整行当作值", "a whole record used as a value");
  }
  if (!operand.is(Operand::Kind::kConstant)) {
    return refuse_node("这种值不能按列计算", "values of this kind are not computed by columns");
  }
  Node node = {};
  node.kind = NodeKind::kConstant;
  node.table = table();
  node.definitions = operand.definitions;
  const Value& value = operand.constant;
  switch (value.kind()) {
    case Value::Kind::kNull:
      node.constant_state = state::kNull;
      break;
    case Value::Kind::kUnknown:
      node.constant_state = state_of(value);
      node.causes = value.causes();
      break;
    case Value::Kind::kBoolean:
      node.constant_state = value.boolean() ? state::kTrue : state::kFalse;
      break;
    case Value::Kind::kNumber: {
      const auto digits = digits_of(value.number());
      if (!digits) return refuse_node("数字的位数过多", "a number with too many digits");
      node.type = Type::kNumber;
      node.constant = digits->first;
      node.scale = static_cast<uint8_t>(digits->second);
      break;
    }
    case Value::Kind::kString:
      node.type = Type::kWord;
      node.constant = tables_.dictionary().add(value.string());
      break;
    case Value::Kind::kDate:
      node.type = Type::kDate;
      node.constant = value.date().days();
      break;
    case Value::Kind::kMonthsDuration:
      node.type = Type::kMonths;
      node.constant = value.months().months;
      break;
    default:
      return refuse_node("这种值不能按列计算", "values of this kind are not computed by columns");
  }
  node.low = node.high = node.constant;
  node.may_lack = node.type == Type::kTruth
                      ? (node.constant_state & (state::kTrue | state::kFalse)) == 0
                      : node.constant_state != state::kValue;
  return plan_.add(std::move(node));
}

// A constant without a value is of any kind.
const Node* Compiler::retyped(const Node* node, Type type) {
  const bool any_kind = node->is_constant() && node->type == Type::kTruth &&
                        (node->constant_state & (state::kTrue | state::kFalse)) == 0;
  if (!any_kind || type == Type::kTruth) return node;
  Node typed = *node;
  typed.type = type;
  return plan_.add(std::move(typed));
}

// ---- numbers ----

namespace {

// The node times a constant, its bounds with it; null if they may not fit.
const Node* scaled(Plan& plan, const Node* value, int64_t factor, int scale, Type type) {
  const Int128 low = static_cast<Int128>(value->low) * factor;
  const Int128 high = static_cast<Int128>(value->high) * factor;
  if (!fits(low) || !fits(high)) return nullptr;
  Node node = {};
  node.kind = value->is_constant() ? NodeKind::kConstant : NodeKind::kRescale;
  node.type = type;
  node.table = value->table;
  node.scale = static_cast<uint8_t>(scale);
  node.low = static_cast<int64_t>(std::min(low, high));
  node.high = static_cast<int64_t>(std::max(low, high));
  node.may_lack = value->may_lack;
  if (value->is_constant()) {
    node.constant = static_cast<int64_t>(low);
    node.constant_state = value->constant_state;
    node.definitions = value->definitions;
    node.causes = value->causes;
  } else {
    node.constant = factor;
    node.in = {value};
  }
  return plan.add(std::move(node));
}

int64_t power_of_ten(int exponent) {
  int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

}  // namespace

bool Compiler::align(const Node*& a, const Node*& b) {
  if (a == nullptr || b == nullptr) return false;
  const int scale = std::max(a->scale, b->scale);
  for (const Node** side : {&a, &b}) {
    const int missing = scale - (*side)->scale;
    if (missing == 0) continue;
    *side = scaled(plan_, *side, power_of_ten(missing), scale, (*side)->type);
    if (*side == nullptr) {
      refuse("数字可能过大", "a number may be too large");
      return false;
    }
  }
  return true;
}

const Node* Compiler::add_nodes(Op op, const Node* a, const Node* b) {
  if (!align(a, b)) return nullptr;
  const bool add = op == Op::kAdd;
  const Int128 low = static_cast<Int128>(a->low) + (add ? b->low : -b->high);
  const Int128 high = static_cast<Int128>(a->high) + (add ? b->high : -b->low);
  if (!fits(low) || !fits(high)) {
    return refuse_node("数字可能过大", "a number may be too large");
  }
  Node node = {};
  node.kind = add ? NodeKind::kAdd : NodeKind::kSubtract;
  node.type = a->type;
  node.table = a->is_constant() ? b->table : a->table;
  node.scale = a->scale;
  node.low = static_cast<int64_t>(low);
  node.high = static_cast<int64_t>(high);
  node.may_lack = a->may_lack || b->may_lack;
  node.in = {a, b};
  return plan_.add(std::move(node));
}

const Node* Compiler::multiply_nodes(const Node* a, const Node* b) {
  const int scale = a->scale + b->scale;
  if (scale > kMaxScale) return refuse_node("小数位过多", "too many digits behind the point");
  const Type type = a->type == Type::kMonths ? a->type : b->type;
  for (const auto& [factor, value] : {std::pair(a, b), std::pair(b, a)}) {
    if (!factor->is_constant() || factor->constant_state != state::kValue ||
        !factor->definitions.empty()) {
      continue;
    }
    const Node* product = scaled(plan_, value, factor->constant, scale, type);
    return product != nullptr ? product : refuse_node("数字可能过大", "a number may be too large");
  }
  Int128 low = 0;
  Int128 high = 0;
  for (const int64_t x : {a->low, a->high}) {
    for (const int64_t y : {b->low, b->high}) {
      const Int128 product = static_cast<Int128>(x) * y;
      low = std::min(low, product);
      high = std::max(high, product);
    }
  }
  if (!fits(low) || !fits(high)) {
    return refuse_node("数字可能过大", "a number may be too large");
  }
  Node node = {};
  node.kind = NodeKind::kMultiply;
  node.type = type;
  node.table = a->is_constant() ? b->table : a->table;
  node.scale = static_cast<uint8_t>(scale);
  node.low = static_cast<int64_t>(low);
  node.high = static_cast<int64_t>(high);
  node.may_lack = a->may_lack || b->may_lack;
  node.in = {a, b};
  return plan_.add(std::move(node));
}

// floor, ceiling or the cut towards zero of a number with digits behind the point, or of a
// quotient by `divisor`.
const Node* Compiler::divided(NodeKind kind, const Node* value, int scale) {
  if (value == nullptr || value->scale == scale) return value;
  const int64_t divisor = power_of_ten(value->scale - scale);
  Node node = {};
  node.kind = kind;
  node.type = value->type;
  node.table = value->table;
  node.scale = static_cast<uint8_t>(scale);
  node.constant = divisor;
  node.low = value->low / divisor - 1;
  node.high = value->high / divisor + 1;
  node.may_lack = value->may_lack;
  node.in = {value};
  return plan_.add(std::move(node));
}

namespace {

std::vector<int> joined(std::vector<int> a, const std::vector<int>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

Operand Compiler::arithmetic(Op op, const Operand& a, const Operand& b) {
  using Kind = Operand::Kind;
  if (a.is(Kind::kNone) || b.is(Kind::kNone)) return {};
  if (a.is(Kind::kConstant) && b.is(Kind::kConstant)) {
    std::vector<int> definitions = joined(a.definitions, b.definitions);
    if (const auto causes = feel::causes_of(a.constant, b.constant)) {
      return Operand::of(Value::unknown(causes), std::move(definitions));
    }
    return Operand::of(feel::arithmetic(op, a.constant, b.constant), std::move(definitions));
  }
  const Node* left = node_of(a);
  const Node* right = node_of(b);
  if (left == nullptr || right == nullptr) return {};
  left = retyped(left, right->type);
  right = retyped(right, left->type);
  const auto both = [&](Type x, Type y) { return left->type == x && right->type == y; };
  switch (op) {
    case Op::kAdd:
    case Op::kSubtract: {
      if (both(Type::kNumber, Type::kNumber) || both(Type::kMonths, Type::kMonths)) {
        return Operand::of(add_nodes(op, left, right));
      }
      if (!both(Type::kDate, Type::kMonths)) break;
      if (op == Op::kSubtract) {
        Operand zero = Operand::of(Value(feel::MonthsDuration{0}));
        right = add_nodes(Op::kSubtract, node_of(zero), right);
        if (right == nullptr) return {};
      }
      constexpr int64_t kManyMonths = 36'000;
      constexpr int64_t kManyDays = 1'100'000;
      if (right->low < -kManyMonths || right->high > kManyMonths || left->low < -kManyDays ||
          left->high > kManyDays) {
        break;
      }
      // A month has 31 days at the most.
      constexpr int64_t kMonthDays = 31;
      Node node = {};
      node.kind = NodeKind::kAddMonths;
      node.type = Type::kDate;
      node.table = left->is_constant() ? right->table : left->table;
      node.low = left->low + std::min<int64_t>(right->low, 0) * kMonthDays;
      node.high = left->high + std::max<int64_t>(right->high, 0) * kMonthDays;
      node.may_lack = left->may_lack || right->may_lack;
      node.in = {left, right};
      return Operand::of(plan_.add(std::move(node)));
    }
    case Op::kMultiply:
      if (both(Type::kNumber, Type::kNumber)) return Operand::of(multiply_nodes(left, right));
      if ((both(Type::kMonths, Type::kNumber) || both(Type::kNumber, Type::kMonths)) &&
          left->scale == 0 && right->scale == 0) {
        return Operand::of(multiply_nodes(left, right));
      }
      break;
    default:
      break;
  }
  return refuse("这种算式不能按列计算", "this arithmetic is not computed by columns");
}

Operand Compiler::visit_arithmetic(const Ast& node) {
  return arithmetic(node.op, visit(node.child(0)), visit(node.child(1)));
}

// ---- truths ----

const Node* Compiler::truth_and(const Node* a, const Node* b, Looks looks) {
  if (a == nullptr || b == nullptr) return nullptr;
  if (a->type != Type::kTruth || b->type != Type::kTruth) {
    return refuse_node("“且”的一边不是是非", "a side of and is no truth");
  }
  Node node = {};
  node.kind = NodeKind::kAnd;
  node.looks = looks;
  node.table = a->is_constant() ? b->table : a->table;
  node.may_lack = a->may_lack || b->may_lack;
  node.in = {a, b};
  return plan_.add(std::move(node));
}

const Node* Compiler::truth_or(const Node* a, const Node* b, Looks looks) {
  if (a == nullptr || b == nullptr) return nullptr;
  if (a->type != Type::kTruth || b->type != Type::kTruth) {
    return refuse_node("“或”的一边不是是非", "a side of or is no truth");
  }
  Node node = {};
  node.kind = NodeKind::kOr;
  node.looks = looks;
  node.table = a->is_constant() ? b->table : a->table;
  node.may_lack = a->may_lack || b->may_lack;
  node.in = {a, b};
  return plan_.add(std::move(node));
}

Operand Compiler::visit_junction(const Ast& node) {
  const Node* left = node_of(visit(node.child(0)));
  const Node* right = node_of(visit(node.child(1)));
  return Operand::of(node.kind == AstKind::kAnd ? truth_and(left, right) : truth_or(left, right));
}

Operand Compiler::visit_if(const Ast& node) {
  const Operand condition = visit(node.child(0));
  const Node* test_node = node_of(condition);
  const Node* yes = node_of(visit(node.child(1)));
  const Node* no = node_of(visit(node.child(2)));
  if (test_node == nullptr || yes == nullptr || no == nullptr) return {};
  if (test_node->type != Type::kTruth) return refuse("条件不是是非", "the condition is no truth");
  yes = retyped(yes, no->type);
  no = retyped(no, yes->type);
  if (yes->type != no->type) return refuse("两种结果类型不同", "branches of different kinds");
  if (!align(yes, no)) return {};
  Node result = {};
  result.kind = NodeKind::kIf;
  result.type = yes->type;
  result.scale = yes->scale;
  result.table = table();
  result.low = std::min(yes->low, no->low);
  result.high = std::max(yes->high, no->high);
  result.may_lack = test_node->may_lack || yes->may_lack || no->may_lack;
  result.in = {test_node, yes, no};
  return Operand::of(plan_.add(std::move(result)));
}

Operand Compiler::visit_compare(Op op, const Operand& a, const Operand& b) {
  using Kind = Operand::Kind;
  if (a.is(Kind::kNone) || b.is(Kind::kNone)) return {};
  const bool equality = op == Op::kEq || op == Op::kNe;
  Node node = {};
  node.op = op;
  for (const auto& [value, other] : {std::pair(&a, &b), std::pair(&b, &a)}) {
    if (!other->is(Kind::kConstant) || !other->constant.is_null() || !equality) continue;
    if (value->is(Kind::kConstant)) break;
    const Node* input = node_of(*value);
    if (input == nullptr) return {};
    node.kind = NodeKind::kIsNull;
    node.table = input->table;
    node.may_lack = input->may_lack;
    node.in = {input};
    return Operand::of(plan_.add(std::move(node)));
  }
  const Node* left = node_of(a);
  const Node* right = node_of(b);
  if (left == nullptr || right == nullptr) return {};
  left = retyped(left, right->type);
  right = retyped(right, left->type);
  if (left->type != right->type) {
    return refuse("比较的两边类型不同", "compares values of different kinds");
  }
  const bool ordered =
      left->type != Type::kWord && left->type != Type::kRow && left->type != Type::kTruth;
  if (!equality && !ordered) {
    return refuse("这种值不能按列比大小", "values of this kind are not ordered by columns");
  }
  if (!align(left, right)) return {};
  node.kind = left->type == Type::kTruth ? NodeKind::kBothTruth : NodeKind::kCompare;
  node.table = left->is_constant() ? right->table : left->table;
  node.may_lack = left->may_lack || right->may_lack;
  node.in = {left, right};
  return Operand::of(rank_test(plan_.add(std::move(node))));
}

// ---- tests ----

Operand Compiler::satisfies(const Operand& input, const Value& value) {
  if (value.is(Value::Kind::kRange)) {
    const feel::Range& range = value.range();
    const Op low = range.closed_low ? Op::kGe : Op::kGt;
    const Op high = range.closed_high ? Op::kLe : Op::kLt;
    switch (range.form) {
      case feel::Range::Form::kBetween:
        return Operand::of(truth_and(node_of(visit_compare(low, input, Operand::of(range.low))),
                                     node_of(visit_compare(high, input, Operand::of(range.high))),
                                     Looks::kBoth));
      case feel::Range::Form::kBelow:
        return visit_compare(high, input, Operand::of(range.high));
      case feel::Range::Form::kAbove:
        return visit_compare(low, input, Operand::of(range.low));
      case feel::Range::Form::kEqual:
        return visit_compare(Op::kEq, input, Operand::of(range.low));
      case feel::Range::Form::kNotEqual:
        return visit_compare(Op::kNe, input, Operand::of(range.low));
    }
  }
  if (value.is(Value::Kind::kList)) {
    const Node* any = truth_constant(state::kFalse, table());
    for (const Value& item : value.list().items) {
      any = truth_or(any, node_of(satisfies(input, item)), Looks::kBoth);
      if (any == nullptr) return {};
    }
    return Operand::of(any);
  }
  return visit_compare(Op::kEq, input, Operand::of(value));
}

Operand Compiler::test(const Ast& node, const Operand& input) {
  if (node.kind == AstKind::kTest) return visit_compare(node.op, input, visit(node.child(0)));
  if (node.kind == AstKind::kRange) {
    const Op low = node.closed_low ? Op::kGe : Op::kGt;
    const Op high = node.closed_high ? Op::kLe : Op::kLt;
    const auto bound = [&](size_t side) { return visit(node.child(side)); };
    const bool below = node.child(0).kind == AstKind::kNull;
    const bool above = node.child(1).kind == AstKind::kNull;
    if (below || above) return refuse("没有端点的区间", "a range without an end");
    // A range of which one end is not known is not known at all (decision 0001).
    for (const size_t side : {size_t{0}, size_t{1}}) {
      const Node* end = node_of(bound(side));
      if (end == nullptr) return {};
      if (end->may_lack) return refuse("端点可能缺的区间", "a range whose end may be missing");
    }
    return Operand::of(truth_and(node_of(visit_compare(low, input, bound(0))),
                                 node_of(visit_compare(high, input, bound(1))), Looks::kBoth));
  }
  if (node.kind == AstKind::kList) {
    const Node* any = truth_constant(state::kFalse, table());
    for (const auto& child : node.children) {
      any = truth_or(any, node_of(test(*child, input)), Looks::kBoth);
      if (any == nullptr) return {};
    }
    // Where the input is unknown, so is the test for its causes alone, whatever the list lacks.
    if (!any->may_lack) return Operand::of(any);
    return Operand::of(unknown_as_ask(any));
  }
  const Operand value = visit(node);
  if (value.is(Operand::Kind::kConstant) && !value.constant.is_unknown()) {
    Operand result = satisfies(input, value.constant);
    if (value.definitions.empty()) return result;
  }
  if (value.is(Operand::Kind::kList) || value.is(Operand::Kind::kValues) ||
      value.is(Operand::Kind::kNone)) {
    return refuse("这种检验不能按列计算", "this test is not computed by columns");
  }
  return visit_compare(Op::kEq, input, value);
}

Operand Compiler::visit_in(const Ast& node) {
  const Operand input = visit(node.child(0));
  if (input.is(Operand::Kind::kNone)) return {};
  const Node* any = nullptr;
  for (size_t i = 1; i < node.children.size(); ++i) {
    const Node* one = node_of(test(node.child(i), input));
    if (one == nullptr) return {};
    any = any == nullptr ? one : truth_or(any, one, Looks::kInOrder);
    if (any == nullptr) return {};
  }
  return Operand::of(any);
}

// ---- functions ----

const Node* Compiler::choose(const std::vector<std::pair<const Node*, const Node*>>& rules,
                             bool unique) {
  Node node = {};
  node.kind = NodeKind::kChoose;
  node.table = table();
  node.unique = unique;
  node.may_lack = true;
  int scale = 0;
  for (const auto& [condition, value] : rules) {
    if (condition == nullptr || value == nullptr) return nullptr;
    scale = std::max<int>(scale, value->scale);
  }
  bool first = true;
  for (auto [condition, value] : rules) {
    if (value->scale != scale) {
      value = scaled(plan_, value, power_of_ten(scale - value->scale), scale, value->type);
      if (value == nullptr) return nullptr;
    }
    if (first) {
      node.type = value->type;
      node.low = value->low;
      node.high = value->high;
      first = false;
    }
    value = retyped(value, node.type);
    if (value->type != node.type) return refuse_node("结果类型不同", "results of different kinds");
    node.low = std::min(node.low, value->low);
    node.high = std::max(node.high, value->high);
    node.in.push_back(condition);
    node.in.push_back(value);
  }
  node.scale = static_cast<uint8_t>(scale);
  return plan_.add(std::move(node));
}

const Node* Compiler::called(const Node* result, const std::vector<Operand>& arguments,
                             uint32_t on_table) {
  if (result == nullptr) return nullptr;
  Node node = {};
  node.kind = NodeKind::kCall;
  node.type = result->type;
  node.scale = result->scale;
  node.table = on_table;
  node.low = result->low;
  node.high = result->high;
  node.may_lack = result->may_lack;
  node.in = {result->is_constant() ? constant_on(result, on_table) : result};
  for (const Operand& argument : arguments) {
    const Node* value = node_of(argument);
    if (value == nullptr) return nullptr;
    node.in.push_back(value->is_constant() ? constant_on(value, on_table) : value);
  }
  return plan_.add(std::move(node));
}

Operand Compiler::visit_call(const Ast& node) {
  const Ast& callee = node.child(0);
  if (!node.arg_names.empty()) return refuse("按名传参", "arguments by name");
  if (callee.kind == AstKind::kName && feel::find_builtin(callee.name) != nullptr) {
    if (callee.name == "floor" && node.children.size() == 2 &&
        node.child(1).kind == AstKind::kArithmetic && node.child(1).op == Op::kDivide) {
      // A quotient by a whole number need not be exact when only its floor is asked for.
      const Ast& quotient = node.child(1);
      const Operand dividend = visit(quotient.child(0));
      const Operand divisor = visit(quotient.child(1));
      const auto whole = divisor.is(Operand::Kind::kConstant) &&
                                 divisor.constant.is(Value::Kind::kNumber) &&
                                 divisor.definitions.empty()
                             ? divisor.constant.number().to_int64()
                             : std::nullopt;
      const Node* value = whole && *whole > 0 && !dividend.is(Operand::Kind::kConstant)
                              ? node_of(dividend)
                              : nullptr;
      // So few digits that the plain evaluator's quotient, of 34 digits, has the same floor.
      constexpr int64_t kMostDivisor = 1'000'000'000'000;
      const int64_t power = value != nullptr ? power_of_ten(value->scale) : 1;
      if (value != nullptr && value->type == Type::kNumber && *whole <= kMostDivisor / power) {
        Node result = {};
        result.kind = NodeKind::kDivideDown;
        result.type = Type::kNumber;
        result.table = value->table;
        result.constant = *whole * power;
        result.low = value->low / result.constant - 1;
        result.high = value->high / result.constant + 1;
        result.may_lack = value->may_lack;
        result.in = {value};
        return Operand::of(plan_.add(std::move(result)));
      }
    }
    std::vector<Operand> arguments;
    for (size_t i = 1; i < node.children.size(); ++i) arguments.push_back(visit(node.child(i)));
    return visit_builtin(callee.name, arguments);
  }
  const Operand function = visit(callee);
  if (!function.is(Operand::Kind::kFunction)) {
    return refuse("这个函数不能按列计算", "this function is not computed by columns");
  }
  std::vector<Operand> arguments;
  for (size_t i = 1; i < node.children.size(); ++i) {
    arguments.push_back(visit(node.child(i)));
    if (arguments.back().is(Operand::Kind::kNone)) return {};
  }
  return function.call(*this, function.frame, arguments);
}

// The largest or smallest of several values; null if one of them is.
Operand Compiler::extreme(const std::string& name, const std::vector<Operand>& arguments) {
  const bool largest = name == "max";
  const Node* best = nullptr;
  for (const Operand& argument : arguments) {
    const Node* next = node_of(argument);
    if (next == nullptr) return {};
    if (best == nullptr) {
      best = next;
      continue;
    }
    best = retyped(best, next->type);
    next = retyped(next, best->type);
    const bool ordered =
        best->type == Type::kNumber || best->type == Type::kDate || best->type == Type::kMonths;
    if (!ordered || best->type != next->type) {
      return refuse("比较的两边类型不同", "compares values of different kinds");
    }
    if (!align(best, next)) return {};
    Node node = {};
    node.kind = largest ? NodeKind::kLarger : NodeKind::kSmaller;
    node.type = best->type;
    node.scale = best->scale;
    node.table = best->is_constant() ? next->table : best->table;
    node.low = largest ? std::max(best->low, next->low) : std::min(best->low, next->low);
    node.high = largest ? std::max(best->high, next->high) : std::min(best->high, next->high);
    node.may_lack = best->may_lack || next->may_lack;
    node.in = {best, next};
    best = plan_.add(std::move(node));
  }
  return Operand::of(best);
}

Operand Compiler::visit_builtin(const std::string& name, const std::vector<Operand>& arguments) {
  using Kind = Operand::Kind;
  if (std::any_of(arguments.begin(), arguments.end(),
                  [](const Operand& a) { return a.is(Kind::kNone); })) {
    return {};
  }
  const bool constant = std::all_of(arguments.begin(), arguments.end(),
                                    [](const Operand& a) { return a.is(Kind::kConstant); });
  const feel::Builtin& builtin = *feel::find_builtin(name);
  const auto count = static_cast<int>(arguments.size());
  if (count < builtin.min_args || (builtin.max_args >= 0 && count > builtin.max_args)) {
    return refuse("函数的参数个数", "the function's number of arguments");
  }
  const bool unknown = std::any_of(arguments.begin(), arguments.end(), [](const Operand& a) {
    return a.is(Kind::kConstant) && a.constant.is_unknown();
  });
  if (constant && (unknown || !builtin.aggregate)) {
    std::vector<Value> values;
    std::vector<int> definitions;
    for (const Operand& argument : arguments) {
      values.push_back(argument.constant);
      definitions = joined(std::move(definitions), argument.definitions);
    }
    return Operand::of(feel::call_builtin(builtin, values), std::move(definitions));
  }
  if (name == "not") {
    const Node* value = node_of(arguments[0]);
    if (value == nullptr || value->type != Type::kTruth) {
      return refuse("not 的参数不是是非", "not of what is no truth");
    }
    Node node = {};
    node.kind = NodeKind::kNot;
    node.table = value->table;
    node.may_lack = value->may_lack;
    node.in = {value};
    return Operand::of(plan_.add(std::move(node)));
  }
  if (count == 1 && (name == "floor" || name == "ceiling")) {
    const Node* value = node_of(arguments[0]);
    if (value != nullptr && value->type == Type::kNumber) {
      return Operand::of(
          divided(name == "floor" ? NodeKind::kDivideDown : NodeKind::kDivideUp, value, 0));
    }
  }
  if (name == "round half up") {
    const Node* value = node_of(arguments[0]);
    const Operand& scale = arguments[1];
    const auto digits = scale.is(Kind::kConstant) && scale.constant.is(Value::Kind::kNumber) &&
                                scale.definitions.empty()
                            ? scale.constant.number().to_int64()
                            : std::nullopt;
    if (value != nullptr && value->type == Type::kNumber && digits && *digits >= 0 &&
        *digits <= kMaxScale) {
      const auto places = std::min<int64_t>(*digits, value->scale);
      return Operand::of(divided(NodeKind::kDivideNear, value, static_cast<int>(places)));
    }
  }
  if (count > 1 && (name == "min" || name == "max")) return extreme(name, arguments);
  if (count == 1 && name == "count") return aggregate(NodeKind::kCount, arguments[0]);
  if (count == 1 && name == "sum") return aggregate(NodeKind::kSum, arguments[0]);
  if (count == 1 && name == "min") return aggregate(NodeKind::kMin, arguments[0]);
  if (count == 1 && name == "max") return aggregate(NodeKind::kMax, arguments[0]);
  if (name == "years and months duration" && count == 2) {
    const Node* from = node_of(arguments[0]);
    const Node* to = node_of(arguments[1]);
    if (from != nullptr && to != nullptr && from->type == Type::kDate && to->type == Type::kDate) {
      Node node = {};
      node.kind = NodeKind::kMonthsBetween;
      node.type = Type::kMonths;
      node.table = from->is_constant() ? to->table : from->table;
      node.low = (to->low - from->high) / 28 - 1;
      node.high = (to->high - from->low) / 28 + 1;
      node.may_lack = from->may_lack || to->may_lack;
      node.in = {from, to};
      return Operand::of(plan_.add(std::move(node)));
    }
  }
  return refuse("函数“" + name + "”不能按列计算",
                "function \"" + name + "\" is not computed by columns");
}

// ---- places ----

namespace {

// How a number changes while the place grows and the group stays the same.
enum class Slope { kFlat, kUp, kDown, kUnclear };

Slope flipped(Slope slope) {
  return slope == Slope::kUp ? Slope::kDown : slope == Slope::kDown ? Slope::kUp : slope;
}

Slope joined_slope(Slope a, Slope b) {
  if (a == b || b == Slope::kFlat) return a;
  return a == Slope::kFlat ? b : Slope::kUnclear;
}

Slope slope_of(const Node& node, const RankPlan*& rank) {
  switch (node.kind) {
    case NodeKind::kConstant:
      return node.constant_state == state::kValue ? Slope::kFlat : Slope::kUnclear;
    case NodeKind::kRankPlace:
    case NodeKind::kRankCount:
      if (rank != nullptr && rank != node.rank) return Slope::kUnclear;
      rank = node.rank;
      return node.kind == NodeKind::kRankPlace ? Slope::kUp : Slope::kFlat;
    case NodeKind::kAdd:
      return joined_slope(slope_of(*node.in[0], rank), slope_of(*node.in[1], rank));
    case NodeKind::kSubtract:
      return joined_slope(slope_of(*node.in[0], rank), flipped(slope_of(*node.in[1], rank)));
    case NodeKind::kRescale: {
      const Slope slope = slope_of(*node.in[0], rank);
      return node.constant >= 0 ? slope : flipped(slope);
    }
    case NodeKind::kMultiply: {
      const Slope a = slope_of(*node.in[0], rank);
      const Slope b = slope_of(*node.in[1], rank);
      if (a == Slope::kFlat && b == Slope::kFlat) return Slope::kFlat;
      const bool positive = node.in[0]->low >= 0 && node.in[1]->low >= 0;
      return positive ? joined_slope(a, b) : Slope::kUnclear;
    }
    case NodeKind::kDivideDown:
    case NodeKind::kDivideUp:
    case NodeKind::kDivideCut:
    case NodeKind::kDivideNear:
      return slope_of(*node.in[0], rank);
    default:
      return Slope::kUnclear;
  }
}

}  // namespace

// A comparison that only grows harder to meet as the place grows is met by the first places of a
// group up to one of them, so that nobody's place need be known (docs/architecture.md).
const Node* Compiler::rank_test(const Node* compare) {
  if (compare == nullptr || compare->kind != NodeKind::kCompare) return compare;
  const RankPlan* rank = nullptr;
  const Slope left = slope_of(*compare->in[0], rank);
  const Slope right = slope_of(*compare->in[1], rank);
  if (rank == nullptr) return compare;
  const bool below = compare->op == Op::kLt || compare->op == Op::kLe;
  const bool above = compare->op == Op::kGt || compare->op == Op::kGe;
  const Slope difference = joined_slope(left, flipped(right));
  const bool falls = (below && difference == Slope::kUp) || (above && difference == Slope::kDown);
  if (!falls) return compare;
  Node node = {};
  node.kind = NodeKind::kRankTest;
  node.table = compare->table;
  node.rank = rank;
  node.may_lack = true;
  node.reads_row = true;
  node.in = {compare};
  return plan_.add(std::move(node));
}

}  // namespace dandang::engine
