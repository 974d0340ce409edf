#include "store/ledger_check.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "record/change_set.h"
#include "store/deletion.h"
#include "store/ledger_log.h"
#include "store/ledger_table.h"

namespace dandang::store {

namespace {

using ledger::Finding;
using ledger::FindingKind;
using ledger::Hash;
using ledger::Hasher;
using ledger::StoredLeaf;
using ledger::Verifier;
using record::ChangeSetId;

// A table's rows, a change set at a time, with what is left of those that were deleted among them.
// They lie in order of change set: one that says otherwise was altered, and is held against the
// leaf of the rows around it.
class Rows {
 public:
  struct Row {
    ChangeSetId change_set = 0;  // as it says itself
    uint64_t id = 0;
    std::string key;  // for people
    Hash commitment{};
    std::optional<Hash> recomputed;  // no value: deleted
  };

  static Result<Rows> open(SqlConnection& connection, LedgerTable table, Hasher& hasher,
                           bool deletions) {
    Rows out(std::move(table), hasher);
    DD_ASSIGN_OR_RETURN(LedgerScan scan,
                        LedgerScan::open(connection, out.table_, LedgerScan::Read::kAll, ""));
    out.scan_.emplace(std::move(scan));
    if (deletions) {
      DD_ASSIGN_OR_RETURN(GraveScan graves, GraveScan::open(connection, out.table_));
      out.graves_.emplace(std::move(graves));
    }
    DD_RETURN_IF_ERROR(out.read_live());
    DD_RETURN_IF_ERROR(out.read_grave());
    for (int i = 0; i < 2; ++i) DD_RETURN_IF_ERROR(out.take());
    return out;
  }

  const std::string& table() const { return table_.name; }
  // The next row; null: there is none.
  const Row* row() const { return row_ ? &*row_ : nullptr; }
  bool belongs_to(ChangeSetId change_set) const {
    if (!row_) return false;
    return row_->change_set <= change_set || (behind_ && behind_->change_set <= change_set);
  }
  Result<void> take() {
    std::swap(row_, behind_);
    behind_.reset();
    if (live_ && (!grave_ || comes_before(*live_, *grave_))) {
      std::swap(behind_, live_);
      return read_live();
    }
    std::swap(behind_, grave_);
    return read_grave();
  }

 private:
  Rows(LedgerTable table, Hasher& hasher) : table_(std::move(table)), hasher_(&hasher) {}

  bool comes_before(const Row& a, const Row& b) const {
    if (!table_.numbered_through() && a.change_set != b.change_set) {
      return a.change_set < b.change_set;
    }
    return a.id < b.id;
  }

  Result<void> read_live() {
    live_.reset();
    if (ended_) return {};
    DD_ASSIGN_OR_RETURN(const bool row, scan_->next());
    ended_ = !row;
    if (!row) return {};
    live_ = Row{scan_->change_set(), static_cast<uint64_t>(scan_->id()),
                record::key_for_display(scan_->key()), scan_->commitment(*hasher_),
                scan_->recompute(*hasher_)};
    return {};
  }

  Result<void> read_grave() {
    grave_.reset();
    if (!graves_) return {};
    DD_ASSIGN_OR_RETURN(const std::optional<Grave> grave, graves_->next());
    if (!grave) {
      graves_.reset();
      return {};
    }
    grave_ = Row{grave->change_set, static_cast<uint64_t>(grave->id),
                 "† " + std::to_string(grave->deleted_in), grave->commitment, std::nullopt};
    return {};
  }

  LedgerTable table_;
  Hasher* hasher_;
  std::optional<LedgerScan> scan_;
  std::optional<GraveScan> graves_;
  std::optional<Row> live_;   // the next of those that are there
  std::optional<Row> grave_;  // the next of those that were deleted
  std::optional<Row> row_;
  std::optional<Row> behind_;  // the one after it
  bool ended_ = false;
};

// A statement's rows, one at a time, the present one at hand.
class Cursor {
 public:
  static Result<Cursor> open(SqlConnection& connection, const std::string& sql) {
    Cursor out;
    DD_ASSIGN_OR_RETURN(out.rows_, connection.prepare_scan(connection.dialect().expand(sql)));
    DD_RETURN_IF_ERROR(out.take());
    return out;
  }
  const SqlRow* row() const { return has_row_ ? rows_.get() : nullptr; }
  Result<void> take() {
    DD_ASSIGN_OR_RETURN(has_row_, rows_->step());
    return {};
  }

