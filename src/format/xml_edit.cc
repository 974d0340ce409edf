#include "format/xml_edit.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "format/cell_value.h"
#include "format/workbook_errors.h"
#include "format/xml_parser.h"

namespace dandang::format {
namespace {

constexpr size_t kMaxElements = 1'000'000;

class OutlineHandler : public XmlHandler {
 public:
  explicit OutlineHandler(uint32_t depth_max) : depth_max_(depth_max) {}

  void start_element(std::string_view name, const XmlAttributes& attributes) override {
    if (++depth_ > depth_max_) return;
    if (elements.size() >= kMaxElements) {
      parser().fail_limit({"XML 元素数", "the XML elements are"}, kMaxElements);
      return;
    }
    XmlElement element;
    element.name = name;
    const std::string_view qualified = parser().qualified_name();
    element.prefix = qualified.substr(0, qualified.size() - name.size());
    element.depth = depth_;
    element.parent = open_.empty() ? kNoElement : open_.back();
    attributes.for_each([&](std::string_view key, std::string_view value) {
      element.attributes.emplace_back(key, value);
    });
    element.open_begin = parser().tag_begin();
    element.open_end = parser().tag_end();
    open_.push_back(elements.size());
    elements.push_back(std::move(element));
  }

  void end_element(std::string_view) override {
    if (depth_-- > depth_max_) return;
    XmlElement& element = elements[open_.back()];
    element.close_begin = parser().tag_begin();
    element.close_end = parser().tag_end();
    // An empty element ends where its only tag ends.
    element.self_closing = element.close_begin == element.close_end;
    open_.pop_back();
  }

  void characters(std::string_view text) override {
    if (depth_ > 0 && depth_ <= depth_max_) elements[open_.back()].text += text;
  }

  std::vector<XmlElement> elements;

 private:
  uint32_t depth_max_;
  uint32_t depth_ = 0;
  std::vector<size_t> open_;
};

}  // namespace

std::string_view XmlElement::attribute(std::string_view local) const {
  for (const auto& [key, value] : attributes) {
    if (local_name(key) == local && !key.starts_with("xmlns:")) return value;
  }
  return {};
}

Result<void> require_utf8(std::string_view text, std::string_view declared, const std::string& part,
                          const std::string& file) {
  const std::string encoding = to_upper_ascii(declared);
  const bool marked_utf16 = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
  if (!marked_utf16 && (encoding.empty() || encoding == "UTF-8" || encoding == "US-ASCII")) {
    return {};
  }
  return Error{ErrorCode::kBadInput,
               {fmt::format("工作簿内的 {} 不是 UTF-8 编码，无法加注", part),
                fmt::format("the workbook's part {} is not in UTF-8, no notes can be added", part)},
               file,
               {"请用 Excel 或 WPS 打开，另存为 .xlsx 后再试",
                "open it in Excel or WPS, save it as .xlsx and try again"}};
}

Result<std::vector<XmlElement>> outline_xml(std::string_view text, const std::string& part,
                                            const std::string& file, const Limits& limits,
                                            uint32_t depth_max) {
  OutlineHandler handler(depth_max);
  XmlParser parser(handler, part, file, limits);
  DD_RETURN_IF_ERROR(parser.parse_text(text));
  DD_RETURN_IF_ERROR(require_utf8(text, parser.encoding(), part, file));
  return std::move(handler.elements);
}

XmlEdit append_child(const XmlElement& element, std::string_view xml) {
  if (!element.self_closing) return {element.close_begin, 0, std::string(xml)};
  return {element.open_end - 2, 2, fmt::format(">{}</{}{}>", xml, element.prefix, element.name)};
}

std::string apply_edits(std::string_view text, std::vector<XmlEdit> edits) {
  std::stable_sort(edits.begin(), edits.end(),
                   [](const XmlEdit& a, const XmlEdit& b) { return a.at < b.at; });
  std::string out;
  size_t copied = 0;
  for (const XmlEdit& edit : edits) {
    DD_VERIFY(edit.at >= copied && edit.at + edit.removed <= text.size());
    out += text.substr(copied, edit.at - copied);
    out += edit.inserted;
    copied = edit.at + edit.removed;
  }
  out += text.substr(copied);
  return out;
}

std::string escape_xml(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
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
        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0xFFFE || c == 0xFFFF) {
          append_code_point(out, 0xFFFD);
        } else {
          append_code_point(out, c);
        }
    }
  }
  return out;
}

std::string escape_cell_text(std::string_view text) {
  std::string encoded;
  encoded.reserve(text.size());
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\r') {
      if (at + 1 == text.size() || text[at + 1] != '\n') encoded += '\n';
    } else if (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n' && c != '\0') {
      encoded += fmt::format("_x{:04X}_", static_cast<unsigned char>(c));
    } else if (is_cell_text_escape(text, at)) {
      encoded += "_x005F_";
    } else {
      encoded += c;
    }
  }
  return escape_xml(encoded);
}

}  // namespace dandang::format
