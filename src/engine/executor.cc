#include "engine/executor.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>
#include <numeric>
#include <thread>

#include "engine/arithmetic.h"
#include "engine/grouping.h"
#include "engine/kernels.h"

namespace dandang::engine {

using feel::Op;

std::byte* Scratch::take_bytes(size_t count) {
  const size_t size = (count + kAlignment - 1) / kAlignment * kAlignment;
  while (block_ < blocks_.size() && used_ + size > blocks_[block_].size) {
    ++block_;
    used_ = 0;
  }
  if (block_ == blocks_.size()) {
    const size_t wanted = std::max(kBlock, size + kAlignment);
    blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(wanted), wanted});
    used_ = 0;
  }
  std::byte* place = blocks_[block_].bytes.get() + used_;
  used_ += size;
  return place;
}

size_t Scratch::bytes() const {
  size_t sum = 0;
  for (const Block& block : blocks_) sum += block.size;
  return sum;
}

void Buffer::reserve(size_t bytes) {
  if (bytes <= size_) return;
  bytes_ = std::make_unique_for_overwrite<std::byte[]>(bytes);
  size_ = bytes;
}

Executor::Executor(const Plan& plan, const Tables& tables, unsigned threads)
    : plan_(plan), tables_(tables), threads_(std::max(1U, threads)) {
  for (unsigned i = 0; i < threads_; ++i) {
    workers_.push_back(std::make_unique<Worker>());
    workers_.back()->done.worker = i;
  }
}

Executor::~Executor() = default;

size_t Executor::bytes() const {
  size_t sum = 0;
  for (const Kept& kept : kept_) sum += kept.states.bytes() + kept.values.bytes();
  for (const auto& grouping : groupings_) sum += grouping->bytes();
  for (const auto& worker : workers_) {
    sum += worker->scratch.bytes() + worker->histogram.capacity() * sizeof(uint32_t);
  }
  return sum;
}

// ---- order of work ----

// Forgets what was computed; the columns may have changed.
void Executor::start() {
  kept_.resize(plan_.size());
  for (auto& kept : kept_) kept.ready = kept.output = false;
  for (auto& grouping : groupings_) grouping->reset();
  prepared_.clear();
  for (auto& worker : workers_) {
    worker->memo.resize(plan_.size());
    ++worker->epoch;
  }
}

void Executor::ready(const Node& node) {
  start();
  prepare(node, {node.table, {}});
}

void Executor::run(const std::vector<const Node*>& outputs, const Sink& sink) {
  start();
  std::vector<std::vector<const Node*>> by_table;
  for (const Node* node : outputs) {
    const auto same = [&](const auto& group) { return group.front()->table == node->table; };
    auto found = std::find_if(by_table.begin(), by_table.end(), same);
    if (found == by_table.end()) {
      by_table.push_back({node});
    } else {
      found->push_back(node);
    }
  }
  for (const auto& nodes : by_table) {
    const Span span{nodes.front()->table, {}};
    for (const Node* node : nodes) prepare(*node, span);
    for (const Node* node : nodes) {
      Kept& kept = kept_[node->id];
      kept.states.of<State>(rows(node->table));
      if (node->type != Type::kTruth) kept.values.of<int64_t>(rows(node->table));
      kept.has_states = true;
      kept.output = true;
    }
    over_span(span, [&](size_t begin, size_t count, Worker& worker) {
      for (const Node* node : nodes) {
        if (!kept_[node->id].ready) keep_chunk(*node, begin, count, worker);
      }
      if (!sink) return;
      worker.done = {span.table, begin, count, worker.done.worker};
      sink(worker.done);
      worker.done.count = 0;
    });
    for (const Node* node : nodes) {
      kept_[node->id].ready = true;
    }
  }
}

const State* Executor::states(const Node& node) const {
  return kept_[node.id].states.as<State>();
}

size_t Executor::begin_of(Span span) const {
  return span.slice ? *span.slice * tables_.panel(span.table)->owners : 0;
}

size_t Executor::size_of(Span span) const {
  return span.slice ? tables_.panel(span.table)->owners : rows(span.table);
}

