#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "dmn/boxed.h"
#include "dmn/item_type.h"

namespace dandang::dmn {

struct Model;
struct Element;

// Something an element rests on, by the reference written in the file.
struct Requirement {
  std::string href;
  Place place;
  const Element* target = nullptr;  // null: not found, which was diagnosed
  std::string import_name;          // of another model: what its names stand under; empty: nothing
};

// An element of a decision requirements graph (DMN 1.5 §6.3).
struct Element {
  enum class Kind { kInputData, kDecision, kKnowledge, kService };
  Kind kind = Kind::kInputData;
  std::string id;
  std::string name;
  Variable variable;
  Place place;
  const Model* model = nullptr;
  std::vector<Requirement> requirements;  // of decisions and knowledge, in the order written
  BoxedPtr logic;                         // a decision's; a function for knowledge; may be null
  // A decision service.
  std::vector<Requirement> output_decisions;
  std::vector<Requirement> encapsulated_decisions;
  std::vector<Requirement> input_decisions;
  std::vector<Requirement> input_data;
  // A decision that rests on itself.
  bool cyclic = false;
};

struct Import {
  std::string name;  // empty: its names are used as they are
  std::string space;
  std::string location;
  Place place;
  const Model* model = nullptr;
};

// One file's definitions (DMN 1.5 §6.3.2).
struct Model {
  std::string file;
  std::string name;
  std::string space;
  std::vector<Import> imports;
  std::vector<std::unique_ptr<Element>> elements;
  std::map<std::string, std::unique_ptr<ItemType>, std::less<>> types;
  std::vector<std::unique_ptr<ItemType>> other_types;  // components, and types written in place

  const Element* find(std::string_view element_name) const;
  const Element* find(std::string_view element_name, Element::Kind kind) const;
};

struct ModelText {
  std::string file;
  std::string xml;
};

// A model with the models it imports, read, linked and with every formula parsed once.
class ModelSet {
 public:
  // `others` are candidates for imports, by namespace or location; what nobody imports is not
  // looked at. What is wrong is diagnosed and stays out: the rest can be evaluated all the same.
  // No main model: the file is no DMN at all.
  static ModelSet read(const ModelText& main, const std::vector<ModelText>& others,
                       Diagnostics& diagnostics);

  const Model* main() const { return models_.empty() ? nullptr : models_.front().get(); }
  const std::vector<std::unique_ptr<Model>>& models() const { return models_; }
  // The model of that namespace, or the main one if the namespace is empty; null: there is none.
  const Model* model_of(std::string_view space) const;

 private:
  std::vector<std::unique_ptr<Model>> models_;  // the main one first
};

}  // namespace dandang::dmn
