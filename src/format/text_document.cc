#include "format/text_document.h"

#include <unicode/ucnv.h>

#include "base/text.h"
#include "format/file_io.h"
#include "format/list_numbering.h"
#include "format/workbook_errors.h"
#include "format/xml_parser.h"

namespace dandang::format {
namespace {

class Paragraphs {
 public:
  explicit Paragraphs(const DocumentLimits& limits) : limits_(limits) {}

  // What bound was passed; none: taken.
  std::optional<std::pair<Text, uint64_t>> add(std::string_view words) {
    const std::string text = trimmed(words);
    if (text.empty()) return {};
    bytes_ += text.size();
    if (bytes_ > limits_.text_bytes) {
      return std::pair(Text{"正文字节数", "the bytes of its text are"}, limits_.text_bytes);
    }
    if (all_.size() >= limits_.paragraphs) {
      return std::pair(Text{"段落数", "its paragraphs are"}, limits_.paragraphs);
    }
    all_.push_back(text);
    return {};
  }
  std::vector<std::string> take() { return std::move(all_); }

 private:
  const DocumentLimits& limits_;
  std::vector<std::string> all_;
  size_t bytes_ = 0;
};

// word/document.xml. Paragraphs may stand in paragraphs (text boxes); each is read by itself, an
// inner one before the rest of the outer.
class DocumentHandler : public XmlHandler {
 public:
  DocumentHandler(Paragraphs& out, ListNumbering& numbering, const DocumentLimits& limits)
      : out_(out), numbering_(numbering), limits_(limits) {}

  void start_element(std::string_view name, const XmlAttributes& attributes) override {
    if (++depth_ == 1 && name != "document") {
      parser().fail_damaged({"根元素不是 document", "its root is not document"});
    }
    // A drawing's words stand twice, for new and for old programs.
    if (skipped_ > 0 || name == "Fallback" || name == "del" || name == "moveFrom") {
      ++skipped_;
      return;
    }
    if (name == "p") {
      open_.emplace_back();
    } else if (open_.empty()) {
      return;
    } else if (name == "t") {
      in_text_ = true;
    } else if (name == "tab") {
      open_.back().text += ' ';
    } else if (name == "numId") {
      open_.back().list = attributes.get("val");
    } else if (name == "ilvl") {
      const std::string_view level = attributes.get("val");
      if (level.size() == 1 && level[0] >= '0' && level[0] <= '8') {
        open_.back().level = static_cast<size_t>(level[0] - '0');
      }
    } else if (name == "br" || name == "cr") {
      finish_line();
    }
  }
  void end_element(std::string_view name) override {
    --depth_;
    if (skipped_ > 0) {
      --skipped_;
      return;
    }
    if (name == "t") in_text_ = false;
    if (name != "p" || open_.empty()) return;
    finish_line();
    open_.pop_back();
  }
  void characters(std::string_view text) override {
    if (!in_text_ || skipped_ > 0 || open_.empty()) return;
    if (open_.back().text.size() + text.size() > limits_.text_bytes) {
      parser().fail_limit({"正文字节数", "the bytes of its text are"}, limits_.text_bytes);
      return;
    }
    open_.back().text += text;
  }

 private:
  struct Open {
    std::string text;
    std::string list;
    size_t level = 0;
    bool numbered = false;
  };

  void finish_line() {
    Open& paragraph = open_.back();
    if (!paragraph.numbered && !paragraph.list.empty() && !trimmed(paragraph.text).empty()) {
      paragraph.text = numbering_.next(paragraph.list, paragraph.level) + paragraph.text;
      paragraph.numbered = true;
    }
    if (const auto passed = out_.add(paragraph.text)) {
      parser().fail_limit(passed->first, passed->second);
    }
    paragraph.text.clear();
  }

