#pragma once

#include "feel/types.h"
#include "policy/package.h"

namespace dandang::policy {

// The names a formula about a case of the procedure knows before those of its package: the fields
// of its record, and before these the variables. Points into itself, so it stays where it is made.
class CaseFrames {
 public:
  CaseFrames(const PolicySet& set, const Procedure& procedure);
  CaseFrames(const CaseFrames&) = delete;
  CaseFrames& operator=(const CaseFrames&) = delete;

  const feel::TypeFrame* frame() const { return &person_; }

 private:
  feel::TypeFrame record_;
  feel::TypeFrame this_case_;
  feel::TypeFrame steps_;
  feel::TypeFrame entered_;
  feel::TypeFrame person_;
};

// 经办人, alone in the frame of a role that is no procedure's own.
feel::TypeFrame acting_person_frame(const PolicySet& set, const feel::TypeFrame* parent);

}  // namespace dandang::policy
