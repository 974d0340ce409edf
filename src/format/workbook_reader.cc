#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include "format/cell_value.h"
#include "format/file_io.h"
#include "format/number_format.h"
#include "format/package.h"
#include "format/workbook.h"
#include "format/workbook_errors.h"
#include "format/xml_parser.h"

namespace dandang::format {
namespace {

const Text kTextBytes{"工作簿文字总字节数", "the workbook's bytes of text are"};
// Excel itself stops at 65,490.
constexpr size_t kMaxStyles = 1 << 20;
const Text kCellBytes{"单元格文字字节数", "the bytes of text in one cell are"};

// Text of <si> or <is> (CT_Rst): <t> alone, or runs <r><t>; phonetic guides <rPh> are not the text.
// Driven by a handler that knows where such an element begins and ends.
class RichText {
 public:
  void begin() {
    depth_ = 0;
    collecting_ = false;
    text_.clear();
  }
  void start(std::string_view name) {
    ++depth_;
    if (depth_ == 1) in_run_ = name == "r";
    collecting_ = name == "t" && (depth_ == 1 || (depth_ == 2 && in_run_));
  }
  // True where the element that ends is the whole.
  bool end() {
    collecting_ = false;
    return depth_-- == 0;
  }
  void add(std::string_view text) {
    if (collecting_) text_ += text;
  }
  const std::string& text() const { return text_; }

 private:
  int depth_ = 0;
  bool in_run_ = false;
  bool collecting_ = false;
  std::string text_;
};

// All shared strings in one block: workbooks have a hundred thousand of them.
class SharedStrings {
 public:
  size_t size() const { return ends_.size(); }
  std::string_view at(size_t index) const {
    const size_t begin = index == 0 ? 0 : ends_[index - 1];
    return std::string_view(block_).substr(begin, ends_[index] - begin);
  }
  void append(std::string_view text) {
    block_ += text;
    ends_.push_back(block_.size());
  }

 private:
  std::string block_;
  std::vector<size_t> ends_;
};

class SharedStringsHandler : public XmlHandler {
 public:
  SharedStringsHandler(SharedStrings& strings, const Limits& limits)
      : strings_(strings), limits_(limits) {}

  void start_element(std::string_view name, const XmlAttributes&) override {
    if (in_item_) {
      rich_.start(name);
      return;
    }
    ++depth_;
    if (depth_ == 1 && name != "sst") {
      parser().fail_damaged({"根元素不是 sst", "its root is not sst"});
    } else if (depth_ == 2 && name == "si") {
      in_item_ = true;
      rich_.begin();
    }
  }
  void end_element(std::string_view) override {
    if (in_item_ && !rich_.end()) return;
    if (in_item_) {
      in_item_ = false;
      if (strings_.size() >= limits_.cells) {
        parser().fail_limit({"共享字符串数", "the shared strings are"}, limits_.cells);
        return;
      }
      strings_.append(unescape_cell_text(rich_.text(), unescaped_));
    }
    --depth_;
  }
  void characters(std::string_view text) override {
    if (!in_item_) return;
    rich_.add(text);
    if (rich_.text().size() > limits_.cell_bytes) {
      parser().fail_limit(kCellBytes, limits_.cell_bytes);
    }
  }

 private:
  SharedStrings& strings_;
  const Limits& limits_;
  RichText rich_;
  std::string unescaped_;
  int depth_ = 0;
  bool in_item_ = false;
};

// The number format of each cell style (cellXfs).
class StylesHandler : public XmlHandler {
 public:
  void start_element(std::string_view name, const XmlAttributes& attributes) override {
    ++depth_;
    if (depth_ == 1 && name != "styleSheet") {
      parser().fail_damaged({"根元素不是 styleSheet", "its root is not styleSheet"});
    } else if (depth_ == 2) {
      section_ = name == "numFmts"   ? Section::kFormats
                 : name == "cellXfs" ? Section::kCellStyles
                                     : Section::kOther;
    } else if (std::max(declared_.size(), styles_.size()) >= kMaxStyles) {
      parser().fail_limit({"单元格样式数", "the cell styles are"}, kMaxStyles);
    } else if (depth_ == 3 && section_ == Section::kFormats && name == "numFmt") {
      if (const auto id = parse_unsigned(attributes.get("numFmtId"))) {
        declared_[*id] = parse_number_format(attributes.get("formatCode"));
      }
    } else if (depth_ == 3 && section_ == Section::kCellStyles && name == "xf") {
      styles_.push_back(parse_unsigned(attributes.get("numFmtId")).value_or(0));
    }
  }
  void end_element(std::string_view) override { --depth_; }

