#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace dandang::dmn {

// An element of an XML document: local name and namespace apart, so that prefixes do not matter.
struct XmlElement {
  struct Attribute {
    std::string space;  // empty: none
    std::string name;
    std::string value;
  };

  std::string name;
  std::string space;
  std::string text;  // its own characters, those of elements inside left out
  Place place;       // of the start tag
  Place text_place;  // of the first character that is no blank, if any
  std::vector<Attribute> attributes;
  std::vector<std::unique_ptr<XmlElement>> children;

  // Of no namespace; no value where there is none.
  std::optional<std::string> attribute(std::string_view attribute_name) const;
  std::string attribute_or(std::string_view attribute_name, std::string_view otherwise) const;
  // Of a namespace that is given.
  std::optional<std::string> attribute_in(std::string_view attribute_space,
                                          std::string_view attribute_name) const;
  // The first child of that local name; null where there is none.
  const XmlElement* child(std::string_view child_name) const;
  std::vector<const XmlElement*> all(std::string_view child_name) const;
};

struct XmlLimits {
  size_t bytes = size_t{16} << 20;
  size_t elements = 500'000;
  int depth = 128;
};

struct XmlDocument {
  std::unique_ptr<XmlElement> root;
};

// The document, or no root with a diagnostic that says what is wrong where. A document type
// declaration is refused, and with it every entity but XML's own five.
XmlDocument read_xml(std::string_view text, const std::string& file, Diagnostics& diagnostics,
                     const XmlLimits& limits = {});

// For what we write: the text with & < > " escaped.
std::string escaped_xml(std::string_view text);

}  // namespace dandang::dmn
