#include "feel/types.h"

#include <algorithm>

#include "base/text.h"

namespace dandang::feel {

TypePtr Type::of(Kind kind) {
  auto type = std::make_shared<Type>();
  type->kind = kind;
  return type;
}

TypePtr Type::list_of(TypePtr element) {
  auto type = std::make_shared<Type>();
  type->kind = Kind::kList;
  type->element = std::move(element);
  return type;
}

TypePtr Type::entity(std::string name) {
  auto type = std::make_shared<Type>();
  type->kind = Kind::kEntity;
  type->name = std::move(name);
  return type;
}

TypePtr Type::code(std::string code_list) {
  auto type = std::make_shared<Type>();
  type->kind = Kind::kString;
  type->name = std::move(code_list);
  return type;
}

TypePtr Type::context(std::vector<std::pair<std::string, TypePtr>> members) {
  auto type = std::make_shared<Type>();
  type->kind = Kind::kContext;
  type->members = std::move(members);
  return type;
}

TypePtr Type::function(std::vector<std::pair<std::string, TypePtr>> parameters, TypePtr result) {
  auto type = std::make_shared<Type>();
  type->kind = Kind::kFunction;
  type->members = std::move(parameters);
  type->result = std::move(result);
  return type;
}

TypePtr Type::of_builtin(BasicType type) {
  switch (type) {
    case BasicType::kAny: return any();
    case BasicType::kBoolean: return of(Kind::kBoolean);
    case BasicType::kNumber: return of(Kind::kNumber);
    case BasicType::kString: return of(Kind::kString);
    case BasicType::kDate: return of(Kind::kDate);
    case BasicType::kMonthsDuration: return of(Kind::kMonthsDuration);
    case BasicType::kDaysDuration: return of(Kind::kDaysDuration);
    case BasicType::kList: return list_of(any());
    case BasicType::kContext: return context({});
    case BasicType::kRange: return of(Kind::kRange);
    case BasicType::kFunction: return of(Kind::kFunction);
  }
  return any();
}

Text Type::describe() const {
  switch (kind) {
    case Kind::kAny: return {"任意值", "any value"};
    case Kind::kNull: return {"空值", "null"};
    case Kind::kBoolean: return {"是否值", "yes-or-no value"};
    case Kind::kNumber: return {"数字", "number"};
    case Kind::kString:
      return name.empty() ? Text{"文字", "text"} : Text{"“" + name + "”代码", "code of " + name};
    case Kind::kDate: return {"日期", "date"};
    case Kind::kMonthsDuration: return {"年月时长", "years-and-months duration"};
    case Kind::kDaysDuration: return {"日时长", "days duration"};
    case Kind::kList: return {"列表", "list"};
    case Kind::kContext: return {"组合值", "context"};
    case Kind::kRange: return {"区间", "range"};
    case Kind::kFunction: return {"函数", "function"};
    case Kind::kEntity: return {"“" + name + "”记录", "record of " + name};
  }
  return {};
}

namespace {

using Kind = Type::Kind;

class Checker {
 public:
  Checker(const Expression& expression, const TypeEnvironment& environment,
          Diagnostics& diagnostics)
      : expression_(expression), environment_(environment), diagnostics_(diagnostics) {}

  TypePtr check(const Node& node, const TypeFrame* frame) {
    switch (node.kind) {
      case NodeKind::kNull: return Type::of(Kind::kNull);
      case NodeKind::kBoolean: return Type::of(Kind::kBoolean);
      case NodeKind::kNumber: return Type::of(Kind::kNumber);
      case NodeKind::kString: return Type::of(Kind::kString);
      case NodeKind::kAtLiteral: return Type::any();
      case NodeKind::kName: return check_name(node, frame);
      case NodeKind::kPath: return check_path(node, frame);
      case NodeKind::kFilter: return check_filter(node, frame);
      case NodeKind::kCall: return check_call(node, frame);
      case NodeKind::kArithmetic: return check_arithmetic(node, frame);
      case NodeKind::kNegate: return check(node.child(0), frame);
      case NodeKind::kCompare: {
        const TypePtr left = check(node.child(0), frame);
        const TypePtr right = check(node.child(1), frame);
        comparable(node, left, node.child(0), right, node.child(1));
        return Type::of(Kind::kBoolean);
      }
      case NodeKind::kBetween: {
        const TypePtr input = check(node.child(0), frame);
        comparable(node, input, node.child(0), check(node.child(1), frame), node.child(1));
        comparable(node, input, node.child(0), check(node.child(2), frame), node.child(2));
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
        const TypePtr a = check(node.child(1), frame);
        const TypePtr b = check(node.child(2), frame);
        if (a->is(Kind::kNull)) return b;
        return b->is(Kind::kNull) || a->kind == b->kind ? a : Type::any();
      }
      case NodeKind::kFor:
      case NodeKind::kSome:
      case NodeKind::kEvery: return check_iteration(node, 0, frame);
      case NodeKind::kList: {
        TypePtr element = Type::any();
        for (size_t i = 0; i < node.children.size(); ++i) {
          const TypePtr type = check(node.child(i), frame);
          element = i == 0 ? type : element->kind == type->kind ? element : Type::any();
        }
        return Type::list_of(element);
      }
      case NodeKind::kContext: return check_context(node, frame);
      case NodeKind::kRange:
        check(node.child(0), frame);
        check(node.child(1), frame);
        return Type::of(Kind::kRange);
      case NodeKind::kFunction: return check_function(node, frame);
      case NodeKind::kInstanceOf: check(node.child(0), frame); return Type::of(Kind::kBoolean);
      case NodeKind::kTest: check(node.child(0), frame); return Type::of(Kind::kRange);
      case NodeKind::kUnaryTests:
        for (const auto& child : node.children) check_test(*child, Type::any(), frame);
        return Type::of(Kind::kBoolean);
      case NodeKind::kAnyTest: return Type::of(Kind::kBoolean);
    }
    return Type::any();
  }

