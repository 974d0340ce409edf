#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "evaluation/run.h"

namespace dandang::evaluation {

// A field of a record with the value it has and the one it would have. A reference is the target's
// row in its table, as in a dataset.
struct Edit {
  size_t field = 0;
  Cell from;
  Cell to;
};

// One fact that would be different (docs/decisions/0009-nearest-change.md).
struct Change {
  enum class Kind { kCell, kAdded, kRemoved };
  Kind kind = Kind::kCell;
  size_t type = 0;
  size_t row = 0;           // kAdded: a spare row behind those on record
  feel::Entity owner;       // kAdded: whose record it would be
  std::vector<Edit> edits;  // kCell: one; kAdded: what the record would say; kRemoved: none
};

struct ChangeBounds {
  size_t evaluations = 1500;  // of the rule, real or with facts left open
  size_t size = 5;            // facts changed together
  size_t assignments = 1000;  // values tried for one set of facts
  size_t alternatives = 3;
  size_t facts = 200;
  size_t answers = 40;  // found before the plainest are picked
  // Only whether there is an answer matters: any value will do, and no model confirms it.
  bool counting = false;
};

// The smallest sets of facts whose change gives the other verdict.
struct NearestChange {
  enum class Outcome {
    kFound,
    kNone,         // no set of facts within the bounds gives the other verdict
    kNotSearched,  // the verdict is neither met nor not met, or rests on totals only
  };
  Outcome outcome = Outcome::kNotSearched;
  Verdict from = Verdict::kInsufficient;
  Verdict to = Verdict::kInsufficient;
  std::vector<std::vector<Change>> alternatives;  // all of one size, the plainest first
  size_t size = 0;                                // of the alternatives; else the largest tried
  // Whether every smaller set was ruled out; else the search was cut after `evaluations`.
  bool proved = false;
  size_t evaluations = 0;
};

// Tries changes on a copy of the records. One object serves many findings of the same day.
class ChangeSearch {
 public:
  ChangeSearch(const policy::PolicySet& set, const record::Dataset& data, Date as_of,
               Overrides overrides = {}, ChangeBounds bounds = {});
  ~ChangeSearch();
  ChangeSearch(const ChangeSearch&) = delete;
  ChangeSearch& operator=(const ChangeSearch&) = delete;

  // `subject` is named by kind and row; it may come from another model of the same records.
  NearestChange find(const policy::Rule& rule, const feel::Entity& subject);
  // The same with other bounds: a size of 1 asks whether one fact is enough.
  NearestChange find(const policy::Rule& rule, const feel::Entity& subject,
                     const ChangeBounds& bounds);
  const Model& model() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// The next day on which the verdict is another if nothing changes but the date.
struct NextDay {
  std::optional<Date> day;
  Verdict to = Verdict::kInsufficient;
  Date until;  // how far was looked
};
NextDay next_day(const Model& model, const Overrides& overrides, const policy::Rule& rule,
                 const feel::Entity& subject);

// "若“年度考核 2023”的“等次”由“称职”改为“优秀”，即符合；差 1 项"
Text describe_change(const Model& model, const Change& change);
// The whole answer, a line an alternative; empty if nothing was searched.
std::vector<Text> describe_nearest(const Model& model, const policy::Rule& rule,
                                   const NearestChange& nearest);
std::vector<Text> describe_next_day(const policy::Rule& rule, const NextDay& next);

}  // namespace dandang::evaluation