  // Formats may be declared behind their use, so they are looked up at the end.
  std::vector<NumberFormat> formats() const {
    std::vector<NumberFormat> out;
    out.reserve(styles_.size());
    for (uint32_t id : styles_) {
      const auto it = declared_.find(id);
      out.push_back(it == declared_.end() ? builtin_number_format(id) : it->second);
    }
    return out;
  }

 private:
  enum class Section { kOther, kFormats, kCellStyles };
  int depth_ = 0;
  Section section_ = Section::kOther;
  std::unordered_map<uint32_t, NumberFormat> declared_;
  std::vector<uint32_t> styles_;
};

// What all sheets of a workbook share.
struct Context {
  const Limits& limits;
  DateSystem dates = DateSystem::k1900;
  SharedStrings strings;
  std::vector<NumberFormat> formats;
  uint64_t cells = 0;
  // A shared string may be named by every cell: what the copies take is bounded too.
  uint64_t text_bytes = 0;
};

class SheetHandler : public XmlHandler {
 public:
  SheetHandler(Context& context, Sheet& sheet) : context_(context), sheet_(sheet) {}

  void start_element(std::string_view name, const XmlAttributes& attributes) override {
    if (skipped_ > 0) {
      ++skipped_;
      return;
    }
    switch (state_) {
      case State::kOutside:
        if (name != "worksheet") {
          parser().fail_damaged({"根元素不是 worksheet", "its root is not worksheet"});
          return;
        }
        state_ = State::kWorksheet;
        return;
      case State::kWorksheet:
        if (name == "sheetData") {
          state_ = State::kSheetData;
          return;
        }
        if (name == "mergeCells") {
          state_ = State::kMergeCells;
          return;
        }
        break;
      case State::kSheetData:
        if (name == "row") return begin_row(attributes);
        break;
      case State::kRow:
        if (name == "c") return begin_cell(attributes);
        break;
      case State::kCell:
        if (name == "v") {
          state_ = State::kValue;
          value_.clear();
          return;
        }
        if (name == "is") {
          state_ = State::kInline;
          rich_.begin();
          return;
        }
        if (name == "f") has_formula_ = true;
        break;
      case State::kInline:
        rich_.start(name);
        return;
      case State::kMergeCells:
        if (name == "mergeCell") add_merge(attributes.get("ref"));
        break;
      case State::kValue:
        break;
    }
    skipped_ = 1;
  }

  void end_element(std::string_view) override {
    if (skipped_ > 0) {
      --skipped_;
      return;
    }
    switch (state_) {
      case State::kOutside:
        return;
      case State::kWorksheet:
        state_ = State::kOutside;
        return;
      case State::kSheetData:
      case State::kMergeCells:
        state_ = State::kWorksheet;
        return;
      case State::kRow:
        end_row();
        state_ = State::kSheetData;
        return;
      case State::kCell:
        end_cell();
        state_ = State::kRow;
        return;
      case State::kValue:
        state_ = State::kCell;
        return;
      case State::kInline:
        if (!rich_.end()) return;
        value_ = rich_.text();
        state_ = State::kCell;
        return;
    }
  }

  void characters(std::string_view text) override {
    if (skipped_ > 0) return;
    if (state_ == State::kValue) {
      value_ += text;
    } else if (state_ == State::kInline) {
      rich_.add(text);
    } else {
      return;
    }
    if (std::max(value_.size(), rich_.text().size()) > context_.limits.cell_bytes) {
      parser().fail_limit(kCellBytes, context_.limits.cell_bytes);
    }
  }

  // Rows come in order but from the oddest writers.
  void finish() {
    auto& rows = sheet_.rows;
    if (!rows_sorted_) {
      std::stable_sort(rows.begin(), rows.end(), [](const WorkbookRow& a, const WorkbookRow& b) {
        return a.number < b.number;
      });
      size_t kept = 0;
      for (size_t first = 0, next = 0; first < rows.size(); first = next, ++kept) {
        if (kept != first) rows[kept] = std::move(rows[first]);
        auto& cells = rows[kept].cells;
        for (next = first + 1; next < rows.size() && rows[next].number == rows[kept].number;
             ++next) {
          std::move(rows[next].cells.begin(), rows[next].cells.end(), std::back_inserter(cells));
        }
        if (next > first + 1) sort_cells(cells);
      }
      rows.resize(kept);
    }
    rows.shrink_to_fit();
  }

 private:
  enum class State { kOutside, kWorksheet, kSheetData, kRow, kCell, kValue, kInline, kMergeCells };

  void begin_row(const XmlAttributes& attributes) {
    state_ = State::kRow;
    row_stated_ = false;
    ++row_;
    attributes.for_each([&](std::string_view name, std::string_view value) {
      if (name != "r") return;
      const auto number = parse_unsigned(value);
      if (!number || *number == 0) {
        parser().fail_damaged({"行号无效", "a row's number makes no sense"});
        return;
      }
      row_ = *number;
      row_stated_ = true;
    });
    next_column_ = 0;
    cells_sorted_ = true;
    cells_.clear();
  }

