// base/json/tokens.h
//
// A strict RFC 8259 tokenizer that keeps where every value stands, for documents that must be
// changed in place and never printed anew. No recursion; every error has its position.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace flowferry::json {

enum class Kind : std::uint8_t { object, array, string, number, boolean, null };

/// One value or member name. In `Tokens::nodes` they stand in document order, a container before
/// its content; in an object, names and values alternate.
struct Node {
  std::uint32_t begin;  ///< Offset of the first byte; of a string, its opening quote.
  std::uint32_t end;    ///< Offset behind the last byte; of a string, behind its closing quote.
  std::uint32_t next;   ///< Index of the node that follows this one and all that it contains.
  Kind kind;
  bool is_key;   ///< A member name.
  bool escaped;  ///< A string with at least one backslash.
};

/// What was read. Refers to the text by offset only: the text must be kept beside it.
struct Tokens {
  std::vector<Node> nodes;
};

struct TokenizeLimits {
  std::size_t max_depth = 512;
};

/// A place in a text for people.
struct TextPosition {
  std::size_t line = 1;    ///< From 1.
  std::size_t column = 1;  ///< From 1, in code points.
};
TextPosition position_of(std::string_view text, std::size_t offset);

/// Reads exactly one JSON value with white space around it. Checks UTF-8. Keeps duplicate keys
/// and lone surrogate escapes (what uses them decides). A byte order mark is an error.
/// Errors: malformed, with line and column.
Result<Tokens> tokenize(std::string_view text, TokenizeLimits limits = {});

/// The value of the string token `node` of `text`, without quotes and escapes, as UTF-8. A lone
/// surrogate escape becomes U+FFFD; has_lone_surrogate() tells.
std::string unescape(std::string_view text, const Node& node);
bool has_lone_surrogate(std::string_view text, const Node& node);

/// The raw bytes between the quotes of a string token.
inline std::string_view raw_string(std::string_view text, const Node& node) {
  return text.substr(node.begin + 1, node.end - node.begin - 2);
}

/// Whether the string token's value equals `value`; allocates only for escaped tokens.
bool string_equals(std::string_view text, const Node& node, std::string_view value);

/// Appends `value` (well-formed UTF-8) as a JSON string with quotes: escapes `"`, `\` and control
/// characters only.
void append_quoted(std::string& out, std::string_view value);
/// The same without the quotes: a piece of a JSON string.
void append_escaped(std::string& out, std::string_view value);
std::string quoted(std::string_view value);

/// The index of the value of member `name` of the object node `object`, or of nothing. Of
/// duplicates the first.
inline constexpr std::uint32_t k_none = 0xFFFFFFFFU;
std::uint32_t find_member(std::string_view text, const Tokens& tokens, std::uint32_t object,
                          std::string_view name);

/// The member names that occurred before in the same object: their node indexes, object by object.
std::vector<std::uint32_t> find_duplicate_keys(std::string_view text, const Tokens& tokens);

/// "/Actions/3/Parameters/QueueId" (RFC 6901) for node `index`; a member name has the pointer of
/// its value.
std::string pointer_to(std::string_view text, const Tokens& tokens, std::uint32_t index);

/// Without white space between tokens.
std::string minify(std::string_view text, const Tokens& tokens);
/// With two spaces of indent; numbers and strings as they stand.
std::string pretty(std::string_view text, const Tokens& tokens);

/// Whether two texts mean the same: white space and the order of members do not count, strings are
/// compared by value, numbers by their text. Duplicate keys count with their order.
bool same_meaning(std::string_view a_text, const Tokens& a, std::string_view b_text,
                  const Tokens& b);
/// The same of the values at nodes `a_node` and `b_node` only.
bool same_meaning(std::string_view a_text, const Tokens& a, std::uint32_t a_node,
                  std::string_view b_text, const Tokens& b, std::uint32_t b_node);

}  // namespace flowferry::json
