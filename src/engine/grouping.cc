#include "engine/grouping.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>

#include "engine/kernels.h"

namespace dandang::engine {
namespace {

// A group's histogram is coarse, so that all of them stay near; who stands on the edge is looked
// at again.
constexpr size_t kMostBins = 256;
constexpr size_t kMostCells = size_t{1} << 22;

}  // namespace

Executor::Span Executor::span_of(const GroupPlan& plan, size_t begin) const {
  if (!plan.within_period) return {plan.table, {}};
  return {plan.table, begin / tables_.panel(plan.table)->owners};
}

// Which rows of the table there are; null: all.
const uint8_t* Executor::presence(uint32_t table) const {
  const Panel* panel = tables_.panel(table);
  return panel != nullptr ? panel->present : tables_.holding(table);
}

Executor::Grouping& Executor::grouping(const GroupPlan& plan, Span span) {
  if (!plan.within_period) span.slice.reset();
  for (auto& known : groupings_) {
    if (known->plan != &plan || known->slice != span.slice) continue;
    if (!known->ready) fill_groups(*known, plan, span);
    return *known;
  }
  groupings_.push_back(std::make_unique<Grouping>());
  Grouping& made = *groupings_.back();
  made.plan = &plan;
  made.slice = span.slice;
  fill_groups(made, plan, span);
  return made;
}

void Executor::fill_groups(Grouping& grouping, const GroupPlan& plan, Span span) {
  grouping.ready = true;
  grouping.rows = size_of(span);
  const size_t start = begin_of(span);
  prepare(*plan.value, span);
  std::vector<size_t> ranges;
  size_t groups = 1;
  for (const Node* key : plan.within) {
    prepare(*key, span);
    // One number more is for null, which is a group of its own.
    ranges.push_back(static_cast<size_t>(key->high - key->low) + 2);
    groups *= ranges.back();
  }
  grouping.groups = groups;
  const bool few = groups <= std::numeric_limits<uint16_t>::max();
  auto* of_row = grouping.of_row_bytes.of<uint8_t>(grouping.rows * (few ? 2 : 4));
  grouping.of_row = Vector{of_row, nullptr, 0, static_cast<uint8_t>(few ? 2 : 4)};
  auto* lack = grouping.lack.of<State>(grouping.rows);
  const uint8_t* present = presence(span.table);
  const Node& value = *plan.value;
  const bool narrow = value.kind == NodeKind::kColumn && value.column->values.width <= 4;
  const auto range = static_cast<uint64_t>(value.high - value.low);
  if (narrow) {
    grouping.values = eval(value, start, 0, *workers_[0]);
    grouping.values.states = nullptr;
  } else {
    grouping.values = {};
    grouping.values.width = 4;
    grouping.values.base = value.low;
    grouping.values.data =
        reinterpret_cast<const uint8_t*>(grouping.value_bytes.of<uint32_t>(grouping.rows));
  }
  grouping.value_base = grouping.values.base;
  grouping.bins = std::clamp(kMostCells / (groups + 1), size_t{2}, kMostBins);
  grouping.shift = 0;
  while ((range >> grouping.shift) >= grouping.bins) ++grouping.shift;
  grouping.bins = static_cast<size_t>(range >> grouping.shift) + 1;
  const size_t cells = (groups + 1) * grouping.bins;
  for (auto& worker : workers_) {
    worker->some_lack = worker->some_ask = false;
    worker->histogram.assign(cells, 0);
  }
  over_span(span, [&](size_t begin, size_t count, Worker& worker) {
    auto* group = worker.scratch.take<uint32_t>(count);
    State* without = lack + (begin - start);
    if (plan.within.empty()) std::memset(group, 0, count * sizeof(uint32_t));
    std::memset(without, 0, count);
    uint32_t stride = 1;
    bool some_lack = false;
    for (size_t k = 0; k < plan.within.size(); ++k) {
      const Node& key = *plan.within[k];
      const Vector keys = eval(key, begin, count, worker);
      kernels::add_group_key(keys, key.low, stride, k == 0, group, count);
      if (keys.states != nullptr) {
        some_lack = true;
        for (size_t i = 0; i < count; ++i) {
          if (keys.states[i] == state::kValue) continue;
          const auto there = static_cast<uint32_t>(keys.value_at(i) - key.low);
          group[i] += (static_cast<uint32_t>(ranges[k]) - 1 - there) * stride;
          // Who cannot be put into a group has no place (decision 0004).
          if (keys.states[i] != state::kNull) {
            without[i] |= (keys.states[i] & state::kAsk) != 0 ? state::kAsk : state::kMissing;
          }
        }
      }
      stride *= static_cast<uint32_t>(ranges[k]);
    }
    const Vector ranked = eval(value, begin, count, worker);
    if (ranked.states != nullptr) {
      some_lack = true;
      kernels::add_lack(ranked.states, without, count);
    }
    if (present != nullptr) {
      some_lack = true;
      kernels::add_absent(present + begin, without, count);
    }
    if (some_lack) {
      kernels::assign_none(without, static_cast<uint32_t>(grouping.groups), group, count);
      worker.some_lack = true;
      worker.some_ask = worker.some_ask || kernels::any_has(without, state::kAsk, count);
    }
    uint8_t* kept = of_row + (begin - start) * grouping.of_row.width;
    if (few) {
      kernels::narrow(group, reinterpret_cast<uint16_t*>(kept), count);
    } else {
      std::memcpy(kept, group, count * sizeof(uint32_t));
    }
    if (!narrow) {
      auto* out = const_cast<uint32_t*>(reinterpret_cast<const uint32_t*>(grouping.values.data)) +
                  (begin - start);
      for (size_t i = 0; i < count; ++i) {
        out[i] = without[i] != 0 ? 0 : static_cast<uint32_t>(ranked.value_at(i) - value.low);
      }
    }
    Vector values = grouping.values;
    values.data += (begin - start) * values.width;
    // Rows without a place may hold anything; their group takes what fits.
    kernels::count_bins(values, group, grouping.shift, grouping.bins, worker.histogram.data(),
                        count);
  });
  grouping.any_lack = std::any_of(workers_.begin(), workers_.end(),
                                  [](const auto& worker) { return worker->some_lack; });
  grouping.unsure = std::any_of(workers_.begin(), workers_.end(),
                                [](const auto& worker) { return worker->some_ask; });
  grouping.histogram.swap(workers_[0]->histogram);
  for (size_t w = 1; w < workers_.size(); ++w) {
    const std::vector<uint32_t>& other = workers_[w]->histogram;
    for (size_t i = 0; i < other.size(); ++i) grouping.histogram[i] += other[i];
  }
  grouping.sizes.assign(grouping.groups, 0);
  for (size_t g = 0; g < grouping.groups; ++g) {
    const auto* bins = grouping.histogram.data() + g * grouping.bins;
    grouping.sizes[g] = std::accumulate(bins, bins + grouping.bins, uint32_t{0});
  }
}

// ---- cuts ----

// How many of each group's first places meet the test: the last place is sought by halves, all
// groups at once.
std::vector<uint32_t> Executor::places_met(const Grouping& grouping, const Node& test) {
  const size_t groups = grouping.groups;
  std::vector<int64_t> counts(grouping.sizes.begin(), grouping.sizes.end());
  std::vector<int64_t> low(groups, 0);  // met up to here
  std::vector<int64_t> high(counts);    // and not beyond
  std::vector<int64_t> asked(groups);
  uint32_t most = 0;
  for (const uint32_t size : grouping.sizes) most = std::max(most, size);
  Worker& worker = *workers_[0];
  for (uint32_t step = most; step > 0; step >>= 1) {
    for (size_t g = 0; g < groups; ++g) asked[g] = (low[g] + high[g] + 1) / 2;
    for (size_t from = 0; from < groups; from += kChunk) {
      const size_t n = std::min(kChunk, groups - from);
      worker.scratch.reset();
      asked_places_ = asked.data() + from;
      asked_counts_ = counts.data() + from;
      const State* met = truth(*test.in[0], 0, n, worker);
      for (size_t i = 0; i < n; ++i) {
        const size_t g = from + i;
        if (low[g] == high[g]) continue;
        (met[i] == state::kTrue ? low[g] : high[g]) =
            met[i] == state::kTrue ? asked[g] : asked[g] - 1;
      }
    }
  }
  asked_places_ = nullptr;
  asked_counts_ = nullptr;
  return {low.begin(), low.end()};
}

void Executor::prepare_cut(const Node& test, Span span) {
  const GroupPlan& plan = *test.rank->groups;
  if (plan.within_period && !span.slice) {
    const Panel& panel = *tables_.panel(span.table);
    for (size_t slice = 0; slice < panel.periods; ++slice) prepare_cut(test, {span.table, slice});
    return;
  }
  Grouping& groups = grouping(plan, span);
  if (!groups.has_cuts) find_cuts(groups, span);
}

namespace {

// Of one group: the bin that the last place which meets a test lies in, and how many places are
// left there.
struct Edge {
  uint32_t bin = kernels::kNoEdge;
  uint32_t left = 0;
};

// Which of the group's values, those of its edge, is the last one's: its place among them.
uint32_t bound_of(std::vector<uint32_t>::iterator from, std::vector<uint32_t>::iterator to,
                  uint32_t left, bool descending) {
  const auto nth = from + (left - 1);
  if (!descending) {
    std::nth_element(from, nth, to);
    return *nth + 1;
  }
  std::nth_element(from, nth, to, std::greater<>());
  return *nth;
}

}  // namespace

// The cuts of all tests that ask about these groups, found together: their rows are gone through
// once for every two.
void Executor::find_cuts(Grouping& grouping, Span span) {
  grouping.has_cuts = true;
  if (!grouping.plan->within_period) span.slice.reset();
  const size_t groups = grouping.groups;
  grouping.cuts.clear();
  for (const Node& node : plan_.nodes()) {
    if (node.kind != NodeKind::kRankTest || node.rank->groups != grouping.plan) continue;
    grouping.cuts.push_back(std::make_unique<Cut>());
    grouping.cuts.back()->test = &node;
  }
  const size_t tests = grouping.cuts.size();
  std::vector<std::vector<Edge>> edges(tests, std::vector<Edge>(groups));
  std::vector<std::vector<uint32_t>> packed((tests + 1) / 2,
                                            std::vector<uint32_t>(groups + 1, ~uint32_t{0}));
  const auto bins = static_cast<int64_t>(grouping.bins);
  for (size_t t = 0; t < tests; ++t) {
    Cut& cut = *grouping.cuts[t];
    const RankPlan& rank = *cut.test->rank;
    const std::vector<uint32_t> met = places_met(grouping, *cut.test);
    auto* bounds = cut.bounds.of<uint32_t>(groups + 1);
    std::fill_n(bounds, groups + 1, rank.descending ? ~uint32_t{0} : 0);
    cut.lack.assign(groups + 1, 0);
    for (size_t g = 0; g < groups; ++g) {
      if (grouping.sizes[g] == 0) continue;
      if (rank.least_state != state::kValue || grouping.sizes[g] < rank.least) {
        cut.lack[g] = rank.least_state != state::kValue ? rank.least_state : state::kMissing;
        cut.any_lack = true;
        continue;
      }
      uint32_t left = met[g];
      if (left == 0) continue;
      const uint32_t* histogram = grouping.histogram.data() + g * grouping.bins;
      int64_t bin = rank.descending ? bins - 1 : 0;
      while (histogram[bin] < left) {
        left -= histogram[bin];
        bin += rank.descending ? -1 : 1;
      }
      edges[t][g] = {static_cast<uint32_t>(bin), left};
      const int half = t % 2 == 0 ? 0 : 16;
      packed[t / 2][g] &= ~(kernels::kNoEdge << half);
      packed[t / 2][g] |= static_cast<uint32_t>(bin) << half;
    }
  }
  // Those on an edge, by test.
  const size_t start = begin_of(span);
  for (auto& worker : workers_) {
    worker->edges.resize(tests);
    for (auto& of_test : worker->edges) of_test.clear();
  }
  over_span(span, [&](size_t begin, size_t count, Worker& worker) {
    const Vector values = grouping.values.from(begin - start);
    const Vector of_row = grouping.of_row.from(begin - start);
    auto* selected = worker.scratch.take<uint32_t>(count);
    for (size_t pair = 0; pair < packed.size(); ++pair) {
      const size_t found = kernels::select_edges(values, of_row, grouping.shift,
                                                 packed[pair].data(), selected, count);
      for (size_t i = 0; i < found; ++i) {
        const auto g = static_cast<uint32_t>(of_row.value_at(selected[i]));
        const auto value = static_cast<uint32_t>(values.value_at(selected[i]) - values.base);
        for (size_t t = pair * 2; t < std::min(pair * 2 + 2, tests); ++t) {
          if (value >> grouping.shift == edges[t][g].bin) worker.edges[t].emplace_back(g, value);
        }
      }
    }
  });
  std::vector<uint32_t> sorted;
  for (size_t t = 0; t < tests; ++t) {
    std::vector<uint32_t> offsets(groups + 1, 0);
    for (const auto& worker : workers_) {
      for (const auto& [g, value] : worker->edges[t]) ++offsets[g];
    }
    std::exclusive_scan(offsets.begin(), offsets.end(), offsets.begin(), 0U);
    std::vector<uint32_t> next(offsets);
    sorted.resize(offsets[groups]);
    for (const auto& worker : workers_) {
      for (const auto& [g, value] : worker->edges[t]) sorted[next[g]++] = value;
    }
    Cut& cut = *grouping.cuts[t];
    for (size_t g = 0; g < groups; ++g) {
      if (edges[t][g].left == 0) continue;
      cut.bounds.of<uint32_t>(groups + 1)[g] =
          bound_of(sorted.begin() + offsets[g], sorted.begin() + offsets[g + 1], edges[t][g].left,
                   cut.test->rank->descending);
    }
  }
}

// ---- places and folds ----

void Executor::prepare_places(const RankPlan& rank, Span span) {
  const GroupPlan& plan = *rank.groups;
  if (plan.within_period && !span.slice) {
    const Panel& panel = *tables_.panel(span.table);
    for (size_t slice = 0; slice < panel.periods; ++slice) {
      prepare_places(rank, {span.table, slice});
    }
    return;
  }
  Grouping& groups = grouping(plan, span);
  Places* places = nullptr;
  for (auto& known : groups.places) {
    if (known->rank == &rank) places = known.get();
  }
  if (places == nullptr) {
    groups.places.push_back(std::make_unique<Places>());
    places = groups.places.back().get();
    places->rank = &rank;
  }
  if (places->ready) return;
  places->ready = true;
  auto* place = places->places.of<int64_t>(groups.rows);
  auto* counts = places->counts.of<int64_t>(groups.rows);
  auto* states = places->states.of<State>(groups.rows);
  const auto of_row = [&](size_t row) { return static_cast<size_t>(groups.of_row.value_at(row)); };
  const auto* lack = groups.lack.as<State>();
  std::vector<uint32_t> offsets(groups.groups + 2, 0);
  for (size_t i = 0; i < groups.rows; ++i) ++offsets[of_row(i) + 1];
  std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
  std::vector<uint32_t> sorted(groups.rows);
  {
    std::vector<uint32_t> next(offsets.begin(), offsets.end() - 1);
    for (size_t i = 0; i < groups.rows; ++i) sorted[next[of_row(i)]++] = static_cast<uint32_t>(i);
  }
  const auto value = [&](uint32_t row) { return groups.values.value_at(row); };
  for (size_t g = 0; g < groups.groups; ++g) {
    const auto from = sorted.begin() + offsets[g];
    const auto to = sorted.begin() + offsets[g + 1];
    std::sort(from, to, [&](uint32_t a, uint32_t b) {
      return rank.descending ? value(a) > value(b) : value(a) < value(b);
    });
    const auto size = static_cast<int64_t>(to - from);
    const State answer = rank.least_state != state::kValue ? rank.least_state
                         : size < rank.least               ? state::kMissing
                                                           : state::kValue;
    int64_t current = 1;
    for (auto at = from; at != to; ++at) {
      if (at != from && value(*at) != value(*(at - 1))) current = at - from + 1;
      place[*at] = current;
      counts[*at] = size;
      states[*at] = answer;
    }
  }
  for (size_t i = 0; i < groups.rows; ++i) {
    if (of_row(i) != groups.groups) continue;
    place[i] = counts[i] = 0;
    states[i] = lack[i];
  }
}

void Executor::prepare_aggregate(const AggregatePlan& aggregate, Span span) {
  const GroupPlan& plan = *aggregate.groups;
  if (plan.within_period && !span.slice) {
    const Panel& panel = *tables_.panel(span.table);
    for (size_t slice = 0; slice < panel.periods; ++slice) {
      prepare_aggregate(aggregate, {span.table, slice});
    }
    return;
  }
  Grouping& groups = grouping(plan, span);
  Folded* folded = nullptr;
  for (auto& known : groups.folded) {
    if (known->aggregate == &aggregate) folded = known.get();
  }
  if (folded == nullptr) {
    groups.folded.push_back(std::make_unique<Folded>());
    folded = groups.folded.back().get();
    folded->aggregate = &aggregate;
  }
  if (folded->ready) return;
  folded->ready = true;
  folded->values.assign(groups.groups + 1, 0);
  folded->states.assign(groups.groups + 1, state::kNull);
  const size_t start = begin_of(span);
  const uint8_t* present = presence(span.table);
  bool lacking = false;
  for (size_t i = 0; i < groups.rows; ++i) {
    const auto g = static_cast<size_t>(groups.of_row.value_at(i));
    if (g == groups.groups) {
      lacking = lacking || present == nullptr || present[start + i] != 0;
      continue;
    }
    const int64_t value = groups.values.value_at(i);
    int64_t& sum = folded->values[g];
    const bool first = folded->states[g] == state::kNull;
    folded->states[g] = state::kValue;
    switch (aggregate.fold) {
      case Fold::kCount:
        ++sum;
        break;
      case Fold::kSum:
        sum += value;
        break;
      case Fold::kMin:
        sum = first ? value : std::min(sum, value);
        break;
      case Fold::kMax:
        sum = first ? value : std::max(sum, value);
        break;
    }
  }
  // A row without a value may belong to any group's list; the plain evaluator knows which.
  if (lacking) folded->states.assign(groups.groups + 1, state::kAsk);
}

Vector Executor::eval_place(const Node& node, size_t begin, size_t count, Worker& worker) {
  Vector result;
  if (asked_places_ != nullptr) {
    const int64_t* asked = node.kind == NodeKind::kRankPlace ? asked_places_ : asked_counts_;
    result.data = reinterpret_cast<const uint8_t*>(asked);
    return result;
  }
  const GroupPlan& plan = node.aggregate != nullptr ? *node.aggregate->groups : *node.rank->groups;
  const Span span = span_of(plan, begin);
  Grouping& groups = grouping(plan, span);
  const size_t at = begin - begin_of(span);
  const Vector of_row = groups.of_row.from(at);
  auto* states = worker.scratch.take<State>(count);
  result.states = states;
  if (groups.unsure) {
    kernels::fill(states, state::kAsk, count);
    auto* zeros = worker.scratch.take<int64_t>(count);
    std::memset(zeros, 0, count * sizeof(int64_t));
    result.data = reinterpret_cast<const uint8_t*>(zeros);
    return result;
  }
  if (node.kind == NodeKind::kAggregate) {
    const auto found = std::find_if(groups.folded.begin(), groups.folded.end(),
                                    [&](const auto& f) { return f->aggregate == node.aggregate; });
    auto* values = worker.scratch.take<int64_t>(count);
    for (size_t i = 0; i < count; ++i) {
      const auto g = static_cast<size_t>(of_row.value_at(i));
      values[i] = (*found)->values[g];
      states[i] = g == groups.groups ? state::kAsk : (*found)->states[g];
    }
    result.data = reinterpret_cast<const uint8_t*>(values);
    return result;
  }
  if (node.kind != NodeKind::kRankTest) {
    const auto found = std::find_if(groups.places.begin(), groups.places.end(),
                                    [&](const auto& p) { return p->rank == node.rank; });
    const Buffer& values = node.kind == NodeKind::kRankPlace ? (*found)->places : (*found)->counts;
    result.states = (*found)->states.as<State>() + at;
    result.data = reinterpret_cast<const uint8_t*>(values.as<int64_t>() + at);
    return result;
  }
  const auto found = std::find_if(groups.cuts.begin(), groups.cuts.end(),
                                  [&](const auto& cut) { return cut->test == &node; });
  const Cut& cut = **found;
  const Vector values = groups.values.from(at);
  const auto* bounds = cut.bounds.as<uint32_t>();
  if (node.rank->descending) {
    kernels::at_least_cut(values, of_row, bounds, states, count);
  } else {
    kernels::below_cut(values, of_row, bounds, states, count);
  }
  if (cut.any_lack) {
    for (size_t i = 0; i < count; ++i) {
      const State instead = cut.lack[static_cast<size_t>(of_row.value_at(i))];
      if (instead != 0) states[i] = instead;
    }
  }
  if (groups.any_lack) kernels::replace_where(groups.lack.as<State>() + at, states, count);
  return result;
}

}  // namespace dandang::engine
