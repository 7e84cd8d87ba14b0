// base/text.h
//
// Text as data: UTF-8, what a terminal may show, likeness of names, name patterns.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace flowferry {

/// Byte offset of the first byte that is not well-formed UTF-8 (RFC 3629: no overlong forms, no
/// surrogates), or nothing.
std::optional<std::size_t> find_invalid_utf8(std::string_view text);

/// Number of code points in well-formed UTF-8.
std::size_t count_code_points(std::string_view text);

/// Columns that `text` takes in a terminal: 2 for East Asian wide characters and emoji, 0 for
/// combining marks. Bytes that are not UTF-8 count 1.
std::size_t display_width(std::string_view text);

/// `text` with control characters, bidirectional overrides and invalid bytes shown escaped
/// (\n, \x1b, \u{202e}), so that a name can neither move the cursor nor lie about itself.
std::string printable(std::string_view text);

/// `text` cut to at most `columns` columns, the last one "…" if anything was cut.
std::string ellipsize(std::string_view text, std::size_t columns);

/// The at most `most` names of `candidates` that are near enough to `name` to have been meant, best
/// first. Compares code points, without ASCII case, by edits and by shared beginning.
std::vector<std::string> closest_names(std::string_view name,
                                       const std::vector<std::string>& candidates,
                                       std::size_t most = 3);

/// Shell-like pattern: `*` any run, `?` one code point, `[abc]`, `[a-z]`, `[!x]`; `\` quotes.
/// Case-sensitive. An unclosed `[` stands for itself.
bool matches_pattern(std::string_view pattern, std::string_view text);

/// Lower-case of ASCII letters only.
std::string ascii_lower(std::string_view text);
bool equals_ignoring_ascii_case(std::string_view a, std::string_view b);

/// Whether `text` is a UUID in lower case: 8-4-4-4-12 hexadecimal digits.
bool is_uuid(std::string_view text);

std::vector<std::string_view> split(std::string_view text, char separator);
std::string_view trim(std::string_view text);
std::string join(const std::vector<std::string>& parts, std::string_view separator);

}  // namespace flowferry
