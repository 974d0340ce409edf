#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "feel/source.h"

namespace dandang::feel {

enum class TokenKind {
  kName,  // one name part; names of several parts are joined by the parser (DMN 1.5 §10.3.1.2, rule
          // 25)
  kNumber,
  kString,  // text holds the decoded content
  kSymbol,  // text holds the operator or bracket
  kEnd,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text;
  Span span;
};

enum class Punctuation {
  kStandard,      // every character the standard allows in names is allowed
  kDiagnoseWide,  // full-width punctuation and digits are the author's slip: say so, read on as if
                  // half-width
};

// Tokens of a FEEL text (DMN 1.5 §10.3.1.2, rules 27 to 37), always ended by kEnd.
std::vector<Token> tokenize(const Source& source, Punctuation punctuation,
                            Diagnostics& diagnostics);

}  // namespace dandang::feel
