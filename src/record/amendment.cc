#include "record/amendment.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace dandang::record {

namespace {

using RecordName = std::pair<size_t, std::string>;  // type and key

Error bad(Text what, const std::string& where) {
  return {ErrorCode::kBadInput,
          std::move(what),
          where,
          {"重新从库里读取记录", "load the records from the store anew"}};
}

std::string name_of(const std::string& type, const std::string& key) {
  return type + ":" + key_for_display(key);
}

bool fits(const Field& field, const Cell& cell) {
  if (is_blank(cell)) return true;
  if (field.kind == FieldKind::kRef) return std::holds_alternative<std::string>(cell);
  switch (column_kind(field.kind)) {
    case Column::Kind::kInt64:
      return std::holds_alternative<int64_t>(cell);
    case Column::Kind::kDecimal:
      return !std::holds_alternative<std::string>(cell);
    case Column::Kind::kText:
      return std::holds_alternative<std::string>(cell);
  }
  return false;
}

class Amender {
 public:
  Amender(Dataset& data, const ChangeSet& change_set, ChangeSetId recorded_in)
      : data_(data), change_set_(change_set), recorded_in_(recorded_in) {}

  Result<Amendment> run() {
    DD_RETURN_IF_ERROR(check());
    const std::vector<bool> taken_in = all_taken_in();
    make_rows();
    for (const NewVersion& version : change_set_.versions) write(version);
    for (const Withdrawal& withdrawal : change_set_.withdrawals) withdraw(withdrawal);
    for (const Coverage& coverage : change_set_.coverage) {
      data_.add_coverage(coverage);
      done_.covered.insert(*type_index(coverage.type));
    }
    for (const ParameterValue& value : change_set_.parameters) set_parameter(value);
    data_.known_at = recorded_in_;
    data_.known_at_time = change_set_.recorded_at;
    const std::vector<bool> now = all_taken_in();
    for (size_t t = 0; t < now.size(); ++t) {
      if (now[t] != taken_in[t]) done_.first_or_last.insert(t);
    }
    finish_rows();
    return std::move(done_);
  }

 private:
  std::optional<size_t> type_index(const std::string& name) const {
    return data_.catalogue().type_index(name);
  }

  std::vector<bool> all_taken_in() const {
    std::vector<bool> out;
    for (const RecordType& type : data_.catalogue().types) out.push_back(data_.taken_in(type));
    return out;
  }

  // ---- whether it can be done at all ----

  Result<void> check() {
    if (!change_set_.packages.empty() || change_set_.undoes != 0) {
      return Error{ErrorCode::kBadUsage,
                   {"发布政策包或撤销的批次不能直接改在内存里",
                    "a change set that publishes packages or undoes another is not made in memory"},
                   {},
                   {"重新从库里读取记录", "load the records from the store anew"}};
    }
    for (const NewVersion& version : change_set_.versions) {
      DD_RETURN_IF_ERROR(check_version(version));
    }
    for (const Withdrawal& withdrawal : change_set_.withdrawals) {
      const auto type = type_index(withdrawal.type);
      if (!type || !row_there(*type, withdrawal.key)) {
        return bad({"要注销的记录不存在", "a record to be withdrawn is not there"},
                   name_of(withdrawal.type, withdrawal.key));
      }
      withdrawn_.insert({*type, withdrawal.key});
    }
    for (const Coverage& coverage : change_set_.coverage) {
      if (!type_index(coverage.type)) return unknown_type(coverage.type);
    }
    for (const NewVersion& version : change_set_.versions) {
      DD_RETURN_IF_ERROR(check_references(version));
    }
    for (const RecordName& name : withdrawn_) DD_RETURN_IF_ERROR(check_unreferred(name));
    return {};
  }

  static Error unknown_type(const std::string& type) {
    return bad({"没有这种记录类型", "there is no such record type"}, type);
  }

