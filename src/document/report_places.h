#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "evaluation/run.h"

namespace dandang::document {

// Who a record is about and where they work, found from what the packages declare and nothing
// else: the person's type is the one whose key is an identity number; the unit is what the record
// picked for a person (their present posting) refers to and people call by a name.
class Places {
 public:
  explicit Places(evaluation::Model& model);

  const std::vector<feel::Entity>& people() const;
  const std::vector<feel::Entity>& units() const;
  const std::string& person_label(Language language) const;
  const std::string& unit_label(Language language) const;

  std::optional<feel::Entity> person_of(const evaluation::Finding& finding) const;
  // Empty if there is none, or it is not known.
  std::string unit_of(const feel::Entity& subject, const std::optional<feel::Entity>& person);
  // Whose record it is, by the row of the person's type; none for a record about nobody.
  std::optional<uint32_t> owner_of(const feel::Entity& record);
  // The roster itself: who somebody is and where they work, not what a finding rests on.
  bool is_roster(const feel::Entity& record) const;

 private:
  static constexpr uint32_t kNobody = UINT32_MAX;
  static constexpr uint32_t kNotAsked = UINT32_MAX - 1;

  void find_person_type();
  void find_posting();
  const record::Field* field_to_named(const record::RecordType& type);
  std::string unit_of_person(const feel::Entity& person);

  evaluation::Model& model_;
  std::optional<size_t> person_type_;
  std::optional<size_t> unit_type_;
  std::optional<size_t> posting_type_;
  policy::Formula unit_formula_;  // 现任.单位, as a formula of the measure's own package
  std::string unit_package_;
  std::vector<std::optional<std::string>> unit_by_person_;
  std::vector<std::vector<uint32_t>> owners_;  // [type][row]
};

}  // namespace dandang::document
