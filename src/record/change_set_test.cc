#include "record/change_set.h"

#include <gtest/gtest.h>

namespace dandang::record {
namespace {

TEST(Key, JoinsItsPartsSoThatNoTwoListsGiveOneText) {
  const std::vector<std::vector<std::string>> lists = {
      {}, {"甲"}, {"甲", ""}, {"", "甲"}, {"甲", "乙"}, {"甲乙"}, {"甲/乙"}, {"甲", "", "乙"}};
  for (size_t i = 0; i < lists.size(); ++i) {
    for (size_t j = i + 1; j < lists.size(); ++j) {
      EXPECT_NE(key_text(lists[i]), key_text(lists[j])) << i << " and " << j;
    }
  }
}

TEST(Key, IsShownWithSlashes) {
  struct Case {
    std::vector<std::string> parts;
    std::string expected;
  };
  const Case cases[] = {
      {{}, ""}, {{"610799"}, "610799"}, {{"610799", "2024"}, "610799/2024"}, {{"", "x"}, "/x"}};
  for (const Case& c : cases) EXPECT_EQ(key_for_display(key_text(c.parts)), c.expected);
}

}  // namespace
}  // namespace dandang::record
