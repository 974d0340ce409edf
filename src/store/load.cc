#include "store/load.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/date.h"
#include "base/text.h"
#include "record/open_list.h"
#include "store/deletion.h"
#include "store/schema.h"

namespace dandang::store {

namespace {

using record::Catalogue;
using record::ChangeSetId;
using record::Coverage;
using record::Dataset;
using record::Field;
using record::FieldKind;
using record::PackageFile;
using record::ParameterValue;
using record::RecordType;
using record::Source;
using record::Table;

constexpr char kKeySeparator = '\x1f';  // as key_text joins

// Records, coverage and parameters, straight into the dataset's columns: a version a row would cost
// an allocation a text, thirteen million times.
class Loader {
 public:
  Loader(SqlConnection& connection, Dataset& dataset, ChangeSetId known_at)
      : connection_(connection),
        dialect_(connection.dialect()),
        dataset_(dataset),
        catalogue_(dataset.catalogue()),
        known_at_(known_at),
        records_(catalogue_.types.size()),
        refs_(catalogue_.types.size()) {}

  Result<void> load() {
    DD_RETURN_IF_ERROR(read_sources());
    for (size_t t = 0; t < catalogue_.types.size(); ++t) DD_RETURN_IF_ERROR(read_type(t));
    for (size_t t = 0; t < catalogue_.types.size(); ++t) DD_RETURN_IF_ERROR(link_type(t));
    DD_RETURN_IF_ERROR(read_coverage());
    return read_parameters();
  }

 private:
  Error unsound(Text what) const {
    return {ErrorCode::kUnsoundStore,
            std::move(what),
            connection_.place(),
            {"保留原文件，从备份恢复", "keep the file and restore from a backup"}};
  }

  Result<void> read_sources() {
    DD_ASSIGN_OR_RETURN(const auto statement,
                        connection_.prepare_scan(dialect_.expand(
                            "SELECT id, file, sheet FROM source WHERE @here 1 = 1")));
    while (true) {
      DD_ASSIGN_OR_RETURN(const bool row, statement->step());
      if (!row) return {};
      sources_.emplace(statement->int64_at(0), Source{std::string(statement->text_at(1)),
                                                      std::string(statement->text_at(2)), 0});
    }
  }

  Source source_at(const SqlRow& statement, int column) const {
    Source source;
    if (const auto found = sources_.find(statement.int64_at(column)); found != sources_.end()) {
      source = found->second;
    }
    source.row = static_cast<int>(statement.int64_at(column + 1));
    return source;
  }

  static std::optional<Date> day_at(const SqlRow& statement, int column) {
    if (statement.is_null(column)) return std::nullopt;
    return Date::from_days(static_cast<int32_t>(statement.int64_at(column)));
  }

  Result<void> read_type(size_t type_index) {
    const RecordType& type = catalogue_.types[type_index];
    Table& table = dataset_.table(type_index);
    refs_[type_index].resize(type.fields.size());
    DD_ASSIGN_OR_RETURN(const std::optional<StoredType> stored,
                        stored_type(connection_, type.name));
    // A type of a package that is only being tried out: nothing is known of it.
    if (!stored) return {};

    DD_ASSIGN_OR_RETURN(const std::string columns, select_fields(dialect_, type, *stored));
    DD_ASSIGN_OR_RETURN(
        const auto statement,
        connection_.prepare_scan(
            "SELECT record, key, valid_from, valid_to, valid_assumed, recorded_in, source,"
            " source_row" +
            columns + " FROM " + record_table(dialect_, type.name) +
            dialect_.expand(" WHERE @here recorded_in <= $1"
                            " AND (superseded_in IS NULL OR superseded_in > $1)"
                            " ORDER BY @key record")));
    statement->bind(1, known_at_);
    std::vector<int64_t>& records = records_[type_index];
    std::unordered_map<int64_t, uint32_t> places;  // by source
    const auto place = [&](int64_t source) {
      const auto [known, added] = places.try_emplace(source);
      if (added) {
        const auto named = sources_.find(source);
        known->second = named == sources_.end()
                            ? table.add_place({}, {})
                            : table.add_place(named->second.file, named->second.sheet);
      }
      return known->second;
    };
    while (true) {
      DD_ASSIGN_OR_RETURN(const bool row, statement->step());
      if (!row) return {};
      const int64_t record = statement->int64_at(0);
      if (!records.empty() && records.back() == record) {
        return unsound(
            {"类型“" + type.name + "”有两个同时有效的版本",
             "type \"" + type.name + "\" has two versions of a record in force at once"});
      }
      records.push_back(record);
      table.append({statement->text_at(1), day_at(*statement, 2), day_at(*statement, 3),
                    statement->int64_at(4) != 0, place(statement->int64_at(6)),
                    static_cast<int>(statement->int64_at(7)), statement->int64_at(5)});
      for (size_t f = 0; f < type.fields.size(); ++f) {
        DD_RETURN_IF_ERROR(read_cell(*statement, static_cast<int>(f) + 8, type_index, f));
      }
    }
  }

