#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "evaluation/model.h"

namespace dandang::evaluation {

// Everything that evaluating a declaration can read, told from its texts alone: what is not in it
// cannot change its value. It may be more than is read, never less
// (docs/decisions/0015-standing-evaluation.md).
struct Footprint {
  using Member = std::pair<uint32_t, uint32_t>;  // of a kind of entity, a field or referring type
  std::set<Member> fields;                       // of records
  std::set<Member> lists;           // rows of the second type that refer to a record of the first
  std::set<size_t> registers;       // types all of whose records are read
  std::set<size_t> members;         // declared groups whose members, or what makes them, are read
  std::set<size_t> group_measures;  // places and groups' values, by measure
  std::set<size_t> whole_run;       // measures of the whole run
  std::set<size_t> parameters;

  void add(const Footprint& other);
};

// Footprints of a set's rules, measures and groups on the model's day. The model's records are not
// read.
class Footprints {
 public:
  explicit Footprints(const Model& model);
  ~Footprints();

  Footprint of(const policy::Rule& rule);
  // What one computation reads: of a measure of the whole run; of all places or groups' values.
  Footprint of_measure(size_t measure);
  // What finding out which groups there are reads.
  Footprint of_groups(size_t subject);
  // What the names and identity numbers of a rule's subjects are made of.
  Footprint of_names(const std::string& subject) const;

 private:
  class Walker;
  const Model& model_;
  std::unique_ptr<Walker> walker_;
};

}  // namespace dandang::evaluation
