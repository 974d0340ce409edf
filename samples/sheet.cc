#include "sheet.h"

#include <array>
#include <stdexcept>

namespace samples {
namespace {

// 2026-06-30 00:00 UTC: a book without a date of its own would get the clock's.
constexpr time_t kCreated = 1782777600;

constexpr std::array kDayFormats = {"yyyy-mm-dd", "yyyy/m/d", "yyyy\"年\"m\"月\"d\"日\""};

lxw_row_t row_index(int row) {
  return static_cast<lxw_row_t>(row);
}
lxw_col_t column_index(int column) {
  return static_cast<lxw_col_t>(column);
}

}  // namespace

Cell Cell::of_text(const std::string& text) {
  Cell cell;
  cell.kind = text.empty() ? Kind::kBlank : Kind::kText;
  cell.text = text;
  return cell;
}

Cell Cell::of_number(double number) {
  Cell cell;
  cell.kind = Kind::kNumber;
  cell.number = number;
  return cell;
}

Cell Cell::of_money(double yuan) {
  Cell cell = of_number(yuan);
  cell.kind = Kind::kMoney;
  return cell;
}

Cell Cell::of_day(Day date, size_t style) {
  Cell cell;
  cell.kind = Kind::kDay;
  cell.date = date;
  cell.style = style % kDayFormats.size();
  return cell;
}

Cell Cell::of_month(Day date) {
  Cell cell = of_day(day(year_of(date), month_of(date), 1), 0);
  cell.kind = Kind::kMonth;
  return cell;
}

Book::Book(const std::string& folder, const std::string& name)
    : name_(name), workbook_(workbook_new((folder + "/" + name).c_str())) {
  if (workbook_ == nullptr) throw std::runtime_error("cannot make " + name);
  lxw_doc_properties properties{};
  properties.created = kCreated;
  workbook_set_properties(workbook_, &properties);
  title_ = format("", true, true, false);
  format_set_font_size(title_, 16);
  plain_ = format("", false, false, false);
  head_ = format("", true, true, true);
  format_set_text_wrap(head_);
  body_ = format("", false, false, true);
  money_ = format("#,##0.00", false, false, true);
  month_ = format("yyyy.mm", false, false, true);
  for (const char* day_format : kDayFormats) {
    days_.push_back(format(day_format, false, false, true));
  }
}

Book::~Book() {
  if (workbook_ != nullptr) lxw_workbook_free(workbook_);
}

void Book::close() {
  const lxw_error error = workbook_close(workbook_);
  workbook_ = nullptr;  // closed and freed, well or not
  if (error != LXW_NO_ERROR) {
    throw std::runtime_error("cannot write " + name_ + ": " + lxw_strerror(error));
  }
}

lxw_format* Book::format(const char* number_format, bool bold, bool centred, bool border) {
  lxw_format* format = workbook_add_format(workbook_);
  if (*number_format != '\0') format_set_num_format(format, number_format);
  if (bold) format_set_bold(format);
  if (centred) format_set_align(format, LXW_ALIGN_CENTER);
  if (centred) format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
  if (border) format_set_border(format, LXW_BORDER_THIN);
  return format;
}

Sheet::Sheet(Book& book, const std::string& name, int width)
    : book_(book), sheet_(workbook_add_worksheet(book.workbook_, name.c_str())), width_(width) {
  if (sheet_ == nullptr) throw std::runtime_error("cannot add sheet " + name);
  worksheet_set_column(sheet_, 0, column_index(width - 1), 15, nullptr);
}

void Sheet::title(const std::string& text) {
  merge(next_, 0, next_, width_ - 1, text, book_.title_);
  ++next_;
}

void Sheet::caption(const std::string& left, const std::string& right) {
  put(0, Cell::of_text(left), false);
  // The right half stands over the last columns, as a printed form has it.
  if (!right.empty()) put(width_ > 4 ? width_ - 2 : width_ - 1, Cell::of_text(right), false);
  ++next_;
}

void Sheet::headings(const std::vector<Heading>& headings) {
  bool grouped = false;
  for (const Heading& heading : headings) grouped = grouped || !heading.group.empty();
  if (grouped) heading_groups(headings);
  const int top = next_;
  const int bottom = grouped ? next_ + 1 : next_;
  for (size_t i = 0; i < headings.size(); ++i) {
    const int first = headings[i].group.empty() ? top : bottom;
    merge(first, static_cast<int>(i), bottom, static_cast<int>(i), headings[i].text, book_.head_);
  }
  next_ = bottom + 1;
}

void Sheet::heading_groups(const std::vector<Heading>& headings) {
  for (size_t i = 0; i < headings.size();) {
    size_t end = i + 1;
    while (end < headings.size() && headings[end].group == headings[i].group) ++end;
    if (!headings[i].group.empty()) {
      merge(next_, static_cast<int>(i), next_, static_cast<int>(end) - 1, headings[i].group,
            book_.head_);
    }
    i = end;
  }
}

int Sheet::row(const std::vector<Cell>& cells, bool border) {
  for (size_t i = 0; i < cells.size(); ++i) put(static_cast<int>(i), cells[i], border);
  return ++next_;
}

void Sheet::total(const std::string& word, const std::vector<std::pair<int, double>>& numbers) {
  merge(next_, 0, next_, 1, word, book_.head_);
  for (const auto& [column, number] : numbers) put(column, Cell::of_number(number), true);
  ++next_;
}

void Sheet::note(const std::string& text) {
  merge(next_, 0, next_, width_ - 1, text, book_.plain_);
  ++next_;
}

void Sheet::hide() {
  worksheet_hide(sheet_);
}

void Sheet::put(int column, const Cell& cell, bool border) {
  const lxw_row_t row = row_index(next_);
  const lxw_col_t at = column_index(column);
  lxw_datetime date{};
  date.year = year_of(cell.date);
  date.month = month_of(cell.date);
  date.day = day_of(cell.date);
  switch (cell.kind) {
    case Cell::Kind::kBlank:
      if (border) worksheet_write_blank(sheet_, row, at, book_.body_);
      break;
    case Cell::Kind::kText:
      worksheet_write_string(sheet_, row, at, cell.text.c_str(),
                             border ? book_.body_ : book_.plain_);
      break;
    case Cell::Kind::kNumber:
      worksheet_write_number(sheet_, row, at, cell.number, book_.body_);
      break;
    case Cell::Kind::kMoney:
      worksheet_write_number(sheet_, row, at, cell.number, book_.money_);
      break;
    case Cell::Kind::kDay:
      worksheet_write_datetime(sheet_, row, at, &date, book_.days_[cell.style]);
      break;
    case Cell::Kind::kMonth:
      worksheet_write_datetime(sheet_, row, at, &date, book_.month_);
      break;
  }
}

void Sheet::merge(int first_row, int first_column, int last_row, int last_column,
                  const std::string& text, lxw_format* format) {
  if (first_row == last_row && first_column == last_column) {
    worksheet_write_string(sheet_, row_index(first_row), column_index(first_column), text.c_str(),
                           format);
    return;
  }
  worksheet_merge_range(sheet_, row_index(first_row), column_index(first_column),
                        row_index(last_row), column_index(last_column), text.c_str(), format);
}

}  // namespace samples
