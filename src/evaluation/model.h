#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/date.h"
#include "evaluation/doubt.h"
#include "evaluation/work_calendar.h"
#include "feel/evaluator.h"
#include "policy/package.h"
#include "record/dataset.h"

namespace dandang::evaluation {

// Values that stand in for what is stored: a test's parameters, a simulation's changes.
struct Overrides {
  // By name, or by "N.name". No value: unset.
  std::map<std::string, std::optional<std::string>> parameters;
  std::map<std::string, std::string> measures;  // global measures fixed to a value
};

// Records and declarations as formulas see them on one day: gives every name its value.
// Entities are records (kind = type's place in the catalogue), groups (behind the types), and
// packages.
class Model : public feel::Environment, public feel::EntitySource {
 public:
  Model(const policy::PolicySet& set, const record::Dataset& data, Date as_of,
        Overrides overrides = {});
  Model(const Model&) = delete;
  Model& operator=(const Model&) = delete;

  std::optional<feel::Value> lookup(const std::string& name) override;
  bool has_member(const feel::Entity& entity, const std::string& name) const override;
  feel::Value member(const feel::Entity& entity, const std::string& name) const override;
  std::string describe(const feel::Entity& entity) const override;

  // The records or groups a rule is about, in the store's order.
  const std::vector<feel::Entity>& subjects(const std::string& name);
  feel::Value evaluate_rule_value(const policy::Rule& rule, const feel::Entity& subject);
  // A formula of a declaration of `package`, about the subject, with 年 bound if given.
  feel::Value evaluate(const policy::Formula& formula, const std::string& package,
                       const feel::Entity& subject, const feel::Value* year);
  // Names that a formula knows beside its subject's own, with their values.
  using Names = std::vector<std::pair<std::string, feel::Value>>;
  // The same with these names, which win over the subject's; a subject without a source is none.
  feel::Value evaluate(const policy::Formula& formula, const std::string& package,
                       const feel::Entity& subject, const Names& names);
  // One that is about no record.
  feel::Value evaluate(const policy::Formula& formula, const std::string& package);

  // What a finding prints as its subject: the record's or group's key.
  std::string key_of(const feel::Entity& entity) const;
  std::string name_of(const feel::Entity& entity) const;  // 姓名, 单位名称; else the key
  std::string identity_number_of(const feel::Entity& entity) const;  // empty if there is none
  std::string record_id(const feel::Entity& entity) const;           // empty for groups
  std::optional<feel::Entity> find_by_identity(const std::string& identity_number) const;

  bool is_record(const feel::Entity& entity) const { return entity.kind < type_count_; }
  bool is_group(const feel::Entity& entity) const {
    return entity.kind >= type_count_ && entity.kind < type_count_ + set_.subjects.size();
  }
  const record::RecordType& type_of(const feel::Entity& entity) const {
    return data_.catalogue().types[entity.kind];
  }
  const std::vector<feel::Entity>& members_of(const feel::Entity& group) const;
  // Of a declared group whose subjects() were asked for: how many there are, those included that do
  // not exist; whether the member is surely in it; the value of one of the fields that make it.
  size_t group_count(size_t subject_index) const { return groups_[subject_index].size(); }
  bool is_surely_in(const feel::Entity& group, size_t member) const {
    return !group_of(group).maybe[member];
  }
  const record::Table& table_of(const feel::Entity& entity) const {
    return data_.table(entity.kind);
  }
  feel::Value field_value(const feel::Entity& entity, size_t field) const;

  // Records of the type that hold on the day.
  const std::vector<feel::Entity>& visible(size_t type_index) const { return visible_[type_index]; }
  // The type's field that says whose a row is.
  size_t owner_field(uint32_t owner_kind, size_t type_index) const;

