#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "engine/evidence.h"
#include "engine/executor.h"
#include "evaluation/planner.h"
#include "evaluation/run.h"

namespace dandang::evaluation {

// What the columns say of rules that could be planned.
class ColumnarRun {
 public:
  ColumnarRun(Model& model, const std::vector<const policy::Rule*>& rules, unsigned threads);

  // One subject's answer; not decided: the plain evaluator must be asked.
  struct Outcome {
    bool decided = false;
    bool withdrawn = false;  // a duty that is not owed to it
    bool excused = false;
    Verdict verdict = Verdict::kInsufficient;
    feel::Value amount;
  };

  bool has(const policy::Rule& rule) const { return planned_.contains(&rule); }
  Outcome outcome(const policy::Rule& rule, const feel::Entity& subject);
  // What a decided answer rests on, in the plain evaluator's order; false: only that one can tell.
  bool evidence(const policy::Rule& rule, const feel::Entity& subject,
                std::vector<engine::Used>& out);
  feel::Entity record(const engine::Used& used) const;

  const std::vector<PlannedRule>& plans() const { return plans_; }

 private:
  Outcome rule_outcome(const PlannedRule& planned, uint32_t row);
  Outcome duty_outcome(const PlannedRule& planned, uint32_t row);

  Model& model_;
  RecordColumns columns_;
  Planner planner_;
  std::vector<PlannedRule> plans_;
  std::unordered_map<const policy::Rule*, const PlannedRule*> planned_;
  std::unique_ptr<engine::Executor> executor_;
  std::unique_ptr<engine::Evidence> evidence_;
};

// Which rules the columnar engine cannot plan, and why, as their formulas stand; what hangs on the
// data (numbers with very many digits) only shows when there is data.
std::vector<std::pair<const policy::Rule*, Text>> not_planned(const policy::PolicySet& set);

}  // namespace dandang::evaluation
