#include "feel/value.h"

#include <algorithm>

namespace dandang::feel {

bool Causes::has_parameter() const {
  return std::any_of(items.begin(), items.end(),
                     [](const Cause& c) { return c.kind == Cause::Kind::kParameter; });
}

CausesPtr Causes::one(Cause cause) {
  auto causes = std::make_shared<Causes>();
  causes->items.push_back(std::move(cause));
  return causes;
}

CausesPtr Causes::merged(const CausesPtr& a, const CausesPtr& b) {
  if (a == nullptr || a == b) return b;
  if (b == nullptr) return a;
  auto causes = std::make_shared<Causes>();
  std::set_union(a->items.begin(), a->items.end(), b->items.begin(), b->items.end(),
                 std::back_inserter(causes->items));
  causes->more = a->more || b->more;
  if (causes->items.size() > kMaxCauses) {
    // A parameter among the causes decides between "not configured" and "insufficient": keep one.
    const auto parameter =
        std::find_if(causes->items.begin() + kMaxCauses, causes->items.end(),
                     [](const Cause& c) { return c.kind == Cause::Kind::kParameter; });
    if (parameter != causes->items.end() &&
        !Causes{{causes->items.begin(), causes->items.begin() + kMaxCauses}, false}
             .has_parameter()) {
      causes->items[kMaxCauses - 1] = *parameter;
      std::sort(causes->items.begin(), causes->items.begin() + kMaxCauses);
    }
    causes->items.resize(kMaxCauses);
    causes->more = true;
  }
  return causes;
}

namespace {

void grow(Extent& extent, const Value& part) {
  const Extent other = part.extent();
  // Bounded before it can wrap: nothing of this weight is ever kept.
  constexpr uint64_t kMost = uint64_t{1} << 60;
  extent.weight = std::min(kMost, extent.weight + other.weight);
  extent.depth = std::max(extent.depth, other.depth + 1);
}

Extent extent_of(const List& list) {
  Extent extent;
  for (const Value& item : list.items) grow(extent, item);
  return extent;
}

Extent extent_of(const Context& context) {
  Extent extent;
  for (const auto& [key, value] : context.entries) grow(extent, value);
  return extent;
}

}  // namespace

Value::Value(List list) {
  list.extent = extent_of(list);
  data_ = std::make_shared<const List>(std::move(list));
}
Value::Value(Context context) {
  context.extent = extent_of(context);
  data_ = std::make_shared<const Context>(std::move(context));
}
Value::Value(Range range) : data_(std::make_shared<const Range>(std::move(range))) {}
Value::Value(Function function) : data_(std::make_shared<const Function>(std::move(function))) {}

Value Value::unknown(CausesPtr causes) {
  Value value;
  value.data_ = std::move(causes);
  return value;
}

Extent Value::extent() const {
  switch (kind()) {
    case Kind::kString:
      return {1 + string().size() / 32, 0};
    case Kind::kList:
      return list().extent;
    case Kind::kContext:
      return context().extent;
    case Kind::kRange: {
      Extent extent;
      grow(extent, range().low);
      grow(extent, range().high);
      return extent;
    }
    case Kind::kFunction:
      return {1, function().depth};
    default:
      return {};
  }
}

void List::push(Value item, const CausesPtr& why) {
  const bool uncertain = why != nullptr;
  if (uncertain && maybe.empty()) maybe.resize(items.size(), false);
  items.push_back(std::move(item));
  if (uncertain || !maybe.empty()) maybe.push_back(uncertain);
  maybe_causes = Causes::merged(maybe_causes, why);
}

const Value* Context::find(std::string_view name) const {
  for (const auto& [key, value] : entries) {
    if (key == name) return &value;
  }
  return nullptr;
}

namespace {

void write(const Value& value, bool quoted, std::string& out);

// Inside a list or context a text is written as its literal.
void write_quoted(const std::string& text, std::string& out) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

// A key that could not be read back as a name is written as a text.
void write_key(const std::string& key, std::string& out) {
  constexpr std::string_view kMarks = "\"{}[](),:;<>=@\\\n\t\r!%&|#^~`$";
  const bool plain = !key.empty() && key.find_first_of(kMarks) == std::string::npos;
  if (plain) {
    out += key;
  } else {
    write_quoted(key, out);
  }
}

void write_range(const Range& range, std::string& out) {
  switch (range.form) {
    case Range::Form::kBelow:
      out += range.closed_high ? "<=" : "<";
      break;
    case Range::Form::kAbove:
      out += range.closed_low ? ">=" : ">";
      break;
    case Range::Form::kEqual:
      out += "=";
      break;
    case Range::Form::kNotEqual:
      out += "!=";
      break;
    case Range::Form::kBetween:
      out += range.closed_low ? '[' : '(';
      write(range.low, true, out);
      out += "..";
      write(range.high, true, out);
      out += range.closed_high ? ']' : ')';
      return;
  }
  write(range.low.is_null() ? range.high : range.low, true, out);
}

void write(const Value& value, bool quoted, std::string& out) {
  using Kind = Value::Kind;
  if (out.size() > kMaxTextBytes) return;
  switch (value.kind()) {
    case Kind::kNull:
      out += "null";
      return;
    case Kind::kUnknown:
      out += "unknown";
      return;
    case Kind::kBoolean:
      out += value.boolean() ? "true" : "false";
      return;
    case Kind::kNumber:
      out += value.number().to_string();
      return;
    case Kind::kString:
      if (quoted) {
        write_quoted(value.string(), out);
      } else {
        out += value.string();
      }
      return;
    case Kind::kDate:
      out += value.date().to_string();
      return;
    case Kind::kMonthsDuration:
      out += to_text(value.months());
      return;
    case Kind::kDaysDuration:
      out += to_text(value.days());
      return;
    case Kind::kList: {
      out += '[';
      const char* separator = "";
      for (const Value& item : value.list().items) {
        out += separator;
        separator = ", ";
        write(item, true, out);
        if (out.size() > kMaxTextBytes) return;
      }
      out += ']';
      return;
    }
    case Kind::kContext: {
      out += '{';
      const char* separator = "";
      for (const auto& [key, entry] : value.context().entries) {
        out += separator;
        separator = ", ";
        write_key(key, out);
        out += ": ";
        write(entry, true, out);
        if (out.size() > kMaxTextBytes) return;
      }
      out += '}';
      return;
    }
    case Kind::kRange:
      write_range(value.range(), out);
      return;
    case Kind::kFunction:
      out += "function";
      return;
    case Kind::kEntity:
      out += value.entity().source->describe(value.entity());
      return;
    case Kind::kTime:
      out += to_text(value.time());
      return;
    case Kind::kDateTime:
      out += to_text(value.date_and_time());
      return;
  }
}

}  // namespace

std::string Value::to_string() const {
  std::string out;
  write(*this, false, out);
  return out;
}

CausesPtr causes_of(const Value& a, const Value& b) {
  return Causes::merged(a.is_unknown() ? a.causes() : nullptr,
                        b.is_unknown() ? b.causes() : nullptr);
}

Value logical_and(const Value& a, const Value& b) {
  if (a.is_false() || b.is_false()) return false;
  if (const auto causes = causes_of(a, b)) return Value::unknown(causes);
  if (a.is_true() && b.is_true()) return true;
  return {};
}

Value logical_or(const Value& a, const Value& b) {
  if (a.is_true() || b.is_true()) return true;
  if (const auto causes = causes_of(a, b)) return Value::unknown(causes);
  if (a.is_false() && b.is_false()) return false;
  return {};
}

Value logical_not(const Value& a) {
  if (a.is_unknown()) return a;
  return a.is(Value::Kind::kBoolean) ? Value(!a.boolean()) : Value();
}

std::optional<int> compare(const Value& a, const Value& b) {
  const auto sign = [](auto order) { return order < 0 ? -1 : order > 0 ? 1 : 0; };
  if (a.kind() != b.kind()) return std::nullopt;
  switch (a.kind()) {
    case Value::Kind::kNumber:
      return sign(a.number() <=> b.number());
    case Value::Kind::kString:
      return sign(a.string().compare(b.string()));
    case Value::Kind::kDate:
      return sign(a.date() <=> b.date());
    case Value::Kind::kMonthsDuration:
      return sign(a.months() <=> b.months());
    case Value::Kind::kDaysDuration:
      return sign(a.days() <=> b.days());
    case Value::Kind::kTime:
      return compare(a.time(), b.time());
    case Value::Kind::kDateTime:
      return compare(a.date_and_time(), b.date_and_time());
    default:
      return std::nullopt;
  }
}

CausesPtr open_causes(const List& list) {
  return list.openness ? list.openness->missing({}) : nullptr;
}

CausesPtr row_causes(const List& list) {
  return Causes::merged(list.maybe_causes, open_causes(list));
}

CausesPtr causes_within(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kUnknown:
      return value.causes();
    case Value::Kind::kList: {
      CausesPtr causes = row_causes(value.list());
      for (const Value& item : value.list().items) {
        causes = Causes::merged(causes, causes_within(item));
      }
      return causes;
    }
    case Value::Kind::kContext: {
      CausesPtr causes;
      for (const auto& [key, entry] : value.context().entries) {
        causes = Causes::merged(causes, causes_within(entry));
      }
      return causes;
    }
    case Value::Kind::kRange:
      return causes_of(value.range().low, value.range().high);
    default:
      return nullptr;
  }
}