  Result<void> read_cell(const SqlRow& statement, int column, size_t type_index,
                         size_t field_index) {
    const Field& field = catalogue_.types[type_index].fields[field_index];
    Column& values = dataset_.table(type_index).columns[field_index];
    if (field.kind == FieldKind::kRef) {
      // NULL reads as 0, which is no entity.
      refs_[type_index][field_index].push_back(statement.int64_at(column));
      return {};
    }
    if (statement.is_null(column)) {
      values.append_blank();
      return {};
    }
    switch (values.kind()) {
      case Column::Kind::kInt64:
        values.append(statement.int64_at(column));
        break;
      case Column::Kind::kDecimal: {
        const std::optional<Decimal> decimal = Decimal::parse(statement.text_at(column));
        if (!decimal) {
          return unsound({"字段“" + field.name + "”存的不是数",
                          "field \"" + field.name + "\" keeps something that is not a number"});
        }
        values.append(*decimal);
        break;
      }
      case Column::Kind::kText:
        values.append(statement.text_at(column));
        break;
    }
    return {};
  }

  // Entity ids of refs to rows of the target's table, once all tables are read.
  Result<void> link_type(size_t type_index) {
    const RecordType& type = catalogue_.types[type_index];
    for (size_t f = 0; f < type.fields.size(); ++f) {
      if (type.fields[f].kind != FieldKind::kRef) continue;
      const std::optional<size_t> target = catalogue_.type_index(type.fields[f].ref_type);
      Column& column = dataset_.table(type_index).columns[f];
      std::optional<std::set<int64_t>> deleted;  // read where one is missed
      for (const int64_t record : refs_[type_index][f]) {
        if (record == 0) {
          column.append_blank();
          continue;
        }
        const std::optional<size_t> row = target ? row_of(*target, record) : std::nullopt;
        if (!row && !deleted) {
          DD_ASSIGN_OR_RETURN(deleted,
                              records_with_deletions(connection_, type.fields[f].ref_type));
        }
        if (!row && deleted->contains(record)) {
          // What it said then is gone by now.
          column.append_blank();
          continue;
        }
        if (!row) {
          return unsound({"“" + type.name + "”的“" + type.fields[f].name + "”指向不存在的记录",
                          "a \"" + type.fields[f].name + "\" of \"" + type.name +
                              "\" means a record that does not exist"});
        }
        column.append(static_cast<int64_t>(*row));
      }
      refs_[type_index][f] = {};
    }
    return {};
  }

  std::optional<size_t> row_of(size_t type_index, int64_t record) const {
    const std::vector<int64_t>& records = records_[type_index];
    // Entity ids are given without gaps, so where everything is known the place is the id.
    const auto guess = static_cast<size_t>(record) - 1;
    if (guess < records.size() && records[guess] == record) return guess;
    const auto found = std::lower_bound(records.begin(), records.end(), record);
    if (found == records.end() || *found != record) return std::nullopt;
    return static_cast<size_t>(found - records.begin());
  }

