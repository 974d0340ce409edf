#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "dmn/model_reader.h"

namespace dandang::dmn {
namespace {

constexpr std::array kExpressions = {
    "literalExpression",  "context",     "decisionTable", "relation", "list",  "invocation",
    "functionDefinition", "conditional", "for",           "some",     "every", "filter"};

bool is_expression(std::string_view name) {
  return std::find(kExpressions.begin(), kExpressions.end(), name) != kExpressions.end();
}

class BoxedReader {
 public:
  explicit BoxedReader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  BoxedPtr expression_in(const XmlElement& holder) {
    for (const auto& child : holder.children) {
      if (is_expression(child->name)) return expression(*child);
    }
    return nullptr;
  }

  // A function with the parameters and the body that the element holds.
  BoxedPtr function(const XmlElement& element) {
    const std::string kind = to_upper_ascii(element.attribute_or("kind", "FEEL"));
    const bool external = kind == "JAVA" || kind == "PMML" || kind == "J" || kind == "P";
    BoxedPtr boxed = started(element, external ? Boxed::Kind::kExternal : Boxed::Kind::kFunction);
    for (const XmlElement* parameter : element.all("formalParameter")) {
      boxed->variables.push_back(read_variable(*parameter));
    }
    if (!external) boxed->parts.push_back(part(element));
    return boxed;
  }

 private:
  static BoxedPtr started(const XmlElement& element, Boxed::Kind kind) {
    auto boxed = std::make_unique<Boxed>();
    boxed->kind = kind;
    boxed->place = element.place;
    boxed->result.type_reference = type_reference_of(element);
    return boxed;
  }

  BoxedPtr broken(const XmlElement& element, const char* code, Text message) {
    diagnostics_.error(code, element.place, std::move(message));
    return started(element, Boxed::Kind::kBroken);
  }

  // The expression that must stand inside the element.
  BoxedPtr part(const XmlElement& holder) {
    BoxedPtr boxed = expression_in(holder);
    if (boxed != nullptr) return boxed;
    return broken(
        holder, "missing-expression",
        {"<" + holder.name + "> 里没有表达式", "<" + holder.name + "> has no expression"});
  }

  // The expression of a part that the element must have.
  BoxedPtr part_named(const XmlElement& element, std::string_view name) {
    const XmlElement* holder = element.child(name);
    if (holder != nullptr) return part(*holder);
    return broken(element, "missing-expression",
                  {"<" + element.name + "> 缺少 <" + std::string(name) + ">",
                   "<" + element.name + "> has no <" + std::string(name) + ">"});
  }

  BoxedPtr expression(const XmlElement& element) {
    const std::string& name = element.name;
    if (name == "literalExpression") return literal(element);
    if (name == "context") return context(element);
    if (name == "decisionTable") return table(element);
    if (name == "relation") return relation(element);
    if (name == "list") return list(element);
    if (name == "invocation") return invocation(element);
    if (name == "functionDefinition") return function(element);
    if (name == "conditional") {
      return with_parts(element, Boxed::Kind::kConditional, {"if", "then", "else"});
    }
    if (name == "for") return iterator(element, Boxed::Kind::kFor, "return");
    if (name == "some") return iterator(element, Boxed::Kind::kSome, "satisfies");
    if (name == "every") return iterator(element, Boxed::Kind::kEvery, "satisfies");
    return with_parts(element, Boxed::Kind::kFilter, {"in", "match"});
  }

  BoxedPtr literal(const XmlElement& element) {
    const std::string language = element.attribute_or("expressionLanguage", "");
    const bool is_feel = language.empty() || contains(to_upper_ascii(language), "FEEL");
    if (!is_feel) {
      return broken(element, "expression-language",
                    {"不支持的表达式语言 " + language,
                     "the expression language " + language + " is not supported"});
    }
    if (element.child("text") == nullptr) {
      return broken(element, "missing-expression",
                    {"<literalExpression> 里没有 <text>", "<literalExpression> has no <text>"});
    }
    BoxedPtr boxed = started(element, Boxed::Kind::kLiteral);
    boxed->source = read_text(&element);
    return boxed;
  }

  BoxedPtr context(const XmlElement& element) {
    BoxedPtr boxed = started(element, Boxed::Kind::kContext);
    for (const XmlElement* entry : element.all("contextEntry")) {
      const XmlElement* variable = entry->child("variable");
      boxed->variables.push_back(variable != nullptr ? read_variable(*variable) : Variable{});
      boxed->parts.push_back(part(*entry));
    }
    return boxed;
  }

  BoxedPtr list(const XmlElement& element) {
    BoxedPtr boxed = started(element, Boxed::Kind::kList);
    for (const auto& child : element.children) {
      if (is_expression(child->name)) boxed->parts.push_back(expression(*child));
    }
    return boxed;
  }

  BoxedPtr relation(const XmlElement& element) {
    BoxedPtr boxed = started(element, Boxed::Kind::kRelation);
    for (const XmlElement* column : element.all("column")) {
      boxed->variables.push_back(read_variable(*column));
    }
    for (const XmlElement* row : element.all("row")) {
      const size_t before = boxed->parts.size();
      for (const auto& cell : row->children) {
        if (is_expression(cell->name)) boxed->parts.push_back(expression(*cell));
      }
      if (boxed->parts.size() - before != boxed->variables.size()) {
        return broken(*row, "relation-row",
                      {"这一行的格数与列数不同", "the row has not one cell a column"});
      }
    }
    return boxed;
  }

