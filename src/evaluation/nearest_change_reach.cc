#include "evaluation/nearest_change_reach.h"

#include <set>

#include "policy/scope.h"

namespace dandang::evaluation {

using feel::Entity;
using record::Field;
using record::FieldKind;
using record::RecordType;

namespace {

constexpr size_t kMostRecords = 2000;

class Reacher {
 public:
  Reacher(Trial& trial, bool& cut) : trial_(trial), cut_(cut) {}

  std::vector<ReachedRecord> run() {
    for (const Entity& member : trial_.members()) {
      add({member.kind, member.row, {}, 0, true});
    }
    if (trial_.members().empty()) add({trial_.subject().kind, trial_.subject().row, {}, 0, false});
    for (size_t i = 0; i < found_.size(); ++i) {
      const ReachedRecord record = found_[i];
      follow_references(record);
      follow_lists(record);
    }
    return std::move(found_);
  }

 private:
  const RecordType& type_of(size_t type) const { return trial_.data().catalogue().types[type]; }

  void add(const ReachedRecord& record) {
    if (!seen_.emplace(record.type, record.row).second) return;
    if (found_.size() >= kMostRecords) {
      cut_ = true;
      return;
    }
    found_.push_back(record);
  }

  void follow_references(const ReachedRecord& record) {
    const RecordType& type = type_of(record.type);
    const record::Table& table = trial_.data().table(record.type);
    for (size_t f = 0; f < type.fields.size(); ++f) {
      const Field& field = type.fields[f];
      if (field.kind != FieldKind::kRef || table.columns[f].is_blank(record.row) ||
          !trial_.reading().says(field.name)) {
        continue;
      }
      const auto target = trial_.data().catalogue().type_index(field.ref_type);
      add({*target, static_cast<size_t>(table.columns[f].int64_at(record.row)), {}, 0, false});
    }
  }

  void follow_lists(const ReachedRecord& record) {
    const RecordType& owner = type_of(record.type);
    for (const auto& [referring, unused] :
         policy::referring_types(trial_.data().catalogue(), owner.name)) {
      if (!trial_.reading().reads_list(owner.name, referring->name)) continue;
      const size_t type = *trial_.data().catalogue().type_index(referring->name);
      const size_t field = *owner_field_of(*referring, owner.name);
      const Column& column = trial_.data().table(type).columns[field];
      const Entity entity{trial_.subject().source, static_cast<uint32_t>(record.type),
                          static_cast<uint32_t>(record.row)};
      const size_t on_record = trial_.rows_on_record(type);
      for (size_t row = 0; row < on_record; ++row) {
        if (column.is_blank(row) || static_cast<size_t>(column.int64_at(row)) != record.row) {
          continue;
        }
        add({type, row, entity, field, false});
      }
    }
  }

  Trial& trial_;
  bool& cut_;
  std::vector<ReachedRecord> found_;
  std::set<std::pair<size_t, size_t>> seen_;
};

}  // namespace

std::optional<size_t> owner_field_of(const RecordType& type, const std::string& owner) {
  for (size_t f = 0; f < type.fields.size(); ++f) {
    if (type.fields[f].kind == FieldKind::kRef && type.fields[f].ref_type == owner) return f;
  }
  return std::nullopt;
}

bool is_person_type(const RecordType& type) {
  if (type.key.size() != 1) return false;
  const Field* field = type.find_field(type.key[0]);
  return field != nullptr && field->kind == FieldKind::kIdentityNumber;
}

std::vector<ReachedRecord> reach(Trial& trial, bool& cut) {
  return Reacher(trial, cut).run();
}

}  // namespace dandang::evaluation
