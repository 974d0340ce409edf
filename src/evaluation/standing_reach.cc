#include "evaluation/standing_reach.h"

#include <algorithm>

namespace dandang::evaluation {

using record::AmendedRow;
using record::FieldKind;

namespace {

bool intersect(const std::set<size_t>& a, const std::set<size_t>& b) {
  return std::any_of(a.begin(), a.end(), [&](size_t one) { return b.contains(one); });
}

uint32_t narrow(size_t row) {
  return static_cast<uint32_t>(row);
}

}  // namespace

struct StandingReach::Search {
  const Footprint& footprint;
  uint32_t subject_kind;
  ReachedSubjects found = {};
  std::set<Place> seen = {};
  std::vector<Place> queue = {};

  void add(const Place& place) {
    if (!seen.insert(place).second) return;
    queue.push_back(place);
    if (place.first == subject_kind) found.rows.insert(place.second);
  }
};

StandingReach::StandingReach(const Model& model, const std::vector<std::vector<GroupState>>& groups)
    : model_(model), groups_(groups), references_(model.data()) {}

void StandingReach::begin(const Happened& happened) {
  happened_ = &happened;
  groups_of_rows_.clear();
  references_.begin(*happened.amendment);
}

void StandingReach::settle() {
  references_.settle();
  happened_ = nullptr;
}

bool StandingReach::may_be_anyones(size_t type, size_t owner_field) const {
  const record::Field& field = model_.data().catalogue().types[type].fields[owner_field];
  return !field.required && field.blank.kind == record::Blank::Kind::kUnknown;
}

// ---- where what happened lies ----

StandingReach::Starts StandingReach::starts_of(const Footprint& footprint) const {
  Starts out;
  const record::Amendment& amendment = *happened_->amendment;
  for (const auto* types : {&amendment.covered, &amendment.first_or_last}) {
    out.all = out.all || intersect(*types, footprint.registers);
    for (const auto& [owner, type] : footprint.lists) {
      out.all = out.all || types->contains(type);
    }
  }
  for (const size_t parameter : footprint.parameters) {
    const policy::Parameter& read = model_.set().parameters[parameter];
    out.all = out.all || amendment.parameters.contains({read.package, read.name});
  }
  out.all = out.all || intersect(happened_->whole_run, footprint.whole_run);
  for (const AmendedRow& row : amendment.rows) {
    if (out.all) return out;
    add_row(footprint, row, out);
  }
  for (const auto& [measure, rows] : happened_->group_values) {
    if (!footprint.group_measures.contains(measure)) continue;
    const auto type = model_.data().catalogue().type_index(model_.set().measures[measure].on);
    for (const uint32_t row : rows) out.places.emplace(narrow(*type), row);
  }
  return out;
}

void StandingReach::add_row(const Footprint& footprint, const AmendedRow& row, Starts& out) const {
  const bool read = std::any_of(row.fields.begin(), row.fields.end(), [&](size_t field) {
    return footprint.fields.contains({narrow(row.type), narrow(field)});
  });
  if (read && !row.appended) out.places.emplace(narrow(row.type), narrow(row.row));
  const bool holds = model_.data().table(row.type).holds_on(row.row, model_.as_of());
  if (holds != row.held_on(model_.as_of()) && footprint.registers.contains(row.type)) {
    out.all = true;
  }
  add_owners(footprint, row, out);
}

// Owners whose list the row has left or joined.
void StandingReach::add_owners(const Footprint& footprint, const AmendedRow& row,
                               Starts& out) const {
  const record::Table& table = model_.data().table(row.type);
  const bool held = row.held_on(model_.as_of());
  const bool holds = table.holds_on(row.row, model_.as_of());
  for (const auto& [owner, type] : footprint.lists) {
    if (type != row.type) continue;
    const size_t field = model_.owner_field(owner, type);
    const Cell now = table.columns[field].cell_at(row.row);
    if (held == holds && now == row.before[field]) continue;
    const auto add = [&, owner = owner](const Cell& cell) {
      if (const auto* target = std::get_if<int64_t>(&cell)) {
        out.places.emplace(owner, narrow(static_cast<size_t>(*target)));
      } else if (may_be_anyones(row.type, field)) {
        out.all = true;
      }
    };
    if (held) add(row.before[field]);
    if (holds) add(now);
  }
}

bool StandingReach::touches(const Footprint& footprint) {
  const Starts starts = starts_of(footprint);
  return starts.all || !starts.places.empty();
}

// ---- and who comes there ----

ReachedSubjects StandingReach::from(const Footprint& footprint, uint32_t subject_kind) {
  Search search{footprint, subject_kind};
  const Starts starts = starts_of(footprint);
  search.found.all = starts.all;
  for (const Place& place : starts.places) search.add(place);
  while (!search.queue.empty() && !search.found.all) {
    const Place place = search.queue.back();
    search.queue.pop_back();
    walk_back(search, place);
  }
  return std::move(search.found);
}

void StandingReach::walk_back(Search& search, const Place& place) {
  if (place.first >= model_.data().catalogue().types.size()) return;  // nothing leads to a group
  if (search.footprint.registers.contains(place.first)) {
    search.found.all = true;
    return;
  }
  walk_to_owners(search, place);
  walk_to_referring(search, place);
  walk_to_groups(search, place);
}

void StandingReach::walk_to_owners(Search& search, const Place& place) {
  for (const auto& [owner, type] : search.footprint.lists) {
    if (type != place.first) continue;
    const size_t field = model_.owner_field(owner, type);
    const int64_t target = references_.target(type, field, place.second);
    if (target >= 0) {
      search.add({owner, narrow(static_cast<size_t>(target))});
    } else if (may_be_anyones(type, field)) {
      search.found.all = true;
    }
  }
}

void StandingReach::walk_to_referring(Search& search, const Place& place) {
  const record::Catalogue& catalogue = model_.data().catalogue();
  const std::string& name = catalogue.types[place.first].name;
  for (const auto& [type, index] : search.footprint.fields) {
    const record::Field& field = catalogue.types[type].fields[index];
    if (field.kind != FieldKind::kRef || field.ref_type != name) continue;
    for (const uint32_t row : references_.referring(type, index, place.second)) {
      search.add({type, row});
    }
  }
}

void StandingReach::walk_to_groups(Search& search, const Place& place) {
  const record::Catalogue& catalogue = model_.data().catalogue();
  for (const size_t subject : search.footprint.members) {
    if (catalogue.type_index(model_.set().subjects[subject].of) != place.first) continue;
    auto [at, added] = groups_of_rows_.try_emplace(subject);
    std::vector<std::vector<uint32_t>>& groups = at->second;
    if (added) {
      groups.resize(model_.data().table(place.first).size());
      for (size_t g = 0; g < groups_[subject].size(); ++g) {
        for (const uint32_t row : groups_[subject][g].members) groups[row].push_back(narrow(g));
      }
    }
    for (const uint32_t group : groups[place.second]) {
      search.add({narrow(catalogue.types.size() + subject), group});
    }
  }
}

}  // namespace dandang::evaluation
