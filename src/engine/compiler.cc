#include "engine/compiler.h"

#include <algorithm>

#include "feel/evaluator.h"
#include "feel/functions.h"

namespace dandang::engine {

using feel::Op;
using feel::Value;
using Ast = feel::Node;
using AstKind = feel::NodeKind;

namespace {

constexpr size_t kMaxFrames = 8;

bool is_row(const PlanFrame& frame) {
  return !frame.bound.has_value();
}

}  // namespace

// Frames of another formula for as long as a scope lasts.
class Compiler::Frames {
 public:
  Frames(Compiler& compiler, std::vector<PlanFrame> frames)
      : compiler_(compiler), saved_(std::move(compiler.frames_)) {
    compiler.frames_ = std::move(frames);
  }
  ~Frames() { compiler_.frames_ = std::move(saved_); }
  Frames(const Frames&) = delete;
  Frames& operator=(const Frames&) = delete;

 private:
  Compiler& compiler_;
  std::vector<PlanFrame> saved_;
};

Operand Compiler::refuse(std::string zh, std::string en) {
  if (reason_.empty()) reason_ = {std::move(zh), std::move(en)};
  return {};
}

const Node* Compiler::compile(const feel::Expression& expression, std::vector<PlanFrame> frames) {
  const Frames scope(*this, std::move(frames));
  return node_of(visit(*expression.root));
}

Operand Compiler::compile_operand(const feel::Expression& expression,
                                  std::vector<PlanFrame> frames) {
  const Frames scope(*this, std::move(frames));
  return visit(*expression.root);
}

const Node* Compiler::compile_test(const feel::Expression& tests, const Operand& input,
                                   std::vector<PlanFrame> frames) {
  const Frames scope(*this, std::move(frames));
  const Ast& root = *tests.root;
  if (root.kind == AstKind::kAnyTest) return truth_constant(state::kTrue, table());
  if (root.kind != AstKind::kUnaryTests) return node_of(test(root, input));
  const Node* any = nullptr;
  for (const auto& child : root.children) {
    const Node* one = node_of(test(*child, input));
    if (one == nullptr) return nullptr;
    any = any == nullptr ? one : truth_or(any, one, Looks::kInOrder);
  }
  if (!root.negated || any == nullptr) return any;
  Node node;
  node.kind = NodeKind::kNot;
  node.table = any->table;
  node.may_lack = any->may_lack;
  node.in = {any};
  return plan_.add(std::move(node));
}

Operand Compiler::visit(const Ast& node) {
  switch (node.kind) {
    case AstKind::kNull:
      return Operand::of(Value());
    case AstKind::kBoolean:
      return Operand::of(Value(node.truth));
    case AstKind::kNumber:
      return Operand::of(Value(node.number));
    case AstKind::kString:
      return Operand::of(Value(node.name));
    case AstKind::kName:
      return visit_name(node);
    case AstKind::kPath:
      return visit_path(node);
    case AstKind::kFilter:
      return visit_filter(node);
    case AstKind::kCall:
      return visit_call(node);
    case AstKind::kArithmetic:
      return visit_arithmetic(node);
    case AstKind::kNegate:
      return arithmetic(Op::kSubtract, Operand::of(Value(0)), visit(node.child(0)));
    case AstKind::kCompare:
      return visit_compare(node.op, visit(node.child(0)), visit(node.child(1)));
    case AstKind::kBetween: {
      const Operand input = visit(node.child(0));
      return Operand::of(truth_and(node_of(visit_compare(Op::kGe, input, visit(node.child(1)))),
                                   node_of(visit_compare(Op::kLe, input, visit(node.child(2)))),
                                   Looks::kBoth));
    }
    case AstKind::kIn:
      return visit_in(node);
    case AstKind::kAnd:
    case AstKind::kOr:
      return visit_junction(node);
    case AstKind::kIf:
      return visit_if(node);
    case AstKind::kSome:
    case AstKind::kEvery:
      return visit_quantified(node);
    default:
      return refuse("这种写法不能按列计算", "this form is not computed by columns");
  }
}

// ---- names ----

Operand Compiler::visit_name(const Ast& node) {
  for (size_t i = frames_.size(); i-- > 0;) {
    const PlanFrame& frame = frames_[i];
    if (frame.sight == PlanFrame::Sight::kUnseen) continue;
    if (!frame.variable.empty()) {
      if (frame.variable != node.name) continue;
      if (frame.sight == PlanFrame::Sight::kBarred) {
        return refuse("引用了列表之外的行", "refers to a row outside of the list");
      }
      if (frame.bound) {
        const auto row = row_at(i);
        return row ? lifted(*row, *frame.bound) : *frame.bound;
      }
      Operand row;
      row.kind = Operand::Kind::kRow;
      row.table = frame.table;
      row.frame = i;
      return row;
    }
    Operand found = member_of_row(i, node.name);
    if (found.is(Operand::Kind::kUnknownName)) continue;
    if (frame.sight == PlanFrame::Sight::kBarred) {
      return refuse("引用了列表之外的行", "refers to a row outside of the list");
    }
    return found;
  }
  Operand found = scope_.global(*this, node.name);
  if (found.is(Operand::Kind::kUnknownName)) {
    return refuse("“" + node.name + "”不能按列计算",
                  "\"" + node.name + "\" is not computed by columns");
  }
  return found;
}

uint32_t Compiler::table() const {
  for (size_t i = frames_.size(); i-- > 0;) {
    if (is_row(frames_[i])) return frames_[i].table;
  }
  return 0;
}

bool Compiler::is_innermost(size_t frame) const {
  return std::none_of(frames_.begin() + static_cast<std::ptrdiff_t>(frame) + 1, frames_.end(),
                      is_row);
}

// The row that a variable's value was computed on.
std::optional<size_t> Compiler::row_at(size_t frame) const {
  for (size_t i = frame + 1; i-- > 0;) {
    if (is_row(frames_[i])) return i;
  }
  return std::nullopt;
}

std::vector<PlanFrame> Compiler::frames_of_call(std::optional<size_t> row,
                                                const std::vector<std::string>& names,
                                                const std::vector<Operand>& arguments) const {
  std::vector<PlanFrame> frames = frames_;
  for (size_t i = 0; i < frames.size(); ++i) {
    frames[i].sight = i == row ? PlanFrame::Sight::kSeen : PlanFrame::Sight::kUnseen;
    if (i == row) frames[i].variable.clear();
  }
  for (size_t i = 0; i < names.size(); ++i) {
    PlanFrame frame;
    frame.variable = names[i];
    frame.bound = arguments[i];
    frames.push_back(std::move(frame));
  }
  return frames;
}

Operand Compiler::member_of_row(size_t frame, const std::string& name) {
  Operand found = scope_.member(*this, frames_[frame].table, name);
  return lifted(frame, std::move(found));
}

// What is of a frame's row, as seen from the innermost row.
Operand Compiler::lifted(size_t frame, Operand operand) {
  using Kind = Operand::Kind;
  switch (operand.kind) {
    case Kind::kNode:
      return Operand::of(lift(frame, operand.node));
    case Kind::kRow:
      if (operand.node != nullptr && !is_innermost(frame)) operand.owner_of.reset();
      operand.frame = frame;
      operand.node = lift(frame, operand.node);
      if (operand.node == nullptr) return {};
      return operand;
    case Kind::kList:
    case Kind::kValues:
    case Kind::kRank:
      operand.frame = frame;
      if (operand.through == nullptr) return operand;
      operand.through = lift(frame, operand.through);
      return operand.through == nullptr ? Operand() : operand;
    case Kind::kFunction:
      operand.frame = frame;
      return operand;
    default:
      return operand;
  }
}

const Node* Compiler::lift(size_t frame, const Node* node) {
  if (node == nullptr) return node;
  if (node->is_constant()) return constant_on(node, table());
  size_t at = frame;
  for (size_t i = frame + 1; i < frames_.size(); ++i) {
    if (!is_row(frames_[i])) continue;
    if (!frames_[i].linked) {
      return refuse_node("引用了另一张表的行", "refers to a row of another table");
    }
    node = at_owner(frames_[i].table, frames_[at].table, node);
    if (node == nullptr) return nullptr;
    at = i;
  }
  return node;
}

const Node* Compiler::column(uint32_t table, uint32_t field) {
  const Column* column = tables_.column(table, field);
  if (column == nullptr) {
    return refuse_node("这一列的数位数过多", "the column's numbers have too many digits");
  }
  Node node;
  node.kind = NodeKind::kColumn;
  node.type = column->type;
  node.table = table;
  node.column = column;
  node.field = field;
  node.scale = static_cast<uint8_t>(column->scale);
  node.low = column->low;
  node.high = column->high;
  node.may_lack = column->values.states != nullptr;
  node.reads_row = true;
  return plan_.add(std::move(node));
}

const Node* Compiler::owner_row(uint32_t table) {
  const Panel* panel = tables_.panel(table);
  Node node;
  node.kind = NodeKind::kOwnerRow;
  node.type = Type::kRow;
  node.table = table;
  node.panel = panel;
  node.high = static_cast<int64_t>(panel->owners);
  node.reads_row = true;
  return plan_.add(std::move(node));
}

const Node* Compiler::period(uint32_t table) {
  const Panel* panel = tables_.panel(table);
  Node node;
  node.kind = NodeKind::kPeriod;
  node.type = Type::kNumber;
  node.table = table;
  node.panel = panel;
  node.low = panel->first_period;
  node.high = panel->first_period + static_cast<int64_t>(panel->periods) - 1;
  node.reads_row = true;
  return plan_.add(std::move(node));
}

const Node* Compiler::gather(const Node* index, const Node* target, Looks looks) {
  if (index == nullptr || target == nullptr) return nullptr;
  Node node = {};
  node.kind = NodeKind::kGather;
  node.type = target->type;
  node.scale = target->scale;
  node.table = index->table;
  node.low = target->low;
  node.high = target->high;
  node.may_lack = index->may_lack || target->may_lack;
  node.looks = looks;
  node.in = {index, target};
  return plan_.add(std::move(node));
}

const Node* Compiler::at_owner(uint32_t list_table, uint32_t owner_table, const Node* target,
                               bool reads_row) {
  if (target == nullptr) return nullptr;
  if (target->is_constant() && !reads_row) return constant_on(target, list_table);
  const Panel* panel = tables_.panel(list_table);
  const bool aligned = panel != nullptr && panel->owner_table == owner_table;
  const BackList* rows = aligned ? nullptr : tables_.back_list(list_table, owner_table);
  if (!aligned && rows == nullptr) {
    return refuse_node("有的行不知属于谁", "some rows have no known owner");
  }
  Node node = {};
  node.kind = NodeKind::kOwner;
  node.type = target->type;
  node.scale = target->scale;
  node.table = list_table;
  node.low = target->low;
  node.high = target->high;
  node.may_lack = target->may_lack;
  node.reads_row = reads_row;
  node.in = {target};
  if (aligned) {
    node.panel = panel;
  } else {
    auto list = std::make_shared<ListPlan>();
    list->rows = rows;
    list->table = list_table;
    node.list = std::move(list);
  }
  return plan_.add(std::move(node));
}

// ---- members ----

Operand Compiler::visit_path(const Ast& node) {
  return member(visit(node.child(0)), node.name);
}

namespace {

const Node* part_of_date(Plan& plan, const Node* date, const std::string& name) {
  Node node = {};
  node.in = {date};
  node.type = Type::kNumber;
  node.table = date->table;
  node.may_lack = date->may_lack;
  if (date->type == Type::kDate && name == "year") {
    node.kind = NodeKind::kYear;
    node.low = Date::from_days(date->low).year();
    node.high = Date::from_days(date->high).year();
  } else if (date->type == Type::kDate && name == "month") {
    node.kind = NodeKind::kMonth;
    node.low = 1;
    node.high = 12;
  } else if (date->type == Type::kDate && name == "day") {
    node.kind = NodeKind::kDay;
    node.low = 1;
    node.high = 31;
  } else if (date->type == Type::kMonths && name == "years") {
    node.kind = NodeKind::kWholeYears;
    node.low = date->low / 12;
    node.high = date->high / 12;
  } else if (date->type == Type::kMonths && name == "months") {
    node.kind = NodeKind::kRestMonths;
    node.low = -11;
    node.high = 11;
  } else {
    return nullptr;
  }
  return plan.add(std::move(node));
}

Value part_of_constant(const Value& value, const std::string& name) {
  if (value.is(Value::Kind::kDate)) {
    if (name == "year") return value.date().year();
    if (name == "month") return value.date().month();
    if (name == "day") return value.date().day();
  }
  if (value.is(Value::Kind::kMonthsDuration)) {
    if (name == "years") return value.months().months / 12;
    if (name == "months") return value.months().months % 12;
  }
  return {};
}

}  // namespace

Operand Compiler::member(const Operand& object, const std::string& name) {
  using Kind = Operand::Kind;
  switch (object.kind) {
    case Kind::kConstant: {
      if (object.constant.is_unknown()) return object;
      if (object.constant.is(Value::Kind::kEntity)) {
        return scope_.member_of(object.constant.entity(), name);
      }
      const Value part = part_of_constant(object.constant, name);
      if (part.is_null()) return refuse("“" + name + "”不能按列计算", "no columns for ." + name);
      return Operand::of(part, object.definitions);
    }
    case Kind::kRow: {
      if (object.node == nullptr) {
        Operand found = member_of_row(object.frame, name);
        return found.is(Kind::kUnknownName) ? refuse("没有“" + name + "”", "no member " + name)
                                            : found;
      }
      Operand found = scope_.member(*this, object.table, name);
      if (object.owner_of && found.is(Kind::kNode) && is_innermost(object.frame)) {
        return Operand::of(at_owner(*object.owner_of, object.table, found.node, true));
      }
      if (found.is(Kind::kNode)) return Operand::of(gather(object.node, found.node));
      if (found.is(Kind::kConstant)) return Operand::of(gather(object.node, node_of(found)));
      if (found.is(Kind::kRow) && found.node != nullptr) {
        found.node = gather(object.node, found.node);
        if (found.node == nullptr) return {};
        found.owner_of.reset();
        found.frame = object.frame;
        return found;
      }
      if (found.is(Kind::kList) && found.through == nullptr) {
        found.through = object.node;
        return found;
      }
      if (found.is(Kind::kRank)) {
        found.through = found.through == nullptr ? object.node : gather(object.node, found.through);
        return found;
      }
      return refuse("“" + name + "”不能按列计算", "no columns for ." + name);
    }
    case Kind::kNode:
      return Operand::of(part_of_date(plan_, object.node, name));
    case Kind::kList: {
      if (object.kept_only) return refuse("项目的成员", "a member of an item");
      Operand values = object;
      values.kind = Kind::kValues;
      const Frames scope(*this, {PlanFrame{object.table, "", {}, false}});
      values.node = node_of(member_of_row(0, name));
      if (values.node == nullptr)
        return refuse("“" + name + "”不能按列计算", "no columns for ." + name);
      return values;
    }
    case Kind::kRank: {
      Node node = {};
      if (name == "名次") {
        node.kind = NodeKind::kRankPlace;
      } else if (name == "人数") {
        node.kind = NodeKind::kRankCount;
      } else {
        return refuse("“" + name + "”不能按列计算", "no columns for ." + name);
      }
      node.type = Type::kNumber;
      node.table = object.rank->groups->table;
      node.rank = object.rank;
      node.low = 1;
      node.high = static_cast<int64_t>(tables_.rows(node.table));
      node.may_lack = true;
      node.reads_row = true;
      const Node* place = plan_.add(std::move(node));
      if (object.through != nullptr) return Operand::of(gather(object.through, place));
      return Operand::of(lift(object.frame, place));
    }
    default:
      return refuse("“" + name + "”不能按列计算", "no columns for ." + name);
  }
}

// ---- lists ----

// Keys that the condition fixes to a constant, and whether it may fix others; those are left to
// the plain evaluator.
void Compiler::pin_conjuncts(const Ast& condition, Operand& list) {
  if (condition.kind == AstKind::kAnd) {
    // As the plain evaluator: of two constants for one key the last counts.
    pin_conjuncts(condition.child(1), list);
    pin_conjuncts(condition.child(0), list);
    return;
  }
  if (condition.kind != AstKind::kCompare || condition.op != Op::kEq) return;
  for (const size_t side : {size_t{0}, size_t{1}}) {
    const Ast& key = condition.child(side);
    if (key.kind != AstKind::kName || !scope_.pins(list.table, key.name)) continue;
    const Operand other = visit(condition.child(1 - side));
    if (!other.is(Operand::Kind::kConstant)) {
      list.may_pin_more = true;
    } else if (!other.constant.is_unknown() && !other.constant.is_null()) {
      list.pinned.emplace(key.name, other.constant);
    }
  }
}

void Compiler::pin(const feel::Expression& condition, Operand& list,
                   std::vector<PlanFrame> frames) {
  const Frames scope(*this, std::move(frames));
  pin_conjuncts(*condition.root, list);
}

const Node* Compiler::on_list(const Operand& list, const std::string& variable, const Ast& body) {
  if (frames_.size() >= kMaxFrames) {
    return refuse_node("嵌套的列表太深", "lists nested too deep");
  }
  std::vector<PlanFrame> frames;
  if (list.through == nullptr) {
    frames = frames_;
    // Rows between the owner and here cannot be reached from the list's rows.
    for (size_t i = list.frame + 1; i < frames.size(); ++i) {
      if (is_row(frames[i])) return refuse_node("列表之外还有一行", "a row outside of the list");
    }
  } else {
    for (PlanFrame frame : frames_) {
      const bool constant = !is_row(frame) && frame.bound->is(Operand::Kind::kConstant);
      if (!constant && frame.sight == PlanFrame::Sight::kSeen) {
        frame.sight = PlanFrame::Sight::kBarred;
      }
      frames.push_back(std::move(frame));
    }
  }
  frames.push_back(PlanFrame{list.table, variable, {}, list.through == nullptr});
  const Frames scope(*this, std::move(frames));
  return node_of(visit(body));
}

// Whether nothing outside of a list's rows has the name.
bool Compiler::means_nothing(const std::string& name) {
  for (size_t i = 0; i < frames_.size(); ++i) {
    const PlanFrame& frame = frames_[i];
    if (frame.sight == PlanFrame::Sight::kUnseen) continue;
    if (!frame.variable.empty() && frame.variable == name) return false;
    if (frame.variable.empty() && !member_of_row(i, name).is(Operand::Kind::kUnknownName)) {
      return false;
    }
  }
  return scope_.global(*this, name).is(Operand::Kind::kUnknownName);
}

// The plain evaluator cannot know of a bare name that it is no position: it asks what the name
// means where the list is empty, and takes the whole filter as unknown where every row's is.
const Node* Compiler::only_condition(const Ast& condition, const Node* where) {
  if (where == nullptr) return nullptr;
  if (where->type != Type::kTruth) {
    return refuse_node("按位置取行", "a row taken by its position");
  }
  if (feel::is_condition(condition)) return where;
  if (condition.kind != AstKind::kName || !means_nothing(condition.name)) {
    return refuse_node("方括号里可能是位置", "a filter that may be a position");
  }
  if (!where->may_lack) return where;
  return unknown_as_ask(where);
}

const Node* Compiler::is_true(const Node* truth) {
  Node node = {};
  node.kind = NodeKind::kIsTrue;
  node.table = truth->table;
  node.may_lack = truth->may_lack;
  node.in = {truth};
  return plan_.add(std::move(node));
}

const Node* Compiler::compile_filter(const feel::Expression& condition,
                                     std::vector<PlanFrame> frames) {
  const Node* where = compile(condition, frames);
  frames.pop_back();
  const Frames scope(*this, std::move(frames));
  return only_condition(*condition.root, where);
}

// What a filter that may be a position leaves open is the whole list, whatever is asked of its
// rows.
bool Compiler::may_be_position(const Operand& list) {
  return std::any_of(list.filters.begin(), list.filters.end(),
                     [](const Node* filter) { return filter->kind == NodeKind::kUnknownAsAsk; });
}

Operand Compiler::visit_filter(const Ast& node) {
  Operand list = visit(node.child(0));
  if (!list.is(Operand::Kind::kList)) {
    return refuse("只有记录的列表能按列筛选", "only lists of records are filtered by columns");
  }
  if (list.kept_only) return refuse("逐项连续的筛选", "a filter on items");
  if (may_be_position(list)) return refuse("方括号里可能是位置", "a filter that may be a position");
  const Node* where = only_condition(node.child(1), on_list(list, "", node.child(1)));
  if (where == nullptr) return {};
  // A row for which one of several filters is null is out, whatever the others are.
  list.where = list.where == nullptr ? where : truth_and(is_true(list.where), is_true(where));
  list.filters.push_back(where);
  {
    std::vector<PlanFrame> frames = frames_;
    frames.push_back(PlanFrame{list.table, "", {}, false});
    const Frames scope(*this, std::move(frames));
    pin_conjuncts(node.child(1), list);
  }
  const Panel* panel = tables_.panel(list.table);
  const auto period = panel == nullptr ? list.pinned.end() : list.pinned.find(panel->period_name);
  if (period != list.pinned.end() && period->second.is(Value::Kind::kNumber)) {
    list.only_period = period->second.number().to_int64();
  }
  return list;
}

// The list made a value on its owner's rows, then brought to the rows at hand.
const Node* Compiler::reduced(NodeKind kind, const Operand& list, const Node* body,
                              const Node* combined) {
  auto shape = std::make_shared<ListPlan>();
  shape->table = list.table;
  shape->where = list.where;
  shape->filters = list.filters;
  shape->body = body;
  shape->kept_only = list.kept_only;
  const Panel* panel = tables_.panel(list.table);
  if (panel != nullptr && panel->owner_table == list.owner_table) {
    shape->panel = panel;
    shape->only_period = list.only_period;
  } else {
    shape->rows = tables_.back_list(list.table, list.owner_table);
    if (shape->rows == nullptr) {
      return refuse_node("有的行不知属于谁", "some rows have no known owner");
    }
  }
  const Node* complete = scope_.complete(*this, list);
  if (complete == nullptr) return nullptr;
  Node node = {};
  node.kind = kind;
  node.table = list.owner_table;
  node.may_lack = true;
  node.in = {complete};
  if (combined != nullptr) node.in.push_back(combined);
  const auto most = static_cast<int64_t>(tables_.rows(list.table));
  switch (kind) {
    case NodeKind::kCount:
      node.type = Type::kNumber;
      node.high = most;
      break;
    case NodeKind::kSum:
      node.type = Type::kNumber;
      node.scale = body->scale;
      if (__builtin_mul_overflow(std::min<int64_t>(body->low, 0), most, &node.low) ||
          __builtin_mul_overflow(std::max<int64_t>(body->high, 0), most, &node.high)) {
        return refuse_node("合计可能过大", "the sum may be too large");
      }
      break;
    case NodeKind::kMin:
    case NodeKind::kMax:
      node.type = body->type;
      node.scale = body->scale;
      node.low = body->low;
      node.high = body->high;
      break;
    default:
      break;
  }
  node.list = std::move(shape);
  const Node* result = plan_.add(std::move(node));
  // What the list itself rests on is looked at before its rows.
  if (!list.definitions.empty()) {
    result = called(result, {Operand::of(Value(true), list.definitions)}, list.owner_table);
  }
  // What a filter makes of no list at all is the plain evaluator's.
  if (list.through == nullptr) return lift(list.frame, result);
  return gather(null_as(list.through, state::kAsk), result, Looks::kDeciding);
}

Operand Compiler::aggregate(NodeKind kind, const Operand& list) {
  const bool rows = list.is(Operand::Kind::kList);
  if (!rows && !list.is(Operand::Kind::kValues)) {
    return refuse("只有记录的列表能按列汇总", "only lists of records are aggregated by columns");
  }
  if (kind != NodeKind::kCount &&
      (rows || list.node->type == Type::kTruth || list.node->type == Type::kWord ||
       list.node->type == Type::kRow)) {
    return refuse("这种值不能按列汇总", "values of this kind are not aggregated by columns");
  }
  if (kind == NodeKind::kSum && list.node->type != Type::kNumber) {
    return refuse("这种值不能按列合计", "values of this kind are not summed by columns");
  }
  return Operand::of(reduced(kind, list, rows ? nullptr : list.node, nullptr));
}

Operand Compiler::visit_quantified(const Ast& node) {
  if (node.names.size() != 1) return refuse("多个变量的循环", "iteration over several variables");
  const Operand list = visit(node.child(0));
  if (!list.is(Operand::Kind::kList)) {
    return refuse("只有记录的列表能按列遍历", "only lists of records are walked by columns");
  }
  if (list.kept_only) return refuse("逐项连续的遍历", "iteration over items");
  if (may_be_position(list)) return refuse("方括号里可能是位置", "a filter that may be a position");
  const Node* body = on_list(list, node.names[0], node.child(1));
  if (body == nullptr) return {};
  if (body->type != Type::kTruth) return refuse("条件不是是非", "the condition is no truth");
  const bool some = node.kind == AstKind::kSome;
  const Node* combined = body;
  if (list.where != nullptr) {
    const Node* where = is_true(list.where);
    if (some) {
      combined = truth_and(where, body);
    } else {
      Node left_out = {};
      left_out.kind = NodeKind::kNot;
      left_out.table = list.table;
      left_out.may_lack = where->may_lack;
      left_out.in = {where};
      combined = truth_or(plan_.add(std::move(left_out)), body);
    }
  }
  return Operand::of(reduced(some ? NodeKind::kSome : NodeKind::kEvery, list, body, combined));
}

}  // namespace dandang::engine