 private:
  std::unique_ptr<SqlStatement> rows_;
  bool has_row_ = false;
};

class Checker {
 public:
  Checker(SqlConnection& connection, Hasher hasher, Verifier verifier, SqlNodeStore nodes)
      : connection_(connection),
        hasher_(std::move(hasher)),
        verifier_(std::move(verifier)),
        nodes_(std::move(nodes)) {}

  Result<void> open_tables() {
    DD_ASSIGN_OR_RETURN(std::vector<LedgerTable> tables, all_ledger_tables(connection_));
    std::set<std::string> deleted;
    DD_ASSIGN_OR_RETURN(const bool may_delete, has_deletion_tables(connection_));
    if (may_delete) {
      DD_ASSIGN_OR_RETURN(deleted, tables_with_deletions(connection_));
      DD_RETURN_IF_ERROR(read_erased_texts());
    }
    for (LedgerTable& table : tables) {
      const bool deletions = deleted.erase(table.name) != 0;
      DD_ASSIGN_OR_RETURN(Rows rows, Rows::open(connection_, std::move(table), hasher_, deletions));
      tables_.push_back(std::move(rows));
    }
    // Deletions from tables that are not there explain nothing.
    for (const std::string& table : deleted) {
      if (table == kErasedReason || table == kErasedBasis) continue;
      note({FindingKind::kEntryOutOfPlace, 0, 0, table, 0, "deletion"});
    }
    return {};
  }

  // Change sets and leaves side by side, by the number of the change set.
  Result<void> check_leaves(const LedgerProgress& progress) {
    DD_ASSIGN_OR_RETURN(const std::optional<int64_t> all,
                        connection_.integer(connection_.dialect().expand(
                            "SELECT count(*) FROM change_set WHERE @here 1 = 1")));
    DD_ASSIGN_OR_RETURN(Cursor sets,
                        Cursor::open(connection_,
                                     "SELECT id, recorded_at, author, reason, basis FROM change_set"
                                     " WHERE @here 1 = 1 ORDER BY id"));
    DD_ASSIGN_OR_RETURN(Cursor leaves,
                        Cursor::open(connection_,
                                     "SELECT number, change_set, body, text_salts FROM ledger_leaf"
                                     " WHERE @here 1 = 1 ORDER BY number"));
    for (uint64_t done = 0; sets.row() != nullptr || leaves.row() != nullptr; ++done) {
      if (progress) progress(done, static_cast<uint64_t>(all.value_or(0)));
      const SqlRow* set = sets.row();
      const SqlRow* leaf = leaves.row();
      if (set != nullptr && leaf != nullptr && set->int64_at(0) != leaf->int64_at(1)) {
        (set->int64_at(0) < leaf->int64_at(1) ? leaf : set) = nullptr;
      }
      DD_RETURN_IF_ERROR(check_leaf(set, leaf));
      if (set != nullptr) DD_RETURN_IF_ERROR(sets.take());
      if (leaf != nullptr) DD_RETURN_IF_ERROR(leaves.take());
    }
    return {};
  }

  // Rows of change sets that are nowhere.
  Result<void> check_rest() {
    for (Rows& rows : tables_) {
      for (; rows.row() != nullptr;) {
        const Rows::Row& row = *rows.row();
        note({FindingKind::kEntryOutOfPlace, next_, static_cast<uint64_t>(row.change_set),
              rows.table(), row.id, row.key});
        DD_RETURN_IF_ERROR(rows.take());
      }
    }
    DD_ASSIGN_OR_RETURN(const std::optional<int64_t> nodes,
                        connection_.integer(connection_.dialect().expand(
                            "SELECT count(*) FROM ledger_node WHERE @here 1 = 1")));
    uint64_t expected = 0;
    for (uint64_t level = next_; level != 0; level >>= 1U) expected += level;
    if (static_cast<uint64_t>(nodes.value_or(0)) > expected) {
      note_node(std::to_string(nodes.value_or(0)) + " / " + std::to_string(expected));
    }
    return {};
  }

