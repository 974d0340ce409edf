#pragma once

#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "document/sheet_recognition.h"

namespace dandang::document {

// Tells lines of data below the headings from totals, notes, and headings printed again.
// When in doubt a line is data: then it is refused aloud rather than passed over.
class LineSorter {
 public:
  LineSorter(const record::Catalogue& catalogue, const RecognisedSheet& sheet,
             const SheetGrid& grid);

  struct Skip {
    Text why;
    bool headings_again = false;
    // Of a line with one text, as titles and section lines are: the year it speaks of, and whether
    // it says nothing else.
    std::optional<int> year;
    bool year_alone = false;
  };

  // Why the line is not data; no value if it is.
  std::optional<Skip> why_skipped(size_t row) const;

 private:
  struct Line {
    std::vector<const format::WorkbookCell*> cells;  // with content, 序号 left out
    std::string first_word;                          // compact; its first words, numbers ignored
    bool has_index = false;
  };

  Line line_at(size_t row) const;
  static Skip skip_single_text(const Line& line, Text why);
  bool has_identity_number(const Line& line) const;
  bool is_headings_again(const Line& line) const;
  bool is_title_again(const Line& line) const;
  bool is_column_numbers(size_t row) const;
  bool is_lone_remark(size_t row, const Line& line) const;

  const RecognisedSheet* sheet_;
  const SheetGrid* grid_;
  std::set<int> mapped_columns_;
  std::set<int> needed_columns_;
  std::set<int> identity_columns_;
  std::unordered_set<uint32_t> index_columns_;
  std::unordered_map<uint32_t, const Heading*> heading_by_column_;
  std::unordered_set<std::string> title_words_;
};

bool is_total_word(std::string_view compacted);
bool is_note_word(std::string_view compacted);

}  // namespace dandang::document
