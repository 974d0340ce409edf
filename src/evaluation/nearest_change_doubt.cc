#include "evaluation/nearest_change_doubt.h"

#include <algorithm>

#include "evaluation/nearest_change_reach.h"

namespace dandang::evaluation {

using policy::Measure;
using record::RecordType;

Doubter::Doubter(Trial& trial, const std::vector<Fact>& facts) : trial_(trial), facts_(facts) {
  bool cut = false;
  for (const ReachedRecord& record : reach(trial, cut)) rows_[record.type].push_back(record.row);
  for (const Fact& fact : facts) {
    if (fact.kind == Change::Kind::kAdded) rows_[fact.type].push_back(fact.row);
  }
}

void Doubter::doubt_values(const Fact& fact, Doubt& doubt) const {
  const RecordType& type = trial_.data().catalogue().types[fact.type];
  for (const size_t field : fact.fields) doubt.add_cell(fact.type, fact.row, field);
  const bool dated =
      fact.kind == Change::Kind::kCell && type.fields[fact.fields[0]].name == type.valid_field;
  if (fact.kind != Change::Kind::kCell || dated) doubt.add_row(fact.type, fact.row);
}

bool Doubter::touches(const Fact& fact, size_t index) {
  const RecordType& type = trial_.data().catalogue().types[fact.type];
  const bool whole = fact.kind != Change::Kind::kCell;
  const size_t what = whole ? type.fields.size() : fact.fields[0];
  const auto [at, added] = touches_.try_emplace({index, fact.type << 16 | what}, false);
  if (!added) return at->second;
  const Reading& reading = trial_.reading_of(index);
  const Measure& measure = trial_.set().measures[index];
  const bool own = measure.on == type.name || reading.says(type.name);
  const bool dates = !whole && type.fields[what].name == type.valid_field;
  at->second = ((whole || dates) && own) || (!whole && reading.says(type.fields[what].name));
  return at->second;
}

// Whether a row may stand in the group of the fact's row, its other cells being as they are.
bool Doubter::may_share_group(const Fact& fact, const Measure& measure, size_t row) const {
  const record::Table& table = trial_.data().table(fact.type);
  for (const std::string& name : measure.within) {
    const auto field = table.type->field_index(name);
    if (!field) continue;  // a measure tells the groups apart: it may
    const bool open =
        std::find(fact.fields.begin(), fact.fields.end(), *field) != fact.fields.end();
    if (!open && table.columns[*field].cell_at(fact.row) != table.columns[*field].cell_at(row)) {
      return false;
    }
  }
  return true;
}

// A place rests on everybody's values: where one of them is open, so are the places it may move.
void Doubter::doubt_places(const Fact& fact, Doubt& doubt) {
  for (const size_t index : trial_.reading().measures()) {
    const Measure& measure = trial_.set().measures[index];
    const bool grouped =
        measure.kind == Measure::Kind::kRank || measure.kind == Measure::Kind::kAggregate;
    if (!grouped || !touches(fact, index)) continue;
    const auto type = trial_.data().catalogue().type_index(measure.on);
    for (const size_t row : rows_[*type]) {
      if (*type == fact.type && row != fact.row && !may_share_group(fact, measure, row)) continue;
      doubt.add_group_value(index, row);
    }
  }
}

std::optional<Verdict> Doubter::evaluate(const std::vector<size_t>& open) {
  Doubt doubt;
  std::vector<const Fact*> shown;
  for (const size_t i : open) {
    const Fact& fact = facts_[i];
    doubt_values(fact, doubt);
    doubt_places(fact, doubt);
    if (trial_.is_visible(fact.type, fact.row)) continue;
    trial_.show(fact.type, fact.row);
    shown.push_back(&fact);
  }
  const auto verdict = trial_.evaluate(doubt);
  for (const Fact* fact : shown) trial_.unshow(fact->type, fact->row);
  return verdict;
}

}  // namespace dandang::evaluation
