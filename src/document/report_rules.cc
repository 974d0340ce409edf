#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "document/report_build.h"
#include "evaluation/explain.h"

namespace dandang::document {

using evaluation::Finding;
using evaluation::Verdict;
using feel::Entity;
using policy::Rule;

namespace {

constexpr size_t kMostListed = 300;    // rows of one rule that the page names
constexpr size_t kMostExplained = 60;  // explaining looks at everything again: only short lists
constexpr size_t kMostRecords = 8;     // a row
constexpr size_t kMostReasons = 4;
constexpr size_t kMostValues = 12;  // more different amounts say nothing as a table

void count(const Finding& finding, VerdictCounts& counts) {
  switch (finding.verdict) {
    case Verdict::kMet:
      ++counts.met;
      counts.excused += finding.excused ? 1 : 0;
      return;
    case Verdict::kNotMet:
      ++counts.not_met;
      return;
    case Verdict::kInsufficient:
      ++counts.insufficient;
      return;
    case Verdict::kNotConfigured:
      ++counts.not_configured;
      return;
    case Verdict::kPending:
      ++counts.pending;
      return;
  }
}

bool is_listed_verdict(const RuleReport& rule, Verdict verdict) {
  switch (rule.lists) {
    case RuleReport::Lists::kMet:
    case RuleReport::Lists::kToVerify:
    case RuleReport::Lists::kNeutral:
      return verdict == Verdict::kMet;
    case RuleReport::Lists::kNotDone:
      return verdict == Verdict::kNotMet;
    case RuleReport::Lists::kGroups:
      return verdict == Verdict::kMet || verdict == Verdict::kNotMet;
  }
  return false;
}

std::optional<Decimal> amount_of(const Finding& finding) {
  if (!finding.amount.is(feel::Value::Kind::kNumber)) return std::nullopt;
  return finding.amount.number();
}

// One line a reason that holds, from the innermost up: what was asked, and what was found.
void collect_reasons(const std::vector<evaluation::Reason>& reasons, const std::string& above,
                     Language language, std::vector<std::string>& out) {
  for (const evaluation::Reason& reason : reasons) {
    if (out.size() >= kMostReasons) return;
    if (reason.mark == evaluation::Reason::Mark::kNo ||
        reason.mark == evaluation::Reason::Mark::kUnknown) {
      continue;
    }
    const std::string& text = reason.text.in(language);
    const bool has_yes =
        std::any_of(reason.parts.begin(), reason.parts.end(),
                    [](const auto& part) { return part.mark == evaluation::Reason::Mark::kYes; });
    if (has_yes) {
      collect_reasons(reason.parts, text, language, out);
    } else if (reason.mark == evaluation::Reason::Mark::kYes) {
      std::string line =
          above.empty() ? text : above + (language == Language::kChinese ? "：" : ": ") + text;
      if (std::find(out.begin(), out.end(), line) == out.end()) out.push_back(std::move(line));
    } else {
      collect_reasons(reason.parts, text, language, out);
    }
  }
}

class RuleBuilder {
 public:
  explicit RuleBuilder(const ReportSource& source)
      : source_(source), language_(source.input.language) {}

  RuleReport build(const Rule& rule, const std::vector<const Finding*>& findings) {
    RuleReport out;
    describe(rule, findings, out);
    for (const Finding* finding : findings) {
      count(*finding, out.counts);
      if (is_listed_verdict(out, finding->verdict)) out.rows.push_back(row_of(rule, *finding));
    }
    out.listed = !out.for_everybody && out.rows.size() <= kMostListed;
    note_parameters(findings, out);
    if (out.has_amount) add_totals(rule, out);
    if (!out.listed) tally_by_unit(rule, out);
    if (out.lists == RuleReport::Lists::kToVerify && out.rows.size() <= kMostExplained) {
      explain_rows(rule, findings, out);
    }
    return out;
  }

 private:
  void describe(const Rule& rule, const std::vector<const Finding*>& findings, RuleReport& out) {
    out.id = rule.id;
    out.name = rule.name;
    out.title = source_.say(rule.title);
    out.force = policy::force_word(rule.force, language_);
    out.law = source_.say(rule.law);
    out.meaning = source_.say(rule.finding);
    out.is_duty = rule.is_duty;
    out.has_amount = rule.gives.written();
    out.is_money = rule.unit == "分";
    out.for_everybody = rule.gives.written() && !rule.when.written() && !rule.is_duty;
    const bool about_people = std::any_of(findings.begin(), findings.end(), [&](const auto* f) {
      return source_.places.person_of(*f).has_value();
    });
    out.lists = lists_of(rule, about_people || findings.empty());
    out.clause = rule.clause;
    if (const policy::Clause* clause = source_.model.set().find_clause(rule.clause)) {
      out.clause_title = source_.say(clause->title);
      out.mechanism = clause->mechanism;
    }
    if (const policy::Package* package = source_.model.set().find_package(rule.package)) {
      out.document_number = package->document_number;
    }
  }

