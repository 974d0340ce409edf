#include "format/workbook_writer.h"

#include <fmt/format.h>
#include <xlsxwriter.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

#include "base/text.h"
#include "format/cell_value.h"
#include "format/file_io.h"
#include "format/workbook_errors.h"
#include "format/xml_parser.h"
#include "format/zip_archive.h"

namespace dandang::format {
namespace {

constexpr size_t kMaxSheetName = 31;  // UTF-16 units, as Excel counts
constexpr size_t kMaxCellUnits = 32'767;
constexpr double kDefaultWidth = 12;
constexpr double kTitleHeight = 30;
constexpr double kLineHeight = 16;
// 2000-01-01: a workbook's creation date is part of its bytes, and the clock must not be.
constexpr time_t kCreated = 946'684'800;
constexpr const char* kFont = "宋体";
constexpr uint8_t kGb2312Charset = 134;
constexpr uint8_t kPaperA4 = 9;

size_t utf16_units(char32_t code_point) {
  return code_point >= 0x10000 ? 2 : 1;
}

// Whole code points, at most `units` UTF-16 units of them, and nothing that is not UTF-8.
std::string clipped(std::string_view text, size_t units) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (utf16_units(c) > units) break;
    units -= utf16_units(c);
    // XML has no way to hold these two, and C strings end at a zero.
    append_code_point(out, c == 0 || c == 0xFFFE || c == 0xFFFF ? 0xFFFD : c);
  }
  return out;
}

// As the file must hold it: libxlsxwriter escapes control characters, but leaves a text that looks
// like such an escape alone, and readers would take it for one.
std::string cell_text(std::string_view text) {
  const std::string whole = clipped(text, kMaxCellUnits);
  std::string out;
  out.reserve(whole.size());
  for (size_t at = 0; at < whole.size(); ++at) {
    if (is_cell_text_escape(whole, at)) out += "_x005F";
    out += whole[at];
  }
  return out;
}

// A name Excel takes: no []:*?/\ and no control characters, no apostrophe at the ends, not empty,
// not the reserved "History", and unlike every other one of the workbook whatever its case.
std::string sheet_name(std::string_view wanted, std::set<std::string>& taken) {
  std::string base;
  for (size_t at = 0; at < wanted.size();) {
    const char32_t c = next_code_point(wanted, at);
    const bool forbidden =
        c < 0x20 ||
        (c < 0x80 && std::string_view("[]:*?/\\").find(static_cast<char>(c)) != std::string::npos);
    append_code_point(base, forbidden ? U'_' : c);
  }
  const auto trim_apostrophes = [](std::string name) {
    while (name.starts_with('\'')) name.erase(0, 1);
    while (name.ends_with('\'')) name.pop_back();
    return name;
  };
  base = trim_apostrophes(clipped(trim_apostrophes(trimmed(base)), kMaxSheetName));
  if (base.empty()) base = "表";
  if (to_upper_ascii(base) == "HISTORY") base += '_';
  std::string name = base;
  for (int number = 2; !taken.insert(to_upper_ascii(name)).second; ++number) {
    const std::string suffix = fmt::format(" ({})", number);
    name = clipped(base, kMaxSheetName - suffix.size()) + suffix;
  }
  return name;
}

lxw_color_t color_of(OutputCell::Tone tone) {
  switch (tone) {
    case OutputCell::Tone::kPlain:
      return 0x000000;
    case OutputCell::Tone::kGood:
      return 0x1B6E2C;
    case OutputCell::Tone::kBad:
      return 0xB3261E;
    case OutputCell::Tone::kMissing:
      return 0x9A5B00;
    case OutputCell::Tone::kMuted:
      return 0x808080;
  }
  return 0x000000;
}

// Formats belong to the workbook; each combination is made when it is first met.
class Formats {
 public:
  explicit Formats(lxw_workbook* book) : book_(book) {}

