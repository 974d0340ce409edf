#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/compiler.h"
#include "evaluation/columns.h"
#include "evaluation/model.h"

namespace dandang::evaluation {

// A rule's formulas as nodes on its subject's table; those that are not written are null.
struct PlannedRule {
  const policy::Rule* rule = nullptr;
  uint32_t table = 0;
  const engine::Node* year = nullptr;
  const engine::Node* needs = nullptr;
  feel::CausesPtr needs_causes;  // what is the matter where `needs` does not hold
  const engine::Node* when = nullptr;
  const engine::Node* gives = nullptr;
  const engine::Node* for_each = nullptr;
  const engine::Node* excused = nullptr;
  const engine::Node* done = nullptr;
  const engine::Node* due = nullptr;
  // Why the plain evaluator has to do it; empty if it need not.
  Text refused;

  bool is_planned() const { return refused.empty(); }
};

// Turns rules into plans: what names mean on a model's records on its day.
class Planner : public engine::Scope {
 public:
  Planner(Model& model, engine::Tables& tables);

  PlannedRule plan(const policy::Rule& rule);
  const engine::Plan& plans() const { return plan_; }

  engine::Operand member(engine::Compiler& compiler, uint32_t table,
                         const std::string& name) override;
  engine::Operand global(engine::Compiler& compiler, const std::string& name) override;
  engine::Operand member_of(const feel::Entity& entity, const std::string& name) override;
  const engine::Node* complete(engine::Compiler& compiler, const engine::Operand& list) override;
  bool pins(uint32_t list_table, const std::string& field) const override;

 private:
  using Operand = engine::Operand;
  // Names are those of a package for as long as a scope lasts.
  class PackageOf {
   public:
    PackageOf(Planner& planner, const std::string& package)
        : planner_(planner), saved_(planner.package_) {
      planner.package_ = package;
      ++planner.depth_;
    }
    ~PackageOf() {
      planner_.package_ = saved_;
      --planner_.depth_;
    }
    PackageOf(const PackageOf&) = delete;
    PackageOf& operator=(const PackageOf&) = delete;

   private:
    Planner& planner_;
    std::string saved_;
  };

  const engine::Node* formula(const policy::Formula& text, uint32_t table,
                              const std::optional<Operand>& year);
  // The table of a rule's subjects; none if it is about groups and they are no table.
  std::optional<uint32_t> subject_table(const std::string& subject);
  Operand field(uint32_t table, size_t index);
  Operand group_key(uint32_t table, size_t index);
  Operand referred(const record::Field& declared, const engine::Node* value);
  const engine::Node* truth_of(const engine::Node* flags);
  Operand measure(uint32_t table, size_t index);
  Operand compiled_measure(uint32_t table, size_t index);
  Operand rule_value(uint32_t table, const policy::Rule& rule);
  Operand function_of(const policy::Measure& measure, bool on_row);
  Operand function_of(const policy::Decision& decision);
  Operand order_function(const record::CodeList& list);
  std::optional<Operand> function_named(const std::string& package, const std::string& name);
  Operand streak(const policy::Measure& measure, uint32_t table);
  Operand streak_each(const policy::Measure& measure, uint32_t table);
  // The streak's periods and what they rest on: a constant, unknown if they are; else none.
  Operand periods(const policy::Measure& measure, engine::StreakPlan& plan);
  // What must hold in them, on rows of the list.
  bool streak_holds(const policy::Measure& measure, uint32_t table, engine::StreakPlan& plan);
  std::vector<bool> owners_with_one(const policy::Measure& measure, uint32_t owner_table,
                                    int64_t period) const;
  const engine::Node* items_absent(const policy::Measure& measure, uint32_t owner_table,
                                   const engine::Items& items, int64_t period);
  Operand pick(const policy::Measure& measure, uint32_t table);
  Operand rank(const policy::Measure& measure, uint32_t table);
  Operand aggregate(const policy::Measure& measure, uint32_t table);
  const engine::GroupPlan* groups(const policy::Measure& measure, uint32_t table);
  // A truth on the owners: true but for those whose list is open, which have the state `open`;
  // `covered` says whether anybody's is closed at all.
  const engine::Node* closed(uint32_t list_table, uint32_t owner_table, bool covered,
                             const std::vector<std::string>& keys, engine::State open,
                             const std::string& shown);
  const engine::Node* complete_made(const Operand& list);
  const engine::Node* known_truth(const std::string& name, uint32_t table,
                                  std::vector<engine::State> states, const feel::CausesPtr& causes,
                                  std::shared_ptr<const std::vector<feel::CausesPtr>> row_causes);
  feel::Cause missing_row(const record::RecordType& listed, const std::string& shown) const;
  feel::Value constant(const policy::Formula& text, std::vector<int>& definitions);
  std::vector<int> take_definitions();
  const record::RecordType& type(uint32_t table) const {
    return model_.data().catalogue().types[table];
  }
  const policy::Subject& group(uint32_t table) const {
    return model_.set().subjects[table - model_.data().catalogue().types.size()];
  }

  Model& model_;
  engine::Tables& tables_;
  engine::Plan plan_;
  engine::Compiler compiler_;
  std::string package_;
  int depth_ = 0;
  // With why, where it could not be planned.
  std::map<std::pair<uint32_t, size_t>, std::pair<Operand, Text>> measures_;
  std::map<std::pair<uint32_t, const policy::Rule*>, Operand> rules_;
  // Items that streaks run over, by their table; and of which type's rows.
  struct ItemsOf {
    const engine::Items* items = nullptr;
    uint32_t of = 0;
  };
  std::map<uint32_t, ItemsOf> items_;
  // Columns made for lists that are open for some owners only.
  struct Closed {
    engine::Column column;
    std::vector<engine::State> states;
    std::vector<uint8_t> data;
  };
  std::map<std::string, std::unique_ptr<Closed>> closed_;
};

}  // namespace dandang::evaluation
