#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/postgres_library.h"
#include "store/sql_connection.h"

namespace dandang::store {

// Frees what libpq gives.
struct PostgresFree {
  const PostgresLibrary* library = nullptr;
  void operator()(PGconn* connection) const { library->finish(connection); }
  void operator()(PGresult* result) const { library->clear(result); }
};
using PostgresResult = std::unique_ptr<PGresult, PostgresFree>;

// PostgreSQL behind the facade: one connection, everything binary.
class PostgresConnection : public SqlConnection {
 public:
  // Keys or ids sent at once; also bounds the rows that come back.
  static constexpr size_t kKeysAtOnce = 20'000;
  // Rows of a scan held at once.
  static constexpr int kRowsAtOnce = 5'000;

  // `address` is a connection URI or string without a password (libpq reads PGPASSFILE). `region`
  // leads every key of the tables of a store to be made; marks() reads that of one that is there.
  static Result<std::unique_ptr<PostgresConnection>> open(const std::string& address,
                                                          const std::string& region);

  const Dialect& dialect() const override { return dialect_; }
  const std::string& place() const override { return address_; }
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
  // PostgreSQL looks through its files with tools of its own.
  Result<std::vector<std::string>> damage() override { return std::vector<std::string>(); }
  // Writes the tables anew, which locks them for as long. Not the server's own log (WAL), nor what
  // was copied from it: those are the operator's.
  Result<bool> erase_free_space(const std::vector<std::string>& tables) override;
  Result<void> begin(Begin mode) override;
  bool in_transaction() const override;

  // The regions whose records the database has, in order; empty: no store. kConflict where one of
  // several has not this schema version.
  Result<std::vector<std::string>> regions(int64_t schema_version);
  // From here on statements are about this region.
  void stand_on(const std::string& region);

  // For this facade's own statements.
  const PostgresLibrary& library() const { return *library_; }
  PGconn* handle() const { return connection_.get(); }
  // The result, or its error in words.
  Result<PostgresResult> checked(PGresult* result) const;
  Error error(const PGresult* result) const;
  int next_number() { return ++number_; }

 private:
  PostgresConnection(const PostgresLibrary* library, std::string address, PGconn* connection,
                     const std::string& region);

  Result<std::string> prepared_name(const std::string& sql);
  template <typename Key>
  Result<void> look_up_all(const SqlLookup& lookup, std::span<const Key> keys,
                           const SqlVisitor& visit);

  const PostgresLibrary* library_;
  std::string address_;
  std::unique_ptr<PGconn, PostgresFree> connection_;
  Dialect dialect_;
  std::unordered_map<std::string, std::string> prepared_;  // by SQL: the name; a few a type
  int number_ = 0;
};

}  // namespace dandang::store
