#pragma once

#include "policy/declarations.h"

namespace dandang::policy {

// Reads a ```decision block, a decision table in Markdown, into the set.
void read_decision(const DeclarationContext& context, const FencedBlock& block);

}  // namespace dandang::policy
