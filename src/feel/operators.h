#pragma once

#include "feel/ast.h"
#include "feel/value.h"

namespace dandang::feel {

// Arithmetic on known values (DMN 1.5 tables 57 to 61); null where there is no meaning, or where
// the result has no room in its kind.
Value arithmetic(Op op, const Value& a, const Value& b);
Value negated(const Value& value);

// = != < <= > >= (DMN 1.5 tables 53, 54); unknown if an operand is.
Value compare_op(Op op, const Value& a, const Value& b);

// Whether the input lies inside the range.
Value in_range(const Value& input, const Range& range);

// Whether the input satisfies a test value: equal, inside a range, or satisfying an element of a
// list. Values of different kinds do not.
Value satisfies_test(const Value& input, const Value& test);

// The range of what a comparison standing alone accepts: (< 5).
Range range_of_test(Op op, Value bound);

}  // namespace dandang::feel
