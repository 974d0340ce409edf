#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/date.h"
#include "base/text.h"

namespace dandang::document {

// Why a text is no identity number: a stable code and words for the office.
struct IdentityFault {
  std::string code;
  Text reason;
};

std::optional<IdentityFault> check_identity_number(std::string_view number);
// Of a number that passed the check.
Date birth_date_of(std::string_view number);
bool is_male(std::string_view number);

}  // namespace dandang::document
