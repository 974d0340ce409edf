#include "store/sql_connection.h"

#include <array>

#include "base/text.h"
#include "store/sha256.h"

namespace dandang::store {

namespace {

std::string in_quotes(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) out += quote;
    out += c;
  }
  out += quote;
  return out;
}

// The first bytes of an identifier, at most `size`, without cutting a character in two.
std::string_view beginning(std::string_view text, size_t size) {
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return text.substr(0, size);
}

}  // namespace

Result<void> SqlStatement::run() {
  Result<bool> row = step();
  while (row.has_value() && *row) row = step();
  reset();
  if (!row.has_value()) return row.error();
  return {};
}

std::string Dialect::expand(std::string_view sql) const {
  const std::array<std::pair<std::string_view, const std::string*>, 8> words = {
      {{"@int", &integer},
       {"@text", &text},
       {"@bytes", &bytes},
       {"@region", &region_column},
       {"@keyed", &keyed_end},
       {"@key", &region_key},
       {"@here", &here},
       {"@end", &table_end}}};
  constexpr std::string_view kReference = "@refs(";
  std::string out;
  while (!sql.empty()) {
    const size_t at = sql.find('@');
    out += sql.substr(0, at);
    if (at == std::string_view::npos) break;
    sql.remove_prefix(at);
    if (sql.starts_with(kReference)) {
      const size_t end = sql.find(')');
      const std::string table(sql.substr(kReference.size(), end - kReference.size()));
      if (references) out += " REFERENCES " + table + " (id)";
      sql.remove_prefix(end + 1);
      continue;
    }
    bool known = false;
    for (const auto& [word, value] : words) {
      if (!sql.starts_with(word)) continue;
      out += *value;
      sql.remove_prefix(word.size());
      known = true;
      break;
    }
    DD_VERIFY(known);
  }
  return out;
}

std::string Dialect::quoted(std::string_view identifier) const {
  if (name_bytes == 0 || identifier.size() <= name_bytes) return in_quotes(identifier, '"');
  constexpr size_t kDigits = 16;
  const std::string digest = sha256_hex(identifier).substr(0, kDigits);
  return in_quotes(
      std::string(beginning(identifier, name_bytes - kDigits - 1)).append("#").append(digest), '"');
}

Result<std::optional<int64_t>> SqlConnection::integer(const std::string& sql) {
  DD_ASSIGN_OR_RETURN(const std::unique_ptr<SqlStatement> statement, prepare(sql));
  DD_ASSIGN_OR_RETURN(const bool row, statement->step());
  if (!row || statement->is_null(0)) return std::optional<int64_t>();
  return std::optional<int64_t>(statement->int64_at(0));
}

Result<SqlTransaction> SqlTransaction::begin(SqlConnection& connection, SqlConnection::Begin mode) {
  DD_RETURN_IF_ERROR(connection.begin(mode));
  return SqlTransaction(&connection);
}

SqlTransaction::~SqlTransaction() {
  // Some failures (a full disk) have rolled back already.
  if (connection_ == nullptr || !connection_->in_transaction()) return;
  // If this fails too, the connection's end rolls back, and so does the next opening of the file.
  static_cast<void>(connection_->execute("ROLLBACK"));
}

Result<void> SqlTransaction::commit() {
  DD_RETURN_IF_ERROR(connection_->execute("COMMIT"));
  connection_ = nullptr;
  return {};
}

Result<std::vector<SqlTable>> read_tables(SqlStatement& rows) {
  std::vector<SqlTable> out;
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, rows.step());
    if (!row) return out;
    const std::string_view table = rows.text_at(0);
    if (out.empty() || out.back().name != table) out.push_back({std::string(table), {}});
    const std::string type = to_upper_ascii(rows.text_at(2));
    SqlColumn column{std::string(rows.text_at(1)), SqlColumn::Form::kInteger};
    if (type == "TEXT") column.form = SqlColumn::Form::kText;
    if (type == "BLOB" || type == "BYTEA") column.form = SqlColumn::Form::kBytes;
    out.back().columns.push_back(std::move(column));
  }
}

std::string literal(std::string_view text) {
  return in_quotes(text, '\'');
}

}  // namespace dandang::store
