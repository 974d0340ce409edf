#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/text.h"
#include "format/test_package.h"
#include "format/text_document.h"

// The reader of documents under arbitrary bytes: the file itself, or one part of a small good
// .docx.
namespace dandang::format {
namespace {

void read(std::string_view bytes) {
  static const DocumentLimits limits{1 << 20, 1 << 20, 200, 20'000, 32};
  const auto paragraphs = read_document_bytes(bytes, "fuzz.docx", limits);
  if (!paragraphs) {
    DD_VERIFY(!paragraphs.error().what.zh.empty() && !paragraphs.error().what.en.empty());
    return;
  }
  size_t total = 0;
  for (const std::string& paragraph : *paragraphs) {
    DD_VERIFY(!paragraph.empty() && paragraph == trimmed(paragraph));
    total += paragraph.size();
  }
  DD_VERIFY(paragraphs->size() <= limits.paragraphs && total <= limits.text_bytes);
}

}  // namespace
}  // namespace dandang::format

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using dandang::format::TestPackage;
  if (size == 0) return 0;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (data[0] % 3 == 0) {
    dandang::format::read(rest);
    return 0;
  }
  TestPackage package;
  package.set("word/document.xml",
              "<w:document xmlns:w=\"w\"><w:p><w:pPr><w:numPr><w:ilvl w:val=\"0\"/><w:numId "
              "w:val=\"1\"/></w:numPr></w:pPr><w:r><w:t>a</w:t></w:r></w:p></w:document>");
  package.set("word/numbering.xml",
              "<w:numbering xmlns:w=\"w\"><w:abstractNum w:abstractNumId=\"0\"><w:lvl "
              "w:ilvl=\"0\"><w:numFmt w:val=\"decimal\"/><w:lvlText "
              "w:val=\"%1.\"/></w:lvl></w:abstractNum><w:num w:numId=\"1\"><w:abstractNumId "
              "w:val=\"0\"/></w:num></w:numbering>");
  package.set(data[0] % 3 == 1 ? "word/document.xml" : "word/numbering.xml", std::string(rest));
  dandang::format::read(package.bytes(ZIP_CM_STORE));
  return 0;
}
