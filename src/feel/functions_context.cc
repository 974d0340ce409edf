// Functions of contexts (DMN 1.5 §10.3.4.8).

#include <set>

#include "feel/functions_internal.h"

namespace dandang::feel {
namespace {

using Kind = Value::Kind;
using T = BasicType;

// Keys as a path, from the outermost to the innermost. No value if one of them is no text.
std::optional<std::vector<std::string>> path_of(const Value& keys) {
  if (!keys.is(Kind::kList) || keys.list().items.empty()) return std::nullopt;
  std::vector<std::string> path;
  for (const Value& key : keys.list().items) {
    if (!key.is(Kind::kString)) return std::nullopt;
    path.push_back(key.string());
  }
  return path;
}

Value value_of_key(const Value& context, const std::string& key) {
  if (!context.is(Kind::kContext)) return {};
  const Value* found = context.context().find(key);
  return found != nullptr ? *found : Value();
}

Value get_value_of_path(const Args& args) {
  if (const auto causes = causes_within(args[1])) return Value::unknown(causes);
  const auto path = path_of(args[1]);
  if (!path) return {};
  Value value = args[0];
  for (const std::string& key : *path) {
    if (value.is_unknown()) return value;
    value = value_of_key(value, key);
  }
  return value;
}

Value get_value_of_key(const Args& args) {
  return args[1].is(Kind::kString) ? value_of_key(args[0], args[1].string()) : Value();
}

Value get_value(const Args& args) {
  return args[1].is(Kind::kList) ? get_value_of_path(args) : get_value_of_key(args);
}

Value get_entries(const Args& args) {
  if (!args[0].is(Kind::kContext)) return {};
  std::vector<Value> out;
  for (const auto& [key, value] : args[0].context().entries) {
    Context entry;
    entry.entries = {{"key", Value(key)}, {"value", value}};
    out.emplace_back(std::move(entry));
  }
  return list_of_items(std::move(out));
}

void put(Context& context, const std::string& key, const Value& value) {
  for (auto& [known, old] : context.entries) {
    if (known != key) continue;
    old = value;
    return;
  }
  context.entries.emplace_back(key, value);
}

Value put_key(const Value& context, const std::string& key, const Value& value) {
  if (!context.is(Kind::kContext)) return {};
  Context changed = context.context();
  put(changed, key, value);
  return changed;
}

Value put_path(const Value& context, const std::vector<std::string>& path, size_t at,
               const Value& value) {
  if (at + 1 == path.size()) return put_key(context, path[at], value);
  const Value inner = put_path(value_of_key(context, path[at]), path, at + 1, value);
  return inner.is_null() ? Value() : put_key(context, path[at], inner);
}

Value context_put_key(const Args& args) {
  return args[1].is(Kind::kString) ? put_key(args[0], args[1].string(), args[2]) : Value();
}

Value context_put_path(const Args& args) {
  constexpr size_t kMaxPath = 100;
  const auto path = path_of(args[1]);
  return path && path->size() <= kMaxPath ? put_path(args[0], *path, 0, args[2]) : Value();
}

Value context_put(const Args& args) {
  return args[1].is(Kind::kList) ? context_put_path(args) : context_put_key(args);
}

// A context of entries written {key: …, value: …}.
Value context_function(const Args& args) {
  return over_list(args, [](const std::vector<Value>& items) -> Value {
    Context context;
    std::set<std::string> keys;
    for (const Value& item : items) {
      if (!item.is(Kind::kContext)) return {};
      const Value* key = item.context().find("key");
      const Value* value = item.context().find("value");
      if (key == nullptr || value == nullptr || !key->is(Kind::kString)) return {};
      if (!keys.insert(key->string()).second) return {};
      context.entries.emplace_back(key->string(), *value);
    }
    return context;
  });
}

Value context_merge(const Args& args) {
  return over_list(args, [](const std::vector<Value>& items) -> Value {
    Context merged;
    for (const Value& item : items) {
      if (!item.is(Kind::kContext)) return {};
      for (const auto& [key, value] : item.context().entries) put(merged, key, value);
    }
    return merged;
  });
}

}  // namespace

void add_context_functions(Builtins& out) {
  out.push_back({.name = "get value",
                 .parameters = {"m", "key"},
                 .min_args = 2,
                 .max_args = 2,
                 .wants = "c.",
                 .call = get_value,
                 .unknowns = Unknowns::kCarry});
  out.back().others = {{.parameters = {"m", "key"},
                        .min_args = 2,
                        .max_args = 2,
                        .wants = "c.",
                        .call = get_value_of_key},
                       {.parameters = {"m", "keys"},
                        .min_args = 2,
                        .max_args = 2,
                        .wants = "c.",
                        .call = get_value_of_path}};
  out.push_back({.name = "get entries",
                 .parameters = {"m"},
                 .min_args = 1,
                 .max_args = 1,
                 .result = T::kList,
                 .wants = "c",
                 .call = get_entries,
                 .unknowns = Unknowns::kCarry});
  out.push_back({.name = "context",
                 .parameters = {"entries"},
                 .min_args = 1,
                 .max_args = 1,
                 .result = T::kContext,
                 .call = context_function});
  out.push_back({.name = "context put",
                 .parameters = {"context", "key", "value"},
                 .min_args = 3,
                 .max_args = 3,
                 .result = T::kContext,
                 .wants = "c..",
                 .call = context_put});
  // By name a key is a text and keys are a list.
  out.back().others = {{.parameters = {"context", "key", "value"},
                        .min_args = 3,
                        .max_args = 3,
                        .wants = "c..",
                        .call = context_put_key},
                       {.parameters = {"context", "keys", "value"},
                        .min_args = 3,
                        .max_args = 3,
                        .wants = "c..",
                        .call = context_put_path}};
  out.push_back({.name = "context merge",
                 .parameters = {"contexts"},
                 .min_args = 1,
                 .max_args = 1,
                 .result = T::kContext,
                 .call = context_merge,
                 .quadratic = true});
}

}  // namespace dandang::feel
