// range() and the functions that compare points and ranges (DMN 1.5 §10.3.4.1 and §10.3.4.11).

#include "base/diagnostic.h"
#include "feel/functions_internal.h"
#include "feel/operators.h"
#include "feel/parser.h"

namespace dandang::feel {
namespace {

using Kind = Value::Kind;
using T = BasicType;

// ---- range("[1..5]") ----

// What may end a range written in a text: a literal, or a call that makes a date, time or duration
// of literals. Null stands for everything else.
Value literal_value(const Node& node) {
  switch (node.kind) {
    case NodeKind::kNumber:
      return node.number;
    case NodeKind::kString:
      return node.name;
    case NodeKind::kAtLiteral:
      return node.constant;
    case NodeKind::kNegate:
      return negated(literal_value(node.child(0)));
    case NodeKind::kCall: {
      if (node.child(0).kind != NodeKind::kName || !node.arg_names.empty()) return {};
      const std::string& name = node.child(0).name;
      const Builtin* builtin = find_builtin(name);
      const bool makes = name == "date" || name == "time" || name == "date and time" ||
                         name == "duration" || name == "years and months duration";
      const auto count = static_cast<int>(node.children.size()) - 1;
      if (!makes || count < builtin->min_args || count > builtin->max_args) return {};
      Args args;
      for (int i = 1; i <= count; ++i)
        args.push_back(literal_value(node.child(static_cast<size_t>(i))));
      return builtin->call(args);
    }
    default:
      return {};
  }
}

// One end; no value if the text is neither empty nor a literal.
std::optional<Value> end_of(const std::string& text) {
  if (text.find_first_not_of(" \t\r\n") == std::string::npos) return Value();
  constexpr int kMaxDepth = 10;
  ParseOptions options;
  options.max_depth = kMaxDepth;
  Diagnostics diagnostics;
  const auto expression = parse_expression(Source::plain(text), options, diagnostics);
  if (expression == nullptr) return std::nullopt;
  Value value = literal_value(*expression->root);
  return value.is_null() ? std::nullopt : std::optional(std::move(value));
}

// Where the two dots between the ends stand, outside any quotes.
size_t dots_in(std::string_view text) {
  bool quoted = false;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && quoted) {
      ++i;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[i] == '.' && text[i + 1] == '.') {
      return i;
    }
  }
  return std::string_view::npos;
}

std::optional<bool> closed_by(char bracket, char closed, std::string_view open) {
  if (bracket == closed) return true;
  return open.find(bracket) != std::string_view::npos ? std::optional(false) : std::nullopt;
}

Value range_function(const Args& args) {
  if (!args[0].is(Kind::kString)) return {};
  const std::string text = trimmed(args[0].string());
  const size_t dots = dots_in(text);
  if (text.size() < 4 || dots == std::string_view::npos || dots + 2 >= text.size()) return {};
  const auto closed_low = closed_by(text.front(), '[', "(]");
  const auto closed_high = closed_by(text.back(), ']', ")[");
  const auto low = end_of(text.substr(1, dots - 1));
  const auto high = end_of(text.substr(dots + 2, text.size() - dots - 3));
  if (!closed_low || !closed_high || !low || !high) return {};
  if (low->is_null() && high->is_null()) return {};
  // An end that is not there cannot be inside.
  if ((low->is_null() && *closed_low) || (high->is_null() && *closed_high)) return {};
  if (!low->is_null() && !high->is_null()) {
    const auto order = compare(*low, *high);
    if (!order || *order > 0) return {};
  }
  Range range;
  range.low = *low;
  range.high = *high;
  range.closed_low = *closed_low;
  range.closed_high = *closed_high;
  return range;
}

// ---- points and ranges ----

// One end of a range, or a point: a value, or further than all values on one side.
struct Bound {
  Value value;
  int infinite = 0;  // -1 before all values, 1 behind them
  bool included = true;
};

struct Interval {
  Bound start;
  Bound end;
};

