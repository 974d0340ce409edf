#include "feel/functions.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "base/text.h"

namespace dandang::feel {
namespace {

using Kind = Value::Kind;
using Args = std::vector<Value>;

bool all_of_kind(const Args& args, Kind kind) {
  return std::all_of(args.begin(), args.end(), [&](const Value& v) { return v.is(kind); });
}

// The causes of unknown elements; null if every element is known.
CausesPtr unknown_elements(const std::vector<Value>& items) {
  CausesPtr causes;
  for (const Value& item : items) {
    if (item.is_unknown()) causes = Causes::merged(causes, item.causes());
  }
  return causes;
}

// ---- conversion (DMN 1.5 §10.3.4.1) ----

std::optional<MonthsDuration> parse_months(std::string_view text) {
  const bool negative = text.starts_with("-");
  if (negative) text.remove_prefix(1);
  if (!text.starts_with("P")) return std::nullopt;
  text.remove_prefix(1);
  int64_t months = 0;
  bool any = false;
  bool years_allowed = true;
  while (!text.empty()) {
    size_t n = 0;
    while (n < text.size() && text[n] >= '0' && text[n] <= '9') ++n;
    if (n == 0 || n > 9 || n >= text.size()) return std::nullopt;
    const int64_t amount = std::stoll(std::string(text.substr(0, n)));
    if (text[n] == 'Y' && years_allowed) {
      months += amount * 12;
      years_allowed = false;
    } else if (text[n] == 'M' && n + 1 == text.size()) {
      months += amount;
    } else {
      return std::nullopt;
    }
    any = true;
    text.remove_prefix(n + 1);
  }
  if (!any) return std::nullopt;
  return MonthsDuration{negative ? -months : months};
}

std::optional<DaysDuration> parse_days(std::string_view text) {
  const bool negative = text.starts_with("-");
  if (negative) text.remove_prefix(1);
  if (!text.starts_with("P")) return std::nullopt;
  text.remove_prefix(1);
  int64_t seconds = 0;
  bool time = false;
  bool any = false;
  while (!text.empty()) {
    if (text[0] == 'T' && !time) {
      time = true;
      text.remove_prefix(1);
      continue;
    }
    size_t n = 0;
    while (n < text.size() && text[n] >= '0' && text[n] <= '9') ++n;
    if (n == 0 || n > 9 || n >= text.size()) return std::nullopt;
    const int64_t amount = std::stoll(std::string(text.substr(0, n)));
    const char unit = text[n];
    if (unit == 'D' && !time) {
      seconds += amount * 86400;
    } else if (unit == 'H' && time) {
      seconds += amount * 3600;
    } else if (unit == 'M' && time) {
      seconds += amount * 60;
    } else if (unit == 'S' && time) {
      seconds += amount;
    } else {
      return std::nullopt;
    }
    any = true;
    text.remove_prefix(n + 1);
  }
  if (!any) return std::nullopt;
  return DaysDuration{negative ? -seconds : seconds};
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
  const auto date = Date::from_ymd(static_cast<int>(*year), static_cast<int>(*month),
                                   static_cast<int>(*day));
  return date ? Value(*date) : Value();
}

Value duration_function(const Args& args) {
  if (!args[0].is(Kind::kString)) return {};
  if (const auto months = parse_months(args[0].string())) return *months;
  if (const auto days = parse_days(args[0].string())) return *days;
  return {};
}

Value months_between(const Args& args) {
  if (!all_of_kind(args, Kind::kDate)) return {};
  return MonthsDuration{whole_months_between(args[0].date(), args[1].date())};
}

Value number_function(const Args& args) {
  if (args[0].is(Kind::kNumber)) return args[0];
  if (!args[0].is(Kind::kString)) return {};
  std::string text = args[0].string();
  const auto separator = [&](size_t i) {
    return args.size() > i && args[i].is(Kind::kString) ? args[i].string() : std::string();
  };
  if (const std::string group = separator(1); !group.empty()) {
    std::erase(text, group[0]);
  }
  if (const std::string point = separator(2); !point.empty() && point != ".") {
    std::replace(text.begin(), text.end(), point[0], '.');
  }
  return Value::from(Decimal::parse(text));
}

Value string_function(const Args& args) {
  return args[0].is_null() ? Value() : Value(args[0].to_string());
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
  if (args[0].is(Kind::kMonthsDuration)) return MonthsDuration{std::abs(args[0].months().months)};
  if (args[0].is(Kind::kDaysDuration)) return DaysDuration{std::abs(args[0].days().seconds)};
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
  return encode(std::u32string_view(points).substr(static_cast<size_t>(begin),
                                                   static_cast<size_t>(length)));
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

Value string_join(const Args& args) {
  if (!args[0].is(Kind::kList)) return {};
  const std::string by = args.size() > 1 && args[1].is(Kind::kString) ? args[1].string() : "";
  std::string out;
  bool first = true;
  for (const Value& item : args[0].list().items) {
    if (item.is_null()) continue;
    if (!item.is(Kind::kString)) return {};
    out += (first ? "" : by) + item.string();
    first = false;
  }
  return out;
}

// ---- lists (§10.3.4.4) ----

const std::vector<Value>& items_of(const Args& args) { return args[0].list().items; }

Value list_of_items(std::vector<Value> items) {
  List list;
  list.items = std::move(items);
  return list;
}

template <typename F>
Value over_list(const Args& args, F f) {
  if (!args[0].is(Kind::kList)) return {};
  return f(items_of(args));
}

// Aggregates over known elements: unknown if any element is.
template <typename F>
Value over_known(const Args& args, F f) {
  return over_list(args, [&](const std::vector<Value>& items) -> Value {
    if (const auto causes = unknown_elements(items)) return Value::unknown(causes);
    return f(items);
  });
}

Value extreme(const Args& args, int wanted) {
  return over_known(args, [&](const std::vector<Value>& items) -> Value {
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
  return over_known(args, [](const std::vector<Value>& items) -> Value {
    if (items.empty()) return {};
    if (!items[0].is(Kind::kMonthsDuration) && !items[0].is(Kind::kDaysDuration)) {
      return Value::from(total(items));
    }
    if (!all_of_kind(items, items[0].kind())) return {};
    if (items[0].is(Kind::kMonthsDuration)) {
      MonthsDuration sum;
      for (const Value& item : items) sum.months += item.months().months;
      return sum;
    }
    DaysDuration sum;
    for (const Value& item : items) sum.seconds += item.days().seconds;
    return sum;
  });
}

Value mean_function(const Args& args) {
  return over_known(args, [](const std::vector<Value>& items) -> Value {
    const auto sum = total(items);
    if (items.empty() || !sum) return {};
    return Value::from(sum->divide(Decimal(static_cast<int64_t>(items.size()))));
  });
}

Value median_function(const Args& args) {
  return over_known(args, [](const std::vector<Value>& items) -> Value {
    if (items.empty() || !all_of_kind(items, Kind::kNumber)) return {};
    std::vector<Decimal> numbers;
    for (const Value& item : items) numbers.push_back(item.number());
    std::sort(numbers.begin(), numbers.end());
    const size_t middle = numbers.size() / 2;
    if (numbers.size() % 2 == 1) return numbers[middle];
    const auto sum = numbers[middle - 1].add(numbers[middle]);
    return sum ? Value::from(sum->divide(Decimal(2))) : Value();
  });
}

Value product_function(const Args& args) {
  return over_known(args, [](const std::vector<Value>& items) -> Value {
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

// all([…]) and any([…]) are "and" and "or" over the list.
Value all_function(const Args& args) {
  return over_list(args, [](const std::vector<Value>& items) {
    Value result = true;
    for (const Value& item : items) result = logical_and(result, item);
    return result;
  });
}

Value any_function(const Args& args) {
  return over_list(args, [](const std::vector<Value>& items) {
    Value result = false;
    for (const Value& item : items) result = logical_or(result, item);
    return result;
  });
}

Value list_contains(const Args& args) {
  return over_list(args, [&](const std::vector<Value>& items) {
    Value found = false;
    for (const Value& item : items) {
      const Value same = equal(item, args[1]);
      found = logical_or(found, same.is_null() ? Value(false) : same);
    }
    return found;
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
    const bool seen = std::any_of(out.begin(), out.end(), [&](const Value& other) {
      return equal(item, other).is_true();
    });
    if (!seen) out.push_back(item);
  }
  return out;
}

Value distinct_values(const Args& args) {
  return over_known(args, [](const std::vector<Value>& items) { return list_of_items(distinct(items)); });
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
    if (!arg.is(Kind::kList)) return {};
    out.insert(out.end(), arg.list().items.begin(), arg.list().items.end());
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
  return over_known(args, [&](const std::vector<Value>& items) {
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

Value sort_function(const Args& args) {
  return over_known(args, [&](std::vector<Value> items) -> Value {
    if (args.size() > 1 && !args[1].is(Kind::kFunction)) return {};
    bool comparable = true;
    // Insertion by merging keeps equal items in their order and survives a precedes function that is
    // no order at all, which std::sort would not.
    std::vector<Value> sorted;
    const auto precedes = [&](const Value& a, const Value& b) {
      if (args.size() > 1) return args[1].function().call({a, b}).is_true();
      const auto order = compare(a, b);
      comparable = comparable && order.has_value();
      return order && *order < 0;
    };
    for (Value& item : items) {
      auto at = sorted.end();
      while (at != sorted.begin() && precedes(item, *std::prev(at))) --at;
      sorted.insert(at, std::move(item));
    }
    return comparable ? list_of_items(std::move(sorted)) : Value();
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

Value not_function(const Args& args) { return logical_not(args[0]); }

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
      {"date", {"year", "month", "day"}, 1, 3, T::kDate, false, date_function},
      {"duration", {"from"}, 1, 1, T::kAny, false, duration_function},
      {"years and months duration", {"from", "to"}, 2, 2, T::kMonthsDuration, false, months_between},
      {"number", {"from", "grouping separator", "decimal separator"}, 1, 3, T::kNumber, false, number_function},
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
      {"even", {"number"}, 1, 1, T::kBoolean, false,
       [](const Args& args) { return logical_not(is_odd(args)); }},
      {"substring", {"string", "start position", "length"}, 2, 3, T::kString, false, substring},
      {"string length", {"string"}, 1, 1, T::kNumber, false,
       [](const Args& args) -> Value {
         if (!args[0].is(Kind::kString)) return {};
         return static_cast<int64_t>(code_point_count(args[0].string()));
       }},
      {"upper case", {"string"}, 1, 1, T::kString, false,
       [](const Args& args) { return changed_case(args, 'a', 'A'); }},
      {"lower case", {"string"}, 1, 1, T::kString, false,
       [](const Args& args) { return changed_case(args, 'A', 'a'); }},
      {"contains", {"string", "match"}, 2, 2, T::kBoolean, false,
       [](const Args& args) {
         return with_two_strings(args, [](const std::string& s, const std::string& m) -> Value {
           return contains(s, m);
         });
       }},
      {"starts with", {"string", "match"}, 2, 2, T::kBoolean, false,
       [](const Args& args) {
         return with_two_strings(args, [](const std::string& s, const std::string& m) -> Value {
           return s.starts_with(m);
         });
       }},
      {"ends with", {"string", "match"}, 2, 2, T::kBoolean, false,
       [](const Args& args) {
         return with_two_strings(args, [](const std::string& s, const std::string& m) -> Value {
           return s.ends_with(m);
         });
       }},
      {"substring before", {"string", "match"}, 2, 2, T::kString, false,
       [](const Args& args) {
         return with_two_strings(args, [](const std::string& s, const std::string& m) -> Value {
           const size_t at = s.find(m);
           return at == std::string::npos ? Value("") : Value(s.substr(0, at));
         });
       }},
      {"substring after", {"string", "match"}, 2, 2, T::kString, false,
       [](const Args& args) {
         return with_two_strings(args, [](const std::string& s, const std::string& m) -> Value {
           const size_t at = s.find(m);
           return at == std::string::npos ? Value("") : Value(s.substr(at + m.size()));
         });
       }},
      {"split", {"string", "delimiter"}, 2, 2, T::kList, false, split_function},
      {"string join", {"list", "delimiter"}, 1, 2, T::kString, false, string_join},
      {"list contains", {"list", "element"}, 2, 2, T::kBoolean, false, list_contains},
      {"count", {"list"}, 1, -1, T::kNumber, true, count_function},
      {"min", {"list"}, 1, -1, T::kAny, true, [](const Args& args) { return extreme(args, -1); }},
      {"max", {"list"}, 1, -1, T::kAny, true, [](const Args& args) { return extreme(args, 1); }},
      {"sum", {"list"}, 1, -1, T::kAny, true, sum_function},
      {"mean", {"list"}, 1, -1, T::kNumber, true, mean_function},
      {"median", {"list"}, 1, -1, T::kNumber, true, median_function},
      {"product", {"list"}, 1, -1, T::kNumber, true, product_function},
      {"all", {"list"}, 1, -1, T::kBoolean, true, all_function},
      {"any", {"list"}, 1, -1, T::kBoolean, true, any_function},
      {"distinct values", {"list"}, 1, 1, T::kList, true, distinct_values},
      {"append", {"list", "item"}, 2, -1, T::kList, false, append_function},
      {"concatenate", {"list"}, 1, -1, T::kList, false, concatenate},
      {"union", {"list"}, 1, -1, T::kList, false, union_function},
      {"reverse", {"list"}, 1, 1, T::kList, false, reverse_function},
      {"index of", {"list", "match"}, 2, 2, T::kList, false, index_of},
      {"flatten", {"list"}, 1, 1, T::kList, false, flatten_function},
      {"sublist", {"list", "start position", "length"}, 2, 3, T::kList, false, sublist},
      {"insert before", {"list", "position", "newItem"}, 3, 3, T::kList, false, insert_before},
      {"remove", {"list", "position"}, 2, 2, T::kList, false, remove_function},
      {"sort", {"list", "precedes"}, 1, 2, T::kList, false, sort_function},
      {"get value", {"m", "key"}, 2, 2, T::kAny, false, get_value},
      {"get entries", {"m"}, 1, 1, T::kList, false, get_entries},
      {"day of week", {"date"}, 1, 1, T::kString, false, day_of_week},
  };
}

}  // namespace

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

bool is_builtin_name(std::string_view name) { return find_builtin(name) != nullptr; }

}  // namespace dandang::feel
