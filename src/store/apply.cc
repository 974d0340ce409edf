#include "store/apply.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/date.h"
#include "base/text.h"
#include "store/deletion.h"
#include "store/digest.h"
#include "store/hold.h"
#include "store/schema.h"
#include "store/type_writer.h"
#include "store/withdraw.h"

namespace dandang::store {

namespace {

using record::ApplyOutcome;
using record::Catalogue;
using record::ChangeSet;
using record::Coverage;
using record::Field;
using record::FieldKind;
using record::NewVersion;
using record::PackageFile;
using record::ParameterValue;
using record::RecordType;
using record::Source;
using record::VersionSource;

bool same_content(const NewVersion& a, const NewVersion& b) {
  return a.cells == b.cells && a.valid_from == b.valid_from && a.valid_to == b.valid_to &&
         a.valid_assumed == b.valid_assumed;
}

Error twice(const NewVersion& version, const Text& other) {
  return bad_version(
      version,
      {"在同一批中出现两次而内容不同（另一处：" + other.zh + "）",
       "comes twice in one change set with different content (also at " + other.en + ")"},
      {"只保留正确的一条", "keep the right one only"});
}

// A record that was referred to before it came; the error if it never does.
struct Promise {
  int64_t record = 0;
  Error broken;
};

// The versions of one type in a batch, and what becomes of them.
struct TypeBatch {
  TypeWriter* writer = nullptr;
  std::vector<const NewVersion*> versions;
  std::vector<PlacedVersion> rows;
};

class ChangeSetWriter {
 public:
  ChangeSetWriter(SqlConnection& connection, const Catalogue& catalogue,
                  const ChangeSet& change_set, const VersionSource& source, LeafWriter* leaf)
      : connection_(connection),
        dialect_(connection.dialect()),
        catalogue_(catalogue),
        change_set_(change_set),
        source_(source),
        leaf_(leaf),
        writers_(catalogue.types.size()),
        promises_(catalogue.types.size()) {}

  Result<ApplyOutcome> write() {
    DD_ASSIGN_OR_RETURN(const bool written_before, find_written_before());
    if (written_before) return repeated();
    if (leaf_ != nullptr) DD_RETURN_IF_ERROR(leaf_->begin(connection_));
    DD_RETURN_IF_ERROR(write_header());
    DD_RETURN_IF_ERROR(each_batch([&](const auto& versions) { return write_batch(versions); }));
    DD_RETURN_IF_ERROR(check_promises());
    DD_RETURN_IF_ERROR(write_coverage());
    DD_RETURN_IF_ERROR(write_parameters());
    DD_RETURN_IF_ERROR(write_packages());
    if (change_set_.undoes != 0) {
      DD_RETURN_IF_ERROR(end_what_it_set(connection_, change_set_.undoes, outcome_.id));
    }
    DD_RETURN_IF_ERROR(withdraw());
    DD_RETURN_IF_ERROR(write_holds(connection_, change_set_, outcome_.id));
    DD_ASSIGN_OR_RETURN(outcome_.deleted,
                        delete_records(connection_, catalogue_, change_set_, outcome_.id));
    DD_RETURN_IF_ERROR(write_outcome());
    if (leaf_ != nullptr) DD_RETURN_IF_ERROR(leaf_->finish(connection_, change_set_, outcome_));
    return outcome_;
  }

 private:
  // The change set's own versions, then those of the source.
  template <typename Use>
  Result<void> each_batch(const Use& use) {
    DD_RETURN_IF_ERROR(use(change_set_.versions));
    while (source_) {
      DD_ASSIGN_OR_RETURN(const std::vector<NewVersion> batch, source_());
      if (batch.empty()) break;
      DD_RETURN_IF_ERROR(use(batch));
    }
    return {};
  }

  Result<void> check_idempotency_key() const {
    if (change_set_.idempotency_key.size() <= record::kMaxIdempotencyKey) return {};
    const std::string most = std::to_string(record::kMaxIdempotencyKey);
    return Error{
        ErrorCode::kLimit,
        {"幂等键超过 " + most + " 字节", "the idempotency key is longer than " + most + " bytes"},
        connection_.place(),
        {"改用较短的键", "choose a shorter one"}};
  }

