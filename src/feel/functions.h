#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "feel/value.h"

namespace dandang::feel {

// What the checker knows of a type; enough to find undeclared members and plain contradictions.
enum class BasicType {
  kAny,
  kBoolean,
  kNumber,
  kString,
  kDate,
  kMonthsDuration,
  kDaysDuration,
  kList,
  kContext,
  kRange,
  kFunction,
};

// What a function does with unknowns inside its arguments. An argument that is itself unknown
// always gives unknown.
enum class Unknowns {
  kSpread,  // anything unknown at any depth gives unknown
  kCarry,   // unknown elements are moved about like any other; uncertain rows give unknown
  kDecide,  // the function itself knows where the answer is the same all the same
};

// A built-in function (DMN 1.5 §10.3.4).
struct Builtin {
  const char* name;
  std::vector<const char*> parameters;  // names for named calls
  int min_args;
  int max_args;  // -1: any number; a single list argument then stands for its items
  BasicType result;
  // Whether the function takes the elements of a list as its arguments (count, sum, min …): rows
  // that may or may not be there are then tried both ways.
  bool aggregate;
  std::function<Value(const std::vector<Value>&)> call;  // use call_builtin unless all is known
  Unknowns unknowns = Unknowns::kSpread;
  bool quadratic = false;                          // compares every element with every other
  std::vector<const char*> other_parameters = {};  // a second way to name the arguments
};

// The function's value, unknowns considered (docs/decisions/0001-unknown.md).
Value call_builtin(const Builtin& builtin, const std::vector<Value>& args);
// Aggregates try every choice of a list's uncertain rows, if there are no more than these.
constexpr size_t kMaxTriedRows = 10;
size_t uncertain_rows(const List& list);

const std::vector<Builtin>& builtins();
const Builtin* find_builtin(std::string_view name);
bool is_builtin_name(std::string_view name);

}  // namespace dandang::feel
