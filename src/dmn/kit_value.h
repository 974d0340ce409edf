#pragma once

#include <string>

#include "dmn/item_type.h"
#include "dmn/xml_document.h"
#include "feel/value.h"

namespace dandang::dmn {

// The value that an <inputNode>, <expected>, <component> or <item> of the compatibility kit holds.
// A value without xsi:type is of the declared type, if any.
feel::Value kit_value(const XmlElement& holder, const ItemType* declared);

// Whether the element says that there is no value.
bool kit_says_null(const XmlElement& holder);

// Whether a result is the expected one: numbers within the kit's tolerance, lists by element,
// contexts by entry.
bool same_kit_value(const feel::Value& expected, const feel::Value& got);

// For people, strings in quotes.
std::string kit_words(const feel::Value& value);

}  // namespace dandang::dmn
