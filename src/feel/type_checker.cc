// check_types(): what can be found in a formula without values.

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "feel/functions.h"
#include "feel/types.h"
#include "feel/wording.h"

namespace dandang::feel {
namespace {

using Kind = Type::Kind;

// The kind that a letter of Builtin::wants asks for.
std::optional<Kind> kind_of_letter(char letter) {
  switch (letter) {
    case 's':
      return Kind::kString;
    case 'n':
      return Kind::kNumber;
    case 'd':
      return Kind::kDate;
    case 'b':
      return Kind::kBoolean;
    case 'c':
      return Kind::kContext;
    case 'f':
      return Kind::kFunction;
    default:
      return std::nullopt;
  }
}

bool is_duration(const Type& type) {
  return type.is(Kind::kMonthsDuration) || type.is(Kind::kDaysDuration);
}

bool is_day(const Type& type) {
  return type.is(Kind::kDate) || type.is(Kind::kDateTime);
}

bool is_open(const Type& type) {
  return type.is(Kind::kAny) || type.is(Kind::kNull);
}

bool has_order(const Type& type) {
  return type.is(Kind::kNumber) || type.is(Kind::kString) || is_day(type) || type.is(Kind::kTime) ||
         is_duration(type);
}

bool is_ordering(Op op) {
  return op == Op::kLt || op == Op::kLe || op == Op::kGt || op == Op::kGe;
}

bool mentions_input(const Node& node) {
  if (node.kind == NodeKind::kName && node.name == "?") return true;
  return std::any_of(node.children.begin(), node.children.end(),
                     [](const auto& child) { return mentions_input(*child); });
}

// One type for values of either.
TypePtr common_type(const TypePtr& a, const TypePtr& b) {
  if (a->is(Kind::kNull)) return b;
  if (b->is(Kind::kNull)) return a;
  if (a->kind != b->kind) return Type::any();
  if (a->is(Kind::kEntity)) return a->name == b->name ? a : Type::any();
  if (a->is(Kind::kString)) return a->name.empty() ? b : a;
  if (a->is(Kind::kList)) return Type::list_of(common_type(a->element, b->element));
  if (a->is(Kind::kContext) || a->is(Kind::kFunction)) return Type::of(a->kind);
  return a;
}

class Checker {
 public:
  Checker(const Expression& expression, const TypeEnvironment& environment,
          Diagnostics& diagnostics)
      : expression_(expression), environment_(environment), diagnostics_(diagnostics) {}

