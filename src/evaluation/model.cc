#include "evaluation/model.h"

#include <algorithm>

#include "evaluation/cell_value.h"
#include "feel/wording.h"
#include "policy/scope.h"

namespace dandang::evaluation {

using feel::Cause;
using feel::Causes;
using feel::CausesPtr;
using feel::Entity;
using feel::Frame;
using feel::List;
using feel::Value;
using policy::Measure;
using policy::Parameter;
using record::Blank;
using record::FieldKind;
using record::RecordType;

namespace {

const std::string kYearName = "年";

// Sets a variable for as long as a scope lasts.
class PackageScope {
 public:
  PackageScope(std::string& current, const std::string& package)
      : current_(current), saved_(current) {
    current_ = package;
  }
  ~PackageScope() { current_ = saved_; }
  PackageScope(const PackageScope&) = delete;
  PackageScope& operator=(const PackageScope&) = delete;

 private:
  std::string& current_;
  std::string saved_;
};

std::optional<Value> parse_value(policy::ParameterType type, const std::string& text) {
  switch (type) {
    case policy::ParameterType::kNumber: {
      const auto number = Decimal::parse(text);
      if (!number) return std::nullopt;
      return Value(*number);
    }
    case policy::ParameterType::kText:
      return Value(text);
    case policy::ParameterType::kDate: {
      const auto date = Date::parse_iso(text);
      if (!date) return std::nullopt;
      return Value(*date);
    }
    case policy::ParameterType::kFlag:
      return Value(text == "true");
  }
  return std::nullopt;
}

// As coverage writes key values.
std::string coverage_text(const Value& value) {
  return value.to_string();
}

}  // namespace

// What is known of rows a back-list may lack (docs/decisions/0001-unknown.md, "Lists").
class Model::RegisterOpenness : public feel::Openness {
 public:
  RegisterOpenness(const Model& model, size_t type_index, const record::Field& owner_field,
                   const Entity& owner)
      : model_(model),
        type_index_(type_index),
        type_(model.data_.catalogue().types[type_index]),
        owner_(owner) {
    for (const std::string& key : type_.key) {
      if (key != owner_field.name) keys_.push_back(key);
    }
    row_keys_ = keys_.size();
    for (const std::string& key : type_.absence_keys) {
      if (std::find(keys_.begin(), keys_.end(), key) == keys_.end()) keys_.push_back(key);
    }
  }

  const std::vector<std::string>& key_names() const override { return keys_; }

  bool row_has(const std::string& name) const override {
    return model_.has_member({&model_, static_cast<uint32_t>(type_index_), 0}, name);
  }

  CausesPtr missing(const std::map<std::string, Value>& pinned) const override {
    bool whole_key = true;
    std::string shown;
    for (size_t i = 0; i < keys_.size(); ++i) {
      const auto at = pinned.find(keys_[i]);
      if (at == pinned.end()) {
        whole_key = whole_key && i >= row_keys_;
      } else {
        if (!shown.empty()) shown += ' ';
        shown += coverage_text(at->second);
      }
    }
    // A key has one row at the most: found it, nothing else can be missing.
    if (whole_key && on_record(pinned)) return nullptr;
    if (type_.absence == RecordType::Absence::kNone && covered(pinned)) return nullptr;
    Cause cause{Cause::Kind::kFact, type_.name, "", shown, {}};
    if (!model_.data_.taken_in(type_)) {
      cause.note = {"从未交过这本台账", "this register was never taken in"};
    }
    return Causes::one(std::move(cause));
  }

 private:
  bool covered(const std::map<std::string, Value>& pinned) const {
    std::vector<std::string> values;
    for (const std::string& key : type_.absence_keys) {
      const auto at = pinned.find(key);
      if (at == pinned.end()) return false;
      values.push_back(coverage_text(at->second));
    }
    return model_.data_.covers(type_, values) &&
           !model_.data_.is_open_for(type_, model_.table_of(owner_).key(owner_.row), values);
  }

