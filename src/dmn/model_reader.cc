#include "dmn/model_reader.h"

#include <array>
#include <utility>

#include "base/text.h"

namespace dandang::dmn {
namespace {

constexpr std::array kNamespaces = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",    // 1.1
    "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",  // 1.1, as an editor wrote it
    "http://www.omg.org/spec/DMN/20180521/MODEL/",     // 1.2
    "https://www.omg.org/spec/DMN/20191111/MODEL/",    // 1.3
    "http://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",  // 1.4
    "http://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",  // 1.5
    "http://www.omg.org/spec/DMN/20230324/MODEL/",
};

constexpr std::string_view kNameSymbols = "./-'+*";

class ModelReader {
 public:
  ModelReader(Model& model, Diagnostics& diagnostics) : model_(model), diagnostics_(diagnostics) {}

  void read(const XmlElement& definitions) {
    model_.name = definitions.attribute_or("name", "");
    model_.space = definitions.attribute_or("namespace", "");
    for (const auto& child : definitions.children) {
      if (model_.elements.size() == kMaxModelElements) {
        const std::string most = std::to_string(kMaxModelElements);
        diagnostics_.error("too-long", child->place,
                           {"决策、知识、服务和输入超过 " + most + " 个，其余没有读",
                            "more than " + most +
                                " decisions, knowledge, services and inputs: "
                                "the rest is not read"});
        return;
      }
      const std::string& name = child->name;
      if (name == "import") {
        import(*child);
      } else if (name == "itemDefinition") {
        item_definition(*child);
      } else if (name == "inputData") {
        started(*child, Element::Kind::kInputData);
      } else if (name == "decision") {
        decision(*child);
      } else if (name == "businessKnowledgeModel") {
        knowledge(*child);
      } else if (name == "decisionService") {
        service(*child);
      }
    }
  }

 private:
  void import(const XmlElement& element) {
    Import out;
    out.name = canonical_name(element.attribute_or("name", ""));
    out.space = element.attribute_or("namespace", "");
    out.location = element.attribute_or("locationURI", "");
    out.place = element.place;
    model_.imports.push_back(std::move(out));
  }

  void item_definition(const XmlElement& element) {
    const std::string name = trimmed(element.attribute_or("name", ""));
    auto type = std::make_unique<ItemType>();
    fill_type(element, *type);
    type->name = name;
    if (!model_.types.emplace(name, std::move(type)).second) {
      diagnostics_.error("repeated-name", element.place,
                         {"类型“" + name + "”定义了两次",
                          "the item definition \"" + name + "\" stands there twice"});
    }
  }

  const ItemType* component_type(const XmlElement& element) {
    model_.other_types.push_back(std::make_unique<ItemType>());
    ItemType* type = model_.other_types.back().get();
    fill_type(element, *type);
    return type;
  }

  // A parameter or a result that only names its type.
  const ItemType* referred_type(const std::string& reference, const Place& place) {
    if (reference.empty()) return nullptr;
    auto type = std::make_unique<ItemType>();
    type->kind = ItemType::Kind::kNamed;
    type->reference = reference;
    type->place = place;
    model_.other_types.push_back(std::move(type));
    return model_.other_types.back().get();
  }

  void fill_type(const XmlElement& element, ItemType& type) {
    type.place = element.place;
    type.is_collection = element.attribute_or("isCollection", "false") == "true";
    type.allowed_values.source = read_text(element.child("allowedValues"));
    type.type_constraint.source = read_text(element.child("typeConstraint"));
    const auto components = element.all("itemComponent");
    if (!components.empty()) {
      type.kind = ItemType::Kind::kContext;
      for (const XmlElement* component : components) {
        type.components.emplace_back(canonical_name(component->attribute_or("name", "")),
                                     component_type(*component));
      }
      return;
    }
    if (const XmlElement* function = element.child("functionItem")) {
      type.kind = ItemType::Kind::kFunction;
      type.result = referred_type(function->attribute_or("outputTypeRef", ""), function->place);
      for (const XmlElement* parameter : function->all("parameters")) {
        type.parameters.emplace_back(
            canonical_name(parameter->attribute_or("name", "")),
            referred_type(type_reference_of(*parameter), parameter->place));
      }
      return;
    }
    type.reference = type_reference_of(element);
    if (!type.reference.empty()) type.kind = ItemType::Kind::kNamed;
  }