  TypePtr check(const Node& node, const TypeFrame* frame) {
    switch (node.kind) {
      case NodeKind::kNull:
        return Type::of(Kind::kNull);
      case NodeKind::kBoolean:
        return Type::of(Kind::kBoolean);
      case NodeKind::kNumber:
        return Type::of(Kind::kNumber);
      case NodeKind::kString:
        return Type::of(Kind::kString);
      case NodeKind::kAtLiteral:
        return literal_type(node, node.name, node.constant);
      case NodeKind::kName:
        return check_name(node, frame);
      case NodeKind::kPath:
        return path_type(node, *check(node.child(0), frame));
      case NodeKind::kFilter:
        return check_filter(node, frame);
      case NodeKind::kCall:
        return check_call(node, frame);
      case NodeKind::kArithmetic:
        return check_arithmetic(node, frame);
      case NodeKind::kNegate:
        return check_negate(node, frame);
      case NodeKind::kCompare: {
        const TypePtr left = check(node.child(0), frame);
        const TypePtr right = check(node.child(1), frame);
        comparable(node, node.op, left, node.child(0), right, node.child(1));
        return Type::of(Kind::kBoolean);
      }
      case NodeKind::kBetween: {
        const TypePtr input = check(node.child(0), frame);
        for (const size_t bound : {size_t{1}, size_t{2}}) {
          comparable(node, Op::kLe, input, node.child(0), check(node.child(bound), frame),
                     node.child(bound));
        }
        return Type::of(Kind::kBoolean);
      }
      case NodeKind::kIn: {
        const TypePtr input = check(node.child(0), frame);
        for (size_t i = 1; i < node.children.size(); ++i) check_test(node.child(i), input, frame);
        return Type::of(Kind::kBoolean);
      }
      case NodeKind::kAnd:
      case NodeKind::kOr:
        boolean(node.child(0), check(node.child(0), frame));
        boolean(node.child(1), check(node.child(1), frame));
        return Type::of(Kind::kBoolean);
      case NodeKind::kIf: {
        boolean(node.child(0), check(node.child(0), frame));
        const TypePtr then_type = check(node.child(1), frame);
        return common_type(then_type, check(node.child(2), frame));
      }
      case NodeKind::kFor:
      case NodeKind::kSome:
      case NodeKind::kEvery:
        return check_iteration(node, 0, frame);
      case NodeKind::kList: {
        TypePtr element;
        for (const auto& child : node.children) {
          TypePtr type = check(*child, frame);
          element = element ? common_type(element, type) : std::move(type);
        }
        return Type::list_of(element ? element : Type::any());
      }
      case NodeKind::kContext:
        return check_context(node, frame);
      case NodeKind::kRange:
        return check_range(node, frame);
      case NodeKind::kFunction:
        return check_function(node, frame);
      case NodeKind::kInstanceOf:
        check(node.child(0), frame);
        return Type::of(Kind::kBoolean);
      case NodeKind::kTest:
        return range_of(check(node.child(0), frame));
      case NodeKind::kUnaryTests:
      case NodeKind::kAnyTest:
        check_test(node, Type::any(), frame);
        return Type::of(Kind::kBoolean);
    }
    return Type::any();
  }

  void check_test(const Node& node, const TypePtr& input, const TypeFrame* frame) {
    if (node.kind == NodeKind::kAnyTest) return;
    if (node.kind == NodeKind::kUnaryTests) {
      for (const auto& child : node.children) check_test(*child, input, frame);
      return;
    }
    const TypeFrame with_input{frame, input, "?"};
    if (node.kind == NodeKind::kTest) {
      const TypePtr bound = check(node.child(0), &with_input);
      comparable(node.child(0), node.op, input, node.child(0), bound, node.child(0));
      return;
    }
    if (node.kind == NodeKind::kList && !input->is(Kind::kList)) {
      for (const auto& child : node.children) {
        fits(*child, input, check(*child, &with_input));
      }
      return;
    }
    const TypePtr type = check(node, &with_input);
    // A condition about the input is its own answer.
    if (type->is(Kind::kBoolean) && mentions_input(node)) return;
    if (input->is(Kind::kList)) return;
    fits(node, input, type->is(Kind::kList) ? type->element : type);
  }

 private:
  // Whether the input can equal a test of the type, or lie inside it.
  void fits(const Node& node, const TypePtr& input, const TypePtr& test) {
    if (test->is(Kind::kRange) && !input->is(Kind::kRange)) {
      if (test->element) comparable(node, Op::kLe, input, node, test->element, node);
    } else {
      comparable(node, Op::kEq, input, node, test, node);
    }
  }

  Place place(const Node& node) const { return expression_.source.place_at(node.span.begin); }

  void mismatch(const Node& node, Text message) {
    diagnostics_.error("type-mismatch", place(node), std::move(message));
  }

  static Text suggestion(const std::string& word, const std::vector<std::string>& candidates) {
    const std::string close = closest_match(word, candidates);
    if (close.empty()) return {};
    return worded("是不是“%”？", "did you mean \"%\"?", {close});
  }

