// The executor's part that goes from rows to the rows they own: streaks, picks, quantifiers, sums.

#include <algorithm>
#include <cstring>
#include <numeric>

#include "engine/executor.h"
#include "engine/kernels.h"

namespace dandang::engine {
namespace {

// Both truths; false decides.
State both(State a, State b) {
  State out = state::kNull;
  kernels::truth_and(&a, &b, &out, 1);
  return out;
}

}  // namespace

// ---- streak ----

Vector Executor::eval_streak(const Node& node, size_t begin, size_t count, Worker& worker) {
  const StreakPlan& streak = *node.streak;
  if (streak.panel == nullptr) return eval_streak_list(streak, begin, count, worker);
  auto* all = worker.scratch.take<State>(count);
  kernels::fill(all, state::kTrue, count);
  auto* nobody = worker.scratch.take<uint8_t>(count);
  std::memset(nobody, 0, count);
  for (int64_t period = streak.first; period <= streak.last; ++period) {
    const Node& complete = *streak.absent[static_cast<size_t>(period - streak.first)];
    const bool same = complete.is_constant();
    State absent_all = complete.constant_state;
    State* absent = nullptr;
    // A period of which nothing can be missing, and nothing is there, does not hold.
    if (same) {
      if (absent_all == state::kTrue) absent_all = state::kFalse;
    } else {
      absent = worker.scratch.take<State>(count);
      const State* known = truth(complete, begin, count, worker);
      for (size_t i = 0; i < count; ++i) {
        absent[i] = known[i] == state::kTrue ? state::kFalse : known[i];
      }
    }
    const auto slice = streak.panel->slice_of(period);
    const size_t at = slice ? *slice * streak.panel->owners + begin : 0;
    const uint8_t* present = slice ? streak.panel->present + at : nobody;
    const State* holds = slice ? truth(*streak.holds, at, count, worker) : nobody;
    kernels::streak_and(holds, present, absent, absent_all, all, count);
  }
  Vector result;
  result.states = all;
  return result;
}

Vector Executor::eval_streak_list(const StreakPlan& streak, size_t begin, size_t count,
                                  Worker& worker) {
  const BackList& rows = *streak.rows;
  const Vector period_of = eval(*streak.period, 0, this->rows(streak.table), worker);
  const State* holds = eval(*streak.holds, 0, this->rows(streak.table), worker).states;
  auto* all = worker.scratch.take<State>(count);
  std::vector<const State*> complete;
  for (const Node* node : streak.absent) complete.push_back(truth(*node, begin, count, worker));
  for (size_t i = 0; i < count; ++i) {
    State result = state::kTrue;
    for (int64_t period = streak.first; period <= streak.last; ++period) {
      State any = state::kFalse;
      bool there = false;
      for (size_t e = rows.begin(begin + i); e < rows.end(begin + i); ++e) {
        const uint32_t row = rows.rows[e];
        if (period_of.state_at(row) != state::kValue) {
          any = state::kAsk;  // it may be of any period
          continue;
        }
        if (period_of.value_at(row) != period) continue;
        there = true;
        const State one = holds[row] == state::kNull ? state::kFalse : holds[row];
        kernels::truth_or(&any, &one, &any, 1);
      }
      const State known = complete[static_cast<size_t>(period - streak.first)][i];
      const State absent = known == state::kTrue ? state::kFalse : known;
      if (!(there && streak.one_a_period)) kernels::truth_or(&any, &absent, &any, 1);
      result = both(result, any);
    }
    all[i] = result;
  }
  Vector result;
  result.states = all;
  return result;
}

// ---- pick ----

Vector Executor::eval_pick_panel(const PickPlan& pick, size_t begin, size_t count, Worker& worker) {
  const ListPlan& list = pick.list;
  const Panel& panel = *list.panel;
  auto* states = worker.scratch.take<State>(count);
  auto* values = worker.scratch.take<uint32_t>(count);
  kernels::fill(states, state::kNull, count);
  const State* complete = truth(*pick.complete, begin, count, worker);
  // Who has found a row is done with, unless a row before might be it as well.
  const bool may_lack = list.where != nullptr && list.where->may_lack;
  const bool done_once_found = pick.takes_latest && !may_lack;
  if (!done_once_found || list.only_period) std::memset(values, 0, count * sizeof(uint32_t));
  auto* open = worker.scratch.take<uint32_t>(count);
  std::iota(open, open + count, 0U);
  size_t open_count = count;
  for (size_t back = 0; back < panel.periods && open_count > 0; ++back) {
    const size_t slice = panel.periods - 1 - back;
    if (list.only_period && panel.slice_of(*list.only_period) != slice) continue;
    const size_t at = slice * panel.owners + begin;
    const uint8_t* present = panel.present + at;
    size_t left = 0;
    // Few are asked about by themselves, many all at once.
    constexpr size_t kFew = 16;
    const bool by_row = open_count * kFew < count;
    const State* where =
        list.where == nullptr || by_row ? nullptr : truth(*list.where, at, count, worker);
    if (done_once_found && open_count == count) {
      // Nearly everybody is done with the first period, and nothing is unclear: no row by itself.
      auto* found = worker.scratch.take<uint8_t>(count);
      kernels::is_true_and_present(where, present, found, count);
      std::memcpy(states, found, count);
      std::iota(values, values + count, static_cast<uint32_t>(at));
      open_count = kernels::select(found, 0, open, count);
      continue;
    }
    for (size_t k = 0; k < open_count; ++k) {
      const uint32_t i = open[k];
      const State one = present[i] == 0         ? state::kFalse
                        : where != nullptr      ? where[i]
                        : list.where != nullptr ? cell(*list.where, at + i, worker).first
                                                : State{state::kTrue};
      const bool passes = one != state::kFalse && one != state::kNull;
      if (passes) {
        const bool first = states[i] == state::kNull;
        const bool clear =
            one == state::kTrue && (first || (pick.takes_latest && states[i] == state::kValue));
        states[i] = clear ? state::kValue : state::kAsk;
        if (first) values[i] = static_cast<uint32_t>(at + i);
      }
      open[left] = i;
      left += passes && done_once_found ? 0 : 1;
    }
    open_count = left;
  }
  for (size_t i = 0; i < count; ++i) {
    const State none = complete[i] == state::kTrue ? state::kNull : complete[i];
    states[i] = states[i] == state::kNull ? none : states[i];
  }
  return Vector{reinterpret_cast<const uint8_t*>(values), states, 0, 4};
}

Vector Executor::eval_pick(const Node& node, size_t begin, size_t count, Worker& worker) {
  const PickPlan& pick = *node.pick;
  if (pick.list.panel != nullptr) return eval_pick_panel(pick, begin, count, worker);
  const BackList& rows = *pick.list.rows;
  const size_t all = this->rows(pick.list.table);
  const State* where =
      pick.list.where == nullptr ? nullptr : eval(*pick.list.where, 0, all, worker).states;
  const Vector latest = pick.latest == nullptr ? Vector{} : eval(*pick.latest, 0, all, worker);
  const State* complete = truth(*pick.complete, begin, count, worker);
  auto* states = worker.scratch.take<State>(count);
  auto* values = worker.scratch.take<int64_t>(count);
  for (size_t i = 0; i < count; ++i) {
    State found = state::kNull;
    int64_t best = 0;
    bool dated = false;
    int64_t best_date = 0;
    for (size_t e = rows.begin(begin + i); e < rows.end(begin + i); ++e) {
      const uint32_t row = rows.rows[e];
      const State one = where == nullptr ? state::kTrue : where[row];
      if (one == state::kFalse || one == state::kNull) continue;
      if (one != state::kTrue || found == state::kAsk) {
        found = state::kAsk;
        continue;
      }
      const State date_state = pick.latest == nullptr ? state::kAsk : latest.state_at(row);
      if (found == state::kNull) {
        found = state::kValue;
        best = row;
        dated = date_state == state::kValue;
        best_date = dated ? latest.value_at(row) : 0;
        if (pick.latest != nullptr && (date_state & state::kUndecided) != 0) found = state::kAsk;
        continue;
      }
      const bool has_date = date_state == state::kValue;
      const int64_t date = has_date ? latest.value_at(row) : 0;
      const bool tie = has_date == dated && date == best_date;
      if ((date_state & state::kUndecided) != 0 || tie) {
        // A tie may yet be beaten; the plain evaluator sees to it.
        found = state::kAsk;
      } else if (has_date && (!dated || date > best_date)) {
        best = row;
        dated = true;
        best_date = date;
      }
    }
    if (found == state::kNull && complete[i] != state::kTrue) found = complete[i];
    states[i] = found;
    values[i] = best;
  }
  Vector result;
  result.states = states;
  result.data = reinterpret_cast<const uint8_t*>(values);
  return result;
}

// ---- quantifiers and folds ----

namespace {

State noted(State truth) {
  return truth == state::kNull ? kernels::kSomeNull : truth;
}

}  // namespace

Vector Executor::eval_quantified(const Node& node, size_t begin, size_t count, Worker& worker) {
  const ListPlan& list = *node.list;
  const State* complete = truth(*node.in[0], begin, count, worker);
  auto* seen = worker.scratch.take<State>(count);
  std::memset(seen, 0, count);
  if (list.panel != nullptr) {
    for (size_t slice = 0; slice < list.panel->periods; ++slice) {
      if (list.only_period && list.panel->slice_of(*list.only_period) != slice) continue;
      const size_t at = slice * list.panel->owners + begin;
      const State* one = truth(*node.in[1], at, count, worker);
      const uint8_t* present = list.panel->present + at;
      for (size_t i = 0; i < count; ++i) {
        if (present[i] != 0) seen[i] |= noted(one[i]);
      }
    }
  } else {
    const State* one = eval(*node.in[1], 0, rows(list.table), worker).states;
    const BackList& back = *list.rows;
    for (size_t e = back.begin(begin); e < back.begin(begin + count); ++e) {
      seen[back.owners[e] - begin] |= noted(one[back.rows[e]]);
    }
  }
  if (node.kind == NodeKind::kSome) {
    kernels::settle_some(complete, seen, count);
  } else {
    kernels::settle_every(complete, seen, count);
  }
  Vector result;
  result.states = seen;
  return result;
}

namespace {

// Adds one value to what was folded so far.
void fold(NodeKind kind, int64_t value, State& state, int64_t& sum) {
  if (kind == NodeKind::kCount) {
    ++sum;
    return;
  }
  if (state == state::kNull) {
    sum = value;
  } else if (kind == NodeKind::kSum) {
    sum += value;
  } else {
    sum = kind == NodeKind::kMin ? std::min(sum, value) : std::max(sum, value);
  }
  state = state::kValue;
}

}  // namespace

Vector Executor::eval_fold(const Node& node, size_t begin, size_t count, Worker& worker) {
  const ListPlan& list = *node.list;
  const State* complete = truth(*node.in[0], begin, count, worker);
  auto* states = worker.scratch.take<State>(count);
  auto* values = worker.scratch.take<int64_t>(count);
  const State start = node.kind == NodeKind::kCount ? state::kValue : state::kNull;
  kernels::fill(states, start, count);
  std::memset(values, 0, count * sizeof(int64_t));
  const auto add = [&](size_t i, State kept, State value_state, int64_t value) {
    if (kept == state::kFalse || kept == state::kNull || states[i] == state::kAsk) return;
    // How many there are is not known if one of them is not.
    if (node.kind == NodeKind::kCount && (kept & state::kUndecided) == (kept & state::kUnknown) &&
        kept != state::kTrue) {
      states[i] |= kept;
      return;
    }
    const bool plain =
        kept == state::kTrue && (node.kind == NodeKind::kCount || value_state == state::kValue);
    if (!plain) {
      states[i] = state::kAsk;
    } else {
      fold(node.kind, value, states[i], values[i]);
    }
  };
  const bool counts = node.kind == NodeKind::kCount;
  if (list.panel != nullptr) {
    for (size_t slice = 0; slice < list.panel->periods; ++slice) {
      if (list.only_period && list.panel->slice_of(*list.only_period) != slice) continue;
      const size_t at = slice * list.panel->owners + begin;
      const State* where = list.where == nullptr ? nullptr : truth(*list.where, at, count, worker);
      const Vector body = counts ? Vector{} : eval(*list.body, at, count, worker);
      for (size_t i = 0; i < count; ++i) {
        if (list.panel->present[at + i] == 0) continue;
        add(i, where == nullptr ? state::kTrue : where[i],
            counts ? state::kValue : body.state_at(i), counts ? 0 : body.value_at(i));
      }
    }
  } else {
    const size_t all = rows(list.table);
    const State* where = list.where == nullptr ? nullptr : eval(*list.where, 0, all, worker).states;
    const Vector body = counts ? Vector{} : eval(*list.body, 0, all, worker);
    const BackList& back = *list.rows;
    for (size_t e = back.begin(begin); e < back.begin(begin + count); ++e) {
      const uint32_t row = back.rows[e];
      add(back.owners[e] - begin, where == nullptr ? state::kTrue : where[row],
          counts ? state::kValue : body.state_at(row), counts ? 0 : body.value_at(row));
    }
  }
  for (size_t i = 0; i < count; ++i) {
    const State open = complete[i] == state::kTrue ? state::kNull : complete[i];
    const auto undecided = static_cast<State>((states[i] | open) & state::kUndecided);
    if (undecided != 0) states[i] = (undecided & state::kAsk) != 0 ? state::kAsk : undecided;
  }
  Vector result;
  result.states = states;
  result.data = reinterpret_cast<const uint8_t*>(values);
  return result;
}

}  // namespace dandang::engine