namespace {

using Sameness = Value (*)(const Value&, const Value&);

Value equal_lists(const List& a, const List& b, Sameness same) {
  if (const auto causes = Causes::merged(row_causes(a), row_causes(b))) {
    return Value::unknown(causes);
  }
  if (a.items.size() != b.items.size()) return false;
  Value all = true;
  for (size_t i = 0; i < a.items.size() && !all.is_false(); ++i) {
    all = logical_and(all, same(a.items[i], b.items[i]));
  }
  return all;
}

Value equal_contexts(const Context& a, const Context& b, Sameness same) {
  if (a.entries.size() != b.entries.size()) return false;
  Value all = true;
  for (const auto& [key, value] : a.entries) {
    const Value* other = b.find(key);
    if (other == nullptr) return false;
    all = logical_and(all, same(value, *other));
  }
  return all;
}

Value equal_ranges(const Range& a, const Range& b, Sameness same) {
  if (a.form != b.form || a.closed_low != b.closed_low || a.closed_high != b.closed_high) {
    return false;
  }
  return logical_and(same(a.low, b.low), same(a.high, b.high));
}

}  // namespace

Value equal(const Value& a, const Value& b) {
  if (const auto causes = causes_of(a, b)) return Value::unknown(causes);
  if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
  // Values of different kinds are neither equal nor different: null, as for any other comparison.
  if (a.kind() != b.kind()) return {};
  switch (a.kind()) {
    case Value::Kind::kBoolean:
      return a.boolean() == b.boolean();
    case Value::Kind::kList:
      return equal_lists(a.list(), b.list(), equal);
    case Value::Kind::kContext:
      return equal_contexts(a.context(), b.context(), equal);
    case Value::Kind::kRange:
      return equal_ranges(a.range(), b.range(), equal);
    case Value::Kind::kEntity:
      return a.entity() == b.entity();
    case Value::Kind::kFunction:
      return {};
    default: {
      // A local time and one with a zone are neither equal nor different.
      const auto order = compare(a, b);
      return order ? Value(*order == 0) : Value();
    }
  }
}

Value identical(const Value& a, const Value& b) {
  if (const auto causes = causes_of(a, b)) return Value::unknown(causes);
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Value::Kind::kTime:
      return a.time() == b.time();
    case Value::Kind::kDateTime:
      return a.date_and_time() == b.date_and_time();
    case Value::Kind::kList:
      return equal_lists(a.list(), b.list(), identical);
    case Value::Kind::kContext:
      return equal_contexts(a.context(), b.context(), identical);
    case Value::Kind::kRange:
      return equal_ranges(a.range(), b.range(), identical);
    default: {
      const Value same = equal(a, b);
      return same.is_null() ? Value(false) : same;
    }
  }
}

}  // namespace dandang::feel
