#include <cstdio>

#include "app/command.h"
#include "app/workspace.h"
#include "document/report.h"

namespace dandang::app {
namespace {

Result<std::string> report(const Arguments& arguments, Language language) {
  DD_ASSIGN_OR_RETURN(const Date as_of, required_date(arguments, "--as-of"));
  DD_ASSIGN_OR_RETURN(const auto known_at, known_at_time(arguments.value("--known-at")));
  const std::string out = arguments.value("--out");
  if (out.empty()) {
    return Error{ErrorCode::kBadUsage,
                 {"没有写报告的文件名", "no file named for the report"},
                 "--out",
                 {"例如 --out 报告.xlsx 或 --out 报告.html",
                  "for example --out report.xlsx or --out report.html"}};
  }
  DD_ASSIGN_OR_RETURN(const Workspace workspace, open_workspace(arguments.positional[0], known_at));
  Progress progress(language == Language::kChinese ? "判断" : "evaluating", true);
  evaluation::RunOptions options;
  options.progress = [&](size_t done, size_t all) { progress.update(done, all); };
  evaluation::Run run(*workspace.policy, *workspace.data, as_of, std::move(options));
  const std::vector<evaluation::Finding> findings = run.findings();
  const document::Report built =
      document::build_report({run, findings, arguments.value("--authority"), utc_now(), language});
  DD_RETURN_IF_ERROR(document::write_report(built, out));
  return out;
}

}  // namespace

int run_report(const Words& words, Language language) {
  const CommandShape shape{
      "report DIR --as-of DATE --out FILE.xlsx|.html [--known-at TIME] [--authority NAME]",
      1,
      1,
      {"--as-of", "--out", "--known-at", "--authority"},
      {},
      {}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const auto written = report(*arguments, language);
  if (!written) return fail(written.error(), language);
  std::printf(language == Language::kChinese ? "报告已写入 %s\n" : "report written to %s\n",
              written->c_str());
  return kDone;
}

}  // namespace dandang::app