  Paragraphs& out_;
  ListNumbering& numbering_;
  const DocumentLimits& limits_;
  std::vector<Open> open_;
  bool in_text_ = false;
  int depth_ = 0;
  int skipped_ = 0;
};

Result<std::vector<std::string>> read_docx(std::string_view bytes, const std::string& file,
                                           const DocumentLimits& limits) {
  Limits zip_limits;
  zip_limits.file_bytes = limits.file_bytes;
  zip_limits.unpacked_bytes = limits.unpacked_bytes;
  zip_limits.xml_depth = limits.xml_depth;
  DD_ASSIGN_OR_RETURN(ZipArchive archive, ZipArchive::open(bytes, file, zip_limits));
  const auto part = archive.find("word/document.xml");
  if (!part) {
    return Error{
        ErrorCode::kBadInput,
        {"文件不是 Word 文档（.docx）", "the file is no Word document (.docx)"},
        file,
        {"在文字处理软件里另存为 .docx 或者纯文本 .txt", "save it as .docx or plain text .txt"}};
  }
  DD_ASSIGN_OR_RETURN(ListNumbering numbering, ListNumbering::read(archive));
  Paragraphs paragraphs(limits);
  DocumentHandler handler(paragraphs, numbering, limits);
  DD_RETURN_IF_ERROR(parse_xml_part(archive, *part, handler));
  return paragraphs.take();
}

// No value: the bytes are not of that encoding.
std::optional<std::string> converted(std::string_view bytes, const char* encoding) {
  UErrorCode status = U_ZERO_ERROR;
  UConverter* const from = ucnv_open(encoding, &status);
  if (U_FAILURE(status)) return {};
  ucnv_setToUCallBack(from, UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &status);
  std::u16string wide(bytes.size() + 1, u'\0');
  const int32_t length = ucnv_toUChars(from, wide.data(), static_cast<int32_t>(wide.size()),
                                       bytes.data(), static_cast<int32_t>(bytes.size()), &status);
  ucnv_close(from);
  if (U_FAILURE(status)) return {};
  std::string out;
  for (int32_t i = 0; i < length; ++i) {
    const auto unit = static_cast<char32_t>(wide[static_cast<size_t>(i)]);
    const bool pair = unit >= 0xD800 && unit < 0xDC00 && i + 1 < length;
    if (!pair) {
      append_code_point(out, unit);
      continue;
    }
    const auto low = static_cast<char32_t>(wide[static_cast<size_t>(++i)]);
    append_code_point(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
  }
  return out;
}

std::optional<std::string> as_utf8(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (bytes.starts_with("\xFF\xFE")) return converted(bytes.substr(2), "UTF-16LE");
  if (bytes.starts_with("\xFE\xFF")) return converted(bytes.substr(2), "UTF-16BE");
  if (is_valid_utf8(bytes)) return std::string(bytes);
  return converted(bytes, "GB18030");
}

Result<std::vector<std::string>> read_text(std::string_view bytes, const std::string& file,
                                           const DocumentLimits& limits) {
  const auto text = as_utf8(bytes);
  if (!text || text->find('\0') != std::string::npos) {
    return Error{ErrorCode::kBadInput,
                 {"文件不是 Word 文档，也不是 UTF-8、UTF-16 或者 GB 18030 编码的文本",
                  "the file is no Word document, and no text in UTF-8, UTF-16 or GB 18030"},
                 file,
                 {"旧的 .doc 请另存为 .docx；扫描件请先识别成文字",
                  "save an old .doc as .docx; have a scan recognised as text first"}};
  }
  Paragraphs paragraphs(limits);
  for (const std::string& line : split(*text, '\n')) {
    if (const auto passed = paragraphs.add(line)) {
      return limit_passed(file, passed->first, passed->second);
    }
  }
  return paragraphs.take();
}

}  // namespace

Result<std::vector<std::string>> read_document_bytes(std::string_view bytes,
                                                     const std::string& file,
                                                     const DocumentLimits& limits) {
  if (bytes.size() > limits.file_bytes) return file_too_large(file, limits.file_bytes);
  if (bytes.starts_with("PK\x03\x04")) return read_docx(bytes, file, limits);
  return read_text(bytes, file, limits);
}

Result<std::vector<std::string>> read_document(const std::string& path,
                                               const DocumentLimits& limits) {
  DD_ASSIGN_OR_RETURN(const std::string bytes, read_file(path, limits.file_bytes));
  return read_document_bytes(bytes, base_name(path), limits);
}

}  // namespace dandang::format
