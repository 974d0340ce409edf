#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "format/test_cells.h"
#include "format/test_package.h"
#include "format/workbook.h"
#include "format/xml_edit.h"
#include "format/zip_archive.h"

namespace dandang::format {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using Parts = std::map<std::string, std::string>;

Parts parts_of(const std::string& bytes) {
  Parts out;
  auto archive = ZipArchive::open(bytes, "test", Limits{});
  if (!archive) {
    ADD_FAILURE() << archive.error().to_string(Language::kEnglish);
    return out;
  }
  for (uint64_t part = 0; part < archive->part_count(); ++part) {
    auto text = archive->read_all(part);
    EXPECT_TRUE(text.has_value()) << archive->name(part);
    if (text) out[archive->name(part)] = *text;
  }
  return out;
}

std::string file_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

const std::string kIn = ::testing::TempDir() + "/注前.xlsx";
const std::string kOut = ::testing::TempDir() + "/注后.xlsx";

// The annotated workbook's parts; the workbook must still read as before.
Parts annotate(const TestPackage& package, const std::vector<CellNote>& notes) {
  std::ofstream(kIn, std::ios::binary) << package.bytes();
  const auto done = write_annotated_workbook(kIn, kOut, notes);
  if (!done) {
    ADD_FAILURE() << done.error().to_string(Language::kEnglish);
    return {};
  }
  const auto before = read_workbook(kIn);
  const auto after = read_workbook(kOut);
  EXPECT_TRUE(before.has_value() && after.has_value());
  if (before && after) {
    EXPECT_EQ(before->sheets.size(), after->sheets.size());
    for (size_t i = 0; i < after->sheets.size(); ++i) {
      EXPECT_EQ(described(before->sheets[i]), described(after->sheets[i]));
    }
  }
  return parts_of(file_bytes(kOut));
}

// "A1 担当: text" for each comment, its author resolved.
std::vector<std::string> comments_in(const std::string& xml) {
  std::vector<std::string> out, authors;
  const auto elements = outline_xml(xml, "comments", "test", Limits{}, 6);
  if (!elements) {
    ADD_FAILURE() << elements.error().to_string(Language::kEnglish) << "\n" << xml;
    return out;
  }
  for (const XmlElement& element : *elements) {
    if (element.name == "author") authors.push_back(element.text);
    if (element.name == "comment") {
      const auto author =
          static_cast<size_t>(std::stoul(std::string(element.attribute("authorId"))));
      EXPECT_LT(author, authors.size());
      out.push_back(fmt::format("{} {}: ", element.attribute("ref"),
                                author < authors.size() ? authors[author] : "?"));
    }
    if (element.name == "t") out.back() += element.text;
  }
  return out;
}

// The cells of the notes a drawing has shapes for, as "row,column" from 0, and the shapes' ids.
struct Shapes {
  std::vector<std::string> cells;
  std::vector<std::string> ids;
};
Shapes shapes_in(const std::string& vml) {
  Shapes out;
  const auto elements = outline_xml(vml, "vml", "test", Limits{}, 6);
  if (!elements) {
    ADD_FAILURE() << elements.error().to_string(Language::kEnglish) << "\n" << vml;
    return out;
  }
  for (const XmlElement& element : *elements) {
    if (element.name == "shape") out.ids.emplace_back(element.attribute("id"));
    if (element.name == "Row") out.cells.push_back(element.text);
    if (element.name == "Column") out.cells.back() += "," + element.text;
  }
  return out;
}

constexpr std::string_view kLegacyDrawing =
    "<legacyDrawing "
    "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" "
    "r:id=\"rId1\"/>";

TEST(Annotate, adds_notes_and_leaves_all_else_as_it_was) {
  TestPackage package = good_package(
      sheet_xml("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>", "<pageMargins/>"));
  package.set("docProps/unknown.bin", std::string("\0\1\2binary", 9));
  const Parts before = parts_of(package.bytes());
  Parts after = annotate(package, {{"名册", 7, 2, "日期不对 <3> & \"三\""},
                                   {"名册", 1, 0, "姓名缺失"},
                                   {"名册", 7, 2, "第二条"}});
  EXPECT_THAT(comments_in(after["xl/comments1.xml"]),
              ElementsAre("A1 担当: 姓名缺失", "C7 担当: 日期不对 <3> & \"三\"\n第二条"));
  const Shapes shapes = shapes_in(after["xl/drawings/vmlDrawing1.vml"]);
  EXPECT_THAT(shapes.cells, ElementsAre("0,0", "6,2"));
  EXPECT_THAT(shapes.ids, ElementsAre("_x0000_s1025", "_x0000_s1026"));
  EXPECT_THAT(after["xl/worksheets/_rels/sheet1.xml.rels"],
              HasSubstr("Target=\"../comments1.xml\""));
  EXPECT_THAT(after["[Content_Types].xml"], HasSubstr("PartName=\"/xl/comments1.xml\""));
  EXPECT_THAT(after["[Content_Types].xml"], HasSubstr("Extension=\"vml\""));

  for (const auto& [name, text] : before) {
    if (name == "[Content_Types].xml") continue;
    std::string now = after[name];
    if (name == "xl/worksheets/sheet1.xml") {
      const size_t at = now.find("<legacyDrawing");
      ASSERT_NE(at, std::string::npos);
      const size_t end = now.find("/>", at) + 2;
      EXPECT_EQ(now.substr(0, at).substr(now.substr(0, at).size() - 14), "<pageMargins/>");
      now.erase(at, end - at);
    }
    EXPECT_EQ(now, text) << name;
  }
  EXPECT_EQ(after.size(), before.size() + 3);
}

TEST(Annotate, writes_the_same_bytes_again) {
  const TestPackage package = good_package();
  annotate(package, {{"名册", 1, 0, "一"}});
  const std::string first = file_bytes(kOut);
  annotate(package, {{"名册", 1, 0, "一"}});
  EXPECT_EQ(file_bytes(kOut), first);
  // The parts that are not touched lie in the new file packed as they were.
  const std::string original = package.bytes();
  const auto packed_styles = [](const std::string& bytes) {
    const std::string name = "xl/styles.xml";
    const size_t at = bytes.find(name) + name.size();
    return bytes.substr(at, 100);
  };
  EXPECT_EQ(packed_styles(first), packed_styles(original));
}

TEST(Annotate, puts_the_drawing_where_the_schema_wants_it) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      // behind the sheet's data, the part in front of | and behind it
      {"", ""},
      {"<mergeCells><mergeCell ref=\"A1:B1\"/></mergeCells>", ""},
      {"<pageMargins/><pageSetup/><drawing r:id=\"a\"/>",
       "<tableParts count=\"1\"><tablePart r:id=\"b\"/></tableParts><extLst/>"},
      {"<hyperlinks/>", "<extLst><ext><drawing/></ext></extLst>"},
      {"<ignoredErrors/>", "<picture/><oleObjects/><controls/>"},
      {"<drawing r:id=\"a\"></drawing>", "<legacyDrawingHF r:id=\"b\"/>"},
      {"<pageMargins/>",
       "<mc:AlternateContent xmlns:mc=\"m\"><mc:Choice Requires=\"x14\"><controls><drawing/>"
       "</controls></mc:Choice></mc:AlternateContent>"},
      {"<mc:AlternateContent xmlns:mc=\"m\"><mc:Choice Requires=\"x\"><drawing/></mc:Choice>"
       "</mc:AlternateContent>",
       "<tableParts/>"},
  };
  for (const auto& [front, behind] : cases) {
    Parts after = annotate(good_package(sheet_xml("", std::string(front) + std::string(behind))),
                           {{"名册", 1, 0, "一"}});
    const std::string expected =
        fmt::format("<sheetData></sheetData>{}{}{}</worksheet>", front, kLegacyDrawing, behind);
    std::string sheet = after["xl/worksheets/sheet1.xml"];
    const size_t id = sheet.find("r:id=\"rId2\"/>");  // comments come first
    ASSERT_NE(id, std::string::npos) << sheet;
    sheet.replace(id, 11, "r:id=\"rId1\"");
    EXPECT_THAT(sheet, HasSubstr(expected));
  }
}