  void begin_cell(const XmlAttributes& attributes) {
    state_ = State::kCell;
    column_ = next_column_;
    style_ = 0;
    type_ = {};
    has_formula_ = false;
    value_.clear();
    attributes.for_each([&](std::string_view name, std::string_view value) {
      if (name == "r") {
        const auto place = parse_cell_reference(value);
        if (!place) {
          parser().fail_damaged({"单元格地址无效", "a cell's reference makes no sense"});
          return;
        }
        column_ = place->column;
        // A row without a number is where its cells say it is.
        if (!row_stated_ && place->row >= row_) row_ = place->row;
        row_stated_ = true;
      } else if (name == "s") {
        style_ = parse_unsigned(value).value_or(0);
      } else if (name == "t") {
        type_ = cell_type(value);
      }
    });
    next_column_ = column_ + 1;
  }

  enum class Type { kNumber, kShared, kText, kInline, kBoolean, kError, kIsoDate };

  static Type cell_type(std::string_view name) {
    if (name == "s") return Type::kShared;
    if (name == "str") return Type::kText;
    if (name == "inlineStr") return Type::kInline;
    if (name == "b") return Type::kBoolean;
    if (name == "e") return Type::kError;
    if (name == "d") return Type::kIsoDate;
    return Type::kNumber;
  }

  void end_cell() {
    WorkbookCell cell;
    cell.column = column_;
    switch (type_) {
      case Type::kShared: {
        if (value_.empty()) return;
        const auto index = parse_unsigned(trim_ascii(value_));
        if (!index || *index >= context_.strings.size()) {
          parser().fail_damaged(
              {fmt::format("{} 引用了不存在的共享字符串", cell_name(column_, row_)),
               fmt::format("{} names a shared string there is not", cell_name(column_, row_))});
          return;
        }
        set_text(cell, context_.strings.at(*index));
        break;
      }
      case Type::kText:
      case Type::kInline:
        set_text(cell, unescape_cell_text(value_, unescaped_));
        break;
      case Type::kBoolean: {
        const std::string_view value = trim_ascii(value_);
        if (value.empty()) return;
        cell.kind = CellKind::kBoolean;
        cell.boolean = value == "1" || value == "true";
        break;
      }
      case Type::kError:
        cell.kind = CellKind::kError;
        cell.text = value_.empty() ? "#N/A" : value_;
        break;
      case Type::kIsoDate:
        set_iso_date(cell);
        break;
      case Type::kNumber:
        set_number(cell);
        break;
    }
    if (cell.kind == CellKind::kBlank) return;
    if (column_ >= context_.limits.columns) {
      parser().fail_limit({"工作表列数", "the columns of a sheet are"}, context_.limits.columns);
      return;
    }
    if (++context_.cells > context_.limits.cells) {
      parser().fail_limit({"工作簿单元格数", "the cells of the workbook are"},
                          context_.limits.cells);
      return;
    }
    context_.text_bytes += cell.text.size();
    if (context_.text_bytes > context_.limits.unpacked_bytes) {
      parser().fail_limit(kTextBytes, context_.limits.unpacked_bytes);
      return;
    }
    if (!cells_.empty() && cells_.back().column >= cell.column) cells_sorted_ = false;
    cells_.push_back(std::move(cell));
  }

  static void set_text(WorkbookCell& cell, std::string_view text) {
    if (text.empty()) return;  // a formula that gives "" shows nothing
    cell.kind = CellKind::kText;
    cell.text = text;
  }

  void set_number(WorkbookCell& cell) {
    const std::string_view value = trim_ascii(value_);
    if (value.empty()) {
      // A formula nobody has calculated is not a blank: something belongs here.
      if (has_formula_) {
        cell.kind = CellKind::kError;
        cell.text = "#CALC!";
      }
      return;
    }
    const auto number = parse_cell_number(value);
    if (!number) {  // "NaN" and the like: shown as it stands, so that someone sees it
      set_text(cell, value);
      return;
    }
    cell.kind = CellKind::kNumber;
    cell.text = value;
    cell.number = *number;
    if (style_ >= context_.formats.size()) return;
    const NumberFormat& format = context_.formats[style_];
    cell.decimals = format.decimals;
    if (!format.date) return;
    if (const auto date = date_of_serial(*number, context_.dates)) {
      cell.kind = CellKind::kDate;
      cell.date = *date;
      cell.text.clear();
    }
  }

