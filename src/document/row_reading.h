#pragma once

#include <string>
#include <vector>

#include "document/cell_reading.h"
#include "document/sheet_recognition.h"

// One line of a sheet as records to be, before references are resolved.
namespace dandang::document {

struct RowFault {
  int column = -1;
  std::string code;
  Text reason;
};

struct Draft {
  const TypeMapping* mapping = nullptr;
  std::vector<Cell> cells;  // references stay blank
  std::string key;          // empty until all of its parts are known
  bool faulty = false;
};

struct RowReading {
  std::vector<Draft> drafts;
  std::vector<RowFault> faults;
};

class RowReader {
 public:
  RowReader(const record::Catalogue& catalogue, const RecognisedSheet& sheet,
            const SheetGrid& grid);

  RowReading read(size_t row) const;
  // From here on the sheet speaks of another year: lists of several years one below the other.
  void set_year(int year) { year_ = year; }

 private:
  struct FieldReader {
    size_t field = 0;
    int column = -1;
    CellReader reader;
    bool required = false;
    // The person's number, birth and sex are held against each other.
    bool is_number = false, is_birth = false, is_sex = false;
  };
  struct PersonCells {
    const std::string* number = nullptr;
    CellReading birth;
    int birth_column = -1;
    const std::string* sex = nullptr;
    int sex_column = -1;
  };

  std::vector<FieldReader> readers_of(const TypeMapping& mapping) const;
  bool is_left_out(size_t mapping, size_t row) const;
  Draft read_draft(size_t mapping, size_t row, RowReading& out, PersonCells& person) const;
  void note_person(const FieldReader& reader, const CellReading& reading, const Cell& kept,
                   PersonCells& person) const;

  const record::Catalogue* catalogue_;
  const RecognisedSheet* sheet_;
  const SheetGrid* grid_;
  std::optional<int> year_;
  std::vector<std::vector<FieldReader>> readers_;  // [mapping]
};

// Unless the column has a fault of that kind already.
void add_once(std::vector<RowFault>& faults, RowFault fault);
RowFault missing_value(const RecognisedSheet& sheet, const record::Field& field, int column);
// The record's key by its cells; empty where it cannot be told, or nothing is left of it.
std::string key_of(const record::RecordType& type, const Draft& draft);

}  // namespace dandang::document