void Executor::over_chunks(size_t begin, size_t count,
                           const std::function<void(size_t, size_t, Worker&)>& body) {
  const size_t chunks = (count + kChunk - 1) / kChunk;
  // Taken a few at a time, so that a thread which is kept waiting does not keep the others.
  constexpr size_t kTaken = 4;
  std::atomic<size_t> next = 0;
  const auto work = [&](Worker& worker) {
    for (size_t first = next.fetch_add(kTaken); first < chunks; first = next.fetch_add(kTaken)) {
      for (size_t chunk = first; chunk < std::min(first + kTaken, chunks); ++chunk) {
        worker.scratch.reset();
        ++worker.epoch;
        const size_t from = chunk * kChunk;
        body(begin + from, std::min(kChunk, count - from), worker);
      }
    }
  };
  // Few rows are done before a thread has begun.
  constexpr size_t kLeastChunks = 16;
  const size_t parts = chunks < kLeastChunks ? 1 : workers_.size();
  std::vector<std::thread> others;
  for (size_t i = 1; i < parts; ++i) {
    others.emplace_back(work, std::ref(*workers_[i]));
  }
  work(*workers_[0]);
  for (std::thread& other : others) other.join();
}

// A chunk never reaches from one period of a panel into the next.
void Executor::over_span(Span span, const std::function<void(size_t, size_t, Worker&)>& body) {
  const Panel* panel = tables_.panel(span.table);
  if (panel == nullptr || span.slice) return over_chunks(begin_of(span), size_of(span), body);
  for (size_t slice = 0; slice < panel->periods; ++slice) {
    over_chunks(slice * panel->owners, panel->owners, body);
  }
}

void Executor::keep_chunk(const Node& node, size_t begin, size_t count, Worker& worker) {
  const Vector value = eval(node, begin, count, worker);
  Kept& kept = kept_[node.id];
  auto* states = const_cast<State*>(kept.states.as<State>()) + begin;
  if (value.states == nullptr) {
    kernels::fill(states, state::kValue, count);
  } else if (value.states != states) {
    std::memcpy(states, value.states, count);
  }
  Vector known = value;
  known.states = states;
  if (node.type != Type::kTruth) {
    auto* values = const_cast<int64_t*>(kept.values.as<int64_t>()) + begin;
    kernels::widen(value, values, count);
    known = Vector{reinterpret_cast<const uint8_t*>(values), states, 0, 8};
  }
  worker.memo[node.id] = {begin, count, worker.epoch, known};
}

// Computes the node on every row, for those who look it up by row.
void Executor::keep_all(const Node& node) {
  if (node.is_constant() || node.kind == NodeKind::kColumn || kept_[node.id].ready) return;
  const Span span{node.table, {}};
  prepare(node, span);
  Kept& kept = kept_[node.id];
  if (kept.ready) return;
  kept.states.of<State>(rows(node.table));
  if (node.type != Type::kTruth) kept.values.of<int64_t>(rows(node.table));
  over_span(span, [&](size_t begin, size_t count, Worker& worker) {
    keep_chunk(node, begin, count, worker);
  });
  kept.ready = true;
  kept.has_states = node.may_lack || node.type == Type::kTruth;
}

// Makes ready what the node needs of other rows than its own.
void Executor::prepare(const Node& node, Span span) {
  const uint64_t key = static_cast<uint64_t>(node.id) << 24 | (span.slice ? *span.slice + 1 : 0);
  if (!prepared_.insert(key).second) return;
  switch (node.kind) {
    case NodeKind::kConstant:
    case NodeKind::kColumn:
    case NodeKind::kOwnerRow:
    case NodeKind::kPeriod:
      return;
    case NodeKind::kGather:
      prepare(*node.in[0], span);
      keep_all(*node.in[1]);
      return;
    case NodeKind::kOwner:
      if (node.panel != nullptr) {
        prepare(*node.in[0], {node.in[0]->table, {}});
      } else {
        keep_all(*node.in[0]);
      }
      return;
    case NodeKind::kStreak:
      prepare_streak(*node.streak);
      for (const Node* absent : node.streak->absent) prepare(*absent, span);
      return;
    case NodeKind::kPick:
      prepare_list(node.pick->list, nullptr, node.pick->latest);
      prepare(*node.pick->complete, span);
      return;
    case NodeKind::kSome:
    case NodeKind::kEvery:
      prepare(*node.in[0], span);
      prepare_list(*node.list, node.in[1], nullptr);
      return;
    case NodeKind::kCount:
    case NodeKind::kSum:
    case NodeKind::kMin:
    case NodeKind::kMax:
      prepare(*node.in[0], span);
      prepare_list(*node.list, nullptr, nullptr);
      return;
    case NodeKind::kRankTest:
      prepare_cut(node, span);
      return;
    case NodeKind::kRankPlace:
    case NodeKind::kRankCount:
      prepare_places(*node.rank, span);
      return;
    case NodeKind::kAggregate:
      prepare_aggregate(*node.aggregate, span);
      return;
    default:
      for (const Node* input : node.in) prepare(*input, span);
      if (node.kind == NodeKind::kAddMonths) {
        calendar_.cover(std::min(node.in[0]->low, node.low), std::max(node.in[0]->high, node.high));
      }
      tabulate(node);
  }
}

