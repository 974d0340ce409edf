#include "dmn/model_environment.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace dandang::dmn {

using feel::TypeExpression;
using feel::TypeExpressionPtr;

const ItemType* find_type(const Model& model, std::string_view name) {
  const auto own = model.types.find(name);
  if (own != model.types.end()) return own->second.get();
  // "prefix.name" of a model imported as prefix, or any name of one imported without.
  for (const Import& import : model.imports) {
    if (import.model == nullptr) continue;
    std::string_view inner = name;
    if (!import.name.empty()) {
      if (!inner.starts_with(import.name + ".")) continue;
      inner.remove_prefix(import.name.size() + 1);
    }
    const auto found = import.model->types.find(inner);
    if (found != import.model->types.end()) return found->second.get();
  }
  return nullptr;
}

TypeExpressionPtr ModelEnvironment::type(const std::string& name) {
  if (!name.starts_with('#')) {
    return model_ == nullptr ? nullptr : expression_of(find_type(*model_, name));
  }
  size_t number = 0;
  std::from_chars(name.data() + 1, name.data() + name.size(), number);
  return number < numbered_.size() ? expression_of(numbered_[number]) : nullptr;
}

TypeExpressionPtr ModelEnvironment::reference_to(const ItemType* type) {
  if (type == nullptr) return TypeExpression::of(TypeExpression::Kind::kAny);
  const auto known = std::find(numbered_.begin(), numbered_.end(), type);
  const auto number = known - numbered_.begin();
  if (known == numbered_.end()) numbered_.push_back(type);
  return TypeExpression::named("#" + std::to_string(number));
}

// The type of one value, also where the definition is of a collection.
TypeExpressionPtr ModelEnvironment::element_of(const ItemType& type) {
  TypeExpression out;
  switch (type.kind) {
    case ItemType::Kind::kAny:
      break;
    case ItemType::Kind::kBasic: {
      const TypeExpressionPtr basic = feel::parse_type(type.basic);
      if (basic != nullptr) out = *basic;
      break;
    }
    case ItemType::Kind::kNamed:
      out = *reference_to(type.base);
      break;
    case ItemType::Kind::kContext:
      out.kind = TypeExpression::Kind::kContext;
      for (const auto& [name, component] : type.components) {
        out.members.push_back(name);
        out.parts.push_back(reference_to(component));
      }
      break;
    case ItemType::Kind::kFunction:
      out.kind = TypeExpression::Kind::kFunction;
      for (const auto& [name, parameter] : type.parameters) {
        out.parts.push_back(reference_to(parameter));
      }
      if (type.result != nullptr) out.result = reference_to(type.result);
      break;
  }
  return std::make_shared<const TypeExpression>(std::move(out));
}

TypeExpressionPtr ModelEnvironment::expression_of(const ItemType* type) {
  if (type == nullptr) return nullptr;
  TypeExpressionPtr& known = known_[type];
  if (known != nullptr) return known;
  TypeExpressionPtr element = element_of(*type);
  return known = type->is_collection ? TypeExpression::list_of(element) : element;
}

}  // namespace dandang::dmn
