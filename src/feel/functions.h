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
  kTime,
  kDateTime,
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
  const char* name = "";
  std::vector<const char*> parameters = {};  // names for named calls
  int min_args = 0;
  int max_args = 0;  // -1: any number; a single list argument then stands for its items
  BasicType result = BasicType::kAny;
  // What each parameter wants, a letter a parameter, the last one for the rest: s text, n number,
  // b yes or no, d date, c context, f function, . anything, lists among them.
  const char* wants = ".";
  std::function<Value(const std::vector<Value>&)> call =
      {};  // use call_builtin unless all is known
  Unknowns unknowns = Unknowns::kSpread;
  // Whether the function takes the elements of a list as its arguments (count, sum, min …): rows
  // that may or may not be there are then tried both ways.
  bool aggregate = false;
  bool quadratic = false;  // compares every element with every other
  uint64_t cost = 0;       // steps of an evaluation, beside those for the size of its arguments
  bool searches = false;   // uses patterns: their work is charged as it was done (regex.h)
  bool clock = false;      // called with the moment of Environment::now() as its only argument
  // Other sets of parameters, for named calls.
  std::vector<Builtin> others = {};

  // The other set that has all the names, one that begins with the first of them rather than
  // another: before(range: …, point: …) is not before(point: …, range: …). If none has, this one.
  const Builtin& named(const std::vector<std::string>& names) const;
  char wanted(size_t argument) const;
  bool wants_any(size_t argument) const { return wanted(argument) == '.'; }
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
