#include "evaluation/nearest_change_trial.h"

#include <algorithm>

#include "evaluation/nearest_change_reach.h"

namespace dandang::evaluation {

using feel::Entity;
using feel::TraceNode;
using feel::Value;
using policy::Measure;
using record::RecordType;

namespace {

Date never() {
  return *Date::from_ymd(-9999, 1, 1);
}

RunOptions options_with(Overrides overrides) {
  RunOptions options;
  options.overrides = std::move(overrides);
  return options;
}

bool is_group_measure(const Measure& measure) {
  return measure.kind == Measure::Kind::kRank || measure.kind == Measure::Kind::kAggregate;
}

void collect_values(const TraceNode& node, std::vector<Value>& out) {
  constexpr size_t kMost = 400;
  if (out.size() >= kMost) return;
  switch (node.value.kind()) {
    case Value::Kind::kNumber:
    case Value::Kind::kString:
    case Value::Kind::kDate:
      out.push_back(node.value);
      break;
    default:
      break;
  }
  for (const TraceNode& child : node.children) collect_values(child, out);
}

}  // namespace

Trial::Trial(const policy::PolicySet& set, const record::Dataset& data, Date as_of,
             Overrides overrides)
    : set_(set),
      data_(data),
      as_of_(as_of),
      overrides_(std::move(overrides)),
      run_(set, data_, as_of, options_with(overrides_)) {
  for (size_t t = 0; t < data_.catalogue().types.size(); ++t) {
    on_record_.push_back(data_.table(t).size());
  }
}

void Trial::begin(const policy::Rule& rule, const Entity& subject) {
  spare_used_.clear();
  unfocus();
  refresh();
  rule_ = &rule;
  auto& reading = rule_readings_[&rule];
  if (reading == nullptr) reading = std::make_unique<Reading>(set_, rule);
  reading_ = std::make_unique<Reading>(*reading);
  settled_.clear();
  std::vector<size_t> whole_run;
  for (const size_t index : reading_->measures()) {
    const Measure& measure = set_.measures[index];
    if (!measure.validity.holds_on(as_of_)) continue;
    if (is_group_measure(measure)) settled_.push_back(index);
    if (measure.on.empty() && measure.args.empty()) whole_run.push_back(index);
  }
  // Over all records, before those of other groups are hidden.
  model().settle(whole_run);
  model().subjects(rule.subject);  // builds the groups
  subject_ = {&model(), subject.kind, subject.row};
  members_.clear();
  if (model().is_group(subject_)) members_ = model().members_of(subject_);
  evaluations_ = 0;
  focus();
}

// ---- groups that matter ----

namespace {

bool same_cell(const Column& column, size_t a, size_t b) {
  if (column.is_blank(a) || column.is_blank(b)) return column.is_blank(a) == column.is_blank(b);
  if (column.kind() == Column::Kind::kDecimal) return column.decimal_at(a) == column.decimal_at(b);
  return column.int64_at(a) == column.int64_at(b);  // texts by their place in the dictionary
}

}  // namespace

// A place is worked out anew for every trial, so only the groups of the records reached are left to
// be ranked. Not where the rule may read the whole register.
void Trial::focus() {
  bool cut = false;
  const std::vector<ReachedRecord> reached = reach(*this, cut);
  for (const size_t index : reading_->measures()) {
    const Measure& measure = set_.measures[index];
    if (!is_group_measure(measure) || reading_->says(measure.on)) continue;
    const size_t type = *data_.catalogue().type_index(measure.on);
    std::vector<size_t> rows;
    for (const ReachedRecord& record : reached) {
      if (record.type == type) rows.push_back(record.row);
    }
    hide_others(type, measure, rows);
  }
}

void Trial::hide_others(size_t type, const Measure& measure, const std::vector<size_t>& rows) {
  record::Table& table = data_.table(type);
  std::vector<const Column*> within;
  for (const std::string& name : measure.within) {
    const auto field = table.type->field_index(name);
    if (!field) return;  // a measure tells the groups apart, which a change may move
    within.push_back(&table.columns[*field]);
  }
  // Several measures may group the same records: what one of them needs stays.
  for (const size_t index : reading_->measures()) {
    const Measure& other = set_.measures[index];
    if (is_group_measure(other) && other.on == measure.on && other.within != measure.within) return;
  }
  for (size_t row = 0; row < on_record_[type]; ++row) {
    if (!table.holds_on(row, as_of_)) continue;
    const bool wanted = std::any_of(rows.begin(), rows.end(), [&](size_t own) {
      return std::all_of(within.begin(), within.end(),
                         [&](const Column* column) { return same_cell(*column, row, own); });
    });
    if (wanted) continue;
    hidden_.push_back({type, row, {table.valid_from(row), table.valid_to(row)}});
    table.set_validity(row, table.valid_from(row), never());
  }
  changed_types_.insert(type);
  reindexed_.insert(type);
}

void Trial::unfocus() {
  for (const Hidden& hidden : hidden_) {
    data_.table(hidden.type).set_validity(hidden.row, hidden.validity.from, hidden.validity.to);
    changed_types_.insert(hidden.type);
    reindexed_.insert(hidden.type);
  }
  hidden_.clear();
}

const Reading& Trial::reading_of(size_t measure) {
  auto& reading = measure_readings_[measure];
  if (reading == nullptr) reading = std::make_unique<Reading>(set_, set_.measures[measure]);
  return *reading;
}

const Scale& Trial::scale(size_t type, size_t field) {
  const auto found = scales_.find({type, field});
  if (found != scales_.end()) return found->second;
  return scales_.emplace(std::pair(type, field), Scale(data_.table(type), field)).first->second;
}

// Forgets what the changes since the last evaluation may have touched.
void Trial::refresh() {
  std::vector<size_t> measures;
  const auto touched = [&](size_t index) {
    const Measure& measure = set_.measures[index];
    const Reading& reading = reading_of(index);
    return std::any_of(changed_names_.begin(), changed_names_.end(),
                       [&](const std::string& name) { return reading.says(name); }) ||
           std::any_of(changed_types_.begin(), changed_types_.end(), [&](size_t type) {
             const std::string& name = data_.catalogue().types[type].name;
             return measure.on == name || reading.says(name);
           });
  };
  if (!changed_names_.empty() || !changed_types_.empty()) {
    for (size_t i = 0; i < set_.measures.size(); ++i) {
      if (is_group_measure(set_.measures[i]) && touched(i)) measures.push_back(i);
    }
  }
  Model::Forgotten what;
  what.types.assign(reindexed_.begin(), reindexed_.end());
  what.rows.assign(changed_rows_.begin(), changed_rows_.end());
  std::erase_if(what.rows, [&](const auto& row) { return reindexed_.contains(row.first); });
  what.group_measures = std::move(measures);
  model().forget(what);
  changed_names_.clear();
  changed_types_.clear();
  changed_rows_.clear();
  reindexed_.clear();
}

Entity Trial::find_group(Model& model) const {
  for (const Entity& group : model.subjects(rule_->subject)) {
    for (const Entity& member : model.members_of(group)) {
      const bool own = std::any_of(members_.begin(), members_.end(), [&](const Entity& other) {
        return other.kind == member.kind && other.row == member.row;
      });
      if (own) return group;
    }
  }
  return {};
}

Entity Trial::find_subject() {
  if (members_.empty()) return subject_;
  model().forget_groups();
  return find_group(model());
}

std::optional<Verdict> Trial::evaluate() {
  ++evaluations_;
  refresh();
  const Entity subject = find_subject();
  if (subject.source == nullptr) return std::nullopt;
  const Finding finding = run_.evaluate(*rule_, subject);
  if (!concerns(finding)) return std::nullopt;
  return finding.verdict;
}

std::optional<Verdict> Trial::evaluate(const Doubt& doubt) {
  refresh();
  model().settle(settled_);  // what is kept must not be worked out under doubt
  model().doubt(&doubt);
  const auto verdict = evaluate();
  model().doubt(nullptr);
  return verdict;
}

std::optional<Verdict> Trial::evaluate_anew() {
  unfocus();
  Run run(set_, data_, as_of_, options_with(overrides_));
  Entity subject{&run.model(), subject_.kind, subject_.row};
  run.model().subjects(rule_->subject);
  if (!members_.empty()) subject = find_group(run.model());
  if (subject.source == nullptr) return std::nullopt;
  const Finding finding = run.evaluate(*rule_, subject);
  if (!concerns(finding)) return std::nullopt;
  return finding.verdict;
}

std::vector<Value> Trial::values_met() {
  TraceNode root;
  refresh();
  const Entity subject = find_subject();
  model().evaluator().trace_into(&root);
  run_.evaluate(*rule_, subject);
  model().evaluator().trace_into(nullptr);
  std::vector<Value> out;
  collect_values(root, out);
  return out;
}

// As an import writes it (document::Importer::set_valid_time).
std::optional<Date> Trial::valid_from(size_t type_index, size_t row) const {
  const RecordType& type = data_.catalogue().types[type_index];
  const record::Table& table = data_.table(type_index);
  const auto field = type.field_index(type.valid_field);
  if (!field) return table.valid_from(row);
  const Column& column = table.columns[*field];
  if (column.is_blank(row)) {
    const bool held = type.valid != RecordType::Valid::kFrom || !type.taken_with.empty();
    return held ? std::nullopt : Date::from_ymd(9999, 12, 31);
  }
  const int64_t value = column.int64_at(row);
  if (type.valid != RecordType::Valid::kYear) return Date::from_days(static_cast<int32_t>(value));
  return Date::from_ymd(static_cast<int>(value), 1, 1);
}

void Trial::set_cell(size_t type_index, size_t row, size_t field, const Cell& cell) {
  record::Table& table = data_.table(type_index);
  table.columns[field].set(row, cell);
  changed_names_.insert(table.type->fields[field].name);
  if (table.type->fields[field].name != table.type->valid_field) return;
  table.set_validity(row, valid_from(type_index, row), table.valid_to(row));
  changed_types_.insert(type_index);
  changed_rows_.emplace(type_index, row);
}

void Trial::set_validity(size_t type, size_t row, const Validity& validity) {
  record::Table& table = data_.table(type);
  set_aside_.try_emplace({type, row}, Validity{table.valid_from(row), table.valid_to(row)});
  table.set_validity(row, validity.from, validity.to);
  changed_types_.insert(type);
  changed_rows_.emplace(type, row);
}

void Trial::restore(size_t type, size_t row) {
  const auto kept = set_aside_.find({type, row});
  if (kept == set_aside_.end()) return;
  const Validity validity = kept->second;
  set_validity(type, row, validity);
  set_aside_.erase({type, row});
}

// Places that a shown record might move are doubted by whoever shows it, so they are kept.
void Trial::show(size_t type, size_t row) {
  const bool changed = changed_types_.contains(type);
  set_validity(type, row, {});
  if (!changed) changed_types_.erase(type);
}

void Trial::unshow(size_t type, size_t row) {
  const bool changed = changed_types_.contains(type);
  restore(type, row);
  if (!changed) changed_types_.erase(type);
}

size_t Trial::spare_row(size_t type) {
  std::vector<size_t>& rows = spare_[type];
  size_t& used = spare_used_[type];
  if (used < rows.size()) return rows[used++];
  record::Table& table = data_.table(type);
  const size_t row = table.size();
  for (Column& column : table.columns) column.append_blank();
  table.append({{}, std::nullopt, never(), false, table.add_place({}, {}), 0, 0});
  reindexed_.insert(type);
  rows.push_back(row);
  ++used;
  return row;
}

void Trial::make(const Change& change) {
  for (const Edit& edit : change.edits) set_cell(change.type, change.row, edit.field, edit.to);
  if (change.kind == Change::Kind::kRemoved) {
    set_validity(change.type, change.row, {std::nullopt, never()});
  } else if (change.kind == Change::Kind::kAdded) {
    set_validity(change.type, change.row, {valid_from(change.type, change.row), std::nullopt});
    // It may stand in a group that nobody else of those reached is in.
    if (unfocused_++ == 0) unfocus();
  }
}

void Trial::take_back(const Change& change) {
  if (change.kind == Change::Kind::kAdded && --unfocused_ == 0) focus();
  if (change.kind != Change::Kind::kCell) return restore(change.type, change.row);
  for (const Edit& edit : change.edits) set_cell(change.type, change.row, edit.field, edit.from);
}

}  // namespace dandang::evaluation
