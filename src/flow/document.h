// flow/document.h
//
// A contact flow document: its bytes and an index of its tokens. It is never printed anew; a change
// copies every byte and splices new text into string tokens.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/findings.h"
#include "base/json/tokens.h"
#include "base/result.h"

namespace flowferry::flow {

/// One block of the flow ("Actions[]").
struct Action {
  std::uint32_t node = json::k_none;        ///< The object.
  std::uint32_t parameters = json::k_none;  ///< The object `Parameters`, or k_none.
  std::string identifier;                   ///< Empty when absent or no string.
  std::string type;                         ///< Empty when absent or no string.
};

/// New text for a string token (a value or a member name), or for a part of one.
struct Splice {
  std::uint32_t node = 0;
  std::string_view value;  ///< Unescaped, well-formed UTF-8; the caller's.
  /// The replaced part in the unescaped value of the token, in bytes; npos: up to the end.
  std::size_t offset = 0;
  std::size_t length = std::string::npos;
};

class Document {
 public:
  /// Indexes `content`. Errors: malformed (not JSON, not UTF-8, not an object, the legacy export
  /// format with `modules`, an answer of the API around the content, not a flow at all), each with
  /// its place and a hint. What is a flow but an unfit one is left to examine().
  static Result<Document> parse(std::string content);

  const std::string& bytes() const { return bytes_; }
  const json::Tokens& tokens() const { return tokens_; }
  const json::Node& node(std::uint32_t index) const { return tokens_.nodes[index]; }
  /// The value of a member of the object node `object`, or k_none.
  std::uint32_t member(std::uint32_t object, std::string_view name) const {
    return json::find_member(bytes_, tokens_, object, name);
  }
  /// The unescaped value of the string token `index`.
  std::string text(std::uint32_t index) const {
    return json::unescape(bytes_, tokens_.nodes[index]);
  }

  const std::vector<Action>& actions() const { return actions_; }  ///< In document order.
  std::uint32_t metadata() const { return metadata_; }  ///< Node of `Metadata`, or k_none.
  bool has_settings() const {
    return settings_ != json::k_none;
  }  ///< As every module's content has.

  /// The document with the splices' parts replaced, every other byte copied. Where text does not
  /// change it keeps its escapes, and new text is escaped in the way of the text that it replaces
  /// (`\/`,
  /// `\u00e9`), so that splicing there and back gives the same bytes: exactly for texts whose
  /// fields between ':' and '/' keep their lengths (ids, accounts) or were not escaped there; see
  /// respell.h. `splices` in any order. Of several that overlap, the first in the list counts.
  std::string spliced(const std::vector<Splice>& splices) const;

 private:
  std::string bytes_;
  json::Tokens tokens_;
  std::vector<Action> actions_;
  std::uint32_t metadata_ = json::k_none;
  std::uint32_t settings_ = json::k_none;
};

/// Whether two contents mean the same: white space and key order do not count, numbers and strings
/// are compared by token. Content that is not JSON is compared byte by byte.
bool same_meaning(std::string_view a, std::string_view b);

/// What makes a document unfit to be written, each with its place; at most 500 findings.
/// Errors: duplicate keys (json-duplicate-key), transitions to nowhere (next-dangling), StartAction
/// that names no action (start-missing), two actions with one identifier (id-duplicate), more than
/// 256,000 characters (too-long), more than 250 actions (too-many-actions), a module without
/// Settings (module-settings). Warnings: an identifier that the service does not allow
/// (id-illegal), a type that is not in the flow language as we know it (type-unknown),
/// EventHooksConfiguration, which create calls refuse (hook-config). Information: actions that
/// StartAction does not lead to (unreachable). Places have action, type, parameter and pointer;
/// kind and name of the flow are filled in by the caller.
Findings examine(const Document& document, bool is_module);

}  // namespace flowferry::flow