  lxw_format* title() {
    if (title_ == nullptr) {
      title_ = plain(16);
      format_set_bold(title_);
      format_set_align(title_, LXW_ALIGN_CENTER);
    }
    return title_;
  }
  lxw_format* caption() {
    if (caption_ == nullptr) {
      caption_ = plain(10);
      format_set_font_color(caption_, 0x595959);
      format_set_align(caption_, LXW_ALIGN_LEFT);
    }
    return caption_;
  }
  lxw_format* header() {
    if (header_ == nullptr) {
      header_ = plain(11);
      format_set_bold(header_);
      format_set_bg_color(header_, 0xE7EEF7);
      format_set_align(header_, LXW_ALIGN_CENTER);
      bordered(header_);
    }
    return header_;
  }
  lxw_format* body(OutputCell::Kind kind, OutputCell::Tone tone) {
    lxw_format*& format = body_[static_cast<size_t>(kind)][static_cast<size_t>(tone)];
    if (format == nullptr) {
      format = plain(11);
      format_set_font_color(format, color_of(tone));
      // Money is read by its points, so they stand under each other.
      if (kind == OutputCell::Kind::kMoney) format_set_num_format(format, "#,##0.00");
      if (kind == OutputCell::Kind::kText) format_set_align(format, LXW_ALIGN_LEFT);
      bordered(format);
    }
    return format;
  }

 private:
  lxw_format* plain(double size) {
    lxw_format* const format = workbook_add_format(book_);
    format_set_font_name(format, kFont);
    format_set_font_charset(format, kGb2312Charset);
    format_set_font_size(format, size);
    format_set_text_wrap(format);
    format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
    return format;
  }
  static void bordered(lxw_format* format) {
    format_set_border(format, LXW_BORDER_THIN);
    format_set_border_color(format, 0xBFBFBF);
  }

  lxw_workbook* book_;
  lxw_format* title_ = nullptr;
  lxw_format* caption_ = nullptr;
  lxw_format* header_ = nullptr;
  std::array<std::array<lxw_format*, 5>, 3> body_{};
};

lxw_error write_text(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t column, const std::string& text,
                     lxw_format* format) {
  // Never worksheet_write_formula or a call that guesses: a text stays a text.
  return worksheet_write_string(sheet, row, column, cell_text(text).c_str(), format);
}

lxw_error write_cell(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t column, const OutputCell& cell,
                     Formats& formats) {
  lxw_format* const format = formats.body(cell.kind, cell.tone);
  switch (cell.kind) {
    case OutputCell::Kind::kText:
      return write_text(sheet, row, column, cell.text, format);
    case OutputCell::Kind::kNumber: {
      const double value = cell.number.to_double();
      // A number that a spreadsheet cannot hold is shown digit by digit, not bent.
      if (!std::isfinite(value) || Decimal::from_double(value) != cell.number) {
        return write_text(sheet, row, column, cell.number.to_string(), format);
      }
      return worksheet_write_number(sheet, row, column, value, format);
    }
    case OutputCell::Kind::kMoney:
      return worksheet_write_number(sheet, row, column, static_cast<double>(cell.fen) / 100,
                                    format);
  }
  return LXW_NO_ERROR;
}

double width_of(const OutputSheet& sheet, size_t column) {
  const double stated = column < sheet.widths.size() ? sheet.widths[column] : 0;
  return stated > 0 ? std::min(stated, 255.0) : kDefaultWidth;
}

// The lines a text takes in a cell so many characters wide, a little pessimistic.
double wrapped_lines(std::string_view text, double width) {
  double lines = 0;
  for (const std::string& line : split(text, '\n')) {
    lines += std::max(
        1.0, std::ceil(static_cast<double>(display_width(line)) / std::max(width - 1, 1.0)));
  }
  return lines;
}

// Excel finds the height of wrapped rows when it opens a file, LibreOffice does not, and prints
// lines over each other: so rows that need more than one line say how high they are.
void set_row_height(lxw_worksheet* sheet, lxw_row_t row, double lines) {
  if (lines > 1) worksheet_set_row(sheet, row, std::min(lines, 25.0) * kLineHeight, nullptr);
}

