#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "evaluation/nearest_change_facts.h"

namespace dandang::evaluation {

// The values a fact may take that can make a difference: the words of its list, the values the rule
// names or came upon with their neighbours, and values far off, from which the nearest is found by
// halving.
class ValueSource {
 public:
  explicit ValueSource(Trial& trial);

  // Other values than the one a cell has, the plainest first.
  std::vector<Cell> choices(size_t type, size_t field, const Cell& from);
  // What an added record might say, the plainest first.
  std::vector<Cell> first_values(size_t type, size_t field);
  const Scale& scale(size_t type, size_t field);
  bool formula_says(const policy::Formula& formula, const std::string& name) const;

 private:
  std::set<int64_t> critical_units(size_t type, size_t field);
  std::vector<Cell> on_scale(size_t type, size_t field, const Cell& from);
  std::vector<Cell> words(size_t type, size_t field) const;
  std::vector<Cell> texts(size_t type, size_t field) const;
  std::vector<Cell> targets(size_t type, size_t field) const;

  Trial& trial_;
  std::set<Decimal> numbers_;
  std::set<Date> dates_;
  std::vector<std::string> texts_;
};

}  // namespace dandang::evaluation
