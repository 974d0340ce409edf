#include "dmn/model_evaluator.h"

#include <algorithm>
#include <optional>

namespace dandang::dmn {
namespace {

using feel::Value;

// Old files give knowledge the type of its result, newer ones that of the function.
const ItemType* result_type(const ItemType* type) {
  if (type != nullptr && type->kind == ItemType::Kind::kNamed && type->base != nullptr &&
      type->base->kind == ItemType::Kind::kFunction) {
    type = type->base;
  }
  return type != nullptr && type->kind == ItemType::Kind::kFunction ? type->result : type;
}

std::vector<std::string> names_of(const std::vector<Variable>& variables) {
  std::vector<std::string> names;
  for (const Variable& variable : variables) names.push_back(variable.name);
  return names;
}

// Adds to the context that stands for an import.
void add_member(feel::Context& context, const std::string& name, Value value) {
  context.entries.emplace_back(name, std::move(value));
}

}  // namespace

class ModelEvaluator::DepthGuard {
 public:
  explicit DepthGuard(int& depth) : depth_(depth) { ++depth_; }
  ~DepthGuard() { --depth_; }
  DepthGuard(const DepthGuard&) = delete;
  DepthGuard& operator=(const DepthGuard&) = delete;

 private:
  int& depth_;
};

// While an element is evaluated, type names are those of its model.
class ModelEvaluator::ModelGuard {
 public:
  ModelGuard(ModelEnvironment& environment, const Element& element)
      : environment_(environment), before_(environment.set_model(element.model)) {}
  ~ModelGuard() { environment_.set_model(before_); }
  ModelGuard(const ModelGuard&) = delete;
  ModelGuard& operator=(const ModelGuard&) = delete;

