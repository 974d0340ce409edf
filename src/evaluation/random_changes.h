#pragma once

#include <algorithm>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "policy/package.h"
#include "record/amendment.h"

// What tests of the kept evaluation share: random changes of any records, as an office makes them.
namespace dandang::evaluation {

class RandomChanges {
 public:
  RandomChanges(const policy::PolicySet& set, Date as_of, uint64_t seed)
      : set_(set), as_of_(as_of), engine_(seed) {}

  // Mostly one change; sometimes a few at once. It may be refused: a record may be referred to.
  record::ChangeSet make(const record::Dataset& data) {
    record::ChangeSet out;
    written_.clear();
    words_.clear();
    for (size_t i = one_in(4) ? 3 : 1; i > 0; --i) add(data, out);
    return out;
  }
  // The last change in words.
  const std::string& words() const { return words_; }

 private:
  using Version = record::NewVersion;

  size_t below(size_t n) { return static_cast<size_t>(engine_() % n); }
  bool one_in(size_t n) { return below(n) == 0; }

  void add(const record::Dataset& data, record::ChangeSet& out) {
    switch (below(12)) {
      case 0:
        return set_parameter(out);
      case 1:
        return cover(data, out);
      case 2:
        return withdraw(data, out);
      case 3:
        return put_back(out);
      case 4:
      case 5:
        return add_record(data, out);
      default:
        return change_record(data, out);
    }
  }

  // A type that has records; no value if there are none at all.
  std::optional<size_t> some_type(const record::Dataset& data) {
    std::vector<size_t> types;
    for (size_t t = 0; t < data.catalogue().types.size(); ++t) {
      if (data.table(t).has_records()) types.push_back(t);
    }
    return types.empty() ? std::nullopt : std::optional(types[below(types.size())]);
  }

  size_t some_row(const record::Table& table) {
    size_t row = below(table.size());
    while (table.is_withdrawn(row)) row = (row + 1) % table.size();
    return row;
  }

  static bool is_key(const record::RecordType& type, size_t field) {
    return std::find(type.key.begin(), type.key.end(), type.fields[field].name) != type.key.end();
  }

  void write(const record::Dataset& data, Version version, const char* verb,
             record::ChangeSet& out) {
    const auto type = *data.catalogue().type_index(version.type);
    if (!written_.insert(version.type + version.key).second) return;
    words_ += std::string(verb) + " " + version.type + ":" + record::key_for_display(version.key);
    for (size_t f = 0; f < version.cells.size(); ++f) {
      const record::Field& field = data.catalogue().types[type].fields[f];
      const auto* key = std::get_if<std::string>(&version.cells[f]);
      words_ += " " + field.name + "=" +
                (key != nullptr ? record::key_for_display(*key)
                                : record::to_display(field, version.cells[f]));
    }
    for (const auto& day : {version.valid_from, version.valid_to}) {
      words_ += day ? " " + day->to_string() : " -";
    }
    words_ += "\n";
    out.versions.push_back(std::move(version));
  }

  // Another value of the field: another record's, a new number, or none.
  Cell value(const record::Dataset& data, size_t type, size_t f) {
    const record::Field& field = data.catalogue().types[type].fields[f];
    if (!field.required && !is_key(data.catalogue().types[type], f) && one_in(4)) return {};
    if (field.kind == record::FieldKind::kRef) {
      const record::Table& target = *data.find_table(field.ref_type);
      if (!target.has_records()) return {};
      return std::string(target.key(some_row(target)));
    }
    if (one_in(3)) {
      if (field.kind == record::FieldKind::kFlag) return static_cast<int64_t>(below(2));
      if (field.kind == record::FieldKind::kNumber) return Decimal(static_cast<int>(below(6)));
      if (field.kind == record::FieldKind::kYear) return static_cast<int64_t>(2021 + below(6));
      if (field.kind == record::FieldKind::kDate || field.kind == record::FieldKind::kDay) {
        return static_cast<int64_t>(as_of_.days()) - 900 + static_cast<int64_t>(below(1000));
      }
    }
    const record::Table& table = data.table(type);
    return record::version_of(data, type, some_row(table)).cells[f];
  }

  void hold(Version& version) {
    const auto day = [&] {
      return Date::from_days(as_of_.days() - 400 + static_cast<int32_t>(below(800)));
    };
    version.valid_from = one_in(2) ? std::optional(day()) : std::nullopt;
    version.valid_to = one_in(2) ? std::optional(day()) : std::nullopt;
  }