  void check_test(const Node& node, const TypePtr& input, const TypeFrame* frame) {
    const TypeFrame with_input{frame, input, "?"};
    if (node.kind == NodeKind::kUnaryTests) {
      for (const auto& child : node.children) check_test(*child, input, frame);
      return;
    }
    if (node.kind == NodeKind::kAnyTest) return;
    const Node& operand = node.kind == NodeKind::kTest ? node.child(0) : node;
    const TypePtr type = check(operand, &with_input);
    if (type->is(Kind::kRange) || type->is(Kind::kBoolean) || type->is(Kind::kList)) return;
    comparable(operand, input, operand, type, operand);
  }

 private:
  Place place(const Node& node) const { return expression_.source.place_at(node.span.begin); }

  static Text suggestion(const std::string& word, const std::vector<std::string>& candidates) {
    const std::string close = closest_match(word, candidates);
    if (close.empty()) return {};
    return {"是不是“" + close + "”？", "did you mean \"" + close + "\"?"};
  }

  TypePtr check_name(const Node& node, const TypeFrame* frame) {
    for (const TypeFrame* f = frame; f != nullptr; f = f->parent) {
      if (f->type == nullptr) continue;
      if (!f->variable.empty()) {
        if (f->variable == node.name) return f->type;
        continue;
      }
      if (node.name == "item") return f->type;
      if (const TypePtr found = member_type(*f->type, node.name)) return found;
    }
    if (TypePtr found = environment_.lookup(node.name)) return found;
    if (const Builtin* builtin = find_builtin(node.name)) {
      return Type::function({}, Type::of_builtin(builtin->result));
    }
    report_name(node, frame);
    return Type::any();
  }

