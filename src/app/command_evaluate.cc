#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>

#include "app/command.h"
#include "app/finding_json.h"
#include "app/findings_table.h"
#include "app/rule_lookup.h"
#include "app/workspace.h"
#include "evaluation/explain.h"

namespace dandang::app {
namespace {

using evaluation::Finding;
using evaluation::Verdict;

// Rules print what they found, duties what is open (DESIGN §8).
bool is_told(const Finding& finding) {
  if (finding.rule->is_duty) {
    return finding.verdict == Verdict::kNotMet || finding.verdict == Verdict::kInsufficient ||
           finding.verdict == Verdict::kNotConfigured;
  }
  return finding.verdict == Verdict::kMet || finding.verdict == Verdict::kInsufficient ||
         finding.verdict == Verdict::kNotConfigured;
}

Result<void> evaluate(const Arguments& arguments, Language language) {
  DD_ASSIGN_OR_RETURN(const Date as_of, required_date(arguments, "--as-of"));
  DD_ASSIGN_OR_RETURN(const auto known_at, known_at_time(arguments.value("--known-at")));
  DD_ASSIGN_OR_RETURN(const Workspace workspace, open_workspace(arguments.positional[0], known_at));
  DD_RETURN_IF_ERROR(check_rules(*workspace.policy, arguments.list("--rule")));
  const bool as_json = arguments.has("--json");
  Progress progress(language == Language::kChinese ? "判断" : "evaluating", !as_json);
  evaluation::RunOptions options;
  options.rules = arguments.list("--rule");
  options.progress = [&](size_t done, size_t all) { progress.update(done, all); };
  evaluation::Run run(*workspace.policy, *workspace.data, as_of, std::move(options));
  std::vector<Finding> findings;
  std::vector<evaluation::VerdictCounts> counts;
  if (as_json) {
    findings = run.findings();
  } else {
    counts = run.counts();
  }
  progress.finish();
  if (run.rules().empty()) {
    std::fprintf(
        stderr, "%s\n",
        language == Language::kChinese ? "这一天没有规则施行" : "no rule is in force on that day");
  }
  std::fprintf(stderr,
               language == Language::kChinese ? "截至 %s，资料截止第 %lld 批（%s）\n"
                                              : "as of %s, known at change set %lld (%s)\n",
               as_of.to_string().c_str(), static_cast<long long>(workspace.data->known_at),
               workspace.data->known_at_time.c_str());
  if (!as_json) {
    print_findings_table(run.rules(), counts, language);
    return {};
  }
  for (const Finding& finding : findings) {
    if (!arguments.has("--all") && !is_told(finding)) continue;
    std::printf("%s\n", boost::json::serialize(finding_json(finding, run.model())).c_str());
  }
  return {};
}

// The rule's subjects meant by an identity number or a key.
std::vector<feel::Entity> find_subjects(evaluation::Model& model, const policy::Rule& rule,
                                        const std::string& wanted) {
  std::vector<feel::Entity> out;
  for (const feel::Entity& entity : model.subjects(rule.subject)) {
    if (model.key_of(entity) == wanted || model.identity_number_of(entity) == wanted ||
        model.name_of(entity) == wanted) {
      out.push_back(entity);
    }
  }
  return out;
}

Result<void> explain_subject(const Arguments& arguments, Language language) {
  DD_ASSIGN_OR_RETURN(const Date as_of, required_date(arguments, "--as-of"));
  DD_ASSIGN_OR_RETURN(const auto known_at, known_at_time(arguments.value("--known-at")));
  const std::string wanted = arguments.value("--subject");
  const std::string rule_id = arguments.value("--rule");
  if (wanted.empty() || rule_id.empty()) {
    return Error{
        ErrorCode::kBadUsage,
        {"要写 --subject 和 --rule", "--subject and --rule are needed"},
        {},
        {"例如 --subject 610799… --rule N4.R2b", "for example --subject 610799… --rule N4.R2b"}};
  }
  DD_ASSIGN_OR_RETURN(const Workspace workspace, open_workspace(arguments.positional[0], known_at));
  DD_RETURN_IF_ERROR(check_rules(*workspace.policy, {rule_id}));
  evaluation::RunOptions options;
  options.rules = {rule_id};
  evaluation::Run run(*workspace.policy, *workspace.data, as_of, std::move(options));
  if (run.rules().empty()) {
    return Error{ErrorCode::kNotFound,
                 {"这条规则在 " + as_of.to_string() + " 还没有施行",
                  "the rule is not in force on " + as_of.to_string()},
                 rule_id,
                 {"换一个 --as-of", "choose another --as-of"}};
  }
  const policy::Rule& rule = *run.rules()[0];
  const std::vector<feel::Entity> subjects = find_subjects(run.model(), rule, wanted);
  if (subjects.empty()) {
    return Error{ErrorCode::kNotFound,
                 {"这条规则没有这个对象", "the rule has no such subject"},
                 wanted,
                 {"身份证号按名册填写；组的结论写组名，例如职级",
                  "give the identity number as in the roster; for groups, the group's key"}};
  }
  for (size_t i = 0; i < subjects.size(); ++i) {
    evaluation::Explanation explanation = evaluation::explain(run, rule, subjects[i]);
    evaluation::explain_nearest(explanation, run.model());
    if (arguments.has("--json")) {
      std::printf("%s\n",
                  boost::json::serialize(explanation_json(explanation, run.model())).c_str());
    } else {
      std::printf("%s%s", i > 0 ? "\n" : "",
                  evaluation::to_text(explanation, run.model(), language).c_str());
    }
  }
  return {};
}

}  // namespace

int run_evaluate(const Words& words, Language language) {
  const CommandShape shape{
      "evaluate DIR --as-of DATE [--known-at TIME] [--rule ID…] [--json] [--all]",
      1,
      1,
      {"--as-of", "--known-at"},
      {"--rule"},
      {"--json", "--all"}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const auto status = evaluate(*arguments, language);
  return status ? kDone : fail(status.error(), language);
}

int run_explain(const Words& words, Language language) {
  const CommandShape shape{
      "explain DIR --subject IDENTITY_NUMBER --rule ID --as-of DATE [--known-at TIME] [--json]",
      1,
      1,
      {"--subject", "--rule", "--as-of", "--known-at"},
      {},
      {"--json"}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const auto status = explain_subject(*arguments, language);
  return status ? kDone : fail(status.error(), language);
}

}  // namespace dandang::app
