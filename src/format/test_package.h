#pragma once

#include <fmt/format.h>
#include <zip.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "format/workbook.h"

// Workbooks made from XML strings, so that tests and the fuzzer can hold forms no writer makes.
namespace dandang::format {

// Parts by name, packed in the order given; a later part of the same name replaces an earlier one.
class TestPackage {
 public:
  TestPackage& set(std::string name, std::string text) {
    for (auto& [known, content] : parts_) {
      if (known == name) {
        content = std::move(text);
        return *this;
      }
    }
    parts_.emplace_back(std::move(name), std::move(text));
    return *this;
  }
  TestPackage& remove(std::string_view name) {
    std::erase_if(parts_, [&](const auto& part) { return part.first == name; });
    return *this;
  }
  const std::vector<std::pair<std::string, std::string>>& parts() const { return parts_; }

  std::string bytes(zip_int32_t method = ZIP_CM_DEFLATE) const {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* const source = zip_source_buffer_create(nullptr, 0, 0, &error);
    zip_t* const zip = zip_open_from_source(source, ZIP_TRUNCATE, &error);
    DD_VERIFY(zip != nullptr);
    zip_source_keep(source);
    for (const auto& [name, text] : parts_) {
      zip_source_t* const part = zip_source_buffer(zip, text.data(), text.size(), 0);
      const zip_int64_t index = zip_file_add(zip, name.c_str(), part, ZIP_FL_ENC_UTF_8);
      DD_VERIFY(index >= 0);
      const auto place = static_cast<zip_uint64_t>(index);
      zip_set_file_compression(zip, place, method, 1);
      zip_file_set_dostime(zip, place, 0x6000, 0x5421, 0);
    }
    DD_VERIFY(zip_close(zip) == 0);
    zip_stat_t stat;
    zip_stat_init(&stat);
    DD_VERIFY(zip_source_stat(source, &stat) == 0 && zip_source_open(source) == 0);
    std::string out(stat.size, '\0');
    DD_VERIFY(zip_source_read(source, out.data(), out.size()) ==
              static_cast<zip_int64_t>(out.size()));
    zip_source_close(source);
    zip_source_free(source);
    zip_error_fini(&error);
    return out;
  }

 private:
  std::vector<std::pair<std::string, std::string>> parts_;
};

inline constexpr std::string_view kMainNamespace =
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
inline constexpr std::string_view kRelationNamespace =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
inline constexpr std::string_view kPackageNamespace =
    "http://schemas.openxmlformats.org/package/2006";

inline std::string sheet_xml(std::string_view rows, std::string_view behind = "") {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<worksheet xmlns=\"{}\" xmlns:r=\"{}\">"
      "<sheetData>{}</sheetData>{}</worksheet>",
      kMainNamespace, kRelationNamespace, rows, behind);
}
inline std::string styles_xml(std::string_view formats, std::string_view cell_styles) {
  return fmt::format(
      "<styleSheet xmlns=\"{}\"><numFmts>{}</numFmts><cellStyleXfs><xf numFmtId=\"14\"/>"
      "</cellStyleXfs><cellXfs>{}</cellXfs></styleSheet>",
      kMainNamespace, formats, cell_styles);
}
inline std::string strings_xml(std::string_view items) {
  return fmt::format("<sst xmlns=\"{}\">{}</sst>", kMainNamespace, items);
}
// An attribute list for <sheet> is given for each sheet: name and whatever else.
inline std::string workbook_xml(const std::vector<std::string>& sheets,
                                std::string_view properties = "") {
  std::string list;
  for (size_t i = 0; i < sheets.size(); ++i) {
    list += fmt::format("<sheet {} sheetId=\"{}\" r:id=\"rId{}\"/>", sheets[i], i + 1, i + 1);
  }
  return fmt::format("<workbook xmlns=\"{}\" xmlns:r=\"{}\">{}<sheets>{}</sheets></workbook>",
                     kMainNamespace, kRelationNamespace, properties, list);
}
inline std::string relationships_xml(std::string_view inside) {
  return fmt::format("<Relationships xmlns=\"{}/relationships\">{}</Relationships>",
                     kPackageNamespace, inside);
}
inline std::string relationship_xml(std::string_view id, std::string_view type,
                                    std::string_view target) {
  return fmt::format("<Relationship Id=\"{}\" Type=\"{}/{}\" Target=\"{}\"/>", id,
                     kRelationNamespace, type, target);
}

// A workbook of one sheet "名册" with two cell styles: 0 general, 1 a date, 2 two places.
inline TestPackage good_package(std::string sheet = sheet_xml("")) {
  TestPackage package;
  package.set(
      "[Content_Types].xml",
      fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Types xmlns=\"{}/content-types\">"
                  "<Default Extension=\"rels\" "
                  "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                  "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
                  "<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/"
                  "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>"
                  "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/"
                  "vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
                  "<Override PartName=\"/xl/styles.xml\" ContentType=\"application/"
                  "vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>"
                  "<Override PartName=\"/xl/sharedStrings.xml\" ContentType=\"application/"
                  "vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml\"/></Types>",
                  kPackageNamespace));
  package.set("_rels/.rels",
              relationships_xml(relationship_xml("rId1", "officeDocument", "xl/workbook.xml")));
  package.set("xl/workbook.xml", workbook_xml({"name=\"名册\""}));
  package.set("xl/_rels/workbook.xml.rels",
              relationships_xml(relationship_xml("rId1", "worksheet", "worksheets/sheet1.xml") +
                                relationship_xml("rId90", "styles", "styles.xml") +
                                relationship_xml("rId91", "sharedStrings", "sharedStrings.xml")));
  package.set("xl/styles.xml",
              styles_xml("<numFmt numFmtId=\"164\" formatCode=\"0.00_ \"/>",
                         "<xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/>"));
  package.set("xl/sharedStrings.xml",
              strings_xml("<si><t>张三</t></si><si><t xml:space=\"preserve\"> 李 四 </t></si>"));
  package.set("xl/worksheets/sheet1.xml", std::move(sheet));
  return package;
}

}  // namespace dandang::format
