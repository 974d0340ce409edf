#include "evaluation/nearest_change.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "evaluation/nearest_change_search.h"

namespace dandang::evaluation {

namespace {

// How plain a set of changes is: few records, then cells before records, then values close by.
using Plainness = std::tuple<size_t, size_t>;

Plainness plainness_of(const std::vector<Change>& changes) {
  std::set<std::pair<size_t, size_t>> records;
  size_t kinds = 0;
  for (const Change& change : changes) {
    records.emplace(change.type, change.row);
    kinds += static_cast<size_t>(change.kind);
  }
  return {records.size(), kinds};
}

bool is_searched(const policy::Rule& rule, Verdict verdict) {
  if (rule.totals_only) return false;
  // A rule that only gives an amount is met whatever the facts are.
  if (!rule.is_duty && !rule.when) return false;
  return verdict == Verdict::kMet || verdict == Verdict::kNotMet || verdict == Verdict::kPending;
}

}  // namespace

class ChangeSearch::Impl {
 public:
  Impl(const policy::PolicySet& set, const record::Dataset& data, Date as_of, Overrides overrides,
       ChangeBounds bounds)
      : trial_(set, data, as_of, std::move(overrides)), bounds_(bounds) {}

  const ChangeBounds& bounds() const { return bounds_; }
  const Trial& trial() const { return trial_; }

  NearestChange find(const policy::Rule& rule, const feel::Entity& subject,
                     const ChangeBounds& bounds) {
    trial_.begin(rule, subject);
    NearestChange out;
    const auto verdict = trial_.evaluate();
    if (!verdict) return out;
    out.from = *verdict;
    if (!is_searched(rule, *verdict)) return out;
    bool facts_cut = false;
    const std::vector<Fact> facts = find_facts(trial_, bounds.facts, facts_cut);
    SetSearch search(trial_, facts, bounds, *verdict);
    search.run();
    out.outcome = NearestChange::Outcome::kNone;
    out.size = search.size();
    out.proved = search.proved() && !facts_cut;
    std::vector<std::vector<Change>> answers = search.answers();
    std::stable_sort(answers.begin(), answers.end(), [](const auto& a, const auto& b) {
      return plainness_of(a) < plainness_of(b);
    });
    for (const std::vector<Change>& answer : answers) {
      if (out.alternatives.size() >= bounds.alternatives) break;
      if (!bounds.counting) {
        keep_if_true(answer, out);
      } else {
        out.outcome = NearestChange::Outcome::kFound;
        out.alternatives.push_back(answer);
      }
    }
    out.evaluations = trial_.evaluations();
    return out;
  }

 private:
  // No answer is given that a model made anew does not confirm.
  void keep_if_true(const std::vector<Change>& changes, NearestChange& out) {
    for (const Change& change : changes) trial_.make(change);
    const auto verdict = trial_.evaluate_anew();
    for (size_t i = changes.size(); i-- > 0;) trial_.take_back(changes[i]);
    const bool decided = verdict && (*verdict == Verdict::kMet || *verdict == Verdict::kNotMet ||
                                     *verdict == Verdict::kPending);
    if (!decided || (*verdict == Verdict::kMet) == (out.from == Verdict::kMet)) return;
    out.to = *verdict;
    out.outcome = NearestChange::Outcome::kFound;
    out.alternatives.push_back(changes);
  }

  Trial trial_;
  ChangeBounds bounds_;
};

ChangeSearch::ChangeSearch(const policy::PolicySet& set, const record::Dataset& data, Date as_of,
                           Overrides overrides, ChangeBounds bounds)
    : impl_(std::make_unique<Impl>(set, data, as_of, std::move(overrides), bounds)) {}

ChangeSearch::~ChangeSearch() = default;

NearestChange ChangeSearch::find(const policy::Rule& rule, const feel::Entity& subject) {
  return impl_->find(rule, subject, impl_->bounds());
}

NearestChange ChangeSearch::find(const policy::Rule& rule, const feel::Entity& subject,
                                 const ChangeBounds& bounds) {
  return impl_->find(rule, subject, bounds);
}

const Model& ChangeSearch::model() const {
  return impl_->trial().model();
}

}  // namespace dandang::evaluation
