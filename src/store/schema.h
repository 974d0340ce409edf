#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "record/record_type.h"
#include "store/sql_connection.h"

// The tables of a store. Dandang's own have plain names; those of record types, and the columns of
// their fields, carry a prefix, so that nothing a package declares can collide with them.
namespace dandang::store {

// "DDNG", in the header of a SQLite file and in PostgreSQL's table `store`: this is a store and no
// other program's database.
constexpr int64_t kApplicationId = 0x44444E47;
// Grows with every change to the tables below; a program opens no store newer than itself, and
// brings an older one up to date (migrate.h).
//   1  as first released
//   2  withdrawals, undo, keys against writing twice, salts and commitments
//   3  the ledger
//   4  holds and deletions
constexpr int64_t kSchemaVersion = 4;
constexpr int64_t kLedgerVersion = 3;
constexpr int64_t kDeletionVersion = 4;

// All quoted, ready for SQL.
std::string record_table(const Dialect& dialect, std::string_view type);
std::string field_column(const Dialect& dialect, std::string_view field);

// How a field's values are kept. Kinds of one form may replace each other (text, name and code are
// all texts); any other change of kind would give the values already kept another meaning.
std::string_view stored_form(record::FieldKind kind);

// What the store remembers of a type's declaration.
struct StoredField {
  std::string form;
  std::string ref_type;
};
struct StoredType {
  std::string key;  // field names, joined as keys are
  std::unordered_map<std::string, StoredField> fields;
};

// The tables that are there before any type is defined. Within a transaction.
Result<void> make_own_tables(SqlConnection& connection);
// Some of them, for stores of versions that had not these.
Result<void> make_package_file_table(SqlConnection& connection);
Result<void> make_withdrawal_table(SqlConnection& connection);
Result<void> make_deletion_tables(SqlConnection& connection);
// No value: the type was never defined.
Result<std::optional<StoredType>> stored_type(SqlConnection& connection, std::string_view name);
// The names of all types ever defined, in order.
Result<std::vector<std::string>> stored_type_names(SqlConnection& connection);
// kConflict if the field is kept in another form than the declaration asks for.
Result<void> check_form(const record::RecordType& type, const record::Field& field,
                        const StoredField& stored);
// The columns of the type's fields, each after a comma; a field the store does not know yet is
// NULL.
Result<std::string> select_fields(const Dialect& dialect, const record::RecordType& type,
                                  const StoredType& stored);
// Makes the missing tables and columns, in one transaction; none missing: writes nothing.
Result<void> define_types(SqlConnection& connection, const record::Catalogue& catalogue);
// The same within a transaction.
Result<void> make_types(SqlConnection& connection, const record::Catalogue& catalogue);

}  // namespace dandang::store
