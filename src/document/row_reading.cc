#include "document/row_reading.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "document/identity_number.h"
#include "document/plain_text.h"
#include "record/change_set.h"

namespace dandang::document {
namespace {

using record::Field;
using record::FieldKind;
using record::RecordType;

bool is_date(FieldKind kind) {
  return kind == FieldKind::kDate || kind == FieldKind::kDay;
}

// The words of a key part; a reference is its target's key as it stands.
std::string key_part(const Field& field, const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  return record::to_display(field, cell);
}

std::string month_text(Date date) {
  return fmt::format("{:04}.{:02}", date.year(), date.month());
}

// Offices write the month alone as its first day, in whatever form.
bool day_is_meant(const CellReading& reading, Date by_cell) {
  return reading.day_given && by_cell.day() != 1;
}

bool birth_agrees(Date by_number, const CellReading& reading, Date by_cell) {
  if (by_number.year() != by_cell.year() || by_number.month() != by_cell.month()) return false;
  return !day_is_meant(reading, by_cell) || by_number.day() == by_cell.day();
}

RowFault birth_differs(int column, Date by_number, const CellReading& reading, Date by_cell) {
  const bool days = day_is_meant(reading, by_cell);
  const std::string cell = days ? by_cell.to_string() : month_text(by_cell);
  const std::string number = days ? by_number.to_string() : month_text(by_number);
  return {column,
          "birth-date-differs",
          {fmt::format("出生日期 {} 与身份证号里的 {} 不一致，请核对哪一个抄错了", cell, number),
           fmt::format("the birth date {} differs from {} in the identity number; check which is "
                       "wrong",
                       cell, number)}};
}

RowFault sex_differs(int column, bool male) {
  return {
      column,
      "sex-differs",
      {fmt::format("性别与身份证号不一致（按号码是{}），请核对哪一个抄错了", male ? "男" : "女"),
       fmt::format("the sex differs from the identity number, which says {}; check which is "
                   "wrong",
                   male ? "male" : "female")}};
}

}  // namespace

void add_once(std::vector<RowFault>& faults, RowFault fault) {
  const bool known = std::any_of(faults.begin(), faults.end(), [&](const RowFault& other) {
    return other.column == fault.column && other.code == fault.code;
  });
  if (!known) faults.push_back(std::move(fault));
}

std::string key_of(const RecordType& type, const Draft& draft) {
  std::vector<std::string> parts;
  bool any = false;
  for (const std::string& name : type.key) {
    const auto index = type.field_index(name);
    if (!index) continue;
    const Cell& cell = draft.cells[*index];
    // A blank part may be one that could not be read.
    if (is_blank(cell) && (draft.faulty || type.fields[*index].required)) return {};
    any = any || !is_blank(cell);
    parts.push_back(key_part(type.fields[*index], cell));
  }
  if (!type.key.empty()) return any ? record::key_text(parts) : std::string();
  // A type without a key: a record is what it says.
  for (size_t i = 0; i < type.fields.size(); ++i) {
    parts.push_back(key_part(type.fields[i], draft.cells[i]));
  }
  return record::key_text(parts);
}

RowFault missing_value(const RecognisedSheet& sheet, const Field& field, int column) {
  const Heading* heading = sheet.heading_of(column);
  const std::string& name = heading != nullptr ? heading->shown : field.name;
  return {column,
          "missing",
          {fmt::format("没有填「{}」，请补上", name),
           fmt::format("\"{}\" is missing; fill it in", name)}};
}

RowReader::RowReader(const record::Catalogue& catalogue, const RecognisedSheet& sheet,
                     const SheetGrid& grid)
    : catalogue_(&catalogue), sheet_(&sheet), grid_(&grid), year_(sheet.year) {
  for (const TypeMapping& mapping : sheet.mappings) readers_.push_back(readers_of(mapping));
}

std::vector<RowReader::FieldReader> RowReader::readers_of(const TypeMapping& mapping) const {
  const RecordType& type = catalogue_->types[mapping.type];
  std::vector<FieldReader> out;
  for (size_t i = 0; i < type.fields.size(); ++i) {
    const Field& field = type.fields[i];
    const int column = mapping.fields[i].column;
    if (field.kind == FieldKind::kRef || column < 0) continue;
    const record::CodeList* codes = catalogue_->find_code_list(field.code_list);
    FieldReader reader{i, column, CellReader(field, codes, sheet_->money_unit(column))};
    reader.required = field.required;
    reader.is_number = field.kind == FieldKind::kIdentityNumber;
    reader.is_birth = is_date(field.kind) && field.agrees == record::Agrees::kBirth;
    reader.is_sex = field.kind == FieldKind::kCode && field.agrees == record::Agrees::kSex;
    out.push_back(std::move(reader));
  }
  return out;
}

// On a wide sheet a person has no record for a year whose columns are all blank; nor does a record
// come along with the row's own where nothing is said of it and nothing would have to be.
bool RowReader::is_left_out(size_t index, size_t row) const {
  const TypeMapping& mapping = sheet_->mappings[index];
  const auto says_nothing = [&](int column) {
    if (column < 0) return true;
    const format::WorkbookCell* cell = grid_->at(row, static_cast<uint32_t>(column));
    return cell == nullptr || says_blank(*cell);
  };
  if (mapping.group_year) {
    return std::all_of(mapping.group_columns.begin(), mapping.group_columns.end(), says_nothing);
  }
  if (!mapping.with_main) return false;
  const RecordType& type = catalogue_->types[mapping.type];
  for (size_t i = 0; i < mapping.fields.size(); ++i) {
    const FieldColumns& columns = mapping.fields[i];
    if (columns.found() && type.fields[i].required) return false;
    if (!says_nothing(columns.column) || !says_nothing(columns.name_column)) return false;
  }
  return true;
}

void RowReader::note_person(const FieldReader& reader, const CellReading& reading, const Cell& kept,
                            PersonCells& person) const {
  const auto* text = std::get_if<std::string>(&kept);
  if (reader.is_number && person.number == nullptr) person.number = text;
  if (reader.is_sex && person.sex == nullptr) {
    person.sex = text;
    person.sex_column = reader.column;
  }
  if (reader.is_birth && is_blank(person.birth.value)) {
    person.birth = reading;
    person.birth_column = reader.column;
  }
}

Draft RowReader::read_draft(size_t index, size_t row, RowReading& out, PersonCells& person) const {
  const TypeMapping& mapping = sheet_->mappings[index];
  const RecordType& type = catalogue_->types[mapping.type];
  Draft draft;
  draft.mapping = &mapping;
  draft.cells.resize(type.fields.size());
  for (const FieldReader& field : readers_[index]) {
    CellReading reading = field.reader.read(grid_->at(row, static_cast<uint32_t>(field.column)));
    if (reading.fault) {
      add_once(out.faults, {field.column, reading.fault->code, reading.fault->reason});
      draft.faulty = true;
      continue;
    }
    if (is_blank(reading.value) && field.required) {
      add_once(out.faults, missing_value(*sheet_, type.fields[field.field], field.column));
      draft.faulty = true;
      continue;
    }
    const bool of_person = field.is_number || field.is_birth || field.is_sex;
    draft.cells[field.field] = of_person ? reading.value : std::move(reading.value);
    if (of_person) note_person(field, reading, draft.cells[field.field], person);
  }
  if (mapping.title_year_field >= 0) {
    const std::optional<int> year = mapping.group_year ? mapping.group_year : year_;
    if (year) draft.cells[static_cast<size_t>(mapping.title_year_field)] = int64_t{*year};
  }
  return draft;
}

RowReading RowReader::read(size_t row) const {
  RowReading out;
  PersonCells person;
  // The cells noted in `person` must stay where they are.
  out.drafts.reserve(sheet_->mappings.size());
  for (size_t i = 0; i < sheet_->mappings.size(); ++i) {
    if (is_left_out(i, row)) continue;
    out.drafts.push_back(read_draft(i, row, out, person));
  }
  if (person.number == nullptr) return out;
  if (const auto* days = std::get_if<int64_t>(&person.birth.value)) {
    const Date by_cell = Date::from_days(static_cast<int32_t>(*days));
    const Date by_number = birth_date_of(*person.number);
    if (!birth_agrees(by_number, person.birth, by_cell)) {
      add_once(out.faults, birth_differs(person.birth_column, by_number, person.birth, by_cell));
    }
  }
  if (person.sex != nullptr) {
    const bool male = is_male(*person.number);
    if (contains(*person.sex, "男") != male && contains(*person.sex, male ? "女" : "男")) {
      add_once(out.faults, sex_differs(person.sex_column, male));
    }
  }
  return out;
}

}  // namespace dandang::document
