// dandang policy attach: the user's own copy of a document, kept with the packages in the store.

#include <algorithm>
#include <cstdio>

#include "app/command.h"
#include "app/workspace.h"
#include "document/clauses_page.h"
#include "format/file_io.h"
#include "format/text_document.h"

namespace dandang::app {
namespace {

using policy::ClauseMatch;
using policy::Package;

Result<const Package*> wanted_package(const policy::PolicySet& set, const std::string& name,
                                      const std::vector<std::string>& lines) {
  std::vector<std::string> ids;
  for (const Package& package : set.packages) {
    if (!package.document_number.empty()) ids.push_back(package.id);
  }
  if (!name.empty()) {
    const Package* package = set.find_package(name);
    if (package != nullptr) return package;
    return Error{ErrorCode::kNotFound,
                 {"没有这个政策包", "there is no such package"},
                 name,
                 {"已有：" + join(ids, "、"), "there are: " + join(ids, ", ")}};
  }
  const auto found = policy::packages_of_text(set, lines);
  if (found.size() == 1) return found.front();
  return Error{ErrorCode::kBadInput,
               {found.empty() ? "文本里没有找到任何政策包的文号" : "文本里有不止一个政策包的文号",
                found.empty() ? "the text has the number of no package's document"
                              : "the text has the numbers of several packages' documents"},
               "",
               {"用 --package 指明，可选：" + join(ids, "、"),
                "name one with --package: " + join(ids, ", ")}};
}

struct Attachment {
  const Package* package = nullptr;
  std::vector<std::string> lines;
  policy::OfficialText text;
  std::vector<ClauseMatch> matches;

  size_t count(bool ours, bool theirs) const {
    return static_cast<size_t>(
        std::count_if(matches.begin(), matches.end(), [&](const ClauseMatch& match) {
          return (match.ours != nullptr) == ours && (match.theirs != nullptr) == theirs;
        }));
  }
};

Result<Attachment> read_attachment(const policy::PolicySet& set, const std::string& file,
                                   const std::string& package) {
  Attachment out;
  DD_ASSIGN_OR_RETURN(out.lines, format::read_document(file));
  DD_ASSIGN_OR_RETURN(out.package, wanted_package(set, package, out.lines));
  out.text = policy::split_official_text(out.lines, out.package->clause_count);
  if (out.text.clauses.empty()) {
    return Error{ErrorCode::kBadInput,
                 {"文本里没有找到编号的条款", "the text has no numbered clauses"},
                 file,
                 {"条款应以 第一条、（一）、1. 或者 一、 开头",
                  "clauses begin with 第一条, （一）, 1. or 一、"}};
  }
  out.matches = policy::match_clauses(*out.package, out.text);
  return out;
}

std::string shortened(const std::string& words, size_t points) {
  const std::u32string all = to_code_points(words);
  if (all.size() <= points) return words;
  std::string out;
  for (size_t i = 0; i < points; ++i) append_code_point(out, all[i]);
  return out + "…";
}

void print_matches(const Attachment& attachment, Language language) {
  const bool zh = language == Language::kChinese;
  std::printf("%s  %s\n", attachment.package->id.c_str(),
              attachment.package->title.in(language).c_str());
  for (const ClauseMatch& match : attachment.matches) {
    const std::string theirs =
        match.theirs == nullptr ? (zh ? "缺：文本里没有" : "missing: not in the text")
                                : match.theirs->number + " " + shortened(match.theirs->title, 24);
    const std::string ours =
        match.ours == nullptr ? (zh ? "多：本系统没有" : "extra: not among ours") : match.ours->id;
    std::printf("  %-6s %s\n", ours.c_str(), theirs.c_str());
  }
  if (!attachment.text.leapt.empty()) {
    const std::string numbers = join(attachment.text.leapt, zh ? "、" : ", ");
    std::printf(zh ? "文本的编号跳过了：%s\n" : "the text's numbers leap over: %s\n",
                numbers.c_str());
  }
  std::printf(zh ? "对上 %zu 条，文本缺 %zu 条，文本多 %zu 条\n"
                 : "%zu clauses fit, %zu missing in the text, %zu extra in the text\n",
              attachment.count(true, true), attachment.count(true, false),
              attachment.count(false, true));
}

Result<record::ChangeSetId> keep(Workspace& workspace, const Attachment& attachment,
                                 const std::string& file, const std::string& author) {
  DD_ASSIGN_OR_RETURN(const auto last, workspace.store->change_set_at(std::nullopt));
  record::ChangeSet change_set;
  change_set.recorded_at = utc_now();
  change_set.author = author;
  change_set.reason = "policy attach " + attachment.package->id;
  change_set.basis = file;
  DD_ASSIGN_OR_RETURN(change_set.packages, workspace.store->packages(last->id));
  const std::string path = policy::attached_path(attachment.package->id);
  std::erase_if(change_set.packages,
                [&](const record::PackageFile& kept) { return kept.path == path; });
  change_set.packages.push_back(
      {attachment.package->id, path, join(attachment.lines, "\n") + "\n"});
  DD_ASSIGN_OR_RETURN(const auto outcome,
                      workspace.store->apply(*workspace.policy->catalogue, change_set));
  return outcome.id;
}

Result<int> attach(const Arguments& arguments, Language language) {
  const bool zh = language == Language::kChinese;
  const std::string& file = arguments.positional[2];
  DD_ASSIGN_OR_RETURN(Workspace workspace, open_workspace(arguments.positional[1], std::nullopt));
  DD_ASSIGN_OR_RETURN(const Attachment attachment,
                      read_attachment(*workspace.policy, file, arguments.value("--package")));
  print_matches(attachment, language);
  if (arguments.has("--out")) {
    DD_ASSIGN_OR_RETURN(auto page, format::TemporaryFile::create(arguments.value("--out")));
    DD_RETURN_IF_ERROR(page.write(document::clauses_page(*attachment.package, attachment.text,
                                                         attachment.matches, language)));
    DD_RETURN_IF_ERROR(page.commit());
  }
  if (arguments.has("--dry-run")) {
    std::printf("%s", zh ? "没有写入（--dry-run）\n" : "nothing was written (--dry-run)\n");
  } else {
    DD_ASSIGN_OR_RETURN(
        const record::ChangeSetId id,
        keep(workspace, attachment, file, author_or_account(arguments.value("--by"))));
    std::printf(zh ? "已附上（第 %lld 批）；用 dandang policy show %s 对照查看\n"
                   : "attached (change set %lld); see dandang policy show %s\n",
                static_cast<long long>(id), arguments.positional[1].c_str());
  }
  return attachment.count(true, true) == attachment.matches.size() ? kDone : kAnswerIsNo;
}

}  // namespace

int run_policy_attach(const Words& words, Language language) {
  const CommandShape shape{
      "policy attach DIR FILE.docx|.txt [--package ID] [--out FILE.html] [--dry-run] [--by WHO]",
      3,
      3,
      {"--package", "--out", "--by"},
      {},
      {"--dry-run"}};
  const auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  const auto code = attach(*arguments, language);
  return code ? *code : fail(code.error(), language);
}

}  // namespace dandang::app
