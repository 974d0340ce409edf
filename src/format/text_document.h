#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "format/workbook.h"

// Documents as paragraphs of plain text: .docx (ECMA-376 part 1, WordprocessingML) and .txt. Only
// what is read as running text: no headers, notes, comments, deleted or hidden words.
namespace dandang::format {

struct DocumentLimits {
  uint64_t file_bytes = 16ull << 20;
  uint64_t unpacked_bytes = 64ull << 20;
  size_t paragraphs = 100'000;
  size_t text_bytes = 4u << 20;  // all paragraphs together, and what numbers add
  // Tables in cells of tables are read; this is how deep the XML may go.
  uint32_t xml_depth = 256;
};

// Paragraphs in order, empty ones left out. A number that the word processor counts by itself
// stands in front of its paragraph, as it is shown. kBadInput, kLimit, kIo with the file's name.
Result<std::vector<std::string>> read_document(const std::string& path,
                                               const DocumentLimits& limits = {});
// The same of bytes: a zip is a .docx, anything else is text in UTF-8, UTF-16 with its mark, or
// GB 18030.
Result<std::vector<std::string>> read_document_bytes(std::string_view bytes,
                                                     const std::string& file,
                                                     const DocumentLimits& limits = {});

}  // namespace dandang::format
