#pragma once

#include <vector>

#include "evaluation/nearest_change_trial.h"

namespace dandang::evaluation {

// A record that the rule can come to from its subject.
struct ReachedRecord {
  size_t type = 0;
  size_t row = 0;
  feel::Entity owner;  // whose list it stands in; no source: it was referred to, or is the subject
  size_t owner_field = 0;
  bool is_member = false;  // of the group that is the subject
};

// All of them, visible or not, the subject's own first. Bounded: `cut` says that there were more.
std::vector<ReachedRecord> reach(Trial& trial, bool& cut);

// The first field of `type` that refers to records of `owner`; no value if none does.
std::optional<size_t> owner_field_of(const record::RecordType& type, const std::string& owner);

// Whether records of the type are people, told by their identity number.
bool is_person_type(const record::RecordType& type);

}  // namespace dandang::evaluation
