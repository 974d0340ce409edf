#include "store/copy_store.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/text.h"
#include "ledger/hasher.h"
#include "store/ledger_log.h"
#include "store/migrate.h"
#include "store/schema.h"

namespace dandang::store {

namespace {

using record::Catalogue;
using record::Field;
using record::FieldKind;
using record::RecordType;

constexpr FieldKind kKinds[] = {FieldKind::kText,   FieldKind::kDay,   FieldKind::kYear,
                                FieldKind::kNumber, FieldKind::kMoney, FieldKind::kFlag,
                                FieldKind::kRef};

// The declarations the store remembers, as far as its tables need them.
Result<Catalogue> stored_catalogue(SqlConnection& connection) {
  Catalogue out;
  DD_ASSIGN_OR_RETURN(const std::vector<std::string> names, stored_type_names(connection));
  for (const std::string& name : names) {
    DD_ASSIGN_OR_RETURN(const std::optional<StoredType> stored, stored_type(connection, name));
    RecordType& type = out.types.emplace_back();
    type.name = name;
    type.key = split(stored->key, '\x1f');
    for (const auto& [field_name, stored_field] : stored->fields) {
      Field& field = type.fields.emplace_back();
      field.name = field_name;
      field.ref_type = stored_field.ref_type;
      for (const FieldKind kind : kKinds) {
        if (stored_form(kind) == stored_field.form) field.kind = kind;
      }
    }
    std::sort(type.fields.begin(), type.fields.end(),
              [](const Field& a, const Field& b) { return a.name < b.name; });
  }
  return out;
}

// Copies one table after another.
class Copier {
 public:
  Copier(SqlConnection& from, SqlConnection& to, const RowProgress& progress)
      : from_(from), to_(to), progress_(progress) {}

  // How things are called in `from` that are called otherwise in `to`.
  void note_names(const Catalogue& catalogue) {
    for (const RecordType& type : catalogue.types) {
      names_[record_table(to_.dialect(), type.name)] = record_table(from_.dialect(), type.name);
      for (const Field& field : type.fields) {
        names_[field_column(to_.dialect(), field.name)] = field_column(from_.dialect(), field.name);
      }
    }
  }

  Result<void> copy(const SqlTable& table) {
    const std::string target = to_.dialect().quoted(table.name);
    std::vector<std::string> columns;
    std::string selected;
    for (const SqlColumn& column : table.columns) {
      columns.push_back(to_.dialect().quoted(column.name));
      selected += (selected.empty() ? "" : ", ") + name_in_source(columns.back());
    }
    // In the order of the table's key, in which a database takes rows fastest.
    DD_ASSIGN_OR_RETURN(
        const auto rows,
        from_.prepare_scan("SELECT " + selected + " FROM " + name_in_source(target) +
                           from_.dialect().expand(" WHERE @here 1 = 1 ORDER BY 1, 2")));
    DD_ASSIGN_OR_RETURN(const auto bulk, to_.bulk(target, columns));
    while (true) {
      DD_ASSIGN_OR_RETURN(const bool row, rows->step());
      if (!row) break;
      put_row(table, *rows, *bulk);
      DD_RETURN_IF_ERROR(bulk->end_row());
      constexpr uint64_t kRowsBetween = 1000;
      if (++copied_ % kRowsBetween == 0 && progress_) progress_(copied_);
    }
    return bulk->finish();
  }

 private:
  const std::string& name_in_source(const std::string& name) const {
    const auto found = names_.find(name);
    return found == names_.end() ? name : found->second;
  }

  static void put_row(const SqlTable& table, const SqlRow& row, SqlBulk& bulk) {
    for (size_t i = 0; i < table.columns.size(); ++i) {
      const auto place = static_cast<int>(i);
      if (row.is_null(place)) {
        bulk.put_null();
        continue;
      }
      switch (table.columns[i].form) {
        case SqlColumn::Form::kInteger:
          bulk.put(row.int64_at(place));
          break;
        case SqlColumn::Form::kText:
          bulk.put(row.text_at(place));
          break;
        case SqlColumn::Form::kBytes:
          bulk.put_bytes(row.bytes_at(place));
          break;
      }
    }
  }

  SqlConnection& from_;
  SqlConnection& to_;
  const RowProgress& progress_;
  std::unordered_map<std::string, std::string> names_;
  uint64_t copied_ = 0;
};

}  // namespace

Result<void> copy_store(SqlConnection& from, SqlConnection& to, const RowProgress& progress) {
  DD_ASSIGN_OR_RETURN(const int64_t version, check_marks(from));
  if (version != kSchemaVersion) return older_schema(from.place());
  DD_ASSIGN_OR_RETURN(const ledger::HashKind hash, ledger_hash(from));
  DD_ASSIGN_OR_RETURN(const Catalogue catalogue, stored_catalogue(from));
  DD_RETURN_IF_ERROR(make_own_tables(to));
  DD_RETURN_IF_ERROR(make_ledger_tables(to, hash));
  DD_RETURN_IF_ERROR(make_types(to, catalogue));
  Copier copier(from, to, progress);
  copier.note_names(catalogue);
  DD_ASSIGN_OR_RETURN(const std::vector<SqlTable> tables, to.tables());
  for (const SqlTable& table : tables) {
    // Filled by making the tables.
    if (table.name == "ledger" || table.name == "record_type" || table.name == "record_field") {
      continue;
    }
    DD_RETURN_IF_ERROR(copier.copy(table));
  }
  return to.set_marks({kApplicationId, kSchemaVersion});
}

}  // namespace dandang::store
