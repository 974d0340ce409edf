#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "record/change_set.h"
#include "record/record_store.h"
#include "record/record_type.h"

namespace dandang::record {

// A record that cannot be put back.
struct UndoObstacle {
  std::string type;
  std::string key;
  ChangeSetId changed_in = 0;  // the later change set that touched it; 0: another reason
  // The record that stays and refers to it, as "干部:610799…". Empty beside no `changed_in`: what
  // it was before is deleted.
  std::string referred_by;
};

struct Undo {
  ChangeSet change_set;  // to be applied by the caller
  std::vector<UndoObstacle> left;
};

enum class UndoScope {
  kAll,        // refuses if one record cannot be put back
  kUntouched,  // leaves those as they are
};

// The change set that puts back what was before `undone`: records it made are withdrawn, records it
// changed or withdrew get their former version as a new one, its coverage and parameters end. With
// the time, author, reason and basis of `by`. Holds all its versions, and reads the whole store if
// `undone` made records. kConflict, naming records, where later change sets stand in the way;
// also where `undone` published packages, which are undone by publishing the former ones, and where
// it deleted.
Result<Undo> make_undo(RecordStore& store, const std::shared_ptr<const Catalogue>& catalogue,
                       ChangeSetId undone, const ChangeSet& by, UndoScope scope);

}  // namespace dandang::record
