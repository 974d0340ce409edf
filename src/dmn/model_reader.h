#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "dmn/model.h"
#include "dmn/xml_document.h"

namespace dandang::dmn {

// Decisions, knowledge, services and inputs of one model. What a formula may name is collected over
// all that it rests on, which is quadratic.
constexpr size_t kMaxModelElements = 2'000;

// Whether the namespace is that of DMN 1.1, 1.2, 1.3, 1.4 or 1.5.
bool is_dmn_namespace(std::string_view space);

// A name as formulas know it: parts joined by one blank, none around the marks . / - ' + *
// (DMN 1.5 §10.3.1.3), so that "a - b" and "a-b" are the same.
std::string canonical_name(std::string_view name);

// The file's definitions: nothing is linked to anything yet, no formula is parsed. Null if the file
// is no DMN.
std::unique_ptr<Model> read_model(const ModelText& text, Diagnostics& diagnostics);

// The boxed expression among the element's children; null if there is none.
BoxedPtr read_boxed(const XmlElement& holder, Diagnostics& diagnostics);
// What an <encapsulatedLogic> or <functionDefinition> holds: a function.
BoxedPtr read_function(const XmlElement& element, Diagnostics& diagnostics);
// An information item: name and type.
Variable read_variable(const XmlElement& element);
// The characters of the element's <text>, with their place; an empty text if there is none.
feel::Source read_text(const XmlElement* element);
// The type that the element refers to, by an attribute or an element of its own.
std::string type_reference_of(const XmlElement& element);

}  // namespace dandang::dmn