namespace {

// The one column of bytes that a number is computed from; null if there is none or more than one.
const Node* only_column(const Node& node, int depth = 0) {
  constexpr int kMaxDepth = 20;
  switch (node.kind) {
    case NodeKind::kColumn:
      return node.column->values.width == 1 && node.column->values.states == nullptr ? &node
                                                                                     : nullptr;
    case NodeKind::kAdd:
    case NodeKind::kSubtract:
    case NodeKind::kMultiply:
    case NodeKind::kRescale:
    case NodeKind::kDivideDown:
    case NodeKind::kDivideUp:
    case NodeKind::kDivideCut:
    case NodeKind::kMapWord:
      break;
    default:
      return nullptr;
  }
  if (depth > kMaxDepth) return nullptr;
  const Node* only = nullptr;
  for (const Node* input : node.in) {
    if (input->is_constant() && !input->may_lack) continue;
    const Node* column = only_column(*input, depth + 1);
    if (column == nullptr || (only != nullptr && only != column)) return nullptr;
    only = column;
  }
  return only;
}

}  // namespace

// A number computed from one column of bytes has as many values as the column; they are computed
// once.
void Executor::tabulate(const Node& node) {
  Kept& kept = kept_[node.id];
  if (kept.table_of != nullptr) return;
  const Node* column = only_column(node);
  if (column == nullptr || column == &node) return;
  Worker& worker = *workers_[0];
  worker.scratch.reset();
  ++worker.epoch;
  const auto count = static_cast<size_t>(column->high - column->low) + 1;
  asked_column_ = column;
  const Vector values = compute(node, 0, count, worker);
  asked_column_ = nullptr;
  int64_t low = values.value_at(0);
  int64_t high = low;
  for (size_t i = 0; i < count; ++i) {
    if (values.state_at(i) != state::kValue) return;
    low = std::min(low, values.value_at(i));
    high = std::max(high, values.value_at(i));
  }
  if (high - low > std::numeric_limits<uint8_t>::max()) return;
  for (size_t i = 0; i < count; ++i) {
    kept.table[i] = static_cast<uint8_t>(values.value_at(i) - low);
  }
  kept.entries = count;
  kept.table_base = low;
  kept.table_of = column;
}

void Executor::prepare_list(const ListPlan& list, const Node* combined, const Node* latest) {
  for (const Node* node : {list.where, list.body, combined, latest}) {
    if (node == nullptr) continue;
    if (list.panel == nullptr) {
      keep_all(*node);
      continue;
    }
    for (size_t slice = 0; slice < list.panel->periods; ++slice) {
      prepare(*node, {list.table, slice});
    }
  }
}

void Executor::prepare_streak(const StreakPlan& streak) {
  if (streak.panel == nullptr) {
    keep_all(*streak.holds);
    keep_all(*streak.period);
    return;
  }
  for (int64_t period = streak.first; period <= streak.last; ++period) {
    if (const auto slice = streak.panel->slice_of(period)) {
      prepare(*streak.holds, {streak.table, slice});
    }
  }
}

// ---- values ----

