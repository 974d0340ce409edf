#pragma once

#include <string>

#include "procedure/paper.h"

namespace dandang::document {

// The paper's text with its values filled in. In a public paper identity numbers are masked.
std::string paper_text(const procedure::Paper& paper);

// A page of A4 to print: no script, nothing from outside. Values are words, never markup.
std::string paper_page(const procedure::Paper& paper, Language language);

}  // namespace dandang::document
