#pragma once

#include "policy/declarations.h"

namespace dandang::policy {

// The blocks beside procedures that say how people act (docs/procedures.md): who acts as what, the
// days that are worked, where steps are kept, what is never done, lists and papers.
void read_role(const DeclarationContext& context, const FencedBlock& block);
void read_calendar(const DeclarationContext& context, const FencedBlock& block);
void read_steps(const DeclarationContext& context, const FencedBlock& block);
void read_guard(const DeclarationContext& context, const FencedBlock& block);
void read_list_declaration(const DeclarationContext& context, const FencedBlock& block);
void read_document(const DeclarationContext& context, const FencedBlock& block);

}  // namespace dandang::policy
