#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "document/report_build.h"
#include "evaluation/explain.h"

// What could not be said and why, and whose figures were used.
namespace dandang::document {

using evaluation::Finding;
using evaluation::Verdict;
using feel::Cause;
using policy::Parameter;

namespace {

// What people supply together: the same register, the same record, the same field of a register.
Cause group_of(const Cause& cause) {
  Cause group = cause;
  const bool field_of_a_record = cause.kind == Cause::Kind::kFact && !cause.field.empty();
  if (field_of_a_record) group.key.clear();
  return group;
}

bool is_whole_register(const Cause& cause) {
  return cause.kind == Cause::Kind::kFact && cause.field.empty() && !cause.note.empty();
}

// The key of the record with the blank field, without whose record it is.
std::string record_detail(const Cause& cause, const std::string& identity_number) {
  if (cause.kind != Cause::Kind::kFact || cause.field.empty()) return {};
  std::vector<std::string> rest;
  for (std::string& part : split(cause.key, '/')) {
    if (!part.empty() && part != identity_number) rest.push_back(std::move(part));
  }
  return join(rest, " ");
}

struct OpenGap {
  GapReport gap;
  size_t records = 0;
};

class GapBuilder {
 public:
  explicit GapBuilder(const ReportSource& source) : source_(source) {}

  RuleGaps build(const policy::Rule& rule, const std::vector<const Finding*>& findings) {
    std::map<Cause, OpenGap> gaps;
    for (const Finding* finding : findings) note(*finding, gaps);
    RuleGaps out{rule.id, source_.say(rule.title), findings.size(), {}};
    for (auto& [cause, open] : gaps) {
      open.gap.what = what(cause, open.records);
      open.gap.whole_register = is_whole_register(cause);
      out.gaps.push_back(std::move(open.gap));
    }
    return out;
  }

 private:
  void note(const Finding& finding, std::map<Cause, OpenGap>& gaps) {
    GapPerson person;
    person.name = source_.model.name_of(finding.subject);
    person.identity_number = finding.identity_number;
    person.unit = source_.places.unit_of(finding.subject, source_.places.person_of(finding));
    for (const Cause& cause : finding.missing) {
      OpenGap& open = gaps[group_of(cause)];
      ++open.records;
      person.detail = record_detail(cause, finding.identity_number);
      open.gap.people.push_back(person);
    }
  }

  // Fields are blank in so many places; the places themselves stand beside the names.
  std::string what(const Cause& group, size_t records) const {
    Cause cause = group;
    if (cause.kind == Cause::Kind::kFact && !cause.field.empty()) {
      cause.key =
          source_.is_chinese() ? fmt::format("{} 处", records) : fmt::format("{} places", records);
    }
    return source_.say(evaluation::describe_cause(source_.model, cause));
  }

