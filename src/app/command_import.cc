#include <sys/stat.h>

#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <map>

#include "app/command.h"
#include "app/recording_time.h"
#include "app/workspace.h"
#include "document/import.h"
#include "document/import_report.h"
#include "evaluation/row_check.h"
#include "format/workbook.h"
#include "procedure/write_guards.h"

namespace dandang::app {
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

struct Job {
  Arguments arguments;
  Language language = Language::kChinese;
  std::string directory;
  std::vector<std::string> files;
};

Result<std::vector<format::Workbook>> read_all(const Job& job) {
  std::vector<format::Workbook> books;
  Progress progress(job.language == Language::kChinese ? "读取" : "reading",
                    !job.arguments.has("--json"));
  std::map<std::string, std::string> names;
  for (size_t i = 0; i < job.files.size(); ++i) {
    const std::string name = fs::path(job.files[i]).filename().string();
    const auto [at, added] = names.emplace(name, job.files[i]);
    if (!added) {
      return Error{ErrorCode::kBadUsage,
                   {"两个文件同名，报告里分不清",
                    "two files have the same name, the report could not tell them apart"},
                   at->second + " / " + job.files[i],
                   {"给其中一个改名", "rename one of them"}};
    }
    DD_ASSIGN_OR_RETURN(format::Workbook book, format::read_workbook(job.files[i]));
    books.push_back(std::move(book));
    progress.update(i + 1, job.files.size());
  }
  return books;
}

// A book none of whose sheets is of a known kind is the wrong file: say so and write nothing.
Result<void> require_recognised(const document::ImportPlan& plan,
                                const std::vector<format::Workbook>& books) {
  for (const format::Workbook& book : books) {
    bool recognised = false;
    Text note;
    for (const document::SheetOutcome& sheet : plan.sheets) {
      if (sheet.file != book.file) continue;
      recognised = recognised || !sheet.type.empty();
      if (note.empty()) note = sheet.note;
    }
    if (recognised) continue;
    return Error{ErrorCode::kBadInput,
                 {"认不出这个工作簿里的任何一张表", "no sheet of this workbook is of a known kind"},
                 book.file,
                 note.empty() ? Text{"检查表头", "check its headings"} : note};
  }
  return {};
}

json::object refusal_json(const document::Refusal& refusal) {
  return {{"file", refusal.file},
          {"sheet", refusal.sheet},
          {"row", refusal.row},
          {"column", refusal.column < 0
                         ? json::value(nullptr)
                         : json::value(format::cell_name(static_cast<uint32_t>(refusal.column),
                                                         static_cast<uint32_t>(refusal.row)))},
          {"heading", refusal.heading},
          {"value", refusal.value},
          {"code", refusal.code},
          {"reason", refusal.reason.zh},
          {"reason_en", refusal.reason.en}};
}

json::object sheet_json(const document::SheetOutcome& sheet) {
  json::array columns;
  for (const document::ColumnUse& column : sheet.columns) {
    columns.push_back(json::object{{"heading", column.heading},
                                   {"type", column.type},
                                   {"field", column.field},
                                   {"by_part", column.by_part}});
  }
  json::array skipped;
  for (const document::SkippedLine& line : sheet.skipped) {
    skipped.push_back(json::object{{"row", line.row}, {"why", line.why.zh}});
  }
  return {{"file", sheet.file},
          {"sheet", sheet.sheet},
          {"type", sheet.type},
          {"note", sheet.note.zh},
          {"rows_taken", sheet.rows_taken},
          {"rows_refused", sheet.rows_refused},
          {"skipped", std::move(skipped)},
          {"columns", std::move(columns)}};
}

void print_json(const document::ImportPlan& plan, const record::ApplyOutcome* outcome) {
  json::array sheets;
  for (const auto& sheet : plan.sheets) sheets.push_back(sheet_json(sheet));
  json::array refused;
  for (const auto& refusal : plan.refusals) refused.push_back(refusal_json(refusal));
  json::object out{{"sheets", std::move(sheets)}, {"refused", std::move(refused)}};
  out["written"] = outcome != nullptr;
  if (outcome != nullptr) {
    out["change_set"] = outcome->id;
    out["added"] = outcome->added;
    out["changed"] = outcome->changed;
    out["unchanged"] = outcome->unchanged;
  }
  std::printf("%s\n", json::serialize(out).c_str());
}

Result<void> annotate(const Job& job, const document::ImportPlan& plan) {
  if (!job.arguments.has("--annotate")) return {};
  const fs::path folder = job.arguments.value("--annotate");
  std::error_code code;
  fs::create_directories(folder, code);
  for (const std::string& file : job.files) {
    const std::string name = fs::path(file).filename().string();
    const auto notes = document::notes_for(plan, name, job.language);
    if (notes.empty()) continue;
    const std::string out = (folder / name).string();
    if (fs::equivalent(file, out, code)) {
      return Error{ErrorCode::kBadUsage,
                   {"批注本不能覆盖原工作簿", "the annotated copy cannot replace the original"},
                   out,
                   {"给 --annotate 换一个文件夹", "give --annotate another folder"}};
    }
    DD_RETURN_IF_ERROR(format::write_annotated_workbook(file, out, notes));
  }
  return {};
}

Result<record::ApplyOutcome> write(const Job& job, Workspace& workspace,
                                   document::ImportPlan& plan) {
  record::ChangeSet change_set;
  change_set.author = author_or_account(job.arguments.value("--by"));
  change_set.reason = "import";
  DD_RETURN_IF_ERROR(stamp(*workspace.store, job.arguments, change_set));
  for (const std::string& file : job.files) {
    change_set.basis += (change_set.basis.empty() ? "" : "; ") + fs::path(file).filename().string();
  }
  change_set.versions = std::move(plan.versions);
  change_set.coverage = std::move(plan.coverage);
  return workspace.store->apply(*workspace.policy->catalogue, change_set);
}

void print_outcome(const Job& job, const document::ImportPlan& plan,
                   const record::ApplyOutcome* outcome) {
  if (job.arguments.has("--json")) {
    print_json(plan, outcome);
    return;
  }
  std::printf("%s", document::to_text(plan, job.language).c_str());
  const bool zh = job.language == Language::kChinese;
  if (outcome != nullptr) {
    std::printf(zh ? "已写入第 %lld 批：新增 %zu 条，更新 %zu 条，未变 %zu 条。\n"
                   : "written as change set %lld: %zu added, %zu changed, %zu unchanged.\n",
                static_cast<long long>(outcome->id), outcome->added, outcome->changed,
                outcome->unchanged);
  } else if (job.arguments.has("--dry-run")) {
    std::printf("%s\n", zh ? "试读：什么都没有写入。" : "dry run: nothing was written.");
  } else {
    std::printf(
        "%s\n",
        zh ? "有的行不能收，所以什么都没有写入。改好后重新导入，或者加 --partial 先收其余的行。"
           : "some rows were refused, so nothing was written. Correct them, or add --partial to "
             "take in the others.");
  }
}

int run_job(const Job& job) {
  const auto books = read_all(job);
  if (!books) return fail(books.error(), job.language);
  auto workspace = open_workspace(job.directory, std::nullopt);
  if (!workspace) return fail(workspace.error(), job.language);
  evaluation::RowChecker checker(*workspace->policy);
  document::ImportOptions options;
  options.received_on = today();
  options.row_check = [&](const record::RecordType& type, size_t index,
                          const std::vector<Cell>& cells, Date sheet_date) {
    return checker.check(type, index, cells, sheet_date);
  };
  evaluation::Model model(*workspace->policy, *workspace->data, options.received_on);
  procedure::WriteGuards guards(model);
  if (guards.any()) {
    options.write_guards = [&](const record::RecordType& type, const std::vector<Cell>& cells,
                               Date sheet_date) { return guards.check(type, cells, sheet_date); };
  }
  document::ImportPlan plan;
  {
    Progress progress(job.language == Language::kChinese ? "核对" : "checking",
                      !job.arguments.has("--json"));
    options.progress = [&](size_t done, size_t all) { progress.update(done, all); };
    plan = document::plan_import(*workspace->policy->catalogue, *workspace->data, *books, options);
  }
  if (const auto status = require_recognised(plan, *books); !status)
    return fail(status.error(), job.language);
  if (const auto status = annotate(job, plan); !status) return fail(status.error(), job.language);
  const bool refused = !plan.refusals.empty();
  const bool wanted =
      !job.arguments.has("--dry-run") && (!refused || job.arguments.has("--partial"));
  if (!wanted) {
    print_outcome(job, plan, nullptr);
    return refused ? kPartlyRefused : kDone;
  }
  const auto outcome = write(job, *workspace, plan);
  if (!outcome) return fail(outcome.error(), job.language);
  print_outcome(job, plan, &*outcome);
  return refused ? kPartlyRefused : kDone;
}

}  // namespace

int run_import(const Words& words, Language language) {
  const CommandShape shape{
      "import DIR FILE… [--dry-run] [--partial] [--json] [--annotate DIR] [--by WHO]",
      2,
      10'000,
      {"--annotate", "--by", kAfterClockFault},
      {},
      {"--dry-run", "--partial", "--json"}};
  auto arguments = parse_arguments(shape, words);
  if (!arguments) return fail(arguments.error(), language);
  Job job;
  job.language = language;
  job.directory = arguments->positional[0];
  job.files.assign(arguments->positional.begin() + 1, arguments->positional.end());
  job.arguments = std::move(arguments).value();
  return run_job(job);
}

}  // namespace dandang::app
