#pragma once

#include <memory>
#include <set>
#include <string>

#include "base/diagnostic.h"
#include "feel/ast.h"
#include "feel/lexer.h"

namespace dandang::feel {

// Names of several parts ("string length", "年度 考核") are only recognisable to who knows them.
// Names of one part need not be listed.
using KnownNames = std::set<std::string, std::less<>>;

struct ParseOptions {
  Punctuation punctuation = Punctuation::kStandard;
  KnownNames names;
  int max_depth = 200;          // nesting; beyond it the text is refused
  size_t max_bytes = 64 << 10;  // of one text
};

// The expression, or null with diagnostics saying what is wrong where.
std::shared_ptr<const Expression> parse_expression(Source source, const ParseOptions& options,
                                                   Diagnostics& diagnostics);

// Unary tests, as in a cell of a decision table (DMN 1.5 §10.3.1.2, rules 7 to 13).
std::shared_ptr<const Expression> parse_unary_tests(Source source, const ParseOptions& options,
                                                    Diagnostics& diagnostics);

}  // namespace dandang::feel
