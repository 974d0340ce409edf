// Functions that make lists of lists (DMN 1.5 §10.3.4.4), and sort.

#include "feel/functions_internal.h"

namespace dandang::feel {

std::optional<size_t> position_in(const Value& position, size_t size) {
  const auto at = whole_number(position);
  const auto n = static_cast<int64_t>(size);
  if (!at || *at == 0 || *at > n || *at < -n) return std::nullopt;
  return static_cast<size_t>(*at > 0 ? *at - 1 : n + *at);
}

namespace {

using Kind = Value::Kind;
using T = BasicType;

std::vector<Value> distinct(const std::vector<Value>& items) {
  std::vector<Value> out;
  for (const Value& item : items) {
    const bool seen = std::any_of(out.begin(), out.end(),
                                  [&](const Value& other) { return equal(item, other).is_true(); });
    if (!seen) out.push_back(item);
  }
  return out;
}

Value distinct_values(const Args& args) {
  return over_list(args,
                   [](const std::vector<Value>& items) { return list_of_items(distinct(items)); });
}

Value append_function(const Args& args) {
  return over_list(args, [&](std::vector<Value> items) {
    items.insert(items.end(), args.begin() + 1, args.end());
    return list_of_items(std::move(items));
  });
}

Value concatenate(const Args& args) {
  std::vector<Value> out;
  for (const Value& arg : args) {
    if (arg.is_null()) return {};
    if (arg.is(Kind::kList)) {
      out.insert(out.end(), arg.list().items.begin(), arg.list().items.end());
    } else {
      out.push_back(arg);
    }
  }
  return list_of_items(std::move(out));
}

Value union_function(const Args& args) {
  const Value all = concatenate(args);
  return all.is_null() ? all : distinct_values({all});
}

Value reverse_function(const Args& args) {
  return over_list(args, [](std::vector<Value> items) {
    std::reverse(items.begin(), items.end());
    return list_of_items(std::move(items));
  });
}

Value index_of(const Args& args) {
  return over_list(args, [&](const std::vector<Value>& items) {
    std::vector<Value> out;
    for (size_t i = 0; i < items.size(); ++i) {
      if (equal(items[i], args[1]).is_true()) out.emplace_back(static_cast<int64_t>(i + 1));
    }
    return list_of_items(std::move(out));
  });
}

void flatten_into(const std::vector<Value>& items, std::vector<Value>& out) {
  for (const Value& item : items) {
    if (item.is(Kind::kList)) {
      flatten_into(item.list().items, out);
    } else {
      out.push_back(item);
    }
  }
}

Value flatten_function(const Args& args) {
  return over_list(args, [](const std::vector<Value>& items) {
    std::vector<Value> out;
    flatten_into(items, out);
    return list_of_items(std::move(out));
  });
}

Value sublist(const Args& args) {
  return over_list(args, [&](const std::vector<Value>& items) -> Value {
    const auto begin = position_in(args[1], items.size());
    if (!begin) return {};
    size_t length = items.size() - *begin;
    if (args.size() > 2) {
      const auto given = whole_number(args[2]);
      if (!given || *given < 1 || static_cast<uint64_t>(*given) > length) return {};
      length = static_cast<size_t>(*given);
    }
    const auto first = items.begin() + static_cast<std::ptrdiff_t>(*begin);
    return list_of_items({first, first + static_cast<std::ptrdiff_t>(length)});
  });
}

Value insert_before(const Args& args) {
  return over_list(args, [&](std::vector<Value> items) -> Value {
    const auto at = position_in(args[1], items.size());
    if (!at) return {};
    items.insert(items.begin() + static_cast<std::ptrdiff_t>(*at), args[2]);
    return list_of_items(std::move(items));
  });
}

Value remove_function(const Args& args) {
  return over_list(args, [&](std::vector<Value> items) -> Value {
    const auto at = position_in(args[1], items.size());
    if (!at) return {};
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(*at));
    return list_of_items(std::move(items));
  });
}

// Every item that the function says yes to, given the item and what would replace it.
Value replace_matches(std::vector<Value> items, const Function& match, const Value& by) {
  for (Value& item : items) {
    const Value answer = match.call({item, by});
    if (answer.is_unknown()) return answer;
    if (!answer.is(Kind::kBoolean)) return {};
    if (answer.is_true()) item = by;
  }
  return list_of_items(std::move(items));
}

Value replace_at(std::vector<Value> items, const Value& position, const Value& by) {
  const auto at = position_in(position, items.size());
  if (!at) return {};
  items[*at] = by;
  return list_of_items(std::move(items));
}

Value list_replace(const Args& args) {
  return over_list(args, [&](const std::vector<Value>& items) {
    return args[1].is(Kind::kFunction) ? replace_matches(items, args[1].function(), args[2])
                                       : replace_at(items, args[1], args[2]);
  });
}

// A stable merge sort: it ends, whatever the order says, where std::sort would not survive a
// function that is no order at all.
class Sorter {
 public:
  explicit Sorter(const Function* precedes) : precedes_(precedes) {}

