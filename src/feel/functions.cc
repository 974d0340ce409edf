#include "feel/functions.h"

#include <algorithm>
#include <limits>
#include <map>

#include "base/text.h"

namespace dandang::feel {
namespace {

using Kind = Value::Kind;
using Args = std::vector<Value>;

bool all_of_kind(const Args& args, Kind kind) {
  return std::all_of(args.begin(), args.end(), [&](const Value& v) { return v.is(kind); });
}

// ---- conversion (DMN 1.5 §10.3.4.1) ----

// A duration's text after its sign and P: amounts with units in the given order, each once at the
// most. T stands before the units of time. No value if the text is anything else.
std::optional<int64_t> parse_amounts(std::string_view text,
                                     std::initializer_list<std::pair<char, int64_t>> date_units,
                                     std::initializer_list<std::pair<char, int64_t>> time_units) {
  int64_t total = 0;
  bool time = false;
  bool any = false;
  auto unit = date_units.begin();
  auto units_end = date_units.end();
  while (!text.empty()) {
    if (text[0] == 'T' && !time && time_units.size() > 0) {
      time = true;
      any = false;  // T wants an amount of its own
      unit = time_units.begin();
      units_end = time_units.end();
      text.remove_prefix(1);
      continue;
    }
    // Nine digits of the largest unit are far inside 64 bits.
    size_t n = 0;
    while (n < text.size() && text[n] >= '0' && text[n] <= '9') ++n;
    if (n == 0 || n > 9 || n >= text.size()) return std::nullopt;
    while (unit != units_end && unit->first != text[n]) ++unit;
    if (unit == units_end) return std::nullopt;
    total += std::stoll(std::string(text.substr(0, n))) * unit->second;
    ++unit;
    any = true;
    text.remove_prefix(n + 1);
  }
  return any ? std::optional(total) : std::nullopt;
}

Value parse_duration(std::string_view text) {
  const bool negative = text.starts_with("-");
  if (negative) text.remove_prefix(1);
  if (!text.starts_with("P")) return {};
  text.remove_prefix(1);
  if (const auto months = parse_amounts(text, {{'Y', 12}, {'M', 1}}, {})) {
    return MonthsDuration{negative ? -*months : *months};
  }
  if (const auto seconds =
          parse_amounts(text, {{'D', 86400}}, {{'H', 3600}, {'M', 60}, {'S', 1}})) {
    return DaysDuration{negative ? -*seconds : *seconds};
  }
  return {};
}

Value date_function(const Args& args) {
  if (args.size() == 1) {
    if (args[0].is(Kind::kDate)) return args[0];
    if (!args[0].is(Kind::kString)) return {};
    const auto date = Date::parse_iso(args[0].string());
    return date ? Value(*date) : Value();
  }
  if (args.size() != 3 || !all_of_kind(args, Kind::kNumber)) return {};
  const auto year = args[0].number().to_int64();
  const auto month = args[1].number().to_int64();
  const auto day = args[2].number().to_int64();
  if (!year || !month || !day || *year < -9999 || *year > 9999 || *month < 1 || *month > 12 ||
      *day < 1 || *day > 31) {
    return {};
  }
  const auto date =
      Date::from_ymd(static_cast<int>(*year), static_cast<int>(*month), static_cast<int>(*day));
  return date ? Value(*date) : Value();
}

Value duration_function(const Args& args) {
  return args[0].is(Kind::kString) ? parse_duration(args[0].string()) : Value();
}

Value months_between(const Args& args) {
  if (!all_of_kind(args, Kind::kDate)) return {};
  return MonthsDuration{whole_months_between(args[0].date(), args[1].date())};
}

Value number_function(const Args& args) {
  if (!args[0].is(Kind::kString)) {
    return args.size() == 1 && args[0].is(Kind::kNumber) ? args[0] : Value();
  }
  // A grouping separator is a blank, a comma or a point; a decimal separator one of the latter two.
  std::string group;
  std::string point = ".";
  if (args.size() > 1 && !args[1].is_null()) {
    if (!args[1].is(Kind::kString)) return {};
    group = args[1].string();
    if (group != " " && group != "," && group != ".") return {};
    point = group == "." ? "" : point;
  }
  if (args.size() > 2 && !args[2].is_null()) {
    if (!args[2].is(Kind::kString)) return {};
    point = args[2].string();
    if ((point != "," && point != ".") || point == group) return {};
  }
  std::string text = args[0].string();
  if (!group.empty()) std::erase(text, group[0]);
  if (point == ",") {
    if (contains(text, ".")) return {};
    std::replace(text.begin(), text.end(), ',', '.');
  }
  return Value::from(Decimal::parse(text));
}

Value string_function(const Args& args) {
  if (args[0].is_null()) return {};
  std::string text = args[0].to_string();
  return text.size() > kMaxTextBytes ? Value() : Value(std::move(text));
}

// ---- numbers (§10.3.4.5) ----

Value rounded(const Args& args, Rounding mode) {
  if (!args[0].is(Kind::kNumber)) return {};
  int64_t scale = 0;
  if (args.size() > 1) {
    if (!args[1].is(Kind::kNumber)) return {};
    const auto given = args[1].number().to_int64();
    if (!given || *given < -6111 || *given > 6176) return {};
    scale = *given;
  }
  return Value::from(args[0].number().round(static_cast<int>(scale), mode));
}

Value absolute(const Args& args) {
  if (args[0].is(Kind::kNumber)) return args[0].number().abs();
  constexpr int64_t kNone = std::numeric_limits<int64_t>::min();  // its positive does not exist
  if (args[0].is(Kind::kMonthsDuration)) {
    const int64_t months = args[0].months().months;
    return months == kNone ? Value() : Value(MonthsDuration{std::abs(months)});
  }
  if (args[0].is(Kind::kDaysDuration)) {
    const int64_t seconds = args[0].days().seconds;
    return seconds == kNone ? Value() : Value(DaysDuration{std::abs(seconds)});
  }
  return {};
}

Value modulo(const Args& args) {
  if (!all_of_kind(args, Kind::kNumber)) return {};
  return Value::from(args[0].number().modulo(args[1].number()));
}

Value is_odd(const Args& args) {
  if (!args[0].is(Kind::kNumber) || !args[0].number().is_integer()) return {};
  const auto rest = args[0].number().modulo(Decimal(2));
  return rest && !rest->is_zero();
}

// ---- strings (§10.3.4.3) ----

std::string encode(std::u32string_view points) {
  std::string out;
  for (const char32_t c : points) append_code_point(out, c);
  return out;
}

Value substring(const Args& args) {
  if (!args[0].is(Kind::kString) || !args[1].is(Kind::kNumber)) return {};
  const std::u32string points = to_code_points(args[0].string());
  const auto size = static_cast<int64_t>(points.size());
  const auto start = args[1].number().to_int64();
  if (!start || *start == 0 || *start > size || *start < -size) return {};
  const int64_t begin = *start > 0 ? *start - 1 : size + *start;
  int64_t length = size - begin;
  if (args.size() > 2 && !args[2].is_null()) {
    if (!args[2].is(Kind::kNumber)) return {};
    const auto given = args[2].number().to_int64();
    if (!given || *given < 1) return {};
    length = std::min(length, *given);
  }
  return encode(
      std::u32string_view(points).substr(static_cast<size_t>(begin), static_cast<size_t>(length)));
}

template <typename F>
Value with_two_strings(const Args& args, F f) {
  if (!all_of_kind(args, Kind::kString)) return {};
  return f(args[0].string(), args[1].string());
}

Value changed_case(const Args& args, char from, char to) {
  if (!args[0].is(Kind::kString)) return {};
  std::string text = args[0].string();
  for (char& c : text) {
    if (c >= from && c <= from + 25) c = static_cast<char>(c - from + to);
  }
  return text;
}

Value split_function(const Args& args) {
  return with_two_strings(args, [](const std::string& text, const std::string& by) -> Value {
    List list;
    if (by.empty()) return {};
    size_t begin = 0;
    for (size_t at = text.find(by); at != std::string::npos; at = text.find(by, begin)) {
      list.items.emplace_back(text.substr(begin, at - begin));
      begin = at + by.size();
    }
    list.items.emplace_back(text.substr(begin));
    return list;
  });
}

// ---- lists (§10.3.4.4) ----

Value list_of_items(std::vector<Value> items) {
  List list;
  list.items = std::move(items);
  return list;
}

// Calls f with the list that the first argument is; a value that is no list is a list of one
// (DMN 1.5 §10.3.2), null has none.
template <typename F>
Value with_list(const Args& args, F f) {
  if (args[0].is_null()) return {};
  if (args[0].is(Kind::kList)) return f(args[0].list());
  List list;
  list.items = {args[0]};
  return f(list);
}

template <typename F>
Value over_list(const Args& args, F f) {
  return with_list(args, [&](const List& list) -> Value { return f(list.items); });
}

Value string_join(const Args& args) {
  std::string by;
  if (args.size() > 1 && !args[1].is_null()) {
    if (!args[1].is(Kind::kString)) return {};
    by = args[1].string();
  }
  return over_list(args, [&](const std::vector<Value>& items) -> Value {
    std::string out;
    bool first = true;
    for (const Value& item : items) {
      if (item.is_null()) continue;
      if (!item.is(Kind::kString)) return {};
      if (!first) out += by;
      out += item.string();
      first = false;
      if (out.size() > kMaxTextBytes) return {};
    }
    return out;
  });
}

Value extreme(const Args& args, int wanted) {
  return over_list(args, [&](const std::vector<Value>& items) -> Value {
    if (items.empty()) return {};
    Value best = items[0];
    for (const Value& item : items) {
      const auto order = compare(item, best);
      if (!order) return {};
      if (*order == wanted) best = item;
    }
    return best;
  });
}

std::optional<Decimal> total(const std::vector<Value>& items) {
  Decimal sum;
  for (const Value& item : items) {
    if (!item.is(Kind::kNumber)) return std::nullopt;
    const auto next = sum.add(item.number());
    if (!next) return std::nullopt;
    sum = *next;
  }
  return sum;
}

Value sum_function(const Args& args) {
  return over_list(args, [](const std::vector<Value>& items) -> Value {
    if (items.empty()) return {};
    if (!items[0].is(Kind::kMonthsDuration) && !items[0].is(Kind::kDaysDuration)) {
      return Value::from(total(items));
    }
    if (!all_of_kind(items, items[0].kind())) return {};
    const bool months = items[0].is(Kind::kMonthsDuration);
    int64_t sum = 0;
    for (const Value& item : items) {
      const int64_t amount = months ? item.months().months : item.days().seconds;
      if (__builtin_add_overflow(sum, amount, &sum)) return {};
    }
    return months ? Value(MonthsDuration{sum}) : Value(DaysDuration{sum});
  });
}

Value mean_function(const Args& args) {
  return over_list(args, [](const std::vector<Value>& items) -> Value {
    const auto sum = total(items);
    if (items.empty() || !sum) return {};
    return Value::from(sum->divide(Decimal(static_cast<int64_t>(items.size()))));
  });
}

Value median_function(const Args& args) {
  return over_list(args, [](const std::vector<Value>& items) -> Value {
    if (items.empty() || !all_of_kind(items, Kind::kNumber)) return {};
    std::vector<Decimal> numbers;
    numbers.reserve(items.size());
    for (const Value& item : items) numbers.push_back(item.number());
    std::sort(numbers.begin(), numbers.end());
    const size_t middle = numbers.size() / 2;
    if (numbers.size() % 2 == 1) return numbers[middle];
    const auto sum = numbers[middle - 1].add(numbers[middle]);
    return sum ? Value::from(sum->divide(Decimal(2))) : Value();
  });
}

Value product_function(const Args& args) {
  return over_list(args, [](const std::vector<Value>& items) -> Value {
    if (items.empty()) return {};
    std::optional<Decimal> product = Decimal(1);
    for (const Value& item : items) {
      if (!item.is(Kind::kNumber)) return {};
      product = product->multiply(item.number());
      if (!product) return {};
    }
    return *product;
  });
}

// "or" over what f gives for each element, uncertain rows included: an element that may be absent
// counts only if f gives false for it.
template <typename F>
Value any_element(const List& list, F f) {
  Value any = false;
  for (size_t i = 0; i < list.items.size(); ++i) {
    Value value = f(list.items[i]);
    if (list.is_maybe(i) && !value.is_false()) {
      value = Value::unknown(Causes::merged(list.maybe_causes, causes_of(value, {})));
    }
    any = logical_or(any, value);
  }
  const auto open = open_causes(list);
  return open ? logical_or(any, Value::unknown(open)) : any;
}

// Not yes or no: null, as a known operand of "and" and "or" would be.
Value yes_or_no(const Value& value) {
  return value.is(Kind::kBoolean) || value.is_unknown() ? value : Value();
}

// all([…]) and any([…]) are "and" and "or" over the list.
Value all_function(const Args& args) {
  return with_list(args, [](const List& list) {
    return logical_not(
        any_element(list, [](const Value& item) { return logical_not(yes_or_no(item)); }));
  });
}

Value any_function(const Args& args) {
  return with_list(args, [](const List& list) { return any_element(list, yes_or_no); });
}

Value list_contains(const Args& args) {
  return with_list(args, [&](const List& list) {
    return any_element(list, [&](const Value& item) {
      const Value same = equal(item, args[1]);
      return same.is_null() ? Value(false) : same;
    });
  });
}

Value count_function(const Args& args) {
  return over_list(args, [](const std::vector<Value>& items) -> Value {
    return static_cast<int64_t>(items.size());
  });
}

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

std::optional<size_t> position_in(const Value& position, size_t size) {
  if (!position.is(Kind::kNumber)) return std::nullopt;
  const auto at = position.number().to_int64();
  const auto n = static_cast<int64_t>(size);
  if (!at || *at == 0 || *at > n || *at < -n) return std::nullopt;
  return static_cast<size_t>(*at > 0 ? *at - 1 : n + *at);
}

Value sublist(const Args& args) {
  return over_list(args, [&](const std::vector<Value>& items) -> Value {
    const auto begin = position_in(args[1], items.size());
    if (!begin) return {};
    size_t length = items.size() - *begin;
    if (args.size() > 2) {
      if (!args[2].is(Kind::kNumber)) return {};
      const auto given = args[2].number().to_int64();
      if (!given || *given < 1 || static_cast<size_t>(*given) > length) return {};
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

// ---- contexts (§10.3.4.6) ----

Value get_value(const Args& args) {
  if (!args[0].is(Kind::kContext) || !args[1].is(Kind::kString)) return {};
  const Value* found = args[0].context().find(args[1].string());
  return found != nullptr ? *found : Value();
}

Value get_entries(const Args& args) {
  if (!args[0].is(Kind::kContext)) return {};
  std::vector<Value> out;
  for (const auto& [key, value] : args[0].context().entries) {
    Context entry;
    entry.entries = {{"key", Value(key)}, {"value", value}};
    out.emplace_back(std::move(entry));
  }
  return list_of_items(std::move(out));
}

Value day_of_week(const Args& args) {
  static constexpr const char* kNames[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                           "Friday", "Saturday", "Sunday"};
  if (!args[0].is(Kind::kDate)) return {};
  return kNames[args[0].date().weekday() - 1];
}

Value not_function(const Args& args) {
  return logical_not(args[0]);
}

Value is_function(const Args& args) {
  if (args[0].is_null() && args[1].is_null()) return true;
  return args[0].kind() == args[1].kind() && equal(args[0], args[1]).is_true();
}

std::vector<Builtin> make_builtins() {
  using T = BasicType;
  const auto round_with = [](Rounding mode) {
    return [mode](const Args& args) { return rounded(args, mode); };
  };
  return {
      {"date",
       {"year", "month", "day"},
       1,
       3,
       T::kDate,
       false,
       date_function,
       Unknowns::kSpread,
       false,
       {"from"}},
      {"duration", {"from"}, 1, 1, T::kAny, false, duration_function},
      {"years and months duration",
       {"from", "to"},
       2,
       2,
       T::kMonthsDuration,
       false,
       months_between},
      {"number",
       {"from", "grouping separator", "decimal separator"},
       1,
       3,
       T::kNumber,
       false,
       number_function},
      {"string", {"from"}, 1, 1, T::kString, false, string_function},
      {"not", {"negand"}, 1, 1, T::kBoolean, false, not_function},
      {"is", {"value1", "value2"}, 2, 2, T::kBoolean, false, is_function},
      {"decimal", {"n", "scale"}, 2, 2, T::kNumber, false, round_with(Rounding::kHalfEven)},
      {"floor", {"n", "scale"}, 1, 2, T::kNumber, false, round_with(Rounding::kFloor)},
      {"ceiling", {"n", "scale"}, 1, 2, T::kNumber, false, round_with(Rounding::kCeiling)},
      {"round up", {"n", "scale"}, 2, 2, T::kNumber, false, round_with(Rounding::kUp)},
      {"round down", {"n", "scale"}, 2, 2, T::kNumber, false, round_with(Rounding::kDown)},
      {"round half up", {"n", "scale"}, 2, 2, T::kNumber, false, round_with(Rounding::kHalfUp)},
      {"round half down", {"n", "scale"}, 2, 2, T::kNumber, false, round_with(Rounding::kHalfDown)},
      {"abs", {"n"}, 1, 1, T::kAny, false, absolute},
      {"modulo", {"dividend", "divisor"}, 2, 2, T::kNumber, false, modulo},
      {"odd", {"number"}, 1, 1, T::kBoolean, false, is_odd},
      {"even",
       {"number"},
       1,
       1,
       T::kBoolean,
       false,
       [](const Args& args) { return logical_not(is_odd(args)); }},
      {"substring", {"string", "start position", "length"}, 2, 3, T::kString, false, substring},
      {"string length",
       {"string"},
       1,
       1,
       T::kNumber,
       false,
       [](const Args& args) -> Value {
         if (!args[0].is(Kind::kString)) return {};
         return static_cast<int64_t>(code_point_count(args[0].string()));
       }},
      {"upper case",
       {"string"},
       1,
       1,
       T::kString,
       false,
       [](const Args& args) { return changed_case(args, 'a', 'A'); }},
      {"lower case",
       {"string"},
       1,
       1,
       T::kString,
       false,
       [](const Args& args) { return changed_case(args, 'A', 'a'); }},
      {"contains",
       {"string", "match"},
       2,
       2,
       T::kBoolean,
       false,
       [](const Args& args) {
         return with_two_strings(args, [](const std::string& s, const std::string& m) -> Value {
           return contains(s, m);
         });
       }},
      {"starts with",
       {"string", "match"},
       2,
       2,
       T::kBoolean,
       false,
       [](const Args& args) {
         return with_two_strings(args, [](const std::string& s, const std::string& m) -> Value {
           return s.starts_with(m);
         });
       }},
      {"ends with",
       {"string", "match"},
       2,
       2,
       T::kBoolean,
       false,
       [](const Args& args) {
         return with_two_strings(args, [](const std::string& s, const std::string& m) -> Value {
           return s.ends_with(m);
         });
       }},
      {"substring before",
       {"string", "match"},
       2,
       2,
       T::kString,
       false,
       [](const Args& args) {
         return with_two_strings(args, [](const std::string& s, const std::string& m) -> Value {
           const size_t at = s.find(m);
           return at == std::string::npos ? Value("") : Value(s.substr(0, at));
         });
       }},
      {"substring after",
       {"string", "match"},
       2,
       2,
       T::kString,
       false,
       [](const Args& args) {
         return with_two_strings(args, [](const std::string& s, const std::string& m) -> Value {
           const size_t at = s.find(m);
           return at == std::string::npos ? Value("") : Value(s.substr(at + m.size()));
         });
       }},
      {"split", {"string", "delimiter"}, 2, 2, T::kList, false, split_function},
      {"string join", {"list", "delimiter"}, 1, 2, T::kString, false, string_join},
      {"list contains",
       {"list", "element"},
       2,
       2,
       T::kBoolean,
       false,
       list_contains,
       Unknowns::kDecide},
      {"count", {"list"}, 1, -1, T::kNumber, true, count_function, Unknowns::kCarry},
      {"min", {"list"}, 1, -1, T::kAny, true, [](const Args& args) { return extreme(args, -1); }},
      {"max", {"list"}, 1, -1, T::kAny, true, [](const Args& args) { return extreme(args, 1); }},
      {"sum", {"list"}, 1, -1, T::kAny, true, sum_function},
      {"mean", {"list"}, 1, -1, T::kNumber, true, mean_function},
      {"median", {"list"}, 1, -1, T::kNumber, true, median_function},
      {"product", {"list"}, 1, -1, T::kNumber, true, product_function},
      {"all", {"list"}, 1, -1, T::kBoolean, true, all_function, Unknowns::kDecide},
      {"any", {"list"}, 1, -1, T::kBoolean, true, any_function, Unknowns::kDecide},
      {"distinct values", {"list"}, 1, 1, T::kList, true, distinct_values, Unknowns::kSpread, true},
      {"append", {"list", "item"}, 2, -1, T::kList, false, append_function, Unknowns::kCarry},
      {"concatenate", {"list"}, 1, -1, T::kList, false, concatenate, Unknowns::kCarry},
      {"union", {"list"}, 1, -1, T::kList, false, union_function, Unknowns::kSpread, true},
      {"reverse", {"list"}, 1, 1, T::kList, false, reverse_function, Unknowns::kCarry},
      {"index of", {"list", "match"}, 2, 2, T::kList, false, index_of},
      {"flatten", {"list"}, 1, 1, T::kList, false, flatten_function},
      {"sublist",
       {"list", "start position", "length"},
       2,
       3,
       T::kList,
       false,
       sublist,
       Unknowns::kCarry},
      {"insert before",
       {"list", "position", "newItem"},
       3,
       3,
       T::kList,
       false,
       insert_before,
       Unknowns::kCarry},
      {"remove", {"list", "position"}, 2, 2, T::kList, false, remove_function, Unknowns::kCarry},
      {"sort", {"list", "precedes"}, 1, 2, T::kList, false, sort_function},
      {"get value", {"m", "key"}, 2, 2, T::kAny, false, get_value, Unknowns::kCarry},
      {"get entries", {"m"}, 1, 1, T::kList, false, get_entries, Unknowns::kCarry},
      {"day of week", {"date"}, 1, 1, T::kString, false, day_of_week},
  };
}

}  // namespace

namespace {

// An aggregate over a list some of whose rows may be absent: the value if every choice of rows
// gives the same, else unknown.
Value over_choices(const Builtin& builtin, const std::vector<Value>& args) {
  const List& list = args[0].list();
  if (uncertain_rows(list) > kMaxTriedRows) return Value::unknown(list.maybe_causes);
  std::optional<Value> result;
  for (size_t choice = 0; choice >> uncertain_rows(list) == 0; ++choice) {
    List chosen;
    size_t m = 0;
    for (size_t i = 0; i < list.items.size(); ++i) {
      if (list.is_maybe(i) && (choice >> m++ & 1) == 0) continue;
      chosen.items.push_back(list.items[i]);
    }
    std::vector<Value> tried = args;
    tried[0] = Value(std::move(chosen));
    Value value = call_builtin(builtin, tried);
    if (value.is_unknown()) {
      return Value::unknown(Causes::merged(value.causes(), list.maybe_causes));
    }
    if (result && !equal(*result, value).is_true()) return Value::unknown(list.maybe_causes);
    result = std::move(value);
  }
  return *result;
}

}  // namespace

size_t uncertain_rows(const List& list) {
  return static_cast<size_t>(std::count(list.maybe.begin(), list.maybe.end(), true));
}

Value call_builtin(const Builtin& builtin, const std::vector<Value>& args) {
  CausesPtr causes;
  for (const Value& arg : args) {
    if (arg.is_unknown()) causes = Causes::merged(causes, arg.causes());
  }
  if (causes) return Value::unknown(causes);
  if (builtin.unknowns == Unknowns::kDecide) return builtin.call(args);
  const bool tries_rows =
      builtin.aggregate && !args.empty() && args[0].is(Kind::kList) && args[0].list().has_maybes();
  for (size_t i = 0; i < args.size(); ++i) {
    if (builtin.unknowns == Unknowns::kSpread && !(tries_rows && i == 0)) {
      causes = Causes::merged(causes, causes_within(args[i]));
    } else if (args[i].is(Kind::kList)) {
      causes = Causes::merged(
          causes, tries_rows && i == 0 ? open_causes(args[i].list()) : row_causes(args[i].list()));
    }
  }
  if (tries_rows && causes) causes = Causes::merged(causes, args[0].list().maybe_causes);
  if (causes) return Value::unknown(causes);
  return tries_rows ? over_choices(builtin, args) : builtin.call(args);
}

const std::vector<Builtin>& builtins() {
  static const std::vector<Builtin> kBuiltins = make_builtins();
  return kBuiltins;
}

const Builtin* find_builtin(std::string_view name) {
  static const auto kIndex = [] {
    std::map<std::string, const Builtin*, std::less<>> index;
    for (const Builtin& builtin : builtins()) index.emplace(builtin.name, &builtin);
    return index;
  }();
  const auto found = kIndex.find(name);
  return found == kIndex.end() ? nullptr : found->second;
}

bool is_builtin_name(std::string_view name) {
  return find_builtin(name) != nullptr;
}

}  // namespace dandang::feel
