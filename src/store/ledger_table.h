#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ledger/canonical.h"
#include "ledger/hasher.h"
#include "record/change_set.h"
#include "store/schema.h"
#include "store/sql_connection.h"

// What of a store its ledger commits to, as data: every table with the SQL that reads its rows, in
// the order in which they are entries of a change set's leaf. Sealing, checking and bringing an
// older store up to date read the same rows through the same words.
namespace dandang::store {

// One thing said of a row; what is NULL has no item (ledger/canonical.h).
struct LedgerItem {
  enum class Form { kInteger, kText };
  std::string name;
  std::string column;  // SQL
  Form form = Form::kInteger;
};

struct LedgerTable {
  std::string name;       // in leaf bodies: "record:干部", "parameter" …
  std::string type;       // in the row's bytes
  std::string from;       // SQL: the tables read
  std::string here;       // SQL: the region's condition with its AND, or empty
  std::string condition;  // SQL: which of the rows; may be empty
  // SQL of a row's number, unique in a change set; of its change set; of the key it is named by.
  std::string id;
  std::string change_set;
  std::string key;
  std::string order;
  // SQL of the seal beside the row; both empty: no salt, and the commitment is made anew each time.
  // Only for rows of mere numbers, which a salt would not hide better.
  std::string salt;
  std::string commitment;
  std::string keep;  // UPDATE of the seal: $1 salt, $2 commitment, $3 number, $4 change set
  // Whether rows lie in the order of their numbers alone; else of change set and number.
  bool numbered_through() const { return id == order; }
  std::vector<LedgerItem> attributes;  // rising by the bytes of their names
  std::vector<LedgerItem> fields;      // the same
};

constexpr std::string_view kChangeSetTable = "change_set";

// A record type's versions: everything of a row but what later change sets write to it. That shows
// in the later ones: a version says which one it ended, and an end that nothing explains is an
// attribute the row did not have when it was sealed.
// With `deletions` a version may have ended one that was deleted since.
LedgerTable record_ledger_table(const Dialect& dialect, const std::string& type,
                                const StoredType& stored, bool deletions = false);
// A record type's withdrawals. They say when the version they ended says it ended.
LedgerTable withdrawal_ledger_table(const Dialect& dialect, const std::string& type);
// What a change set came to, sealed beside its leaf.
LedgerTable change_set_ledger_table(const Dialect& dialect);
// Coverage, parameters, the files of packages; the endings of the first two; holds; deletions.
std::vector<LedgerTable> own_ledger_tables(const Dialect& dialect);
// What is left of entries whose rows were deleted: by the entry's table, in the order of its rows.
// Only for a store that has deletions.
Result<std::set<std::string>> tables_with_deletions(SqlConnection& connection);
struct Grave {
  int64_t id = 0;
  record::ChangeSetId change_set = 0;
  record::ChangeSetId deleted_in = 0;
  ledger::Hash commitment{};
};
class GraveScan {
 public:
  static Result<GraveScan> open(SqlConnection& connection, const LedgerTable& table);
  Result<std::optional<Grave>> next();

 private:
  std::unique_ptr<SqlStatement> rows_;
};

// Whether the store's version has tables for holds and deletions.
Result<bool> has_deletion_tables(SqlConnection& connection);
// All of a store, rising by the bytes of their names.
Result<std::vector<LedgerTable>> all_ledger_tables(SqlConnection& connection);

// The rows of one table, one at a time. Only within a transaction.
class LedgerScan {
 public:
  enum class Read {
    kSeals,  // number, change set, key and seal
    kAll,
  };
  // `condition` beside the table's own; may be empty.
  static Result<LedgerScan> open(SqlConnection& connection, const LedgerTable& table, Read read,
                                 const std::string& condition, size_t limit = 0);

  // False: there are no more.
  Result<bool> next();
  int64_t id() const { return rows_->int64_at(0); }
  record::ChangeSetId change_set() const { return rows_->int64_at(1); }
  std::string_view key() const { return rows_->text_at(2); }
  std::string_view salt() const { return rows_->bytes_at(3); }
  // As kept; without a seal, as made anew. All zero: none is kept.
  ledger::Hash commitment(ledger::Hasher& hasher);
  // Made anew of the row; with kAll only.
  ledger::Hash recompute(ledger::Hasher& hasher);
  std::string_view bytes();

 private:
  LedgerScan() = default;

  std::shared_ptr<const LedgerTable> table_;
  std::unique_ptr<SqlStatement> rows_;
  ledger::Canonical canonical_;
};

}  // namespace dandang::store
