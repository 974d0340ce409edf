#include "store/sqlite_apply.h"

#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "base/date.h"
#include "store/sqlite_schema.h"

namespace dandang::store {

namespace {

using record::ApplyOutcome;
using record::Catalogue;
using record::ChangeSet;
using record::ChangeSetId;
using record::Coverage;
using record::Field;
using record::FieldKind;
using record::NewVersion;
using record::PackageFile;
using record::ParameterValue;
using record::RecordType;
using record::Source;

// A value as its column keeps it. Texts belong to the change set, or to the writer's scratch.
using StoredValue = std::variant<std::monostate, int64_t, std::string_view>;

std::string place_of(const Source& source) {
  std::string out = source.file;
  if (!source.sheet.empty()) out += (out.empty() ? "" : ":") + source.sheet;
  if (source.row > 0) out += (out.empty() ? "" : ":") + std::to_string(source.row);
  return out;
}

std::string id_of(const NewVersion& version) {
  return version.type + ":" + record::key_for_display(version.key);
}

Error bad_version(const NewVersion& version, const Text& what, Text hint) {
  const std::string id = id_of(version);
  return {ErrorCode::kBadInput,
          {"记录“" + id + "”" + what.zh, "record \"" + id + "\" " + what.en},
          place_of(version.source),
          std::move(hint)};
}

StoredValue stored_day(const std::optional<Date>& day) {
  if (!day) return {};
  return int64_t{day->days()};
}

void bind_value(SqliteStatement& statement, int parameter, const StoredValue& value) {
  if (const auto* integer = std::get_if<int64_t>(&value)) {
    statement.bind(parameter, *integer);
  } else if (const auto* text = std::get_if<std::string_view>(&value)) {
    statement.bind(parameter, *text);
  } else {
    statement.bind_null(parameter);
  }
}

bool holds(const SqliteStatement& statement, int column, const StoredValue& value) {
  if (statement.is_null(column)) return std::holds_alternative<std::monostate>(value);
  if (const auto* integer = std::get_if<int64_t>(&value)) {
    return statement.int64_at(column) == *integer;
  }
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    return statement.text_at(column) == *text;
  }
  return false;
}

// Where a record stands: its entity id, the version now current (0: none yet), and the first
// version of it in this change set.
struct RecordPlace {
  int64_t record = 0;
  int64_t current_version = 0;
  const NewVersion* in_batch = nullptr;
};

bool same_content(const NewVersion& a, const NewVersion& b) {
  return a.cells == b.cells && a.valid_from == b.valid_from && a.valid_to == b.valid_to &&
         a.valid_assumed == b.valid_assumed;
}

// One type's table, with its statements prepared once a change set. What it remembers of records
// is bounded by the change set: its own versions and the targets of its refs.
class TypeWriter {
 public:
  static Result<std::unique_ptr<TypeWriter>> make(SqliteConnection& connection,
                                                  const RecordType& type) {
    std::unique_ptr<TypeWriter> writer(new TypeWriter(connection, type));
    DD_RETURN_IF_ERROR(writer->check_defined());
    DD_RETURN_IF_ERROR(writer->prepare());
    return writer;
  }

  const RecordType& type() const { return type_; }

  // Gives the version's record its place, a new one if the store does not know it. False: the
  // change set holds the same version already.
  Result<bool> place(const NewVersion& version) {
    DD_ASSIGN_OR_RETURN(RecordPlace* const place, find(version.key));
    if (place->in_batch != nullptr) {
      if (same_content(*place->in_batch, version)) return false;
      return bad_version(
          version,
          {"在同一批中出现两次而内容不同（另一处：" + place_of(place->in_batch->source) + "）",
           "comes twice in one change set with different content (also at " +
               place_of(place->in_batch->source) + ")"},
          {"只保留正确的一条", "keep the right one only"});
    }
    place->in_batch = &version;
    if (place->record == 0) place->record = next_record_++;
    return true;
  }

  // The entity a ref with this key means; 0 if there is none. Only after every version of the
  // change set has its place, because a target may come in the same one.
  Result<int64_t> record_of(std::string_view key) {
    DD_ASSIGN_OR_RETURN(const RecordPlace* const place, find(key));
    return place->record;
  }

