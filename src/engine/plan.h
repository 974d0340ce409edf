#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/table.h"
#include "engine/vector.h"
#include "feel/value.h"

namespace dandang::engine {

// Which sides of a junction its answer rests on: the one that decides alone; both; or the first,
// and the second where the first does not decide.
enum class Looks : uint8_t { kDeciding, kBoth, kInOrder };

enum class NodeKind : uint8_t {
  kConstant,      // constant, constant_state
  kColumn,        // column
  kTruthOf,       // of a column of flags: in[0]
  kOwnerRow,      // the row that owns a panel's row
  kPeriod,        // a panel's row's period
  kOwner,         // in[0], a node of the owner's table, at each row's owner; a panel's rows
  kGather,        // in[1], a node of another table, at the row that in[0] says; looks: whether
                  // in[0] counts where in[1] is a quantifier that one of its rows decides
  kCompare,       // in[0] op in[1]: numbers of equal scale, dates, words, rows, durations
  kIsNull,        // in[0] = null
  kBothTruth,     // in[0] = in[1] of truths
  kIsTrue,        // true where in[0] is, false where it is false or null
  kNullAs,        // in[0], constant_state where it is null
  kUnknownAsAsk,  // in[0], kAsk where it is unknown
  kAnd,           // looks
  kOr,
  kNot,
  kIf,     // in: condition, then, else
  kNeeds,  // in[1] where in[0] is true, else missing
  kAdd,
  kSubtract,
  kMultiply,
  kRescale,     // in[0] times constant
  kDivideDown,  // floor(in[0] / constant)
  kDivideUp,    // ceiling
  kDivideCut,   // towards zero
  kDivideNear,  // to the nearest, halves away from zero; the constant is even
  kLarger,      // of in[0] and in[1]
  kSmaller,
  kAddMonths,  // date in[0], months in[1]
  kYear,       // of a date
  kMonth,
  kDay,
  kWholeYears,  // of months
  kRestMonths,
  kMonthsBetween,  // from date in[0] to date in[1]
  kMapWord,        // map: a value for each word
  kChoose,         // in: condition, value, condition, value …; `unique`: two that hold give null
  kCall,           // in[0] is the result; in[1..] arguments, looked at before it
  kStreak,         // streak
  kPick,           // pick
  kSome,           // list; in[0]: whether the list is complete
  kEvery,
  kCount,
  kSum,
  kMin,
  kMax,
  kRankTest,   // in[0] about kRankPlace and kRankCount of `rank`
  kRankPlace,  // rank
  kRankCount,  // rank
  kAggregate,  // aggregate
};

struct Node;

// The rows of a back-list for which `where` is true; `path` is what is summed.
struct ListPlan {
  const BackList* rows = nullptr;  // null for a panel
  const Panel* panel = nullptr;
  uint32_t table = 0;
  const Node* where = nullptr;       // on the listed table; null: all
  std::vector<const Node*> filters;  // what `where` is made of, in order
  // kSome, kEvery: the condition; kSum, kMin, kMax: the value.
  const Node* body = nullptr;
  std::optional<int64_t> only_period;  // of a panel
  bool kept_only = false;  // the rows that the filters reject are nothing that it rests on
};

// True if `holds` is in each of the periods; a row that is not there counts as `absent` says.
struct StreakPlan {
  const BackList* rows = nullptr;
  const Panel* panel = nullptr;
  uint32_t table = 0;
  const Node* period = nullptr;  // a column; null for a panel
  const Node* holds = nullptr;
  int64_t first = 0;
  int64_t last = 0;
  std::vector<const Node*> absent;  // a period each: true where no row can be missing
  bool one_a_period = false;        // no two rows of an owner and a period
};

// The one row of a back-list for which `where` is true, or the latest of them.
struct PickPlan {
  ListPlan list;
  bool takes_latest = false;       // else several are undecided
  const Node* latest = nullptr;    // a column; a panel's is its period
  const Node* complete = nullptr;  // whether no row can be missing
};

// Places within groups (decision 0004).
struct GroupPlan {
  uint32_t table = 0;
  const Node* value = nullptr;
  std::vector<const Node*> within;
  bool within_period = false;  // of a panel: each period is a group of its own
  int id = 0;
};

struct RankPlan {
  const GroupPlan* groups = nullptr;
  bool descending = true;
  int64_t least = 1;
  State least_state = state::kValue;
  feel::CausesPtr least_causes;  // why the smallest group is not known
  std::string name;              // what causes call the place
  std::vector<int> definitions;  // what `least` rests on
  int id = 0;
};

enum class Fold : uint8_t { kMin, kMax, kSum, kCount };

struct AggregatePlan {
  const GroupPlan* groups = nullptr;
  Fold fold = Fold::kMax;
  int id = 0;
};

// One step over the rows of a table. Which members are meant depends on the kind.
struct Node {
  NodeKind kind = NodeKind::kConstant;
  Type type = Type::kTruth;
  uint8_t scale = 0;
  feel::Op op = feel::Op::kEq;
  Looks looks = Looks::kDeciding;
  bool may_lack = false;  // whether some row may have no value
  bool unique = false;
  uint32_t table = 0;
  uint32_t id = 0;
  int64_t low = 0;  // bounds of the values
  int64_t high = 0;
  int64_t constant = 0;
  State constant_state = state::kValue;
  std::vector<const Node*> in;
  const Column* column = nullptr;
  uint32_t field = 0;  // kColumn: which of its table's
  // kConstant: why it is not known; kNeeds: what is the matter where it is not met.
  feel::CausesPtr causes;
  // kColumn: the same by row, where it is no field.
  std::shared_ptr<const std::vector<feel::CausesPtr>> row_causes;
  const Panel* panel = nullptr;  // kOwner, kOwnerRow, kPeriod
  std::shared_ptr<const ListPlan> list;
  std::shared_ptr<const StreakPlan> streak;
  std::shared_ptr<const PickPlan> pick;
  const RankPlan* rank = nullptr;
  const AggregatePlan* aggregate = nullptr;
  std::shared_ptr<const std::vector<std::pair<State, int64_t>>> map;
  // Evidence: what the plain evaluator notes as used when it computes this.
  bool reads_row = false;        // the row itself is looked at
  std::vector<int> definitions;  // kConstant: parameters it rests on

  bool is_constant() const { return kind == NodeKind::kConstant; }
};

// Nodes that share what they have in common, and what they need beside.
class Plan {
 public:
  // The node, or one made before that is the same.
  const Node* add(Node node);
  const GroupPlan* add(GroupPlan groups);
  const RankPlan* add(RankPlan rank);
  const AggregatePlan* add(AggregatePlan aggregate);
  size_t size() const { return nodes_.size(); }
  const std::deque<Node>& nodes() const { return nodes_; }
  const std::deque<GroupPlan>& groups() const { return groups_; }
  const std::deque<RankPlan>& ranks() const { return ranks_; }
  const std::deque<AggregatePlan>& aggregates() const { return aggregates_; }

 private:
  // The same for equal causes.
  feel::CausesPtr shared(const feel::CausesPtr& causes);

  std::deque<Node> nodes_;
  std::vector<feel::CausesPtr> causes_;
  std::unordered_map<std::string, const Node*> by_key_;
  std::deque<GroupPlan> groups_;
  std::deque<RankPlan> ranks_;
  std::deque<AggregatePlan> aggregates_;
};

}  // namespace dandang::engine
