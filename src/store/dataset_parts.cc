#include "store/dataset_parts.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "base/date.h"
#include "base/text.h"
#include "record/open_list.h"

namespace dandang::store {

using record::ChangeSetId;
using record::Coverage;
using record::Dataset;
using record::Field;
using record::ParameterValue;
using record::RecordType;
using record::Source;

namespace {

constexpr char kKeySeparator = '\x1f';  // as key_text joins

Source source_at(const SourceNames& sources, const SqlRow& row, int column) {
  Source source;
  if (const auto found = sources.find(row.int64_at(column)); found != sources.end()) {
    source = found->second;
  }
  source.row = static_cast<int>(row.int64_at(column + 1));
  return source;
}

std::optional<Date> day_at(const SqlRow& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return Date::from_days(static_cast<int32_t>(row.int64_at(column)));
}

// The values in the order the type's absence keys have today. No value: the list was complete by
// other keys, and what it says about today's keys nobody knows.
std::optional<std::vector<std::string>> in_order(const RecordType& type,
                                                 const std::vector<std::string>& names,
                                                 const std::vector<std::string>& values) {
  if (type.absence_keys.empty()) return values;  // only asks whether it was ever taken in
  if (names.size() != type.absence_keys.size() || values.size() != names.size()) {
    return std::nullopt;
  }
  std::vector<std::string> ordered;
  for (const std::string& key : type.absence_keys) {
    const auto found = std::find(names.begin(), names.end(), key);
    if (found == names.end()) return std::nullopt;
    ordered.push_back(values[static_cast<size_t>(found - names.begin())]);
  }
  return ordered;
}

}  // namespace

Result<SourceNames> read_sources(SqlConnection& connection) {
  DD_ASSIGN_OR_RETURN(const auto statement,
                      connection.prepare_scan(connection.dialect().expand(
                          "SELECT id, file, sheet FROM source WHERE @here 1 = 1")));
  SourceNames sources;
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, statement->step());
    if (!row) return sources;
    sources.emplace(statement->int64_at(0), Source{std::string(statement->text_at(1)),
                                                   std::string(statement->text_at(2)), 0});
  }
}

uint32_t HeadReader::place_of(int64_t source) {
  const auto [known, added] = places_.try_emplace(source);
  if (added) {
    const auto named = sources_.find(source);
    known->second = named == sources_.end()
                        ? table_.add_place({}, {})
                        : table_.add_place(named->second.file, named->second.sheet);
  }
  return known->second;
}

record::RowHead HeadReader::head_at(const SqlRow& row) {
  return {row.text_at(1),
          day_at(row, 2),
          day_at(row, 3),
          row.int64_at(4) != 0,
          place_of(row.int64_at(6)),
          static_cast<int>(row.int64_at(7)),
          row.int64_at(5),
          row.int64_at(0)};
}

Result<Cell> stored_cell(const SqlConnection& connection, const SqlRow& row, int column,
                         const Field& field) {
  if (row.is_null(column)) return Cell();
  switch (record::column_kind(field.kind)) {
    case Column::Kind::kInt64:
      return Cell(row.int64_at(column));
    case Column::Kind::kText:
      return Cell(std::string(row.text_at(column)));
    case Column::Kind::kDecimal:
      break;
  }
  const std::optional<Decimal> decimal = Decimal::parse(row.text_at(column));
  if (!decimal) return not_a_number(connection, field);
  return Cell(*decimal);
}

std::optional<size_t> row_of_number(const record::Table& table, int64_t number, size_t first,
                                    size_t last) {
  // Numbers are given without gaps, so where everything is known the row is told by the number.
  const auto guess = static_cast<size_t>(number) - 1;
  if (guess >= first && guess < last && table.number(guess) == number) return guess;
  const size_t end = last;
  while (first < last) {
    const size_t middle = first + (last - first) / 2;
    if (table.number(middle) < number) {
      first = middle + 1;
    } else {
      last = middle;
    }
  }
  return first < end && table.number(first) == number ? std::optional<size_t>(first) : std::nullopt;
}

