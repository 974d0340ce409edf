#include "store/ledger_table.h"

#include <algorithm>
#include <utility>

namespace dandang::store {

namespace {

using Form = LedgerItem::Form;

// The region's condition on one of several tables of a query.
std::string here(const Dialect& dialect, const std::string& alias) {
  return dialect.here.empty() ? "" : alias + "." + dialect.here;
}

LedgerItem number(std::string name, std::string column) {
  return {std::move(name), std::move(column), Form::kInteger};
}
LedgerItem text(std::string name, std::string column) {
  return {std::move(name), std::move(column), Form::kText};
}

// Names rise within each, whatever order they were written in.
LedgerTable in_order(LedgerTable table) {
  const auto by_name = [](const LedgerItem& a, const LedgerItem& b) { return a.name < b.name; };
  std::sort(table.attributes.begin(), table.attributes.end(), by_name);
  std::sort(table.fields.begin(), table.fields.end(), by_name);
  return table;
}

Form form_of(const std::string& stored_form) {
  return stored_form == "text" || stored_form == "number" ? Form::kText : Form::kInteger;
}

// The row's own end, where neither a later version of the record nor a withdrawal says it.
std::string unexplained_end(const Dialect& dialect, const std::string& table,
                            const std::string& type) {
  return "CASE WHEN v.superseded_in IS NULL OR EXISTS (SELECT 1 FROM " + table + " n WHERE " +
         here(dialect, "n") +
         "n.record = v.record AND n.recorded_in = v.superseded_in"
         " AND n.version_id > v.version_id) OR EXISTS (SELECT 1 FROM withdrawal w WHERE " +
         here(dialect, "w") + "w.recorded_in = v.superseded_in AND w.type = " + literal(type) +
         " AND w.record = v.record AND w.version_id = v.version_id)"
         " THEN NULL ELSE v.superseded_in END";
}

// Rows that a change set ended: only their numbers, in the leaf of the one that ended them.
LedgerTable endings_of(const Dialect& dialect, const std::string& table) {
  LedgerTable out;
  out.name = table + ":ended";
  out.type = out.name;
  out.from = table + " t";
  out.here = here(dialect, "t");
  out.condition = "t.ended_in IS NOT NULL";
  out.id = "t.id";
  out.change_set = "t.ended_in";
  out.key = table == "coverage" ? "t.type" : "t.name";
  out.order = "t.ended_in, t.id";
  out.attributes = {number("ended_in", "t.ended_in"), number("id", "t.id")};
  return in_order(std::move(out));
}

LedgerTable coverage_table(const Dialect& dialect) {
  LedgerTable out;
  out.name = "coverage";
  out.type = out.name;
  out.from = "coverage t LEFT JOIN source s ON " + here(dialect, "s") + "s.id = t.source";
  out.here = here(dialect, "t");
  out.id = "t.id";
  out.change_set = "t.recorded_in";
  out.key = "t.type";
  out.order = "t.recorded_in, t.id";
  out.salt = "t.salt";
  out.commitment = "t.commitment";
  out.keep = dialect.expand(
      "UPDATE coverage SET salt = $1, commitment = $2"
      " WHERE @here id = $3 AND recorded_in = $4");
  out.attributes = {number("id", "t.id"),
                    text("key_names", "t.key_names"),
                    text("key_values", "t.key_values"),
                    text("open_for", "t.open_for"),
                    number("recorded_in", "t.recorded_in"),
                    text("source_file", "s.file"),
                    number("source_row", "t.source_row"),
                    text("source_sheet", "s.sheet"),
                    text("type", "t.type")};
  return in_order(std::move(out));
}

LedgerTable parameter_table(const Dialect& dialect) {
  LedgerTable out;
  out.name = "parameter";
  out.type = out.name;
  out.from = "parameter t";
  out.here = here(dialect, "t");
  out.id = "t.id";
  out.change_set = "t.recorded_in";
  out.key = "t.name";
  out.order = "t.recorded_in, t.id";
  out.salt = "t.salt";
  out.commitment = "t.commitment";
  out.keep = dialect.expand(
      "UPDATE parameter SET salt = $1, commitment = $2"
      " WHERE @here id = $3 AND recorded_in = $4");
  out.attributes = {text("basis", "t.basis"),
                    text("for_body", "t.for_body"),
                    number("id", "t.id"),
                    text("name", "t.name"),
                    text("package", "t.package"),
                    number("recorded_in", "t.recorded_in"),
                    number("valid_from", "t.valid_from"),
                    text("value", "t.value")};
  return in_order(std::move(out));
}

LedgerTable package_file_table(const Dialect& dialect) {
  LedgerTable out;
  out.name = "package_file";
  out.type = out.name;
  out.from = "package_file t LEFT JOIN package_text x ON " + here(dialect, "x") + "x.id = t.text";
  out.here = here(dialect, "t");
  out.id = "t.text";
  out.change_set = "t.recorded_in";
  out.key = "x.path";
  out.order = "t.recorded_in, t.text";
  out.salt = "t.salt";
  out.commitment = "t.commitment";
  out.keep = dialect.expand(
      "UPDATE package_file SET salt = $1, commitment = $2"
      " WHERE @here text = $3 AND recorded_in = $4");
  out.attributes = {text("content", "x.content"), text("package", "t.package"),
                    text("path", "x.path"), number("recorded_in", "t.recorded_in"),
                    number("text", "t.text")};
  return in_order(std::move(out));
}

bool is_of_deletions(const std::string& table) {
  return table == "deletion" || table == "erasure" || table == "hold" ||
         table == std::string(kChangeSetTable) + ":erased";
}

// What was deleted: only numbers and names of tables, in the leaf of the change set that did it.
LedgerTable deletion_table(const Dialect& dialect) {
  LedgerTable out;
  out.name = "deletion";
  out.type = out.name;
  out.from = "deletion d";
  out.here = here(dialect, "d");
  out.id = "d.number";
  out.change_set = "d.deleted_in";
  out.key = "d.entry_table";
  out.order = "d.deleted_in, d.number";
  out.attributes = {
      number("deleted_in", "d.deleted_in"),   number("entry", "d.entry"),
      number("number", "d.number"),           number("record", "d.record"),
      number("recorded_in", "d.recorded_in"), number("superseded_in", "d.superseded_in"),
      text("entry_table", "d.entry_table")};
  return in_order(std::move(out));
}

// What is left of an outcome whose digest was erased, in the leaf of the deletion.
LedgerTable erased_outcome_table(const Dialect& dialect) {
  LedgerTable out;
  out.name = std::string(kChangeSetTable) + ":erased";
  out.type = out.name;
  out.from = "deletion d JOIN change_set c ON " + here(dialect, "c") + "c.id = d.entry";
  out.here = here(dialect, "d");
  out.condition = "d.entry_table = " + literal(kChangeSetTable);
  out.id = "c.id";
  out.change_set = "d.deleted_in";
  out.key = "c.recorded_at";
  out.order = "d.deleted_in, c.id";
  out.attributes = {number("added", "c.added"),
                    number("changed", "c.changed"),
                    text("content_digest", "c.content_digest"),
                    text("idempotency_key", "c.idempotency_key"),
                    number("unchanged", "c.unchanged"),
                    number("withdrawn", "c.withdrawn")};
  return in_order(std::move(out));
}

LedgerTable erasure_table(const Dialect& dialect) {
  LedgerTable out;
  out.name = "erasure";
  out.type = out.name;
  out.from = "erasure e";
  out.here = here(dialect, "e");
  out.id = "e.recorded_in";
  out.change_set = "e.recorded_in";
  out.key = "e.approver";
  out.order = "e.recorded_in";
  out.salt = "e.salt";
  out.commitment = "e.commitment";
  out.keep = dialect.expand(
      "UPDATE erasure SET salt = $1, commitment = $2"
      " WHERE @here recorded_in = $3 AND recorded_in = $4");
  out.attributes = {number("due_on", "e.due_on"), number("recorded_in", "e.recorded_in"),
                    number("versions", "e.versions")};
  return in_order(std::move(out));
}

// As records': a version's end shows in its successor, and one that nothing explains is an
// attribute it did not have.
LedgerTable hold_table(const Dialect& dialect) {
  LedgerTable out;
  out.name = "hold";
  out.type = out.name;
  out.from = "hold h";
  out.here = here(dialect, "h");
  out.id = "h.version_id";
  out.change_set = "h.recorded_in";
  out.key = "h.type";
  out.order = "h.version_id";
  out.salt = "h.salt";
  out.commitment = "h.commitment";
  out.keep = dialect.expand(
      "UPDATE hold SET salt = $1, commitment = $2"
      " WHERE @here version_id = $3 AND recorded_in = $4");
  out.attributes = {
      number("ended", "CASE WHEN h.superseded_in IS NULL OR EXISTS (SELECT 1 FROM hold n WHERE " +
                          here(dialect, "n") +
                          "n.hold = h.hold AND n.recorded_in = h.superseded_in"
                          " AND n.version_id > h.version_id) THEN NULL ELSE h.superseded_in END"),
      number("ends", "(SELECT max(p.version_id) FROM hold p WHERE " + here(dialect, "p") +
                         "p.hold = h.hold AND p.superseded_in = h.recorded_in"
                         " AND p.version_id < h.version_id)"),
      number("hold", "h.hold"),
      number("reach", "h.reach"),
      number("record", "h.record"),
      number("recorded_in", "h.recorded_in"),
      number("valid_from", "h.valid_from"),
      number("valid_to", "h.valid_to"),
      number("version", "h.version_id")};
  return in_order(std::move(out));
}

}  // namespace

LedgerTable record_ledger_table(const Dialect& dialect, const std::string& type,
                                const StoredType& stored, bool deletions) {
  const std::string table = record_table(dialect, type);
  std::string ends = "(SELECT min(p.version_id) FROM " + table + " p WHERE " + here(dialect, "p") +
                     "p.record = v.record AND p.superseded_in = v.recorded_in"
                     " AND p.version_id < v.version_id)";
  if (deletions) {
    ends = "COALESCE(" + ends + ", (SELECT min(d.entry) FROM deletion d WHERE " +
           here(dialect, "d") + "d.entry_table = " + literal("record:" + type) +
           " AND d.record = v.record AND d.superseded_in = v.recorded_in"
           " AND d.entry < v.version_id))";
  }
  LedgerTable out;
  out.name = "record:" + type;
  out.type = type;
  out.from = table + " v LEFT JOIN source s ON " + here(dialect, "s") + "s.id = v.source";
  out.here = here(dialect, "v");
  out.id = "v.version_id";
  out.change_set = "v.recorded_in";
  out.key = "v.key";
  out.order = "v.version_id";
  out.salt = "v.salt";
  out.commitment = "v.commitment";
  out.keep = "UPDATE " + table +
             dialect.expand(
                 " SET salt = $1, commitment = $2"
                 " WHERE @here version_id = $3 AND recorded_in = $4");
  out.attributes = {number("ended", unexplained_end(dialect, table, type)),
                    number("ends", ends),
                    number("record", "v.record"),
                    number("recorded_in", "v.recorded_in"),
                    text("source_file", "s.file"),
                    number("source_row", "v.source_row"),
                    text("source_sheet", "s.sheet"),
                    number("valid_assumed", "v.valid_assumed"),
                    number("valid_from", "v.valid_from"),
                    number("valid_to", "v.valid_to"),
                    number("version", "v.version_id")};
  for (const auto& [name, field] : stored.fields) {
    out.fields.push_back({name, "v." + field_column(dialect, name), form_of(field.form)});
  }
  return in_order(std::move(out));
}

LedgerTable withdrawal_ledger_table(const Dialect& dialect, const std::string& type) {
  LedgerTable out;
  out.name = "withdrawal:" + type;
  out.type = out.name;
  out.from = "withdrawal w LEFT JOIN " + record_table(dialect, type) + " v ON " +
             here(dialect, "v") + "v.version_id = w.version_id";
  out.here = here(dialect, "w");
  out.condition = "w.type = " + literal(type);
  out.id = "w.record";
  out.change_set = "w.recorded_in";
  out.key = "w.key";
  out.order = "w.recorded_in, w.record";
  out.salt = "w.salt";
  out.commitment = "w.commitment";
  out.keep = "UPDATE withdrawal SET salt = $1, commitment = $2 WHERE " + dialect.here +
             "record = $3 AND recorded_in = $4 AND type = " + literal(type);
  out.attributes = {number("ended", "v.superseded_in"), number("record", "w.record"),
                    number("recorded_in", "w.recorded_in"), number("version", "w.version_id")};
  return in_order(std::move(out));
}

LedgerTable change_set_ledger_table(const Dialect& dialect) {
  LedgerTable out;
  out.name = kChangeSetTable;
  out.type = out.name;
  out.from =
      "change_set c LEFT JOIN ledger_leaf l ON " + here(dialect, "l") + "l.change_set = c.id";
  out.here = here(dialect, "c");
  out.id = "c.id";
  out.change_set = "c.id";
  out.key = "c.recorded_at";
  out.order = "c.id";
  out.salt = "l.outcome_salt";
  out.commitment = "l.outcome_commitment";
  out.attributes = {number("added", "c.added"),
                    number("changed", "c.changed"),
                    text("content_digest", "c.content_digest"),
                    text("idempotency_key", "c.idempotency_key"),
                    number("unchanged", "c.unchanged"),
                    number("withdrawn", "c.withdrawn")};
  return in_order(std::move(out));
}

std::vector<LedgerTable> own_ledger_tables(const Dialect& dialect) {
  return {
      erased_outcome_table(dialect), coverage_table(dialect),  endings_of(dialect, "coverage"),
      deletion_table(dialect),       erasure_table(dialect),   hold_table(dialect),
      package_file_table(dialect),   parameter_table(dialect), endings_of(dialect, "parameter")};
}

Result<bool> has_deletion_tables(SqlConnection& connection) {
  DD_ASSIGN_OR_RETURN(const std::optional<SqlConnection::Marks> marks, connection.marks());
  return marks && marks->schema_version >= kDeletionVersion;
}

Result<std::set<std::string>> tables_with_deletions(SqlConnection& connection) {
  DD_ASSIGN_OR_RETURN(const auto find,
                      connection.prepare(connection.dialect().expand(
                          "SELECT DISTINCT entry_table FROM deletion WHERE @here 1 = 1")));
  std::set<std::string> out;
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, find->step());
    if (!row) return out;
    out.emplace(find->text_at(0));
  }
}

