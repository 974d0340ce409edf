#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/text.h"
#include "format/workbook.h"
#include "record/dataset.h"
#include "record/record_type.h"

// What a reference in a sheet may mean: records already known and records of the same batch.
namespace dandang::document {

class References {
 public:
  // A row of the batch, by a number its owner gives out.
  using RowId = size_t;

  struct Found {
    enum class State {
      kGood,
      kRefused,     // its row in the batch was not taken
      kMissing,     // nothing of that key or name
      kAmbiguous,   // several of that name
      kNoRegister,  // nothing of that type was ever taken in
    };
    State state = State::kMissing;
    std::string key;
    RowId refused_row = 0;
  };

  References(const record::Catalogue& catalogue, const record::Dataset& known);

  // A sheet of the batch gives records of the type, about so many.
  void expect(size_t type, size_t rows);
  // A record read from the batch, whether or not it will be taken.
  void add(size_t type, const std::string& key, const std::string& name, RowId row);
  // Of a record added before; the row may be another of the same key.
  void accept(size_t type, const std::string& key, const std::string& name, RowId row);
  void withdraw(size_t type, const std::string& key);
  // All rows of the type are decided: what is not accepted is refused.
  void close(size_t type) { types_[type].closed = true; }

  Found by_key(size_t type, const std::string& key) const;
  // `narrow` may leave fewer of several records of the same name.
  using Narrow = std::function<std::vector<std::string>(std::vector<std::string>)>;
  Found by_name(size_t type, std::string_view name, const Narrow& narrow);
  // What people call the record; empty if unknown.
  std::string name_of(size_t type, const std::string& key) const;
  std::optional<RowId> accepted_row(size_t type, const std::string& key) const;
  // Accepted or not.
  std::optional<RowId> batch_row(size_t type, const std::string& key) const;
  // A name close to one that was not found, for the office to compare; empty if none is.
  std::string nearest_name(size_t type, std::string_view name);

  // A record of the batch was used before its own row was decided.
  bool used_undecided() const { return used_undecided_; }
  // Whether the key still stands after all is decided.
  bool stands(size_t type, const std::string& key) const;

 private:
  struct InBatch {
    RowId row = 0;
    bool accepted = false;
    std::string name;
  };
  struct TypeIndex {
    const record::Table* known = nullptr;
    bool taken_in = false;
    bool expected = false;
    bool closed = false;
    std::unordered_map<std::string, InBatch> batch;
    bool named = false;  // the two below are filled
    std::unordered_map<std::string, std::vector<std::string>> keys_by_name;
    std::unordered_map<std::string, std::vector<std::string>> keys_by_bare_name;
    std::unordered_map<std::string, std::string> nearest;
  };

  void index_names(size_t type);
  void index_name(TypeIndex& index, const std::string& name, const std::string& key) const;
  std::string known_name(const TypeIndex& index, size_t type, const std::string& key) const;

  const record::Catalogue* catalogue_;
  std::vector<TypeIndex> types_;
  mutable bool used_undecided_ = false;
};

}  // namespace dandang::document
