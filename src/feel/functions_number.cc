// Functions of numbers (DMN 1.5 §10.3.4.5).

#include "feel/functions_internal.h"

namespace dandang::feel {
namespace {

using Kind = Value::Kind;
using T = BasicType;

Value rounded(const Args& args, Rounding mode) {
  if (!args[0].is(Kind::kNumber)) return {};
  int64_t scale = 0;
  if (args.size() > 1) {
    const auto given = whole_number(args[1]);
    // The scales of decimal128.
    if (!given || *given < -Decimal::kMaxExponent || *given > -Decimal::kMinExponent) return {};
    scale = *given;
  }
  return Value::from(args[0].number().round(static_cast<int>(scale), mode));
}

Value absolute(const Args& args) {
  switch (args[0].kind()) {
    case Kind::kNumber:
      return args[0].number().abs();
    case Kind::kMonthsDuration:
      return args[0].months().months < 0 ? Value::from(negate(args[0].months())) : args[0];
    case Kind::kDaysDuration:
      return args[0].days().seconds < 0 ? Value::from(negate(args[0].days())) : args[0];
    default:
      return {};
  }
}

Value modulo(const Args& args) {
  if (!all_of_kind(args, Kind::kNumber)) return {};
  return Value::from(args[0].number().modulo(args[1].number()));
}

Value is_odd(const Args& args) {
  if (!args[0].is(Kind::kNumber) || !args[0].number().is_integer()) return {};
  const auto rest = args[0].number().modulo(Decimal(2));
  return rest && !rest->is_zero();
}

Value is_even(const Args& args) {
  return logical_not(is_odd(args));
}

using NumberFunction = std::optional<Decimal> (Decimal::*)() const;

Builtin rounding(const char* name, int min_args, Rounding mode) {
  return {.name = name,
          .parameters = {"n", "scale"},
          .min_args = min_args,
          .max_args = 2,
          .result = T::kNumber,
          .wants = "n",
          .call = [mode](const Args& args) { return rounded(args, mode); }};
}

Builtin of_one_number(const char* name, uint64_t cost, NumberFunction function) {
  return {.name = name,
          .parameters = {"number"},
          .min_args = 1,
          .max_args = 1,
          .result = T::kNumber,
          .wants = "n",
          .call = [function](const Args& args) -> Value {
            if (!args[0].is(Kind::kNumber)) return {};
            return Value::from((args[0].number().*function)());
          },
          .cost = cost};
}

Builtin question(const char* name, Value (*call)(const Args&)) {
  return {.name = name,
          .parameters = {"number"},
          .min_args = 1,
          .max_args = 1,
          .result = T::kBoolean,
          .wants = "n",
          .call = call};
}

}  // namespace

void add_number_functions(Builtins& out) {
  out.push_back(rounding("decimal", 2, Rounding::kHalfEven));
  out.push_back(rounding("floor", 1, Rounding::kFloor));
  out.push_back(rounding("ceiling", 1, Rounding::kCeiling));
  out.push_back(rounding("round up", 2, Rounding::kUp));
  out.push_back(rounding("round down", 2, Rounding::kDown));
  out.push_back(rounding("round half up", 2, Rounding::kHalfUp));
  out.push_back(rounding("round half down", 2, Rounding::kHalfDown));
  out.push_back(
      {.name = "abs", .parameters = {"n"}, .min_args = 1, .max_args = 1, .call = absolute});
  out.push_back({.name = "modulo",
                 .parameters = {"dividend", "divisor"},
                 .min_args = 2,
                 .max_args = 2,
                 .result = T::kNumber,
                 .wants = "n",
                 .call = modulo});
  out.push_back(of_one_number("sqrt", 50, &Decimal::sqrt));
  out.push_back(of_one_number("log", 1000, &Decimal::log));
  out.push_back(of_one_number("exp", 300, &Decimal::exp));
  out.push_back(question("odd", is_odd));
  out.push_back(question("even", is_even));
}

}  // namespace dandang::feel
