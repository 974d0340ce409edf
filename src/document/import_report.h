#pragma once

#include <string>
#include <vector>

#include "base/text.h"
#include "document/import.h"
#include "format/workbook.h"
#include "format/workbook_writer.h"

// An import as the office reads it: what was recognised, what was not taken, and what to do.
namespace dandang::document {

// Notes for the office's own workbook, one a cell however many faults it has.
std::vector<format::CellNote> notes_for(const ImportPlan& plan, const std::string& file,
                                        Language language);

// Sheet by sheet, then the rows not taken, a line a fault.
std::string to_text(const ImportPlan& plan, Language language);

// The same as tables: the rows not taken, the sheets, the lines passed over.
std::vector<format::OutputSheet> report_sheets(const ImportPlan& plan, Language language);

}  // namespace dandang::document
