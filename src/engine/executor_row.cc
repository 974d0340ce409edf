// The executor's part that computes one row by itself: evidence asks about single rows, and so does
// whoever has one person's facts at hand. The same meaning as the loops over chunks.

#include "base/date.h"
#include "engine/arithmetic.h"
#include "engine/executor.h"

namespace dandang::engine {

using feel::Op;

namespace {

bool undecided(State state) {
  return (state & state::kUndecided) != 0;
}

State truth_of(bool holds) {
  return holds ? state::kTrue : state::kFalse;
}

bool holds(Op op, int64_t a, int64_t b) {
  switch (op) {
    case Op::kEq:
      return a == b;
    case Op::kNe:
      return a != b;
    case Op::kLt:
      return a < b;
    case Op::kLe:
      return a <= b;
    case Op::kGt:
      return a > b;
    default:
      return a >= b;
  }
}

State compared(Op op, Executor::Cell a, Executor::Cell b) {
  const auto open = static_cast<State>((a.first | b.first) & state::kUndecided);
  if (open != 0) return open;
  if ((a.first & b.first & state::kValue) != 0) return truth_of(holds(op, a.second, b.second));
  if (op != Op::kEq && op != Op::kNe) return state::kNull;
  const bool both_null = a.first == state::kNull && b.first == state::kNull;
  return truth_of(both_null == (op == Op::kEq));
}

}  // namespace

Executor::Cell Executor::at(const Node& node, size_t row, unsigned worker) {
  workers_[worker]->scratch.reset();
  ++workers_[worker]->epoch;
  return cell(node, row, *workers_[worker]);
}

// Whether it is an output on a row of the chunk that a sink is told about.
bool Executor::is_done(const Node& node, size_t row, const Worker& worker) const {
  const Done& done = worker.done;
  return kept_[node.id].output && node.table == done.table && row - done.begin < done.count;
}

Executor::Cell Executor::cell(const Node& node, size_t row, Worker& worker) {
  const Kept& kept = kept_[node.id];
  if (kept.ready || is_done(node, row, worker)) {
    const State state = kept.has_states ? kept.states.as<State>()[row] : State{state::kValue};
    return {state, node.type == Type::kTruth ? 0 : kept.values.as<int64_t>()[row]};
  }
  switch (node.kind) {
    case NodeKind::kConstant:
      return {node.constant_state, node.constant};
    case NodeKind::kColumn:
      return {node.column->values.state_at(row), node.column->values.value_at(row)};
    case NodeKind::kOwnerRow:
      return {state::kValue, static_cast<int64_t>(row % node.panel->owners)};
    case NodeKind::kTruthOf: {
      const Cell flag = cell(*node.in[0], row, worker);
      if (flag.first != state::kValue) return {flag.first, 0};
      return {truth_of(flag.second == 1), 0};
    }
    case NodeKind::kGather: {
      const Cell index = cell(*node.in[0], row, worker);
      if (index.first != state::kValue) return {index.first, 0};
      return cell(*node.in[1], static_cast<size_t>(index.second), worker);
    }
    case NodeKind::kOwner:
      if (node.panel == nullptr) break;
      return cell(*node.in[0], row % node.panel->owners, worker);
    case NodeKind::kCompare:
      return {compared(node.op, cell(*node.in[0], row, worker), cell(*node.in[1], row, worker)), 0};
    case NodeKind::kIsNull: {
      const State state = cell(*node.in[0], row, worker).first;
      if (undecided(state)) return {static_cast<State>(state & state::kUndecided), 0};
      return {truth_of((state == state::kNull) == (node.op == Op::kEq)), 0};
    }
    case NodeKind::kAnd:
    case NodeKind::kOr:
      return {junction_at(node, row, worker), 0};
    case NodeKind::kNot: {
      const State state = cell(*node.in[0], row, worker).first;
      if (state == state::kTrue) return {state::kFalse, 0};
      return {state == state::kFalse ? State{state::kTrue} : state, 0};
    }
    case NodeKind::kCall:
      return cell(*node.in[0], row, worker);
    case NodeKind::kChoose:
      return choice_at(node, row, worker);
    case NodeKind::kAdd:
    case NodeKind::kSubtract:
    case NodeKind::kMultiply:
    case NodeKind::kRescale:
    case NodeKind::kDivideDown:
    case NodeKind::kDivideUp:
    case NodeKind::kDivideCut:
    case NodeKind::kAddMonths:
    case NodeKind::kYear:
    case NodeKind::kMonth:
    case NodeKind::kDay:
    case NodeKind::kWholeYears:
    case NodeKind::kRestMonths:
    case NodeKind::kMonthsBetween:
      return number_at(node, row, worker);
    case NodeKind::kIf: {
      const State condition = cell(*node.in[0], row, worker).first;
      if (undecided(condition)) return {state::kAsk, 0};
      return cell(*node.in[condition == state::kTrue ? 1 : 2], row, worker);
    }
    default:
      break;
  }
  const Vector value = eval(node, row, 1, worker);
  return {value.state_at(0), value.data == nullptr ? 0 : value.value_at(0)};
}

State Executor::junction_at(const Node& node, size_t row, Worker& worker) {
  const bool is_and = node.kind == NodeKind::kAnd;
  const State decides = is_and ? state::kFalse : state::kTrue;
  const State left = cell(*node.in[0], row, worker).first;
  if (left == decides) return left;
  const State right = cell(*node.in[1], row, worker).first;
  if (right == decides) return right;
  const auto open = static_cast<State>((left | right) & state::kUndecided);
  return open != 0 ? open : static_cast<State>(left & right);
}

Executor::Cell Executor::choice_at(const Node& node, size_t row, Worker& worker) {
  Cell found{state::kNull, 0};
  bool hit = false;
  for (size_t rule = 0; rule + 1 < node.in.size(); rule += 2) {
    const State condition = cell(*node.in[rule], row, worker).first;
    if (undecided(condition)) return {state::kAsk, 0};
    if (condition != state::kTrue) continue;
    if (hit) return {state::kAsk, 0};
    hit = true;
    found = cell(*node.in[rule + 1], row, worker);
    if (!node.unique) break;
  }
  return found;
}

Executor::Cell Executor::number_at(const Node& node, size_t row, Worker& worker) {
  const Cell a = cell(*node.in[0], row, worker);
  const Cell b = node.in.size() > 1 ? cell(*node.in[1], row, worker) : a;
  const auto open = static_cast<State>((a.first | b.first) & state::kUndecided);
  if (open != 0) return {open, 0};
  if ((a.first & b.first & state::kValue) == 0) return {state::kNull, 0};
  return {state::kValue, computed(node, a.second, b.second)};
}

}  // namespace dandang::engine
