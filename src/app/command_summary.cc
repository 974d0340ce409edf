#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "app/command.h"
#include "app/findings_table.h"
#include "app/workspace.h"
#include "base/text.h"
#include "evaluation/explain.h"

namespace dandang::app {
namespace {

using evaluation::Explanation;
using evaluation::Finding;
using evaluation::Verdict;

const char* say(Language language, const char* zh, const char* en) {
  return language == Language::kChinese ? zh : en;
}

// One finding of each kind a reader should have seen: met, not met, insufficient, not configured,
// an amount.
std::vector<const Finding*> examples(const std::vector<Finding>& findings) {
  struct Wanted {
    Verdict verdict;
    bool amount;
  };
  constexpr Wanted kWanted[] = {{Verdict::kMet, false},
                                {Verdict::kNotMet, false},
                                {Verdict::kInsufficient, false},
                                {Verdict::kNotConfigured, false},
                                {Verdict::kMet, true}};
  std::vector<const Finding*> out;
  std::set<const policy::Rule*> used;
  for (const Wanted& wanted : kWanted) {
    const Finding* best = nullptr;
    for (const Finding& finding : findings) {
      const bool fits = finding.verdict == wanted.verdict &&
                        wanted.amount == !finding.amount.is_null() &&
                        !used.contains(finding.rule) &&
                        (wanted.verdict == Verdict::kNotConfigured || !finding.evidence.empty());
      if (!fits) continue;
      // An amount that differs from the usual is a better example than one everybody has.
      if (best == nullptr ||
          (wanted.amount && finding.rule->unit == "分" && best->rule->unit != "分")) {
        best = &finding;
      }
    }
    if (best == nullptr) continue;
    used.insert(best->rule);
    out.push_back(best);
  }
  return out;
}

void print_lines(const char* head, const std::vector<Text>& lines, Language language) {
  constexpr size_t kShown = 4;
  for (size_t i = 0; i < lines.size() && i < kShown; ++i) {
    const std::string lead = i == 0 ? head : std::string(display_width(head), ' ');
    std::printf("   %s%s\n", lead.c_str(), lines[i].in(language).c_str());
  }
  if (lines.size() > kShown) std::printf("   …… (%zu)\n", lines.size() - kShown);
}

void print_example(const Explanation& explanation, size_t number, Language language) {
  std::printf("\n%zu. %s\n", number, explanation.conclusion.in(language).c_str());
  print_lines(say(language, "还缺：", "missing: "), explanation.missing, language);
  print_lines(say(language, "依据记录：", "records: "), explanation.records, language);
  print_lines(say(language, "所用标准：", "standards: "), explanation.parameters, language);
  if (explanation.package != nullptr) {
    std::printf("   %s%s %s\n", say(language, "条款：", "clause: "),
                explanation.package->document_number.c_str(),
                explanation.finding.rule->clause.c_str());
  }
}

// Rules nobody has the records for, and the kinds of record they wait for: on this page they are
// counted, the registers named.
void print_waiting(const std::vector<const policy::Rule*>& rules,
                   const std::vector<Finding>& findings,
                   const std::set<const policy::Rule*>& answered, Language language) {
  std::set<const policy::Rule*> waiting;
  std::set<std::string> registers;
  for (const Finding& finding : findings) {
    if (answered.contains(finding.rule)) continue;
    waiting.insert(finding.rule);
    for (const feel::Cause& cause : finding.missing) {
      if (!cause.record.empty()) registers.insert(cause.record);
    }
  }
  const size_t without_subject = rules.size() - answered.size() - waiting.size();
  if (waiting.empty() && without_subject == 0) return;
  std::printf(say(language,
                  "\n另有 %zu 条规则等着还没有导入的登记表，%zu 条还没有涉及的对象"
                  "（全部见 dandang evaluate）\n",
                  "\n%zu more rules wait for registers not taken in, %zu have no subject yet "
                  "(dandang evaluate lists all)\n"),
              waiting.size(), without_subject);
  if (registers.empty()) return;
  constexpr size_t kShown = 12;
  const std::vector<std::string> names(registers.begin(), registers.end());
  const size_t shown = std::min(names.size(), kShown);
  const std::vector<std::string> first(names.begin(),
                                       names.begin() + static_cast<std::ptrdiff_t>(shown));
  std::printf(say(language, "  等着的登记表 %zu 种：%s%s\n", "  %zu registers waited for: %s%s\n"),
              names.size(), join(first, say(language, "、", ", ")).c_str(),
              names.size() > kShown ? say(language, " 等", " …") : "");
}

void print_missing(const std::vector<Finding>& findings,
                   const std::set<const policy::Rule*>& answered, const evaluation::Model& model,
                   Language language) {
  std::map<std::string, std::set<std::string>> by_need;
  for (const Finding& finding : findings) {
    if (finding.verdict != Verdict::kInsufficient || !answered.contains(finding.rule)) continue;
    for (const feel::Cause& cause : finding.missing) {
      std::string need =
          cause.kind == feel::Cause::Kind::kOther ? cause.note.in(language) : cause.record;
      if (cause.kind == feel::Cause::Kind::kFact && !cause.field.empty()) {
        need += say(language, "的", " ") + cause.field;
      }
      by_need[finding.rule->id + "  " + need].insert(model.name_of(finding.subject));
    }
  }
  std::printf("\n%s\n", say(language, "资料还缺什么（缺资料不等于不符合）",
                            "What is missing (missing is not the same as no)"));
  if (by_need.empty()) std::printf("  %s\n", say(language, "没有", "nothing"));
  for (const auto& [need, names] : by_need) {
    std::printf("  %s %zu %s", (need + say(language, "：涉及", ": ")).c_str(), names.size(),
                say(language, "人/组，例如 ", "subjects, such as "));
    size_t shown = 0;
    for (const std::string& name : names) {
      if (shown == 3) break;
      std::printf("%s%s", shown++ > 0 ? say(language, "、", ", ") : "", name.c_str());
    }
    std::printf("\n");
  }
}

void print_unset(const std::vector<Finding>& findings, const evaluation::Model& model,
                 Language language) {
  std::map<const policy::Parameter*, size_t> waiting;
  for (const policy::Parameter& parameter : model.set().parameters) {
    if (!model.parameter_value(parameter).is_unknown()) continue;
    waiting[&parameter] = 0;
    for (const Finding& finding : findings) {
      for (const feel::Cause& cause : finding.missing) {
        if (cause.kind == feel::Cause::Kind::kParameter && cause.field == parameter.name) {
          ++waiting[&parameter];
        }
      }
    }
  }
  std::printf("\n%s\n",
              say(language, "主管机关还没有设定的标准", "Standards the authority has not set"));
  if (waiting.empty()) std::printf("  %s\n", say(language, "没有", "none"));
  size_t idle = 0;
  for (const auto& [parameter, count] : waiting) {
    if (count == 0) {
      ++idle;
      continue;
    }
    const bool zh = language == Language::kChinese || parameter->label_en.empty();
    std::printf("  %s %s", parameter->clause.c_str(),
                (zh ? parameter->name : parameter->label_en).c_str());
    if (!parameter->why.empty()) std::printf(" (%s)", parameter->why.in(language).c_str());
    std::printf(say(language, "：%zu 条结论在等它\n", ": %zu findings wait for it\n"), count);
  }
  if (idle == 0) return;
  std::printf(
      say(language, "  另有 %zu 个也没有设定，暂时没有结论在等（dandang parameter list 看全部）\n",
          "  %zu more are not set, and no finding waits for them (dandang parameter list)\n"),
      idle);
}

Result<void> summarise(const Arguments& arguments, Language language) {
  DD_ASSIGN_OR_RETURN(const Date as_of, required_date(arguments, "--as-of"));
  DD_ASSIGN_OR_RETURN(const auto known_at, known_at_time(arguments.value("--known-at")));
  DD_ASSIGN_OR_RETURN(const Workspace workspace, open_workspace(arguments.positional[0], known_at));
  std::vector<Finding> findings;
  evaluation::RunOptions options;
  Progress progress(say(language, "判断", "evaluating"), true);
  options.progress = [&](size_t done, size_t all) { progress.update(done, all); };
  evaluation::Run run(*workspace.policy, *workspace.data, as_of, std::move(options));
  findings = run.findings();
  std::printf(
      say(language, "截至 %s，资料截止第 %lld 批\n\n", "as of %s, known at change set %lld\n\n"),
      as_of.to_string().c_str(), static_cast<long long>(workspace.data->known_at));
  const std::set<const policy::Rule*> answered = answered_rules(findings);
  std::vector<const policy::Rule*> shown;
  for (const policy::Rule* rule : run.rules()) {
    if (answered.contains(rule)) shown.push_back(rule);
  }
  print_findings_table(shown, counts_of(shown, findings), language);
  print_waiting(run.rules(), findings, answered, language);
  std::printf("\n%s\n", say(language, "五个例子", "Five examples"));
  size_t number = 0;
  for (const Finding* finding : examples(findings)) {
    print_example(evaluation::explain(run, *finding->rule, finding->subject), ++number, language);
  }
  print_missing(findings, answered, run.model(), language);
  print_unset(findings, run.model(), language);
  return {};
}

}  // namespace

int run_summary(const Words& words, Language language) {
  const CommandShape shape{
      "summary DIR --as-of DATE [--known-at TIME]", 1, 1, {"--as-of", "--known-at"}, {}, {}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const auto status = summarise(*arguments, language);
  return status ? kDone : fail(status.error(), language);
}

}  // namespace dandang::app
