#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "record/dataset.h"

namespace dandang::record {

// What one of several regions, each with a store of its own, knows.
struct RegionDataset {
  std::string region;
  Dataset data;
};

// The regions' records as one dataset, in the order of the regions, to be evaluated as a whole. At
// least one; all of one catalogue. Known at: the sum of the regions' change sets, and the latest
// time.
//
// Nothing is guessed. kConflict where the whole would say what no region said: other packages or
// parameters, a record that two regions have, and a register that one has taken in and another has
// not, since a missing row of the other would then be read as "no". A list complete for some keys
// counts if it is complete for them in every region.
Result<Dataset> join_regions(std::vector<RegionDataset> regions);

}  // namespace dandang::record
