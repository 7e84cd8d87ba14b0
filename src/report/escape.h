// report/escape.h
//
// Names and values are data: what XML, HTML and Markdown would read as their own is escaped.
// Control characters and bidirectional overrides are shown as printable() shows them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace flowferry::report {

/// For text and attribute values of XML 1.0 and HTML. Characters that XML forbids become U+FFFD.
std::string xml_escaped(std::string_view text);

/// For Markdown (GitHub, GitLab), within and outside of tables and HTML: everything that may mean
/// something there is written as a character reference, so that nothing in it is markup, a link or
/// a mention (an invisible character follows "@"). On one line.
std::string markdown_escaped(std::string_view text);

/// What JavaScript calls length, and so what most limits of web services count.
std::size_t utf16_units(std::string_view text);

}  // namespace flowferry::report
