#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "app/command.h"
#include "app/folders.h"
#include "app/store_choice.h"
#include "app/workspace.h"
#include "policy/link.h"

namespace dandang::app {
namespace fs = std::filesystem;

namespace {

// The packages delivered with the program: named, beside the source tree it was built in, or
// installed.
std::string default_policies() {
  if (const char* set = std::getenv("DANDANG_POLICIES")) return set;
  std::error_code code;
  const fs::path program = fs::read_symlink("/proc/self/exe", code);
  for (const fs::path& candidate :
       {program.parent_path() / "policies", program.parent_path() / "../../policies",
        program.parent_path() / "../share/dandang/policies"}) {
    if (fs::is_directory(candidate, code)) return fs::weakly_canonical(candidate, code).string();
  }
  return "policies";
}

Result<void> fill(const std::string& directory, const StoreChoice& choice,
                  const std::vector<policy::SourceFile>& files, const policy::PolicySet& set,
                  const std::string& author) {
  DD_ASSIGN_OR_RETURN(const auto store, create_store(directory, choice));
  DD_RETURN_IF_ERROR(store->define(*set.catalogue));
  record::ChangeSet change_set;
  change_set.recorded_at = utc_now();
  change_set.author = author;
  change_set.reason = "init";
  change_set.basis = "sha256:" + policy::digest_of(files);
  for (const policy::SourceFile& file : files) {
    change_set.packages.push_back(
        {file.path.substr(0, file.path.find('/')), file.path, file.content});
  }
  DD_ASSIGN_OR_RETURN(const auto outcome, store->apply(*set.catalogue, change_set));
  (void)outcome;
  return {};
}

}  // namespace

int run_init(const Words& words, Language language) {
  const CommandShape shape{
      "init DIR [--policies PATH] [--store sqlite|postgresql://…] "
      "[--region CODE] [--hash sha256|sm3] [--by WHO]",
      1,
      1,
      {"--policies", "--store", "--region", "--hash", "--by"},
      {},
      {}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const std::string directory = arguments->positional[0];
  const auto choice = store_choice(*arguments);
  if (!choice) return fail(choice.error(), language);
  std::error_code code;
  if (fs::exists(directory, code)) {
    return fail(Error{ErrorCode::kExists,
                      {"目录已经存在", "the directory exists already"},
                      directory,
                      {"换一个新目录；已有的数据不会被覆盖",
                       "choose a new one; existing data is never overwritten"}},
                language);
  }
  const std::string policies =
      arguments->has("--policies") ? arguments->value("--policies") : default_policies();
  const auto files = policy::read_package_files(policies);
  if (!files) return fail(files.error(), language);
  Diagnostics diagnostics;
  const policy::PolicySet set = policy::load_packages(*files, diagnostics);
  if (diagnostics.has_errors()) {
    return fail(
        Error{ErrorCode::kBadInput,
              {"政策包有 " + std::to_string(diagnostics.error_count()) + " 个错误",
               "the packages have " + std::to_string(diagnostics.error_count()) + " errors"},
              policies,
              {"用 dandang policy check " + policies + " 逐条查看",
               "see them with dandang policy check " + policies}},
        language);
  }
  const fs::path made = canonical_folder(directory);
  if (const auto done = make_directory(made); !done) return fail(done.error(), language);
  const auto filled =
      fill(made.string(), *choice, *files, set, author_or_account(arguments->value("--by")));
  if (!filled) {
    fs::remove_all(made, code);
    return fail(filled.error(), language);
  }
  std::printf(language == Language::kChinese ? "已建数据目录 %s，装入 %zu 个政策包、%zu 条规则\n"
                                             : "made %s with %zu packages and %zu rules\n",
              directory.c_str(), set.packages.size(), set.rules.size());
  return kDone;
}

}  // namespace dandang::app