  Value sorted(std::vector<Value> items) {
    sort(items, 0, items.size());
    if (causes_) return Value::unknown(causes_);
    return comparable_ ? list_of_items(std::move(items)) : Value();
  }

 private:
  bool precedes(const Value& a, const Value& b) {
    if (precedes_ == nullptr) {
      const auto order = compare(a, b);
      comparable_ = comparable_ && order.has_value();
      return order && *order < 0;
    }
    const Value answer = precedes_->call({a, b});
    if (answer.is_unknown()) causes_ = Causes::merged(causes_, answer.causes());
    comparable_ = comparable_ && (answer.is(Kind::kBoolean) || answer.is_unknown());
    return answer.is_true();
  }

  void sort(std::vector<Value>& items, size_t begin, size_t end) {
    if (end - begin < 2) return;
    const size_t middle = begin + (end - begin) / 2;
    sort(items, begin, middle);
    sort(items, middle, end);
    std::vector<Value> left(items.begin() + static_cast<std::ptrdiff_t>(begin),
                            items.begin() + static_cast<std::ptrdiff_t>(middle));
    size_t l = 0;
    size_t r = middle;
    for (size_t out = begin; l < left.size(); ++out) {
      const bool take_right = r < end && precedes(items[r], left[l]);
      Value next = take_right ? items[r++] : left[l++];
      items[out] = std::move(next);
    }
  }

  const Function* precedes_;
  bool comparable_ = true;
  CausesPtr causes_;
};

Value sort_function(const Args& args) {
  if (args.size() > 1 && !args[1].is(Kind::kFunction)) return {};
  return over_list(args, [&](const std::vector<Value>& items) {
    return Sorter(args.size() > 1 ? &args[1].function() : nullptr).sorted(items);
  });
}

Builtin list_function(const char* name, std::vector<const char*> parameters, const char* wants,
                      Value (*call)(const Args&), Unknowns unknowns = Unknowns::kCarry) {
  const int count = static_cast<int>(parameters.size());
  return {.name = name,
          .parameters = std::move(parameters),
          .min_args = count,
          .max_args = count,
          .result = T::kList,
          .wants = wants,
          .call = call,
          .unknowns = unknowns};
}

Builtin with_arguments(Builtin builtin, int min_args, int max_args) {
  builtin.min_args = min_args;
  builtin.max_args = max_args;
  return builtin;
}

}  // namespace

void add_list_functions(Builtins& out) {
  out.push_back(with_arguments(
      list_function("sublist", {"list", "start position", "length"}, ".n", sublist), 2, 3));
  out.push_back(
      with_arguments(list_function("append", {"list", "item"}, ".", append_function), 2, -1));
  out.push_back(with_arguments(list_function("concatenate", {"list"}, ".", concatenate), 1, -1));
  out.push_back(
      list_function("insert before", {"list", "position", "newItem"}, ".n.", insert_before));
  out.push_back(list_function("remove", {"list", "position"}, ".n", remove_function));
  out.push_back(list_function("list replace", {"list", "position", "newItem"}, ".", list_replace,
                              Unknowns::kSpread));
  out.back().others = {{.parameters = {"list", "match", "newItem"}, .min_args = 3, .max_args = 3}};
  out.push_back(list_function("reverse", {"list"}, ".", reverse_function));
  out.push_back(list_function("index of", {"list", "match"}, ".", index_of, Unknowns::kSpread));
  out.push_back(with_arguments(
      list_function("union", {"list"}, ".", union_function, Unknowns::kSpread), 1, -1));
  out.back().quadratic = true;
  out.push_back(
      list_function("distinct values", {"list"}, ".", distinct_values, Unknowns::kSpread));
  out.back().aggregate = true;
  out.back().quadratic = true;
  out.push_back(list_function("flatten", {"list"}, ".", flatten_function, Unknowns::kSpread));
  out.push_back(with_arguments(
      list_function("sort", {"list", "precedes"}, ".f", sort_function, Unknowns::kSpread), 1, 2));
}

}  // namespace dandang::feel