  // The type of what a text stands for.
  TypePtr literal_type(const Node& node, const std::string& text, const Value& value) {
    if (value.is(Value::Kind::kDate)) return Type::of(Kind::kDate);
    if (value.is(Value::Kind::kTime)) return Type::of(Kind::kTime);
    if (value.is(Value::Kind::kDateTime)) return Type::of(Kind::kDateTime);
    if (value.is(Value::Kind::kMonthsDuration)) return Type::of(Kind::kMonthsDuration);
    if (value.is(Value::Kind::kDaysDuration)) return Type::of(Kind::kDaysDuration);
    diagnostics_.error(
        "bad-literal", place(node),
        worded("“%”既不是日期也不是时长", "\"%\" is neither a date nor a duration", {text}),
        {"日期写成 2025-06-30，时长写成 P1Y6M 或者 P30D",
         "write a date as 2025-06-30, a duration as P1Y6M or P30D"});
    return Type::any();
  }

  // ---- names ----

  TypePtr check_name(const Node& node, const TypeFrame* frame) {
    bool open = false;  // a row whose members nobody knows may answer any name
    for (const TypeFrame* f = frame; f != nullptr; f = f->parent) {
      if (f->type == nullptr) continue;
      if (!f->variable.empty()) {
        if (f->variable == node.name) return f->type;
        continue;
      }
      if (TypePtr found = member_type(*f->type, node.name)) return found;
      if (node.name == "item") return f->type;
      open = open || f->type->is(Kind::kAny);
    }
    if (TypePtr found = environment_.lookup(node.name)) return found;
    if (find_builtin(node.name) != nullptr) return Type::of(Kind::kFunction);
    open ? environment_.untyped_member(node.name) : report_name(node, frame);
    return Type::any();
  }

  void report_name(const Node& node, const TypeFrame* frame) {
    // Innermost first: of two names as close, the nearer is meant.
    std::vector<std::string> candidates;
    for (const TypeFrame* f = frame; f != nullptr; f = f->parent) {
      if (!f->variable.empty()) candidates.push_back(f->variable);
      if (f->variable.empty() && f->type != nullptr) add_members(*f->type, candidates);
    }
    for (std::string& name : environment_.names()) candidates.push_back(std::move(name));
    Text hint = suggestion(node.name, candidates);
    if (hint.empty()) {
      hint = {"先用 parameter、measure 或 record 声明它，或者检查写法",
              "declare it as a parameter, measure or record field, or check the spelling"};
    }
    diagnostics_.error("undeclared-name", place(node),
                       worded("没有声明的名称“%”", "\"%\" is not declared", {node.name}),
                       std::move(hint));
  }

  void add_members(const Type& type, std::vector<std::string>& out) const {
    if (type.is(Kind::kEntity)) {
      for (std::string& name : environment_.member_names(type)) out.push_back(std::move(name));
    }
    for (const auto& [name, member] : type.members) out.push_back(name);
  }

  TypePtr member_type(const Type& type, const std::string& name) const {
    if (type.is(Kind::kEntity)) return environment_.member(type, name);
    if (type.is(Kind::kContext)) {
      for (const auto& [key, member] : type.members) {
        if (key == name) return member;
      }
    }
    return nullptr;
  }

  static TypePtr value_member(const Type& type, const std::string& name) {
    const auto any_of = [&](std::initializer_list<const char*> names) {
      return std::any_of(names.begin(), names.end(), [&](const char* n) { return name == n; });
    };
    if (type.is(Kind::kRange)) {
      if (any_of({"start included", "end included"})) return Type::of(Kind::kBoolean);
      if (any_of({"start", "end"})) return type.element ? type.element : Type::any();
    }
    const bool has_clock = type.is(Kind::kTime) || type.is(Kind::kDateTime);
    if (has_clock && name == "time offset") return Type::of(Kind::kDaysDuration);
    if (has_clock && name == "timezone") return Type::of(Kind::kString);
    const bool number =
        (is_day(type) && any_of({"year", "month", "day", "weekday"})) ||
        (has_clock && any_of({"hour", "minute", "second"})) ||
        (type.is(Kind::kMonthsDuration) && any_of({"years", "months"})) ||
        (type.is(Kind::kDaysDuration) && any_of({"days", "hours", "minutes", "seconds"}));
    return number ? Type::of(Kind::kNumber) : nullptr;
  }

