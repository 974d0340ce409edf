#pragma once

// What the files of built-in functions share; nobody else includes it.

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "feel/functions.h"
#include "feel/value.h"

namespace dandang::feel {

using Args = std::vector<Value>;
using Builtins = std::vector<Builtin>;

// Each adds the functions of a paragraph of DMN 1.5 §10.3.4.
void add_conversion_functions(Builtins& out);
void add_number_functions(Builtins& out);
void add_text_functions(Builtins& out);
void add_list_functions(Builtins& out);
void add_aggregate_functions(Builtins& out);
void add_context_functions(Builtins& out);
void add_range_functions(Builtins& out);
void add_temporal_functions(Builtins& out);

inline bool all_of_kind(const Args& args, Value::Kind kind) {
  return std::all_of(args.begin(), args.end(), [&](const Value& v) { return v.is(kind); });
}

inline Value list_of_items(std::vector<Value> items) {
  List list;
  list.items = std::move(items);
  return list;
}

// Calls f with the list that the first argument is; a value that is no list is a list of one
// (DMN 1.5 §10.3.2.9.4), null has none.
template <typename F>
Value with_list(const Args& args, F f) {
  if (args[0].is_null()) return {};
  if (args[0].is(Value::Kind::kList)) return f(args[0].list());
  List list;
  list.items = {args[0]};
  return f(list);
}

template <typename F>
Value over_list(const Args& args, F f) {
  return with_list(args, [&](const List& list) -> Value { return f(list.items); });
}

// A whole number of 64 bits, if the value is one.
inline std::optional<int64_t> whole_number(const Value& value) {
  return value.is(Value::Kind::kNumber) ? value.number().to_int64() : std::nullopt;
}

// The place of a position, 1 the first and -1 the last.
std::optional<size_t> position_in(const Value& position, size_t size);

}  // namespace dandang::feel
