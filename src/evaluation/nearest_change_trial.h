#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "evaluation/doubt.h"
#include "evaluation/nearest_change.h"
#include "evaluation/nearest_change_reading.h"
#include "evaluation/nearest_change_scale.h"

namespace dandang::evaluation {

// A copy of the records on which changes are made and taken back, and a model over it that forgets
// no more than they touch. Measures of the whole run stay as they are: one person's record is not
// to move the year that everybody is judged by.
class Trial {
 public:
  Trial(const policy::PolicySet& set, const record::Dataset& data, Date as_of, Overrides overrides);

  // Whose finding is asked about from now on. What the last one left behind is forgotten.
  void begin(const policy::Rule& rule, const feel::Entity& subject);
  // The verdict with the changes made; no value if the duty does not concern the subject.
  std::optional<Verdict> evaluate();
  // The verdict with these facts left open.
  std::optional<Verdict> evaluate(const Doubt& doubt);
  // The verdict of a model made anew over the records as they now are.
  std::optional<Verdict> evaluate_anew();
  // Every value the rule came upon, as far as it is evaluated.
  std::vector<feel::Value> values_met();

  void make(const Change& change);
  void take_back(const Change& change);
  // Makes a record visible whatever its dates say, for an evaluation with doubt.
  void show(size_t type, size_t row);
  void unshow(size_t type, size_t row);
  void set_cell(size_t type, size_t row, size_t field, const Cell& cell);
  // A cell of a record that is not there yet.
  void prepare(size_t type, size_t row, size_t field, const Cell& cell) {
    data_.table(type).columns[field].set(row, cell);
  }
  // A hidden row behind those on record; the same ones are handed out after each begin().
  size_t spare_row(size_t type);
  // How many rows the type has without spare ones.
  size_t rows_on_record(size_t type) const { return on_record_[type]; }

  bool is_visible(size_t type, size_t row) const { return data_.table(type).holds_on(row, as_of_); }
  const Reading& reading() const { return *reading_; }
  const Reading& reading_of(size_t measure);
  const Scale& scale(size_t type, size_t field);
  Model& model() { return run_.model(); }
  const Model& model() const { return const_cast<Trial*>(this)->run_.model(); }
  const record::Dataset& data() const { return data_; }
  const policy::PolicySet& set() const { return set_; }
  Date as_of() const { return as_of_; }
  const policy::Rule& rule() const { return *rule_; }
  const feel::Entity& subject() const { return subject_; }
  const std::vector<feel::Entity>& members() const { return members_; }
  size_t evaluations() const { return evaluations_; }

 private:
  struct Validity {
    std::optional<Date> from;
    std::optional<Date> to;
  };
  void refresh();
  void focus();
  void unfocus();
  void hide_others(size_t type, const policy::Measure& measure, const std::vector<size_t>& rows);
  void restore(size_t type, size_t row);
  void set_validity(size_t type, size_t row, const Validity& validity);
  feel::Entity find_subject();
  feel::Entity find_group(Model& model) const;
  std::optional<Date> valid_from(size_t type, size_t row) const;

  const policy::PolicySet& set_;
  record::Dataset data_;
  Date as_of_;
  Overrides overrides_;
  Run run_;
  const policy::Rule* rule_ = nullptr;
  feel::Entity subject_;
  std::vector<feel::Entity> members_;  // of a group, as on record
  std::unique_ptr<Reading> reading_;
  std::map<const policy::Rule*, std::unique_ptr<Reading>> rule_readings_;
  std::map<size_t, std::unique_ptr<Reading>> measure_readings_;
  std::map<std::pair<size_t, size_t>, Scale> scales_;
  std::map<std::pair<size_t, size_t>, Validity> set_aside_;  // of rows shown, added or removed
  std::vector<size_t> on_record_;                            // by type
  std::map<size_t, std::vector<size_t>> spare_;
  std::map<size_t, size_t> spare_used_;
  // Rows of other groups, hidden so that places are worked out among few.
  struct Hidden {
    size_t type = 0;
    size_t row = 0;
    Validity validity;
  };
  std::vector<Hidden> hidden_;
  size_t unfocused_ = 0;            // records added that may stand in any group
  std::vector<size_t> settled_;     // measures of the rule that are computed for all at once
  std::set<size_t> changed_types_;  // since the last evaluation
  std::set<std::pair<size_t, size_t>> changed_rows_;
  std::set<size_t> reindexed_;  // types of which many rows changed
  std::set<std::string> changed_names_;
  size_t evaluations_ = 0;
};

}  // namespace dandang::evaluation
