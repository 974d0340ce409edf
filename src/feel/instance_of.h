#pragma once

#include <string_view>

#include "feel/value.h"

namespace dandang::feel {

// "value instance of type" (DMN 1.5 §10.3.2). Null where the type's text names no type we know;
// unknown where an unknown part of the value decides.
Value instance_of(const Value& value, std::string_view type_text);

}  // namespace dandang::feel
