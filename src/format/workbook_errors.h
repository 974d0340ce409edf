#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

// The refusals of a workbook, worded once. `file` is the workbook's name without folders.
namespace dandang::format {

std::string base_name(std::string_view path);

// A damaged part of the package; `line` 0 where a line says nothing.
Error damaged_part(const std::string& file, std::string_view part, uint64_t line, Text why);
Error missing_part(const std::string& file, std::string_view part);
Error damaged_zip(const std::string& file, std::string_view detail);
Error zip_bomb(const std::string& file, std::string_view part);
Error doctype_refused(const std::string& file, std::string_view part);
Error encrypted_workbook(const std::string& file);
// A bound of Limits was passed: `what` names the thing counted, `limit` the bound.
Error limit_passed(const std::string& file, const Text& what, uint64_t limit);
Error file_too_large(const std::string& file, uint64_t limit);

// What bytes that are no zip most likely are (an old .xls, text, a web page ...), and what to do.
Error not_a_workbook(const std::string& file, std::string_view bytes);

Error io_error(const std::string& path, const Text& what, int error_number);

}  // namespace dandang::format
