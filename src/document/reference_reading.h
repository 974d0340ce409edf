#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "document/batch.h"
#include "document/references.h"

namespace dandang::document {

// Reads the cells that name other records, and says in an office's words why one cannot be found.
class ReferenceReader {
 public:
  ReferenceReader(const record::Catalogue& catalogue, References& references,
                  const std::vector<Line>& lines)
      : catalogue_(&catalogue), references_(&references), lines_(&lines) {}

  // Fills the draft's references, but for those to the row's own record; adds faults to the line.
  void read(Line& line, Draft& draft);

 private:
  struct Cells {
    const format::WorkbookCell* value = nullptr;  // null where blank
    const format::WorkbookCell* name = nullptr;
    FieldColumns columns;
    bool required = false;
  };
  struct Outcome {
    std::string key;  // empty: blank
    std::vector<RowFault> faults;
  };

  Cells cells_of(const Line& line, const Draft& draft, size_t field) const;
  Outcome read_field(const Line& line, const record::Field& field, const Cells& cells);
  Outcome by_number(size_t target, const Cells& cells);
  Outcome by_name(const Line& line, size_t target, const format::WorkbookCell& cell, int column);
  Outcome outcome_of(const References::Found& found, size_t target, int column,
                     const std::string& words, bool is_person);
  RowFault not_found(size_t target, int column, const std::string& words, bool is_person);
  void compare_names(size_t target, const std::string& key, const Cells& cells,
                     Outcome& outcome) const;
  std::vector<std::string> same_unit(const Line& line, size_t target,
                                     std::vector<std::string> keys);
  int unit_column(const SheetJob& job, size_t target);
  bool has_unit(const Line& person, const std::string& unit) const;

  const record::Catalogue* catalogue_;
  References* references_;
  const std::vector<Line>* lines_;
  std::map<std::pair<const SheetJob*, size_t>, int> unit_columns_;
};

}  // namespace dandang::document
