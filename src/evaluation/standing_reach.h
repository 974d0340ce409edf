#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "evaluation/footprint.h"
#include "evaluation/reverse_references.h"

namespace dandang::evaluation {

// A declared group as it is on the records.
struct GroupState {
  std::string identity;  // what makes it, as text
  std::vector<uint32_t> members;
  std::vector<bool> maybe;
  std::vector<feel::Cause> maybe_causes;
  bool exists = false;

  bool operator==(const GroupState&) const = default;
};

// All that changed between two evaluations of the same records.
struct Happened {
  const record::Amendment* amendment = nullptr;
  std::set<size_t> whole_run;  // measures whose value is another
  std::set<size_t> forced;     // of them, those that rest on a parameter that was set
  std::map<size_t, std::vector<uint32_t>> group_values;  // by measure, rows with another value
};

// The rows of one kind that a footprint leads from, or all of them.
struct ReachedSubjects {
  bool all = false;
  std::unordered_set<uint32_t> rows;
};

// Finds, for a footprint, from which subjects it leads to what happened: the paths that evaluation
// takes, walked backwards on the records as they were. Whoever read nothing that changed then has
// the same value now.
class StandingReach {
 public:
  StandingReach(const Model& model, const std::vector<std::vector<GroupState>>& groups);

  void begin(const Happened& happened);
  void settle();

  // Whether anything the footprint reads changed.
  bool touches(const Footprint& footprint);
  ReachedSubjects from(const Footprint& footprint, uint32_t subject_kind);

 private:
  using Place = std::pair<uint32_t, uint32_t>;  // kind and row
  struct Starts {
    bool all = false;
    std::set<Place> places;
  };
  struct Search;

  Starts starts_of(const Footprint& footprint) const;
  void add_row(const Footprint& footprint, const record::AmendedRow& row, Starts& out) const;
  void add_owners(const Footprint& footprint, const record::AmendedRow& row, Starts& out) const;
  void walk_back(Search& search, const Place& place);
  void walk_to_owners(Search& search, const Place& place);
  void walk_to_referring(Search& search, const Place& place);
  void walk_to_groups(Search& search, const Place& place);
  // Whether rows of the type without an owner may be anyone's.
  bool may_be_anyones(size_t type, size_t owner_field) const;

  const Model& model_;
  const std::vector<std::vector<GroupState>>& groups_;  // by subject, before what happened
  ReverseReferences references_;
  const Happened* happened_ = nullptr;
  // By subject: rows' groups, made when they are first asked for.
  std::map<size_t, std::vector<std::vector<uint32_t>>> groups_of_rows_;
};

}  // namespace dandang::evaluation