Result<void> read_coverage(SqlConnection& connection, ChangeSetId known_at,
                           const SourceNames& sources, Dataset& dataset) {
  DD_ASSIGN_OR_RETURN(
      const auto statement,
      connection.prepare(connection.dialect().expand(
          "SELECT type, key_names, key_values, source, source_row, open_for FROM coverage"
          " WHERE @here ((recorded_in <= $1 AND (ended_in IS NULL OR ended_in > $1))"
          // Rows deleted later are gone of then too, and their lists open.
          " OR (recorded_in > $1 AND open_for = " +
          literal(record::kOpenForAnybody) + ")) ORDER BY id")));
  statement->bind(1, known_at);
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, statement->step());
    if (!row) return {};
    const RecordType* type = dataset.catalogue().find_type(statement->text_at(0));
    if (type == nullptr) continue;
    Coverage coverage{
        type->name, {}, source_at(sources, *statement, 3), std::string(statement->text_at(5))};
    if (!statement->is_null(2)) {
      const std::vector<std::string> names = split(statement->text_at(1), kKeySeparator);
      const std::vector<std::string> values = split(statement->text_at(2), kKeySeparator);
      std::optional<std::vector<std::string>> ordered = in_order(*type, names, values);
      if (!ordered) continue;
      coverage.key_values = std::move(*ordered);
    }
    dataset.add_coverage(coverage);
  }
}

Result<void> read_parameters(SqlConnection& connection, ChangeSetId known_at, Dataset& dataset) {
  DD_ASSIGN_OR_RETURN(
      const auto statement,
      connection.prepare(connection.dialect().expand(
          "SELECT package, name, value, valid_from, for_body, basis FROM parameter"
          " WHERE @here recorded_in <= $1 AND (ended_in IS NULL OR ended_in > $1) ORDER BY id")));
  statement->bind(1, known_at);
  // What was set again for the same day and body replaces what was set before.
  std::map<std::tuple<std::string, std::string, std::string, Date>, ParameterValue> latest;
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, statement->step());
    if (!row) break;
    ParameterValue parameter;
    parameter.package = statement->text_at(0);
    parameter.name = statement->text_at(1);
    parameter.value = statement->text_at(2);
    parameter.from = Date::from_days(static_cast<int32_t>(statement->int64_at(3)));
    parameter.for_body = statement->text_at(4);
    parameter.basis = statement->text_at(5);
    latest[{parameter.package, parameter.name, parameter.for_body, parameter.from}] = parameter;
  }
  for (auto& [key, parameter] : latest) dataset.parameters.push_back(std::move(parameter));
  return {};
}

Result<std::string> time_of(SqlConnection& connection, ChangeSetId known_at) {
  if (known_at == 0) return std::string();
  DD_ASSIGN_OR_RETURN(const auto statement,
                      connection.prepare(connection.dialect().expand(
                          "SELECT recorded_at FROM change_set WHERE @here id = $1")));
  statement->bind(1, known_at);
  DD_ASSIGN_OR_RETURN(const bool row, statement->step());
  if (row) return std::string(statement->text_at(0));
  return Error{ErrorCode::kNotFound,
               {"没有第 " + std::to_string(known_at) + " 次写入",
                "there is no change set " + std::to_string(known_at)},
               connection.place(),
               {"查看写入记录中的编号", "look up its number among the change sets"}};
}

Error unsound_store(const SqlConnection& connection, Text what) {
  return {ErrorCode::kUnsoundStore,
          std::move(what),
          connection.place(),
          {"保留原文件，从备份恢复", "keep the file and restore from a backup"}};
}

Error not_a_number(const SqlConnection& connection, const Field& field) {
  return unsound_store(connection,
                       {"字段“" + field.name + "”存的不是数",
                        "field \"" + field.name + "\" keeps something that is not a number"});
}

Error leads_nowhere(const SqlConnection& connection, const RecordType& type, const Field& field) {
  return unsound_store(connection, {"“" + type.name + "”的“" + field.name + "”指向不存在的记录",
                                    "a \"" + field.name + "\" of \"" + type.name +
                                        "\" means a record that does not exist"});
}

}  // namespace dandang::store
