#pragma once

#include <optional>

#include "base/text.h"
#include "record/dataset.h"

namespace dandang::record {

// Where two datasets of one catalogue differ first, for people: a record and its field, a list, a
// parameter, a package's file. No value: they are equal in all that is known, the order of rows
// included. Every cell is read once.
std::optional<Text> first_difference(const Dataset& a, const Dataset& b);

}  // namespace dandang::record