Vector Executor::eval(const Node& node, size_t begin, size_t count, Worker& worker) {
  if (&node == asked_column_) {
    auto* all = worker.scratch.take<uint8_t>(count);
    std::iota(all, all + count, uint8_t{0});
    return Vector{all, nullptr, node.low, 1};
  }
  if (node.kind == NodeKind::kColumn) {
    Vector vector = node.column->values;
    vector.data += begin * vector.width;
    if (vector.states != nullptr) vector.states += begin;
    return vector;
  }
  const Kept& kept = kept_[node.id];
  const bool asked = asked_places_ != nullptr || asked_column_ != nullptr;
  if (kept.ready && !asked) {
    Vector vector;
    vector.states = kept.has_states ? kept.states.as<State>() + begin : nullptr;
    if (node.type != Type::kTruth) {
      vector.data = reinterpret_cast<const uint8_t*>(kept.values.as<int64_t>() + begin);
    }
    return vector;
  }
  if (kept.table_of != nullptr && !asked) {
    const Vector column = eval(*kept.table_of, begin, count, worker);
    auto* out = worker.scratch.take<uint8_t>(count);
    kernels::look_up(column.data, kept.table.data(), kept.entries, out, count);
    return Vector{out, nullptr, kept.table_base, 1};
  }
  Memo& memo = worker.memo[node.id];
  const bool known = memo.epoch == worker.epoch && memo.begin == begin && memo.count == count;
  if (known && !asked) return memo.vector;
  const Vector vector = compute(node, begin, count, worker);
  if (!asked) worker.memo[node.id] = {begin, count, worker.epoch, vector};
  return vector;
}

const State* Executor::truth(const Node& node, size_t begin, size_t count, Worker& worker) {
  return eval(node, begin, count, worker).states;
}

const int64_t* Executor::wide(const Vector& vector, size_t count, Worker& worker) {
  if (vector.width == 8 && vector.base == 0) {
    return reinterpret_cast<const int64_t*>(vector.data);
  }
  auto* out = worker.scratch.take<int64_t>(count);
  kernels::widen(vector, out, count);
  return out;
}

namespace {

Vector truths(const State* states) {
  Vector vector;
  vector.states = states;
  return vector;
}

}  // namespace