  BoxedPtr invocation(const XmlElement& element) {
    BoxedPtr boxed = started(element, Boxed::Kind::kInvocation);
    boxed->parts.push_back(part(element));
    for (const XmlElement* binding : element.all("binding")) {
      const XmlElement* parameter = binding->child("parameter");
      boxed->variables.push_back(parameter != nullptr ? read_variable(*parameter) : Variable{});
      boxed->parts.push_back(part(*binding));
    }
    return boxed;
  }

  BoxedPtr with_parts(const XmlElement& element, Boxed::Kind kind,
                      std::initializer_list<std::string_view> names) {
    BoxedPtr boxed = started(element, kind);
    for (const std::string_view name : names) boxed->parts.push_back(part_named(element, name));
    return boxed;
  }

  BoxedPtr iterator(const XmlElement& element, Boxed::Kind kind, std::string_view body) {
    BoxedPtr boxed = with_parts(element, kind, {"in", body});
    Variable variable;
    variable.name = canonical_name(element.attribute_or("iteratorVariable", ""));
    boxed->variables.push_back(std::move(variable));
    return boxed;
  }

  BoxedPtr table(const XmlElement& element) {
    BoxedPtr boxed = started(element, Boxed::Kind::kTable);
    const std::string policy = element.attribute_or("hitPolicy", "UNIQUE");
    const std::string aggregation = element.attribute_or("aggregation", "");
    const auto parsed = parse_dmn_hit_policy(policy, aggregation);
    if (!parsed) {
      return broken(element, "hit-policy",
                    {"不认识的命中策略 " + policy + " " + aggregation,
                     "unknown hit policy " + policy + " " + aggregation});
    }
    boxed->table.hit_policy = parsed->policy;
    boxed->table.aggregation = parsed->aggregation;
    table_inputs(element, *boxed);
    table_outputs(element, *boxed);
    for (const XmlElement* rule : element.all("rule")) {
      if (!table_rule(*rule, *boxed)) {
        return broken(*rule, "decision-table",
                      {"这一行的格数与表头不同", "the rule has not one cell a column"});
      }
    }
    return boxed;
  }

  void table_inputs(const XmlElement& element, Boxed& boxed) {
    for (const XmlElement* input : element.all("input")) {
      const XmlElement* expression = input->child("inputExpression");
      BoxedPtr formula =
          expression != nullptr
              ? literal(*expression)
              : broken(*input, "missing-expression",
                       {"输入列没有 <inputExpression>", "the input has no <inputExpression>"});
      boxed.table.inputs.push_back(canonical_name(formula->source.text));
      boxed.parts.push_back(std::move(formula));
      boxed.cells.input_values.push_back(read_text(input->child("inputValues")));
    }
  }

  static void table_outputs(const XmlElement& element, Boxed& boxed) {
    for (const XmlElement* output : element.all("output")) {
      boxed.variables.push_back(read_variable(*output));
      boxed.table.outputs.push_back(boxed.variables.back().name);
      boxed.cells.output_values.push_back(read_text(output->child("outputValues")));
      boxed.cells.default_outputs.push_back(read_text(output->child("defaultOutputEntry")));
    }
  }

  static bool table_rule(const XmlElement& rule, Boxed& boxed) {
    std::vector<feel::Source> tests;
    for (const XmlElement* entry : rule.all("inputEntry")) tests.push_back(read_text(entry));
    std::vector<feel::Source> outputs;
    for (const XmlElement* entry : rule.all("outputEntry")) outputs.push_back(read_text(entry));
    const bool fits =
        tests.size() == boxed.table.inputs.size() && outputs.size() == boxed.table.outputs.size();
    boxed.cells.tests.push_back(std::move(tests));
    boxed.cells.outputs.push_back(std::move(outputs));
    DecisionRule row;
    row.place = rule.place;
    boxed.table.rules.push_back(std::move(row));
    return fits;
  }

  Diagnostics& diagnostics_;
};

// The lines of a text whose first character that is no blank stands at `first`.
std::vector<Place> lines_of(std::string_view text, const Place& first) {
  const size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  const auto before = text.substr(0, begin);
  const auto line_of_first = static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  std::vector<Place> lines;
  const auto count = std::count(text.begin(), text.end(), '\n') + 1;
  for (int i = 0; i < count; ++i) lines.push_back({first.file, first.line - line_of_first + i, 1});
  const size_t line_begin =
      before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  const auto blanks = static_cast<int>(begin - line_begin);
  lines[static_cast<size_t>(line_of_first)].column = std::max(1, first.column - blanks);
  return lines;
}

}  // namespace

BoxedPtr read_boxed(const XmlElement& holder, Diagnostics& diagnostics) {
  return BoxedReader(diagnostics).expression_in(holder);
}

BoxedPtr read_function(const XmlElement& element, Diagnostics& diagnostics) {
  return BoxedReader(diagnostics).function(element);
}

feel::Source read_text(const XmlElement* element) {
  feel::Source source;
  const XmlElement* text = element != nullptr ? element->child("text") : nullptr;
  if (text == nullptr) return source;
  source.text = text->text;
  source.file = text->place.file;
  source.lines = lines_of(text->text, text->text_place.line > 0 ? text->text_place : text->place);
  return source;
}

}  // namespace dandang::dmn
