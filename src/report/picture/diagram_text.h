// report/picture/diagram_text.h
//
// Names in the languages of pictures. All take well-formed UTF-8 with any characters, and show
// control characters escaped.
#pragma once

#include <string>
#include <string_view>

#include "report/escape.h"  // xml_escaped

namespace flowferry::report {

/// A double-quoted string of DOT. Graphviz reads escapes and HTML entities in it: none remain.
std::string dot_quoted(std::string_view text);

/// A quoted label of Mermaid: everything but letters, digits and harmless marks is an entity code.
std::string mermaid_quoted(std::string_view text);

}  // namespace flowferry::report
