// list[condition], and what it closes of an open list.

#include <algorithm>

#include "feel/evaluator.h"
#include "feel/evaluator_internal.h"
#include "feel/functions.h"

namespace dandang::feel {
namespace {

// A list's openness with keys pinned by a filter; a later filter can pin more.
class Pinned : public Openness {
 public:
  Pinned(std::shared_ptr<const Openness> base, std::map<std::string, Value> pins)
      : base_(std::move(base)), pins_(std::move(pins)) {}
  const std::vector<std::string>& key_names() const override { return base_->key_names(); }
  bool row_has(const std::string& name) const override { return base_->row_has(name); }
  CausesPtr missing(const std::map<std::string, Value>& more) const override {
    std::map<std::string, Value> all = pins_;
    all.insert(more.begin(), more.end());
    return base_->missing(all);
  }

 private:
  std::shared_ptr<const Openness> base_;
  std::map<std::string, Value> pins_;
};

// Whether the node's value hangs on the row that a filter looks at.
bool depends_on_row(const Node& node, const Openness& openness) {
  if (node.kind == NodeKind::kName && (node.name == kItemName || openness.row_has(node.name))) {
    return true;
  }
  return std::any_of(node.children.begin(), node.children.end(),
                     [&](const auto& child) { return depends_on_row(*child, openness); });
}

}  // namespace

bool is_condition(const Node& node) {
  switch (node.kind) {
    case NodeKind::kBoolean:
    case NodeKind::kCompare:
    case NodeKind::kBetween:
    case NodeKind::kIn:
    case NodeKind::kAnd:
    case NodeKind::kOr:
    case NodeKind::kSome:
    case NodeKind::kEvery:
    case NodeKind::kInstanceOf:
      return true;
    case NodeKind::kIf:
      return is_condition(node.child(1)) && is_condition(node.child(2));
    case NodeKind::kCall: {
      if (node.child(0).kind != NodeKind::kName) return false;
      const Builtin* builtin = find_builtin(node.child(0).name);
      return builtin != nullptr && builtin->result == BasicType::kBoolean;
    }
    default:
      return false;
  }
}

// If the condition pins keys of an open list by equality, what is known of those keys decides
// whether rows may be missing (docs/decisions/0001-unknown.md, "Lists").
std::shared_ptr<const Openness> Evaluator::closed_by_filter(const List& list, const Node& condition,
                                                            const Frame* frame) {
  std::map<std::string, Value> pinned;
  std::vector<const Node*> conjuncts{&condition};
  const auto& keys = list.openness->key_names();
  TraceNode* trace = trace_;
  trace_ = nullptr;
  const size_t uses_before = uses_.size();
  while (!conjuncts.empty()) {
    const Node& c = *conjuncts.back();
    conjuncts.pop_back();
    if (c.kind == NodeKind::kAnd) {
      conjuncts.push_back(c.children[0].get());
      conjuncts.push_back(c.children[1].get());
    } else if (c.kind == NodeKind::kCompare && c.op == Op::kEq) {
      for (const size_t side : {size_t{0}, size_t{1}}) {
        const Node& key = c.child(side);
        const Node& other = c.child(1 - side);
        if (key.kind != NodeKind::kName ||
            std::find(keys.begin(), keys.end(), key.name) == keys.end() ||
            depends_on_row(other, *list.openness)) {
          continue;
        }
        const Value value = eval(other, frame);
        if (!value.is_unknown() && !value.is_null()) pinned.emplace(key.name, value);
      }
    }
  }
  uses_.resize(uses_before);
  trace_ = trace;
  if (pinned.empty()) return list.openness;
  auto result = std::make_shared<Pinned>(list.openness, std::move(pinned));
  if (result->missing({}) == nullptr) return nullptr;
  return result;
}

Value Evaluator::eval_filter(const Node& node, const Frame* frame) {
  return filter_list(eval(node.child(0), frame), node.child(1), frame);
}

// 1 is the first item, -1 the last.
Value Evaluator::index_into(const List& list, const Value& index) const {
  if (const auto causes = row_causes(list)) return Value::unknown(causes);
  const auto at = index.number().to_int64();
  const auto size = static_cast<int64_t>(list.items.size());
  if (!at || *at == 0 || *at > size || *at < -size) return {};
  return list.items[static_cast<size_t>(*at > 0 ? *at - 1 : size + *at)];
}

Value Evaluator::filter_list(const Value& source, const Node& condition, const Frame* frame) {
  if (source.is_unknown()) return source;
  const List list = as_list(source);
  List result;
  CausesPtr undecided;  // causes of rows whose condition is unknown
  bool decided = false;
  const size_t uses_before = uses_.size();
  std::vector<Use> rejected;
  for (size_t i = 0; i < list.items.size(); ++i) {
    const Frame item{frame, &list.items[i], nullptr};
    const size_t mark = uses_.size();
    const auto evaluate_item = [&] { return eval(condition, &item); };
    const Value keep = list.items[i].is(Value::Kind::kEntity)
                           ? traced_item(list.items[i].entity(), evaluate_item)
                           : evaluate_item();
    if (!stopped_.empty()) return stop(stopped_);
    if (keep.is(Value::Kind::kNumber)) return index_into(list, keep);
    decided = decided || !keep.is_unknown();
    if (keep.is_unknown()) undecided = Causes::merged(undecided, keep.causes());
    if (keep.is_true() || keep.is_unknown()) {
      const CausesPtr why = Causes::merged(keep.is_unknown() ? keep.causes() : nullptr,
                                           list.is_maybe(i) ? list.maybe_causes : nullptr);
      result.push(list.items[i], why);
    } else {
      rejected.insert(rejected.end(), uses_.begin() + static_cast<std::ptrdiff_t>(mark),
                      uses_.end());
      uses_.resize(mark);
    }
  }
  if (!is_condition(condition)) {
    // What is unknown for every row may be an index.
    if (undecided && !decided) return Value::unknown(undecided);
    if (list.items.empty()) {
      Value index = eval(condition, frame);
      if (index.is_unknown()) return index;
      if (index.is(Value::Kind::kNumber)) return index_into(list, index);
    }
  }
  // When nothing passes, the rows that failed are what the answer rests on.
  if (result.items.empty()) {
    uses_.resize(uses_before);
    uses_.insert(uses_.end(), rejected.begin(), rejected.end());
  }
  if (list.openness != nullptr) result.openness = closed_by_filter(list, condition, frame);
  return result;
}

}  // namespace dandang::feel
