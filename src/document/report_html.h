#pragma once

#include <string>
#include <string_view>

#include "document/report.h"

namespace dandang::document {

// One self-contained page for a screen and for A4 paper: no script, nothing from outside.
std::string to_html(const Report& report);

// As text of a page: markup escaped, what is not UTF-8 replaced, and every identity number in it
// masked, wherever it stands.
std::string page_text(std::string_view text);

// 610799********656X for each identity number in the text.
std::string with_masked_identity_numbers(std::string_view text);

}  // namespace dandang::document
