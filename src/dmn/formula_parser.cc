// Parses a model's formulas: which names a formula may hold depends on what its element rests on.

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "base/text.h"
#include "dmn/model_linker.h"
#include "dmn/model_reader.h"
#include "feel/parser.h"

namespace dandang::dmn {
namespace {

// How many definitions are looked through for an output's values.
constexpr int kMaxAliases = 100;

// Keys of contexts written in a formula: whoever uses the value may name them.
void collect_keys(const feel::Node& node, feel::KnownNames& names) {
  if (node.kind == feel::NodeKind::kContext) names.insert(node.names.begin(), node.names.end());
  for (const auto& child : node.children) {
    if (child != nullptr) collect_keys(*child, names);
  }
}

class FormulaParser {
 public:
  explicit FormulaParser(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  void run(const std::vector<std::unique_ptr<Model>>& models) {
    for (const auto& model : models) parse_types(*model);
    for (const auto& model : models) {
      for (const auto& element : model->elements) own_names_[element.get()] = names_of(*element);
    }
    for (const auto& model : models) {
      for (const auto& element : model->elements) parse_element(*element);
    }
  }

 private:
  ExpressionPtr expression(const feel::Source& source, const feel::KnownNames& names) {
    feel::ParseOptions options;
    options.names = names;
    Diagnostics found;
    ExpressionPtr parsed = feel::parse_expression(source, options, found);
    is_external_ = false;
    for (const Diagnostic& diagnostic : found.all()) {
      is_external_ = is_external_ || diagnostic.code == "external-function";
      diagnostics_.add(diagnostic);
    }
    return parsed;
  }
  ExpressionPtr tests(const feel::Source& source, const feel::KnownNames& names) {
    feel::ParseOptions options;
    options.names = names;
    return feel::parse_unary_tests(source, options, diagnostics_);
  }

  // ---- types ----

  void parse_types(Model& model) {
    for (const auto& [name, type] : model.types) parse_type(*type);
    for (const auto& type : model.other_types) parse_type(*type);
  }
  void parse_type(ItemType& type) {
    feel::KnownNames names;
    add_members(&type, names);
    for (Tests* values : {&type.allowed_values, &type.type_constraint}) {
      if (!trimmed(values->source.text).empty()) values->parsed = tests(values->source, names);
    }
  }

  // ---- names ----

  static void add_members(const ItemType* type, feel::KnownNames& names) {
    collect_member_names(type, names);
  }

  static void add_variable(const Variable& variable, feel::KnownNames& names) {
    names.insert(variable.name);
    add_members(variable.type, names);
  }

  // Whether the names that the expression declares are seen inside it only.
  static bool declares_inside(Boxed::Kind kind) {
    return kind == Boxed::Kind::kFunction || kind == Boxed::Kind::kExternal ||
           kind == Boxed::Kind::kFor || kind == Boxed::Kind::kSome || kind == Boxed::Kind::kEvery;
  }

  enum class Reach { kInside, kOutside };

  // What the expression's parts are called: entries, columns and outputs, which its value carries
  // out; inside also parameters and iterators.
  static void add_boxed(const Boxed& boxed, Reach reach, feel::KnownNames& names) {
    // The parameters of an invocation are the called function's names, not ours.
    const bool seen = reach == Reach::kInside || !declares_inside(boxed.kind);
    if (seen && boxed.kind != Boxed::Kind::kInvocation) {
      for (const Variable& variable : boxed.variables) add_variable(variable, names);
    }
    add_members(boxed.result.type, names);
    for (const BoxedPtr& part : boxed.parts) add_boxed(*part, reach, names);
  }

  // The names that an element's value brings to who rests on it.
  static feel::KnownNames names_of(const Element& element) {
    feel::KnownNames names;
    add_variable(element.variable, names);
    if (element.logic != nullptr) add_boxed(*element.logic, Reach::kOutside, names);
    return names;
  }

  // The names of all that the element rests on, near and far: values are handed on.
  feel::KnownNames names_in_scope(const Element& element) {
    feel::KnownNames names;
    std::set<const Element*> seen{&element};
    std::vector<const Element*> open{&element};
    while (!open.empty()) {
      const Element* next = open.back();
      open.pop_back();
      names.insert(own_names_[next].begin(), own_names_[next].end());
      for (const auto* group : {&next->requirements, &next->output_decisions, &next->input_data,
                                &next->input_decisions}) {
        for (const Requirement& requirement : *group) {
          if (!requirement.import_name.empty()) names.insert(requirement.import_name);
          if (requirement.target != nullptr && seen.insert(requirement.target).second) {
            open.push_back(requirement.target);
          }
        }
      }
    }
    for (const auto& [name, type] : element.model->types) names.insert(name);
    if (element.logic != nullptr) add_boxed(*element.logic, Reach::kInside, names);
    return names;
  }

  // ---- elements ----

  // What an element rests on comes first, so that the keys of its contexts are known.
  void parse_element(Element& start) {
    std::vector<std::pair<Element*, size_t>> open{{&start, 0}};
    if (!entered_.insert(&start).second) return;
    while (!open.empty()) {
      auto& [element, next] = open.back();
      if (next == element->requirements.size()) {
        Element* done = element;
        open.pop_back();
        parse_logic(*done);
        continue;
      }
      const Element* target = element->requirements[next++].target;
      if (target != nullptr && entered_.insert(target).second) {
        open.emplace_back(const_cast<Element*>(target), 0);
      }
    }
  }

  void parse_logic(Element& element) {
    if (element.logic == nullptr) return;
    names_ = names_in_scope(element);
    keys_ = &own_names_[&element];
    parse_boxed(*element.logic);
  }

  void parse_boxed(Boxed& boxed) {
    if (boxed.kind == Boxed::Kind::kLiteral) parse_literal(boxed);
    for (const BoxedPtr& part : boxed.parts) parse_boxed(*part);
    if (boxed.kind == Boxed::Kind::kTable) parse_table(boxed);
  }

  void parse_literal(Boxed& boxed) {
    if (trimmed(boxed.source.text).empty()) {
      diagnostics_.error("missing-expression", boxed.place,
                         {"这里没有写公式", "there is no formula here"});
      return;
    }
    boxed.expression = expression(boxed.source, names_);
    if (boxed.expression == nullptr) {
      // FEEL's own way to write a function in Java.
      if (is_external_) boxed.kind = Boxed::Kind::kExternal;
      return;
    }
    feel::KnownNames found;
    collect_keys(*boxed.expression->root, found);
    names_.insert(found.begin(), found.end());
    keys_->insert(found.begin(), found.end());
  }

  void parse_table(Boxed& boxed) {
    DecisionTable& table = boxed.table;
    const Boxed::TableText& cells = boxed.cells;
    for (size_t r = 0; r < table.rules.size(); ++r) {
      for (const feel::Source& cell : cells.tests[r]) {
        table.rules[r].tests.push_back(required_tests(cell, table));
      }
      for (const feel::Source& cell : cells.outputs[r]) {
        table.rules[r].outputs.push_back(optional_output(cell, table));
      }
    }
    for (const feel::Source& cell : cells.default_outputs) {
      table.default_outputs.push_back(optional_output(cell, table));
    }
    for (const feel::Source& cell : cells.input_values) {
      table.input_values.push_back(is_blank_cell(cell) ? nullptr : required_tests(cell, table));
    }
    parse_priorities(boxed);
  }

  static bool is_blank_cell(const feel::Source& cell) { return trimmed(cell.text).empty(); }

  // An empty cell is "-".
  ExpressionPtr required_tests(const feel::Source& cell, DecisionTable& table) {
    static const feel::Source kAny = feel::Source::plain("-");
    ExpressionPtr parsed = tests(is_blank_cell(cell) ? kAny : cell, names_);
    table.broken = table.broken || parsed == nullptr;
    return parsed;
  }

  ExpressionPtr optional_output(const feel::Source& cell, DecisionTable& table) {
    if (is_blank_cell(cell)) return nullptr;
    ExpressionPtr parsed = expression(cell, names_);
    table.broken = table.broken || parsed == nullptr;
    return parsed;
  }

  // The values of an output, the foremost first: its own, or those of its type.
  void parse_priorities(Boxed& boxed) {
    const HitPolicy policy = boxed.table.hit_policy;
    if (policy != HitPolicy::kPriority && policy != HitPolicy::kOutputOrder) return;
    for (size_t i = 0; i < boxed.cells.output_values.size(); ++i) {
      feel::Source values = boxed.cells.output_values[i];
      const ItemType* type = boxed.variables[i].type;
      for (int depth = 0; is_blank_cell(values) && type != nullptr && depth < kMaxAliases;
           ++depth) {
        values = type->allowed_values.source;
        type = type->base;
      }
      if (is_blank_cell(values)) {
        boxed.table.priorities.push_back(nullptr);
        continue;
      }
      values.text = "[" + values.text + "]";
      boxed.table.priorities.push_back(expression(values, names_));
    }
  }

  Diagnostics& diagnostics_;
  std::map<const Element*, feel::KnownNames> own_names_;
  std::set<const Element*> entered_;
  feel::KnownNames names_;
  feel::KnownNames* keys_ = nullptr;
  bool is_external_ = false;  // the last formula holds a function in Java
};

}  // namespace

void parse_formulas(const std::vector<std::unique_ptr<Model>>& models, Diagnostics& diagnostics) {
  FormulaParser(diagnostics).run(models);
}

}  // namespace dandang::dmn
