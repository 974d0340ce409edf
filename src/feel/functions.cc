#include "feel/functions.h"

#include <cstring>
#include <map>

#include "feel/functions_internal.h"

namespace dandang::feel {
namespace {

using Kind = Value::Kind;

Builtins make_builtins() {
  Builtins out;
  add_conversion_functions(out);
  add_number_functions(out);
  add_text_functions(out);
  add_list_functions(out);
  add_aggregate_functions(out);
  add_context_functions(out);
  add_range_functions(out);
  add_temporal_functions(out);
  // A further set of parameters differs from the first in what it says itself.
  for (Builtin& builtin : out) {
    for (Builtin& other : builtin.others) {
      other.name = builtin.name;
      other.result = builtin.result;
      other.unknowns = builtin.unknowns;
      if (!other.call) other.call = builtin.call;
    }
  }
  return out;
}

// An aggregate over a list some of whose rows may be absent: the value if every choice of rows
// gives the same, else unknown.
Value over_choices(const Builtin& builtin, const std::vector<Value>& args) {
  const List& list = args[0].list();
  if (uncertain_rows(list) > kMaxTriedRows) return Value::unknown(list.maybe_causes);
  std::optional<Value> result;
  for (size_t choice = 0; choice >> uncertain_rows(list) == 0; ++choice) {
    List chosen;
    size_t m = 0;
    for (size_t i = 0; i < list.items.size(); ++i) {
      if (list.is_maybe(i) && (choice >> m++ & 1) == 0) continue;
      chosen.items.push_back(list.items[i]);
    }
    std::vector<Value> tried = args;
    tried[0] = Value(std::move(chosen));
    Value value = call_builtin(builtin, tried);
    if (value.is_unknown()) {
      return Value::unknown(Causes::merged(value.causes(), list.maybe_causes));
    }
    if (result && !identical(*result, value).is_true()) return Value::unknown(list.maybe_causes);
    result = std::move(value);
  }
  return *result;
}

bool has_all(const Builtin& builtin, const std::vector<std::string>& names) {
  const auto& own = builtin.parameters;
  return std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    return std::any_of(own.begin(), own.end(), [&](const char* one) { return name == one; });
  });
}

}  // namespace

const Builtin& Builtin::named(const std::vector<std::string>& names) const {
  const Builtin* found = nullptr;
  for (const Builtin& other : others) {
    if (!has_all(other, names)) continue;
    if (names[0] == other.parameters[0]) return other;
    if (found == nullptr) found = &other;
  }
  return found == nullptr ? *this : *found;
}

char Builtin::wanted(size_t argument) const {
  const size_t size = std::strlen(wants);
  return wants[std::min(argument, size - 1)];
}

size_t uncertain_rows(const List& list) {
  return static_cast<size_t>(std::count(list.maybe.begin(), list.maybe.end(), true));
}

Value call_builtin(const Builtin& builtin, const std::vector<Value>& args) {
  CausesPtr causes;
  for (const Value& arg : args) {
    if (arg.is_unknown()) causes = Causes::merged(causes, arg.causes());
  }
  if (causes) return Value::unknown(causes);
  if (builtin.unknowns == Unknowns::kDecide) return builtin.call(args);
  const bool tries_rows =
      builtin.aggregate && !args.empty() && args[0].is(Kind::kList) && args[0].list().has_maybes();
  for (size_t i = 0; i < args.size(); ++i) {
    if (builtin.unknowns == Unknowns::kSpread && !(tries_rows && i == 0)) {
      causes = Causes::merged(causes, causes_within(args[i]));
    } else if (args[i].is(Kind::kList)) {
      causes = Causes::merged(
          causes, tries_rows && i == 0 ? open_causes(args[i].list()) : row_causes(args[i].list()));
    }
  }
  if (tries_rows && causes) causes = Causes::merged(causes, args[0].list().maybe_causes);
  if (causes) return Value::unknown(causes);
  return tries_rows ? over_choices(builtin, args) : builtin.call(args);
}

const std::vector<Builtin>& builtins() {
  static const std::vector<Builtin> kBuiltins = make_builtins();
  return kBuiltins;
}

const Builtin* find_builtin(std::string_view name) {
  static const auto kIndex = [] {
    std::map<std::string, const Builtin*, std::less<>> index;
    for (const Builtin& builtin : builtins()) index.emplace(builtin.name, &builtin);
    return index;
  }();
  const auto found = kIndex.find(name);
  return found == kIndex.end() ? nullptr : found->second;
}

bool is_builtin_name(std::string_view name) {
  return find_builtin(name) != nullptr;
}

}  // namespace dandang::feel
