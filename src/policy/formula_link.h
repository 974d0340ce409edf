#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "feel/parser.h"
#include "feel/types.h"
#include "policy/package.h"
#include "policy/scope.h"

namespace dandang::policy {

// What linking any declaration needs: parses and type-checks formulas in the scope of a package,
// and looks up record types and fields, with diagnostics for what is not there.
class FormulaLinker {
 public:
  FormulaLinker(PolicySet& set, Scope::MeasureType measure_type, Diagnostics& diagnostics);

  PolicySet& set() const { return set_; }
  Diagnostics& diagnostics() const { return diagnostics_; }
  Scope scope(const std::string& package) const { return Scope(set_, package, measure_type_); }

  // Parses the formula and gives it its type, once; not written formulas stay null.
  void compile(Formula& formula, const std::string& package, const feel::TypeFrame* frame) const;
  // Parses once, and checks the types each time: for a formula that stands in several places.
  void recompile(Formula& formula, const std::string& package, const feel::TypeFrame* frame) const;
  // `key` names the formula.
  void expect(const Formula& formula, feel::Type::Kind kind, const char* key) const;

  void unknown_reference(const Place& place, const char* code, const std::string& what_zh,
                         const std::string& what_en, const std::string& name,
                         const std::vector<std::string>& candidates) const;
  void need_field(const record::RecordType& type, const std::string& name, const Place& place,
                  const char* code = "undeclared-name") const;
  // Null with a diagnostic if there is no such type.
  const record::RecordType* need_type(const std::string& name, const Place& place) const;
  // A record type or a declared subject.
  void need_subject(const std::string& name, const Place& place) const;

 private:
  void parse(Formula& formula) const;

  PolicySet& set_;
  Scope::MeasureType measure_type_;
  Diagnostics& diagnostics_;
  feel::KnownNames names_;  // of several parts, for the parser
};

}  // namespace dandang::policy
