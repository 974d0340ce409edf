#include "document/identity_number.h"

#include "document/test_catalogue.h"
#include "gtest/gtest.h"

namespace dandang::document {
namespace {

struct Case {
  std::string number;
  std::string code;  // empty: good
};

class IdentityNumberTest : public testing::TestWithParam<Case> {};

TEST_P(IdentityNumberTest, SaysWhatIsWrong) {
  const auto fault = check_identity_number(GetParam().number);
  EXPECT_EQ(fault ? fault->code : "", GetParam().code) << GetParam().number;
  EXPECT_EQ(identity_number_fault(GetParam().number).has_value(), fault.has_value());
}

INSTANTIATE_TEST_SUITE_P(Numbers, IdentityNumberTest,
                         testing::Values(Case{"61079919790326656X", ""},
                                         Case{"610799197710016708", ""},
                                         Case{"610799197903266561", "identity-check-digit"},
                                         Case{"61079919790326656x", "identity-characters"},
                                         Case{"6107991979032665AX", "identity-characters"},
                                         Case{"610799790326656", "identity-old-number"},
                                         Case{"61079919790326656", "identity-length"},
                                         Case{"", "identity-length"}, Case{"张", "identity-length"},
                                         Case{"610799197902306560", "identity-birth-date"},
                                         Case{"610799189903266560", "identity-birth-date"},
                                         Case{"610799197913016560", "identity-birth-date"}));

TEST(IdentityNumberTest, KnowsBirthAndSex) {
  EXPECT_EQ(birth_date_of("61079919790326656X").to_string(), "1979-03-26");
  EXPECT_FALSE(is_male("61079919790326656X"));
  EXPECT_TRUE(is_male(test_identity_number("19790326", 665)));
}

// One digit wrong is always found: that is what the check digit is for.
TEST(IdentityNumberTest, FindsEverySingleWrongDigit) {
  const std::string good = test_identity_number("19790326", 665);
  for (size_t i = 0; i < 17; ++i) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string wrong = good;
      wrong[i] = digit;
      EXPECT_EQ(identity_number_fault(wrong).has_value(), digit != good[i]) << wrong;
    }
  }
}

}  // namespace
}  // namespace dandang::document
