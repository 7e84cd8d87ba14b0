// base/shell.h
//
// Commands as they are shown to be typed.
#pragma once

#include <string>
#include <string_view>

namespace flowferry {

/// `text` as one word of a POSIX shell: as it is where that is plain, else in single quotes.
std::string shell_word(std::string_view text);

}  // namespace flowferry
