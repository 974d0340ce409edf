#include "store/ledger_writer.h"

#include <algorithm>
#include <utility>

#include "store/ledger_table.h"

namespace dandang::store {

namespace {

using ledger::Hash;
using ledger::Hasher;
using record::ChangeSet;
using record::ChangeSetId;
using record::NewVersion;
using record::RecordType;

constexpr size_t kRowsAtOnce = 2'000;  // sealed together where rows are there already

struct RowSeal {
  int64_t id = 0;
  ChangeSetId change_set = 0;
  ledger::Salt salt{};
  Hash commitment{};
};

// A page of rows without seals, numbered above `after`.
Result<std::vector<RowSeal>> make_seals(SqlConnection& connection, const LedgerTable& table,
                                        const std::string& condition, Hasher& hasher,
                                        Salts& salts) {
  DD_ASSIGN_OR_RETURN(LedgerScan rows, LedgerScan::open(connection, table, LedgerScan::Read::kAll,
                                                        condition, kRowsAtOnce));
  std::vector<RowSeal> seals;
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, rows.next());
    if (!row) return seals;
    DD_ASSIGN_OR_RETURN(const ledger::Salt salt, salts.next());
    seals.push_back(
        {rows.id(), rows.change_set(), salt, ledger::commit(hasher, salt, rows.bytes())});
  }
}

// Seals the table's rows that meet the condition, a page at a time in the order of their numbers.
Result<void> seal_rows(SqlConnection& connection, const LedgerTable& table,
                       const std::string& condition, Hasher& hasher, Salts& salts) {
  if (table.keep.empty()) return {};
  DD_ASSIGN_OR_RETURN(const auto keep, connection.prepare(table.keep));
  int64_t after = 0;
  while (true) {
    const std::string page = condition + " AND " + table.id + " > " + std::to_string(after);
    DD_ASSIGN_OR_RETURN(const std::vector<RowSeal> seals,
                        make_seals(connection, table, page, hasher, salts));
    if (seals.empty()) return {};
    for (const RowSeal& seal : seals) {
      keep->bind_bytes(1, bytes_of(seal.salt));
      keep->bind_bytes(2, ledger::bytes_of(seal.commitment));
      keep->bind(3, seal.id);
      keep->bind(4, seal.change_set);
      DD_RETURN_IF_ERROR(keep->run());
    }
    after = seals.back().id;
  }
}

Result<void> add_entries(SqlConnection& connection, const LedgerTable& table,
                         const std::string& condition, Hasher& hasher, LeafMaker& leaf) {
  DD_ASSIGN_OR_RETURN(LedgerScan rows,
                      LedgerScan::open(connection, table, LedgerScan::Read::kSeals, condition));
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, rows.next());
    if (!row) return {};
    DD_RETURN_IF_ERROR(leaf.add(table.name, rows.id(), rows.commitment(hasher)));
  }
}

std::string in_change_set(const LedgerTable& table, ChangeSetId change_set) {
  return table.change_set + " = " + std::to_string(change_set);
}

// Which of the store's own tables the change set writes to.
bool writes_to(const ChangeSet& change_set, const std::string& table) {
  if (table == "package_file") return !change_set.packages.empty();
  if (table == "hold") return !change_set.holds.empty() || !change_set.lifts.empty();
  if (table == "deletion" || table == "erasure" || table == "change_set:erased") {
    return !change_set.deletions.empty();
  }
  if (table.starts_with("coverage") && !change_set.deletions.empty()) return true;
  if (table == "coverage" && !change_set.coverage.empty()) return true;
  if (table == "parameter" && !change_set.parameters.empty()) return true;
  return change_set.undoes != 0;
}

// Reads the table's rows a change set at a time; they come in order of change set.
class Following {
 public:
  static Result<Following> open(SqlConnection& connection, LedgerTable table) {
    Following out(std::move(table));
    DD_ASSIGN_OR_RETURN(out.rows_,
                        LedgerScan::open(connection, out.table_, LedgerScan::Read::kSeals, ""));
    DD_ASSIGN_OR_RETURN(out.has_row_, out.rows_->next());
    return out;
  }

  Result<void> add(ChangeSetId change_set, Hasher& hasher, LeafMaker& leaf) {
    while (has_row_ && rows_->change_set() <= change_set) {
      DD_RETURN_IF_ERROR(leaf.add(table_.name, rows_->id(), rows_->commitment(hasher)));
      DD_ASSIGN_OR_RETURN(has_row_, rows_->next());
    }
    return {};
  }

 private:
  explicit Following(LedgerTable table) : table_(std::move(table)) {}

  LedgerTable table_;
  std::optional<LedgerScan> rows_;
  bool has_row_ = false;
};

Result<std::vector<ChangeSetId>> change_set_ids(SqlConnection& connection) {
  DD_ASSIGN_OR_RETURN(const auto find,
                      connection.prepare_scan(connection.dialect().expand(
                          "SELECT id FROM change_set WHERE @here 1 = 1 ORDER BY id")));
  std::vector<ChangeSetId> ids;
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, find->step());
    if (!row) return ids;
    ids.push_back(find->int64_at(0));
  }
}

}  // namespace

Result<void> LedgerLeafWriter::begin(SqlConnection& connection) {
  types_.clear();
  last_ = nullptr;
  if (hasher_) return {};
  DD_ASSIGN_OR_RETURN(const ledger::HashKind kind, ledger_hash(connection));
  DD_ASSIGN_OR_RETURN(Hasher hasher, Hasher::create(kind));
  hasher_.emplace(std::move(hasher));
  return {};
}

