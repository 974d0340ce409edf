#include "dmn/kit_value.h"

#include <utility>

#include "base/text.h"
#include "dmn/compatibility_kit.h"
#include "dmn/model_reader.h"
#include "feel/functions.h"

namespace dandang::dmn {
namespace {

using feel::Value;

constexpr const char* kSchemaInstance = "http://www.w3.org/2001/XMLSchema-instance";

bool is_nil(const XmlElement& element) {
  const std::string nil = element.attribute_in(kSchemaInstance, "nil").value_or("false");
  return nil == "true" || nil == "1";
}

Value call(const char* function, const std::string& text) {
  const feel::Builtin* builtin = feel::find_builtin(function);
  return builtin == nullptr ? Value() : feel::call_builtin(*builtin, {Value(text)});
}

// What the type's own name is behind every name given to it.
std::string basic_of(const ItemType* type) {
  constexpr int kMaxAliases = 100;
  for (int depth = 0; type != nullptr && depth < kMaxAliases; ++depth) {
    if (type->kind == ItemType::Kind::kBasic) return type->basic;
    type = type->base;
  }
  return {};
}

// The components and elements of a named type are those of what it names.
const ItemType* structure_of(const ItemType* type) {
  constexpr int kMaxAliases = 100;
  for (int depth = 0; type != nullptr && depth < kMaxAliases; ++depth) {
    if (type->kind != ItemType::Kind::kNamed) return type;
    type = type->base;
  }
  return nullptr;
}

const ItemType* component_of(const ItemType* type, const std::string& name) {
  type = structure_of(type);
  if (type == nullptr) return nullptr;
  for (const auto& [component, component_type] : type->components) {
    if (component == name) return component_type;
  }
  return nullptr;
}

// FEEL's type for one of XML Schema's.
std::string basic_of_schema(const std::string& type) {
  for (const char* number : {"decimal", "double", "float", "integer", "int", "long", "short"}) {
    if (type == number) return "number";
  }
  if (type == "duration") return "duration";
  return basic_type_name(type);
}

// Nothing says what it is: a number or yes or no if it reads as one, else a text.
Value untyped_value(const std::string& text) {
  if (const auto number = Decimal::parse(trimmed(text))) return *number;
  if (trimmed(text) == "true" || trimmed(text) == "false") return trimmed(text) == "true";
  return text;
}

Value simple_value(const XmlElement& element, const ItemType* declared) {
  if (is_nil(element)) return {};
  std::string basic = basic_of(declared);
  if (basic == "Any") basic.clear();
  if (const auto type = element.attribute_in(kSchemaInstance, "type")) {
    const size_t colon = type->rfind(':');
    basic = basic_of_schema(colon == std::string::npos ? *type : type->substr(colon + 1));
  }
  const std::string text = trimmed(element.text);
  if (basic == "number") return Value::from(Decimal::parse(text));
  if (basic == "boolean") {
    if (text == "true" || text == "1") return true;
    if (text == "false" || text == "0") return false;
    return {};
  }
  if (basic == "date") return call("date", text);
  if (basic == "time") return call("time", text);
  if (basic == "date and time") return call("date and time", text);
  if (contains(basic, "duration")) return call("duration", text);
  return basic.empty() ? untyped_value(element.text) : Value(element.text);
}

bool close_numbers(const Decimal& a, const Decimal& b) {
  const auto difference = a.subtract(b);
  return difference && difference->abs() <= *Decimal::parse(kKitTolerance);
}

// Every entry of one is in the other; what is null may be missing.
bool covers(const feel::Context& whole, const feel::Context& part) {
  for (const auto& [name, value] : part.entries) {
    const Value* found = whole.find(name);
    if (!same_kit_value(found == nullptr ? Value() : *found, value)) return false;
  }
  return true;
}

bool same_lists(const feel::List& a, const feel::List& b) {
  if (a.items.size() != b.items.size()) return false;
  for (size_t i = 0; i < a.items.size(); ++i) {
    if (!same_kit_value(a.items[i], b.items[i])) return false;
  }
  return true;
}

}  // namespace

Value kit_value(const XmlElement& holder, const ItemType* declared) {
  if (is_nil(holder)) return {};
  if (const XmlElement* list = holder.child("list")) {
    if (is_nil(*list)) return {};
    feel::List out;
    for (const XmlElement* item : list->all("item")) {
      out.items.push_back(kit_value(*item, declared));
    }
    return out;
  }
  const auto components = holder.all("component");
  if (!components.empty()) {
    feel::Context out;
    for (const XmlElement* component : components) {
      const std::string name = canonical_name(component->attribute_or("name", ""));
      out.entries.emplace_back(name, kit_value(*component, component_of(declared, name)));
    }
    return out;
  }
  const XmlElement* value = holder.child("value");
  return value == nullptr ? Value() : simple_value(*value, declared);
}

bool kit_says_null(const XmlElement& holder) {
  if (is_nil(holder)) return true;
  for (const auto& child : holder.children) {
    if (child->name == "component") return false;
    if (child->name == "value" || child->name == "list") return is_nil(*child);
  }
  return true;
}

bool same_kit_value(const Value& expected, const Value& got) {
  using Kind = Value::Kind;
  if (expected.is_null() || got.is_null()) return expected.is_null() && got.is_null();
  if (expected.is(Kind::kNumber) && got.is(Kind::kNumber)) {
    return close_numbers(expected.number(), got.number());
  }
  if (expected.is(Kind::kList) && got.is(Kind::kList)) {
    return same_lists(expected.list(), got.list());
  }
  if (expected.is(Kind::kContext) && got.is(Kind::kContext)) {
    return covers(expected.context(), got.context()) && covers(got.context(), expected.context());
  }
  return expected.kind() == got.kind() && feel::equal(expected, got).is_true();
}

std::string kit_words(const Value& value) {
  if (value.is(Value::Kind::kString)) return "\"" + value.string() + "\"";
  return value.to_string();
}

}  // namespace dandang::dmn
