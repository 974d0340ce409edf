// for, some and every.

#include "feel/evaluator.h"
#include "feel/evaluator_internal.h"

namespace dandang::feel {

void Evaluator::iterate_range(const Node& node, size_t index, const Frame* frame,
                              const Range& range, const CausesPtr& maybe, Iteration& iteration,
                              const Body& body) {
  const auto whole = [](const Value& value) -> std::optional<int64_t> {
    if (value.is(Value::Kind::kNumber)) return value.number().to_int64();
    if (value.is(Value::Kind::kDate)) return value.date().days();
    return std::nullopt;
  };
  const auto low = whole(range.low);
  const auto high = whole(range.high);
  if (!low || !high || range.low.kind() != range.high.kind()) {
    iteration.no_list = true;
    return;
  }
  const bool dates = range.low.is(Value::Kind::kDate);
  const int64_t step = *low <= *high ? 1 : -1;
  for (int64_t i = *low;; i += step) {
    const bool outside = (i == *low && !range.closed_low) || (i == *high && !range.closed_high);
    if (!charge(1)) return;
    if (!outside) {
      const Value value = dates ? Value(Date::from_days(i)) : Value(i);
      const Frame variable{frame, &value, &node.names[index]};
      iterate(node, index + 1, &variable, maybe, iteration, body);
    }
    if (i == *high || !stopped_.empty()) return;
  }
}

void Evaluator::iterate(const Node& node, size_t index, const Frame* frame, const CausesPtr& maybe,
                        Iteration& iteration, const Body& body) {
  if (index == node.names.size()) return body(frame, maybe);
  const Value domain = eval(node.child(index), frame);
  if (domain.is_unknown()) {
    iteration.open = Causes::merged(iteration.open, domain.causes());
    return;
  }
  if (domain.is_null()) {
    iteration.no_list = true;
    iteration.open = Causes::merged(iteration.open, maybe);
    return;
  }
  if (domain.is(Value::Kind::kRange)) {
    return iterate_range(node, index, frame, domain.range(), maybe, iteration, body);
  }
  const List list = as_list(domain);
  iteration.open = Causes::merged(iteration.open, open_causes(list));
  for (size_t i = 0; i < list.items.size(); ++i) {
    const Frame variable{frame, &list.items[i], &node.names[index]};
    const CausesPtr why = list.is_maybe(i) ? Causes::merged(maybe, list.maybe_causes) : maybe;
    const auto run = [&]() -> Value {
      iterate(node, index + 1, &variable, why, iteration, body);
      return {};
    };
    if (!charge(1)) return;
    if (trace_ != nullptr && list.items[i].is(Value::Kind::kEntity)) {
      traced_item(list.items[i].entity(), run);
    } else {
      run();
    }
    if (!stopped_.empty()) return;
  }
}

Value Evaluator::eval_quantified(const Node& node, const Frame* frame) {
  const bool some = node.kind == NodeKind::kSome;
  const Node& condition = *node.children.back();
  Iteration iteration;
  CausesPtr causes;
  bool decided = false;
  bool has_null = false;
  const size_t start = uses_.size();
  std::vector<Use> deciding;
  iterate(node, 0, frame, nullptr, iteration, [&](const Frame* inner, const CausesPtr& maybe) {
    const size_t mark = uses_.size();
    const Value value = eval(condition, inner);
    if (trace_ != nullptr) trace_->value = value;
    const bool is_null = !value.is(Value::Kind::kBoolean) && !value.is_unknown();
    if (value.is_unknown()) {
      causes = Causes::merged(Causes::merged(causes, value.causes()), maybe);
    } else if (!is_null && value.boolean() != some) {
      return;  // this row leaves the answer as it is
    } else if (maybe) {
      causes = Causes::merged(causes, maybe);
    } else if (is_null) {
      has_null = true;
    } else {
      decided = true;
      deciding.insert(deciding.end(), uses_.begin() + static_cast<std::ptrdiff_t>(mark),
                      uses_.end());
    }
  });
  if (!stopped_.empty()) return stop(stopped_);
  if (iteration.no_list && !iteration.open) return {};
  if (decided && !iteration.no_list) {
    uses_.resize(start);
    uses_.insert(uses_.end(), deciding.begin(), deciding.end());
    return some;
  }
  causes = Causes::merged(causes, iteration.open);
  if (causes) return Value::unknown(causes);
  if (has_null) return {};
  return !some;
}

Value Evaluator::eval_for(const Node& node, const Frame* frame) {
  List result;
  uint64_t weight = 0;
  Iteration iteration;
  const Node& body = *node.children.back();
  const bool wants_partial = mentions(body, kPartialName);
  iterate(node, 0, frame, nullptr, iteration, [&](const Frame* inner, const CausesPtr& maybe) {
    // Copying what came before is quadratic; only texts that say "partial" pay for it.
    if (wants_partial && !charge(result.items.size())) return;
    const Value partial = wants_partial ? Value(result) : Value();
    const Frame with_partial{inner, &partial, &kPartialName};
    Value value = eval(body, wants_partial ? &with_partial : inner);
    weight += value.extent().weight;
    if (weight > limits_.weight) {
      too_heavy();
      return;
    }
    result.push(std::move(value), maybe);
  });
  if (!stopped_.empty()) return stop(stopped_);
  if (iteration.open) return Value::unknown(iteration.open);
  if (iteration.no_list) return {};
  return result;
}

}  // namespace dandang::feel
