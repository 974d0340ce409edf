// dandang duties: who owes what by when, and how it stands.

#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <map>

#include "app/command.h"
#include "app/finding_json.h"
#include "app/rule_lookup.h"
#include "app/workspace.h"
#include "evaluation/obligations.h"

namespace dandang::app {
namespace {

namespace json = boost::json;

using evaluation::DutyState;
using evaluation::Obligation;

constexpr size_t kStates = 7;

enum class By { kClause, kUnit, kPerson };

Result<By> by_what(const Arguments& arguments) {
  const std::string word = arguments.has("--by") ? arguments.value("--by") : "clause";
  if (word == "clause") return By::kClause;
  if (word == "unit") return By::kUnit;
  if (word == "person") return By::kPerson;
  return Error{ErrorCode::kBadUsage,
               {"只能按 clause（条款）、unit（单位）或 person（人）汇总",
                "duties are summed by clause, unit or person"},
               word,
               {"例如 --by unit", "for example --by unit"}};
}

std::string group_of(const Obligation& one, const evaluation::Model& model, By by,
                     Language language) {
  const bool zh = language == Language::kChinese;
  switch (by) {
    case By::kClause:
      return one.finding.rule->id + " " + one.finding.rule->title.in(language);
    case By::kUnit:
      return one.unit.empty() ? (zh ? "（单位不详）" : "(unit not known)") : one.unit;
    case By::kPerson:
      break;
  }
  const auto person = model.find_by_identity(one.finding.identity_number);
  return person ? model.name_of(*person) + " " + one.finding.identity_number
                : model.name_of(one.finding.subject);
}

void print_sums(const std::vector<Obligation>& all, const evaluation::Model& model, By by,
                Language language) {
  std::map<std::string, std::array<size_t, kStates>> sums;
  for (const Obligation& one : all) {
    ++sums[group_of(one, model, by, language)][static_cast<size_t>(one.state)];
  }
  for (const auto& [group, counts] : sums) {
    std::string line;
    for (size_t i = 0; i < kStates; ++i) {
      if (counts[i] == 0) continue;
      if (!line.empty()) line += language == Language::kChinese ? "，" : ", ";
      line += evaluation::duty_state_words(static_cast<DutyState>(i)).in(language) + " " +
              std::to_string(counts[i]);
    }
    std::printf("%s\n    %s\n", group.c_str(), line.c_str());
  }
  if (all.empty()) {
    std::printf("%s",
                language == Language::kChinese ? "这一天没有职责\n" : "no duty on that day\n");
  }
}

void print_json(const std::vector<Obligation>& all, const evaluation::Model& model) {
  for (const Obligation& one : all) {
    json::object out = finding_json(one.finding, model);
    out["clause"] = one.finding.rule->clause;
    out["owes"] = one.finding.rule->owes;
    out["state"] = evaluation::duty_state_id(one.state);
    if (one.due) out["due"] = one.due->to_string();
    if (!one.unit.empty()) out["unit"] = one.unit;
    std::printf("%s\n", json::serialize(out).c_str());
  }
}

Result<void> duties(const Arguments& arguments, Language language) {
  DD_ASSIGN_OR_RETURN(const Date as_of, required_date(arguments, "--as-of"));
  DD_ASSIGN_OR_RETURN(const auto known_at, known_at_time(arguments.value("--known-at")));
  DD_ASSIGN_OR_RETURN(const By by, by_what(arguments));
  DD_ASSIGN_OR_RETURN(const Workspace workspace, open_workspace(arguments.positional[0], known_at));
  DD_RETURN_IF_ERROR(check_rules(*workspace.policy, arguments.list("--rule")));
  evaluation::RunOptions options;
  options.rules = arguments.list("--rule");
  if (options.rules.empty()) {
    for (const policy::Rule& rule : workspace.policy->rules) {
      if (rule.is_duty) options.rules.push_back(rule.id);
    }
  }
  evaluation::Run run(*workspace.policy, *workspace.data, as_of, std::move(options));
  std::vector<Obligation> all = evaluation::obligations(run);
  if (arguments.has("--overdue")) {
    std::erase_if(all, [](const Obligation& one) { return one.state != DutyState::kOverdue; });
  }
  if (arguments.has("--json")) {
    print_json(all, run.model());
  } else {
    print_sums(all, run.model(), by, language);
  }
  return {};
}

}  // namespace

int run_duties(const Words& words, Language language) {
  const CommandShape shape{
      "duties DIR --as-of DATE [--by clause|unit|person] [--rule ID…] [--overdue] [--known-at "
      "TIME] "
      "[--json]",
      1,
      1,
      {"--as-of", "--known-at", "--by"},
      {"--rule"},
      {"--json", "--overdue"}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const auto status = duties(*arguments, language);
  return status ? kDone : fail(status.error(), language);
}

}  // namespace dandang::app
