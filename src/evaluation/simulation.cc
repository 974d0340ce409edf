#include "evaluation/simulation.h"

#include <algorithm>
#include <bit>
#include <memory>

#include "evaluation/nearest_change_reading.h"

namespace dandang::evaluation {

using feel::Entity;
using feel::Value;
using policy::Rule;

namespace {

bool is_met(const SideFinding& finding) {
  return finding.verdict == Verdict::kMet;
}

bool same(const SideFinding& a, const SideFinding& b) {
  return a.verdict == b.verdict && a.amount == b.amount;
}

SettingMask all_of(size_t settings) {
  return (SettingMask{1} << settings) - 1;
}

// Evaluations spent on one subject when counting who is near the line.
constexpr size_t kNearEvaluationsEach = 400;

struct Subject {
  std::string key;
  std::string identity_number;
  bool operator<(const Subject& other) const {
    return std::tie(key, identity_number) < std::tie(other.key, other.identity_number);
  }
};

struct Found {
  SideFinding finding;
  Entity entity;
};

// What one run says, by rule and subject.
class Side {
 public:
  Side(const policy::PolicySet& set, const record::Dataset& data, Date as_of, Overrides overrides,
       const std::vector<std::string>& rules, const std::function<void(size_t, size_t)>& progress)
      : run_(set, data, as_of, options(std::move(overrides), rules, progress)) {
    // Without a rule there is nothing to run; an empty list would mean all of them.
    if (rules.empty()) return;
    for (const Rule* rule : run_.rules()) rules_.emplace(rule->id, rule);
    for (const Finding& finding : run_.findings()) {
      Found found;
      found.finding.verdict = finding.verdict;
      if (finding.amount.is(Value::Kind::kNumber)) found.finding.amount = finding.amount.number();
      found.entity = finding.subject;
      by_rule_[finding.rule->id].insert_or_assign({finding.subject_key, finding.identity_number},
                                                  found);
    }
  }

  const Rule* rule(const std::string& id) const {
    const auto found = rules_.find(id);
    return found == rules_.end() ? nullptr : found->second;
  }
  const std::map<Subject, Found>& findings(const std::string& rule) { return by_rule_[rule]; }
  const Found* find(const std::string& rule, const Subject& subject) {
    const auto found = by_rule_[rule].find(subject);
    return found == by_rule_[rule].end() ? nullptr : &found->second;
  }
  Model& model() { return run_.model(); }

 private:
  static RunOptions options(Overrides overrides, const std::vector<std::string>& rules,
                            const std::function<void(size_t, size_t)>& progress) {
    RunOptions out;
    out.overrides = std::move(overrides);
    out.rules = rules;
    out.progress = progress;
    return out;
  }

  Run run_;
  std::map<std::string, const Rule*> rules_;
  std::map<std::string, std::map<Subject, Found>> by_rule_;
};

class Simulator {
 public:
  explicit Simulator(const SimulationInput& input) : input_(input) {}

  Simulation run() {
    Simulation out;
    const std::vector<std::string> ids = touched_rules(out.untouched);
    // Every combination of settings is one part of the work; none of them is "before".
    const size_t combinations = size_t{1} << input_.settings.size();
    parts_ =
        combinations + (input_.packages_differ ? 1 : 0) + (input_.near_evaluations > 0 ? 2 : 0);
    before_ = std::make_unique<Side>(input_.before, input_.before_data, input_.as_of, Overrides{},
                                     ids, part_progress());
    run_combinations(ids, combinations);
    out.group_label = label();
    for (const std::string& id : ids) {
      RuleDifference difference = compare(id);
      if (difference.before == nullptr && difference.after == nullptr) continue;
      out.rules.push_back(std::move(difference));
    }
    if (input_.near_evaluations > 0) count_near(out.rules);
    return out;
  }

 private:
  // ---- what to run ----

  bool reads_a_setting(const policy::PolicySet& set, const Rule& rule) const {
    const Reading reading(set, rule);
    return std::any_of(reading.parameters().begin(), reading.parameters().end(), [&](size_t index) {
      const policy::Parameter& parameter = set.parameters[index];
      return std::any_of(
          input_.settings.begin(), input_.settings.end(), [&](const Setting& setting) {
            return setting.package == parameter.package && setting.name == parameter.name;
          });
    });
  }

