#pragma once

#include "record/change_set.h"
#include "store/sha256.h"

namespace dandang::store {

// What makes two change sets the same content, for idempotency keys: everything but when it was
// recorded and the key itself. First the change set without its versions, then each version.
void add_to_digest(Sha256& digest, const record::ChangeSet& change_set);
void add_to_digest(Sha256& digest, const record::NewVersion& version);

}  // namespace dandang::store
