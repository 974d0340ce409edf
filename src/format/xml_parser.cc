#include "format/xml_parser.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "format/workbook_errors.h"

namespace dandang::format {
namespace {

constexpr int kChunkBytes = 64 * 1024;
// Expat rescans an unfinished tag or comment with every chunk: a tag of hundreds of megabytes would
// cost hours. Texts come in pieces and never count.
constexpr uint64_t kMaxSilentBytes = 2ull << 20;

// Expat keeps every distinct name it has met, so that a part of nothing but new names would take
// ten times its own size. No document an office has comes near this.
constexpr size_t kMaxExpatBytes = 64u << 20;

// The bytes expat holds on this thread. Its allocation hooks have no place for a context, so the
// size of each block is kept in front of it.
thread_local size_t expat_bytes = 0;
constexpr size_t kBlockHead = alignof(std::max_align_t);

void* expat_reallocate(void* block, size_t size) {
  char* const old = block == nullptr ? nullptr : static_cast<char*>(block) - kBlockHead;
  size_t old_size = 0;
  if (old != nullptr) std::memcpy(&old_size, old, sizeof(old_size));
  if (size > kMaxExpatBytes || expat_bytes - old_size > kMaxExpatBytes - size) return nullptr;
  char* const fresh = static_cast<char*>(std::realloc(old, kBlockHead + size));
  if (fresh == nullptr) return nullptr;
  std::memcpy(fresh, &size, sizeof(size));
  expat_bytes = expat_bytes - old_size + size;
  return fresh + kBlockHead;
}

void* expat_allocate(size_t size) {
  return expat_reallocate(nullptr, size);
}

void expat_free(void* block) {
  if (block == nullptr) return;
  char* const whole = static_cast<char*>(block) - kBlockHead;
  size_t size = 0;
  std::memcpy(&size, whole, sizeof(size));
  expat_bytes -= size;
  std::free(whole);
}

const XML_Memory_Handling_Suite kBoundedMemory = {expat_allocate, expat_reallocate, expat_free};

Error out_of_names(const std::string& file) {
  return limit_passed(file, {"解析 XML 所用内存字节数", "the bytes needed to parse the XML are"},
                      kMaxExpatBytes);
}

}  // namespace

std::optional<std::string_view> XmlAttributes::find(std::string_view name) const {
  for (const XML_Char** pair = pairs_; *pair != nullptr; pair += 2) {
    const std::string_view qualified = pair[0];
    if (local_name(qualified) == name && !qualified.starts_with("xmlns:")) return pair[1];
  }
  return std::nullopt;
}

XmlParser::XmlParser(XmlHandler& handler, std::string part, std::string file, const Limits& limits)
    : handler_(handler),
      part_(std::move(part)),
      file_(std::move(file)),
      limits_(limits),
      expat_(XML_ParserCreate_MM(nullptr, &kBoundedMemory, nullptr)) {
  DD_VERIFY(expat_ != nullptr);
  handler_.parser_ = this;
  XML_SetUserData(expat_.get(), this);
  XML_SetElementHandler(expat_.get(), on_start, on_end);
  XML_SetCharacterDataHandler(expat_.get(), on_characters);
  XML_SetStartDoctypeDeclHandler(expat_.get(), on_doctype);
  XML_SetXmlDeclHandler(expat_.get(), on_declaration);
}

void XmlParser::fail(Error error) {
  if (!failure_.has_value()) failure_ = std::move(error);
  XML_StopParser(expat_.get(), XML_FALSE);
}

void XmlParser::fail_damaged(Text why) {
  fail(damaged_part(file_, part_, XML_GetCurrentLineNumber(expat_.get()), std::move(why)));
}

void XmlParser::fail_limit(const Text& what, uint64_t limit) {
  fail(limit_passed(file_, what, limit));
}

uint64_t XmlParser::tag_begin() const {
  return static_cast<uint64_t>(XML_GetCurrentByteIndex(expat_.get()));
}

uint64_t XmlParser::tag_end() const {
  return tag_begin() + static_cast<uint64_t>(XML_GetCurrentByteCount(expat_.get()));
}

void XMLCALL XmlParser::on_start(void* self, const XML_Char* name, const XML_Char** attributes) {
  auto& parser = *static_cast<XmlParser*>(self);
  // A stopped parser may still deliver the end of an empty element, and no handler expects it.
  if (parser.failure_.has_value()) return;
  parser.event_since_chunk_ = true;
  if (++parser.depth_ > parser.limits_.xml_depth) {
    parser.fail_limit({"XML 嵌套层数", "levels of nested XML are"}, parser.limits_.xml_depth);
    return;
  }
  parser.qualified_name_ = name;
  parser.handler_.start_element(local_name(name), XmlAttributes(attributes));
}

void XMLCALL XmlParser::on_end(void* self, const XML_Char* name) {
  auto& parser = *static_cast<XmlParser*>(self);
  if (parser.failure_.has_value()) return;
  parser.event_since_chunk_ = true;
  --parser.depth_;
  parser.handler_.end_element(local_name(name));
}

void XMLCALL XmlParser::on_characters(void* self, const XML_Char* text, int length) {
  auto& parser = *static_cast<XmlParser*>(self);
  if (parser.failure_.has_value()) return;
  parser.event_since_chunk_ = true;
  parser.handler_.characters(std::string_view(text, static_cast<size_t>(length)));
}

// Without a DTD there are no entities to expand and no files to fetch.
void XMLCALL XmlParser::on_doctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*,
                                   int) {
  auto& parser = *static_cast<XmlParser*>(self);
  parser.fail(doctype_refused(parser.file_, parser.part_));
}