Result<GraveScan> GraveScan::open(SqlConnection& connection, const LedgerTable& table) {
  GraveScan scan;
  DD_ASSIGN_OR_RETURN(scan.rows_, connection.prepare_scan(
                                      connection.dialect().expand(
                                          "SELECT entry, recorded_in, deleted_in, commitment"
                                          " FROM deletion WHERE @here entry_table = ") +
                                      literal(table.name) + " ORDER BY " +
                                      (table.numbered_through() ? "entry" : "recorded_in, entry")));
  return scan;
}

Result<std::optional<Grave>> GraveScan::next() {
  DD_ASSIGN_OR_RETURN(const bool row, rows_->step());
  if (!row) return std::optional<Grave>();
  return std::optional<Grave>(Grave{rows_->int64_at(0), rows_->int64_at(1), rows_->int64_at(2),
                                    ledger::to_hash(rows_->bytes_at(3)).value_or(ledger::Hash{})});
}

Result<std::vector<LedgerTable>> all_ledger_tables(SqlConnection& connection) {
  const Dialect& dialect = connection.dialect();
  std::vector<LedgerTable> tables = own_ledger_tables(dialect);
  tables.push_back(change_set_ledger_table(dialect));
  std::set<std::string> deleted;
  DD_ASSIGN_OR_RETURN(const bool may_delete, has_deletion_tables(connection));
  if (may_delete) {
    DD_ASSIGN_OR_RETURN(deleted, tables_with_deletions(connection));
  } else {
    std::erase_if(tables, [](const LedgerTable& table) { return is_of_deletions(table.name); });
  }
  if (deleted.contains(std::string(kChangeSetTable))) {
    tables.back().condition = "NOT EXISTS (SELECT 1 FROM deletion d WHERE " + here(dialect, "d") +
                              "d.entry_table = " + literal(kChangeSetTable) +
                              " AND d.entry = c.id)";
  }
  DD_ASSIGN_OR_RETURN(const std::vector<std::string> types, stored_type_names(connection));
  for (const std::string& type : types) {
    DD_ASSIGN_OR_RETURN(const std::optional<StoredType> stored, stored_type(connection, type));
    tables.push_back(
        record_ledger_table(dialect, type, *stored, deleted.contains("record:" + type)));
    tables.push_back(withdrawal_ledger_table(dialect, type));
  }
  std::sort(tables.begin(), tables.end(),
            [](const LedgerTable& a, const LedgerTable& b) { return a.name < b.name; });
  return tables;
}

