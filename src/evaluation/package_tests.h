#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "evaluation/run.h"
#include "policy/package.h"

namespace dandang::evaluation {

struct TestOutcome {
  size_t tests = 0;
  size_t expectations = 0;
  size_t failed = 0;  // expectations
  // Verdicts each rule reached in some test.
  std::map<std::string, std::set<Verdict>> reached;
};

// Runs the tests written in the packages. What fails is reported at its place in the clause file:
// an expectation that does not hold, and a rule no test of which reaches met, not met and an
// unknown.
TestOutcome run_package_tests(const policy::PolicySet& set, Diagnostics& diagnostics);

// A test's tables as records: people are made up for the names used, fields nobody names are
// blank, and a type that is given is covered for the keys it shows.
record::Dataset dataset_of(const policy::PolicySet& set, const policy::TestCase& test,
                           const policy::TestStep& step, Diagnostics& diagnostics);

}  // namespace dandang::evaluation