  void report_name(const Node& node, const TypeFrame* frame) {
    std::vector<std::string> candidates = environment_.names();
    for (const TypeFrame* f = frame; f != nullptr; f = f->parent) {
      if (!f->variable.empty()) candidates.push_back(f->variable);
      if (f->variable.empty() && f->type != nullptr) add_members(*f->type, candidates);
    }
    Text hint = suggestion(node.name, candidates);
    if (hint.empty()) {
      hint = {"先用 parameter、measure 或 record 声明它，或者检查写法",
              "declare it as a parameter, measure or record field, or check the spelling"};
    }
    diagnostics_.error("undeclared-name", place(node),
                       {"没有声明的名称“" + node.name + "”", "\"" + node.name + "\" is not declared"},
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

  static TypePtr calendar_member(const Type& type, const std::string& name) {
    const auto any_of = [&](std::initializer_list<const char*> names) {
      return std::any_of(names.begin(), names.end(), [&](const char* n) { return name == n; });
    };
    if (type.is(Kind::kDate) && any_of({"year", "month", "day", "weekday"})) {
      return Type::of(Kind::kNumber);
    }
    if (type.is(Kind::kMonthsDuration) && any_of({"years", "months"})) return Type::of(Kind::kNumber);
    if (type.is(Kind::kDaysDuration) && any_of({"days", "hours", "minutes", "seconds"})) {
      return Type::of(Kind::kNumber);
    }
    if (type.is(Kind::kRange)) return Type::any();
    return nullptr;
  }

  TypePtr check_path(const Node& node, const TypeFrame* frame) {
    const TypePtr object = check(node.child(0), frame);
    return path_type(node, *object);
  }

  TypePtr path_type(const Node& node, const Type& object) {
    if (object.is(Kind::kAny) || object.is(Kind::kNull)) return Type::any();
    if (object.is(Kind::kList)) return Type::list_of(path_type(node, *object.element));
    if (TypePtr found = member_type(object, node.name)) return found;
    if (TypePtr found = calendar_member(object, node.name)) return found;
    if (object.is(Kind::kContext) && object.members.empty()) return Type::any();
    std::vector<std::string> candidates;
    add_members(object, candidates);
    const size_t at = node.span.end - node.name.size();
    const Text what = object.describe();
    diagnostics_.error("unknown-member", expression_.source.place_at(at),
                       {what.zh + "没有“" + node.name + "”", "a " + what.en + " has no \"" + node.name + "\""},
                       suggestion(node.name, candidates));
    return Type::any();
  }

  TypePtr check_filter(const Node& node, const TypeFrame* frame) {
    const TypePtr list = check(node.child(0), frame);
    const TypePtr element = list->is(Kind::kList) ? list->element : list;
    const TypeFrame item{frame, element, ""};
    const TypePtr condition = check(node.child(1), &item);
    return condition->is(Kind::kNumber) ? element : Type::list_of(element);
  }

  TypePtr check_call(const Node& node, const TypeFrame* frame) {
    std::vector<TypePtr> args;
    for (size_t i = 1; i < node.children.size(); ++i) args.push_back(check(node.child(i), frame));
    const Node& callee = node.child(0);
    if (callee.kind == NodeKind::kName && find_builtin(callee.name) != nullptr) {
      return builtin_call(node, *find_builtin(callee.name), args);
    }
    if (callee.kind == NodeKind::kName && !is_bound(callee.name, frame)) {
      return unknown_function(callee);
    }
    const TypePtr function = check(callee, frame);
    if (!function->is(Kind::kFunction)) {
      if (!function->is(Kind::kAny)) {
        diagnostics_.error("not-a-function", place(callee),
                           {"“" + expression_.text_of(callee) + "”不是函数",
                            "\"" + expression_.text_of(callee) + "\" is not a function"});
      }
      return Type::any();
    }
    if (node.arg_names.empty() && args.size() != function->members.size()) {
      argument_count(node, expression_.text_of(callee), static_cast<int>(function->members.size()),
                     static_cast<int>(function->members.size()), args.size());
    }
    for (size_t i = 0; i < args.size() && i < function->members.size(); ++i) {
      comparable(node.child(i + 1), function->members[i].second, node.child(i + 1), args[i],
                 node.child(i + 1));
    }
    return function->result ? function->result : Type::any();
  }

  bool is_bound(const std::string& name, const TypeFrame* frame) const {
    for (const TypeFrame* f = frame; f != nullptr; f = f->parent) {
      if (!f->variable.empty() ? f->variable == name
                               : f->type != nullptr && member_type(*f->type, name) != nullptr) {
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
              "built-in functions are listed in docs/feel.md; declare your own as a measure with args"};
    }
    diagnostics_.error("unknown-function", place(callee),
                       {"没有函数“" + callee.name + "”", "there is no function \"" + callee.name + "\""},
                       std::move(hint));
    return Type::any();
  }

  TypePtr builtin_call(const Node& node, const Builtin& builtin, const std::vector<TypePtr>& args) {
    const auto count = static_cast<int>(args.size());
    if (node.arg_names.empty() &&
        (count < builtin.min_args || (builtin.max_args >= 0 && count > builtin.max_args))) {
      argument_count(node, builtin.name, builtin.min_args, builtin.max_args, args.size());
    }
    for (size_t i = 0; i < node.arg_names.size(); ++i) {
      const bool known = std::any_of(
          builtin.parameters.begin(), builtin.parameters.end(),
          [&](const char* p) { return node.arg_names[i] == p; });
      if (!known) {
        std::vector<std::string> names(builtin.parameters.begin(), builtin.parameters.end());
        diagnostics_.error("unknown-argument", place(node.child(i + 1)),
                           {"函数 " + std::string(builtin.name) + " 没有参数“" + node.arg_names[i] + "”",
                            std::string(builtin.name) + " has no parameter \"" + node.arg_names[i] + "\""},
                           suggestion(node.arg_names[i], names));
      }
    }
    // min, max, sum of a list give the list's element; abs its argument.
    if (builtin.result == BasicType::kAny && !args.empty()) {
      const std::string_view name = builtin.name;
      if (name == "min" || name == "max" || name == "sum") {
        return args[0]->is(Kind::kList) ? args[0]->element : args[0];
      }
      if (name == "abs") return args[0];
    }
    const std::string_view name = builtin.name;
    if (!args.empty() && args[0]->is(Kind::kList) &&
        (name == "distinct values" || name == "reverse" || name == "sort" || name == "sublist" ||
         name == "append" || name == "remove")) {
      return args[0];
    }
    return Type::of_builtin(builtin.result);
  }

  void argument_count(const Node& node, const std::string& name, int min, int max, size_t given) {
    const std::string wanted = max < 0      ? std::to_string(min) + "+"
                               : min == max ? std::to_string(min)
                                            : std::to_string(min) + "–" + std::to_string(max);
    diagnostics_.error("argument-count", place(node),
                       {"函数 " + name + " 要 " + wanted + " 个参数，给了 " + std::to_string(given) + " 个",
                        name + " takes " + wanted + " arguments, " + std::to_string(given) + " given"});
  }

  TypePtr check_arithmetic(const Node& node, const TypeFrame* frame) {
    const TypePtr a = check(node.child(0), frame);
    const TypePtr b = check(node.child(1), frame);
    const bool known = !a->is(Kind::kAny) && !b->is(Kind::kAny);
    if (a->is(Kind::kNumber) && b->is(Kind::kNumber)) return a;
    if (a->is(Kind::kString) && b->is(Kind::kString) && node.op == Op::kAdd) {
      return Type::of(Kind::kString);
    }
    const auto duration = [](const TypePtr& t) {
      return t->is(Kind::kMonthsDuration) || t->is(Kind::kDaysDuration);
    };
    const bool sum = node.op == Op::kAdd || node.op == Op::kSubtract;
    if (a->is(Kind::kDate) && duration(b) && sum) return a;
    if (duration(a) && b->is(Kind::kDate) && node.op == Op::kAdd) return b;
    if (a->is(Kind::kDate) && b->is(Kind::kDate) && node.op == Op::kSubtract) {
      return Type::of(Kind::kDaysDuration);
    }
    if (duration(a) && (a->kind == b->kind || b->is(Kind::kNumber))) return a;
    if (duration(b) && a->is(Kind::kNumber)) return b;
    if (!known) return Type::any();
    const Text left = a->describe();
    const Text right = b->describe();
    diagnostics_.error("type-mismatch", place(node),
                       {"“" + std::string(op_text(node.op)) + "”不能用于" + left.zh + "和" + right.zh,
                        "\"" + std::string(op_text(node.op)) + "\" does not go with a " + left.en + " and a " + right.en});
    return Type::any();
  }

  void boolean(const Node& node, const TypePtr& type) {
    if (type->is(Kind::kAny) || type->is(Kind::kBoolean) || type->is(Kind::kNull)) return;
    const Text what = type->describe();
    diagnostics_.error("type-mismatch", place(node),
                       {"这里要是否值，却是" + what.zh, "a yes-or-no value is wanted here, this is a " + what.en});
  }

  void comparable(const Node& at, const TypePtr& a, const Node& a_node, const TypePtr& b,
                  const Node& b_node) {
    if (a->is(Kind::kAny) || b->is(Kind::kAny) || a->is(Kind::kNull) || b->is(Kind::kNull)) return;
    if (a->kind != b->kind) {
      const Text left = a->describe();
      const Text right = b->describe();
      diagnostics_.error("type-mismatch", place(at),
                         {left.zh + "不能与" + right.zh + "比较",
                          "a " + left.en + " cannot be compared with a " + right.en});
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
      hint = {"可用：" + join(words, "、"), "allowed: " + join(words, ", ")};
    }
    diagnostics_.error("unknown-code", place(node),
                       {"“" + type->name + "”里没有“" + node.name + "”",
                        "\"" + node.name + "\" is not a value of " + type->name},
                       std::move(hint));
  }

  TypePtr check_iteration(const Node& node, size_t index, const TypeFrame* frame) {
    if (index == node.names.size()) {
      const TypePtr body = check(*node.children.back(), frame);
      if (node.kind == NodeKind::kFor) return Type::list_of(body);
      boolean(*node.children.back(), body);
      return Type::of(Kind::kBoolean);
    }
    const TypePtr domain = check(node.child(index), frame);
    TypePtr element = domain->is(Kind::kList)    ? domain->element
                      : domain->is(Kind::kRange) ? Type::any()
                                                 : domain;
    const TypeFrame variable{frame, std::move(element), node.names[index]};
    const TypeFrame partial{&variable, Type::list_of(Type::any()), "partial"};
    return check_iteration(node, index + 1, node.kind == NodeKind::kFor ? &partial : &variable);
  }

  TypePtr check_context(const Node& node, const TypeFrame* frame) {
    std::vector<std::pair<std::string, TypePtr>> members;
    for (size_t i = 0; i < node.names.size(); ++i) {
      const TypeFrame so_far{frame, Type::context(members), ""};
      members.emplace_back(node.names[i], check(node.child(i), &so_far));
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