  TypePtr path_type(const Node& node, const Type& object) {
    if (is_open(object)) {
      environment_.untyped_member(node.name);
      return Type::any();
    }
    if (object.is(Kind::kList)) return Type::list_of(path_type(node, *object.element));
    if (TypePtr found = member_type(object, node.name)) return found;
    if (TypePtr found = value_member(object, node.name)) return found;
    if (object.is(Kind::kContext) && object.members.empty()) return Type::any();
    std::vector<std::string> candidates;
    add_members(object, candidates);
    const Text what = object.describe();
    diagnostics_.error("unknown-member", expression_.source.place_at(node.name_at),
                       {worded("%没有“%”", {what.zh, node.name}),
                        worded("a % has no \"%\"", {what.en, node.name})},
                       suggestion(node.name, candidates));
    return Type::any();
  }

  TypePtr check_filter(const Node& node, const TypeFrame* frame) {
    const TypePtr list = check(node.child(0), frame);
    TypePtr element = list->is(Kind::kList) ? list->element : list;
    const TypeFrame item{frame, element, ""};
    const TypePtr condition = check(node.child(1), &item);
    if (condition->is(Kind::kNumber)) return element;
    boolean(node.child(1), condition);
    return Type::list_of(element);
  }

  // ---- calls ----

  TypePtr check_call(const Node& node, const TypeFrame* frame) {
    std::vector<TypePtr> args;
    for (size_t i = 1; i < node.children.size(); ++i) args.push_back(check(node.child(i), frame));
    const Node& callee = node.child(0);
    if (callee.kind == NodeKind::kName) {
      if (const Builtin* builtin = find_builtin(callee.name)) {
        return builtin_call(node, *builtin, args);
      }
      if (!is_bound(callee.name, frame)) return unknown_function(callee);
    }
    const TypePtr function = check(callee, frame);
    if (is_open(*function)) return Type::any();
    const std::string name = expression_.text_of(callee);
    if (!function->is(Kind::kFunction)) {
      diagnostics_.error("not-a-function", place(callee),
                         worded("“%”不是函数", "\"%\" is not a function", {name}));
      return Type::any();
    }
    if (function->result == nullptr) return Type::any();
    std::vector<std::string> parameters;
    for (const auto& [parameter, type] : function->members) parameters.push_back(parameter);
    const int count = static_cast<int>(parameters.size());
    argument_count(node, name, count, count, args.size());
    for (size_t i = 0; i < args.size(); ++i) {
      if (const auto at = argument_place(node, i, name, parameters)) {
        comparable(node.child(i + 1), Op::kEq, function->members[*at].second, node.child(i + 1),
                   args[i], node.child(i + 1));
      }
    }
    return function->result;
  }

  bool is_bound(const std::string& name, const TypeFrame* frame) const {
    for (const TypeFrame* f = frame; f != nullptr; f = f->parent) {
      if (f->type == nullptr) continue;
      if (!f->variable.empty()) {
        if (f->variable == name) return true;
      } else if (name == "item" || f->type->is(Kind::kAny) || member_type(*f->type, name)) {
        return true;
      }
    }
    return environment_.lookup(name) != nullptr;
  }

  TypePtr unknown_function(const Node& callee) {
    std::vector<std::string> candidates = environment_.names();
    for (const Builtin& builtin : builtins()) candidates.emplace_back(builtin.name);
    Text hint = suggestion(callee.name, candidates);
    if (hint.empty()) {
      hint = {"FEEL 内置函数见 docs/feel.md，本地函数用 measure 加 args 声明",
              "built-in functions are listed in docs/feel.md; declare your own as a measure with "
              "args"};
    }
    diagnostics_.error("unknown-function", place(callee),
                       worded("没有函数“%”", "there is no function \"%\"", {callee.name}),
                       std::move(hint));
    return Type::any();
  }

