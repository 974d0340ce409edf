#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "dmn/decision_table.h"
#include "dmn/item_type.h"
#include "feel/ast.h"
#include "feel/source.h"

namespace dandang::dmn {

// A named value with a type: an information item (DMN 1.5 §7.3.4).
struct Variable {
  std::string name;
  std::string type_reference;
  const ItemType* type = nullptr;  // null: any
};

// A boxed expression (DMN 1.5 §7.3 and §10.2.2), the literal one included. Which members are meant
// depends on the kind.
struct Boxed {
  enum class Kind {
    kBroken,       // could not be read: null
    kLiteral,      // source, expression
    kContext,      // variables and parts, one an entry; the result entry has no name
    kTable,        // table; parts: the input expressions
    kRelation,     // variables: columns; parts: the cells, row after row
    kList,         // parts
    kInvocation,   // parts[0]: the function; then one a binding, named by variables
    kFunction,     // variables: parameters; parts[0]: the body
    kExternal,     // variables: parameters; a Java or PMML function, which we do not run
    kConditional,  // parts: if, then, else
    kFor,          // variables[0]: the iterator; parts: in, return
    kSome,         // the same; parts: in, satisfies
    kEvery,
    kFilter,  // parts: in, match
  };
  Kind kind = Kind::kBroken;
  Place place;
  Variable result;  // its name is not used: the type of the whole
  feel::Source source;
  std::shared_ptr<const feel::Expression> expression;
  std::vector<Variable> variables;
  std::vector<std::unique_ptr<Boxed>> parts;

  // kTable: what stands in the cells, and what they were parsed to.
  struct TableText {
    std::vector<feel::Source> input_values;   // one an input; empty text: none
    std::vector<feel::Source> output_values;  // one an output
    std::vector<feel::Source> default_outputs;
    std::vector<std::vector<feel::Source>> tests;    // one row a rule
    std::vector<std::vector<feel::Source>> outputs;  // one row a rule
  };
  TableText cells;
  DecisionTable table;
};

using BoxedPtr = std::unique_ptr<Boxed>;

}  // namespace dandang::dmn
