#pragma once

#include <cstdint>
#include <vector>

#include "engine/executor.h"

namespace dandang::engine {

// What a value rests on: a row, or a definition by its number.
struct Used {
  uint32_t table = 0;
  uint32_t row = 0;
  int32_t definition = -1;

  bool operator==(const Used&) const = default;
};

// Tells, for single rows, which other rows decided a node's value: the same, in the same order, as
// the plain evaluator notes them. Only for values that are decided; the rest is the plain
// evaluator's.
class Evidence {
 public:
  enum class Wanted { kRows, kRowsAndDefinitions };

  // `worker`: whose memory of the executor's is used; one for each thread that asks.
  Evidence(Executor& executor, const Plan& plan, Wanted wanted, unsigned worker = 0)
      : executor_(executor),
        worker_(worker),
        classes_(plan.size(), Reach::kNotLooked),
        wanted_(wanted) {}

  // What follows is appended to `out`, each thing once.
  void begin(std::vector<Used>& out) {
    out_ = &out;
    first_ = out.size();
    sure_ = true;
  }
  // False if what was looked at since begin() hangs on a row that only the plain evaluator answers.
  bool sure() const { return sure_; }
  // What the node's value on the row rests on.
  void add(const Node& node, uint32_t row) { walk(node, row); }
  // What each of `count` rows from `begin` rests on whose state is the wanted one, and by which
  // row: two lists of one length. The node is an output of the executor's run, which has done the
  // rows.
  void all(const Node& node, State wanted, size_t begin, size_t count, std::vector<Used>& used,
           std::vector<uint32_t>& rows);

 private:
  // How far a node looks: at nothing, at its own row, or anywhere.
  enum class Reach : uint8_t { kNotLooked, kNothing, kOwnRow, kAnywhere };

  void walk(const Node& node, uint32_t row);
  void walk_junction(const Node& node, uint32_t row);
  void walk_if(const Node& node, uint32_t row);
  void walk_choose(const Node& node, uint32_t row);
  void walk_fold(const Node& node, uint32_t owner);
  std::vector<uint32_t> walk_list(const ListPlan& list, uint32_t owner);
  // Whether a filter's condition lets the row in, if only perhaps.
  bool lets_in(const Node& condition, uint32_t row);
  void walk_quantified(const Node& node, uint32_t owner);
  void walk_streak(const StreakPlan& streak, uint32_t owner);
  void walk_pick(const Node& node, uint32_t owner);
  void walk_inputs(const Node& node, uint32_t row);
  void walk_row(const Node* node, uint32_t row);
  State state(const Node& node, uint32_t row) { return at(node, row).first; }
  std::pair<State, int64_t> at(const Node& node, uint32_t row) {
    const auto found = executor_.at(node, row, worker_);
    sure_ = sure_ && (found.first & state::kAsk) == 0;
    return found;
  }
  template <typename Body>
  void each_row(const ListPlan& list, uint32_t owner, const Body& body);
  Reach reach(const Node& node);
  void emit(uint32_t table, uint32_t row);
  bool has_any_of(uint32_t table) const;
  void emit_definitions(const std::vector<int>& definitions);

  Executor& executor_;
  unsigned worker_;
  std::vector<Reach> classes_;
  Wanted wanted_;
  std::vector<Used>* out_ = nullptr;
  size_t first_ = 0;
  bool sure_ = true;
};

}  // namespace dandang::engine
