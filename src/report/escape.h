// report/escape.h
//
// Names and values, which are data, in HTML and in Markdown.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace flowferry::report {

/// For text and for attributes in double quotes. Control characters and bidirectional overrides are
/// shown escaped (printable()).
std::string html_escaped(std::string_view text);

/// For Markdown, within and outside of tables and HTML: everything that may mean something there is
/// written as a character reference. On one line.
std::string markdown_text(std::string_view text);

/// What JavaScript calls length, and so what most limits of web services count.
std::size_t utf16_units(std::string_view text);

}  // namespace flowferry::report
