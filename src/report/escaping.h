// report/escaping.h
//
// Names are data: what XML and Markdown would read as their own is escaped.
#pragma once

#include <string>
#include <string_view>

namespace flowferry::report {

/// For text and attribute values of XML 1.0 and HTML. Control characters are shown as printable()
/// shows them; the other characters that XML forbids become U+FFFD.
std::string xml_escaped(std::string_view text);

/// For a line of Markdown (GitHub, GitLab): nothing in it is markup, mention or HTML, and it stays
/// one line.
std::string markdown_escaped(std::string_view text);

}  // namespace flowferry::report
