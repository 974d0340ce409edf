#include "dmn/model_linker.h"

#include <array>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "dmn/model_environment.h"
#include "dmn/model_reader.h"

namespace dandang::dmn {
namespace {

class Linker {
 public:
  Linker(Model& model, Diagnostics& diagnostics) : model_(model), diagnostics_(diagnostics) {}

  void run() {
    for (const auto& [name, type] : model_.types) link_type(*type);
    for (const auto& type : model_.other_types) link_type(*type);
    for (const auto& element : model_.elements) link_element(*element);
  }

 private:
  void link_type(ItemType& type) {
    if (type.kind != ItemType::Kind::kNamed) return;
    type.base = resolve(type.reference, type.place);
    if (type.base == nullptr) type.kind = ItemType::Kind::kAny;
  }

  // Behind an XML prefix, as DMN 1.1 wrote it: "feel:string", "p:tPerson", "{…}tPerson".
  static std::string_view local_part(std::string_view reference) {
    const size_t brace = reference.rfind('}');
    if (brace != std::string_view::npos) return reference.substr(brace + 1);
    const size_t colon = reference.rfind(':');
    return colon == std::string_view::npos ? reference : reference.substr(colon + 1);
  }

  const ItemType* resolve(const std::string& reference, const Place& place) {
    if (reference.empty()) return nullptr;
    if (const ItemType* type = find_type(model_, reference)) return type;
    const std::string_view local = local_part(reference);
    if (const ItemType* type = find_type(model_, local)) return type;
    if (const ItemType* type = basic_type(basic_type_name(reference))) return type;
    std::vector<std::string> known{"string", "number", "boolean", "date"};
    for (const auto& [name, type] : model_.types) known.push_back(name);
    const std::string close = closest_match(local, known);
    Text hint{"按任意类型处理", "it is taken as any type"};
    if (!close.empty()) hint = {"是不是 " + close + "？", "did you mean " + close + "?"};
    diagnostics_.warning("unknown-type", place,
                         {"没有类型“" + reference + "”", "there is no type \"" + reference + "\""},
                         hint);
    return nullptr;
  }

  void link_variable(Variable& variable, const Place& place) {
    variable.type = resolve(variable.type_reference, place);
  }

  void link_element(Element& element) {
    link_variable(element.variable, element.place);
    for (auto* group :
         {&element.requirements, &element.output_decisions, &element.encapsulated_decisions,
          &element.input_decisions, &element.input_data}) {
      for (Requirement& requirement : *group) link_requirement(requirement);
    }
    if (element.logic != nullptr) link_boxed(*element.logic);
  }

  void link_boxed(Boxed& boxed) {
    link_variable(boxed.result, boxed.place);
    for (Variable& variable : boxed.variables) link_variable(variable, boxed.place);
    if (boxed.kind == Boxed::Kind::kTable) {
      for (const Variable& output : boxed.variables) {
        boxed.table.output_types.push_back(output.type);
      }
    }
    for (const BoxedPtr& part : boxed.parts) link_boxed(*part);
  }

  void link_requirement(Requirement& requirement) {
    const size_t hash = requirement.href.rfind('#');
    const std::string id =
        hash == std::string::npos ? requirement.href : requirement.href.substr(hash + 1);
    const std::string space = hash == std::string::npos ? "" : requirement.href.substr(0, hash);
    if (space.empty() || space == model_.space) {
      requirement.target = by_id(model_, id);
    }
    for (const Import& import : model_.imports) {
      if (requirement.target != nullptr || import.model == nullptr) continue;
      if (space != import.space && space != import.location) continue;
      requirement.target = by_id(*import.model, id);
      requirement.import_name = import.name;
    }
    if (requirement.target != nullptr) return;
    diagnostics_.error(
        "unknown-reference", requirement.place,
        {"找不到 " + requirement.href, "there is no " + requirement.href},
        {"检查 id，或者缺少的 <import>", "look at the id, or for a missing <import>"});
  }

  static const Element* by_id(const Model& model, std::string_view id) {
    for (const auto& element : model.elements) {
      if (element->id == id) return element.get();
    }
    return nullptr;
  }

  Model& model_;
  Diagnostics& diagnostics_;
};

// Depth first over requirements; whoever is met again while still open rests on itself.
class CycleFinder {
 public:
  explicit CycleFinder(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  // Iterative: a chain of requirements may be as long as a file has elements.
  void visit(Element& start) {
    std::vector<Step> open;
    enter(start, open);
    while (!open.empty()) {
      Step& step = open.back();
      if (step.next == step.element->requirements.size()) {
        state_[step.element] = State::kDone;
        open.pop_back();
        continue;
      }
      const Element* target = step.element->requirements[step.next++].target;
      // Knowledge may call itself; decisions may not.
      if (target == nullptr || target->kind != Element::Kind::kDecision) continue;
      const State state = state_[target];
      if (state == State::kOpen) {
        report(*step.element);
      } else if (state == State::kNew) {
        // Only ModelSet::read, which owns the elements, comes here.
        enter(const_cast<Element&>(*target), open);
      }
    }
  }

 private:
  enum class State { kNew, kOpen, kDone };
  struct Step {
    Element* element;
    size_t next;
  };

  void enter(Element& element, std::vector<Step>& open) {
    if (state_[&element] != State::kNew) return;
    state_[&element] = State::kOpen;
    open.push_back({&element, 0});
  }

  void report(Element& element) {
    element.cyclic = true;
    diagnostics_.error("decision-cycle", element.place,
                       {"决策“" + element.name + "”要用到自己的结果，值为 null",
                        "the decision \"" + element.name + "\" rests on itself: it is null"});
  }

  Diagnostics& diagnostics_;
  std::map<const Element*, State> state_;
};

}  // namespace

const ItemType* basic_type(const std::string& name) {
  static const auto kTypes = [] {
    std::map<std::string, std::unique_ptr<const ItemType>> types;
    for (const char* basic :
         {"Any", "Null", "number", "string", "boolean", "date", "time", "date and time",
          "days and time duration", "years and months duration", "context", "list", "function",
          "range"}) {
      auto type = std::make_unique<ItemType>();
      type->kind = ItemType::Kind::kBasic;
      type->basic = basic;
      types.emplace(basic, std::move(type));
    }
    return types;
  }();
  const auto found = kTypes.find(name);
  return found == kTypes.end() ? nullptr : found->second.get();
}

void link_model(Model& model, Diagnostics& diagnostics) {
  Linker(model, diagnostics).run();
}

void find_cycles(const std::vector<std::unique_ptr<Model>>& models, Diagnostics& diagnostics) {
  CycleFinder finder(diagnostics);
  for (const auto& model : models) {
    for (const auto& element : model->elements) finder.visit(*element);
  }
}

}  // namespace dandang::dmn
