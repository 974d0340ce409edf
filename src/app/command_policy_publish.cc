// dandang policy publish: other packages put in force in a data directory.

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "app/command.h"
#include "app/workspace.h"
#include "policy/link.h"
#include "policy/official_text.h"
#include "procedure/case_tests.h"

namespace dandang::app {
namespace {

using policy::PolicySet;
using policy::SourceFile;

Error faulty(const std::string& path, const Diagnostics& diagnostics, const char* command) {
  const Diagnostic& first = *std::find_if(
      diagnostics.all().begin(), diagnostics.all().end(),
      [](const Diagnostic& diagnostic) { return diagnostic.severity == Severity::kError; });
  const std::string count = std::to_string(diagnostics.error_count());
  return {ErrorCode::kBadInput,
          {"政策包有 " + count + " 个错误，第一个是：" + first.to_string(Language::kChinese),
           "the packages have " + count +
               " errors, the first being: " + first.to_string(Language::kEnglish)},
          path,
          {std::string("用 dandang policy ") + command + " " + path + " 逐条查看，改好再发布",
           std::string("see them all with dandang policy ") + command + " " + path +
               ", mend them and publish again"}};
}

struct Draft {
  std::vector<SourceFile> files;
  PolicySet set;
};

Result<Draft> read_draft(const std::string& path) {
  Draft out;
  DD_ASSIGN_OR_RETURN(out.files, policy::read_package_files(path));
  Diagnostics diagnostics;
  out.set = policy::load_packages(out.files, diagnostics);
  if (diagnostics.has_errors()) return faulty(path, diagnostics, "check");
  procedure::run_tests(out.set, diagnostics);
  if (diagnostics.has_errors()) return faulty(path, diagnostics, "test");
  return out;
}

std::map<std::string, std::string> by_path(const std::vector<record::PackageFile>& files) {
  std::map<std::string, std::string> out;
  for (const record::PackageFile& file : files) out.emplace(file.path, file.content);
  return out;
}

// The draft's files take the place of those of its packages; other packages, and the copies of
// documents that were attached, stay.
std::vector<record::PackageFile> merged(const std::vector<record::PackageFile>& kept,
                                        const Draft& draft) {
  std::set<std::string> replaced;
  for (const policy::Package& package : draft.set.packages) replaced.insert(package.id);
  std::vector<record::PackageFile> out;
  for (const record::PackageFile& file : kept) {
    if (!replaced.contains(file.package) || file.path == policy::attached_path(file.package)) {
      out.push_back(file);
    }
  }
  for (const SourceFile& file : draft.files) {
    out.push_back({file.path.substr(0, file.path.find('/')), file.path, file.content});
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return out;
}

std::set<std::string> rules_of(const PolicySet& set) {
  std::set<std::string> out;
  for (const policy::Rule& rule : set.rules) out.insert(rule.id);
  return out;
}

void print_names(const char* what, const std::set<std::string>& in,
                 const std::set<std::string>& not_in, Language language) {
  std::vector<std::string> names;
  std::set_difference(in.begin(), in.end(), not_in.begin(), not_in.end(),
                      std::back_inserter(names));
  if (names.empty()) return;
  std::printf("%s%s\n", what, join(names, language == Language::kChinese ? "、" : ", ").c_str());
}

// How many files differ.
size_t print_difference(const std::vector<record::PackageFile>& before,
                        const std::vector<record::PackageFile>& after, const PolicySet& old_set,
                        const PolicySet& new_set, Language language) {
  const bool zh = language == Language::kChinese;
  const auto old_files = by_path(before);
  const auto new_files = by_path(after);
  size_t differ = 0;
  const auto tell = [&](const char* what, const std::string& path) {
    ++differ;
    std::printf("  %s %s\n", what, path.c_str());
  };
  for (const auto& [path, content] : new_files) {
    const auto old = old_files.find(path);
    if (old == old_files.end()) {
      tell(zh ? "新增" : "added", path);
    } else if (old->second != content) {
      tell(zh ? "修改" : "changed", path);
    }
  }
  for (const auto& [path, content] : old_files) {
    if (!new_files.contains(path)) tell(zh ? "去掉" : "removed", path);
  }
  const std::set<std::string> old_rules = rules_of(old_set);
  const std::set<std::string> new_rules = rules_of(new_set);
  print_names(zh ? "新增规则：" : "rules added: ", new_rules, old_rules, language);
  print_names(zh ? "不再有的规则：" : "rules gone: ", old_rules, new_rules, language);
  return differ;
}

Result<int> publish(const Arguments& arguments, Language language) {
  const bool zh = language == Language::kChinese;
  const std::string& directory = arguments.positional[1];
  for (const char* option : {"--by", "--basis"}) {
    if (!arguments.value(option).empty()) continue;
    return Error{ErrorCode::kBadUsage,
                 {"发布政策包要写明经办人和依据", "say who publishes, and on what basis"},
                 option,
                 {"补上 " + std::string(option), "add " + std::string(option)}};
  }
  DD_ASSIGN_OR_RETURN(const Draft draft, read_draft(arguments.positional[2]));
  DD_ASSIGN_OR_RETURN(Workspace workspace, open_workspace(directory, std::nullopt));
  DD_ASSIGN_OR_RETURN(const auto last, workspace.store->change_set_at(std::nullopt));
  DD_ASSIGN_OR_RETURN(const auto before, workspace.store->packages(last->id));
  record::ChangeSet change_set;
  change_set.packages = merged(before, draft);
  // Whether they fit together with what stays.
  std::vector<SourceFile> files;
  for (const record::PackageFile& file : change_set.packages) {
    files.push_back({file.path, file.content});
  }
  Diagnostics diagnostics;
  const PolicySet set = policy::load_packages(files, diagnostics);
  if (diagnostics.has_errors()) return faulty(arguments.positional[2], diagnostics, "check");
  if (print_difference(before, change_set.packages, *workspace.policy, set, language) == 0) {
    std::printf(
        "%s", zh ? "与现行政策包相同，没有写入\n" : "the same as in force; nothing was written\n");
    return kDone;
  }
  if (arguments.has("--dry-run")) {
    std::printf("%s", zh ? "没有写入（--dry-run）\n" : "nothing was written (--dry-run)\n");
    return kDone;
  }
  DD_RETURN_IF_ERROR(workspace.store->define(*set.catalogue));
  change_set.recorded_at = utc_now();
  change_set.author = arguments.value("--by");
  change_set.reason = "policy publish";
  change_set.basis = arguments.value("--basis");
  DD_ASSIGN_OR_RETURN(const auto outcome, workspace.store->apply(*set.catalogue, change_set));
  std::printf(zh ? "已发布（第 %lld 批），现行 %zu 个政策包、%zu 条规则\n"
                 : "published (change set %lld): %zu packages, %zu rules in force\n",
              static_cast<long long>(outcome.id), set.packages.size(), set.rules.size());
  return kDone;
}

}  // namespace

int run_policy_publish(const Words& words, Language language) {
  const CommandShape shape{"policy publish DIR PATH --by WHO --basis TEXT [--dry-run]",
                           3,
                           3,
                           {"--by", "--basis"},
                           {},
                           {"--dry-run"}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const auto code = publish(*arguments, language);
  return code ? *code : fail(code.error(), language);
}

}  // namespace dandang::app