  // Where a member's value comes from.
  struct Member {
    enum class Kind { kField, kBackList, kMeasure, kRule, kMembers, kGroupKey };
    Kind kind = Kind::kField;
    size_t index = 0;  // field, back-list type, measure, rule or by-field
  };
  // What the name means on records of the kind, in formulas of the package.
  std::optional<Member> member_in(const std::string& package, uint32_t kind,
                                  const std::string& name) const;
  // What a name stands for that no frame answers.
  struct Declared {
    enum class Kind {
      kAsOf,
      kParameter,
      kMeasure,
      kDecision,
      kOrder,
      kRecords,
      kWorkFunction,
      kPackage
    };
    Kind kind = Kind::kAsOf;
    size_t index = 0;  // parameter, measure, decision, code list, record type, calendar or package
    policy::WorkFunction function = policy::WorkFunction::kIsWorked;  // kWorkFunction: of it
  };
  // In formulas of the package.
  std::optional<Declared> declared(const std::string& package, const std::string& name) const;
  // As a member of the package itself: "N.name".
  std::optional<Declared> declared_in(const std::string& package, const std::string& name) const;
  // The kind of the entity that a package's prefix stands for.
  uint32_t package_kind(size_t package) const {
    return static_cast<uint32_t>(type_count_ + set_.subjects.size() + package);
  }
  // A name's value in formulas of the package; its uses are left with the evaluator.
  std::optional<feel::Value> lookup_from(const std::string& package, const std::string& name);

  feel::Evaluator& evaluator() const { return evaluator_; }
  const policy::PolicySet& set() const { return set_; }
  const record::Dataset& data() const { return data_; }
  Date as_of() const { return as_of_; }

  // A parameter's value on the day, unknown if the authority has not set it.
  feel::Value parameter_value(const policy::Parameter& parameter) const;
  // Whether the value in force was set by the authority rather than the package.
  bool set_by_authority(const policy::Parameter& parameter) const;

  // ---- for trials on records that change under the model (nearest_change_trial.h) ----

  // What is doubted reads as unknown; null: nothing.
  void doubt(const Doubt* doubt) { doubt_ = doubt; }
  // Computes these measures now if they are not: figures of the whole run, places, groups' values.
  void settle(const std::vector<size_t>& measures);
  struct Forgotten {
    std::vector<size_t> types;                    // any of their rows came or went
    std::vector<std::pair<size_t, size_t>> rows;  // these rows of other types did
    std::vector<size_t> group_measures;           // the places they give may differ
    std::vector<size_t> whole_run;                // measures of the whole run that may differ
  };
  // Forgets what was computed but for other measures of the whole run.
  void forget(const Forgotten& what);
  void forget_groups();
  void forget_groups_of(size_t subject_index);

  // ---- for an evaluation that is kept (standing.h) ----

  // What makes the group, as text: groups of one subject differ in it.
  std::string group_identity(const feel::Entity& group) const;
  // Why members are in it only perhaps; null if all surely are.
  const feel::CausesPtr& maybe_causes_of(const feel::Entity& group) const {
    return group_of(group).maybe_causes;
  }
  // Of a measure that is about no record and has no arguments.
  feel::Value value_of_run(size_t measure) const { return whole_run_value(measure); }
  // Places or groups' values by row, worked out now if they are not.
  const std::unordered_map<uint32_t, feel::Value>& group_values(size_t measure);
  // Works out again the values of these rows, and those of the groups they left and joined. Gives
  // the values before of all rows that were looked at and had one. group_values() must have been
  // asked for.
  std::map<uint32_t, feel::Value> renew_group_values(size_t measure,
                                                     const std::vector<uint32_t>& rows);

 private:
  struct Memo {
    feel::Value value;
    std::vector<feel::Use> uses;
  };
  struct Group {
    std::vector<feel::Entity> members;
    std::vector<bool> maybe;
    feel::CausesPtr maybe_causes;
    std::vector<feel::Value> key;
  };
  class RegisterOpenness;
  // What a rank or aggregate is made from: rows with a value, by group.
  struct Grouped {
    feel::Entity row;
    feel::Value value;
  };
  struct Grouping {
    std::map<std::string, std::vector<Grouped>> groups;  // members by row, rising
    std::unordered_map<uint32_t, const std::string*> group_of;
  };

