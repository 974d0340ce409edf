// An evaluation that is kept agrees with one made anew in everything
// (docs/decisions/0015-standing-evaluation.md): random packages over random records, changed step
// by step.
//
// DANDANG_PROPERTY_ROUNDS and DANDANG_PROPERTY_SEED make it longer, or repeat one run.

#include <gtest/gtest.h>

#include "evaluation/random_changes.h"
#include "evaluation/random_package.h"
#include "evaluation/standing.h"
#include "evaluation/test_findings.h"

namespace dandang::evaluation {
namespace {

using namespace random_package;

// The parameters of a random world as an authority sets them.
void set_parameters(const policy::PolicySet& set, const World& world, Dataset& data) {
  for (const auto& [name, value] : world.parameters) {
    for (const policy::Parameter& parameter : set.parameters) {
      if (parameter.name != name || !value) continue;
      data.parameters.push_back(
          {parameter.package, name, *value, *Date::parse_iso("2019-01-01"), "", ""});
    }
  }
}

TEST(StandingProperty, WhatIsKeptIsWhatARunMadeAnewFinds) {
  constexpr size_t kRulesAPackage = 20;
  constexpr size_t kChanges = 30;
  const uint64_t first_seed = setting("DANDANG_PROPERTY_SEED", 20260901);
  const uint64_t rounds = setting("DANDANG_PROPERTY_ROUNDS", kSanitized ? 8 : 60);
  size_t evaluations = 0;
  size_t findings = 0;
  size_t moved = 0;
  size_t refused = 0;
  for (uint64_t seed = first_seed; seed < first_seed + rounds; ++seed) {
    Random random(seed);
    const Package package = PackageMaker(random).make(kRulesAPackage);
    std::string why;
    const auto set = load(package, &why);
    ASSERT_TRUE(set) << "DANDANG_PROPERTY_SEED=" << seed << "\n" << why;
    const World world = WorldMaker(random, 4 + random.below(8)).make();
    Dataset data = dataset_of(*set, world);
    set_parameters(*set, world, data);
    Standing standing(*set, std::move(data), kAsOf);
    RandomChanges changes(*set, kAsOf, seed);
    std::vector<std::string> before;
    std::string story;
    for (size_t step = 0; step < kChanges; ++step) {
      const auto renewal = standing.apply(changes.make(standing.data()), 2 + step);
      story += changes.words();
      refused += renewal ? 0 : 1;
      if (renewal) evaluations += renewal->evaluations;
      const auto difference = standing_difference(standing, *set, kAsOf, step % 2 == 0);
      ASSERT_FALSE(difference) << "DANDANG_PROPERTY_SEED=" << seed << " step " << step << "\n"
                               << package_text(package) << in_words(world) << story
                               << (renewal ? "" : "refused\n") << *difference;
      std::vector<std::string> now;
      for (const Finding& finding : standing.findings()) {
        now.push_back(finding_text(finding, standing.model()));
      }
      moved += now != before ? 1 : 0;
      findings += now.size();
      before = std::move(now);
    }
  }
  std::printf("%zu changes, %zu refused, %zu moved findings; %zu of %zu evaluated again\n",
              rounds * kChanges, refused, moved, evaluations, findings);
  // A test of nothing, or of everything evaluated again, would pass as well.
  EXPECT_GT(moved * 5, rounds * kChanges);
  EXPECT_LT(evaluations * 2, findings);
  EXPECT_LT(refused * 4, rounds * kChanges);
}

}  // namespace
}  // namespace dandang::evaluation
