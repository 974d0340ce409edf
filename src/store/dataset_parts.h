#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/result.h"
#include "record/dataset.h"
#include "store/sql_connection.h"

// What load_dataset and catch_up both read. All within a transaction.
namespace dandang::store {

// File and sheet of each source, by its id.
using SourceNames = std::unordered_map<int64_t, record::Source>;
Result<SourceNames> read_sources(SqlConnection& connection);

// The heads of versions, before the fields (select_fields).
constexpr const char* kSelectHead =
    "SELECT record, key, valid_from, valid_to, valid_assumed, recorded_in, source, source_row";
constexpr int kHeadColumnCount = 8;

// Heads for one table, whose places they add to.
class HeadReader {
 public:
  HeadReader(const SourceNames& sources, record::Table& table) : sources_(sources), table_(table) {}
  // Valid until the next step.
  record::RowHead head_at(const SqlRow& row);

 private:
  uint32_t place_of(int64_t source);

  const SourceNames& sources_;
  record::Table& table_;
  std::unordered_map<int64_t, uint32_t> places_;  // by source
};

// A value of a field that is no ref, as it is kept.
Result<Cell> stored_cell(const SqlConnection& connection, const SqlRow& row, int column,
                         const record::Field& field);

// The row of the record with that number, among rows whose numbers rise, from `first` on to before
// `last`.
std::optional<size_t> row_of_number(const record::Table& table, int64_t number, size_t first,
                                    size_t last);
inline std::optional<size_t> row_of_number(const record::Table& table, int64_t number) {
  return row_of_number(table, number, 0, table.size());
}

// Both add what is known at the change set to a dataset that has none.
Result<void> read_coverage(SqlConnection& connection, record::ChangeSetId known_at,
                           const SourceNames& sources, record::Dataset& dataset);
Result<void> read_parameters(SqlConnection& connection, record::ChangeSetId known_at,
                             record::Dataset& dataset);

// When the change set was recorded; 0 stands for the time before the first. kNotFound without one.
Result<std::string> time_of(SqlConnection& connection, record::ChangeSetId known_at);

// The store holds what no program of ours writes.
Error unsound_store(const SqlConnection& connection, Text what);
Error not_a_number(const SqlConnection& connection, const record::Field& field);
Error leads_nowhere(const SqlConnection& connection, const record::RecordType& type,
                    const record::Field& field);

}  // namespace dandang::store
