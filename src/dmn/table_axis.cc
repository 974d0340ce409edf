#include "dmn/table_axis.h"

#include <algorithm>
#include <map>
#include <utility>

#include "feel/parser.h"

namespace dandang::dmn {
namespace {

using feel::Node;
using feel::NodeKind;
using feel::Op;
using feel::Value;
using Kind = Value::Kind;
using Domain = InputDomain::Kind;

const std::string kInput = "?";
// Stands for every word that no cell names.
const std::string kOtherWord = "\x01";

class NoNames : public feel::Environment {
 public:
  std::optional<Value> lookup(const std::string&) override { return std::nullopt; }
};

// The value of a formula's part that rests on nothing.
Value constant_value(const feel::Expression& expression, const Node& node) {
  Diagnostics none;
  const auto part = feel::parse_expression(feel::Source::plain(expression.text_of(node)), {}, none);
  NoNames names;
  feel::Evaluator evaluator(names);
  return part == nullptr ? Value() : evaluator.evaluate(*part);
}

bool is_constructor(const Node& callee) {
  return callee.kind == NodeKind::kName && (callee.name == "date" || callee.name == "duration");
}

bool is_constant(const Node& node) {
  switch (node.kind) {
    case NodeKind::kNull:
    case NodeKind::kBoolean:
    case NodeKind::kNumber:
    case NodeKind::kString:
    case NodeKind::kAtLiteral:
      return true;
    case NodeKind::kNegate:
    case NodeKind::kArithmetic:
    case NodeKind::kList:
    case NodeKind::kRange:
      return std::all_of(node.children.begin(), node.children.end(),
                         [](const auto& child) { return is_constant(*child); });
    case NodeKind::kCall:
      return is_constructor(node.child(0)) &&
             std::all_of(node.children.begin() + 1, node.children.end(),
                         [](const auto& child) { return is_constant(*child); });
    default:
      return false;
  }
}

bool is_input(const Node& node) {
  return node.kind == NodeKind::kName && node.name == kInput;
}

// The constants that a column's cells compare its input with.
class Constants {
 public:
  // False if the cell tests more than constants.
  bool read(const feel::Expression& cell) {
    expression_ = &cell;
    return test(*cell.root);
  }

  const std::vector<Value>& of(Kind kind) {
    auto& values = by_kind_[kind];
    std::sort(values.begin(), values.end(), [](const Value& a, const Value& b) {
      if (a.is(Kind::kString)) return a.string() < b.string();
      return feel::compare(a, b).value_or(0) < 0;
    });
    values.erase(
        std::unique(values.begin(), values.end(),
                    [](const Value& a, const Value& b) { return feel::equal(a, b).is_true(); }),
        values.end());
    return values;
  }
  bool has(Kind kind) const { return by_kind_.contains(kind); }

 private:
  bool test(const Node& node) {
    switch (node.kind) {
      case NodeKind::kAnyTest:
        return true;
      case NodeKind::kUnaryTests:
        return all(node, 0, [&](const Node& child) { return test(child); });
      case NodeKind::kTest:
        return is_constant(node.child(0)) && compared(node.op, value_of(node.child(0)));
      default:
        return is_constant(node) ? noted(value_of(node)) : condition(node);
    }
  }

  // An expression about "?" that is the answer itself.
  bool condition(const Node& node) {
    switch (node.kind) {
      case NodeKind::kAnd:
      case NodeKind::kOr:
        return condition(node.child(0)) && condition(node.child(1));
      case NodeKind::kCompare:
        if (is_input(node.child(1))) return constant_compared(node.op, node.child(0));
        return is_input(node.child(0)) && constant_compared(node.op, node.child(1));
      case NodeKind::kBetween:
        return is_input(node.child(0)) && constant_compared(Op::kLt, node.child(1)) &&
               constant_compared(Op::kLt, node.child(2));
      case NodeKind::kIn:
        return is_input(node.child(0)) &&
               all(node, 1, [&](const Node& child) { return test(child); });
      case NodeKind::kCall:
        return node.child(0).kind == NodeKind::kName && node.child(0).name == "not" &&
               node.children.size() == 2 && condition(node.child(1));
      default:
        return false;
    }
  }

  template <typename Check>
  static bool all(const Node& node, size_t first, Check check) {
    return std::all_of(node.children.begin() + static_cast<std::ptrdiff_t>(first),
                       node.children.end(), [&](const auto& child) { return check(*child); });
  }

  Value value_of(const Node& node) const { return constant_value(*expression_, node); }

  bool constant_compared(Op op, const Node& node) {
    return is_constant(node) && compared(op, value_of(node));
  }

