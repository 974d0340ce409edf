#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "evaluation/model.h"
#include "procedure/case_book.h"

namespace dandang::procedure {

// A paper made from a case: the declared text with what the declaration says it shows, and nothing
// else.
struct Paper {
  Text title;
  std::string body;  // Markdown, with {placeholders}
  // Placeholder, words; as they are, not yet as Markdown.
  std::vector<std::pair<std::string, std::string>> values;
  bool is_public = false;
};

// On the model's day, of the case as the steps up to then have left it. kNotFound without such a
// paper of the case's procedure; kConflict where a public paper is withdrawn, or what it shows is
// not known: a paper with a gap is no paper.
Result<Paper> make_paper(evaluation::Model& model, const CaseBook& book, const CaseRef& one,
                         const std::string& name);

}  // namespace dandang::procedure
