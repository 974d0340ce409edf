#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "policy/package.h"
#include "record/dataset.h"

namespace dandang::procedure {

// A case: a record that a procedure drives.
struct CaseRef {
  const policy::Procedure* procedure = nullptr;
  size_t type = 0;
  size_t row = 0;
};

// A row of the steps' type.
struct StepTaken {
  size_t row = 0;
  int64_t order = 0;
  std::string transition;
  std::optional<size_t> by;  // row of the persons' type
  std::string role;
  Date on;
  std::string from;
  std::string to;  // empty: it waits for a second person
  std::string content;
  std::string cites;
};

// How a case stands on a day.
struct Standing {
  std::string state;            // empty: it is not driven here, or not opened yet
  std::optional<Date> entered;  // the day it came into the state; none: no step says
};

// The cases on record and what was done in them. The records must outlive it and stay as they are.
class CaseBook {
 public:
  CaseBook(const policy::PolicySet& set, const record::Dataset& data);

  // All that have a state, in the store's order.
  std::vector<CaseRef> cases(const policy::Procedure& procedure) const;
  // The record of that key, whether or not it has a state.
  std::optional<CaseRef> find(const policy::Procedure& procedure, std::string_view key) const;
  // By "procedure/key" or by number. Errors: kNotFound, kConflict where the number is two cases'.
  Result<CaseRef> find(std::string_view words) const;

  std::string key(const CaseRef& one) const;     // as records are found by it
  std::string shown(const CaseRef& one) const;   // the key as people write it
  std::string number(const CaseRef& one) const;  // its number if it has one, else the key as shown
  // What was done, in order.
  const std::vector<StepTaken>& steps(const CaseRef& one) const;
  Standing standing(const CaseRef& one) const;
  // On that day, as the steps up to then tell.
  Standing standing_on(const CaseRef& one, Date day) const;
  // First entries of steps that wait for a second person, made since the last step that was taken.
  std::vector<const StepTaken*> waiting(const CaseRef& one, std::optional<Date> day = {}) const;
  // The row of the case's subject; none: it has none, or is blank.
  std::optional<size_t> subject(const CaseRef& one) const;

 private:
  void read_steps();

  const policy::PolicySet& set_;
  const record::Dataset& data_;
  std::map<std::pair<std::string, std::string>, std::vector<StepTaken>> steps_;  // procedure, case
};

// The state after these steps; `state` where there are none.
Standing standing_after(const std::vector<StepTaken>& steps, std::string state,
                        std::optional<Date> until);

// A person by identity number, or by a name that only one has: the row of the persons' type.
Result<size_t> find_person(const record::Dataset& data, const std::string& words);

}  // namespace dandang::procedure
