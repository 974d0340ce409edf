#pragma once

#include "policy/declarations.h"

namespace dandang::policy {

// Reads how a case goes: states, transitions and what they take (docs/procedures.md).
void read_procedure(const DeclarationContext& context, const FencedBlock& block);

// Gives the record types of all cases the fields that keep the cases' states, once all packages
// are read: procedures may stand in other packages than the types of their cases.
void add_state_fields(PolicySet& set, Diagnostics& diagnostics);

}  // namespace dandang::policy