Interval interval_of(const Range& range) {
  Interval out{{range.low, 0, range.closed_low}, {range.high, 0, range.closed_high}};
  if (range.form == Range::Form::kBelow) out.start = {{}, -1, false};
  if (range.form == Range::Form::kAbove) out.end = {{}, 1, false};
  if (range.form == Range::Form::kEqual) out = {{range.low, 0, true}, {range.low, 0, true}};
  return out;
}

Value less(const Bound& a, const Bound& b) {
  if (a.infinite != 0 || b.infinite != 0) return a.infinite < b.infinite;
  return compare_op(Op::kLt, a.value, b.value);
}

Value same(const Bound& a, const Bound& b) {
  if (a.infinite != 0 || b.infinite != 0) return a.infinite == b.infinite;
  const auto order = compare(a.value, b.value);
  return order ? Value(*order == 0) : Value();
}

Value both(const Value& a, const Value& b) {
  return logical_and(a, b);
}
Value either(const Value& a, const Value& b) {
  return logical_or(a, b);
}

Value starts_before(const Interval& a, const Interval& b) {
  return either(less(a.start, b.start),
                both(same(a.start, b.start), a.start.included || !b.start.included));
}
Value ends_behind(const Interval& a, const Interval& b) {
  return either(less(b.end, a.end), both(same(a.end, b.end), a.end.included || !b.end.included));
}
Value same_start(const Interval& a, const Interval& b) {
  return both(same(a.start, b.start), a.start.included == b.start.included);
}
Value same_end(const Interval& a, const Interval& b) {
  return both(same(a.end, b.end), a.end.included == b.end.included);
}

// The end of one before the start of another, or where they touch without both being inside.
Value wholly_before(const Bound& end, const Bound& start) {
  return either(less(end, start), both(same(end, start), !end.included || !start.included));
}
Value touches(const Bound& end, const Bound& start) {
  return both(same(end, start), end.included && start.included);
}
// The start of one reaches the end of another or lies before it.
Value reaches(const Bound& start, const Bound& end) {
  return either(less(start, end), touches(start, end));
}

Value before(const Interval& a, const Interval& b) {
  return wholly_before(a.end, b.start);
}
Value meets(const Interval& a, const Interval& b) {
  return touches(a.end, b.start);
}
Value overlaps(const Interval& a, const Interval& b) {
  return both(reaches(b.start, a.end), reaches(a.start, b.end));
}
Value overlaps_before(const Interval& a, const Interval& b) {
  const Value first = either(less(a.start, b.start),
                             both(same(a.start, b.start), a.start.included && !b.start.included));
  const Value last =
      either(less(a.end, b.end), both(same(a.end, b.end), !a.end.included || b.end.included));
  return both(both(first, reaches(b.start, a.end)), last);
}
Value finishes(const Interval& a, const Interval& b) {
  return both(same_end(a, b), starts_before(b, a));
}
Value includes(const Interval& a, const Interval& b) {
  return both(starts_before(a, b), ends_behind(a, b));
}
Value starts(const Interval& a, const Interval& b) {
  return both(same_start(a, b), ends_behind(b, a));
}
Value coincides(const Interval& a, const Interval& b) {
  return both(same_start(a, b), same_end(a, b));
}

// With a point among its arguments a function asks less of the range's ends.
Value point_includes(const Interval& range, const Bound& point) {
  const Value inside = both(less(range.start, point), less(point, range.end));
  const Value at_start = both(same(range.start, point), range.start.included);
  const Value at_end = both(same(range.end, point), range.end.included);
  return either(inside, either(at_start, at_end));
}
Value point_ends(const Interval& range, const Bound& point) {
  return both(range.end.included, same(range.end, point));
}
Value point_begins(const Interval& range, const Bound& point) {
  return both(range.start.included, same(range.start, point));
}

using OfRanges = Value (*)(const Interval&, const Interval&);
using OfPoint = Value (*)(const Interval&, const Bound&);

bool is_point(const Value& value) {
  return compare(value, value).has_value();
}

