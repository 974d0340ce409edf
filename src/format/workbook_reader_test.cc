#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "format/test_cells.h"
#include "format/test_package.h"
#include "format/workbook.h"

namespace dandang::format {
namespace {

using ::testing::HasSubstr;

Workbook read(const TestPackage& package) {
  auto workbook = read_workbook_bytes(package.bytes(), "文件夹/名册.xlsx");
  if (!workbook) {
    ADD_FAILURE() << workbook.error().to_string(Language::kEnglish);
    return Workbook{.file = "", .sheets = {Sheet{}}};
  }
  return std::move(workbook).value();
}

TEST(WorkbookReader, reads_every_form_of_cell) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {R"(<c r="A1" t="s"><v>0</v></c>)", "A1 text 张三"},
      {R"(<c r="A1" t="s"><v> 1 </v></c>)", "A1 text  李 四 "},
      {R"(<c r="A1" t="s"/>)", ""},
      {R"(<c r="A1" t="inlineStr"><is><t>王五</t></is></c>)", "A1 text 王五"},
      {R"(<c r="A1" t="inlineStr"><is><r><rPr><b/></rPr><t>王</t></r><r><t>五</t></r></is></c>)",
       "A1 text 王五"},
      {R"(<c r="A1" t="inlineStr"><is><t>王</t><rPh sb="0" eb="1"><t>wang</t></rPh></is></c>)",
       "A1 text 王"},
      {R"(<c r="A1" t="inlineStr"><is><t/></is></c>)", ""},
      {R"(<c r="A1" t="inlineStr"><v>王五</v></c>)", "A1 text 王五"},
      {R"(<c r="A1" t="str"><f>B1&amp;"x"</f><v>甲&lt;x</v></c>)", "A1 text 甲<x"},
      {R"(<c r="A1" t="str"><f>""</f><v></v></c>)", ""},
      {R"(<c r="A1" t="str"><v>a_x000D_&#10;b</v></c>)", "A1 text a\r\nb"},
      {R"(<c r="A1" t="str"><v><![CDATA[<b>]]></v></c>)", "A1 text <b>"},
      {R"(<c r="A1"><v>12.50</v></c>)", "A1 number 12.5"},
      {R"(<c r="A1" t="n"><v>0.30000000000000004</v></c>)", "A1 number 0.3"},
      {R"(<c r="A1" s="2"><v>3400</v></c>)", "A1 number 3400 places 2"},
      {R"(<c r="A1" s="99"><v>3400</v></c>)", "A1 number 3400"},
      {R"(<c r="A1"><f>1+1</f><v>2</v></c>)", "A1 number 2"},
      {R"(<c r="A1"><f>1+1</f></c>)", "A1 error #CALC!"},
      {R"(<c r="A1"><f>1+1</f><v></v></c>)", "A1 error #CALC!"},
      {R"(<c r="A1"><v>nan</v></c>)", "A1 text nan"},
      {R"(<c r="A1" s="1"/>)", ""},
      {R"(<c r="A1"><v></v></c>)", ""},
      {R"(<c r="A1" t="b"><v>1</v></c>)", "A1 true"},
      {R"(<c r="A1" t="b"><v>0</v></c>)", "A1 false"},
      {R"(<c r="A1" t="e"><v>#N/A</v></c>)", "A1 error #N/A"},
      {R"(<c r="A1" s="1"><v>44197</v></c>)", "A1 date 2021-01-01 serial 44197"},
      {R"(<c r="A1" s="1"><v>44197.75</v></c>)", "A1 date 2021-01-01 serial 44197.75"},
      {R"(<c r="A1" s="1"><v>0.75</v></c>)", "A1 number 0.75"},
      {R"(<c r="A1" s="1"><v>60</v></c>)", "A1 number 60"},
      {R"(<c r="A1" t="d"><v>2021-01-01</v></c>)", "A1 date 2021-01-01 serial 44197"},
      {R"(<c r="A1" t="d"><v>2021-01-01T08:00:00</v></c>)", "A1 date 2021-01-01 serial 44197"},
      {R"(<c r="A1" t="d"><v>2021-01-01 08:00</v></c>)", "A1 text 2021-01-01 08:00"},
      {R"(<c r="A1" t="d"><v>T08:00</v></c>)", "A1 text T08:00"},
      {R"(<c r="C1"><v>3</v></c><c><v>4</v></c>)", "C1 number 3; D1 number 4"},
      {R"(<c r="C1"><v>3</v></c><c r="A1"><v>1</v></c><c r="C1"><v>5</v></c>)",
       "A1 number 1; C1 number 5"},
      {R"(<c r="A1"><v>1</v><extLst><ext><v>9</v></ext></extLst></c>)", "A1 number 1"},
      {R"(<x:c xmlns:x="y" r="A1"><x:v>1</x:v></x:c>)", "A1 number 1"},
  };
  for (const auto& [cell, expected] : cases) {
    const Workbook workbook =
        read(good_package(sheet_xml(fmt::format("<row r=\"1\">{}</row>", cell))));
    ASSERT_EQ(workbook.sheets.size(), 1u);
    EXPECT_EQ(described(workbook.sheets[0]), expected) << cell;
  }
}

