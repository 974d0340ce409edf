#include "evaluation/simulation.h"

#include <gtest/gtest.h>

namespace dandang::evaluation {
namespace {

// What a subject is under each set of settings, told by which of them it takes.
struct Case {
  const char* what;
  size_t settings;
  std::vector<SettingMask> moving;  // under these, and what holds them, the subject is met
  std::vector<SettingMask> expected;
};

TEST(SmallestSettings, AreTheFewestThatMoveAsFar) {
  const std::vector<Case> cases = {
      {"one of them alone", 2, {0b01}, {0b01}},
      {"either", 2, {0b01, 0b10}, {0b01, 0b10}},
      {"only together", 2, {0b11}, {0b11}},
      {"two of three, two ways", 3, {0b011, 0b110}, {0b011, 0b110}},
      {"the smaller wins", 3, {0b011, 0b100}, {0b100}},
      {"the draft without any", 2, {0b00}, {0b00}},
      {"six", 6, {0b101010}, {0b101010}},
      {"no settings at all", 0, {0b0}, {0b0}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    const auto finding_of = [&](SettingMask mask) {
      SideFinding out;
      out.verdict = Verdict::kNotMet;
      for (const SettingMask moving : c.moving) {
        if ((mask & moving) == moving) out.verdict = Verdict::kMet;
      }
      return out;
    };
    EXPECT_EQ(smallest_settings(c.settings, finding_of), c.expected);
  }
}

// Moving there and back is no move as far: what two settings do together may undo one of them.
TEST(SmallestSettings, LookAtTheOutcomeOfAllSettings) {
  const auto finding_of = [](SettingMask mask) {
    SideFinding out;
    out.verdict = Verdict::kMet;
    out.amount = mask == 0b01 ? Decimal(5) : mask == 0b00 ? Decimal(3) : Decimal(4);
    return out;
  };
  EXPECT_EQ(smallest_settings(2, finding_of), std::vector<SettingMask>{0b10});
}

}  // namespace
}  // namespace dandang::evaluation
