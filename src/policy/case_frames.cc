#include "policy/case_frames.h"

namespace dandang::policy {

using feel::Type;
using feel::TypeFrame;
using feel::TypePtr;

namespace {

TypePtr record_of(const PolicySet& set, const std::string& type) {
  return set.catalogue->find_type(type) == nullptr ? Type::any() : Type::entity(type);
}

TypePtr steps_of(const PolicySet& set) {
  return Type::list_of(set.steps ? record_of(set, set.steps->type) : Type::any());
}

}  // namespace

TypeFrame acting_person_frame(const PolicySet& set, const TypeFrame* parent) {
  const record::RecordType* person = person_type(*set.catalogue);
  return {parent, person == nullptr ? Type::any() : Type::entity(person->name), kActingPerson};
}

CaseFrames::CaseFrames(const PolicySet& set, const Procedure& procedure)
    : record_{nullptr, record_of(set, procedure.cases), ""},
      this_case_{&record_, record_of(set, procedure.cases), kThisCase},
      steps_{&this_case_, steps_of(set), kStepsSoFar},
      entered_{&steps_, Type::of(Type::Kind::kDate), kEnteredState},
      person_(acting_person_frame(set, &entered_)) {}

}  // namespace dandang::policy
