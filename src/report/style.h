// report/style.h
//
// How text for people may look where it goes: colours and width.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace flowferry::report {

struct Style {
  bool color = false;
  bool terminal = false;    ///< Progress may redraw its line.
  std::size_t width = 100;  ///< Columns.
};

enum class Tone { plain, good, change, warn, bad, faint, strong };

/// `text` in the tone's colour, or as it is.
std::string tinted(const Style& style, Tone tone, std::string_view text);

/// `text` cut or padded with spaces to exactly `columns` columns.
std::string fitted(std::string_view text, std::size_t columns);

/// "3 flows", "1 flow": with the plural `s` where it belongs.
std::string counted(std::size_t n, std::string_view noun);

/// "1 min 20 s", "4.2 s".
std::string duration_text(double seconds);

}  // namespace flowferry::report
