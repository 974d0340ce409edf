#pragma once

#include <string>
#include <vector>

#include "county.h"
#include "truth.h"

namespace samples {

// Writes the county into `folder` as a dozen offices would hand it over: no two sheets alike,
// dates and numbers in every form, totals and notes between the rows. Returns the rows an import
// must refuse, with their places.
std::vector<Refused> write_books(const County& county, const std::string& folder);

}  // namespace samples
