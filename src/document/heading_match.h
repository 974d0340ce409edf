#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "record/record_type.h"

// Which column of a sheet is which field of a record type.
namespace dandang::document {

// The heading over one column, of one row of words or more.
struct Heading {
  uint32_t column = 0;
  std::vector<std::string> levels;  // compact, top to bottom, without repeats
  std::string shown;                // as the sheet writes it
  std::optional<int> year;          // that the heading speaks of
  std::vector<std::string> levels_without_year;
};

// Where a field's value stands in a row.
struct FieldColumns {
  int column = -1;
  int name_column = -1;  // of a reference by identity number: where the person's name stands
  bool by_part = false;

  bool found() const { return column >= 0 || name_column >= 0; }
};

// Whether its records are found by a person's identity number alone.
bool is_identity_keyed(const record::RecordType& type);
// Whether it says what a record is, or a record cannot be without it.
bool is_essential(const record::RecordType& type, const record::Field& field);
// Whether a sheet without its column is of another kind.
bool needs_column(const record::Field& field);

class HeadingMatcher {
 public:
  // `own_target`: the type whose record the row itself gives; refs to it need no column.
  HeadingMatcher(const record::Catalogue& catalogue, const record::RecordType& type,
                 std::string_view own_target = {});

  // One entry a field. `without_years`: by what headings say beside the year they speak of.
  std::vector<FieldColumns> match(const std::vector<const Heading*>& headings,
                                  bool without_years) const;

  const record::RecordType& type() const { return *type_; }

 private:
  // Which place of a reference a heading fills; kEither is decided by what else there is.
  enum class Slot { kValue, kName, kEither };
  struct Word {
    size_t field;
    Slot slot;
    int rank;  // 0 as declared … 3 lent by the type referred to
  };
  struct PartWord {
    std::string text;
    size_t field;
    Slot slot;
    bool is_short;  // two characters: any word before it may change its meaning
  };
  struct Claim {
    int cost;
    size_t heading;
    Word word;
  };
  struct PartClaim {
    size_t length = 0;
    size_t heading = 0;
    Word word{};
    bool tied = false;
  };

  void add_field(const record::Catalogue& catalogue, size_t field);
  void add_reference(const record::Catalogue& catalogue, size_t field);
  void add_words_of(const record::Field& field, size_t for_field, Slot slot, int rank);
  void add_word(const std::string& word, size_t field, Slot slot, int rank);
  bool lends_words(size_t field) const;
  Slot slot_for(const Word& word, std::string_view heading) const;
  void claim(const std::vector<std::string>& levels, size_t heading,
             std::vector<Claim>& claims) const;
  void claim_form(std::string_view form, int cost, size_t heading,
                  std::vector<Claim>& claims) const;
  bool unit_differs(size_t field, std::string_view heading) const;
  void take_parts(const std::vector<const Heading*>& headings, bool without_years,
                  std::vector<FieldColumns>& fields, std::vector<uint8_t>& used) const;
  PartClaim best_part(const std::vector<std::string>& levels,
                      const std::vector<FieldColumns>& fields) const;
  bool contains_part(std::string_view heading, const PartWord& word) const;
  bool turns_meaning(std::string_view before) const;
  bool is_free(const FieldColumns& columns, Slot slot) const;
  void assign(FieldColumns& columns, Slot slot, uint32_t column, bool by_part) const;

  const record::RecordType* type_;
  std::string own_target_;
  std::unordered_map<std::string, std::vector<Word>> words_;
  std::unordered_map<std::string, std::vector<Word>> stems_;
  std::vector<PartWord> parts_;
  std::vector<std::vector<std::string>> units_;  // [field], from brackets of declared headings
  std::vector<std::string> foreign_subjects_;
};

}  // namespace dandang::document
