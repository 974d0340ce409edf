#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/date.h"
#include "base/result.h"
#include "evaluation/model.h"
#include "policy/package.h"
#include "procedure/refusal.h"
#include "record/change_set.h"
#include "record/dataset.h"

namespace dandang::procedure {

// Bounds of one step.
constexpr size_t kMaxFormBytes = 64 << 10;  // words of the form and the rows together
constexpr size_t kMaxRows = 1'000;          // rows entered
constexpr size_t kMaxOpenings = 16;         // cases opened with it, at any depth
constexpr size_t kMaxWritten = 10'000;      // records written with it

// Fields with the words entered.
using Words = std::vector<std::pair<std::string, std::string>>;

struct RowsEntered {
  std::string type;
  std::vector<Words> rows;
};

// A step somebody wants to take.
struct StepRequest {
  std::string procedure;
  std::string transition;
  std::optional<std::string> case_key;  // none: it opens a case
  size_t person = 0;                    // row of the persons' type
  Date on;
  Words form;
  std::vector<RowsEntered> rows;
  std::vector<std::string> cites;  // ids of rules; none: those of the transition that are met
};

struct OpenedCase {
  std::string procedure;
  std::string transition;
  std::string key;
};

// What a step does, or why it is not taken. Nothing is written by it: the versions are the caller's
// to apply, each with what it is based on.
struct StepOutcome {
  std::vector<Refusal> refusals;  // empty: it can be taken
  std::vector<record::NewVersion> versions;
  std::string case_key;
  std::string role;  // as what the person acts
  std::string from;  // empty: it opens a case
  std::string to;
  bool waits = false;  // for a second person to enter the same
  std::vector<OpenedCase> opened;
  record::Dataset data;  // with the versions, as they would stand
};

// Whether a record of that type and key was ever on record, withdrawn ones included: numbers are
// not used again.
using EverKnown = std::function<Result<bool>(const std::string& type, const std::string& key)>;

// Tries a step on the records, which become its own: moved in they are not copied. Refusals are
// data; an error is a request about something that does not exist, or beyond a bound.
Result<StepOutcome> take_step(const policy::PolicySet& set, record::Dataset data,
                              const StepRequest& request,
                              const evaluation::Overrides& overrides = {},
                              const EverKnown& ever_known = {});

}  // namespace dandang::procedure
