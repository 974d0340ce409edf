#include "store/type_writer.h"

#include <algorithm>
#include <utility>

#include "store/deletion.h"
#include "store/schema.h"

namespace dandang::store {

using record::ChangeSetId;
using record::Field;
using record::NewVersion;
using record::RecordType;
using record::Source;

namespace {

void put_value(SqlBulk& bulk, const StoredValue& value) {
  if (const auto* integer = std::get_if<int64_t>(&value)) {
    bulk.put(*integer);
  } else if (const auto* text = std::get_if<std::string_view>(&value)) {
    bulk.put(*text);
  } else {
    bulk.put_null();
  }
}

void put_seal(SqlBulk& bulk, const std::string& bytes) {
  if (bytes.empty()) {
    bulk.put_null();
  } else {
    bulk.put_bytes(bytes);
  }
}

}  // namespace

std::string place_of(const Source& source) {
  std::string out = source.file;
  if (!source.sheet.empty()) out += (out.empty() ? "" : ":") + source.sheet;
  if (source.row > 0) out += (out.empty() ? "" : ":") + std::to_string(source.row);
  return out;
}

Error bad_version(const NewVersion& version, const Text& what, Text hint) {
  const std::string id = version.type + ":" + record::key_for_display(version.key);
  return {ErrorCode::kBadInput,
          {"记录“" + id + "”" + what.zh, "record \"" + id + "\" " + what.en},
          place_of(version.source),
          std::move(hint)};
}

StoredValue stored_day(const std::optional<Date>& day) {
  if (!day) return {};
  return int64_t{day->days()};
}

bool holds(const SqlRow& row, int column, const StoredValue& value) {
  if (row.is_null(column)) return std::holds_alternative<std::monostate>(value);
  if (const auto* integer = std::get_if<int64_t>(&value)) return row.int64_at(column) == *integer;
  if (const auto* text = std::get_if<std::string_view>(&value)) {
    return row.text_at(column) == *text;
  }
  return false;
}

TypeWriter::TypeWriter(SqlConnection& connection, const RecordType& type)
    : connection_(connection), type_(type), table_(record_table(connection.dialect(), type.name)) {}

Result<std::unique_ptr<TypeWriter>> TypeWriter::make(SqlConnection& connection,
                                                     const RecordType& type) {
  std::unique_ptr<TypeWriter> writer(new TypeWriter(connection, type));
  DD_RETURN_IF_ERROR(writer->check_defined());
  DD_RETURN_IF_ERROR(writer->prepare());
  return writer;
}

Result<void> TypeWriter::check_defined() {
  DD_ASSIGN_OR_RETURN(const std::optional<StoredType> stored, stored_type(connection_, type_.name));
  if (!stored) return not_defined(type_.name);
  for (const Field& field : type_.fields) {
    const auto known = stored->fields.find(field.name);
    if (known == stored->fields.end()) return not_defined(type_.name + "." + field.name);
    DD_RETURN_IF_ERROR(check_form(type_, field, known->second));
  }
  return {};
}

Error TypeWriter::not_defined(const std::string& name) const {
  return {ErrorCode::kConflict,
          {"数据库中还没有“" + name + "”的表或列",
           "the store has no table or column for \"" + name + "\" yet"},
          connection_.place(),
          {"先发布声明它的政策包", "publish the package that declares it first"}};
}

Result<void> TypeWriter::prepare() {
  const Dialect& dialect = connection_.dialect();
  row_columns_ = {"version_id",  "record", "key",        "valid_from", "valid_to",  "valid_assumed",
                  "recorded_in", "source", "source_row", "salt",       "commitment"};
  for (const Field& field : type_.fields) {
    row_columns_.push_back(field_column(dialect, field.name));
    columns_ += ", " + row_columns_.back();
  }
  const auto largest = [&](const std::string& column) {
    return connection_.integer("SELECT max(" + column + ") FROM " + table_ +
                               dialect.expand(" WHERE @here 1 = 1"));
  };
  DD_ASSIGN_OR_RETURN(const std::optional<int64_t> version, largest("version_id"));
  DD_ASSIGN_OR_RETURN(const std::optional<int64_t> record, largest("record"));
  // A table that is still empty, as at the first import, needs no look-ups.
  empty_ = !version.has_value();
  // Numbers of deleted versions and records are not given again.
  const auto largest_deleted = [&](const std::string& column) {
    return connection_.integer("SELECT max(" + column + ") FROM deletion" +
                               dialect.expand(" WHERE @here entry_table = ") +
                               literal(version_entries(type_.name)));
  };
  DD_ASSIGN_OR_RETURN(const std::optional<int64_t> gone_version, largest_deleted("entry"));
  DD_ASSIGN_OR_RETURN(const std::optional<int64_t> gone_record, largest_deleted("record"));
  next_version_ = std::max(version.value_or(0), gone_version.value_or(0)) + 1;
  next_record_ = std::max(record.value_or(0), gone_record.value_or(0)) + 1;

  DD_ASSIGN_OR_RETURN(const auto withdrawn,
                      connection_.prepare(dialect.expand(
                          "SELECT 1 FROM withdrawal WHERE @here type = $1 LIMIT 1")));
  withdrawn->bind(1, type_.name);
  DD_ASSIGN_OR_RETURN(has_withdrawn_, withdrawn->step());
  return {};
}

void TypeWriter::start_batch() {
  places_.clear();
  asked_.clear();
}

void TypeWriter::ask_for(std::string_view key) {
  if (places_.try_emplace(key).second && !empty_) asked_.push_back(key);
}

Result<void> TypeWriter::look_up_asked() {
  if (asked_.empty()) return {};
  const SqlLookup lookup{table_, "record, version_id, recorded_in", "key", "superseded_in IS NULL"};
  const auto found = [&](size_t asked, const SqlRow& row) -> Result<void> {
    RecordPlace& at = place(asked_[asked]);
    at.record = row.int64_at(0);
    at.version = row.int64_at(1);
    at.recorded_in = row.int64_at(2);
    return {};
  };
  DD_RETURN_IF_ERROR(connection_.look_up(lookup, asked_, found));
  if (has_withdrawn_) DD_RETURN_IF_ERROR(look_up_withdrawn());
  asked_.clear();
  return {};
}

// A record that was withdrawn keeps its entity id for the day it is taken in again.
Result<void> TypeWriter::look_up_withdrawn() {
  std::vector<std::string_view> unknown;
  for (const std::string_view key : asked_) {
    if (place(key).version == 0) unknown.push_back(key);
  }
  const SqlLookup lookup{"withdrawal", "record", "key", "type = " + literal(type_.name)};
  return connection_.look_up(lookup, unknown, [&](size_t asked, const SqlRow& row) -> Result<void> {
    place(unknown[asked]).former_record = row.int64_at(0);
    return {};
  });
}

RecordPlace& TypeWriter::place(std::string_view key) {
  const auto found = places_.find(key);
  DD_VERIFY(found != places_.end());
  return found->second;
}

Result<void> TypeWriter::read_current(const std::vector<PlacedVersion>& versions,
                                      const SqlVisitor& visit) {
  std::vector<int64_t> ids;
  ids.reserve(versions.size());
  for (const PlacedVersion& placed : versions) ids.push_back(placed.current);
  const SqlLookup lookup{table_, "valid_from, valid_to, valid_assumed" + columns_, "version_id",
                         ""};
  return connection_.look_up(lookup, ids, visit);
}

Result<void> TypeWriter::supersede(const std::vector<int64_t>& versions, ChangeSetId change_set) {
  return connection_.update_all(table_, "superseded_in", change_set, "version_id", versions);
}

Result<void> TypeWriter::start_rows() {
  DD_ASSIGN_OR_RETURN(bulk_, connection_.bulk(table_, row_columns_));
  return {};
}

Result<void> TypeWriter::put_row(const PlacedVersion& placed,
                                 const std::vector<StoredValue>& values, const Seal& seal,
                                 ChangeSetId change_set) {
  const NewVersion& version = *placed.version;
  SqlBulk& bulk = *bulk_;
  bulk.put(next_version_++);
  bulk.put(placed.record);
  bulk.put(std::string_view(version.key));
  put_value(bulk, stored_day(version.valid_from));
  put_value(bulk, stored_day(version.valid_to));
  bulk.put(int64_t{version.valid_assumed ? 1 : 0});
  bulk.put(change_set);
  if (placed.source != 0) {
    bulk.put(placed.source);
  } else {
    bulk.put_null();
  }
  bulk.put(int64_t{version.source.row});
  put_seal(bulk, seal.salt);
  put_seal(bulk, seal.commitment);
  for (const StoredValue& value : values) put_value(bulk, value);
  return bulk.end_row();
}

Result<void> TypeWriter::finish_rows() {
  DD_RETURN_IF_ERROR(bulk_->finish());
  bulk_.reset();
  empty_ = false;
  return {};
}

}  // namespace dandang::store