Vector Executor::compute(const Node& node, size_t begin, size_t count, Worker& worker) {
  const auto in = [&](size_t i) { return truth(*node.in[i], begin, count, worker); };
  const auto out = [&] { return worker.scratch.take<State>(count); };
  switch (node.kind) {
    case NodeKind::kConstant:
      return eval_constant(node, count, worker);
    case NodeKind::kColumn:
      return node.column->values;
    case NodeKind::kTruthOf: {
      const Vector flags = eval(*node.in[0], begin, count, worker);
      State* result = out();
      kernels::in_range(flags, 1, 1, false, result, count);
      kernels::compare_states(Op::kLt, flags.states, nullptr, result, count);
      return truths(result);
    }
    case NodeKind::kOwnerRow: {
      auto* owners = worker.scratch.take<int64_t>(count);
      const auto first = static_cast<int64_t>(begin % node.panel->owners);
      std::iota(owners, owners + count, first);
      Vector result;
      result.data = reinterpret_cast<const uint8_t*>(owners);
      return result;
    }
    case NodeKind::kPeriod: {
      auto* zeros = worker.scratch.take<uint8_t>(count);
      std::memset(zeros, 0, count);
      const auto slice = static_cast<int64_t>(begin / node.panel->owners);
      return Vector{zeros, nullptr, node.panel->first_period + slice, 1};
    }
    case NodeKind::kOwner:
      return eval_owner(node, begin, count, worker);
    case NodeKind::kGather:
      return eval_gather(*node.in[1], eval(*node.in[0], begin, count, worker), count, worker);
    case NodeKind::kCompare:
      return eval_compare(node, begin, count, worker);
    case NodeKind::kIsNull: {
      const Vector value = eval(*node.in[0], begin, count, worker);
      State* result = out();
      const State null = node.op == Op::kEq ? state::kTrue : state::kFalse;
      const State known = node.op == Op::kEq ? state::kFalse : state::kTrue;
      if (value.states == nullptr) {
        kernels::fill(result, known, count);
      } else {
        kernels::is_null(value.states, null, known, result, count);
      }
      return truths(result);
    }
    case NodeKind::kBothTruth: {
      const State* a = in(0);
      const State* b = in(1);
      State* result = out();
      for (size_t i = 0; i < count; ++i) {
        const auto undecided = static_cast<State>((a[i] | b[i]) & state::kUndecided);
        const bool same = (a[i] == b[i]) == (node.op == Op::kEq);
        result[i] = undecided != 0 ? undecided : same ? state::kTrue : state::kFalse;
      }
      return truths(result);
    }
    case NodeKind::kIsTrue: {
      State* result = out();
      kernels::null_as_false(in(0), result, count);
      return truths(result);
    }
    case NodeKind::kNullAs: {
      Vector value = eval(*node.in[0], begin, count, worker);
      if (value.states == nullptr) return value;
      State* result = out();
      for (size_t i = 0; i < count; ++i) {
        result[i] = value.states[i] == state::kNull ? node.constant_state : value.states[i];
      }
      value.states = result;
      return value;
    }
    case NodeKind::kUnknownAsAsk: {
      const State* a = in(0);
      State* result = out();
      for (size_t i = 0; i < count; ++i) {
        result[i] = (a[i] & state::kUnknown) != 0 ? state::kAsk : a[i];
      }
      return truths(result);
    }
    case NodeKind::kAnd: {
      const State* a = in(0);
      const State* b = in(1);
      State* result = out();
      kernels::truth_and(a, b, result, count);
      return truths(result);
    }
    case NodeKind::kOr: {
      const State* a = in(0);
      const State* b = in(1);
      State* result = out();
      kernels::truth_or(a, b, result, count);
      return truths(result);
    }
    case NodeKind::kNot: {
      const State* a = in(0);
      State* result = out();
      kernels::truth_not(a, result, count);
      return truths(result);
    }
    case NodeKind::kIf:
    case NodeKind::kNeeds:
      return eval_if(node, begin, count, worker);
    case NodeKind::kChoose:
      return eval_choose(node, begin, count, worker);
    case NodeKind::kCall:
      return eval(*node.in[0], begin, count, worker);
    case NodeKind::kStreak:
      return eval_streak(node, begin, count, worker);
    case NodeKind::kPick:
      return eval_pick(node, begin, count, worker);
    case NodeKind::kSome:
    case NodeKind::kEvery:
      return eval_quantified(node, begin, count, worker);
    case NodeKind::kCount:
    case NodeKind::kSum:
    case NodeKind::kMin:
    case NodeKind::kMax:
      return eval_fold(node, begin, count, worker);
    case NodeKind::kRankTest:
    case NodeKind::kRankPlace:
    case NodeKind::kRankCount:
    case NodeKind::kAggregate:
      return eval_place(node, begin, count, worker);
    default:
      return eval_number(node, begin, count, worker);
  }
}

// The same state for every row; not to be written to.
const State* Executor::constant_states(State known, size_t count, Worker& worker) {
  std::vector<State>& chunk = worker.constants[known];
  if (count > kChunk) {
    auto* states = worker.scratch.take<State>(count);
    kernels::fill(states, known, count);
    return states;
  }
  if (chunk.empty()) chunk.assign(kChunk, known);
  return chunk.data();
}

Vector Executor::eval_constant(const Node& node, size_t count, Worker& worker) {
  Vector vector;
  vector.states = constant_states(node.constant_state, count, worker);
  if (node.type != Type::kTruth) {
    // One byte a row, all zero, is the cheapest way to say it.
    vector.data = constant_states(state::kNull, count, worker);
    vector.base = node.constant;
    vector.width = 1;
    if (node.constant_state == state::kValue) vector.states = nullptr;
  }
  return vector;
}

Vector Executor::eval_owner(const Node& node, size_t begin, size_t count, Worker& worker) {
  if (node.panel != nullptr) {
    return eval(*node.in[0], begin % node.panel->owners, count, worker);
  }
  Vector owner = node.list->rows->reference->values;
  owner.data += begin * owner.width;
  if (owner.states != nullptr) owner.states += begin;
  return eval_gather(*node.in[0], owner, count, worker);
}

