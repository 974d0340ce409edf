#pragma once

#include "engine/executor.h"

namespace dandang::engine {

// First and last places of groups that meet a test: the value from which on, or up to which, it is
// met.
struct Executor::Cut {
  const Node* test = nullptr;
  Buffer bounds;            // a group each; relative to the values' base
  std::vector<State> lack;  // a group each: what is answered instead, if anything
  bool any_lack = false;
};

// Everybody's place, where it is itself the answer.
struct Executor::Places {
  const RankPlan* rank = nullptr;
  Buffer places;  // int64, a row each
  Buffer counts;
  Buffer states;
  bool ready = false;
};

struct Executor::Folded {
  const AggregatePlan* aggregate = nullptr;
  std::vector<int64_t> values;  // a group each
  std::vector<State> states;
  bool ready = false;
};

// Rows of a span by group, with the values that are ranked or folded.
struct Executor::Grouping {
  const GroupPlan* plan = nullptr;
  std::optional<size_t> slice;
  bool ready = false;
  size_t rows = 0;
  size_t groups = 0;  // the last one, `groups` itself, is for rows without a place
  Vector of_row;      // a row each, two or four bytes wide
  Buffer of_row_bytes;
  Buffer lack;  // State, a row each: zero where it has a place
  bool any_lack = false;
  // Some row's place is the plain evaluator's to find, and so is everybody's whom it may displace.
  bool unsure = false;
  // The ranked values, unsigned and relative to a base.
  Vector values;
  Buffer value_bytes;
  int64_t value_base = 0;
  int shift = 0;
  size_t bins = 0;
  std::vector<uint32_t> histogram;         // groups + 1 times bins
  std::vector<uint32_t> sizes;             // a group each
  std::vector<std::unique_ptr<Cut>> cuts;  // of all tests that ask about these groups
  bool has_cuts = false;
  std::vector<std::unique_ptr<Places>> places;
  std::vector<std::unique_ptr<Folded>> folded;

  void reset() {
    ready = false;
    histogram.clear();
    has_cuts = false;
    for (auto& place : places) place->ready = false;
    for (auto& fold : folded) fold->ready = false;
  }
  size_t bytes() const {
    size_t sum = of_row_bytes.bytes() + lack.bytes() + value_bytes.bytes() +
                 histogram.capacity() * sizeof(uint32_t);
    for (const auto& place : places) {
      sum += place->places.bytes() + place->counts.bytes() + place->states.bytes();
    }
    return sum;
  }
};

}  // namespace dandang::engine
