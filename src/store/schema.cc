#include "store/schema.h"

#include <utility>
#include <vector>

#include "base/text.h"
#include "record/change_set.h"

namespace dandang::store {

namespace {

using record::Catalogue;
using record::Field;
using record::FieldKind;
using record::RecordType;

// Ids are given by the writer, from 1 and without gaps within a store.
constexpr const char* kOwnTables = R"sql(
  CREATE TABLE change_set (
    @region
    id @int NOT NULL,
    recorded_at @text NOT NULL,
    author @text NOT NULL,
    reason @text NOT NULL,
    basis @text NOT NULL,
    -- What it came to, and against writing the same twice: the caller's key and a digest of what
    -- was in it. Empty: no key.
    idempotency_key @text NOT NULL DEFAULT '',
    content_digest @text NOT NULL DEFAULT '',
    added @int NOT NULL DEFAULT 0,
    changed @int NOT NULL DEFAULT 0,
    unchanged @int NOT NULL DEFAULT 0,
    withdrawn @int NOT NULL DEFAULT 0,
    PRIMARY KEY (@key id)
  @end;
  CREATE UNIQUE INDEX change_set_by_idempotency_key ON change_set (@key idempotency_key)
    WHERE idempotency_key <> '';

  -- The sheets records came from, once each: their rows would repeat long names millions of times.
  CREATE TABLE source (
    @region
    id @int NOT NULL,
    file @text NOT NULL,
    sheet @text NOT NULL,
    PRIMARY KEY (@key id),
    UNIQUE (@key file, sheet)
  @end;

  -- What the record types' tables were made from, so that a changed declaration is noticed.
  CREATE TABLE record_type (
    @region
    name @text NOT NULL,
    key @text NOT NULL,
    PRIMARY KEY (@key name)
  @keyed;

  CREATE TABLE record_field (
    @region
    type @text NOT NULL,
    name @text NOT NULL,
    form @text NOT NULL,
    ref_type @text NOT NULL,
    PRIMARY KEY (@key type, name)
  @keyed;

  -- key_names: the type's absence keys when this was recorded; key_values NULL: the whole register.
  -- ended_in: the change set that undid the one that recorded it.
  CREATE TABLE coverage (
    @region
    id @int NOT NULL,
    type @text NOT NULL,
    key_names @text NOT NULL,
    key_values @text,
    recorded_in @int NOT NULL@refs(change_set),
    source @int@refs(source),
    source_row @int NOT NULL,
    open_for @text NOT NULL,  -- the key of a record the list is not complete for; else empty
    ended_in @int@refs(change_set),
    PRIMARY KEY (@key id)
  @end;

  CREATE TABLE parameter (
    @region
    id @int NOT NULL,
    package @text NOT NULL,
    name @text NOT NULL,
    value @text NOT NULL,
    valid_from @int NOT NULL,
    for_body @text NOT NULL,
    basis @text NOT NULL,
    recorded_in @int NOT NULL@refs(change_set),
    ended_in @int@refs(change_set),
    PRIMARY KEY (@key id)
  @end;

  -- A text is kept once, however many times its package is published unchanged.
  CREATE TABLE package_text (
    @region
    id @int NOT NULL,
    path @text NOT NULL,
    content @text NOT NULL,
    PRIMARY KEY (@key id)
  @end;
  CREATE INDEX package_text_by_path ON package_text (@key path);
)sql";

// The columns of the key first: integrity_check of SQLite 3.40 misreads a table WITHOUT ROWID that
// has them otherwise, as stores of version 1 do.
constexpr const char* kPackageFileTable = R"sql(
  CREATE TABLE package_file (
    @region
    recorded_in @int NOT NULL@refs(change_set),
    text @int NOT NULL@refs(package_text),
    package @text NOT NULL,
    PRIMARY KEY (@key recorded_in, text)
  @keyed;
)sql";

// Records that ended without a successor. Found by change set, and by key, so that a record taken
// in again is the same one.
constexpr const char* kWithdrawalTable = R"sql(
  CREATE TABLE withdrawal (
    @region
    recorded_in @int NOT NULL@refs(change_set),
    type @text NOT NULL,
    record @int NOT NULL,
    key @text NOT NULL,
    version_id @int NOT NULL,
    PRIMARY KEY (@key recorded_in, type, record)
  @keyed;
  CREATE INDEX withdrawal_by_key ON withdrawal (@key type, key);
)sql";

// deletion: what is left of an entry of the ledger whose row was deleted, or whose text was erased.
// It is an entry itself, of the leaf of the change set that deleted: the declaration without which
// a missing row is a finding. `record` and `superseded_in` are those of a version or withdrawal.
// erasure: a row a change set that deleted. `pending`: the bytes are still to be taken out of the
// database's files; not committed to.
// hold: versions, as records have; `record` NULL: the whole type.
constexpr const char* kDeletionTables = R"sql(
  CREATE TABLE deletion (
    @region
    entry_table @text NOT NULL,  -- as the ledger calls it: record:TYPE …
    entry @int NOT NULL,
    recorded_in @int NOT NULL@refs(change_set),
    record @int,
    superseded_in @int,
    commitment @bytes NOT NULL,
    deleted_in @int NOT NULL@refs(change_set),
    number @int NOT NULL,  -- from 1 in each change set
    PRIMARY KEY (@key entry_table, entry, recorded_in)
  @end;
  CREATE UNIQUE INDEX deletion_by_number ON deletion (@key deleted_in, number);
  CREATE INDEX deletion_by_record ON deletion (@key entry_table, record);
  CREATE TABLE erasure (
    @region
    recorded_in @int NOT NULL@refs(change_set),
    approver @text NOT NULL,
    due_on @int NOT NULL,
    versions @int NOT NULL,
    pending @int NOT NULL,
    salt @bytes,
    commitment @bytes,
    PRIMARY KEY (@key recorded_in)
  @end;
  CREATE TABLE hold (
    @region
    version_id @int NOT NULL,
    hold @int NOT NULL,
    reach @int NOT NULL,
    type @text NOT NULL,
    record @int,
    valid_from @int NOT NULL,
    valid_to @int,
    recorded_in @int NOT NULL@refs(change_set),
    superseded_in @int@refs(change_set),
    salt @bytes,
    commitment @bytes,
    PRIMARY KEY (@key version_id)
  @end;
)sql";

std::string_view column_type(const Dialect& dialect, FieldKind kind) {
  return record::column_kind(kind) == Column::Kind::kInt64 ? dialect.integer : dialect.text;
}

std::string column_definition(const Dialect& dialect, const Field& field) {
  return field_column(dialect, field.name) + " " + std::string(column_type(dialect, field.kind));
}

// What `define` has to make for one type.
struct Addition {
  const RecordType* type = nullptr;
  bool new_table = false;
  std::vector<const Field*> fields;
};

Error name_collision(const std::string& where, const std::string& name, const std::string& other) {
  return {ErrorCode::kConflict,
          {"名称“" + name + "”与“" + other + "”只有大小写之差或相同",
           "the names \"" + name + "\" and \"" + other + "\" are equal or differ only in case"},
          where,
          {"给其中一个改名", "rename one of them"}};
}

// SQLite's names ignore the case of ASCII letters; packages' names do not. A store refuses such
// names in every database, so that it can move from one to the other.
Result<void> check_collision(std::unordered_map<std::string, std::string>& seen,
                             const std::string& where, const std::string& name) {
  const auto [place, added] = seen.try_emplace(to_upper_ascii(name), name);
  if (!added) return name_collision(where, name, place->second);
  return {};
}

Result<Addition> addition_for(const RecordType& type, const std::optional<StoredType>& stored) {
  Addition addition{&type, !stored.has_value(), {}};
  std::unordered_map<std::string, std::string> seen;
  if (stored) {
    if (stored->key != record::key_text(type.key)) {
      return Error{ErrorCode::kConflict,
                   {"记录类型“" + type.name + "”的主键由“" + record::key_for_display(stored->key) +
                        "”改成了“" + join(type.key, "/") + "”，已存的记录将无法对应",
                    "the key of record type \"" + type.name + "\" changed from \"" +
                        record::key_for_display(stored->key) + "\" to \"" + join(type.key, "/") +
                        "\", which would separate it from the records already kept"},
                   type.place.file,
                   {"恢复原主键，或换一个名称声明新的记录类型",
                    "restore the key, or declare a new record type under another name"}};
    }
    for (const auto& [name, field] : stored->fields) seen.emplace(to_upper_ascii(name), name);
  }
  for (const Field& field : type.fields) {
    if (stored) {
      if (const auto known = stored->fields.find(field.name); known != stored->fields.end()) {
        DD_RETURN_IF_ERROR(check_form(type, field, known->second));
        continue;
      }
    }
    DD_RETURN_IF_ERROR(check_collision(seen, type.name, field.name));
    addition.fields.push_back(&field);
  }
  return addition;
}

Result<std::vector<Addition>> missing_parts(SqlConnection& connection, const Catalogue& catalogue) {
  DD_ASSIGN_OR_RETURN(const std::vector<std::string> stored_names, stored_type_names(connection));
  std::unordered_map<std::string, std::string> names;
  for (const std::string& name : stored_names) names.emplace(to_upper_ascii(name), name);
  std::vector<Addition> additions;
  for (const RecordType& type : catalogue.types) {
    DD_ASSIGN_OR_RETURN(const std::optional<StoredType> stored, stored_type(connection, type.name));
    if (!stored) DD_RETURN_IF_ERROR(check_collision(names, type.place.file, type.name));
    DD_ASSIGN_OR_RETURN(Addition addition, addition_for(type, stored));
    if (addition.new_table || !addition.fields.empty()) additions.push_back(std::move(addition));
  }
  return additions;
}

// Versions lie in the order they were recorded, so that what a change set wrote is one range of
// version ids and needs no index of its own. The index by record gives loads their order.
Result<void> make_record_table(SqlConnection& connection, const Addition& addition) {
  const Dialect& dialect = connection.dialect();
  const std::string& name = addition.type->name;
  const std::string table = record_table(dialect, name);
  std::string sql = "CREATE TABLE " + table +
                    dialect.expand(
                        " (@region version_id @int NOT NULL,"
                        " record @int NOT NULL,"
                        " key @text NOT NULL,"
                        " valid_from @int,"
                        " valid_to @int,"
                        " valid_assumed @int NOT NULL,"
                        " recorded_in @int NOT NULL@refs(change_set),"
                        " superseded_in @int@refs(change_set),"
                        " source @int@refs(source),"
                        " source_row @int NOT NULL,"
                        " salt @bytes,"
                        " commitment @bytes, ");
  for (const Field* field : addition.fields) sql += column_definition(dialect, *field) + ", ";
  sql += dialect.expand("PRIMARY KEY (@key version_id)@end;");
  sql += "CREATE UNIQUE INDEX " + dialect.quoted("key:" + name) + " ON " + table +
         dialect.expand(" (@key key) WHERE superseded_in IS NULL;");
  sql += "CREATE INDEX " + dialect.quoted("record:" + name) + " ON " + table +
         dialect.expand(" (@key record);");
  return connection.execute(sql);
}

Result<void> make(SqlConnection& connection, const Addition& addition) {
  const Dialect& dialect = connection.dialect();
  const std::string& name = addition.type->name;
  if (addition.new_table) {
    DD_RETURN_IF_ERROR(make_record_table(connection, addition));
    DD_ASSIGN_OR_RETURN(const auto remember,
                        connection.prepare("INSERT INTO record_type (name, key) VALUES ($1, $2)"));
    remember->bind(1, name);
    remember->bind(2, record::key_text(addition.type->key));
    DD_RETURN_IF_ERROR(remember->run());
  } else {
    for (const Field* field : addition.fields) {
      DD_RETURN_IF_ERROR(connection.execute("ALTER TABLE " + record_table(dialect, name) +
                                            " ADD COLUMN " + column_definition(dialect, *field)));
    }
  }
  DD_ASSIGN_OR_RETURN(const auto remember,
                      connection.prepare("INSERT INTO record_field (type, name, form, ref_type) "
                                         "VALUES ($1, $2, $3, $4)"));
  for (const Field* field : addition.fields) {
    remember->bind(1, name);
    remember->bind(2, field->name);
    remember->bind(3, stored_form(field->kind));
    remember->bind(4, field->ref_type);
    DD_RETURN_IF_ERROR(remember->run());
  }
  return {};
}

}  // namespace

std::string record_table(const Dialect& dialect, std::string_view type) {
  return dialect.quoted("r:" + std::string(type));
}

std::string field_column(const Dialect& dialect, std::string_view field) {
  return dialect.quoted("f:" + std::string(field));
}

std::string_view stored_form(FieldKind kind) {
  switch (kind) {
    case FieldKind::kText:
    case FieldKind::kName:
    case FieldKind::kIdentityNumber:
    case FieldKind::kCode:
      return "text";
    case FieldKind::kDate:
    case FieldKind::kDay:
      return "day";
    case FieldKind::kYear:
      return "year";
    case FieldKind::kNumber:
      return "number";
    case FieldKind::kMoney:
      return "money";
    case FieldKind::kFlag:
      return "flag";
    case FieldKind::kRef:
      return "ref";
  }
  DD_VERIFY(false);
  return "";
}

Result<void> make_own_tables(SqlConnection& connection) {
  DD_RETURN_IF_ERROR(connection.execute(connection.dialect().expand(kOwnTables)));
  DD_RETURN_IF_ERROR(make_package_file_table(connection));
  DD_RETURN_IF_ERROR(make_withdrawal_table(connection));
  return make_deletion_tables(connection);
}

Result<void> make_deletion_tables(SqlConnection& connection) {
  return connection.execute(connection.dialect().expand(kDeletionTables));
}

Result<void> make_package_file_table(SqlConnection& connection) {
  return connection.execute(connection.dialect().expand(kPackageFileTable));
}

Result<void> make_withdrawal_table(SqlConnection& connection) {
  return connection.execute(connection.dialect().expand(kWithdrawalTable));
}

Result<std::optional<StoredType>> stored_type(SqlConnection& connection, std::string_view name) {
  const Dialect& dialect = connection.dialect();
  DD_ASSIGN_OR_RETURN(
      const auto type,
      connection.prepare(dialect.expand("SELECT key FROM record_type WHERE @here name = $1")));
  type->bind(1, name);
  DD_ASSIGN_OR_RETURN(const bool known, type->step());
  if (!known) return std::optional<StoredType>();
  StoredType stored;
  stored.key = type->text_at(0);

  DD_ASSIGN_OR_RETURN(const auto field,
                      connection.prepare(dialect.expand(
                          "SELECT name, form, ref_type FROM record_field WHERE @here type = $1")));
  field->bind(1, name);
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, field->step());
    if (!row) return std::optional<StoredType>(std::move(stored));
    stored.fields.emplace(field->text_at(0), StoredField{std::string(field->text_at(1)),
                                                         std::string(field->text_at(2))});
  }
}

Result<std::vector<std::string>> stored_type_names(SqlConnection& connection) {
  DD_ASSIGN_OR_RETURN(const auto statement,
                      connection.prepare(connection.dialect().expand(
                          "SELECT name FROM record_type WHERE @here 1 = 1 ORDER BY name")));
  std::vector<std::string> names;
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, statement->step());
    if (!row) return names;
    names.emplace_back(statement->text_at(0));
  }
}

Result<std::string> select_fields(const Dialect& dialect, const RecordType& type,
                                  const StoredType& stored) {
  std::string columns;
  for (const Field& field : type.fields) {
    const auto known = stored.fields.find(field.name);
    if (known == stored.fields.end()) {
      columns += ", NULL";
      continue;
    }
    DD_RETURN_IF_ERROR(check_form(type, field, known->second));
    columns += ", " + field_column(dialect, field.name);
  }
  return columns;
}

Result<void> check_form(const RecordType& type, const Field& field, const StoredField& stored) {
  const std::string_view form = stored_form(field.kind);
  if (stored.form == form && stored.ref_type == field.ref_type) return {};
  const auto described = [](std::string_view kind, const std::string& ref_type) {
    return std::string(kind) + (ref_type.empty() ? "" : " " + ref_type);
  };
  const std::string before = described(stored.form, stored.ref_type);
  const std::string now = described(form, field.ref_type);
  return Error{ErrorCode::kConflict,
               {"记录类型“" + type.name + "”的字段“" + field.name + "”由 " + before + " 改成了 " +
                    now + "，与已存的值不符",
                "field \"" + field.name + "\" of record type \"" + type.name + "\" changed from " +
                    before + " to " + now + ", which does not fit the values already kept"},
               field.place.file.empty() ? type.place.file : field.place.file,
               {"恢复原类型，或换一个名称声明新字段",
                "restore the kind, or declare a new field under another name"}};
}

Result<void> define_types(SqlConnection& connection, const Catalogue& catalogue) {
  // Looked at first without the write lock: opening a store whose tables are all there, which is
  // the common case, waits for nobody.
  DD_ASSIGN_OR_RETURN(const std::vector<Addition> missing, missing_parts(connection, catalogue));
  if (missing.empty()) return {};
  DD_ASSIGN_OR_RETURN(SqlTransaction transaction,
                      SqlTransaction::begin(connection, SqlConnection::Begin::kWrite));
  DD_RETURN_IF_ERROR(make_types(connection, catalogue));
  return transaction.commit();
}

Result<void> make_types(SqlConnection& connection, const Catalogue& catalogue) {
  DD_ASSIGN_OR_RETURN(const std::vector<Addition> additions, missing_parts(connection, catalogue));
  for (const Addition& addition : additions) DD_RETURN_IF_ERROR(make(connection, addition));
  return {};
}

}  // namespace dandang::store
