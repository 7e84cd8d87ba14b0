// flow/respell.h
//
// JSON strings in another's spelling. Producers escape differently (`\/`, `\u00e9` or `é`); text
// that takes another text's place is spelled as that one was, so that a replacement shows as little
// as possible and can be taken back.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace flowferry::flow {

/// New text for the bytes [offset, offset + length) of a token's unescaped value.
struct Part {
  std::size_t offset;
  std::size_t length;      ///< May reach beyond the end.
  std::string_view value;  ///< Unescaped, UTF-8.
};

/// Appends to `out` the raw content of a string token, `raw` (between its quotes, with escapes),
/// with `parts` replaced, which are in order and do not overlap.
///
/// What stands around them is copied as it is, lone surrogates and all. Within a part, text is
/// compared field by field (fields end at ':' and '/', as in ARNs): an equal field is copied; a
/// field of the same length takes over which of its characters are escaped; otherwise common
/// beginning and end are copied and the rest is escaped only as JSON or the token's habit
/// (non-ASCII as \u, '/' as `\/`) asks.
void respell(std::string& out, std::string_view raw, const std::vector<Part>& parts);

}  // namespace flowferry::flow
