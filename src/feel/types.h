#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "feel/ast.h"
#include "feel/functions.h"

namespace dandang::feel {

struct Type;
using TypePtr = std::shared_ptr<const Type>;

// What is known of a value before it is computed.
struct Type {
  enum class Kind {
    kAny,
    kNull,
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
    kEntity,
    kTime,
    kDateTime,
  };
  Kind kind = Kind::kAny;
  std::string name;  // kEntity: its type; kString: its code list, if any
  TypePtr element;   // kList
  std::vector<std::pair<std::string, TypePtr>> members;  // kContext: entries; kFunction: parameters
  TypePtr result;                                        // kFunction

  static TypePtr of(Kind kind);
  static TypePtr any() { return of(Kind::kAny); }
  static TypePtr list_of(TypePtr element);
  static TypePtr entity(std::string name);
  static TypePtr code(std::string code_list);
  static TypePtr context(std::vector<std::pair<std::string, TypePtr>> members);
  static TypePtr function(std::vector<std::pair<std::string, TypePtr>> parameters, TypePtr result);
  static TypePtr of_builtin(BasicType type);

  bool is(Kind k) const { return kind == k; }
  // For people, in both languages: 数字, number.
  Text describe() const;
};

// Declared names and members, for the checker.
class TypeEnvironment {
 public:
  virtual ~TypeEnvironment() = default;
  // Null if the name is not declared.
  virtual TypePtr lookup(const std::string& name) const = 0;
  virtual TypePtr member(const Type& entity, const std::string& name) const = 0;
  virtual std::vector<std::string> names() const = 0;
  virtual std::vector<std::string> member_names(const Type& entity) const = 0;
  // Whether now() and today() have a moment to speak of. Packages have none: they say as_of.
  virtual bool has_clock() const { return false; }
  // The words of a code list; empty if it is not declared.
  virtual std::vector<std::string> code_words(const std::string& code_list) const = 0;
  // Told of a name read of a value of which nothing is known: it may be anybody's member.
  virtual void untyped_member(const std::string& /*name*/) const {}
};

// Names bound around an expression while it is checked, innermost first (as Frame is for values).
struct TypeFrame {
  const TypeFrame* parent = nullptr;
  TypePtr type;
  std::string variable;  // empty: an item frame
};

// Finds what can be found without values: names and members that are not declared, functions that
// do not exist, wrong numbers of arguments, comparisons and operators that can never have a value,
// words that are not in their code list. Gives the expression's type, kAny where nothing is known.
TypePtr check_types(const Expression& expression, const TypeEnvironment& environment,
                    const TypeFrame* frame, Diagnostics& diagnostics);
// The same for a decision table's cell about an input of the type.
TypePtr check_unary_tests(const Expression& tests, const TypePtr& input,
                          const TypeEnvironment& environment, Diagnostics& diagnostics);

}  // namespace dandang::feel