  const RecordPlace& place_in_batch(const NewVersion& version) const {
    const auto found = places_.find(version.key);
    DD_VERIFY(found != places_.end());
    return found->second;
  }

  Result<bool> is_current(const RecordPlace& place, const NewVersion& version,
                          const std::vector<StoredValue>& values) {
    read_->bind(1, place.current_version);
    DD_ASSIGN_OR_RETURN(const bool row, read_->step());
    DD_VERIFY(row);
    bool equal = holds(*read_, 0, stored_day(version.valid_from)) &&
                 holds(*read_, 1, stored_day(version.valid_to)) &&
                 (read_->int64_at(2) != 0) == version.valid_assumed;
    for (size_t i = 0; equal && i < values.size(); ++i) {
      equal = holds(*read_, static_cast<int>(i) + 3, values[i]);
    }
    read_->reset();
    return equal;
  }

  Result<void> supersede(const RecordPlace& place, ChangeSetId change_set) {
    supersede_->bind(1, change_set);
    supersede_->bind(2, place.current_version);
    return supersede_->run();
  }

  Result<void> insert(const RecordPlace& place, const NewVersion& version,
                      const std::vector<StoredValue>& values, const StoredValue& source,
                      ChangeSetId change_set) {
    int parameter = 0;
    insert_->bind(++parameter, place.record);
    insert_->bind(++parameter, std::string_view(version.key));
    bind_value(*insert_, ++parameter, stored_day(version.valid_from));
    bind_value(*insert_, ++parameter, stored_day(version.valid_to));
    insert_->bind(++parameter, int64_t{version.valid_assumed ? 1 : 0});
    insert_->bind(++parameter, change_set);
    bind_value(*insert_, ++parameter, source);
    insert_->bind(++parameter, int64_t{version.source.row});
    for (const StoredValue& value : values) bind_value(*insert_, ++parameter, value);
    return insert_->run();
  }

 private:
  TypeWriter(SqliteConnection& connection, const RecordType& type)
      : connection_(connection), type_(type) {}

  Result<void> check_defined() const {
    DD_ASSIGN_OR_RETURN(const std::optional<StoredType> stored,
                        stored_type(connection_, type_.name));
    for (const Field& field : type_.fields) {
      if (stored) {
        if (const auto known = stored->fields.find(field.name); known != stored->fields.end()) {
          DD_RETURN_IF_ERROR(check_form(type_, field, known->second));
          continue;
        }
      }
      return not_defined(type_.name + "." + field.name);
    }
    if (!stored) return not_defined(type_.name);
    return {};
  }

  Error not_defined(const std::string& name) const {
    return {ErrorCode::kConflict,
            {"数据库中还没有“" + name + "”的表或列",
             "the store has no table or column for \"" + name + "\" yet"},
            connection_.path(),
            {"先发布声明它的政策包", "publish the package that declares it first"}};
  }

  Result<void> prepare() {
    const std::string table = record_table(type_.name);
    std::string columns;
    std::string markers;
    for (const Field& field : type_.fields) {
      columns += ", " + field_column(field.name);
      markers += ", ?";
    }
    DD_ASSIGN_OR_RETURN(find_, connection_.prepare("SELECT record, version_id FROM " + table +
                                                   " WHERE key = ? AND superseded_in IS NULL"));
    DD_ASSIGN_OR_RETURN(read_,
                        connection_.prepare("SELECT valid_from, valid_to, valid_assumed" + columns +
                                            " FROM " + table + " WHERE version_id = ?"));
    DD_ASSIGN_OR_RETURN(
        supersede_,
        connection_.prepare("UPDATE " + table + " SET superseded_in = ? WHERE version_id = ?"));
    DD_ASSIGN_OR_RETURN(
        insert_, connection_.prepare("INSERT INTO " + table +
                                     " (record, key, valid_from, valid_to, valid_assumed,"
                                     " recorded_in, source, source_row" +
                                     columns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?" + markers + ")"));
    DD_ASSIGN_OR_RETURN(const std::optional<int64_t> last,
                        connection_.integer("SELECT max(record) FROM " + table));
    // A table that is still empty, as at the first import, needs no look-ups.
    empty_ = !last.has_value();
    next_record_ = last.value_or(0) + 1;
    return {};
  }

  // The record with this key, from the batch or the store. A record neither knows has place 0.
  Result<RecordPlace*> find(std::string_view key) {
    const auto [found, added] = places_.try_emplace(key);
    RecordPlace& place = found->second;
    if (!added || empty_) return &place;
    find_->bind(1, key);
    DD_ASSIGN_OR_RETURN(const bool row, find_->step());
    if (row) {
      place.record = find_->int64_at(0);
      place.current_version = find_->int64_at(1);
    }
    find_->reset();
    return &place;
  }

  SqliteConnection& connection_;
  const RecordType& type_;
  std::optional<SqliteStatement> find_;
  std::optional<SqliteStatement> read_;
  std::optional<SqliteStatement> supersede_;
  std::optional<SqliteStatement> insert_;
  bool empty_ = false;
  int64_t next_record_ = 1;
  std::unordered_map<std::string_view, RecordPlace> places_;  // keys belong to the change set
};

class ChangeSetWriter {
 public:
  ChangeSetWriter(SqliteConnection& connection, const Catalogue& catalogue,
                  const ChangeSet& change_set)
      : connection_(connection),
        catalogue_(catalogue),
        change_set_(change_set),
        writers_(catalogue.types.size()) {}