  // Reads what came of the change set that was written under this key, if one was.
  Result<bool> find_written_before() {
    if (change_set_.idempotency_key.empty()) return false;
    DD_RETURN_IF_ERROR(check_idempotency_key());
    digest_.emplace();
    add_to_digest(*digest_, change_set_);
    DD_ASSIGN_OR_RETURN(const auto find, connection_.prepare(dialect_.expand(
                                             "SELECT id, content_digest, added, changed, unchanged,"
                                             " withdrawn FROM change_set"
                                             " WHERE @here idempotency_key = $1"
                                             " AND idempotency_key <> ''")));
    find->bind(1, change_set_.idempotency_key);
    DD_ASSIGN_OR_RETURN(const bool row, find->step());
    if (!row) return false;
    outcome_.id = find->int64_at(0);
    digest_before_ = find->text_at(1);
    outcome_.added = static_cast<size_t>(find->int64_at(2));
    outcome_.changed = static_cast<size_t>(find->int64_at(3));
    outcome_.unchanged = static_cast<size_t>(find->int64_at(4));
    outcome_.withdrawn = static_cast<size_t>(find->int64_at(5));
    outcome_.repeated = true;
    return true;
  }

  Result<ApplyOutcome> repeated() {
    DD_RETURN_IF_ERROR(each_batch([&](const std::vector<NewVersion>& versions) -> Result<void> {
      for (const NewVersion& version : versions) add_to_digest(*digest_, version);
      return {};
    }));
    if (digest_->hex() == digest_before_) return outcome_;
    const std::string id = std::to_string(outcome_.id);
    return Error{ErrorCode::kConflict,
                 {"幂等键“" + change_set_.idempotency_key + "”已用于内容不同的第 " + id + " 次写入",
                  "the idempotency key \"" + change_set_.idempotency_key +
                      "\" was used for change set " + id + ", which has other content"},
                 connection_.place(),
                 {"换一个键，或照原样重发", "choose another key, or send what was sent before"}};
  }

  // The change set is recorded even if nothing in it turns out to be new: that someone took in
  // these lists on that day, and found them as known, is a fact worth keeping.
  Result<void> write_header() {
    if (!is_utc_time(change_set_.recorded_at)) {
      return Error{ErrorCode::kBadInput,
                   {"记录时间“" + change_set_.recorded_at + "”不是 YYYY-MM-DDTHH:MM:SSZ 形式的时间",
                    "the recording time \"" + change_set_.recorded_at +
                        "\" is not a time written YYYY-MM-DDTHH:MM:SSZ"},
                   connection_.place(),
                   {"改用 2025-03-24T08:00:00Z 这样的写法", "write it like 2025-03-24T08:00:00Z"}};
    }
    DD_ASSIGN_OR_RETURN(
        const auto last,
        connection_.prepare(dialect_.expand(
            "SELECT id, recorded_at FROM change_set WHERE @here 1 = 1 ORDER BY id DESC LIMIT 1")));
    DD_ASSIGN_OR_RETURN(const bool row, last->step());
    if (row && last->text_at(1) > change_set_.recorded_at) {
      const std::string before(last->text_at(1));
      return Error{ErrorCode::kConflict,
                   {"记录时间“" + change_set_.recorded_at + "”早于上一次写入的时间“" + before + "”",
                    "the recording time \"" + change_set_.recorded_at +
                        "\" is before the last one, \"" + before + "\""},
                   connection_.place(),
                   {"检查本机时钟", "check this machine's clock"}};
    }
    outcome_.id = (row ? last->int64_at(0) : 0) + 1;
    last->reset();

    DD_ASSIGN_OR_RETURN(
        const auto insert,
        connection_.prepare("INSERT INTO change_set (id, recorded_at, author, reason, basis, "
                            "idempotency_key) VALUES ($1, $2, $3, $4, $5, $6)"));
    insert->bind(1, outcome_.id);
    insert->bind(2, change_set_.recorded_at);
    insert->bind(3, change_set_.author);
    insert->bind(4, change_set_.reason);
    insert->bind(5, change_set_.basis);
    insert->bind(6, change_set_.idempotency_key);
    return insert->run();
  }

