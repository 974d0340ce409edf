#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

// What the store asks of a database, thin enough that SQLite and PostgreSQL answer it alike. SQL is
// written once, with parameters $1, $2 … that first appear in this order; what differs between the
// two is in Dialect.
namespace dandang::store {

// The row a statement stands on. Columns count from 0. Texts and bytes are valid until the next
// step.
class SqlRow {
 public:
  virtual ~SqlRow() = default;
  virtual bool is_null(int column) const = 0;
  virtual int64_t int64_at(int column) const = 0;  // NULL reads as 0
  virtual std::string_view text_at(int column) const = 0;
  virtual std::string_view bytes_at(int column) const = 0;
};

// A prepared statement. Parameters count from 1.
class SqlStatement : public SqlRow {
 public:
  // A bind that fails (a text of more than the database's limit) is told by the next step.
  virtual void bind_null(int parameter) = 0;
  virtual void bind(int parameter, int64_t value) = 0;
  virtual void bind(int parameter, std::string_view text) = 0;  // copied
  virtual void bind_bytes(int parameter, std::string_view bytes) = 0;

  // True: there is a row to read. False: done.
  virtual Result<bool> step() = 0;
  // Forgets the row it stands on; parameters keep their values until bound again.
  virtual void reset() = 0;

  // A statement without rows, from start to end, ready for the next use.
  Result<void> run();
};

// Rows into one table, as fast as the database takes them. Values in the order of the columns.
// No other statement may run between the first row and finish(). Gone without finish(): the
// transaction must be rolled back.
class SqlBulk {
 public:
  virtual ~SqlBulk() = default;
  virtual void put_null() = 0;
  virtual void put(int64_t value) = 0;
  virtual void put(std::string_view text) = 0;
  virtual void put_bytes(std::string_view bytes) = 0;
  virtual Result<void> end_row() = 0;
  virtual Result<void> finish() = 0;
};

// Rows of one table found by many keys.
struct SqlLookup {
  std::string table;      // quoted
  std::string columns;    // of the table, quoted, with commas
  std::string key;        // the column looked in
  std::string condition;  // of the rows to find beside the key; may be empty
};
// Called with the place of the key among those asked for.
using SqlVisitor = std::function<Result<void>(size_t place, const SqlRow& row)>;

// What two databases write differently.
struct Dialect {
  std::string integer;        // a column of 64-bit integers
  std::string text;           // of UTF-8 texts, ordered by their bytes
  std::string bytes;          // of bytes
  std::string region_column;  // the definition of the leading column, with its comma; or empty
  std::string region_key;     // "region, " or empty: what keys and indexes begin with
  std::string here;           // "region = '…' AND " or empty: what every condition begins with
  std::string table_end;      // what follows a table's closing parenthesis
  std::string keyed_end;      // the same of a small table kept in the order of its key
  bool references = false;    // whether the database proves each row's references itself
  size_t name_bytes = 0;      // a longer name would be cut off

  // Puts the above in the place of @int @text @bytes @region @key @here @end @keyed, and for
  // @refs(T) a reference to table T's id, or nothing.
  std::string expand(std::string_view sql) const;
  // An identifier a package declared, as SQL text: in double quotes, its own doubled. One too long
  // keeps its beginning, and a digest that tells it from others.
  std::string quoted(std::string_view identifier) const;
};

// A table of a store and its columns, as the database tells them; the names as they are, unquoted.
struct SqlColumn {
  enum class Form { kInteger, kText, kBytes };
  std::string name;
  Form form = Form::kInteger;
};
struct SqlTable {
  std::string name;
  std::vector<SqlColumn> columns;  // without the region
};

// One connection to one database, for one thread at a time.
class SqlConnection {
 public:
  // Waits this long for another's write before it gives up with kConflict.
  static constexpr int kBusyTimeoutMilliseconds = 10'000;

  enum class Begin {
    kRead,   // one state of the database for several queries
    kWrite,  // takes the write lock at once, so that it cannot fail to get it halfway
    kMake,   // as kWrite, before the store's own tables are there
  };

  SqlConnection() = default;
  SqlConnection(const SqlConnection&) = delete;
  SqlConnection& operator=(const SqlConnection&) = delete;
  virtual ~SqlConnection() = default;

  virtual const Dialect& dialect() const = 0;
  // Where the store is, for messages: a file or an address without password.
  virtual const std::string& place() const = 0;

  // `sql` may hold several statements; rows are dropped.
  virtual Result<void> execute(const std::string& sql) = 0;
  virtual Result<std::unique_ptr<SqlStatement>> prepare(const std::string& sql) = 0;
  // A query whose rows may be more than memory holds. Only within a transaction.
  virtual Result<std::unique_ptr<SqlStatement>> prepare_scan(const std::string& sql) = 0;
  virtual Result<std::unique_ptr<SqlBulk>> bulk(const std::string& table,
                                                std::span<const std::string> columns) = 0;
  virtual Result<void> look_up(const SqlLookup& lookup, std::span<const std::string_view> keys,
                               const SqlVisitor& visit) = 0;
  virtual Result<void> look_up(const SqlLookup& lookup, std::span<const int64_t> keys,
                               const SqlVisitor& visit) = 0;
  // Sets one integer column to `value` where `key` is one of the ids.
  virtual Result<void> update_all(const std::string& table, const std::string& column,
                                  int64_t value, const std::string& key,
                                  std::span<const int64_t> ids) = 0;

  // The marks by which a store is known; no value: there are none. set_marks within a transaction.
  struct Marks {
    int64_t application = 0;
    int64_t schema_version = 0;
  };
  virtual Result<std::optional<Marks>> marks() = 0;
  virtual Result<void> set_marks(const Marks& marks) = 0;

  // All tables of a store, but for one that holds nothing else than its marks.
  virtual Result<std::vector<SqlTable>> tables() = 0;

  // What the database finds damaged in its own file, in its words; at most 100. Empty where it has
  // nothing to look through.
  virtual Result<std::vector<std::string>> damage() = 0;
  // Takes what was deleted from the tables out of the database's files, free space included.
  // Outside a transaction, with no statement under way. False: another process stands in the way.
  virtual Result<bool> erase_free_space(const std::vector<std::string>& tables) = 0;

  virtual Result<void> begin(Begin mode) = 0;
  virtual bool in_transaction() const = 0;

  // The first column of the first row; no value if there is no row or it is NULL.
  Result<std::optional<int64_t>> integer(const std::string& sql);
};

// Rolls back unless committed.
class SqlTransaction {
 public:
  static Result<SqlTransaction> begin(SqlConnection& connection, SqlConnection::Begin mode);
  SqlTransaction(SqlTransaction&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)) {}
  SqlTransaction(const SqlTransaction&) = delete;
  SqlTransaction& operator=(const SqlTransaction&) = delete;
  SqlTransaction& operator=(SqlTransaction&&) = delete;
  ~SqlTransaction();

  Result<void> commit();

 private:
  explicit SqlTransaction(SqlConnection* connection) : connection_(connection) {}

  SqlConnection* connection_;
};

// Of rows of (table, column, type of the column), in order of tables.
Result<std::vector<SqlTable>> read_tables(SqlStatement& rows);

// A text as an SQL literal.
std::string literal(std::string_view text);

}  // namespace dandang::store