  Result<void> read_coverage() {
    DD_ASSIGN_OR_RETURN(
        const auto statement,
        connection_.prepare(
            dialect_.expand(
                "SELECT type, key_names, key_values, source, source_row, open_for FROM coverage"
                " WHERE @here ((recorded_in <= $1 AND (ended_in IS NULL OR ended_in > $1))"
                // Rows deleted later are gone of then too, and their lists open.
                " OR (recorded_in > $1 AND open_for = ") +
            literal(record::kOpenForAnybody) + ")) ORDER BY id"));
    statement->bind(1, known_at_);
    while (true) {
      DD_ASSIGN_OR_RETURN(const bool row, statement->step());
      if (!row) return {};
      const RecordType* type = catalogue_.find_type(statement->text_at(0));
      if (type == nullptr) continue;
      Coverage coverage{
          type->name, {}, source_at(*statement, 3), std::string(statement->text_at(5))};
      if (!statement->is_null(2)) {
        const std::vector<std::string> names = split(statement->text_at(1), kKeySeparator);
        const std::vector<std::string> values = split(statement->text_at(2), kKeySeparator);
        std::optional<std::vector<std::string>> ordered = in_order(*type, names, values);
        if (!ordered) continue;
        coverage.key_values = std::move(*ordered);
      }
      dataset_.add_coverage(coverage);
    }
  }

  // The values in the order the type's absence keys have today. No value: the list was complete by
  // other keys, and what it says about today's keys nobody knows.
  static std::optional<std::vector<std::string>> in_order(const RecordType& type,
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

  Result<void> read_parameters() {
    DD_ASSIGN_OR_RETURN(
        const auto statement,
        connection_.prepare(dialect_.expand(
            "SELECT package, name, value, valid_from, for_body, basis FROM parameter"
            " WHERE @here recorded_in <= $1 AND (ended_in IS NULL OR ended_in > $1) ORDER BY id")));
    statement->bind(1, known_at_);
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
    for (auto& [key, parameter] : latest) dataset_.parameters.push_back(std::move(parameter));
    return {};
  }

  SqlConnection& connection_;
  const Dialect& dialect_;
  Dataset& dataset_;
  const Catalogue& catalogue_;
  ChangeSetId known_at_;
  std::unordered_map<int64_t, Source> sources_;
  std::vector<std::vector<int64_t>> records_;            // [type][row]: entity ids, ascending
  std::vector<std::vector<std::vector<int64_t>>> refs_;  // [type][field][row]: entity ids, 0: blank
};

// The condition of one region for a table of several in a query.
std::string at(const std::string& alias, const Dialect& dialect) {
  return dialect.here.empty() ? "" : alias + "." + dialect.here;
}

// When the change set was recorded; 0 stands for the time before the first.
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

}  // namespace

Result<std::vector<PackageFile>> read_packages(SqlConnection& connection, ChangeSetId known_at) {
  const Dialect& dialect = connection.dialect();
  DD_ASSIGN_OR_RETURN(
      const auto statement,
      connection.prepare(
          "SELECT f.package, t.path, t.content FROM package_file f JOIN package_text t ON " +
          at("t", dialect) + "t.id = f.text WHERE " + at("f", dialect) +
          dialect.expand("f.recorded_in = (SELECT max(recorded_in) FROM package_file"
                         " WHERE @here recorded_in <= $1) ORDER BY t.path")));
  statement->bind(1, known_at);
  std::vector<PackageFile> files;
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, statement->step());
    if (!row) return files;
    files.push_back({std::string(statement->text_at(0)), std::string(statement->text_at(1)),
                     std::string(statement->text_at(2))});
  }
}

Result<Dataset> load_dataset(SqlConnection& connection, std::shared_ptr<const Catalogue> catalogue,
                             ChangeSetId known_at) {
  // One state of the database for all the queries, whatever is written meanwhile.
  DD_ASSIGN_OR_RETURN(SqlTransaction transaction,
                      SqlTransaction::begin(connection, SqlConnection::Begin::kRead));
  DD_ASSIGN_OR_RETURN(std::string known_at_time, time_of(connection, known_at));
  Dataset dataset(std::move(catalogue));
  dataset.known_at = known_at;
  dataset.known_at_time = std::move(known_at_time);
  DD_RETURN_IF_ERROR(Loader(connection, dataset, known_at).load());
  DD_ASSIGN_OR_RETURN(dataset.packages, read_packages(connection, known_at));
  DD_RETURN_IF_ERROR(transaction.commit());
  return dataset;
}

}  // namespace dandang::store
