#pragma once

#include "base/diagnostic.h"
#include "dmn/model.h"

namespace dandang::dmn {

// FEEL's own type as an item type; null for an empty name.
const ItemType* basic_type(const std::string& name);

// Points every reference of the model to what it names: types, requirements, services. Its imports
// are linked to models already.
void link_model(Model& model, Diagnostics& diagnostics);

// Marks decisions that rest on themselves, in the models as a whole.
void find_cycles(const std::vector<std::unique_ptr<Model>>& models, Diagnostics& diagnostics);

// Parses every formula of the models, each with the names that are known where it stands.
void parse_formulas(const std::vector<std::unique_ptr<Model>>& models, Diagnostics& diagnostics);

}  // namespace dandang::dmn
