#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "document/heading_match.h"
#include "document/import.h"
#include "document/sheet_grid.h"

// Which record type a sheet holds, where its headings stand, and what its title and caption say.
namespace dandang::document {

// How one row of the sheet gives one record.
struct TypeMapping {
  size_t type = 0;  // in the catalogue
  std::vector<FieldColumns> fields;
  bool with_main = false;         // made beside the main type's record
  std::optional<int> group_year;  // the year of a group of columns, on wide sheets
  std::set<int> group_columns;    // columns only this year has
  int title_year_field = -1;      // filled with group_year or the sheet's year
};

struct RecognisedSheet {
  size_t type = 0;                          // the main one
  size_t header_begin = 0, header_end = 0;  // rows of the grid
  std::vector<Heading> headings;
  std::vector<TypeMapping> mappings;
  int64_t caption_money_unit = 1;
  Date date;  // the caption's, or the day received
  std::optional<int> year;

  const Heading* heading_of(int column) const;
  // Yuan that 1 in the column stands for.
  int64_t money_unit(int column) const;
};

class SheetRecogniser {
 public:
  SheetRecogniser(const record::Catalogue& catalogue, Date received_on);

  // Fills the outcome's file, sheet, notes, dates and columns either way.
  std::optional<RecognisedSheet> recognise(const format::Workbook& workbook,
                                           const format::Sheet& sheet, const SheetGrid& grid,
                                           SheetOutcome& outcome) const;

 private:
  struct Header {
    size_t begin = 0, end = 0;
    std::vector<Heading> headings;
    bool viable = false;
    size_t fields = 0, columns = 0;
  };
  // What speaks for one type.
  struct Candidate {
    size_t type = 0;
    std::vector<TypeMapping> mappings;
    std::set<int> columns;
    std::vector<std::string> lacking;  // required fields without a column
    bool lacks_year = false;
    size_t fields = 0;
    double share = 0;  // of the sheet's headings
    // Fields that only a sheet of this kind has: every list of persons has their name and number.
    size_t telling = 0;
    bool telling_required = false;
    int first_column = 0;  // the subject of a table stands on its left
    bool words = false;
  };

  std::optional<Header> find_header(const SheetGrid& grid) const;
  Header evaluate(const SheetGrid& grid, size_t begin, size_t end) const;
  void extend(const SheetGrid& grid, Header& header) const;
  bool try_rows(const SheetGrid& grid, Header& header, size_t begin, size_t end) const;

  Candidate judge(size_t index, const std::vector<Heading>& headings) const;
  std::vector<TypeMapping> map_type(const HeadingMatcher& matcher, size_t type,
                                    const std::vector<Heading>& headings) const;
  void add_taken_types(Candidate& candidate, const std::vector<Heading>& headings,
                       bool year_known) const;
  void weigh(Candidate& candidate, const std::vector<Heading>& headings) const;
  bool is_by_chance(const Candidate& candidate) const;
  std::vector<Candidate> judge_all(const Header& header, const std::string& title,
                                   const std::string& file, bool year_known) const;
  const Candidate* choose(const std::vector<Candidate>& candidates, Text& why_not) const;
  const Candidate* about_the_register(const std::vector<const Candidate*>& viable,
                                      const Candidate& best) const;
  bool refers_to(size_t type, size_t target) const;
  size_t own_fields(const Candidate& candidate, const Candidate& target) const;
  Text nothing_fits(const Header& header, const std::vector<Candidate>& candidates) const;

  const record::Catalogue* catalogue_;
  Date received_on_;
  std::vector<size_t> main_types_;
  std::vector<HeadingMatcher> matchers_;  // one a main type
  struct TakenType {
    size_t type;
    HeadingMatcher matcher;
  };
  std::vector<std::vector<TakenType>> taken_;  // [main type]
};

// A heading that only numbers the rows: 序号.
bool is_index_heading(const Heading& heading);

}  // namespace dandang::document
