#include "store/sqlite_schema.h"

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

// STRICT: a column holds what it says or nothing.
constexpr const char* kOwnTables = R"sql(
  CREATE TABLE change_set (
    id INTEGER PRIMARY KEY,
    recorded_at TEXT NOT NULL,
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    basis TEXT NOT NULL
  ) STRICT;

  -- The sheets records came from, once each: their rows would repeat long names millions of times.
  CREATE TABLE source (
    id INTEGER PRIMARY KEY,
    file TEXT NOT NULL,
    sheet TEXT NOT NULL,
    UNIQUE (file, sheet)
  ) STRICT;

  -- What the record types' tables were made from, so that a changed declaration is noticed.
  CREATE TABLE record_type (
    name TEXT PRIMARY KEY,
    key TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE record_field (
    type TEXT NOT NULL REFERENCES record_type (name),
    name TEXT NOT NULL,
    form TEXT NOT NULL,
    ref_type TEXT NOT NULL,
    PRIMARY KEY (type, name)
  ) STRICT, WITHOUT ROWID;

  -- key_names: the type's absence keys when this was recorded; key_values NULL: the whole register.
  CREATE TABLE coverage (
    id INTEGER PRIMARY KEY,
    type TEXT NOT NULL REFERENCES record_type (name),
    key_names TEXT NOT NULL,
    key_values TEXT,
    recorded_in INTEGER NOT NULL REFERENCES change_set (id),
    source INTEGER REFERENCES source (id),
    source_row INTEGER NOT NULL,
    open_for TEXT NOT NULL  -- the key of a record the list is not complete for; else empty
  ) STRICT;

  CREATE TABLE parameter (
    id INTEGER PRIMARY KEY,
    package TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    valid_from INTEGER NOT NULL,
    for_body TEXT NOT NULL,
    basis TEXT NOT NULL,
    recorded_in INTEGER NOT NULL REFERENCES change_set (id)
  ) STRICT;

  -- A text is kept once, however many times its package is published unchanged.
  CREATE TABLE package_text (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL,
    content TEXT NOT NULL
  ) STRICT;
  CREATE INDEX package_text_by_path ON package_text (path);

  CREATE TABLE package_file (
    recorded_in INTEGER NOT NULL REFERENCES change_set (id),
    package TEXT NOT NULL,
    text INTEGER NOT NULL REFERENCES package_text (id),
    PRIMARY KEY (recorded_in, text)
  ) STRICT, WITHOUT ROWID;
)sql";

std::string_view column_sql_type(FieldKind kind) {
  return record::column_kind(kind) == Column::Kind::kInt64 ? "INTEGER" : "TEXT";
}

std::string column_definition(const Field& field) {
  return field_column(field.name) + " " + std::string(column_sql_type(field.kind));
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

// SQLite's names ignore the case of ASCII letters; packages' names do not.
Result<void> check_collision(std::unordered_map<std::string, std::string>& seen,
                             const std::string& where, const std::string& name) {
  const auto [place, added] = seen.try_emplace(to_upper_ascii(name), name);
  if (!added) return name_collision(where, name, place->second);
  return {};
}

Result<std::unordered_map<std::string, std::string>> stored_type_names(
    const SqliteConnection& connection) {
  std::unordered_map<std::string, std::string> names;
  DD_ASSIGN_OR_RETURN(SqliteStatement statement,
                      connection.prepare("SELECT name FROM record_type"));
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, statement.step());
    if (!row) return names;
    const std::string name(statement.text_at(0));
    names.emplace(to_upper_ascii(name), name);
  }
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

