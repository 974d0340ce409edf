#pragma once

#include <vector>

#include "evaluation/nearest_change_trial.h"

namespace dandang::evaluation {

// What one fact may become: the edits of a cell, of a record that is added, or none for a removal.
using Choice = std::vector<Edit>;

// A fact that may be different, with what it may become: the plainest first.
struct Fact {
  Change::Kind kind = Change::Kind::kCell;
  size_t type = 0;
  size_t row = 0;
  feel::Entity owner;          // kAdded
  std::vector<size_t> fields;  // that matter: kCell one; kAdded those that are not given
  std::vector<Choice> choices;
  bool ordered = false;  // kCell: on a scale, so that the nearest value can be found by halving
  size_t ordinal = 0;    // kAdded: of several records of one list that may be added together
  bool partial = false;  // there are more choices than these
  bool opaque = false;   // cannot be left open, so it always has to be tried
};

// Facts of the subject's records, and of those reached from it, that the rule may read. `cut` says
// that there were more than `most`.
std::vector<Fact> find_facts(Trial& trial, size_t most, bool& cut);

}  // namespace dandang::evaluation
