#include "document/sheet_recognition.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

#include "base/text.h"
#include "document/caption.h"
#include "document/date_text.h"
#include "document/plain_text.h"

namespace dandang::document {
namespace {

using format::CellKind;
using format::WorkbookCell;
using record::Field;
using record::FieldKind;
using record::RecordType;

constexpr size_t kSearchedRows = 30;
constexpr size_t kMaxHeaderRows = 3;
constexpr size_t kLongestHeading = 40;  // code points
constexpr size_t kHeadingsNamed = 12;   // in a note

// Below this a chance likeness is not taken for a kind of sheet.
constexpr double kLeastShare = 0.4;
constexpr size_t kFewFields = 2;
constexpr double kWholeShare = 0.99;

size_t longest_digit_run(std::string_view text) {
  size_t longest = 0;
  size_t run = 0;
  for (char c : text) {
    run = is_digit(c) ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

bool can_be_heading(const WorkbookCell& cell) {
  if (cell.kind == CellKind::kDate || cell.kind == CellKind::kError) return false;
  if (cell.kind == CellKind::kNumber) {
    const auto integer = cell.number.to_int64();
    if (!integer) return false;
    return (*integer >= 1 && *integer < 100) || (*integer >= kFirstYear && *integer <= kLastYear);
  }
  return code_point_count(cell.text) <= kLongestHeading && longest_digit_run(cell.text) < 6;
}

// A data row shows itself by numbers, dates and long words.
bool can_be_header_row(const SheetGrid& grid, size_t row) {
  bool words = false;
  for (const WorkbookCell& cell : grid.row(row).cells) {
    if (cell.column >= SheetGrid::kMaxColumns || !has_content(cell)) continue;
    if (!can_be_heading(cell)) return false;
    words = words || cell.kind == CellKind::kText;
  }
  return words;
}

// A title over everything is no group heading.
bool can_be_group_row(const SheetGrid& grid, size_t row) {
  const WorkbookCell* first = nullptr;
  for (uint32_t column = 0; column < grid.width(); ++column) {
    const WorkbookCell* cell = grid.spread(row, column);
    if (cell == nullptr) continue;
    if (is_caption_cell(compact(shown_text(*cell)))) return false;
    if (first != nullptr && first != cell) return true;
    first = cell;
  }
  return false;
}

bool starts_merge(const SheetGrid& grid, size_t row, uint32_t column) {
  const uint32_t number = grid.row_number(row);
  const auto& merged = grid.head_merged();
  return std::any_of(merged.begin(), merged.end(), [&](const format::MergedRange& range) {
    return range.first_row <= number && number <= range.last_row && range.first_column <= column &&
           column <= range.last_column;
  });
}

// Offices often leave a group heading unmerged over its first column.
const WorkbookCell* unmerged_group(const SheetGrid& grid, size_t row, size_t last_row,
                                   uint32_t column) {
  if (grid.own(last_row, column) == nullptr) return nullptr;
  for (uint32_t left = column; left-- > 0;) {
    if (grid.own(last_row, left) == nullptr) return nullptr;
    const WorkbookCell* cell = grid.spread(row, left);
    if (cell == nullptr) continue;
    return starts_merge(grid, row, left) ? nullptr : cell;
  }
  return nullptr;
}

std::string one_line(const std::string& text) {
  std::string out;
  for (char c : trimmed(text)) {
    if (c != '\n' && c != '\r' && c != '\t') out.push_back(c);
  }
  return out;
}

void find_year(Heading& heading) {
  heading.levels_without_year = heading.levels;
  for (size_t i = heading.levels.size(); i-- > 0 && !heading.year;) {
    const YearAndRest parts = split_year(heading.levels[i]);
    if (!parts.year) continue;
    heading.year = parts.year;
    heading.levels_without_year[i] = parts.rest;
  }
  std::erase(heading.levels_without_year, std::string());
}

Heading heading_at(const SheetGrid& grid, size_t begin, size_t end, uint32_t column) {
  Heading heading;
  heading.column = column;
  std::vector<std::string> shown;
  for (size_t row = begin; row < end; ++row) {
    const WorkbookCell* cell = grid.spread(row, column);
    if (cell == nullptr && row + 1 < end) cell = unmerged_group(grid, row, end - 1, column);
    if (cell == nullptr) continue;
    std::string level = compact(shown_text(*cell));
    for (std::string_view mark : {"*", "★", "☆", "※"}) {
      if (starts_with(level, mark)) level.erase(0, mark.size());
      if (ends_with(level, mark)) level.erase(level.size() - mark.size());
    }
    if (level.empty() || (!heading.levels.empty() && heading.levels.back() == level)) continue;
    heading.levels.push_back(std::move(level));
    shown.push_back(one_line(shown_text(*cell)));
  }
  heading.shown = join(shown, "/");
  find_year(heading);
  return heading;
}

std::vector<Heading> headings_at(const SheetGrid& grid, size_t begin, size_t end) {
  std::vector<Heading> out;
  for (uint32_t column = 0; column < grid.width(); ++column) {
    Heading heading = heading_at(grid, begin, end, column);
    if (!heading.levels.empty()) out.push_back(std::move(heading));
  }
  return out;
}

int title_year_field(const RecordType& type) {
  for (size_t i = 0; i < type.fields.size(); ++i) {
    if (type.fields[i].from_title && type.fields[i].kind == FieldKind::kYear) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

void collect_columns(const TypeMapping& mapping, std::set<int>& columns) {
  for (const FieldColumns& field : mapping.fields) {
    if (field.column >= 0) columns.insert(field.column);
    if (field.name_column >= 0) columns.insert(field.name_column);
  }
}

size_t count_found(const std::vector<TypeMapping>& mappings) {
  std::set<size_t> fields;
  for (const TypeMapping& mapping : mappings) {
    for (size_t i = 0; i < mapping.fields.size(); ++i) {
      if (mapping.fields[i].found()) fields.insert(i);
    }
  }
  return fields.size();
}

bool any_word_in(const std::vector<std::string>& words, const std::string& text) {
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return !word.empty() && contains(text, compact(word));
  });
}

// Tables about other people than officials carry the same words in their titles: 家庭成员基本情况.
constexpr std::array<std::string_view, 6> kOtherPeople = {"家庭成员", "配偶",     "子女",
                                                          "亲属",     "社会关系", "家属"};

bool title_speaks_for(const RecordType& type, const std::string& text) {
  if (!any_word_in(type.sheets, text)) return false;
  return std::none_of(kOtherPeople.begin(), kOtherPeople.end(), [&](std::string_view people) {
    const bool meant = contains(type.name, people) ||
                       std::any_of(type.sheets.begin(), type.sheets.end(),
                                   [&](const std::string& word) { return contains(word, people); });
    return contains(text, people) && !meant;
  });
}

void add_note(Text& note, const Text& more) {
  if (!note.zh.empty()) {
    note.zh += "；";
    note.en += "; ";
  }
  note.zh += more.zh;
  note.en += more.en;
}

void note_column(const RecognisedSheet& found, const record::Catalogue& catalogue,
                 const Heading& heading, std::vector<ColumnUse>& uses) {
  const int column = static_cast<int>(heading.column);
  std::set<std::pair<size_t, size_t>> seen;
  for (const TypeMapping& mapping : found.mappings) {
    for (size_t i = 0; i < mapping.fields.size(); ++i) {
      const FieldColumns& field = mapping.fields[i];
      if (field.column != column && field.name_column != column) continue;
      if (!seen.emplace(mapping.type, i).second) continue;
      const RecordType& type = catalogue.types[mapping.type];
      uses.push_back({column, heading.shown, type.name, type.fields[i].name, field.by_part});
    }
  }
  if (seen.empty()) uses.push_back({column, heading.shown, "", "", false});
}

std::string file_stem(const std::string& file) {
  const size_t dot = file.rfind('.');
  return file.substr(0, dot == std::string::npos ? file.size() : dot);
}

std::optional<int> sheet_year(const format::Sheet& sheet, const Caption& caption,
                              const std::string& file) {
  for (const std::string& text : {sheet.name, caption.title, file_stem(file)}) {
    if (const auto year = year_in(text)) return year;
  }
  return std::nullopt;
}

void note_dates(const SheetOutcome& outcome, Date assumed, Text& note) {
  if (outcome.sheet_date) return;
  const std::string day = assumed.to_string();
  add_note(note, {fmt::format("没有填报时间，按收到日期 {} 计", day),
                  fmt::format("no date of filling in; the day received, {}, is taken", day)});
}

}  // namespace

const Heading* RecognisedSheet::heading_of(int column) const {
  const auto found = std::lower_bound(
      headings.begin(), headings.end(), column,
      [](const Heading& heading, int wanted) { return static_cast<int>(heading.column) < wanted; });
  return found != headings.end() && static_cast<int>(found->column) == column ? &*found : nullptr;
}

int64_t RecognisedSheet::money_unit(int column) const {
  const Heading* heading = heading_of(column);
  if (heading == nullptr) return caption_money_unit;
  for (const std::string& level : heading->levels) {
    if (contains(level, "万元") || ends_with(level, "(万)")) return 10'000;
    if (contains(level, "千元")) return 1'000;
    if (contains(level, "(元") || ends_with(level, "元")) return 1;
  }
  return caption_money_unit;
}

bool is_index_heading(const Heading& heading) {
  if (heading.levels.empty()) return true;
  const std::string& word = heading.levels.back();
  for (std::string_view index : {"序号", "编号", "序", "NO", "NO.", "项次", "行次", "栏次", "#"}) {
    if (word == index) return true;
  }
  return false;
}

SheetRecogniser::SheetRecogniser(const record::Catalogue& catalogue, Date received_on)
    : catalogue_(&catalogue), received_on_(received_on) {
  for (size_t i = 0; i < catalogue.types.size(); ++i) {
    if (!catalogue.types[i].taken_with.empty()) continue;
    main_types_.push_back(i);
    matchers_.emplace_back(catalogue, catalogue.types[i]);
    taken_.emplace_back();
    for (size_t t = 0; t < catalogue.types.size(); ++t) {
      const std::string& main = catalogue.types[i].name;
      if (catalogue.types[t].taken_with != main) continue;
      taken_.back().push_back({t, HeadingMatcher(catalogue, catalogue.types[t], main)});
    }
  }
}

std::optional<RecognisedSheet> SheetRecogniser::recognise(const format::Workbook& workbook,
                                                          const format::Sheet& sheet,
                                                          const SheetGrid& grid,
                                                          SheetOutcome& outcome) const {
  outcome.file = workbook.file;
  outcome.sheet = sheet.name;
  if (sheet.hidden) {
    add_note(outcome.note, {"隐藏的工作表", "a hidden sheet"});
  }
  if (grid.row_count() == 0) {
    add_note(outcome.note, {"空表", "an empty sheet"});
    return std::nullopt;
  }
  const auto header = find_header(grid);
  if (!header) {
    add_note(outcome.note, {"没有找到表头，可能是封面或说明，未读取",
                            "no headings found, perhaps a cover or an explanation; not read"});
    return std::nullopt;
  }
  const Caption caption = read_caption(grid, header->begin);
  outcome.sheet_date = caption.date;
  outcome.sheet_year = sheet_year(sheet, caption, workbook.file);

  const auto candidates =
      judge_all(*header, compact(sheet.name) + " " + caption.title,
                compact(file_stem(workbook.file)), outcome.sheet_year.has_value());
  Text why_not;
  const Candidate* chosen = choose(candidates, why_not);
  if (chosen == nullptr) {
    add_note(outcome.note, why_not.empty() ? nothing_fits(*header, candidates) : why_not);
    for (const Heading& heading : header->headings) {
      outcome.columns.push_back({static_cast<int>(heading.column), heading.shown, "", "", false});
    }
    return std::nullopt;
  }

  RecognisedSheet found;
  found.type = chosen->type;
  found.header_begin = header->begin;
  found.header_end = header->end;
  found.headings = header->headings;
  found.mappings = chosen->mappings;
  found.caption_money_unit = caption.money_unit;
  found.date = caption.date.value_or(received_on_);
  found.year = outcome.sheet_year;

  outcome.type = catalogue_->types[found.type].name;
  outcome.header_first_row = static_cast<int>(grid.row_number(found.header_begin));
  outcome.header_last_row = static_cast<int>(grid.row_number(found.header_end - 1));
  for (const Heading& heading : found.headings) {
    note_column(found, *catalogue_, heading, outcome.columns);
  }
  note_dates(outcome, found.date, outcome.note);
  return found;
}

// ---- where the headings stand ----

std::optional<SheetRecogniser::Header> SheetRecogniser::find_header(const SheetGrid& grid) const {
  std::optional<Header> best;
  const auto worth = [](const Header& header) {
    return std::tuple(header.viable, header.fields, header.columns,
                      kMaxHeaderRows - (header.end - header.begin));
  };
  const size_t rows = std::min(grid.row_count(), kSearchedRows);
  for (size_t begin = 0; begin < rows; ++begin) {
    if (!can_be_header_row(grid, begin)) continue;
    for (size_t end = begin + 1; end <= std::min(begin + kMaxHeaderRows, grid.row_count()); ++end) {
      const bool joined = grid.row_number(end - 1) - grid.row_number(begin) == end - 1 - begin;
      if (!joined || !can_be_header_row(grid, end - 1)) break;
      if (end - begin > 1 && !can_be_group_row(grid, end - 2)) break;
      Header header = evaluate(grid, begin, end);
      if (header.fields == 0) continue;
      if (!best || worth(header) > worth(*best)) best = std::move(header);
    }
  }
  if (best) extend(grid, *best);
  return best;
}

SheetRecogniser::Header SheetRecogniser::evaluate(const SheetGrid& grid, size_t begin,
                                                  size_t end) const {
  Header header;
  header.begin = begin;
  header.end = end;
  header.headings = headings_at(grid, begin, end);
  for (size_t i = 0; i < main_types_.size(); ++i) {
    const Candidate candidate = judge(i, header.headings);
    const bool viable = candidate.lacking.empty();
    size_t columns = 0;
    for (const TypeMapping& mapping : candidate.mappings) {
      std::set<int> own;
      collect_columns(mapping, own);
      columns += own.size();
    }
    const auto worth = std::tuple(viable, candidate.fields, columns);
    if (worth <= std::tuple(header.viable, header.fields, header.columns)) continue;
    std::tie(header.viable, header.fields, header.columns) = worth;
  }
  return header;
}

bool SheetRecogniser::try_rows(const SheetGrid& grid, Header& header, size_t begin,
                               size_t end) const {
  Header wider = evaluate(grid, begin, end);
  if (std::tuple(wider.viable, wider.fields) < std::tuple(header.viable, header.fields)) {
    return false;
  }
  header = std::move(wider);
  return true;
}

// Takes in rows that merged ranges tie to the headings found.
void SheetRecogniser::extend(const SheetGrid& grid, Header& header) const {
  const auto tied = [&](size_t above, size_t below) {
    const auto& merged = grid.head_merged();
    return std::any_of(merged.begin(), merged.end(), [&](const format::MergedRange& range) {
      return range.first_row <= grid.row_number(above) && range.last_row >= grid.row_number(below);
    });
  };
  const auto has_group = [&](size_t row) {
    const auto& merged = grid.head_merged();
    return can_be_group_row(grid, row) &&
           std::any_of(merged.begin(), merged.end(), [&](const format::MergedRange& range) {
             return range.first_row == grid.row_number(row) &&
                    range.last_column > range.first_column;
           });
  };
  while (header.begin > 0 && header.end - header.begin < kMaxHeaderRows) {
    const size_t above = header.begin - 1;
    if (!can_be_header_row(grid, above)) break;
    if (!tied(above, header.begin) && !has_group(above)) break;
    if (!try_rows(grid, header, above, header.end)) break;
  }
  while (header.end < grid.row_count() && header.end - header.begin < kMaxHeaderRows) {
    if (!tied(header.end - 1, header.end) || !can_be_header_row(grid, header.end)) break;
    if (!try_rows(grid, header, header.begin, header.end + 1)) break;
  }
}

// ---- which type it is ----

std::vector<TypeMapping> SheetRecogniser::map_type(const HeadingMatcher& matcher, size_t type,
                                                   const std::vector<Heading>& headings) const {
  std::vector<const Heading*> plain;
  std::vector<const Heading*> all;
  std::set<int> years;
  const int title_field = title_year_field(matcher.type());
  for (const Heading& heading : headings) {
    all.push_back(&heading);
    if (heading.year && title_field >= 0) {
      years.insert(*heading.year);
    } else {
      plain.push_back(&heading);
    }
  }
  TypeMapping base;
  base.type = type;
  base.fields = matcher.match(plain, false);
  if (years.empty()) {
    if (title_field >= 0 && !base.fields[static_cast<size_t>(title_field)].found()) {
      base.title_year_field = title_field;
    }
    return {base};
  }
  if (base.fields[static_cast<size_t>(title_field)].found()) {
    if (years.size() == 1) base.fields = matcher.match(all, true);
    return {base};
  }
  base.title_year_field = title_field;
  std::vector<TypeMapping> groups;
  for (int year : years) {
    std::vector<const Heading*> of_year;
    for (const Heading* heading : all) {
      if (heading->year == year) of_year.push_back(heading);
    }
    TypeMapping group = base;
    const std::vector<FieldColumns> own = matcher.match(of_year, true);
    for (size_t i = 0; i < own.size(); ++i) {
      if (!own[i].found()) continue;
      group.fields[i] = own[i];
      if (own[i].column >= 0) group.group_columns.insert(own[i].column);
      if (own[i].name_column >= 0) group.group_columns.insert(own[i].name_column);
    }
    if (group.group_columns.empty()) continue;
    group.group_year = year;
    groups.push_back(std::move(group));
  }
  if (groups.empty()) groups.push_back(std::move(base));
  return groups;
}

SheetRecogniser::Candidate SheetRecogniser::judge(size_t index,
                                                  const std::vector<Heading>& headings) const {
  const size_t type_index = main_types_[index];
  const RecordType& type = catalogue_->types[type_index];
  Candidate out;
  out.type = type_index;
  out.mappings = map_type(matchers_[index], type_index, headings);
  out.fields = count_found(out.mappings);
  for (const TypeMapping& mapping : out.mappings) {
    for (size_t i = 0; i < type.fields.size(); ++i) {
      if (mapping.fields[i].found() || !needs_column(type.fields[i])) continue;
      if (static_cast<int>(i) == mapping.title_year_field) {
        out.lacks_year = out.lacks_year || !mapping.group_year;
        continue;
      }
      const std::string& name = type.fields[i].name;
      if (std::find(out.lacking.begin(), out.lacking.end(), name) == out.lacking.end()) {
        out.lacking.push_back(name);
      }
    }
  }
  return out;
}

std::vector<SheetRecogniser::Candidate> SheetRecogniser::judge_all(const Header& header,
                                                                   const std::string& title,
                                                                   const std::string& file,
                                                                   bool year_known) const {
  std::vector<Candidate> out;
  bool title_speaks = false;
  for (size_t i = 0; i < main_types_.size(); ++i) {
    Candidate candidate = judge(i, header.headings);
    candidate.lacks_year = candidate.lacks_year && !year_known;
    add_taken_types(candidate, header.headings, year_known);
    weigh(candidate, header.headings);
    candidate.words = title_speaks_for(catalogue_->types[candidate.type], title);
    title_speaks = title_speaks || (candidate.words && candidate.lacking.empty());
    out.push_back(std::move(candidate));
  }
  if (title_speaks) return out;
  for (Candidate& candidate : out) {
    candidate.words = title_speaks_for(catalogue_->types[candidate.type], file);
  }
  return out;
}

void SheetRecogniser::weigh(Candidate& candidate, const std::vector<Heading>& headings) const {
  std::set<std::pair<size_t, size_t>> telling;
  for (const TypeMapping& mapping : candidate.mappings) {
    collect_columns(mapping, candidate.columns);
    const RecordType& type = catalogue_->types[mapping.type];
    const bool is_register = !type.name_field.empty();
    for (size_t i = 0; i < type.fields.size(); ++i) {
      const Field& field = type.fields[i];
      if (!mapping.fields[i].found() || field.from_title) continue;
      const bool names_it = is_register && (field.name == type.name_field ||
                                            std::find(type.key.begin(), type.key.end(),
                                                      field.name) != type.key.end());
      if (names_it || (field.kind == FieldKind::kRef && !mapping.with_main)) continue;
      telling.emplace(mapping.type, i);
      candidate.telling_required =
          candidate.telling_required || needs_column(field) || is_essential(type, field);
    }
  }
  candidate.telling = telling.size();
  candidate.first_column = candidate.columns.empty() ? 0 : *candidate.columns.begin();
  const auto counted = std::count_if(headings.begin(), headings.end(), [&](const Heading& heading) {
    return candidate.columns.count(static_cast<int>(heading.column)) > 0 ||
           (!is_index_heading(heading) && heading.levels.back() != "备注");
  });
  candidate.share =
      counted == 0 ? 0.0
                   : static_cast<double>(candidate.columns.size()) / static_cast<double>(counted);
}

// A list of persons for some other purpose must not pass for the register: it would blank out
// what the register says of them.
bool SheetRecogniser::is_by_chance(const Candidate& candidate) const {
  const bool whole = candidate.share >= kWholeShare;
  const bool is_register = !catalogue_->types[candidate.type].name_field.empty();
  // 参会人员名单 has the register's word in its title and nothing of a register in its columns.
  if (is_register && candidate.telling == 0 && !whole) return true;
  if (candidate.words) return false;
  if (candidate.fields <= kFewFields && candidate.share < kLeastShare) return true;
  return !candidate.telling_required && candidate.telling < 2 && !(candidate.telling == 1 && whole);
}

const SheetRecogniser::Candidate* SheetRecogniser::choose(const std::vector<Candidate>& candidates,
                                                          Text& why_not) const {
  std::vector<const Candidate*> viable;
  for (const Candidate& candidate : candidates) {
    if (candidate.fields == 0 || !candidate.lacking.empty()) continue;
    if (!is_by_chance(candidate)) viable.push_back(&candidate);
  }
  if (viable.empty()) return nullptr;
  const auto worth = [](const Candidate* each) {
    return std::tuple(each->fields, each->words, each->share, -each->first_column);
  };
  std::stable_sort(viable.begin(), viable.end(),
                   [&](const Candidate* a, const Candidate* b) { return worth(a) > worth(b); });
  const Candidate* best = viable.front();
  const Candidate* about = about_the_register(viable, *best);
  if (about == nullptr && viable.size() > 1 && worth(viable[1]) == worth(best)) {
    const std::string& one = catalogue_->types[best->type].name;
    const std::string& other = catalogue_->types[viable[1]->type].name;
    why_not = {fmt::format("可能是「{}」，也可能是「{}」，分不清，未读取：请在标题或工作表名里写明",
                           one, other),
               fmt::format("could be \"{}\" or \"{}\"; not read: say which in the title or the "
                           "sheet's name",
                           one, other)};
    return nullptr;
  }
  const Candidate* chosen = about != nullptr ? about : best;
  if (!chosen->lacks_year) return chosen;
  const std::string& name = catalogue_->types[chosen->type].name;
  why_not = {
      fmt::format("像是「{}」，但哪里都没有写年度，未读取：请在标题或工作表名里写明年度", name),
      fmt::format("looks like \"{}\" but no year is given anywhere; not read: put it into "
                  "the title or the sheet's name",
                  name)};
  return nullptr;
}

bool SheetRecogniser::refers_to(size_t type, size_t target) const {
  const RecordType& from = catalogue_->types[type];
  return std::any_of(from.fields.begin(), from.fields.end(), [&](const Field& field) {
    return field.kind == FieldKind::kRef && field.ref_type == catalogue_->types[target].name &&
           is_essential(from, field);
  });
}

// Fields that say something of its own: named by a column which the register does not have.
size_t SheetRecogniser::own_fields(const Candidate& candidate, const Candidate& target) const {
  const RecordType& type = catalogue_->types[candidate.type];
  const TypeMapping& mapping = candidate.mappings.front();
  size_t count = 0;
  for (size_t i = 0; i < type.fields.size(); ++i) {
    const FieldColumns& field = mapping.fields[i];
    if (type.fields[i].kind == FieldKind::kRef || type.fields[i].from_title) continue;
    if (field.column >= 0 && !field.by_part && target.columns.count(field.column) == 0) ++count;
  }
  return count;
}

// A list of commendations may repeat each person's sex, birth and post, and then matches the
// register of persons in more columns than its own: columns of the person referred to do not count
// against it.
const SheetRecogniser::Candidate* SheetRecogniser::about_the_register(
    const std::vector<const Candidate*>& viable, const Candidate& best) const {
  for (const Candidate* candidate : viable) {
    if (candidate == &best || !refers_to(candidate->type, best.type)) continue;
    if (best.words && !candidate->words && best.telling > 0) continue;
    const size_t own = own_fields(*candidate, best);
    const auto left_over = std::count_if(best.columns.begin(), best.columns.end(), [&](int column) {
      return candidate->columns.count(column) == 0;
    });
    const bool speaks = candidate->words && !best.words;
    if (own >= 2 || (own == 1 && (speaks || left_over <= 2))) return candidate;
  }
  return nullptr;
}

Text SheetRecogniser::nothing_fits(const Header& header,
                                   const std::vector<Candidate>& candidates) const {
  std::vector<std::string> seen;
  for (const Heading& heading : header.headings) {
    if (seen.size() < kHeadingsNamed) seen.push_back(heading.shown);
  }
  const std::string more_zh = header.headings.size() > seen.size() ? " 等" : "";
  const std::string more_en = header.headings.size() > seen.size() ? " and others" : "";
  Text out = {fmt::format("不认识的表，未读取；看到的表头：{}{}", join(seen, "、"), more_zh),
              fmt::format("a sheet of no known kind, not read; headings seen: {}{}",
                          join(seen, ", "), more_en)};
  for (const Candidate& candidate : candidates) {
    if (candidate.fields == 0 || !candidate.lacking.empty()) continue;
    const std::string& name = catalogue_->types[candidate.type].name;
    if (candidate.words) {
      add_note(out, {fmt::format("像是「{}」，但没有它的其他各列", name),
                     fmt::format("looks like \"{}\" but has none of its other columns", name)});
    } else {
      add_note(out,
               {fmt::format("如果是「{}」，请在标题或工作表名里写明", name),
                fmt::format("if it is \"{}\", say so in the title or the sheet's name", name)});
    }
  }
  const auto nearness = [](const Candidate& candidate) {
    return std::tuple(!candidate.lacking.empty(), candidate.words, candidate.fields);
  };
  const auto nearest = std::max_element(
      candidates.begin(), candidates.end(),
      [&](const Candidate& a, const Candidate& b) { return nearness(a) < nearness(b); });
  if (nearest == candidates.end() || nearest->fields == 0 || nearest->lacking.empty()) return out;
  const std::string& name = catalogue_->types[nearest->type].name;
  add_note(out,
           {fmt::format("最接近「{}」，缺：{}", name, join(nearest->lacking, "、")),
            fmt::format("nearest is \"{}\", which lacks: {}", name, join(nearest->lacking, ", "))});
  return out;
}

void SheetRecogniser::add_taken_types(Candidate& candidate, const std::vector<Heading>& headings,
                                      bool year_known) const {
  const auto index = std::find(main_types_.begin(), main_types_.end(), candidate.type);
  const std::string& main = catalogue_->types[candidate.type].name;
  for (const TakenType& taken : taken_[static_cast<size_t>(index - main_types_.begin())]) {
    const RecordType& type = catalogue_->types[taken.type];
    for (TypeMapping& mapping : map_type(taken.matcher, taken.type, headings)) {
      bool complete = count_found({mapping}) > 0;
      for (size_t f = 0; f < type.fields.size(); ++f) {
        const Field& field = type.fields[f];
        const bool own = field.kind == FieldKind::kRef && field.ref_type == main;
        const bool by_title =
            static_cast<int>(f) == mapping.title_year_field && (mapping.group_year || year_known);
        const bool given = own || by_title || mapping.fields[f].found();
        complete = complete && (given || !needs_column(field));
      }
      if (!complete) continue;
      mapping.with_main = true;
      candidate.mappings.push_back(std::move(mapping));
    }
  }
}

}  // namespace dandang::document
