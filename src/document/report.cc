#include "document/report.h"

#include <fmt/format.h>

#include "document/report_build.h"
#include "document/report_html.h"
#include "document/report_workbook.h"
#include "format/file_io.h"
#include "format/workbook_writer.h"

namespace dandang::document {

namespace {

std::vector<ReportFact> facts_of(const ReportSource& source, const Report& report) {
  const record::Dataset& data = source.model.data();
  std::vector<ReportFact> facts;
  facts.push_back({source.say("基准日", "As of"), report.as_of});
  std::string known = source.is_chinese() ? fmt::format("第 {} 批", data.known_at)
                                          : fmt::format("change set {}", data.known_at);
  if (!data.known_at_time.empty()) {
    known += source.is_chinese() ? fmt::format("（{}）", data.known_at_time)
                                 : fmt::format(" ({})", data.known_at_time);
  }
  facts.push_back({source.say("资料截至", "Records known at"), std::move(known)});
  if (!source.input.produced_at.empty()) {
    facts.push_back({source.say("出具时间", "Produced at"), source.input.produced_at});
  }
  facts.push_back(
      {source.say("涉及范围", "Scope"),
       source.is_chinese()
           ? fmt::format("{} {} 人，{} {} 个", source.places.person_label(Language::kChinese),
                         source.places.people().size(),
                         source.places.unit_label(Language::kChinese), source.places.units().size())
           : fmt::format("{} officials, {} units", source.places.people().size(),
                         source.places.units().size())});
  facts.push_back(
      {source.say("判断", "Findings"),
       source.is_chinese()
           ? fmt::format("{} 条规则，{} 个判断", report.rules.size(), source.input.findings.size())
           : fmt::format("{} findings under {} rules", source.input.findings.size(),
                         report.rules.size())});
  return facts;
}

std::vector<ReportPackage> packages_of(const ReportSource& source) {
  std::vector<ReportPackage> out;
  for (const policy::Package& package : source.model.set().packages) {
    // A package without a document is shared declarations, nothing an authority issued.
    if (package.document_number.empty() || !package.validity.holds_on(source.model.as_of())) {
      continue;
    }
    out.push_back({source.say(package.title), package.document_number, source.say(package.issuer)});
  }
  return out;
}

std::vector<std::string> notes_of(const ReportSource& source) {
  return {
      source.say("软件只提出判断和依据，由有权机关的人按程序作决定。本报告的任何一条都不是决定，"
                 "也不代替核实、听取本人意见和集体研究。",
                 "Software finds, people decide. Nothing in this report is a decision, nor does it "
                 "stand in for verifying the facts, hearing the official and deliberating."),
      source.say("写作“应予核实”的，是提请核实的线索，不是结论。",
                 "\"To verify\" asks for the facts to be checked; it is no conclusion."),
      source.say("缺资料不等于“不符合”：资料不足的单独列出，写明缺什么、怎么补。",
                 "Missing is not the same as no: what lacks records is listed apart, with what is "
                 "missing and what to do."),
      source.say("每个数字都标明来历：文件原定、法规规定、主管机关设定，或者本系统的理解。"
                 "主管机关设定的数不是文件的规定；本系统的理解可以改，以有权解释的机关为准。",
                 "Every figure says whose it is: stated in the document, national law, set by the "
                 "authority, or our reading. A figure set by the authority is not the document's; "
                 "a reading of ours yields to the body entitled to interpret."),
      source.say("逐人的完整理由用 dandang explain 查看。报告含个人信息，请按规定保管。",
                 "dandang explain gives the full reasons for a person. This report holds personal "
                 "data; keep it accordingly."),
  };
}

std::string lower_extension(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  const size_t point = path.find_last_of('.');
  if (point == std::string::npos || (slash != std::string::npos && point < slash)) return {};
  std::string extension = path.substr(point);
  for (char& c : extension) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return extension;
}

Result<void> write_page(const Report& report, const std::string& path) {
  DD_ASSIGN_OR_RETURN(format::TemporaryFile file, format::TemporaryFile::create(path));
  DD_RETURN_IF_ERROR(file.write(to_html(report)));
  return file.commit();
}

}  // namespace

std::string hit_word(const RuleReport& rule, Language language) {
  const bool zh = language == Language::kChinese;
  switch (rule.lists) {
    case RuleReport::Lists::kToVerify:
      return zh ? "应予核实" : "to verify";
    case RuleReport::Lists::kNeutral:
      return zh ? "有此情形" : "applies";
    case RuleReport::Lists::kNotDone:
      return evaluation::verdict_words(evaluation::Verdict::kNotMet, true).in(language);
    case RuleReport::Lists::kMet:
    case RuleReport::Lists::kGroups:
      return evaluation::verdict_words(evaluation::Verdict::kMet, false).in(language);
  }
  return {};
}

Report build_report(const ReportInput& input) {
  Places places(input.run.model());
  const ReportSource source{input, input.run.model(), places};
  Report report;
  report.language = input.language;
  report.authority_name = input.authority_name;
  report.as_of = source.model.as_of().to_string();
  report.officials = places.people().size();
  report.packages = packages_of(source);
  report.notes = notes_of(source);
  report.rules = report_rules(source);
  report.facts = facts_of(source, report);
  report.units = report_units(source);
  report_gaps(source, report);
  report.open_parameters = report_open_parameters(source);
  report.used_parameters = report_used_parameters(source);
  return report;
}

Result<void> write_report(const Report& report, const std::string& path) {
  const std::string extension = lower_extension(path);
  if (extension == ".xlsx") return format::write_workbook(path, to_sheets(report));
  if (extension == ".html" || extension == ".htm") return write_page(report, path);
  const Text hint{"改用 .xlsx（工作簿）或 .html（可打印的网页）",
                  "use .xlsx (a workbook) or .html (a printable page)"};
  if (extension == ".docx") {
    return Error{ErrorCode::kBadUsage,
                 {"Word 文档要等以后的版本，现在还不能写",
                  "Word documents come with a later version and cannot be written yet"},
                 path,
                 hint};
  }
  return Error{ErrorCode::kBadUsage,
               {"看不出报告要写成哪种文件", "the path does not say which kind of report to write"},
               path,
               hint};
}

}  // namespace dandang::document
