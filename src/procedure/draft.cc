#include "procedure/draft.h"

namespace dandang::procedure {

void Draft::put(std::vector<record::NewVersion> versions) {
  for (record::NewVersion& version : versions) {
    const auto [at, added] = places_.try_emplace({version.type, version.key}, versions_.size());
    if (!added) {
      version.based_on = versions_[at->second].based_on;
      versions_[at->second] = version;
      continue;
    }
    const record::Table& table = *data_.find_table(version.type);
    const auto row = table.row_of(version.key);
    version.based_on = row ? table.recorded_in(*row) : 0;
    versions_.push_back(version);
  }
  data_.put(versions);
}

}  // namespace dandang::procedure
