#include "format/package.h"

#include <fmt/format.h>

#include <algorithm>

#include "format/workbook_errors.h"
#include "format/xml_parser.h"

namespace dandang::format {
namespace {

constexpr size_t kMaxRelationships = 1 << 17;

class RelationshipsHandler : public XmlHandler {
 public:
  explicit RelationshipsHandler(std::string_view part) : part_(part) {}

  void start_element(std::string_view name, const XmlAttributes& attributes) override {
    if (++depth_ == 1 && name != "Relationships") {
      parser().fail_damaged({"根元素不是 Relationships", "its root is not Relationships"});
    }
    if (depth_ != 2 || name != "Relationship") return;
    if (relationships.size() >= kMaxRelationships) {
      parser().fail_limit({"关系数", "the relationships are"}, kMaxRelationships);
      return;
    }
    Relationship found;
    found.id = attributes.get("Id");
    found.type = attributes.get("Type");
    found.external = attributes.get("TargetMode") == "External";
    const std::string_view target = attributes.get("Target");
    found.target = found.external ? std::string(target) : resolve_target(part_, target);
    relationships.push_back(std::move(found));
  }
  void end_element(std::string_view) override { --depth_; }

  std::vector<Relationship> relationships;

 private:
  std::string part_;
  int depth_ = 0;
};

struct NamedSheet {
  std::string name;
  bool hidden = false;
  std::string relationship;
};

class WorkbookHandler : public XmlHandler {
 public:
  explicit WorkbookHandler(uint32_t sheets_max) : sheets_max_(sheets_max) {}

  void start_element(std::string_view name, const XmlAttributes& attributes) override {
    ++depth_;
    if (depth_ == 1 && name != "workbook") {
      parser().fail_damaged({"根元素不是 workbook", "its root is not workbook"});
    } else if (depth_ == 2) {
      in_sheets_ = name == "sheets";
      if (name == "workbookPr") {
        const std::string_view value = attributes.get("date1904");
        date_1904 = value == "1" || value == "true" || value == "on";
      }
    } else if (depth_ == 3 && in_sheets_ && name == "sheet") {
      if (sheets.size() >= sheets_max_) {
        parser().fail_limit({"工作表数", "the sheets are"}, sheets_max_);
        return;
      }
      NamedSheet sheet;
      sheet.name = attributes.get("name");
      const std::string_view state = attributes.get("state");
      sheet.hidden = state == "hidden" || state == "veryHidden";
      sheet.relationship = attributes.get("id");
      sheets.push_back(std::move(sheet));
    }
  }
  void end_element(std::string_view) override { --depth_; }

  bool date_1904 = false;
  std::vector<NamedSheet> sheets;

