#pragma once

#include <string>
#include <vector>

#include "base/text.h"
#include "policy/official_text.h"

namespace dandang::document {

// A page for screen and paper: the clauses of the user's own copy of a document beside ours, what
// only one of them has marked. No script, nothing from outside.
std::string clauses_page(const policy::Package& package, const policy::OfficialText& text,
                         const std::vector<policy::ClauseMatch>& matches, Language language);

}  // namespace dandang::document
