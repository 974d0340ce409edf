#pragma once

#include <map>
#include <vector>

#include "evaluation/nearest_change_facts.h"

namespace dandang::evaluation {

// Asks whether a verdict stands while some of the facts are left open.
class Doubter {
 public:
  Doubter(Trial& trial, const std::vector<Fact>& facts);

  // The verdict with exactly these facts left open, by their places in the list.
  std::optional<Verdict> evaluate(const std::vector<size_t>& open);

 private:
  void doubt_values(const Fact& fact, Doubt& doubt) const;
  void doubt_places(const Fact& fact, Doubt& doubt);
  bool may_share_group(const Fact& fact, const policy::Measure& measure, size_t row) const;
  bool touches(const Fact& fact, size_t measure);

  Trial& trial_;
  const std::vector<Fact>& facts_;
  std::map<size_t, std::vector<size_t>> rows_;  // the facts' rows, by type
  std::map<std::pair<size_t, size_t>, bool> touches_;
};

}  // namespace dandang::evaluation
