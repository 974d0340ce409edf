#include "store/catch_up.h"

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include "ledger/bytes.h"
#include "ledger/leaf_body.h"
#include "ledger/tree.h"
#include "store/dataset_parts.h"
#include "store/history.h"
#include "store/ledger_log.h"
#include "store/load.h"
#include "store/schema.h"

namespace dandang::store {

namespace {

using record::Catalogue;
using record::ChangeSetId;
using record::Dataset;
using record::Field;
using record::FieldKind;
using record::RecordType;
using record::RowHead;
using record::Table;

// Types whose records were written or withdrawn between two change sets.
struct Touched {
  std::set<std::string> written;
  std::set<std::string> withdrawn;
};

// What the leaves behind `since` say was written; no value where one is missing, or says something
// this program does not know how to follow.
Result<std::optional<Touched>> touched_since(SqlConnection& connection, ChangeSetId since,
                                             ChangeSetId known_at) {
  DD_ASSIGN_OR_RETURN(const auto leaves, connection.prepare(connection.dialect().expand(
                                             "SELECT body FROM ledger_leaf WHERE @here"
                                             " change_set > $1 AND change_set <= $2")));
  leaves->bind(1, since);
  leaves->bind(2, known_at);
  static constexpr std::array<std::string_view, 6> kOthers = {
      "change_set", "coverage", "coverage:ended", "parameter", "parameter:ended", "package_file"};
  Touched out;
  ChangeSetId count = 0;
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, leaves->step());
    if (!row) break;
    ++count;
    const Result<ledger::LeafBody> body = ledger::decode_leaf_body(leaves->bytes_at(0));
    if (!body) return std::optional<Touched>();
    for (const std::string& table : body->tables) {
      const size_t colon = table.find(':') + 1;
      if (table.starts_with("record:")) {
        out.written.insert(table.substr(colon));
      } else if (table.starts_with("withdrawal:")) {
        out.withdrawn.insert(table.substr(colon));
      } else if (std::find(kOthers.begin(), kOthers.end(), table) == kOthers.end()) {
        return std::optional<Touched>();
      }
    }
  }
  return count == known_at - since ? std::optional<Touched>(std::move(out)) : std::nullopt;
}

class CatchUp {
 public:
  CatchUp(SqlConnection& connection, Dataset& dataset, ChangeSetId known_at)
      : connection_(connection),
        dialect_(connection.dialect()),
        dataset_(dataset),
        catalogue_(dataset.catalogue()),
        since_(dataset.known_at),
        known_at_(known_at) {
    for (size_t t = 0; t < catalogue_.types.size(); ++t) {
      known_.push_back(dataset.table(t).size());
      removed_.emplace_back();
    }
  }

  // The number of records touched; no value: there is something it cannot follow.
  Result<std::optional<size_t>> run() {
    DD_ASSIGN_OR_RETURN(const auto touched, touched_since(connection_, since_, known_at_));
    if (!touched) return std::optional<size_t>();
    DD_ASSIGN_OR_RETURN(sources_, read_sources(connection_));
    for (size_t t = 0; t < catalogue_.types.size() && sure_; ++t) {
      const std::string& name = catalogue_.types[t].name;
      if (touched->written.contains(name)) DD_RETURN_IF_ERROR(read_written(t));
      if (touched->withdrawn.contains(name)) DD_RETURN_IF_ERROR(read_withdrawn(t));
    }
    if (sure_) link();
    for (size_t t = 0; t < catalogue_.types.size() && sure_; ++t) put_in_order(t);
    if (!sure_) return std::optional<size_t>();
    dataset_.clear_coverage();
    dataset_.parameters.clear();
    DD_RETURN_IF_ERROR(read_coverage(connection_, known_at_, sources_, dataset_));
    DD_RETURN_IF_ERROR(read_parameters(connection_, known_at_, dataset_));
    return std::optional<size_t>(touched_);
  }

 private:
  // A ref of a row just written, to be followed once all rows are there.
  struct Link {
    size_t type;
    size_t field;
    size_t row;
    int64_t target;  // the record's number
  };