TEST(WorkbookReader, keeps_the_digits_of_a_number_as_stored) {
  const Workbook workbook =
      read(good_package(sheet_xml("<row r=\"1\"><c r=\"A1\"><v>610726198001011234</v></c></row>")));
  const WorkbookCell& cell = workbook.sheets[0].rows[0].cells[0];
  EXPECT_EQ(cell.text, "610726198001011234");
  EXPECT_EQ(cell.number.to_string(), "610726198001011000");
}

TEST(WorkbookReader, numbers_rows_that_have_no_number) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"<row><c><v>1</v></c></row><row><c><v>2</v></c></row>", "A1 number 1; A2 number 2"},
      {"<row r=\"5\"><c><v>1</v></c></row><row><c><v>2</v></c></row>", "A5 number 1; A6 number 2"},
      {"<row><c r=\"B4\"><v>1</v></c></row><row><c><v>2</v></c></row>", "B4 number 1; A5 number 2"},
      {"<row r=\"2\"/><row><c><v>2</v></c></row>", "A3 number 2"},
      {"<row r=\"3\"><c><v>3</v></c></row><row r=\"1\"><c><v>1</v></c></row>",
       "A1 number 1; A3 number 3"},
      {"<row r=\"2\"><c r=\"B2\"><v>2</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row>",
       "A2 number 1; B2 number 2"},
      {"<row r=\"2\"><c><v>2</v></c></row><row r=\"1\"><c><v>1</v></c></row>"
       "<row r=\"2\"><c><v>3</v></c></row><row r=\"4\"><c><v>4</v></c></row>",
       "A1 number 1; A2 number 3; A4 number 4"},
  };
  for (const auto& [rows, expected] : cases) {
    const Workbook workbook = read(good_package(sheet_xml(rows)));
    EXPECT_EQ(described(workbook.sheets[0]), expected) << rows;
  }
}