  // Whether the owner has a row with exactly the pinned key.
  bool on_record(const std::map<std::string, Value>& pinned) const {
    const auto& rows = model_.referring_rows(owner_, type_index_);
    return std::any_of(rows.begin(), rows.end(), [&](uint32_t row) {
      const Entity entity{&model_, static_cast<uint32_t>(type_index_), row};
      for (size_t i = 0; i < row_keys_; ++i) {
        const Value value = model_.field_value(entity, *type_.field_index(keys_[i]));
        if (!feel::equal(value, pinned.at(keys_[i])).is_true()) return false;
      }
      return true;
    });
  }

  const Model& model_;
  size_t type_index_;
  const RecordType& type_;
  Entity owner_;
  std::vector<std::string> keys_;
  size_t row_keys_ = 0;
};

Model::Model(const policy::PolicySet& set, const record::Dataset& data, Date as_of,
             Overrides overrides)
    : set_(set),
      data_(data),
      as_of_(as_of),
      overrides_(std::move(overrides)),
      type_count_(data.catalogue().types.size()),
      groups_(set.subjects.size()),
      group_entities_(set.subjects.size()),
      groups_built_(set.subjects.size(), false),
      evaluator_(*this) {
  index_rows();
}

void Model::index_rows() {
  visible_.resize(type_count_);
  for (size_t t = 0; t < type_count_; ++t) index_rows_of(t);
}

void Model::index_rows_of(size_t type_index) {
  const record::Table& table = data_.table(type_index);
  visible_[type_index].clear();
  visible_[type_index].reserve(table.size());
  for (size_t row = 0; row < table.size(); ++row) {
    if (!table.holds_on(row, as_of_)) continue;
    visible_[type_index].push_back(
        {this, static_cast<uint32_t>(type_index), static_cast<uint32_t>(row)});
  }
}

const std::vector<Entity>& Model::subjects(const std::string& name) {
  if (const auto type = data_.catalogue().type_index(name)) return visible_[*type];
  for (size_t i = 0; i < set_.subjects.size(); ++i) {
    if (set_.subjects[i].name != name) continue;
    build_groups(i);
    return group_entities_[i];
  }
  static const std::vector<Entity> kNone;
  return kNone;
}

// ---- groups ----

void Model::build_groups(size_t subject_index) {
  if (groups_built_[subject_index]) return;
  groups_built_[subject_index] = true;
  const policy::Subject& subject = set_.subjects[subject_index];
  const auto type_index = data_.catalogue().type_index(subject.of);
  if (!type_index) return;
  std::map<std::string, size_t> by_key;
  std::vector<Group>& groups = groups_[subject_index];
  for (const Entity& row : visible_[*type_index]) {
    const Value keep =
        subject.where ? evaluate(subject.where, subject.package, row, nullptr) : Value(true);
    if (!keep.is_true() && !keep.is_unknown()) continue;
    const auto key = group_text(row, subject.by);
    if (!key) continue;
    const auto [at, added] = by_key.try_emplace(*key, groups.size());
    if (added) {
      Group group;
      for (const std::string& field : subject.by) {
        group.key.push_back(field_value(row, *type_of(row).field_index(field)));
      }
      groups.push_back(std::move(group));
    }
    Group& group = groups[at->second];
    group.members.push_back(row);
    group.maybe.push_back(keep.is_unknown());
    if (keep.is_unknown()) group.maybe_causes = Causes::merged(group.maybe_causes, keep.causes());
  }
  evaluator_.uses().clear();
  for (size_t g = 0; g < groups.size(); ++g) {
    const Entity entity{this, static_cast<uint32_t>(type_count_ + subject_index),
                        static_cast<uint32_t>(g)};
    if (subject.exists && evaluate(subject.exists, subject.package, entity, nullptr).is_false()) {
      continue;
    }
    group_entities_[subject_index].push_back(entity);
  }
  evaluator_.uses().clear();
}

const std::vector<Entity>& Model::members_of(const Entity& group) const {
  return groups_[group.kind - type_count_][group.row].members;
}

std::optional<std::string> Model::group_text(const Entity& row,
                                             const std::vector<std::string>& names) const {
  std::string out;
  for (const std::string& name : names) {
    const auto field = type_of(row).field_index(name);
    const Value value = field ? field_value(row, *field) : member(row, name);
    if (value.is_unknown()) return std::nullopt;
    out += value.is_null()                  ? ""
           : value.is(Value::Kind::kEntity) ? key_of(value.entity())
                                            : value.to_string();
    out += '\x1f';
  }
  return out;
}

// ---- what people call things ----

std::string Model::key_of(const Entity& entity) const {
  if (is_record(entity)) return record::key_for_display(table_of(entity).key(entity.row));
  if (!is_group(entity)) return {};
  const policy::Subject& subject = set_.subjects[entity.kind - type_count_];
  const Group& group = groups_[entity.kind - type_count_][entity.row];
  std::string out;
  for (size_t i = 0; i < subject.by.size(); ++i) {
    if (!subject.key.empty() && subject.by[i] != subject.key) continue;
    const Value& value = group.key[i];
    const std::string text = value.is_null()                  ? ""
                             : value.is(Value::Kind::kEntity) ? key_of(value.entity())
                                                              : value.to_string();
    out += (i == 0 || out.empty() ? "" : "/") + text;
  }
  return out;
}

std::string Model::name_of(const Entity& entity) const {
  if (is_group(entity)) {
    const Group& group = groups_[entity.kind - type_count_][entity.row];
    for (const Value& value : group.key) {
      if (value.is(Value::Kind::kEntity)) return name_of(value.entity());
    }
    return key_of(entity);
  }
  if (!is_record(entity)) return {};
  const RecordType& type = type_of(entity);
  if (const auto field = type.field_index(type.name_field)) {
    const Column& column = table_of(entity).columns[*field];
    if (!column.is_blank(entity.row)) {
      return record::to_display(type.fields[*field], column.cell_at(entity.row));
    }
  }
  return key_of(entity);
}

std::string Model::identity_number_of(const Entity& entity) const {
  // Records may refer to each other in a ring (a superior's superior).
  constexpr int kMaxReferences = 4;
  return identity_number_behind(entity, kMaxReferences);
}

std::string Model::identity_number_behind(const Entity& entity, int references) const {
  if (references < 0) return {};
  if (is_group(entity)) {
    for (const Value& value : groups_[entity.kind - type_count_][entity.row].key) {
      if (!value.is(Value::Kind::kEntity)) continue;
      std::string number = identity_number_behind(value.entity(), references - 1);
      if (!number.empty()) return number;
    }
    return {};
  }
  if (!is_record(entity)) return {};
  const RecordType& type = type_of(entity);
  const record::Table& table = table_of(entity);
  for (size_t i = 0; i < type.fields.size(); ++i) {
    if (table.columns[i].is_blank(entity.row)) continue;
    if (type.fields[i].kind == FieldKind::kIdentityNumber)
      return std::string(table.columns[i].text_at(entity.row));
    if (type.fields[i].kind != FieldKind::kRef) continue;
    const auto target = data_.catalogue().type_index(type.fields[i].ref_type);
    const Entity other{this, static_cast<uint32_t>(*target),
                       static_cast<uint32_t>(table.columns[i].int64_at(entity.row))};
    std::string number = identity_number_behind(other, references - 1);
    if (!number.empty()) return number;
  }
  return {};
}

std::string Model::record_id(const Entity& entity) const {
  return is_record(entity) ? table_of(entity).record_id(entity.row) : std::string();
}

std::optional<Entity> Model::find_by_identity(const std::string& identity_number) const {
  for (size_t t = 0; t < type_count_; ++t) {
    const RecordType& type = data_.catalogue().types[t];
    if (type.key.size() != 1) continue;
    const record::Field* field = type.find_field(type.key[0]);
    if (field == nullptr || field->kind != FieldKind::kIdentityNumber) continue;
    const record::Table& table = data_.table(t);
    if (const auto row = table.row_of(record::key_text({identity_number}))) {
      return Entity{this, static_cast<uint32_t>(t), static_cast<uint32_t>(*row)};
    }
  }
  return std::nullopt;
}

std::string Model::describe(const Entity& entity) const {
  if (!is_record(entity)) return key_of(entity);
  return feel::worded("% %", {type_of(entity).name, key_of(entity)});
}

// ---- values of fields ----

Value Model::cell_value(const record::Field& field, const Cell& cell) const {
  if (field.kind != FieldKind::kRef) return value_of_cell(field, cell);
  const auto target = data_.catalogue().type_index(field.ref_type);
  return Entity{this, static_cast<uint32_t>(*target),
                static_cast<uint32_t>(std::get<int64_t>(cell))};
}

Value Model::field_value(const Entity& entity, size_t field_index) const {
  if (doubt_ != nullptr && doubt_->of_cell(entity.kind, entity.row, field_index)) {
    return Value::unknown(Doubt::causes());
  }
  const record::Field& field = type_of(entity).fields[field_index];
  const Column& column = table_of(entity).columns[field_index];
  if (column.is_blank(entity.row)) return blank_value(entity, field);
  return cell_value(field, column.cell_at(entity.row));
}

Value Model::blank_value(const Entity& entity, const record::Field& field) const {
  const RecordType& type = type_of(entity);
  const Value unknown =
      Value::unknown(Cause{Cause::Kind::kFact, type.name, field.name, key_of(entity), {}});
  if (auto value = value_of_blank(field)) return *std::move(value);
  if (field.blank.kind != Blank::Kind::kFormula) return unknown;
  const auto formula = set_.blank_formulas.find({type.name, field.name});
  if (formula == set_.blank_formulas.end() || !formula->second) return unknown;
  const PackageScope scope(package_, type.package);
  const Value item(entity);
  const Frame frame{nullptr, &item, nullptr};
  const Value value = evaluator_.evaluate(*formula->second.expression, &frame);
  return value.is_null() ? unknown : value;
}

// ---- lists of records ----

const std::vector<uint32_t>& Model::referring_rows(const Entity& owner, size_t type_index) const {
  return back_index(owner.kind, type_index)[owner.row];
}

const std::vector<uint32_t>& Model::ownerless_rows(const Entity& owner, size_t type_index) const {
  return back_index(owner.kind, type_index).back();
}

const std::vector<std::vector<uint32_t>>& Model::back_index(uint32_t owner_kind,
                                                            size_t type_index) const {
  auto [at, added] = back_index_.try_emplace({owner_kind, type_index});
  if (!added) return at->second;
  at->second.resize(data_.table(owner_kind).size() + 1);
  const size_t f = owner_field(owner_kind, type_index);
  const record::Field& field = data_.catalogue().types[type_index].fields[f];
  // A required owner is only blank where it points to nobody on record.
  const bool may_be_anyones = !field.required && field.blank.kind == Blank::Kind::kUnknown;
  const Column& column = data_.table(type_index).columns[f];
  for (const Entity& row : visible_[type_index]) {
    if (!column.is_blank(row.row)) {
      at->second[static_cast<size_t>(column.int64_at(row.row))].push_back(row.row);
    } else if (may_be_anyones) {
      at->second.back().push_back(row.row);
    }
  }
  return at->second;
}

// The first reference to the owner's type says whose a row is.
size_t Model::owner_field(uint32_t owner_kind, size_t type_index) const {
  const RecordType& type = data_.catalogue().types[type_index];
  const std::string& owner_type = data_.catalogue().types[owner_kind].name;
  size_t f = 0;
  while (type.fields[f].kind != FieldKind::kRef || type.fields[f].ref_type != owner_type) ++f;
  return f;
}

Value Model::back_list(const Entity& owner, size_t type_index) const {
  const RecordType& type = data_.catalogue().types[type_index];
  const record::Field& field = type.fields[owner_field(owner.kind, type_index)];
  List list;
  for (const uint32_t row : referring_rows(owner, type_index)) {
    const Entity entity{this, static_cast<uint32_t>(type_index), row};
    list.push(entity, doubt_of(entity));
  }
  for (const uint32_t row : ownerless_rows(owner, type_index)) {
    const Entity entity{this, static_cast<uint32_t>(type_index), row};
    list.push(entity, blank_value(entity, field).causes());
  }
  auto openness = std::make_shared<RegisterOpenness>(*this, type_index, field, owner);
  if (openness->missing({}) != nullptr) list.openness = std::move(openness);
  return list;
}

Value Model::all_rows(size_t type_index) const {
  const RecordType& type = data_.catalogue().types[type_index];
  if (!data_.taken_in(type)) {
    return Value::unknown(Cause{Cause::Kind::kFact,
                                type.name,
                                "",
                                "",
                                {"从未交过这本台账", "this register was never taken in"}});
  }
  List list;
  for (const Entity& row : visible_[type_index]) list.push(row, doubt_of(row));
  return list;
}

// ---- names ----

std::optional<Model::Member> Model::measure_or_rule(const std::string& on,
                                                    const std::string& name) const {
  std::optional<Member> found;
  for (size_t i = 0; i < set_.measures.size(); ++i) {
    const Measure& measure = set_.measures[i];
    if (measure.on != on || measure.name != name || !measure.validity.holds_on(as_of_) ||
        !set_.in_view(package_, measure.package)) {
      continue;
    }
    if (!found || measure.package == package_) found = Member{Member::Kind::kMeasure, i};
  }
  if (found) return found;
  for (size_t i = 0; i < set_.rules.size(); ++i) {
    const policy::Rule& rule = set_.rules[i];
    if (rule.subject == on && rule.name == name && rule.validity.holds_on(as_of_) &&
        set_.in_view(package_, rule.package)) {
      return Member{Member::Kind::kRule, i};
    }
  }
  return std::nullopt;
}

std::optional<Model::Member> Model::resolve_member(uint32_t kind, const std::string& name) const {
  if (kind < type_count_) {
    const RecordType& type = data_.catalogue().types[kind];
    if (const auto field = type.field_index(name)) return Member{Member::Kind::kField, *field};
    if (auto found = measure_or_rule(type.name, name)) return found;
    for (const auto& [referring, field] : policy::referring_types(data_.catalogue(), type.name)) {
      if (referring->name == name) {
        return Member{Member::Kind::kBackList, *data_.catalogue().type_index(name)};
      }
    }
    return std::nullopt;
  }
  if (kind < type_count_ + set_.subjects.size()) {
    const policy::Subject& subject = set_.subjects[kind - type_count_];
    if (name == "members") return Member{Member::Kind::kMembers, 0};
    for (size_t i = 0; i < subject.by.size(); ++i) {
      if (subject.by[i] == name) return Member{Member::Kind::kGroupKey, i};
    }
    return measure_or_rule(subject.name, name);
  }
  return std::nullopt;
}

std::optional<Model::Member> Model::member_in(const std::string& package, uint32_t kind,
                                              const std::string& name) const {
  const PackageScope scope(package_, package);
  return resolve_member(kind, name);
}

std::optional<Value> Model::lookup_from(const std::string& package, const std::string& name) {
  const PackageScope scope(package_, package);
  return lookup(name);
}

std::optional<Model::Member> Model::find_member(const Entity& entity,
                                                const std::string& name) const {
  std::string key = record::key_text({std::to_string(entity.kind), package_, name});
  const auto found = members_.find(key);
  if (found != members_.end()) return found->second;
  return members_.emplace(std::move(key), resolve_member(entity.kind, name)).first->second;
}

bool Model::has_member(const Entity& entity, const std::string& name) const {
  return find_member(entity, name).has_value();
}

Value Model::member(const Entity& entity, const std::string& name) const {
  if (entity.kind >= type_count_ + set_.subjects.size()) {
    const size_t package = entity.kind - type_count_ - set_.subjects.size();
    return lookup_in(set_.packages[package].id, name).value_or(Value());
  }
  const auto member = find_member(entity, name);
  if (!member) return {};
  switch (member->kind) {
    case Member::Kind::kField:
      // Reading a fact is what makes a record evidence; passing through it to its lists is not.
      evaluator_.use(entity);
      return field_value(entity, member->index);
    case Member::Kind::kBackList:
      return back_list(entity, member->index);
    case Member::Kind::kMeasure: {
      const Measure& measure = set_.measures[member->index];
      if (!measure.args.empty()) return function_of(measure, entity);
      return measure_value(member->index, entity);
    }
    case Member::Kind::kRule: {
      const policy::Rule& rule = set_.rules[member->index];
      return traced(rule.name, rule.package,
                    [&] { return const_cast<Model*>(this)->evaluate_rule_value(rule, entity); });
    }
    case Member::Kind::kMembers: {
      const Group& group = groups_[entity.kind - type_count_][entity.row];
      List list;
      for (const Entity& row : group.members) list.items.emplace_back(row);
      if (group.maybe_causes) {
        list.maybe = group.maybe;
        list.maybe_causes = group.maybe_causes;
      }
      return list;
    }
    case Member::Kind::kGroupKey:
      return groups_[entity.kind - type_count_][entity.row].key[member->index];
  }
  return {};
}

std::optional<Value> Model::lookup_in(const std::string& package, const std::string& name) const {
  for (size_t i = 0; i < set_.parameters.size(); ++i) {
    const Parameter& parameter = set_.parameters[i];
    if (parameter.package == package && parameter.name == name) {
      evaluator_.use_definition(static_cast<int>(i));
      return parameter_value(parameter);
    }
  }
  for (size_t i = 0; i < set_.measures.size(); ++i) {
    const Measure& measure = set_.measures[i];
    if (measure.package != package || measure.name != name || !measure.on.empty() ||
        !measure.validity.holds_on(as_of_)) {
      continue;
    }
    if (!measure.args.empty()) return function_of(measure, {});
    const auto fixed = overrides_.measures.find(name);
    if (fixed != overrides_.measures.end()) {
      const auto number = Decimal::parse(fixed->second);
      return number ? Value(*number) : Value(fixed->second);
    }
    return measure_value(i, {});
  }
  for (const policy::Decision& decision : set_.decisions) {
    if (decision.package != package || decision.name != name ||
        !decision.validity.holds_on(as_of_)) {
      continue;
    }
    feel::Function function;
    function.parameters = decision.table.inputs;
    function.call = [this, &decision](const std::vector<Value>& args) -> Value {
      if (args.size() != decision.table.inputs.size()) return {};
      const PackageScope scope(package_, decision.package);
      return dmn::evaluate(decision.table, args, evaluator_);
    };
    return function;
  }
  return std::nullopt;
}

std::optional<Value> Model::lookup(const std::string& name) {
  if (name == "as_of") return as_of_;
  if (auto own = lookup_in(package_, name)) return own;
  const policy::Package* package = set_.find_package(package_);
  if (package != nullptr) {
    for (const std::string& used : package->uses) {
      if (auto found = lookup_in(used, name)) return found;
    }
  }
  for (const record::CodeList& list : data_.catalogue().code_lists) {
    if (!list.ordered || policy::order_function(list) != name) continue;
    feel::Function function;
    function.parameters = {"值"};
    function.call = [&list](const std::vector<Value>& args) -> Value {
      if (args.size() != 1 || args[0].is_unknown()) return args.empty() ? Value() : args[0];
      if (!args[0].is(Value::Kind::kString)) return {};
      const auto order = list.order_of(args[0].string());
      return order ? Value(*order) : Value();
    };
    return function;
  }
  if (const auto work = policy::find_work_function(set_, package_, name)) {
    return work_function(*work);
  }
  if (const auto type = data_.catalogue().type_index(name)) return all_rows(*type);
  for (size_t i = 0; i < set_.packages.size(); ++i) {
    if (!name.empty() && set_.packages[i].prefix == name) {
      return Entity{this, static_cast<uint32_t>(type_count_ + set_.subjects.size() + i), 0};
    }
  }
  return std::nullopt;
}

Value Model::work_function(const policy::CalendarFunction& work) {
  const auto type = data_.catalogue().type_index(work.calendar->over);
  if (!type) return {};
  feel::Function function;
  const feel::TypePtr declared = policy::work_function_type(work.function);
  for (const auto& [name, type_of_it] : declared->members) function.parameters.push_back(name);
  function.call = [this, work,
                   type = static_cast<uint32_t>(*type)](const std::vector<Value>& args) {
    auto& days = work_days_[work.calendar];
    if (days == nullptr) days = std::make_unique<WorkDays>(data_, *work.calendar);
    return days->call(work.function, args, [&](uint32_t row) {
      evaluator_.use(Entity{this, type, row});
    });
  };
  return function;
}

// ---- parameters ----

Value Model::parameter_value(const Parameter& parameter) const {
  const Value unset =
      Value::unknown(Cause{Cause::Kind::kParameter, parameter.package, parameter.name, "", {}});
  const policy::Package* package = set_.find_package(parameter.package);
  const std::string qualified =
      feel::worded("%.%", {package != nullptr ? package->prefix : "", parameter.name});
  for (const std::string& name : {qualified, parameter.name}) {
    const auto found = overrides_.parameters.find(name);
    if (found == overrides_.parameters.end()) continue;
    if (!found->second) return unset;
    return parse_value(parameter.type, *found->second).value_or(unset);
  }
  const record::ParameterValue* best = nullptr;
  for (const record::ParameterValue& value : data_.parameters) {
    if (value.package != parameter.package || value.name != parameter.name || as_of_ < value.from) {
      continue;
    }
    // Later settings stand behind earlier ones, and win where they begin on the same day.
    if (best == nullptr || best->from <= value.from) best = &value;
  }
  if (best != nullptr) return parse_value(parameter.type, best->value).value_or(unset);
  for (const policy::ParameterVersion& version : parameter.versions) {
    if (version.value && version.validity.holds_on(as_of_)) {
      return parse_value(parameter.type, *version.value).value_or(unset);
    }
  }
  return unset;
}

bool Model::set_by_authority(const Parameter& parameter) const {
  return std::any_of(data_.parameters.begin(), data_.parameters.end(), [&](const auto& value) {
    return value.package == parameter.package && value.name == parameter.name &&
           value.from <= as_of_;
  });
}

// ---- formulas ----

Value Model::traced(const std::string& name, const std::string& package,
                    const std::function<Value()>& body) const {
  return evaluator_.traced_definition(name, [&] {
    const PackageScope scope(package_, package);
    return body();
  });
}

Value Model::evaluate(const policy::Formula& formula, const std::string& package,
                      const Entity& subject, const Value* year) {
  const PackageScope scope(package_, package);
  const Value item(subject);
  const Frame item_frame{nullptr, &item, nullptr};
  const Frame year_frame{&item_frame, year, &kYearName};
  return evaluator_.evaluate(*formula.expression, year != nullptr ? &year_frame : &item_frame);
}

Value Model::evaluate(const policy::Formula& formula, const std::string& package,
                      const Entity& subject, const Names& names) {
  const PackageScope scope(package_, package);
  const Value item(subject);
  std::vector<Frame> frames(names.size() + 1);
  frames[0] = Frame{nullptr, subject.source != nullptr ? &item : nullptr, nullptr};
  for (size_t i = 0; i < names.size(); ++i) {
    frames[i + 1] = Frame{&frames[i], &names[i].second, &names[i].first};
  }
  return evaluator_.evaluate(*formula.expression, &frames.back());
}

Value Model::evaluate_rule_value(const policy::Rule& rule, const Entity& subject) {
  constexpr int kMaxDepth = 60;
  if (measure_depth_ >= kMaxDepth) {
    return Value::unknown(
        Cause{Cause::Kind::kOther,
              {},
              {},
              {},
              {"规则互相引用超过 60 层", "rules refer to each other more than 60 deep"}});
  }
  ++measure_depth_;
  Value year;
  if (rule.year) year = evaluate(rule.year, rule.package, subject, nullptr);
  const Value* bound = rule.year ? &year : nullptr;
  Value value;
  const Value needs = rule.needs ? evaluate(rule.needs, rule.package, subject, bound) : Value(true);
  if (needs.is_true()) {
    const policy::Formula& formula = rule.is_duty ? rule.done : rule.when ? rule.when : rule.gives;
    value = evaluate(formula, rule.package, subject, bound);
    // Who is excused owes nothing more, as if it were done.
    if (rule.excused) {
      value = feel::logical_or(value, evaluate(rule.excused, rule.package, subject, bound));
    }
  } else {
    value = needs.is_unknown()
                ? needs
                : Value::unknown(Cause{Cause::Kind::kOther, {}, {}, {}, rule.needs_reason});
  }
  --measure_depth_;
  return value;
}

Value Model::function_of(const Measure& measure, const Entity& on) const {
  feel::Function function;
  function.parameters = measure.args;
  function.call = [this, &measure, on](const std::vector<Value>& args) -> Value {
    if (args.size() != measure.args.size() || !measure.value) return {};
    return traced(measure.name, measure.package, [&]() -> Value {
      const Value item(on);
      std::vector<Frame> frames(args.size() + 1);
      frames[0] = Frame{nullptr, on.source != nullptr ? &item : nullptr, nullptr};
      for (size_t i = 0; i < args.size(); ++i) {
        frames[i + 1] = Frame{&frames[i], &args[i], &measure.args[i]};
      }
      return evaluator_.evaluate(*measure.value.expression, &frames.back());
    });
  };
  return function;
}

}  // namespace dandang::evaluation
