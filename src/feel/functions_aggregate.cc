// Functions that make one value of a list's elements (DMN 1.5 §10.3.4.4).

#include "feel/functions_internal.h"
#include "feel/operators.h"

namespace dandang::feel {
namespace {

using Kind = Value::Kind;
using T = BasicType;

Value extreme(const Args& args, int wanted) {
  return over_list(args, [&](const std::vector<Value>& items) -> Value {
    if (items.empty()) return {};
    Value best = items[0];
    for (const Value& item : items) {
      const auto order = compare(item, best);
      if (!order) return {};
      if (*order == wanted) best = item;
    }
    return best;
  });
}

Value minimum(const Args& args) {
  return extreme(args, -1);
}

Value maximum(const Args& args) {
  return extreme(args, 1);
}

std::optional<Decimal> total(const std::vector<Value>& items) {
  Decimal sum;
  for (const Value& item : items) {
    if (!item.is(Kind::kNumber)) return std::nullopt;
    const auto next = sum.add(item.number());
    if (!next) return std::nullopt;
    sum = *next;
  }
  return sum;
}

Value sum_function(const Args& args) {
  return over_list(args, [](const std::vector<Value>& items) -> Value {
    if (items.empty()) return {};
    if (!items[0].is(Kind::kMonthsDuration) && !items[0].is(Kind::kDaysDuration)) {
      return Value::from(total(items));
    }
    if (!all_of_kind(items, items[0].kind())) return {};
    Value sum = items[0];
    for (size_t i = 1; i < items.size(); ++i) sum = arithmetic(Op::kAdd, sum, items[i]);
    return sum;
  });
}

std::optional<Decimal> mean_of(const std::vector<Value>& items) {
  const auto sum = total(items);
  if (items.empty() || !sum) return std::nullopt;
  return sum->divide(Decimal(static_cast<int64_t>(items.size())));
}

Value mean_function(const Args& args) {
  return over_list(args,
                   [](const std::vector<Value>& items) { return Value::from(mean_of(items)); });
}

std::vector<Decimal> sorted_numbers(const std::vector<Value>& items) {
  std::vector<Decimal> numbers;
  numbers.reserve(items.size());
  for (const Value& item : items) numbers.push_back(item.number());
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

Value median_function(const Args& args) {
  return over_list(args, [](const std::vector<Value>& items) -> Value {
    if (items.empty() || !all_of_kind(items, Kind::kNumber)) return {};
    const std::vector<Decimal> numbers = sorted_numbers(items);
    const size_t middle = numbers.size() / 2;
    if (numbers.size() % 2 == 1) return numbers[middle];
    const auto sum = numbers[middle - 1].add(numbers[middle]);
    return sum ? Value::from(sum->divide(Decimal(2))) : Value();
  });
}

// The numbers that come most often, in order.
Value mode_function(const Args& args) {
  return over_list(args, [](const std::vector<Value>& items) -> Value {
    if (!all_of_kind(items, Kind::kNumber)) return {};
    const std::vector<Decimal> numbers = sorted_numbers(items);
    std::vector<Value> modes;
    size_t most = 0;
    for (size_t begin = 0; begin < numbers.size();) {
      size_t end = begin;
      while (end < numbers.size() && numbers[end] == numbers[begin]) ++end;
      if (end - begin > most) modes.clear();
      most = std::max(most, end - begin);
      if (end - begin == most) modes.emplace_back(numbers[begin]);
      begin = end;
    }
    return list_of_items(std::move(modes));
  });
}

// Of a sample: divided by one less than there are numbers.
Value deviation_function(const Args& args) {
  return over_list(args, [](const std::vector<Value>& items) -> Value {
    const auto mean = mean_of(items);
    if (items.size() < 2 || !mean) return {};
    std::optional<Decimal> squares = Decimal();
    for (const Value& item : items) {
      const auto distance = item.number().subtract(*mean);
      const auto square = distance ? distance->multiply(*distance) : std::nullopt;
      squares = square ? squares->add(*square) : std::nullopt;
      if (!squares) return {};
    }
    const auto variance = squares->divide(Decimal(static_cast<int64_t>(items.size() - 1)));
    return variance ? Value::from(variance->sqrt()) : Value();
  });
}

Value product_function(const Args& args) {
  return over_list(args, [](const std::vector<Value>& items) -> Value {
    if (items.empty()) return {};
    std::optional<Decimal> product = Decimal(1);
    for (const Value& item : items) {
      if (!item.is(Kind::kNumber)) return {};
      product = product->multiply(item.number());
      if (!product) return {};
    }
    return *product;
  });
}

// "or" over what f gives for each element, uncertain rows included: an element that may be absent
// counts only if f gives false for it.
template <typename F>
Value any_element(const List& list, F f) {
  Value any = false;
  for (size_t i = 0; i < list.items.size(); ++i) {
    Value value = f(list.items[i]);
    if (list.is_maybe(i) && !value.is_false()) {
      value = Value::unknown(Causes::merged(list.maybe_causes, causes_of(value, {})));
    }
    any = logical_or(any, value);
  }
  const auto open = open_causes(list);
  return open ? logical_or(any, Value::unknown(open)) : any;
}

// Not yes or no: null, as a known operand of "and" and "or" would be.
Value yes_or_no(const Value& value) {
  return value.is(Kind::kBoolean) || value.is_unknown() ? value : Value();
}

// all([…]) and any([…]) are "and" and "or" over the list.
Value all_function(const Args& args) {
  return with_list(args, [](const List& list) {
    return logical_not(
        any_element(list, [](const Value& item) { return logical_not(yes_or_no(item)); }));
  });
}

Value any_function(const Args& args) {
  return with_list(args, [](const List& list) { return any_element(list, yes_or_no); });
}

Value list_contains(const Args& args) {
  return with_list(args, [&](const List& list) {
    return any_element(list, [&](const Value& item) {
      const Value same = equal(item, args[1]);
      return same.is_null() ? Value(false) : same;
    });
  });
}

Value count_function(const Args& args) {
  return over_list(args, [](const std::vector<Value>& items) -> Value {
    return static_cast<int64_t>(items.size());
  });
}

Builtin aggregate(const char* name, T result, Value (*call)(const Args&),
                  Unknowns unknowns = Unknowns::kSpread) {
  return {.name = name,
          .parameters = {"list"},
          .min_args = 1,
          .max_args = -1,
          .result = result,
          .call = call,
          .unknowns = unknowns,
          .aggregate = true};
}

}  // namespace

void add_aggregate_functions(Builtins& out) {
  out.push_back({.name = "list contains",
                 .parameters = {"list", "element"},
                 .min_args = 2,
                 .max_args = 2,
                 .result = T::kBoolean,
                 .call = list_contains,
                 .unknowns = Unknowns::kDecide});
  out.push_back(aggregate("count", T::kNumber, count_function, Unknowns::kCarry));
  out.push_back(aggregate("min", T::kAny, minimum));
  out.push_back(aggregate("max", T::kAny, maximum));
  out.push_back(aggregate("sum", T::kAny, sum_function));
  out.push_back(aggregate("mean", T::kNumber, mean_function));
  out.push_back(aggregate("median", T::kNumber, median_function));
  out.push_back(aggregate("stddev", T::kNumber, deviation_function));
  out.push_back(aggregate("mode", T::kList, mode_function));
  out.push_back(aggregate("product", T::kNumber, product_function));
  out.push_back(aggregate("all", T::kBoolean, all_function, Unknowns::kDecide));
  out.push_back(aggregate("any", T::kBoolean, any_function, Unknowns::kDecide));
}

}  // namespace dandang::feel
