#include "document/import_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "document/plain_text.h"
#include "document/sheet_recognition.h"

namespace dandang::document {
namespace {

using format::OutputCell;
using format::OutputSheet;

constexpr size_t kLongestValue = 40;  // code points

bool is_chinese(Language language) {
  return language == Language::kChinese;
}

std::string_view pick(Language language, std::string_view zh, std::string_view en) {
  return is_chinese(language) ? zh : en;
}

std::string column_letters(int column) {
  std::string name = format::cell_name(static_cast<uint32_t>(column), 1);
  while (!name.empty() && is_digit(name.back())) name.pop_back();
  return name;
}

// On one line and not too long; the sheet itself has the rest.
std::string shown_value(const std::string& value, Language language) {
  std::string out;
  size_t count = 0;
  for (size_t pos = 0; pos < value.size();) {
    char32_t c = next_code_point(value, pos);
    if (c == '\n' || c == '\r' || c == '\t') c = ' ';
    if (++count > kLongestValue) return out + "…";
    append_code_point(out, c);
  }
  return out.empty() ? std::string(pick(language, "（空）", "(blank)")) : out;
}

// A column of row numbers tells an office nothing when it is not taken in.
bool is_row_number(const ColumnUse& use) {
  Heading heading;
  heading.levels = {compact(use.heading)};
  return is_index_heading(heading);
}

std::vector<std::string> columns_not_taken(const SheetOutcome& sheet) {
  std::vector<std::string> out;
  for (const ColumnUse& use : sheet.columns) {
    if (use.field.empty() && !is_row_number(use)) out.push_back(use.heading);
  }
  return out;
}

std::vector<std::string> columns_by_part(const SheetOutcome& sheet, Language language) {
  std::vector<std::string> out;
  for (const ColumnUse& use : sheet.columns) {
    if (!use.by_part) continue;
    out.push_back(is_chinese(language) ? fmt::format("「{}」作为「{}」", use.heading, use.field)
                                       : fmt::format("\"{}\" as \"{}\"", use.heading, use.field));
  }
  return out;
}

// 3, 4, 5, 9 as "3–5、9".
std::string row_list(const std::vector<int>& rows, Language language) {
  std::vector<std::string> parts;
  for (size_t i = 0; i < rows.size();) {
    size_t last = i;
    while (last + 1 < rows.size() && rows[last + 1] == rows[last] + 1) ++last;
    parts.push_back(last == i ? std::to_string(rows[i])
                              : fmt::format("{}–{}", rows[i], rows[last]));
    i = last + 1;
  }
  return join(parts, pick(language, "、", ", "));
}

std::string skipped_lines(const SheetOutcome& sheet, Language language) {
  std::vector<std::pair<std::string, std::vector<int>>> by_reason;
  for (const SkippedLine& line : sheet.skipped) {
    const std::string& why = line.why.in(language);
    auto found = std::find_if(by_reason.begin(), by_reason.end(),
                              [&](const auto& each) { return each.first == why; });
    if (found == by_reason.end()) found = by_reason.insert(by_reason.end(), {why, {}});
    found->second.push_back(line.row);
  }
  std::vector<std::string> parts;
  for (const auto& [why, rows] : by_reason) {
    const std::string list = row_list(rows, language);
    parts.push_back(is_chinese(language) ? fmt::format("第 {} 行（{}）", list, why)
                                         : fmt::format("row {} ({})", list, why));
  }
  return join(parts, pick(language, "，", ", "));
}

std::string sheet_name(const std::string& file, const std::string& sheet, Language language) {
  return is_chinese(language) ? fmt::format("{}「{}」", file, sheet)
                              : fmt::format("{} \"{}\"", file, sheet);
}

std::string header_rows(const SheetOutcome& sheet) {
  return sheet.header_first_row == sheet.header_last_row
             ? std::to_string(sheet.header_first_row)
             : fmt::format("{}–{}", sheet.header_first_row, sheet.header_last_row);
}

std::string dates_said(const SheetOutcome& sheet, Language language) {
  std::string out;
  if (sheet.sheet_year) {
    out += is_chinese(language) ? fmt::format("，{} 年度", *sheet.sheet_year)
                                : fmt::format(", year {}", *sheet.sheet_year);
  }
  if (sheet.sheet_date) {
    const std::string day = sheet.sheet_date->to_string();
    out += is_chinese(language) ? "，填报时间 " + day : ", filled in " + day;
  }
  return out;
}

std::string sheet_line(const SheetOutcome& sheet, Language language) {
  const std::string name = sheet_name(sheet.file, sheet.sheet, language);
  if (sheet.type.empty()) {
    return name + std::string(pick(language, "：未读取", ": not read"));
  }
  return is_chinese(language)
             ? fmt::format("{}：认作「{}」（表头第 {} 行{}），收下 {} 行，退回 {} 行，略过 {} 行",
                           name, sheet.type, header_rows(sheet), dates_said(sheet, language),
                           sheet.rows_taken, sheet.rows_refused, sheet.skipped.size())
             : fmt::format(
                   "{}: read as \"{}\" (headings in row {}{}), {} rows taken, {} refused, "
                   "{} passed over",
                   name, sheet.type, header_rows(sheet), dates_said(sheet, language),
                   sheet.rows_taken, sheet.rows_refused, sheet.skipped.size());
}

void add_detail(std::string& out, std::string_view label, const std::string& detail,
                Language language) {
  if (detail.empty()) return;
  out += fmt::format("    {}{}{}\n", label, pick(language, "：", ": "), detail);
}

void add_sheet(std::string& out, const SheetOutcome& sheet, Language language) {
  const std::string_view comma = pick(language, "、", ", ");
  out += sheet_line(sheet, language) + "\n";
  add_detail(out, pick(language, "说明", "note"), sheet.note.in(language), language);
  if (sheet.type.empty()) return;
  add_detail(out,
             pick(language, "按相近表头认出，请核对", "recognised by part of the heading, check"),
             join(columns_by_part(sheet, language), comma), language);
  add_detail(out, pick(language, "没有录入的列", "columns not taken in"),
             join(columns_not_taken(sheet), comma), language);
  add_detail(out, pick(language, "略过的行", "lines passed over"), skipped_lines(sheet, language),
             language);
}

std::string refusal_line(const Refusal& refusal, Language language) {
  const bool zh = is_chinese(language);
  std::string place = sheet_name(refusal.file, refusal.sheet, language);
  place += zh ? fmt::format("第 {} 行", refusal.row) : fmt::format(" row {}", refusal.row);
  if (refusal.column < 0) {
    return fmt::format("{} —— {}", place, refusal.reason.in(language));
  }
  const std::string letters = column_letters(refusal.column);
  place += zh ? fmt::format(" {} 列（{}）：", letters, refusal.heading)
              : fmt::format(" column {} ({}): ", letters, refusal.heading);
  return fmt::format("{}{} —— {}", place, shown_value(refusal.value, language),
                     refusal.reason.in(language));
}

size_t rows_taken(const ImportPlan& plan) {
  size_t count = 0;
  for (const SheetOutcome& sheet : plan.sheets) count += sheet.rows_taken;
  return count;
}

size_t rows_refused(const ImportPlan& plan) {
  size_t count = 0;
  for (const SheetOutcome& sheet : plan.sheets) count += sheet.rows_refused;
  return count;
}

OutputCell text_cell(std::string text, OutputCell::Tone tone = OutputCell::Tone::kPlain) {
  OutputCell cell;
  cell.text = std::move(text);
  cell.tone = tone;
  return cell;
}

OutputCell number_cell(size_t number, OutputCell::Tone tone = OutputCell::Tone::kPlain) {
  OutputCell cell;
  cell.kind = OutputCell::Kind::kNumber;
  cell.number = Decimal(static_cast<int64_t>(number));
  cell.tone = tone;
  return cell;
}

OutputSheet refusals_sheet(const ImportPlan& plan, Language language) {
  OutputSheet out;
  const bool zh = is_chinese(language);
  out.name = pick(language, "退回的行", "Refused rows");
  out.title = pick(language, "没有收下的行", "Rows not taken in");
  out.caption = zh ? fmt::format("共 {} 行、{} 处问题。改正后重新导入。", rows_refused(plan),
                                 plan.refusals.size())
                   : fmt::format("{} rows, {} faults. Correct them and import again.",
                                 rows_refused(plan), plan.refusals.size());
  out.header =
      zh ? std::vector<std::string>{"文件", "工作表", "行", "列", "表头", "内容", "原因"}
         : std::vector<std::string>{"File", "Sheet", "Row", "Column", "Heading", "Value", "Reason"};
  out.widths = {24, 14, 7, 7, 16, 24, 60};
  for (const Refusal& refusal : plan.refusals) {
    const bool whole_row = refusal.column < 0;
    out.rows.push_back({text_cell(refusal.file), text_cell(refusal.sheet),
                        number_cell(static_cast<size_t>(refusal.row)),
                        text_cell(whole_row ? "" : column_letters(refusal.column)),
                        text_cell(refusal.heading),
                        text_cell(whole_row ? "" : shown_value(refusal.value, language)),
                        text_cell(refusal.reason.in(language), OutputCell::Tone::kBad)});
  }
  return out;
}

OutputSheet overview_sheet(const ImportPlan& plan, Language language) {
  OutputSheet out;
  const bool zh = is_chinese(language);
  out.name = pick(language, "各表情况", "Sheets");
  out.title = pick(language, "各工作表的读取情况", "What became of each sheet");
  out.caption = zh ? fmt::format("收下 {} 行，退回 {} 行", rows_taken(plan), rows_refused(plan))
                   : fmt::format("{} rows taken, {} refused", rows_taken(plan), rows_refused(plan));
  out.header = zh ? std::vector<std::string>{"文件", "工作表", "认作", "年度",         "填报时间",
                                             "收下", "退回",   "略过", "没有录入的列", "说明"}
                  : std::vector<std::string>{
                        "File",    "Sheet",       "Read as",           "Year", "Filled in", "Taken",
                        "Refused", "Passed over", "Columns not taken", "Note"};
  out.widths = {24, 14, 14, 8, 12, 8, 8, 8, 36, 48};
  for (const SheetOutcome& sheet : plan.sheets) {
    using Tone = OutputCell::Tone;
    const bool read = !sheet.type.empty();
    out.rows.push_back(
        {text_cell(sheet.file), text_cell(sheet.sheet),
         read ? text_cell(sheet.type)
              : text_cell(std::string(pick(language, "未读取", "not read")), Tone::kMuted),
         text_cell(sheet.sheet_year ? std::to_string(*sheet.sheet_year) : ""),
         text_cell(sheet.sheet_date ? sheet.sheet_date->to_string() : ""),
         number_cell(sheet.rows_taken),
         number_cell(sheet.rows_refused, sheet.rows_refused > 0 ? Tone::kBad : Tone::kPlain),
         number_cell(sheet.skipped.size()),
         text_cell(read ? join(columns_not_taken(sheet), pick(language, "、", ", ")) : ""),
         text_cell(sheet.note.in(language))});
  }
  return out;
}

OutputSheet skipped_sheet(const ImportPlan& plan, Language language) {
  OutputSheet out;
  out.name = pick(language, "略过的行", "Lines passed over");
  out.title = pick(language, "略过的行（不是数据）", "Lines passed over (no data)");
  out.header = is_chinese(language) ? std::vector<std::string>{"文件", "工作表", "行", "为什么略过"}
                                    : std::vector<std::string>{"File", "Sheet", "Row", "Why"};
  out.widths = {24, 14, 7, 48};
  for (const SheetOutcome& sheet : plan.sheets) {
    for (const SkippedLine& line : sheet.skipped) {
      out.rows.push_back({text_cell(sheet.file), text_cell(sheet.sheet),
                          number_cell(static_cast<size_t>(line.row)),
                          text_cell(line.why.in(language))});
    }
  }
  return out;
}

// Where a fault of the row as a whole is noted: its first column that is taken in.
uint32_t first_column(const ImportPlan& plan, const Refusal& refusal) {
  for (const SheetOutcome& sheet : plan.sheets) {
    if (sheet.file != refusal.file || sheet.sheet != refusal.sheet) continue;
    for (const ColumnUse& use : sheet.columns) {
      if (!use.field.empty()) return static_cast<uint32_t>(use.column);
    }
  }
  return 0;
}

}  // namespace

std::vector<format::CellNote> notes_for(const ImportPlan& plan, const std::string& file,
                                        Language language) {
  std::vector<format::CellNote> notes;
  std::map<std::tuple<std::string, int, uint32_t>, size_t> note_at;
  for (const Refusal& refusal : plan.refusals) {
    if (refusal.file != file) continue;
    const uint32_t column =
        refusal.column >= 0 ? static_cast<uint32_t>(refusal.column) : first_column(plan, refusal);
    const auto [place, is_new] =
        note_at.try_emplace({refusal.sheet, refusal.row, column}, notes.size());
    const std::string& reason = refusal.reason.in(language);
    if (is_new) {
      notes.push_back({refusal.sheet, static_cast<uint32_t>(refusal.row), column, reason});
    } else {
      notes[place->second].text += "\n" + reason;
    }
  }
  return notes;
}

std::string to_text(const ImportPlan& plan, Language language) {
  std::string out;
  for (const SheetOutcome& sheet : plan.sheets) add_sheet(out, sheet, language);
  if (!plan.refusals.empty()) {
    out += pick(language, "\n没有收下的行：\n", "\nRows not taken:\n");
    for (const Refusal& refusal : plan.refusals) out += refusal_line(refusal, language) + "\n";
  }
  out += is_chinese(language)
             ? fmt::format("\n共收下 {} 行，退回 {} 行（{} 处问题）。\n", rows_taken(plan),
                           rows_refused(plan), plan.refusals.size())
             : fmt::format("\n{} rows taken, {} refused ({} faults).\n", rows_taken(plan),
                           rows_refused(plan), plan.refusals.size());
  return out;
}

std::vector<OutputSheet> report_sheets(const ImportPlan& plan, Language language) {
  return {refusals_sheet(plan, language), overview_sheet(plan, language),
          skipped_sheet(plan, language)};
}

}  // namespace dandang::document