  // Words are only ever the same or not: nothing is cut where they are put in order.
  bool compared(Op op, const Value& value) {
    if (value.is(Kind::kString) && op != Op::kEq && op != Op::kNe) return false;
    return !value.is(Kind::kList) && !value.is(Kind::kRange) && noted(value);
  }

  bool noted(const Value& value) {
    switch (value.kind()) {
      case Kind::kNull:
        return true;
      case Kind::kNumber:
      case Kind::kString:
      case Kind::kBoolean:
      case Kind::kDate:
      case Kind::kMonthsDuration:
      case Kind::kDaysDuration:
        by_kind_[value.kind()].push_back(value);
        return true;
      case Kind::kRange:
        return !value.range().low.is(Kind::kString) && !value.range().high.is(Kind::kString) &&
               noted(value.range().low) && noted(value.range().high);
      case Kind::kList:
        return std::all_of(value.list().items.begin(), value.list().items.end(),
                           [&](const Value& item) { return noted(item); });
      default:
        return false;
    }
  }

  const feel::Expression* expression_ = nullptr;
  std::map<Kind, std::vector<Value>> by_kind_;
};

// ---- values beside and between constants ----

Value moved(const Value& value, int by) {
  switch (value.kind()) {
    case Kind::kNumber: {
      const auto whole = value.number().round(0, by > 0 ? Rounding::kFloor : Rounding::kCeiling);
      return Value::from(whole ? whole->add(by) : std::nullopt);
    }
    case Kind::kDate:
      return value.date().add_days(by);
    case Kind::kMonthsDuration:
      return feel::MonthsDuration{value.months().months + by};
    case Kind::kDaysDuration: {
      feel::DaysDuration out = value.days();
      out.seconds += by;
      return out;
    }
    default:
      return {};
  }
}

// A value strictly between the two, a whole one if there is any; null if there is none.
Value between(const Value& low, const Value& high, Domain domain) {
  Value next = moved(low, 1);
  if (feel::compare(next, high).value_or(0) < 0) return next;
  if (!low.is(Kind::kNumber) || domain == Domain::kWhole) return {};
  const auto sum = low.number().add(high.number());
  next = Value::from(sum ? sum->divide(2) : std::nullopt);
  const bool inside =
      feel::compare(low, next).value_or(0) < 0 && feel::compare(next, high).value_or(0) < 0;
  return inside ? next : Value();
}

class AxisBuilder {
 public:
  AxisBuilder(Constants& constants, const InputDomain& domain)
      : constants_(constants), domain_(domain) {}

  std::vector<AxisPiece> pieces() {
    switch (domain_.kind) {
      case Domain::kOpen:
        for (const Kind kind :
             {Kind::kNumber, Kind::kDate, Kind::kMonthsDuration, Kind::kDaysDuration}) {
          if (constants_.has(kind)) ordered(kind);
        }
        if (constants_.has(Kind::kString)) texts();
        if (constants_.has(Kind::kBoolean)) booleans();
        break;
      case Domain::kNumber:
      case Domain::kWhole:
        ordered(Kind::kNumber);
        break;
      case Domain::kDate:
        ordered(Kind::kDate);
        break;
      case Domain::kBoolean:
        booleans();
        break;
      case Domain::kText:
        texts();
        break;
      case Domain::kWords:
        for (const std::string& word : domain_.words) add(word);
        break;
    }
    if (pieces_.empty()) pieces_.push_back({});
    return std::move(pieces_);
  }

 private:
  void add(const Value& value) {
    const bool text = value.is(Kind::kString);
    pieces_.push_back({value, text ? "\"" + value.string() + "\"" : value.to_string()});
  }

  void ordered(Kind kind) {
    const std::vector<Value>& points = constants_.of(kind);
    if (points.empty()) return;
    if (const Value below = moved(points.front(), -1); !below.is_null()) add(below);
    for (size_t i = 0; i < points.size(); ++i) {
      add(points[i]);
      const bool last = i + 1 == points.size();
      const Value next =
          last ? moved(points[i], 1) : between(points[i], points[i + 1], domain_.kind);
      if (!next.is_null()) add(next);
    }
  }

  void texts() {
    for (const Value& word : constants_.of(Kind::kString)) add(word);
    pieces_.push_back({Value(kOtherWord), "…"});
  }

  void booleans() {
    add(true);
    add(false);
  }

  Constants& constants_;
  const InputDomain& domain_;
  std::vector<AxisPiece> pieces_;
};

}  // namespace

TableAxis axis_of(const DecisionTable& table, size_t input, const InputDomain& domain) {
  TableAxis axis;
  Constants constants;
  for (const DecisionRule& rule : table.rules) {
    axis.readable.push_back(constants.read(*rule.tests[input]));
  }
  axis.pieces = AxisBuilder(constants, domain).pieces();
  return axis;
}

}  // namespace dandang::dmn
