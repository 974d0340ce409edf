#include "evaluation/standing.h"

#include <algorithm>
#include <unordered_map>

namespace dandang::evaluation {

using feel::Entity;
using feel::Value;
using policy::Measure;

namespace {

// So many evaluations of a rule and more are done by columns, whose making costs as much.
constexpr size_t kWorthColumns = 300;

bool same_causes(const feel::CausesPtr& a, const feel::CausesPtr& b) {
  if (a == b) return true;
  if (a == nullptr || b == nullptr) return false;
  return a->more == b->more && a->items == b->items;
}

// Whether nobody can tell the values apart; in doubt they are not the same.
bool same_value(const Value& a, const Value& b) {
  using Kind = Value::Kind;
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kNull:
      return true;
    case Kind::kUnknown:
      return same_causes(a.causes(), b.causes());
    case Kind::kBoolean:
      return a.boolean() == b.boolean();
    case Kind::kNumber:
      return a.number() == b.number() && a.to_string() == b.to_string();
    case Kind::kString:
      return a.string() == b.string();
    case Kind::kDate:
      return a.date() == b.date();
    case Kind::kEntity:
      return a.entity() == b.entity();
    case Kind::kContext: {
      const auto& left = a.context().entries;
      const auto& right = b.context().entries;
      return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                        [](const auto& x, const auto& y) {
                          return x.first == y.first && same_value(x.second, y.second);
                        });
    }
    default:
      return false;
  }
}

RunOptions options_with(Overrides overrides) {
  RunOptions options;
  options.overrides = std::move(overrides);
  return options;
}

bool comes_before(const Finding& finding, uint32_t row) {
  return finding.subject.row < row;
}

}  // namespace

// What of one rule is to be evaluated again.
struct Standing::Task {
  size_t rule = 0;
  bool all = false;
  std::vector<uint32_t> rows;          // of subjects as they are numbered now
  std::vector<feel::Entity> subjects;  // those of them that are there
};

Standing::Standing(const policy::PolicySet& set, record::Dataset data, Date as_of,
                   Overrides overrides)
    : set_(set),
      data_(std::move(data)),
      as_of_(as_of),
      run_(set_, data_, as_of_, options_with(std::move(overrides))),
      rules_(run_.rules()),
      groups_wanted_(set.subjects.size(), false),
      groups_(set.subjects.size()),
      reach_(run_.model(), groups_) {
  Footprints footprints(run_.model());
  for (size_t i = 0; i < set_.subjects.size(); ++i) {
    group_footprints_.push_back(footprints.of_groups(i));
  }
  std::unordered_map<const policy::Rule*, size_t> places;
  for (const policy::Rule* rule : rules_) {
    places.emplace(rule, kept_.size());
    Kept& kept = kept_.emplace_back();
    kept.footprint = footprints.of(*rule);
    kept.names = footprints.of_names(rule->subject);
    if (const auto type = data_.catalogue().type_index(rule->subject)) {
      kept.subject_kind = static_cast<uint32_t>(*type);
    }
    for (size_t i = 0; i < set_.subjects.size(); ++i) {
      if (set_.subjects[i].name != rule->subject) continue;
      kept.subject_kind = static_cast<uint32_t>(data_.catalogue().types.size() + i);
      groups_wanted_[i] = true;
    }
  }
  find_nodes(footprints);
  for (Finding& finding : run_.findings()) {
    kept_[places.at(finding.rule)].findings.push_back(std::move(finding));
  }
  for (size_t i = 0; i < groups_.size(); ++i) {
    if (groups_wanted_[i]) groups_[i] = states_of(i);
  }
  for (const Node& node : nodes_) {
    if (node.kind == Node::Kind::kWholeRun) {
      whole_run_[node.measure] = run_.model().value_of_run(node.measure);
    } else {
      run_.model().group_values(node.measure);
    }
  }
  run_.model().forget({});
  run_.forget_names();
}

std::vector<Finding> Standing::findings() const {
  std::vector<Finding> out;
  for (const Kept& kept : kept_) {
    out.insert(out.end(), kept.findings.begin(), kept.findings.end());
  }
  return out;
}

// ---- measures that rest on many records ----

void Standing::find_nodes(Footprints& footprints) {
  for (const Kept& kept : kept_) add_nodes_of(footprints, kept.footprint);
  for (size_t i = 0; i < group_footprints_.size(); ++i) {
    if (groups_wanted_[i]) add_nodes_of(footprints, group_footprints_[i]);
  }
}

