#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evaluation/run.h"

namespace dandang::evaluation {

// How a duty stands (docs/decisions/0007): what a dashboard of obligations is made of.
enum class DutyState {
  kDone,
  kExcused,
  kPending,        // not yet due
  kOverdue,        // the due day has passed
  kOpen,           // not done, and no day was ever set: only its age can be told
  kInsufficient,   // a fact is missing
  kNotConfigured,  // the authority has not set what it hangs on
};

const char* duty_state_id(DutyState state);  // "done", "excused" …
Text duty_state_words(DutyState state);

struct Obligation {
  Finding finding;
  DutyState state = DutyState::kInsufficient;
  std::optional<Date> due;  // no value: none declared, or not known
  std::string unit;         // whose it is by the packages' `reports: unit`; empty: cannot be told
};

// Every duty of the run that concerns somebody, in order of rule, then subject.
std::vector<Obligation> obligations(Run& run);

}  // namespace dandang::evaluation