// A line across the whole table, merged: merged cells do not grow by themselves, so the height is
// given.
lxw_error write_banner(lxw_worksheet* sheet, lxw_row_t row, size_t columns, const std::string& text,
                       double height, lxw_format* format) {
  worksheet_set_row(sheet, row, height, nullptr);
  if (columns < 2) return write_text(sheet, row, 0, text, format);
  return worksheet_merge_range(sheet, row, 0, row, static_cast<lxw_col_t>(columns - 1),
                               cell_text(text).c_str(), format);
}

lxw_error write_sheet(lxw_worksheet* sheet, const OutputSheet& content, size_t columns,
                      Formats& formats) {
  lxw_error first = LXW_NO_ERROR;
  const auto note = [&](lxw_error error) {
    if (first == LXW_NO_ERROR) first = error;
  };
  double total_width = 0;
  for (size_t column = 0; column < columns; ++column) {
    const double width = width_of(content, column);
    total_width += width;
    const auto place = static_cast<lxw_col_t>(column);
    note(worksheet_set_column(sheet, place, place, width, nullptr));
  }

  // In constant memory rows must come from top to bottom.
  lxw_row_t row = 0;
  if (!content.title.empty()) {
    note(write_banner(sheet, row++, columns, content.title, kTitleHeight, formats.title()));
  }
  if (!content.caption.empty()) {
    const double lines = std::min(wrapped_lines(content.caption, total_width), 25.0);
    note(write_banner(sheet, row++, columns, content.caption, kLineHeight * lines,
                      formats.caption()));
  }
  if (!content.header.empty()) {
    double lines = 1;
    for (size_t column = 0; column < content.header.size(); ++column) {
      lines = std::max(lines, wrapped_lines(content.header[column], width_of(content, column)));
    }
    set_row_height(sheet, row, lines);
    for (size_t column = 0; column < content.header.size(); ++column) {
      note(write_text(sheet, row, static_cast<lxw_col_t>(column), content.header[column],
                      formats.header()));
    }
    const auto last_column = static_cast<lxw_col_t>(content.header.size() - 1);
    const auto last_row = static_cast<lxw_row_t>(row + content.rows.size());
    note(worksheet_autofilter(sheet, row, 0, last_row, last_column));
    note(worksheet_repeat_rows(sheet, row, row));
    ++row;
  }
  worksheet_freeze_panes(sheet, row, 0);
  for (const auto& cells : content.rows) {
    double lines = 1;
    for (size_t column = 0; column < cells.size(); ++column) {
      if (cells[column].kind != OutputCell::Kind::kText) continue;
      lines = std::max(lines, wrapped_lines(cells[column].text, width_of(content, column)));
    }
    set_row_height(sheet, row, lines);
    for (size_t column = 0; column < cells.size(); ++column) {
      note(write_cell(sheet, row, static_cast<lxw_col_t>(column), cells[column], formats));
    }
    ++row;
  }

  worksheet_set_landscape(sheet);
  worksheet_set_paper(sheet, kPaperA4);
  worksheet_set_margins(sheet, 0.5, 0.5, 0.6, 0.6);
  worksheet_center_horizontally(sheet);
  worksheet_fit_to_pages(sheet, 1, 0);
  note(worksheet_set_footer(sheet, "&C第 &P 页，共 &N 页"));
  return first;
}

// Counts what must be in a sheet's XML.
class CellCounter : public XmlHandler {
 public:
  void start_element(std::string_view name, const XmlAttributes&) override {
    if (name == "c") ++cells;
  }
  void end_element(std::string_view) override {}

  size_t cells = 0;
};

size_t cells_of(const OutputSheet& sheet, size_t columns) {
  const size_t banner = std::max<size_t>(columns, 1);
  size_t cells = sheet.header.size() + (sheet.title.empty() ? 0 : banner) +
                 (sheet.caption.empty() ? 0 : banner);
  for (const auto& row : sheet.rows) cells += row.size();
  return cells;
}

