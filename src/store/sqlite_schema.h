#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "record/record_type.h"
#include "store/sqlite_connection.h"

// The tables of a store. Dandang's own have plain names; those of record types, and the columns of
// their fields, carry a prefix, so that nothing a package declares can collide with them.
namespace dandang::store {

// "DDNG", in the header of the database file: this is a store and no other program's database.
constexpr int64_t kApplicationId = 0x44444E47;
// Grows with every change to the tables below; a program opens no store newer than itself.
constexpr int64_t kSchemaVersion = 1;

// Both quoted, ready for SQL.
std::string record_table(std::string_view type);
std::string field_column(std::string_view field);

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

// The tables that are there before any type is defined, and the marks by which a store is known.
Result<void> make_own_tables(SqliteConnection& connection);
// No value: the type was never defined.
Result<std::optional<StoredType>> stored_type(const SqliteConnection& connection,
                                              std::string_view name);
// kConflict if the field is kept in another form than the declaration asks for.
Result<void> check_form(const record::RecordType& type, const record::Field& field,
                        const StoredField& stored);
// Makes the missing tables and columns, in one transaction; none missing: writes nothing.
Result<void> define_types(SqliteConnection& connection, const record::Catalogue& catalogue);

}  // namespace dandang::store