  // Rows of a known record are put in its place, others behind all.
  Result<void> read_written(size_t type_index) {
    const RecordType& type = catalogue_.types[type_index];
    Table& table = dataset_.table(type_index);
    DD_ASSIGN_OR_RETURN(const std::optional<StoredType> stored,
                        stored_type(connection_, type.name));
    if (!stored) return {};
    DD_ASSIGN_OR_RETURN(const std::string columns, select_fields(dialect_, type, *stored));
    const std::string name = record_table(dialect_, type.name);
    DD_ASSIGN_OR_RETURN(const int64_t first, first_version(connection_, name, since_ + 1));
    DD_ASSIGN_OR_RETURN(
        const auto statement,
        connection_.prepare_scan(
            kSelectHead + columns + " FROM " + name +
            dialect_.expand(" WHERE @here version_id >= $1 AND recorded_in <= $2"
                            " AND (superseded_in IS NULL OR superseded_in > $2) ORDER BY record")));
    statement->bind(1, first);
    statement->bind(2, known_at_);
    HeadReader heads(sources_, table);
    while (sure_) {
      DD_ASSIGN_OR_RETURN(const bool row, statement->step());
      if (!row) return {};
      DD_RETURN_IF_ERROR(put(type_index, heads.head_at(*statement), *statement));
    }
    return {};
  }

  Result<void> put(size_t type_index, const RowHead& head, const SqlRow& row) {
    Table& table = dataset_.table(type_index);
    const std::optional<size_t> known = row_of_number(table, head.number, 0, known_[type_index]);
    const size_t at = known.value_or(table.size());
    if (known) {
      sure_ = table.key(at) == head.key;
      table.set_head(at, head);
    } else {
      sure_ = table.size() == known_[type_index] || table.number(at - 1) < head.number;
      table.append(head);
    }
    ++touched_;
    const std::vector<Field>& fields = catalogue_.types[type_index].fields;
    for (size_t f = 0; f < fields.size(); ++f) {
      const int column = static_cast<int>(f) + kHeadColumnCount;
      Cell cell;
      if (fields[f].kind == FieldKind::kRef) {
        if (!row.is_null(column)) links_.push_back({type_index, f, at, row.int64_at(column)});
      } else {
        DD_ASSIGN_OR_RETURN(cell, stored_cell(connection_, row, column, fields[f]));
      }
      Column& values = table.columns[f];
      if (!known) values.append_blank();
      values.set(at, cell);
    }
    return {};
  }

  // Those that were written again since stand among the rows written.
  Result<void> read_withdrawn(size_t type_index) {
    const Table& table = dataset_.table(type_index);
    DD_ASSIGN_OR_RETURN(const auto statement,
                        connection_.prepare(dialect_.expand(
                            "SELECT DISTINCT record FROM withdrawal WHERE @here recorded_in > $1"
                            " AND recorded_in <= $2 AND type = $3 ORDER BY record")));
    statement->bind(1, since_);
    statement->bind(2, known_at_);
    statement->bind(3, catalogue_.types[type_index].name);
    while (true) {
      DD_ASSIGN_OR_RETURN(const bool more, statement->step());
      if (!more) return {};
      const auto row = row_of_number(table, statement->int64_at(0), 0, known_[type_index]);
      if (!row || table.recorded_in(*row) > since_) continue;
      removed_[type_index].push_back(*row);
      ++touched_;
    }
  }

  void link() {
    for (const Link& link : links_) {
      const auto target =
          catalogue_.type_index(catalogue_.types[link.type].fields[link.field].ref_type);
      std::optional<size_t> row;
      if (target) {
        const Table& table = dataset_.table(*target);
        row = row_of_number(table, link.target, 0, known_[*target]);
        if (!row) row = row_of_number(table, link.target, known_[*target], table.size());
      }
      sure_ = sure_ && row.has_value();
      if (!row) return;
      dataset_.table(link.type).columns[link.field].set(link.row, static_cast<int64_t>(*row));
    }
  }

  // Rows rise by number, without those removed; refs to the table follow.
  void put_in_order(size_t type_index) {
    Table& table = dataset_.table(type_index);
    const size_t known = known_[type_index];
    const std::vector<size_t>& removed = removed_[type_index];
    const bool in_order =
        known == 0 || known == table.size() || table.number(known - 1) < table.number(known);
    if (removed.empty() && in_order) return;
    std::vector<uint32_t> rows;
    rows.reserve(table.size() - removed.size());
    size_t added = known;
    auto gone = removed.begin();
    for (size_t row = 0; row < known; ++row) {
      while (added < table.size() && table.number(added) < table.number(row)) {
        rows.push_back(static_cast<uint32_t>(added++));
      }
      if (gone != removed.end() && *gone == row) {
        ++gone;
      } else {
        rows.push_back(static_cast<uint32_t>(row));
      }
    }
    while (added < table.size()) rows.push_back(static_cast<uint32_t>(added++));
    std::vector<uint32_t> moved(table.size(), kGone);
    for (size_t row = 0; row < rows.size(); ++row) moved[rows[row]] = static_cast<uint32_t>(row);
    table.keep_rows(rows);
    removed_[type_index].clear();
    follow(table.type->name, moved);
  }