void Standing::add_nodes_of(Footprints& footprints, const Footprint& footprint) {
  for (const size_t i : footprint.whole_run) add_node(footprints, Node::Kind::kWholeRun, i);
  for (const size_t i : footprint.group_measures) {
    add_node(footprints, Node::Kind::kGroupMeasure, i);
  }
}

void Standing::add_node(Footprints& footprints, Node::Kind kind, size_t measure) {
  const bool known = std::any_of(nodes_.begin(), nodes_.end(),
                                 [&](const Node& node) { return node.measure == measure; });
  if (known) return;
  Node node{kind, measure, footprints.of_measure(measure)};
  node.footprint.whole_run.erase(measure);
  node.footprint.group_measures.erase(measure);
  add_nodes_of(footprints, node.footprint);
  nodes_.push_back(std::move(node));
}

void Standing::renew_node(const Node& node, Happened& happened) {
  if (node.kind == Node::Kind::kWholeRun) {
    renew_whole_run(node, happened);
  } else {
    renew_group_values(node, happened);
  }
}

void Standing::renew_whole_run(const Node& node, Happened& happened) {
  if (!reach_.touches(node.footprint)) return;
  Model::Forgotten forgotten;
  forgotten.whole_run = {node.measure};
  run_.model().forget(forgotten);
  Value& kept = whole_run_[node.measure];
  Value now = run_.model().value_of_run(node.measure);
  run_.model().evaluator().uses().clear();
  // Findings tell who set the parameters behind it, even if the value is as it was.
  const Footprint& read = node.footprint;
  const bool forced =
      std::any_of(read.parameters.begin(), read.parameters.end(),
                  [&](size_t parameter) {
                    const policy::Parameter& one = set_.parameters[parameter];
                    return happened.amendment->parameters.contains({one.package, one.name});
                  }) ||
      std::any_of(read.whole_run.begin(), read.whole_run.end(),
                  [&](size_t other) { return happened.forced.contains(other); });
  if (forced) happened.forced.insert(node.measure);
  if (forced || !same_value(kept, now)) happened.whole_run.insert(node.measure);
  kept = std::move(now);
}

void Standing::renew_group_values(const Node& node, Happened& happened) {
  const auto type =
      static_cast<uint32_t>(*data_.catalogue().type_index(set_.measures[node.measure].on));
  ReachedSubjects reached = reach_.from(node.footprint, type);
  std::map<uint32_t, Value> before;
  if (reached.all) {
    const auto& values = run_.model().group_values(node.measure);
    before.insert(values.begin(), values.end());
    Model::Forgotten forgotten;
    forgotten.group_measures = {node.measure};
    run_.model().forget(forgotten);
  } else {
    for (const record::AmendedRow& row : happened.amendment->rows) {
      if (row.type == type && appears_or_goes(row)) {
        reached.rows.insert(static_cast<uint32_t>(row.row));
      }
    }
    if (reached.rows.empty()) return;
    before = run_.model().renew_group_values(
        node.measure, std::vector<uint32_t>(reached.rows.begin(), reached.rows.end()));
  }
  const auto& now = run_.model().group_values(node.measure);
  std::vector<uint32_t>& other = happened.group_values[node.measure];
  for (const auto& [row, value] : before) {
    const auto at = now.find(row);
    if (at == now.end() || !same_value(value, at->second)) other.push_back(row);
  }
  for (const uint32_t row : reached.rows) {
    if (!before.contains(row) && now.contains(row)) other.push_back(row);
  }
  if (!reached.all) return;
  for (const auto& [row, value] : now) {
    if (!before.contains(row)) other.push_back(row);
  }
}

bool Standing::appears_or_goes(const record::AmendedRow& row) const {
  return row.held_on(as_of_) != data_.table(row.type).holds_on(row.row, as_of_);
}

bool Standing::visible_changed(size_t type, const record::Amendment& amendment) const {
  return std::any_of(amendment.rows.begin(), amendment.rows.end(),
                     [&](const auto& row) { return row.type == type && appears_or_goes(row); });
}

// ---- groups ----