  Result<void> write_outcome() {
    DD_ASSIGN_OR_RETURN(
        const auto update,
        connection_.prepare(dialect_.expand("UPDATE change_set SET added = $1, changed = $2,"
                                            " unchanged = $3, withdrawn = $4, content_digest = $5"
                                            " WHERE @here id = $6")));
    update->bind(1, static_cast<int64_t>(outcome_.added));
    update->bind(2, static_cast<int64_t>(outcome_.changed));
    update->bind(3, static_cast<int64_t>(outcome_.unchanged));
    update->bind(4, static_cast<int64_t>(outcome_.withdrawn));
    update->bind(5, std::string_view(digest_ ? digest_->hex() : ""));
    update->bind(6, outcome_.id);
    return update->run();
  }

  // In whole steps, each one question to the database: where the versions' records stand, where the
  // targets of their refs stand, which versions are new; then the rows.
  Result<void> write_batch(const std::vector<NewVersion>& versions) {
    if (versions.empty()) return {};
    for (const auto& writer : writers_) {
      if (writer != nullptr) writer->start_batch();
    }
    DD_RETURN_IF_ERROR(sort_by_type(versions));
    DD_RETURN_IF_ERROR(look_up_asked());
    for (TypeBatch& batch : batches_) DD_RETURN_IF_ERROR(place_records(batch));
    for (TypeBatch& batch : batches_) DD_RETURN_IF_ERROR(ask_for_targets(batch));
    DD_RETURN_IF_ERROR(look_up_asked());
    for (TypeBatch& batch : batches_) DD_RETURN_IF_ERROR(write_rows(batch));
    return {};
  }

  Result<void> sort_by_type(const std::vector<NewVersion>& versions) {
    batches_.clear();
    TypeBatch* last = nullptr;  // versions of one type come in long runs
    std::vector<size_t> places(catalogue_.types.size(), SIZE_MAX);
    for (const NewVersion& version : versions) {
      if (digest_) add_to_digest(*digest_, version);
      if (last == nullptr || last->writer->type().name != version.type) {
        const std::optional<size_t> index = catalogue_.type_index(version.type);
        if (!index)
          return bad_version(version, {"的类型没有声明", "has a type nobody declared"}, {});
        if (places[*index] == SIZE_MAX) {
          places[*index] = batches_.size();
          DD_ASSIGN_OR_RETURN(TypeWriter* const writer, writer_of(*index));
          batches_.push_back({writer, {}, {}});
        }
        last = &batches_[places[*index]];
      }
      DD_RETURN_IF_ERROR(check_cells(last->writer->type(), version));
      last->versions.push_back(&version);
      last->writer->ask_for(version.key);
    }
    return {};
  }

  Result<void> look_up_asked() {
    for (const auto& writer : writers_) {
      if (writer != nullptr) DD_RETURN_IF_ERROR(writer->look_up_asked());
    }
    return {};
  }

  // Every record of the batch gets its entity id before any ref is followed, so that refs may point
  // forwards and in circles.
  Result<void> place_records(TypeBatch& batch) {
    for (const NewVersion* version : batch.versions) {
      RecordPlace& place = batch.writer->place(version->key);
      if (place.in_batch != nullptr) {
        if (!same_content(*place.in_batch, *version)) {
          const std::string other = place_of(place.in_batch->source);
          return twice(*version, {other, other});
        }
        ++outcome_.unchanged;
        continue;
      }
      if (version->based_on && place.recorded_in != outcome_.id) {
        DD_RETURN_IF_ERROR(check_based_on(connection_, version->type, version->key,
                                          *version->based_on, place.recorded_in));
      }
      place.in_batch = version;
      if (place.record == 0) place.record = entity_of(*batch.writer, version->key, place);
      batch.rows.push_back({version, place.record, place.version, 0});
    }
    return {};
  }

  size_t index_of(const TypeWriter& writer) const {
    return static_cast<size_t>(&writer.type() - catalogue_.types.data());
  }

  int64_t entity_of(TypeWriter& writer, const std::string& key, const RecordPlace& place) {
    auto& promised = promises_[index_of(writer)];
    if (const auto found = promised.find(key); found != promised.end()) {
      const int64_t record = found->second.record;
      promised.erase(found);
      return record;
    }
    return place.former_record != 0 ? place.former_record : writer.new_record();
  }