TestPackage package_with_comments(std::string comments, std::string vml) {
  TestPackage package = good_package(sheet_xml("", "<legacyDrawing r:id=\"rId7\"/>"));
  package.set("xl/worksheets/_rels/sheet1.xml.rels",
              relationships_xml(relationship_xml("rId1", "comments", "../Comments5.xml") +
                                relationship_xml("rId7", "vmlDrawing", "/xl/drawings/d.vml")));
  package.set("xl/comments5.xml", std::move(comments));
  package.set("xl/drawings/d.vml", std::move(vml));
  return package;
}

TEST(Annotate, merges_into_existing_comments) {
  const std::string comments = fmt::format(
      "<x:comments xmlns:x=\"{}\"><x:authors><x:author>王科长</x:author></x:authors><x:commentList>"
      "<x:comment ref=\"B2\" authorId=\"0\"><x:text><x:r><x:rPr><x:b/></x:rPr><x:t>待核</x:t></x:r>"
      "<x:rPh><x:t>daihe</x:t></x:rPh></x:text></x:comment>"
      "<x:comment ref=\"B3\" authorId=\"0\"><x:text/></x:comment>"
      "<x:comment ref=\"B4\" authorId=\"0\"><x:text><x:t/></x:text></x:comment>"
      "<x:comment ref=\"B5\" authorId=\"0\"/>"
      "<x:comment ref=\"B6\" authorId=\"0\"><x:text><x:t>不动</x:t></x:text></x:comment>"
      "</x:commentList></x:comments>",
      kMainNamespace);
  // Excel writes <br> unclosed, which is no XML: it must not matter.
  const std::string vml =
      "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:"
      "office\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><o:shapelayout v:ext=\"edit\">"
      "<o:idmap v:ext=\"edit\" data=\"1,3\"/></o:shapelayout><v:shapetype id=\"_x0000_t202\"/>"
      "<v:shape id=\"_x0000_s1025\"><div><br></div></v:shape></xml>";
  Parts after = annotate(package_with_comments(comments, vml), {{"名册", 2, 1, "二"},
                                                                {"名册", 3, 1, "三"},
                                                                {"名册", 4, 1, "四"},
                                                                {"名册", 5, 1, "五"},
                                                                {"名册", 1, 0, "新"}});
  std::string merged = after["xl/comments5.xml"];
  const std::string phonetic = "<x:rPh><x:t>daihe</x:t></x:rPh>";
  ASSERT_THAT(merged, HasSubstr(phonetic));
  merged.erase(merged.find(phonetic), phonetic.size());
  EXPECT_THAT(comments_in(merged),
              ElementsAre("B2 王科长: 待核\n二", "B3 王科长: 三", "B4 王科长: 四", "B5 王科长: 五",
                          "B6 王科长: 不动", "A1 担当: 新"));
  const std::string drawing = after["xl/drawings/d.vml"];
  EXPECT_THAT(drawing, HasSubstr("data=\"1,3,4\""));
  EXPECT_THAT(drawing, HasSubstr("<v:shape id=\"_x0000_s1025\"><div><br></div></v:shape>"
                                 "<v:shape id=\"_x0000_s4097\""));
  EXPECT_THAT(drawing, Not(HasSubstr("s4098")));  // only the new comment needs a shape
  EXPECT_THAT(drawing, HasSubstr("<x:Row>0</x:Row><x:Column>0</x:Column>"));
  EXPECT_EQ(after["xl/worksheets/sheet1.xml"], sheet_xml("", "<legacyDrawing r:id=\"rId7\"/>"));
  EXPECT_FALSE(after.contains("xl/comments1.xml"));
}