TEST(WorkbookReader, joins_a_row_given_many_times_at_once) {
  std::string rows = "<row r=\"2\"><c r=\"B2\"><v>1</v></c></row>";
  for (int i = 0; i < 100'000; ++i) rows += fmt::format("<row r=\"1\"><c><v>{}</v></c></row>", i);
  const Workbook workbook = read(good_package(sheet_xml(rows)));
  EXPECT_EQ(described(workbook.sheets[0]), "A1 number 99999; B2 number 1");
}

TEST(WorkbookReader, leaves_empty_rows_out_and_finds_cells) {
  const Workbook workbook = read(good_package(
      sheet_xml("<row r=\"1\"/><row r=\"2\"><c r=\"A2\" s=\"1\"/></row>"
                "<row r=\"3\"><c r=\"B3\"><v>1</v></c><c r=\"D3\"><v>2</v></c></row>")));
  ASSERT_EQ(workbook.sheets[0].rows.size(), 1u);
  const WorkbookRow& row = workbook.sheets[0].rows[0];
  EXPECT_EQ(row.number, 3u);
  EXPECT_EQ(row.find(0), nullptr);
  ASSERT_NE(row.find(1), nullptr);
  EXPECT_EQ(row.find(2), nullptr);
  EXPECT_EQ(described(*row.find(3)), "number 2");
  EXPECT_EQ(row.find(4), nullptr);
}

TEST(WorkbookReader, joins_rich_shared_strings_without_phonetics) {
  TestPackage package =
      good_package(sheet_xml("<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c>"
                             "<c t=\"s\"><v>2</v></c><c t=\"s\"><v>3</v></c></row>"));
  package.set("xl/sharedStrings.xml",
              strings_xml("<si><r><t>中共</t></r><r><rPr><b/></rPr><t xml:space=\"preserve\"> 党员"
                          "</t></r><rPh sb=\"0\" eb=\"2\"><t>zhonggong</t></rPh>"
                          "<phoneticPr fontId=\"1\"/></si><si/><si><t>一_x000D_二</t></si>"
                          "<si><t>末</t></si>"));
  EXPECT_EQ(described(read(package).sheets[0]), "A1 text 中共 党员; C1 text 一\r二; D1 text 末");
}

TEST(WorkbookReader, reads_dates_of_both_systems_and_all_formats) {
  TestPackage package =
      good_package(sheet_xml("<row><c s=\"0\"><v>42735</v></c><c s=\"1\"><v>42735</v></c>"
                             "<c s=\"2\"><v>42735</v></c><c s=\"3\"><v>42735</v></c>"
                             "<c s=\"4\"><v>42735</v></c><c s=\"5\"><v>42735</v></c></row>"));
  package.set(
      "xl/styles.xml",
      styles_xml("<numFmt numFmtId=\"176\" formatCode=\"yyyy&quot;年&quot;m&quot;月&quot;\"/>"
                 "<numFmt numFmtId=\"14\" formatCode=\"0.000\"/>",
                 "<xf numFmtId=\"57\"/><xf numFmtId=\"176\"/><xf numFmtId=\"31\"/>"
                 "<xf numFmtId=\"14\"/><xf/><xf numFmtId=\"4\"/>"));
  EXPECT_EQ(described(read(package).sheets[0]),
            "A1 date 2016-12-31 serial 42735; B1 date 2016-12-31 serial 42735; "
            "C1 date 2016-12-31 serial 42735; D1 number 42735 places 3; E1 number 42735; "
            "F1 number 42735 places 2");
  package.set("xl/workbook.xml", workbook_xml({"name=\"名册\""}, "<workbookPr date1904=\"1\"/>"));
  EXPECT_THAT(described(read(package).sheets[0]), HasSubstr("A1 date 2021-01-01 serial 42735"));
}

TEST(WorkbookReader, reads_merged_ranges) {
  const Workbook workbook = read(good_package(sheet_xml(
      "",
      "<mergeCells count=\"2\"><mergeCell ref=\"A1:C2\"/><mergeCell ref=\"D4\"/></mergeCells>"
      "<extLst><mergeCells><mergeCell ref=\"?\"/></mergeCells></extLst>")));
  const auto& merged = workbook.sheets[0].merged;
  ASSERT_EQ(merged.size(), 2u);
  EXPECT_EQ(merged[0].first_row, 1u);
  EXPECT_EQ(merged[0].last_row, 2u);
  EXPECT_EQ(merged[0].first_column, 0u);
  EXPECT_EQ(merged[0].last_column, 2u);
  EXPECT_EQ(merged[1].first_row, 4u);
  EXPECT_EQ(merged[1].last_column, 3u);
}

TEST(WorkbookReader, finds_sheets_by_relationships) {
  TestPackage package = good_package();
  package.set("xl/workbook.xml",
              workbook_xml({"name=\"甲\" state=\"hidden\"", "name=\"图\"", "name=\"乙 &amp; 丙\"",
                            "name=\"丁\" state=\"veryHidden\"", "name=\"戊\" state=\"visible\""}));
  package.set("xl/_rels/workbook.xml.rels",
              relationships_xml(relationship_xml("rId1", "worksheet", "/xl/worksheets/sheet1.xml") +
                                relationship_xml("rId2", "chartsheet", "chartsheets/sheet1.xml") +
                                relationship_xml("rId3", "worksheet", "../odd/Place.xml") +
                                relationship_xml("rId4", "worksheet", "./worksheets/sheet1.xml") +
                                relationship_xml("rId5", "worksheet", "WORKSHEETS\\SHEET1.XML")));
  package.set("odd/place.xml", sheet_xml("<row><c t=\"b\"><v>1</v></c></row>"));
  const Workbook workbook = read(package);
  EXPECT_EQ(workbook.file, "名册.xlsx");
  ASSERT_EQ(workbook.sheets.size(), 4u);
  EXPECT_EQ(workbook.sheets[0].name, "甲");
  EXPECT_TRUE(workbook.sheets[0].hidden);
  EXPECT_EQ(workbook.sheets[1].name, "乙 & 丙");
  EXPECT_FALSE(workbook.sheets[1].hidden);
  EXPECT_EQ(described(workbook.sheets[1]), "A1 true");
  EXPECT_TRUE(workbook.sheets[2].hidden);
  EXPECT_FALSE(workbook.sheets[3].hidden);
}

TEST(WorkbookReader, reads_strict_and_prefixed_documents) {
  TestPackage package = good_package();
  const std::string strict = "http://purl.oclc.org/ooxml/";
  package.set("_rels/.rels", relationships_xml(fmt::format(
                                 "<Relationship Id=\"a\" Type=\"{}officeDocument/"
                                 "relationships/officeDocument\" Target=\"/xl/book.xml\"/>",
                                 strict)));
  package.remove("xl/workbook.xml").remove("xl/_rels/workbook.xml.rels");
  package.set("xl/book.xml",
              fmt::format("<x:workbook xmlns:x=\"{0}spreadsheetml/main\" conformance=\"strict\" "
                          "xmlns:q=\"{0}officeDocument/relationships\"><x:sheets><x:sheet "
                          "name=\"严格\" sheetId=\"1\" q:id=\"s\"/></x:sheets></x:workbook>",
                          strict));
  package.set("xl/_rels/book.xml.rels",
              relationships_xml(fmt::format("<Relationship Id=\"s\" Type=\"{}officeDocument/"
                                            "relationships/worksheet\" "
                                            "Target=\"worksheets/sheet1.xml\"/>",
                                            strict)));
  package.set("xl/worksheets/sheet1.xml",
              fmt::format("<x:worksheet xmlns:x=\"{}spreadsheetml/main\"><x:sheetData><x:row>"
                          "<x:c t=\"inlineStr\"><x:is><x:t>严</x:t></x:is></x:c>"
                          "<x:c t=\"d\"><x:v>2020-02-29</x:v></x:c></x:row></x:sheetData>"
                          "</x:worksheet>",
                          strict));
  const Workbook workbook = read(package);
  ASSERT_EQ(workbook.sheets.size(), 1u);
  EXPECT_EQ(workbook.sheets[0].name, "严格");
  EXPECT_EQ(described(workbook.sheets[0]), "A1 text 严; B1 date 2020-02-29 serial 43890");
}

TEST(WorkbookReader, reads_utf16_parts_and_stored_zips) {
  const std::string ascii = sheet_xml("<row><c><v>7</v></c></row>");
  std::string utf16 = "\xFF\xFE";
  for (char c : std::string_view(ascii).substr(ascii.find('\n') + 1)) {
    utf16 += c;
    utf16 += '\0';
  }
  const auto workbook = read_workbook_bytes(good_package(utf16).bytes(ZIP_CM_STORE), "a.xlsx");
  ASSERT_TRUE(workbook.has_value()) << workbook.error().to_string(Language::kEnglish);
  EXPECT_EQ(described(workbook->sheets[0]), "A1 number 7");
}

TEST(WorkbookReader, does_without_styles_and_strings) {
  TestPackage package = good_package(sheet_xml("<row><c s=\"1\"><v>1</v></c></row>"));
  package.remove("xl/styles.xml").remove("xl/sharedStrings.xml");
  EXPECT_EQ(described(read(package).sheets[0]), "A1 number 1");
}

// A package without a part or with a part that holds something else.
struct Refusal {
  std::string what;
  std::string bytes;
  ErrorCode code;
  std::string zh;  // part of the message
  Limits limits = {};
};

std::string in_utf16(std::string_view ascii) {
  std::string out;
  for (char c : ascii) {
    out += c;
    out += '\0';
  }
  return out;
}

std::string sheet_bytes(const std::string& text) {
  return good_package(text).bytes();
}
std::string package_bytes(const std::string& part, const std::string& text) {
  return good_package().set(part, text).bytes();
}
std::string bytes_without(std::string_view part) {
  return good_package().remove(part).bytes();
}

std::string repeated(std::string_view text, size_t count) {
  std::string out;
  for (size_t i = 0; i < count; ++i) out += text;
  return out;
}

Limits limits_with(uint64_t Limits::*member, uint64_t value) {
  Limits limits;
  limits.*member = value;
  return limits;
}
Limits limits_with(uint32_t Limits::*member, uint32_t value) {
  Limits limits;
  limits.*member = value;
  return limits;
}

std::vector<Refusal> refusals() {
  const std::string ole = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + std::string(600, '\0');
  const std::string good = good_package().bytes();
  const std::string cells = sheet_xml(
      "<row r=\"1\"><c><v>1</v></c><c><v>2</v></c></row><row r=\"3\"><c><v>3</v></c></row>");
  const auto bad = ErrorCode::kBadInput;
  const auto limit = ErrorCode::kLimit;
  std::vector<Refusal> out = {
      {"nothing", "", bad, "文件是空的"},
      {"old xls", ole, bad, "旧版 .xls"},
      {"encrypted", ole + in_utf16("EncryptedPackage") + ole, bad, "打开密码"},
      {"csv", "姓名,单位\n张三,城关街道\n", bad, "文本（如 .csv）"},
      {"csv in GBK", "\xD0\xD5\xC3\xFB,\xB5\xA5\xCE\xBB\r\n", bad, "文本（如 .csv）"},
      {"csv in UTF-16", "\xFF\xFE" + in_utf16("a\tb\n"), bad, "文本（如 .csv）"},
      {"web page", "\xEF\xBB\xBF\n<HTML><table>", bad, "网页（HTML）"},
      {"web page with a DOCTYPE", "<!DOCTYPE html><html>", bad, "网页（HTML）"},
      {"XML", "<?xml version=\"1.0\"?><Workbook/>", bad, "XML 文件"},
      {"pdf", "%PDF-1.7\n", bad, "PDF"},
      {"rar", "Rar!\x1A\x07", bad, "压缩包"},
      {"noise", std::string("\x01\x02\x03\x00\x04", 5), bad, "不是 .xlsx 工作簿"},
      {"head only", good.substr(0, 40), bad, "已损坏"},
      {"cut in the middle", good.substr(0, good.size() / 2), bad, "已损坏"},
      {"tail cut", good.substr(0, good.size() - 1), bad, "已损坏"},
      {"empty zip", std::string("PK\x05\x06", 4) + std::string(18, '\0'), bad, "已损坏"},
      {"other zip", TestPackage().set("a.txt", "a").bytes(), bad, "zip 压缩包"},
      {"docx",
       TestPackage()
           .set("[Content_Types].xml", "<Types/>")
           .set("_rels/.rels",
                relationships_xml(relationship_xml("a", "officeDocument", "word/document.xml")))
           .set("word/document.xml", "<document/>")
           .bytes(),
       bad, "Word 文档"},
      {"xlsb",
       good_package()
           .set("_rels/.rels",
                relationships_xml(relationship_xml("a", "officeDocument", "xl/workbook.bin")))
           .set("xl/workbook.bin", "b")
           .bytes(),
       bad, ".xlsb"},
      {"ods", TestPackage().set("mimetype", "application/x").set("content.xml", "<a/>").bytes(),
       bad, ".ods"},
      {"no workbook", bytes_without("xl/workbook.xml"), bad, "缺少 xl/workbook.xml"},
      {"no sheet", bytes_without("xl/worksheets/sheet1.xml"), bad, "缺少 xl/worksheets/sheet1.xml"},
      {"no relationships", bytes_without("xl/_rels/workbook.xml.rels"), bad,
       "找不到工作表“名册”的内容"},
      {"sheet XML broken", sheet_bytes("<worksheet>\n<sheetData>\n<row></sheetData>"), bad,
       "xl/worksheets/sheet1.xml 第 3 行已损坏"},
      {"sheet XML empty", sheet_bytes(""), bad, "xl/worksheets/sheet1.xml 第 1 行已损坏"},
      {"sheet is no sheet", sheet_bytes("<a/>"), bad, "根元素不是 worksheet"},
      {"workbook is none", package_bytes("xl/workbook.xml", "<a/>"), bad, "根元素不是 workbook"},
      {"styles are none", package_bytes("xl/styles.xml", "<a/>"), bad, "根元素不是 styleSheet"},
      {"strings are none", package_bytes("xl/sharedStrings.xml", "<a/>"), bad, "根元素不是 sst"},
      {"relationships are none", package_bytes("_rels/.rels", "<a/>"), bad,
       "根元素不是 Relationships"},
      {"unknown encoding", sheet_bytes("<?xml version=\"1.0\" encoding=\"GBK\"?><worksheet/>"), bad,
       "已损坏"},
      {"bad UTF-8", sheet_bytes("<worksheet a=\"\xC3\x28\"/>"), bad, "已损坏"},
      {"no such string", sheet_bytes(sheet_xml("<row><c t=\"s\"><v>2</v></c></row>")), bad,
       "A1 引用了不存在的共享字符串"},
      {"string by name", sheet_bytes(sheet_xml("<row><c t=\"s\"><v>x</v></c></row>")), bad,
       "不存在的共享字符串"},
      {"bad reference", sheet_bytes(sheet_xml("<row><c r=\"1A\"><v>2</v></c></row>")), bad,
       "单元格地址无效"},
      {"bad row", sheet_bytes(sheet_xml("<row r=\"0\"/>")), bad, "行号无效"},
      {"bad merge", sheet_bytes(sheet_xml("", "<mergeCells><mergeCell ref=\"A:B\"/></mergeCells>")),
       bad, "合并区域的地址无效"},
      {"DOCTYPE", sheet_bytes("<!DOCTYPE worksheet [<!ENTITY a \"b\">]><worksheet>&a;</worksheet>"),
       bad, "DOCTYPE"},
      {"DOCTYPE in strings", package_bytes("xl/sharedStrings.xml", "<!DOCTYPE sst><sst/>"), bad,
       "DOCTYPE"},
      {"deep XML", sheet_bytes("<worksheet>" + repeated("<a>", 64)), limit, "XML 嵌套层数"},
      {"long tag", sheet_bytes("<worksheet a=\"" + std::string(3 << 20, 'a') + "\"/>"), limit,
       "单个标记", limits_with(&Limits::ratio, uint64_t{1} << 40)},
      {"long comment",
       sheet_bytes("<worksheet><!--" + std::string(3 << 20, 'a') + "--></worksheet>"), limit,
       "单个标记", limits_with(&Limits::ratio, uint64_t{1} << 40)},
      {"zip bomb", sheet_bytes(sheet_xml(std::string(4 << 20, ' '))), limit, "压缩炸弹"},
      {"file too large", good, limit, "文件字节数超过上限 100",
       limits_with(&Limits::file_bytes, uint64_t{100})},
      {"unpacks to too much", sheet_bytes(sheet_xml(std::string(9000, ' '))), limit,
       "解开后的字节数超过上限 9000", limits_with(&Limits::unpacked_bytes, uint64_t{9000})},
      {"too many parts", good, limit, "部件数超过上限 3", limits_with(&Limits::parts, 3u)},
      {"too many sheets",
       package_bytes("xl/workbook.xml", workbook_xml({"name=\"a\"", "name=\"b\""})), limit,
       "工作表数超过上限 1", limits_with(&Limits::sheets, 1u)},
      {"too many rows", sheet_bytes(cells), limit, "工作表行数超过上限 2",
       limits_with(&Limits::rows, 2u)},
      {"too many columns", sheet_bytes(cells), limit, "工作表列数超过上限 1",
       limits_with(&Limits::columns, 1u)},
      {"too many cells", sheet_bytes(cells), limit, "工作簿单元格数超过上限 2",
       limits_with(&Limits::cells, uint64_t{2})},
      {"too many strings", package_bytes("xl/sharedStrings.xml", strings_xml("<si/><si/>")), limit,
       "共享字符串数超过上限 1", limits_with(&Limits::cells, uint64_t{1})},
      {"cell too long",
       sheet_bytes(sheet_xml("<row><c t=\"str\"><v>" + std::string(21, 'a') + "</v></c></row>")),
       limit, "单元格文字字节数超过上限 20", limits_with(&Limits::cell_bytes, 20u)},
      {"shared string too long",
       package_bytes("xl/sharedStrings.xml",
                     strings_xml("<si><t>" + std::string(21, 'a') + "</t></si>")),
       limit, "单元格文字字节数超过上限 20", limits_with(&Limits::cell_bytes, 20u)},
      {"shallow limit", good, limit, "XML 嵌套层数超过上限 1", limits_with(&Limits::xml_depth, 1u)},
  };
  std::string names = "<worksheet>";
  for (int i = 0; i < 1'200'000; ++i) names += fmt::format("<a{}/>", i);
  out.push_back(
      {"ever new names", sheet_bytes(names + "</worksheet>"), limit, "解析 XML 所用内存"});
  // zip64's end record may count more parts than the old one can say.
  std::string zip64 = good_package().bytes();
  const size_t end = zip64.rfind("PK\x05\x06");
  std::string record =
      std::string("PK\x06\x06\x2C\0\0\0\0\0\0\0\x2D\0\x2D\0", 16) + std::string(40, '\0');
  record.replace(24, 16, std::string("\0\0\0\x7F\0\0\0\0\0\0\0\x7F\0\0\0\0", 16));
  std::string locator = std::string("PK\x06\x07", 4) + std::string(16, '\0');
  locator[8] = static_cast<char>(end & 0xFF);
  locator[9] = static_cast<char>(end >> 8);
  locator[16] = 1;
  out.push_back({"zip64 parts", zip64.substr(0, end) + record + locator + zip64.substr(end), limit,
                 "部件数超过上限"});
  // A string of 100,000 bytes named by 100 cells, none of which is too much by itself.
  out.push_back(
      {"many copies of one string",
       good_package(sheet_xml("<row>" + repeated("<c t=\"s\"><v>0</v></c>", 100) + "</row>"))
           .set("xl/sharedStrings.xml",
                strings_xml("<si><t>" + std::string(100'000, 'a') + "</t></si>"))
           .bytes(),
       limit, "文字总字节数", limits_with(&Limits::unpacked_bytes, uint64_t{1'000'000})});
  return out;
}

TEST(WorkbookReader, refuses_in_both_languages_and_names_the_file) {
  for (const Refusal& refusal : refusals()) {
    const auto result = read_workbook_bytes(refusal.bytes, "甲/乙.xlsx", refusal.limits);
    ASSERT_FALSE(result.has_value()) << refusal.what;
    const Error& error = result.error();
    EXPECT_EQ(static_cast<int>(error.code), static_cast<int>(refusal.code)) << refusal.what;
    EXPECT_THAT(error.what.zh, HasSubstr(refusal.zh)) << refusal.what;
    EXPECT_FALSE(error.what.en.empty()) << refusal.what;
    EXPECT_EQ(error.where, "乙.xlsx") << refusal.what;
    EXPECT_FALSE(error.hint.zh.empty()) << refusal.what;
    EXPECT_FALSE(error.hint.en.empty()) << refusal.what;
  }
}

TEST(WorkbookReader, says_what_to_do_with_an_old_workbook) {
  const auto result = read_workbook_bytes("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "名册.xls", Limits{});
  ASSERT_FALSE(result.has_value());
  EXPECT_THAT(result.error().to_string(Language::kChinese), HasSubstr("另存为 .xlsx"));
  EXPECT_THAT(result.error().to_string(Language::kEnglish), HasSubstr("save it as .xlsx"));
}

// The end record's counts and every central header's sizes are the sender's claim.
TEST(WorkbookReader, does_not_believe_stated_sizes) {
  const std::string sheet = sheet_xml(std::string(4 << 20, ' '));
  std::string bytes = good_package(sheet).bytes();
  // All headers of the sheet, local and central, say it unpacks to 10 bytes.
  const std::string name = "xl/worksheets/sheet1.xml";
  for (size_t at = bytes.find(name); at != std::string::npos; at = bytes.find(name, at + 1)) {
    const bool central = at >= 46 && bytes.compare(at - 46, 4, "PK\x01\x02") == 0;
    const size_t size_at = central ? at - 46 + 24 : at - 30 + 22;
    bytes.replace(size_at, 4, std::string("\x0A\0\0\0", 4));
  }
  const auto result = read_workbook_bytes(bytes, "a.xlsx");
  EXPECT_FALSE(result.has_value());
}

TEST(WorkbookReader, survives_a_cut_at_every_byte) {
  const std::string bytes = good_package(sheet_xml("<row><c t=\"s\"><v>0</v></c></row>")).bytes();
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(read_workbook_bytes(std::string_view(bytes).substr(0, length), "a.xlsx"))
        << length;
  }
}

// A flipped bit may leave a workbook readable (in a date, a comment), but never crashes or hangs.
TEST(WorkbookReader, survives_a_flip_of_every_byte) {
  const std::string bytes = good_package(sheet_xml("<row><c t=\"s\"><v>0</v></c></row>")).bytes();
  size_t refused = 0;
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string flipped = bytes;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x41);
    if (!read_workbook_bytes(flipped, "a.xlsx")) ++refused;
  }
  EXPECT_GT(refused, bytes.size() / 4);
}

TEST(WorkbookReader, reads_files) {
  const std::string folder = ::testing::TempDir();
  const std::string path = folder + "/读.xlsx";
  std::ofstream(path, std::ios::binary)
      << good_package(sheet_xml("<row><c><v>1</v></c></row>")).bytes();
  const auto workbook = read_workbook(path);
  ASSERT_TRUE(workbook.has_value());
  EXPECT_EQ(workbook->file, "读.xlsx");
  EXPECT_EQ(described(workbook->sheets[0]), "A1 number 1");

  const auto too_large = read_workbook(path, limits_with(&Limits::file_bytes, uint64_t{10}));
  ASSERT_FALSE(too_large.has_value());
  EXPECT_EQ(static_cast<int>(too_large.error().code), static_cast<int>(ErrorCode::kLimit));
  const auto missing = read_workbook(folder + "/没有.xlsx");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(static_cast<int>(missing.error().code), static_cast<int>(ErrorCode::kNotFound));
  EXPECT_FALSE(read_workbook(folder).has_value());
}

}  // namespace
}  // namespace dandang::format
