#pragma once

#include <expat.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/result.h"
#include "format/zip_archive.h"

namespace dandang::format {

// The part of a name behind its prefix. Prefixes are not resolved: OOXML's transitional and strict
// namespaces name the same elements, and handlers look at whole paths, so that an extension's
// element of the same local name is never met where a known one is expected.
inline std::string_view local_name(std::string_view name) {
  const size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

// The attributes of one start tag, valid while its handler runs.
class XmlAttributes {
 public:
  explicit XmlAttributes(const XML_Char** pairs) : pairs_(pairs) {}

  template <typename Visit>
  void for_each(Visit visit) const {
    for (const XML_Char** pair = pairs_; *pair != nullptr; pair += 2) visit(pair[0], pair[1]);
  }
  // By local name; no value where there is none.
  std::optional<std::string_view> find(std::string_view name) const;
  std::string_view get(std::string_view name) const { return find(name).value_or(""); }

 private:
  const XML_Char** pairs_;
};

class XmlParser;

// Receives one document. Names come without prefix. A handler that cannot go on calls
// parser().fail.
class XmlHandler {
 public:
  virtual ~XmlHandler() = default;
  virtual void start_element(std::string_view name, const XmlAttributes& attributes) = 0;
  virtual void end_element(std::string_view name) = 0;
  virtual void characters(std::string_view) {}

 protected:
  XmlParser& parser() { return *parser_; }

 private:
  friend class XmlParser;
  XmlParser* parser_ = nullptr;
};

// Streaming XML of one part, by expat: no DTD, depth and length of a tag bounded.
class XmlParser {
 public:
  XmlParser(XmlHandler& handler, std::string part, std::string file, const Limits& limits);
  XmlParser(const XmlParser&) = delete;
  XmlParser& operator=(const XmlParser&) = delete;

  // The first failure stops everything; later calls keep it.
  void fail(Error error);
  void fail_damaged(Text why);
  void fail_limit(const Text& what, uint64_t limit);

  Result<void> parse_part(ZipArchive& archive, uint64_t part);
  Result<void> parse_text(std::string_view text);

  // Within a handler: where its tag begins and ends in the document's bytes.
  uint64_t tag_begin() const;
  uint64_t tag_end() const;
  // The start tag's name with its prefix, within start_element.
  std::string_view qualified_name() const { return qualified_name_; }
  const std::string& encoding() const { return encoding_; }

 private:
  struct Free {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
  };
  static void XMLCALL on_start(void* self, const XML_Char* name, const XML_Char** attributes);
  static void XMLCALL on_end(void* self, const XML_Char* name);
  static void XMLCALL on_characters(void* self, const XML_Char* text, int length);
  static void XMLCALL on_doctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*,
                                 int);
  static void XMLCALL on_declaration(void* self, const XML_Char*, const XML_Char* encoding, int);
  Result<void> after_chunk(XML_Status status, size_t bytes);

  XmlHandler& handler_;
  std::string part_;
  std::string file_;
  Limits limits_;
  std::unique_ptr<std::remove_pointer_t<XML_Parser>, Free> expat_;
  std::optional<Error> failure_;
  std::string_view qualified_name_;
  std::string encoding_;
  uint32_t depth_ = 0;
  bool event_since_chunk_ = false;
  uint64_t silent_bytes_ = 0;
};

// Parses part number `part` of the archive with `handler`.
Result<void> parse_xml_part(ZipArchive& archive, uint64_t part, XmlHandler& handler);

}  // namespace dandang::format