  LedgerCheck finish() {
    LedgerCheck out;
    out.report = verifier_.finish();
    out.report.findings_dropped += dropped_;
    for (Finding& finding : findings_) {
      if (out.report.findings.size() < Verifier::kMaxFindings) {
        out.report.findings.push_back(std::move(finding));
      } else {
        ++out.report.findings_dropped;
      }
    }
    out.hash = hasher_.kind();
    out.root = anew_.root(hasher_);
    return out;
  }

 private:
  void note(Finding finding) {
    if (findings_.size() == Verifier::kMaxFindings) {
      ++dropped_;
    } else {
      findings_.push_back(std::move(finding));
    }
  }
  void note_node(std::string subject) {
    note({FindingKind::kLeafHashDamaged, next_ == 0 ? 0 : next_ - 1, 0, {}, 0, std::move(subject)});
  }

  // The node as kept; no value: it is not there.
  std::optional<Hash> node(unsigned level, uint64_t number) {
    const Result<Hash> hash = nodes_.read({level, number});
    if (hash.has_value()) return *hash;
    return std::nullopt;
  }

  // Either may be null, not both.
  Result<void> check_leaf(const SqlRow* set, const SqlRow* leaf) {
    StoredLeaf stored;
    stored.index = leaf != nullptr ? static_cast<uint64_t>(leaf->int64_at(0)) : next_;
    // The verifier counts on from a number that cannot be.
    const bool in_place = stored.index >= next_ && stored.index - next_ <= Verifier::kMaxGap;
    const uint64_t index = in_place ? stored.index : next_;
    if (leaf != nullptr) stored.body = leaf->bytes_at(2);
    stored.hash = node(0, index);
    if (set != nullptr) stored.change_set = change_set_at(*set, leaf);
    verifier_.begin_leaf(stored);
    const ChangeSetId change_set = set != nullptr ? set->int64_at(0) : leaf->int64_at(1);
    for (Rows& rows : tables_) DD_RETURN_IF_ERROR(check_rows(rows, change_set));
    verifier_.end_leaf();
    check_nodes(index, stored);
    return {};
  }

  StoredLeaf::ChangeSet change_set_at(const SqlRow& set, const SqlRow* leaf) {
    StoredLeaf::ChangeSet out;
    out.id = static_cast<uint64_t>(set.int64_at(0));
    out.recorded_at = set.text_at(1);
    const std::string_view salts = leaf != nullptr ? leaf->bytes_at(3) : std::string_view();
    const auto commitment = [&](size_t place) {
      constexpr size_t kSalt = sizeof(ledger::Salt);
      const std::string_view salt = salts.substr(std::min(salts.size(), place * kSalt), kSalt);
      return hasher_.commitment(salt, set.text_at(static_cast<int>(place) + 2));
    };
    // A text that was erased is empty, and the deletion that says so stands in a leaf of its own.
    const auto erased = [&](int column, std::string_view entry) {
      return set.text_at(column).empty() &&
             erased_texts_.contains({std::string(entry), set.int64_at(0)});
    };
    out.author = commitment(0);
    if (!erased(3, kErasedReason)) out.reason = commitment(1);
    if (!erased(4, kErasedBasis)) out.basis = commitment(2);
    return out;
  }

  Result<void> check_rows(Rows& rows, ChangeSetId change_set) {
    while (rows.belongs_to(change_set)) {
      const Rows::Row& row = *rows.row();
      verifier_.entry({rows.table(), row.id, row.key, row.commitment, row.recomputed});
      DD_RETURN_IF_ERROR(rows.take());
    }
    return {};
  }