  std::vector<std::string> touched_rules(size_t& untouched) const {
    std::vector<std::string> out;
    const auto add = [&](const policy::PolicySet& set) {
      for (const Rule& rule : set.rules) {
        const auto known = std::find(out.begin(), out.end(), rule.id);
        const bool wanted =
            input_.rules.empty() ||
            std::find(input_.rules.begin(), input_.rules.end(), rule.id) != input_.rules.end();
        if (known != out.end() || !wanted) continue;
        if (input_.packages_differ || reads_a_setting(set, rule)) {
          out.push_back(rule.id);
        } else {
          ++untouched;
        }
      }
    };
    add(input_.before);
    if (input_.packages_differ) add(input_.after);
    return out;
  }

  std::function<void(size_t, size_t)> part_progress() {
    const size_t part = part_++;
    return [this, part](size_t done, size_t all) {
      if (input_.progress && all > 0) {
        input_.progress(part * 1000 + done * 1000 / all, parts_ * 1000);
      }
    };
  }

  void run_combinations(const std::vector<std::string>& ids, size_t combinations) {
    sides_.resize(combinations);
    for (size_t mask = 0; mask < combinations; ++mask) {
      // With the same packages, no setting made is the run before.
      if (mask == 0 && !input_.packages_differ) continue;
      sides_[mask] = std::make_unique<Side>(
          input_.after, input_.after_data, input_.as_of,
          overrides_of(input_.after, input_.settings, static_cast<SettingMask>(mask)), ids,
          part_progress());
    }
  }

  Side& side(SettingMask mask) { return sides_[mask] != nullptr ? *sides_[mask] : *before_; }
  Side& after() { return side(all_of(input_.settings.size())); }

  // ---- what differs ----

  RuleDifference compare(const std::string& id) {
    RuleDifference out;
    out.before = before_->rule(id);
    out.after = after().rule(id);
    std::set<Subject> subjects;
    for (const auto& [subject, found] : before_->findings(id)) subjects.insert(subject);
    for (const auto& [subject, found] : after().findings(id)) subjects.insert(subject);
    for (const Subject& subject : subjects) compare_subject(id, subject, out);
    return out;
  }

  void compare_subject(const std::string& id, const Subject& subject, RuleDifference& out) {
    const Found* was = before_->find(id, subject);
    const Found* is = after().find(id, subject);
    MovedSubject moved;
    moved.key = subject.key;
    moved.identity_number = subject.identity_number;
    if (was != nullptr) moved.was = was->finding;
    if (is != nullptr) moved.is = is->finding;
    ++out.transitions[{moved.was.verdict, moved.is.verdict}];
    count(moved.was, out.amounts_before);
    count(moved.is, out.amounts_after);
    const bool entered = is_met(moved.is) && !is_met(moved.was);
    const bool left = is_met(moved.was) && !is_met(moved.is);
    out.entered += entered ? 1 : 0;
    out.left += left ? 1 : 0;
    out.stayed += is_met(moved.was) && is_met(moved.is) ? 1 : 0;
    GroupCount& group = out.by_group[group_of(was, is, subject)];
    group.before += is_met(moved.was) ? 1 : 0;
    group.after += is_met(moved.is) ? 1 : 0;
    group.entered += entered ? 1 : 0;
    group.left += left ? 1 : 0;
    if (same(moved.was, moved.is)) return;
    if (is_met(moved.was) && is_met(moved.is)) ++out.amounts_changed;
    if (was != nullptr) moved.before = was->entity;
    if (is != nullptr) moved.after = is->entity;
    moved.name =
        is != nullptr ? after().model().name_of(is->entity) : before_->model().name_of(was->entity);
    moved.smallest = smallest_settings(input_.settings.size(), [&](SettingMask mask) {
      const Found* found = side(mask).find(id, subject);
      return found == nullptr ? SideFinding{} : found->finding;
    });
    ++out.by_settings[moved.smallest];
    out.moved.push_back(std::move(moved));
  }

  static void count(const SideFinding& finding, AmountTotals& totals) {
    if (!is_met(finding) || !finding.amount) return;
    ++totals.count;
    totals.sum = totals.sum.add(*finding.amount).value_or(totals.sum);
  }

  // ---- the declared breakdown ----

  const policy::Package* package_with_breakdown(const policy::PolicySet& set) const {
    for (const policy::Package& package : set.packages) {
      if (package.breakdown.by && package.validity.holds_on(input_.as_of)) return &package;
    }
    return nullptr;
  }

  Text label() const {
    const policy::Package* package = package_with_breakdown(input_.after);
    return package != nullptr ? package->breakdown.label : Text{};
  }