  Result<ApplyOutcome> write() {
    DD_RETURN_IF_ERROR(write_change_set());
    DD_RETURN_IF_ERROR(write_versions());
    DD_RETURN_IF_ERROR(write_coverage());
    DD_RETURN_IF_ERROR(write_parameters());
    DD_RETURN_IF_ERROR(write_packages());
    return outcome_;
  }

 private:
  // The change set is recorded even if nothing in it turns out to be new: that someone took in
  // these lists on that day, and found them as known, is a fact worth keeping.
  Result<void> write_change_set() {
    if (!is_utc_time(change_set_.recorded_at)) {
      return Error{ErrorCode::kBadInput,
                   {"记录时间“" + change_set_.recorded_at + "”不是 YYYY-MM-DDTHH:MM:SSZ 形式的时间",
                    "the recording time \"" + change_set_.recorded_at +
                        "\" is not a time written YYYY-MM-DDTHH:MM:SSZ"},
                   connection_.path(),
                   {"改用 2025-03-24T08:00:00Z 这样的写法", "write it like 2025-03-24T08:00:00Z"}};
    }
    DD_ASSIGN_OR_RETURN(
        SqliteStatement last,
        connection_.prepare("SELECT recorded_at FROM change_set ORDER BY id DESC LIMIT 1"));
    DD_ASSIGN_OR_RETURN(const bool row, last.step());
    if (row && last.text_at(0) > change_set_.recorded_at) {
      const std::string before(last.text_at(0));
      return Error{ErrorCode::kConflict,
                   {"记录时间“" + change_set_.recorded_at + "”早于上一次写入的时间“" + before + "”",
                    "the recording time \"" + change_set_.recorded_at +
                        "\" is before the last one, \"" + before + "\""},
                   connection_.path(),
                   {"检查本机时钟", "check this machine's clock"}};
    }
    last.reset();

    DD_ASSIGN_OR_RETURN(SqliteStatement insert,
                        connection_.prepare("INSERT INTO change_set (recorded_at, author, reason, "
                                            "basis) VALUES (?, ?, ?, ?)"));
    insert.bind(1, change_set_.recorded_at);
    insert.bind(2, change_set_.author);
    insert.bind(3, change_set_.reason);
    insert.bind(4, change_set_.basis);
    DD_RETURN_IF_ERROR(insert.run());
    outcome_.id = connection_.last_insert_id();
    return {};
  }

  Result<void> write_versions() {
    // First every record gets its entity id, so that refs may point forwards and in circles.
    std::vector<const NewVersion*> versions;
    std::vector<TypeWriter*> writers;
    versions.reserve(change_set_.versions.size());
    writers.reserve(change_set_.versions.size());
    for (const NewVersion& version : change_set_.versions) {
      DD_ASSIGN_OR_RETURN(TypeWriter* const writer, writer_of_version(version));
      DD_RETURN_IF_ERROR(check_cells(writer->type(), version));
      DD_ASSIGN_OR_RETURN(const bool first, writer->place(version));
      if (!first) {
        ++outcome_.unchanged;
        continue;
      }
      versions.push_back(&version);
      writers.push_back(writer);
    }
    for (size_t i = 0; i < versions.size(); ++i) {
      DD_RETURN_IF_ERROR(write_version(*writers[i], *versions[i]));
    }
    return {};
  }

