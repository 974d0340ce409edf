#pragma once

#include <cstddef>

#include "province.h"
#include "record/record_store.h"

namespace bench::province {

// Takes the province's rows into the store, one change set of 200,000 versions after the other, as
// an authority would that gets them register by register. Returns how many rows there are; ends the
// program where the store refuses.
size_t load_province(const Province& province, const dandang::record::Catalogue& catalogue,
                     dandang::record::RecordStore& store);

}  // namespace bench::province