  const Group& group_of(const feel::Entity& group) const {
    return groups_[group.kind - type_count_][group.row];
  }
  void index_rows();
  void index_rows_of(size_t type_index);
  void index_row(size_t type_index, size_t row);
  // Null unless a trial doubts that the record is there.
  feel::CausesPtr doubt_of(const feel::Entity& row) const {
    return doubt_ != nullptr && doubt_->of_row(row.kind, row.row) ? Doubt::causes() : nullptr;
  }
  std::string identity_number_behind(const feel::Entity& entity, int references) const;
  void build_groups(size_t subject_index);
  std::optional<Member> find_member(const feel::Entity& entity, const std::string& name) const;
  std::optional<Member> resolve_member(uint32_t kind, const std::string& name) const;
  std::optional<Member> measure_or_rule(const std::string& on, const std::string& name) const;
  feel::Value declared_value(const Declared& declared) const;
  feel::Value whole_run_value(size_t index) const;
  feel::Value cell_value(const record::Field& field, const Cell& cell) const;
  feel::Value blank_value(const feel::Entity& entity, const record::Field& field) const;
  feel::Value back_list(const feel::Entity& owner, size_t type_index) const;
  feel::Value all_rows(size_t type_index) const;
  // Rows whose owner it is; and rows whose owner is not known, which may be anyone's.
  const std::vector<uint32_t>& referring_rows(const feel::Entity& owner, size_t type_index) const;
  const std::vector<uint32_t>& ownerless_rows(const feel::Entity& owner, size_t type_index) const;
  const std::vector<std::vector<uint32_t>>& back_index(uint32_t owner_kind,
                                                       size_t type_index) const;
  const policy::Measure* measure_in_force(size_t index) const;

  feel::Value measure_value(size_t index, const feel::Entity& on) const;
  feel::Value compute_measure(const policy::Measure& measure, const feel::Entity& on) const;
  feel::Value compute_pick(const policy::Measure& measure, const feel::Entity& on,
                           const feel::Frame* frame) const;
  void rest_on(const policy::Measure& measure, const feel::Value& row, const feel::Frame* frame,
               size_t mark) const;
  feel::Value compute_streak(const policy::Measure& measure, const feel::Entity& on,
                             const feel::Frame* frame) const;
  struct Window;
  feel::Value streak_over(const policy::Measure& measure, const feel::Entity& on,
                          const feel::Frame* frame, const std::vector<uint32_t>& rows,
                          const Window& window, const feel::Value* each) const;
  feel::Value missing_period(const policy::Measure& measure, const feel::Entity& on,
                             const feel::Value& period, const feel::Value* each) const;
  feel::Value rank_value(size_t index, const feel::Entity& row) const;
  feel::Value aggregate_value(size_t index, const feel::Entity& row) const;
  feel::Value group_value(size_t index, const feel::Entity& row) const;
  void compute_group_values(size_t index) const;
  feel::Value least_of(size_t index) const;
  void enter_group(size_t index, const feel::Entity& row) const;
  void value_group(size_t index, const std::string& key, const std::vector<Grouped>& members,
                   const feel::Value& least) const;
  void place_group(size_t index, const std::string& key, const std::vector<Grouped>& members,
                   const feel::Value& least) const;
  // The group's key as text; no value if part of it is unknown.
  std::optional<std::string> group_text(const feel::Entity& row,
                                        const std::vector<std::string>& names) const;
  feel::Value function_of(const policy::Measure& measure, const feel::Entity& on) const;
  feel::Value work_function(const policy::CalendarFunction& work) const;
  feel::Value function_of(const policy::Decision& decision) const;
  static feel::Value function_of(const record::CodeList& list);
  feel::Value traced(const std::string& name, const std::string& package,
                     const std::function<feel::Value()>& body) const;

  const policy::PolicySet& set_;
  const record::Dataset& data_;
  Date as_of_;
  Overrides overrides_;
  size_t type_count_;
  std::vector<std::vector<feel::Entity>> visible_;  // by type
  // [type][referring type]: rows by target row; the last are ownerless
  mutable std::map<std::pair<uint32_t, size_t>, std::vector<std::vector<uint32_t>>> back_index_;
  std::vector<std::vector<Group>> groups_;  // by subject
  std::vector<std::vector<feel::Entity>> group_entities_;
  std::vector<bool> groups_built_;
  mutable std::unordered_map<std::string, std::optional<Member>> members_;
  mutable std::unordered_map<uint64_t, Memo> memo_;
  mutable std::map<size_t, std::unordered_map<uint32_t, feel::Value>>
      group_values_;  // rank, aggregate
  mutable std::map<const policy::WorkCalendar*, std::unique_ptr<WorkDays>> work_days_;
  mutable std::map<size_t, Grouping> groupings_;
  mutable std::string package_;  // whose formula is being evaluated
  mutable int measure_depth_ = 0;
  const Doubt* doubt_ = nullptr;
  mutable feel::Evaluator evaluator_;
};

}  // namespace dandang::evaluation
