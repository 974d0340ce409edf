#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evaluation/model.h"
#include "procedure/case_book.h"

namespace dandang::procedure {

// One case under a model, as the formulas of its procedure see it (docs/procedures.md).
class CaseScope {
 public:
  // `before`: the steps that count as taken. `person`: a row of the persons' type; none: nobody
  // acts.
  CaseScope(evaluation::Model& model, const CaseRef& one, const std::vector<StepTaken>& before,
            const std::optional<Date>& entered, std::optional<size_t> person);

  evaluation::Model& model() const { return model_; }
  const CaseRef& one() const { return one_; }
  feel::Entity record() const { return record_; }
  // The case's subject; none: it has none, or is blank.
  std::optional<feel::Entity> subject() const;
  const std::optional<feel::Entity>& person() const { return person_; }

  // A formula of the procedure; of a guard: of the package given.
  feel::Value evaluate(const policy::Formula& formula) const;
  feel::Value evaluate(const policy::Formula& formula, const std::string& package) const;
  // With 每项 bound.
  feel::Value evaluate_item(const policy::Formula& formula, const feel::Value& item) const;

  // Whether the person acts in the role on the day.
  feel::Value holds(const std::string& role) const;
  // Those of the roles that the person surely holds. The subject of a case has in it no role but
  // the procedure's `self`.
  std::vector<std::string> held(const std::vector<std::string>& roles) const;
  bool is_subject() const;
  // Whether the person may see the case.
  bool visible() const;

 private:
  evaluation::Model& model_;
  CaseRef one_;
  feel::Entity record_;
  std::optional<feel::Entity> person_;
  evaluation::Model::Names names_;
};

// The roles that may see cases of the procedure.
std::vector<std::string> visible_roles(const policy::Procedure& procedure);
// The role's word in the package's language, for people.
Text role_label(const policy::PolicySet& set, const policy::Procedure& procedure,
                const std::string& role);
Text state_label(const policy::Procedure& procedure, const std::string& state);
// What is unknown, a line each.
std::vector<Text> causes_of(const evaluation::Model& model, const feel::Value& value);

}  // namespace dandang::procedure
