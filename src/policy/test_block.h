#pragma once

#include "policy/declarations.h"

namespace dandang::policy {

// A test written in a clause file: records given, findings expected (docs/packages.md, "Tests").
void read_test(const DeclarationContext& context, const FencedBlock& block);

}  // namespace dandang::policy
