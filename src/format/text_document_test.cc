#include "format/text_document.h"

#include <gtest/gtest.h>

#include "format/list_numbering.h"
#include "format/test_package.h"

namespace dandang::format {
namespace {

using Paragraphs = std::vector<std::string>;

std::string docx(const std::string& body, const std::string& numbering = "") {
  TestPackage package;
  package.set("word/document.xml", "<w:document xmlns:w=\"w\" xmlns:mc=\"mc\"><w:body>" + body +
                                       "</w:body></w:document>");
  if (!numbering.empty()) {
    package.set("word/numbering.xml", "<w:numbering xmlns:w=\"w\">" + numbering + "</w:numbering>");
  }
  return package.bytes();
}

std::string words(const std::string& text) {
  return "<w:p><w:r><w:t>" + text + "</w:t></w:r></w:p>";
}

std::string item(const std::string& text, int level, int list = 1) {
  return "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"" + std::to_string(level) + "\"/><w:numId w:val=\"" +
         std::to_string(list) + "\"/></w:numPr></w:pPr><w:r><w:t>" + text + "</w:t></w:r></w:p>";
}

// Two levels, 第%1条 in Chinese and （%2） in digits; list 2 shares them and begins at 7.
const char* const kNumbering =
    "<w:abstractNum w:abstractNumId=\"0\">"
    "<w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"chineseCountingThousand\"/>"
    "<w:lvlText w:val=\"第%1条　\"/></w:lvl>"
    "<w:lvl w:ilvl=\"1\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/>"
    "<w:lvlText w:val=\"（%1.%2）\"/></w:lvl></w:abstractNum>"
    "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>"
    "<w:num w:numId=\"2\"><w:abstractNumId w:val=\"0\"/>"
    "<w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"7\"/></w:lvlOverride></w:num>"
    "<w:num w:numId=\"3\"><w:abstractNumId w:val=\"9\"/></w:num>";

Paragraphs read(const std::string& bytes) {
  const auto read = read_document_bytes(bytes, "文件.docx");
  EXPECT_TRUE(read.has_value()) << (read ? "" : read.error().to_string(Language::kEnglish));
  return read ? *read : Paragraphs();
}

TEST(TextDocumentTest, WordsOfADocument) {
  struct Row {
    std::string body;
    Paragraphs expected;
  };
  const Row rows[] = {
      {words("一") + words("  ") + words("二"), {"一", "二"}},
      {"<w:p><w:r><w:t>甲</w:t></w:r><w:r><w:t>乙</w:t></w:r></w:p>", {"甲乙"}},
      {"<w:p><w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t></w:r></w:p>", {"甲", "乙"}},
      {"<w:p><w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r></w:p>", {"甲 乙"}},
      {"<w:tbl><w:tr><w:tc>" + words("格") + "</w:tc></w:tr></w:tbl>", {"格"}},
      // Deleted words are gone, and a drawing's text is read once.
      {"<w:p><w:del><w:r><w:delText>删</w:delText></w:r></w:del><w:ins><w:r><w:t>增</w:t></w:r>"
       "</w:ins></w:p>",
       {"增"}},
      {"<w:p><mc:AlternateContent><mc:Choice>" + words("框") + "</mc:Choice><mc:Fallback>" +
           words("框") + "</mc:Fallback></mc:AlternateContent></w:p>",
       {"框"}},
      {"<w:p><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>", {}},
  };
  for (const Row& row : rows) EXPECT_EQ(read(docx(row.body)), row.expected) << row.body;
}

TEST(TextDocumentTest, NumbersTheProgramCounts) {
  EXPECT_EQ(read(docx(item("甲", 0) + item("乙", 1) + item("丙", 1) + words("段") + item("丁", 0) +
                          item("戊", 1) + item("己", 0, 2) + item("庚", 0, 3) + item("辛", 0, 8),
                      kNumbering)),
            (Paragraphs{"第一条　甲", "（一.1）乙", "（一.2）丙", "段", "第二条　丁", "（二.1）戊",
                        "第七条　己", "庚", "辛"}));
}

TEST(TextDocumentTest, ChineseNumbers) {
  const std::pair<int64_t, const char*> rows[] = {
      {0, "零"},      {1, "一"},          {10, "十"},        {12, "十二"},
      {20, "二十"},   {105, "一百零五"},  {110, "一百一十"}, {2019, "二千零一十九"},
      {9000, "九千"}, {1001, "一千零一"}, {10000, "10000"}};
  for (const auto& [number, text] : rows) EXPECT_EQ(chinese_number(number), text);
}

TEST(TextDocumentTest, Encodings) {
  EXPECT_EQ(read("第一条 甲\r\n\r\n　第二条 乙\n"), (Paragraphs{"第一条 甲", "第二条 乙"}));
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "条"),
            Paragraphs{"条"});
  EXPECT_EQ(read("\xCC\xF5\xBF\xEE"), Paragraphs{"条款"});  // GB 18030
  EXPECT_EQ(read(std::string("\xFF\xFE\x61\x67\x0A\x00\x3E\x6B", 8)), (Paragraphs{"条", "款"}));
}

TEST(TextDocumentTest, RefusalsSayWhatToDo) {
  DocumentLimits small;
  small.paragraphs = 2;
  small.text_bytes = 100;
  const std::string deep = [] {
    std::string open;
    std::string close;
    for (int i = 0; i < 300; ++i) {
      open += "<w:sdt>";
      close += "</w:sdt>";
    }
    return docx(open + close);
  }();
  struct Row {
    const char* what;
    std::string bytes;
    DocumentLimits limits;
    std::string says;
  };
  const Row rows[] = {
      {"old .doc", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\xFF\xFF", {}, "save an old .doc as .docx"},
      {"binary", std::string("a\0b", 3), {}, "no text in UTF-8"},
      {"a workbook",
       TestPackage().set("xl/workbook.xml", "<workbook/>").bytes(),
       {},
       "no Word document"},
      {"not the right root",
       TestPackage().set("word/document.xml", "<a/>").bytes(),
       {},
       "its root is not document"},
      {"too many lines", "一\n二\n三\n", small, "2"},
      {"too much text", std::string(101, 'a'), small, "100"},
      {"too much text in a document", docx(words(std::string(101, 'a'))), small, "100"},
      {"too deep", deep, {}, "256"},
      {"cut", docx(words("一")).substr(0, 60), {}, ""},
  };
  for (const Row& row : rows) {
    const auto result = read_document_bytes(row.bytes, "f.docx", row.limits);
    ASSERT_FALSE(result.has_value()) << row.what;
    EXPECT_NE(result.error().to_string(Language::kEnglish).find(row.says), std::string::npos)
        << row.what << ": " << result.error().to_string(Language::kEnglish);
  }
}

}  // namespace
}  // namespace dandang::format