  static RuleReport::Lists lists_of(const Rule& rule, bool about_people) {
    if (rule.is_duty) return RuleReport::Lists::kNotDone;
    if (rule.bearing == policy::Bearing::kAgainst) return RuleReport::Lists::kToVerify;
    // Of few groups, those that fall short matter as much as those that do not.
    if (!about_people) return RuleReport::Lists::kGroups;
    return rule.bearing == policy::Bearing::kNeutral ? RuleReport::Lists::kNeutral
                                                     : RuleReport::Lists::kMet;
  }

  ReportRow row_of(const Rule& rule, const Finding& finding) {
    const auto person = source_.places.person_of(finding);
    ReportRow row;
    row.name = source_.model.name_of(finding.subject);
    row.detail = key_detail(source_.model, finding);
    row.identity_number = finding.identity_number;
    row.unit = source_.places.unit_of(finding.subject, person);
    row.met = finding.verdict == Verdict::kMet;
    row.amount = amount_of(finding);
    if (row.amount) {
      row.amount_text =
          grouped_thousands(source_.say(evaluation::describe_amount(rule, finding.amount)));
    }
    row.reasons = finding.flags;
    add_records(finding, person, row);
    return row;
  }

  // The subject's own records. Other people's, which a comparison also looked at, are no business
  // of this row; of the roster, where nothing else is there, only the place: it holds dates of
  // birth.
  void add_records(const Finding& finding, const std::optional<Entity>& person, ReportRow& row) {
    std::vector<Entity> own;
    std::optional<Entity> roster;
    for (const Entity& record : finding.evidence) {
      const auto owner = source_.places.owner_of(record);
      if (owner && (!person || *owner != person->row)) continue;
      if (!source_.places.is_roster(record)) {
        own.push_back(record);
      } else if (!roster) {
        roster = record;
      }
    }
    if (own.empty() && roster) return add_place(*roster, row);
    for (const Entity& record : own) {
      if (row.records.size() == kMostRecords) break;
      row.records.push_back(source_.say(evaluation::describe_record(source_.model, record)));
    }
    row.records_left_out = own.size() - row.records.size();
  }

  void add_place(const Entity& record, ReportRow& row) {
    const record::Source place = source_.model.table_of(record).source(record.row);
    if (place.row == 0) return;
    const record::RecordType& type = source_.model.type_of(record);
    const std::string& label = source_.label(type.name, type.label_en);
    row.records.push_back(
        source_.is_chinese()
            ? fmt::format("{}：{}「{}」第 {} 行", label, place.file, place.sheet, place.row)
            : fmt::format("{}: {}, sheet {}, row {}", label, place.file, place.sheet, place.row));
  }

  void explain_rows(const Rule& rule, const std::vector<const Finding*>& findings,
                    RuleReport& out) {
    size_t at = 0;
    for (const Finding* finding : findings) {
      if (!is_listed_verdict(out, finding->verdict)) continue;
      const auto explanation = evaluation::explain(source_.input.run, rule, finding->subject);
      collect_reasons(explanation.reasons, "", language_, out.rows[at++].reasons);
    }
  }

  void note_parameters(const std::vector<const Finding*>& findings, RuleReport& out) {
    std::vector<const policy::Parameter*> told;
    for (const Finding* finding : findings) {
      for (const evaluation::ParameterUse& use : finding->parameters) {
        if (std::find(told.begin(), told.end(), use.parameter) != told.end()) continue;
        told.push_back(use.parameter);
        out.parameters.push_back(source_.say(evaluation::describe_parameter(source_.model, use)));
      }
    }
  }

  std::string amount_text(const Rule& rule, const std::optional<Decimal>& amount) {
    if (!amount) return {};
    return grouped_thousands(source_.say(evaluation::describe_amount(rule, feel::Value(*amount))));
  }

  void add_totals(const Rule& rule, RuleReport& out) {
    std::optional<Decimal> total = Decimal(0);
    std::map<Decimal, size_t> by_value;
    for (const ReportRow& row : out.rows) {
      if (!row.amount) continue;
      if (total) total = total->add(*row.amount);
      ++by_value[*row.amount];
    }
    out.total = amount_text(rule, total);
    if (out.listed || by_value.size() > kMostValues) return;
    for (const auto& [value, people] : by_value) {
      out.by_value.push_back({amount_text(rule, value), people,
                              amount_text(rule, value.multiply(Decimal(int64_t(people))))});
    }
  }

