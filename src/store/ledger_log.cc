#include "store/ledger_log.h"

#include "store/ledger_table.h"

namespace dandang::store {

namespace {

using ledger::Hash;
using ledger::HashKind;

// ledger: one row. ledger_leaf: a leaf's data, and the salts of what stands in it.
constexpr const char* kLedgerTables = R"sql(
  CREATE TABLE ledger (
    @region
    id @int NOT NULL,
    hash @int NOT NULL,
    PRIMARY KEY (@key id)
  @end;
  CREATE TABLE ledger_leaf (
    @region
    number @int NOT NULL,  -- from 0
    change_set @int NOT NULL,
    body @bytes NOT NULL,
    text_salts @bytes NOT NULL,  -- of author, reason and basis
    outcome_salt @bytes NOT NULL,
    outcome_commitment @bytes NOT NULL,
    PRIMARY KEY (@key number)
  @end;
  CREATE UNIQUE INDEX ledger_leaf_by_change_set ON ledger_leaf (@key change_set);
  CREATE TABLE ledger_node (
    @region
    level @int NOT NULL,
    number @int NOT NULL,
    hash @bytes NOT NULL,
    PRIMARY KEY (@key level, number)
  @keyed;
)sql";

Error no_ledger(const SqlConnection& connection) {
  return {ErrorCode::kUnsoundStore,
          {"数据库的账本没有杂凑算法，或者不是本程序认识的",
           "the store's ledger has no hash, or none this program knows"},
          connection.place(),
          {"从备份恢复", "restore from a backup"}};
}

}  // namespace

Result<void> make_ledger_tables(SqlConnection& connection, HashKind hash) {
  const Dialect& dialect = connection.dialect();
  DD_RETURN_IF_ERROR(connection.execute(dialect.expand(kLedgerTables)));
  for (const char* table : {"coverage", "parameter", "package_file", "withdrawal"}) {
    const std::string alter = "ALTER TABLE " + std::string(table) + " ADD COLUMN ";
    DD_RETURN_IF_ERROR(connection.execute(alter + "salt " + dialect.bytes + ";" + alter +
                                          "commitment " + dialect.bytes));
  }
  DD_ASSIGN_OR_RETURN(const auto insert,
                      connection.prepare("INSERT INTO ledger (id, hash) VALUES (1, $1)"));
  insert->bind(1, static_cast<int64_t>(hash));
  return insert->run();
}

Result<HashKind> ledger_hash(SqlConnection& connection) {
  DD_ASSIGN_OR_RETURN(const std::optional<int64_t> number,
                      connection.integer(connection.dialect().expand(
                          "SELECT hash FROM ledger WHERE @here id = 1")));
  for (const HashKind kind : {HashKind::kSha256, HashKind::kSm3}) {
    if (number == static_cast<int64_t>(kind)) return kind;
  }
  return no_ledger(connection);
}

Result<uint64_t> ledger_size(SqlConnection& connection) {
  DD_ASSIGN_OR_RETURN(const std::optional<int64_t> last,
                      connection.integer(connection.dialect().expand(
                          "SELECT max(number) FROM ledger_leaf WHERE @here 1 = 1")));
  return static_cast<uint64_t>(last.value_or(-1) + 1);
}

Result<SqlNodeStore> SqlNodeStore::open(SqlConnection& connection) {
  SqlNodeStore store(connection);
  DD_ASSIGN_OR_RETURN(store.read_,
                      connection.prepare(connection.dialect().expand(
                          "SELECT hash FROM ledger_node WHERE @here level = $1 AND number = $2")));
  return store;
}

Result<Hash> SqlNodeStore::read(Node node) {
  read_->bind(1, static_cast<int64_t>(node.level));
  read_->bind(2, static_cast<int64_t>(node.index));
  DD_ASSIGN_OR_RETURN(const bool row, read_->step());
  const std::optional<Hash> hash = row ? ledger::to_hash(read_->bytes_at(0)) : std::nullopt;
  read_->reset();
  if (hash) return *hash;
  return Error{
      ErrorCode::kUnsoundStore,
      {"账本缺少节点 " + std::to_string(node.level) + "/" + std::to_string(node.index),
       "the ledger lacks node " + std::to_string(node.level) + "/" + std::to_string(node.index)},
      connection_->place(),
      {"用 dandang verify 查看，从备份恢复",
       "look with dandang verify, and restore from a backup"}};
}

Result<void> SqlNodeStore::write(Node node, const Hash& hash) {
  if (write_ == nullptr) {
    DD_ASSIGN_OR_RETURN(write_, connection_->prepare("INSERT INTO ledger_node (level, number, hash)"
                                                     " VALUES ($1, $2, $3)"));
  }
  write_->bind(1, static_cast<int64_t>(node.level));
  write_->bind(2, static_cast<int64_t>(node.index));
  write_->bind_bytes(3, ledger::bytes_of(hash));
  return write_->run();
}

Result<ledger::Salt> Salts::next() {
  if (left_ == 0) {
    DD_RETURN_IF_ERROR(ledger::fill_random(salts_));
    left_ = salts_.size();
  }
  return salts_[--left_];
}

Result<Hash> LeafMaker::seal_text(std::string& salts, std::string_view text) {
  DD_ASSIGN_OR_RETURN(const ledger::Salt salt, salts_.next());
  salts += bytes_of(salt);
  return ledger::commit(hasher_, salt, text);
}

Result<void> LeafMaker::start(record::ChangeSetId change_set) {
  DD_ASSIGN_OR_RETURN(
      const auto find,
      connection_.prepare(connection_.dialect().expand(
          "SELECT recorded_at, author, reason, basis FROM change_set WHERE @here id = $1")));
  find->bind(1, change_set);
  DD_ASSIGN_OR_RETURN(const bool row, find->step());
  DD_VERIFY(row);
  body_.hash = hasher_.kind();
  body_.change_set = static_cast<uint64_t>(change_set);
  body_.recorded_at = find->text_at(0);
  DD_ASSIGN_OR_RETURN(body_.author, seal_text(text_salts_, find->text_at(1)));
  DD_ASSIGN_OR_RETURN(body_.reason, seal_text(text_salts_, find->text_at(2)));
  DD_ASSIGN_OR_RETURN(body_.basis, seal_text(text_salts_, find->text_at(3)));

  const LedgerTable table = change_set_ledger_table(connection_.dialect());
  DD_ASSIGN_OR_RETURN(LedgerScan outcome,
                      LedgerScan::open(connection_, table, LedgerScan::Read::kAll,
                                       "c.id = " + std::to_string(change_set)));
  DD_ASSIGN_OR_RETURN(const bool known, outcome.next());
  DD_VERIFY(known);
  DD_ASSIGN_OR_RETURN(outcome_salt_, salts_.next());
  outcome_ = ledger::commit(hasher_, outcome_salt_, outcome.bytes());
  return add(std::string(kChangeSetTable), change_set, outcome_);
}

Result<void> LeafMaker::add(const std::string& table, int64_t id, const Hash& commitment) {
  if (body_.tables.empty() || body_.tables.back() != table) body_.tables.push_back(table);
  const auto place = static_cast<uint32_t>(body_.tables.size() - 1);
  if (entries_.add(hasher_, {place, static_cast<uint64_t>(id), commitment})) return {};
  return Error{ErrorCode::kUnsoundStore,
               {"“" + table + "”第 " + std::to_string(id) + " 行的编号不在前一行之后",
                "the number of row " + std::to_string(id) + " of \"" + table +
                    "\" does not follow the one before"},
               connection_.place(),
               {"从备份恢复", "restore from a backup"}};
}

Result<void> LeafMaker::append() {
  body_.entries = entries_.count();
  body_.entries_root = entries_.root(hasher_);
  DD_ASSIGN_OR_RETURN(const std::string bytes, ledger::encode_leaf_body(body_));
  DD_ASSIGN_OR_RETURN(const uint64_t size, ledger_size(connection_));
  DD_ASSIGN_OR_RETURN(
      const auto insert,
      connection_.prepare("INSERT INTO ledger_leaf (number, change_set, body, text_salts,"
                          " outcome_salt, outcome_commitment) VALUES ($1, $2, $3, $4, $5, $6)"));
  insert->bind(1, static_cast<int64_t>(size));
  insert->bind(2, static_cast<int64_t>(body_.change_set));
  insert->bind_bytes(3, bytes);
  insert->bind_bytes(4, text_salts_);
  insert->bind_bytes(5, bytes_of(outcome_salt_));
  insert->bind_bytes(6, ledger::bytes_of(outcome_));
  DD_RETURN_IF_ERROR(insert->run());
  DD_ASSIGN_OR_RETURN(SqlNodeStore nodes, SqlNodeStore::open(connection_));
  DD_ASSIGN_OR_RETURN(ledger::Tree tree, ledger::Tree::open(hasher_.kind(), nodes, size));
  return tree.append(bytes);
}

}  // namespace dandang::store