  // Which parameter the argument is for; no value, with a diagnostic, if there is none.
  std::optional<size_t> argument_place(const Node& node, size_t i, const std::string& function,
                                       const std::vector<std::string>& parameters) {
    if (node.arg_names.empty()) {
      return i < parameters.size() ? std::optional(i) : std::nullopt;
    }
    const std::string& name = node.arg_names[i];
    const auto at = std::find(parameters.begin(), parameters.end(), name);
    if (at != parameters.end()) return static_cast<size_t>(at - parameters.begin());
    if (name.empty()) {
      diagnostics_.error(
          "unknown-argument", place(node.child(i + 1)),
          {"有的参数写了名称，有的没有", "some arguments are named, this one is not"},
          {"全部写名称，或者全部不写", "name all of them or none"});
    } else {
      diagnostics_.error("unknown-argument", place(node.child(i + 1)),
                         worded("函数 % 没有参数“%”", "% has no parameter \"%\"", {function, name}),
                         suggestion(name, parameters));
    }
    return std::nullopt;
  }

  TypePtr builtin_call(const Node& node, const Builtin& builtin, const std::vector<TypePtr>& args) {
    argument_count(node, builtin.name, builtin.min_args, builtin.max_args, args.size());
    if (builtin.clock && !environment_.has_clock()) return no_clock(node, builtin);
    const Builtin& meant = node.arg_names.empty() ? builtin : builtin.named(node.arg_names);
    const std::vector<std::string> parameters(meant.parameters.begin(), meant.parameters.end());
    for (size_t i = 0; i < args.size(); ++i) {
      const auto at =
          node.arg_names.empty() ? i : argument_place(node, i, builtin.name, parameters);
      if (at) wanted(node.child(i + 1), args[i], kind_of_letter(meant.wanted(*at)));
    }
    return builtin_result(node, builtin, args);
  }

  TypePtr no_clock(const Node& node, const Builtin& builtin) {
    diagnostics_.error("no-clock", place(node),
                       worded("这里没有当前时间，% 没有值",
                              "there is no clock here: % has no value", {builtin.name}),
                       {"用 as_of 或者记录里的日期", "use as_of, or a date on record"});
    return Type::of_builtin(builtin.result);
  }

  void wanted(const Node& node, const TypePtr& type, std::optional<Kind> kind) {
    if (!kind || is_open(*type) || type->is(*kind)) return;
    if (*kind == Kind::kDate && type->is(Kind::kDateTime)) return;
    const Text want = Type::of(*kind)->describe();
    const Text have = type->describe();
    mismatch(node, {worded("这里要%，却是%", {want.zh, have.zh}),
                    worded("a % is wanted here, this is a %", {want.en, have.en})});
  }

  TypePtr builtin_result(const Node& node, const Builtin& builtin,
                         const std::vector<TypePtr>& args) {
    const std::string_view name = builtin.name;
    if (args.empty()) return Type::of_builtin(builtin.result);
    const bool is_list = args[0]->is(Kind::kList);
    if (name == "min" || name == "max" || name == "sum") {
      return is_list ? args[0]->element : args[0];
    }
    if (name == "abs") return args[0];
    const Node& first = node.child(1);
    const bool makes =
        name == "date" || name == "date and time" || name == "time" || name == "duration";
    if (makes && args.size() == 1 && first.kind == NodeKind::kString) {
      return literal_type(first, first.name, builtin.call({Value(first.name)}));
    }
    if (!is_list) return Type::of_builtin(builtin.result);
    if (name == "list contains" && args.size() == 2) {
      comparable(node.child(2), Op::kEq, args[0]->element, first, args[1], node.child(2));
    }
    for (const char* same : {"distinct values", "reverse", "sort", "sublist", "remove"}) {
      if (name == same) return args[0];
    }
    if (name == "append" || name == "concatenate" || name == "union") {
      TypePtr element = args[0]->element;
      for (size_t i = 1; i < args.size(); ++i) {
        const bool item = name == "append" || !args[i]->is(Kind::kList);
        element = common_type(element, item ? args[i] : args[i]->element);
      }
      return Type::list_of(element);
    }
    return Type::of_builtin(builtin.result);
  }