  Result<void> ask_for_targets(const TypeBatch& batch) {
    const std::vector<Field>& fields = batch.writer->type().fields;
    for (size_t f = 0; f < fields.size(); ++f) {
      if (fields[f].kind != FieldKind::kRef) continue;
      const std::optional<size_t> index = catalogue_.type_index(fields[f].ref_type);
      for (const PlacedVersion& row : batch.rows) {
        const auto* key = std::get_if<std::string>(&row.version->cells[f]);
        if (key == nullptr || key->empty()) continue;
        if (!index) return no_target(*row.version, fields[f], *key);
        DD_ASSIGN_OR_RETURN(TypeWriter* const target, writer_of(*index));
        target->ask_for(*key);
      }
    }
    return {};
  }

  Result<void> write_rows(TypeBatch& batch) {
    std::vector<PlacedVersion>& rows = batch.rows;
    DD_RETURN_IF_ERROR(drop_unchanged(batch));
    if (rows.empty()) return {};
    std::vector<int64_t> superseded;
    for (PlacedVersion& row : rows) {
      if (row.current != 0) superseded.push_back(row.current);
      DD_ASSIGN_OR_RETURN(row.source, source_id(row.version->source));
    }
    outcome_.changed += superseded.size();
    outcome_.added += rows.size() - superseded.size();
    DD_RETURN_IF_ERROR(batch.writer->supersede(superseded, outcome_.id));
    DD_RETURN_IF_ERROR(batch.writer->start_rows());
    for (const PlacedVersion& row : rows) {
      DD_RETURN_IF_ERROR(store_cells(*batch.writer, *row.version));
      Seal seal;
      if (leaf_ != nullptr) {
        DD_ASSIGN_OR_RETURN(
            seal, leaf_->seal({&batch.writer->type(), row.version, batch.writer->next_version(),
                               row.record, row.current, row.source != 0, outcome_.id, &values_}));
      }
      DD_RETURN_IF_ERROR(batch.writer->put_row(row, values_, seal, outcome_.id));
    }
    return batch.writer->finish_rows();
  }

  // Takes out the versions equal to the ones that are current.
  Result<void> drop_unchanged(TypeBatch& batch) {
    std::vector<PlacedVersion> known;
    for (const PlacedVersion& row : batch.rows) {
      if (row.current != 0) known.push_back(row);
    }
    if (known.empty()) return {};
    std::unordered_set<const NewVersion*> unchanged;
    const auto compare = [&](size_t place, const SqlRow& row) -> Result<void> {
      const NewVersion& version = *known[place].version;
      DD_RETURN_IF_ERROR(store_cells(*batch.writer, version));
      if (is_current(row, version)) {
        unchanged.insert(&version);
      } else if (batch.writer->place(version.key).recorded_in == outcome_.id) {
        return twice(version, {"前面一批", "an earlier batch"});
      }
      return {};
    };
    DD_RETURN_IF_ERROR(batch.writer->read_current(known, compare));
    outcome_.unchanged += unchanged.size();
    std::erase_if(batch.rows,
                  [&](const PlacedVersion& row) { return unchanged.contains(row.version); });
    return {};
  }

  bool is_current(const SqlRow& row, const NewVersion& version) const {
    if (!holds(row, 0, stored_day(version.valid_from)) ||
        !holds(row, 1, stored_day(version.valid_to)) ||
        (row.int64_at(2) != 0) != version.valid_assumed) {
      return false;
    }
    for (size_t i = 0; i < values_.size(); ++i) {
      if (!holds(row, static_cast<int>(i) + 3, values_[i])) return false;
    }
    return true;
  }