void XMLCALL XmlParser::on_declaration(void* self, const XML_Char*, const XML_Char* encoding, int) {
  if (encoding != nullptr) static_cast<XmlParser*>(self)->encoding_ = encoding;
}

Result<void> XmlParser::after_chunk(XML_Status status, size_t bytes) {
  if (failure_.has_value()) return *failure_;
  if (status != XML_STATUS_OK) {
    if (XML_GetErrorCode(expat_.get()) == XML_ERROR_NO_MEMORY) return out_of_names(file_);
    const std::string reason =
        fmt::format("{}, column {}", XML_ErrorString(XML_GetErrorCode(expat_.get())),
                    XML_GetCurrentColumnNumber(expat_.get()) + 1);
    return damaged_part(file_, part_, XML_GetCurrentLineNumber(expat_.get()), {reason, reason});
  }
  silent_bytes_ = event_since_chunk_ ? 0 : silent_bytes_ + bytes;
  event_since_chunk_ = false;
  if (silent_bytes_ > kMaxSilentBytes) {
    return limit_passed(file_,
                        {"XML 单个标记或注释的字节数", "the bytes of one XML tag or comment are"},
                        kMaxSilentBytes);
  }
  return {};
}

Result<void> XmlParser::parse_part(ZipArchive& archive, uint64_t part) {
  DD_ASSIGN_OR_RETURN(PartReader reader, archive.open_part(part));
  for (;;) {
    void* const buffer = XML_GetBuffer(expat_.get(), kChunkBytes);
    if (buffer == nullptr) return out_of_names(file_);
    DD_ASSIGN_OR_RETURN(const size_t got, reader.read(static_cast<char*>(buffer), kChunkBytes));
    const XML_Status status = XML_ParseBuffer(expat_.get(), static_cast<int>(got), got == 0);
    DD_RETURN_IF_ERROR(after_chunk(status, got));
    if (got == 0) return {};
  }
}

Result<void> XmlParser::parse_text(std::string_view text) {
  for (;;) {
    const std::string_view chunk = text.substr(0, kChunkBytes);
    text.remove_prefix(chunk.size());
    const XML_Status status =
        XML_Parse(expat_.get(), chunk.data(), static_cast<int>(chunk.size()), text.empty());
    DD_RETURN_IF_ERROR(after_chunk(status, chunk.size()));
    if (text.empty()) return {};
  }
}

Result<void> parse_xml_part(ZipArchive& archive, uint64_t part, XmlHandler& handler) {
  XmlParser parser(handler, archive.name(part), archive.file(), archive.limits());
  return parser.parse_part(archive, part);
}

}  // namespace dandang::format