TEST(Annotate, annotates_what_it_has_annotated) {
  annotate(good_package(), {{"名册", 1, 0, "一"}});
  const std::string again = ::testing::TempDir() + "/再注.xlsx";
  const auto done =
      write_annotated_workbook(kOut, again, {{"名册", 1, 0, "二"}, {"名册", 2, 0, "三"}});
  ASSERT_TRUE(done.has_value()) << done.error().to_string(Language::kEnglish);
  Parts after = parts_of(file_bytes(again));
  EXPECT_THAT(comments_in(after["xl/comments1.xml"]),
              ElementsAre("A1 担当: 一\n二", "A2 担当: 三"));
  EXPECT_THAT(shapes_in(after["xl/drawings/vmlDrawing1.vml"]).cells, ElementsAre("0,0", "1,0"));
}

TEST(Annotate, gives_shapes_to_comments_that_had_none) {
  TestPackage package = good_package();
  package.set("xl/worksheets/_rels/sheet1.xml.rels",
              relationships_xml(relationship_xml("rId1", "comments", "../comments1.xml")));
  package.set("xl/comments1.xml",
              fmt::format("<comments xmlns=\"{}\"><commentList><comment ref=\"D4\" authorId=\"0\">"
                          "<text><t>旧</t></text></comment></commentList></comments>",
                          kMainNamespace));
  Parts after = annotate(package, {{"名册", 1, 0, "新"}});
  EXPECT_THAT(after["xl/comments1.xml"],
              HasSubstr("<authors><author>担当</author></authors><commentList>"));
  EXPECT_THAT(shapes_in(after["xl/drawings/vmlDrawing1.vml"]).cells, ElementsAre("0,0", "3,3"));
}