  Result<TypeWriter*> writer_of(size_t type_index) {
    std::unique_ptr<TypeWriter>& writer = writers_[type_index];
    if (writer == nullptr) {
      DD_ASSIGN_OR_RETURN(writer, TypeWriter::make(connection_, catalogue_.types[type_index]));
    }
    return writer.get();
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
  Result<void> store_cells(TypeWriter& writer, const NewVersion& version) {
    const RecordType& type = writer.type();
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
    const std::optional<size_t> index = catalogue_.type_index(field.ref_type);
    TypeWriter& writer = *writers_[*index];
    const RecordPlace& place = writer.place(*key);
    if (place.record != 0) return StoredValue(place.record);
    return promised(writer, place, version, field, *key);
  }

  // The entity of a record that may come in a later batch.
  Result<StoredValue> promised(TypeWriter& writer, const RecordPlace& place,
                               const NewVersion& version, const Field& field,
                               const std::string& key) {
    auto& promises = promises_[index_of(writer)];
    const auto [promise, added] = promises.try_emplace(key);
    if (added) {
      if (promises.size() > record::kMaxForwardRefs) {
        return bad_version(
            version,
            {"之前已有太多指向后文的引用", "comes after too many refs to records not yet given"},
            {"把被引用的记录放在前面", "give the records referred to first"});
      }
      promise->second.record = place.former_record != 0 ? place.former_record : writer.new_record();
      promise->second.broken = no_target(version, field, key);
    }
    return StoredValue(promise->second.record);
  }

  static Error no_target(const NewVersion& version, const Field& field, const std::string& key) {
    const std::string target_id = field.ref_type + ":" + record::key_for_display(key);
    return bad_version(
        version,
        {"的“" + field.name + "”指向不存在的记录“" + target_id + "”",
         "has a \"" + field.name + "\" that means record \"" + target_id +
             "\", which does not exist"},
        {"先导入该记录，或与它同批导入", "take in that record first, or with this one"});
  }

  // Tells the first ref that was never kept.
  Result<void> check_promises() const {
    for (const auto& promises : promises_) {
      const auto first = std::min_element(
          promises.begin(), promises.end(),
          [](const auto& a, const auto& b) { return a.second.record < b.second.record; });
      if (first != promises.end()) return first->second.broken;
    }
    return {};
  }

  // The sheet's id in `source`; 0 for what came from no file.
  Result<int64_t> source_id(const Source& source) {
    if (source.file.empty() && source.sheet.empty()) return 0;
    // Rows of one sheet come in long runs.
    if (last_source_ && last_source_->first.first == source.file &&
        last_source_->first.second == source.sheet) {
      return last_source_->second;
    }
    const auto [place, added] = source_ids_.try_emplace({source.file, source.sheet}, 0);
    if (added) {
      DD_ASSIGN_OR_RETURN(place->second, find_or_insert_source(source));
    }
    last_source_ = *place;
    return place->second;
  }

  Result<int64_t> find_or_insert_source(const Source& source) {
    DD_ASSIGN_OR_RETURN(const auto find,
                        connection_.prepare(dialect_.expand(
                            "SELECT id FROM source WHERE @here file = $1 AND sheet = $2")));
    find->bind(1, source.file);
    find->bind(2, source.sheet);
    DD_ASSIGN_OR_RETURN(const bool row, find->step());
    if (row) return find->int64_at(0);
    DD_ASSIGN_OR_RETURN(const int64_t id, next_id(connection_, "source"));
    DD_ASSIGN_OR_RETURN(
        const auto insert,
        connection_.prepare("INSERT INTO source (id, file, sheet) VALUES ($1, $2, $3)"));
    insert->bind(1, id);
    insert->bind(2, source.file);
    insert->bind(3, source.sheet);
    DD_RETURN_IF_ERROR(insert->run());
    return id;
  }

  Result<void> write_coverage() {
    if (change_set_.coverage.empty()) return {};
    DD_ASSIGN_OR_RETURN(const auto insert,
                        connection_.prepare("INSERT INTO coverage (id, type, key_names, "
                                            "key_values, recorded_in, source, source_row, "
                                            "open_for) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"));
    DD_ASSIGN_OR_RETURN(int64_t id, next_id(connection_, "coverage"));
    for (const Coverage& coverage : change_set_.coverage) {
      const std::optional<size_t> index = catalogue_.type_index(coverage.type);
      if (!index) return bad_coverage(coverage, {"类型没有声明", "nobody declared the type"});
      DD_ASSIGN_OR_RETURN(const TypeWriter* const writer, writer_of(*index));
      const std::vector<std::string>& names = writer->type().absence_keys;
      if (!coverage.key_values.empty() && coverage.key_values.size() != names.size()) {
        return bad_coverage(coverage, {"应给出“" + join(names, "、") + "”的值",
                                       "it must give values for \"" + join(names, ", ") + "\""});
      }
      DD_ASSIGN_OR_RETURN(const int64_t source, source_id(coverage.source));
      insert->bind(1, id++);
      insert->bind(2, coverage.type);
      insert->bind(3, record::key_text(names));
      if (coverage.key_values.empty()) {
        insert->bind_null(4);
      } else {
        insert->bind(4, record::key_text(coverage.key_values));
      }
      insert->bind(5, outcome_.id);
      if (source == 0) {
        insert->bind_null(6);
      } else {
        insert->bind(6, source);
      }
      insert->bind(7, int64_t{coverage.source.row});
      insert->bind(8, coverage.open_for);
      DD_RETURN_IF_ERROR(insert->run());
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
        const auto insert,
        connection_.prepare("INSERT INTO parameter (id, package, name, value, valid_from, "
                            "for_body, basis, recorded_in) "
                            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"));
    DD_ASSIGN_OR_RETURN(int64_t id, next_id(connection_, "parameter"));
    for (const ParameterValue& parameter : change_set_.parameters) {
      insert->bind(1, id++);
      insert->bind(2, parameter.package);
      insert->bind(3, parameter.name);
      insert->bind(4, parameter.value);
      insert->bind(5, int64_t{parameter.from.days()});
      insert->bind(6, parameter.for_body);
      insert->bind(7, parameter.basis);
      insert->bind(8, outcome_.id);
      DD_RETURN_IF_ERROR(insert->run());
    }
    return {};
  }

  Result<void> write_packages() {
    if (change_set_.packages.empty()) return {};
    DD_ASSIGN_OR_RETURN(const auto find,
                        connection_.prepare(dialect_.expand(
                            "SELECT id FROM package_text WHERE @here path = $1 AND content = $2")));
    DD_ASSIGN_OR_RETURN(
        const auto insert_text,
        connection_.prepare("INSERT INTO package_text (id, path, content) VALUES ($1, $2, $3)"));
    DD_ASSIGN_OR_RETURN(const auto insert_file,
                        connection_.prepare("INSERT INTO package_file (recorded_in, package, text) "
                                            "VALUES ($1, $2, $3)"));
    DD_ASSIGN_OR_RETURN(int64_t next_text, next_id(connection_, "package_text"));
    std::unordered_set<std::string_view> paths;
    for (const PackageFile& file : change_set_.packages) {
      if (!paths.insert(file.path).second) {
        return Error{ErrorCode::kBadInput,
                     {"同一批政策包中文件路径重复", "a file's path comes twice in the packages"},
                     file.path,
                     {}};
      }
      find->bind(1, file.path);
      find->bind(2, file.content);
      DD_ASSIGN_OR_RETURN(const bool known, find->step());
      const int64_t text = known ? find->int64_at(0) : next_text++;
      find->reset();
      if (!known) {
        insert_text->bind(1, text);
        insert_text->bind(2, file.path);
        insert_text->bind(3, file.content);
        DD_RETURN_IF_ERROR(insert_text->run());
      }
      insert_file->bind(1, outcome_.id);
      insert_file->bind(2, file.package);
      insert_file->bind(3, text);
      DD_RETURN_IF_ERROR(insert_file->run());
    }
    return {};
  }

  Result<void> withdraw() {
    if (change_set_.withdrawals.empty()) return {};
    outcome_.withdrawn = change_set_.withdrawals.size();
    return withdraw_records(connection_, change_set_.withdrawals, outcome_.id);
  }

  SqlConnection& connection_;
  const Dialect& dialect_;
  const Catalogue& catalogue_;
  const ChangeSet& change_set_;
  const VersionSource& source_;
  LeafWriter* leaf_;
  ApplyOutcome outcome_;
  std::optional<Sha256> digest_;  // only where there is an idempotency key
  std::string digest_before_;

  std::vector<std::unique_ptr<TypeWriter>> writers_;  // one a type, made when first needed
  std::vector<std::unordered_map<std::string, Promise>> promises_;  // [type] by key
  std::vector<TypeBatch> batches_;

  // The version at hand.
  std::vector<StoredValue> values_;
  std::vector<std::string> decimal_texts_;

  using SheetName = std::pair<std::string, std::string>;
  std::map<SheetName, int64_t> source_ids_;
  std::optional<std::pair<SheetName, int64_t>> last_source_;
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

Result<ApplyOutcome> write_change_set(SqlConnection& connection, const Catalogue& catalogue,
                                      const ChangeSet& change_set, const VersionSource& source,
                                      LeafWriter* leaf) {
  return ChangeSetWriter(connection, catalogue, change_set, source, leaf).write();
}

}  // namespace dandang::store
