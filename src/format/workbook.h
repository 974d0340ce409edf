#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/decimal.h"
#include "base/result.h"

// Workbooks as neutral trees. Every byte here comes from outside: all bounds are stated in Limits,
// and the parsers are fuzzed (src/format/*_fuzz.cc).
namespace dandang::format {

struct Limits {
  uint64_t file_bytes = 64ull << 20;       // the file as it lies on disk
  uint64_t unpacked_bytes = 512ull << 20;  // all parts together, after unpacking
  uint64_t ratio = 200;  // unpacked to packed, a part; beyond it is a zip bomb (parts over 1 MiB)
  uint32_t parts = 4096;
  uint32_t sheets = 256;
  uint32_t rows = 1u << 20;  // a sheet
  uint32_t columns = 1u << 14;
  uint64_t cells = 20'000'000;  // a workbook
  uint32_t cell_bytes = 32'767 * 4;
  uint32_t xml_depth = 64;
};

enum class CellKind { kBlank, kText, kNumber, kDate, kBoolean, kError };

struct WorkbookCell {
  uint32_t column = 0;  // 0-based
  CellKind kind = CellKind::kBlank;
  std::string text;   // kText, kError; for numbers the digits as stored
  Decimal number;     // kNumber: the decimal of 15 significant digits; kDate: the serial
  Date date;          // kDate, by the cell's number format and the book's date system
  int decimals = -1;  // kNumber: places the number format shows; -1 general
  bool boolean = false;
};

struct WorkbookRow {
  uint32_t number = 0;              // 1-based, as the office sees it
  std::vector<WorkbookCell> cells;  // by column, blanks left out

  const WorkbookCell* find(uint32_t column) const;
};

struct MergedRange {
  uint32_t first_row = 0, last_row = 0;        // 1-based
  uint32_t first_column = 0, last_column = 0;  // 0-based
};

struct Sheet {
  std::string name;
  bool hidden = false;
  std::vector<WorkbookRow> rows;  // by number, empty ones left out
  std::vector<MergedRange> merged;
};

struct Workbook {
  std::string file;  // its name without folders
  std::vector<Sheet> sheets;
};

// Reads an .xlsx workbook (ECMA-376 transitional and strict): shared and inline strings, rich text,
// phonetic runs left out, number formats, both date systems, cached values of formulas.
// Errors: not a workbook, an old .xls, encrypted, damaged, a limit passed; each names the file.
Result<Workbook> read_workbook(const std::string& path, const Limits& limits = {});
Result<Workbook> read_workbook_bytes(std::string_view bytes, const std::string& file_name,
                                     const Limits& limits = {});

// "C7" for column 2, row 7.
std::string cell_name(uint32_t column, uint32_t row);

struct CellNote {
  std::string sheet;
  uint32_t row = 0;     // 1-based
  uint32_t column = 0;  // 0-based
  std::string text;
};

// The user's own workbook with notes (cell comments) added where `notes` say, everything else byte
// for byte as it was. Existing comments of a sheet stay. Writes `out_path` whole or not at all.
Result<void> write_annotated_workbook(const std::string& path, const std::string& out_path,
                                      const std::vector<CellNote>& notes,
                                      const Limits& limits = {});

}  // namespace dandang::format