Vector Executor::eval_gather(const Node& target, const Vector& index, size_t count,
                             Worker& worker) {
  Vector result;
  if (target.is_constant()) {
    result = eval_constant(target, count, worker);
    if (index.states == nullptr) return result;
    auto* states = worker.scratch.take<State>(count);
    for (size_t i = 0; i < count; ++i) {
      states[i] = index.states[i] == state::kValue ? target.constant_state : index.states[i];
    }
    result.states = states;
    return result;
  }
  const Vector source = eval(target, 0, rows(target.table), worker);
  if (target.type == Type::kTruth) {
    auto* states = worker.scratch.take<State>(count);
    if (index.states == nullptr) {
      Vector bytes;
      bytes.data = source.states;
      bytes.width = 1;
      kernels::gather(bytes, index, states, count);
    } else {
      kernels::gather_states(source.states, index, states, count);
    }
    result.states = states;
    return result;
  }
  auto* data = worker.scratch.take<uint8_t>(count * source.width);
  kernels::gather(source, index, data, count);
  result = Vector{data, nullptr, source.base, source.width};
  if (source.states == nullptr) {
    result.states = index.states;
  } else {
    auto* states = worker.scratch.take<State>(count);
    kernels::gather_states(source.states, index, states, count);
    result.states = states;
  }
  return result;
}

namespace {

constexpr int64_t kLowest = std::numeric_limits<int64_t>::min();
constexpr int64_t kHighest = std::numeric_limits<int64_t>::max();

Op mirrored(Op op) {
  switch (op) {
    case Op::kLt:
      return Op::kGt;
    case Op::kLe:
      return Op::kGe;
    case Op::kGt:
      return Op::kLt;
    case Op::kGe:
      return Op::kLe;
    default:
      return op;
  }
}

void compare_with(Op op, const Vector& values, int64_t bound, State* out, size_t count) {
  switch (op) {
    case Op::kEq:
      return kernels::in_range(values, bound, bound, false, out, count);
    case Op::kNe:
      return kernels::in_range(values, bound, bound, true, out, count);
    case Op::kLt:
      return kernels::in_range(values, kLowest, bound - 1, false, out, count);
    case Op::kLe:
      return kernels::in_range(values, kLowest, bound, false, out, count);
    case Op::kGt:
      return kernels::in_range(values, bound + 1, kHighest, false, out, count);
    default:
      return kernels::in_range(values, bound, kHighest, false, out, count);
  }
}

}  // namespace

Vector Executor::eval_compare(const Node& node, size_t begin, size_t count, Worker& worker) {
  auto* result = worker.scratch.take<State>(count);
  const Node* left = node.in[0];
  const Node* right = node.in[1];
  Op op = node.op;
  if (left->is_constant() && !right->is_constant()) {
    std::swap(left, right);
    op = mirrored(op);
  }
  const Vector a = eval(*left, begin, count, worker);
  if (right->is_constant()) {
    compare_with(op, a, right->constant, result, count);
    if (right->constant_state == state::kValue) {
      kernels::compare_states(op, a.states, nullptr, result, count);
      return truths(result);
    }
  }
  const Vector b = eval(*right, begin, count, worker);
  if (!right->is_constant()) {
    kernels::compare(op, wide(a, count, worker), wide(b, count, worker), result, count);
  }
  kernels::compare_states(op, a.states, b.states, result, count);
  return truths(result);
}

Vector Executor::eval_if(const Node& node, size_t begin, size_t count, Worker& worker) {
  const bool needs = node.kind == NodeKind::kNeeds;
  const State* condition = truth(*node.in[0], begin, count, worker);
  const Vector yes = eval(*node.in[1], begin, count, worker);
  const Vector no = needs ? Vector{} : eval(*node.in[2], begin, count, worker);
  auto* states = worker.scratch.take<State>(count);
  int64_t* values = node.type == Type::kTruth ? nullptr : worker.scratch.take<int64_t>(count);
  for (size_t i = 0; i < count; ++i) {
    const State c = condition[i];
    if ((c & state::kUndecided) != 0) {
      // Both ways may come to the same: the plain evaluator sees to it.
      states[i] = needs ? c : static_cast<State>(state::kAsk);
      if (values != nullptr) values[i] = 0;
      continue;
    }
    const bool holds = c == state::kTrue;
    if (needs && !holds) {
      states[i] = state::kMissing;
      if (values != nullptr) values[i] = 0;
      continue;
    }
    const Vector& side = holds ? yes : no;
    states[i] = side.state_at(i);
    if (values != nullptr) values[i] = side.value_at(i);
  }
  Vector result = truths(states);
  result.data = reinterpret_cast<const uint8_t*>(values);
  return result;
}

