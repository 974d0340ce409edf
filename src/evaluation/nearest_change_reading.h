#pragma once

#include <set>
#include <string>
#include <vector>

#include "feel/value.h"
#include "policy/package.h"

namespace dandang::evaluation {

// What a rule can read, found in its texts alone: the names it says, also by way of measures, other
// rules, decisions and blanks, and the values written there. Names are not told apart by what they
// are said of, so it is more than the rule reads rather than less.
class Reading {
 public:
  Reading(const policy::PolicySet& set, const policy::Rule& rule);
  // What one measure reads.
  Reading(const policy::PolicySet& set, const policy::Measure& measure);

  bool says(const std::string& name) const { return names_.contains(name); }
  // Measures read, by their place in the set.
  const std::set<size_t>& measures() const { return measures_; }
  const std::set<size_t>& parameters() const { return parameters_; }
  // Numbers, texts and dates written in the formulas.
  const std::vector<feel::Value>& values() const { return values_; }
  // Whether the list of `referring` that a record of `owner` has may be read.
  bool reads_list(const std::string& owner, const std::string& referring) const;

 private:
  void read(const policy::Formula& formula);
  void read(const feel::Node& node);
  void read_name(const std::string& name);
  void read_measure(size_t index);
  void read_rule(const policy::Rule& rule);
  void read_decision(const policy::Decision& decision);
  void read_blanks(const std::string& field);
  void read_subject(const std::string& name);

  const policy::PolicySet& set_;
  std::set<std::string> names_;
  std::set<size_t> measures_;
  std::set<size_t> parameters_;
  std::set<const policy::Rule*> rules_;
  std::set<const policy::Decision*> decisions_;
  std::vector<feel::Value> values_;
};

}  // namespace dandang::evaluation
