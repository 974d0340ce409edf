// dandang case document: a paper made from a case.

#include <cstdio>

#include "app/command.h"
#include "app/workspace.h"
#include "document/paper_page.h"
#include "format/file_io.h"
#include "procedure/paper.h"

namespace dandang::app {
namespace {

Result<void> make(const Arguments& arguments, Language language) {
  DD_ASSIGN_OR_RETURN(const Date as_of, required_date(arguments, "--as-of"));
  DD_ASSIGN_OR_RETURN(const Workspace workspace,
                      open_workspace(arguments.positional[1], std::nullopt));
  const procedure::CaseBook book(*workspace.policy, *workspace.data);
  DD_ASSIGN_OR_RETURN(const procedure::CaseRef one, book.find(arguments.positional[2]));
  evaluation::Model model(*workspace.policy, *workspace.data, as_of);
  DD_ASSIGN_OR_RETURN(const procedure::Paper paper,
                      procedure::make_paper(model, book, one, arguments.positional[3]));
  const std::string out = arguments.value("--out");
  if (out.empty()) {
    std::printf("%s", document::paper_text(paper).c_str());
    return {};
  }
  const bool page = out.ends_with(".html");
  if (!page && !out.ends_with(".md")) {
    return Error{
        ErrorCode::kBadUsage,
        {"只能写 .html（可打印）或者 .md", "papers are written as .html (to print) or .md"},
        out,
        {"例如 --out 公示.html", "for example --out notice.html"}};
  }
  DD_ASSIGN_OR_RETURN(auto file, format::TemporaryFile::create(out));
  DD_RETURN_IF_ERROR(
      file.write(page ? document::paper_page(paper, language) : document::paper_text(paper)));
  return file.commit();
}

}  // namespace

int run_case_document(const Words& words, Language language) {
  const CommandShape shape{"case document DIR CASE NAME --as-of DATE [--out FILE.html|.md]",
                           4,
                           4,
                           {"--as-of", "--out"},
                           {},
                           {}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const auto status = make(*arguments, language);
  return status ? kDone : fail(status.error(), language);
}

}  // namespace dandang::app