  Result<void> write_version(TypeWriter& writer, const NewVersion& version) {
    DD_RETURN_IF_ERROR(store_cells(writer.type(), version));
    const RecordPlace& place = writer.place_in_batch(version);
    if (place.current_version != 0) {
      DD_ASSIGN_OR_RETURN(const bool current, writer.is_current(place, version, values_));
      if (current) {
        ++outcome_.unchanged;
        return {};
      }
      DD_RETURN_IF_ERROR(writer.supersede(place, outcome_.id));
      ++outcome_.changed;
    } else {
      ++outcome_.added;
    }
    DD_ASSIGN_OR_RETURN(const StoredValue source, source_id(version.source));
    return writer.insert(place, version, values_, source, outcome_.id);
  }

  Result<TypeWriter*> writer_of(size_t type_index) {
    std::unique_ptr<TypeWriter>& writer = writers_[type_index];
    if (writer == nullptr) {
      DD_ASSIGN_OR_RETURN(writer, TypeWriter::make(connection_, catalogue_.types[type_index]));
    }
    return writer.get();
  }

  Result<TypeWriter*> writer_of_version(const NewVersion& version) {
    // Versions of one type come in long runs.
    if (last_writer_ != nullptr && last_writer_->type().name == version.type) return last_writer_;
    const std::optional<size_t> index = catalogue_.type_index(version.type);
    if (!index) return bad_version(version, {"的类型没有声明", "has a type nobody declared"}, {});
    DD_ASSIGN_OR_RETURN(last_writer_, writer_of(*index));
    return last_writer_;
  }

  static Result<void> check_cells(const RecordType& type, const NewVersion& version) {
    if (version.key.empty()) {
      return bad_version(version, {"没有主键", "has no key"},
                         {"填写主键各字段", "fill in the fields of the key"});
    }
    if (version.cells.size() != type.fields.size()) {
      return bad_version(version,
                         {"有 " + std::to_string(version.cells.size()) + " 个值，应为 " +
                              std::to_string(type.fields.size()) + " 个",
                          "has " + std::to_string(version.cells.size()) + " values, not " +
                              std::to_string(type.fields.size())},
                         {});
    }
    return {};
  }

  // The version's cells as the columns keep them, into values_.
  Result<void> store_cells(const RecordType& type, const NewVersion& version) {
    values_.clear();
    decimal_texts_.resize(type.fields.size());
    for (size_t i = 0; i < type.fields.size(); ++i) {
      const Field& field = type.fields[i];
      const Cell& cell = version.cells[i];
      if (is_blank(cell)) {
        values_.emplace_back();
        continue;
      }
      if (field.kind == FieldKind::kRef) {
        DD_ASSIGN_OR_RETURN(const StoredValue target, target_of(version, field, cell));
        values_.push_back(target);
        continue;
      }
      const auto* integer = std::get_if<int64_t>(&cell);
      const auto* decimal = std::get_if<Decimal>(&cell);
      const auto* text = std::get_if<std::string>(&cell);
      switch (record::column_kind(field.kind)) {
        case Column::Kind::kInt64:
          if (integer == nullptr) return misfit(version, field);
          values_.emplace_back(*integer);
          break;
        case Column::Kind::kDecimal:
          if (integer == nullptr && decimal == nullptr) return misfit(version, field);
          decimal_texts_[i] = (decimal != nullptr ? *decimal : Decimal(*integer)).to_string();
          values_.emplace_back(std::string_view(decimal_texts_[i]));
          break;
        case Column::Kind::kText:
          if (text == nullptr) return misfit(version, field);
          values_.emplace_back(std::string_view(*text));
          break;
      }
    }
    return {};
  }

  static Error misfit(const NewVersion& version, const Field& field) {
    return bad_version(version,
                       {"的“" + field.name + "”不是该字段应有的一类值",
                        "has a \"" + field.name + "\" of another kind than the field's"},
                       {});
  }

