#include "dmn/compatibility_kit.h"

#include <utility>

#include "base/text.h"
#include "dmn/kit_value.h"
#include "dmn/model_evaluator.h"
#include "dmn/model_reader.h"
#include "dmn/xml_document.h"

namespace dandang::dmn {
namespace {

using feel::Value;

std::string_view file_name(std::string_view path) {
  const size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// The tests of one file against one model set.
class KitRun {
 public:
  KitRun(const ModelSet& set, const Diagnostics& model_diagnostics,
         std::optional<feel::DateTime> now)
      : set_(set), model_diagnostics_(model_diagnostics), now_(now) {}

  void run(const XmlElement& test_cases) {
    for (const XmlElement* test_case : test_cases.all("testCase")) run_case(*test_case);
  }

  std::vector<KitResult> take_results() { return std::move(results_); }

 private:
  void run_case(const XmlElement& test_case) {
    for (const XmlElement* node : test_case.all("resultNode")) {
      // A new evaluator for each: what one result computed never helps another.
      ModelEvaluator evaluator({}, now_);
      results_.push_back(run_node(test_case, *node, evaluator));
    }
  }

  KitResult run_node(const XmlElement& test_case, const XmlElement& node,
                     ModelEvaluator& evaluator) {
    KitResult out;
    out.test_case = test_case.attribute_or("id", test_case.attribute_or("name", ""));
    out.node = node.attribute_or("name", "");
    const Element* element = element_of(test_case, node);
    const XmlElement* expected = node.child("expected");
    const ItemType* type = element == nullptr ? nullptr : element->variable.type;
    const Value wanted = expected == nullptr ? Value() : kit_value(*expected, type);
    out.expected_null = expected == nullptr || kit_says_null(*expected);
    out.expected = kit_words(wanted);
    if (wanted.is_null() && !out.expected_null) {
      out.status = KitResult::Status::kError;
      out.reason = "the expected value does not read";
      return out;
    }
    if (element == nullptr) {
      out.status = KitResult::Status::kError;
      out.reason = "no such node";
      return out;
    }
    const Value got = value_of(test_case, *element, canonical_name(out.node), evaluator);
    out.got = kit_words(got);
    judge(wanted, got, *element, evaluator, out);
    return out;
  }

  void judge(const Value& wanted, const Value& got, const Element& element,
             const ModelEvaluator& evaluator, KitResult& out) const {
    if (!evaluator.stopped().empty()) {
      out.status = KitResult::Status::kError;
      out.reason = evaluator.stopped().en;
    } else if (same_kit_value(wanted, got)) {
      out.status = KitResult::Status::kPass;
    } else if (evaluator.met_external_function()) {
      out.status = KitResult::Status::kUnsupported;
      out.reason = "a function in Java or PMML";
    } else {
      out.reason = diagnosed(element);
    }
  }

  // What the model's diagnostics say between this element and the next.
  std::string diagnosed(const Element& element) const {
    int end = 0;
    for (const auto& other : element.model->elements) {
      const int line = other->place.line;
      if (line > element.place.line && (end == 0 || line < end)) end = line;
    }
    for (const Diagnostic& diagnostic : model_diagnostics_.all()) {
      const Place& place = diagnostic.place;
      if (place.file != element.place.file || place.line < element.place.line) continue;
      if (end == 0 || place.line < end) return diagnostic.to_string(Language::kEnglish);
    }
    return {};
  }

  // The element whose value the node is.
  const Element* element_of(const XmlElement& test_case, const XmlElement& node) const {
    const std::string invocable = test_case.attribute_or("invocableName", "");
    const std::string type = test_case.attribute_or("type", "decision");
    const Model* model = model_of(test_case, node);
    if (model == nullptr) return nullptr;
    if (!invocable.empty()) return model->find(canonical_name(invocable));
    const std::string name = canonical_name(node.attribute_or("name", ""));
    if (type == "decisionService") {
      if (const Element* service = model->find(name, Element::Kind::kService)) return service;
    }
    if (type == "bkm") {
      if (const Element* knowledge = model->find(name, Element::Kind::kKnowledge)) return knowledge;
    }
    if (const Element* decision = model->find(name, Element::Kind::kDecision)) return decision;
    if (const Element* element = model->find(name)) return element;
    return find_anywhere(name);
  }

  const Model* model_of(const XmlElement& test_case, const XmlElement& node) const {
    const std::string space =
        node.attribute_or("namespace", test_case.attribute_or("namespace", ""));
    const Model* model = set_.model_of(space);
    return model != nullptr ? model : set_.main();  // null: no model could be read
  }

  const Element* find_anywhere(const std::string& name) const {
    for (const auto& model : set_.models()) {
      if (const Element* element = model->find(name)) return element;
    }
    return nullptr;
  }

  // The input's element: in the model it names, else in the main one, else in an imported one.
  const Element* input_of(const XmlElement& input) const {
    const std::string name = canonical_name(input.attribute_or("name", ""));
    const Model* model = set_.model_of(input.attribute_or("namespace", ""));
    if (model == nullptr) model = set_.main();
    if (model == nullptr) return nullptr;
    if (const Element* data = model->find(name, Element::Kind::kInputData)) return data;
    if (const Element* element = model->find(name)) return element;
    return find_anywhere(name);
  }

  void give(const XmlElement& input, ModelEvaluator& evaluator) const {
    if (const Element* given = input_of(input)) {
      evaluator.give(*given, kit_value(input, given->variable.type));
      return;
    }
    // Or the inputs of an imported model, under its name.
    const std::string name = canonical_name(input.attribute_or("name", ""));
    if (set_.main() == nullptr) return;
    for (const Import& import : set_.main()->imports) {
      if (import.name == name) evaluator.give_imported(import, kit_value(input, nullptr));
    }
  }

  Value value_of(const XmlElement& test_case, const Element& element, const std::string& node,
                 ModelEvaluator& evaluator) const {
    const bool is_function =
        element.kind == Element::Kind::kKnowledge || element.kind == Element::Kind::kService;
    if (is_function) return invoked(test_case, element, node, evaluator);
    for (const XmlElement* input : test_case.all("inputNode")) give(*input, evaluator);
    return evaluator.evaluate(element);
  }

  Value invoked(const XmlElement& test_case, const Element& element, const std::string& node,
                ModelEvaluator& evaluator) const {
    ModelEvaluator::Arguments arguments;
    for (const XmlElement* input : test_case.all("inputNode")) {
      const std::string name = canonical_name(input->attribute_or("name", ""));
      arguments.emplace_back(name, kit_value(*input, parameter_type(element, name)));
    }
    Value value = evaluator.invoke(element, arguments);
    // Of a service with several outputs the node names one, unless it names the service.
    if (element.output_decisions.size() < 2 || node == element.name) return value;
    if (!value.is(Value::Kind::kContext)) return value;
    const Value* part = value.context().find(node);
    return part == nullptr ? value : *part;
  }

  static const ItemType* parameter_type(const Element& element, const std::string& name) {
    if (element.kind == Element::Kind::kService) {
      for (const Element* parameter : parameters_of(element)) {
        if (parameter->variable.name == name) return parameter->variable.type;
      }
    }
    if (element.logic == nullptr) return nullptr;
    for (const Variable& parameter : element.logic->variables) {
      if (parameter.name == name) return parameter.type;
    }
    return nullptr;
  }

  const ModelSet& set_;
  const Diagnostics& model_diagnostics_;
  std::optional<feel::DateTime> now_;
  std::vector<KitResult> results_;
};

// The model that the tests name, or the only one there is.
const ModelText* model_named(const std::string& name, const std::vector<ModelText>& models) {
  for (const ModelText& model : models) {
    const std::string_view file = file_name(model.file);
    if (file == file_name(name) || file == std::string(file_name(name)) + ".dmn") return &model;
  }
  return models.size() == 1 ? &models.front() : nullptr;
}

}  // namespace

const char* status_word(KitResult::Status status) {
  switch (status) {
    case KitResult::Status::kPass:
      return "pass";
    case KitResult::Status::kFail:
      return "fail";
    case KitResult::Status::kError:
      return "error";
    case KitResult::Status::kUnsupported:
      return "unsupported";
  }
  return "error";
}

std::vector<KitResult> run_kit_file(const ModelText& tests, const std::vector<ModelText>& models,
                                    std::optional<feel::DateTime> now, Diagnostics& diagnostics) {
  const XmlDocument document = read_xml(tests.xml, tests.file, diagnostics);
  if (document.root == nullptr) return {};
  if (document.root->name != "testCases") {
    diagnostics.error(
        "not-a-test", document.root->place,
        {"不是兼容性测试文件（testCases）", "not a test file of the kit (testCases)"});
    return {};
  }
  const XmlElement* name = document.root->child("modelName");
  const ModelText* model = model_named(name == nullptr ? "" : trimmed(name->text), models);
  Diagnostics model_diagnostics;
  ModelSet set;
  if (model != nullptr) {
    std::vector<ModelText> others;
    for (const ModelText& other : models) {
      if (&other != model) others.push_back(other);
    }
    set = ModelSet::read(*model, others, model_diagnostics);
  }
  if (set.main() == nullptr) {
    diagnostics.error("missing-model", document.root->place,
                      {"没有可用的模型", "there is no model to run it on"});
    for (const Diagnostic& diagnostic : model_diagnostics.all()) diagnostics.add(diagnostic);
  }
  KitRun run(set, model_diagnostics, now);
  run.run(*document.root);
  return run.take_results();
}

}  // namespace dandang::dmn
