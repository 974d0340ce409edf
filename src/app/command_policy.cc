#include <cstdio>
#include <filesystem>

#include "app/command.h"
#include "app/workspace.h"
#include "evaluation/columnar_run.h"
#include "policy/link.h"
#include "policy/show.h"
#include "policy/traceability.h"
#include "procedure/case_tests.h"

namespace dandang::app {
namespace fs = std::filesystem;

namespace {

// Places are relative to the packages' folder; people want a path they can open.
std::string folder_of_packages(const std::string& given) {
  std::error_code code;
  const fs::path path = fs::path(given).lexically_normal();
  const fs::path trimmed_path = path.has_filename() ? path : path.parent_path();
  return fs::exists(path / "policy.yaml", code) ? trimmed_path.parent_path().string()
                                                : trimmed_path.string();
}

void print_diagnostics(const Diagnostics& diagnostics, const std::string& folder,
                       Language language) {
  for (Diagnostic diagnostic : diagnostics.all()) {
    if (!folder.empty())
      diagnostic.place.file = (fs::path(folder) / diagnostic.place.file).string();
    std::fprintf(stderr, "%s\n", diagnostic.to_string(language).c_str());
  }
  if (diagnostics.dropped() > 0) {
    std::fprintf(stderr,
                 language == Language::kChinese ? "…… 还有 %zu 条没有列出\n" : "... and %zu more\n",
                 diagnostics.dropped());
  }
}

void print_counts(const policy::PolicySet& set, const Diagnostics& diagnostics, Language language) {
  size_t clauses = 0;
  for (const policy::Package& package : set.packages) clauses += package.clauses.size();
  std::printf(
      language == Language::kChinese
          ? "%zu 个政策包，%zu 个条款文件，%zu 条规则，%zu 个参数：%zu 个错误，%zu 个提醒\n"
          : "%zu packages, %zu clause files, %zu rules, %zu parameters: %zu errors, %zu warnings\n",
      set.packages.size(), clauses, set.rules.size(), set.parameters.size(),
      diagnostics.error_count(), diagnostics.warning_count());
}

// Rules that the columnar engine leaves to the plain evaluator are as right, and slower.
void print_not_planned(const policy::PolicySet& set, Language language) {
  const auto rules = evaluation::not_planned(set);
  const bool zh = language == Language::kChinese;
  std::printf(zh ? "%zu 条规则按列计算" : "%zu rules are computed by columns",
              set.rules.size() - rules.size());
  if (rules.empty()) {
    std::printf(zh ? "，没有逐人计算的\n" : ", none row by row\n");
    return;
  }
  std::printf(zh ? "，%zu 条逐人计算（结果一样，慢一些）：\n"
                 : ", %zu row by row (the same results, slower):\n",
              rules.size());
  for (const auto& [rule, why] : rules) {
    std::printf("  %s %s（%s）\n", rule->id.c_str(), rule->name.c_str(), why.in(language).c_str());
  }
}

int check(const policy::PolicySet& set, const Diagnostics& diagnostics, const std::string& folder,
          Language language) {
  print_diagnostics(diagnostics, folder, language);
  print_counts(set, diagnostics, language);
  if (!diagnostics.has_errors()) print_not_planned(set, language);
  return diagnostics.has_errors() ? kAnswerIsNo : kDone;
}

int test(const policy::PolicySet& set, Diagnostics& diagnostics, const std::string& folder,
         Language language) {
  if (diagnostics.has_errors()) return check(set, diagnostics, folder, language);
  const evaluation::TestOutcome outcome = procedure::run_tests(set, diagnostics);
  diagnostics.sort();
  print_diagnostics(diagnostics, folder, language);
  std::printf(language == Language::kChinese ? "%zu 个测试，%zu 处预期，%zu 处不符\n"
                                             : "%zu tests, %zu expectations, %zu failed\n",
              outcome.tests, outcome.expectations, outcome.failed);
  return diagnostics.has_errors() ? kAnswerIsNo : kDone;
}

// Of a folder of packages, or of a data directory as it is now.
Result<std::vector<policy::SourceFile>> files_at(const std::string& path) {
  if (!store_place(path)) return policy::read_package_files(path);
  DD_ASSIGN_OR_RETURN(const auto store, open_store(path));
  DD_ASSIGN_OR_RETURN(const auto last, store->change_set_at(std::nullopt));
  std::vector<policy::SourceFile> out;
  if (!last) return out;
  DD_ASSIGN_OR_RETURN(const auto kept, store->packages(last->id));
  for (const record::PackageFile& file : kept) out.push_back({file.path, file.content});
  return out;
}

}  // namespace

int run_policy(const Words& words, Language language) {
  if (!words.empty() && words[0] == "export") return run_policy_export(words, language);
  if (!words.empty() && words[0] == "publish") return run_policy_publish(words, language);
  if (!words.empty() && words[0] == "attach") return run_policy_attach(words, language);
  const CommandShape shape{"policy check|test|show|trace PATH", 2, 2, {}, {}, {}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const std::string& what = arguments->positional[0];
  if (what != "check" && what != "test" && what != "show" && what != "trace") {
    return fail(Error{ErrorCode::kBadUsage,
                      {"没有这个子命令", "there is no such subcommand"},
                      what,
                      {"用 check、test、show、attach 或 export",
                       "use check, test, show, attach or export"}},
                language);
  }
  const auto files = files_at(arguments->positional[1]);
  if (!files) return fail(files.error(), language);
  Diagnostics diagnostics;
  const policy::PolicySet set = policy::load_packages(*files, diagnostics);
  const std::string folder = folder_of_packages(arguments->positional[1]);
  if (what == "check") return check(set, diagnostics, folder, language);
  if (what == "test") return test(set, diagnostics, folder, language);
  std::printf("%s", what == "trace" ? policy::traceability(set, language).c_str()
                                    : policy::show(set, *files, language).c_str());
  return diagnostics.has_errors() ? kAnswerIsNo : kDone;
}

}  // namespace dandang::app