TEST(Annotate, keeps_form_controls_that_share_the_drawing) {
  TestPackage package = package_with_comments("", "<xml><v:shape id='_x0000_s2050'/></xml>");
  package.remove("xl/comments5.xml");
  package.set("xl/worksheets/_rels/sheet1.xml.rels",
              relationships_xml(relationship_xml("rId7", "vmlDrawing", "../drawings/d.vml")));
  Parts after = annotate(package, {{"名册", 1, 0, "新"}});
  EXPECT_THAT(after["xl/drawings/d.vml"], StartsWith("<xml><v:shape id='_x0000_s2050'/>"));
  // Prefixes the drawing does not declare are declared by each new shape.
  EXPECT_THAT(after["xl/drawings/d.vml"],
              HasSubstr("<v:shape xmlns:v=\"urn:schemas-microsoft-com:vml\""));
  EXPECT_THAT(after["xl/drawings/d.vml"], HasSubstr("id=\"_x0000_s3073\""));
  EXPECT_THAT(comments_in(after["xl/comments1.xml"]), ElementsAre("A1 担当: 新"));
}

TEST(Annotate, annotates_several_sheets_apart) {
  TestPackage package = good_package();
  package.set("xl/workbook.xml", workbook_xml({"name=\"名册\"", "name=\"二\"", "name=\"三\""}));
  package.set("xl/_rels/workbook.xml.rels",
              relationships_xml(relationship_xml("rId1", "worksheet", "worksheets/sheet1.xml") +
                                relationship_xml("rId2", "worksheet", "worksheets/sheet2.xml") +
                                relationship_xml("rId3", "worksheet", "/sheets/third.xml")));
  package.set("xl/worksheets/sheet2.xml", sheet_xml(""));
  package.set("sheets/third.xml",
              "\xEF\xBB\xBF<w:worksheet xmlns:w=\"http://purl.oclc.org/ooxml/spreadsheetml/main\">"
              "<w:sheetData/><w:tableParts/></w:worksheet>");
  std::vector<CellNote> notes = {{"名册", 1, 0, "一"}, {"三", 3, 16383, "末列"}};
  for (uint32_t row = 1; row <= 1500; ++row) notes.push_back({"二", row, 1, "多"});
  Parts after = annotate(package, notes);
  // Sheets are taken in the order of their parts' names.
  EXPECT_THAT(comments_in(after["xl/comments1.xml"]), ElementsAre("XFD3 担当: 末列"));
  EXPECT_THAT(comments_in(after["xl/comments2.xml"]), ElementsAre("A1 担当: 一"));
  EXPECT_EQ(comments_in(after["xl/comments3.xml"]).size(), 1500u);
  const Shapes many = shapes_in(after["xl/drawings/vmlDrawing3.vml"]);
  EXPECT_EQ(many.cells.size(), 1500u);
  EXPECT_EQ(many.ids.front(), "_x0000_s3073");
  EXPECT_EQ(many.ids[1023], "_x0000_s4097");
  EXPECT_THAT(after["xl/drawings/vmlDrawing3.vml"], HasSubstr("data=\"3,4\""));
  EXPECT_EQ(after["sheets/third.xml"],
            "\xEF\xBB\xBF<w:worksheet xmlns:w=\"http://purl.oclc.org/ooxml/spreadsheetml/main\">"
            "<w:sheetData/><w:legacyDrawing "
            "xmlns:r=\"http://purl.oclc.org/ooxml/officeDocument/relationships\" r:id=\"rId2\"/>"
            "<w:tableParts/></w:worksheet>");
  EXPECT_THAT(after["sheets/_rels/third.xml.rels"], HasSubstr("Target=\"/xl/comments1.xml\""));
}