  void tally_by_unit(const Rule& rule, RuleReport& out) {
    std::vector<std::optional<Decimal>> totals;
    std::unordered_map<std::string, size_t> places;
    for (const ReportRow& row : out.rows) {
      const auto [at, added] = places.try_emplace(row.unit, out.by_unit.size());
      if (added) {
        out.by_unit.push_back({row.unit, 0, ""});
        totals.emplace_back(Decimal(0));
      }
      ++out.by_unit[at->second].count;
      std::optional<Decimal>& total = totals[at->second];
      if (total && row.amount) total = total->add(*row.amount);
    }
    if (!out.has_amount) return;
    for (size_t i = 0; i < totals.size(); ++i) out.by_unit[i].total = amount_text(rule, totals[i]);
  }

  const ReportSource& source_;
  Language language_;
};

}  // namespace

std::string grouped_thousands(const std::string& amount) {
  size_t begin = amount.starts_with('-') ? 1 : 0;
  size_t end = begin;
  while (end < amount.size() && amount[end] >= '0' && amount[end] <= '9') ++end;
  std::string out = amount;
  for (size_t at = end; at > begin + 3; at -= 3) out.insert(at - 3, 1, ',');
  return out;
}

std::string key_detail(const evaluation::Model& model, const Finding& finding) {
  std::string key = model.key_of(finding.subject);
  const std::string name = model.name_of(finding.subject);
  if (key == name || key == finding.identity_number) return {};
  std::vector<std::string> rest;
  for (std::string& part : split(key, '/')) {
    if (!part.empty() && part != finding.identity_number && part != name) rest.push_back(part);
  }
  return join(rest, " ");
}

std::vector<RuleReport> report_rules(const ReportSource& source) {
  std::unordered_map<const Rule*, std::vector<const Finding*>> by_rule;
  for (const Finding& finding : source.input.findings) {
    if (evaluation::concerns(finding)) by_rule[finding.rule].push_back(&finding);
  }
  RuleBuilder builder(source);
  std::vector<RuleReport> rules;
  std::vector<std::string> mechanisms;
  for (const Rule* rule : source.input.run.rules()) {
    rules.push_back(builder.build(*rule, by_rule[rule]));
    if (std::find(mechanisms.begin(), mechanisms.end(), rules.back().mechanism) ==
        mechanisms.end()) {
      mechanisms.push_back(rules.back().mechanism);
    }
  }
  const auto place = [&](const RuleReport& rule) {
    return std::find(mechanisms.begin(), mechanisms.end(), rule.mechanism);
  };
  std::stable_sort(rules.begin(), rules.end(),
                   [&](const auto& a, const auto& b) { return place(a) < place(b); });
  return rules;
}

std::vector<UnitReport> report_units(const ReportSource& source) {
  std::vector<UnitReport> units;
  std::unordered_map<std::string, size_t> places;
  const auto unit = [&](const std::string& name) -> UnitReport& {
    const auto [at, added] = places.try_emplace(name, units.size());
    if (added) units.emplace_back().name = name;
    return units[at->second];
  };
  for (const Entity& entity : source.places.units()) unit(source.model.name_of(entity));
  for (const Entity& person : source.places.people()) {
    ++unit(source.places.unit_of(person, person)).officials;
  }
  for (const Finding& finding : source.input.findings) {
    if (!evaluation::concerns(finding)) continue;
    const Rule& rule = *finding.rule;
    const auto person = source.places.person_of(finding);
    UnitReport& at = unit(source.places.unit_of(finding.subject, person));
    if (finding.verdict == Verdict::kInsufficient) ++at.insufficient;
    if (finding.verdict == Verdict::kNotConfigured) ++at.not_configured;
    if (rule.is_duty) {
      if (finding.verdict == Verdict::kNotMet) ++at.duties_not_done;
      continue;
    }
    // An amount that everybody gets is not a finding for anybody.
    if (finding.verdict != Verdict::kMet || !rule.when.written()) continue;
    switch (rule.bearing) {
      case policy::Bearing::kFor:
        ++at.in_favour;
        break;
      case policy::Bearing::kAgainst:
        ++at.to_verify;
        break;
      case policy::Bearing::kNeutral:
        ++at.neutral;
        break;
    }
  }
  std::stable_partition(units.begin(), units.end(), [](const auto& u) { return !u.name.empty(); });
  return units;
}

}  // namespace dandang::document
