#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "procedure/case_book.h"
#include "procedure/case_scope.h"
#include "procedure/draft.h"
#include "procedure/step.h"

// How a step is taken, in parts: what is entered (step_form.cc), what speaks against it
// (step_reasons.cc), what it does (step_effects.cc).
namespace dandang::procedure {

// What was entered, as cells: of the case, and of rows beside it.
struct Form {
  std::vector<std::pair<size_t, Cell>> cells;  // field of the case's type, its value
  std::vector<std::string> faulty;             // fields whose value is not known to be good
  std::vector<std::pair<size_t, std::vector<Cell>>> rows;  // type, its cells
  bool sound = true;
};

// A step being taken: the one asked for, or one that opens a case along with it.
struct Taking {
  const policy::Procedure* procedure = nullptr;
  const policy::Transition* transition = nullptr;
  const record::RecordType* type = nullptr;
  size_t type_index = 0;
  std::string key;     // of the case
  bool opens = false;  // a case
  bool along = false;  // with another procedure's step
  bool known = true;   // false: the key is made up, for there is no case it could be about
  Form form;
  std::vector<StepTaken> before;
  Standing standing;
  std::string role;
  std::string cites;
  bool waits = false;
};

bool contains_word(const std::vector<std::string>& words, const std::string& word);
// Which of the type's refs says whose a row is.
std::optional<size_t> owner_of(const record::RecordType& type, const std::string& cases);
// What is entered as the steps' record keeps it: a JSON object, fields in the order of the type.
std::string content_of(const record::Catalogue& catalogue, const record::RecordType& type,
                       const Form& form);
// Where two such objects differ.
std::vector<std::string> differing_fields(const std::string& ours, const std::string& theirs);

class StepTaker {
 public:
  StepTaker(const policy::PolicySet& set, record::Dataset data, const StepRequest& request,
            const evaluation::Overrides& overrides, const EverKnown& ever_known)
      : set_(set),
        draft_(std::move(data)),
        request_(request),
        overrides_(overrides),
        ever_known_(ever_known) {}

  Result<StepOutcome> take();

 private:
  Result<Taking> find() const;
  Result<void> check_bounds() const;

  // ---- the form ----
  void read_form(Taking& taking);
  void read_rows(Taking& taking);
  std::optional<std::vector<Cell>> read_row(Taking& taking, const record::RecordType& type,
                                            const Words& words);
  void check_form(Taking& taking);
  void fault(Taking& taking, const std::string& field, Text message);

  // ---- the case's record ----
  Result<void> enter(Taking& taking);
  Result<std::string> next_number(const Taking& taking) const;
  void enter_rows(Taking& taking);
  std::string free_key(const record::RecordType& type, const std::string& key) const;
  record::NewVersion case_version(const Taking& taking) const;
  const record::Table& table(const Taking& taking) const {
    return draft_.data().table(taking.type_index);
  }
  CaseRef ref(const Taking& taking) const {
    return {taking.procedure, taking.type_index, *table(taking).row_of(taking.key)};
  }
  template <typename Use>
  void with_scope(const Taking& taking, const Use& use);

  // ---- its own reasons ----
  void judge(Taking& taking);
  void check_state(const Taking& taking);
  void check_person(Taking& taking, const CaseScope& scope);
  void check_not_by(const Taking& taking, const CaseScope& scope);
  void check_dates(const Taking& taking, const CaseScope& scope);
  void check_when(const Taking& taking, const CaseScope& scope);
  void check_cites(Taking& taking, const CaseScope& scope);
  void check_guards(const Taking& taking, const CaseScope& scope);
  void check_persons(Taking& taking);
  feel::Entity citing_subject(const CaseScope& scope, const policy::Rule& rule) const;

  // ---- what it does ----
  Result<void> carry_out(Taking& taking);
  void set_fields(const Taking& taking);
  std::string reached(const Taking& taking);
  void write_records(const Taking& taking);
  void write_item(const Taking& taking, const CaseScope& scope, const policy::CaseWrite& write,
                  const feel::Value& item, std::vector<record::NewVersion>& out);
  std::vector<Taking> openings(const Taking& taking);
  std::optional<Cell> cell_for(const Taking& taking, const CaseScope& scope,
                               const record::Field& field, const feel::Value& value);
  void put_step(const Taking& taking, const std::string& to);
  void check_writes();
  std::optional<bool> asked(const Taking& taking, const CaseScope& scope,
                            const policy::Formula& when, const feel::Value& item);

  feel::Value evaluate(const CaseScope& scope, const policy::Formula& formula) const {
    if (formula) return scope.evaluate(formula);
    return feel::Value::unknown(
        feel::Cause{feel::Cause::Kind::kOther, {}, {}, {}, {"公式有错", "the formula is faulty"}});
  }
  void refuse(const Taking& taking, std::string name, Text message, std::vector<Text> missing = {});
  // With a form that is at fault, what hangs on it is not told: it is asked again once it is good.
  bool hangs_on_form(const Taking& taking, const feel::Value& value) const {
    return !taking.form.sound && (value.is_unknown() || value.is_null());
  }

  const policy::PolicySet& set_;
  Draft draft_;
  const StepRequest& request_;
  const evaluation::Overrides& overrides_;
  const EverKnown& ever_known_;
  StepOutcome outcome_{{}, {}, {}, {}, {}, {}, false, {}, record::Dataset(set_.catalogue)};
};

template <typename Use>
void StepTaker::with_scope(const Taking& taking, const Use& use) {
  evaluation::Model model(set_, draft_.data(), request_.on, overrides_);
  evaluation::Doubt doubt;
  const CaseRef one = ref(taking);
  for (const std::string& field : taking.form.faulty) {
    if (const auto index = taking.type->field_index(field)) {
      doubt.add_cell(taking.type_index, one.row, *index);
    }
  }
  model.doubt(&doubt);
  const CaseScope scope(model, one, taking.before,
                        taking.opens ? request_.on : taking.standing.entered, request_.person);
  use(scope);
}

}  // namespace dandang::procedure
