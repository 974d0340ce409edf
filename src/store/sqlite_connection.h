#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace dandang::store {

class SqliteConnection;

// A prepared statement. Parameters count from 1, columns from 0, as in SQLite itself.
class SqliteStatement {
 public:
  // A bind that fails (a text of more than SQLite's limit) is told by the next step.
  void bind_null(int parameter);
  void bind(int parameter, int64_t value);
  void bind(int parameter, std::string_view text);  // copied

  // True: there is a row to read. False: done. Texts read are valid until the next step.
  Result<bool> step();
  // Forgets the row it stands on; parameters keep their values until bound again.
  void reset();
  // A statement without rows, from start to end, ready for the next use.
  Result<void> run();

  bool is_null(int column) const;
  int64_t int64_at(int column) const;
  std::string_view text_at(int column) const;

 private:
  friend class SqliteConnection;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  SqliteStatement(const SqliteConnection* connection, sqlite3_stmt* statement)
      : connection_(connection), statement_(statement) {}

  void note_bind(int code);

  const SqliteConnection* connection_;
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bind_failure_ = 0;
};

// One connection to one database file, for one thread at a time.
class SqliteConnection {
 public:
  // Waits this long for another process's write before it gives up with kConflict.
  static constexpr int kBusyTimeoutMilliseconds = 10'000;

  // The file must exist: an absent one is never made by the way.
  static Result<std::unique_ptr<SqliteConnection>> open(const std::string& path);

  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  // `sql` may hold several statements; rows are dropped.
  Result<void> execute(const std::string& sql);
  Result<SqliteStatement> prepare(std::string_view sql) const;
  // The first column of the first row; no value if there is no row or it is NULL.
  Result<std::optional<int64_t>> integer(std::string_view sql) const;
  int64_t last_insert_id() const;
  bool in_transaction() const;

  const std::string& path() const { return path_; }
  // What SQLite's result code means to the people at the command.
  Error error(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  SqliteConnection(std::string path, sqlite3* database)
      : path_(std::move(path)), database_(database) {}

  std::string path_;
  std::unique_ptr<sqlite3, Close> database_;
};

// Rolls back unless committed.
class SqliteTransaction {
 public:
  enum class Mode {
    kRead,   // one state of the database for several queries
    kWrite,  // takes the write lock at once, so that it cannot fail to get it halfway
  };

  static Result<SqliteTransaction> begin(SqliteConnection& connection, Mode mode);
  SqliteTransaction(SqliteTransaction&& other) noexcept
      : connection_(std::exchange(other.connection_, nullptr)) {}
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(SqliteTransaction&&) = delete;
  ~SqliteTransaction();

  Result<void> commit();

 private:
  explicit SqliteTransaction(SqliteConnection* connection) : connection_(connection) {}

  SqliteConnection* connection_;
};

// An identifier a package declared, as SQL text: in double quotes, its own doubled.
std::string quoted(std::string_view identifier);

}  // namespace dandang::store
