#include "evaluation/nearest_change_facts.h"

#include <algorithm>

#include "evaluation/nearest_change_reach.h"
#include "evaluation/nearest_change_values.h"
#include "policy/scope.h"

namespace dandang::evaluation {

using feel::Entity;
using record::Blank;
using record::Field;
using record::FieldKind;
using record::RecordType;

namespace {

constexpr size_t kSpareRows = 2;        // records of one kind that may be added together
constexpr size_t kYearsBack = 5;        // a missing year is looked for this far back
constexpr size_t kMostAdditions = 300;  // ways to write one added record

class FactFinder {
 public:
  FactFinder(Trial& trial, size_t most, bool& cut)
      : trial_(trial), most_(most), cut_(cut), values_(trial) {}

  std::vector<Fact> run() {
    const std::vector<ReachedRecord> reached = reach(trial_, cut_);
    for (const ReachedRecord& record : reached) add_cells(record);
    for (const ReachedRecord& record : reached) add_missing_rows(record, reached);
    for (const ReachedRecord& record : reached) add_removal(record);
    return std::move(facts_);
  }

 private:
  const RecordType& type_of(size_t type) const { return trial_.data().catalogue().types[type]; }

  void add(Fact fact) {
    if (fact.kind != Change::Kind::kRemoved && fact.choices.empty()) return;
    if (facts_.size() >= most_) {
      cut_ = true;
      return;
    }
    facts_.push_back(std::move(fact));
  }

  // ---- cells ----

  static bool is_key(const RecordType& type, const Field& field) {
    return std::find(type.key.begin(), type.key.end(), field.name) != type.key.end();
  }

  // What a record is told apart by is not changed, unless it is a word or a day: another name or
  // year is another record. Nor is what the identity number says, nor whose record it is, nor with
  // whom somebody is compared.
  bool may_change(const ReachedRecord& record, size_t index) const {
    const RecordType& type = type_of(record.type);
    const Field& field = type.fields[index];
    if (field.kind == FieldKind::kIdentityNumber || field.kind == FieldKind::kName) return false;
    if (field.agrees != record::Agrees::kNothing) return false;
    const bool fact_of_key = field.kind == FieldKind::kCode || field.kind == FieldKind::kDate ||
                             field.kind == FieldKind::kDay;
    if (is_key(type, field) && !fact_of_key) return false;
    if (field.kind == FieldKind::kRef) return may_refer_elsewhere(record, index);
    return !groups_by(type.name, field.name);
  }

  bool may_refer_elsewhere(const ReachedRecord& record, size_t index) const {
    const Field& field = type_of(record.type).fields[index];
    const RecordType* target = trial_.data().catalogue().find_type(field.ref_type);
    if (target == nullptr || is_person_type(*target)) return false;
    // The other side may read this record as one of its list.
    return !trial_.reading().reads_list(target->name, type_of(record.type).name);
  }

  bool groups_by(const std::string& type, const std::string& field) const {
    const auto has = [&](const std::vector<std::string>& fields) {
      return std::find(fields.begin(), fields.end(), field) != fields.end();
    };
    for (const size_t index : trial_.reading().measures()) {
      const policy::Measure& measure = trial_.set().measures[index];
      if (measure.on == type && has(measure.within)) return true;
    }
    for (const policy::Subject& subject : trial_.set().subjects) {
      if (subject.name == trial_.rule().subject && subject.of == type && has(subject.by)) {
        return true;
      }
    }
    return false;
  }

  // Whether a member's field decides which group it stands in, or whether it stands in any.
  bool decides_membership(const ReachedRecord& record, const std::string& field) const {
    if (!record.is_member) return false;
    for (const policy::Subject& subject : trial_.set().subjects) {
      if (subject.name != trial_.rule().subject || !subject.where) continue;
      if (values_.formula_says(subject.where, field)) return true;
    }
    return false;
  }

  void add_cells(const ReachedRecord& record) {
    const RecordType& type = type_of(record.type);
    const bool visible = trial_.is_visible(record.type, record.row);
    for (size_t f = 0; f < type.fields.size(); ++f) {
      const bool dates_it = type.fields[f].name == type.valid_field;
      // A record not in force says nothing, but its date may be what keeps it out.
      if (!dates_it && (!visible || !trial_.reading().says(type.fields[f].name))) continue;
      if (!may_change(record, f)) continue;
      Fact fact;
      fact.type = record.type;
      fact.row = record.row;
      fact.fields = {f};
      fact.ordered = values_.scale(record.type, f).is_ordered();
      fact.opaque = decides_membership(record, type.fields[f].name);
      const Cell from = trial_.data().table(record.type).columns[f].cell_at(record.row);
      for (Cell& to : values_.choices(record.type, f, from)) {
        fact.choices.push_back({{f, from, std::move(to)}});
      }
      add(std::move(fact));
    }
  }

  // ---- rows that are there and might not be ----

