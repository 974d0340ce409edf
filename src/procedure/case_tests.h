#pragma once

#include "base/diagnostic.h"
#include "evaluation/package_tests.h"
#include "policy/package.h"

namespace dandang::procedure {

// Runs all tests written in the packages: those of rules, and those that drive cases. What fails is
// reported at its place, and so is what no test tries: a transition that is never taken
// (step-without-test), a guard that never refuses (guard-without-test), a condition of a transition
// that never does (refusal-without-test), a verdict that is never reached (test-reach).
evaluation::TestOutcome run_tests(const policy::PolicySet& set, Diagnostics& diagnostics);

}  // namespace dandang::procedure
