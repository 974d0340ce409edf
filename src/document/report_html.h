#pragma once

#include <string>

#include "document/report.h"

namespace dandang::document {

// One self-contained page for a screen and for A4 paper: no script, nothing from outside.
std::string to_html(const Report& report);

}  // namespace dandang::document
