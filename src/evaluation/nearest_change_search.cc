#include "evaluation/nearest_change_search.h"

#include <algorithm>

namespace dandang::evaluation {

namespace {

bool is_met(Verdict verdict) {
  return verdict == Verdict::kMet;
}

size_t power(size_t base, size_t exponent) {
  size_t out = 1;
  for (size_t i = 0; i < exponent && out < 1'000'000; ++i) out *= base;
  return out;
}

bool is_decided(Verdict verdict) {
  return verdict == Verdict::kMet || verdict == Verdict::kNotMet || verdict == Verdict::kPending;
}

}  // namespace

SetSearch::SetSearch(Trial& trial, const std::vector<Fact>& facts, const ChangeBounds& bounds,
                     Verdict from)
    : trial_(trial), facts_(facts), bounds_(bounds), from_(from), doubter_(trial, facts) {
  for (size_t i = 0; i < facts_.size(); ++i) {
    if (!facts_[i].opaque) transparent_.set(i);
  }
}

bool SetSearch::is_out() {
  if (trial_.evaluations() >= bounds_.evaluations) cut_ = true;
  return cut_;
}

bool SetSearch::gives_other(std::optional<Verdict> verdict) const {
  return verdict && is_decided(*verdict) && is_met(*verdict) != is_met(from_);
}

bool SetSearch::stands(std::optional<Verdict> verdict) const {
  return verdict && is_decided(*verdict) && is_met(*verdict) == is_met(from_);
}

void SetSearch::run() {
  const size_t most = std::min(bounds_.size, facts_.size());
  for (size_ = 1; size_ <= most; ++size_) {
    seen_.clear();
    extend({}, size_, 0);
    if (!answers_.empty() || cut_) return;
    proved_ = proved_ && !partial_;
  }
  size_ = most;
}

// ---- sets ----

bool SetSearch::is_open(const Set& set) {
  std::vector<size_t> open;
  for (size_t i = 0; i < facts_.size(); ++i) {
    if (!set.test(i)) continue;
    if (facts_[i].opaque) return true;
    open.push_back(i);
  }
  return !stands(doubter_.evaluate(open));
}

// Makes a set that does not matter as large as it goes; halves first, since most facts of a record
// that is not asked about go in together.
void SetSearch::note_closed(Set set) {
  std::vector<std::pair<size_t, size_t>> parts{{0, facts_.size()}};
  while (!parts.empty() && !is_out()) {
    const auto [begin, end] = parts.back();
    parts.pop_back();
    Set larger = set;
    for (size_t i = begin; i < end; ++i) {
      if (transparent_.test(i)) larger.set(i);
    }
    if (larger == set) continue;
    if (!is_open(larger)) {
      set = larger;
    } else if (end - begin > 1) {
      const size_t middle = begin + (end - begin) / 2;
      parts.emplace_back(middle, end);
      parts.emplace_back(begin, middle);
    }
  }
  Set remainder;
  for (size_t i = 0; i < facts_.size(); ++i) remainder.set(i, !set.test(i));
  remainders_.push_back(remainder);
}

const SetSearch::Set* SetSearch::unmet(const Set& chosen) const {
  const Set* best = nullptr;
  for (const Set& remainder : remainders_) {
    if ((remainder & chosen).any()) continue;
    if (best == nullptr || remainder.count() < best->count()) best = &remainder;
  }
  return best;
}

// A record cannot be taken away and changed at once, and of the records of one list that may be
// added the first comes first.
bool SetSearch::is_sensible(const Set& chosen) const {
  for (size_t i = 0; i < facts_.size(); ++i) {
    if (!chosen.test(i)) continue;
    const Fact& fact = facts_[i];
    if (fact.ordinal > 0 && !chosen.test(i - 1)) return false;
    if (fact.kind != Change::Kind::kRemoved) continue;
    for (size_t j = 0; j < facts_.size(); ++j) {
      const bool same = facts_[j].type == fact.type && facts_[j].row == fact.row;
      if (j != i && same && chosen.test(j)) return false;
    }
  }
  return true;
}

void SetSearch::extend(const Set& chosen, size_t left, size_t first_free) {
  if (is_out() || answers_.size() >= bounds_.answers) return;
  const Set* remainder = unmet(chosen);
  if (remainder == nullptr) {
    if (!is_open(chosen)) {
      // Alone, a fact that does not matter is worth no more than that.
      if (left == 0 && size_ == 1) return;
      note_closed(chosen);
      return extend(chosen, left, first_free);
    }
    if (left == 0) {
      if (seen_.insert(chosen).second && is_sensible(chosen)) try_values(chosen);
      return;
    }
    // Open, but tried in vain when it was the whole set: any further fact may be what it lacks.
    for (size_t i = first_free; i < facts_.size(); ++i) {
      if (chosen.test(i)) continue;
      Set more = chosen;
      more.set(i);
      extend(more, left - 1, i + 1);
    }
    return;
  }
  if (left == 0) return;
  const Set choices = *remainder;
  for (size_t i = 0; i < facts_.size(); ++i) {
    if (!choices.test(i)) continue;
    Set more = chosen;
    more.set(i);
    extend(more, left - 1, first_free);
  }
}

// ---- values ----

Change SetSearch::change_of(const Fact& fact, const Choice& choice) const {
  Change change;
  change.kind = fact.kind;
  change.type = fact.type;
  change.row = fact.row;
  change.owner = fact.owner;
  change.edits = choice;
  return change;
}

// Whether another record of the same owner has the key already.
bool SetSearch::collides(const Change& change) const {
  const record::Table& table = trial_.data().table(change.type);
  const record::RecordType& type = *table.type;
  if (change.kind == Change::Kind::kRemoved || type.repeats || type.key.empty()) return false;
  std::vector<size_t> key;
  for (const std::string& name : type.key) key.push_back(*type.field_index(name));
  const bool touched = change.kind == Change::Kind::kAdded ||
                       std::find(key.begin(), key.end(), change.edits[0].field) != key.end();
  if (!touched) return false;
  for (size_t row = 0; row < table.size(); ++row) {
    const bool real =
        row < trial_.rows_on_record(change.type) || trial_.is_visible(change.type, row);
    if (row == change.row || !real) continue;
    const bool same = std::all_of(key.begin(), key.end(), [&](size_t field) {
      return table.columns[field].cell_at(row) == table.columns[field].cell_at(change.row);
    });
    if (same) return true;
  }
  return false;
}

bool SetSearch::flips(const std::vector<Change>& changes) {
  for (const Change& change : changes) trial_.make(change);
  const bool possible = std::none_of(changes.begin(), changes.end(),
                                     [&](const Change& change) { return collides(change); });
  const bool out = possible && gives_other(trial_.evaluate());
  for (size_t i = changes.size(); i-- > 0;) trial_.take_back(changes[i]);
  return out;
}

// The choices tried for a fact: all if there is room, else the plainest, or of a scale some from
// near to far.
std::vector<const Choice*> SetSearch::choices_tried(const Fact& fact, size_t most) {
  std::vector<const Choice*> out;
  const size_t size = fact.choices.size();
  if (size > most || fact.partial) partial_ = true;
  for (size_t i = 0; i < std::min(size, most); ++i) {
    const bool spread = fact.ordered && size > most && most > 1;
    out.push_back(&fact.choices[spread ? i * (size - 1) / (most - 1) : i]);
  }
  // What is true of the far ends of a scale is found at once.
  if (bounds_.counting && fact.ordered) std::reverse(out.begin(), out.end());
  return out;
}

// Every assignment in order of how far its values stand from the plainest.
void SetSearch::try_values(const Set& chosen) {
  std::vector<const Fact*> facts;
  for (size_t i = 0; i < facts_.size(); ++i) {
    if (chosen.test(i)) facts.push_back(&facts_[i]);
  }
  size_t most = bounds_.assignments;
  while (most > 1 && power(most, facts.size()) > bounds_.assignments) --most;
  std::vector<std::vector<const Choice*>> choices;
  size_t furthest = 0;
  static const Choice kNoEdits;
  for (const Fact* fact : facts) {
    choices.push_back(choices_tried(*fact, most));
    if (choices.back().empty()) choices.back().push_back(&kNoEdits);  // a removal
    furthest += choices.back().size() - 1;
  }
  for (size_t total = 0; total <= furthest; ++total) {
    std::vector<Change> changes;
    if (try_total(facts, choices, total, changes)) return;
  }
}

// The assignments whose places in the lists add up to `total`.
bool SetSearch::try_total(const std::vector<const Fact*>& facts,
                          const std::vector<std::vector<const Choice*>>& choices, size_t total,
                          std::vector<Change>& changes) {
  const size_t at = changes.size();
  if (at == facts.size()) {
    if (total > 0) return false;
    if (is_out()) return true;
    if (!flips(changes)) return false;
    keep_nearest(facts, changes);
    return true;
  }
  for (size_t i = 0; i <= std::min(choices[at].size() - 1, total); ++i) {
    changes.push_back(change_of(*facts[at], *choices[at][i]));
    const bool done = try_total(facts, choices, total - i, changes);
    changes.pop_back();
    if (done) return true;
  }
  return false;
}

// On a scale the value found may be far off: the nearest that still answers lies between it and
// the one on record.
void SetSearch::halve(const Fact& fact, std::vector<Change>& changes, size_t which) {
  const Scale& scale = trial_.scale(fact.type, fact.fields[0]);
  Edit& edit = changes[which].edits[0];
  const auto from = scale.units_of(edit.from);
  const auto to = scale.units_of(edit.to);
  if (!from || !to || scale.cell_at(*to) != edit.to) return;
  int64_t near = 0;  // does not flip: the value on record
  int64_t far = *to - *from;
  while (std::max(near, far) - std::min(near, far) > 1 && !is_out()) {
    const int64_t middle = near + (far - near) / 2;
    const Cell kept = edit.to;
    edit.to = scale.cell_at(*from + middle);
    if (flips(changes)) {
      far = middle;
    } else {
      near = middle;
      edit.to = kept;
    }
  }
}

// The other side of the value on record may have a nearer one: 2023-12-31 as well as 2025-01-01.
void SetSearch::look_on_other_side(const Fact& fact, std::vector<Change>& changes, size_t which) {
  const Scale& scale = trial_.scale(fact.type, fact.fields[0]);
  Edit& edit = changes[which].edits[0];
  const auto from = scale.units_of(edit.from);
  const auto to = scale.units_of(edit.to);
  if (!from || !to) return;
  const int64_t distance = *to > *from ? *to - *from : *from - *to;
  const Cell kept = edit.to;
  for (const Choice& choice : fact.choices) {
    const auto other = scale.units_of(choice[0].to);
    if (!other || (*other > *from) == (*to > *from)) continue;
    edit.to = choice[0].to;
    if (!flips(changes)) continue;
    halve(fact, changes, which);
    const auto found = scale.units_of(edit.to);
    if (found && (*found > *from ? *found - *from : *from - *found) < distance) return;
    break;
  }
  edit.to = kept;
}

void SetSearch::keep_nearest(const std::vector<const Fact*>& facts, std::vector<Change> changes) {
  for (size_t i = 0; i < facts.size() && !bounds_.counting; ++i) {
    if (!facts[i]->ordered || facts[i]->kind != Change::Kind::kCell) continue;
    halve(*facts[i], changes, i);
    look_on_other_side(*facts[i], changes, i);
  }
  answers_.push_back(std::move(changes));
}

}  // namespace dandang::evaluation
