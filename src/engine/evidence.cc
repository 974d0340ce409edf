#include "engine/evidence.h"

#include <algorithm>

#include "engine/kernels.h"

namespace dandang::engine {

void Evidence::all(const Node& node, State wanted, size_t begin, size_t count,
                   std::vector<Used>& used, std::vector<uint32_t>& rows) {
  used.clear();
  rows.clear();
  const State* states = executor_.states(node) + begin;
  constexpr size_t kRun = 4096;
  uint32_t selected[kRun];
  for (size_t from = 0; from < count; from += kRun) {
    const size_t found =
        kernels::select(states + from, wanted, selected, std::min(kRun, count - from));
    for (size_t i = 0; i < found; ++i) {
      const auto row = static_cast<uint32_t>(begin + from + selected[i]);
      this->begin(used);
      walk(node, row);
      rows.resize(used.size(), row);
    }
  }
}

void Evidence::emit(uint32_t table, uint32_t row) {
  const Used used{table, row, -1};
  const auto from = out_->begin() + static_cast<std::ptrdiff_t>(first_);
  if (std::find(from, out_->end(), used) == out_->end()) out_->push_back(used);
}

// Whether a row of the table is noted already.
bool Evidence::has_any_of(uint32_t table) const {
  const auto from = out_->begin() + static_cast<std::ptrdiff_t>(first_);
  return std::any_of(from, out_->end(),
                     [&](const Used& used) { return used.definition < 0 && used.table == table; });
}

void Evidence::emit_definitions(const std::vector<int>& definitions) {
  if (wanted_ == Wanted::kRows) return;
  for (const int definition : definitions) {
    const Used used{0, 0, definition};
    const auto from = out_->begin() + static_cast<std::ptrdiff_t>(first_);
    if (std::find(from, out_->end(), used) == out_->end()) out_->push_back(used);
  }
}

Evidence::Reach Evidence::reach(const Node& node) {
  Reach& known = classes_[node.id];
  if (known != Reach::kNotLooked) return known;
  Reach found = Reach::kNothing;
  switch (node.kind) {
    case NodeKind::kConstant:
      found =
          node.definitions.empty() || wanted_ == Wanted::kRows ? Reach::kNothing : Reach::kAnywhere;
      break;
    case NodeKind::kColumn:
    case NodeKind::kOwnerRow:
    case NodeKind::kPeriod:
      found = Reach::kOwnRow;
      break;
    case NodeKind::kRankPlace:
    case NodeKind::kRankCount:
      found = node.rank->definitions.empty() || wanted_ == Wanted::kRows ? Reach::kOwnRow
                                                                         : Reach::kAnywhere;
      break;
    case NodeKind::kAggregate:
      break;
    case NodeKind::kChoose:
      for (const Node* input : node.in) found = std::max(found, reach(*input));
      break;
    case NodeKind::kOwner:
    case NodeKind::kGather:
    case NodeKind::kStreak:
    case NodeKind::kPick:
    case NodeKind::kSome:
    case NodeKind::kEvery:
    case NodeKind::kCount:
    case NodeKind::kSum:
    case NodeKind::kMin:
    case NodeKind::kMax:
    case NodeKind::kAnd:
    case NodeKind::kOr:
    case NodeKind::kIf:
    case NodeKind::kNeeds: {
      // Which side is looked at depends on the row; if every side looks at its own row alone, the
      // first one always does.
      const bool junction = node.kind == NodeKind::kAnd || node.kind == NodeKind::kOr;
      found = Reach::kAnywhere;
      if (!junction) break;
      const Reach left = reach(*node.in[0]);
      const Reach right = reach(*node.in[1]);
      if (left == right && left != Reach::kAnywhere) found = left;
      break;
    }
    default:
      for (const Node* input : node.in) found = std::max(found, reach(*input));
  }
  return classes_[node.id] = found;
}

void Evidence::walk_row(const Node* node, uint32_t row) {
  if (node != nullptr) walk(*node, row);
}

void Evidence::walk_inputs(const Node& node, uint32_t row) {
  for (const Node* input : node.in) walk(*input, row);
}

void Evidence::walk(const Node& node, uint32_t row) {
  switch (reach(node)) {
    case Reach::kNothing:
      return;
    case Reach::kOwnRow:
      return emit(node.table, row);
    default:
      break;
  }
  switch (node.kind) {
    case NodeKind::kConstant:
      return emit_definitions(node.definitions);
    case NodeKind::kOwner: {
      if (node.reads_row) emit(node.table, row);
      const uint32_t owner =
          node.panel != nullptr
              ? static_cast<uint32_t>(row % node.panel->owners)
              : static_cast<uint32_t>(node.list->rows->reference->values.value_at(row));
      return walk(*node.in[0], owner);
    }
    case NodeKind::kGather: {
      const auto [state, target] = at(*node.in[0], row);
      const Node& source = *node.in[1];
      const bool quantified = node.looks == Looks::kDeciding &&
                              (source.kind == NodeKind::kSome || source.kind == NodeKind::kEvery);
      if (state != state::kValue) return walk(*node.in[0], row);
      const auto beyond = static_cast<uint32_t>(target);
      const State decides = source.kind == NodeKind::kSome ? state::kTrue : state::kFalse;
      // A deciding row is all that its quantifier rests on.
      if (!quantified || this->state(source, beyond) != decides) walk(*node.in[0], row);
      return walk(source, beyond);
    }
    case NodeKind::kAnd:
    case NodeKind::kOr:
      return walk_junction(node, row);
    case NodeKind::kIf:
      return walk_if(node, row);
    case NodeKind::kNeeds:
      walk(*node.in[0], row);
      if (state(*node.in[0], row) == state::kTrue) walk(*node.in[1], row);
      return;
    case NodeKind::kCall:
      for (size_t i = 1; i < node.in.size(); ++i) walk(*node.in[i], row);
      return walk(*node.in[0], row);
    case NodeKind::kChoose:
      return walk_choose(node, row);
    case NodeKind::kStreak:
      return walk_streak(*node.streak, row);
    case NodeKind::kPick:
      return walk_pick(node, row);
    case NodeKind::kSome:
    case NodeKind::kEvery:
      return walk_quantified(node, row);
    case NodeKind::kCount:
    case NodeKind::kSum:
    case NodeKind::kMin:
    case NodeKind::kMax:
      return walk_fold(node, row);
    case NodeKind::kRankPlace:
    case NodeKind::kRankCount:
      emit_definitions(node.rank->definitions);
      return emit(node.table, row);
    default:
      return walk_inputs(node, row);
  }
}

void Evidence::walk_junction(const Node& node, uint32_t row) {
  if (node.looks == Looks::kBoth) return walk_inputs(node, row);
  const State decides = node.kind == NodeKind::kAnd ? state::kFalse : state::kTrue;
  const State left = state(*node.in[0], row);
  if (left == decides) return walk(*node.in[0], row);
  const bool keeps_left = node.looks == Looks::kInOrder || state(*node.in[1], row) != decides;
  if (keeps_left) walk(*node.in[0], row);
  walk(*node.in[1], row);
}

// Both ways are gone where the condition is unknown.
void Evidence::walk_if(const Node& node, uint32_t row) {
  walk(*node.in[0], row);
  const State condition = state(*node.in[0], row);
  const bool unknown = (condition & state::kUndecided) != 0;
  if (unknown || condition == state::kTrue) walk(*node.in[1], row);
  if (unknown || condition != state::kTrue) walk(*node.in[2], row);
}

// Rules of a decision table are tried in order; if the first that holds counts, none behind it is.
void Evidence::walk_choose(const Node& node, uint32_t row) {
  for (size_t rule = 0; rule + 1 < node.in.size(); rule += 2) {
    walk(*node.in[rule], row);
    const State condition = state(*node.in[rule], row);
    if (condition == state::kFalse || condition == state::kNull) continue;
    walk(*node.in[rule + 1], row);
    if (condition == state::kTrue && !node.unique) return;
  }
}

template <typename Body>
void Evidence::each_row(const ListPlan& list, uint32_t owner, const Body& body) {
  if (list.panel == nullptr) {
    for (size_t e = list.rows->begin(owner); e < list.rows->end(owner); ++e) {
      body(list.rows->rows[e]);
    }
    return;
  }
  for (size_t slice = 0; slice < list.panel->periods; ++slice) {
    const size_t row = slice * list.panel->owners + owner;
    if (list.panel->present[row] != 0) body(static_cast<uint32_t>(row));
  }
}

bool Evidence::lets_in(const Node& condition, uint32_t row) {
  const State known = state(condition, row);
  return known != state::kFalse && known != state::kNull;
}

// A filter rests on the rows it keeps; if it keeps none, on those it rejects. Gives the rows kept
// by all filters.
std::vector<uint32_t> Evidence::walk_list(const ListPlan& list, uint32_t owner) {
  std::vector<uint32_t> rows;
  each_row(list, owner, [&](uint32_t row) { rows.push_back(row); });
  for (const Node* filter : list.filters) {
    std::vector<uint32_t> kept;
    for (const uint32_t row : rows) {
      if (lets_in(*filter, row)) kept.push_back(row);
    }
    for (const uint32_t row : kept.empty() && !list.kept_only ? rows : kept) walk(*filter, row);
    rows = std::move(kept);
  }
  return rows;
}

void Evidence::walk_fold(const Node& node, uint32_t owner) {
  const ListPlan& list = *node.list;
  state(*node.in[0], owner);  // rows that are not listed here may be in it
  const std::vector<uint32_t> rows = walk_list(list, owner);
  for (const uint32_t row : rows) walk_row(list.body, row);
}

void Evidence::walk_quantified(const Node& node, uint32_t owner) {
  const ListPlan& list = *node.list;
  const State decides = node.kind == NodeKind::kSome ? state::kTrue : state::kFalse;
  if (state(node, owner) != decides) return walk_fold(node, owner);
  each_row(list, owner, [&](uint32_t row) {
    if (state(*node.in[1], row) == decides) walk_row(list.body, row);
  });
}

void Evidence::walk_streak(const StreakPlan& streak, uint32_t owner) {
  const bool own_row = reach(*streak.holds) != Reach::kAnywhere;
  // One row a period, and nothing beside: none of them can be noted already.
  if (own_row && streak.panel != nullptr && !has_any_of(streak.table)) {
    for (int64_t period = streak.first; period <= streak.last; ++period) {
      const auto slice = streak.panel->slice_of(period);
      if (!slice) continue;
      const size_t row = *slice * streak.panel->owners + owner;
      if (streak.panel->present[row] != 0) {
        out_->push_back({streak.table, static_cast<uint32_t>(row), -1});
      }
    }
    return;
  }
  for (int64_t period = streak.first; period <= streak.last; ++period) {
    const auto row_of_period = [&](uint32_t row) {
      emit(streak.table, row);
      if (!own_row) walk(*streak.holds, row);
    };
    if (streak.panel != nullptr) {
      const auto slice = streak.panel->slice_of(period);
      if (!slice) continue;
      const size_t row = *slice * streak.panel->owners + owner;
      if (streak.panel->present[row] != 0) row_of_period(static_cast<uint32_t>(row));
      continue;
    }
    for (size_t e = streak.rows->begin(owner); e < streak.rows->end(owner); ++e) {
      const uint32_t row = streak.rows->rows[e];
      const auto [known, of_period] = at(*streak.period, row);
      // A row of unknown period may be any period's.
      const bool may_be = known == state::kValue ? of_period == period : known != state::kNull;
      if (may_be) row_of_period(row);
    }
  }
}

void Evidence::walk_pick(const Node& node, uint32_t owner) {
  const ListPlan& list = node.pick->list;
  const auto [known, best] = at(node, owner);
  if (known == state::kValue) {
    walk_row(list.where, static_cast<uint32_t>(best));
    return emit(list.table, static_cast<uint32_t>(best));
  }
  if (list.where == nullptr) return;
  each_row(list, owner, [&](uint32_t row) { walk(*list.where, row); });
}

}  // namespace dandang::engine
