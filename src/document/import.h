#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "format/workbook.h"
#include "procedure/refusal.h"
#include "record/change_set.h"
#include "record/dataset.h"
#include "record/record_type.h"

// From an office's workbooks to records: which sheet is which, which column is which field, what
// each cell means, and which rows cannot be taken and why. Pure: reads workbooks already parsed and
// what is known so far, gives a change set and a report; writes nothing.
namespace dandang::document {

// A row that was not taken in, with its place as the office sees it.
struct Refusal {
  std::string file;
  std::string sheet;
  int row = 0;          // 1-based
  int column = -1;      // 0-based; -1: the row as a whole
  std::string heading;  // the column's heading as the sheet writes it
  std::string value;    // the cell as it stands
  std::string code;     // stable, kebab-case: "identity-check-digit"
  Text reason;          // what is wrong and what to do
};

struct ColumnUse {
  int column = 0;
  std::string heading;
  std::string type;      // record type
  std::string field;     // empty: not taken in
  bool by_part = false;  // recognised because the heading contains an alias, not equals one
};

struct SkippedLine {
  int row = 0;
  Text why;  // a total, a note, a header repeated
};

struct SheetOutcome {
  std::string file;
  std::string sheet;
  std::string type;  // empty: the sheet was not recognised
  Text note;         // why it was not recognised, or what was assumed
  int header_first_row = 0, header_last_row = 0;
  std::optional<Date> sheet_date;  // from its caption (填报时间)
  std::optional<int> sheet_year;   // from its name, title or caption
  size_t rows_taken = 0;
  size_t rows_refused = 0;
  std::vector<SkippedLine> skipped;
  std::vector<ColumnUse> columns;
};

struct ImportPlan {
  std::vector<SheetOutcome> sheets;
  std::vector<Refusal> refusals;  // by file, sheet, row, column
  std::vector<record::NewVersion> versions;
  std::vector<record::Coverage> coverage;
};

struct ImportOptions {
  // The day the files were received: the snapshot's date where a sheet does not say its own.
  Date received_on;
  // Evaluates a record type's check over one row's cells (refs as key text). No value: unknown, so
  // nothing to refuse. `sheet_date` is what formulas call 填报时间.
  std::function<std::optional<bool>(const record::RecordType& type, size_t check_index,
                                    const std::vector<Cell>& cells, Date sheet_date)>
      row_check;
  // Why guards refuse to have such a row written; empty: they do not.
  std::function<std::vector<procedure::Refusal>(const record::RecordType& type,
                                                const std::vector<Cell>& cells, Date sheet_date)>
      write_guards;
  // Called now and then: rows done of rows in all.
  std::function<void(size_t done, size_t all)> progress;
};

// References resolve over the whole batch and what `known` already holds. A second row with the key
// of an earlier row of the batch is refused; a row refused takes the records made from it along.
ImportPlan plan_import(const record::Catalogue& catalogue, const record::Dataset& known,
                       const std::vector<format::Workbook>& workbooks,
                       const ImportOptions& options);

// The checks of GB 11643 on an identity number already brought to 18 characters; no value if good.
std::optional<Text> identity_number_fault(std::string_view number);

}  // namespace dandang::document
