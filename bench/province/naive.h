#pragma once

#include "answer.h"
#include "province.h"

namespace bench::province {

// The rules as they are written, with sorted groups and maps: what the reference is tested against.
Answer evaluate_naively(const Province& province);

}  // namespace bench::province