  Element& started(const XmlElement& element, Element::Kind kind) {
    auto out = std::make_unique<Element>();
    out->kind = kind;
    out->model = &model_;
    out->place = element.place;
    out->id = element.attribute_or("id", "");
    out->name = canonical_name(element.attribute_or("name", ""));
    if (const XmlElement* variable = element.child("variable")) {
      out->variable = read_variable(*variable);
    }
    // The variable carries the element's name (DMN 1.5 §7.3.4); files that differ are read by it.
    if (out->variable.name.empty()) out->variable.name = out->name;
    model_.elements.push_back(std::move(out));
    return *model_.elements.back();
  }

  static Requirement requirement(const XmlElement& reference) {
    Requirement out;
    out.href = reference.attribute_or("href", "");
    out.place = reference.place;
    return out;
  }

  static void requirements(const XmlElement& element, Element& out) {
    for (const auto& child : element.children) {
      if (child->name != "informationRequirement" && child->name != "knowledgeRequirement") {
        continue;
      }
      for (const auto& reference : child->children) {
        const std::string& name = reference->name;
        if (name == "requiredInput" || name == "requiredDecision" || name == "requiredKnowledge") {
          out.requirements.push_back(requirement(*reference));
        }
      }
    }
  }

  void decision(const XmlElement& element) {
    Element& out = started(element, Element::Kind::kDecision);
    requirements(element, out);
    out.logic = read_boxed(element, diagnostics_);
    if (out.logic == nullptr) {
      diagnostics_.warning("missing-expression", element.place,
                           {"决策“" + out.name + "”没有表达式，值为 null",
                            "the decision \"" + out.name + "\" has no expression: it is null"});
    }
  }

  void knowledge(const XmlElement& element) {
    Element& out = started(element, Element::Kind::kKnowledge);
    requirements(element, out);
    const XmlElement* logic = element.child("encapsulatedLogic");
    if (logic != nullptr) {
      out.logic = read_function(*logic, diagnostics_);
      return;
    }
    diagnostics_.warning("missing-expression", element.place,
                         {"业务知识“" + out.name + "”没有 <encapsulatedLogic>",
                          "the knowledge \"" + out.name + "\" has no <encapsulatedLogic>"});
  }

  void service(const XmlElement& element) {
    Element& out = started(element, Element::Kind::kService);
    for (const auto& child : element.children) {
      const std::string& name = child->name;
      if (name == "outputDecision") out.output_decisions.push_back(requirement(*child));
      if (name == "encapsulatedDecision") out.encapsulated_decisions.push_back(requirement(*child));
      if (name == "inputDecision") out.input_decisions.push_back(requirement(*child));
      if (name == "inputData") out.input_data.push_back(requirement(*child));
    }
  }

  Model& model_;
  Diagnostics& diagnostics_;
};

}  // namespace

bool is_dmn_namespace(std::string_view space) {
  for (const std::string_view known : kNamespaces) {
    if (space == known) return true;
  }
  return false;
}

std::string canonical_name(std::string_view name) {
  std::string out;
  bool blank = false;
  for (const char c : name) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      blank = true;
      continue;
    }
    const auto is_symbol = [](char mark) {
      return kNameSymbols.find(mark) != std::string_view::npos;
    };
    if (blank && !out.empty() && !is_symbol(c) && !is_symbol(out.back())) out += ' ';
    blank = false;
    out += c;
  }
  return out;
}

Variable read_variable(const XmlElement& element) {
  Variable out;
  out.name = canonical_name(element.attribute_or("name", ""));
  out.type_reference = type_reference_of(element);
  return out;
}

std::string type_reference_of(const XmlElement& element) {
  if (const auto attribute = element.attribute("typeRef")) return trimmed(*attribute);
  const XmlElement* child = element.child("typeRef");
  return child != nullptr ? trimmed(child->text) : std::string();
}

std::unique_ptr<Model> read_model(const ModelText& text, Diagnostics& diagnostics) {
  const XmlDocument document = read_xml(text.xml, text.file, diagnostics);
  if (document.root == nullptr) return nullptr;
  if (document.root->name != "definitions" || !is_dmn_namespace(document.root->space)) {
    diagnostics.error("not-dmn", document.root->place,
                      {"不是 DMN 1.1 至 1.5 的文件", "not a file of DMN 1.1 to 1.5"});
    return nullptr;
  }
  auto model = std::make_unique<Model>();
  model->file = text.file;
  ModelReader(*model, diagnostics).read(*document.root);
  return model;
}

}  // namespace dandang::dmn