  Result<StoredValue> target_of(const NewVersion& version, const Field& field, const Cell& cell) {
    const auto* key = std::get_if<std::string>(&cell);
    if (key == nullptr) return misfit(version, field);
    if (key->empty()) return StoredValue();
    int64_t target = 0;
    if (const std::optional<size_t> index = catalogue_.type_index(field.ref_type)) {
      DD_ASSIGN_OR_RETURN(TypeWriter* const writer, writer_of(*index));
      DD_ASSIGN_OR_RETURN(target, writer->record_of(*key));
    }
    if (target != 0) return StoredValue(target);
    const std::string target_id = field.ref_type + ":" + record::key_for_display(*key);
    return bad_version(
        version,
        {"的“" + field.name + "”指向不存在的记录“" + target_id + "”",
         "has a \"" + field.name + "\" that means record \"" + target_id +
             "\", which does not exist"},
        {"先导入该记录，或与它同批导入", "take in that record first, or with this one"});
  }

  // The sheet's row in `source`; NULL for what came from no file.
  Result<StoredValue> source_id(const Source& source) {
    if (source.file.empty() && source.sheet.empty()) return StoredValue();
    // Rows of one sheet come in long runs.
    if (last_source_ != nullptr && last_source_->file == source.file &&
        last_source_->sheet == source.sheet) {
      return StoredValue(last_source_id_);
    }
    if (!find_source_) {
      DD_ASSIGN_OR_RETURN(
          find_source_, connection_.prepare("SELECT id FROM source WHERE file = ? AND sheet = ?"));
      DD_ASSIGN_OR_RETURN(insert_source_,
                          connection_.prepare("INSERT INTO source (file, sheet) VALUES (?, ?)"));
    }
    const auto [place, added] = source_ids_.try_emplace({source.file, source.sheet}, 0);
    if (added) {
      find_source_->bind(1, source.file);
      find_source_->bind(2, source.sheet);
      DD_ASSIGN_OR_RETURN(const bool row, find_source_->step());
      if (row) {
        place->second = find_source_->int64_at(0);
        find_source_->reset();
      } else {
        find_source_->reset();
        insert_source_->bind(1, source.file);
        insert_source_->bind(2, source.sheet);
        DD_RETURN_IF_ERROR(insert_source_->run());
        place->second = connection_.last_insert_id();
      }
    }
    last_source_ = &source;
    last_source_id_ = place->second;
    return StoredValue(last_source_id_);
  }

  Result<void> write_coverage() {
    if (change_set_.coverage.empty()) return {};
    DD_ASSIGN_OR_RETURN(SqliteStatement insert,
                        connection_.prepare("INSERT INTO coverage (type, key_names, key_values, "
                                            "recorded_in, source, source_row, open_for) "
                                            "VALUES (?, ?, ?, ?, ?, ?, ?)"));
    for (const Coverage& coverage : change_set_.coverage) {
      const std::optional<size_t> index = catalogue_.type_index(coverage.type);
      if (!index) return bad_coverage(coverage, {"类型没有声明", "nobody declared the type"});
      DD_ASSIGN_OR_RETURN(const TypeWriter* const writer, writer_of(*index));
      const std::vector<std::string>& names = writer->type().absence_keys;
      if (!coverage.key_values.empty() && coverage.key_values.size() != names.size()) {
        return bad_coverage(coverage, {"应给出“" + join(names, "、") + "”的值",
                                       "it must give values for \"" + join(names, ", ") + "\""});
      }
      DD_ASSIGN_OR_RETURN(const StoredValue source, source_id(coverage.source));
      insert.bind(1, coverage.type);
      insert.bind(2, record::key_text(names));
      if (coverage.key_values.empty()) {
        insert.bind_null(3);
      } else {
        insert.bind(3, record::key_text(coverage.key_values));
      }
      insert.bind(4, outcome_.id);
      bind_value(insert, 5, source);
      insert.bind(6, int64_t{coverage.source.row});
      insert.bind(7, coverage.open_for);
      DD_RETURN_IF_ERROR(insert.run());
    }
    return {};
  }

  static Error bad_coverage(const Coverage& coverage, const Text& why) {
    return {ErrorCode::kBadInput,
            {"“" + coverage.type + "”的完整清单无法登记：" + why.zh,
             "the complete list of \"" + coverage.type + "\" cannot be noted: " + why.en},
            place_of(coverage.source),
            {}};
  }

