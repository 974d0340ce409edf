#pragma once

// What the parts of the evaluator share; nobody else includes it.

#include <string>

#include "feel/ast.h"
#include "feel/value.h"

namespace dandang::feel {

inline const std::string kItemName = "item";
inline const std::string kInputName = "?";
inline const std::string kPartialName = "partial";

// A list's own elements, or the value as a list of one (DMN 1.5 §10.3.2).
List as_list(const Value& value);

// Whether the name is spoken of anywhere below the node.
bool mentions(const Node& node, const std::string& name);

}  // namespace dandang::feel
