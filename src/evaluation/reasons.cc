#include "evaluation/reasons.h"

#include <algorithm>

namespace dandang::evaluation {

using engine::Node;
using engine::NodeKind;
using engine::State;
using feel::Cause;
using feel::Causes;
using feel::CausesPtr;
namespace state = engine::state;

namespace {

bool unknown(State known) {
  return (known & state::kUndecided) != 0;
}

}  // namespace

State Reasons::state(const Node& node, uint32_t row) {
  const State known = executor_.at(node, row).first;
  if ((known & state::kAsk) != 0) unsure();
  return known;
}

// Unions repeat from row to row, and equal ones are one object, so that they need not be compared.
CausesPtr Reasons::united(const CausesPtr& a, const CausesPtr& b) {
  if (a == nullptr || a == b) return b;
  if (b == nullptr) return a;
  constexpr size_t kMostUnions = 10'000;
  if (unions_.size() >= kMostUnions) unions_.clear();
  Union& made = unions_[{a.get(), b.get()}];
  if (made.both == nullptr) made = {a, b, Causes::merged(a, b)};
  return made.both;
}

void Reasons::unite(const CausesPtr& causes) {
  if (causes == nullptr) return unsure();
  found_ = united(found_, causes);
  // Which ones of too many are named depends on the order of asking.
  if (found_->more || found_->items.size() >= Causes::kMaxCauses) unsure();
}

CausesPtr Reasons::alone(const Node& node, uint32_t row) {
  CausesPtr saved = std::move(found_);
  found_ = nullptr;
  walk(node, row);
  saved.swap(found_);
  return saved;
}

void Reasons::walk_inputs(const Node& node, uint32_t row) {
  for (const Node* input : node.in) walk(*input, row);
}

void Reasons::walk(const Node& node, uint32_t row) {
  if (!sure_ || !unknown(state(node, row))) return;
  switch (node.kind) {
    case NodeKind::kConstant:
      return unite(node.causes);
    case NodeKind::kColumn:
      return walk_column(node, row);
    case NodeKind::kOwner: {
      if (node.panel != nullptr) {
        return walk(*node.in[0], static_cast<uint32_t>(row % node.panel->owners));
      }
      const engine::Vector& owner = node.list->rows->reference->values;
      if (owner.state_at(row) != state::kValue) return unsure();
      return walk(*node.in[0], static_cast<uint32_t>(owner.value_at(row)));
    }
    case NodeKind::kGather: {
      const auto [known, target] = executor_.at(*node.in[0], row);
      if (known != state::kValue) return walk(*node.in[0], row);
      return walk(*node.in[1], static_cast<uint32_t>(target));
    }
    case NodeKind::kNullAs:
      if (!unknown(state(*node.in[0], row))) return unsure();
      return walk(*node.in[0], row);
    case NodeKind::kIf:
      return walk(*node.in[state(*node.in[0], row) == state::kTrue ? 1 : 2], row);
    case NodeKind::kNeeds: {
      const State met = state(*node.in[0], row);
      if (met == state::kTrue) return walk(*node.in[1], row);
      return unknown(met) ? walk(*node.in[0], row) : unite(node.causes);
    }
    case NodeKind::kChoose:
      return walk_choose(node, row);
    case NodeKind::kCall:
      return walk(*node.in[0], row);
    case NodeKind::kStreak:
      return walk_streak(*node.streak, row);
    case NodeKind::kPick:
      return walk(*node.pick->complete, row);
    case NodeKind::kSome:
    case NodeKind::kEvery:
      return walk_quantified(node, row);
    case NodeKind::kCount:
      return walk_count(node, row);
    case NodeKind::kSum:
    case NodeKind::kMin:
    case NodeKind::kMax:
      return walk(*node.in[0], row);
    case NodeKind::kRankTest:
    case NodeKind::kRankPlace:
    case NodeKind::kRankCount:
      return walk_rank(node, row);
    case NodeKind::kOwnerRow:
    case NodeKind::kPeriod:
    case NodeKind::kUnknownAsAsk:
    case NodeKind::kAggregate:
      return unsure();
    default:
      return walk_inputs(node, row);
  }
}

void Reasons::walk_column(const Node& node, uint32_t row) {
  if (node.causes != nullptr) return unite(node.causes);
  if (node.row_causes != nullptr) return unite((*node.row_causes)[row]);
  const record::RecordType& type = model_.data().catalogue().types[node.table];
  const feel::Entity record{&model_, node.table, columns_.record_row(node.table, row)};
  unite(Causes::one(Cause{
      Cause::Kind::kFact, type.name, type.fields[node.field].name, model_.key_of(record), {}}));
}

// A table of which one row surely matches gives that row's output.
void Reasons::walk_choose(const Node& node, uint32_t row) {
  for (size_t rule = 0; rule + 1 < node.in.size(); rule += 2) {
    if (state(*node.in[rule], row) != state::kTrue) continue;
    return walk(*node.in[rule + 1], row);
  }
  unsure();
}

// Who has no value has no place for the value's causes; who is in no group, or has null, for want
// of the place itself.
void Reasons::walk_rank(const Node& node, uint32_t row) {
  const engine::RankPlan& rank = *node.rank;
  const Node& value = *rank.groups->value;
  const State known = state(value, row);
  if (unknown(known)) return walk(value, row);
  bool placed = known == state::kValue;
  for (const Node* key : rank.groups->within) placed = placed && !unknown(state(*key, row));
  if (placed) {
    // Without causes the group is too small, which the plain evaluator words.
    return unite(rank.least_causes);
  }
  const feel::Entity record{&model_, node.table, columns_.record_row(node.table, row)};
  unite(Causes::one(Cause{
      Cause::Kind::kFact, model_.type_of(record).name, rank.name, model_.key_of(record), {}}));
}

// The periods that are not known, as none has failed.
void Reasons::walk_streak(const engine::StreakPlan& streak, uint32_t owner) {
  for (int64_t period = streak.first; period <= streak.last; ++period) {
    const Node& absent = *streak.absent[static_cast<size_t>(period - streak.first)];
    if (streak.panel != nullptr) {
      const auto slice = streak.panel->slice_of(period);
      const size_t row = slice ? *slice * streak.panel->owners + owner : 0;
      const bool there = slice && streak.panel->present[row] != 0;
      if (there) {
        walk(*streak.holds, static_cast<uint32_t>(row));
      } else {
        walk(absent, owner);
      }
      continue;
    }
    bool there = false;
    bool holds = false;
    std::vector<uint32_t> open;
    for (size_t e = streak.rows->begin(owner); e < streak.rows->end(owner); ++e) {
      const uint32_t row = streak.rows->rows[e];
      const auto [known, of_period] = executor_.at(*streak.period, row);
      if (unknown(known)) return unsure();
      if (known != state::kValue || of_period != period) continue;
      there = true;
      const State one = state(*streak.holds, row);
      holds = holds || one == state::kTrue;
      if (unknown(one)) open.push_back(row);
    }
    if (holds) continue;
    for (const uint32_t row : open) walk(*streak.holds, row);
    if (!(there && streak.one_a_period)) walk(absent, owner);
  }
}

Reasons::Kept Reasons::kept_rows(const engine::ListPlan& list, uint32_t owner) {
  Kept kept;
  const auto add = [&](uint32_t row) {
    kept.rows.push_back(row);
    kept.maybe.push_back(false);
  };
  if (list.panel != nullptr) {
    for (size_t slice = 0; slice < list.panel->periods; ++slice) {
      const size_t row = slice * list.panel->owners + owner;
      if (list.panel->present[row] != 0) add(static_cast<uint32_t>(row));
    }
  } else {
    for (size_t e = list.rows->begin(owner); e < list.rows->end(owner); ++e) {
      add(list.rows->rows[e]);
    }
  }
  for (const Node* filter : list.filters) {
    Kept passed;
    for (size_t i = 0; i < kept.rows.size(); ++i) {
      const State passes = state(*filter, kept.rows[i]);
      const bool perhaps = unknown(passes);
      if (passes != state::kTrue && !perhaps) continue;
      passed.rows.push_back(kept.rows[i]);
      passed.maybe.push_back(perhaps || kept.maybe[i]);
      if (perhaps) passed.causes = united(passed.causes, alone(*filter, kept.rows[i]));
      if (kept.maybe[i]) passed.causes = united(passed.causes, kept.causes);
    }
    kept = std::move(passed);
  }
  return kept;
}

void Reasons::walk_quantified(const Node& node, uint32_t owner) {
  const engine::ListPlan& list = *node.list;
  const State neutral = node.kind == NodeKind::kSome ? state::kFalse : state::kTrue;
  const Kept kept = kept_rows(list, owner);
  for (size_t i = 0; i < kept.rows.size(); ++i) {
    const State holds = state(*list.body, kept.rows[i]);
    if (unknown(holds)) walk(*list.body, kept.rows[i]);
    const bool counts = unknown(holds) || (holds != neutral && kept.maybe[i]);
    if (counts && kept.maybe[i]) unite(kept.causes);
  }
  walk(*node.in[0], owner);
}

void Reasons::walk_count(const Node& node, uint32_t owner) {
  const Kept kept = kept_rows(*node.list, owner);
  if (kept.causes != nullptr) unite(kept.causes);
  walk(*node.in[0], owner);
}

}  // namespace dandang::evaluation
