#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/column.h"
#include "base/text.h"
#include "format/workbook.h"
#include "record/record_type.h"

// What one cell of a sheet means for a field.
namespace dandang::document {

struct CellFault {
  std::string code;
  Text reason;
};

struct CellReading {
  Cell value;  // blank where the cell says nothing
  std::optional<CellFault> fault;
  // Of a date: false where the sheet gives the month only.
  bool day_given = true;
};

// How the cells of one column are read for one field; made once, used for every row.
class CellReader {
 public:
  // `codes` for kCode. `money_unit`: yuan that 1 in the column stands for (10,000 under 万元).
  CellReader(const record::Field& field, const record::CodeList* codes, int64_t money_unit = 1);

  // A null cell is a blank one. A kRef is read as plain words: resolving is another's work.
  CellReading read(const format::WorkbookCell* cell) const;

 private:
  CellReading read_code(const format::WorkbookCell& cell) const;
  CellReading read_flag(const format::WorkbookCell& cell) const;
  CellReading read_number(const format::WorkbookCell& cell) const;
  CellReading read_money(const format::WorkbookCell& cell) const;
  CellFault unknown_code(std::string_view word) const;

  const record::Field* field_;
  const record::CodeList* codes_;
  int64_t money_unit_;
  std::unordered_map<std::string, const std::string*> code_by_word_;
  std::unordered_map<std::string, bool> flag_by_word_;
  std::vector<std::string> units_;  // that the field's headings declare in brackets
};

// Words with which offices fill a cell they leave blank: "-", "/", "无", "暂无", "空".
bool says_blank(const format::WorkbookCell& cell);

CellReading read_identity_number(const format::WorkbookCell& cell);
CellReading read_day(const format::WorkbookCell& cell, bool day_needed);
CellReading read_year(const format::WorkbookCell& cell);

// 天 and 日 count the same; so do 月 and 个月.
std::string plain_unit(std::string_view word);
bool is_unit(std::string_view word);

}  // namespace dandang::document
