#include "policy/show.h"

#include <fmt/format.h>

#include <algorithm>

#include "policy/official_text.h"
#include "policy/show_acts.h"

namespace dandang::policy {
namespace {

std::string version_text(const Parameter& parameter, Language language) {
  std::string out;
  for (const ParameterVersion& version : parameter.versions) {
    if (!out.empty()) out += "; ";
    out += version.value ? *version.value : language == Language::kChinese ? "未设定" : "not set";
    if (version.validity.from) out += " (" + version.validity.from->to_string() + " …)";
  }
  return out;
}

// A package's attached copy, and its clauses by ours.
struct Attached {
  OfficialText text;
  std::vector<ClauseMatch> matches;

  const OfficialClause* beside(const Clause& clause) const {
    for (const ClauseMatch& match : matches) {
      if (match.ours == &clause) return match.theirs;
    }
    return nullptr;
  }
};

Attached attached_to(const Package& package, const std::vector<SourceFile>& files) {
  Attached out;
  for (const SourceFile& file : files) {
    if (file.path != attached_path(package.id)) continue;
    out.text = split_official_text(split(file.content, '\n'), package.clause_count);
  }
  if (!out.text.clauses.empty()) out.matches = match_clauses(package, out.text);
  return out;
}

void show_clause(const PolicySet& set, const Package& package, const Clause& clause,
                 const Attached& attached, Language language, std::string& out) {
  const bool zh = language == Language::kChinese;
  out += fmt::format("\n{}  {}{}\n", clause.id, clause.title.in(language),
                     clause.mechanism.empty() ? "" : fmt::format("  [{}]", clause.mechanism));
  const auto& sense = zh || clause.sense_en.empty() ? clause.sense_zh : clause.sense_en;
  for (const std::string& paragraph : sense) out += "  " + paragraph + "\n";
  if (const OfficialClause* theirs = attached.beside(clause)) {
    out += fmt::format("    {} {}\n", zh ? "文本" : "your copy", theirs->number);
    for (const std::string& paragraph : theirs->paragraphs) out += "      " + paragraph + "\n";
  }
  for (const Parameter& parameter : set.parameters) {
    if (parameter.package != package.id || parameter.clause != clause.id) continue;
    const std::string name = zh || parameter.label_en.empty()
                                 ? parameter.name
                                 : parameter.name + " (" + parameter.label_en + ")";
    out += fmt::format("    {} {} = {} {}  {}{}\n", zh ? "参数" : "parameter", name,
                       version_text(parameter, language), parameter.unit,
                       source_word(parameter.source, language),
                       parameter.law.empty() ? "" : "  " + parameter.law.in(language));
    if (!parameter.why.empty()) out += "        " + parameter.why.in(language) + "\n";
  }
  for (const Decision& decision : set.decisions) {
    if (decision.package != package.id || decision.clause != clause.id) continue;
    const dmn::DecisionTable& table = decision.table;
    out += fmt::format("    {} {}  ({}{}, {} {})\n", zh ? "决策表" : "decision", decision.name,
                       dmn::hit_policy_word({table.hit_policy, table.aggregation}),
                       decision.partial ? " partial" : "", table.rules.size(), zh ? "行" : "rows");
  }
  for (const Rule& rule : set.rules) {
    if (rule.package != package.id || rule.clause != clause.id) continue;
    const auto tests = std::count_if(set.tests.begin(), set.tests.end(), [&](const TestCase& test) {
      return std::any_of(test.first.expect.begin(), test.first.expect.end(),
                         [&](const TestExpectation& e) { return e.rule == rule.id; });
    });
    out += fmt::format("    {} {}  {}  ({}, {} {})\n",
                       rule.is_duty ? (zh ? "职责" : "duty") : (zh ? "规则" : "rule"), rule.id,
                       rule.title.in(language), force_word(rule.force, language), tests,
                       zh ? "个测试" : "tests");
  }
  out += show_acts(set, package, clause, language);
}

}  // namespace

std::string show(const PolicySet& set, const std::vector<SourceFile>& files, Language language) {
  std::string out;
  for (const Package& package : set.packages) {
    out += fmt::format("{}{}  {}{}{}\n", out.empty() ? "" : "\n\n", package.id,
                       package.title.in(language), package.document_number.empty() ? "" : "  ",
                       package.document_number);
    if (!package.issuer.empty()) out += "  " + package.issuer.in(language) + "\n";
    if (!package.applies_to.empty()) out += "  " + package.applies_to.in(language) + "\n";
    if (package.validity.from) {
      out += fmt::format("  {} {}\n", language == Language::kChinese ? "施行日" : "in force from",
                         package.validity.from->to_string());
    }
    std::vector<const Clause*> clauses;
    for (const Clause& clause : package.clauses) clauses.push_back(&clause);
    std::stable_sort(clauses.begin(), clauses.end(),
                     [](const Clause* a, const Clause* b) { return a->number < b->number; });
    const Attached attached = attached_to(package, files);
    for (const Clause* clause : clauses) {
      show_clause(set, package, *clause, attached, language, out);
    }
    for (const ClauseMatch& match : attached.matches) {
      if (match.ours != nullptr) continue;
      out += fmt::format("\n{} {}  {}\n",
                         language == Language::kChinese ? "只在文本里：" : "only in your copy:",
                         match.theirs->number, match.theirs->title);
    }
  }
  return out;
}

}  // namespace dandang::policy