  // As things are recorded, whichever run the finding is of.
  std::string group_of(const Found* was, const Found* is, const Subject& subject) {
    const bool later = is != nullptr;
    Model& model = later ? after().model() : before_->model();
    const policy::Package* package = package_with_breakdown(later ? input_.after : input_.before);
    if (package == nullptr) return {};
    Entity entity = later ? is->entity : was->entity;
    const auto is_of = [&](const Entity& e) {
      return model.is_record(e) && model.type_of(e).name == package->breakdown.of;
    };
    if (!is_of(entity)) {
      const auto person = model.find_by_identity(subject.identity_number);
      if (subject.identity_number.empty() || !person || !is_of(*person)) return {};
      entity = *person;
    }
    const Value value = model.evaluate(package->breakdown.by, package->id, entity, nullptr);
    model.evaluator().uses().clear();
    const bool told = value.is(Value::Kind::kString) || value.is(Value::Kind::kNumber);
    return told ? value.to_string() : std::string();
  }

  // ---- who is near the line ----

  void count_near(std::vector<RuleDifference>& rules) {
    near_side(input_.before, input_.before_data, {}, *before_, rules, false);
    near_side(input_.after, input_.after_data,
              overrides_of(input_.after, input_.settings, all_of(input_.settings.size())), after(),
              rules, true);
  }

  void near_side(const policy::PolicySet& set, const record::Dataset& data, Overrides overrides,
                 Side& side, std::vector<RuleDifference>& rules, bool later) {
    ChangeSearch search(set, data, input_.as_of, std::move(overrides));
    ChangeBounds bounds;
    bounds.size = 1;
    bounds.evaluations = kNearEvaluationsEach;
    bounds.answers = 1;
    bounds.counting = true;
    const auto progress = part_progress();
    const auto differing = static_cast<size_t>(std::count_if(
        rules.begin(), rules.end(), [](const RuleDifference& rule) { return rule.differs(); }));
    // Each rule has its share: one that is hard to search must not leave nothing for the others.
    const size_t share = input_.near_evaluations / std::max<size_t>(differing, 1);
    for (RuleDifference& difference : rules) {
      size_t spent = 0;
      const Rule* rule = later ? difference.after : difference.before;
      if (rule == nullptr || rule->totals_only || !difference.differs()) continue;
      NearLine& line = later ? difference.near_after : difference.near_before;
      for (const auto& [subject, found] : side.findings(rule->id)) {
        const auto verdict = found.finding.verdict;
        if (verdict != Verdict::kMet && verdict != Verdict::kNotMet) continue;
        ++line.all;
        if (spent >= share) continue;
        const NearestChange nearest = search.find(*rule, found.entity, bounds);
        spent += nearest.evaluations;
        if (nearest.outcome != NearestChange::Outcome::kFound) {
          // Cut short, it says nothing of this subject.
          line.searched += nearest.proved ? 1 : 0;
          continue;
        }
        ++line.searched;
        ++(verdict == Verdict::kMet ? line.leaving : line.entering);
        progress(std::min(spent, share), share);
      }
    }
  }

  const SimulationInput& input_;
  std::unique_ptr<Side> before_;
  std::vector<std::unique_ptr<Side>> sides_;  // by which settings are made
  size_t part_ = 0;
  size_t parts_ = 1;
};

}  // namespace

bool RuleDifference::differs() const {
  return !moved.empty();
}

std::vector<SettingMask> smallest_settings(
    size_t settings, const std::function<SideFinding(SettingMask)>& finding_of) {
  const SettingMask all = all_of(settings);
  const SideFinding wanted = finding_of(all);
  std::vector<SettingMask> out;
  for (int size = 0; size <= static_cast<int>(settings) && out.empty(); ++size) {
    for (SettingMask mask = 0; mask <= all; ++mask) {
      if (std::popcount(mask) == size && same(finding_of(mask), wanted)) out.push_back(mask);
    }
  }
  return out;
}

Overrides overrides_of(const policy::PolicySet& set, const std::vector<Setting>& settings,
                       SettingMask mask) {
  Overrides out;
  for (size_t i = 0; i < settings.size(); ++i) {
    if ((mask >> i & 1) == 0) continue;
    const policy::Package* package = set.find_package(settings[i].package);
    const std::string prefix = package != nullptr ? package->prefix : "";
    out.parameters[prefix + "." + settings[i].name] = settings[i].value;
  }
  return out;
}

Simulation simulate(const SimulationInput& input) {
  return Simulator(input).run();
}

}  // namespace dandang::evaluation
