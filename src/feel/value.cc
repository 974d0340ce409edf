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
    if (parameter != causes->items.end() && !Causes{{causes->items.begin(),
                                                     causes->items.begin() + kMaxCauses},
                                                    false}
                                                 .has_parameter()) {
      causes->items[kMaxCauses - 1] = *parameter;
      std::sort(causes->items.begin(), causes->items.begin() + kMaxCauses);
    }
    causes->items.resize(kMaxCauses);
    causes->more = true;
  }
  return causes;
}

Value::Value(List list) : data_(std::make_shared<const List>(std::move(list))) {}
Value::Value(Context context) : data_(std::make_shared<const Context>(std::move(context))) {}
Value::Value(Range range) : data_(std::make_shared<const Range>(std::move(range))) {}
Value::Value(Function function) : data_(std::make_shared<const Function>(std::move(function))) {}

Value Value::unknown(CausesPtr causes) {
  Value value;
  value.data_ = std::move(causes);
  return value;
}

const Value* Context::find(std::string_view name) const {
  for (const auto& [key, value] : entries) {
    if (key == name) return &value;
  }
  return nullptr;
}

namespace {

std::string months_to_string(int64_t months) {
  const bool negative = months < 0;
  const int64_t m = negative ? -months : months;
  std::string out = negative ? "-P" : "P";
  if (m / 12 != 0) out += std::to_string(m / 12) + "Y";
  if (m % 12 != 0 || m == 0) out += std::to_string(m % 12) + "M";
  return out;
}

std::string seconds_to_string(int64_t seconds) {
  const bool negative = seconds < 0;
  const int64_t s = negative ? -seconds : seconds;
  std::string out = negative ? "-P" : "P";
  if (s / 86400 != 0) out += std::to_string(s / 86400) + "D";
  const int64_t rest = s % 86400;
  if (rest != 0 || s == 0) out += "T";
  if (rest / 3600 != 0) out += std::to_string(rest / 3600) + "H";
  if (rest % 3600 / 60 != 0) out += std::to_string(rest % 3600 / 60) + "M";
  if (rest % 60 != 0 || s == 0) out += std::to_string(rest % 60) + "S";
  return out;
}

std::string nested(const Value& value) {
  return value.is(Value::Kind::kString) ? "\"" + value.string() + "\"" : value.to_string();
}

}  // namespace

std::string Value::to_string() const {
  switch (kind()) {
    case Kind::kNull: return "null";
    case Kind::kUnknown: return "unknown";
    case Kind::kBoolean: return boolean() ? "true" : "false";
    case Kind::kNumber: return number().to_string();
    case Kind::kString: return string();
    case Kind::kDate: return date().to_string();
    case Kind::kMonthsDuration: return months_to_string(months().months);
    case Kind::kDaysDuration: return seconds_to_string(days().seconds);
    case Kind::kList: {
      std::string out = "[";
      for (const Value& item : list().items) out += (out.size() > 1 ? ", " : "") + nested(item);
      return out + "]";
    }
    case Kind::kContext: {
      std::string out = "{";
      for (const auto& [key, value] : context().entries) {
        out += (out.size() > 1 ? ", " : "") + key + ": " + nested(value);
      }
      return out + "}";
    }
    case Kind::kRange:
      return std::string(range().closed_low ? "[" : "(") + nested(range().low) + ".." +
             nested(range().high) + (range().closed_high ? "]" : ")");
    case Kind::kFunction: return "function";
    case Kind::kEntity: return entity().source->describe(entity());
  }
  return "";
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
    case Value::Kind::kNumber: return sign(a.number() <=> b.number());
    case Value::Kind::kString: return sign(a.string().compare(b.string()));
    case Value::Kind::kDate: return sign(a.date() <=> b.date());
    case Value::Kind::kMonthsDuration: return sign(a.months() <=> b.months());
    case Value::Kind::kDaysDuration: return sign(a.days() <=> b.days());
    default: return std::nullopt;
  }
}

CausesPtr open_causes(const List& list) {
  return list.openness ? list.openness->missing({}, false) : nullptr;
}

namespace {

Value equal_lists(const List& a, const List& b) {
  CausesPtr causes = Causes::merged(a.maybe_causes, b.maybe_causes);
  causes = Causes::merged(causes, Causes::merged(open_causes(a), open_causes(b)));
  if (causes) return Value::unknown(causes);
  if (a.items.size() != b.items.size()) return false;
  Value all = true;
  for (size_t i = 0; i < a.items.size(); ++i) {
    all = logical_and(all, equal(a.items[i], b.items[i]));
  }
  return all;
}

Value equal_contexts(const Context& a, const Context& b) {
  if (a.entries.size() != b.entries.size()) return false;
  Value all = true;
  for (const auto& [key, value] : a.entries) {
    const Value* other = b.find(key);
    if (other == nullptr) return false;
    all = logical_and(all, equal(value, *other));
  }
  return all;
}

}  // namespace

Value equal(const Value& a, const Value& b) {
  if (const auto causes = causes_of(a, b)) return Value::unknown(causes);
  if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
  if (a.kind() != b.kind()) return {};
  switch (a.kind()) {
    case Value::Kind::kBoolean: return a.boolean() == b.boolean();
    case Value::Kind::kList: return equal_lists(a.list(), b.list());
    case Value::Kind::kContext: return equal_contexts(a.context(), b.context());
    case Value::Kind::kRange:
      if (a.range().closed_low != b.range().closed_low ||
          a.range().closed_high != b.range().closed_high) {
        return false;
      }
      return logical_and(equal(a.range().low, b.range().low), equal(a.range().high, b.range().high));
    case Value::Kind::kEntity: return a.entity() == b.entity();
    case Value::Kind::kFunction: return {};
    default: return compare(a, b) == 0;
  }
}

}  // namespace dandang::feel
