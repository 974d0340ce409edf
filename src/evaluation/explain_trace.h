#pragma once

#include <vector>

#include "evaluation/explain.h"

namespace dandang::evaluation {

// The steps of an evaluation as lines of reasons. With totals only, no single record's value is
// told, only how many there are.
std::vector<Reason> narrate(const Model& model, bool totals_only,
                            const std::vector<feel::TraceNode>& steps);

}  // namespace dandang::evaluation
