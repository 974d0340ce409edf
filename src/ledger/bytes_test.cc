#include "ledger/bytes.h"

#include <gtest/gtest.h>

namespace dandang::ledger {
namespace {

TEST(Base64, WritesAndReadsTheVectorsOfRfc4648) {
  const std::vector<std::pair<std::string, std::string>> cases = {{"", ""},
                                                                  {"f", "Zg=="},
                                                                  {"fo", "Zm8="},
                                                                  {"foo", "Zm9v"},
                                                                  {"foob", "Zm9vYg=="},
                                                                  {"fooba", "Zm9vYmE="},
                                                                  {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), bytes);
  }
}

TEST(Base64, EveryByteSurvivesAtEveryPlace) {
  for (int byte = 0; byte < 256; ++byte) {
    for (size_t at = 0; at < 4; ++at) {
      std::string bytes(4, '\x5A');
      bytes[at] = static_cast<char>(byte);
      ASSERT_EQ(from_base64(to_base64(bytes)), bytes);
    }
  }
}

TEST(Base64, RefusesEverySecondWayOfWritingAValue) {
  for (const char* text : {"Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm8", "Z===", "====", "=",
                           "Zm9v\n", "Zm 9v", "Zm-v", "Zm_v", "Zg==Zg==", "Zm9vY", "Zm8=="}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

TEST(Hex, ReadsBothCasesAndWholeBytesOnly) {
  EXPECT_EQ(to_hex(std::string_view("\x00\xAb\xff", 3)), "00abff");
  EXPECT_EQ(from_hex("00aBFf"), std::string("\x00\xAb\xff", 3));
  for (const char* text : {"0", "0g", "+1", " 1", "0x"}) EXPECT_EQ(from_hex(text), std::nullopt);
}

TEST(Decimal, HasOneWayOfWritingANumberAndABound) {
  struct Case {
    const char* text;
    uint64_t max;
    std::optional<uint64_t> number;
  };
  const uint64_t largest = UINT64_MAX;
  const std::vector<Case> cases = {
      {"0", 0, 0},
      {"10", 10, 10},
      {"11", 10, std::nullopt},
      {"7", 5, std::nullopt},
      {"18446744073709551615", largest, largest},
      {"18446744073709551616", largest, std::nullopt},
      {"99999999999999999999", largest, std::nullopt},
      {"", 9, std::nullopt},
      {"00", 9, std::nullopt},
      {"01", 9, std::nullopt},
      {"+1", 9, std::nullopt},
      {"-1", 9, std::nullopt},
      {"1 ", 9, std::nullopt},
      {"１", 9, std::nullopt},
  };
  for (const Case& c : cases) EXPECT_EQ(from_decimal(c.text, c.max), c.number) << c.text;
}

TEST(Numbers, StandMostSignificantByteFirst) {
  std::string out;
  append_be(out, 0x0102, 2);
  append_be(out, UINT64_MAX - 1, 8);
  EXPECT_EQ(to_hex(out), "0102fffffffffffffffe");
  EXPECT_EQ(read_be(out.substr(0, 2)), 0x0102U);
  EXPECT_EQ(read_be(out.substr(2)), UINT64_MAX - 1);
}

}  // namespace
}  // namespace dandang::ledger
