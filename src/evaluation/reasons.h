#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "engine/executor.h"
#include "evaluation/columns.h"
#include "evaluation/model.h"

namespace dandang::evaluation {

// Tells, for single rows, why a planned value is not known: the causes that the plain evaluator
// would name, all of them. Where the plan does not prove them it says that it is not sure, and that
// one must be asked.
class Reasons {
 public:
  Reasons(const Model& model, const RecordColumns& columns, engine::Executor& executor)
      : model_(model), columns_(columns), executor_(executor) {}

  void begin() {
    found_ = nullptr;
    sure_ = true;
  }
  // Unites what the node's value on the row lacks with what was found since begin().
  void add(const engine::Node& node, uint32_t row) { walk(node, row); }
  // False if some cause may be missing from what was found, or be too many.
  bool sure() const { return sure_; }
  // Null if nothing was unknown.
  const feel::CausesPtr& found() const { return found_; }

 private:
  void walk(const engine::Node& node, uint32_t row);
  void walk_inputs(const engine::Node& node, uint32_t row);
  void walk_choose(const engine::Node& node, uint32_t row);
  void walk_column(const engine::Node& node, uint32_t row);
  void walk_rank(const engine::Node& node, uint32_t row);
  void walk_streak(const engine::StreakPlan& streak, uint32_t owner);
  void walk_quantified(const engine::Node& node, uint32_t owner);
  void walk_count(const engine::Node& node, uint32_t owner);
  // What it lacks by itself, beside what was found so far.
  feel::CausesPtr alone(const engine::Node& node, uint32_t row);
  // Rows of the list that surely or perhaps pass its filters.
  struct Kept {
    std::vector<uint32_t> rows;
    std::vector<bool> maybe;
    feel::CausesPtr causes;  // of all that are there only perhaps
  };
  Kept kept_rows(const engine::ListPlan& list, uint32_t owner);
  engine::State state(const engine::Node& node, uint32_t row);
  void unite(const feel::CausesPtr& causes);
  void unsure() { sure_ = false; }
  feel::CausesPtr united(const feel::CausesPtr& a, const feel::CausesPtr& b);

  const Model& model_;
  const RecordColumns& columns_;
  engine::Executor& executor_;
  feel::CausesPtr found_;
  bool sure_ = true;
  // Unions made before, by what they are of; each keeps its parts alive.
  struct Union {
    feel::CausesPtr a;
    feel::CausesPtr b;
    feel::CausesPtr both;
  };
  std::map<std::pair<const feel::Causes*, const feel::Causes*>, Union> unions_;
};

}  // namespace dandang::evaluation