  void argument_count(const Node& node, const std::string& name, int min, int max, size_t given) {
    const int count = static_cast<int>(given);
    if (count >= min && (max < 0 || count <= max)) return;
    const std::string least = std::to_string(min);
    const std::string most = std::to_string(max);
    const std::string wanted = max < 0      ? worded("%+", {least})
                               : min == max ? least
                                            : worded("%–%", {least, most});
    diagnostics_.error("argument-count", place(node),
                       worded("函数 % 要 % 个参数，给了 % 个", "% takes % arguments, % given",
                              {name, wanted, std::to_string(given)}));
  }

  // ---- operators ----

  TypePtr check_negate(const Node& node, const TypeFrame* frame) {
    TypePtr type = check(node.child(0), frame);
    if (is_open(*type) || type->is(Kind::kNumber) || is_duration(*type)) return type;
    const Text what = type->describe();
    mismatch(node,
             {worded("“-”不能用于%", {what.zh}), worded("\"-\" does not go with a %", {what.en})});
    return Type::any();
  }

  // The type of what an operator makes of two types; null if it makes nothing of them.
  static TypePtr arithmetic_type(Op op, const TypePtr& a, const TypePtr& b) {
    const bool add = op == Op::kAdd;
    const bool sum = add || op == Op::kSubtract;
    if (a->is(Kind::kNumber) && b->is(Kind::kNumber)) return a;
    if (add && a->is(Kind::kString) && b->is(Kind::kString)) return Type::of(Kind::kString);
    const bool days = b->is(Kind::kDaysDuration) || a->is(Kind::kDaysDuration);
    if (sum && is_duration(*b) && (is_day(*a) || (days && a->is(Kind::kTime)))) return a;
    if (add && is_duration(*a) && (is_day(*b) || (days && b->is(Kind::kTime)))) return b;
    const bool between = (is_day(*a) && is_day(*b)) || (a->is(Kind::kTime) && b->is(Kind::kTime));
    if (op == Op::kSubtract && between) return Type::of(Kind::kDaysDuration);
    if (is_duration(*a) && a->kind == b->kind) {
      if (sum) return a;
      if (op == Op::kDivide) return Type::of(Kind::kNumber);
    }
    const bool scale = op == Op::kMultiply || op == Op::kDivide;
    if (scale && is_duration(*a) && b->is(Kind::kNumber)) return a;
    if (op == Op::kMultiply && a->is(Kind::kNumber) && is_duration(*b)) return b;
    return nullptr;
  }

  TypePtr check_arithmetic(const Node& node, const TypeFrame* frame) {
    const TypePtr a = check(node.child(0), frame);
    const TypePtr b = check(node.child(1), frame);
    if (TypePtr type = arithmetic_type(node.op, a, b)) return type;
    if (a->is(Kind::kAny) || b->is(Kind::kAny)) return Type::any();
    const Text left = a->describe();
    const Text right = b->describe();
    const char* op = op_text(node.op);
    mismatch(node, {worded("“%”不能用于%和%", {op, left.zh, right.zh}),
                    worded("\"%\" does not go with a % and a %", {op, left.en, right.en})});
    return Type::any();
  }

  void boolean(const Node& node, const TypePtr& type) { wanted(node, type, Kind::kBoolean); }

  void comparable(const Node& at, Op op, const TypePtr& a, const Node& a_node, const TypePtr& b,
                  const Node& b_node) {
    if (is_open(*a) || is_open(*b)) return;
    const Text left = a->describe();
    const Text right = b->describe();
    if (a->kind != b->kind || (a->is(Kind::kEntity) && a->name != b->name)) {
      mismatch(at, {worded("%不能与%比较", {left.zh, right.zh}),
                    worded("a % cannot be compared with a %", {left.en, right.en})});
      return;
    }
    if (is_ordering(op) && !has_order(*a)) {
      mismatch(at, {worded("%没有大小之分", {left.zh}), worded("a % has no order", {left.en})});
      return;
    }
    code_word(a, b_node);
    code_word(b, a_node);
  }