  Result<void> check_version(const NewVersion& version) {
    const auto type = type_index(version.type);
    if (!type) return unknown_type(version.type);
    const std::vector<Field>& fields = data_.catalogue().types[*type].fields;
    bool fit = version.cells.size() == fields.size() && !version.key.empty();
    for (size_t f = 0; fit && f < fields.size(); ++f) fit = fits(fields[f], version.cells[f]);
    if (!fit) {
      return bad({"记录的字段不符合它的类型", "a record's cells are not those of its type"},
                 name_of(version.type, version.key));
    }
    written_.insert({*type, version.key});
    return {};
  }

  Result<void> check_references(const NewVersion& version) const {
    const std::vector<Field>& fields = data_.catalogue().find_type(version.type)->fields;
    if (withdrawn_.contains({*type_index(version.type), version.key})) {
      return bad({"同一条记录既写入又注销", "a record is written and withdrawn at once"},
                 name_of(version.type, version.key));
    }
    for (size_t f = 0; f < fields.size(); ++f) {
      const auto* key = std::get_if<std::string>(&version.cells[f]);
      if (fields[f].kind != FieldKind::kRef || key == nullptr) continue;
      const auto target = type_index(fields[f].ref_type);
      const bool there = target && !withdrawn_.contains({*target, *key}) &&
                         (written_.contains({*target, *key}) || row_there(*target, *key));
      if (!there) {
        return bad({"“" + fields[f].name + "”指向不存在的记录",
                    "\"" + fields[f].name + "\" means a record that is not there"},
                   name_of(version.type, version.key));
      }
    }
    return {};
  }

  Result<void> check_unreferred(const RecordName& name) const {
    const auto row = static_cast<int64_t>(*data_.table(name.first).row_of(name.second));
    const std::string& target = data_.catalogue().types[name.first].name;
    for (size_t t = 0; t < data_.catalogue().types.size(); ++t) {
      const RecordType& type = data_.catalogue().types[t];
      const Table& table = data_.table(t);
      for (size_t f = 0; f < type.fields.size(); ++f) {
        if (type.fields[f].kind != FieldKind::kRef || type.fields[f].ref_type != target) continue;
        const Column& column = table.columns[f];
        for (size_t r = 0; r < table.size(); ++r) {
          if (column.is_blank(r) || column.int64_at(r) != row || table.is_withdrawn(r)) continue;
          const RecordName referring{t, std::string(table.key(r))};
          if (withdrawn_.contains(referring) || written_.contains(referring)) continue;
          return bad({"还有记录指向要注销的记录", "a record refers to one to be withdrawn"},
                     table.record_id(r));
        }
      }
    }
    return {};
  }

  std::optional<size_t> row_there(size_t type, const std::string& key) const {
    const auto row = data_.table(type).row_of(key);
    return row && !data_.table(type).is_withdrawn(*row) ? row : std::nullopt;
  }

  // ---- doing it ----

  // All rows first: refs may mean records that come later.
  void make_rows() {
    for (const NewVersion& version : change_set_.versions) {
      const size_t type = *type_index(version.type);
      Table& table = data_.table(type);
      if (const auto row = table.row_of(version.key)) {
        note(type, *row);
        continue;
      }
      const size_t row = table.size();
      for (Column& column : table.columns) column.append_blank();
      table.append({version.key, {}, {}, false, table.add_place({}, {}), 0, recorded_in_});
      table.withdraw(row);
      note(type, row).appended = true;
    }
    for (const Withdrawal& withdrawal : change_set_.withdrawals) {
      const size_t type = *type_index(withdrawal.type);
      note(type, *row_there(type, withdrawal.key));
    }
  }

  AmendedRow& note(size_t type, size_t row) {
    const auto [at, added] = places_.try_emplace({type, row}, done_.rows.size());
    if (!added) return done_.rows[at->second];
    const Table& table = data_.table(type);
    AmendedRow amended;
    amended.type = type;
    amended.row = row;
    for (const Column& column : table.columns) amended.before.push_back(column.cell_at(row));
    amended.was_there = !table.is_withdrawn(row);
    if (amended.was_there) {
      amended.from_before = table.valid_from(row);
      amended.to_before = table.valid_to(row);
    }
    done_.rows.push_back(std::move(amended));
    return done_.rows.back();
  }