// libxlsxwriter does not look whether its temporary files take what it writes (with a full /tmp it
// packs half a sheet and reports success), so the file is read again before it gets its name.
Result<void> check_written(const TemporaryFile& file, const std::string& path,
                           const std::vector<size_t>& cells) {
  const Error incomplete{ErrorCode::kIo,
                         {"写出的工作簿不完整", "the workbook was not written whole"},
                         path,
                         {"请检查临时目录与目标磁盘的剩余空间",
                          "check the space left in the temporary folder and on the disk"}};
  Limits limits;
  limits.file_bytes = limits.unpacked_bytes = limits.ratio = std::numeric_limits<uint64_t>::max();
  DD_ASSIGN_OR_RETURN(const std::string bytes, read_file(file.name(), limits.file_bytes));
  auto archive = ZipArchive::open(bytes, base_name(path), limits);
  if (!archive) return incomplete;
  std::vector<size_t> found(cells.size(), 0);
  for (uint64_t part = 0; part < archive->part_count(); ++part) {
    CellCounter counter;
    if (!parse_xml_part(*archive, part, counter)) return incomplete;
    for (size_t sheet = 0; sheet < cells.size(); ++sheet) {
      if (archive->name(part) == fmt::format("xl/worksheets/sheet{}.xml", sheet + 1)) {
        found[sheet] = counter.cells;
      }
    }
  }
  if (found != cells) return incomplete;
  return {};
}

size_t column_count(const OutputSheet& sheet) {
  size_t columns = std::max(sheet.header.size(), sheet.widths.size());
  for (const auto& row : sheet.rows) columns = std::max(columns, row.size());
  return columns;
}

}  // namespace

Result<void> write_workbook(const std::string& path, const std::vector<OutputSheet>& sheets) {
  constexpr size_t kBannerRows = 3;
  for (const OutputSheet& sheet : sheets) {
    const Text rows{"工作表行数", "the rows of a sheet are"};
    const Text columns{"工作表列数", "the columns of a sheet are"};
    if (sheet.rows.size() > LXW_ROW_MAX - kBannerRows) {
      return limit_passed(base_name(path), rows, LXW_ROW_MAX - kBannerRows);
    }
    if (column_count(sheet) > LXW_COL_MAX) {
      return limit_passed(base_name(path), columns, LXW_COL_MAX);
    }
  }

  DD_ASSIGN_OR_RETURN(TemporaryFile file, TemporaryFile::create(path));
  lxw_workbook_options options{};
  options.constant_memory = LXW_TRUE;
  const auto failed = [&](lxw_error error) {
    const char* reason = lxw_strerror(error);
    return Error{
        ErrorCode::kIo,
        {fmt::format("无法写入工作簿（{}）", reason),
         fmt::format("cannot write the workbook ({})", reason)},
        path,
        {"请检查路径、权限与磁盘空间", "check the path, the permissions and the disk space"}};
  };
  lxw_workbook* const book = workbook_new_opt(file.name().c_str(), &options);
  if (book == nullptr) return failed(LXW_ERROR_MEMORY_MALLOC_FAILED);
  lxw_doc_properties properties{};
  properties.created = kCreated;
  lxw_error error = workbook_set_properties(book, &properties);

  Formats formats(book);
  std::set<std::string> taken;
  std::vector<size_t> cells;
  for (const OutputSheet& content : sheets) {
    lxw_worksheet* const sheet =
        workbook_add_worksheet(book, sheet_name(content.name, taken).c_str());
    if (sheet == nullptr) {
      error = LXW_ERROR_CREATING_TMPFILE;
      break;
    }
    const size_t columns = column_count(content);
    cells.push_back(cells_of(content, columns));
    const lxw_error written = write_sheet(sheet, content, columns, formats);
    if (error == LXW_NO_ERROR) error = written;
  }
  // Frees the workbook, whatever it returns.
  const lxw_error closed = workbook_close(book);
  if (error != LXW_NO_ERROR) return failed(error);
  if (closed != LXW_NO_ERROR) return failed(closed);
  DD_RETURN_IF_ERROR(check_written(file, path, cells));
  return file.commit();
}

}  // namespace dandang::format
