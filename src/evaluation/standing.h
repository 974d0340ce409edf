#pragma once

#include <map>
#include <optional>
#include <vector>

#include "evaluation/footprint.h"
#include "evaluation/run.h"
#include "evaluation/standing_reach.h"
#include "record/amendment.h"

namespace dandang::evaluation {

// An evaluation that is kept: all findings of a run on one day, brought up to date as the records
// change by evaluating again only what a change can reach. The findings are those of a run made
// anew (docs/decisions/0015-standing-evaluation.md). It holds the records, their findings, and who
// refers to whom; not the columns. One thread.
class Standing {
 public:
  // Everything is evaluated once. The set must outlive it.
  Standing(const policy::PolicySet& set, record::Dataset data, Date as_of,
           Overrides overrides = {});
  Standing(const Standing&) = delete;
  Standing& operator=(const Standing&) = delete;

  // What a change came to.
  struct Renewal {
    size_t rules = 0;        // of which something was evaluated again
    size_t evaluations = 0;  // a rule for a subject each
  };
  // Makes in the records what a store has taken, and what follows from it in the findings. Fails as
  // record::amend does, and nothing has changed then.
  Result<Renewal> apply(const record::ChangeSet& change_set, record::ChangeSetId recorded_in);

  // The rules in force, and of each its findings in the order of its subjects.
  const std::vector<const policy::Rule*>& rules() const { return rules_; }
  const std::vector<Finding>& findings_of(size_t rule) const { return kept_[rule].findings; }
  // All, as a run gives them. Entities in them are of the model.
  std::vector<Finding> findings() const;
  const record::Dataset& data() const { return data_; }
  Model& model() { return run_.model(); }

 private:
  // A rule with what it reads and what it came to.
  struct Kept {
    Footprint footprint;
    Footprint names;
    uint32_t subject_kind = 0;
    std::vector<Finding> findings;  // by the subject's row, rising
  };
  struct Node {
    enum class Kind { kWholeRun, kGroupMeasure };
    Kind kind = Kind::kWholeRun;
    size_t measure = 0;
    Footprint footprint;
  };
  // What became of a subject's groups: by former number, the number now; none if it is gone.
  struct GroupMove {
    std::vector<std::optional<uint32_t>> now;
    std::vector<uint32_t> other;  // numbers now, of groups that are new or not as they were
  };
  struct Task;

  void find_nodes(Footprints& footprints);
  void add_node(Footprints& footprints, Node::Kind kind, size_t measure);
  void add_nodes_of(Footprints& footprints, const Footprint& footprint);
  std::vector<GroupState> states_of(size_t subject);
  void forget(const record::Amendment& amendment);
  void renew_node(const Node& node, Happened& happened);
  void renew_whole_run(const Node& node, Happened& happened);
  void renew_group_values(const Node& node, Happened& happened);
  void renew_groups(const Happened& happened);
  std::vector<Task> tasks(const Happened& happened);
  Task task_of(size_t rule, const Happened& happened);
  void renumber(Kept& kept, const GroupMove& move);
  void work_off(const Task& task);
  void work_off_by_columns(const std::vector<const Task*>& tasks);
  bool appears_or_goes(const record::AmendedRow& row) const;
  bool visible_changed(size_t type, const record::Amendment& amendment) const;
  void put(const Task& task, std::vector<Finding> renewed);

  const policy::PolicySet& set_;
  record::Dataset data_;
  Date as_of_;
  Run run_;
  std::vector<const policy::Rule*> rules_;
  std::vector<Kept> kept_;
  std::vector<Node> nodes_;  // each behind those it reads
  std::map<size_t, feel::Value> whole_run_;
  std::vector<Footprint> group_footprints_;      // by declared group
  std::vector<bool> groups_wanted_;              // a rule in force is about them
  std::vector<std::vector<GroupState>> groups_;  // by declared group
  // Of the change being made, by declared group that is not as it was.
  std::map<size_t, GroupMove> moves_;
  std::map<size_t, std::vector<GroupState>> renewed_groups_;
  StandingReach reach_;
};

}  // namespace dandang::evaluation
