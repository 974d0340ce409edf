#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/column.h"
#include "base/diagnostic.h"
#include "base/text.h"

// Record types are data: packages declare them, and tables, import templates, FEEL names and pages
// all come from the one declaration (docs/architecture.md, "Record types").
namespace dandang::record {

enum class FieldKind {
  kText,            // words, trimmed
  kName,            // a person's or unit's name: no blanks inside
  kIdentityNumber,  // GB 11643, 18 characters, checked
  kDate,            // a day; a month alone is taken as its first day
  kDay,             // a day; a month alone is refused, because law counts days here
  kYear,
  kNumber,  // a decimal
  kMoney,   // whole fen
  kFlag,    // yes or no
  kCode,    // a value of a code list
  kRef,     // a record of another type
};

// What a blank cell means.
struct Blank {
  enum class Kind { kUnknown, kNone, kValue, kFormula };
  Kind kind = Kind::kUnknown;
  std::string text;  // the value, or the FEEL formula over the record
  Place place;
};

// What a field says over again that the identity number beside it says already.
enum class Agrees { kNothing, kBirth, kSex };

struct Field {
  std::string name;
  std::string label_en;
  FieldKind kind = FieldKind::kText;
  std::string code_list;                // kCode
  std::string ref_type;                 // kRef
  std::vector<std::string> headings;    // as sheets write them; the name itself always counts
  std::vector<std::string> true_words;  // kFlag; beside 是 and the like
  std::vector<std::string> false_words;
  bool required = false;  // a blank cell is refused
  bool column_required =
      false;  // a sheet without this column is not of the type; required implies it
  Agrees agrees = Agrees::kNothing;  // held against the row's identity number
  bool from_title = false;  // taken from the sheet's name or title where no column gives it (年度)
  Blank blank;
  Place place;
  std::string mark;  // what reading it counts, see docs/procedures.md; empty: nothing
};

struct CodeValue {
  std::string name;
  std::string label_en;
  std::vector<std::string> aliases;
  Place place;
  std::string label_zh = {};  // what pages show where it is not the name itself

  const std::string& shown() const { return label_zh.empty() ? name : label_zh; }
};

// A closed list of words; where the law ranks them, `ordered` says the first is the lowest.
struct CodeList {
  std::string name;
  std::string label_en;
  bool ordered = false;
  std::vector<CodeValue> values;
  Place place;

  // The value with this name or alias, blanks ignored; null if there is none.
  const CodeValue* find(std::string_view word) const;
  // 1 for the first value.
  std::optional<int> order_of(std::string_view name) const;
};

// What holds for every record taken in; a row that breaks it is refused.
struct RowCheck {
  std::string formula;  // FEEL over the record, true to accept; null or unknown accepts
  Place place;
  Text message;
  std::string field;  // whose column the refusal names
};

struct RecordType {
  enum class Valid { kAlways, kFrom, kYear, kSnapshot };
  enum class Absence { kUnknown, kNone };

  std::string name;
  std::string label_en;
  std::string package;
  std::vector<Field> fields;
  std::vector<std::string> key;  // field names; those that are not required may be blank
  // Rows of one sheet with the same key are separate records (two equal fees), numbered as they
  // come.
  bool repeats = false;
  Valid valid = Valid::kAlways;
  std::string valid_field;  // kFrom: a date; kYear: a year
  Absence absence = Absence::kUnknown;
  // kNone: a missing row means none where these keys were taken in completely; none listed: once
  // the register was taken in at all.
  std::vector<std::string> absence_keys;
  std::vector<std::string> sheets;  // words in a sheet's name or title that speak for this type
  std::string taken_with;           // rows of that type's sheet also give a record of this type
  std::vector<RowCheck> checks;
  std::string name_field;  // what people call a record (姓名, 单位名称); may be empty
  std::string sensitivity;
  std::string mark;  // of all its fields and rows, as of a field
  Place place;

  const Field* find_field(std::string_view field_name) const;
  std::optional<size_t> field_index(std::string_view field_name) const;
};

// All record types and code lists in force together.
struct Catalogue {
  std::vector<RecordType> types;
  std::vector<CodeList> code_lists;

  const RecordType* find_type(std::string_view name) const;
  const CodeList* find_code_list(std::string_view name) const;
  std::optional<size_t> type_index(std::string_view name) const;
};

Column::Kind column_kind(FieldKind kind);

// The value as people write it: 2025-03-24, 45000.00, 是, and nothing for a blank.
std::string to_display(const Field& field, const Cell& cell);

}  // namespace dandang::record