  void change_record(const record::Dataset& data, record::ChangeSet& out) {
    const auto type = some_type(data);
    if (!type) return;
    Version version = record::version_of(data, *type, some_row(data.table(*type)));
    const size_t f = below(version.cells.size());
    if (!is_key(data.catalogue().types[*type], f)) version.cells[f] = value(data, *type, f);
    if (one_in(6)) hold(version);
    write(data, std::move(version), "write", out);
  }

  void add_record(const record::Dataset& data, record::ChangeSet& out) {
    const auto type = some_type(data);
    if (!type) return;
    const record::RecordType& declared = data.catalogue().types[*type];
    Version version = record::version_of(data, *type, some_row(data.table(*type)));
    std::vector<std::string> parts;
    for (const std::string& name : declared.key) {
      const size_t f = *declared.field_index(name);
      version.cells[f] = value(data, *type, f);
      if (auto* text = std::get_if<std::string>(&version.cells[f]);
          text != nullptr && declared.fields[f].kind != record::FieldKind::kRef && one_in(2)) {
        *text += std::to_string(below(3));
      }
      const auto* text = std::get_if<std::string>(&version.cells[f]);
      parts.push_back(text != nullptr ? *text
                                      : record::to_display(declared.fields[f], version.cells[f]));
    }
    for (size_t f = 0; f < version.cells.size(); ++f) {
      if (!is_key(declared, f) && one_in(2)) version.cells[f] = value(data, *type, f);
    }
    const std::string key = record::key_text(parts);
    if (key.empty()) return;
    version.key = key;
    write(data, std::move(version), "add", out);
  }

  void withdraw(const record::Dataset& data, record::ChangeSet& out) {
    const auto type = some_type(data);
    if (!type) return;
    Version version = record::version_of(data, *type, some_row(data.table(*type)));
    if (!written_.insert(version.type + version.key).second) return;
    words_ += "withdraw " + version.type + ":" + record::key_for_display(version.key) + "\n";
    out.withdrawals.push_back({version.type, version.key});
    withdrawn_.push_back(std::move(version));
  }

  void put_back(record::ChangeSet& out) {
    if (withdrawn_.empty()) return;
    Version version = withdrawn_[below(withdrawn_.size())];
    if (!written_.insert(version.type + version.key).second) return;
    words_ += "put back " + version.type + ":" + record::key_for_display(version.key) + "\n";
    out.versions.push_back(std::move(version));
  }

  void cover(const record::Dataset& data, record::ChangeSet& out) {
    const record::RecordType& type = data.catalogue().types[below(data.catalogue().types.size())];
    record::Coverage coverage{type.name, {}, {}};
    const auto index = *data.catalogue().type_index(type.name);
    const record::Table& table = data.table(index);
    if (one_in(2) && table.has_records()) {
      const Version version = record::version_of(data, index, some_row(table));
      for (const std::string& key : type.absence_keys) {
        const size_t f = *type.field_index(key);
        coverage.key_values.push_back(record::to_display(type.fields[f], version.cells[f]));
      }
    }
    if (one_in(2)) {
      if (const auto owner = some_type(data)) {
        coverage.open_for = data.table(*owner).key(some_row(data.table(*owner)));
      }
    }
    words_ += "cover " + type.name + " " + record::key_text(coverage.key_values) + " open for " +
              coverage.open_for + "\n";
    out.coverage.push_back(std::move(coverage));
  }

  void set_parameter(record::ChangeSet& out) {
    if (set_.parameters.empty()) return;
    const policy::Parameter& parameter = set_.parameters[below(set_.parameters.size())];
    static const std::vector<std::string> kNumbers = {"0", "1", "2", "3", "0.5"};
    std::string value = kNumbers[below(kNumbers.size())];
    if (parameter.type == policy::ParameterType::kFlag) value = one_in(2) ? "true" : "false";
    if (parameter.type == policy::ParameterType::kDate) value = "2024-06-30";
    const Date from = Date::from_days(as_of_.days() - 100 + static_cast<int32_t>(below(110)));
    words_ += "set " + parameter.package + " " + parameter.name + " = " + value + " from " +
              from.to_string() + "\n";
    out.parameters.push_back({parameter.package, parameter.name, value, from, "", "basis"});
  }

  const policy::PolicySet& set_;
  Date as_of_;
  std::mt19937_64 engine_;
  std::vector<Version> withdrawn_;
  std::set<std::string> written_;  // by the change being made
  std::string words_;
};

}  // namespace dandang::evaluation
