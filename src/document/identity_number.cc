#include "document/identity_number.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "document/import.h"
#include "document/plain_text.h"

namespace dandang::document {
namespace {

constexpr size_t kLength = 18;
constexpr int kFirstBirthYear = 1900;
constexpr int kLastBirthYear = 2100;

int number_at(std::string_view text, size_t pos, size_t length) {
  int value = 0;
  for (size_t i = pos; i < pos + length; ++i) value = value * 10 + (text[i] - '0');
  return value;
}

std::optional<Date> birth_date(std::string_view number) {
  const int year = number_at(number, 6, 4);
  if (year < kFirstBirthYear || year > kLastBirthYear) return std::nullopt;
  return Date::from_ymd(year, number_at(number, 10, 2), number_at(number, 12, 2));
}

// GB 11643-1999, ISO 7064 MOD 11-2.
char check_character(std::string_view number) {
  constexpr std::array<int, 17> kWeights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  constexpr std::string_view kCharacters = "10X98765432";
  int sum = 0;
  for (size_t i = 0; i < kWeights.size(); ++i) sum += (number[i] - '0') * kWeights[i];
  return kCharacters[static_cast<size_t>(sum % 11)];
}

bool has_good_characters(std::string_view number) {
  return std::all_of(number.begin(), number.end() - 1, is_digit) &&
         (is_digit(number.back()) || number.back() == 'X');
}

IdentityFault length_fault(std::string_view number) {
  if (number.size() == 15 && digit_count(number) == 15) {
    return {"identity-old-number",
            {"这是 15 位的旧身份证号，请改填现行的 18 位号码",
             "this is an old number of 15 digits; give the present one of 18"}};
  }
  const size_t length = code_point_count(number);
  return {"identity-length",
          {fmt::format("身份证号应为 18 位，这里是 {} 位，请核对", length),
           fmt::format("an identity number has 18 characters, this has {}; check it", length)}};
}

}  // namespace

std::optional<IdentityFault> check_identity_number(std::string_view number) {
  if (number.size() != kLength) return length_fault(number);
  if (!has_good_characters(number)) {
    return IdentityFault{"identity-characters",
                         {"身份证号只能是数字，末位可以是 X，请核对",
                          "an identity number is digits only, the last may be X; check it"}};
  }
  if (!birth_date(number)) {
    return IdentityFault{"identity-birth-date",
                         {"身份证号第 7 至 14 位不是一个真实的出生日期，请核对",
                          "characters 7 to 14 are no real date of birth; check the number"}};
  }
  if (number.back() != check_character(number)) {
    return IdentityFault{"identity-check-digit",
                         {"身份证号的校验位不对，号码中有抄错的数字，请对照身份证核对",
                          "the check digit does not fit: a digit was copied wrongly; compare with "
                          "the identity card"}};
  }
  return std::nullopt;
}

Date birth_date_of(std::string_view number) {
  return birth_date(number).value_or(Date());
}

bool is_male(std::string_view number) {
  return (number[16] - '0') % 2 == 1;
}

std::optional<Text> identity_number_fault(std::string_view number) {
  auto fault = check_identity_number(number);
  if (!fault) return std::nullopt;
  return std::move(fault->reason);
}

}  // namespace dandang::document
