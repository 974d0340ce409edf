#include "policy/scope.h"

#include "policy/work_function.h"

namespace dandang::policy {

using feel::Type;
using feel::TypePtr;

feel::TypePtr field_type(const record::Field& field) {
  switch (field.kind) {
    case record::FieldKind::kText:
    case record::FieldKind::kName:
    case record::FieldKind::kIdentityNumber:
      return Type::of(Type::Kind::kString);
    case record::FieldKind::kDate:
    case record::FieldKind::kDay:
      return Type::of(Type::Kind::kDate);
    case record::FieldKind::kYear:
    case record::FieldKind::kNumber:
    case record::FieldKind::kMoney:
      return Type::of(Type::Kind::kNumber);
    case record::FieldKind::kFlag:
      return Type::of(Type::Kind::kBoolean);
    case record::FieldKind::kCode:
      return Type::code(field.code_list);
    case record::FieldKind::kRef:
      return Type::entity(field.ref_type);
  }
  return Type::any();
}

feel::TypePtr parameter_type(const Parameter& parameter) {
  switch (parameter.type) {
    case ParameterType::kNumber:
      return Type::of(Type::Kind::kNumber);
    case ParameterType::kText:
      return Type::of(Type::Kind::kString);
    case ParameterType::kDate:
      return Type::of(Type::Kind::kDate);
    case ParameterType::kFlag:
      return Type::of(Type::Kind::kBoolean);
  }
  return Type::any();
}

std::string package_entity(const std::string& package) {
  return "@" + package;
}

std::string order_function(const record::CodeList& list) {
  return list.name + "序";
}

std::vector<std::pair<const record::RecordType*, const record::Field*>> referring_types(
    const record::Catalogue& catalogue, const std::string& type) {
  std::vector<std::pair<const record::RecordType*, const record::Field*>> out;
  for (const record::RecordType& candidate : catalogue.types) {
    for (const record::Field& field : candidate.fields) {
      if (field.kind == record::FieldKind::kRef && field.ref_type == type) {
        out.emplace_back(&candidate, &field);
        break;
      }
    }
  }
  return out;
}

Scope::Scope(const PolicySet& set, std::string package, MeasureType measure_type)
    : set_(set), package_(std::move(package)), measure_type_(std::move(measure_type)) {}

TypePtr Scope::callable(const Measure& measure) const {
  TypePtr type = measure_type_(measure);
  if (measure.args.empty()) return type;
  std::vector<std::pair<std::string, TypePtr>> parameters;
  for (const std::string& arg : measure.args) parameters.emplace_back(arg, Type::any());
  return Type::function(std::move(parameters), std::move(type));
}

TypePtr Scope::lookup_in(const std::string& package, const std::string& name) const {
  for (const Parameter& parameter : set_.parameters) {
    if (parameter.package == package && parameter.name == name) return parameter_type(parameter);
  }
  for (const Measure& measure : set_.measures) {
    if (measure.package == package && measure.on.empty() && measure.name == name) {
      return callable(measure);
    }
  }
  for (const Decision& decision : set_.decisions) {
    if (decision.package != package || decision.name != name) continue;
    std::vector<std::pair<std::string, TypePtr>> parameters;
    for (const std::string& input : decision.table.inputs)
      parameters.emplace_back(input, Type::any());
    return Type::function(std::move(parameters), decision.result ? decision.result : Type::any());
  }
  return nullptr;
}

TypePtr Scope::lookup(const std::string& name) const {
  if (name == "as_of") return Type::of(Type::Kind::kDate);
  if (TypePtr own = lookup_in(package_, name)) return own;
  if (const Package* package = set_.find_package(package_)) {
    for (const std::string& used : package->uses) {
      if (TypePtr found = lookup_in(used, name)) return found;
    }
  }
  for (const record::CodeList& list : set_.catalogue->code_lists) {
    if (list.ordered && order_function(list) == name) {
      return Type::function({{"值", Type::code(list.name)}}, Type::of(Type::Kind::kNumber));
    }
  }
  if (const auto work = find_work_function(set_, package_, name)) {
    return work_function_type(work->function);
  }
  if (set_.catalogue->find_type(name) != nullptr) return Type::list_of(Type::entity(name));
  for (const Package& package : set_.packages) {
    if (!package.prefix.empty() && package.prefix == name && set_.in_view(package_, package.id)) {
      return Type::entity(package_entity(package.id));
    }
  }
  return nullptr;
}

TypePtr Scope::measure_or_rule(const std::string& on, const std::string& name) const {
  const Measure* best = nullptr;
  for (const Measure& measure : set_.measures) {
    if (measure.on != on || measure.name != name || !set_.in_view(package_, measure.package))
      continue;
    if (best == nullptr || measure.package == package_) best = &measure;
  }
  if (best != nullptr) return callable(*best);
  for (const Rule& rule : set_.rules) {
    if (rule.subject == on && rule.name == name && set_.in_view(package_, rule.package)) {
      return rule.when.written() || rule.is_duty ? Type::of(Type::Kind::kBoolean)
                                                 : Type::of(Type::Kind::kNumber);
    }
  }
  return nullptr;
}

TypePtr Scope::record_member(const record::RecordType& type, const std::string& name) const {
  if (const record::Field* field = type.find_field(name)) return field_type(*field);
  if (TypePtr found = measure_or_rule(type.name, name)) return found;
  for (const auto& [referring, field] : referring_types(*set_.catalogue, type.name)) {
    if (referring->name == name) return Type::list_of(Type::entity(name));
  }
  return nullptr;
}

TypePtr Scope::member(const Type& entity, const std::string& name) const {
  if (entity.name.starts_with("@")) return lookup_in(entity.name.substr(1), name);
  if (const record::RecordType* type = set_.catalogue->find_type(entity.name)) {
    return record_member(*type, name);
  }
  for (const Subject& subject : set_.subjects) {
    if (subject.name != entity.name) continue;
    if (name == "members") return Type::list_of(Type::entity(subject.of));
    const record::RecordType* of = set_.catalogue->find_type(subject.of);
    for (const std::string& by : subject.by) {
      if (by == name && of != nullptr && of->find_field(by) != nullptr) {
        return field_type(*of->find_field(by));
      }
    }
    return measure_or_rule(subject.name, name);
  }
  return nullptr;
}

TypePtr NotingScope::lookup(const std::string& name) const {
  TypePtr found = Scope::lookup(name);
  if (found != nullptr) reads_.insert({NameRead::Kind::kGlobal, {}, name});
  return found;
}

TypePtr NotingScope::member(const Type& entity, const std::string& name) const {
  TypePtr found = Scope::member(entity, name);
  if (found != nullptr) reads_.insert({NameRead::Kind::kMember, entity.name, name});
  return found;
}

void NotingScope::untyped_member(const std::string& name) const {
  reads_.insert({NameRead::Kind::kUntyped, {}, name});
}

std::vector<std::string> Scope::names() const {
  std::vector<std::string> out{"as_of"};
  for (const Parameter& parameter : set_.parameters) {
    if (set_.in_view(package_, parameter.package)) out.push_back(parameter.name);
  }
  for (const Measure& measure : set_.measures) {
    if (measure.on.empty() && set_.in_view(package_, measure.package)) out.push_back(measure.name);
  }
  for (const Decision& decision : set_.decisions) {
    if (set_.in_view(package_, decision.package)) out.push_back(decision.name);
  }
  for (const record::RecordType& type : set_.catalogue->types) out.push_back(type.name);
  for (const record::CodeList& list : set_.catalogue->code_lists) {
    if (list.ordered) out.push_back(order_function(list));
  }
  for (const WorkCalendar& calendar : set_.calendars) {
    if (!set_.in_view(package_, calendar.package)) continue;
    for (const WorkFunction function : kWorkFunctions) {
      out.push_back(work_function_name(calendar, function));
    }
  }
  return out;
}

std::vector<std::string> Scope::member_names(const Type& entity) const {
  std::vector<std::string> out;
  if (const record::RecordType* type = set_.catalogue->find_type(entity.name)) {
    for (const record::Field& field : type->fields) out.push_back(field.name);
    for (const auto& [referring, field] : referring_types(*set_.catalogue, type->name)) {
      out.push_back(referring->name);
    }
  }
  for (const Subject& subject : set_.subjects) {
    if (subject.name != entity.name) continue;
    out.emplace_back("members");
    out.insert(out.end(), subject.by.begin(), subject.by.end());
  }
  for (const Measure& measure : set_.measures) {
    if (measure.on == entity.name && set_.in_view(package_, measure.package)) {
      out.push_back(measure.name);
    }
  }
  for (const Rule& rule : set_.rules) {
    if (rule.subject == entity.name && set_.in_view(package_, rule.package))
      out.push_back(rule.name);
  }
  return out;
}

std::vector<std::string> Scope::code_words(const std::string& code_list) const {
  std::vector<std::string> out;
  if (const record::CodeList* list = set_.catalogue->find_code_list(code_list)) {
    for (const record::CodeValue& value : list->values) out.push_back(value.name);
  }
  return out;
}

}  // namespace dandang::policy
