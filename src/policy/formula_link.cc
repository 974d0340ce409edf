#include "policy/formula_link.h"

#include <algorithm>
#include <utility>

namespace dandang::policy {

using feel::Type;
using feel::TypeFrame;

namespace {

bool has_parts(const std::string& name) {
  return name.find_first_of(" ./-'+*") != std::string::npos;
}

feel::KnownNames names_of_several_parts(const PolicySet& set) {
  feel::KnownNames out;
  const auto add = [&](const std::string& name) {
    if (has_parts(name)) out.insert(name);
  };
  for (const record::RecordType& type : set.catalogue->types) {
    add(type.name);
    for (const record::Field& field : type.fields) add(field.name);
  }
  for (const Parameter& parameter : set.parameters) add(parameter.name);
  for (const Measure& measure : set.measures) add(measure.name);
  for (const Rule& rule : set.rules) add(rule.name);
  for (const Decision& decision : set.decisions) add(decision.name);
  return out;
}

}  // namespace

FormulaLinker::FormulaLinker(PolicySet& set, Scope::MeasureType measure_type,
                             Diagnostics& diagnostics)
    : set_(set),
      measure_type_(std::move(measure_type)),
      diagnostics_(diagnostics),
      names_(names_of_several_parts(set)) {}

void FormulaLinker::parse(Formula& formula) const {
  feel::ParseOptions options;
  options.punctuation = feel::Punctuation::kDiagnoseWide;
  options.names = names_;
  formula.expression = feel::parse_expression(formula.source, options, diagnostics_);
  formula.type = Type::any();
}

void FormulaLinker::compile(Formula& formula, const std::string& package,
                            const TypeFrame* frame) const {
  if (formula.expression != nullptr) return;
  recompile(formula, package, frame);
}

void FormulaLinker::recompile(Formula& formula, const std::string& package,
                              const TypeFrame* frame) const {
  if (!formula.written()) return;
  if (formula.expression == nullptr) parse(formula);
  if (formula.expression == nullptr) return;
  const NotingScope names(scope(package), formula.reads);
  formula.type = feel::check_types(*formula.expression, names, frame, diagnostics_);
}

void FormulaLinker::expect(const Formula& formula, Type::Kind kind, const char* key) const {
  if (!formula || formula.type->is(Type::Kind::kAny) || formula.type->is(kind) ||
      formula.type->is(Type::Kind::kNull)) {
    return;
  }
  const Text wanted = Type::of(kind)->describe();
  const Text found = formula.type->describe();
  diagnostics_.error("type-mismatch", formula.place,
                     {std::string(key) + " 要" + wanted.zh + "，却是" + found.zh,
                      std::string(key) + " wants a " + wanted.en + ", this is a " + found.en});
}

void FormulaLinker::unknown_reference(const Place& place, const char* code,
                                      const std::string& what_zh, const std::string& what_en,
                                      const std::string& name,
                                      const std::vector<std::string>& candidates) const {
  const std::string close = closest_match(name, candidates);
  constexpr size_t kFew = 12;  // candidates that can all be told
  Text hint;
  if (!close.empty()) {
    hint = {"是不是“" + close + "”？", "did you mean \"" + close + "\"?"};
  } else if (!candidates.empty() && candidates.size() <= kFew) {
    hint = {"可用：" + join(candidates, "、"), "known: " + join(candidates, ", ")};
  }
  diagnostics_.error(
      code, place,
      {"没有" + what_zh + "“" + name + "”", "there is no " + what_en + " \"" + name + "\""},
      std::move(hint));
}

void FormulaLinker::need_field(const record::RecordType& type, const std::string& name,
                               const Place& place, const char* code) const {
  if (name.empty() || type.find_field(name) != nullptr) return;
  std::vector<std::string> known;
  for (const record::Field& field : type.fields) known.push_back(field.name);
  unknown_reference(place, code, type.name + "的字段", "field of " + type.name, name, known);
}

const record::RecordType* FormulaLinker::need_type(const std::string& name,
                                                   const Place& place) const {
  const record::RecordType* type = set_.catalogue->find_type(name);
  if (type != nullptr) return type;
  std::vector<std::string> known;
  for (const record::RecordType& each : set_.catalogue->types) known.push_back(each.name);
  unknown_reference(place, "undeclared-name", "记录类型", "record type", name, known);
  return nullptr;
}

void FormulaLinker::need_subject(const std::string& name, const Place& place) const {
  const bool is_subject = std::any_of(set_.subjects.begin(), set_.subjects.end(),
                                      [&](const Subject& s) { return s.name == name; });
  if (!name.empty() && !is_subject) need_type(name, place);
}

}  // namespace dandang::policy
