#pragma once

#include <string>
#include <vector>

#include "document/row_reading.h"
#include "document/sheet_grid.h"
#include "document/sheet_recognition.h"

// The lines of all workbooks imported together.
namespace dandang::document {

struct SheetJob {
  const format::Workbook* workbook;
  const format::Sheet* sheet;
  SheetGrid grid;
  RecognisedSheet found;
  size_t outcome = 0;  // in the plan
};

struct Line {
  const SheetJob* job = nullptr;
  size_t row = 0;  // of the grid
  std::vector<Draft> drafts;
  std::vector<RowFault> faults;

  uint32_t number() const { return job->grid.row_number(row); }
  bool refused() const { return !faults.empty(); }
};

// "花名册.xlsx「Sheet1」第 5 行"
Text place_of(const Line& line);

}  // namespace dandang::document