 private:
  uint32_t sheets_max_;
  int depth_ = 0;
  bool in_sheets_ = false;
};

// Why a zip without a workbook is none: other offices' files are zips too.
Error no_workbook(const ZipArchive& archive, std::string_view main_part) {
  const auto refuse = [&](Text what) {
    return Error{ErrorCode::kBadInput, std::move(what), archive.file(),
                 Text{"请用 Excel 或 WPS 打开，另存为 .xlsx 后再试",
                      "open it in Excel or WPS, save it as .xlsx and try again"}};
  };
  if (archive.find("mimetype") && archive.find("content.xml")) {
    return refuse({"这是 OpenDocument（.ods）文件，只能读取 .xlsx",
                   "this is an OpenDocument (.ods) file; only .xlsx can be read"});
  }
  if (main_part.starts_with("word/") || archive.find("word/document.xml")) {
    return refuse(
        {"这是 Word 文档（.docx），不是工作簿", "this is a Word document (.docx), not a workbook"});
  }
  if (main_part.starts_with("ppt/")) {
    return refuse({"这是演示文稿（.pptx），不是工作簿", "this is a presentation, not a workbook"});
  }
  if (main_part.ends_with(".bin") || archive.find("xl/workbook.bin")) {
    return refuse({"这是二进制工作簿（.xlsb），只能读取 .xlsx",
                   "this is a binary workbook (.xlsb); only .xlsx can be read"});
  }
  if (!archive.find("[Content_Types].xml") && !archive.find("_rels/.rels")) {
    return refuse(
        {"这是 zip 压缩包，不是 .xlsx 工作簿", "this is a zip archive, not an .xlsx workbook"});
  }
  return missing_part(archive.file(), "xl/workbook.xml");
}

}  // namespace

bool Relationship::is(std::string_view last_word) const {
  const size_t slash = type.rfind('/');
  return slash != std::string::npos && std::string_view(type).substr(slash + 1) == last_word;
}

std::string relationships_part(std::string_view part) {
  const size_t slash = part.rfind('/');
  const size_t name = slash == std::string_view::npos ? 0 : slash + 1;
  return fmt::format("{}_rels/{}.rels", part.substr(0, name), part.substr(name));
}

std::string resolve_target(std::string_view part, std::string_view target) {
  std::string path;
  if (target.starts_with('/')) {
    path = target;
  } else {
    const size_t slash = part.rfind('/');
    if (slash != std::string_view::npos) path = part.substr(0, slash + 1);
    path += target;
  }
  std::replace(path.begin(), path.end(), '\\', '/');
  std::vector<std::string_view> steps;
  std::string_view rest = path;
  while (!rest.empty()) {
    const size_t slash = std::min(rest.find('/'), rest.size());
    const std::string_view step = rest.substr(0, slash);
    rest.remove_prefix(std::min(slash + 1, rest.size()));
    if (step == "..") {
      if (!steps.empty()) steps.pop_back();
    } else if (!step.empty() && step != ".") {
      steps.push_back(step);
    }
  }
  return fmt::format("{}", fmt::join(steps, "/"));
}

Result<std::vector<Relationship>> read_relationships(ZipArchive& archive, std::string_view part) {
  const auto index = archive.find(relationships_part(part));
  if (!index) return std::vector<Relationship>{};
  RelationshipsHandler handler(part);
  DD_RETURN_IF_ERROR(parse_xml_part(archive, *index, handler));
  return std::move(handler.relationships);
}

Result<Package> read_package(ZipArchive& archive) {
  Package package;
  DD_ASSIGN_OR_RETURN(const auto roots, read_relationships(archive, ""));
  for (const Relationship& root : roots) {
    if (root.is("officeDocument") && !root.external) package.workbook_part = root.target;
  }
  if (package.workbook_part.empty()) package.workbook_part = "xl/workbook.xml";
  const auto workbook = archive.find(package.workbook_part);
  if (!workbook || package.workbook_part.ends_with(".bin") ||
      package.workbook_part.starts_with("word/") || package.workbook_part.starts_with("ppt/")) {
    return no_workbook(archive, package.workbook_part);
  }

  WorkbookHandler handler(archive.limits().sheets);
  DD_RETURN_IF_ERROR(parse_xml_part(archive, *workbook, handler));
  package.date_1904 = handler.date_1904;

  DD_ASSIGN_OR_RETURN(const auto relationships, read_relationships(archive, package.workbook_part));
  for (const Relationship& relationship : relationships) {
    if (relationship.external) continue;
    if (relationship.is("sharedStrings"))
      package.shared_strings = archive.find(relationship.target);
    if (relationship.is("styles")) package.styles = archive.find(relationship.target);
  }
  for (NamedSheet& sheet : handler.sheets) {
    const auto found =
        std::find_if(relationships.begin(), relationships.end(),
                     [&](const Relationship& r) { return r.id == sheet.relationship; });
    const Text why{fmt::format("找不到工作表“{}”的内容", sheet.name),
                   fmt::format("nothing leads to the sheet \"{}\"", sheet.name)};
    if (found == relationships.end() || found->external) {
      return damaged_part(archive.file(), relationships_part(package.workbook_part), 0, why);
    }
    if (!found->is("worksheet")) continue;  // a chart, a dialog or a macro sheet has no cells
    const auto part = archive.find(found->target);
    if (!part) return missing_part(archive.file(), found->target);
    package.sheets.push_back(SheetEntry{std::move(sheet.name), sheet.hidden, found->target, *part});
  }
  return package;
}

}  // namespace dandang::format
