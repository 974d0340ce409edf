#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/decimal.h"
#include "feel/source.h"
#include "feel/value.h"

namespace dandang::feel {

enum class NodeKind {
  kNull,
  kBoolean,     // truth
  kNumber,      // number
  kString,      // name holds the text
  kAtLiteral,   // @"..."; name holds the text, constant its value
  kName,        // name
  kPath,        // children[0] . name
  kFilter,      // children[0] [ children[1] ]
  kCall,        // children[0] ( children[1..] ), arg_names where named; declared
  kArithmetic,  // children[0] op children[1]
  kNegate,      // - children[0]
  kCompare,     // children[0] op children[1]
  kBetween,     // children[0] between children[1] and children[2]
  kIn,          // children[0] in (children[1..]); the tests are kTest or expressions
  kAnd,
  kOr,
  kIf,   // children: condition, then, else
  kFor,  // names: variables; children: one a variable, then the body
  kSome,
  kEvery,
  kList,
  kContext,     // names: keys; children: values
  kRange,       // children: low, high (kNull where unbounded); closed_low, closed_high
  kFunction,    // names: parameters; types: theirs, null where unwritten; children[0]: body
  kInstanceOf,  // children[0]; name: the type's text; type: null if it is none
  kTest,        // a unary test: op children[0], about the input "?"
  kUnaryTests,  // children: tests, any of them; negated: not(...)
  kAnyTest,     // "-"
};

enum class Op { kAdd, kSubtract, kMultiply, kDivide, kPower, kEq, kNe, kLt, kLe, kGt, kGe };

const char* op_text(Op op);

// One node of a parsed FEEL expression. Which members are meant depends on the kind (see there).
struct Node {
  NodeKind kind = NodeKind::kNull;
  Span span;
  std::string name;
  Decimal number;
  bool truth = false;
  bool negated = false;
  bool closed_low = true;
  bool closed_high = true;
  Op op = Op::kEq;
  int height = 1;         // of the tree below, itself included
  bool declared = false;  // kCall: the name of what is called was declared outside the text
  size_t name_at = 0;     // kPath: where the name begins
  std::vector<std::string> names;
  std::vector<std::string> arg_names;  // kCall with named arguments; else empty
  Value constant;
  std::shared_ptr<const TypeExpression> type;
  std::vector<std::shared_ptr<const TypeExpression>> types;
  std::vector<std::unique_ptr<Node>> children;

  const Node& child(size_t i) const { return *children[i]; }
};

// A parsed text with its source, shared by all who evaluate it.
struct Expression {
  Source source;
  std::unique_ptr<Node> root;

  std::string text_of(const Node& node) const {
    return source.text.substr(node.span.begin, node.span.end - node.span.begin);
  }
};

}  // namespace dandang::feel
