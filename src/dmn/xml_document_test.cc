#include "dmn/xml_document.h"

#include <gtest/gtest.h>

namespace dandang::dmn {
namespace {

std::string codes_of(const Diagnostics& diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics.all()) out += diagnostic.code + " ";
  return out;
}

std::string refusal_of(const std::string& text, const XmlLimits& limits = {}) {
  Diagnostics diagnostics;
  const XmlDocument document = read_xml(text, "f.dmn", diagnostics, limits);
  EXPECT_EQ(document.root == nullptr, diagnostics.has_errors());
  return codes_of(diagnostics);
}

TEST(XmlDocument, NamesAndNamespacesAreApart) {
  Diagnostics diagnostics;
  const XmlDocument document =
      read_xml("<m:a xmlns:m='urn:m' m:x='1' x='2'>\n  <m:b>one &amp; <c/>two</m:b></m:a>", "f.dmn",
               diagnostics);
  ASSERT_NE(document.root, nullptr);
  EXPECT_EQ(document.root->name, "a");
  EXPECT_EQ(document.root->space, "urn:m");
  EXPECT_EQ(document.root->attribute("x"), "2");
  EXPECT_EQ(document.root->attribute_in("urn:m", "x"), "1");
  EXPECT_EQ(document.root->attribute("y"), std::nullopt);
  const XmlElement* child = document.root->child("b");
  ASSERT_NE(child, nullptr);
  EXPECT_EQ(child->text, "one & two");
  EXPECT_EQ(child->place, (Place{"f.dmn", 2, 3}));
  EXPECT_EQ(child->text_place, (Place{"f.dmn", 2, 8}));
}

TEST(XmlDocument, WhatIsNotXmlIsDiagnosed) {
  EXPECT_EQ(refusal_of("<a>"), "xml ");
  EXPECT_EQ(refusal_of(""), "xml ");
  EXPECT_EQ(refusal_of("<a/><b/>"), "xml ");
  EXPECT_EQ(refusal_of("<a>&unknown;</a>"), "xml ");
  EXPECT_EQ(refusal_of("<a>\xff</a>"), "xml ");
}

TEST(XmlDocument, ADocumentTypeIsRefused) {
  EXPECT_EQ(refusal_of("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>"), "xml-doctype ");
  EXPECT_EQ(refusal_of("<!DOCTYPE a SYSTEM 'http://example.com/a.dtd'><a/>"), "xml-doctype ");
}

TEST(XmlDocument, SizeIsBounded) {
  EXPECT_EQ(refusal_of("<a><b/><b/></a>", {1000, 2, 10}), "too-long ");
  EXPECT_EQ(refusal_of("<a><b><c/></b></a>", {1000, 10, 2}), "too-deep ");
  EXPECT_EQ(refusal_of("<a>0123456789</a>", {10, 10, 10}), "too-long ");
}

TEST(XmlDocument, WhatWeWriteIsEscaped) {
  EXPECT_EQ(escaped_xml("a < \"b\" & c > d"), "a &lt; &quot;b&quot; &amp; c &gt; d");
}

}  // namespace
}  // namespace dandang::dmn