  Result<void> write_parameters() {
    if (change_set_.parameters.empty()) return {};
    DD_ASSIGN_OR_RETURN(
        SqliteStatement insert,
        connection_.prepare("INSERT INTO parameter (package, name, value, valid_from, for_body, "
                            "basis, recorded_in) VALUES (?, ?, ?, ?, ?, ?, ?)"));
    for (const ParameterValue& parameter : change_set_.parameters) {
      insert.bind(1, parameter.package);
      insert.bind(2, parameter.name);
      insert.bind(3, parameter.value);
      insert.bind(4, int64_t{parameter.from.days()});
      insert.bind(5, parameter.for_body);
      insert.bind(6, parameter.basis);
      insert.bind(7, outcome_.id);
      DD_RETURN_IF_ERROR(insert.run());
    }
    return {};
  }

  Result<void> write_packages() {
    if (change_set_.packages.empty()) return {};
    DD_ASSIGN_OR_RETURN(
        SqliteStatement find,
        connection_.prepare("SELECT id FROM package_text WHERE path = ? AND content = ?"));
    DD_ASSIGN_OR_RETURN(
        SqliteStatement insert_text,
        connection_.prepare("INSERT INTO package_text (path, content) VALUES (?, ?)"));
    DD_ASSIGN_OR_RETURN(SqliteStatement insert_file,
                        connection_.prepare("INSERT INTO package_file (recorded_in, package, text) "
                                            "VALUES (?, ?, ?)"));
    std::unordered_set<std::string_view> paths;
    for (const PackageFile& file : change_set_.packages) {
      if (!paths.insert(file.path).second) {
        return Error{ErrorCode::kBadInput,
                     {"同一批政策包中文件路径重复", "a file's path comes twice in the packages"},
                     file.path,
                     {}};
      }
      find.bind(1, file.path);
      find.bind(2, file.content);
      DD_ASSIGN_OR_RETURN(const bool known, find.step());
      int64_t text = known ? find.int64_at(0) : 0;
      find.reset();
      if (!known) {
        insert_text.bind(1, file.path);
        insert_text.bind(2, file.content);
        DD_RETURN_IF_ERROR(insert_text.run());
        text = connection_.last_insert_id();
      }
      insert_file.bind(1, outcome_.id);
      insert_file.bind(2, file.package);
      insert_file.bind(3, text);
      DD_RETURN_IF_ERROR(insert_file.run());
    }
    return {};
  }

  SqliteConnection& connection_;
  const Catalogue& catalogue_;
  const ChangeSet& change_set_;
  ApplyOutcome outcome_;

  std::vector<std::unique_ptr<TypeWriter>> writers_;  // one a type, made when first needed
  TypeWriter* last_writer_ = nullptr;

  // The version at hand.
  std::vector<StoredValue> values_;
  std::vector<std::string> decimal_texts_;

  std::optional<SqliteStatement> find_source_;
  std::optional<SqliteStatement> insert_source_;
  std::map<std::pair<std::string, std::string>, int64_t> source_ids_;
  const Source* last_source_ = nullptr;
  int64_t last_source_id_ = 0;
};

bool two_digits_below(std::string_view text, size_t pos, int bound) {
  const char tens = text[pos];
  const char ones = text[pos + 1];
  if (tens < '0' || tens > '9' || ones < '0' || ones > '9') return false;
  return (tens - '0') * 10 + (ones - '0') < bound;
}

}  // namespace

bool is_utc_time(std::string_view text) {
  return text.size() == 20 && Date::parse_iso(text.substr(0, 10)).has_value() && text[10] == 'T' &&
         two_digits_below(text, 11, 24) && text[13] == ':' && two_digits_below(text, 14, 60) &&
         text[16] == ':' && two_digits_below(text, 17, 60) && text[19] == 'Z';
}

Result<ApplyOutcome> apply_change_set(SqliteConnection& connection, const Catalogue& catalogue,
                                      const ChangeSet& change_set) {
  DD_ASSIGN_OR_RETURN(SqliteTransaction transaction,
                      SqliteTransaction::begin(connection, SqliteTransaction::Mode::kWrite));
  // The writer's statements end before the transaction does.
  DD_ASSIGN_OR_RETURN(ApplyOutcome outcome,
                      ChangeSetWriter(connection, catalogue, change_set).write());
  DD_RETURN_IF_ERROR(transaction.commit());
  return outcome;
}

}  // namespace dandang::store
