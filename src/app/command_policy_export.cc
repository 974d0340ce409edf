#include <cstdio>
#include <fstream>

#include "app/command.h"
#include "policy/export_decisions.h"
#include "policy/link.h"

namespace dandang::app {
namespace {

// The tables asked for: all, or those of the name (one a period in which it holds).
Result<std::vector<const policy::Decision*>> chosen(const policy::PolicySet& set,
                                                    const Arguments& arguments) {
  const std::string name = arguments.value("--decision");
  if (name.empty() != arguments.has("--all")) {
    return Error{ErrorCode::kBadUsage,
                 {"--decision 和 --all 要写其中一个", "give one of --decision and --all"},
                 {},
                 {"例如 --decision 年休假天数", "for example --decision NAME"}};
  }
  std::vector<const policy::Decision*> out;
  std::vector<std::string> names;
  for (const policy::Decision& decision : set.decisions) {
    names.push_back(decision.name);
    if (name.empty() || decision.name == name) out.push_back(&decision);
  }
  if (!out.empty()) return out;
  const std::string close = closest_match(name, names);
  Text hint{"已有：" + join(names, "、"), "there are: " + join(names, ", ")};
  if (!close.empty()) hint = {"是不是 " + close + "？", "did you mean " + close + "?"};
  return Error{ErrorCode::kNotFound, {"没有这张决策表", "there is no such decision"}, name, hint};
}

Result<void> write_file(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.flush();
  if (!out) return Error{ErrorCode::kIo, {"写不了文件", "cannot write the file"}, path, {}};
  return {};
}

Result<size_t> export_to_file(const Arguments& arguments) {
  const std::string path = arguments.value("--out");
  if (path.empty()) {
    return Error{ErrorCode::kBadUsage,
                 {"没有写输出文件", "no file to write to"},
                 "--out",
                 {"写 --out 文件.dmn", "give --out FILE.dmn"}};
  }
  const std::string& packages = arguments.positional[1];
  DD_ASSIGN_OR_RETURN(const auto files, policy::read_package_files(packages));
  Diagnostics diagnostics;
  const policy::PolicySet set = policy::load_packages(files, diagnostics);
  if (diagnostics.has_errors()) {
    return Error{ErrorCode::kBadInput,
                 {"政策包有错误", "the packages have errors"},
                 packages,
                 {"先改到 policy check 没有错误", "make policy check pass first"}};
  }
  DD_ASSIGN_OR_RETURN(const auto decisions, chosen(set, arguments));
  const std::string name = decisions.size() == 1 ? decisions[0]->name : "decisions";
  DD_RETURN_IF_ERROR(write_file(path, policy::export_decisions(decisions, name)));
  return decisions.size();
}

}  // namespace

int run_policy_export(const Words& words, Language language) {
  const CommandShape shape{"policy export PATH --decision NAME|--all --out FILE.dmn",
                           2,
                           2,
                           {"--decision", "--out"},
                           {},
                           {"--all"}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const auto count = export_to_file(*arguments);
  if (!count) return fail(count.error(), language);
  std::printf(language == Language::kChinese ? "导出 %zu 张决策表\n" : "%zu decisions exported\n",
              *count);
  return kDone;
}

}  // namespace dandang::app
