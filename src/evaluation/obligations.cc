#include "evaluation/obligations.h"

#include <map>

namespace dandang::evaluation {
namespace {

using feel::Value;

DutyState state_of(const Finding& finding) {
  switch (finding.verdict) {
    case Verdict::kMet:
      return finding.excused ? DutyState::kExcused : DutyState::kDone;
    case Verdict::kPending:
      return DutyState::kPending;
    case Verdict::kNotMet:
      return finding.rule->due ? DutyState::kOverdue : DutyState::kOpen;
    case Verdict::kNotConfigured:
      return DutyState::kNotConfigured;
    case Verdict::kInsufficient:
      break;
  }
  return DutyState::kInsufficient;
}

// Units by the declared path, asked once a person.
class Units {
 public:
  explicit Units(Model& model) : model_(model) {
    for (const policy::Package& package : model.set().packages) {
      if (package.breakdown.unit && package.validity.holds_on(model.as_of())) package_ = &package;
    }
  }

  std::string of(const Finding& finding) {
    if (package_ == nullptr) return {};
    const std::string& wanted = package_->breakdown.of;
    if (model_.is_record(finding.subject)) {
      const std::string& type = model_.type_of(finding.subject).name;
      if (type == wanted) return unit_of(finding.subject);
      // A duty towards a unit is that unit's.
      if (package_->breakdown.unit.type != nullptr && package_->breakdown.unit.type->name == type) {
        return model_.name_of(finding.subject);
      }
    }
    const auto person = model_.find_by_identity(finding.identity_number);
    return person && model_.type_of(*person).name == wanted ? unit_of(*person) : std::string();
  }

 private:
  const std::string& unit_of(const feel::Entity& record) {
    const auto [known, fresh] = known_.try_emplace(record);
    if (fresh) {
      const Value unit = model_.evaluate(package_->breakdown.unit, package_->id, record, nullptr);
      if (unit.kind() == Value::Kind::kEntity) known->second = model_.name_of(unit.entity());
      if (unit.kind() == Value::Kind::kString) known->second = unit.string();
    }
    return known->second;
  }

  Model& model_;
  const policy::Package* package_ = nullptr;
  std::map<feel::Entity, std::string> known_;
};

std::optional<Date> due_of(Model& model, const Finding& finding) {
  const policy::Rule& rule = *finding.rule;
  if (!rule.due) return {};
  Value year;
  if (rule.year) year = model.evaluate(rule.year, rule.package, finding.subject, nullptr);
  const Value due =
      model.evaluate(rule.due, rule.package, finding.subject, rule.year ? &year : nullptr);
  if (due.kind() != Value::Kind::kDate) return {};
  return due.date();
}

}  // namespace

const char* duty_state_id(DutyState state) {
  static constexpr const char* kIds[] = {"done", "excused",      "pending",       "overdue",
                                         "open", "insufficient", "not_configured"};
  return kIds[static_cast<size_t>(state)];
}

Text duty_state_words(DutyState state) {
  static const Text kWords[] = {{"已落实", "done"},
                                {"免除", "excused"},
                                {"未到期", "pending"},
                                {"逾期", "overdue"},
                                {"未落实", "open"},
                                {"资料不足", "insufficient"},
                                {"标准未设定", "not configured"}};
  return kWords[static_cast<size_t>(state)];
}

std::vector<Obligation> obligations(Run& run) {
  std::vector<Obligation> out;
  Units units(run.model());
  for (Finding& finding : run.findings()) {
    if (!finding.rule->is_duty || !concerns(finding)) continue;
    Obligation one;
    one.state = state_of(finding);
    one.due = due_of(run.model(), finding);
    one.unit = units.of(finding);
    one.finding = std::move(finding);
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace dandang::evaluation
