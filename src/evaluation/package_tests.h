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

// Runs the tests written in the packages that drive no cases. What fails is reported at its place
// in the clause file: an expectation that does not hold, and a rule no test of which reaches met,
// not met and an unknown.
TestOutcome run_package_tests(const policy::PolicySet& set, Diagnostics& diagnostics);

// Its parts, for who runs tests of cases beside them (procedure/case_tests.h).
void run_rule_tests(const policy::PolicySet& set, TestOutcome& outcome, Diagnostics& diagnostics);
void require_reached(const policy::PolicySet& set, TestOutcome& outcome, Diagnostics& diagnostics);
// Holds what the step expects of rules against the records as they then are.
void check_expectations(const policy::PolicySet& set, const policy::TestCase& test,
                        const policy::TestStep& step, const record::Dataset& data,
                        TestOutcome& outcome, Diagnostics& diagnostics);
// The step's parameters and the test's fixed measures.
Overrides overrides_of(const policy::TestCase& test, const policy::TestStep& step);

// A test's tables as records: people are made up for the names used, fields nobody names are
// blank, and a type that is given is covered for the keys it shows. Whoever a step of a case names
// exists too.
record::Dataset dataset_of(const policy::PolicySet& set, const policy::TestCase& test,
                           const policy::TestStep& step, Diagnostics& diagnostics);

}  // namespace dandang::evaluation
