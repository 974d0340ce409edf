#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/text.h"

namespace dandang::procedure {

// Why a step is not taken (docs/procedures.md, "Refusals").
struct Refusal {
  std::string name;                                  // by, form, until … or the guard's name
  std::string clause;                                // of the procedure or the guard
  Text message;                                      // what is wrong and what to do
  std::string field;                                 // form: the field it is about, if it is one
  std::vector<std::pair<std::string, Text>> values;  // a guard's placeholders
  std::vector<Text> missing;  // what the answer hangs on, where it is not known
  std::string transition;     // "procedure.transition"
};

}  // namespace dandang::procedure