std::vector<GroupState> Standing::states_of(size_t subject) {
  Model& model = run_.model();
  const auto kind = static_cast<uint32_t>(data_.catalogue().types.size() + subject);
  const std::vector<Entity>& there = model.subjects(set_.subjects[subject].name);
  std::vector<GroupState> out(model.group_count(subject));
  for (size_t g = 0; g < out.size(); ++g) {
    const Entity group{&model, kind, static_cast<uint32_t>(g)};
    GroupState& state = out[g];
    state.identity = model.group_identity(group);
    for (const Entity& member : model.members_of(group)) state.members.push_back(member.row);
    for (size_t m = 0; m < state.members.size(); ++m) {
      state.maybe.push_back(!model.is_surely_in(group, m));
    }
    if (const feel::CausesPtr& causes = model.maybe_causes_of(group)) {
      state.maybe_causes = causes->items;
    }
  }
  for (const Entity& group : there) out[group.row].exists = true;
  return out;
}

void Standing::renew_groups(const Happened& happened) {
  moves_.clear();
  std::map<size_t, std::vector<GroupState>> renewed;
  for (size_t subject = 0; subject < groups_.size(); ++subject) {
    if (!groups_wanted_[subject]) continue;
    const auto of = data_.catalogue().type_index(set_.subjects[subject].of);
    if (!of) continue;
    if (!reach_.touches(group_footprints_[subject]) && !visible_changed(*of, *happened.amendment)) {
      continue;
    }
    run_.model().forget_groups_of(subject);
    std::vector<GroupState> now = states_of(subject);
    const std::vector<GroupState>& before = groups_[subject];
    if (now == before) continue;
    std::unordered_map<std::string, uint32_t> numbers;
    for (size_t g = 0; g < now.size(); ++g) {
      numbers.emplace(now[g].identity, static_cast<uint32_t>(g));
    }
    GroupMove move;
    std::vector<bool> kept(now.size(), false);
    for (const GroupState& group : before) {
      const auto found = numbers.find(group.identity);
      const bool same = found != numbers.end() && now[found->second] == group;
      if (same) kept[found->second] = true;
      move.now.push_back(same ? std::optional(found->second) : std::nullopt);
    }
    for (size_t g = 0; g < now.size(); ++g) {
      if (!kept[g]) move.other.push_back(static_cast<uint32_t>(g));
    }
    moves_.emplace(subject, std::move(move));
    renewed.emplace(subject, std::move(now));
  }
  renewed_groups_ = std::move(renewed);
}

// Findings of groups that are as they were follow them to their numbers now; the others go.
void Standing::renumber(Kept& kept, const GroupMove& move) {
  std::erase_if(kept.findings,
                [&](const Finding& finding) { return !move.now[finding.subject.row]; });
  for (Finding& finding : kept.findings) finding.subject.row = *move.now[finding.subject.row];
  std::sort(kept.findings.begin(), kept.findings.end(),
            [](const Finding& a, const Finding& b) { return a.subject.row < b.subject.row; });
}

// ---- rules ----

// Rows come and go; lists of who refers to whom are mended, values worked out again when asked for.
void Standing::forget(const record::Amendment& amendment) {
  std::set<size_t> types;
  for (const record::AmendedRow& row : amendment.rows) {
    const std::vector<record::Field>& fields = data_.catalogue().types[row.type].fields;
    const bool refers = std::any_of(row.fields.begin(), row.fields.end(), [&](size_t field) {
      return fields[field].kind == record::FieldKind::kRef;
    });
    if (row.appended || refers || appears_or_goes(row)) types.insert(row.type);
  }
  Model::Forgotten forgotten;
  forgotten.types.assign(types.begin(), types.end());
  run_.model().forget(forgotten);
  run_.forget_names();
}

Result<Standing::Renewal> Standing::apply(const record::ChangeSet& change_set,
                                          record::ChangeSetId recorded_in) {
  DD_ASSIGN_OR_RETURN(const record::Amendment amendment,
                      record::amend(data_, change_set, recorded_in));
  Happened happened;
  happened.amendment = &amendment;
  reach_.begin(happened);
  forget(amendment);
  for (const Node& node : nodes_) renew_node(node, happened);
  renew_groups(happened);
  const std::vector<Task> todo = tasks(happened);
  reach_.settle();
  for (auto& [subject, states] : renewed_groups_) groups_[subject] = std::move(states);
  for (Kept& kept : kept_) {
    if (kept.subject_kind < data_.catalogue().types.size()) continue;
    const auto move = moves_.find(kept.subject_kind - data_.catalogue().types.size());
    if (move != moves_.end()) renumber(kept, move->second);
  }
  Renewal renewal;
  renewal.rules = todo.size();
  for (const Task& task : todo) renewal.evaluations += task.subjects.size();
  std::vector<const Task*> many;
  for (const Task& task : todo) {
    if (task.subjects.size() >= kWorthColumns) {
      many.push_back(&task);
    } else {
      work_off(task);
    }
  }
  work_off_by_columns(many);
  return renewal;
}

