#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "format/workbook.h"

// Changing a part while every byte that is not changed stays as it was: an outline says where the
// elements lie, edits splice text in.
namespace dandang::format {

constexpr size_t kNoElement = static_cast<size_t>(-1);

struct XmlElement {
  std::string name;    // without prefix
  std::string prefix;  // with its colon, "x:", or empty
  uint32_t depth = 0;  // the root's is 1
  size_t parent = kNoElement;
  std::vector<std::pair<std::string, std::string>> attributes;  // by qualified name
  std::string text;                                             // its own, between its children too
  size_t open_begin = 0, open_end = 0;
  size_t close_begin = 0, close_end = 0;
  bool self_closing = false;

  // By local name.
  std::string_view attribute(std::string_view local) const;
};

// Elements in the order of their start tags, down to `depth_max`. Only UTF-8 documents have one:
// into others no text could be spliced.
Result<std::vector<XmlElement>> outline_xml(std::string_view text, const std::string& part,
                                            const std::string& file, const Limits& limits,
                                            uint32_t depth_max);

// kBadInput for a document that is not in UTF-8 by its mark or its declared encoding.
Result<void> require_utf8(std::string_view text, std::string_view declared, const std::string& part,
                          const std::string& file);

struct XmlEdit {
  size_t at = 0;
  size_t removed = 0;
  std::string inserted;
};

// `xml` as the last child of `element`.
XmlEdit append_child(const XmlElement& element, std::string_view xml);
// Edits must not overlap; of two at one place the first given comes first.
std::string apply_edits(std::string_view text, std::vector<XmlEdit> edits);

// Text or attribute value in XML. Bytes that are not UTF-8 become U+FFFD.
std::string escape_xml(std::string_view text);
// The same for a cell's or a note's text: what XML cannot hold is written as ST_Xstring's _xHHHH_,
// and line breaks are line feeds.
std::string escape_cell_text(std::string_view text);

}  // namespace dandang::format
