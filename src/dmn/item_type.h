#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "feel/ast.h"
#include "feel/evaluator.h"
#include "feel/source.h"

namespace dandang::dmn {

// A unary test as it stands in the file, and what it was parsed to; not parsed: it says nothing.
struct Tests {
  feel::Source source;
  std::shared_ptr<const feel::Expression> parsed;
};

// An item definition (DMN 1.5 §7.3.2), a component of one, or a type of FEEL itself. Definitions
// refer to each other, and to themselves, by pointers into the model that owns them.
struct ItemType {
  enum class Kind {
    kAny,
    kBasic,     // basic: FEEL's own name of the type
    kNamed,     // base: another definition
    kContext,   // components
    kFunction,  // parameters, result
  };
  Kind kind = Kind::kAny;
  std::string name;  // empty: a component
  std::string basic;
  std::string reference;  // the typeRef as written, until it is linked to `base`
  const ItemType* base = nullptr;
  bool is_collection = false;
  std::vector<std::pair<std::string, const ItemType*>> components;
  std::vector<std::pair<std::string, const ItemType*>> parameters;
  const ItemType* result = nullptr;  // null: any
  Tests allowed_values;              // about each element of a collection
  Tests type_constraint;             // about the value as a whole
  Place place;
};

// FEEL's own type that the reference names, in any of the spellings of DMN 1.1 to 1.5 ("number",
// "feel:dayTimeDuration", "{…/FEEL/}string"); empty if it names none.
std::string basic_type_name(std::string_view reference);

// Whether the value is one of the type's. Null is one of every type's.
bool conforms(const feel::Value& value, const ItemType* type, feel::Evaluator& evaluator);

// The value as one of the type: itself, a list of it, the only element of a list, a date as the
// date and time of its midnight (DMN 1.5 §10.3.2.9.4); null if it cannot be one. No type: any.
feel::Value coerced(const feel::Value& value, const ItemType* type, feel::Evaluator& evaluator);

// The names of the type's members, at any depth.
void collect_member_names(const ItemType* type, std::set<std::string, std::less<>>& names);

}  // namespace dandang::dmn
