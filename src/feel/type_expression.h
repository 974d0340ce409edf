#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "feel/value.h"

namespace dandang::feel {

struct TypeExpression;
using TypeExpressionPtr = std::shared_ptr<const TypeExpression>;

// A type as FEEL writes it (DMN 1.5 §10.3.1.2, rules 54 to 56, and §10.3.2.9), or as an item
// definition of DMN builds it.
struct TypeExpression {
  enum class Kind {
    kAny,
    kNull,
    kNumber,
    kString,
    kBoolean,
    kDate,
    kTime,
    kDateTime,
    kMonthsDuration,
    kDaysDuration,
    kDuration,  // of either kind, as DMN's type name "duration" has it
    kList,      // parts: the element, if written
    kContext,   // members and their parts
    kRange,     // parts: the bounds, if written
    kFunction,  // parts: the parameters; result, if written
    kNamed,     // name: looked up where the type is used
  };
  Kind kind = Kind::kAny;
  std::string name;
  std::vector<TypeExpressionPtr> parts;
  std::vector<std::string> members;
  TypeExpressionPtr result;
  // What an item definition's allowed values say of a value: true, false, or unknown. Empty: all.
  std::function<Value(const Value&)> allows;

  static TypeExpressionPtr of(Kind kind);
  static TypeExpressionPtr list_of(TypeExpressionPtr element);
  static TypeExpressionPtr named(std::string name);
};

// What a name of a type means to whoever asks; null if it is not known.
using TypeLookup = std::function<TypeExpressionPtr(const std::string& name)>;

// The type of the text: list<number>, context<a: string, b: date>, function<number> -> Any … Null
// if the text is no type. Any other name becomes kNamed.
TypeExpressionPtr parse_type(std::string_view text);

// "value instance of type": true, false, unknown where an unknown part decides, and null where the
// type has a name that is not known. Null is an instance of no type but Null, although a null
// element or entry is of every type.
Value instance_of(const Value& value, const TypeExpression& type, const TypeLookup& lookup = {});
// The same of a type's text.
Value instance_of(const Value& value, std::string_view type_text);

// The value as the type wants it (DMN 1.5 §10.3.2.9.4): itself if it conforms, the element of a
// list of one, a list of the value, a date as its midnight in UTC; else null. What is unknown stays
// unknown.
Value coerce(const Value& value, const TypeExpression& type, const TypeLookup& lookup = {});

}  // namespace dandang::feel