  // The nodes above a leaf, which the verifier has no need of: of two trees, of leaves as kept and
  // as made anew, one must be the tree kept.
  void check_nodes(uint64_t index, const StoredLeaf& leaf) {
    while (next_ < index) append(Hash{}, Hash{});
    const Hash anew = leaf.body ? hasher_.leaf(*leaf.body) : leaf.hash.value_or(Hash{});
    append(leaf.hash.value_or(anew), anew);
    if (!leaf.hash) note_node("0/" + std::to_string(index));
    for (unsigned level = 1; level < made_anew_.size(); ++level) {
      const std::optional<Hash> kept = node(level, index >> level);
      if (kept == made_kept_[level] || kept == made_anew_[level]) continue;
      note_node(std::to_string(level) + "/" + std::to_string(index >> level));
    }
  }

  void append(const Hash& kept, const Hash& anew) {
    kept_.append(hasher_, kept, &made_kept_);
    anew_.append(hasher_, anew, &made_anew_);
    ++next_;
  }

  Result<void> read_erased_texts() {
    DD_ASSIGN_OR_RETURN(Cursor texts, Cursor::open(connection_,
                                                   "SELECT entry_table, entry FROM deletion"
                                                   " WHERE @here entry_table IN (" +
                                                       literal(kErasedReason) + ", " +
                                                       literal(kErasedBasis) + ")"));
    while (texts.row() != nullptr) {
      erased_texts_.emplace(std::string(texts.row()->text_at(0)), texts.row()->int64_at(1));
      DD_RETURN_IF_ERROR(texts.take());
    }
    return {};
  }

  SqlConnection& connection_;
  Hasher hasher_;
  Verifier verifier_;
  SqlNodeStore nodes_;
  std::vector<Rows> tables_;
  uint64_t next_ = 0;  // the number of the next leaf
  ledger::Frontier kept_;
  ledger::Frontier anew_;
  std::vector<Hash> made_kept_;
  std::vector<Hash> made_anew_;
  std::set<std::pair<std::string, ChangeSetId>> erased_texts_;
  std::vector<Finding> findings_;
  uint64_t dropped_ = 0;
};

}  // namespace

Result<LedgerCheck> check_ledger(SqlConnection& connection,
                                 const std::vector<ledger::VerifierKey>& keys,
                                 std::vector<ledger::KnownCheckpoint> checkpoints,
                                 const LedgerProgress& progress) {
  DD_ASSIGN_OR_RETURN(SqlTransaction transaction,
                      SqlTransaction::begin(connection, SqlConnection::Begin::kRead));
  return check_ledger_within(connection, keys, std::move(checkpoints), progress);
}

Result<LedgerCheck> check_ledger_within(SqlConnection& connection,
                                        const std::vector<ledger::VerifierKey>& keys,
                                        std::vector<ledger::KnownCheckpoint> checkpoints,
                                        const LedgerProgress& progress) {
  DD_ASSIGN_OR_RETURN(std::vector<std::string> damage, connection.damage());
  DD_ASSIGN_OR_RETURN(const ledger::HashKind kind, ledger_hash(connection));
  DD_ASSIGN_OR_RETURN(Hasher hasher, Hasher::create(kind));
  const std::string origin =
      checkpoints.empty() ? "" : checkpoints.front().signed_checkpoint.checkpoint.origin;
  DD_ASSIGN_OR_RETURN(Verifier verifier,
                      Verifier::create(kind, origin, keys, std::move(checkpoints)));
  DD_ASSIGN_OR_RETURN(SqlNodeStore nodes, SqlNodeStore::open(connection));
  Checker checker(connection, std::move(hasher), std::move(verifier), std::move(nodes));
  DD_RETURN_IF_ERROR(checker.open_tables());
  DD_RETURN_IF_ERROR(checker.check_leaves(progress));
  DD_RETURN_IF_ERROR(checker.check_rest());
  LedgerCheck check = checker.finish();
  check.damage = std::move(damage);
  return check;
}

}  // namespace dandang::store