Vector Executor::eval_choose(const Node& node, size_t begin, size_t count, Worker& worker) {
  auto* states = worker.scratch.take<State>(count);
  auto* hits = worker.scratch.take<uint8_t>(count);
  int64_t* values = node.type == Type::kTruth ? nullptr : worker.scratch.take<int64_t>(count);
  kernels::fill(states, state::kNull, count);
  std::memset(hits, 0, count);
  if (values != nullptr) std::memset(values, 0, count * sizeof(int64_t));
  for (size_t rule = 0; rule + 1 < node.in.size(); rule += 2) {
    const State* condition = truth(*node.in[rule], begin, count, worker);
    const Vector value = eval(*node.in[rule + 1], begin, count, worker);
    for (size_t i = 0; i < count; ++i) {
      if ((condition[i] & state::kUndecided) != 0) {
        // In a table whose first match counts, what comes behind a match is not looked at.
        if (node.unique || hits[i] == 0) states[i] |= state::kAsk;
      } else if (condition[i] == state::kTrue) {
        if (hits[i]++ == 0) {
          states[i] |= value.state_at(i);
          if (values != nullptr) values[i] = value.value_at(i);
        } else if (node.unique) {
          states[i] = state::kAsk;
        }
        hits[i] = std::min<uint8_t>(hits[i], 2);
      }
    }
  }
  for (size_t i = 0; i < count; ++i) {
    if ((states[i] & state::kAsk) != 0) states[i] = state::kAsk;
  }
  Vector result = truths(states);
  result.data = reinterpret_cast<const uint8_t*>(values);
  return result;
}

// What is computed for rows without a value is not looked at.
Vector Executor::eval_number(const Node& node, size_t begin, size_t count, Worker& worker) {
  auto* values = worker.scratch.take<int64_t>(count);
  Vector result;
  result.data = reinterpret_cast<const uint8_t*>(values);
  const Vector a = eval(*node.in[0], begin, count, worker);
  if (node.kind == NodeKind::kMapWord) {
    auto* states = worker.scratch.take<State>(count);
    for (size_t i = 0; i < count; ++i) {
      const State s = a.state_at(i);
      const auto word = static_cast<size_t>(a.value_at(i));
      const bool mapped = s == state::kValue && word < node.map->size();
      states[i] = mapped ? (*node.map)[word].first : static_cast<State>(s & ~state::kValue);
      values[i] = mapped ? (*node.map)[word].second : 0;
    }
    result.states = states;
    return result;
  }
  const bool two = node.in.size() > 1;
  const Vector b = two ? eval(*node.in[1], begin, count, worker) : Vector{};
  const int64_t* x = wide(a, count, worker);
  const int64_t* y = two ? wide(b, count, worker) : x;
  State* states = nullptr;
  if (a.states != nullptr && b.states != nullptr) {
    states = worker.scratch.take<State>(count);
    kernels::value_states(a.states, b.states, states, count);
    result.states = states;
  } else {
    result.states = a.states != nullptr ? a.states : b.states;
  }
  switch (node.kind) {
    case NodeKind::kAdd:
      kernels::add(x, y, values, count);
      break;
    case NodeKind::kSubtract:
      kernels::subtract(x, y, values, count);
      break;
    case NodeKind::kMultiply:
      kernels::multiply(x, y, values, count);
      break;
    case NodeKind::kRescale:
      kernels::scale(x, node.constant, values, count);
      break;
    case NodeKind::kAddMonths:
      if (calendar_.covers(std::min(node.in[0]->low, node.low),
                           std::max(node.in[0]->high, node.high))) {
        calendar_.add_months(x, y, result.states, values, count);
        break;
      }
      [[fallthrough]];
    default:
      for (size_t i = 0; i < count; ++i) {
        const bool there = result.states == nullptr || result.states[i] == state::kValue;
        values[i] = there ? computed(node, x[i], y[i]) : 0;
      }
  }
  return result;
}

}  // namespace dandang::engine
