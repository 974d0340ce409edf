#pragma once

#include "feel/type_expression.h"  // IWYU pragma: export