  void write(const NewVersion& version) {
    Table& table = data_.table(*type_index(version.type));
    const size_t row = *table.row_of(version.key);
    for (size_t f = 0; f < table.columns.size(); ++f) {
      table.columns[f].set(row, stored(table.type->fields[f], version.cells[f]));
    }
    table.set_head(row, {version.key, version.valid_from, version.valid_to, version.valid_assumed,
                         table.add_place(version.source.file, version.source.sheet),
                         version.source.row, recorded_in_});
  }

  // As columns keep it: a ref by its target's row, whole numbers among decimals as decimals.
  Cell stored(const Field& field, const Cell& cell) const {
    if (is_blank(cell)) return {};
    if (field.kind == FieldKind::kRef) {
      const Table& target = data_.table(*type_index(field.ref_type));
      return static_cast<int64_t>(*target.row_of(std::get<std::string>(cell)));
    }
    const auto* integer = std::get_if<int64_t>(&cell);
    const bool decimal = column_kind(field.kind) == Column::Kind::kDecimal;
    return decimal && integer != nullptr ? Cell(Decimal(*integer)) : cell;
  }

  void withdraw(const Withdrawal& withdrawal) {
    Table& table = data_.table(*type_index(withdrawal.type));
    table.withdraw(*table.row_of(withdrawal.key));
  }

  // In the order in which a store loads them: what is set again for the same day is replaced.
  void set_parameter(const ParameterValue& value) {
    const auto place = [](const ParameterValue& v) {
      return std::tie(v.package, v.name, v.for_body, v.from);
    };
    done_.parameters.emplace(value.package, value.name);
    auto at = std::find_if(data_.parameters.begin(), data_.parameters.end(),
                           [&](const ParameterValue& v) { return !(place(v) < place(value)); });
    if (at != data_.parameters.end() && place(*at) == place(value)) {
      *at = value;
    } else {
      data_.parameters.insert(at, value);
    }
  }

  // What of each row is another now; rows that are as before are left out.
  void finish_rows() {
    for (AmendedRow& amended : done_.rows) {
      const Table& table = data_.table(amended.type);
      for (size_t f = 0; f < table.columns.size(); ++f) {
        if (table.columns[f].cell_at(amended.row) != amended.before[f]) {
          amended.fields.push_back(f);
        }
      }
    }
    std::erase_if(done_.rows, [&](const AmendedRow& amended) {
      const Table& table = data_.table(amended.type);
      return !amended.appended && amended.fields.empty() &&
             amended.was_there != table.is_withdrawn(amended.row) &&
             (!amended.was_there || (amended.from_before == table.valid_from(amended.row) &&
                                     amended.to_before == table.valid_to(amended.row)));
    });
  }

  Dataset& data_;
  const ChangeSet& change_set_;
  ChangeSetId recorded_in_;
  std::set<RecordName> written_;
  std::set<RecordName> withdrawn_;
  std::map<std::pair<size_t, size_t>, size_t> places_;  // of the rows noted
  Amendment done_;
};

}  // namespace

NewVersion version_of(const Dataset& data, size_t type, size_t row) {
  const Table& table = data.table(type);
  NewVersion version;
  version.type = table.type->name;
  version.key = table.key(row);
  version.valid_from = table.valid_from(row);
  version.valid_to = table.valid_to(row);
  version.valid_assumed = table.valid_assumed(row);
  version.source = table.source(row);
  for (size_t f = 0; f < table.columns.size(); ++f) {
    const Field& field = table.type->fields[f];
    Cell cell = table.columns[f].cell_at(row);
    if (const auto* target = std::get_if<int64_t>(&cell); field.kind == FieldKind::kRef && target) {
      cell = std::string(data.find_table(field.ref_type)->key(static_cast<size_t>(*target)));
    }
    version.cells.push_back(std::move(cell));
  }
  return version;
}

Result<Amendment> amend(Dataset& data, const ChangeSet& change_set, ChangeSetId recorded_in) {
  return Amender(data, change_set, recorded_in).run();
}

}  // namespace dandang::record
