#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ledger/commitment.h"
#include "ledger/leaf_body.h"
#include "ledger/tree.h"
#include "record/change_set.h"
#include "store/sql_connection.h"

// The ledger's own tables: its leaves and the nodes of its tree.
namespace dandang::store {

// The tables, empty, and the columns for seals in tables that version 2 made without. Within a
// transaction.
Result<void> make_ledger_tables(SqlConnection& connection, ledger::HashKind hash);
// kUnsoundStore where it is not there, or no hash we know.
Result<ledger::HashKind> ledger_hash(SqlConnection& connection);
// The number of leaves, by the highest there is.
Result<uint64_t> ledger_size(SqlConnection& connection);

// The tree's nodes in the store. Only within a transaction.
class SqlNodeStore : public ledger::NodeStore {
 public:
  static Result<SqlNodeStore> open(SqlConnection& connection);
  Result<ledger::Hash> read(Node node) override;
  Result<void> write(Node node, const ledger::Hash& hash) override;

 private:
  explicit SqlNodeStore(SqlConnection& connection) : connection_(&connection) {}

  SqlConnection* connection_;
  std::unique_ptr<SqlStatement> read_;
  std::unique_ptr<SqlStatement> write_;
};

// Salts in plenty, fetched some hundreds at a time.
class Salts {
 public:
  Result<ledger::Salt> next();

 private:
  std::array<ledger::Salt, 512> salts_;
  size_t left_ = 0;
};

inline std::string_view bytes_of(const ledger::Salt& salt) {
  return {reinterpret_cast<const char*>(salt.data()), salt.size()};
}

// The leaf of one change set, made from its entries and appended to the log.
class LeafMaker {
 public:
  LeafMaker(SqlConnection& connection, ledger::Hasher& hasher, Salts& salts)
      : connection_(connection), hasher_(hasher), salts_(salts) {}

  // Reads the change set, whose row is as it will stay, and seals it.
  Result<void> start(record::ChangeSetId change_set);
  // Rising by table and number, after those of kChangeSetTable.
  Result<void> add(const std::string& table, int64_t id, const ledger::Hash& commitment);
  Result<void> append();

 private:
  Result<ledger::Hash> seal_text(std::string& salts, std::string_view text);

  SqlConnection& connection_;
  ledger::Hasher& hasher_;
  Salts& salts_;
  ledger::LeafBody body_;
  ledger::EntryTree entries_;
  std::string text_salts_;  // of author, reason and basis, one after another
  ledger::Salt outcome_salt_{};
  ledger::Hash outcome_{};
};

}  // namespace dandang::store