  const ReportSource& source_;
};

std::string register_label(const ReportSource& source, const std::string& name) {
  const record::RecordType* type = source.model.data().catalogue().find_type(name);
  return type == nullptr ? name : source.label(type->name, type->label_en);
}

std::vector<ReportTally> by_register(const ReportSource& source,
                                     const std::vector<const Finding*>& findings) {
  std::map<std::string, size_t> counts;
  for (const Finding* finding : findings) {
    std::vector<std::string> told;
    for (const Cause& cause : finding->missing) {
      if (cause.kind != Cause::Kind::kFact ||
          std::find(told.begin(), told.end(), cause.record) != told.end()) {
        continue;
      }
      told.push_back(cause.record);
      ++counts[cause.record];
    }
  }
  std::vector<ReportTally> out;
  for (const auto& [name, count] : counts) {
    out.push_back({register_label(source, name), count, ""});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const auto& a, const auto& b) { return a.count > b.count; });
  return out;
}

const record::ParameterValue* set_value(const evaluation::Model& model,
                                        const Parameter& parameter) {
  const record::ParameterValue* best = nullptr;
  for (const record::ParameterValue& value : model.data().parameters) {
    if (value.package != parameter.package || value.name != parameter.name ||
        model.as_of() < value.from) {
      continue;
    }
    if (best == nullptr || best->from <= value.from) best = &value;
  }
  return best;
}

// What the package itself says on the day, where the authority has set another value.
std::string package_value(const evaluation::Model& model, const Parameter& parameter) {
  for (const policy::ParameterVersion& version : parameter.versions) {
    if (version.value && version.validity.holds_on(model.as_of())) return *version.value;
  }
  return {};
}

std::string qualified_name(const policy::PolicySet& set, const Parameter& parameter) {
  const bool ambiguous =
      std::any_of(set.parameters.begin(), set.parameters.end(), [&](const Parameter& other) {
        return other.name == parameter.name && other.package != parameter.package;
      });
  const policy::Package* package = set.find_package(parameter.package);
  if (!ambiguous || package == nullptr || package->prefix.empty()) return parameter.name;
  return package->prefix + "." + parameter.name;
}

bool waits_for(const Finding& finding, const Parameter& parameter) {
  return finding.verdict == Verdict::kNotConfigured &&
         std::any_of(finding.missing.begin(), finding.missing.end(), [&](const Cause& cause) {
           return cause.kind == Cause::Kind::kParameter && cause.record == parameter.package &&
                  cause.field == parameter.name;
         });
}

OpenParameter open_parameter(const ReportSource& source, const Parameter& parameter) {
  const policy::Package* package = source.model.set().find_package(parameter.package);
  OpenParameter out;
  out.name = qualified_name(source.model.set(), parameter);
  out.label = source.label(parameter.name, parameter.label_en);
  out.clause = parameter.clause;
  out.document_number = package == nullptr ? "" : package->document_number;
  out.unit = parameter.unit;
  out.why = source.say(parameter.why);
  out.waiting = static_cast<size_t>(
      std::count_if(source.input.findings.begin(), source.input.findings.end(),
                    [&](const Finding& finding) { return waits_for(finding, parameter); }));
  out.command = source.say(
      fmt::format("dandang parameter set DIR {}=值 --from 日期 --basis 依据 --by 经办人", out.name),
      fmt::format("dandang parameter set DIR {}=VALUE --from DATE --basis TEXT --by WHO",
                  out.name));
  return out;
}

// A figure of the authority's is told as theirs, with what the document itself says if it does.
void tell_authority(const ReportSource& source, const Parameter& parameter, UsedParameter& out) {
  out.origin = UsedParameter::Origin::kAuthority;
  out.origin_words = source.say("主管机关设定", "set by the authority");
  const std::string own = package_value(source.model, parameter);
  out.basis =
      own.empty()
          ? source.say("文件没有这个数", "the document has no such figure")
          : source.say(fmt::format("不是文件的数：{}为 {}",
                                   policy::source_word(parameter.source, Language::kChinese), own),
                       fmt::format("not the document's figure: {} is {}",
                                   policy::source_word(parameter.source, Language::kEnglish), own));
  if (const record::ParameterValue* value = set_value(source.model, parameter)) {
    out.basis += source.is_chinese() ? fmt::format("；自 {} 起", value->from.to_string())
                                     : fmt::format("; from {}", value->from.to_string());
    if (!value->basis.empty()) {
      out.basis += source.say("，依据：", ", basis: ") + value->basis;
    }
  }
}

void tell_origin(const ReportSource& source, const Parameter& parameter, UsedParameter& out) {
  out.origin_words = policy::source_word(parameter.source, source.input.language);
  switch (parameter.source) {
    case policy::ParameterSource::kText:
      out.origin = UsedParameter::Origin::kText;
      break;
    case policy::ParameterSource::kLaw:
      out.origin = UsedParameter::Origin::kLaw;
      break;
    case policy::ParameterSource::kLocal:
      out.origin = UsedParameter::Origin::kAuthority;
      break;
    case policy::ParameterSource::kReading:
      out.origin = UsedParameter::Origin::kReading;
      break;
  }
  out.basis = source.say(parameter.law);
  if (parameter.why.empty()) return;
  out.basis += (out.basis.empty() ? "" : source.say("；", "; ")) + source.say(parameter.why);
}

UsedParameter used_parameter(const ReportSource& source, const evaluation::ParameterUse& use) {
  const Parameter& parameter = *use.parameter;
  const policy::Package* package = source.model.set().find_package(parameter.package);
  UsedParameter out;
  out.label = source.label(parameter.name, parameter.label_en);
  out.clause = parameter.clause;
  out.document_number = package == nullptr ? "" : package->document_number;
  out.value = use.value.to_string();
  if (parameter.type == policy::ParameterType::kNumber) out.unit = parameter.unit;
  if (use.by_authority) {
    tell_authority(source, parameter, out);
  } else {
    tell_origin(source, parameter, out);
  }
  return out;
}

}  // namespace

void report_gaps(const ReportSource& source, Report& report) {
  std::unordered_map<std::string, std::vector<const Finding*>> by_rule;
  std::vector<const Finding*> all;
  for (const Finding& finding : source.input.findings) {
    if (!evaluation::concerns(finding) || finding.verdict != Verdict::kInsufficient) continue;
    by_rule[finding.rule->id].push_back(&finding);
    all.push_back(&finding);
  }
  GapBuilder builder(source);
  for (const RuleReport& rule : report.rules) {
    const auto found = by_rule.find(rule.id);
    if (found == by_rule.end()) continue;
    report.gaps.push_back(builder.build(*found->second.front()->rule, found->second));
  }
  report.gaps_by_register = by_register(source, all);
}

std::vector<OpenParameter> report_open_parameters(const ReportSource& source) {
  const policy::PolicySet& set = source.model.set();
  std::vector<OpenParameter> out;
  for (const Parameter& parameter : set.parameters) {
    const policy::Package* package = set.find_package(parameter.package);
    const bool in_force = package == nullptr || package->validity.holds_on(source.model.as_of());
    if (in_force && source.model.parameter_value(parameter).is_unknown()) {
      out.push_back(open_parameter(source, parameter));
    }
  }
  return out;
}

std::vector<UsedParameter> report_used_parameters(const ReportSource& source) {
  std::unordered_map<const Parameter*, std::pair<const evaluation::ParameterUse*, size_t>> uses;
  for (const Finding& finding : source.input.findings) {
    for (const evaluation::ParameterUse& use : finding.parameters) {
      if (use.value.is_unknown()) continue;
      auto& [first, findings] = uses[use.parameter];
      first = &use;
      ++findings;
    }
  }
  std::vector<UsedParameter> out;
  for (const Parameter& parameter : source.model.set().parameters) {
    const auto found = uses.find(&parameter);
    if (found == uses.end()) continue;
    out.push_back(used_parameter(source, *found->second.first));
    out.back().findings = found->second.second;
  }
  return out;
}

}  // namespace dandang::document
