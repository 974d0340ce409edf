#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "evaluation/model.h"
#include "evaluation/run.h"
#include "procedure/case_book.h"
#include "procedure/case_scope.h"

namespace dandang::procedure {

// A step of an open case that is awaited.
struct Task {
  CaseRef one;
  const policy::Transition* transition = nullptr;
  std::string state;
  std::optional<Date> entered;            // the day the case came into the state
  std::optional<int64_t> age;             // days since then
  std::vector<std::string> roles;         // any of them may take it
  std::vector<size_t> persons;            // who does on the day, rows of the persons' type
  std::optional<Date> due;                // none: no date, or it is not known
  bool overdue = false;                   // never without a due date
  bool not_configured = false;            // a parameter it is counted by is not set
  std::vector<Text> missing;              // why `due`, or whether it is open, is not known
  std::vector<std::string> escalated_to;  // roles told by now
  std::vector<size_t> told;               // who holds them
  bool second_person = false;             // one has entered it, another is awaited
  bool lapsed = false;                    // its `until` has passed
};

struct TaskOptions {
  std::optional<size_t> person;  // only what this person may do, or is told
  bool overdue = false;          // only these
};

// Awaited steps on the model's day, in order of procedure and case. Who holds a role is asked of
// every person once, of a procedure's own role once a case.
std::vector<Task> tasks(evaluation::Model& model, const CaseBook& book,
                        const TaskOptions& options = {});

// What may be done next in one case on the model's day, whether or not it is awaited.
std::vector<Task> next_steps(evaluation::Model& model, const CaseBook& book, const CaseRef& one);

// A finding that proposes a procedure about somebody who has no open case of it yet.
struct Proposal {
  const policy::Rule* rule = nullptr;
  const policy::Procedure* procedure = nullptr;
  feel::Entity subject;  // of the run's model
};

std::vector<Proposal> proposals(evaluation::Run& run, const CaseBook& book);

}  // namespace dandang::procedure
