#include "engine/plan.h"

#include <cstdint>
#include <type_traits>

namespace dandang::engine {
namespace {

class Key {
 public:
  template <typename T>
  Key& operator<<(const T& value) {
    static_assert(std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>);
    const auto* bytes = reinterpret_cast<const char*>(&value);
    text_.append(bytes, sizeof(value));
    return *this;
  }
  template <typename T>
  Key& operator<<(const T* pointer) {
    return *this << reinterpret_cast<std::uintptr_t>(pointer);
  }
  Key& operator<<(const std::vector<const Node*>& nodes) {
    *this << nodes.size();
    for (const Node* node : nodes) *this << node;
    return *this;
  }
  Key& operator<<(const ListPlan& list) {
    return *this << list.rows << list.panel << list.table << list.where << list.filters << list.body
                 << list.only_period.has_value() << list.only_period.value_or(0) << list.kept_only;
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string key_of(const Node& node) {
  Key key;
  key << node.kind << node.type << node.scale << node.op << node.looks << node.unique << node.table
      << node.constant << node.constant_state << node.in << node.column << node.panel << node.rank
      << node.aggregate << node.reads_row << node.map.get() << node.causes.get();
  key << node.definitions.size();
  for (const int definition : node.definitions) key << definition;
  if (node.list) key << *node.list;
  if (node.pick)
    key << node.pick->list << node.pick->takes_latest << node.pick->latest << node.pick->complete;
  if (node.streak) {
    const StreakPlan& streak = *node.streak;
    key << streak.rows << streak.panel << streak.table << streak.period << streak.holds
        << streak.first << streak.last << streak.absent;
  }
  return key.take();
}

}  // namespace

feel::CausesPtr Plan::shared(const feel::CausesPtr& causes) {
  if (causes == nullptr) return nullptr;
  for (const feel::CausesPtr& known : causes_) {
    if (known == causes || (known->items == causes->items && known->more == causes->more)) {
      return known;
    }
  }
  causes_.push_back(causes);
  return causes;
}

const Node* Plan::add(Node node) {
  node.causes = shared(node.causes);
  std::string key = key_of(node);
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) return found->second;
  node.id = static_cast<uint32_t>(nodes_.size());
  nodes_.push_back(std::move(node));
  by_key_.emplace(std::move(key), &nodes_.back());
  return &nodes_.back();
}

const GroupPlan* Plan::add(GroupPlan groups) {
  for (const GroupPlan& known : groups_) {
    if (known.table == groups.table && known.value == groups.value &&
        known.within == groups.within && known.within_period == groups.within_period) {
      return &known;
    }
  }
  groups.id = static_cast<int>(groups_.size());
  groups_.push_back(std::move(groups));
  return &groups_.back();
}

const RankPlan* Plan::add(RankPlan rank) {
  rank.least_causes = shared(rank.least_causes);
  for (const RankPlan& known : ranks_) {
    if (known.groups == rank.groups && known.descending == rank.descending &&
        known.least == rank.least && known.least_state == rank.least_state &&
        known.least_causes == rank.least_causes && known.name == rank.name &&
        known.definitions == rank.definitions) {
      return &known;
    }
  }
  rank.id = static_cast<int>(ranks_.size());
  ranks_.push_back(std::move(rank));
  return &ranks_.back();
}

const AggregatePlan* Plan::add(AggregatePlan aggregate) {
  for (const AggregatePlan& known : aggregates_) {
    if (known.groups == aggregate.groups && known.fold == aggregate.fold) return &known;
  }
  aggregate.id = static_cast<int>(aggregates_.size());
  aggregates_.push_back(aggregate);
  return &aggregates_.back();
}

}  // namespace dandang::engine