Result<std::vector<Addition>> missing_parts(const SqliteConnection& connection,
                                            const Catalogue& catalogue) {
  DD_ASSIGN_OR_RETURN(auto names, stored_type_names(connection));
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
Result<void> make_record_table(SqliteConnection& connection, const Addition& addition) {
  const std::string& name = addition.type->name;
  const std::string table = record_table(name);
  std::string sql = "CREATE TABLE " + table +
                    " (version_id INTEGER PRIMARY KEY,"
                    " record INTEGER NOT NULL,"
                    " key TEXT NOT NULL,"
                    " valid_from INTEGER,"
                    " valid_to INTEGER,"
                    " valid_assumed INTEGER NOT NULL,"
                    " recorded_in INTEGER NOT NULL REFERENCES change_set (id),"
                    " superseded_in INTEGER REFERENCES change_set (id),"
                    " source INTEGER REFERENCES source (id),"
                    " source_row INTEGER NOT NULL";
  for (const Field* field : addition.fields) sql += ", " + column_definition(*field);
  sql += ") STRICT;";
  sql += "CREATE UNIQUE INDEX " + quoted("key:" + name) + " ON " + table +
         " (key) WHERE superseded_in IS NULL;";
  sql += "CREATE INDEX " + quoted("record:" + name) + " ON " + table + " (record);";
  return connection.execute(sql);
}

Result<void> make(SqliteConnection& connection, const Addition& addition) {
  const std::string& name = addition.type->name;
  if (addition.new_table) {
    DD_RETURN_IF_ERROR(make_record_table(connection, addition));
    DD_ASSIGN_OR_RETURN(SqliteStatement remember,
                        connection.prepare("INSERT INTO record_type (name, key) VALUES (?, ?)"));
    remember.bind(1, name);
    remember.bind(2, record::key_text(addition.type->key));
    DD_RETURN_IF_ERROR(remember.run());
  } else {
    for (const Field* field : addition.fields) {
      DD_RETURN_IF_ERROR(connection.execute("ALTER TABLE " + record_table(name) + " ADD COLUMN " +
                                            column_definition(*field)));
    }
  }
  DD_ASSIGN_OR_RETURN(SqliteStatement remember,
                      connection.prepare("INSERT INTO record_field (type, name, form, ref_type) "
                                         "VALUES (?, ?, ?, ?)"));
  for (const Field* field : addition.fields) {
    remember.bind(1, name);
    remember.bind(2, field->name);
    remember.bind(3, stored_form(field->kind));
    remember.bind(4, field->ref_type);
    DD_RETURN_IF_ERROR(remember.run());
  }
  return {};
}

}  // namespace

std::string record_table(std::string_view type) {
  return quoted("r:" + std::string(type));
}

std::string field_column(std::string_view field) {
  return quoted("f:" + std::string(field));
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

Result<void> make_own_tables(SqliteConnection& connection) {
  DD_ASSIGN_OR_RETURN(SqliteTransaction transaction,
                      SqliteTransaction::begin(connection, SqliteTransaction::Mode::kWrite));
  DD_RETURN_IF_ERROR(connection.execute(kOwnTables));
  DD_RETURN_IF_ERROR(
      connection.execute("PRAGMA application_id = " + std::to_string(kApplicationId)));
  DD_RETURN_IF_ERROR(connection.execute("PRAGMA user_version = " + std::to_string(kSchemaVersion)));
  return transaction.commit();
}

Result<std::optional<StoredType>> stored_type(const SqliteConnection& connection,
                                              std::string_view name) {
  DD_ASSIGN_OR_RETURN(SqliteStatement type,
                      connection.prepare("SELECT key FROM record_type WHERE name = ?"));
  type.bind(1, name);
  DD_ASSIGN_OR_RETURN(const bool known, type.step());
  if (!known) return std::optional<StoredType>();
  StoredType stored;
  stored.key = type.text_at(0);

  DD_ASSIGN_OR_RETURN(
      SqliteStatement field,
      connection.prepare("SELECT name, form, ref_type FROM record_field WHERE type = ?"));
  field.bind(1, name);
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, field.step());
    if (!row) return std::optional<StoredType>(std::move(stored));
    stored.fields.emplace(field.text_at(0), StoredField{std::string(field.text_at(1)),
                                                        std::string(field.text_at(2))});
  }
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

Result<void> define_types(SqliteConnection& connection, const Catalogue& catalogue) {
  // Looked at first without the write lock: opening a store whose tables are all there, which is
  // the common case, waits for nobody.
  DD_ASSIGN_OR_RETURN(const std::vector<Addition> missing, missing_parts(connection, catalogue));
  if (missing.empty()) return {};
  DD_ASSIGN_OR_RETURN(SqliteTransaction transaction,
                      SqliteTransaction::begin(connection, SqliteTransaction::Mode::kWrite));
  DD_ASSIGN_OR_RETURN(const std::vector<Addition> additions, missing_parts(connection, catalogue));
  for (const Addition& addition : additions) DD_RETURN_IF_ERROR(make(connection, addition));
  return transaction.commit();
}

}  // namespace dandang::store
