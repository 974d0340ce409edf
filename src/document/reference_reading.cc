#include "document/reference_reading.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "document/cell_reading.h"
#include "document/plain_text.h"

namespace dandang::document {
namespace {

using format::CellKind;
using format::WorkbookCell;
using record::Field;
using record::FieldKind;
using record::RecordType;

constexpr size_t kDigitsOfNumber = 6;  // a cell with so many is no name

bool looks_like_number(const WorkbookCell& cell) {
  if (cell.kind == CellKind::kNumber || cell.kind == CellKind::kDate) return true;
  return digit_count(compact(cell.text)) >= kDigitsOfNumber;
}

const WorkbookCell* content_at(const Line& line, int column) {
  if (column < 0) return nullptr;
  const WorkbookCell* cell = line.job->grid.at(line.row, static_cast<uint32_t>(column));
  return cell == nullptr || says_blank(*cell) ? nullptr : cell;
}

}  // namespace

Text place_of(const Line& line) {
  const std::string& file = line.job->workbook->file;
  const std::string& sheet = line.job->sheet->name;
  return {fmt::format("{}「{}」第 {} 行", file, sheet, line.number()),
          fmt::format("{} \"{}\" row {}", file, sheet, line.number())};
}

ReferenceReader::Cells ReferenceReader::cells_of(const Line& line, const Draft& draft,
                                                 size_t field) const {
  const RecordType& type = catalogue_->types[draft.mapping->type];
  Cells cells;
  cells.columns = draft.mapping->fields[field];
  cells.value = content_at(line, cells.columns.column);
  cells.name = content_at(line, cells.columns.name_column);
  cells.required = type.fields[field].required;
  return cells;
}

void ReferenceReader::read(Line& line, Draft& draft) {
  const RecordType& type = catalogue_->types[draft.mapping->type];
  for (size_t i = 0; i < type.fields.size(); ++i) {
    if (type.fields[i].kind != FieldKind::kRef || !draft.mapping->fields[i].found()) continue;
    Outcome outcome = read_field(line, type.fields[i], cells_of(line, draft, i));
    for (RowFault& fault : outcome.faults) {
      draft.faulty = true;
      add_once(line.faults, std::move(fault));
    }
    if (outcome.faults.empty() && !outcome.key.empty()) draft.cells[i] = std::move(outcome.key);
  }
}

ReferenceReader::Outcome ReferenceReader::read_field(const Line& line, const Field& field,
                                                     const Cells& cells) {
  const int main_column =
      cells.columns.column >= 0 ? cells.columns.column : cells.columns.name_column;
  const auto target = catalogue_->type_index(field.ref_type);
  if (!target) {
    return {{},
            {RowFault{main_column,
                      "type-unknown",
                      {fmt::format("没有「{}」这一类记录，请检查政策包", field.ref_type),
                       fmt::format("there is no record type \"{}\"; check the packages",
                                   field.ref_type)}}}};
  }
  for (const WorkbookCell* cell : {cells.value, cells.name}) {
    if (cell == nullptr || cell->kind != CellKind::kError) continue;
    CellReading reading = CellReader(field, nullptr).read(cell);
    const int column = cell == cells.value ? cells.columns.column : cells.columns.name_column;
    return {{}, {RowFault{column, reading.fault->code, reading.fault->reason}}};
  }
  if (cells.value != nullptr) {
    const bool number =
        is_identity_keyed(catalogue_->types[*target]) && looks_like_number(*cells.value);
    return number ? by_number(*target, cells)
                  : by_name(line, *target, *cells.value, cells.columns.column);
  }
  // A number left out is not made up for by a name: two may share it.
  const bool number_left_out = cells.required && cells.columns.column >= 0;
  if (cells.name != nullptr && !number_left_out) {
    return by_name(line, *target, *cells.name, cells.columns.name_column);
  }
  if (!cells.required) return {};
  return {{}, {missing_value(line.job->found, field, main_column)}};
}

ReferenceReader::Outcome ReferenceReader::by_number(size_t target, const Cells& cells) {
  const CellReading reading = read_identity_number(*cells.value);
  const int column = cells.columns.column;
  if (!reading.fault) {
    const std::string& key = std::get<std::string>(reading.value);
    Outcome outcome = outcome_of(references_->by_key(target, key), target, column, key, true);
    compare_names(target, key, cells, outcome);
    return outcome;
  }
  Outcome outcome{{}, {RowFault{column, reading.fault->code, reading.fault->reason}}};
  // Copied wrongly or nobody of ours: the office is told both.
  if (reading.fault->code == "identity-check-digit") {
    outcome.faults.push_back(not_found(target, column, shown_text(*cells.value), true));
  }
  return outcome;
}

ReferenceReader::Outcome ReferenceReader::by_name(const Line& line, size_t target,
                                                  const WorkbookCell& cell, int column) {
  const std::string words = shown_text(cell);
  const bool is_person = is_identity_keyed(catalogue_->types[target]);
  const auto narrow = [&](std::vector<std::string> keys) {
    return same_unit(line, target, std::move(keys));
  };
  return outcome_of(references_->by_name(target, words, narrow), target, column, words, is_person);
}

ReferenceReader::Outcome ReferenceReader::outcome_of(const References::Found& found, size_t target,
                                                     int column, const std::string& words,
                                                     bool is_person) {
  using State = References::Found::State;
  const std::string& type = catalogue_->types[target].name;
  switch (found.state) {
    case State::kGood:
      return {found.key, {}};
    case State::kRefused: {
      const Text place = place_of((*lines_)[found.refused_row]);
      return {
          {},
          {RowFault{column,
                    "reference-refused",
                    {fmt::format("所指的「{}」记录没有收下（{}），请先改正那一行", type, place.zh),
                     fmt::format("the \"{}\" it refers to was refused ({}); correct that row "
                                 "first",
                                 type, place.en)}}}};
    }
    case State::kAmbiguous:
      return {
          {},
          {RowFault{column,
                    "name-ambiguous",
                    {is_person ? "名册里不止一人叫这个名字，请填身份证号"
                               : fmt::format("「{}」里不止一个叫这个名字，请写全称", type),
                     is_person ? "several persons have this name; give the identity number"
                               : fmt::format("several of \"{}\" have this name; write it in full",
                                             type)}}}};
    case State::kNoRegister:
      return {
          {},
          {RowFault{column,
                    "register-missing",
                    {fmt::format("还没有导入过「{}」名册，请先导入，或者与本表一并导入", type),
                     fmt::format("no register of \"{}\" has been imported yet; import it first, "
                                 "or together with this sheet",
                                 type)}}}};
    case State::kMissing:
      break;
  }
  return {{}, {not_found(target, column, words, is_person)}};
}

RowFault ReferenceReader::not_found(size_t target, int column, const std::string& words,
                                    bool is_person) {
  const std::string& type = catalogue_->types[target].name;
  if (is_person) {
    const bool by_number = digit_count(words) >= kDigitsOfNumber;
    return {
        column,
        "person-unknown",
        {fmt::format("「{}」名册里没有这个人：先导入名册，或者改正{}", type,
                     by_number ? "身份证号" : "姓名"),
         fmt::format("this person is not in the register of \"{}\": import it first, or correct "
                     "the {}",
                     type, by_number ? "identity number" : "name")}};
  }
  RowFault fault{
      column,
      "reference-unknown",
      {fmt::format("「{}」名册里没有「{}」：先导入名册，或者改正名称", type, trimmed(words)),
       fmt::format("\"{}\" is not in the register of \"{}\": import it first, or correct "
                   "the name",
                   trimmed(words), type)}};
  const std::string near = references_->nearest_name(target, words);
  if (!near.empty()) {
    fault.reason.zh += fmt::format("（名册里有「{}」，是不是它）", near);
    fault.reason.en += fmt::format(" (there is \"{}\"; is it meant?)", near);
  }
  return fault;
}

void ReferenceReader::compare_names(size_t target, const std::string& key, const Cells& cells,
                                    Outcome& outcome) const {
  if (cells.name == nullptr || !outcome.faults.empty()) return;
  const std::string here = plain_name(shown_text(*cells.name));
  const std::string there = references_->name_of(target, key);
  if (there.empty() || comparable_name(here) == comparable_name(there)) return;
  outcome.faults.push_back(
      {cells.columns.name_column,
       "name-differs",
       {fmt::format("姓名「{}」与名册里这个身份证号的「{}」不一致，请核对姓名和号码", here, there),
        fmt::format("the name \"{}\" differs from \"{}\", whom the register has under this number; "
                    "check both",
                    here, there)}});
}

// Of several persons of one name, those whose unit the row names too.
std::vector<std::string> ReferenceReader::same_unit(const Line& line, size_t target,
                                                    std::vector<std::string> keys) {
  const WorkbookCell* cell = content_at(line, unit_column(*line.job, target));
  if (cell == nullptr) return keys;
  const std::string unit = comparable_name(shown_text(*cell));
  std::erase_if(keys, [&](const std::string& key) {
    const auto row = references_->batch_row(target, key);
    return !row || !has_unit((*lines_)[*row], unit);
  });
  return keys;
}

// The column headed like a reference which the target, or a record taken in with it, has.
int ReferenceReader::unit_column(const SheetJob& job, size_t target) {
  const auto [entry, is_new] = unit_columns_.try_emplace({&job, target}, -1);
  if (!is_new) return entry->second;
  const std::string& name = catalogue_->types[target].name;
  std::set<std::string> words;
  for (const RecordType& type : catalogue_->types) {
    if (type.name != name && type.taken_with != name) continue;
    for (const Field& field : type.fields) {
      if (field.kind != FieldKind::kRef || field.ref_type == name) continue;
      words.insert(compact(field.name));
      for (const std::string& heading : field.headings) words.insert(compact(heading));
    }
  }
  for (const Heading& heading : job.found.headings) {
    if (words.count(heading.levels.back()) == 0) continue;
    entry->second = static_cast<int>(heading.column);
    break;
  }
  return entry->second;
}

bool ReferenceReader::has_unit(const Line& person, const std::string& unit) const {
  for (const Draft& draft : person.drafts) {
    const RecordType& type = catalogue_->types[draft.mapping->type];
    for (size_t i = 0; i < type.fields.size(); ++i) {
      const auto* key = std::get_if<std::string>(&draft.cells[i]);
      if (type.fields[i].kind != FieldKind::kRef || key == nullptr) continue;
      if (comparable_name(record::key_for_display(*key)) == unit) return true;
    }
  }
  return false;
}

}  // namespace dandang::document
