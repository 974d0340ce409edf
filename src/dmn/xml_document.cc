#include "dmn/xml_document.h"

#include <expat.h>

#include <type_traits>

#include "base/text.h"

namespace dandang::dmn {
namespace {

constexpr XML_Char kSeparator = '\n';  // no namespace and no name has one

struct Name {
  std::string space;
  std::string local;
};

Name name_of(std::string_view qualified) {
  const size_t at = qualified.rfind(kSeparator);
  if (at == std::string_view::npos) return {{}, std::string(qualified)};
  return {std::string(qualified.substr(0, at)), std::string(qualified.substr(at + 1))};
}

class Reader {
 public:
  Reader(std::string file, Diagnostics& diagnostics, const XmlLimits& limits)
      : file_(std::move(file)), diagnostics_(diagnostics), limits_(limits) {
    expat_.reset(XML_ParserCreateNS("UTF-8", kSeparator));
    XML_SetUserData(expat_.get(), this);
    XML_SetElementHandler(expat_.get(), on_start, on_end);
    XML_SetCharacterDataHandler(expat_.get(), on_characters);
    XML_SetStartDoctypeDeclHandler(expat_.get(), on_doctype);
  }

  XmlDocument read(std::string_view text) {
    if (text.size() > limits_.bytes) {
      fail("too-long", {"文件太大，上限 " + std::to_string(limits_.bytes) + " 字节",
                        "the file is over " + std::to_string(limits_.bytes) + " bytes"});
      return {};
    }
    const auto status =
        XML_Parse(expat_.get(), text.data(), static_cast<int>(text.size()), XML_TRUE);
    if (status != XML_STATUS_OK && !failed_) {
      const char* why = XML_ErrorString(XML_GetErrorCode(expat_.get()));
      fail("xml",
           {std::string("不是完好的 XML：") + why, std::string("not well-formed XML: ") + why});
    }
    if (failed_) return {};
    return std::move(document_);
  }

 private:
  struct Free {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
  };

  Place here() const {
    return {file_, static_cast<int>(XML_GetCurrentLineNumber(expat_.get())),
            static_cast<int>(XML_GetCurrentColumnNumber(expat_.get())) + 1};
  }

  void fail(const char* code, Text message) {
    if (!failed_) diagnostics_.error(code, here(), std::move(message));
    failed_ = true;
    XML_StopParser(expat_.get(), XML_FALSE);
  }

  void start(const XML_Char* name, const XML_Char** attributes) {
    if (failed_) return;
    if (static_cast<int>(open_.size()) >= limits_.depth) {
      return fail("too-deep", {"元素嵌套超过 " + std::to_string(limits_.depth) + " 层",
                               "elements nested more than " + std::to_string(limits_.depth)});
    }
    if (++elements_ > limits_.elements) {
      return fail("too-long", {"元素超过 " + std::to_string(limits_.elements) + " 个",
                               "more than " + std::to_string(limits_.elements) + " elements"});
    }
    auto element = std::make_unique<XmlElement>();
    Name parts = name_of(name);
    element->name = std::move(parts.local);
    element->space = std::move(parts.space);
    element->place = here();
    for (const XML_Char** pair = attributes; *pair != nullptr; pair += 2) {
      Name attribute = name_of(pair[0]);
      element->attributes.push_back(
          {std::move(attribute.space), std::move(attribute.local), pair[1]});
    }
    XmlElement* opened = element.get();
    if (open_.empty()) {
      document_.root = std::move(element);
    } else {
      open_.back()->children.push_back(std::move(element));
    }
    open_.push_back(opened);
  }

  void characters(std::string_view text) {
    if (failed_ || open_.empty()) return;
    XmlElement& element = *open_.back();
    if (element.text_place.line == 0 && !trimmed(text).empty()) element.text_place = here();
    element.text += text;
  }

  static Reader& self_of(void* self) { return *static_cast<Reader*>(self); }
  static void XMLCALL on_start(void* self, const XML_Char* name, const XML_Char** attributes) {
    self_of(self).start(name, attributes);
  }
  static void XMLCALL on_end(void* self, const XML_Char*) {
    if (!self_of(self).failed_) self_of(self).open_.pop_back();
  }
  static void XMLCALL on_characters(void* self, const XML_Char* text, int length) {
    self_of(self).characters({text, static_cast<size_t>(length)});
  }
  static void XMLCALL on_doctype(void* self, const XML_Char*, const XML_Char*, const XML_Char*,
                                 int) {
    self_of(self).fail("xml-doctype", {"不接受文档类型声明（DOCTYPE）",
                                       "a document type declaration is not accepted"});
  }

  std::string file_;
  Diagnostics& diagnostics_;
  XmlLimits limits_;
  std::unique_ptr<std::remove_pointer_t<XML_Parser>, Free> expat_;
  XmlDocument document_;
  std::vector<XmlElement*> open_;
  size_t elements_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<std::string> XmlElement::attribute_in(std::string_view attribute_space,
                                                    std::string_view attribute_name) const {
  for (const Attribute& attribute : attributes) {
    if (attribute.space == attribute_space && attribute.name == attribute_name) {
      return attribute.value;
    }
  }
  return std::nullopt;
}

std::optional<std::string> XmlElement::attribute(std::string_view attribute_name) const {
  return attribute_in({}, attribute_name);
}

std::string XmlElement::attribute_or(std::string_view attribute_name,
                                     std::string_view otherwise) const {
  return attribute(attribute_name).value_or(std::string(otherwise));
}

const XmlElement* XmlElement::child(std::string_view child_name) const {
  for (const auto& element : children) {
    if (element->name == child_name) return element.get();
  }
  return nullptr;
}

std::vector<const XmlElement*> XmlElement::all(std::string_view child_name) const {
  std::vector<const XmlElement*> out;
  for (const auto& element : children) {
    if (element->name == child_name) out.push_back(element.get());
  }
  return out;
}

XmlDocument read_xml(std::string_view text, const std::string& file, Diagnostics& diagnostics,
                     const XmlLimits& limits) {
  return Reader(file, diagnostics, limits).read(text);
}

std::string escaped_xml(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace dandang::dmn