TEST(Annotate, writes_texts_no_xml_holds) {
  const std::pair<std::string, std::string> cases[] = {
      {"一\r\n二\r三", "A1 担当: 一\n二\n三"},
      {"\x01", "A1 担当: _x0001_"},
      {"_x000D_", "A1 担当: _x005F_x000D_"},
      {"\xFF坏", "A1 担当: \xEF\xBF\xBD坏"},
      {"", "A1 担当: "},
      {std::string(32'001, 'a'), "A1 担当: " + std::string(32'000, 'a')},
  };
  for (const auto& [note, expected] : cases) {
    Parts after = annotate(good_package(), {{"名册", 1, 0, note}});
    EXPECT_THAT(comments_in(after["xl/comments1.xml"]), ElementsAre(expected));
  }
}

TEST(Annotate, copies_the_file_where_there_is_nothing_to_note) {
  annotate(good_package(), {});
  EXPECT_EQ(file_bytes(kOut), file_bytes(kIn));
}

TEST(Annotate, refuses_and_leaves_no_file_behind) {
  struct Case {
    std::string what;
    TestPackage package;
    CellNote note;
    std::string zh;
  };
  const TestPackage good = good_package();
  const CellNote note{"名册", 1, 0, "一"};
  TestPackage utf16 = good;
  std::string wide = "\xFF\xFE";
  for (char c : std::string_view("<worksheet><sheetData/></worksheet>")) wide += c, wide += '\0';
  utf16.set("xl/worksheets/sheet1.xml", wide);
  const Case cases[] = {
      {"no such sheet", good, {"没有", 1, 0, "一"}, "没有名为“没有”的工作表"},
      {"row 0", good, {"名册", 0, 0, "一"}, "不在工作表内"},
      {"row too far", good, {"名册", 1048577, 0, "一"}, "不在工作表内"},
      {"column too far", good, {"名册", 1, 16384, "一"}, "不在工作表内"},
      {"not UTF-8", utf16, note, "不是 UTF-8"},
      {"no sheetData", good_package("<worksheet/>"), note, "没有 sheetData"},
      {"no content types", TestPackage(good).remove("[Content_Types].xml"), note,
       "缺少 [Content_Types].xml"},
      {"drawing without relationship",
       good_package(sheet_xml("", "<legacyDrawing r:id=\"rId9\"/>")), note, "legacyDrawing"},
      {"comments without a list", package_with_comments("<comments/>", "<xml></xml>"), note,
       "commentList"},
      {"drawing without an end",
       package_with_comments("<comments><commentList/></comments>", "<x>"), note, "没有结束标记"},
      {"missing comments", package_with_comments("", "").remove("xl/comments5.xml"), note,
       "缺少 xl/Comments5.xml"},
  };
  const std::string out = ::testing::TempDir() + "/不应有.xlsx";
  for (const Case& c : cases) {
    std::ofstream(kIn, std::ios::binary) << c.package.bytes();
    const auto done = write_annotated_workbook(kIn, out, {c.note});
    ASSERT_FALSE(done.has_value()) << c.what;
    EXPECT_THAT(done.error().what.zh, HasSubstr(c.zh)) << c.what;
    EXPECT_FALSE(std::ifstream(out).good()) << c.what;
  }
  EXPECT_FALSE(write_annotated_workbook(kIn, "/没有这个文件夹/a.xlsx", {}).has_value());
}

}  // namespace
}  // namespace dandang::format
