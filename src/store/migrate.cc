#include "store/migrate.h"

#include <optional>
#include <string>
#include <vector>

#include "store/ledger_log.h"
#include "store/ledger_writer.h"
#include "store/schema.h"

namespace dandang::store {

namespace {

// Withdrawals, undo, idempotency keys, salts and commitments.
Result<void> from_1_to_2(SqlConnection& connection) {
  const Dialect& dialect = connection.dialect();
  DD_RETURN_IF_ERROR(connection.execute(dialect.expand(R"sql(
    ALTER TABLE change_set ADD COLUMN idempotency_key @text NOT NULL DEFAULT '';
    ALTER TABLE change_set ADD COLUMN content_digest @text NOT NULL DEFAULT '';
    ALTER TABLE change_set ADD COLUMN added @int NOT NULL DEFAULT 0;
    ALTER TABLE change_set ADD COLUMN changed @int NOT NULL DEFAULT 0;
    ALTER TABLE change_set ADD COLUMN unchanged @int NOT NULL DEFAULT 0;
    ALTER TABLE change_set ADD COLUMN withdrawn @int NOT NULL DEFAULT 0;
    CREATE UNIQUE INDEX change_set_by_idempotency_key ON change_set (@key idempotency_key)
      WHERE idempotency_key <> '';
    ALTER TABLE coverage ADD COLUMN ended_in @int@refs(change_set);
    ALTER TABLE parameter ADD COLUMN ended_in @int@refs(change_set);
  )sql")));
  DD_RETURN_IF_ERROR(make_withdrawal_table(connection));
  DD_RETURN_IF_ERROR(connection.execute("ALTER TABLE package_file RENAME TO package_file_1"));
  DD_RETURN_IF_ERROR(make_package_file_table(connection));
  DD_RETURN_IF_ERROR(connection.execute(
      "INSERT INTO package_file (recorded_in, text, package)"
      " SELECT recorded_in, text, package FROM package_file_1; DROP TABLE package_file_1"));
  DD_ASSIGN_OR_RETURN(const std::vector<std::string> types, stored_type_names(connection));
  for (const std::string& type : types) {
    const std::string alter = "ALTER TABLE " + record_table(dialect, type) + " ADD COLUMN ";
    DD_RETURN_IF_ERROR(connection.execute(alter + "salt " + dialect.bytes + ";" + alter +
                                          "commitment " + dialect.bytes));
  }
  return {};
}

}  // namespace

Result<int64_t> check_marks(SqlConnection& connection) {
  DD_ASSIGN_OR_RETURN(const std::optional<SqlConnection::Marks> marks, connection.marks());
  if (!marks || marks->application != kApplicationId) {
    return Error{ErrorCode::kUnsoundStore,
                 {"这里不是担当的数据库", "this is not a dandang store"},
                 connection.place(),
                 {"检查路径或地址；若是一次中断的 init 留下的，请删除后重新 init",
                  "check the path or address; if an interrupted init left it, delete it and init "
                  "again"}};
  }
  const int64_t version = marks->schema_version;
  if (version > kSchemaVersion) {
    const std::string theirs = std::to_string(version);
    const std::string ours = std::to_string(kSchemaVersion);
    return Error{ErrorCode::kConflict,
                 {"数据库的结构版本是 " + theirs + "，本程序只认识到 " + ours,
                  "the store has schema version " + theirs + ", this program knows up to " + ours},
                 connection.place(),
                 {"换用建立它的那个或更新的版本", "use the dandang that made it, or a newer one"}};
  }
  if (version < 1) {
    return Error{ErrorCode::kUnsoundStore,
                 {"数据库没有结构版本", "the store has no schema version"},
                 connection.place(),
                 {"从备份恢复", "restore from a backup"}};
  }
  return version;
}

Error older_schema(const std::string& place) {
  return {ErrorCode::kConflict,
          {"这个数据库的结构版本较旧，还没有账本",
           "this store has an older schema version: this store has no ledger yet"},
          place,
          {"在原库上运行任何一条会写入的命令（如 changes），就会把它升级",
           "any command that opens it to write, such as changes, brings it up to date"}};
}

Result<void> make_store(SqlConnection& connection, ledger::HashKind hash) {
  DD_ASSIGN_OR_RETURN(SqlTransaction transaction,
                      SqlTransaction::begin(connection, SqlConnection::Begin::kMake));
  DD_ASSIGN_OR_RETURN(const std::optional<SqlConnection::Marks> there, connection.marks());
  if (there) {
    return Error{ErrorCode::kExists,
                 {"这里已经有一个数据库", "there is a store already"},
                 connection.place(),
                 {"换一个空的数据库", "choose an empty database"}};
  }
  DD_RETURN_IF_ERROR(make_own_tables(connection));
  DD_RETURN_IF_ERROR(make_ledger_tables(connection, hash));
  DD_RETURN_IF_ERROR(connection.set_marks({kApplicationId, kSchemaVersion}));
  return transaction.commit();
}

Result<void> migrate(SqlConnection& connection, int64_t version) {
  if (version == kSchemaVersion) return {};
  DD_ASSIGN_OR_RETURN(SqlTransaction transaction,
                      SqlTransaction::begin(connection, SqlConnection::Begin::kWrite));
  // Another process may have done it while this one waited for the lock.
  DD_ASSIGN_OR_RETURN(const int64_t now, check_marks(connection));
  if (now < 2) DD_RETURN_IF_ERROR(from_1_to_2(connection));
  if (now < kLedgerVersion) {
    DD_RETURN_IF_ERROR(make_ledger_tables(connection, ledger::HashKind::kSha256));
    DD_RETURN_IF_ERROR(write_ledger_of_before(connection));
  }
  if (now < kDeletionVersion) DD_RETURN_IF_ERROR(make_deletion_tables(connection));
  DD_RETURN_IF_ERROR(connection.set_marks({kApplicationId, kSchemaVersion}));
  return transaction.commit();
}

}  // namespace dandang::store
