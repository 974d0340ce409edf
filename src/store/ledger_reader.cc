#include "store/ledger_reader.h"

#include <filesystem>
#include <utility>

#include "store/catch_up.h"
#include "store/ledger_log.h"
#include "store/load.h"
#include "store/migrate.h"
#include "store/postgres_connection.h"
#include "store/schema.h"
#include "store/sqlite_connection.h"

namespace dandang::store {

namespace {

// The log as it is now, over its nodes in one state of the database.
class OpenLog {
 public:
  static Result<std::unique_ptr<OpenLog>> open(SqlConnection& connection) {
    DD_ASSIGN_OR_RETURN(SqlTransaction transaction,
                        SqlTransaction::begin(connection, SqlConnection::Begin::kRead));
    DD_ASSIGN_OR_RETURN(SqlNodeStore nodes, SqlNodeStore::open(connection));
    std::unique_ptr<OpenLog> log(new OpenLog(std::move(transaction), std::move(nodes)));
    DD_ASSIGN_OR_RETURN(log->hash, ledger_hash(connection));
    DD_ASSIGN_OR_RETURN(log->size, ledger_size(connection));
    DD_ASSIGN_OR_RETURN(ledger::Tree tree, ledger::Tree::open(log->hash, log->nodes_, log->size));
    log->tree.emplace(std::move(tree));
    return log;
  }

  ledger::HashKind hash = ledger::HashKind::kSha256;
  uint64_t size = 0;
  std::optional<ledger::Tree> tree;

 private:
  OpenLog(SqlTransaction transaction, SqlNodeStore nodes)
      : transaction_(std::move(transaction)), nodes_(std::move(nodes)) {}

  SqlTransaction transaction_;
  SqlNodeStore nodes_;
};

}  // namespace

Result<LedgerReader> LedgerReader::open(std::unique_ptr<SqlConnection> connection) {
  DD_ASSIGN_OR_RETURN(const int64_t version, check_marks(*connection));
  if (version < kLedgerVersion) return older_schema(connection->place());
  return LedgerReader(std::move(connection));
}

Result<LedgerReader> LedgerReader::open_sqlite(const std::string& path) {
  std::error_code failure;
  const std::string file = std::filesystem::absolute(path, failure).string();
  DD_ASSIGN_OR_RETURN(std::unique_ptr<SqlConnection> connection,
                      SqliteConnection::open_to_read(file));
  return open(std::move(connection));
}

Result<LedgerReader> LedgerReader::open_postgres(const std::string& address) {
  DD_ASSIGN_OR_RETURN(std::unique_ptr<SqlConnection> connection,
                      PostgresConnection::open(address, ""));
  return open(std::move(connection));
}

Result<LedgerReader> LedgerReader::open_bytes(std::shared_ptr<ByteSource> bytes) {
  DD_ASSIGN_OR_RETURN(std::unique_ptr<SqlConnection> connection,
                      SqliteConnection::open_to_read(std::move(bytes)));
  return open(std::move(connection));
}

Result<LedgerCheck> LedgerReader::check(const std::vector<ledger::VerifierKey>& keys,
                                        std::vector<ledger::KnownCheckpoint> checkpoints,
                                        const LedgerProgress& progress) {
  return check_ledger(*connection_, keys, std::move(checkpoints), progress);
}

Result<ledger::Checkpoint> LedgerReader::checkpoint(const std::string& origin) {
  DD_ASSIGN_OR_RETURN(const auto log, OpenLog::open(*connection_));
  ledger::Checkpoint out;
  out.origin = origin;
  out.size = log->size;
  out.hash = log->hash;
  DD_ASSIGN_OR_RETURN(out.root, log->tree->root(log->size));
  return out;
}

Result<ledger::Proof> LedgerReader::consistency(uint64_t size) {
  DD_ASSIGN_OR_RETURN(const auto log, OpenLog::open(*connection_));
  if (size <= log->size) return log->tree->consistency_proof(size, log->size);
  return Error{ErrorCode::kConflict,
               {"账本有 " + std::to_string(log->size) + " 条，少于检查点的 " +
                    std::to_string(size) + " 条：已签的条目丢失",
                "the ledger has " + std::to_string(log->size) + " leaves, fewer than the " +
                    std::to_string(size) + " of the checkpoint: signed leaves are lost"},
               connection_->place(),
               {"用 dandang verify 查看", "look with dandang verify"}};
}

Result<std::string> LedgerReader::state_of(record::ChangeSetId change_set) {
  return read_state_of(*connection_, change_set);
}

Result<std::vector<record::PackageFile>> LedgerReader::packages(record::ChangeSetId known_at) {
  return read_packages(*connection_, known_at);
}

Result<record::Dataset> LedgerReader::load(std::shared_ptr<const record::Catalogue> catalogue,
                                           record::ChangeSetId known_at) {
  return load_dataset(*connection_, std::move(catalogue), known_at);
}

Result<LedgerReader::Leaf> LedgerReader::leaf_of(int64_t change_set) {
  DD_ASSIGN_OR_RETURN(const auto log, OpenLog::open(*connection_));
  DD_ASSIGN_OR_RETURN(const auto find,
                      connection_->prepare(connection_->dialect().expand(
                          "SELECT number, body FROM ledger_leaf WHERE @here change_set = $1")));
  find->bind(1, change_set);
  DD_ASSIGN_OR_RETURN(const bool row, find->step());
  if (!row) {
    return Error{ErrorCode::kNotFound,
                 {"账本没有第 " + std::to_string(change_set) + " 次写入",
                  "the ledger has no change set " + std::to_string(change_set)},
                 connection_->place(),
                 {"查看写入记录中的编号", "look up its number among the change sets"}};
  }
  Leaf leaf;
  leaf.index = static_cast<uint64_t>(find->int64_at(0));
  leaf.body = find->bytes_at(1);
  DD_ASSIGN_OR_RETURN(leaf.inclusion, log->tree->inclusion_proof(leaf.index, log->size));
  return leaf;
}

}  // namespace dandang::store
