#pragma once

#include "base/diagnostic.h"
#include "policy/package.h"

namespace dandang::policy {

// Proves what holds of cases whatever people do: every state is reached and has a way out, `never`
// holds, steps that open cases and the steps so opened name each other, and no case opens itself
// again through others. The set is linked.
void prove_procedures(const PolicySet& set, Diagnostics& diagnostics);

}  // namespace dandang::policy
