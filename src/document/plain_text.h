#pragma once

#include <string>
#include <string_view>

#include "format/workbook.h"

// Words as offices type them, brought to a form in which they can be compared.
namespace dandang::document {

// Blanks and invisible marks gone, full-width as ASCII, letters upper-case.
std::string compact(std::string_view text);
// The same, but a blank between two digits stays as a point: "2012 1 1" is not 201211.
std::string compact_date(std::string_view text);
// Without a bracket part at the end: "金额(元)" is "金额". For text already compact.
std::string_view without_trailing_bracket(std::string_view compacted);
// What stands in the bracket at the end, or nothing.
std::string_view trailing_bracket(std::string_view compacted);

// A person's or unit's name: no blanks, one kind of middle dot.
std::string plain_name(std::string_view text);
// The form in which two names are compared: also without a remark in brackets, "张三（女）".
std::string comparable_name(std::string_view text);

// The cell as people see it, for messages and words.
std::string shown_text(const format::WorkbookCell& cell);
bool has_content(const format::WorkbookCell& cell);

bool starts_with(std::string_view text, std::string_view start);
bool ends_with(std::string_view text, std::string_view end);
size_t digit_count(std::string_view text);
bool is_digit(char c);

}  // namespace dandang::document