Result<LedgerScan> LedgerScan::open(SqlConnection& connection, const LedgerTable& table, Read read,
                                    const std::string& condition, size_t limit) {
  LedgerScan scan;
  auto kept = std::make_shared<LedgerTable>(table);
  const bool sealed = !table.commitment.empty();
  std::string sql = "SELECT " + table.id + ", " + table.change_set + ", " + table.key + ", " +
                    (sealed ? table.salt + ", " + table.commitment : "NULL, NULL");
  if (read == Read::kAll || !sealed) {
    for (const auto* items : {&table.attributes, &table.fields}) {
      for (const LedgerItem& item : *items) sql += ", " + item.column;
    }
  }
  sql += " FROM " + table.from + " WHERE " + table.here;
  sql += table.condition.empty() ? "1 = 1" : table.condition;
  if (!condition.empty()) sql += " AND " + condition;
  sql += " ORDER BY " + table.order;
  if (limit != 0) sql += " LIMIT " + std::to_string(limit);
  scan.table_ = std::move(kept);
  DD_ASSIGN_OR_RETURN(scan.rows_, connection.prepare_scan(sql));
  return scan;
}

Result<bool> LedgerScan::next() {
  return rows_->step();
}

ledger::Hash LedgerScan::commitment(ledger::Hasher& hasher) {
  if (table_->commitment.empty()) return recompute(hasher);
  return ledger::to_hash(rows_->bytes_at(4)).value_or(ledger::Hash{});
}

ledger::Hash LedgerScan::recompute(ledger::Hasher& hasher) {
  return hasher.commitment(salt(), bytes());
}

std::string_view LedgerScan::bytes() {
  canonical_.begin(table_->type, key());
  int column = 5;
  for (const LedgerItem& item : table_->attributes) {
    const int at = column++;
    if (rows_->is_null(at)) continue;
    if (item.form == Form::kText) {
      canonical_.attribute(item.name, rows_->text_at(at));
    } else {
      canonical_.attribute(item.name, rows_->int64_at(at));
    }
  }
  for (const LedgerItem& item : table_->fields) {
    const int at = column++;
    if (rows_->is_null(at)) continue;
    if (item.form == Form::kText) {
      canonical_.field(item.name, rows_->text_at(at));
    } else {
      canonical_.field(item.name, rows_->int64_at(at));
    }
  }
  return canonical_.bytes();
}

}  // namespace dandang::store