std::vector<Standing::Task> Standing::tasks(const Happened& happened) {
  std::vector<Task> out;
  for (size_t rule = 0; rule < kept_.size(); ++rule) {
    Task task = task_of(rule, happened);
    if (task.all || !task.rows.empty()) out.push_back(std::move(task));
  }
  return out;
}

Standing::Task Standing::task_of(size_t rule, const Happened& happened) {
  const Kept& kept = kept_[rule];
  Task task;
  task.rule = rule;
  std::set<uint32_t> rows;
  const size_t types = data_.catalogue().types.size();
  const auto move =
      kept.subject_kind < types ? moves_.end() : moves_.find(kept.subject_kind - types);
  for (const Footprint* footprint : {&kept.footprint, &kept.names}) {
    const ReachedSubjects reached = reach_.from(*footprint, kept.subject_kind);
    task.all = task.all || reached.all;
    for (const uint32_t row : reached.rows) {
      if (move == moves_.end()) {
        rows.insert(row);
      } else if (move->second.now[row]) {
        rows.insert(*move->second.now[row]);
      }
    }
  }
  if (move != moves_.end()) rows.insert(move->second.other.begin(), move->second.other.end());
  if (kept.subject_kind < types) {
    for (const record::AmendedRow& row : happened.amendment->rows) {
      if (row.type == kept.subject_kind && appears_or_goes(row)) {
        rows.insert(static_cast<uint32_t>(row.row));
      }
    }
  }
  task.rows.assign(rows.begin(), rows.end());
  const std::vector<Entity>& there = run_.model().subjects(rules_[rule]->subject);
  if (task.all) {
    task.subjects = there;
    return task;
  }
  for (const uint32_t row : task.rows) {
    const auto at = std::lower_bound(
        there.begin(), there.end(), row,
        [](const Entity& subject, uint32_t wanted) { return subject.row < wanted; });
    if (at != there.end() && at->row == row) task.subjects.push_back(*at);
  }
  return task;
}

void Standing::work_off(const Task& task) {
  std::vector<Finding> renewed;
  for (const Entity& subject : task.subjects) {
    Finding finding = run_.evaluate(*rules_[task.rule], subject);
    if (concerns(finding)) renewed.push_back(std::move(finding));
  }
  put(task, std::move(renewed));
}

void Standing::work_off_by_columns(const std::vector<const Task*>& tasks) {
  if (tasks.empty()) return;
  std::vector<Run::Asked> asked;
  std::unordered_map<const policy::Rule*, std::vector<Finding>> renewed;
  for (const Task* task : tasks) {
    asked.push_back({rules_[task->rule], &task->subjects});
    renewed[rules_[task->rule]].reserve(task->subjects.size());
  }
  for (Finding& finding : run_.findings_of(asked)) {
    renewed[finding.rule].push_back(std::move(finding));
  }
  for (const Task* task : tasks) put(*task, std::move(renewed[rules_[task->rule]]));
}

// Findings renewed of the task's subjects take the place of those they had.
void Standing::put(const Task& task, std::vector<Finding> renewed) {
  std::vector<Finding>& findings = kept_[task.rule].findings;
  if (task.all) {
    findings = std::move(renewed);
    return;
  }
  auto next = renewed.begin();
  for (const uint32_t row : task.rows) {
    const auto at = std::lower_bound(findings.begin(), findings.end(), row, comes_before);
    const bool kept = at != findings.end() && at->subject.row == row;
    const bool found = next != renewed.end() && next->subject.row == row;
    if (found && kept) {
      *at = std::move(*next++);
    } else if (found) {
      findings.insert(at, std::move(*next++));
    } else if (kept) {
      findings.erase(at);
    }
  }
}

}  // namespace dandang::evaluation
