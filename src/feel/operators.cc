#include "feel/operators.h"

#include <utility>

namespace dandang::feel {
namespace {

using Kind = Value::Kind;

Value concatenated(const std::string& a, const std::string& b) {
  if (a.size() + b.size() > kMaxTextBytes) return {};
  std::string out = a;
  out += b;
  return out;
}

bool is_duration(const Value& value) {
  return value.is(Kind::kMonthsDuration) || value.is(Kind::kDaysDuration);
}

bool is_day(const Value& value) {
  return value.is(Kind::kDate) || value.is(Kind::kDateTime);
}

// A date among moments is its midnight in UTC.
DateTime moment_of(const Value& value) {
  return value.is(Kind::kDate) ? midnight_utc(value.date()) : value.date_and_time();
}

// Something in time, and a duration behind it.
Value later(const Value& from, const Value& by) {
  const bool months = by.is(Kind::kMonthsDuration);
  switch (from.kind()) {
    case Kind::kDate:
      return months ? Value::from(add(from.date(), by.months()))
                    : Value::from(add(from.date(), by.days()));
    case Kind::kDateTime:
      return months ? Value::from(add(from.date_and_time(), by.months()))
                    : Value::from(add(from.date_and_time(), by.days()));
    case Kind::kTime:
      return months ? Value() : Value(add(from.time(), by.days()));
    case Kind::kMonthsDuration:
      return months ? Value::from(add(from.months(), by.months())) : Value();
    case Kind::kDaysDuration:
      return months ? Value() : Value::from(add(from.days(), by.days()));
    default:
      return {};
  }
}

Value sum_of(const Value& a, const Value& b) {
  if (a.is(Kind::kNumber) && b.is(Kind::kNumber)) return Value::from(a.number().add(b.number()));
  if (a.is(Kind::kString) && b.is(Kind::kString)) return concatenated(a.string(), b.string());
  if (is_duration(b)) return later(a, b);
  return is_duration(a) ? later(b, a) : Value();
}

Value difference_of(const Value& a, const Value& b) {
  if (a.is(Kind::kNumber) && b.is(Kind::kNumber)) {
    return Value::from(a.number().subtract(b.number()));
  }
  if (a.is(Kind::kDate) && b.is(Kind::kDate)) {
    return DaysDuration{(a.date().days() - b.date().days()) * kSecondsPerDay};
  }
  if (is_day(a) && is_day(b)) return Value::from(subtract(moment_of(a), moment_of(b)));
  if (a.is(Kind::kTime) && b.is(Kind::kTime)) return Value::from(subtract(a.time(), b.time()));
  // Nothing but what a duration can be added to has one taken away.
  if (!is_duration(b)) return {};
  const Value back = negated(b);
  return back.is_null() ? Value() : later(a, back);
}

std::optional<Decimal> duration_amount(const Value& value) {
  if (value.is(Kind::kMonthsDuration)) return amount_of(value.months());
  if (value.is(Kind::kDaysDuration)) return amount_of(value.days());
  return std::nullopt;
}

// A duration of the kind of `like`.
Value duration_like(const Value& like, const std::optional<Decimal>& amount) {
  if (!amount) return {};
  return like.is(Kind::kMonthsDuration) ? Value::from(months_of(*amount))
                                        : Value::from(days_of(*amount));
}

Value multiply_values(const Value& a, const Value& b) {
  if (a.is(Kind::kNumber) && b.is(Kind::kNumber)) {
    return Value::from(a.number().multiply(b.number()));
  }
  if (const auto amount = duration_amount(a); amount && b.is(Kind::kNumber)) {
    return duration_like(a, amount->multiply(b.number()));
  }
  if (const auto amount = duration_amount(b); amount && a.is(Kind::kNumber)) {
    return duration_like(b, amount->multiply(a.number()));
  }
  return {};
}

Value divide_values(const Value& a, const Value& b) {
  if (a.is(Kind::kNumber) && b.is(Kind::kNumber)) return Value::from(a.number().divide(b.number()));
  const auto left = duration_amount(a);
  if (!left) return {};
  if (b.is(Kind::kNumber)) return duration_like(a, left->divide(b.number()));
  if (a.kind() == b.kind()) return Value::from(left->divide(*duration_amount(b)));
  return {};
}

Value power_values(const Value& a, const Value& b) {
  if (!a.is(Kind::kNumber) || !b.is(Kind::kNumber)) return {};
  return Value::from(a.number().power(b.number()));
}

}  // namespace

Value negated(const Value& value) {
  switch (value.kind()) {
    case Kind::kUnknown:
      return value;
    case Kind::kNumber:
      return value.number().negate();
    case Kind::kMonthsDuration:
      return Value::from(negate(value.months()));
    case Kind::kDaysDuration:
      return Value::from(negate(value.days()));
    default:
      return {};
  }
}

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
    case Op::kPower:
      return power_values(a, b);
    default:
      return {};
  }
}

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

Range range_of_test(Op op, Value bound) {
  Range range;
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

namespace {

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

}  // namespace dandang::feel
