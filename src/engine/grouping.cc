#include "engine/grouping.h"

#include <algorithm>
#include <cstring>
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
  auto* of_row = grouping.of_row.of<uint32_t>(grouping.rows);
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
  for (auto& worker : workers_) worker->some_lack = worker->some_ask = false;
  over_span(span, [&](size_t begin, size_t count, Worker& worker) {
    uint32_t* group = of_row + (begin - start);
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
      worker.some_ask = worker.some_ask || std::any_of(without, without + count, [](State s) {
                          return (s & state::kAsk) != 0;
                        });
    }
    if (!narrow) {
      auto* out = const_cast<uint32_t*>(reinterpret_cast<const uint32_t*>(grouping.values.data)) +
                  (begin - start);
      for (size_t i = 0; i < count; ++i) {
        out[i] = without[i] != 0 ? 0 : static_cast<uint32_t>(ranked.value_at(i) - value.low);
      }
    }
  });
  grouping.any_lack = std::any_of(workers_.begin(), workers_.end(),
                                  [](const auto& worker) { return worker->some_lack; });
  grouping.unsure = std::any_of(workers_.begin(), workers_.end(),
                                [](const auto& worker) { return worker->some_ask; });
  fill_histogram(grouping, span);
}

void Executor::fill_histogram(Grouping& grouping, Span span) {
  const size_t start = begin_of(span);
  const size_t cells = (grouping.groups + 1) * grouping.bins;
  for (auto& worker : workers_) worker->histogram.clear();
  const auto* of_row = grouping.of_row.as<uint32_t>();
  over_span(span, [&](size_t begin, size_t count, Worker& worker) {
    if (worker.histogram.empty()) worker.histogram.assign(cells, 0);
    Vector values = grouping.values;
    values.data += (begin - start) * values.width;
    // Rows without a place may hold anything; their group takes what fits.
    kernels::count_bins(values, of_row + (begin - start), grouping.shift, grouping.bins,
                        worker.histogram.data(), count);
  });
  grouping.histogram.swap(workers_[0]->histogram);
  if (grouping.histogram.empty()) grouping.histogram.assign(cells, 0);
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
  for (auto& cut : groups.cuts) {
    if (cut->test != &test) continue;
    if (!cut->ready) find_cuts(groups, *cut, test, span);
    return;
  }
  groups.cuts.push_back(std::make_unique<Cut>());
  groups.cuts.back()->test = &test;
  find_cuts(groups, *groups.cuts.back(), test, span);
}

void Executor::find_cuts(Grouping& grouping, Cut& cut, const Node& test, Span span) {
  cut.ready = true;
  if (!grouping.plan->within_period) span.slice.reset();
  const RankPlan& rank = *test.rank;
  const size_t groups = grouping.groups;
  const std::vector<uint32_t> met = places_met(grouping, test);
  auto* bounds = cut.bounds.of<uint32_t>(groups + 1);
  cut.lack.assign(groups + 1, 0);
  cut.any_lack = false;
  constexpr uint32_t kNoBin = 0xffffffff;
  std::vector<uint32_t> edges(groups + 1, kNoBin);
  std::vector<uint32_t> beyond(groups, 0);  // how many of the edge's own still have a place
  const auto bins = static_cast<int64_t>(grouping.bins);
  for (size_t g = 0; g < groups; ++g) {
    bounds[g] = rank.descending ? kNoBin : 0;
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
    edges[g] = static_cast<uint32_t>(bin);
    beyond[g] = left;
  }
  bounds[groups] = rank.descending ? kNoBin : 0;
  // Those on an edge, by group.
  const size_t start = begin_of(span);
  const auto* of_row = grouping.of_row.as<uint32_t>();
  for (auto& worker : workers_) worker->edges.clear();
  over_span(span, [&](size_t begin, size_t count, Worker& worker) {
    Vector values = grouping.values;
    values.data += (begin - start) * values.width;
    values.base = 0;
    auto* selected = worker.scratch.take<uint32_t>(count);
    const size_t found = kernels::select_edges(values, of_row + (begin - start), grouping.shift,
                                               edges.data(), selected, count);
    for (size_t i = 0; i < found; ++i) {
      worker.edges.emplace_back(of_row[begin - start + selected[i]],
                                static_cast<uint32_t>(values.value_at(selected[i])));
    }
  });
  std::vector<uint32_t> offsets(groups + 1, 0);
  for (const auto& worker : workers_) {
    for (const auto& [g, value] : worker->edges) ++offsets[g];
  }
  std::exclusive_scan(offsets.begin(), offsets.end(), offsets.begin(), 0U);
  std::vector<uint32_t> next(offsets);
  std::vector<uint32_t> sorted(workers_.empty() ? 0 : offsets[groups]);
  for (const auto& worker : workers_) {
    for (const auto& [g, value] : worker->edges) sorted[next[g]++] = value;
  }
  for (size_t g = 0; g < groups; ++g) {
    if (beyond[g] == 0) continue;
    const auto from = sorted.begin() + offsets[g];
    const auto to = sorted.begin() + offsets[g + 1];
    const auto nth = from + (beyond[g] - 1);
    if (rank.descending) {
      std::nth_element(from, nth, to, std::greater<>());
    } else {
      std::nth_element(from, nth, to);
    }
    bounds[g] = rank.descending ? *nth : *nth + 1;
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
  const auto* of_row = groups.of_row.as<uint32_t>();
  const auto* lack = groups.lack.as<State>();
  std::vector<uint32_t> offsets(groups.groups + 2, 0);
  for (size_t i = 0; i < groups.rows; ++i) ++offsets[of_row[i] + 1];
  std::partial_sum(offsets.begin(), offsets.end(), offsets.begin());
  std::vector<uint32_t> sorted(groups.rows);
  {
    std::vector<uint32_t> next(offsets.begin(), offsets.end() - 1);
    for (size_t i = 0; i < groups.rows; ++i) sorted[next[of_row[i]]++] = static_cast<uint32_t>(i);
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
    if (of_row[i] != groups.groups) continue;
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
  const auto* of_row = groups.of_row.as<uint32_t>();
  const size_t start = begin_of(span);
  const uint8_t* present = presence(span.table);
  bool lacking = false;
  for (size_t i = 0; i < groups.rows; ++i) {
    const uint32_t g = of_row[i];
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
  const uint32_t* of_row = groups.of_row.as<uint32_t>() + at;
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
      values[i] = (*found)->values[of_row[i]];
      states[i] = of_row[i] == groups.groups ? state::kAsk : (*found)->states[of_row[i]];
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
  Vector values = groups.values;
  values.data += at * values.width;
  const auto* bounds = cut.bounds.as<uint32_t>();
  if (node.rank->descending) {
    kernels::at_least_cut(values, of_row, bounds, states, count);
  } else {
    kernels::below_cut(values, of_row, bounds, states, count);
  }
  if (cut.any_lack) {
    for (size_t i = 0; i < count; ++i) {
      if (cut.lack[of_row[i]] != 0) states[i] = cut.lack[of_row[i]];
    }
  }
  if (groups.any_lack) kernels::replace_where(groups.lack.as<State>() + at, states, count);
  return result;
}

}  // namespace dandang::engine