 private:
  ModelEnvironment& environment_;
  const Model* before_;
};

ModelEvaluator::ModelEvaluator(ModelLimits limits, std::optional<feel::DateTime> now)
    : limits_(limits), environment_(now), evaluator_(environment_, limits.formula) {}

Value ModelEvaluator::stop(const Text& why) {
  if (stopped_.empty()) stopped_ = why;
  return Value::unknown(feel::Cause{feel::Cause::Kind::kOther, {}, {}, {}, why});
}

Value ModelEvaluator::bounded(Value value) {
  const feel::Extent extent = value.extent();
  if (extent.weight > limits_.formula.weight || extent.depth > limits_.formula.value_depth) {
    const std::string most = std::to_string(limits_.formula.weight);
    return stop({"一个值里超过 " + most + " 项，已停止",
                 "stopped: more than " + most + " items in one value"});
  }
  return value;
}

// ---- elements ----

void ModelEvaluator::give(const Element& element, const Value& value) {
  run_.values.insert_or_assign(&element, coerced(value, element.variable.type, evaluator_));
}

ModelEvaluator::Run& ModelEvaluator::Run::import(const std::string& name) {
  auto& inner = imports[name];
  if (inner == nullptr) {
    inner = std::make_unique<Run>();
    inner->outer = this;
  }
  return *inner;
}

const Value* ModelEvaluator::Run::find(const Element& element) const {
  for (const Run* run = this; run != nullptr; run = run->outer) {
    const auto found = run->values.find(&element);
    if (found != run->values.end()) return &found->second;
    // What was computed there was computed from that model's inputs.
    if (element.kind != Element::Kind::kInputData) break;
  }
  return nullptr;
}

void ModelEvaluator::give_imported(const Import& import, const Value& members) {
  if (import.model == nullptr) return;
  give_members(*import.model, members, import.name.empty() ? run_ : run_.import(import.name));
}

// As deep as the value given, which is bounded.
void ModelEvaluator::give_members(const Model& model, const Value& members, Run& run) {
  if (!members.is(Value::Kind::kContext)) return;
  for (const auto& [name, value] : members.context().entries) {
    if (const Element* element = model.find(name)) {
      run.values.insert_or_assign(element, coerced(value, element->variable.type, evaluator_));
      continue;
    }
    for (const Import& import : model.imports) {
      if (import.name != name || import.model == nullptr) continue;
      give_members(*import.model, value, run.import(name));
    }
  }
}

Value ModelEvaluator::evaluate(const Element& element) {
  return value_of(element, run_);
}

Value ModelEvaluator::value_of(const Element& element, Run& run) {
  switch (element.kind) {
    case Element::Kind::kInputData: {
      const Value* found = run.find(element);
      return found == nullptr ? Value() : *found;
    }
    case Element::Kind::kDecision:
      return decide(element, run);
    case Element::Kind::kKnowledge:
    case Element::Kind::kService:
      return function_of(element);
  }
  return {};
}

Value ModelEvaluator::decide(const Element& decision, Run& run) {
  if (const Value* known = run.find(decision)) return *known;
  if (decision.logic == nullptr || decision.cyclic || run.open[&decision]) return {};
  if (depth_ >= limits_.depth) {
    return stop({"决策相互引用超过 " + std::to_string(limits_.depth) + " 层，已停止",
                 "stopped: decisions nested more than " + std::to_string(limits_.depth)});
  }
  const DepthGuard guard(depth_);
  const ModelGuard model(environment_, decision);
  run.open[&decision] = true;
  FrameNames names(nullptr);
  bind_requirements(decision, run, names);
  const Value raw = eval(*decision.logic, names.top());
  Value value = coerced(raw, decision.variable.type, evaluator_);
  run.open[&decision] = false;
  run.values.insert_or_assign(&decision, value);
  return value;
}

// Each requirement's value under its name; those of a named import as members of that name.
void ModelEvaluator::bind_requirements(const Element& element, Run& run, FrameNames& names) {
  std::vector<std::pair<std::string, feel::Context>> imports;
  for (const Requirement& requirement : element.requirements) {
    if (requirement.target == nullptr) continue;
    const Element& target = *requirement.target;
    if (requirement.import_name.empty()) {
      names.bind(target.variable.name, value_of(target, run));
      continue;
    }
    auto import = std::find_if(imports.begin(), imports.end(), [&](const auto& entry) {
      return entry.first == requirement.import_name;
    });
    if (import == imports.end()) {
      import = imports.insert(import, {requirement.import_name, {}});
    }
    Run& inner = run.import(requirement.import_name);
    add_member(import->second, target.variable.name, value_of(target, inner));
  }
  for (auto& [name, context] : imports) names.bind(name, std::move(context));
}

Value ModelEvaluator::function_of(const Element& element) {
  feel::Function function;
  if (element.kind == Element::Kind::kService) {
    for (const Element* parameter : parameters_of(element)) {
      function.parameters.push_back(parameter->variable.name);
    }
    function.call = [this, &element](const Values& arguments) {
      return call_service(element, arguments);
    };
    return function;
  }
  if (element.logic == nullptr) return {};
  if (element.logic->kind == Boxed::Kind::kExternal) return external_function(*element.logic);
  function.parameters = names_of(element.logic->variables);
  function.call = [this, &element](const Values& arguments) {
    return call_knowledge(element, arguments);
  };
  return function;
}

Value ModelEvaluator::call_knowledge(const Element& element, const Values& arguments) {
  const ModelGuard model(environment_, element);
  FrameNames names(nullptr);
  // Knowledge rests on knowledge only: nothing of a run is visible to it.
  Run none;
  names.bind(element.variable.name, function_of(element));
  bind_requirements(element, none, names);
  const Value value = call_function(*element.logic, arguments, names.top());
  const Value typed = coerced(value, result_type(element.logic->result.type), evaluator_);
  return coerced(typed, result_type(element.variable.type), evaluator_);
}

std::vector<const Element*> parameters_of(const Element& service) {
  std::vector<const Element*> out;
  for (const auto* group : {&service.input_data, &service.input_decisions}) {
    for (const Requirement& requirement : *group) {
      if (requirement.target != nullptr) out.push_back(requirement.target);
    }
  }
  return out;
}

Value ModelEvaluator::call_service(const Element& service, const Values& arguments) {
  const auto parameters = parameters_of(service);
  if (arguments.size() != parameters.size()) return {};
  if (depth_ >= limits_.depth) {
    return stop({"决策服务相互调用超过 " + std::to_string(limits_.depth) + " 层，已停止",
                 "stopped: services nested more than " + std::to_string(limits_.depth)});
  }
  const DepthGuard guard(depth_);
  Run run;
  for (size_t i = 0; i < parameters.size(); ++i) {
    Value value = coerced(arguments[i], parameters[i]->variable.type, evaluator_);
    if (value.is_null() && !arguments[i].is_null()) return {};
    run.values.insert_or_assign(parameters[i], std::move(value));
  }
  feel::Context results;
  for (const Requirement& output : service.output_decisions) {
    if (output.target == nullptr) continue;
    add_member(results, output.target->variable.name, decide(*output.target, run));
  }
  // The only result stands for itself (DMN 1.5 §10.4).
  Value value = results.entries.size() == 1 ? results.entries[0].second : bounded(results);
  return coerced(value, result_type(service.variable.type), evaluator_);
}

Value ModelEvaluator::invoke(const Element& element, const Arguments& arguments) {
  const Value function = function_of(element);
  if (!function.is(Value::Kind::kFunction)) return {};
  Values ordered;
  for (const std::string& parameter : function.function().parameters) {
    const auto given = std::find_if(arguments.begin(), arguments.end(),
                                    [&](const auto& pair) { return pair.first == parameter; });
    ordered.push_back(given == arguments.end() ? Value() : given->second);
  }
  return function.function().call(ordered);
}

// ---- boxed expressions ----

Value ModelEvaluator::eval(const Boxed& boxed, const feel::Frame* frame) {
  if (!stopped_.empty()) return stop(stopped_);
  if (++steps_ > limits_.steps) {
    return stop({"计算超过 " + std::to_string(limits_.steps) + " 步，已停止",
                 "stopped after " + std::to_string(limits_.steps) + " steps"});
  }
  if (depth_ >= limits_.depth) {
    return stop({"表达式嵌套超过 " + std::to_string(limits_.depth) + " 层，已停止",
                 "stopped: expressions nested more than " + std::to_string(limits_.depth)});
  }
  const DepthGuard guard(depth_);
  Value value = eval_inner(boxed, frame);
  // What a table's type says of one output is often written where several come out.
  if (boxed.kind == Boxed::Kind::kTable) return bounded(std::move(value));
  return bounded(coerced(value, boxed.result.type, evaluator_));
}

Value ModelEvaluator::eval_inner(const Boxed& boxed, const feel::Frame* frame) {
  switch (boxed.kind) {
    case Boxed::Kind::kBroken:
      return {};
    case Boxed::Kind::kLiteral:
      return boxed.expression == nullptr ? Value() : eval_formula(*boxed.expression, frame);
    case Boxed::Kind::kContext:
      return eval_context(boxed, frame);
    case Boxed::Kind::kTable:
      return eval_table(boxed, frame);
    case Boxed::Kind::kRelation:
      return eval_relation(boxed, frame);
    case Boxed::Kind::kList:
      return eval_list(boxed, frame);
    case Boxed::Kind::kInvocation:
      return eval_invocation(boxed, frame);
    case Boxed::Kind::kFunction:
      return eval_function(boxed, frame);
    case Boxed::Kind::kExternal:
      return external_function(boxed);
    case Boxed::Kind::kConditional:
      return eval_conditional(boxed, frame);
    case Boxed::Kind::kFor:
    case Boxed::Kind::kSome:
    case Boxed::Kind::kEvery:
    case Boxed::Kind::kFilter:
      return eval_iterator(boxed, frame);
  }
  return {};
}

Value ModelEvaluator::eval_formula(const feel::Expression& expression, const feel::Frame* frame) {
  Value value = evaluator_.evaluate(expression, frame);
  if (!evaluator_.stopped().empty()) return stop(evaluator_.stopped());
  return value;
}

Value ModelEvaluator::eval_conditional(const Boxed& boxed, const feel::Frame* frame) {
  const Value condition = eval(*boxed.parts[0], frame);
  if (condition.is_unknown()) return condition;
  if (condition.is_true()) return eval(*boxed.parts[1], frame);
  // Null is no; what can be neither yes nor no has no branch.
  if (!condition.is_false() && !condition.is_null()) return {};
  return eval(*boxed.parts[2], frame);
}

Value ModelEvaluator::eval_context(const Boxed& boxed, const feel::Frame* frame) {
  feel::Context context;
  FrameNames names(frame);
  for (size_t i = 0; i < boxed.parts.size(); ++i) {
    const Variable& variable = boxed.variables[i];
    Value value = coerced(eval(*boxed.parts[i], names.top()), variable.type, evaluator_);
    // The entry without a name is the result of the whole.
    if (variable.name.empty()) return value;
    names.bind(variable.name, value);
    add_member(context, variable.name, std::move(value));
  }
  return context;
}

Value ModelEvaluator::eval_table(const Boxed& boxed, const feel::Frame* frame) {
  Values inputs;
  for (const BoxedPtr& part : boxed.parts) inputs.push_back(eval(*part, frame));
  Value value = dmn::evaluate(boxed.table, inputs, evaluator_, frame);
  if (!evaluator_.stopped().empty()) return stop(evaluator_.stopped());
  return value;
}

Value ModelEvaluator::eval_relation(const Boxed& boxed, const feel::Frame* frame) {
  feel::List rows;
  const size_t columns = boxed.variables.size();
  for (size_t first = 0; columns > 0 && first < boxed.parts.size(); first += columns) {
    feel::Context row;
    for (size_t i = 0; i < columns; ++i) {
      const Variable& column = boxed.variables[i];
      const Value cell = eval(*boxed.parts[first + i], frame);
      add_member(row, column.name, coerced(cell, column.type, evaluator_));
    }
    rows.items.emplace_back(std::move(row));
  }
  return rows;
}

Value ModelEvaluator::eval_list(const Boxed& boxed, const feel::Frame* frame) {
  feel::List list;
  for (const BoxedPtr& part : boxed.parts) list.items.push_back(eval(*part, frame));
  return list;
}

Value ModelEvaluator::eval_invocation(const Boxed& boxed, const feel::Frame* frame) {
  const Value function = eval(*boxed.parts[0], frame);
  if (!function.is(Value::Kind::kFunction)) return function.is_unknown() ? function : Value();
  const std::vector<std::string>& parameters = function.function().parameters;
  Values arguments(parameters.size());
  for (size_t i = 0; i < boxed.variables.size(); ++i) {
    const auto at = std::find(parameters.begin(), parameters.end(), boxed.variables[i].name);
    if (at == parameters.end()) return {};
    arguments[static_cast<size_t>(at - parameters.begin())] = eval(*boxed.parts[i + 1], frame);
  }
  return function.function().call(arguments);
}

Value ModelEvaluator::eval_function(const Boxed& boxed, const feel::Frame* frame) {
  auto captured = std::make_shared<const CapturedNames>(frame);
  feel::Function function;
  function.parameters = names_of(boxed.variables);
  function.depth = captured->depth();
  function.call = [this, captured, &boxed](const Values& arguments) {
    FrameNames names(nullptr);
    captured->bind_into(names);
    return coerced(call_function(boxed, arguments, names.top()), result_type(boxed.result.type),
                   evaluator_);
  };
  return function;
}

bool ModelEvaluator::bind_arguments(const std::vector<Variable>& parameters,
                                    const Values& arguments, FrameNames& names) {
  if (arguments.size() != parameters.size()) return false;
  for (size_t i = 0; i < parameters.size(); ++i) {
    Value value = coerced(arguments[i], parameters[i].type, evaluator_);
    if (value.is_null() && !arguments[i].is_null()) return false;
    names.bind(parameters[i].name, std::move(value));
  }
  return true;
}

Value ModelEvaluator::call_function(const Boxed& function, const Values& arguments,
                                    const feel::Frame* frame) {
  if (function.kind != Boxed::Kind::kFunction) return {};
  FrameNames names(frame);
  if (!bind_arguments(function.variables, arguments, names)) return {};
  return eval(*function.parts[0], names.top());
}

Value ModelEvaluator::external_function(const Boxed& boxed) {
  feel::Function function;
  function.parameters = names_of(boxed.variables);
  function.call = [this](const Values&) {
    met_external_ = true;
    return Value();
  };
  return function;
}

}  // namespace dandang::dmn
