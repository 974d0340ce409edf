#pragma once

#include "app/arguments.h"
#include "app/workspace.h"
#include "base/result.h"

namespace dandang::app {

// What --store, --region and --hash say. The address itself is read by the store.
Result<StoreChoice> store_choice(const Arguments& arguments);

}  // namespace dandang::app
