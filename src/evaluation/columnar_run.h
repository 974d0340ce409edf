#pragma once

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/evidence.h"
#include "engine/executor.h"
#include "evaluation/planner.h"
#include "evaluation/reasons.h"
#include "evaluation/run.h"

namespace dandang::evaluation {

// What the columns say of rules that could be planned.
class ColumnarRun {
 public:
  ColumnarRun(Model& model, const std::vector<const policy::Rule*>& rules, unsigned threads);

  // What a rule comes to for one subject.
  struct Answer {
    bool withdrawn = false;  // a duty that is not owed to it
    bool excused = false;
    bool pending = false;
    feel::Value conclusion;  // yes, no, unknown with its causes, or null
    feel::Value amount;
    std::vector<engine::Used> used;  // what it rests on, in the plain evaluator's order
  };

  bool has(const policy::Rule& rule) const { return planned_.contains(&rule); }
  // False: only the plain evaluator can tell.
  bool answer(const policy::Rule& rule, const feel::Entity& subject, Answer& out);
  // The same without what it rests on.
  bool conclusion(const policy::Rule& rule, const feel::Entity& subject, Answer& out);
  // What a rule with a condition alone says, where that is yes or no.
  enum class Simple { kYes, kNo, kOther };
  Simple simple_answer(const policy::Rule& rule, const feel::Entity& subject) const;
  // A group's own fields are no evidence.
  bool is_record(const engine::Used& used) const { return columns_.is_record_table(used.table); }
  feel::Entity record(const engine::Used& used) const;

  const std::vector<PlannedRule>& plans() const { return plans_; }

 private:
  bool rule_answer(const PlannedRule& planned, uint32_t row, Answer& out);
  bool duty_answer(const PlannedRule& planned, uint32_t row, Answer& out);
  bool evidence(const PlannedRule& planned, uint32_t row, std::vector<engine::Used>& out);
  // The truth of a formula, if it can be told; adds why it is not known to the reasons.
  std::optional<feel::Value> truth(const engine::Node& node, uint32_t row);

  Model& model_;
  RecordColumns columns_;
  Planner planner_;
  std::vector<PlannedRule> plans_;
  std::unordered_map<const policy::Rule*, const PlannedRule*> planned_;
  std::unique_ptr<engine::Executor> executor_;
  std::unique_ptr<engine::Evidence> evidence_;
  std::unique_ptr<Reasons> reasons_;
};

// Which rules the columnar engine cannot plan, and why, as their formulas stand; what hangs on the
// data (numbers with very many digits) only shows when there is data.
std::vector<std::pair<const policy::Rule*, Text>> not_planned(const policy::PolicySet& set);

}  // namespace dandang::evaluation
