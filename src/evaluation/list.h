#pragma once

#include <string>
#include <vector>

#include "evaluation/run.h"

namespace dandang::evaluation {

// A declared list on one day (docs/procedures.md, "list"). Everyone whom `where` concerns stands in
// exactly one of three parts; nobody is left out silently.
struct ListRow {
  feel::Entity subject;
  std::vector<feel::Value> values;  // one a column
};

struct PlacedRow : ListRow {
  size_t place = 0;  // 1 is first; rows alike in the whole order share the better place
};

struct HeldRow : ListRow {
  std::vector<const policy::Rule*> by;  // what they meet, never empty
};

struct OpenRow : ListRow {
  std::vector<feel::Cause> missing;  // of the condition, of what holds back, or of the order
};

struct ListResult {
  const policy::ListDeclaration* list = nullptr;
  std::vector<PlacedRow> placed;
  std::vector<HeldRow> held;
  std::vector<OpenRow> open;
};

// The run must hold at least the rules the list's `except` names.
ListResult make_list(Run& run, const policy::ListDeclaration& list);

}  // namespace dandang::evaluation
