#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "record/dataset.h"

namespace dandang::record {

// A dataset kept as a file of columns that is mapped, not read: a province's records are there at
// once. It is a cache of the store, which alone is proved by the ledger: the file says of which
// store and change set it is, and whoever opens it names what is wanted (docs/decisions/0012).
//
// `store`: what tells the store from all others, and its present content from what another copy of
// it may hold under the same number (its place, and the ledger's size and root).

// Returns the bytes written. kIo without space or permission; what was there before stays then.
Result<size_t> save_snapshot(const Dataset& dataset, const std::string& store,
                             const std::string& path);

// What a snapshot says it is of; its pieces are not read.
struct SnapshotHead {
  std::string store;
  ChangeSetId known_at = 0;
};
Result<SnapshotHead> read_snapshot_head(const std::string& path);

// kNotFound without a file; kUnsoundStore if it is of another store, change set or declaration of
// record types, cut short or damaged: then it is to be made again. Every byte is read once.
Result<Dataset> open_snapshot(std::shared_ptr<const Catalogue> catalogue, const std::string& store,
                              ChangeSetId known_at, const std::string& path);

}  // namespace dandang::record
