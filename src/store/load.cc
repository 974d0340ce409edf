#include "store/load.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "store/dataset_parts.h"
#include "store/deletion.h"
#include "store/schema.h"

namespace dandang::store {

namespace {

using record::Catalogue;
using record::ChangeSetId;
using record::Dataset;
using record::Field;
using record::FieldKind;
using record::PackageFile;
using record::RecordType;
using record::Table;

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
        refs_(catalogue_.types.size()) {}

  Result<void> load() {
    DD_ASSIGN_OR_RETURN(sources_, read_sources(connection_));
    for (size_t t = 0; t < catalogue_.types.size(); ++t) DD_RETURN_IF_ERROR(read_type(t));
    for (size_t t = 0; t < catalogue_.types.size(); ++t) DD_RETURN_IF_ERROR(link_type(t));
    DD_RETURN_IF_ERROR(read_coverage(connection_, known_at_, sources_, dataset_));
    return read_parameters(connection_, known_at_, dataset_);
  }

 private:
  Result<void> read_type(size_t type_index) {
    const RecordType& type = catalogue_.types[type_index];
    Table& table = dataset_.table(type_index);
    refs_[type_index].resize(type.fields.size());
    DD_ASSIGN_OR_RETURN(const std::optional<StoredType> stored,
                        stored_type(connection_, type.name));
    // A type of a package that is only being tried out: nothing is known of it.
    if (!stored) return {};

    DD_ASSIGN_OR_RETURN(const std::string columns, select_fields(dialect_, type, *stored));
    DD_ASSIGN_OR_RETURN(const auto statement,
                        connection_.prepare_scan(
                            kSelectHead + columns + " FROM " + record_table(dialect_, type.name) +
                            dialect_.expand(" WHERE @here recorded_in <= $1"
                                            " AND (superseded_in IS NULL OR superseded_in > $1)"
                                            " ORDER BY @key record")));
    statement->bind(1, known_at_);
    HeadReader heads(sources_, table);
    while (true) {
      DD_ASSIGN_OR_RETURN(const bool row, statement->step());
      if (!row) return {};
      if (table.size() > 0 && table.number(table.size() - 1) == statement->int64_at(0)) {
        return unsound_store(connection_, {"类型“" + type.name + "”有两个同时有效的版本",
                                           "type \"" + type.name +
                                               "\" has two versions of a record in force at once"});
      }
      table.append(heads.head_at(*statement));
      for (size_t f = 0; f < type.fields.size(); ++f) {
        DD_RETURN_IF_ERROR(
            read_cell(*statement, static_cast<int>(f) + kHeadColumnCount, type_index, f));
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
        if (!decimal) return not_a_number(connection_, field);
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
        const std::optional<size_t> row =
            target ? row_of_number(dataset_.table(*target), record) : std::nullopt;
        if (!row && !deleted) {
          DD_ASSIGN_OR_RETURN(deleted,
                              records_with_deletions(connection_, type.fields[f].ref_type));
        }
        if (!row && deleted->contains(record)) {
          // What it said then is gone by now.
          column.append_blank();
          continue;
        }
        if (!row) return leads_nowhere(connection_, type, type.fields[f]);
        column.append(static_cast<int64_t>(*row));
      }
      refs_[type_index][f] = {};
    }
    return {};
  }

  SqlConnection& connection_;
  const Dialect& dialect_;
  Dataset& dataset_;
  const Catalogue& catalogue_;
  ChangeSetId known_at_;
  SourceNames sources_;
  std::vector<std::vector<std::vector<int64_t>>> refs_;  // [type][field][row]: entity ids, 0: blank
};

// The condition of one region for a table of several in a query.
std::string at(const std::string& alias, const Dialect& dialect) {
  return dialect.here.empty() ? "" : alias + "." + dialect.here;
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
