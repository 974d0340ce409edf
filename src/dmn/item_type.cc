#include "dmn/item_type.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "feel/type_expression.h"

namespace dandang::dmn {
namespace {

using feel::Value;

// How deep definitions may refer to each other while a value is held against them; values
// themselves are bounded by the evaluator.
constexpr int kMaxTypeDepth = 400;

// Without what the spellings differ in: blanks, hyphens, capitals.
std::string folded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == ' ' || c == '-' || c == '_') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

const std::map<std::string, std::string>& basic_names() {
  static const std::map<std::string, std::string> kNames = {
      {"any", "Any"},
      {"null", "Null"},
      {"number", "number"},
      {"string", "string"},
      {"boolean", "boolean"},
      {"date", "date"},
      {"time", "time"},
      {"dateandtime", "date and time"},
      {"datetime", "date and time"},
      {"daysandtimeduration", "days and time duration"},
      {"daytimeduration", "days and time duration"},
      {"yearsandmonthsduration", "years and months duration"},
      {"yearmonthduration", "years and months duration"},
      {"context", "context"},
      {"list", "list"},
      {"function", "function"},
      {"range", "range"},
  };
  return kNames;
}

bool passes(const Tests& tests, const Value& value, feel::Evaluator& evaluator) {
  return tests.parsed == nullptr || evaluator.test(*tests.parsed, value).is_true();
}

bool is_basic(const Value& value, const std::string& basic) {
  using Kind = Value::Kind;
  if (basic == "Any") return true;
  if (basic == "list") return value.is(Kind::kList);
  if (basic == "context") return value.is(Kind::kContext);
  if (basic == "function") return value.is(Kind::kFunction);
  if (basic == "range") return value.is(Kind::kRange);
  return feel::instance_of(value, basic).is_true();
}

bool conforms_at(const Value& value, const ItemType* type, feel::Evaluator& evaluator, int depth);

bool is_context_of(const Value& value, const ItemType& type, feel::Evaluator& evaluator,
                   int depth) {
  if (!value.is(Value::Kind::kContext)) return false;
  return std::all_of(type.components.begin(), type.components.end(), [&](const auto& component) {
    const Value* found = value.context().find(component.first);
    return found == nullptr || conforms_at(*found, component.second, evaluator, depth + 1);
  });
}

// The value against the type, taken as that of one element.
bool element_conforms(const Value& value, const ItemType& type, feel::Evaluator& evaluator,
                      int depth) {
  if (value.is_null()) return true;
  switch (type.kind) {
    case ItemType::Kind::kAny:
      break;
    case ItemType::Kind::kBasic:
      if (!is_basic(value, type.basic)) return false;
      break;
    case ItemType::Kind::kNamed:
      if (!conforms_at(value, type.base, evaluator, depth + 1)) return false;
      break;
    case ItemType::Kind::kContext:
      if (!is_context_of(value, type, evaluator, depth)) return false;
      break;
    case ItemType::Kind::kFunction:
      if (!value.is(Value::Kind::kFunction)) return false;
      if (value.function().parameters.size() != type.parameters.size()) return false;
      break;
  }
  return passes(type.allowed_values, value, evaluator);
}

bool conforms_at(const Value& value, const ItemType* type, feel::Evaluator& evaluator, int depth) {
  if (type == nullptr || value.is_null() || value.is_unknown()) return true;
  if (depth > kMaxTypeDepth) return false;
  if (!type->is_collection) {
    return element_conforms(value, *type, evaluator, depth) &&
           passes(type->type_constraint, value, evaluator);
  }
  if (!value.is(Value::Kind::kList)) return false;
  for (const Value& item : value.list().items) {
    if (!element_conforms(item, *type, evaluator, depth)) return false;
  }
  return passes(type->type_constraint, value, evaluator);
}

const ItemType* without_names(const ItemType* type) {
  for (int depth = 0; type != nullptr && depth < kMaxTypeDepth; ++depth) {
    if (type->kind != ItemType::Kind::kNamed || type->is_collection) return type;
    type = type->base;
  }
  return nullptr;
}

bool is_list_type(const ItemType* type) {
  type = without_names(type);
  return type != nullptr && (type->is_collection || type->basic == "list");
}

}  // namespace

std::string basic_type_name(std::string_view reference) {
  const size_t brace = reference.rfind('}');
  if (reference.starts_with('{') && brace != std::string_view::npos) {
    reference = reference.substr(brace + 1);
  }
  const size_t colon = reference.rfind(':');
  if (colon != std::string_view::npos) reference = reference.substr(colon + 1);
  const auto found = basic_names().find(folded(trimmed(reference)));
  return found == basic_names().end() ? std::string() : found->second;
}

bool conforms(const Value& value, const ItemType* type, feel::Evaluator& evaluator) {
  return conforms_at(value, type, evaluator, 0);
}

Value coerced(const Value& value, const ItemType* type, feel::Evaluator& evaluator) {
  if (conforms(value, type, evaluator)) return value;
  if (value.is(Value::Kind::kList) && value.list().items.size() == 1 && !is_list_type(type)) {
    const Value& only = value.list().items.front();
    return conforms(only, type, evaluator) ? only : Value();
  }
  if (!value.is(Value::Kind::kList) && is_list_type(type)) {
    feel::List list;
    list.items.push_back(value);
    Value wrapped(std::move(list));
    return conforms(wrapped, type, evaluator) ? wrapped : Value();
  }
  if (value.is(Value::Kind::kDate)) {
    const ItemType* target = without_names(type);
    if (target == nullptr || target->basic != "date and time") return {};
    Value moment = feel::DateTime{value.date(), 0, feel::Zone::utc()};
    return conforms(moment, type, evaluator) ? moment : Value();
  }
  return {};
}

void collect_member_names(const ItemType* type, std::set<std::string, std::less<>>& names) {
  std::set<const ItemType*> seen;
  std::vector<const ItemType*> open{type};
  while (!open.empty()) {
    const ItemType* next = open.back();
    open.pop_back();
    if (next == nullptr || !seen.insert(next).second) continue;
    open.push_back(next->base);
    open.push_back(next->result);
    for (const auto& [name, component] : next->components) {
      names.insert(name);
      open.push_back(component);
    }
  }
}

}  // namespace dandang::dmn
