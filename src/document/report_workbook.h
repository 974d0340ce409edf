#pragma once

#include <vector>

#include "document/report.h"
#include "format/workbook_writer.h"

namespace dandang::document {

// The report as sheets, everyone listed, a sheet a rule so that it can be handed to the office it
// concerns and to no other. Identity numbers are whole here: offices need them.
std::vector<format::OutputSheet> to_sheets(const Report& report);

}  // namespace dandang::document