LedgerLeafWriter::Written& LedgerLeafWriter::written(const VersionRow& row) {
  if (last_ != nullptr && last_->type == row.type) return *last_;
  const auto [place, added] = types_.try_emplace(row.type->name);
  last_ = &place->second;
  if (!added) return *last_;
  last_->type = row.type;
  last_->first_version = row.version_id;
  const std::vector<record::Field>& fields = row.type->fields;
  for (size_t f = 0; f < fields.size(); ++f) last_->fields.push_back(f);
  std::sort(last_->fields.begin(), last_->fields.end(),
            [&](size_t a, size_t b) { return fields[a].name < fields[b].name; });
  return *last_;
}

// What record_ledger_table says of the row, in the same order.
void LedgerLeafWriter::put_attributes(const VersionRow& row) {
  const NewVersion& version = *row.version;
  if (row.ends != 0) canonical_.attribute("ends", row.ends);
  canonical_.attribute("record", row.record);
  canonical_.attribute("recorded_in", row.recorded_in);
  if (row.has_source) canonical_.attribute("source_file", version.source.file);
  canonical_.attribute("source_row", int64_t{version.source.row});
  if (row.has_source) canonical_.attribute("source_sheet", version.source.sheet);
  canonical_.attribute("valid_assumed", int64_t{version.valid_assumed ? 1 : 0});
  if (version.valid_from) canonical_.attribute("valid_from", int64_t{version.valid_from->days()});
  if (version.valid_to) canonical_.attribute("valid_to", int64_t{version.valid_to->days()});
  canonical_.attribute("version", row.version_id);
}

Result<Seal> LedgerLeafWriter::seal(const VersionRow& row) {
  const Written& type = written(row);
  canonical_.begin(row.type->name, row.version->key);
  put_attributes(row);
  for (const size_t f : type.fields) {
    const std::string& name = row.type->fields[f].name;
    const StoredValue& value = (*row.values)[f];
    if (const auto* integer = std::get_if<int64_t>(&value)) canonical_.field(name, *integer);
    if (const auto* text = std::get_if<std::string_view>(&value)) canonical_.field(name, *text);
  }
  DD_ASSIGN_OR_RETURN(const ledger::Salt salt, salts_.next());
  const Hash commitment = ledger::commit(*hasher_, salt, canonical_.bytes());
  return Seal{std::string(bytes_of(salt)), std::string(ledger::bytes_of(commitment))};
}

Result<void> LedgerLeafWriter::finish(SqlConnection& connection, const ChangeSet& change_set,
                                      const record::ApplyOutcome& outcome) {
  const Dialect& dialect = connection.dialect();
  LeafMaker leaf(connection, *hasher_, salts_);
  DD_RETURN_IF_ERROR(leaf.start(outcome.id));
  const auto seal_and_add = [&](const LedgerTable& table) -> Result<void> {
    const std::string condition = in_change_set(table, outcome.id);
    DD_RETURN_IF_ERROR(seal_rows(connection, table, condition, *hasher_, salts_));
    return add_entries(connection, table, condition, *hasher_, leaf);
  };
  for (const LedgerTable& table : own_ledger_tables(dialect)) {
    if (writes_to(change_set, table.name)) DD_RETURN_IF_ERROR(seal_and_add(table));
  }
  for (const auto& [name, type] : types_) {
    const LedgerTable table = record_ledger_table(dialect, name, {});
    DD_RETURN_IF_ERROR(add_entries(
        connection, table, table.id + " >= " + std::to_string(type.first_version), *hasher_, leaf));
  }
  std::map<std::string_view, const record::Withdrawal*> withdrawn;
  for (const auto& withdrawal : change_set.withdrawals) withdrawn[withdrawal.type] = &withdrawal;
  for (const auto& [type, first] : withdrawn) {
    DD_RETURN_IF_ERROR(seal_and_add(withdrawal_ledger_table(dialect, first->type)));
  }
  return leaf.append();
}

Result<void> write_ledger_of_before(SqlConnection& connection) {
  DD_ASSIGN_OR_RETURN(const ledger::HashKind kind, ledger_hash(connection));
  DD_ASSIGN_OR_RETURN(Hasher hasher, Hasher::create(kind));
  DD_ASSIGN_OR_RETURN(const std::vector<ChangeSetId> change_sets, change_set_ids(connection));
  DD_ASSIGN_OR_RETURN(std::vector<LedgerTable> tables, all_ledger_tables(connection));
  std::erase_if(tables, [](const LedgerTable& table) { return table.name == kChangeSetTable; });
  Salts salts;
  for (const LedgerTable& table : tables) {
    // Versions are numbered through; the numbers of the others may repeat from one to the next.
    if (table.numbered_through()) {
      DD_RETURN_IF_ERROR(seal_rows(connection, table, "1 = 1", hasher, salts));
      continue;
    }
    for (const ChangeSetId id : change_sets) {
      DD_RETURN_IF_ERROR(seal_rows(connection, table, in_change_set(table, id), hasher, salts));
    }
  }
  std::vector<Following> following;
  for (LedgerTable& table : tables) {
    DD_ASSIGN_OR_RETURN(Following rows, Following::open(connection, std::move(table)));
    following.push_back(std::move(rows));
  }
  for (const ChangeSetId id : change_sets) {
    LeafMaker leaf(connection, hasher, salts);
    DD_RETURN_IF_ERROR(leaf.start(id));
    for (Following& rows : following) DD_RETURN_IF_ERROR(rows.add(id, hasher, leaf));
    DD_RETURN_IF_ERROR(leaf.append());
  }
  return {};
}

}  // namespace dandang::store
