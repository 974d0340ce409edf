#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "feel/value.h"

namespace dandang::feel {

// What the checker knows of a type; enough to find undeclared members and plain contradictions.
enum class BasicType {
  kAny, kBoolean, kNumber, kString, kDate, kMonthsDuration, kDaysDuration, kList, kContext, kRange, kFunction,
};

// A built-in function (DMN 1.5 §10.3.4).
struct Builtin {
  const char* name;
  std::vector<const char*> parameters;  // names for named calls
  int min_args;
  int max_args;  // -1: any number; a single list argument then stands for its items
  BasicType result;
  // Whether the function takes the elements of a list as its arguments (count, sum, min …): rows that may
  // or may not be there are then tried both ways.
  bool aggregate;
  std::function<Value(const std::vector<Value>&)> call;
};

const std::vector<Builtin>& builtins();
const Builtin* find_builtin(std::string_view name);
bool is_builtin_name(std::string_view name);

}  // namespace dandang::feel
