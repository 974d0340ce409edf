#pragma once

#include <bitset>
#include <unordered_set>
#include <vector>

#include "evaluation/nearest_change_doubt.h"

namespace dandang::evaluation {

// Looks for the smallest sets of facts whose change gives the other verdict.
//
// A set of facts can only do so if the verdict no longer stands once they are left open. So each
// set that was found not to matter, made as large as it goes, leaves a remainder of which every
// answer must contain a fact. Sets are built by hitting all remainders known, smallest first.
// Whatever is left open that way is then tried with values.
class SetSearch {
 public:
  SetSearch(Trial& trial, const std::vector<Fact>& facts, const ChangeBounds& bounds, Verdict from);

  // Runs by growing size until an answer is found or a bound is passed.
  void run();

  const std::vector<std::vector<Change>>& answers() const { return answers_; }
  size_t size() const { return size_; }
  // Whether every smaller set was ruled out; a search that is cut among sets of the answer's own
  // size has done with the smaller ones.
  bool proved() const { return proved_ && (!cut_ || !answers_.empty()); }

 private:
  static constexpr size_t kMostFacts = 256;
  using Set = std::bitset<kMostFacts>;

  bool is_out();
  bool gives_other(std::optional<Verdict> verdict) const;
  bool stands(std::optional<Verdict> verdict) const;
  bool is_open(const Set& set);
  void note_closed(Set set);
  const Set* unmet(const Set& chosen) const;
  void extend(const Set& chosen, size_t left, size_t first_free);
  bool is_sensible(const Set& chosen) const;

  // ---- values ----
  void try_values(const Set& chosen);
  std::vector<const Choice*> choices_tried(const Fact& fact, size_t most);
  bool try_total(const std::vector<const Fact*>& facts,
                 const std::vector<std::vector<const Choice*>>& choices, size_t total,
                 std::vector<Change>& changes);
  void keep_nearest(const std::vector<const Fact*>& facts, std::vector<Change> changes);
  bool flips(const std::vector<Change>& changes);
  bool collides(const Change& change) const;
  Change change_of(const Fact& fact, const Choice& choice) const;
  void look_on_other_side(const Fact& fact, std::vector<Change>& changes, size_t which);
  void halve(const Fact& fact, std::vector<Change>& changes, size_t which);

  Trial& trial_;
  const std::vector<Fact>& facts_;
  const ChangeBounds& bounds_;
  Verdict from_;
  Doubter doubter_;
  Set transparent_;  // facts that can be left open
  std::vector<Set> remainders_;
  std::unordered_set<Set> seen_;  // sets of the present size
  std::vector<std::vector<Change>> answers_;
  size_t size_ = 0;
  bool cut_ = false;      // out of evaluations
  bool partial_ = false;  // of some set not every value was tried
  bool proved_ = true;
};

}  // namespace dandang::evaluation