// Which arguments a function takes beside two ranges.
enum class Points { kNone, kEither, kFirst, kSecond, kBothOrNone };

// How a function compares; the arguments of "after" are those of "before" the other way round.
struct Relation {
  OfRanges of_ranges;
  OfPoint of_point = nullptr;
  Points points = Points::kNone;
  bool swapped = false;
};

Interval interval_at(const Value& point) {
  return {{point, 0, true}, {point, 0, true}};
}

Interval interval_of(const Value& value) {
  return value.is(Kind::kRange) ? interval_of(value.range()) : interval_at(value);
}

Value two_ranges(const Relation& relation, const Value& a, const Value& b) {
  const Interval left = interval_of(a);
  const Interval right = interval_of(b);
  return relation.swapped ? relation.of_ranges(right, left) : relation.of_ranges(left, right);
}

Value related(const Relation& relation, const Args& args) {
  const Value& a = args[0];
  const Value& b = args[1];
  const bool a_range = a.is(Kind::kRange) && a.range().form != Range::Form::kNotEqual;
  const bool b_range = b.is(Kind::kRange) && b.range().form != Range::Form::kNotEqual;
  if (!(a_range || is_point(a)) || !(b_range || is_point(b))) return {};
  if (a_range && b_range) return two_ranges(relation, a, b);
  switch (relation.points) {
    case Points::kNone:
      return {};
    case Points::kEither:
      return two_ranges(relation, a, b);
    case Points::kBothOrNone:
      return a_range == b_range ? two_ranges(relation, a, b) : Value();
    case Points::kFirst:
      return b_range ? relation.of_point(interval_of(b), {a, 0, true}) : Value();
    case Points::kSecond:
      return a_range ? relation.of_point(interval_of(a), {b, 0, true}) : Value();
  }
  return {};
}

Builtin named_set(const char* first, const char* second) {
  return {.parameters = {first, second}, .min_args = 2, .max_args = 2};
}

std::vector<Builtin> named_sets(Points points) {
  switch (points) {
    case Points::kNone:
      return {};
    case Points::kEither:
      return {named_set("point1", "point2"), named_set("point", "range"),
              named_set("range", "point")};
    case Points::kBothOrNone:
      return {named_set("point1", "point2")};
    case Points::kFirst:
      return {named_set("point", "range")};
    case Points::kSecond:
      return {named_set("range", "point")};
  }
  return {};
}

Builtin relation(const char* name, Relation how) {
  return {.name = name,
          .parameters = {"range1", "range2"},
          .min_args = 2,
          .max_args = 2,
          .result = T::kBoolean,
          .wants = "v",
          .call = [how](const Args& args) { return related(how, args); },
          .others = named_sets(how.points)};
}

}  // namespace

void add_range_functions(Builtins& out) {
  out.push_back({.name = "range",
                 .parameters = {"from"},
                 .min_args = 1,
                 .max_args = 1,
                 .result = T::kRange,
                 .wants = "s",
                 .call = range_function,
                 .cost = 100});
  const auto add = [&](const char* name, Relation how) { out.push_back(relation(name, how)); };
  add("before", {before, nullptr, Points::kEither});
  add("after", {before, nullptr, Points::kEither, true});
  add("meets", {meets});
  add("met by", {meets, nullptr, Points::kNone, true});
  add("overlaps", {overlaps});
  add("overlaps before", {overlaps_before});
  add("overlaps after", {overlaps_before, nullptr, Points::kNone, true});
  add("finishes", {finishes, point_ends, Points::kFirst});
  add("finished by", {finishes, point_ends, Points::kSecond, true});
  add("includes", {includes, point_includes, Points::kSecond});
  add("during", {includes, point_includes, Points::kFirst, true});
  add("starts", {starts, point_begins, Points::kFirst});
  add("started by", {starts, point_begins, Points::kSecond, true});
  add("coincides", {coincides, nullptr, Points::kBothOrNone});
}

}  // namespace dandang::feel
