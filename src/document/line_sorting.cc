#include "document/line_sorting.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "document/date_text.h"
#include "document/plain_text.h"

namespace dandang::document {
namespace {

using format::CellKind;
using format::WorkbookCell;
using record::Field;
using record::FieldKind;
using record::RecordType;

constexpr size_t kIdentityDigits = 14;  // so many digits are a number, even one copied wrongly
constexpr size_t kLongTotal = 20;       // code points
constexpr size_t kLongRemark = 20;
constexpr size_t kNoteLabel = 12;

constexpr std::array<std::string_view, 9> kTotals = {
    "合计", "总计", "小计", "累计", "共计", "总合计", "本页合计", "本页小计", "本月合计"};
constexpr std::array<std::string_view, 20> kNotes = {
    "注",   "备注", "附注", "说明", "填表", "填报", "审核", "审批", "制表", "复核",
    "经办", "负责", "主管", "联系", "电话", "报送", "签字", "盖章", "统计", "单位负责"};

bool is_ideograph(char32_t c) {
  return c >= 0x4E00 && c <= 0x9FFF;
}

// 合计人数 and 合计: are totals; a longer word that only begins so is not.
bool may_follow_total(std::string_view rest) {
  if (rest.empty()) return true;
  size_t pos = 0;
  const char32_t next = next_code_point(rest, pos);
  return !is_ideograph(next) || next == U'人' || next == U'数' || next == U'金' || next == U'个' ||
         next == U'名' || next == U'元';
}

bool is_number_word(std::string_view word) {
  return !word.empty() && std::all_of(word.begin(), word.end(),
                                      [](char c) { return is_digit(c) || c == '.' || c == '-'; });
}

}  // namespace

bool is_total_word(std::string_view word) {
  for (std::string_view total : kTotals) {
    if (starts_with(word, total) && may_follow_total(word.substr(total.size()))) return true;
    if (ends_with(word, total) && code_point_count(word) <= kLongTotal) return true;
  }
  return false;
}

bool is_note_word(std::string_view word) {
  if (starts_with(word, "以下空白") || starts_with(word, "以下无正文")) return true;
  const size_t colon = word.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string_view label = word.substr(0, colon);
  if (code_point_count(label) > kNoteLabel) return false;
  return std::any_of(kNotes.begin(), kNotes.end(),
                     [&](std::string_view note) { return starts_with(label, note); });
}

LineSorter::LineSorter(const record::Catalogue& catalogue, const RecognisedSheet& sheet,
                       const SheetGrid& grid)
    : sheet_(&sheet), grid_(&grid) {
  for (const TypeMapping& mapping : sheet.mappings) {
    const RecordType& type = catalogue.types[mapping.type];
    for (size_t i = 0; i < type.fields.size(); ++i) {
      const FieldColumns& columns = mapping.fields[i];
      if (!columns.found()) continue;
      mapped_columns_.insert({columns.column, columns.name_column});
      const FieldKind kind = type.fields[i].kind;
      if (is_essential(type, type.fields[i])) {
        needed_columns_.insert(columns.column >= 0 ? columns.column : columns.name_column);
      }
      if (kind == FieldKind::kIdentityNumber || kind == FieldKind::kRef) {
        identity_columns_.insert(columns.column);
      }
    }
  }
  for (const Heading& heading : sheet.headings) {
    heading_by_column_.emplace(heading.column, &heading);
    const int column = static_cast<int>(heading.column);
    if (is_index_heading(heading) && mapped_columns_.count(column) == 0) {
      index_columns_.insert(heading.column);
    }
  }
  for (size_t row = 0; row < sheet.header_begin; ++row) {
    for (const WorkbookCell& cell : grid.row(row).cells) {
      if (has_content(cell)) title_words_.insert(compact(shown_text(cell)));
    }
  }
}

LineSorter::Line LineSorter::line_at(size_t row) const {
  Line line;
  bool word_found = false;
  for (const WorkbookCell& cell : grid_->row(row).cells) {
    if (cell.column >= SheetGrid::kMaxColumns || !has_content(cell)) continue;
    std::string word;
    if (!word_found && cell.kind == CellKind::kText) {
      word = compact(cell.text);
      if (!is_number_word(word)) {
        line.first_word = word;
        word_found = true;
      }
    }
    const bool is_number = cell.kind != CellKind::kText || is_number_word(word);
    if (index_columns_.count(cell.column) > 0 && is_number) {
      line.has_index = true;
    } else {
      line.cells.push_back(&cell);
    }
  }
  return line;
}

std::optional<LineSorter::Skip> LineSorter::why_skipped(size_t row) const {
  const Line line = line_at(row);
  if (line.cells.empty()) {
    return Skip{{"只有序号，没有内容", "only a row number, nothing else"}, false, {}, false};
  }
  if (is_column_numbers(row)) return Skip{{"栏次行", "column numbers"}, false, {}, false};
  if (has_identity_number(line)) return std::nullopt;
  if (is_headings_again(line)) return Skip{{"重复的表头", "the headings again"}, true, {}, false};
  if (is_title_again(line)) return skip_single_text(line, {"重复的标题", "the title again"});
  if (is_total_word(line.first_word)) return Skip{{"合计行", "a total"}, false, {}, false};
  if (is_note_word(line.first_word))
    return Skip{{"表注或落款", "a note or signature"}, false, {}, false};
  for (std::string_view word : {"例", "示例", "样例", "范例", "填写示例", "填表示例"}) {
    if (line.first_word == word)
      return Skip{{"填写示例", "an example of how to fill in"}, false, {}, false};
  }
  const bool any_mapped =
      std::any_of(line.cells.begin(), line.cells.end(), [&](const WorkbookCell* cell) {
        return mapped_columns_.count(static_cast<int>(cell->column)) > 0;
      });
  // The second line of a person written over two, or a remark beside the table.
  if (!any_mapped) {
    return skip_single_text(
        line, {"这一行在要录入的列里没有内容", "nothing in any column that is taken in"});
  }
  if (is_lone_remark(row, line)) {
    return skip_single_text(line, {"只有一处文字，必填各项都没有内容",
                                   "a single text; nothing in any column that is required"});
  }
  return std::nullopt;
}

LineSorter::Skip LineSorter::skip_single_text(const Line& line, Text why) {
  Skip skip{std::move(why), false, {}, false};
  if (line.cells.size() != 1) return skip;
  skip.year = year_in(line.first_word);
  skip.year_alone = skip.year && split_year(line.first_word).rest.empty();
  return skip;
}

bool LineSorter::has_identity_number(const Line& line) const {
  return std::any_of(line.cells.begin(), line.cells.end(), [&](const WorkbookCell* cell) {
    return identity_columns_.count(static_cast<int>(cell->column)) > 0 &&
           digit_count(cell->text) >= kIdentityDigits;
  });
}

bool LineSorter::is_headings_again(const Line& line) const {
  size_t same = 0;
  for (const WorkbookCell* cell : line.cells) {
    const auto heading = heading_by_column_.find(cell->column);
    if (heading == heading_by_column_.end() || cell->kind != CellKind::kText) return false;
    const auto& levels = heading->second->levels;
    if (std::find(levels.begin(), levels.end(), compact(cell->text)) == levels.end()) return false;
    ++same;
  }
  return same >= 2 || same == sheet_->headings.size();
}

bool LineSorter::is_title_again(const Line& line) const {
  return std::all_of(line.cells.begin(), line.cells.end(), [&](const WorkbookCell* cell) {
    return title_words_.count(compact(shown_text(*cell))) > 0;
  });
}

// "甲 乙 1 2 3" right below the headings of statistical forms.
bool LineSorter::is_column_numbers(size_t row) const {
  if (row != sheet_->header_end) return false;
  std::optional<int64_t> last;
  size_t numbers = 0;
  for (const WorkbookCell& cell : grid_->row(row).cells) {
    if (!has_content(cell)) continue;
    std::optional<int64_t> number;
    if (cell.kind == CellKind::kNumber) {
      number = cell.number.to_int64();
    } else if (cell.kind == CellKind::kText) {
      const std::string word = compact(cell.text);
      if (word == "甲" || word == "乙" || word == "丙" || word == "丁" || word == "栏次") continue;
      const auto parsed = Decimal::parse(word);
      number = parsed ? parsed->to_int64() : std::nullopt;
    }
    if (!number || (last && *number != *last + 1)) return false;
    last = number;
    ++numbers;
  }
  return numbers >= 3;
}

bool LineSorter::is_lone_remark(size_t row, const Line& line) const {
  if (line.cells.size() != 1) return false;
  const WorkbookCell& cell = *line.cells.front();
  if (cell.kind != CellKind::kText) return false;
  if (needed_columns_.count(static_cast<int>(cell.column)) == 0) {
    return std::none_of(needed_columns_.begin(), needed_columns_.end(), [&](int column) {
      return grid_->at(row, static_cast<uint32_t>(column)) != nullptr;
    });
  }
  if (grid_->spans_columns(row, cell.column)) return true;
  return needed_columns_.size() >= 2 && code_point_count(trimmed(cell.text)) > kLongRemark;
}

}  // namespace dandang::document
