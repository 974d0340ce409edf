#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "feel/types.h"
#include "policy/package.h"

namespace dandang::policy {

// Names that formulas of one package can use, with their types: its own first, then those of the
// packages it uses.
class Scope : public feel::TypeEnvironment {
 public:
  // `measure_type` gives a measure's type, computing it first if need be.
  using MeasureType = std::function<feel::TypePtr(const Measure&)>;
  Scope(const PolicySet& set, std::string package, MeasureType measure_type);

  feel::TypePtr lookup(const std::string& name) const override;
  feel::TypePtr member(const feel::Type& entity, const std::string& name) const override;
  std::vector<std::string> names() const override;
  std::vector<std::string> member_names(const feel::Type& entity) const override;
  std::vector<std::string> code_words(const std::string& code_list) const override;

 private:
  feel::TypePtr lookup_in(const std::string& package, const std::string& name) const;
  feel::TypePtr record_member(const record::RecordType& type, const std::string& name) const;
  feel::TypePtr measure_or_rule(const std::string& on, const std::string& name) const;
  feel::TypePtr callable(const Measure& measure) const;

  const PolicySet& set_;
  std::string package_;
  MeasureType measure_type_;
};

// A scope that notes what is read through it.
class NotingScope : public Scope {
 public:
  NotingScope(Scope scope, std::set<NameRead>& reads) : Scope(std::move(scope)), reads_(reads) {}

  feel::TypePtr lookup(const std::string& name) const override;
  feel::TypePtr member(const feel::Type& entity, const std::string& name) const override;
  void untyped_member(const std::string& name) const override;

 private:
  std::set<NameRead>& reads_;
};

// The type a field's values have in formulas.
feel::TypePtr field_type(const record::Field& field);
feel::TypePtr parameter_type(const Parameter& parameter);
// The entity type that names of the form "N." stand for.
std::string package_entity(const std::string& package);
// A code list's ordering function: 表彰级别 -> 表彰级别序.
std::string order_function(const record::CodeList& list);
// The type's back-lists: record types with a ref to it, each with the ref's field.
std::vector<std::pair<const record::RecordType*, const record::Field*>> referring_types(
    const record::Catalogue& catalogue, const std::string& type);

}  // namespace dandang::policy
