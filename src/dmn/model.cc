#include "dmn/model.h"

#include <optional>
#include <utility>

#include "dmn/model_linker.h"
#include "dmn/model_reader.h"

namespace dandang::dmn {
namespace {

constexpr size_t kMaxModels = 200;

// The last part of a path or address.
std::string_view file_name(std::string_view location) {
  const size_t slash = location.find_last_of("/\\");
  return slash == std::string_view::npos ? location : location.substr(slash + 1);
}

// The other files of the folder, each read once and only if somebody imports at all.
class Candidates {
 public:
  explicit Candidates(const std::vector<ModelText>& texts) : texts_(texts) {}

  // The model that the import names, moved out, with its diagnostics; null if there is none.
  std::unique_ptr<Model> take(const Import& import, Diagnostics& diagnostics) {
    read_all();
    for (Read& read : read_) {
      if (read.model == nullptr || read.model->space != import.space) continue;
      return moved(read, diagnostics);
    }
    const std::string_view wanted = file_name(import.location);
    for (Read& read : read_) {
      if (wanted.empty() || read.model == nullptr) continue;
      if (file_name(read.model->file) == wanted) return moved(read, diagnostics);
    }
    return nullptr;
  }

 private:
  struct Read {
    std::unique_ptr<Model> model;
    Diagnostics diagnostics;
  };

  void read_all() {
    if (done_) return;
    done_ = true;
    for (const ModelText& text : texts_) {
      Read read;
      read.model = read_model(text, read.diagnostics);
      read_.push_back(std::move(read));
    }
  }

  static std::unique_ptr<Model> moved(Read& read, Diagnostics& diagnostics) {
    for (const Diagnostic& diagnostic : read.diagnostics.all()) diagnostics.add(diagnostic);
    return std::move(read.model);
  }

  const std::vector<ModelText>& texts_;
  std::vector<Read> read_;
  bool done_ = false;
};

}  // namespace

const Element* Model::find(std::string_view element_name) const {
  for (const auto& element : elements) {
    if (element->name == element_name || element->variable.name == element_name) {
      return element.get();
    }
  }
  return nullptr;
}

const Element* Model::find(std::string_view element_name, Element::Kind kind) const {
  for (const auto& element : elements) {
    if (element->kind == kind && element->name == element_name) return element.get();
  }
  return nullptr;
}

const Model* ModelSet::model_of(std::string_view space) const {
  if (space.empty()) return main();
  for (const auto& model : models_) {
    if (model->space == space) return model.get();
  }
  return nullptr;
}

ModelSet ModelSet::read(const ModelText& main, const std::vector<ModelText>& others,
                        Diagnostics& diagnostics) {
  ModelSet set;
  auto first = read_model(main, diagnostics);
  if (first == nullptr) return set;
  set.models_.push_back(std::move(first));
  Candidates candidates(others);
  for (size_t i = 0; i < set.models_.size(); ++i) {
    for (Import& import : set.models_[i]->imports) {
      import.model = set.model_of(import.space.empty() ? "?" : import.space);
      if (import.model != nullptr) continue;
      auto model = set.models_.size() < kMaxModels ? candidates.take(import, diagnostics) : nullptr;
      if (model == nullptr) {
        diagnostics.error("missing-model", import.place,
                          {"找不到要引入的模型 " + import.space,
                           "the imported model " + import.space + " is not there"},
                          {"把它放在同一个文件夹里", "put it into the same folder"});
        continue;
      }
      set.models_.push_back(std::move(model));
      import.model = set.models_.back().get();
    }
  }
  for (const auto& model : set.models_) link_model(*model, diagnostics);
  find_cycles(set.models_, diagnostics);
  parse_formulas(set.models_, diagnostics);
  return set;
}

}  // namespace dandang::dmn
