#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "store/byte_source.h"
#include "store/sql_connection.h"

struct sqlite3;

namespace dandang::store {

class SourceVfs;

// SQLite behind the facade: one connection to one file.
class SqliteConnection : public SqlConnection {
 public:
  ~SqliteConnection() override;
  // The file must exist: an absent one is never made by the way.
  static Result<std::unique_ptr<SqliteConnection>> open(const std::string& path);
  // To read only, also from a disk or folder that cannot be written.
  static Result<std::unique_ptr<SqliteConnection>> open_to_read(const std::string& path);
  // The same of a database that lies in other bytes than a file's own. Nothing is written beside.
  static Result<std::unique_ptr<SqliteConnection>> open_to_read(std::shared_ptr<ByteSource> bytes);

  const Dialect& dialect() const override;
  const std::string& place() const override { return path_; }
  Result<void> execute(const std::string& sql) override;
  Result<std::unique_ptr<SqlStatement>> prepare(const std::string& sql) override;
  Result<std::unique_ptr<SqlStatement>> prepare_scan(const std::string& sql) override;
  Result<std::unique_ptr<SqlBulk>> bulk(const std::string& table,
                                        std::span<const std::string> columns) override;
  Result<void> look_up(const SqlLookup& lookup, std::span<const std::string_view> keys,
                       const SqlVisitor& visit) override;
  Result<void> look_up(const SqlLookup& lookup, std::span<const int64_t> keys,
                       const SqlVisitor& visit) override;
  Result<void> update_all(const std::string& table, const std::string& column, int64_t value,
                          const std::string& key, std::span<const int64_t> ids) override;
  Result<std::optional<Marks>> marks() override;
  Result<void> set_marks(const Marks& marks) override;
  Result<std::vector<SqlTable>> tables() override;
  Result<std::vector<std::string>> damage() override;
  Result<bool> erase_free_space(const std::vector<std::string>& tables) override;
  Result<void> begin(Begin mode) override;
  bool in_transaction() const override;

  // Writes one state of the database, without its free pages, to the file, which must be empty.
  // Others may write meanwhile. `look` is called now and then.
  Result<void> copy_to(const std::string& path, const std::function<void()>& look);

  // What SQLite's result code means to the people at the command.
  Error error(int code) const;

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  static Result<std::unique_ptr<SqliteConnection>> open(const std::string& path,
                                                        const std::string& name, int flags,
                                                        std::unique_ptr<SourceVfs> vfs = nullptr);
  SqliteConnection(std::string path, sqlite3* database, std::unique_ptr<SourceVfs> vfs);

  std::string path_;
  std::unique_ptr<SourceVfs> vfs_;  // must outlive the database; null: the system's
  std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace dandang::store
