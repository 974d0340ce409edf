#include "store/record_names.h"

#include <optional>

#include "record/change_set.h"
#include "store/schema.h"

namespace dandang::store {

Result<std::vector<int64_t>> find_records(SqlConnection& connection, const std::string& type,
                                          const std::vector<std::string>& keys) {
  std::vector<int64_t> records(keys.size(), 0);
  DD_ASSIGN_OR_RETURN(const std::optional<StoredType> stored, stored_type(connection, type));
  if (!stored) return records;
  std::vector<std::string_view> sought(keys.begin(), keys.end());
  const std::string table = record_table(connection.dialect(), type);
  const auto found = [&](size_t place, const SqlRow& row) -> Result<void> {
    records[place] = row.int64_at(0);
    return {};
  };
  DD_RETURN_IF_ERROR(
      connection.look_up({table, "record", "key", "superseded_in IS NULL"}, sought, found));
  std::vector<size_t> places;
  sought.clear();
  for (size_t i = 0; i < keys.size(); ++i) {
    if (records[i] != 0) continue;
    places.push_back(i);
    sought.emplace_back(keys[i]);
  }
  DD_RETURN_IF_ERROR(connection.look_up(
      {"withdrawal", "record", "key", "type = " + literal(type)}, sought,
      [&](size_t place, const SqlRow& row) { return found(places[place], row); }));
  return records;
}

Result<std::vector<std::string>> find_keys(SqlConnection& connection, const std::string& type,
                                           const std::vector<int64_t>& records) {
  std::vector<std::string> keys(records.size());
  DD_ASSIGN_OR_RETURN(const std::optional<StoredType> stored, stored_type(connection, type));
  if (!stored) return keys;
  DD_RETURN_IF_ERROR(
      connection.look_up({record_table(connection.dialect(), type), "key", "record", ""}, records,
                         [&](size_t place, const SqlRow& row) -> Result<void> {
                           keys[place] = row.text_at(0);
                           return {};
                         }));
  return keys;
}

Result<std::vector<RefField>> ref_fields(SqlConnection& connection) {
  DD_ASSIGN_OR_RETURN(const auto find, connection.prepare(connection.dialect().expand(
                                           "SELECT type, name, ref_type FROM record_field"
                                           " WHERE @here form = 'ref' ORDER BY type, name")));
  std::vector<RefField> out;
  while (true) {
    DD_ASSIGN_OR_RETURN(const bool row, find->step());
    if (!row) return out;
    out.push_back({std::string(find->text_at(0)), std::string(find->text_at(1)),
                   std::string(find->text_at(2))});
  }
}

std::string shown_id(const std::string& type, const std::string& key) {
  return type + ":" + record::key_for_display(key);
}

}  // namespace dandang::store
