#pragma once

#include <xlsxwriter.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "county.h"

namespace samples {

struct Cell {
  enum class Kind { kBlank, kText, kNumber, kMoney, kDay, kMonth };
  Kind kind = Kind::kBlank;
  std::string text;
  double number = 0;
  Day date{};
  size_t style = 0;  // which of the date formats

  static Cell of_text(const std::string& text);
  static Cell of_number(double number);
  static Cell of_money(double yuan);
  static Cell of_day(Day date, size_t style);
  static Cell of_month(Day date);
};

// One column: its heading (with the line breaks and blanks the office put there), the merged
// heading above it if any, and what a row shows in it.
template <typename Row>
struct Column {
  std::string heading;
  std::string group;
  std::function<Cell(const Row&)> cell;
};

struct Heading {
  std::string text, group;
};

class Book {
 public:
  Book(const std::string& folder, const std::string& name);
  ~Book();
  Book(const Book&) = delete;
  Book& operator=(const Book&) = delete;

  // Throws std::runtime_error where the file cannot be written.
  void close();
  const std::string& name() const { return name_; }

 private:
  friend class Sheet;
  lxw_format* format(const char* number_format, bool bold, bool centred, bool border);

  std::string name_;
  lxw_workbook* workbook_ = nullptr;
  lxw_format *title_ = nullptr, *plain_ = nullptr, *head_ = nullptr, *body_ = nullptr;
  lxw_format *money_ = nullptr, *month_ = nullptr;
  std::vector<lxw_format*> days_;
};

// A sheet written from top to bottom.
class Sheet {
 public:
  Sheet(Book& book, const std::string& name, int width);

  void attachment(const std::string& text) { row({Cell::of_text(text)}, false); }
  void title(const std::string& text);
  void caption(const std::string& left, const std::string& right);
  // One row, or two where a heading has a group: equal neighbours are merged across, headings
  // without a group are merged down.
  void headings(const std::vector<Heading>& headings);
  // Returns the row's number as the office sees it.
  int row(const std::vector<Cell>& cells, bool border = true);
  void blank() { ++next_; }
  // 小计, 合计: a word over the first two cells and the numbers given by column.
  void total(const std::string& word, const std::vector<std::pair<int, double>>& numbers);
  void note(const std::string& text);
  void hide();

  template <typename Row>
  void headings_of(const std::vector<Column<Row>>& columns) {
    std::vector<Heading> all;
    for (const Column<Row>& column : columns) all.push_back({column.heading, column.group});
    headings(all);
  }
  template <typename Row>
  int row_of(const std::vector<Column<Row>>& columns, const Row& row_data) {
    std::vector<Cell> cells;
    for (const Column<Row>& column : columns) cells.push_back(column.cell(row_data));
    return row(cells);
  }

 private:
  void put(int column, const Cell& cell, bool border);
  void merge(int first_row, int first_column, int last_row, int last_column,
             const std::string& text, lxw_format* format);
  void heading_groups(const std::vector<Heading>& headings);

  Book& book_;
  lxw_worksheet* sheet_;
  int width_;
  int next_ = 0;
};

}  // namespace samples