  void code_word(const TypePtr& type, const Node& node) {
    if (!type->is(Kind::kString) || type->name.empty() || node.kind != NodeKind::kString) return;
    const std::vector<std::string> words = environment_.code_words(type->name);
    if (words.empty() || std::find(words.begin(), words.end(), node.name) != words.end()) return;
    Text hint = suggestion(node.name, words);
    if (hint.empty()) {
      hint = {worded("可用：%", {join(words, "、")}), worded("allowed: %", {join(words, ", ")})};
    }
    diagnostics_.error("unknown-code", place(node),
                       {worded("“%”里没有“%”", {type->name, node.name}),
                        worded("\"%\" is not a value of %", {node.name, type->name})},
                       std::move(hint));
  }

  // ---- what binds names ----

  static TypePtr range_of(TypePtr bound) {
    auto type = std::make_shared<Type>();
    type->kind = Kind::kRange;
    if (!is_open(*bound)) type->element = std::move(bound);
    return type;
  }

  TypePtr check_range(const Node& node, const TypeFrame* frame) {
    const TypePtr low = check(node.child(0), frame);
    const TypePtr high = check(node.child(1), frame);
    comparable(node, Op::kLe, low, node.child(0), high, node.child(1));
    return range_of(is_open(*low) ? high : low);
  }

  TypePtr check_iteration(const Node& node, size_t index, const TypeFrame* frame) {
    if (index == node.names.size()) {
      const TypePtr body = check(*node.children.back(), frame);
      if (node.kind == NodeKind::kFor) return Type::list_of(body);
      boolean(*node.children.back(), body);
      return Type::of(Kind::kBoolean);
    }
    const TypePtr domain = check(node.child(index), frame);
    TypePtr element = domain;
    if (domain->is(Kind::kList) || domain->is(Kind::kRange)) element = domain->element;
    if (element == nullptr) element = Type::any();
    const TypeFrame variable{frame, std::move(element), node.names[index]};
    const TypeFrame partial{&variable, Type::list_of(Type::any()), "partial"};
    return check_iteration(node, index + 1, node.kind == NodeKind::kFor ? &partial : &variable);
  }

  TypePtr check_context(const Node& node, const TypeFrame* frame) {
    std::vector<std::pair<std::string, TypePtr>> members;
    std::vector<TypeFrame> frames(node.names.size());
    const TypeFrame* top = frame;
    for (size_t i = 0; i < node.names.size(); ++i) {
      members.emplace_back(node.names[i], check(node.child(i), top));
      // An entry with an empty name cannot be asked for; an empty variable would be an item frame.
      if (node.names[i].empty()) continue;
      frames[i] = TypeFrame{top, members.back().second, node.names[i]};
      top = &frames[i];
    }
    return Type::context(std::move(members));
  }

  TypePtr check_function(const Node& node, const TypeFrame* frame) {
    std::vector<TypeFrame> frames(node.names.size());
    std::vector<std::pair<std::string, TypePtr>> parameters;
    const TypeFrame* top = frame;
    for (size_t i = 0; i < node.names.size(); ++i) {
      frames[i] = TypeFrame{top, Type::any(), node.names[i]};
      top = &frames[i];
      parameters.emplace_back(node.names[i], Type::any());
    }
    return Type::function(std::move(parameters), check(node.child(0), top));
  }

  const Expression& expression_;
  const TypeEnvironment& environment_;
  Diagnostics& diagnostics_;
};

}  // namespace

TypePtr check_types(const Expression& expression, const TypeEnvironment& environment,
                    const TypeFrame* frame, Diagnostics& diagnostics) {
  return Checker(expression, environment, diagnostics).check(*expression.root, frame);
}

TypePtr check_unary_tests(const Expression& tests, const TypePtr& input,
                          const TypeEnvironment& environment, Diagnostics& diagnostics) {
  Checker(tests, environment, diagnostics).check_test(*tests.root, input, nullptr);
  return Type::of(Kind::kBoolean);
}

}  // namespace dandang::feel