  void add_removal(const ReachedRecord& record) {
    const bool in_list = record.owner.source != nullptr;
    const bool one_of_several = record.is_member && trial_.members().size() > 1;
    if (!in_list && !one_of_several) return;
    if (is_person_type(type_of(record.type)) || !trial_.is_visible(record.type, record.row)) return;
    Fact fact;
    fact.kind = Change::Kind::kRemoved;
    fact.type = record.type;
    fact.row = record.row;
    fact.opaque = record.is_member;
    add(std::move(fact));
  }

  // ---- rows that might be there ----

  void add_missing_rows(const ReachedRecord& record, const std::vector<ReachedRecord>& reached) {
    if (record.is_member) return;
    const RecordType& owner = type_of(record.type);
    for (const auto& [referring, unused] :
         policy::referring_types(trial_.data().catalogue(), owner.name)) {
      if (!trial_.reading().reads_list(owner.name, referring->name)) continue;
      if (is_person_type(*referring)) continue;
      const size_t type = *trial_.data().catalogue().type_index(referring->name);
      const Entity entity{trial_.subject().source, static_cast<uint32_t>(record.type),
                          static_cast<uint32_t>(record.row)};
      const auto year = year_of_key(*referring);
      if (!year) {
        for (size_t i = 0; i < kSpareRows; ++i) add_row(type, entity, {}, i);
        continue;
      }
      const int this_year = trial_.as_of().year();
      for (int y = this_year; y >= this_year - static_cast<int>(kYearsBack); --y) {
        const Edit given{*year, {}, int64_t{y}};
        if (referring->key.size() == 2 && on_record(reached, type, entity, given)) continue;
        add_row(type, entity, {given}, 0);
      }
    }
  }

  static std::optional<size_t> year_of_key(const RecordType& type) {
    for (const std::string& key : type.key) {
      const size_t f = *type.field_index(key);
      if (type.fields[f].kind == FieldKind::kYear) return f;
    }
    return std::nullopt;
  }

  bool on_record(const std::vector<ReachedRecord>& reached, size_t type, const Entity& owner,
                 const Edit& given) const {
    return std::any_of(reached.begin(), reached.end(), [&](const ReachedRecord& other) {
      return other.type == type && other.owner == owner &&
             trial_.data().table(type).columns[given.field].cell_at(other.row) == given.to;
    });
  }

  void add_row(size_t type_index, const Entity& owner, const Choice& given, size_t ordinal) {
    const RecordType& type = type_of(type_index);
    Fact fact;
    fact.kind = Change::Kind::kAdded;
    fact.type = type_index;
    fact.row = trial_.spare_row(type_index);
    fact.owner = owner;
    fact.ordinal = ordinal;
    const size_t owner_field = *owner_field_of(type, type_of(owner.kind).name);
    for (size_t f = 0; f < type.fields.size(); ++f) {
      trial_.prepare(type_index, fact.row, f, {});
    }
    trial_.prepare(type_index, fact.row, owner_field, static_cast<int64_t>(owner.row));
    for (const Edit& edit : given) trial_.prepare(type_index, fact.row, edit.field, edit.to);
    fact.choices = {given};
    for (size_t f = 0; f < type.fields.size(); ++f) {
      if (f == owner_field || is_given(given, f)) continue;
      if (!matters(type, f)) {
        fill(fact, type_index, f);
        continue;
      }
      fact.fields.push_back(f);
      multiply(fact, f, values_.first_values(type_index, f));
    }
    add(std::move(fact));
  }

  static bool is_given(const Choice& given, size_t field) {
    return std::any_of(given.begin(), given.end(),
                       [&](const Edit& edit) { return edit.field == field; });
  }

  bool matters(const RecordType& type, size_t index) const {
    const Field& field = type.fields[index];
    return trial_.reading().says(field.name) || field.name == type.valid_field;
  }

  // What the rule does not read only has to be there, and to tell the record from others.
  void fill(const Fact& fact, size_t type, size_t field) {
    const Field& declared = type_of(type).fields[field];
    if (!declared.required) return;
    const std::vector<Cell> values = values_.first_values(type, field);
    if (values.empty()) return;
    const size_t last = values.size() - 1;
    const bool key = is_key(type_of(type), declared);
    trial_.prepare(type, fact.row, field, values[key ? last - std::min(last, fact.ordinal) : 0]);
  }

  static void multiply(Fact& fact, size_t field, const std::vector<Cell>& values) {
    std::vector<Choice> out;
    for (const Cell& value : values) {
      for (const Choice& choice : fact.choices) {
        if (out.size() >= kMostAdditions) {
          fact.partial = true;
          break;
        }
        out.push_back(choice);
        out.back().push_back({field, {}, value});
      }
    }
    fact.choices = std::move(out);
  }

  Trial& trial_;
  size_t most_;
  bool& cut_;
  ValueSource values_;
  std::vector<Fact> facts_;
};

}  // namespace

std::vector<Fact> find_facts(Trial& trial, size_t most, bool& cut) {
  return FactFinder(trial, most, cut).run();
}

}  // namespace dandang::evaluation
