#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "evaluation/nearest_change.h"

namespace dandang::evaluation {

// A run before and a run after, and what differs. Nothing is written anywhere.

// A parameter with the value it would have.
struct Setting {
  std::string package;
  std::string name;
  std::string value;
};

// Which settings are made: bit i stands for the i-th.
using SettingMask = uint32_t;
constexpr size_t kMaxSettings = 6;  // every combination of them is run

struct SimulationInput {
  const policy::PolicySet& before;
  const policy::PolicySet& after;
  const record::Dataset& before_data;
  const record::Dataset& after_data;
  Date as_of;
  std::vector<Setting> settings;   // made in `after`
  std::vector<std::string> rules;  // ids; empty: all
  bool packages_differ = false;    // else only rules that read a setting can differ
  // Evaluations spent on who is one fact away, for each side; 0: not asked.
  size_t near_evaluations = 0;
  std::function<void(size_t done, size_t all)> progress;
};

// What a rule says of one subject on one side; no verdict: there is no finding.
struct SideFinding {
  std::optional<Verdict> verdict;
  std::optional<Decimal> amount;
};

struct MovedSubject {
  std::string key;
  std::string identity_number;
  feel::Entity before;  // of the models before and after; no source: no such subject
  feel::Entity after;
  std::string name;
  SideFinding was;
  SideFinding is;
  // The smallest sets of settings that alone move the subject as far.
  std::vector<SettingMask> smallest;
};

struct AmountTotals {
  size_t count = 0;
  Decimal sum;
};

// Who is one fact away from the other verdict.
struct NearLine {
  size_t entering = 0;  // not met, and would be with one fact different
  size_t leaving = 0;   // met, and would not be
  size_t searched = 0;  // subjects of whom it is known
  size_t all = 0;       // subjects that are met or not met
};

struct GroupCount {
  size_t before = 0;  // met
  size_t after = 0;
  size_t entered = 0;
  size_t left = 0;
};

using Transition = std::pair<std::optional<Verdict>, std::optional<Verdict>>;

struct RuleDifference {
  const policy::Rule* before = nullptr;  // null: not in force, or not there
  const policy::Rule* after = nullptr;
  size_t entered = 0;
  size_t left = 0;
  size_t stayed = 0;  // met on both sides
  std::map<Transition, size_t> transitions;
  AmountTotals amounts_before;
  AmountTotals amounts_after;
  size_t amounts_changed = 0;                  // met on both sides with another amount
  std::map<std::string, GroupCount> by_group;  // by the declared breakdown; "" where there is none
  std::map<std::vector<SettingMask>, size_t> by_settings;  // who moved, by the smallest sets
  std::vector<MovedSubject> moved;
  // Of rules that differ only.
  NearLine near_before;
  NearLine near_after;

  const policy::Rule& rule() const { return after != nullptr ? *after : *before; }
  bool differs() const;
};

struct Simulation {
  std::vector<RuleDifference> rules;  // that could differ
  size_t untouched = 0;               // rules that read nothing that was changed
  Text group_label;                   // of the breakdown; empty: none is declared
};

Simulation simulate(const SimulationInput& input);

// The smallest sets of settings under which a subject's finding is what it is under all of them.
// `finding_of` gives the finding under a set of settings.
std::vector<SettingMask> smallest_settings(
    size_t settings, const std::function<SideFinding(SettingMask)>& finding_of);

// The settings as a run takes them.
Overrides overrides_of(const policy::PolicySet& set, const std::vector<Setting>& settings,
                       SettingMask mask);

}  // namespace dandang::evaluation