  void follow(const std::string& target, const std::vector<uint32_t>& moved) {
    for (size_t t = 0; t < catalogue_.types.size(); ++t) {
      const std::vector<Field>& fields = catalogue_.types[t].fields;
      for (size_t f = 0; f < fields.size(); ++f) {
        if (fields[f].kind != FieldKind::kRef || fields[f].ref_type != target) continue;
        Column& column = dataset_.table(t).columns[f];
        for (size_t row = 0; row < column.size(); ++row) {
          if (column.is_blank(row)) continue;
          const auto was = static_cast<size_t>(column.int64_at(row));
          const uint32_t now = moved[was];
          // Of a row that is itself to be removed, by a type that comes later.
          if (now == kGone && !is_removed(t, row)) sure_ = false;
          if (now != was) column.set(row, int64_t{now == kGone ? 0 : now});
        }
      }
    }
  }

  bool is_removed(size_t type_index, size_t row) const {
    return std::binary_search(removed_[type_index].begin(), removed_[type_index].end(), row);
  }

  static constexpr uint32_t kGone = std::numeric_limits<uint32_t>::max();

  SqlConnection& connection_;
  const Dialect& dialect_;
  Dataset& dataset_;
  const Catalogue& catalogue_;
  ChangeSetId since_;
  ChangeSetId known_at_;
  SourceNames sources_;
  std::vector<size_t> known_;                 // [type]: rows there were
  std::vector<std::vector<size_t>> removed_;  // [type]: of them, rising
  std::vector<Link> links_;
  size_t touched_ = 0;
  bool sure_ = true;
};

}  // namespace

Result<std::string> read_state_of(SqlConnection& connection, ChangeSetId change_set) {
  DD_ASSIGN_OR_RETURN(SqlTransaction transaction,
                      SqlTransaction::begin(connection, SqlConnection::Begin::kRead));
  DD_ASSIGN_OR_RETURN(const std::string time, time_of(connection, change_set));
  DD_ASSIGN_OR_RETURN(const auto find,
                      connection.prepare(connection.dialect().expand(
                          "SELECT number FROM ledger_leaf WHERE @here change_set = $1")));
  find->bind(1, change_set);
  DD_ASSIGN_OR_RETURN(const bool row, find->step());
  if (!row) {
    const std::string number = std::to_string(change_set);
    return unsound_store(
        connection, {"账本没有第 " + number + " 次写入", "the ledger has no change set " + number});
  }
  const auto size = static_cast<uint64_t>(find->int64_at(0)) + 1;
  find->reset();
  DD_ASSIGN_OR_RETURN(const ledger::HashKind hash, ledger_hash(connection));
  DD_ASSIGN_OR_RETURN(SqlNodeStore nodes, SqlNodeStore::open(connection));
  DD_ASSIGN_OR_RETURN(ledger::Tree tree, ledger::Tree::open(hash, nodes, size));
  DD_ASSIGN_OR_RETURN(const ledger::Hash root, tree.root(size));
  return connection.dialect().region_key + connection.dialect().here + "\n" +
         std::to_string(change_set) + " " + time + "\n" + std::string(ledger::hash_name(hash)) +
         " " + std::to_string(size) + " " + ledger::to_base64(ledger::bytes_of(root)) + "\n";
}

Result<std::optional<size_t>> catch_up_dataset(SqlConnection& connection, Dataset& dataset,
                                               ChangeSetId known_at) {
  if (known_at < dataset.known_at) return std::optional<size_t>();
  // One state of the database for all the queries, whatever is written meanwhile.
  DD_ASSIGN_OR_RETURN(SqlTransaction transaction,
                      SqlTransaction::begin(connection, SqlConnection::Begin::kRead));
  DD_ASSIGN_OR_RETURN(const auto touched, CatchUp(connection, dataset, known_at).run());
  if (!touched) return touched;
  DD_ASSIGN_OR_RETURN(dataset.packages, read_packages(connection, known_at));
  DD_ASSIGN_OR_RETURN(dataset.known_at_time, time_of(connection, known_at));
  dataset.known_at = known_at;
  DD_RETURN_IF_ERROR(transaction.commit());
  return touched;
}

}  // namespace dandang::store
