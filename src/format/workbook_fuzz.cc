#include <cstddef>
#include <cstdint>
#include <string_view>

#include "format/test_package.h"
#include "format/workbook.h"

// The reader under arbitrary bytes. A mutated zip rarely unpacks, so the first byte chooses what
// the rest is: the file itself, or one part of an otherwise good workbook.
namespace dandang::format {
namespace {

// Small enough that every limit is met now and then, and that a run stays fast.
Limits small_limits() {
  Limits limits;
  limits.file_bytes = 1 << 20;
  limits.unpacked_bytes = 1 << 20;
  limits.parts = 32;
  limits.sheets = 4;
  limits.rows = 1000;
  limits.columns = 100;
  limits.cells = 5000;
  limits.cell_bytes = 1000;
  limits.xml_depth = 16;
  return limits;
}

// What callers rely on, whatever the bytes were.
void check(const Workbook& workbook, const Limits& limits) {
  uint64_t cells = 0;
  for (const Sheet& sheet : workbook.sheets) {
    uint32_t last_row = 0;
    for (const WorkbookRow& row : sheet.rows) {
      DD_VERIFY(row.number > last_row && row.number <= limits.rows && !row.cells.empty());
      last_row = row.number;
      int64_t last_column = -1;
      for (const WorkbookCell& cell : row.cells) {
        DD_VERIFY(cell.column > last_column && cell.column < limits.columns);
        DD_VERIFY(cell.kind != CellKind::kBlank);
        DD_VERIFY(cell.kind != CellKind::kText || !cell.text.empty());
        DD_VERIFY(cell.text.size() <= limits.cell_bytes);
        DD_VERIFY(row.find(cell.column) == &cell);
        last_column = cell.column;
        ++cells;
      }
    }
    for (const MergedRange& range : sheet.merged) {
      DD_VERIFY(range.first_row <= range.last_row && range.first_column <= range.last_column);
    }
  }
  DD_VERIFY(cells <= limits.cells && workbook.sheets.size() <= limits.sheets);
}

void read(std::string_view bytes) {
  static const Limits limits = small_limits();
  const auto workbook = read_workbook_bytes(bytes, "fuzz.xlsx", limits);
  if (workbook) {
    check(*workbook, limits);
  } else {
    DD_VERIFY(!workbook.error().what.zh.empty() && !workbook.error().what.en.empty());
  }
}

}  // namespace
}  // namespace dandang::format

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using dandang::format::good_package;
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  static constexpr std::string_view kParts[] = {"xl/worksheets/sheet1.xml",   "xl/styles.xml",
                                                "xl/sharedStrings.xml",       "xl/workbook.xml",
                                                "xl/_rels/workbook.xml.rels", "_rels/.rels"};
  const size_t choice = data[0] % (std::size(kParts) + 1);
  if (choice == std::size(kParts)) {
    dandang::format::read(rest);
    return 0;
  }
  // A sheet that uses what the mutated part defines.
  static const std::string kSheet = dandang::format::sheet_xml(
      "<row><c t=\"s\"><v>0</v></c><c s=\"1\"><v>44197</v></c><c s=\"2\"><v>1.5</v></c></row>");
  auto package = good_package(kSheet);
  package.set(std::string(kParts[choice]), std::string(rest));
  dandang::format::read(package.bytes(ZIP_CM_STORE));
  return 0;
}
