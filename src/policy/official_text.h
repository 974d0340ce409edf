#pragma once

#include <string>
#include <vector>

#include "policy/package.h"

// The user's own copy of an official document, split by its numbering and held against a package's
// clauses. The package itself holds no sentence of the document.
namespace dandang::policy {

// A numbered passage: 第三条, （四）, 5. …
struct OfficialClause {
  std::string number;                   // as written, in full-width forms: "（十四）"
  std::string part;                     // the heading it stands under; may be empty
  std::string title;                    // its first sentence
  std::vector<std::string> paragraphs;  // the first begins behind the number
};

struct OfficialText {
  std::string document_number;     // "宁办发〔2019〕45号"; empty if there is none
  std::vector<std::string> front;  // what stands before the first clause
  std::vector<OfficialClause> clauses;
  // Numbers that the text leaps over: "（七）".
  std::vector<std::string> leapt;
};

// Splits paragraphs as they were read. Lines that a scan broke are joined again; marks of Markdown
// in front of a line do not count. Which level of numbers makes the clauses: articles (第…条) if
// there are any, else the level that comes nearest to `expected` clauses (0: not known), and of
// levels alike the one that counts through the whole document.
OfficialText split_official_text(const std::vector<std::string>& lines, int expected);

struct ClauseMatch {
  const Clause* ours = nullptr;            // null: the text has a clause that the package has not
  const OfficialClause* theirs = nullptr;  // null: the package has a clause that the text has not
};

// Clauses side by side, in the order of both, as their words and numbers agree best: a clause more
// or less in the middle leaves its neighbours where they belong.
std::vector<ClauseMatch> match_clauses(const Package& package, const OfficialText& text);

// The packages whose document number stands in the text.
std::vector<const Package*> packages_of_text(const PolicySet& set,
                                             const std::vector<std::string>& lines);

// Where a package's attached text is kept among its files: "shaanxi-2020-1/attached.txt".
std::string attached_path(const std::string& package);

}  // namespace dandang::policy
