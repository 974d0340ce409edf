#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "app/command.h"
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

// What --store and --region say. The address itself is read by the store.
Result<StoreChoice> store_choice(const Arguments& arguments) {
  const std::string store = arguments.has("--store") ? arguments.value("--store") : "sqlite";
  StoreChoice choice;
  if (store != "sqlite") choice.address = store;
  choice.region = arguments.value("--region");
  const std::string hash = arguments.has("--hash") ? arguments.value("--hash") : "sha256";
  if (hash == "sm3") choice.hash = ledger::HashKind::kSm3;
  if (hash != "sha256" && hash != "sm3") {
    return Error{ErrorCode::kBadUsage,
                 {"账本的杂凑算法只能是 sha256 或 sm3", "a ledger's hash is sha256 or sm3"},
                 hash,
                 {"例如 --hash sm3；以后不能改", "for example --hash sm3; it cannot be changed"}};
  }
  if (store != "sqlite" && !store.starts_with("postgresql://")) {
    return Error{ErrorCode::kBadUsage,
                 {"存储只能是 sqlite 或 postgresql:// 开头的地址",
                  "a store is sqlite or an address that begins with postgresql://"},
                 store,
                 {"例如 --store postgresql://dandang@db.example/dandang",
                  "for example --store postgresql://dandang@db.example/dandang"}};
  }
  if (choice.address.empty() && !choice.region.empty()) {
    return Error{ErrorCode::kBadUsage,
                 {"--region 只用于 PostgreSQL", "--region is for PostgreSQL only"},
                 choice.region,
                 {"去掉 --region，或加 --store postgresql://…",
                  "leave --region out, or add --store postgresql://…"}};
  }
  return choice;
}

Error cannot_make(const fs::path& directory) {
  return {ErrorCode::kIo,
          {"建不了目录", "cannot make the directory"},
          directory.string(),
          {"检查上级目录和权限", "check the parent folder and permissions"}};
}

// Makes the folder and those above it. A new folder's name is on the disk only when the folder
// above it is: else a power loss could take the store with all that was acknowledged in it.
Result<void> make_directory(const fs::path& directory) {
  const fs::path above = directory.parent_path();
  std::error_code code;
  if (!fs::exists(above, code)) DD_RETURN_IF_ERROR(make_directory(above));
  if (!fs::create_directory(directory, code)) return cannot_make(directory);
  const int folder = ::open(above.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = folder >= 0 && ::fsync(folder) == 0;
  if (folder >= 0) ::close(folder);
  if (!synced) return cannot_make(directory);
  return {};
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
  fs::path made = fs::weakly_canonical(fs::absolute(directory, code), code);
  if (!made.has_filename()) made = made.parent_path();  // written with a slash at its end
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