  void set_iso_date(WorkbookCell& cell) {
    const std::string_view value = trim_ascii(value_);
    const auto date = Date::parse_iso(value.substr(0, 10));
    if (!date || (value.size() > 10 && value[10] != 'T')) {
      set_text(cell, value);
      return;
    }
    cell.kind = CellKind::kDate;
    cell.date = *date;
    cell.number = serial_of_date(*date, context_.dates);
  }

  void end_row() {
    if (cells_.empty()) return;
    if (row_ > context_.limits.rows) {
      parser().fail_limit({"工作表行数", "the rows of a sheet are"}, context_.limits.rows);
      return;
    }
    if (!cells_sorted_) sort_cells(cells_);
    if (!sheet_.rows.empty() && sheet_.rows.back().number >= row_) rows_sorted_ = false;
    WorkbookRow& row = sheet_.rows.emplace_back();
    row.number = row_;
    // Moved into a vector of just the right size: the scratch one keeps its room for the next row.
    row.cells.reserve(cells_.size());
    std::move(cells_.begin(), cells_.end(), std::back_inserter(row.cells));
  }

  // By column; of two cells in one place the later stays.
  static void sort_cells(std::vector<WorkbookCell>& cells) {
    std::stable_sort(cells.begin(), cells.end(), [](const WorkbookCell& a, const WorkbookCell& b) {
      return a.column < b.column;
    });
    size_t kept = 0;
    for (size_t i = 1; i < cells.size(); ++i) {
      if (cells[i].column != cells[kept].column) ++kept;
      if (kept != i) cells[kept] = std::move(cells[i]);
    }
    cells.resize(kept + 1);
  }

  void add_merge(std::string_view reference) {
    const size_t colon = reference.find(':');
    const auto first = parse_cell_reference(reference.substr(0, colon));
    const auto last =
        colon == std::string_view::npos ? first : parse_cell_reference(reference.substr(colon + 1));
    if (!first || !last) {
      parser().fail_damaged({"合并区域的地址无效", "a merged range makes no sense"});
      return;
    }
    if (sheet_.merged.size() >= context_.limits.rows) {
      parser().fail_limit({"合并区域数", "the merged ranges of a sheet are"}, context_.limits.rows);
      return;
    }
    sheet_.merged.push_back(
        MergedRange{std::min(first->row, last->row), std::max(first->row, last->row),
                    std::min(first->column, last->column), std::max(first->column, last->column)});
  }

  Context& context_;
  Sheet& sheet_;
  State state_ = State::kOutside;
  int skipped_ = 0;  // depth within an element that says nothing about cells

  uint32_t row_ = 0;
  bool row_stated_ = false;
  bool rows_sorted_ = true;
  bool cells_sorted_ = true;
  uint32_t next_column_ = 0;
  std::vector<WorkbookCell> cells_;  // of the current row

  uint32_t column_ = 0;
  uint32_t style_ = 0;
  Type type_ = Type::kNumber;
  bool has_formula_ = false;
  std::string value_;
  std::string unescaped_;
  RichText rich_;
};

}  // namespace

const WorkbookCell* WorkbookRow::find(uint32_t column) const {
  const auto it =
      std::lower_bound(cells.begin(), cells.end(), column,
                       [](const WorkbookCell& cell, uint32_t c) { return cell.column < c; });
  return it == cells.end() || it->column != column ? nullptr : &*it;
}

Result<Workbook> read_workbook_bytes(std::string_view bytes, const std::string& file_name,
                                     const Limits& limits) {
  Workbook workbook;
  workbook.file = base_name(file_name);
  DD_ASSIGN_OR_RETURN(ZipArchive archive, ZipArchive::open(bytes, workbook.file, limits));
  DD_ASSIGN_OR_RETURN(const Package package, read_package(archive));

  Context context{limits, package.date_1904 ? DateSystem::k1904 : DateSystem::k1900, {}, {}, 0, 0};
  if (package.styles) {
    StylesHandler handler;
    DD_RETURN_IF_ERROR(parse_xml_part(archive, *package.styles, handler));
    context.formats = handler.formats();
  }
  if (package.shared_strings) {
    SharedStringsHandler handler(context.strings, limits);
    DD_RETURN_IF_ERROR(parse_xml_part(archive, *package.shared_strings, handler));
  }
  for (const SheetEntry& entry : package.sheets) {
    Sheet& sheet = workbook.sheets.emplace_back();
    sheet.name = entry.name;
    sheet.hidden = entry.hidden;
    SheetHandler handler(context, sheet);
    DD_RETURN_IF_ERROR(parse_xml_part(archive, entry.part_index, handler));
    handler.finish();
  }
  return workbook;
}

Result<Workbook> read_workbook(const std::string& path, const Limits& limits) {
  DD_ASSIGN_OR_RETURN(const std::string bytes, read_file(path, limits.file_bytes));
  return read_workbook_bytes(bytes, path, limits);
}

}  // namespace dandang::format
